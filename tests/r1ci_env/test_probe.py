"""``r1ci probe`` and ``r1ci curriculum show``."""

import json
import sys
import types

import pytest
from typer.testing import CliRunner

from r1ci_env.cli import app
from r1ci_env.curricula import Probe, StagedSampler
from r1ci_env.curricula.level_audit import audit_levels
from r1ci_env.curricula.probe_file import read_probes
from r1ci_env.errors import R1ciError

TASKS = ("LCM", "ChainSum")


@pytest.fixture
def agent(monkeypatch):
    """A function that answers right at lower levels; it counts its calls, and can be told to fail."""
    from r1ci_env.registry import get_task

    module = types.ModuleType("probed_agent")
    module.calls, module.fail_after = 0, None
    known = {p.question: p for t in TASKS for lv in (1, 5) for s in range(20) for p in [get_task(t).problem(s, lv)]}

    def answer(messages):
        module.calls += 1
        if module.fail_after is not None and module.calls > module.fail_after:
            raise ConnectionError
        problem = known[messages[0]["content"]]
        return f"<<<{problem.answer if problem.level == 1 else 'no'}>>>"

    module.answer = answer
    monkeypatch.setitem(sys.modules, "probed_agent", module)
    return module


def run(*arguments, expect=0):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == expect, done.output
    return done.output if expect == 0 else done


def probe(path, *more, expect=0):
    options = (
        "--agent",
        "probed_agent:answer",
        "--prompt",
        "bare",
        "--levels",
        "1,5",
        "--problems",
        "3",
        "--answers",
        "4",
    )
    return run("probe", *TASKS, "--output", path, *options, *more, expect=expect)


def test_a_probe_asks_so_often_and_says_how_it_went(tmp_path, agent):
    rows = json.loads(probe(tmp_path / "p.jsonl", "--json"))
    assert [row["task"] for row in rows] == list(TASKS)
    assert {(row["answers"], row["correct"]) for row in rows} == {(24, 12)}
    probes = read_probes(tmp_path / "p.jsonl")
    assert agent.calls == 48
    assert len(probes) == 12
    assert all((p.correct, p.answers) == (4 if ":1:" in p.ref else 0, 4) for p in probes)
    assert not any(group for group in StagedSampler(probes, 5).groups[:3])


def test_a_probe_goes_on_where_it_was_and_asks_again_what_failed(tmp_path, agent):
    path = tmp_path / "p.jsonl"
    agent.fail_after = 20
    done = probe(path, expect=1)
    assert "error: 28 of 48 episodes could not be played" in done.stderr
    assert "28 times: The agent's function raised ConnectionError()" in done.stderr
    assert done.stderr.count("\n") == 1 and "To ask for them again: r1ci" in done.stderr
    assert sum(p.answers for p in read_probes(path)) == 20
    with path.open("ab") as file:
        file.write(b'{"version": 1, "probl')  # it was killed
    agent.fail_after, before = None, agent.calls
    probe(path)
    assert agent.calls - before == 28
    assert sum(p.answers for p in read_probes(path)) == 48
    probe(path)
    assert agent.calls - before == 28


def test_a_probe_of_which_nothing_counts_is_no_success_and_still_prints_json(tmp_path, agent):
    agent.fail_after = 0
    done = probe(tmp_path / "p.jsonl", "--json", expect=1)
    assert json.loads(done.stdout) == []
    assert "48 of 48" in done.stderr


def test_more_answers_add_to_those_there(tmp_path, agent):
    path = tmp_path / "p.jsonl"
    probe(path)
    probe(path, "--answers", "6")
    assert agent.calls == 72
    assert {p.answers for p in read_probes(path)} == {6}


def test_another_agent_needs_another_file(tmp_path, agent):
    path = tmp_path / "p.jsonl"
    probe(path)
    with pytest.raises(R1ciError, match="begun with another seed"):
        probe(path, "--seed", "5")
    (tmp_path / "other").write_text("text\n")
    with pytest.raises(R1ciError, match="not what this makes"):
        probe(tmp_path / "other")


def test_the_audit_shows_levels_and_flags(tmp_path, agent):
    rows = json.loads(probe(tmp_path / "p.jsonl", "--audit", "--json"))
    assert rows == [{"task": task, "level 1": 1.0, "level 5": 0.0, "flags": ""} for task in TASKS]


@pytest.mark.parametrize(
    ("rates", "flags"),
    [
        ({1: 90, 2: 80, 3: 60, 4: 40, 5: 20}, ()),
        ({1: 59, 5: 20}, ("level 1 below 0.6",)),
        ({1: 60, 5: 30}, ()),
        ({1: 90, 5: 31}, ("level 5 above 0.3",)),
        ({1: 70, 2: 30, 3: 60, 5: 10}, ("not falling",)),
        ({1: 70, 2: 58, 3: 60, 5: 10}, ()),
        ({1: 20, 5: 20}, ("level 1 below 0.6", "not falling")),
        ({3: 5}, ()),
    ],
)
def test_what_is_odd_about_levels(rates, flags):
    probes = [Probe(f"LCM:{level}:1", rate, 100) for level, rate in rates.items()]
    (found,) = audit_levels(probes)
    assert found.flags == flags
    assert found.rate(next(iter(rates))) == next(iter(rates.values())) / 100
    assert found.rate(9) is None


def test_curriculum_show_of_a_probe(tmp_path, agent):
    probe(tmp_path / "p.jsonl")
    shown = run("curriculum", "show", tmp_path / "p.jsonl", "--per-stage", "50")
    for text in ("Success rates of 12 problems", "151 to 200", "level 5", "ChainSum", "0.00", "1.00"):
        assert text in shown
    rows = json.loads(run("curriculum", "show", tmp_path / "p.jsonl", "--json"))
    assert {(row["level"], row["rate"]) for row in rows} == {(1, 1.0), (5, 0.0)}


def test_curriculum_show_draws_an_image(tmp_path, agent):
    pytest.importorskip("matplotlib")
    probe(tmp_path / "p.jsonl")
    run("curriculum", "show", tmp_path / "p.jsonl", "--png", tmp_path / "a" / "rates.png")
    assert (tmp_path / "a" / "rates.png").read_bytes().startswith(b"\x89PNG")
    run("curriculum", "show", tmp_path / "p.jsonl", "--png", tmp_path / "other")
    assert (tmp_path / "other.png").exists()
    for name, message in (("rates.nope", r"can't be drawn: .*Name a file such as .*rates\.png"), ("a", "is a folder")):
        with pytest.raises(R1ciError, match=message):
            run("curriculum", "show", tmp_path / "p.jsonl", "--png", tmp_path / name)


def test_curriculum_show_of_a_run(tmp_path):
    torch = pytest.importorskip("torch")
    from r1ci_env.curricula import CellThompson, UniformSampler
    from r1ci_env.registry import get_task

    sampler = CellThompson(TASKS)
    for _ in range(20):
        sampler.observe(get_task("LCM").problem(1, 2), [True, True, True, False])
    folder = tmp_path / "grpo.checkpoints"
    folder.mkdir()
    for step, one in ((9, UniformSampler(TASKS)), (10, sampler)):
        torch.save({"step": step, "state": {"sampler": one.state_dict()}}, folder / f"step-{step}.pt")
    rows = json.loads(run("curriculum", "show", tmp_path, "--json"))
    rates = {(row["task"], row["level"]): row["rate"] for row in rows}
    assert rates["LCM", 2] == pytest.approx(0.75, abs=0.02)
    assert rates["LCM", 3] == 0.5
    assert "LCM" in run("curriculum", "show", tmp_path)
    (folder / "step-10.pt").unlink()
    with pytest.raises(R1ciError, match="learns no success rates"):
        run("curriculum", "show", tmp_path)
    (folder / "step-last.pt").write_text("")  # of somebody else
    (folder / "step-9.pt").write_bytes(b"half a f")
    with pytest.raises(R1ciError, match=r"step-9\.pt can't be read .*delete it to see the one before"):
        run("curriculum", "show", tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("probe", "LCM", "--output", "x.jsonl", "--agent", "nobody"), "'nobody' is not one of"),
        (("probe", "LCM", "--output", "x.jsonl", "--agent", "openai"), "--base-url and --model"),
        (("probe", "LCM", "--output", "x.jsonl", "--model", "x"), "--agent local with --model"),
        (("probe", "LCM", "--output", "x.jsonl", "--levels", "one"), "such as 1,3,5"),
        (("probe", "LCM", "--output", "x.jsonl", "--levels", "7"), "levels 1 to 5"),
        (("probe", "LCMM", "--output", "x.jsonl"), "Did you mean 'LCM'"),
        (("curriculum", "show", "none.jsonl"), "no file"),
        (("curriculum", "show", "."), "no checkpoint"),
        (("curriculum", "show", "evaluation"), "r1ci curriculum show evaluation/episodes.jsonl"),
    ],
)
def test_bad_input_says_what_to_do(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "evaluation" / "episodes.jsonl").touch()
    with pytest.raises(R1ciError, match=message):
        run(*arguments)
    assert list(tmp_path.glob("x.jsonl")) == []


@pytest.mark.parametrize("text", ["nonsense\n", '{"problem": "LCM:1:1"}\n', ""])
def test_a_file_that_is_no_probe_is_refused(text, tmp_path):
    (tmp_path / "x.jsonl").write_text(text)
    with pytest.raises(R1ciError, match=r"x\.jsonl"):
        read_probes(tmp_path / "x.jsonl")

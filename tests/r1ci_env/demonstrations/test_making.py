"""Sets of demonstrations: right, of training problems only, the same in every run."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import asdict

import pytest
from typer.testing import CliRunner

import r1ci_env
from r1ci_env import holding
from r1ci_env.agents import Agent, Reply
from r1ci_env.arena import Arena
from r1ci_env.cli import app
from r1ci_env.cli.sft_data import read_shares, training_tasks
from r1ci_env.demonstrations.dataset import make, manifest, only_right, read
from r1ci_env.demonstrations.endpoint import sample
from r1ci_env.demonstrations.making import MOST_ALIKE, SHARES, Settings, abilities, make_task, plan_formats
from r1ci_env.demonstrations.variety import skeleton
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.holding import hold
from r1ci_env.protocol import parse_turn
from r1ci_env.registry import get_task, list_tasks
from tests.r1ci_env.agents.server import scripted_server

TASKS = ("Game24", "Navigate", "Dice", "ChainSum")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("set") / "data.jsonl"
    make(Settings(TASKS, per_task=30), path, workers=2)
    return path


def test_all_are_right_and_of_training_problems(made):
    records = read(made)
    assert len(records) == 120
    for record in records:
        problem = r1ci_env.problem(record["problem"])
        assert record["reward"] == 1.0 and not problem.held_out
        assert record["messages"][0]["content"].endswith(problem.question)
        assert get_task(problem.task).check(problem, parse_turn(record["messages"][-1]["content"]).content)
    assert len({record["messages"][0]["content"] for record in records}) == 120


def test_turns_that_fail_are_not_learnt(made):
    for record in read(made):
        turns = [m for m in record["messages"] if m["role"] == "assistant"]
        assert len(turns) == len(record["train"]) == len(record["outcomes"])
        assert record["train"][-1] and record["outcomes"][-1] == "answer"
        failed = [outcome not in ("ok", "answer") for outcome in record["outcomes"]]
        assert not any(bad and train for bad, train in zip(failed, record["train"], strict=True))
        assert record["train"].count(False) == (record["format"] in ("repair", "mend"))
        assert all(parse_turn(turn["content"]).kind != "none" for turn in turns)


def test_a_repair_changes_a_line_that_the_traceback_named(made):
    repaired = 0
    for record in read(made):
        if record["format"] == "repair":
            wrong, right = (parse_turn(record["messages"][i]["content"]).content.splitlines() for i in (1, 3))
            if record["outcomes"][0] == "error" and len(wrong) == len(right):  # no import was lost
                (line,) = [i for i, pair in enumerate(zip(wrong, right, strict=True), 1) if len(set(pair)) > 1]
                assert re.search(rf"\bline {line}\b", record["messages"][2]["content"])
                repaired += 1
    assert repaired >= 4


def test_programs_are_not_all_alike(made):
    for name in TASKS:
        programs = []
        for record in read(made):
            turns = [parse_turn(m["content"]) for m in record["messages"] if m["role"] == "assistant"]
            blocks = [t.content for t, train in zip(turns, record["train"], strict=True) if t.kind == "code" and train]
            if record["problem"].startswith(f"{name}:") and blocks:
                programs.append(skeleton(blocks[0]))
        assert max(Counter(programs).values()) <= MOST_ALIKE * 30, name


def test_the_same_with_another_hash_seed_and_after_a_cut(made, tmp_path):
    program = (
        "import sys, pathlib\n"
        "from r1ci_env.demonstrations.dataset import make\n"
        "from r1ci_env.demonstrations.making import Settings\n"
        f"if __name__ == '__main__': make(Settings({TASKS}, per_task=30), pathlib.Path(sys.argv[1]), workers=1)\n"
    )
    script, path = tmp_path / "again.py", tmp_path / "data.jsonl"
    script.write_text(program)
    # as a run leaves it that was killed while it wrote the second task
    whole = made.read_bytes().splitlines(keepends=True)
    settings = json.loads(json.dumps(Settings(TASKS, per_task=30), default=lambda s: manifest(s, [], len)["settings"]))
    path.write_bytes(b"".join(whole[:35]) + b'{"problem": "Nav')
    state = {"settings": settings, "done": {"Game24": 30}}
    path.with_name("data.jsonl.progress.json").write_text(json.dumps(state))
    env = {**os.environ, "PYTHONHASHSEED": "77"}
    subprocess.run([sys.executable, str(script), str(path)], check=True, env=env)
    assert path.read_bytes() == made.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again.py", "data.jsonl"]


def test_another_set_is_not_overwritten(made):
    with pytest.raises(R1ciError, match="choose another file"):
        make(Settings(TASKS, per_task=31), made)


def test_a_set_of_which_nothing_was_made_leaves_its_file_to_other_settings(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text("")
    path.with_name("data.jsonl.progress.json").write_text('{"settings": {"seed": 5}, "done": {}}')
    assert len(make(Settings(("LCM",), per_task=1), path, workers=1)) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"levels": (9,)}, "levels 1 to 5, not 9"),
        ({"tasks": ("LCMM",)}, "Did you mean 'LCM'"),
        ({"shares": {"proogram": 1.0}}, "Did you mean 'program'"),
        ({"per_task": 0}, "nothing to make"),
        ({"tasks": "LCM"}, r"tasks must be a list: write \['LCM'\]"),
        ({"levels": 5}, r"levels must be a list: write \[5\]"),
        ({"shares": 5}, "shares must be a mapping"),
        ({"rules": 5}, "rules must be a mapping"),
        ({"per_task": 1.5}, "per_task must be an integer"),
        ({"shares": {"program": "half"}}, "share of program must be from 0 to 1"),
        ({"keep": "al"}, "Did you mean 'all'"),
    ],
)
def test_a_set_that_can_not_be_is_refused_before_anything_is_made(options, message):
    with pytest.raises(R1ciError, match=message):
        Settings(**{"tasks": ("LCM",), **options})


RECORD = {
    "problem": "LCM:1:0",
    "format": "text",
    "messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "<<<1>>>"}],
    "train": [True],
    "reward": 1.0,
}


def test_a_record_may_hold_what_other_readers_take_for_ends_of_lines(tmp_path):
    said = {**RECORD, "messages": [*RECORD["messages"][:1], {"role": "assistant", "content": "a\u2028b\x85c\x1cd\re"}]}
    (tmp_path / "data.jsonl").write_text(json.dumps(said, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read(tmp_path / "data.jsonl") == read(str(tmp_path / "data.jsonl")) == [said]


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"[" * 100_000,
        b"5",
        *(
            json.dumps({**RECORD, **changed}).encode()
            for changed in (
                {"problem": 5},
                {"messages": "text"},
                {"messages": []},
                {"messages": [{"role": "user"}]},
                {"messages": RECORD["messages"][1:]},
                {"messages": [{"role": "system", "content": ""}, *RECORD["messages"]]},
                {"train": []},
                {"train": [1]},
                {"train": ["yes"]},
                {"train": [True, True]},
                {"train": [False]},
                {"reward": None},
            )
        ),
    ],
    ids=lambda line: line[-40:].decode("latin-1"),
)
def test_a_line_that_is_no_demonstration_is_named(tmp_path, line):
    path = tmp_path / "data.jsonl"
    path.write_bytes(json.dumps(RECORD).encode() + b"\n" + line + b"\n")
    with pytest.raises(R1ciError, match=r"data\.jsonl, line 2: no demonstration; .*r1ci sft-data"):
        read(path)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"settings": {}, "done": 5}', '{"settings": {}, "done": {"LCM": -1}}']
)
def test_a_damaged_account_of_how_far_a_set_is_says_what_to_do(tmp_path, content):
    path = tmp_path / "data.jsonl"
    path.write_text("made")
    path.with_name("data.jsonl.progress.json").write_text(content)
    with pytest.raises(R1ciError, match=r"progress\.json .*Delete it and .*data\.jsonl to make the set anew"):
        make(Settings(("LCM",), per_task=1), path, workers=1)
    assert path.read_text() == "made"


def test_lines_that_were_lost_are_not_made_up_for(tmp_path):
    path, settings = tmp_path / "data.jsonl", Settings(("LCM",), per_task=2)
    path.write_text(json.dumps(RECORD) + "\n" + json.dumps(RECORD)[:20])
    state = {"settings": json.loads(json.dumps(asdict(settings))), "done": {"LCM": 2}}
    path.with_name("data.jsonl.progress.json").write_text(json.dumps(state))
    with pytest.raises(R1ciError, match=r"data\.jsonl has lost lines"):
        make(settings, path, workers=1)


def test_two_processes_do_not_make_one_set(tmp_path, monkeypatch):
    monkeypatch.setattr(holding, "PATIENCE", 0.0)
    with hold(tmp_path / "data.jsonl"), pytest.raises(BadOption, match="Another process"):
        make(Settings(("LCM",), per_task=1), tmp_path / "data.jsonl", workers=1)


def test_shares_are_those_that_are_wanted():
    names = [name for name in list_tasks(split="train") if "read" in get_task(name).solver_functions]
    settings = Settings(tuple(names), per_task=70)
    able = [abilities(name, settings, sample=1) for name in names]
    plan = plan_formats(able, settings)
    assert all(len(formats) <= 70 for formats in plan.values())
    total = Counter(name for formats in plan.values() for name in formats)
    for name in ("repair", "check", "mend"):
        assert abs(total[name] / sum(total.values()) - SHARES[name]) < 0.02
    assert abs(total["refute"] / sum(total.values()) - SHARES["refute"]) < 0.002
    assert all(formats.count("refute") <= 35 for formats in plan.values())


def test_answers_of_several_lines_are_printed_as_they_are(sandbox):
    made = make_task("BinaryMatrix", ["program"] * 24, Settings(("BinaryMatrix",), levels=(1,)), sandbox)
    for one in made:
        output = one.messages[2]["content"].partition("\n")[2].strip()
        assert parse_turn(one.messages[-1]["content"]).content.strip() == output


def test_an_answer_is_set_off_where_the_question_wants_it(sandbox):
    made = make_task("DyckLanguages", ["text", "program"], Settings(("DyckLanguages",), levels=(1,)), sandbox)
    assert [re.search(r"<<< \S.*\S >>>$|<<< \S >>>$", one.messages[-1]["content"]) is not None for one in made] == [
        True
    ] * 2


@pytest.mark.parametrize("name", ["ModuloGrid", "Acre"])  # whose last program tests a rule, or searches
def test_hypotheses_are_tested_until_one_fits(name, sandbox):
    made = make_task(name, ["refute"] * 6, Settings((name,)), sandbox)
    assert [one.format for one in made] == ["refute"] * 6
    for one in made:
        told = [message["content"] for message in one.messages[2::2]]
        assert len(told) == len(one.train) - 1 >= 2 and all(one.train)
        assert all("\nfails on " in text for text in told[:-1]) and "\nfails on " not in told[-1]
        assert one.outcomes == ["ok"] * len(told) + ["answer"] and one.reward == 1.0


def test_a_hypothesis_that_is_not_refuted_is_not_shown(sandbox, monkeypatch):
    task = type(get_task("ModuloGrid"))
    honest = task.hypotheses
    monkeypatch.setattr(task, "hypotheses", lambda self, problem: [honest(self, problem)[-1]] * 2)
    made = make_task("ModuloGrid", ["refute"] * 2, Settings(("ModuloGrid",), levels=(1,)), sandbox)
    assert [one.format for one in made] == ["program"] * 2


def test_bad_demonstrations_on_purpose(sandbox):
    settings = Settings(
        ("ChainSum",), per_task=20, levels=(1,), shares={"wrong": 0.5, "guess": 0.5}, keep="all", bare=True
    )
    found = make_task(
        "ChainSum", plan_formats([abilities("ChainSum", settings)], settings)["ChainSum"], settings, sandbox
    )
    assert len(found) == 20
    assert Counter(one.format for one in found) == {"wrong": 10, "guess": 10}
    assert all(one.reward == 0.0 for one in found if one.format == "wrong")
    assert all(one.messages[1]["content"].startswith("<<<") for one in found if one.format == "guess")


def test_options_are_checked():
    for bad in (
        {"shares": {"chekc": 0.1}},
        {"shares": {"check": 2}},
        {"shares": {"check": 0.9, "text": 0.9}},
        {"per_task": 0},
    ):
        with pytest.raises(BadOption):
            Settings(**{"tasks": TASKS, **bad})
    assert read_shares("wrong=.38,guess=.32")["wrong"] == 0.38
    assert sum(read_shares("wrong=.38,guess=.32").values()) == pytest.approx(1)
    with pytest.raises(BadOption, match="test tasks"):
        training_tasks("GCD", None)
    assert training_tasks(None, "validation") == [
        name for name in list_tasks(split="train") if name not in list_tasks(split="validation")
    ]


def test_the_command(tmp_path):
    output = tmp_path / "data.jsonl"
    result = CliRunner().invoke(
        app, ["sft-data", "--output", str(output), "--tasks", "Dice", "--per-task", "4", "--only-right", "--json"]
    )
    assert result.exit_code == 0, result.output
    assert read(output) == only_right(read(output))
    found = json.loads((tmp_path / "data.jsonl.manifest.json").read_text())
    assert found["right"] == found["demonstrations"] == len(read(output))


def test_an_endpoint_that_refuses_is_no_success(tmp_path, call):
    output = tmp_path / "data.jsonl"
    with scripted_server(lambda n, body, h: h.send(b"out of order", 400)) as (url, requests):
        told = call(
            *("sft-data", "--output", output, "--source", "endpoint", "--base-url", url, "--model", "m", "--json"),
            *("--tasks", "Dice", "--per-task", "3", "--attempts", "2"),
            expect=1,
        )
    assert len(requests) == 6
    assert "6 of 6 episodes could not be played" in told.err and "out of order" in told.err
    assert [row["demonstrations"] for row in json.loads(told.out)] == [0, 0]
    assert output.read_text() == ""


def test_an_endpoint_leaves_alone_what_is_not_its_own(tmp_path, call):
    output = tmp_path / "data.jsonl"
    asked = (
        "sft-data",
        "--output",
        output,
        "--source",
        "endpoint",
        "--base-url",
        "http://127.0.0.1:9",
        "--tasks",
        "Dice",
    )
    output.write_text("precious")
    assert "not from an endpoint: choose another file" in call(*asked, "--model", "m", expect=2).err
    assert output.read_text() == "precious"
    output.unlink()
    (tmp_path / "data.episodes.jsonl").write_text("{}\n")
    settings = {"model": "m", "temperature": 0.8, "rules": {}}
    (tmp_path / "data.episodes.jsonl.settings.json").write_text(json.dumps(settings))
    assert "begun with another model: choose another file" in call(*asked, "--model", "other", expect=2).err


def test_from_an_agent_what_is_right_is_kept_and_nothing_is_asked_twice(tmp_path, sandbox):
    asked = Counter()

    class Sometimes(Agent):
        async def reply(self, episode):
            asked[episode.problem.ref] += 1
            if episode.turns == 0 and episode.problem.seed % 2:
                return Reply("```python\n1/0\n```")
            right = episode.problem.seed % 3
            return Reply(f"<<<{episode.problem.answer if right else 'nothing'}>>>")

    settings = Settings(("ChainSum", "Dice"), per_task=8)
    file = tmp_path / "episodes.jsonl"
    runs = [asyncio.run(sample(Sometimes(), Arena(sandbox), settings, file)) for _ in range(2)]
    assert runs[0] == runs[1]
    assert len(runs[0]) == 16 and all(found["reward"] == 1.0 for found in runs[0])
    assert max(asked.values()) <= 2  # a turn with code and the answer
    failed = [found for found in runs[0] if found["outcomes"] == ["error", "answer"]]
    assert failed and all(found["train"] == [False, True] for found in failed)

"""``r1ci eval``, run as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

R1CI = Path(sys.executable).with_name("r1ci")


def r1ci(*arguments, expect=0, stdin=""):
    done = subprocess.run([R1CI, *arguments], capture_output=True, text=True, input=stdin)
    assert done.returncode == expect, done.stdout + done.stderr
    assert "Traceback" not in done.stderr or "<block>" in done.stderr
    return done


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("eval", "GCD", "--agent", "modle"), "Did you mean 'model'"),
        (("eval", "GCD", "--agent", "model"), "--model"),
        (("eval", "GCD", "--prompt", "papr"), "Did you mean 'paper'"),
        (("eval", "GCD", "--level", "8"), "Did you mean 5"),
        (("eval", "GCD", "--packages", "scientifc"), "Did you mean 'scientific'"),
    ],
)
def test_bad_input_says_what_to_do(arguments, message):
    done = r1ci(*arguments, expect=2)
    assert message in " ".join(done.stderr.split())


def test_eval_with_the_reference_solvers(tmp_path):
    done = r1ci("eval", "Game24", "KnightsKnaves", "--episodes", "4", "--json", "--output", str(tmp_path / "run"))
    scores = {row["name"]: row for row in json.loads(done.stdout)}
    assert scores["all"]["correct"] == 8
    assert scores["Game24"]["code_runs"] == 1
    episodes = [json.loads(line) for line in (tmp_path / "run" / "episodes.jsonl").read_text().splitlines()]
    assert len(episodes) == 8
    assert "Game24:" in (tmp_path / "run" / "episodes.html").read_text()
    settings = json.loads((tmp_path / "run" / "settings.json").read_text())
    assert (settings["agent"], settings["packages"], settings["episodes"]) == ("reference", "base", 4)


def test_eval_builds_its_image_before_the_first_step(monkeypatch):
    from r1ci_env.cli import app, evaluate
    from r1ci_env.sandbox_wasm.guest import image

    order = []
    monkeypatch.setattr(image, "load_image", lambda **options: order.append(options["packages"]))
    monkeypatch.setattr(evaluate, "play_all", lambda *rest, **options: order.append("play") or sys.exit())
    with pytest.raises(SystemExit):
        app(["eval", "GCD", "--packages", "scientific"])
    assert order == ["scientific", "play"]


def test_eval_with_a_local_model(tmp_path):
    pytest.importorskip("torch", reason="the train extra is not installed")
    from r1ci_env.reference_trainer.policy import Policy
    from r1ci_env.reference_trainer.presets import make_config
    from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer

    config = make_config("cpu-tiny", 0, {})
    tokenizer = make_tokenizer(config.tasks, config.levels)
    Policy(make_model(tokenizer, config), tokenizer).save(tmp_path / "model")
    options = ("--agent", "model", "--model", str(tmp_path / "model"), "--level", "1", "--episodes", "4")
    scores = json.loads(r1ci("eval", "GCD", *options, "--json").stdout)
    assert scores[-1]["name"] == "all"
    assert scores[-1]["episodes"] == 4
    r1ci("eval", "GCD", *options, "--output", str(tmp_path / "run"))
    settings = json.loads((tmp_path / "run" / "settings.json").read_text())
    assert (settings["packages"], settings["prompt"]) == ("base", "bare")
    assert 0 <= scores[-1]["low"] <= scores[-1]["high"] <= 1

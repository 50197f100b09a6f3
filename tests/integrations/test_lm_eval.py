"""Our tasks in lm-evaluation-harness, without the interpreter. `make test-adapters`."""

import json
import subprocess
import sys

import pytest

lm_eval = pytest.importorskip("lm_eval", reason="run make test-adapters: it needs an environment of its own")

from lm_eval.api.model import LM

from r1ci_env import problem
from r1ci_env.adapters.lm_eval import documents, judge


class Scripted(LM):
    """Answers sums rightly, and everything else with code."""

    def __init__(self):
        super().__init__()
        self.answers = {row["text"]: row["answer"] for row in documents(["ChainSum"], per_task=5)["test"]}
        self.asked = []

    def generate_until(self, requests):
        self.asked += [request.args for request in requests]
        code = "```python\nprint(1)\n```"
        return [f"It is <<<{self.answers[text]}>>>" if text in self.answers else code for text, _ in self.asked]

    def loglikelihood(self, requests):
        raise NotImplementedError

    loglikelihood_rolling = loglikelihood


def test_the_code_of_the_page(page_code):
    model = Scripted()
    small = {
        'model="hf"': "model=model",
        'model_args="pretrained=Qwen/Qwen3-0.6B",': "",
        "apply_chat_template=True,": "bootstrap_iters=0,",
    }
    names = {"model": model}
    exec(page_code("lm_eval", small)[0], names)
    found = names["found"]
    assert found["results"]["r1ci_without_interpreter"]["acc,none"] == 0.5
    assert len(model.asked) == 10 and all(options["until"] == [] for _, options in model.asked)
    samples = found["samples"]["r1ci_without_interpreter"]
    assert all(problem(sample["doc"]["problem"]).held_out for sample in samples)
    assert all("cannot run code" in sample["doc"]["text"] for sample in samples)


def test_judge():
    (row,) = documents("ChainSum", per_task=1, levels=2)["test"]
    assert problem(row["problem"]).level == 2
    answer = f"<<<{row['answer']}>>>"
    for turn, right in (
        (f"So {answer}", 1.0),
        (f"So {answer} <<<1>>>", 1.0),
        (f"```python\nprint(1)\n```\n{answer}", 0.0),
        (row["answer"], 0.0),
        ("<<<no>>>", 0.0),
        ("", 0.0),
    ):
        assert judge(row, [turn]) == {"acc": right}, turn


def test_the_command_finds_the_task(tmp_path):
    asked = [sys.executable, "-m", "r1ci_env.adapters.lm_eval"]
    folder = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=tmp_path).stdout.strip()
    command = [sys.executable, "-m", "lm_eval", "run", "--model", "dummy", "--tasks", "r1ci_without_interpreter"]
    command += ["--include_path", folder, "--metadata", '{"tasks": ["ChainSum"], "per_task": 3}']
    command += ["--output_path", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (written,) = (tmp_path / "out").rglob("results*.json")
    found = json.loads(written.read_text())
    assert found["results"]["r1ci_without_interpreter"]["acc,none"] == 0.0
    assert found["n-samples"]["r1ci_without_interpreter"]["original"] == 3

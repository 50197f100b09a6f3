"""Answers and the right verdicts on them, as data: every case that was once judged wrongly, and its kind.

A line of ``verdicts/*.jsonl`` names a problem by ``task``, ``level`` and ``seed`` and gives a ``form`` in which
``{answer}`` stands for the stored answer, or holds a problem of its own (``question``, ``data``, ``gold``) and an
``answer``; ``right`` is the verdict and ``why`` says what the case is about.
"""

import json
from pathlib import Path

import pytest

import r1ci_env

CASES = [
    json.loads(line)
    for file in sorted(Path(__file__).parent.glob("verdicts/*.jsonl"))
    for line in file.read_text().splitlines()
    if line.strip()
]


def _name(case):
    return f"{case.get('task') or case['problem']}: {case['why']}: {case.get('form', case.get('answer'))!r:.60}"


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_verdict(case):
    if "question" in case:
        problem = r1ci_env.Problem(case["task"], 1, 0, case["question"], case["data"], case["gold"])
    elif "problem" in case:
        problem = r1ci_env.problem(case["problem"])
    else:
        problem = r1ci_env.get_task(case["task"]).problem(case["seed"], level=case["level"])
    answer = case["form"].replace("{answer}", problem.answer) if "form" in case else case["answer"]
    assert r1ci_env.get_task(problem.task).check(problem, answer) == case["right"], answer

"""A right answer to an original item that stores none: looked for by the reference solver, within a budget."""

import json
import os
import subprocess
import sys

from r1ci_env.errors import NoReferenceAnswer
from r1ci_env.registry import get_task
from r1ci_env.task import Problem

SECONDS = 10.0
MEMORY = 1 << 30
"""Bytes of address space, on systems that can limit it."""

_SOLVER = """\
import json, sys
given = json.load(sys.stdin)
sys.path[:] = given["path"]
from r1ci_env.registry import get_task
task = get_task(given["task"])
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (given["memory"], resource.getrlimit(resource.RLIMIT_AS)[1]))
except (ImportError, ValueError, OSError):
    pass
json.dump(task.solve(given["question"]), sys.stdout)
"""


def find_answer(problem: Problem) -> str:
    """Run the task's reference solver in a process of its own and return what it finds, if that is right.

    Raises:
        NoReferenceAnswer: the task has no reference solver, or it finds nothing right within the budget.
    """
    task = get_task(problem.task)
    answer = _solved(problem) if task.solver is not None else ""
    # the check may compare with the answer: it sees the one found instead of looking for it again
    found = Problem(problem.task, problem.level, problem.seed, problem.question, problem.data, answer)
    if answer and task.check(found, answer):
        return answer
    raise NoReferenceAnswer(
        f"No right answer to {problem.ref} is known, and {task.name}'s reference solver found none within "
        f"{SECONDS:.0f} s and {MEMORY >> 20} MiB. Its check judges answers all the same."
    )


def _solved(problem: Problem) -> str:
    """Return what the reference solver returns; nothing if it fails or is not done in time."""
    given = {"path": sys.path, "memory": MEMORY, "task": problem.task, "question": problem.question}
    try:
        done = subprocess.run(
            [sys.executable, "-s", "-P", "-c", _SOLVER],
            input=json.dumps(given),
            env={**os.environ, "PYTHONHASHSEED": "0"},
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return (json.loads(done.stdout) or "").strip() if done.returncode == 0 else ""

"""Verifiers beside reasoning-gym's scorers, on what a policy may find out: answers that should earn nothing.

Each of the peer's data sets at its defaults, and each task of ours that follows one at levels 1 to 3; needs the extra
``oracle``. The answers that are run as code only make a file in a temporary folder.
"""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from report import publish

from r1ci_env import get_task, list_tasks

ITEMS = 20
LONGEST = 2  # seconds that a verdict may take
JUNK = ("", " ", "\n", "nan", "inf", "banana", "qwxz garbage text 123", "1*2*3*4", "(((", "?")
SLOW = ("9**9**9**9", "factorial(10**8)", '"a"*10**9')
FULL = 0.99

Item = tuple[str, Any, Callable[[str], float]]  # question, right answer or None, score of an answer


def ours(name: str) -> Iterator[Item]:
    """Yield items of a task of ours."""
    task = get_task(name)
    for seed in range(ITEMS):
        problem = task.problem(seed, 1 + seed % 3)
        yield problem.question, problem.answer, lambda answer, p=problem: float(task.check(p, answer))


def theirs(name: str) -> Iterator[Item]:
    """Yield items of a data set of the peer."""
    import reasoning_gym

    dataset = reasoning_gym.create_dataset(name, seed=42, size=ITEMS)
    for item in dataset:
        yield item["question"], item["answer"], lambda answer, i=item: float(dataset.score_answer(answer, i))


def faults(items: list[Item], folder: Path) -> set[str]:
    """Return what is wrong with the verdicts on these items."""
    found: set[str] = set()
    earned = dict.fromkeys(JUNK, 0)
    mark = folder / "made_by_an_answer"
    for _, right, score in items:
        if right is None or score(right) < FULL:
            found.add("its own answer is wrong")
        code = f"__import__('pathlib').Path({str(mark)!r}).touch()"
        for answer in (*JUNK, code):
            try:
                reward = 0.0 if answer == right else score(answer)
            except Exception:
                found.add("raises")
                continue
            if reward > 0:
                found.add("junk earns something")
            if answer in earned:
                earned[answer] += reward >= FULL
    if any(count == len(items) for count in earned.values()):
        found.add("one junk answer always earns everything")
    if mark.exists():
        found.add("runs the answer as code")
        mark.unlink()
    for answer in SLOW:
        start = time.perf_counter()
        signal.alarm(LONGEST)
        with contextlib.suppress(Exception):  # a scorer may take the alarm for a fault of the answer
            items[0][2](answer)
        signal.alarm(0)
        if time.perf_counter() - start > LONGEST - 0.1:
            found.add(f"takes more than {LONGEST} s")
    return found


def digests(side: str, hash_seed: int) -> dict[str, str]:
    """Return a digest of the questions of each task, made in a process with this hash seed."""
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "digests.json")  # some data sets print
        subprocess.run([sys.executable, __file__, side, path], env=environment, stdout=subprocess.DEVNULL, check=True)
        found: dict[str, str] = json.loads(path.read_text())
    return found


def write_digests(side: str, path: Path) -> None:
    """Write what `digests` reads."""
    names, make = SIDES[side]
    found = {}
    for name in names():
        questions = "\0".join(question for question, _, _ in make(name))
        found[name] = hashlib.sha256(questions.encode()).hexdigest()
    path.write_text(json.dumps(found))


def their_names() -> list[str]:
    """Return the peer's data sets."""
    from reasoning_gym.factory import DATASETS

    return sorted(set(DATASETS) - {"composite"})


SIDES: dict[str, tuple[Callable[[], list[str]], Callable[[str], Iterator[Item]]]] = {
    "r1ci-env": (lambda: list_tasks(source="reasoning_gym"), ours),
    "reasoning-gym": (their_names, theirs),
}


def main() -> None:
    """Compare, and write the results."""
    signal.signal(signal.SIGALRM, _too_long)
    warnings.simplefilter("ignore")  # of the scorers, about the answers
    named: dict[str, dict[str, list[str]]] = {}
    for side, (names, make) in SIDES.items():
        by_fault = named.setdefault(side, {})
        one, other = digests(side, 1), digests(side, 2)
        for name in names():
            with tempfile.TemporaryDirectory() as folder:
                found = faults(list(make(name)), Path(folder))
            if one[name] != other[name]:
                found.add("other problems with another hash seed")
            for fault in found:
                by_fault.setdefault(fault, []).append(name)
    kinds = sorted({fault for by_fault in named.values() for fault in by_fault})
    rows = [
        {"package": side, "tasks": len(SIDES[side][0]()), **{kind: len(named[side].get(kind, [])) for kind in kinds}}
        for side in SIDES
    ]
    publish("scorers", "Tasks whose verdicts go wrong", rows, peer=version("reasoning-gym"), named=named)


def _too_long(*_: object) -> None:
    raise TimeoutError


if __name__ == "__main__":
    if len(sys.argv) == 3:
        write_digests(sys.argv[1], Path(sys.argv[2]))
    else:
        main()

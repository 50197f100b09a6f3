"""How often small predictors are right on the problems of one task and level."""

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from r1ci_env.audit import features
from r1ci_env.audit.predictors import logistic, ranking, tree
from r1ci_env.task import Problem, Task

MARGIN = 0.12
"""How far above chance a choice, or a question with two answers, may be guessed."""

LIMIT = 0.55
"""How often the answer to any other question may be guessed."""

MAX_LABELS = 12
TRIED = 40  # problems on which a guess is tried before it is tried on all
PROMISING = 0.25

Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shortcut:
    """The best of the predictors for one task and level.

    Attributes:
        task: Name of the task.
        level: Level of the problems.
        kind: ``choice`` (lettered options), ``binary`` (two answers) or ``open``.
        chance: How often a guess without a look is right: one option in so many, or the commonest answer.
        accuracy: How often the best predictor is right on problems that it was not fitted on.
        predictor: Which it is.
        limit: What ``accuracy`` may be at most.
    """

    task: str
    level: int
    kind: str
    chance: float
    accuracy: float
    predictor: str
    limit: float

    @property
    def ok(self) -> bool:
        """Whether no shortcut pays."""
        return self.accuracy <= self.limit


def audit(task: Task, level: int, count: int = 1_000, first_seed: int = 0) -> Shortcut:
    """Fit the predictors on one half of ``count`` problems, apply them to the other, and the other way round.

    Args:
        task: The task.
        level: Level of the problems.
        count: How many problems.
        first_seed: Seed of the first.
    """
    problems = [task.problem(first_seed + i, level) for i in range(count)]
    texts = [problem.question for problem in problems]
    halves = np.arange(count) % 2 == 0
    answers = Counter(problem.answer for problem in problems)
    chance = answers.most_common(1)[0][1] / count
    found: dict[str, float] = {"constant": chance}
    kind = "open"
    if all("options" in problem.data for problem in problems):
        kind = "choice"
        chance = float(np.mean([1 / len(problem.data["options"]) for problem in problems]))
        found |= _of_options(problems, halves)
    elif len(answers) == 2:
        kind, chance = "binary", 0.5
    labels = [answer for answer, _ in answers.most_common(MAX_LABELS)]
    if sum(answers[label] for label in labels) > 0.2 * count and len(labels) > 1:
        found |= _of_labels(texts, [problem.answer for problem in problems], labels, halves)
    if kind == "open":
        found |= _of_guesses(task, problems)
    limit = LIMIT if kind == "open" else chance + MARGIN
    predictor = max(found, key=lambda name: found[name])
    return Shortcut(task.name, level, kind, chance, found[predictor], predictor, limit)


def _of_labels(
    texts: Sequence[str], answers: Sequence[str], labels: Sequence[str], halves: NDArray[np.bool_]
) -> dict[str, float]:
    """Predict the answer from the text, as one of the commonest ones."""
    place = {label: i for i, label in enumerate(labels)}
    wanted = np.array([place.get(answer, len(labels)) for answer in answers])
    plain = np.array([features.surface(text) for text in texts])
    said = [features.words(text) for text in texts]
    right = Counter[str]()
    for train in (halves, ~halves):
        telling = features.telling_words(list(itertools.compress(said, train)), wanted[train].tolist())
        matrix = np.hstack([plain, features.presence(said, telling)])
        for name, fit, seen in (
            ("logistic on the text", logistic, matrix),
            ("logistic on the counts", logistic, plain),
            ("tree on the text", tree, matrix),
        ):
            scores = fit(seen[train], wanted[train], seen[~train], len(labels) + 1)[:, : len(labels)]
            right[name] += int((scores.argmax(1) == wanted[~train]).sum())
    return {name: n / len(texts) for name, n in right.items()}


def _of_options(problems: Sequence[Problem], halves: NDArray[np.bool_]) -> dict[str, float]:
    """Predict which option is right from the options, each beside the others."""
    options = [[str(option) for option in problem.data["options"]] for problem in problems]
    sizes = np.array([len(listed) for listed in options])
    groups = np.repeat(np.arange(len(problems)), sizes)
    right = np.concatenate(
        [np.arange(size) == ord(problem.answer[1]) - 65 for size, problem in zip(sizes, problems, strict=True)]
    )
    stems = [problem.question.partition("\nOptions:")[0] for problem in problems]
    plain = np.vstack([features.option_features(stem, listed) for stem, listed in zip(stems, options, strict=True)])
    said = [features.words(option) for listed in options for option in listed]
    credit: dict[str, float] = defaultdict(float)
    for half in (halves, ~halves):
        train = half[groups]
        telling = features.telling_words(
            list(itertools.compress(said, train)), right[train].astype(int).tolist(), features.MAX_OPTION_WORDS
        )
        matrix = np.hstack([plain, features.presence(said, telling)])
        _, dense = np.unique(groups[train], return_inverse=True)
        scored = {
            "logistic on the options": ranking(matrix[train], dense, right[train], matrix[~train]),
            "tree on the options": tree(matrix[train], right[train].astype(np.intp), matrix[~train], 2)[:, 1],
        }
        for name, scores in scored.items():
            credit[name] += _credit(scores, groups[~train], right[~train])
    return {name: value / len(problems) for name, value in credit.items()}


def _credit(scores: NDArray[np.float64], groups: Ints, right: NDArray[np.bool_]) -> float:
    """Return how many groups have the right option on top; ties count in part."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    sizes = np.diff(np.r_[starts, len(groups)])
    top = scores >= np.repeat(np.maximum.reduceat(scores, starts), sizes) - 1e-12
    return float((np.add.reduceat(top & right, starts) / np.add.reduceat(top, starts)).sum())


def _of_guesses(task: Task, problems: Sequence[Problem]) -> dict[str, float]:
    """Hand in what stands in the question, or what its numbers amount to."""
    guesses = [dict(_guesses(problem.question)) for problem in problems]
    found = {}
    for name in sorted(set().union(*guesses[:TRIED])):
        if _share(task, problems[:TRIED], guesses, name) >= PROMISING:
            found[name] = _share(task, problems, guesses, name)
    return found


def _share(task: Task, problems: Sequence[Problem], guesses: Sequence[dict[str, str]], name: str) -> float:
    return sum(name in g and task.check(p, g[name]) for p, g in zip(problems, guesses, strict=False)) / len(problems)


_OF_NUMBERS: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "product": math.prod,
    "largest": max,
    "smallest": min,
    "count": len,
    "range": lambda found: max(found) - min(found),
}


def _guesses(question: str) -> Iterator[tuple[str, str]]:
    shown = re.sub(r"<<<.*?>>>", "", question, flags=re.S)
    found = features.NUMBER.findall(shown)[:200]
    for i, number in enumerate(found[:6]):
        yield f"number {i + 1}", number
    for i, number in enumerate(found[::-1][:4]):
        yield f"number {i + 1} from the end", number
    if found:
        values = [float(number[:15]) for number in found]
        for name, amount in _OF_NUMBERS.items():
            yield f"{name} of the numbers", f"{amount(values):.12g}"
        tail = [*values[-2:], 0.0]
        yield "last two added", f"{tail[0] + tail[1]:.12g}"
        yield "last two multiplied", f"{tail[0] * tail[1]:.12g}"
    yield "count of words", str(len(shown.split()))
    yield "count of lines", str(shown.count("\n") + 1)
    for i, part in enumerate(re.split(r"\n\s*\n", shown)[:6]):
        yield f"paragraph {i + 1}", part
    lines = [line for line in shown.splitlines() if line.strip()]
    for i, line in enumerate(lines[:6]):
        yield f"line {i + 1}", line
        yield f"line {i + 1} behind its colon", line.rpartition(":")[2]
    for i, line in enumerate(lines[::-1][:4]):
        yield f"line {i + 1} from the end", line
    for i, quoted in enumerate(re.findall(r"['\"“]([^'\"“”\n]{1,400})['\"”]", shown)[:4]):
        yield f"quotation {i + 1}", quoted
        yield f"quotation {i + 1} reversed", quoted[::-1]
    block = max(re.split(r"\n(?=\S* \S* \S* .*[a-z])|\n\s*\n", shown), key=lambda part: part.count("\n"))
    yield "longest block", "\n".join(line for line in block.splitlines() if not re.search(r"[a-z]{3}", line))

"""Hypotheses that what a question tells refutes: guesses, each tested by a program of its own."""

import random
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from r1ci_env.programs import program

Guess = TypeVar("Guess")

NEAREST: Final = 2
"""Of how many scores, the best ones, guesses are drawn."""


def near_misses(guesses: Iterable[Guess], score: Callable[[Guess], int | None], seed: str) -> list[Guess]:
    """Return one or two guesses that fit nearly all that is told, the second better than the first.

    Args:
        guesses: What may be thought of.
        score: How much a guess fits, or how much comes before what refutes it; None for a guess that nothing refutes,
            which is left out.
        seed: Decides which are drawn.
    """
    wrong: dict[int, list[Guess]] = {}
    for guess in guesses:
        points = score(guess)
        if points is not None:
            wrong.setdefault(points, []).append(guess)
    rng = random.Random(seed)
    best = sorted(wrong)[-NEAREST:]
    drawn = sorted(rng.sample(best, min(len(best), rng.choice((1, 1, 2)))))
    return [rng.choice(wrong[points]) for points in drawn]


def refuted(
    test: Callable[..., str], instance: Mapping[str, Any], guesses: Iterable[Mapping[str, Any]], seed: str
) -> list[str]:
    """Return programs that test one or two wrong guesses and print what refutes each.

    Args:
        test: Returns ``fails on word 3`` for a guess that the third word refutes, or the like, else an answer.
        instance: What is known, as ``test`` takes it.
        guesses: The other arguments of ``test``.
        seed: Decides which guesses are drawn.
    """

    def fails_on(guess: Mapping[str, Any]) -> int | None:
        said = re.match(r"fails on \w+ (\d+)", test(**instance, **guess))
        return int(said[1]) if said else None

    return [program(test, {**instance, **guess}) for guess in near_misses(guesses, fails_on, seed)]

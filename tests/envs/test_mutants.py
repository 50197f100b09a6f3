"""Mutated answers are wrong, unless they say the same or the problem has many right answers."""

import os
import random
import re
from fractions import Fraction

import pytest

from r1ci_env.registry import get_task, list_tasks
from r1ci_env.testing import judged, mutations

PER_LEVEL = int(os.environ.get("R1CI_MUTANTS", "30"))
PER_PROBLEM = 15

MANY_RIGHT_ANSWERS = frozenset(
    """
    Game24 PathPlan Blocksworld BoxLift BoxNet PermutationsCombinations LogicalEquation CombinatorialCalculation
    ConstrainedLinearArrangement LogicPuzzle Countdown Sokoban TowerOfHanoi RubiksCube KnightSwap RushHour QuantumLock
    ShortestPath PropositionalLogic WordLadder Jugs GraphColor SentenceReordering PalindromeGeneration
    """.split()
)
"""Tasks of which a mutant may be another right answer: at most one in ten is, or the check is too weak."""

EQUIVALENT = frozenset(
    """
    MathGeometry MathCountingProbability ComplexArithmetic SimpleIntegration IntermediateIntegration
    PolynomialMultiplication PolynomialEquations AdvancedGeometry SimpleGeometry PowerFunction NumberFormat
    BitwiseArithmetic TimeIntervals DecimalArithmetic
    """.split()
)
"""Tasks whose answers have forms of equal value that only their own reader can compare; tested where it is tested."""

ARTICLES = ("a", "an", "the")


def said(answer):
    """What an answer says: its numbers by value and its words, in any order and without articles."""
    tokens = re.findall(r"\d+(?:\.\d*)?|\.\d+|[^\W\d_]+", answer.casefold())
    numbers = [str(Fraction(token)) for token in tokens if token[0].isdigit() or token[0] == "."]
    return sorted(numbers), sorted(
        token.rstrip("s") for token in tokens if token[0].isalpha() and token not in ARTICLES
    )


def in_order(answer):
    words = re.sub(rf"\b(?:{'|'.join(ARTICLES)})\b", "", answer.casefold())
    return re.sub(r"[\W_]+", "", re.sub(r"(?<![\d.])0+(?=\d)", "", words))


ANY_ORDER = frozenset("Letters GroupAnagrams PrimeFactorization PalindromePartitioning Cryptarithm EightQueens".split())


@pytest.mark.parametrize("name", list_tasks())
def test_mutants_are_wrong_or_say_the_same(name):
    task = get_task(name)
    accepted = tried = 0
    for level in task.levels:
        for seed in range(PER_LEVEL // PER_PROBLEM):
            problem, rng = task.problem(900 + seed, level), random.Random(seed)
            mutants = mutations(problem.answer, rng, 3 * PER_PROBLEM)[:PER_PROBLEM]
            for mutant in mutants:
                tried += 1
                if judged(task, problem, mutant) and in_order(mutant) != in_order(problem.answer):
                    accepted += 1
                    if name not in MANY_RIGHT_ANSWERS | EQUIVALENT:
                        assert said(mutant) == said(problem.answer), f"{problem.ref} accepts {mutant!r}"
                        assert name in ANY_ORDER or re.search(r"\d", mutant), f"{problem.ref} accepts {mutant!r}"
    assert accepted <= 0.1 * tried or name in EQUIVALENT, f"{accepted} of {tried} mutants are accepted"

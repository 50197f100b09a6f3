"""What a group of answers can teach, exactly: the policy of one logit.

A policy that answers right with probability ``p = 1 / (1 + exp(-z))`` has the score ``r - p`` for an outcome ``r``. In
a group of G answers with k right ones the gradient by advantages ``r - k/G`` is ``k (G - k) / G^2``, the variance of
the group, whatever ``p`` is; divided by the group's deviation it is that deviation. With ``q = 1 - p``, a gradient
raises the success rate by ``p q`` times itself, to first order, so that a problem gains about ``(p q)^2``, or
``(p q)^1.5`` with the division. The page docs/curricula.md explains it.
"""

import math
from fractions import Fraction
from typing import TypeVar

Number = TypeVar("Number", float, Fraction)

EXPONENT_RAW = 2.0
"""Exponent of ``p q`` in what a problem gains, for losses that leave advantages as they are (Dr.GRPO)."""

EXPONENT_DIVIDED = 1.5
"""The same for losses that divide advantages by the group's deviation (GRPO, DAPO)."""


def potential(correct: int, answers: int) -> Fraction:
    """Return the improvement potential ``4 p (1 - p)`` of ``p = correct / answers``, from 0 to 1, exactly."""
    return Fraction(4 * correct * (answers - correct), answers**2)


def unbiased_variance(correct: int, answers: int) -> Fraction:
    """Return the estimate of ``p (1 - p)`` whose mean is just that; it takes two answers at least."""
    return Fraction(correct * (answers - correct), answers * (answers - 1))


def group_gradient(correct: int, group: int) -> Fraction:
    """Return the gradient of a group by advantages that are not divided."""
    return Fraction(correct * (group - correct), group**2)


def divided_gradient(correct: int, group: int) -> float:
    """Return the gradient of a group by advantages divided by its deviation."""
    return math.sqrt(correct * (group - correct)) / group


def binomial(p: Number, group: int, correct: int) -> Number:
    """Return the probability of so many right answers in a group."""
    return math.comb(group, correct) * p**correct * (1 - p) ** (group - correct)


def mean_gradient(p: Number, group: int) -> Number:
    """Return the mean of `group_gradient`: ``(1 - 1/G) p q``, the paper's Lemma C.1."""
    return p * (1 - p) * (group - 1) / group


def gradient_second_moment(p: Number, group: int) -> Number:
    """Return the mean square of `group_gradient`; it rises with ``p q``, which is the paper's Proposition 2."""
    pq = p * (1 - p)
    return pq * ((group - 2) * (group - 3) * pq + (group - 1)) * (group - 1) / group**3


def signal_share(p: Number, group: int) -> Number:
    """Return the probability that a group has right and wrong answers: all others teach nothing."""
    return 1 - p**group - (1 - p) ** group


def hoeffding_bound(answers: int, error: float) -> float:
    """Return how likely an estimate of p is off by ``error`` or more, at most (the paper's Lemma C.2)."""
    return min(1.0, 2 * math.exp(-2 * answers * error**2))

"""Statistics of evaluation: functions of counts and shares alone."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Z95 = 1.959963984540054
"""Quantile of the normal distribution that leaves 2.5 % on either side."""


def wilson_interval(successes: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson score interval of a proportion (Wilson 1927).

    Args:
        successes: How many of the trials were successes; an effective number need not be whole.
        n: How many trials there were, more than 0.
        z: Quantile of the normal distribution; 95 % by default.
    """
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if successes == 0 else max(0.0, centre - half)  # exactly, whatever is rounded
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def effective_trials(correct: Sequence[int], samples: Sequence[int]) -> float:
    """Return how many independent answers those of several samples a problem are worth.

    Samples of one problem resemble each other. The number is that of a binomial whose proportion varies as much as the
    mean over the problems does (Kish's design effect); from the number of problems, where all samples of a problem
    agree, to that of samples.

    Args:
        correct: Right answers to each problem.
        samples: Answers to each problem, at least 1.
    """
    problems, total = len(samples), sum(samples)
    if problems == total:
        return float(total)
    shares = [c / n for c, n in zip(correct, samples, strict=True)]
    mean = sum(shares) / problems
    spread = sum((share - mean) ** 2 for share in shares)
    if problems < 2 or spread == 0:
        return float(total if 0 < mean < 1 and problems > 1 else problems)
    return min(float(total), max(float(problems), mean * (1 - mean) * problems * (problems - 1) / spread))


def mean_interval(parts: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """Return the interval of the plain mean of independent estimates from those of the estimates.

    By the recovery of variances (Zou and Donner 2008): squared distances from estimate to limit add up.

    Args:
        parts: Estimate, lower and upper limit of each; at least one.
    """
    mean = sum(p for p, _, _ in parts) / len(parts)
    below = math.sqrt(sum((p - low) ** 2 for p, low, _ in parts)) / len(parts)
    above = math.sqrt(sum((high - p) ** 2 for p, _, high in parts)) / len(parts)
    return max(0.0, mean - below), min(1.0, mean + above)


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """Return the chance that one of ``k`` samples, drawn from those there without putting back, is right.

    The unbiased estimate of Chen et al. 2021 (arXiv 2107.03374).

    Raises:
        ValueError: there are fewer than ``k`` samples.
    """
    if not 1 <= k <= samples:
        raise ValueError(f"k must be from 1 to the {samples} samples, got {k}.")
    return 1 - math.comb(samples - correct, k) / math.comb(samples, k)


def paired_bootstrap(
    differences: Sequence[Sequence[float]], resamples: int = 10_000, seed: int = 0
) -> tuple[float, float, float]:
    """Return the 95 % interval of a mean of means, and how often it would come out so far from 0 by chance.

    Problems are drawn with replacement within their groups, so that each group keeps its weight.

    Args:
        differences: For each group, such as a task, the difference on each problem; no group is empty.
        resamples: How often the problems are drawn.
        seed: Of the draws.

    Returns:
        Lower limit, upper limit, and the two-sided p-value: twice the share of draws on the rarer side of 0.
    """
    rng = np.random.default_rng(seed)
    means: NDArray[np.float64] = np.zeros(resamples)
    for group in differences:
        values = np.asarray(group, float)
        # a draw of n problems is how often each distinct difference comes up
        levels, counts = np.unique(values, return_counts=True)
        drawn = rng.multinomial(len(values), counts / len(values), size=resamples)
        means += drawn @ levels / len(values)
    means /= len(differences)
    low, high = np.quantile(means, [0.025, 0.975])
    tolerance = 1e-12  # of sums that are 0 but for rounding
    rarer = min(float(np.mean(means <= tolerance)), float(np.mean(means >= -tolerance)))
    return float(low), float(high), min(1.0, 2 * rarer)

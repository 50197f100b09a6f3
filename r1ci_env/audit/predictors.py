"""Two small predictors: multinomial logistic regression and a shallow decision tree."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

STEPS = 200
PENALTY = 0.01
DEPTH = 3
BINS = 8


def standardised(train: Floats, test: Floats) -> tuple[Floats, Floats]:
    """Scale columns to mean 0 and deviation 1 by the rows of ``train``; constant columns become 0."""
    mean, deviation = train.mean(0), train.std(0)
    scale = np.where(deviation > 1e-9, deviation, np.inf)
    return (train - mean) / scale, np.clip((test - mean) / scale, -8, 8)


def logistic(train: Floats, labels: Ints, test: Floats, classes: int) -> Floats:
    """Fit by accelerated gradient descent with an L2 penalty; return class scores of shape (tests, classes)."""
    train, test = (np.hstack([part, np.ones((len(part), 1))]) for part in standardised(train, test))
    wanted = np.eye(classes)[labels]
    rate = 1 / (0.5 * np.linalg.norm(train, 2) ** 2 / len(train) + PENALTY)
    weights = look = np.zeros((train.shape[1], classes))
    for step in range(STEPS):
        scores = train @ look
        chances = np.exp(scores - scores.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        following = look - rate * (train.T @ (chances - wanted) / len(train) + PENALTY * look)
        look = following + step / (step + 3) * (following - weights)
        weights = following
    result: Floats = test @ weights
    return result


def ranking(train: Floats, groups: Ints, right: NDArray[np.bool_], test: Floats) -> Floats:
    """Fit a score for options by a softmax within each group; return the scores of ``test``, shape (options,).

    Args:
        train: Features of options, shape (options, features).
        groups: The group of each option, ascending from 0.
        right: Whether an option is the right one of its group.
        test: Features of other options.
    """
    train, test = standardised(train, test)
    count = int(groups[-1]) + 1
    starts = np.searchsorted(groups, np.arange(count))
    rate = 1 / (0.5 * np.linalg.norm(train, 2) ** 2 / count + PENALTY)
    weights = look = np.zeros(train.shape[1])
    for step in range(STEPS):
        scores = train @ look
        chances = np.exp(scores - np.maximum.reduceat(scores, starts)[groups])
        chances /= np.add.reduceat(chances, starts)[groups]
        following = look - rate * (train.T @ (chances - right) / count + PENALTY * look)
        look = following + step / (step + 3) * (following - weights)
        weights = following
    result: Floats = test @ weights
    return result


def tree(train: Floats, labels: Ints, test: Floats, classes: int) -> Floats:
    """Fit a tree of depth `DEPTH` by Gini impurity; return the class shares of the leaves, shape (tests, classes)."""
    edges = np.quantile(train, np.linspace(0, 1, BINS + 1)[1:-1], axis=0)
    binned, tests = (
        np.stack([np.searchsorted(edges[:, j], part[:, j], side="right") for j in range(part.shape[1])], 1)
        for part in (train, test)
    )
    scores = np.zeros((len(test), classes))
    _grow(binned, labels, tests, np.arange(len(train)), np.arange(len(test)), classes, DEPTH, scores)
    return scores


def _grow(
    binned: Ints, labels: Ints, tests: Ints, rows: Ints, asked: Ints, classes: int, depth: int, scores: Floats
) -> None:
    here = np.bincount(labels[rows], minlength=classes)
    scores[asked] = (here + 0.5 * here.sum() / max(len(labels), 1) / classes) / max(here.sum(), 1)
    if depth == 0 or len(rows) < 20 or np.count_nonzero(here) < 2:
        return
    width = binned.shape[1]
    cells = (np.arange(width) * BINS + binned[rows]) * classes + labels[rows, None]
    counts = np.bincount(cells.ravel(), minlength=width * BINS * classes).reshape(width, BINS, classes)
    left = counts.cumsum(1)[:, :-1].astype(float)
    right = here - left
    sizes = left.sum(2), right.sum(2)
    purity: Any = sum((side**2).sum(2) / np.maximum(size, 1) for side, size in zip((left, right), sizes, strict=True))
    purity[(sizes[0] < 5) | (sizes[1] < 5)] = -1
    feature, cut = np.unravel_index(int(purity.argmax()), purity.shape)
    if purity[feature, cut] <= (here**2).sum() / here.sum() + 1e-9:
        return
    for below in (True, False):
        kept, wanted = (
            part[(matrix[part, feature] <= cut) == below] for matrix, part in ((binned, rows), (tests, asked))
        )
        _grow(binned, labels, tests, kept, wanted, classes, depth - 1, scores)

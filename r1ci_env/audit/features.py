"""Cheap features of a question and of its options: what can be told without understanding either."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAX_WORDS = 200
MAX_OPTION_WORDS = 100
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
_WORD = re.compile(r"\w+|[^\w\s]")
_SIGNS = "0123456789.,;:!?()[]{}<>+-*/=%$#@&|_^~\"'"
_LETTER_SHARE = dict(zip("etaoinshrdlcumwfgypbvkjxqz", range(26, 0, -1), strict=True))


def numbers(text: str) -> list[float]:
    """Return the numbers that stand in a text, at most a thousand."""
    return [float(number[:15]) for number in NUMBER.findall(text)[:1000]]


def words(text: str) -> set[str]:
    """Return words, signs, and pairs of neighbours, in lower case."""
    single = _WORD.findall(text.lower())
    return {*single, *(f"{a} {b}" for a, b in itertools.pairwise(single))}


def surface(text: str) -> list[float]:
    """Return lengths, counts of every sort, and what the numbers in a text amount to, their parities too."""
    found = numbers(text) or [0.0]
    whole = [round(number) for number in found]
    parities = [len(found) % 2, sum(whole) % 2, *(whole[i] % 2 for i in (0, -1)), len(text) % 2]
    single = text.split()
    counts = [len(text), len(single), len(set(single)), text.count("\n"), sum(map(str.isdigit, text)), len(found)]
    sizes = [sum(found), max(found), min(found), found[0], found[-1], max(map(len, single), default=0)]
    sizes.append(len(found) / (abs(max(found)) + 1))
    letters = [sum(map(str.isupper, text)), *(text.count(sign) for sign in _SIGNS)]
    lower = text.lower()
    return [*parities, *counts, *sizes, *letters, *(lower.count(chr(i)) for i in range(97, 123))]


def telling_words(said: Sequence[set[str]], labels: Sequence[int], most: int = MAX_WORDS) -> list[str]:
    """Return the words and pairs whose presence goes most with the label, of those that are neither rare nor common."""
    seen = Counter(word for one in said for word in one)
    known = [word for word, count in seen.items() if 0.02 * len(said) <= count <= 0.98 * len(said)]
    shares = Counter(labels)
    by_label = {label: Counter[str]() for label in shares}
    for one, label in zip(said, labels, strict=True):
        by_label[label].update(one)

    def telling(word: str) -> float:
        share = seen[word] / len(said)
        spread = sum((by_label[label][word] - share * n) ** 2 / n for label, n in shares.items())
        return spread / (share * (1 - share))

    return sorted(known, key=lambda word: (-telling(word), word))[:most]


def presence(said: Sequence[set[str]], known: Sequence[str]) -> Floats:
    """Return which of the ``known`` words each text has, shape (texts, words)."""
    return np.array([[word in one for word in known] for one in said], float).reshape(len(said), len(known))


def option_features(question: str, options: Sequence[str]) -> Floats:
    """Return features of each option beside the others: position, length, likeness; shape (options, features)."""
    count = len(options)
    pairs = [{option[i : i + 2].lower() for i in range(len(option) - 1)} or {option} for option in options]
    tokens = [set(_WORD.findall(option.lower())) for option in options]
    likeness = np.array([[_dice(a, b) for b in pairs] for a in pairs])
    shared = np.array([[_dice(a, b) for b in tokens] for a in tokens])
    aligned = np.array([[_aligned(a, b) for b in options] for a in options])
    above, lower = Counter(_WORD.findall(question.lower())), question.lower()
    columns = [
        [len(option) for option in options],
        [len(option.split()) for option in options],
        likeness.mean(1),
        likeness.min(1),
        shared.mean(1),
        aligned.mean(1),
        (aligned - np.eye(count)).max(1),
        (shared - np.eye(count)).max(1),
        [len(own & above.keys()) / max(len(own), 1) for own in tokens],
        [sum(above[word] for word in own) / max(len(own), 1) for own in tokens],
        [min((above[word] for word in own), default=0) for own in tokens],
        [min(lower.count(option.lower()), 9) for option in options],
        [numbers(option)[0] if NUMBER.search(option) else 0.0 for option in options],
        [sum(_LETTER_SHARE.get(c, 0) for c in option.lower()) / max(len(option), 1) for option in options],
        [len(set(option)) for option in options],
    ]
    values = np.array(columns, float).T
    ranks = (values[:, None, :] > values[None, :, :]).mean(1)
    top, bottom = values == values.max(0), values == values.min(0)
    place = np.zeros((count, 8))
    place[np.arange(count), np.minimum(np.arange(count), 7)] = 1
    centred = values - values.mean(0)
    return np.hstack([centred, ranks, top, bottom, place, (np.arange(count) == count - 1)[:, None]])


def _aligned(a: str, b: str) -> float:
    """Return the share of words that stand at the same place, from either end."""
    first, second = a.split(), b.split()
    most = max(len(first), len(second), 1)
    ahead = sum(x == y for x, y in zip(first, second, strict=False))
    return max(ahead, sum(x == y for x, y in zip(first[::-1], second[::-1], strict=False))) / most


def _dice(a: set[str], b: set[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b))

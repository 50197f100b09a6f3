"""Algorithmic questions settle their answer, and no cheap look at them gives it away."""

import itertools
import re
from collections import Counter

import pytest

import r1ci_env
from r1ci_env.envs.reasoning_gym.algorithmic import game_of_life_halting, letter_jumble

LEVELS = range(1, 6)


def problems(name, level, count=200):
    task = r1ci_env.get_task(name)
    return [task.problem(seed, level=level) for seed in range(5_000, 5_000 + count)]


def best_guess(pairs):
    """Return how often the answer is right that is the commonest for the feature, over pairs of feature and answer."""
    answers = {}
    for feature, answer in pairs:
        answers.setdefault(feature, Counter())[answer] += 1
    return sum(count.most_common(1)[0][1] for count in answers.values()) / len(pairs)


# 200 problems: a share of 0.62 may come out as 0.70.


@pytest.mark.parametrize("level", LEVELS)
def test_a_ransom_note_wants_counting(level):
    found = problems("RansomNote", level)
    subset = [(set(p.data["note"]) <= set(p.data["magazine"]), p.answer) for p in found]
    length = [(len(p.data["magazine"]) > 2.5 * len(p.data["note"]), p.answer) for p in found]
    assert best_guess(subset) < 0.7 and best_guess(length) < 0.7


@pytest.mark.parametrize("level", LEVELS)
def test_isomorphic_strings_want_the_order_of_letters(level):
    found = [(p.data["words"], p.answer) for p in problems("IsomorphicStrings", level)]
    for feature in (
        lambda word: len(set(word)),
        lambda word: sorted(Counter(word).values()),
        lambda word: sum(a == b for a, b in itertools.pairwise(word)),
        lambda word: word[0] == word[-1],
    ):
        assert best_guess([(feature(a) == feature(b), answer) for (a, b), answer in found]) < 0.7


@pytest.mark.parametrize("level", LEVELS)
def test_two_steps_of_life_do_not_tell_whether_it_ends(level):
    pairs = []
    for p in problems("GameOfLifeHalting", level):
        board, height, width = p.data["board"], len(p.data["board"]), len(p.data["board"][0])
        cells = int("".join(str(cell) for row in board for cell in row), 2)
        for _ in range(2):
            cells = game_of_life_halting.step(cells, height, width)
        pairs.append((cells.bit_count() // (2 * level), p.answer))
    assert best_guess(pairs) < 0.7


@pytest.mark.parametrize("level", LEVELS)
def test_no_number_of_swaps_is_a_good_guess(level):
    found = problems("BinaryAlternation", level)
    assert best_guess([(0, p.answer) for p in found]) < 0.5
    assert best_guess([(len(p.data["string"]), p.answer) for p in found]) < 0.6


def _amounts_of_two(first, second):
    """Fill the first jug, pour it into the second, empty that, until the jugs are as they were before."""
    held, seen, amounts = (0, 0), set(), set()
    while held not in seen:
        seen.add(held)
        amounts.update(held)
        a, b = held
        poured = min(a, second - b)
        held = (a, 0) if b == second else (first, b) if a == 0 else (a - poured, b + poured)
    return amounts


@pytest.mark.parametrize("level", [3, 4, 5])
def test_no_two_jugs_alone_make_the_target(level):
    for p in problems("Jugs", level, 25):
        for pair in itertools.permutations(p.data["capacities"], 2):
            assert p.data["target"] not in _amounts_of_two(*pair)


def test_no_word_of_a_jumble_is_one_with_a_known_anagram():
    """The pairs that a search of large word lists found among common English words and names."""
    known = "several discover student sugar vacation without island person airplane calendar captain chicken every"
    assert not {*known.split(), *"holiday ladder tomorrow often modern camera".split()} & {*letter_jumble.WORDS}
    assert len({"".join(sorted(word)) for word in letter_jumble.WORDS}) == len(letter_jumble.WORDS)


def test_the_question_of_a_jumble_has_the_letters_of_its_answer():
    for p in problems("LetterJumble", 2, 20):
        jumbled = re.search(r":\n([a-z ]+)\n", p.question)[1].split()
        assert [sorted(word) for word in jumbled] == [sorted(word) for word in p.answer.split()]

"""Reasoning-Gym's algorithmic tasks: every right answer counts, and none that breaks a single stated rule."""

import itertools
import json

import pytest

from r1ci_env.official import load_reasoning_gym
from r1ci_env.registry import get_task


def made(name, data, answer="(none)"):
    return get_task(name).new_problem(1, "", data, answer)


def accepts(problem, answer):
    return get_task(problem.task).check(problem, answer)


def rewritten(program):
    """Apply the rules of A::B at the first place where one fits, until none does."""
    for i, pair in enumerate(itertools.pairwise(program)):
        if pair[0].endswith("#") and pair[1].startswith("#"):
            between = () if pair[0][0] == pair[1][1] else pair[::-1]
            return rewritten((*program[:i], *between, *program[i + 2 :]))
    return program


def test_ab_programs_end_where_their_rules_lead():
    for program in itertools.product(("A#", "#A", "B#", "#B"), repeat=5):
        final = rewritten(program)
        problem = made("AB", {"program": program})
        assert accepts(problem, " ".join(final) or "empty")
        assert accepts(problem, f"[{', '.join(final)}]".lower()) == bool(final)
        assert not accepts(problem, " ".join([*final, "A#"]))


def test_every_fitting_cryptarithm_is_right():
    """AB + C = AD holds for many digits: all that follow the rules are right, and only those."""
    problem = made("Cryptarithm", {"words": ["AB", "C"], "result": "AD", "leading_zero": False})
    for a, b, c, d in itertools.product(range(3), range(4), range(4), range(10)):
        right = a > 0 and c > 0 and len({a, b, c, d}) == 4 and b + c == d
        assert accepts(problem, f"A={a}, B={b}, C={c}, D={d}") == right
    assert not accepts(problem, "A=1, B=2, C=3") and not accepts(problem, "A=1, B=2, C=3, D=5, E=6")


def test_every_colouring_is_right_that_uses_the_colours_and_parts_the_ends_of_edges():
    problem = made("GraphColor", {"vertices": [0, 1, 2], "edges": [[0, 1], [1, 2]], "colors": [1, 2]})
    for colors in itertools.product(range(4), repeat=3):
        right = set(colors) <= {1, 2} and colors[0] != colors[1] != colors[2]
        assert accepts(problem, json.dumps(dict(enumerate(colors)))) == right
    assert not accepts(problem, '{"0": 1, "1": 2}')


def test_jugs_are_simulated():
    problem = made("Jugs", {"capacities": [3, 5], "target": 4, "fewest": 6})
    moves = ["fill B", "pour B->A", "empty A", "pour B->A", "fill B", "pour B->A"]
    for text in (
        json.dumps(moves),
        str(moves),
        ", ".join(moves),
        "\n".join(moves),
        json.dumps(["fill A", "empty A", *moves]),
    ):
        assert accepts(problem, text)
    for text in (moves[:-1], [*moves, "empty B"], ["fill C", *moves], ["pour A->A", *moves], ["pour A", *moves]):
        assert not accepts(problem, json.dumps(text))


def test_a_ladder_changes_one_letter_a_step_and_keeps_to_the_words():
    data = {"start": "cold", "end": "warm", "words": "card cold cord ward warm word worm".split(), "any_word": False}
    problem = made("WordLadder", data)
    for text in (
        "cold,cord,card,ward,warm",
        "COLD -> CORD -> WORD -> WORM -> WARM",
        "cold,cord,cold,cord,word,ward,warm",
    ):
        assert accepts(problem, text)
    for text in ("cold,warm", "cold,cord,word,ward", "cord,word,ward,warm", "cold,cold,cord,word,worm,warm"):
        assert not accepts(problem, text)
    assert not accepts(problem, "cold,wold,word,ward,warm"), "wold is a word, but not one of these"


def test_every_palindrome_of_the_letters_is_right():
    problem = made("PalindromeGeneration", {"letters": list("aabbc")})
    right = {"abcba", "bacab"}
    for letters in set(itertools.permutations("aabbc")):
        assert accepts(problem, "".join(letters)) == ("".join(letters) in right)
    assert not accepts(problem, "aba") and not accepts(problem, "ab c ba")


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ('[["aa", "b"], ["a", "a", "b"]]', True),
        ("[['a', 'a', 'b'], ['aa', 'b']]", True),
        ('[["aa", "b"]]', False),
        ('[["aa", "b"], ["aa", "b"]]', False),
        ('[["aa", "b"], ["a", "a", "b"], ["a", "ab"]]', False),
        ('[["aa", "b"], ["a", "a", "b", ""]]', False),
        ('["aa", "b"]', False),
        ('{"a": ["aa", "b"]}', False),
    ],
)
def test_palindrome_partitions_are_all_listed_once(answer, right):
    assert accepts(made("PalindromePartitioning", {"string": "aab"}), answer) == right


def test_groups_of_anagrams_may_come_in_any_order():
    problem = made("GroupAnagrams", {"words": ["tea", "own", "eat"]})
    assert accepts(problem, '[["own"], ["tea", "eat"]]') and accepts(problem, "[['eat', 'tea'], ['own']]")
    for wrong in ('[["tea", "eat", "own"]]', '[["tea", "eat"]]', '[["own"], ["own"], ["tea", "eat"]]', "[[1], [null]]"):
        assert not accepts(problem, wrong)


def test_numbers_are_compared_by_value_and_in_order():
    sorting = made("NumberSorting", {"given": ["2", "-1.50", "10"], "order": "descending"})
    assert accepts(sorting, "['10', '2.0', '-1.5']") and accepts(sorting, "10 2 -1.5")
    assert not accepts(sorting, "2, 10, -1.5") and not accepts(sorting, "10, 2")
    filtering = made("NumberFiltering", {"given": ["2", "-1.50", "10"], "operation": "keep_larger", "bound": "2"})
    assert accepts(filtering, "['10']") and accepts(filtering, "[10.0]") and not accepts(filtering, "[2, 10]")
    empty = made("NumberFiltering", {"given": ["2"], "operation": "remove_smaller", "bound": "3"})
    assert accepts(empty, "[]") and not accepts(empty, "{}") and not accepts(empty, "[2]")


def test_every_sentence_of_the_pattern_is_right():
    data = {
        "words": sorted("the old farmer saw a kitten".replace(" a ", " our ").split()),
        "pattern": ["determiner", "adjective", "noun", "verb", "determiner", "noun"],
    }
    problem = made("SentenceReordering", data)
    for text in ("the old farmer saw our kitten", "Our old kitten saw the farmer."):
        assert accepts(problem, text)
    for text in ("old the farmer saw our kitten", "the old farmer saw the kitten", "the farmer saw our kitten"):
        assert not accepts(problem, text)


def test_a_stored_answer_that_is_wrong_or_missing_is_replaced():
    entries = [
        {"dataset": "count_primes", "question": "?", "answer": "5", "metadata": {"start": 1, "end": 10}},
        {"dataset": "count_primes", "question": "?", "answer": None, "metadata": {"start": 1, "end": 10}},
        {"dataset": "count_primes", "question": "?", "answer": "4", "metadata": {"start": 1, "end": 10}},
    ]
    problems = load_reasoning_gym(entries)
    assert [p.answer for p in problems] == ["4", "4", "4"]
    assert [p.data["flaw"] for p in problems] == [
        "the stored answer is wrong",
        "the original stores no answer",
        None,
    ]
    assert [accepts(p, "5") for p in problems] == [False] * 3


def test_the_sentence_that_an_entry_took_apart_is_right():
    """Entries put a repeated word beside its first occurrence; the sentence from the book is right all the same."""
    entry = {
        "dataset": "sentence_reordering",
        "question": "Restore the correct order of words in the following sentence: late. think am I I",
        "answer": "I I think am late.",
        "metadata": {},
    }
    (problem,) = load_reasoning_gym([entry])
    assert problem.data["flaw"] and accepts(problem, "I think I am late.")
    assert not accepts(problem, "late. I think I am") and not accepts(problem, "I think am late.")

"""Answers that keep all rules but one, which some of the original's own checks let through."""

import itertools
import json

import pytest

from r1ci_env.registry import get_task


def problem_of(name, seed=0, level=1, where=lambda problem: True):
    """The first problem from ``seed`` on that has what the test needs."""
    return next(p for s in itertools.count(seed) if where(p := get_task(name).problem(s, level)))


def accepts(problem, answer):
    return get_task(problem.task).check(problem, answer)


def test_arrangement_must_be_a_permutation():
    problem = problem_of("PermutationsCombinations")
    order = json.loads(problem.answer)
    assert accepts(problem, "".join(order)) and accepts(problem, ", ".join(order))
    assert not accepts(problem, json.dumps([*order, order[0]]))
    assert not accepts(problem, json.dumps(order[:-1]))


@pytest.mark.parametrize("seed", range(5))
def test_exactly_the_arrangements_that_meet_all_constraints_are_right(seed):
    problem = problem_of("PermutationsCombinations", seed)
    relations = {
        "at": lambda i, j: i + 1 == j,
        "not at": lambda i, j: i + 1 != j,
        "left": lambda i, j: i < j,
        "right": lambda i, j: i > j,
        "adjacent": lambda i, j: abs(i - j) == 1,
    }
    for order in itertools.permutations(problem.data["letters"]):
        place = {letter: i for i, letter in enumerate(order)}
        right = all(relations[kind](place[a], place.get(b, b)) for kind, a, b in problem.data["constraints"])
        assert accepts(problem, json.dumps(order)) == right


def test_letters_stand_for_different_numbers_of_the_list():
    """Letters without statements could repeat a number or leave the list if that were not checked."""
    problem = problem_of(
        "LogicalEquation",
        where=lambda p: any(all(x not in c[1:3] for c in p.data["constraints"]) for x in p.data["letters"]),
    )
    free = [
        i for i, x in enumerate(problem.data["letters"]) if all(x not in c[1:3] for c in problem.data["constraints"])
    ]
    values = json.loads(problem.answer)
    for wrong in (values[free[0] - 1], 9999):
        assert not accepts(problem, str([wrong if i == free[0] else v for i, v in enumerate(values)]))


def test_numbers_keep_their_order_and_take_no_sign():
    task = get_task("CombinatorialCalculation")
    problem = task.new_problem(1, "", {"numbers": [6, 2, 7], "target": 10}, "[6, /, 2, +, 7]")
    for right in ("[6, /, 2, +, 7]", "6/2+7", "(6 / 2) + 7 = 10", '["6", "/", "2", "+", "7"]', r"6 \div 2 + 7"):
        assert task.check(problem, right), right
    for wrong in ("[7, +, 6, /, 2]", "[6, 2, -, 7]", "6/2+7 = 11", "[3, +, 7]", "--6/2+7", "[6, /, 2, +, 7, -, 0]"):
        assert not task.check(problem, wrong), wrong


def test_given_queens_stay():
    problem = problem_of("EightQueens", where=lambda p: "1" in "".join(p.data["board"]))
    others = [p.answer for p in (problem_of("EightQueens", seed) for seed in range(1, 60))]
    given = {(r, c) for r, row in enumerate(problem.data["board"]) for c, mark in enumerate(row) if mark == "1"}
    placings = [{tuple(map(int, cell.split())) for cell in answer.split(", ")} for answer in others]
    moved = [answer for answer, cells in zip(others, placings, strict=True) if not given <= cells]
    assert moved and not any(accepts(problem, answer) for answer in moved)
    assert accepts(problem, str([list(map(int, cell.split())) for cell in problem.answer.split(", ")]))


def test_averages_may_be_rounded_to_four_digits_but_not_to_integers():
    task = get_task("Pooling")
    matrix = [[1, 2, 3, 0], [4, 5, 7, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
    problem = task.new_problem(1, "", {"matrix": matrix, "window": 3, "kind": "average"}, "8/3, 19/9, 2, 14/9")
    for right in (problem.answer, "2.6667, 2.1111, 2, 1.5556", "[[2.66667, 2.11111], [2.0, 1.55556]]"):
        assert task.check(problem, right), right
    for wrong in ("3, 2, 2, 2", "2, 2, 2, 1", "2.67, 2.11, 2, 1.56", "8/3, 19/9, 2", "8/3, 2, 19/9, 14/9"):
        assert not task.check(problem, wrong), wrong


def test_peng_comes_before_chi_and_chi_looks_past_pairs():
    task = get_task("MahjongPattern")

    def judged(hand, card):
        return task.solve(f"You hold {len(hand)} letter cards: {hand}. Peng, Chi.\nRound 1: draw {card}\n")

    assert judged("LLMMNNOPQRSTU", "M") == "1"
    assert judged("LLKKNNOPQRSTU", "M") == "2"
    assert judged("LLJJFFOPQRSTU", "Z") == judged("YBBDDFFHHJJLL", "A") == "0"

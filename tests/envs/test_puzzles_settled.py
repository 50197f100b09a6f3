"""Questions of puzzles, graphs, geometry and logic settle their answer, and their surface does not give it away."""

import itertools
import re
from collections import Counter

import pytest

import r1ci_env

LEVELS = range(1, 6)


def problems(name, level, count, first_seed=2_000):
    task = r1ci_env.get_task(name)
    return [task.problem(seed, level=level) for seed in range(first_seed, first_seed + count)]


def best_guess(pairs):
    """Return how often the answer is right that is the commonest for the feature, over pairs of feature and answer."""
    answers = {}
    for feature, answer in pairs:
        answers.setdefault(feature, Counter())[answer] += 1
    return sum(count.most_common(1)[0][1] for count in answers.values()) / len(pairs)


# Tsumego: a plain player of Go, with stones in a dictionary, tries every move of both sides.


def _near(point, side):
    r, c = point
    return [(r + d, c + e) for d, e in ((1, 0), (-1, 0), (0, 1), (0, -1)) if 0 <= r + d < side and 0 <= c + e < side]


def _group(stones, point, side):
    found, queue, liberties = {point}, [point], set()
    for one in queue:
        for other in _near(one, side):
            if other not in stones:
                liberties.add(other)
            elif stones[other] == stones[point] and other not in found:
                found.add(other)
                queue.append(other)
    return found, liberties


def _play(stones, ko, color, point, side):
    """Return the stones, the point where retaking is forbidden, and the captured stones; None if it is not legal."""
    if point in stones or point == ko:
        return None
    stones, captured = {**stones, point: color}, set()
    for other in _near(point, side):
        if stones.get(other, color) != color and not _group(stones, other, side)[1]:
            captured |= _group(stones, other, side)[0]
    for stone in captured:
        stones.pop(stone, None)
    group, liberties = _group(stones, point, side)
    if not liberties:
        return None
    return stones, min(captured) if len(captured) == len(group) == 1 and liberties == captured else None, captured


def _wins(stones, ko, point, target, moves, side):
    """Whether Black captures a stone of ``target`` within so many moves, the first at a point, whatever White does."""
    played = _play(stones, ko, "X", point, side)
    if played is None or moves == 0:
        return False
    after, ko, captured = played
    if captured & target:
        return True
    points = list(itertools.product(range(side), repeat=2))

    def follows(stones, ko):
        return any(_wins(stones, ko, next_point, target, moves - 1, side) for next_point in points)

    if moves == 1 or not follows(after, None):  # White passes
        return False
    replies = [reply for point in points if (reply := _play(after, ko, "O", point, side))]
    return all(follows(stones, ko) for stones, ko, _ in replies)


@pytest.mark.parametrize(("level", "count"), [(1, 10), (2, 5), (3, 25), (4, 4), (5, 4)])
def test_tsumego_has_one_first_move_also_among_double_threats(level, count):
    for problem in problems("Tsumego", level, count):
        rows = [row.replace(" ", "") for row in re.findall(r"^ ?\d+ ([XO. ]+)$", problem.question, re.M)]
        side, moves = (
            len(rows),
            ["first", "second", "third"].index(re.search(r"his (\w+) move", problem.question)[1]) + 1,
        )
        stones = {(r, c): mark for r, row in enumerate(rows) for c, mark in enumerate(row) if mark != "."}
        target = {point for point, color in stones.items() if color == "O"}
        right = [
            f"{chr(65 + c)}{side - r}"
            for r, c in itertools.product(range(side), repeat=2)
            if _wins(stones, None, (r, c), target, moves, side)
        ]
        assert right == [problem.answer], problem.ref


def test_tsumego_sees_a_threat_to_two_groups():
    # D4 leaves each of the two white stones with one liberty; White can save only one of them.
    board = [".......", ".......", "..X.X..", ".XO.OX.", "..X.X..", ".......", "......."]
    task = r1ci_env.get_task("Tsumego")
    item = {"question": "?", "answer": "D4", "metadata": {"board": [list(row) for row in board]}}
    assert task.from_official(item).data["points"] == ["D4"]


# Shortcuts


@pytest.mark.parametrize("level", LEVELS)
def test_course_schedule_is_not_told_by_the_number_of_pairs(level):
    def features(question):
        courses = int(re.search(r"0 to (\d+)", question)[1]) + 1
        pairs = re.findall(r"\((\d+), (\d+)\)", question)
        waiting, needed = ({pair[i] for pair in pairs} for i in range(2))
        turned_round = any((b, a) in pairs for a, b in pairs)
        return len(pairs) - courses - courses // 3, bool(needed - waiting), bool(waiting - needed), turned_round

    found = {(p.answer, features(p.question)) for p in problems("CourseSchedule", level, 80)}
    assert found == {("True", (1, True, True, False)), ("False", (1, True, True, False))}


@pytest.mark.parametrize("level", LEVELS)
def test_maze_is_longer_than_the_way_through_an_empty_room(level):
    direct = 0
    found = problems("Maze", level, 200)
    for problem in found:
        start, goal = re.search(r"start is (.) and the goal is (.)\.", problem.question).groups()
        rows = problem.question.split("\n\n")[1].split("\n")
        (r, c), (s, d) = (next((r, row.index(m)) for r, row in enumerate(rows) if m in row) for m in (start, goal))
        direct += int(problem.answer) == abs(r - s) + abs(c - d)
    assert direct <= 0.55 * len(found)


@pytest.mark.parametrize("level", LEVELS)
def test_circuit_logic_is_not_told_by_the_top_gate(level):
    usual = {"AND": "0", "NOR": "0", "OR": "1", "NAND": "1"}
    told = []
    for problem in problems("CircuitLogic", level, 250):
        top = problem.question.split("\n\n")[1].split("\n")[0]
        if top in usual:
            told.append(usual[top] == problem.answer)
    assert sum(told) <= 0.62 * len(told)


@pytest.mark.parametrize("level", LEVELS)
def test_self_reference_has_no_favourite_number(level):
    answers = Counter(p.answer for p in problems("SelfReference", level, 100))
    assert answers.most_common(1)[0][1] <= 0.45 * 100


@pytest.mark.parametrize("level", LEVELS)
def test_shortest_path_is_not_told_by_the_share_of_blocked_cells(level):
    shares = []
    for problem in problems("ShortestPath", level, 200):
        cells = "".join(re.findall(r"^[*#OX](?: [*#OX])*$", problem.question, re.M)).replace(" ", "")
        shares.append((cells.count("X") / len(cells), problem.answer == "infeasible"))
    for bound in (0.3, 0.35, 0.4, 0.42, 0.45):
        fuller = [infeasible for share, infeasible in shares if share >= bound]
        assert sum(fuller) <= 0.55 * max(len(fuller), 10)


@pytest.mark.parametrize("level", LEVELS)
def test_rectangle_count_is_not_told_by_the_ink(level):
    found = problems("RectangleCount", level, 150 if level < 4 else 60)
    inks = [p.question.count("#") + p.question.count("@") for p in found]
    bounds = sorted(inks)[:: len(inks) // 5]
    assert best_guess([(sum(ink >= b for b in bounds), p.answer) for ink, p in zip(inks, found, strict=True)]) <= 0.5


@pytest.mark.parametrize("level", [1, 2])
def test_syllogism_is_not_told_by_the_words_of_the_premises(level):
    def words(question):
        premises, conclusion = question.split("\nDoes")
        kind = " ".join(re.findall(r"\b(All|No|Some|not)\b", conclusion.split("?")[0]))
        return kind, premises.count("not"), premises.count("Some") > 1

    assert best_guess([(words(p.question), p.answer) for p in problems("Syllogism", level, 600)]) <= 0.62


# Numbers as programs print them


@pytest.mark.parametrize("level", LEVELS)
def test_simple_geometry_takes_the_sum_of_floats(level):
    task = r1ci_env.get_task("SimpleGeometry")
    for problem in problems("SimpleGeometry", level, 30):
        value = 180 * (problem.data["sides"] - 2) - sum(map(float, problem.data["known"]))
        assert task.check(problem, str(value)), problem.ref
        assert not task.check(problem, f"{value + 0.01:.2f}"), problem.ref


@pytest.mark.parametrize("level", LEVELS)
def test_advanced_geometry_takes_every_precision_from_the_third_decimal_on(level):
    task = r1ci_env.get_task("AdvancedGeometry")
    for problem in problems("AdvancedGeometry", level, 25):
        values = [complex(x, y) for x, y in problem.data["points"]]
        if problem.data["kind"] != "circumcenter":
            continue
        (ax, ay), (bx, by), (cx, cy) = ((z.real, z.imag) for z in values)
        d = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
        a, b, c = (abs(z) ** 2 for z in values)
        x = (a * (by - cy) + b * (cy - ay) + c * (ay - by)) / d
        y = (a * (cx - bx) + b * (ax - cx) + c * (bx - ax)) / d
        for text in (f"({x}, {y})", f"({x:.6f}, {y:.6f})", f"({x:.3f}, {y:.3f})", f"x = {x}, y = {y}"):
            assert task.check(problem, text), (problem.ref, text)
        assert not task.check(problem, f"({x + 0.001}, {y})"), problem.ref


# Words


@pytest.mark.parametrize("level", LEVELS)
def test_family_relationships_says_which_words_count(level):
    for problem in problems("FamilyRelationships", level, 3):
        assert "for either sex" in problem.question


@pytest.mark.parametrize("name", ["SelfReference", "KnightsKnaves"])
def test_implication_is_explained(name):
    question = problems(name, 3, 1)[0].question
    assert 'if ... then" is false only when its condition is true' in question.replace("If", "if")

"""Readers of coordinates."""

from fractions import Fraction

import pytest

from r1ci_env.envs.answers import BadAnswer, board_point, points


@pytest.mark.parametrize(
    "text",
    [
        *("[(2, 3), (7.5, 3)]", "(2,3) -> (7.5,3)", "[[2, 3], [7.5, 3]]", "(2, 3)\n(7.5, 3)", "2, 3\n7.5, 3"),
        *("(2, 3) → (7.5, 3)", "(2;3), (7.5;3)", "{(2, 3), (7.5, 3)}", "(2 3) (7.5 3)", "((2, 3), (7.5, 3))"),
        *("A(2, 3), B(7.5, 3)", "(2, 3) to (7.5, 3)", r"(2, 3) \to (\frac{15}{2}, 3)", "(2, 3) - (7.5, 3)"),
    ],
)
def test_points(text):
    assert points(text) == [(2, 3), (Fraction(15, 2), 3)]


@pytest.mark.parametrize(
    "text",
    [
        "(1.5, -2)",
        "x = 1.5, y = -2",
        "H = (1.5, -2)",
        "H(1.5, −2)",
        r"H \approx (1.5, -2)",
        "≈ (1.5, -2)",
        "(x, y) = (1.5, -2)",
        "x = 1.5\ny = -2",
        '{"x": 1.5, "y": -2}',
        "1.5, -2",
        "(≈1.5, ≈-2)",
        "x: 1.5; y: -2",
        "[1.5 -2]",
    ],
)
def test_one_point(text):
    assert points(text) == [(Fraction(3, 2), -2)]


def test_three_dimensions():
    assert points("(1, 2, 3), (4, 5, 6)", 3) == [(1, 2, 3), (4, 5, 6)]


@pytest.mark.parametrize(
    "text", ["", "(1, 2, 3)", "(1, x)", "not the (1, 2)", "(1, 2) and not (3, 4)", "(1, 2) 5", "()", "[]"]
)
def test_points_refuse(text):
    with pytest.raises(BadAnswer):
        points(text)


@pytest.mark.parametrize(
    "text", ["C4", "c4", "C 4", "C,4", "(C4)", "(C, 4)", "C-4", "Black C4", "Black at C4", "black: c4"]
)
def test_board_point(text):
    assert board_point(text) == ("C", 4)


@pytest.mark.parametrize("text", ["", "44", "CC", "C4 D5", "C4 or D5", "not C4", "C444"])
def test_board_point_refuses(text):
    with pytest.raises(BadAnswer):
        board_point(text)

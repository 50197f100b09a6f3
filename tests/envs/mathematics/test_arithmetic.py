"""Reader of arithmetic expressions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.mathematics.arithmetic import evaluate, evaluate_to
from r1ci_env.errors import BadAnswer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(8 - 2) * (3 + 1)", 24),
        ("2 ** 3 ** 2", 512),
        ("-2 ** 2", -4),
        ("2 ** -1", Fraction(1, 2)),
        ("8 / (3 - 8 / 3)", 24),
        ("[1 + 2] × 3 ÷ 9", 1),
        (r"$2 \times \left(3 + 4\right)$", 14),
        ("1.5 * 2", 3),
        ("- - 3", 3),
        ("(8-2)(3+1)", 24),
        ("(8-2)4 x (3 – 2)", 24),
        ("3(8)", 24),
        (r"\frac{8}{3-\frac83}", 24),
        (r"\dfrac{48}{2}", 24),
        ("1,000 − 976", 24),
    ],
)
def test_evaluate(text, value):
    assert evaluate(text).value == value


def test_evaluate_reports_what_it_read():
    read = evaluate("6 * (4 - -1) / 2")
    assert (read.numbers, read.operators, read.signs) == ((6, 4, 1, 2), ("*", "-", "/"), 1)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "1 +",
            "(1",
            "1)",
            "1 2",
            "a",
            "1/0",
            "0 ** -1",
            "2 ** 0.5",
            "9**9**9**9",
            "2**257",
            "(2**200)**200",
            "()",
        ),
        *(
            "(" * 60 + "1" + ")" * 60,
            "1+" * 1500 + "1",
            "2" + "**1" * 60,
            "٣",
            "1e5",
            "1//2",
            "1 if 1 else 2",
            r"2\frac12",
            r"\frac{1}{0}",
            r"\frac{1}",
            "1,00",
        ),
    ],
)
def test_evaluate_refuses(text):
    with pytest.raises(BadAnswer):
        evaluate(text)


@given(
    st.recursive(
        st.integers(0, 99).map(str),
        lambda e: st.tuples(e, st.sampled_from("+-*"), e).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        max_leaves=12,
    )
)
def test_evaluate_agrees_with_python_on_its_own_expressions(text):
    assert evaluate(text).value == eval(text)  # the expression is ours, not an answer


@pytest.mark.parametrize("text", ["8 * 3", "8 * 3 = 24", "24 = 8 * 3", "8*3 == 24", "8*3 = 2*12 = 24"])
def test_an_expression_may_stand_in_an_equation_with_its_value(text):
    assert evaluate_to(text, 24).numbers == (8, 3)


@pytest.mark.parametrize(
    "text", ["8 * 4", "8 * 3 = 25", "25 = 8 * 3", "8 * 3 =", "= = 24", "8 * 3 = 24 = 25", "8 != 24"]
)
def test_an_equation_must_hold(text):
    with pytest.raises(BadAnswer):
        evaluate_to(text, 24)

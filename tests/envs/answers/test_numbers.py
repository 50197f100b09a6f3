"""Reader of one number."""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.answers import BadAnswer, integer, number, rounded, rounds_to

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("-1,234,567", -1234567),
        ("+7", 7),
        ("24.0", 24),
        ("24.", 24),
        ("1,000.50", Fraction(2001, 2)),
        (".5", HALF),
        ("3/4", Fraction(3, 4)),
        ("-3 / 4", Fraction(-3, 4)),
        ("395,981,051/93,719,074", Fraction(395981051, 93719074)),
        (r"\frac{3}{4}", Fraction(3, 4)),
        (r"-\frac12", -HALF),
        (r"\frac79", Fraction(7, 9)),
        (r"\dfrac{ 10 }{ 4 }", Fraction(5, 2)),
        ("½", HALF),
        ("2½", Fraction(5, 2)),
        ("-1 2/3", Fraction(-5, 3)),
        (r"1\frac{2}{3}", Fraction(5, 3)),
        *((f"{sign}5", -5) for sign in "-−–—‐‑－"),
        ("- 5", -5),
        ("(-5)", -5),
        ("(-5/3)", Fraction(-5, 3)),
        ("-(5/3)", Fraction(-5, 3)),
        ("5/(-3)", Fraction(-5, 3)),
        ("- 5/3", Fraction(-5, 3)),
        ("1 000", 1000),
        ("1\u202f000\u202f000", 1000000),
        (r"1\,000", 1000),
        ("1{,}000", 1000),
        ("1_000_000", 1000000),
        ("1e5", 100000),
        ("1.04410734251e-05", Fraction("1.04410734251e-05")),
        ("7.89 × 10⁷", 78900000),
        ("7.89·10^7", 78900000),
        (r"7.89 \times 10^{7}", 78900000),
        ("7.89 * 10**-2", Fraction("0.0789")),
        ("1.5×10⁻⁷", Fraction("1.5e-7")),
        ("x = 5", 5),
        ("∠A = 5", 5),
        (r"\angle A = 5", 5),
        ("x_1 = 5", 5),
        ("probability = 5/11", Fraction(5, 11)),
        ("f(2) = 5", 5),
        ("1/2 = 0.5", HALF),
        ("p = 1/2 = 0.5", HALF),
        ("5 == 5", 5),
        ("5/11 ≈ 0.455", Fraction(5, 11)),
        (r"\frac{5}{11} \approx 0.4545", Fraction(5, 11)),
        ("≈ 1.5", Fraction(3, 2)),
        ("x ≈ 1.5", Fraction(3, 2)),
        ("9" * 4000, int("9" * 4000)),
    ],
)
def test_number(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "nan",
            "inf",
            "12,34",
            "0,001",
            "0 001",
            "1,0000",
            "1.2.3",
            "٣",
            "1/0",
            "--1",
            "+-1",
            "1 2",
            "1 20",
            "0x10",
        ),
        *(
            "9" * 5000,
            "1/2/3",
            ".",
            "e5",
            "1e",
            "1e401",
            "1e99999",
            "1 2/0",
            r"\frac{1}{0}",
            "5 steps",
            "5%",
            "$5",
            "5 π",
        ),
        *(
            "0 = 115",
            "-1 = 115",
            "!= 115",
            ">= 115",
            "it is not = 115",
            "not = 115",
            "5 ≈ 6",
            "5/11 ≈ 0.456",
            "1 = 2 = 2",
        ),
        *("1" * 2500 + "/" + "1" * 2500, "(5", "5)", "(1)(2)", "1=2", "x = y = 5", "a or b", "5 or 6", "about 5"),
    ],
)
def test_number_refuses(text):
    with pytest.raises(BadAnswer):
        number(text)


def test_a_unit_counts_only_if_it_is_asked_for():
    assert integer("18 steps", "step") == integer("18 step", "steps") == integer("18 Steps", "step", "move") == 18
    assert number("5 square centimetres", "square centimetre") == number("n = 5 cm", "cm") == 5
    assert number("50%", "%", "percent") == number("50 percent", "%", "percent") == number(r"50\%", "%") == 50
    assert number("$5", "dollar") == number("5 dollars", "dollar") == number(r"5\text{ dollars}", "dollar") == 5
    for text, unit in (("18 moves", "step"), ("5 pi", "cm"), ("5 cm m", "cm"), ("$5", "step"), ("5%", "step")):
        with pytest.raises(BadAnswer):
            number(text, unit)


@given(st.fractions())
def test_number_reads_every_fraction_back(value):
    assert number(str(value)) == value


@given(st.integers(-(10**30), 10**30), st.sampled_from([",", "_", " ", "\u202f", "\u2009", "{,}", r"\,"]))
def test_integer_reads_thousands(value, separator):
    grouped = f"{value:,}".replace(",", separator)
    assert integer(grouped) == integer(f" {grouped}.0 ") == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_reads_what_python_prints_for_a_float(value):
    assert number(repr(value)) == Fraction(repr(value))


def test_integer_refuses_a_fraction():
    with pytest.raises(BadAnswer):
        integer("1/2")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(1, 8), st.integers(-300, 300))
def test_rounded_agrees_with_decimal(value, digits, shift):
    exact = Fraction(value) * Fraction(10) ** shift
    context = Context(prec=digits, rounding=ROUND_HALF_UP)
    expected = Fraction(context.create_decimal(Decimal(value))) * Fraction(10) ** shift
    assert rounded(exact, digits) == expected


def test_rounded_takes_the_longest_numbers():
    value = number("9" * 3901 + "e400")
    assert rounded(value, 3) == Fraction(10) ** 4301
    assert rounded(1 / value, 3) == Fraction(10) ** -4301


def test_decimals_beyond_the_asked_places_are_right_where_they_round_to_it():
    gold = Fraction("10.176")
    for text in ("10.176", "10.1755108430", "10.175510843043227", "10.175510", "10.1760", "10.1755", "10.1765"):
        assert rounds_to(number(text), gold, 3)
    for text in ("10.17", "10.18", "10.175", "10.1766", "10.1754999", "-10.176"):
        assert not rounds_to(number(text), gold, 3)

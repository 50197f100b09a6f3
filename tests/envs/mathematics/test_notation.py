"""The reader of expressions in plain and LaTeX spelling."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.mathematics.algebra import Algebra
from r1ci_env.envs.mathematics.notation import MAX_CHARS, letters, read
from r1ci_env.errors import BadAnswer


def equal(first, second):
    algebra = Algebra()
    return algebra.equal(read(first, algebra), read(second, algebra))


@pytest.mark.parametrize(
    "forms",
    [
        (r"\frac{8}{9}", r"\frac89", r"\dfrac{8}{9}", r"\tfrac 8 9", "8/9", r"8 \div 9", "8⁄9", r"\frac{16}{18}"),
        ("0.5", ".5", "1/2", "0.50", "2^{-1}", "2**-1", "sin(pi/6)", r"\cos \frac{\pi}{3}"),
        (r"2\sqrt3", "sqrt(12)", "2√3", r"2 \cdot \sqrt{3}", "6/sqrt(3)", "12^(1/2)", r"\sqrt[4]{144}"),
        (r"\frac{3+2\sqrt{3}}{3}", "1+2/sqrt(3)", r"1 + \frac{2\sqrt{3}}{3}", "(sqrt(3) + 2)/sqrt(3)"),
        ("12π", r"12\pi", "12 pi", "pi*12", r"\pi \times 12", r"24 \cdot \frac{\pi}{2}"),
        (r"\frac\pi4", "pi/4", r"\frac{\pi}4", "0.25 π", "asin(1)*0 + pi/4"),
        (r"1\frac12", "3/2", r"1\frac{1}{2}", "1.5"),
        (r"\sqrt{2+\sqrt3}", "(sqrt(6)+sqrt(2))/2"),
        (r"\sqrt[3]{16}", r"2\sqrt[3]{2}", "cbrt(16)", "2^(4/3)"),
        (r"\binom{8}{3}", "56", r"\binom83", "8!/(3!*5!)", r"\frac{8!}{3! \cdot 5!}"),
        ("1 - cos^2 x", "sin(x)^2", r"\sin^2 x", r"\sin^{2}(x)", "(1 - cos(2x))/2"),
        ("3x^2+2xy", "x(3x+2y)", "x*(2y+3x)", "3x² + 2yx"),
        ("e^{2x}", "exp(2x)", "exp(x)**2", "E^(x+x)", r"e^{x} \cdot e^x"),
        ("tan x", "sin(x)/cos(x)", "1/cot x", r"\frac{\sin x}{\cos x}", "sec(x)/csc(x)"),
        ("sin 2x", "2 sin x cos x", r"2\sin(x)\cos(x)"),
        (r"\log|x|", "ln(abs(x))", r"\ln \left| x \right|"),
        (r"\tan^{-1} 2", r"\arctan 2", "atan(2)"),
        ("arccos x", "pi/2 - asin(x)"),
        ("cosh(x)", "(e^x + e^{-x})/2"),
        ("tanh x", "sinh(x)/cosh(x)"),
        ("1/(x+1) - 1/(x+2)", "1/((x+1)(x+2))", r"\frac{1}{x^2 + 3x + 2}"),
        ("x^(3/2)", "x sqrt(x)", r"x\sqrt{x}", r"\frac{x^2}{\sqrt{x}}"),
        ("2^3^2", "512", "2^(3^2)"),
        ("-2^2", "-4", "-(2^2)", "−4"),
        ("1/2x", "x/2", "0.5x"),
        ("sqrt(-4)", "2i"),
        ("5!", "120"),
        ("½", "1/2", "0.5"),
        ("2^½", "sqrt(2)", "√2", r"\sqrt2"),
        ("√13", "sqrt(13)", r"\sqrt{13}", "√(13)", "√ 13", "sqrt13"),
        ("2√689 x", r"2\sqrt{689}x", "x√2756"),
        ("∛16", "2^(4/3)", "cbrt(16)"),
        ("0.1\\overline{6}", "1/6", r"0.1\bar{6}", r"0.1\bar6"),
        ("0.\\overline{3}", "1/3", r"0.\dot{3}"),
        (r"{5\over 11}", "5/11", r"{5 \over 11}"),
        (r"{8 \choose 3}", "56"),
        ("x⁴", "x^4", "x^{4}", "x**4"),
        ("x⁻¹²", "1/x^12"),
        ("sin⁻¹(1/2)", "pi/6"),
        (r"5y\operatorname{arctan}(4y)", r"5y \arctan(4y)", "5*y*atan(4*y)"),
        (r"\operatorname{asin}{\left(x \right)}", "asin(x)"),
        ("log(Abs(5*x + 2))", "log|5x+2|"),
        ("9Pi/4", "9π/4", r"\frac{9\pi}{4}"),
        ("x + -3", "x - 3", "x – 3", "x — 3", "x ‒ 3", "x ﹣ 3", "x － 3"),
        ("2|x|", "|2x|", "|x|*2"),
        ("θ", r"\theta", "theta"),
        ("|-3|", "3", "abs(-3)"),
    ],
    ids=lambda forms: forms[0],
)
def test_spellings_of_one_value(forms):
    for form in forms[1:]:
        assert equal(forms[0], form), form


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("8/9", "9/8"),
        ("8/9", "0.8889"),
        (r"2\sqrt3", "2*3"),
        (r"2\sqrt3", r"\sqrt6"),
        (r"2\sqrt3", r"-2\sqrt3"),
        (r"\sqrt[3]{16}", r"\sqrt{16}"),
        (r"12\pi", "12"),
        (r"12\pi", "37.699"),
        (r"12\pi", r"12\pi^2"),
        (r"1\frac12", "1*1/2"),
        ("sin(2x)", "2 sin(x)"),
        ("sin(x^2)", "sin(x)^2"),
        ("e^{2x}", "e^{x^2}"),
        ("log(x+1)", "log(x)+1"),
        ("a+b", "a*b"),
        ("ab", "a/b"),
        ("x", "X"),
        ("2^3^2", "64"),
        ("-2^2", "4"),
        ("1/(2x)", "1/2x"),
        ("sqrt(2)+sqrt(3)", "sqrt(5)"),
        ("sqrt(3-2sqrt(2))", "1-sqrt(2)"),
        ("|x|", "x"),
        ("infinity", "-infinity"),
    ],
)
def test_different_values(first, second):
    assert not equal(first, second)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "+",
            "1 +",
            "(1",
            "1)",
            "(1]",
            "[1)",
            "{1",
            "|1",
            "()",
            "12 12",
            "1..2",
            "*2",
            "2**",
            "^2",
            "x^",
            "3 = 3",
        ),
        *(
            r"\frac",
            r"\frac{1}",
            r"\frac{1}{0}",
            "1/0",
            "1/(1-1)",
            "0^-1",
            "log(0)",
            "sqrt",
            r"\sqrt{}",
            "sin",
            "sin +",
        ),
        *("(1/2)!", "x!", "(-1)!", "301!", r"\binom{x}{2}", r"\binom{2}{1/2}", r"\sqrt[0]{2}", r"\sqrt[n]{2}"),
        *("٣", "2½", "1_000", "#", "a;b", "x'", r"\log_2 8", r"\evil{1}", "__import__('os')", "\x00", "\ud800"),
        *("2^401", "2^0.01", "x^(1/13)", "(-1)^(1/4)", "9" * 1_001, "(9^400)^400", "1+" * MAX_CHARS + "1"),
        *("(" * 60 + "1" + ")" * 60, "sqrt(" * 60 + "2" + ")" * 60, "sqrt " * 60 + "2", "2^" * 60 + "2", "^" * 900),
        *("(x+1)^400", "(a+b+c)^50", "*".join(f"(x+{i})" for i in range(300)), "sin(x)^60 cos(x)^60"),
        *("+".join(f"sqrt({i}+x)" for i in range(1, 300)), "+".join(f"1/({i}+x)" for i in range(1, 300))),
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_malformed_and_oversized_texts_are_refused(text):
    with pytest.raises(BadAnswer):
        read(text, Algebra())


@given(st.text("0123456789.+-*/^!()[]{}|\\$ xyeiCπ√", max_size=40) | st.text(max_size=20))
def test_no_text_raises_anything_but_bad_answer(text):
    try:
        value = read(text, Algebra())
    except BadAnswer:
        return
    assert value.bottom


def _joined(parts):
    return "({} {} {})".format(*parts)


SUMS = st.recursive(
    st.integers(0, 99).map(str) | st.tuples(st.integers(0, 9), st.integers(0, 99)).map("{0[0]}.{0[1]}".format),
    lambda e: st.tuples(e, st.sampled_from("+-*/"), e).map(_joined),
    max_leaves=10,
)


@given(SUMS)
def test_numbers_agree_with_fractions(text):
    """The oracle evaluates our own text with every number made a fraction."""
    marked = text.replace("(", "( ").replace(")", " )").split()
    parts = [part if part in "+-*/()" else f"Fraction({part!r})" for part in marked]
    try:
        wanted = eval(" ".join(parts), {"Fraction": Fraction})
    except ZeroDivisionError:
        with pytest.raises(BadAnswer):
            read(text, Algebra())
    else:
        latex = text.replace("*", r"\cdot ").replace("(", r"\left(").replace(")", r"\right)")
        assert read(text, Algebra()).value == wanted
        assert read(latex, Algebra()).value == wanted


@given(st.integers(0, 300))
def test_factorials(n):
    assert read(f"{n}!", Algebra()).value == math.factorial(n)


@given(st.integers(0, 60), st.integers(0, 60))
def test_binomials(n, k):
    assert read(rf"\binom{{{n}}}{{{k}}}", Algebra()).value == math.comb(n, k)


def test_letters():
    assert letters(r"x*\sin(2y) + \pi + C e^{z}") == {"x", "y", "C", "e", "z"}


def test_constants_can_be_variables():
    algebra = Algebra()
    assert algebra.equal(algebra.derivative(read("e^2", algebra, {"e"}), "e"), read("2e", algebra, {"e"}))
    assert not algebra.derivative(read("e^2", algebra), "e").top

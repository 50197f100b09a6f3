"""Answers to integrals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1ci_env.envs.mathematics.antiderivative import is_antiderivative
from r1ci_env.errors import BadAnswer


@pytest.mark.parametrize(
    ("integrand", "answers"),
    [
        (
            "sin(x)*cos(x)",
            [
                "-cos(2*x)/4",
                "sin(x)^2/2 + C",
                "-cos^2(x)/2",
                r"F(x) = -\frac{1}{4}\cos(2x)+C",
                r"\int sin(x)cos(x) dx = \frac{\sin^2 x}{2} + C",
                "∫ sin(x)cos(x) dx = sin(x)**2/2 + 3",
            ],
        ),
        ("log(2*x)", ["x*log(2*x)-x", "x*ln(x)+x*ln(2)-x", "x(log(2x) - 1) + C"]),
        ("tan(x)", ["-log(cos(x))", "log|sec x|", "-ln|cos(x)| + c"]),
        (
            "atan(3*x)",
            [
                "x*atan(3*x)-log(1+9*x**2)/6",
                "x*atan(3*x)-log(x**2+1/9)/6",
                "-x*acot(3*x)+pi*x/2-log(x**2+1/9)/6",
            ],
        ),
        (
            "asin(3*x)",
            ["x*asin(3*x)+sqrt(1-9*x**2)/3", "x*asin(3*x)+sqrt(1/9-x**2)", "x*asin(3*x)+sqrt((1-3x)(1+3x))/3"],
        ),
        (
            "-20*sqrt(-10*x - 9)",
            ["4*(-10*x - 9)**(3/2)/3", "(4/3)*(-10x-9)*sqrt(-10x-9)", r"4*\sqrt{-10x-9}^3/3"],
        ),
        ("exp(x)*sin(x)", ["e^x*(sin(x)-cos(x))/2", "E**x*sin(x-pi/4)/sqrt(2)"]),
        ("1/sqrt(x)", ["2*sqrt(x)", "2x^{1/2} + K"]),
        (
            "3*sqrt(2*x - 5)",
            [
                "(2*x - 5)**(3/2) + C",
                "sqrt((2*x-5)**3)",
                r"\sqrt{(2x-5)^3}+C",
                "((2*x-5)**3)**0.5",
                "(2*x-5)*sqrt(2*x-5) + constant",
            ],
        ),
        ("-3/(5*x+2)", ["-3*log(Abs(5*x + 2))/5", r"-\frac35 \ln\left|5x+2\right| + \text{const}"]),
        (
            "5*atan(4*x)",
            [
                r"5x\operatorname{arctan}(4x)-\frac58\ln(16x^2+1)+C",
                r"5x\operatorname{atan}{\left(4x \right)} - 5\log(16x^2+1)/8",
            ],
        ),
        ("abs(x)", ["x*abs(x)/2", "sqrt(x^2)*x/2", r"\frac{x|x|}{2}"]),
        ("1/(x*(x+1))", ["log(x/(x+1))", "-log((x+1)/x)", "log(x) - log(x+1)", "log(x^2+x) - 2log(x+1)"]),
        (
            "x",
            ["x^2/2+C_1", "x²/2", "2x^2/4 + C = x^2/2 + C", "∫xdx = x²/2 + C₁", "0.5x^2 + 7", r"\frac{x^2}{2} + \pi"],
        ),
        ("1/(x^2+4)", ["atan(x/2)/2", "-arctan(2/x)/2"]),
        ("1/((x+1)*(x+2))", ["log(x+1)-log(x+2)", "log((x+1)/(x+2))", r"\ln\left|\frac{x+1}{x+2}\right| + C"]),
        ("2**x", ["2^x/log(2)"]),
        ("cosh(x)", ["sinh(x)"]),
        ("sec(x)*tan(x)", ["sec(x)", "1/cos x"]),
        ("-2*sin(x + 9)*cos(x + 9)", ["cos(x+9)**2", "cos(2x+18)/2"]),
        ("3*(4*cos(x)**3-3*cos(x))", ["sin(3x)"]),
        ("x^x*(log(x)+1)", ["x^x"]),
    ],
)
def test_all_forms_of_an_antiderivative(integrand, answers):
    for answer in answers:
        assert is_antiderivative(answer, integrand, "x"), answer


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("log(2*x)", "x*log(x)-x"),
        ("exp(x)*sin(x)", "e^x*(sin(x)+cos(x))/2"),
        ("x*cos(x)+sin(x)", "sin(x)*x + C*x"),
        ("x", "x^2"),
        ("x", "x"),
        ("x", "C"),
        ("x", "-x^2/2"),
        ("x", "|x|*x/2"),
        ("x", "x^2/2 = x"),
        ("x", "x = x^2/2"),
        ("x", "∫ x dx = x^2/2 = x^2"),
        ("x**2", "x^3/2"),
        ("cos(x)", "-sin(x)"),
        ("1/x", "x^-2"),
        ("2*x", "1.001*x^2"),
    ],
)
def test_near_misses(integrand, answer):
    assert not is_antiderivative(answer, integrand, "x")


@pytest.mark.parametrize(
    "answer",
    [
        *(
            "",
            "+",
            "x^2/2 + D",
            "x^2/2 + y",
            "x^2/2 +",
            "∫ x^2 dx = x^2/2",
            "∫ x dy = x^2/2",
            "2x = x^2/2 + D",
            "the antiderivative",
            "x!",
            "1/0",
        ),
        *(
            "(x+1)^400",
            "sin(x)^60*cos(x)^60",
            "((1+x)^9+sqrt(x+2))^9",
            "sin(" * 10 + "x" + ")" * 10,
            "9" * 900 + "^400",
        ),
        "0/(sqrt(x+1)*sqrt(x+2)-sqrt((x+1)*(x+2)))/(sqrt(x+1)*sqrt(x+2)+sqrt((x+1)*(x+2)))",
    ],
    ids=lambda text: text[:30],
)
def test_malformed_answers_are_refused(answer):
    with pytest.raises(BadAnswer):
        is_antiderivative(answer, "x", "x")


# Functions with their derivatives.
KNOWN = [
    ("({a}*x+{b})^{n}", "{a}*{n}*({a}*x+{b})^({n}-1)"),
    ("x^{n}*exp({a}*x)", "{n}*x^({n}-1)*exp({a}*x) + {a}*x^{n}*exp({a}*x)"),
    ("sin({a}*x+{b})", "{a}*cos({a}*x+{b})"),
    ("cos({a}*x+{b})^2", "-{a}*sin(2*({a}*x+{b}))"),
    ("atan({a}*x)", "{a}/(1+({a}*x)^2)"),
    ("log({a}*x+{b})", "{a}/({a}*x+{b})"),
    ("x^{n}*log(x)", "{n}*x^({n}-1)*log(x) + x^({n}-1)"),
    ("sqrt({a}*x^2+{n})", "{a}*x/sqrt({a}*x^2+{n})"),
    ("exp({a}*x)*sin({b}*x)", "exp({a}*x)*({a}*sin({b}*x)+{b}*cos({b}*x))"),
    ("1/(x^2+{n})", "-2*x/(x^2+{n})^2"),
]
NONZERO = st.integers(-9, 9).filter(bool)


@settings(max_examples=150)
@given(st.sampled_from(KNOWN), NONZERO, NONZERO, st.integers(2, 4), st.fractions(max_denominator=99))
def test_a_constant_may_be_added_but_no_factor(known, a, b, n, constant):
    function, derivative = (text.format(a=f"({a})", b=f"({b})", n=n) for text in known)
    for added in ("", f" + ({constant})", " + C", " - sqrt(2)"):
        assert is_antiderivative(function + added, derivative, "x")
    for wrong in (f"2*({function})", f"-({function})", f"{function} + x", f"{function} + C*x"):
        assert not is_antiderivative(wrong, derivative, "x")


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=5).filter(any), st.sampled_from("xyt"))
def test_polynomials(coefficients, variable):
    integrand = " + ".join(f"({c})*{variable}^{i}" for i, c in enumerate(coefficients))
    answer = " + ".join(f"({c})/{i + 1}*{variable}^{i + 1}" for i, c in enumerate(coefficients))
    assert is_antiderivative(f"{answer} + C", integrand, variable)
    assert not is_antiderivative(f"2*({answer}) + C", integrand, variable)

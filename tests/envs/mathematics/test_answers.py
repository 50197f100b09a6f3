"""Mathematical answers are compared by what they say, not by how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.mathematics.answers import MAX_CHARS, last_boxed, option_of, same
from r1ci_env.errors import BadAnswer, BadOption
from r1ci_env.testing import hostile_answers
from r1ci_env.wrappers import candidates


def accepted(answer, gold, question=""):
    """Whether the answer is right as `Task.check` reads it: as it stands or without what is wrapped around it."""
    return any(_same(candidate, gold, question) for candidate in candidates(answer))


def _same(answer, gold, question):
    try:
        return same(answer, gold, question)
    except BadAnswer:
        return False


@pytest.mark.parametrize(
    ("gold", "answers"),
    [
        (r"\frac{8}{9}", ["8/9", r"$\frac89$", r"\boxed{\dfrac{8}{9}}", "(8/9)", "8:9", "x = 8/9", "8/9."]),
        (r"\frac{3}{2}", ["1.5", "1 1/2", r"1\frac12", "3 / 2", "150%", r"150\%", "15*10^-1", "1.5e0"]),
        ("-\\frac{1}{2}", ["-0.5", "-1/2", r"\frac{-1}{2}", "−1/2", "- 1 / 2", "-.5"]),
        ("-7/2", ["-3 1/2", "-3.50"]),
        ("1000000", ["1,000,000", "1 000 000", r"1{,}000{,}000", r"1\,000\,000", r"1,\!000,\!000", "1*10^6", "1e6"]),
        ("97", ["97.0", "+97", "097", "(97)", "N = 97", "f(2) = 97", "x_1 = 97", "100 - 3 = 97", r"\text{97}"]),
        (r"2\sqrt{3}", ["2√3", "sqrt(12)", "6/sqrt(3)", r"\sqrt{12} = 2\sqrt3", r"AB = 2 \sqrt{3}"]),
        (r"18\sqrt{3}-9\pi", ["9(2√3-π)", r"-9\pi + 18\sqrt{3}", "18*sqrt(3) - 9*pi"]),
        (r"\frac{\sqrt{2}}{2}", [r"1/\sqrt2", "sqrt(1/2)", "2^{-1/2}", r"0.5\sqrt2"]),
        (r"1+\sqrt{2+\sqrt{3}}", [r"1+(\sqrt6+\sqrt2)/2"]),
        (r"(-2,1)", ["(-2, 1)", r"\left(-2,1\right)", "P = (-2, 1)", "( -2 , 1.0 )"]),
        (r"(2\sqrt{3}, \frac{\pi}{3})", ["(2√3, π/3)", "(sqrt(12), pi/3)"]),
        ("[2,5)", ["[2, 5)", r"\left[2, 5\right)", r"x = [2,5)"]),
        (
            r"(-\infty,3)\cup(5,\infty)",
            [r"(-∞, 3) ∪ (5, ∞)", r"(5,\infty) \cup (-\infty,3)", "(-infinity,3)∪(5,infinity)"],
        ),
        (r"\{4,5,7\}", [r"\{7, 5, 4\}", "{4, 5, 7}", "{7,5,4}", r"\{4,5,\frac{14}{2}\}"]),
        ("-5, 3", ["3, -5", "3 and -5", "x = 3 or x = -5", "-5; 3", r"3,-5"]),
        (
            r"1+\sqrt2, 1-\sqrt2",
            [r"1\pm\sqrt2", r"1 ± √2", r"x = 1 \pm \sqrt{2}", r"1-\sqrt{2} \text{ and } 1+\sqrt{2}"],
        ),
        ("(1,2),(3,4)", ["(3,4), (1,2)", "(1, 2) and (3, 4)"]),
        ("3x^2+2xy", ["x(3x+2y)", "2yx + 3x^2"]),
        ("y=2x+1", ["2x+1", "y = 1+2x"]),
        ("x^2+y^2=25", ["x^2 + y^2 = 25"]),
        ("2:1", ["2", "2/1", "4:2", "2 : 1"]),
        (r"\sqrt{3}:2", [r"\frac{\sqrt3}{2}"]),
        (r"\text{(B)}", ["B", "(B)"]),
        (r"\text{Friday}", ["friday", "Friday", r"\textbf{FRIDAY}"]),
        (r"\sqrt[3]{4}", ["4^(1/3)", r"2^{\frac23}"]),
        ("3.5\\times 10^{5}", ["350000", "350,000", "3.5e5"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_spellings_of_one_answer(gold, answers):
    for answer in [gold, *answers]:
        assert accepted(answer, gold), answer


@pytest.mark.parametrize(
    ("gold", "question", "answers"),
    [
        ("5", "How many dollars does it cost?", ["$5", r"\$5", "$5.00", "5 dollars", "5 dollar."]),
        ("5", "It costs $3 more.", [r"\$5", "5 dollars"]),
        (r"60\text{ inches}", "The hypotenuse is 87 inches long.", ["60", "60 in.", "60 inches", r"60 \text{ in}"]),
        (
            "24",
            "What is the area in square centimeters?",
            ["24 cm^2", "24 cm²", "24 square centimeters", r"24\text{ cm}^2"],
        ),
        (r"3\pi \text{ square units}", "", ["3π", r"3\pi", "3 pi square units"]),
        ("45", "How many degrees?", [r"45^\circ", "45°", "45 degrees", r"45^{\circ}"]),
        (r"120^\circ", "", ["120", "120 degrees"]),
        ("50", "What percent is it?", ["50%", r"50\%", "50 percent"]),
        (r"30\%", "", ["30", "30%", "0.3", "3/10"]),
        ("1/2", "", ["50%", r"50\%"]),
        ("12", "In how many ways can it be done?", ["12 ways", r"12 \text{ ways}"]),
        ("1500", "How many grams?", ["1,500 g", "1500 grams", "1.5*10^3 gram"]),
    ],
)
def test_units_and_signs(gold, question, answers):
    for answer in answers:
        assert accepted(answer, gold, question), answer


@pytest.mark.parametrize(
    ("gold", "answers"),
    [
        (r"\frac{8}{9}", ["8/8", "9/8", "-8/9", "0.888", "0.8889", "88/9", "8", "9", "8, 9", "(8,9)", "89"]),
        (r"\frac13", ["0.33", "0.3333333333", "33%", "3", "1, 3"]),
        ("11/2", ["1 1/2", "1   1/2", "1\t1/2", "1, 1/2", "11", "1/2", "11 2"]),
        ("1 1/2", ["11/2"]),
        ("12", ["1 2", "1, 2", "21", "-12", "12 12", "1212", "12.5", "12x", "x", "12%", "12 dollars", "12 cats"]),
        ("1000", ["1,00", "1.000,0", "100", "1 0 0 0", "10,00"]),
        (r"2\sqrt{3}", ["2*3", "√3", r"-2\sqrt{3}", r"3\sqrt{2}", r"2\sqrt{13}", "3.4641016", "2sqrt", r"\sqrt{-12}"]),
        (r"12\pi", ["12", "37.7", r"-12\pi", r"12\pi^2", r"21\pi", "12π kg"]),
        ("(-2,1)", ["(1,-2)", "(-2,-1)", "(-2,1,0)", "-2,1", "[-2,1]", "(-2;1;)", "(-2,1)(-2,1)", "(-2", "-2"]),
        ("[2,5)", ["(2,5)", "[2,5]", "(2,5]", "[5,2)", "[2,6)", "2,5", "[2,5),[2,5)"]),
        (
            r"(-\infty,3)\cup(5,\infty)",
            [r"(-\infty,3]\cup(5,\infty)", r"(-\infty,5)\cup(3,\infty)", r"(-\infty,3)", r"(\infty,3)\cup(5,\infty)"],
        ),
        (r"\{4,5,7\}", [r"\{4,5\}", r"\{4,5,7,7\}", r"\{4,4,7\}", "(4,5,7)", "{4,5,8}"]),
        ("-5, 3", ["-5", "5, -3", "-5, 3, 3", "-5, -5", "(-5, 3)", "-5, 3, 4"]),
        (r"1+\sqrt2, 1-\sqrt2", [r"1+\sqrt2", r"1\pm\sqrt3", r"-1\pm\sqrt2", "1"]),
        ("(1,2),(3,4)", ["(1,2),(4,3)", "(1,2)", "(1,3),(2,4)", "(2,1),(3,4)"]),
        ("3x^2+2xy", ["3x^2+2x", "3x^2-2xy", "3y^2+2xy", "3x^2+2xz"]),
        ("2:1", ["1:2", "2:1:1", "21"]),
        (r"\text{(B)}", ["A", "(A)", "AB", "(A)(B)"]),
        (r"\text{Friday}", ["Monday", "Friday or Monday"]),
        (r"30\%", ["3", "0.03", "300%"]),
        ("1/2", ["50", "0.5%"]),
        ("-7/2", ["-2 1/2", "3 1/2", "-3 + 1/2"]),
        ("6", ["5=6", "6=5", "= 5", "9"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_near_misses(gold, answers):
    for answer in answers:
        assert not accepted(answer, gold), answer


@pytest.mark.parametrize(
    ("gold", "answers"),
    [
        ("32", ["16*2", "2^5", "30+2", "(16)(2)", "16(2)", "sqrt(1024)", "-(-32)"]),
        ("120", ["5!", r"\binom{10}{3}", "2 * 60"]),
        ("1", [r"(2)\frac{1}{2}", "sin(pi/2)"]),
    ],
)
def test_a_rational_number_must_be_worked_out(gold, answers):
    for answer in answers:
        assert not accepted(answer, gold), answer


def test_a_unit_must_be_of_the_kind_that_the_question_speaks_of():
    question = "How many inches long is it?"
    assert same("60 in", "60", question)
    assert not accepted("60 kg", "60", question)
    assert not accepted("60 cm", "60", question)
    assert not accepted("60%", "60", question)


SQUAREFREE = st.sampled_from([2, 3, 5, 6, 7, 10, 11])
RATIONAL = st.fractions(-999, 999, max_denominator=60)


def latex(value):
    sign = "-" if value < 0 else ""
    return sign + rf"\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


@given(RATIONAL, RATIONAL)
def test_rational_numbers(a, b):
    for answer in (str(a), latex(a), f"${latex(a)}$", f"{7 * a.numerator}/{7 * a.denominator}"):
        for gold in (str(b), latex(b)):
            assert accepted(answer, gold) == (a == b)


@given(RATIONAL.filter(bool), SQUAREFREE, RATIONAL)
def test_surds(a, n, b):
    gold = f"{latex(b)} + {latex(a)}" + rf"\sqrt{{{n}}}"
    assert same(f"({a}) * sqrt({n}) + ({b})", gold)
    assert same(f"{b} {'-' if a < 0 else '+'} sqrt({a * a * n})", gold)
    for wrong in (f"({b}) - ({a})*sqrt({n})", f"({b}) + ({a})*sqrt({n + 1})", f"({b}) + ({a})*{n}", str(b)):
        assert not accepted(wrong, gold)


@given(st.lists(st.integers(-99, 99), min_size=2, max_size=6, unique=True), st.randoms())
def test_the_order_counts_in_tuples_and_not_in_lists(numbers, rng):
    shuffled = rng.sample(numbers, len(numbers))
    inside, other = (", ".join(map(str, items)) for items in (numbers, shuffled))
    assert same(other, inside)
    assert same(rf"\{{{other}\}}", rf"\{{{inside}\}}")
    assert accepted(f"({other})", f"({inside})") == (numbers == shuffled)
    assert not accepted(f"{other}, {numbers[0]}", inside)
    assert not accepted(rf"\{{{other}, 100\}}", rf"\{{{inside}\}}")


@given(
    st.integers(-99, 99),
    st.integers(1, 99),
    st.tuples(*[st.sampled_from("[(")] * 2),
    st.tuples(*[st.sampled_from("])")] * 2),
)
def test_the_brackets_of_an_interval_count(low, length, opening, closing):
    first, second = (f"{o}{low}, {low + length}{c}" for o, c in zip(opening, closing, strict=True))
    assert accepted(first, second) == (first == second)


HOSTILE = [
    *("sin " * 370, "\\frac" * 290, "\\sqrt" * 290, "^" * 900, "x^" * 700 + "x", "2^" * 700 + "2", "-" * 1400 + "1"),
    *("(" * 700 + ")" * 700, "|" * 1400, "\\frac{1}{" * 150 + "1" + "}" * 150, "1/" * 700 + "1", "5!" * 300),
    *("1," * 700, "=".join("1" * 700), "1:" * 700, "±" * 1000, "{" * 700 + "}" * 700, "(1," * 400, "∪" * 1400),
    *("cm " * 400, "5" + " cm" * 400, "a" * 1400, "%" * 1400, "5" + "%" * 1000, "1" + " and 1" * 200, "\\text{" * 250),
    *("9" * 1400, "0." + "9" * 1400, "1e99", "1" * 300 + "e99", "|x" * 500, "sqrt[12](97)" * 100, "12" + "^2" * 500),
    *("(x+1)!" * 9, "3.3.3.3" * 100, " " * 1400 + "1", "$" * 1400, "5 square" + " square" * 150, "9" * (MAX_CHARS + 1)),
]
GOLDS = ["5", "(3, 4)", r"3\sqrt{2}", "1, 2, 3", r"\{1,2\}", "[0,1)", "x+1", r"\text{(B)}", r"55\%"]
ROOTS = (r"sqrt(1+\sqrt2)*sqrt(1+\sqrt3)", r"sqrt((1+\sqrt2)*(1+\sqrt3))")


@pytest.mark.parametrize("gold", GOLDS)
def test_hostile_answers_are_wrong_and_raise_nothing_else(gold):
    for answer in [*HOSTILE, *hostile_answers(), *(other for other in GOLDS if other != gold)]:
        assert not accepted(answer, gold, "How many cm, or what percent?"), answer[:60]


def test_zero_divided_by_hidden_zeros_is_no_joker():
    joker = "0/({0}-{1})/({0}+{1})".format(*ROOTS)
    assert same(ROOTS[0], ROOTS[0].replace("*", " * "))
    for gold in (r"6\sqrt6", r"\pi", "x", "5"):
        assert not accepted(joker, gold)


@given(st.text("0123456789.,+-*/^!()[]{}|\\$%=:;±∪ xyπ√", max_size=30), st.sampled_from(GOLDS))
def test_no_text_raises_anything_but_bad_answer(text, gold):
    assert accepted(text, gold) in (True, False)


@pytest.mark.parametrize(
    ("solution", "boxed"),
    [
        (r"so $\boxed{5}$.", "5"),
        (r"\boxed{1}, then \boxed{\frac{1}{2}} cm", r"\frac{1}{2}"),
        (r"\fbox{ 7 }", "7"),
        (r"\boxed{\text{(B)}}", r"\text{(B)}"),
    ],
)
def test_last_boxed(solution, boxed):
    assert last_boxed(solution) == boxed


@pytest.mark.parametrize("solution", ["", "5", r"\boxed 5", r"\boxed{\frac{1}{2}"])
def test_a_solution_without_a_closed_box_is_refused(solution):
    with pytest.raises(BadOption):
        last_boxed(solution)


def test_option_of():
    question = r"What? $\text{(A)}\ 12 \qquad \text{(B)}\ \frac{1}{2} \qquad \text{(C)}\ 0.75$"
    assert option_of(question, "0.5") == "B"
    assert option_of(question, r"\frac34") == "C"
    assert option_of(question, "5") is None
    assert option_of(r"\text{(A)} 1 \text{(B)} 1", "1") is None
    assert option_of("What is 1 + 1?", "2") is None

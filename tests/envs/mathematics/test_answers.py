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


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("√689", "sqrt(689)"),
        ("2√13", r"2\sqrt{13}"),
        (r"\frac79", "7/9"),
        ("1,234", "1234"),
        ("1 234", "1234"),
        ("1\u2009234", "1234"),
        ("1_234", "1234"),
        ("1{,}234", "1234"),
        (r"12\!,345", "12345"),
        ("5/11 ≈ 0.455", "5/11"),
        (r"\frac{5}{11} \approx 0.455", "5/11"),
        ("5 in 11", "5/11"),
        ("5 out of 11", "5/11"),
        ("probability = 5/11", "5/11"),
        ("P = 5/11", "5/11"),
        (r"{5\over 11}", "5/11"),
        ("½", "1/2"),
        (r"0.\overline{3}", "1/3"),
        (r"0.1\overline{6}", "1/6"),
        ("m+n = 256+37 = 293", "293"),
        ("=5", "5"),
        ("5,", "5"),
        (r"x\ge5", r"x\geq 5"),
        ("5<x", "x>5"),
        ("2021, -2021", r"\pm 2021"),
        ("3x-y+13=0", "3*x-1*y+13=0"),
        (r"\begin{bmatrix}1\\2\end{bmatrix}", r"\begin{pmatrix}1\\2\end{pmatrix}"),
        ("(0,12.5)", "0<x<12.5"),
        ("0 < x < 12.5", "(0, 12.5)"),
        ("2,-2", r"\pm 2"),
        (r"\pm 2", "2,-2"),
        (r"\{1,2\}", "1,2"),
        ("{1,2}", r"\{1,2\}"),
        ("y = -1/2*x + 3/4", "2x+4y-3=0"),
        ("-34x-45y+20z-100=0", "34x+45y-20z+100=0"),
        (r"\sec^2(y)", r"\tan^2(y)+1"),
        ("73**", "73"),
        ("**73**", "73"),
        ("-1 + exp(16)", "e^{16} - 1"),
        ("14.0 + -1.0i", "14 - i"),
        (r"m \in [\sqrt{2}, \infty)", r"m \geq \sqrt{2}"),
        (r"[\sqrt{2}, +\infty)", r"[\sqrt{2},\infty)"),
        ("n=2, 3, 4", "n=2, 3, 4"),
        ("2, 3, 4", "n=2, 3, 4"),
        ("19, 46, and 82", r"19, 46, \text{ and } 82"),
        ("9Pi/4", "9*pi/4"),
        ("–5", "-5"),
        ("—5", "-5"),
        ("−5", "-5"),
        ("- 5", "-5"),
        ("(-5/3)", "-5/3"),
        ("x<3 or x>5", r"(-\infty,3)\cup(5,\infty)"),
        ("P(X=2) = 5/11", "5/11"),
        (r"\theta = 30", "30"),
        ("Answer: 5/11", "5/11"),
        ("0.25", "1/4"),
        ("2√3 ≈ 3.46", r"2\sqrt3"),
        ("area = 12π ≈ 37.70", r"12\pi"),
        ("7/2 = 3.5", "7/2"),
        ("1.5×10⁻³", "0.0015"),
        ("256+37 = 293", "293"),
        ("x = 5", "x=5"),
        ("the probability = 5/11", "5/11"),
        (r"m\angle A = 30", "30"),
        ("0.5", "50%"),
        ("50%", "1/2"),
        ("y=2x+1", "2x+1"),
        ("x²+y²=25", "y^2+x^2=25"),
        ("1:2", "1/2"),
        (r"$\frac12$ and $3$", "3, 1/2"),
        ("1000", "10^3"),
        (r"-\frac{1}{2}, 3", "3, -0.5"),
        ("AB = 5", "5"),
        ("f(2)=97", "97"),
    ],
)
def test_forms_that_models_write(answer, gold):
    assert accepted(answer, gold)


@pytest.mark.parametrize(
    ("answer", "gold", "question"),
    [
        ("60 in.", "60", "How many inches?"),
        ("$5.00", "5", "How many dollars?"),
        (r"\$5", "5", "It costs $3 more. How much is it?"),
        ("24 sq cm", "24", "What is the area in square centimeters?"),
        (r"24\text{ cm}^2", "24", "What is the area of the square with side 3 cm?"),
        ("50%", "50", "What percent is it?"),
        ("50", "50", "What percent is it?"),
        ("120", r"120^\circ", ""),
        ("12 different ways", "12", "In how many ways can it be done?"),
        ("120 degrees", r"120^\circ", ""),
        ("27 years old", "27", "How old is Rosa now?"),
        ("8 cm", r"8\text{ cm}", ""),
        ("5%", "5", "What is the yearly rate of interest?"),
        ("$1,234.50", "1234.5", "How much does he pay?"),
        ("5 units", "5", ""),
        ("3 square units", "3", ""),
        ("12 mph", "12", "How fast does he go, in miles per hour?"),
        ("5 euros", "5", "How many euros does he get?"),
        ("9 hours", "9", "How many hours does Zora need?"),
        ("-$5", "-5", "How much money?"),
        ("5°", "5", "What is the measure of angle A?"),
        ("12π cm", r"12\pi", "How many centimeters is its circumference?"),
        ("x = 5 cm", "5", "How many centimeters?"),
        ("7 more", "7", "How many more does he have?"),
        ("x = $5", "5", "How many dollars?"),
        ("7/2 cm = 3.5 cm", "7/2", "How many centimeters?"),
    ],
)
def test_what_the_question_asks_for_may_follow_the_number(answer, gold, question):
    assert accepted(answer, gold, question)


@pytest.mark.parametrize(
    ("answer", "gold", "question"),
    [
        ("2√3π", "2*sqrt(3)", "Give it with pi where needed"),
        ("2*sqrt(3) pi", "2*sqrt(3)", "area of a circle is 12 times pi"),
        ("12π", "12", r"A circle has area $144\pi$. What is its radius?"),
        ("114/169 %", "114/169", "12 percent of all lamps are bad. What is the probability that it is?"),
        ("0.3%", "0.3", "It rains with 30% probability"),
        ("10 feet", "10 inches", "A board is 10 feet long. How many inches?"),
        ("5 cm", "5 m", "It is 500 cm. How many m?"),
        ("y=5", "x=5", ""),
        ("500 m", "500", "A rope is 5 m long. How long is it in cm?"),
        ("7 dollars", "7", "Ann has 9 dollars. How many apples does she buy?"),
        ("$7", "7", "Ann has 9 dollars. How many apples does she buy?"),
        ("3 squared", "3", ""),
        ("3 squared", "9", ""),
        ("2 cubed", "2", ""),
        (r"\sqrt{x^2}", "x", ""),
        ("0 = 115", "115", ""),
        ("-1 = 115", "115", ""),
        ("!= 115", "115", ""),
        (">= 115", "115", ""),
        ("it is not = 115", "115", ""),
        ("not = 115", "115", ""),
        ("0,001", "1", ""),
        ("90/103 liters", "90/103", "How many hours does it take to fill 5 liters?"),
        ("30%", "30", "It fell by 5 percent. How many dollars is it?"),
        ("24 cm", "24", "What is its area in square centimeters?"),
        ("24 cm^2", "24", "How many centimeters long is it?"),
        ("5/11 ≈ 0.46", "6/11", ""),
        ("5/11 ≈ 0.5555", "5/11", ""),
        ("≈ 0.455", "5/11", ""),
        ("45°", "45", "How many cm is it?"),
        ("2x=5", "5", ""),
        ("x=2x+1", "2x+1", ""),
        ("[0,12.5)", "0<x<12.5", ""),
        ("y>5", "x>5", ""),
        ("x<5", "x>5", ""),
        ("3x-y+12=0", "3x-y+13=0", ""),
        ("2021", r"\pm 2021", ""),
        ("1,2,3", r"\{1,2\}", ""),
        ("5 m", "5", "$m$ is a number. How many n?"),
        ("1/3 ≈ 0.33 ≈ 0.333", "1/3", ""),
        ("12%", "12", ""),
        ("0.333", "1/3", ""),
        ("sin(x) = 1/2", "1/2", ""),
        ("1 in 2 cm", "1/2", ""),
        ("3 in", "5", ""),
        ("4 apples", "4", "How many pears?"),
        ("x+1=5", "5", ""),
    ],
)
def test_wrong_units_labels_and_approximations(answer, gold, question):
    assert not accepted(answer, gold, question)


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
        (r"so $x = \boxed 5$ is it", "5"),
        (r"\boxed {5}", "5"),
    ],
)
def test_last_boxed(solution, boxed):
    assert last_boxed(solution) == boxed


@pytest.mark.parametrize("solution", ["", "5", r"\boxed{}", r"$\boxed$", r"\boxed{\frac{1}{2}"])
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

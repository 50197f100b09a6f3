"""The readers of answers and of expressions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs import answers
from r1ci_env.envs.mathematics.arithmetic import evaluate
from r1ci_env.errors import BadAnswer


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (" 42\n", "42"),
        ('"42"', "42"),
        ("`42`", "42"),
        ("**42**", "42"),
        ("$42$", "42"),
        (r"\(42\)", "42"),
        (r"$\boxed{42}$", "42"),
        (r"\text{yes}", "yes"),
        ("```\n1 2\n3 4\n```", "1 2\n3 4"),
        ("```text\n1 2\n```", "1 2"),
        ("“quoted”", "quoted"),
        ("'a' and 'b'", "'a' and 'b'"),
        (r"\boxed{1} + \boxed{2}", r"\boxed{1} + \boxed{2}"),
        ("<<<7>>>", "7"),
        ("", ""),
        ("$", "$"),
    ],
)
def test_unwrap(text, plain):
    assert answers.unwrap(text) == plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("-1,234,567", -1234567),
        ("+7", 7),
        ("24.0", 24),
        ("1,000.50", Fraction(2001, 2)),
        (".5", Fraction(1, 2)),
        ("3/4", Fraction(3, 4)),
        ("-3 / 4", Fraction(-3, 4)),
        (r"$\frac{3}{4}$", Fraction(3, 4)),
        (r"-\frac12", Fraction(-1, 2)),
        (r"\dfrac{ 10 }{ 4 }", Fraction(5, 2)),
        ("−5", -5),
    ],
)
def test_number(text, value):
    assert answers.number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "inf",
        "1e5",
        "1_000",
        "12,34",
        "1.2.3",
        "٣",
        "½",
        "1/0",
        "--1",
        "1 2",
        "0x10",
        "9" * 5000,
        "1/2/3",
        ".",
    ],
)
def test_number_refuses(text):
    with pytest.raises(BadAnswer):
        answers.number(text)


@given(st.fractions())
def test_number_reads_every_fraction_back(value):
    assert answers.number(str(value)) == value


@given(st.integers(-(10**30), 10**30))
def test_integer_reads_thousands_commas(value):
    assert answers.integer(f"{value:,}") == answers.integer(f" {value}.0 ") == value


def test_integer_refuses_a_fraction():
    with pytest.raises(BadAnswer):
        answers.integer("1/2")


@pytest.mark.parametrize("text", ["[1, 2, 3]", "1 2 3", "1,2,3", "(1; 2; 3)", "1\n2\n3", "['1', \"2\", 3]", "{1,2,3}"])
def test_integers(text):
    assert answers.integers(text) == [1, 2, 3]


def test_integers_of():
    assert answers.integers_of("1, 0, 2", 3, joined=False) == answers.integers_of("102", 3, joined=True) == [1, 0, 2]
    for text, joined in (("102", False), ("1 2", True), ("1 2 3 4", True)):
        with pytest.raises(BadAnswer):
            answers.integers_of(text, 3, joined=joined)


@pytest.mark.parametrize(
    "text", ["12\n34", "1 2\n3 4", "1,2\n3,4", "[[1, 2], [3, 4]]", "```\n1 2\n3 4\n```", "[1 2]\n[3 4]"]
)
def test_integer_grid(text):
    assert answers.integer_grid(text) == [[1, 2], [3, 4]]


@pytest.mark.parametrize("text", ["[[1, 2], junk [3, 4]]", "", "[]"])
def test_grid_refuses(text):
    with pytest.raises(BadAnswer):
        answers.integer_grid(text)


OPTIONS = ["a red ball", "A", "blue"]


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("(A)", "A"),
        ("b", "B"),
        ("C.", "C"),
        ("(c) blue", "C"),
        ("A red ball", "A"),
        ("Blue", "C"),
        ("B) A", "B"),
        ("a", "B"),
    ],
)
def test_choice(text, letter):
    assert answers.choice(text, OPTIONS) == letter


@pytest.mark.parametrize("text", ["(D)", "A B", "(A)(B)", "green", "", "(A) blue", "AA"])
def test_choice_refuses(text):
    with pytest.raises(BadAnswer):
        answers.choice(text, OPTIONS)


def test_one_of():
    assert answers.one_of("yes.", "Yes", "No") == "Yes"
    with pytest.raises(BadAnswer):
        answers.one_of("Yes/No", "Yes", "No")


@pytest.mark.parametrize("text", ["[NaN]", "{'a': 1}", '{"a": 1, "a": 2}', "[" * 17 + "]" * 17, "[1", "Infinity"])
def test_json_refuses(text):
    with pytest.raises(BadAnswer):
        answers.json_value(text)


def test_json():
    assert answers.json_value('```json\n{"a": [1, 2.5, null]}\n```') == {"a": [1, 2.5, None]}


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
        *("(" * 60 + "1" + ")" * 60, "1+" * 1500 + "1", "2" + "**1" * 60, "٣", "1e5", "1//2", "1 if 1 else 2"),
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

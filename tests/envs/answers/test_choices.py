"""Readers of words and of lettered options."""

import pytest

from r1ci_env.envs.answers import BadAnswer, choice, one_of

OPTIONS = ["a red ball", "A", "the blue ball"]


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        *(
            ("(A)", "A"),
            ("b", "B"),
            ("C.", "C"),
            ("A red ball", "A"),
            ("The blue ball", "C"),
            ("B) A", "B"),
            ("a", "B"),
        ),
        *(
            (form, "C")
            for form in ("(c) the blue ball", "[C]", "{C}", "C)", "C:", "Option C", "option (C)", "Choice C")
        ),
        *((form, "C") for form in ("(C) - the blue ball", "C - The blue ball", "(C): the blue ball", "C: blue ball")),
        *(
            (form, "C")
            for form in ("blue ball", "C. the blue ball.", "**C**", "(C) blue ball", "C) blue  ball", "( C )")
        ),
        *(("red ball", "A"), ("the red ball", "A"), ("Option A: red ball", "A"), ("(A)\na red ball", "A")),
    ],
)
def test_choice(text, letter):
    assert choice(text, OPTIONS) == letter


@pytest.mark.parametrize(
    "text",
    ["(D)", "A B", "(A)(B)", "green", "", "(A) blue", "AA", "A or C", "not C", "B, C", "C - a red ball", "C?", "A/C"],
)
def test_choice_refuses(text):
    with pytest.raises(BadAnswer):
        choice(text, OPTIONS)


def test_articles_tell_options_apart():
    options = ["a dog", "the dog", "cats"]
    assert choice("the dog", options) == "B"
    with pytest.raises(BadAnswer):
        choice("dog", options)


def test_one_of():
    assert one_of("yes.", "Yes", "No") == one_of("**YES**", "Yes", "No") == "Yes"
    for text in ("Yes/No", "yes no", "not yes", ""):
        with pytest.raises(BadAnswer):
            one_of(text, "Yes", "No")

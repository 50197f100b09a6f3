"""Reader of assignments."""

import pytest

from r1ci_env.envs.answers import BadAnswer, assignments


@pytest.mark.parametrize(
    "text",
    [
        *(
            "A=1, B=2",
            "A=1,B=2",
            "A = 1; B = 2",
            "A: 1\nB: 2",
            "A -> 1, B → 2",
            '{"A": 1, "B": 2}',
            "{'A': '1', 'B': '2'}",
        ),
        *(
            "{A: 1, B: 2}",
            "[A=1, B=2]",
            '{\n  "A": 1,\n  "B": 2\n}',
            "A is 1, B is 2",
            "A - 1\nB - 2",
            "- A: 1\n- B: 2",
        ),
        *(
            "1. A = 1\n2. B = 2",
            "A=1 and B=2",
            "A = 1, and B = 2.",
            "$A=1$, $B=2$",
            "**A**: 1\n**B**: 2",
            "A := 1, B := 2",
        ),
        *("A is 1. B is 2.", "| A=1 | B=2 |", "* A: 1\n* B: 2", "`A`: 1, `B`: 2", "A==1, B==2", "A=1 B=2"),
        *("A (1), B (2)", "| A | 1 |\n| B | 2 |"),
    ],
)
def test_spellings_of_the_same_assignments(text):
    assert assignments(text) == {"A": "1", "B": "2"}


def test_words_as_values():
    for text in ("Ada is a knight, Bela is a knave", "Ada: knight\nBela: knave", "Ada - knight; Bela - knave"):
        assert assignments(text) == {"Ada": "knight", "Bela": "knave"}
    assert assignments('{"Ada": "knight", "Bela": "knave"}') == {"Ada": "knight", "Bela": "knave"}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "A=1, A=1",
            "A=1, a=2",
            "A=1B=2",
            "A=1=2",
            "solution: A=1, B=2",
            "A=, B=2",
            "A is not 1",
            "A != 1",
            "A=1 or B=2",
        ),
        *("A <= 1", "A is a knight or a knave", "A=1, B=2, perhaps", "A=1 x"),
    ],
)
def test_other_text_is_refused(text):
    with pytest.raises(BadAnswer):
        assignments(text)


def test_nothing_is_assigned_by_nothing():
    assert assignments("{}") == {}

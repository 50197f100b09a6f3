import pytest

from r1ci_env.envs.answers import assignments
from r1ci_env.errors import BadAnswer


@pytest.mark.parametrize(
    "text",
    [
        "A=1, B=2",
        "A=1,B=2",
        "A = 1; B = 2",
        "A: 1\nB: 2",
        "A -> 1, B → 2",
        '{"A": 1, "B": 2}',
        "{'A': '1', 'B': '2'}",
        "{A: 1, B: 2}",
        "[A=1, B=2]",
        '```json\n{\n  "A": 1,\n  "B": 2\n}\n```',
    ],
)
def test_spellings_of_the_same_assignments(text):
    assert assignments(text) == {"A": "1", "B": "2"}


@pytest.mark.parametrize("text", ["A=1, A=1", "A=1 and B=2", "A=1B=2", "A=1=2", "solution: A=1, B=2", "A=, B=2"])
def test_other_text_is_refused(text):
    with pytest.raises(BadAnswer):
        assignments(text)


def test_nothing_is_assigned_by_nothing():
    assert assignments("{}") == {}

"""Reader of nested values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.answers import BadAnswer, json_value

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab '\"()[]True,", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=4),
    max_leaves=8,
)


@given(VALUES)
def test_what_python_prints_is_read(value):
    assert json_value(repr(value)) == value


def test_json_and_tuples():
    assert json_value('{"a": [1, 2.5, null]}') == {"a": [1, 2.5, None]}
    assert json_value("[(83, (1, 2)), (7, (3,)),]") == [[83, [1, 2]], [7, [3]]]


@pytest.mark.parametrize(
    "text",
    [
        "[NaN]",
        '{"a": 1, "a": 2}',
        "{'a': 1, 'a': 2}",
        "[" * 17 + "]" * 17,
        "(" * 999,
        "[1",
        "Infinity",
        "{1, 2}",
        "1 + 1",
    ],
)
def test_json_refuses(text):
    with pytest.raises(BadAnswer):
        json_value(text)

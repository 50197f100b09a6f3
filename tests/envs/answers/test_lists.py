"""Readers of flat lists."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.answers import BadAnswer, integers, integers_of, items, lines, numbers

NOTATIONS = {
    "commas": ", ".join,
    "tight": ",".join,
    "semicolons": "; ".join,
    "blanks": " ".join,
    "lines": "\n".join,
    "arrow": " -> ".join,
    "unicode arrow": " → ".join,
    "fat arrow": " => ".join,
    "tex arrow": r" \to ".join,
    "json": json.dumps,
    "indented json": lambda parts: json.dumps(parts, indent=2),
    "python": repr,
    "tuple": lambda parts: f"({', '.join(parts)})",
    "set": lambda parts: "{" + ", ".join(parts) + "}",
    "numbered": lambda parts: "\n".join(f"{i}. {part}" for i, part in enumerate(parts, 1)),
    "numbered with brackets": lambda parts: "\n".join(f"{i}) {part}" for i, part in enumerate(parts, 1)),
    "bullets": lambda parts: "\n".join(f"- {part}" for part in parts),
    "stars": lambda parts: "\n".join(f"* {part}" for part in parts),
    "line ends and commas": ",\n".join,
    "and": lambda parts: ", ".join(parts[:-1]) + f", and {parts[-1]}",
    "marks": lambda parts: ", ".join(f"**{part}**" for part in parts),
    "dollars": lambda parts: ", ".join(f"${part}$" for part in parts),
    "numbered on a line": lambda parts: ", ".join(f"{i}. {part}" for i, part in enumerate(parts, 1)),
}


@pytest.mark.parametrize("notation", NOTATIONS)
@given(parts=st.lists(st.text("abcdefghXYZ", min_size=1), min_size=2, max_size=6))
def test_items_in_every_notation(notation, parts):
    assert items(NOTATIONS[notation](parts)) == parts


@pytest.mark.parametrize("notation", [n for n in NOTATIONS if n not in ("json", "indented json", "python")])
@given(values=st.lists(st.integers(-999, 999), min_size=2, max_size=6))
def test_integers_in_every_notation(notation, values):
    assert integers(NOTATIONS[notation](list(map(str, values)))) == values


def test_nothing_is_an_empty_list():
    assert items("[]") == items("") == items("()") == []


def test_numbers_may_have_and_before_the_last():
    assert numbers("2 and -2") == numbers("2, -2") == [2, -2]


@pytest.mark.parametrize("text", ["1,,2", "1, two", "1;2,x", "[1, 2", "1 2]"])
def test_integers_refuse(text):
    with pytest.raises(BadAnswer):
        integers(text)


def test_integers_of():
    assert integers_of("1, 0, 2", 3, joined=False) == integers_of("102", 3, joined=True) == [1, 0, 2]
    for text, joined in (("102", False), ("1 2", True), ("1 2 3 4", True)):
        with pytest.raises(BadAnswer):
            integers_of(text, 3, joined=joined)


@pytest.mark.parametrize(
    "text", ["Move A\nMove B", "1. Move A\n2. Move B", "Step 1: Move A\nStep 2: Move B", "- Move A\n\n- Move B\n"]
)
def test_lines(text):
    assert lines(text) == ["Move A", "Move B"]


def test_bold_markers_and_tight_ones():
    assert lines("**Step 1:** a\n**Step 2:** b") == lines("Step1: a\nStep2: b") == lines("(1) a\n(2) b") == ["a", "b"]
    assert lines("1.5\n2.5") == ["1.5", "2.5"]
    assert lines("- 1\nx") == ["- 1", "x"]


def test_brackets_around_single_items_are_not_those_of_the_list():
    assert integers("(1), 2, (3)") == [1, 2, 3]

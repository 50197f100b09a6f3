"""Reader of a sequence of steps."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.answers import BadAnswer, steps

CUBE = re.compile(r"[UDLRFB](?:2|'|’|′)?")
ROUTE = re.compile(r"\b(?:up|down|left|right)\b", re.I)
SLIDE = re.compile(r"([A-Z])\s*:?\s*([-+−]\d)")
TRIPLE = re.compile(r"""([wb])["']?\s*,\s*["']?([A-D]\d)["']?\s*(?:,|->)\s*["']?([A-D]\d)""")
LETTER = re.compile(r"[A-C]")
NOTATIONS = {
    "blanks": " ".join,
    "commas": ", ".join,
    "semicolons": "; ".join,
    "lines": "\n".join,
    **{arrow: f" {arrow} ".join for arrow in ("->", "-->", "=>", "→", "⇒", "➡", "➡️", r"\to", r"\rightarrow", "then")},
    "json": json.dumps,
    "indented": lambda parts: json.dumps(parts, indent=1),
    "python": repr,
    "brackets": lambda parts: f"[{' '.join(parts)}]",
    "round": lambda parts: f"({' '.join(parts)})",
    "numbered": lambda parts: "\n".join(f"{i}. {part}" for i, part in enumerate(parts, 1)),
    "numbered on a line": lambda parts: " ".join(f"{i}. {part}" for i, part in enumerate(parts, 1)),
    "bracketed numbers": lambda parts: "\n".join(f"{i}) {part}" for i, part in enumerate(parts, 1)),
    "steps": lambda parts: "\n".join(f"Step {i}: {part}" for i, part in enumerate(parts, 1)),
    "bold steps": lambda parts: "\n".join(f"**Step {i}:** {part}" for i, part in enumerate(parts, 1)),
    "bullets": lambda parts: "\n".join(f"- {part}" for part in parts),
    "stars": lambda parts: "\n".join(f"* {part}" for part in parts),
    "full stops": ".\n".join,
    "code": lambda parts: ", ".join(f"`{part}`" for part in parts),
}
KINDS = {
    "cube": (CUBE, ["U", "R'", "F2", "B"]),
    "route": (ROUTE, ["up", "left", "right", "down"]),
    "slide": (SLIDE, ["K-2", "A+1", "B-3"]),
    "letter": (LETTER, ["A", "B", "B", "C"]),
}


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_steps_in_every_notation(notation, kind, data):
    pattern, known = KINDS[kind]
    parts = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=8))
    assert [match[0] for match in steps(NOTATIONS[notation](parts), pattern)] == parts


def test_steps_without_anything_between():
    assert [m[0] for m in steps("UR'F2", CUBE)] == ["U", "R'", "F2"]
    assert [m[0] for m in steps("A-B-B", LETTER)] == [m[0] for m in steps("ABB", LETTER)] == ["A", "B", "B"]


def test_steps_of_several_parts():
    for text in (
        '[["w","B4","A2"],["b","A1","C2"]]',
        "w,B4,A2\nb,A1,C2",
        "1. w,B4,A2\n2. b,A1,C2",
        "w,B4->A2; b,A1->C2",
    ):
        assert [m.groups() for m in steps(text, TRIPLE)] == [("w", "B4", "A2"), ("b", "A1", "C2")]
    assert [m.groups() for m in steps("K−2, A +1", SLIDE)] == [("K", "-2"), ("A", "+1")]


@pytest.mark.parametrize(
    "text", ["", "none", "up or down", "up, sideways", "not up", "up up up!", "up 3", "[]", "()", "1. 2. 3."]
)
def test_other_text_is_refused(text):
    with pytest.raises(BadAnswer):
        steps(text, ROUTE)


@pytest.mark.parametrize(
    "text", ["A" * 20_001, "1." * 9_000, "step 1 " * 3_000, "-" * 20_000, "(" * 20_000, "and " * 5_000]
)
def test_long_texts_are_refused(text):
    with pytest.raises(BadAnswer):
        steps(text, LETTER)

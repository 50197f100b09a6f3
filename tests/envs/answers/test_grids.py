"""Reader of grids."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.answers import BadAnswer, cells, grid, integer_grid


def _markdown(rows):
    head, *rest = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *rest])


NOTATIONS = {
    "json": json.dumps,
    "indented": lambda rows: json.dumps(rows, indent=1),
    "tuples": lambda rows: repr(tuple(map(tuple, rows))),
    "list of tuples": lambda rows: repr(list(map(tuple, rows))),
    "numpy str": lambda rows: str(np.array(rows)),
    "numpy repr": lambda rows: repr(np.array(rows)),
    "np.array": lambda rows: f"np.array({rows}, dtype=int)",
    "Matrix": lambda rows: f"Matrix({rows})",
    "lists a line": lambda rows: "\n".join(map(str, rows)),
    "blanks": lambda rows: "\n".join(" ".join(map(str, row)) for row in rows),
    "commas": lambda rows: "\n".join(", ".join(map(str, row)) for row in rows),
    "semicolons": lambda rows: "; ".join(" ".join(map(str, row)) for row in rows),
    "slashes": lambda rows: " / ".join(" ".join(map(str, row)) for row in rows),
    "joined": lambda rows: "\n".join("".join(map(str, row)) for row in rows),
    "strings": lambda rows: json.dumps(["".join(map(str, row)) for row in rows]),
    "strings with blanks": lambda rows: json.dumps([" ".join(map(str, row)) for row in rows]),
    "markdown": _markdown,
    "lines in one bracket": lambda rows: "[" + ",\n".join(", ".join(map(str, row)) for row in rows) + "]",
    "bars": lambda rows: "\n".join("|".join(map(str, row)) for row in rows),
    "pmatrix": lambda rows: (
        r"\begin{pmatrix}" + r" \\ ".join(" & ".join(map(str, row)) for row in rows) + r"\end{pmatrix}"
    ),
    "array": lambda rows: (
        r"\left[\begin{array}{cc}" + "\\\\\n".join("&".join(map(str, row)) for row in rows) + r"\\ \end{array}\right]"
    ),
}


@pytest.mark.parametrize("notation", NOTATIONS)
@given(data=st.data())
def test_integer_grid_in_every_notation(notation, data):
    width = data.draw(st.integers(2, 5))
    row = st.lists(st.integers(0, 9), min_size=width, max_size=width)
    rows = data.draw(st.lists(row, min_size=2, max_size=5))
    text = NOTATIONS[notation](rows)
    assert integer_grid(text, width) == rows
    assert integer_grid(text) == rows


def test_a_flat_list_is_cut_into_rows():
    for text in ("1,2,3,4", "[1, 2, 3, 4]", "(1,2,3,4)", "1 2 3 4", "1234", "(1, 2, 3, 4,)"):
        assert integer_grid(text, 2) == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "text", ["[[1, 2], junk [3, 4]]", "", "[]", r"so \begin{matrix}1\end{matrix}", "[[1,2],[3,4]] or 5"]
)
def test_grid_refuses(text):
    with pytest.raises(BadAnswer):
        integer_grid(text)


@pytest.mark.parametrize(
    "text",
    [
        *("$,#,*,*,!,$", "$, #, *, *, !, $", "$ # *\n* ! $", "$#*\n*!$", "[[$, #, *], [*, !, $]]"),
        *("['$', '#', '*'],\n['*', '!', '$']", "[$, #, *, *, !, $]", "('$', '#', '*', '*', '!', '$')"),
    ],
)
def test_signs_are_cells(text):
    assert cells(text, 3) == list("$#**!$")


def test_stars_and_dollars_are_cells_and_no_markup():
    assert cells("**10**\n**01**", 6) == list("**10****01**")
    assert cells("$,$", 2) == ["$", "$"]
    assert grid("#.\n.#") == [["#", "."], [".", "#"]]


@pytest.mark.parametrize(
    "text", ["1,2\n3,4\n5,6", "rows: [1,2,3] [4,5,6]", "[1,2,3],[4,5]", "1,2,3,4", "[[1,2,3],[4,5,6,7]]"]
)
def test_rows_of_another_width_and_text_between_rows_are_refused(text):
    with pytest.raises(BadAnswer):
        cells(text, 3)


def test_bars_and_rules_between_blocks_of_cells():
    text = "1 2 | 3 4\n3 4 | 1 2\n----+----\n2 1 | 4 3\n4 3 | 2 1"
    assert integer_grid(text, 4) == [[1, 2, 3, 4], [3, 4, 1, 2], [2, 1, 4, 3], [4, 3, 2, 1]]


@pytest.mark.parametrize("text", ["array([[1, 2,\n        3]])", "| 1 | 2 | 3 |", '["1 2 3"]', "[1, 2,\n 3]"])
def test_a_grid_of_one_row_of_known_width_may_wrap(text):
    assert integer_grid(text, 3) == [[1, 2, 3]]

"""Reader of cells of a board by row and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1ci_env.envs.answers import BadAnswer, index_pairs

NOTATIONS = {
    "as asked": lambda cells: ", ".join(f"{r} {c}" for r, c in cells),
    "brackets": lambda cells: ", ".join(f"({r}, {c})" for r, c in cells),
    "tuples": lambda cells: str(cells),
    "lists": lambda cells: str([list(cell) for cell in cells]),
    "strings": lambda cells: str([f"{r} {c}" for r, c in cells]),
    "semicolons": lambda cells: "; ".join(f"{r},{c}" for r, c in cells),
    "lines": lambda cells: "\n".join(f"{r}, {c}" for r, c in cells),
    "numbered": lambda cells: "\n".join(f"{i}. ({r}, {c})" for i, (r, c) in enumerate(cells, 1)),
    "named": lambda cells: "\n".join(f"- row {r}, column {c}" for r, c in cells),
    "arrows": lambda cells: " -> ".join(f"({r},{c})" for r, c in cells),
    "flat": lambda cells: str([number for cell in cells for number in cell]),
    "blanks": lambda cells: " ".join(f"{r} {c}" for r, c in cells),
}
CELLS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=9)


@pytest.mark.parametrize("notation", NOTATIONS)
@given(cells=CELLS)
def test_cells_in_every_notation(notation, cells):
    assert index_pairs(NOTATIONS[notation](cells)) == cells


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "0 1, 2", "(0, 1), 2", "0 1, 2 1000", "0 -1", "(0, 1), (2, -3)", "not (0, 1)", "(0, 1) or (2, 3)"),
        *("0/1", "(0, 1, 2), (3, 4)", "(0, 1), (2)", "0 1 x", "1.5 2", "٠ ١"),
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(BadAnswer):
        index_pairs(text)

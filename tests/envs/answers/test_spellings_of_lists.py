"""One list, one grid and one plan in the spellings that models and programs give them, and what is none of them."""

import contextlib
import re

import pytest

from r1ci_env.envs.answers import BadAnswer, cells, directions, grid, integers, items, numbers, step_values, steps
from r1ci_env.wrappers import candidates

STEP = re.compile(r"go\s+([a-d])", re.I)
PLAN = ["go a", "go d", "go b"]


def readings(reader, text):
    """Return all that `Task.check` would read: what lies under each layer."""
    found = []
    for candidate in candidates(text):
        with contextlib.suppress(BadAnswer):
            found.append(reader(candidate))
    return found


@pytest.mark.parametrize(
    "text",
    [
        *("a | b | c", "| a | b | c |", "1. a 2. b 3. c", r"\left[a, b, c\right]", r"a,\,b,\quad c", r"\{a, b, c\}"),
        *("array(['a', 'b', 'c'])", "list(['a', 'b', 'c'])", "[np.str_('a'), np.str_('b'), np.str_('c')]"),
        *("a<br>b<br>c", "a，b、c", r"\text{a} \to \text{b} \to \text{c}", "a -&gt; b -&gt; c", "a\u00a0b\u00a0c"),
        *("Row 1: a\nRow 2: b\nRow 3: c", "1. a\n1. b\n1. c", '{"answer": ["a", "b", "c"]}'),
    ],
)
def test_items(text):
    assert ["a", "b", "c"] in readings(items, text)


@pytest.mark.parametrize("text", ["2. a\n1. b\n3. c", "1. a\n3. b\n2. c"])
def test_items_that_are_numbered_in_another_order_are_refused(text):
    with pytest.raises(BadAnswer):
        items(text)


def test_alternatives_are_no_list_unless_asked_for():
    assert numbers("1, 2 or 3", alternatives=True) == [1, 2, 3]
    with pytest.raises(BadAnswer):
        integers("1 or 2")
    assert readings(integers, "[np.int64(1), np.int64(2)]") == [[1, 2]]


GRID = [["1", "2"], ["3", "4"], ["5", "6"]]


@pytest.mark.parametrize(
    "text",
    [
        *("Row 1: 1 2\nRow 2: 3 4\nRow 3: 5 6", "Row 0: 1, 2\nRow 1: 3, 4\nRow 2: 5, 6", "- 1 2\n- 3 4\n- 5 6"),
        *("**Row 1:** 1 2\n**Row 2:** 3 4\n**Row 3:** 5 6", "1: 1 2\n2: 3 4\n3: 5 6", "`1 2`\n`3 4`\n`5 6`"),
        *('"1 2"\n"3 4"\n"5 6"', r"1 & 2 \\ 3 & 4 \\ 5 & 6", "1 2<br>3 4<br>5 6", r"1 2\n3 4\n5 6"),
        "\\begin{array}{|c|c|}\n\\hline\n1 & 2 \\\\\n\\hline\n3 & 4 \\\\\n\\hline\n5 & 6 \\\\\n\\hline\n\\end{array}",
        "| | |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |",
        "┌───┐\n│ 1 │ 2 │\n│ 3 │ 4 │\n│ 5 │ 6 │\n└───┘",
        "[[np.int64(1), np.int64(2)], [np.int64(3), np.int64(4)], [np.int64(5), np.int64(6)]]",
    ],
)
def test_grid(text):
    assert GRID in readings(lambda answer: grid(answer, 2), text)


@pytest.mark.parametrize(
    "text", ["1\n2\n3\n4\n5\n6", "1; 2; 3; 4; 5; 6", "1 → 2 → 3 → 4 → 5 → 6", "[\n1,\n2,\n3,\n4,\n5,\n6\n]"]
)
def test_cells_of_a_flat_list(text):
    assert cells(text, 2) == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize(
    "text",
    [
        *("**Step 1**: go a\n**Step 2**: go d\n**Step 3**: go b", "Move 1: go a\nMove 2: go d\nMove 3: go b"),
        *(
            "1 - go a\n2 - go d\n3 - go b",
            "1、go a\n2、go d\n3、go b",
            "#1 go a\n#2 go d\n#3 go b",
            "1st: go a\n2nd: go d\n3rd: go b",
        ),
        *(
            "step_1: go a\nstep_2: go d\nstep_3: go b",
            "First, go a, then go d, and finally go b",
            "“go a”, “go d”, “go b”",
        ),
        *('{"Step 1": "go a", "Step 2": "go d", "Step 3": "go b"}', '{"moves": ["go a", "go d", "go b"]}'),
        *(
            '[{"move": "go a"}, {"move": "go d"}, {"move": "go b"}]',
            r"\text{go a} \Rightarrow \text{go d} \Rightarrow \text{go b}",
        ),
        "| Step | Move |\n|---|---|\n| 1 | go a |\n| 2 | go d |\n| 3 | go b |",
    ],
)
def test_steps(text):
    assert PLAN in readings(lambda answer: [match[0] for match in steps(answer, STEP)], text)


@pytest.mark.parametrize(
    "text", ["2. go a\n1. go d\n3. go b", "Step 1: go a, Step 3: go d", "not go a", "go a or go b", "go a, and so on"]
)
def test_no_steps(text):
    assert readings(lambda answer: steps(answer, STEP), text) == []


def test_a_path_drawn_with_arrows():
    assert directions("↑ →, ⬇️←") == "U R, DL"
    assert directions("up → right") == "up → right"


@pytest.mark.parametrize(
    "text",
    [
        *(
            '[["a", 1]], [["b", 2]]',
            '[["a", 1]] -> [["b", 2]]',
            '[["a", 1]]; [["b", 2]]',
            '{"plan": [[["a", 1]], [["b", 2]]]}',
        ),
        *(
            '`[["a", 1]]`\n`[["b", 2]]`',
            'Round 1: [["a", 1]]\nRound 2: [["b", 2]]',
            'step_1: [["a", 1]] step_2: [["b", 2]]',
        ),
        r'["[[\"a\", 1]]", "[[\"b\", 2]]"]',
    ],
)
def test_step_values(text):
    assert step_values(text) == [[["a", 1]], [["b", 2]]]

"""Tables, texts and errors: no digit is lost, nothing is markup, JSON is JSON."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from r1ci_env.cli import console as shared
from r1ci_env.cli.console import chosen_tasks, print_error, print_json, print_rows, print_text, say
from r1ci_env.errors import BadOption, UnknownTask
from r1ci_env.registry import list_tasks

ROWS = [
    {"name": "TrackingShuffledObjectsSevenObjects", "episodes": 1234567, "reward": 0.123456, "ok": True, "why": ""},
    {"name": "GCD", "episodes": 7, "reward": 0.5, "ok": False, "why": "a long reason that must be folded somewhere"},
]
HOSTILE = [
    "[/x]",
    "a[red]b",
    ":x: :smile:",
    "\x1b[2J\x1b]2;PWNED\x07",
    "\x9b31m",
    "\u202ereversed",
    "two\nlines",
    "\ud800",
]


@pytest.fixture
def width(monkeypatch):
    """Have a terminal of a width."""

    def choose(columns):
        monkeypatch.setattr(shared, "console", lambda stderr=False: wide(columns, stderr))

    return choose


def wide(columns, stderr=False):
    return Console(width=columns, stderr=stderr, force_terminal=True, color_system=None)


def shown_in_terminal(rows, columns, capsys, title=""):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared, "console", lambda stderr=False: wide(columns))
        print_rows(title, rows, False)
    return capsys.readouterr().out


@pytest.mark.parametrize("columns", [*range(10, 90, 5), 120, 200])
def test_a_terminal_of_any_width_shows_every_digit(columns, capsys):
    text = shown_in_terminal(ROWS, columns, capsys)
    for number in ("1234567", "0.123456", "0.50"):
        assert re.search(rf"(?<![\d.]){re.escape(number)}", text), text
    assert "…" not in text and "..." not in text
    assert not re.findall(r"[\u2500-\u257f]", text)


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_lines_are_no_longer_than_the_terminal(columns, capsys):
    assert max(map(len, shown_in_terminal(ROWS, columns, capsys).splitlines())) <= columns


numbers = st.one_of(st.integers(-(10**12), 10**12), st.floats(-(10**6), 10**6).map(lambda x: round(x, 4)))


@given(st.lists(st.fixed_dictionaries({f"column_{i}": numbers for i in range(8)}), min_size=1, max_size=4))
def test_every_number_stands_in_one_piece_at_any_width(rows):
    for columns in (15, 47, 80, 150):
        stream = Console(width=columns, force_terminal=True, color_system=None, record=True, quiet=False)
        with pytest.MonkeyPatch.context() as patch, stream.capture() as captured:
            patch.setattr(shared, "console", lambda stderr=False, stream=stream: stream)
            print_rows("", rows, False)
        words = re.findall(r"[-\d.]+", captured.get())
        for row in rows:
            for value in row.values():
                assert any(_says(word, value) for word in words), (value, captured.get())


def _says(word, value):
    try:
        return (
            abs(float(word) - value) <= max(abs(value) * 1e-5, 1e-12)
            if isinstance(value, float)
            else word == str(value)
        )
    except ValueError:
        return False


def test_off_a_terminal_a_row_is_a_line_of_plain_text(capsys):
    print_rows("a title", ROWS, False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "a title"
    assert lines[1].split() == ["name", "episodes", "reward", "ok", "why"]
    assert lines[2].split() == ["TrackingShuffledObjectsSevenObjects", "1234567", "0.123456", "yes"]
    assert lines[3].endswith("no   a long reason that must be folded somewhere")
    assert len(lines) == 4
    assert all(character.isascii() and character.isprintable() for line in lines for character in line)


def test_a_table_without_rows(capsys):
    print_rows("nothing", [], False)
    print_rows("", [], True)
    assert capsys.readouterr().out == "nothing\n\n[]\n"


def test_rows_may_lack_columns(capsys):
    print_rows("", [{"task": "A", "level 1": 0.25}, {"task": "B", "level 2": 1.0}], False)
    assert [line.split() for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["A", "0.25", "-"],
        ["B", "-", "1.00"],
    ]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("columns", [None, 20, 100])
def test_nothing_that_is_shown_is_markup_or_steers_the_terminal(text, columns, capsys, width):
    if columns is not None:
        width(columns)
    print_rows(text, [{text: text, "n": 1}], False)
    print_error(text)
    say(text)
    print_text(text, text)
    written = capsys.readouterr()
    for output in (written.out, written.err):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800]", output)
        if text in ("[/x]", "a[red]b"):
            assert text in re.sub(r"\s", "", output)
    assert "❌" not in written.out + written.err and "😄" not in written.out + written.err


def test_an_error_is_one_line(capsys):
    print_error("first\n  second\r\nthird " + "long " * 100)
    written = capsys.readouterr().err
    assert written.count("\n") == 1
    assert written.startswith("error: first second third long")


def test_json_has_no_numbers_that_json_has_not(capsys):
    print_json({"a": [float("nan"), float("inf"), 1.5, None], "b": ("x", {"c": -float("inf")}), "d": "[/x]\ud800"})
    assert json.loads(capsys.readouterr().out) == {
        "a": [None, None, 1.5, None],
        "b": ["x", {"c": None}],
        "d": "[/x]\ud800",
    }


def test_tasks_are_chosen_by_name_by_id_and_by_mixture():
    assert chosen_tasks(["GCD", "r1ci/GCD-v0", "r1ci_env:r1ci/Maze-v0", "GCD"], None, None) == ["GCD", "Maze"]
    assert chosen_tasks(["r1ci/Test-v0", "Game24"], None, None) == [*list_tasks(split="test"), "Game24"]
    assert chosen_tasks(["r1ci/All-v0"], None, None) == list_tasks() == chosen_tasks(None, None, None)
    assert chosen_tasks([], "bbh", "test") == list_tasks(source="bbh", split="test")
    with pytest.raises(BadOption, match="not both"):
        chosen_tasks(["GCD"], "bbh", None)
    with pytest.raises(UnknownTask, match="Did you mean 'r1ci/GCD-v0'"):
        chosen_tasks(["r1ci/GDC-v0"], None, None)


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_columns_of_numbers_go_on_below_where_the_table_is_too_wide(columns, capsys):
    rows = [
        {"name": name, **{f"number_{i}": i + 0.125 for i in range(12)}}
        for name in ("TrackingShuffledObjectsSevenObjects", "GCD")
    ]
    lines = shown_in_terminal(rows, columns, capsys, "title").splitlines()
    assert lines[0] == "title" and sum(line == "title" for line in lines) == 1
    assert max(map(len, lines)) <= columns
    assert sum(line.startswith("GCD ") for line in lines) < 12  # several columns each time
    for i in range(12):
        assert sum(f"{i}.125" in line.split() for line in lines) == 2


def test_an_empty_table_is_no_error(capsys):
    shown_in_terminal([], 80, capsys, "nothing")

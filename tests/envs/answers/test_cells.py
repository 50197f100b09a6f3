import pytest

from r1ci_env.envs.answers import cells
from r1ci_env.errors import BadAnswer


@pytest.mark.parametrize(
    "text",
    [
        "$,#,*,*,!,$",
        "$, #, *, *, !, $",
        "$ # *\n* ! $",
        "$#*\n*!$",
        "[[$, #, *], [*, !, $]]",
        "['$', '#', '*'],\n['*', '!', '$']",
        "[$, #, *, *, !, $]",
        "`$,#,*,*,!,$`",
        "```text\n$,#,*,\n*,!,$\n```",
    ],
)
def test_spellings_of_one_grid(text):
    assert cells(text, 3) == list("$#**!$")


def test_stars_and_dollars_are_cells_and_no_markup():
    assert cells("**10**\n**01**", 6) == list("**10****01**")
    assert cells("$,$", 2) == ["$", "$"]


@pytest.mark.parametrize("text", ["1,2\n3,4\n5,6", "rows: [1,2,3] [4,5,6]", "[1,2,3],[4,5]"])
def test_rows_of_another_width_and_text_between_rows_are_refused(text):
    with pytest.raises(BadAnswer):
        cells(text, 3)


@pytest.mark.parametrize("text", ["", "[]", "[[", ",,,", "`"])
def test_nothing_is_read_from_nothing(text):
    assert not any(cells(text, 3)) or cells(text, 3) in (["`"], ["["])

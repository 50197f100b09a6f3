"""Reading turns and writing observations."""

import re
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1ci_env.errors import BadOption
from r1ci_env.protocol import MARKERS, Turn, first_message, is_cut, middle_cut, parse_turn, result_message, tail
from r1ci_env.sandbox_wasm import ExecResult

CODE = "print(1)\n"


@pytest.mark.parametrize(
    "text",
    [
        "```python\nprint(1)\n```",
        "Let me see.\n```python\nprint(1)\n```",
        "```python3\nprint(1)\n```",
        "```py\nprint(1)\n```",
        "```Python\nprint(1)\n```",
        "``` python \nprint(1)\n```",
        "~~~python\nprint(1)\n~~~",
        "````python\nprint(1)\n````",
        "```python\r\nprint(1)\r\n```\r\n",
        "  ```python\nprint(1)\n  ```",
    ],
)
def test_code(text):
    turn = parse_turn(text)
    assert (turn.kind, turn.content, turn.complete, turn.ignored_text) == ("code", CODE, True, False)


def test_unclosed_last_block_runs_but_is_not_well_formed():
    turn = parse_turn("```python\nprint(1)\n")
    assert (turn.kind, turn.content, turn.complete) == ("code", "print(1)", False)


def test_fence_behind_the_last_statement_closes():
    turn = parse_turn("```python\nprint(1)```")
    assert (turn.kind, turn.content, turn.complete) == ("code", "print(1)", True)


def test_shorter_fence_inside_does_not_close():
    turn = parse_turn("````python\ns = '''\n```\n'''\n````")
    assert turn.content == "s = '''\n```\n'''\n"


def test_other_languages_are_not_run():
    assert parse_turn("```bash\nls\n```").kind == "none"
    assert parse_turn("```\nprint(1)\n```").kind == "none"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<<<42>>>", "42"),
        ("The answer is <<< 42 >>>", "42"),
        ("<<<<<<42>>>>>>", "42"),
        ("<<< <<<42>>> >>>", "42"),
        ("The format is <<<answer, so <<<42>>>", "42"),
        ("<<<line 1\nline 2>>>", "line 1\nline 2"),
        ("<<<] >>>>", "] >"),
        ("<<<> >>>>>", "> >>"),
        ("<<<<< >>>", "<<"),
        ("<<<a > b>>>", "a > b"),
        ("<<<>>>", ""),
    ],
)
def test_answer(text, answer):
    turn = parse_turn(text)
    assert (turn.kind, turn.content, turn.ignored_text) == ("answer", answer, False)


def test_what_begins_first_wins_and_the_rest_is_flagged():
    turn = parse_turn("```python\nprint('<<<1>>>')\n```\n<<<2>>>")
    assert (turn.kind, turn.content, turn.ignored_text) == ("code", "print('<<<1>>>')\n", True)
    turn = parse_turn("<<<2>>>\n```python\nprint(1)\n```")
    assert (turn.kind, turn.content, turn.ignored_text) == ("answer", "2", True)


def test_brackets_in_prose_before_a_block_do_not_reach_into_it():
    turn = parse_turn("I will answer as <<<x.\n```python\nprint('<<<1>>>')\n```")
    assert (turn.kind, turn.content) == ("code", "print('<<<1>>>')\n")


def test_brackets_that_never_close_do_not_hide_a_block():
    turn = parse_turn("I will answer as <<<...\n```python\nprint(1)\n```")
    assert (turn.kind, turn.content) == ("code", CODE)


@given(st.text() | st.text(alphabet="<>`~python\n ", max_size=60))
def test_reading_never_raises(text):
    turn = parse_turn(text)
    assert turn.kind in ("code", "answer", "none")
    assert turn.content == "" or turn.kind != "none"


@given(st.text(alphabet=st.characters(exclude_characters="<>\r", exclude_categories=["Cs"])))
def test_any_text_in_brackets_comes_back(text):
    assert parse_turn(f"So: <<<{text}>>>").content == text.strip()


def test_long_hostile_turns_are_read_in_bounded_time():
    for text in (
        "<<<" * 20_000,
        "```python\n" * 5_000,
        ">>>" * 20_000,
        "`" * 60_000,
        "<<<" * 10_000 + ">>>" * 10_000,
        "<<< " * 15_000,
        "<think>" * 20_000,
        "</think>" * 20_000,
        "<<<" * 20_000 + "<<<...>>>" * 9_000,
        "```python\n" + "'''" * 40_000,
        "```python\n" + "'\n```\n" * 15_000,
        "```python\n'''" + "\n```" * 30_000,
        "```python " + "a" * 130_000,
        "```python " + "a=" * 60_000,
        "```python {" * 9_000,
    ):
        for marker in MARKERS:
            parse_turn(text, marker)


def result(**changes):
    values = dict(stdout="", stderr="", error="", exit_code=0, status="ok", duration=0.0)
    return ExecResult(**{**values, **changes})


def test_result_message():
    assert result_message(result(stdout="42\n"), 100) == "Code Execution Results:\n42"
    failed = result(stdout="1\n", stderr="Traceback ...\nKeyError: 'x'\n", error="KeyError: 'x'", status="error")
    assert result_message(failed, 200) == "Code Execution Results:\n1\nTraceback ...\nKeyError: 'x'"
    late = result(error="stopped after 1 s", status="timeout")
    assert result_message(late, 200) == "Code Execution Results:\nstopped after 1 s"


def test_a_run_without_output_says_so():
    assert "no output" in result_message(result(), 100)
    assert result_message(result(status="exit", exit_code=3), 100) == "Code Execution Results:\n(exit code 3)"


def test_standard_error_is_shown_when_the_block_ends_well():
    warned = result(stdout="1\n", stderr="careful\n")
    assert result_message(warned, 200) == "Code Execution Results:\n1\ncareful"
    assert result_message(result(stderr="careful\n"), 200) == "Code Execution Results:\ncareful"


def test_long_output_loses_its_middle_and_keeps_both_ends():
    message = result_message(result(stdout="a" * 500 + "b" * 500), 100)
    assert message.startswith("Code Execution Results:\naaa")
    assert message.endswith("bbb")
    assert "900 characters left out" in message
    assert len(message) < 200


def test_each_stream_has_half_the_room_at_least():
    both = result(stdout="a" * 500, stderr="b\n" * 500, status="error", error="b")
    message = result_message(both, 200)
    assert message.count("a") > 90 and message.count("b") > 45 and len(message) < 400
    message = result_message(result(stdout="a" * 150, stderr="careful"), 200)
    assert message == f"Code Execution Results:\n{'a' * 150}\ncareful"


@settings(max_examples=1000)
@given(
    st.text("ab\n", max_size=300), st.text("cd\n", max_size=300), st.integers(100, 400), st.booleans(), st.booleans()
)
def test_the_count_of_what_is_left_out_is_true(head, end, max_chars, cut, on_stderr):
    before = 1234 if cut else 0
    shown = f"{head}\n... [1234 characters left out] ...\n{end}x" if cut else head + end + "x"
    stream = "stderr" if on_stderr else "stdout"
    given_result = result(**{stream: shown, f"{stream}_left_out": before, "truncated": cut})
    body = result_message(given_result, max_chars).partition("\n")[2]
    numbers = [int(number) for number in re.findall(r"\[(\d+) characters left out\]", body)]
    kept = re.sub(r"\n?\.\.\. \[\d+ characters left out\] \.\.\.\n", "", body)
    assert len(kept) + sum(numbers) == len(head) + before + len(end) + 1
    assert kept.endswith("x")
    assert bool(numbers) == is_cut(given_result, max_chars)


def test_cuts():
    assert middle_cut("abc", 3) == "abc"
    assert tail("one\ntwo\nthree", 8) == "... [8 characters left out] ...\nthree"


def test_prompts():
    assert first_message("bare", "Q?") == "Q?"
    assert first_message("paper", "Q {braces}?").endswith("Question:\nQ {braces}?")
    assert first_message("Do it: {question}", "Q?") == "Do it: Q?"
    with pytest.raises(BadOption, match="Did you mean 'paper'"):
        first_message("papr", "Q?")


@pytest.mark.parametrize(
    "tag",
    [
        *(
            "python3.11",
            "ipython",
            "ipython3",
            "{python}",
            "{.python}",
            "{.python .numberLines}",
            "PY",
            "py3",
            "  python  ",
        ),
        *('python title="a.py"', "python {linenos=true}", "python main.py", "python:main.py"),
    ],
)
def test_tags_of_python(tag):
    assert parse_turn(f"```{tag}\nprint(1)\n```") == Turn("code", CODE)


@pytest.mark.parametrize("tag", ["pycon", "python-repl", "pyspark", "bash", "text", "c", "json", ""])
def test_other_tags_are_not_run(tag):
    assert parse_turn(f"```{tag}\nprint(1)\n```").kind == "none"


def test_a_program_may_begin_behind_the_tag():
    assert parse_turn("```python print(1)```") == Turn("code", "print(1)")
    assert parse_turn("```python x = 1\nprint(x)\n```") == Turn("code", "x = 1\nprint(x)\n")


def test_the_indentation_of_a_fence_is_taken_off_each_line():
    turn = parse_turn("1. Run:\n   ```python\n   if 1:\n       print(1)\n\n  x\n   ```\n")
    assert turn == Turn("code", "if 1:\n    print(1)\n\nx\n")


@pytest.mark.parametrize("rest", ["<|im_end|>", ".", " Now wait.", "</code>", "<end_code>", "python"])
def test_a_line_that_begins_with_the_fence_closes(rest):
    assert parse_turn(f"```python\nprint(1)\n```{rest}") == Turn("code", CODE, ignored_text=True)


@pytest.mark.parametrize(
    "code",
    [
        "s = '''\n```\n'''\nprint(s)\n",
        's = f"""\n```python\nx\n```\n"""\n',
        "s = '```'\n",
        "s = \"it's\"  # don't ``` stop\nt = '\\'```'\n",
        's = r"\\"\nt = """\n``` \\"""\n"""\n',
        "x = '''a''' + '''\n```\n'''\n",
    ],
)
def test_a_fence_in_a_string_of_the_program_does_not_cut_it(code):
    turn = f"```python\n{code}```"
    assert parse_turn(turn) == Turn("code", code)
    cut = [parse_turn(turn[:end]) for end in range(len("```python\n"), len(turn))]
    assert not any(read.kind == "code" and read.complete for read in cut)  # a decoder must not stop before the end


def test_a_string_that_never_ends_does_not_swallow_the_turn():
    assert parse_turn('```python\ns = """abc\n```\nSo <<<5>>>') == Turn("code", 's = """abc', complete=False)


def test_tildes_are_operators_behind_a_statement():
    assert parse_turn("~~~python\nx = ~~~1\n~~~") == Turn("code", "x = ~~~1\n")


@pytest.mark.parametrize(
    "text",
    [
        "I should end with <<<...>>>.\n\n<<<8>>>",
        "<<<…>>> <<<8>>>",
        "<think>\nMaybe <<<999>>>? No.\n</think>\n<<<8>>>",
        "Maybe <<<999>>>\n</think>\n<<<8>>>",
        "<think>a</think>b<think>```python\n1\n```</think><<<8>>>",
    ],
)
def test_placeholders_and_thoughts_are_no_answers(text):
    assert parse_turn(text) == Turn("answer", "8")


@pytest.mark.parametrize("text", ["<<<...>>>", "<think> <<<9>>>", "<think>a</think> <think><<<9>>>", "<<< ... >>>"])
def test_nothing_but_placeholders_and_thoughts(text):
    assert parse_turn(text).kind == "none"


def test_the_first_complete_one_still_wins():
    assert parse_turn("<<<1>>> or <<<2>>>").content == "1"
    assert parse_turn("<think><<<1>>></think><<<2>>>", strip_thinking=False).content == "1"


def test_another_marker():
    read = partial(parse_turn, marker="<answer></answer>")
    assert read("So <answer> 8 </answer>.") == Turn("answer", "8", ignored_text=True)
    assert read("<answer>...</answer><answer>a<answer>b</answer>").content == "b"
    assert read("<<<8>>>").kind == "none"
    assert read("```python\nprint(1)\n```<answer>8</answer>").kind == "code"
    with pytest.raises(BadOption, match="answer_marker"):
        parse_turn("x", "<<<>>")

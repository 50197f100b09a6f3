"""How a model's turn is read, and how the environment speaks.

A turn holds reasoning and either one fenced Python block or the final answer between ``<<<`` and ``>>>``.
What begins first and is complete wins; anything but white space after it is ignored and reported.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from r1ci_env.errors import BadOption, did_you_mean
from r1ci_env.sandbox_wasm.output import LEFT_OUT

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm import ExecResult

PROMPTS = {
    "paper": """\
Solve the question below. Reason first, then give the final answer.

While you reason you may run Python to search, optimise or calculate. To do so, write one complete script in a \
block that opens with ```python and closes with ```, print whatever you need to see, and end your turn right after \
the block. The script is run for you, and its output and errors come back in the next message. Each script starts \
from a clean interpreter. numpy, sympy and networkx are installed; there are no files and no network.

When you are sure, end with the answer as <<<answer>>>. Otherwise go on reasoning, with more code if it helps.

Question:
{question}""",
    "bare": "{question}",
}
"""Named templates for the first message."""

RESULT_HEADER = "Code Execution Results:"
NOTHING_FOUND = (
    "Your turn had neither a complete ```python block nor a final answer <<<...>>>. Please give one of them."
)
NO_OUTPUT = "(no output: the code ended without an error and printed nothing)"
NO_RUNS_LEFT = "No code runs are left. Please give the final answer as <<<...>>>."


@dataclass(frozen=True, slots=True)
class Turn:
    """What a model's turn asks for.

    Attributes:
        kind: ``code`` to run a block, ``answer`` to end the episode, ``none`` for neither.
        content: The program, or the answer without its brackets; empty for ``none``.
        ignored_text: Whether text stood after the block or answer.
        complete: False for a last block that was never closed.
    """

    kind: Literal["code", "answer", "none"]
    content: str = ""
    ignored_text: bool = False
    complete: bool = True


MAX_NESTING = 8
"""Brackets around brackets that are taken off an answer."""

_FENCE_OPEN = re.compile(r"^[ \t]*(?P<mark>`{3,}|~{3,})[ \t]*(?:python3?|py3?)[ \t]*\n", re.I | re.M)
_ANSWER_OPEN = re.compile(r"<{3,}")
_ANSWER_CLOSE = re.compile(r">{3,}")
_ANSWER_MARK = re.compile(r"<{3,}|>{3,}")


def parse_turn(text: str) -> Turn:
    """Read a turn: the first complete Python block or answer, whichever begins earlier."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    fence = _FENCE_OPEN.search(text)
    bracket = _ANSWER_OPEN.search(text)
    if bracket and (not fence or bracket.start() < fence.start()):
        # Brackets that do not close before the block are prose, such as a remark on the answer format.
        answer = _answer(text, bracket.start(), fence.start() if fence else len(text))
        if answer:
            return answer
    return _code(text, fence) if fence else Turn("none")


def _code(text: str, fence: re.Match[str]) -> Turn:
    mark = fence["mark"]
    closing = re.compile(rf"^[ \t]*{mark[0]}{{{len(mark)},}}[ \t]*$", re.M)
    close = closing.search(text, fence.end())
    if close:
        code = text[fence.end() : close.start()]
        return Turn("code", code, ignored_text=bool(text[close.end() :].strip()))
    # Generation often stops at the closing fence, or writes it behind the last statement.
    body = text[fence.end() :].rstrip()
    return Turn("code", body.removesuffix(mark), complete=body.endswith(mark))


def _answer(text: str, start: int, end: int) -> Turn | None:
    """Return the answer whose brackets open at ``start``; None when they do not close before ``end``.

    Brackets nest. An opening mark is the first three of a run of ``<`` and a closing mark the last three of a run
    of ``>``, so that an answer may itself begin with ``<`` or end with ``>``.
    """
    depth = 0
    for mark in _ANSWER_MARK.finditer(text, start, end):
        runs = max(1, len(mark[0]) // 3)
        depth += runs if mark[0][0] == "<" else -runs
        if depth <= 0:
            return _answer_turn(text, start, mark.end())
    # Unbalanced: the text mentioned the brackets before the answer proper; take the innermost pair.
    close = _ANSWER_CLOSE.search(text, start, end)
    return _answer_turn(text, text.rfind("<<<", start, close.start()), close.end()) if close else None


def _answer_turn(text: str, start: int, end: int) -> Turn:
    content = text[start + 3 : end - 3].strip()
    for _ in range(MAX_NESTING):
        if not (content.startswith("<<<") and content.endswith(">>>")) or "<<<" in content[3:].lstrip("<"):
            break
        content = content[3:-3].strip()
    return Turn("answer", content, ignored_text=bool(text[end:].strip()))


def first_message(prompt: str, question: str) -> str:
    """Return the first message: a named prompt, or a template of the user's with ``{question}`` in it."""
    return prompt_template(prompt).replace("{question}", question)


def prompt_template(prompt: str) -> str:
    """Return the template that ``prompt`` names or is.

    Raises:
        BadOption: it is neither a known name nor a text with ``{question}``.
    """
    template = PROMPTS.get(prompt, prompt)
    if "{question}" not in template:
        raise BadOption(
            f"prompt {prompt!r} is neither one of {sorted(PROMPTS)} nor a template that contains {{question}}."
            + did_you_mean(prompt, PROMPTS)
        )
    return template


def result_message(result: "ExecResult", max_chars: int) -> str:
    """Return what the model reads after a run: both streams, each given at least half the room, and how it ended."""
    stdout, stderr = result.stdout.rstrip("\n"), result.stderr.rstrip("\n")
    room = max(max_chars - len(stdout), max_chars // 2)
    parts = [
        middle_cut(stdout, max_chars - min(len(stderr), room), result.stdout_left_out),
        tail(stderr, room, result.stderr_left_out),
    ]
    if result.error and result.error not in result.stderr:
        parts.append(result.error)
    if result.status == "exit":
        parts.append(f"(exit code {result.exit_code})")
    return "\n".join([RESULT_HEADER, *filter(None, parts)]) if any(parts) else f"{RESULT_HEADER}\n{NO_OUTPUT}"


def is_cut(result: "ExecResult", max_chars: int) -> bool:
    """Whether `result_message` leaves out some of the output, or the sandbox has already."""
    return result.truncated or len(result.stdout.rstrip("\n")) + len(result.stderr.rstrip("\n")) > max_chars


def middle_cut(text: str, max_chars: int, left_out: int = 0) -> str:
    """Shorten ``text`` to about ``max_chars`` by leaving out its middle, saying how much went.

    Args:
        text: The text.
        max_chars: Length from which on it is cut.
        left_out: Characters that are missing from it already, where a line in it says so.
    """
    if len(text) <= max_chars:
        return text
    half = max_chars // 2
    return _without(text, half, len(text) - half, left_out)


def tail(text: str, max_chars: int, left_out: int = 0) -> str:
    """Return the end of ``text``, from the beginning of a line where that is possible; see `middle_cut`."""
    if len(text) <= max_chars:
        return text
    start = len(text) - max_chars
    return _without(text, 0, text.find("\n", start) + 1 or start, left_out).lstrip("\n")


def _without(text: str, start: int, end: int, left_out: int) -> str:
    """Replace a part of ``text`` by a line that says how many characters are missing, those missing before included."""
    removed = end - start
    line = LEFT_OUT.format(left_out)
    at = text.find(line) if left_out else -1
    if at >= 0 and start < at + len(line) and at < end:
        start, end = min(start, at), max(end, at + len(line))
        removed = end - start - len(line) + left_out
    return text[:start] + LEFT_OUT.format(removed) + text[end:]

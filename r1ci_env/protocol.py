"""How a model's turn is read, and how the environment speaks.

A turn holds reasoning and either one fenced Python block or the final answer between ``<<<`` and ``>>>``.
What begins first and is complete wins; anything but white space after it is ignored and reported.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from r1ci_env.errors import BadOption, did_you_mean, require_one_of
from r1ci_env.sandbox_wasm.run.output import LEFT_OUT

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm import ExecResult

PROMPTS = {
    "paper": """\
Solve the question below. Reason first, then give the final answer.

While you reason you may run Python to search, optimise or calculate. To do so, write one complete script in a \
block that opens with ```python and closes with ```, print whatever you need to see, and end your turn right after \
the block. The script is run for you, and its output and errors come back in the next message. Each script starts \
from a clean interpreter. numpy, sympy and networkx are installed; there are no files and no network.

When you are sure, end with the answer as <<<...>>>. Otherwise go on reasoning, with more code if it helps.

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
class Marker:
    """What stands around the final answer.

    Attributes:
        opening: Before the answer.
        closing: Behind it.
        mark: Pattern of a mark; several in a run count as so many.
        near: Pattern of what is written by mistake for it.
    """

    opening: str
    closing: str
    mark: re.Pattern[str]
    near: re.Pattern[str]

    def around(self, answer: str) -> str:
        """Return an answer as a turn gives it."""
        return self.opening + answer + self.closing

    def put_into(self, text: str) -> str:
        """Return a text of ours, which speaks of ``<<<...>>>``, with this marker instead."""
        if self is MARKERS[DEFAULT_MARKER]:
            return text
        text = re.sub(
            r"\b(in|between) (?:triple angle brackets|<<< and >>>)", rf"\1 {self.opening} and {self.closing}", text
        )
        text = text.replace(f"in {self.opening}", f"between {self.opening}")
        return re.sub(r"<<<(?! and )(.*?)>>>", lambda match: self.opening + match[1] + self.closing, text, flags=re.S)


DEFAULT_MARKER: Final = "<<<>>>"
MARKERS: Final = {
    DEFAULT_MARKER: Marker(
        "<<<", ">>>", re.compile(r"<{3,}|>{3,}"), re.compile(r"(?<!<)<<(?![<\s])[^<>\n]{1,200}>>(?!>)")
    ),
    "<answer></answer>": Marker(
        "<answer>", "</answer>", re.compile(r"</?answer>"), re.compile(r"<{2,3}(?![<\s])[^<>\n]{1,200}>{2,3}")
    ),
}
"""The answer markers that `Rules` may name."""

PLACEHOLDERS = ("...", "…")
"""What stands for the answer in the prompt: never an answer."""


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

_FENCE_OPEN = re.compile(
    r"^(?P<indent>[ \t]*)(?P<mark>`{3,}|~{3,})[ \t]*\{?\.?(?:i?python[\d.]*|py\d?)(?![\w-])\}?"
    r"(?P<rest>[^\n]*)(?:\n|\Z)",
    re.I | re.M,
)
_INFO = re.compile(r"""(?:[ \t}]|\{[^{}\n]*\}|[\w.:/-]++(?:="[^"\n]*"|='[^'\n]*')?)*+""")
_UNTAGGED = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[ \t]*\n", re.M)
_TOKENS_THAT_HIDE = (
    r"""#[^\n]*|\"{3}(?:\\(?:.|\Z)|[^\\])*?(?:\"{3}|\Z)|'{3}(?:\\(?:.|\Z)|[^\\])*?(?:'{3}|\Z)"""
    r"""|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?"""
)
"""Comments and strings of Python, in which a fence does not close the block."""


def parse_turn(text: str, marker: str = DEFAULT_MARKER, *, strip_thinking: bool = True) -> Turn:
    """Read a turn: the first complete Python block or answer, whichever begins earlier. Linear in the text.

    Args:
        text: What the model wrote.
        marker: A key of `MARKERS`.
        strip_thinking: Whether what stands in ``<think>…</think>`` is passed over.

    Raises:
        BadOption: the marker is unknown.
    """
    require_one_of(marker, MARKERS, "answer_marker")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if strip_thinking and "think>" in text:
        text = without_thinking(text)
    fence = _FENCE_OPEN.search(text)
    # Brackets that do not close before the block are prose, such as a remark on the answer format.
    answer = _first_answer(text, fence.start() if fence else len(text), MARKERS[marker])
    return answer or (_code(text, fence) if fence else Turn("none"))


def without_thinking(text: str) -> str:
    """Return the text without ``<think>…</think>``, and without a thought whose beginning or end is not there."""
    kept: list[str] = []
    position = 0
    while (start := text.find("<think>", position)) >= 0:
        kept.append(text[position:start])
        end = text.find("</think>", start)
        position = end + len("</think>") if end >= 0 else len(text)
    return "".join([*kept, text[position:]]).rpartition("</think>")[2]


def _code(text: str, fence: re.Match[str]) -> Turn:
    start = fence.end()
    if not _INFO.fullmatch(fence["rest"]):  # the program begins behind the tag, and may end on the same line
        start = fence.end("rest") - len(fence["rest"].lstrip())
    mark = rf"{fence['mark'][0]}{{{len(fence['mark'])},}}"
    at_line = rf"^[ \t]*{mark}"
    # Backticks are no Python: outside strings they close wherever they stand, behind the last statement too.
    closing = f"{at_line}|{mark}" if fence["mark"][0] == "`" else at_line
    tokens = re.compile(f"(?P<close>{closing})|{_TOKENS_THAT_HIDE}", re.M | re.S).finditer(text, start)
    close = next((token for token in tokens if token["close"]), None)
    if close:
        body = _outdented(text[start : close.start()], fence["indent"])
        return Turn("code", body, ignored_text=bool(text[close.end() :].strip()))
    # Generation was cut, or a string of the program never ends: then the first line with the mark ends it.
    first = re.compile(at_line, re.M).search(text, start)
    body = text[start : first.start() if first else len(text)]
    return Turn("code", _outdented(body.rstrip(), fence["indent"]), complete=False)


def _outdented(code: str, indent: str) -> str:
    """Take the fence's own indentation off each line, as far as a line has it."""
    if not indent:
        return code
    return re.sub(rf"^[ \t]{{1,{len(indent)}}}", "", code, flags=re.M)


def _first_answer(text: str, end: int, marker: Marker) -> Turn | None:
    """Return the first answer that is complete before ``end`` and no placeholder."""
    start = text.find(marker.opening, 0, end)
    while start >= 0:
        found = _answer(text, start, end, marker)
        if found is None:
            return None
        turn, position = found
        if turn.content not in PLACEHOLDERS:
            return turn
        start = text.find(marker.opening, position, end)
    return None


def _answer(text: str, start: int, end: int, marker: Marker) -> tuple[Turn, int] | None:
    """Return the answer whose brackets open at ``start``, and its end; None when they do not close before ``end``.

    Brackets nest. An opening mark is the first three of a run of ``<`` and a closing mark the last three of a run
    of ``>``, so that an answer may itself begin with ``<`` or end with ``>``.
    """
    depth = 0
    first_close = -1
    for mark in marker.mark.finditer(text, start, end):
        opens = mark[0][1] != "/" and mark[0][0] == "<"
        runs = max(1, len(mark[0]) // len(marker.opening))
        depth += runs if opens else -runs
        if first_close < 0 and not opens:
            first_close = mark.end()
        if depth <= 0:
            return _answer_turn(text, start, mark.end(), marker), mark.end()
    if first_close < 0:
        return None
    # Unbalanced: the text mentioned the brackets before the answer proper; take the innermost pair.
    innermost = text.rfind(marker.opening, start, first_close - len(marker.closing) + 1)
    return _answer_turn(text, innermost, first_close, marker), first_close


def _answer_turn(text: str, start: int, end: int, marker: Marker) -> Turn:
    opening, closing = marker.opening, marker.closing
    content = text[start + len(opening) : end - len(closing)].strip()
    for _ in range(MAX_NESTING):
        inner = content[len(opening) :]
        if not (content.startswith(opening) and content.endswith(closing)) or opening in inner.lstrip("<"):
            break
        content = content[len(opening) : -len(closing)].strip()
    return Turn("answer", content, ignored_text=bool(text[end:].strip()))


def nothing_found(text: str, marker: str = DEFAULT_MARKER) -> str:
    """Return what the model reads after a turn with neither block nor answer: what it may have meant, if that shows."""
    answer = MARKERS[marker]
    form = f"{answer.opening}...{answer.closing}"
    if near := answer.near.search(text):
        return f"{near[0]:.80} is no final answer: write it as {form}."
    if r"\boxed" in text:
        return rf"An answer in \boxed{{}} is not read: write it as {form}."
    if _UNTAGGED.search(text):
        return f"A block without a language is not run: open it with ```python. To answer, write {form}."
    return answer.put_into(NOTHING_FOUND)


def result_hint(
    code: str, result: "ExecResult", previous: "tuple[str, ExecResult] | None" = None, marker: str = DEFAULT_MARKER
) -> str:
    """Return a line to add to a result that shows a misunderstanding of the protocol; empty if none shows.

    Args:
        code: The program that ran.
        result: What came of it.
        previous: The program that ran before it in the episode, and what came of that.
        marker: A key of `MARKERS`.
    """
    answer = MARKERS[marker]
    if previous is not None and (code, *_shown(result)) == (previous[0], *_shown(previous[1])):
        return "This is the same program as before, and its output is the same. Use it, or change the program."
    if "input(" in code and "EOFError" in (result.error or result.stderr):
        return "There is no input to read: write the values into the program."
    if answer.opening in result.stdout and answer.closing in result.stdout:
        return f"An answer that a program prints is not read: write {answer.opening}...{answer.closing} in your turn."
    return ""


def _shown(result: "ExecResult") -> tuple[str, str, str, str]:
    return result.status, result.error, result.stdout, result.stderr


def first_message(prompt: str, question: str, marker: str = DEFAULT_MARKER) -> str:
    """Return the first message: a named prompt, or a template of the user's with ``{question}`` in it."""
    return MARKERS[marker].put_into(prompt_template(prompt).replace("{question}", question))


def prompt_template(prompt: str) -> str:
    """Return the template that ``prompt`` names or is.

    Raises:
        BadOption: it is neither a known name nor a text with ``{question}``.
    """
    template = PROMPTS.get(prompt, prompt) if isinstance(prompt, str) else ""
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

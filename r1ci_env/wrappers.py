r"""What models put around an answer, taken off layer by layer.

A closing full stop, Markdown's bold, italics and code marks, ``\boxed{…}``, ``$…$``, ``\(…\)``, quotes, a code
fence, answer tags, and a label such as ``The answer is``. `Task.check` tries what lies under each layer, so that no
task has to; readers of lists use `unwrap` on the items. What is only tried may be taken off freely: a reader refuses
what is left where it makes no sense.
"""

import re
from collections.abc import Iterator

MAX_CANDIDATES = 8
"""How many readings of one answer are tried, itself included."""

_LABEL = re.compile(
    r"([*_]{0,3})(?:(?:so|thus|hence|therefore)[,:]?\s+)?(?:(?:the|my|our)\s+)?(?:final\s+|correct\s+|right\s+)?"
    r"(?:answer|result|solution)(?:\1\s*[:=]|\s*[:=]\1|\s+is\b:?\1:?)\s*",
    re.I,
)
_FENCE = re.compile(r"(`{3,}(?!`)|~{3,}(?!~))(?:[ \t]*[\w+-]*[ \t]*\n)?(.*?)\1", re.S)  # the whole run: linear time
_COMMAND = re.compile(r"\\(?:boxed|fbox|text|textbf|textit|mathrm|mathbf|mathit|emph)\s*\{")
_MARKDOWN = {"*": 2, "_": 2, "`": 3}
"""Marks that stand in runs, and how many are taken off at a time."""
_PAIRS = (
    *(("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"), ("<<<", ">>>"), ("<answer>", "</answer>")),
    *(('"', '"'), ("'", "'"), ("“", "”"), ("„", "“"), ("‘", "’"), ("«", "»")),
)


def candidates(text: str) -> Iterator[str]:
    """Yield an answer as it stands, then with one layer less at a time; at most `MAX_CANDIDATES`, none of them empty.

    The work is linear in the length of the text.
    """
    for _ in range(MAX_CANDIDATES):
        text = text.strip()
        if not text:
            return
        yield text
        inner = _without_label(text) or _without_marks(text) or _without_full_stop(text)
        if inner is None:
            return
        text = inner


def unwrap(text: str) -> str:
    """Return the text without the marks around it; a label or a full stop stays."""
    text = text.strip()
    if text[:1].isalnum():  # as most items of a long list: nothing is around it
        return text
    for _ in range(MAX_CANDIDATES):
        inner = _without_marks(text)
        if not inner:
            break
        text = inner.strip()
    return text


def _without_marks(text: str) -> str | None:
    if text.startswith(("```", "~~~")) and (fence := _FENCE.fullmatch(text)):
        return fence[2]
    mark, most = text[:1], _MARKDOWN.get(text[:1], 0)
    for count in range(most, 0, -1):
        if len(text) > 2 * count and text.startswith(mark * count) and text.endswith(mark * count):
            if count > 1 and text[count] in ",; ":  # no markup: the last of the marks is the first cell of a row
                continue
            return text[count:-count]
    for opening, closing in _PAIRS:
        if len(text) > len(opening) + len(closing) and text.startswith(opening) and text.endswith(closing):
            return text[len(opening) : -len(closing)]
    if text.startswith("\\") and text.endswith("}") and (command := _COMMAND.match(text)):
        return text[command.end() : -1]
    return None


def _without_label(text: str) -> str | None:
    label = _LABEL.match(text)
    return text[label.end() :] if label else None


def _without_full_stop(text: str) -> str | None:
    """Take one full stop off; an ellipsis, or a row of cells that are points, is none."""
    return text[:-1] if text[-1] in ".。" and text[-2:-1] not in ("", ".", "。") else None

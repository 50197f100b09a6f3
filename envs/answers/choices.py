"""Readers of words, of one word among a few, and of a choice among lettered options."""

import re
from collections.abc import Sequence

from r1ci_env.errors import BadAnswer
from r1ci_env.wrappers import unwrap

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "−": "-"})
_LETTER = r"""[(\[{"'<\s]{0,4}(?:(?:the\s)?(?:option|choice|letter|answer):?\s)?[(\[{"'\s]{0,4}""" + (
    r"""(?P<letter>[A-Z])[)\]}"'>]{0,4}"""
)
_LETTERED = re.compile(
    rf"{_LETTER}\s?(?:[.:)-]?|(?:(?:[\s.:)-]|[=-]>|[=→])++|(?<=[)\]}}]))(?P<text>\S.*))", re.I | re.S | re.ASCII
)
_TEXT_FIRST = re.compile(rf"(?P<text>.{{1,500}}?)[\s,:-]{{1,3}}(?=[(\[]|option){_LETTER}\.?", re.I | re.S | re.ASCII)
_BRACKETED = re.compile(r"[(\[{]([^()\[\]{},;]+)[)\]}]")


def word(text: str) -> str:
    """Read a word or short phrase: without marks and brackets around it, inner white space single, no full stop."""
    text = _unmarked(text)
    bracketed = _BRACKETED.fullmatch(text)
    return _unmarked(bracketed[1]) if bracketed else text


def noun(text: str) -> str:
    """Read a word as `word` does, in lower case and without an article before it."""
    return _without_article(word(text).casefold())


def one_of(text: str, *values: str) -> str:
    """Read one of a few words, such as ``Yes`` and ``No``, in any case; return it as given in ``values``."""
    folded = {value.casefold(): value for value in values}
    found = folded.get(_without_article(_folded(word(text)).removeprefix("" if "on" in folded else "on ")))
    if found is None:
        raise BadAnswer(f"none of {', '.join(values)}")
    return found


def choice(text: str, options: Sequence[str]) -> str:
    """Read a choice among ``options`` as its letter, ``A`` for the first.

    Accepts the letter in any case, alone or marked as a letter (``(B)``, ``[b]``, ``B.``, ``Option B``), the option's
    text, and both together (``(B) the text``, ``B - the text``). An article before the text may be left out or added
    where no two options differ in it alone.
    """
    letters = [chr(ord("A") + i) for i in range(len(options))]
    by_text = _by_text(options, letters)
    folded = _folded(text)
    if folded in by_text:
        return by_text[folded]
    if (bare := _without_article(folded)) in by_text:
        return by_text[bare]
    if len(inner := _folded(word(text))) > 1 and inner in by_text:
        return by_text[inner]
    text = re.sub(r"[*`]|__|\\(?= )", "", " ".join(text.translate(_QUOTES).split()))
    for pattern in (_LETTERED, _TEXT_FIRST):
        if (match := pattern.fullmatch(text)) and (letter := match["letter"].upper()) in letters:
            folded = _folded(word(match["text"] or ""))
            if match["text"] is None or letter in (by_text.get(folded), by_text.get(_without_article(folded))):
                return letter
    raise BadAnswer("none of the options, or not the text of the letter")


def _by_text(options: Sequence[str], letters: list[str]) -> dict[str, str]:
    """Map the options' texts to their letters, and the texts without an article where that names one option only."""
    by_text: dict[str, str] = {}
    for letter, option in zip(letters, options, strict=True):
        by_text.setdefault(_folded(option), letter)
    bare: dict[str, set[str]] = {}
    for folded, letter in by_text.items():
        bare.setdefault(_without_article(folded), set()).add(letter)
    return {text: found.pop() for text, found in bare.items() if len(found) == 1} | by_text


def _folded(text: str) -> str:
    return _unmarked(text).casefold().translate(_QUOTES)


def _unmarked(text: str) -> str:
    return " ".join(unwrap(unwrap(text).removesuffix(".")).split())


def _without_article(text: str) -> str:
    return re.sub(r"^(?:the|an?)\s+(?=\S)", "", text)

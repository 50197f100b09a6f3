"""Readers of words, of one word among a few, and of a choice among lettered options."""

import re
from collections.abc import Sequence

from r1ci_env.errors import BadAnswer
from r1ci_env.wrappers import unwrap

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "−": "-"})
_LETTERED = re.compile(
    r"(?:(?:option|choice|letter)\s+)?[*_]{0,2}[(\[{]?\s?([A-Za-z])\s?(?:[)\]}]|)[*_]{0,2}(?:\s?[.:)-]|)[*_]{0,2}(?:\s*[:=-]?\s+(\S.*)|)",
    re.I | re.S | re.ASCII,
)


def word(text: str) -> str:
    """Read a word or short phrase: without marks around it, inner white space single, one closing full stop dropped."""
    return " ".join(unwrap(unwrap(text).removesuffix(".")).split())


def one_of(text: str, *values: str) -> str:
    """Read one of a few words, such as ``Yes`` and ``No``, in any case; return it as given in ``values``."""
    folded = {value.casefold(): value for value in values}
    found = folded.get(_folded(text))
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
    match = _LETTERED.fullmatch(" ".join(text.split()))
    if not match or match[1].upper() not in letters:
        raise BadAnswer("none of the options")
    letter, rest = match[1].upper(), match[2]
    if rest is not None:
        folded = _folded(rest)
        if letter not in (by_text.get(folded), by_text.get(_without_article(folded))):
            raise BadAnswer("the text is not that of the letter")
    return letter


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
    return word(text).casefold().translate(_QUOTES)


def _without_article(text: str) -> str:
    return re.sub(r"^(?:the|an?)\s+(?=\S)", "", text)

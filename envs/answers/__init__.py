"""Readers of answers, shared by all tasks.

Each takes the answer as a model wrote it and returns plain values, or raises `BadAnswer`. None evaluates anything,
and the work of each is bounded by the length of the text, which `Task.check` has bounded before.
Only ASCII digits count as digits: ``int("٣")`` is 3 in Python, but no answer.
"""

import json
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from r1ci_env.errors import BadAnswer as BadAnswer  # tasks raise it too

MAX_DIGITS = 4_000
"""Longest number that is read, in digits; Python's own bound on int() is 4,300."""

MAX_EXPONENT = 400
"""Largest power of ten in scientific notation."""

MAX_WRAPPINGS = 8

_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»"}
_DECIMAL = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.(\d*))?", re.ASCII)
_SCIENTIFIC = re.compile(
    r"([+-]?(?:[\d,]+(?:\.\d*)?|\.\d+))\s*(?:[eE]\s*([+-]?\d{1,4})|(?:[×*xX]|\\times|\\cdot)\s*10\s*(?:\^|\*\*)\s*[{(]?\s*([+-]?\d{1,4})\s*[})]?)",
    re.ASCII,
)
_LATEX_FRACTION = re.compile(
    r"([+-]?)\\[dt]?frac\s*(?:\{\s*([^{}]+?)\s*\}\s*\{\s*([^{}]+?)\s*\}|(\d)\s*(\d))", re.ASCII
)


def unwrap(text: str) -> str:
    r"""Remove what models put around an answer: white space, quotes, backticks, ``$…$``, ``\boxed{…}``, ``**…**``."""
    text = text.strip()
    if text[:1].isalnum():  # as most cells of a long answer: nothing is around it
        return text
    for _ in range(MAX_WRAPPINGS):
        inner = _unwrap_once(text).strip()
        if inner == text:
            break
        text = inner
    return text


def _unwrap_once(text: str) -> str:
    if text.startswith("```") and text.endswith("```") and len(text) > 6:
        body = text[3:-3]
        first, newline, rest = body.partition("\n")
        return rest if newline and re.fullmatch(r"[\w-]*\s*", first) else body
    if len(text) >= 2 and text[-1] == _QUOTES.get(text[0]) and text[-1] not in text[1:-1]:
        return text[1:-1]
    for opening, closing in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"), ("**", "**"), ("<<<", ">>>")):
        if len(text) > len(opening) + len(closing) and text.startswith(opening) and text.endswith(closing):
            return text[len(opening) : -len(closing)]
    if command := re.match(r"\\(?:boxed|text|mathrm|textbf|mathbf)\s*\{", text):
        depth = 1
        for i in range(command.end(), len(text)):
            depth += {"{": 1, "}": -1}.get(text[i], 0)
            if depth == 0:
                return text[command.end() : i] if i == len(text) - 1 else text
    return text


def integer(text: str) -> int:
    """Read an integer: ``42``, ``-1,234``, ``+7``, ``24.0``."""
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:
        return int(text)
    value = number(text)
    if value.denominator != 1:
        raise BadAnswer("not an integer")
    return value.numerator


def number(text: str) -> Fraction:
    r"""Read a number exactly: ``42``, ``-1,234.50``, ``3/4``, ``\frac{3}{4}``, ``.5``."""
    text = unwrap(text).replace("−", "-").replace(r"\,", "").replace(r"\!", "")
    if latex := _LATEX_FRACTION.fullmatch(text):
        sign, top, bottom, top_digit, bottom_digit = latex.groups()
        value = _ratio(_decimal((top or top_digit).strip()), _decimal((bottom or bottom_digit).strip()))
        return -value if sign == "-" else value
    top, slash, bottom = text.partition("/")
    return _ratio(_decimal(top.strip()), _decimal(bottom.strip())) if slash else _decimal(text)


def _ratio(top: Fraction, bottom: Fraction) -> Fraction:
    if bottom == 0:
        raise BadAnswer("division by zero")
    return top / bottom


def _decimal(text: str) -> Fraction:
    match = _DECIMAL.fullmatch(text) if len(text) <= MAX_DIGITS else None
    if not match:
        raise BadAnswer("not a number")
    sign, whole, part = match.groups()
    digits = whole.replace(",", "") + (part or "")
    value = Fraction(int(digits), 10 ** len(part or ""))
    return -value if sign == "-" else value


def scientific(text: str) -> Fraction:
    r"""Read a number that may be in scientific notation: ``1.5e-7``, ``1.5 × 10^{-7}``, ``1.5 * 10**-7``, ``1500``."""
    text = unwrap(text).replace("−", "-")
    match = _SCIENTIFIC.fullmatch(text) if len(text) <= MAX_DIGITS else None
    if not match:
        return number(text)
    mantissa, exponent = _decimal(match[1]), int(match[2] or match[3])
    if abs(exponent) > MAX_EXPONENT:
        raise BadAnswer("exponent out of bounds")
    return mantissa * Fraction(10) ** exponent


def rounded(value: Fraction, digits: int) -> Fraction:
    """Round to ``digits`` significant digits, halves away from zero."""
    if value == 0:
        return value
    power = len(str(abs(value.numerator))) - len(str(value.denominator))
    power += abs(value) >= Fraction(10) ** power  # now 10**(power - 1) <= |value| < 10**power
    unit = Fraction(10) ** (power - digits)
    steps = (abs(value) / unit + Fraction(1, 2)).__floor__()
    return steps * unit * (1 if value > 0 else -1)


def items(text: str) -> list[str]:
    """Split a list into its items: ``[a, b]``, ``(a; b)``, ``a, b``, ``a b``, one a line; quotes around items go.

    Commas separate where there are any; else semicolons; else white space.
    """
    text = unwrap(text)
    if len(text) >= 2 and text[0] + text[-1] in ("[]", "()", "{}"):
        text = text[1:-1].strip()
    if not text:
        return []
    for separator in (",", ";"):
        if separator in text:
            parts = text.strip(separator + " \n").split(separator)
            break
    else:
        parts = text.split()
    return [unwrap(part) for part in parts]


def integers(text: str) -> list[int]:
    """Read a list of integers, separated as in `items`."""
    return [integer(item) for item in items(text)]


def integers_of(text: str, count: int, *, joined: bool) -> list[int]:
    """Read ``count`` integers as in `items`; with ``joined`` single digits may also stand together, as in ``1020``."""
    found = items(text)
    if joined and len(found) == 1 and len(unwrap(text)) == count:
        found = list(unwrap(text))
    if len(found) != count:
        raise BadAnswer(f"not {count} integers")
    return integers(" ".join(found))


def numbers(text: str) -> list[Fraction]:
    """Read a list of numbers, separated as in `items`."""
    return [number(item) for item in items(text)]


def grid(text: str) -> list[list[str]]:
    """Read a grid, one row a line or one bracket pair a row; cells by commas or blanks, else one character each."""
    text = unwrap(text)
    rows = bracketed_rows(text) if text.startswith("[") else [line for line in text.splitlines() if line.strip()]
    cells = [items(row) if re.search(r"[,\s]", row.strip()) else list(row.strip()) for row in rows]
    if not all(cells) or not cells:
        raise BadAnswer("no cells")
    return cells


def bracketed_rows(text: str) -> list[str]:
    """Return what stands in the innermost square brackets of a list of rows; nothing else may stand outside them."""
    if re.sub(r"\[[^\[\]]*\]", "", text).strip(" \n\t,[]"):
        raise BadAnswer("text between the rows")
    return re.findall(r"\[([^\[\]]*)\]", text)


def integer_grid(text: str) -> list[list[int]]:
    """Read a grid of integers; see `grid`."""
    return [[integer(cell) for cell in row] for row in grid(text)]


def lines(text: str) -> list[str]:
    """Read the lines of an answer that are not blank, stripped."""
    return [line.strip() for line in unwrap(text).splitlines() if line.strip()]


def word(text: str) -> str:
    """Read a word or short phrase: unwrapped, inner white space single, one closing full stop dropped."""
    return " ".join(unwrap(unwrap(text).removesuffix(".")).split())


def choice(text: str, options: Sequence[str]) -> str:
    """Read a choice among ``options`` as its letter, ``A`` for the first.

    Accepts the letter in any case and with brackets or a full stop (``(B)``, ``b``, ``B)``, ``B.``), the option's text,
    and both together (``(B) the text``).
    """
    text = word(text)
    letters = [chr(ord("A") + i) for i in range(len(options))]
    by_text: dict[str, str] = {}
    for letter, option in zip(letters, options, strict=True):
        by_text.setdefault(_folded(option), letter)
    if _folded(text) in by_text:
        return by_text[_folded(text)]
    match = re.fullmatch(r"\(?([A-Za-z])(?:\)|\.|:|\))?(?:\s+(.+))?", text, re.ASCII | re.S)
    if not match or match[1].upper() not in letters:
        raise BadAnswer("none of the options")
    letter, rest = match[1].upper(), match[2]
    if rest is not None and by_text.get(_folded(rest)) != letter:
        raise BadAnswer("the text is not that of the letter")
    return letter


def _folded(text: str) -> str:
    return word(text).casefold()


def one_of(text: str, *values: str) -> str:
    """Read one of a few words, such as ``Yes`` and ``No``, in any case; return it as given in ``values``."""
    folded = {value.casefold(): value for value in values}
    found = folded.get(_folded(text))
    if found is None:
        raise BadAnswer(f"none of {', '.join(values)}")
    return found


def json_value(text: str, max_depth: int = 16) -> Any:
    """Read JSON of bounded depth; NaN and infinities are refused, and so are repeated keys."""
    text = unwrap(text)
    depth = deepest = 0
    for character in text:
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(character, 0)
        deepest = max(deepest, depth)
    if deepest > max_depth:
        raise BadAnswer("nested too deep")
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except ValueError as error:
        raise BadAnswer(f"not JSON: {error}") from None


def _refuse_constant(name: str) -> Any:
    raise BadAnswer(f"{name} is no number")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise BadAnswer("a key occurs twice")
    return keys

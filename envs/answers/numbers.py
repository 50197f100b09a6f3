r"""Reader of one number, exactly, in the spellings that models and programs use.

``-1,234.50``, ``1 000``, ``3/4``, ``\frac79``, ``-1 2/3``, ``1.5e-7``, ``1.5 × 10⁻⁷``, ``(−5)``; behind a name
(``x = 5``), in several equal forms (``1/2 = 0.5``, ``5/11 ≈ 0.455``), with a unit that the task allows.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from r1ci_env.envs.answers.spelling import plain
from r1ci_env.errors import BadAnswer

MAX_DIGITS = 4_000
"""Longest number that is read, in digits; Python's own bound on int() is 4,300."""

MAX_EXPONENT = 400
"""Largest power of ten in scientific notation."""

MAX_FORMS = 8
"""How many forms of one number may be joined by equals signs."""

_GROUPED = r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?: \d{3})+|[1-9]\d{0,2}(?:_\d{3})+"
_DECIMAL = rf"(?:(?:{_GROUPED}|\d+)(?:\.\d*)?|\.\d+)"
_POWER = r"(?:[eE]\s*([-+]?\d{1,4})|\s*[*xX]\s*10\s*\^\s*[{(]?\s*([-+]?\d{1,4})\s*[})]?)"
_LATEX = rf"\\frac\s*(?:\{{\s*([-+]?\s*{_DECIMAL})\s*\}}\s*\{{\s*([-+]?\s*{_DECIMAL})\s*\}}|(\d)\s*(\d))"
_NUMBER = re.compile(
    rf"([-+]?)\s*(?:{_LATEX}|(\d{{1,9}})\s+(\d{{1,9}})\s*/\s*(\d{{1,9}})(?![\d.])|(\d{{1,9}})\s*\\frac\s*\{{(\d{{1,9}})\}}\s*\{{(\d{{1,9}})\}}"
    rf"|({_DECIMAL})(?:{_POWER}|\s*/\s*([-+]?\s*{_DECIMAL}|\(\s*[-+]?\s*{_DECIMAL}\s*\)))?)",
    re.ASCII,
)
_NAME = re.compile(r"\s*(?:(?:∠|\\angle\b|angle\s)\s*)?[^\W\d]\w{0,30}'?\s*(?:\([^()=]{0,12}\)|_\{?\w{1,9}\}?)?\s*")
_NO_NAMES = frozenset(
    "not no never nor neither without except unlike over under below above about around less more fewer greater least "
    "most than between almost nearly roughly approximately near wrong incorrect false anything nothing isn't or".split()
)
_LABEL = re.compile(r"\s*([^\W\d_][\w'’-]{0,30}(?:\s[^\W\d_][\w'’-]{0,30}){0,7})\s*+(?::|(?<=\s)(?:is|are|equals)\s)")
_APPROXIMATELY = re.compile(r"\\approx|\\simeq|[≈≃≅]|~=|~(?=\s*[-+.\d])")
_ABOUT = re.compile(
    r"""
    (?:\(\s?(?:≈|\\approx|~|approximately|approx\.?|about|roughly)\s{0,3}([^()]{1,40})\)
    |(?<=[\d)}])\s?,?\s(?:or|i\.e\.)?,?\s?(?:approximately|approx\.|about|roughly)\s([^()]{1,40}))$
    """,
    re.X | re.I,
)
_PARTS = re.compile(
    r"""
    (\d{1,40})\s(?:out\sof|over)\s(\d{1,40})
    |\(\s?([-+]?[\d.,]{1,40})\s?\)\s?/\s?\(?([\d.,]{1,40})\)?
    |\{?([-+]?\d{1,40})\s?\\over\s?(\d{1,40})\}?
    """,
    re.X | re.ASCII,
)
_WORDS = re.compile(r"\s*(?:(?:\*\s*)?(?:[^\W\d_]|[%°€£$])[^\W\d_.%]*(?:[-\s]+[^\W\d_]+){0,5}\.?)?\s*")


def integer(text: str, *units: str) -> int:
    """Read an integer: ``42``, ``-1,234``, ``+7``, ``24.0``; ``units`` are words that may follow, as in `number`."""
    if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS:
        return int(text)
    if _APPROXIMATELY.match(text.lstrip()):
        raise BadAnswer("an approximation is no integer")
    value = number(text, *units)
    if value.denominator != 1:
        raise BadAnswer("not an integer")
    return value.numerator


def number(text: str, *units: str) -> Fraction:
    """Read a number exactly.

    Args:
        text: What a model wrote.
        units: Words that may follow, in the singular or plural: what the question asks for, and nothing else.

    Raises:
        BadAnswer: it is no number, forms that should be equal differ, or it exceeds the bounds.
    """
    exact, *approximate = _APPROXIMATELY.split(about_behind(plain(text)))
    if len(approximate) > 1:
        raise BadAnswer("more than one approximation")
    if not approximate:
        return _equal_forms(exact, units)
    exact = exact.rstrip().removesuffix("=")
    if not exact.strip() or (named(exact) and "=" not in exact):
        return _equal_forms(approximate[0], units)
    value, about = _equal_forms(exact, units), approximate[0].strip()
    gold = value
    if about.endswith("%") and not exact.rstrip().endswith("%"):
        gold, about = 100 * value, about[:-1].rstrip()
    if "/" in about or not rounds_to(gold, _equal_forms(about, units), len(about.partition(".")[2].split(" ")[0])):
        raise BadAnswer("the approximation does not agree")
    return value


def about_behind(text: str) -> str:
    """Spell an approximation behind an exact value, ``1/3 (about 0.33)`` or ``1/3, or about 0.33``, with ``≈``."""
    return _ABOUT.sub(lambda match: f" ≈ {match[1] or match[2]}", text)


def named(text: str) -> bool:
    """Whether a text is a name, as may stand before an equals sign: ``x``, ``x_1``, ``f(x)``, ``total``."""
    return bool(_NAME.fullmatch(text)) and _says_nothing(text)


def _says_nothing(label: str) -> bool:
    """Whether no word of a label says something about the number, as ``not`` and ``least`` do."""
    return _NO_NAMES.isdisjoint(label.casefold().replace("’", "'").split())


def _equal_forms(text: str, units: tuple[str, ...]) -> Fraction:
    """Read forms joined by equals signs, all of the same value; before the first may stand a name or a label."""
    if (label := _LABEL.match(text)) and _says_nothing(label[1]):
        text = text[label.end() :]
    forms = re.split(r"==?", text, maxsplit=MAX_FORMS) if "=" in text else [text]
    if len(forms) > 1 and (named(forms[0]) or (_LABEL.fullmatch(f"{forms[0]}:") and _says_nothing(forms[0]))):
        del forms[0]
    values = {_number(form, units) for form in forms}
    if len(values) != 1:
        raise BadAnswer("the forms are not equal")
    return values.pop()


def _number(text: str, units: tuple[str, ...]) -> Fraction:
    text = _unbracketed(text.strip())
    if parts := _PARTS.fullmatch(text):
        text = "/".join(part for part in parts.groups() if part)
    if units and text[:1] in "$€£" and any(unit.startswith(("dollar", "euro", "pound")) for unit in units):
        text = text[1:].lstrip()
    match = _NUMBER.match(text)
    if not match or match.end() > MAX_DIGITS:
        raise BadAnswer("not a number")
    if rest := text[match.end() :].strip():
        unit = _WORDS.fullmatch(rest)
        if not unit or _singular(rest) not in {_singular(unit) for unit in units}:
            raise BadAnswer("text after the number")
    value = _value(match)
    return -value if match[1] == "-" else value


def _value(match: re.Match[str]) -> Fraction:
    _, top, bottom, digit, digit_below, *mixed, main, exponent, power, below = match.groups()
    if main:
        value = _decimal(main)
        if below:
            return _ratio(value, _decimal(below.strip("( )")))
        shift = int(exponent or power or 0)
        if abs(shift) > MAX_EXPONENT:
            raise BadAnswer("exponent out of bounds")
        return value * Fraction(10) ** shift
    if top or digit:
        return _ratio(_decimal(top or digit), _decimal(bottom or digit_below))
    whole, part, parts = (int(digits) for digits in mixed if digits)
    return whole + _ratio(Fraction(part), Fraction(parts))


def _unbracketed(text: str) -> str:
    """Take up to two pairs of brackets off, and read ``-(5/3)`` as ``-5/3``."""
    for _ in range(2):
        sign = text[:1] if text[:1] in "+-" else ""
        body = text[len(sign) :].strip()
        if not (len(body) > 2 and body[0] + body[-1] in ("()", "{}", "[]") and body.find(")") in (-1, len(body) - 1)):
            break
        inner = body[1:-1].strip()
        if sign and inner[:1] in ("+", "-"):
            break
        text = sign + inner
    return text


def _singular(unit: str) -> str:
    """Return a unit in lower case with every word in the singular."""
    words = re.findall(r"[^\s.*-]+", unit.casefold())
    return " ".join(word[:-1] if len(word) > 2 and word.endswith("s") else word for word in words)


def _ratio(top: Fraction, bottom: Fraction) -> Fraction:
    if bottom == 0:
        raise BadAnswer("division by zero")
    return top / bottom


def _decimal(text: str) -> Fraction:
    whole, _, part = re.sub(r"[,\s_+]", "", text).partition(".")
    negative = whole.startswith("-")
    value = Fraction(int(whole.lstrip("-") + part), 10 ** len(part))
    return -value if negative else value


def rounded(value: Fraction, digits: int) -> Fraction:
    """Round to ``digits`` significant digits, halves away from zero."""
    if value == 0:
        return value
    bits = value.numerator.bit_length() - value.denominator.bit_length()
    power = bits * 30_103 // 100_000  # at most one off, for log10(2) = 0.30103
    power += next(step for step in _steps() if abs(value) < Fraction(10) ** (power + step))
    unit = Fraction(10) ** (power - digits)  # 10**(power - 1) <= |value| < 10**power
    steps = (abs(value) / unit + Fraction(1, 2)).__floor__()
    return steps * unit * (1 if value > 0 else -1)


def _steps() -> Iterator[int]:
    yield from range(-3, 4)


def rounds_to(value: Fraction, gold: Fraction, places: int) -> bool:
    """Whether ``value``, which may have more decimals, rounds to ``gold`` at ``places`` decimals; halves either way."""
    return 2 * abs(value - gold) * 10**places <= 1

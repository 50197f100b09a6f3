r"""Whether two mathematical answers are the same, exactly and in whatever form they are written.

Numbers (``\frac{8}{9}``, ``0.5``, ``2\sqrt{3}``, ``12\pi``, ``1,000``), expressions in letters, equations, ordered
pairs, vectors, intervals and their unions, inequalities, sets and lists; with labels (``x = 5``), and with the signs
(``\$``, ``\%``, degrees) and units that the question asks for. A decimal is the number that it says, 0.33 is not a
third; but it may follow the exact value: ``1/3 ≈ 0.33``.
"""

import re
from collections.abc import Collection, Iterator
from fractions import Fraction

from r1ci_env.envs.answers import unwrap
from r1ci_env.envs.answers.numbers import about_behind, named
from r1ci_env.envs.mathematics.algebra import Algebra, Quotient
from r1ci_env.envs.mathematics.notation import FUNCTIONS, letters, plain, read
from r1ci_env.envs.mathematics.units import (
    asked_units,
    asks_for_percentage,
    named_units,
    trailing_units,
    without_unit,
)
from r1ci_env.errors import BadAnswer, BadOption, TooMuchWork

MAX_CHARS = 1_500
MAX_ITEMS = 24
MAX_FORMS = 8

_TEXT = re.compile(r"\\(?:text|mathrm|mbox|textbf|textit|mathbf|textrm)\s*\{([^{}]*)\}")
_MATRIX = re.compile(r"\\begin\{([pbB]?matrix|array)\}(?:\{[^{}]*\})?(.*?)\\end\{\1\}", re.S)
_ORNAMENT = re.compile(r"\\(?:angle|triangle|overline|text|mathrm|widehat|hat)(?![A-Za-z])|[∠△°{}\\]")
_LABEL = re.compile(r"(?:[A-Za-z]{1,12}|[A-Za-z]{1,4}\s?[A-Z]{1,4})(?:\s?\([^()]{0,30}\)|_\w{1,3})?'?", re.ASCII)
_LETTERS_ONLY = re.compile(r"[A-Za-z](?:[-+*/]?[A-Za-z])*", re.ASCII)
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:(?:,\d{3})+|(?:_\d{3})+|(?: \d{3})+(?! ?/))(?![\d,_])", re.ASCII)
_MIXED = re.compile(r"([-+]?\s*)(\d{1,9})\s+(\d{1,9}\s*/\s*\d{1,9})", re.ASCII)
_IN = re.compile(r"(\d{1,9})\s+(?:in|out\s+of)\s+(\d{1,9})", re.ASCII)
_LITERAL = re.compile(
    r"[-+]?(?:N|N[/:]-?N|N?\\frac\{?-?N\}?\{?-?N\}?|N\*10\^\{?-?\d+\}?|N[eE][-+]?\d+)".replace(
        "N", r"(?:\d+(?:\.\d+)?|\.\d+)"
    ),
    re.ASCII,
)
_SPACE = re.compile(r"(?<!\s)\s++(?![0-9])|(?<![\s0-9])\s++")  # but not that between 1 and 1/2
_UNFINISHED = re.compile(r"[\d)]\s*\(|\)\s*\\", re.ASCII)  # a product without a sign
_SCIENTIFIC = re.compile(r"([-+]?\d+(?:\.\d+)?)[eE]([-+]?\d{1,2})", re.ASCII)
_DECIMAL = re.compile(r"[-+]?\d{0,12}\.?(\d{0,12})", re.ASCII)
_APPROXIMATELY = re.compile(r"\\approx(?![A-Za-z])|\\simeq(?![A-Za-z])|[≈≃≅]|~=")
_OPTION = re.compile(r"\\(?:text|textbf|mathrm|mathbf|textrm)\s*\{\s*\(([A-E])\)\s*\}", re.ASCII)
_EQUALS = re.compile(r"(?<![<>!≠≤≥=])==?(?!=)")
_EVENT = re.compile(r"\s*(?:P|Pr|\\Pr|\\mathbb\{P\})\s*[(\[][^()\[\]]{1,60}[)\]]\s*=")
_UNION = re.compile("∪")
_SEPARATORS = re.compile(r",|;|\band\b|\bor\b")
_RELATIONS = {r"\leq": "≤", r"\le": "≤", "<=": "≤", "⩽": "≤", r"\geq": "≥", r"\ge": "≥", ">=": "≥", "⩾": "≥"} | {
    r"\lt": "<",
    r"\gt": ">",
    r"\leqslant": "≤",
    r"\geqslant": "≥",
}
_RELATION_SPELLING = re.compile(
    "|".join(re.escape(sign) + ("(?![A-Za-z])" if sign[0] == "\\" else "") for sign in _RELATIONS)
)
_BRACKETS = {"(": 1, "[": 1, "{": 1, "⦃": 1, ")": -1, "]": -1, "}": -1, "⦄": -1}


def same(answer: str, gold: str, question: str = "") -> bool:
    """Whether the answer says what the right answer says.

    Args:
        answer: As a model wrote it, without what is wrapped around the whole.
        gold: The right answer, in any of the forms that are read.
        question: The units and the percentage that it asks for may follow the number.

    Raises:
        BadAnswer: the answer cannot be read.
    """
    if len(answer) > MAX_CHARS:
        raise BadAnswer("too long")
    answer, gold = " ".join(answer.split()).rstrip(" *_,;"), unwrap(gold)
    if _letters(answer) == _letters(gold):
        return True
    comparison = _Comparison(question, gold)
    answer, gold = comparison.simplified(answer), comparison.simplified(gold)
    return _SPACE.sub("", answer) == _SPACE.sub("", gold) or comparison.same(answer, gold)


def _letters(text: str) -> str:
    """Return the text without spaces and brackets around it, for answers that are words or option letters."""
    text = _SPACE.sub("", _TEXT.sub(r"\1", text))
    bracketed = re.fullmatch(r"\(([A-Za-z])\)", text, re.ASCII)
    text = bracketed[1] if bracketed else text
    return text.casefold() if re.fullmatch(r"[A-Za-z]{3,}", text, re.ASCII) else text


class _Comparison:
    """Two answers to one question, read into one algebra."""

    def __init__(self, question: str, gold: str) -> None:
        self.algebra = Algebra()
        self.question = re.sub(r"\s", "", question)
        self.percent = asks_for_percentage(question)
        shown = plain(_TEXT.sub(r" \1 ", gold))
        units = asked_units(question) | (trailing_units(shown) & named_units(shown))
        number = min([shown, *without_unit(shown, units)], key=len)
        self.units = units - named_units(" ".join(f"0 {letter}" for letter in _letters_of(number)))

    def simplified(self, text: str) -> str:
        """Bring to one spelling what is more than an expression: inequalities, vectors, thousands."""
        text = _MATRIX.sub(_as_tuple, text.replace(r",\!", ","))
        text = re.sub(r"(?<!\\)\$([^$]*)(?<!\\)\$", r"\1", text)
        text = _RELATION_SPELLING.sub(lambda match: _RELATIONS[match[0]], _TEXT.sub(r" \1 ", text))
        text = _THOUSANDS.sub(lambda match: re.sub(r"[_, ]", "", match[0]), plain(text))
        return text.replace(r"\pm", "±").replace(r"\in", "∈").strip()

    def same(self, answer: str, gold: str) -> bool:
        """Compare by the shape of the right answer."""
        if not any(sign in gold for sign in "<>≤≥∈"):
            answer = _EVENT.sub("", answer)
        if (ranges := _ranges(answer, gold)) is not None:
            answer, gold = ranges
        gold, answer = _label_checked(answer, gold)
        for separator in (_UNION, _SEPARATORS):
            wanted = _parts(gold, separator)
            if len(wanted) > 1:
                inside = _inside(answer) if separator is _SEPARATORS else None
                if inside and inside[0] == "⦃⦄" and len(_parts(answer, separator)) == 1:
                    return self.matched(inside[1], wanted)
                return self.matched(_parts(answer, separator), wanted)
        if bracketed := _inside(gold):
            brackets, wanted = bracketed
            other, found = _inside(answer) or ("", [])
            if brackets == "⦃⦄" and not other:
                other, found = brackets, _parts(answer, _SEPARATORS)
            if brackets != other or len(wanted) != len(found):
                return False
            if brackets == "⦃⦄":
                return self.matched(found, wanted)
            return all(self.same(a, b) for a, b in zip(found, wanted, strict=True))
        if "±" in gold or "±" in answer:
            found = [form for part in _parts(answer, _SEPARATORS) for form in _both_signs(part)]
            return self.matched(found, _both_signs(gold))
        return self.same_equation(answer, gold) if _is_equation(gold) else self.same_number(answer, gold)

    def matched(self, found: list[str], wanted: list[str]) -> bool:
        """Whether the items are the same in some order."""
        if len(found) == 1 and "±" in found[0]:
            found = _both_signs(found[0])
        if len(found) != len(wanted) or len(found) > MAX_ITEMS:
            return False
        left = list(wanted)
        for item in found:
            match = next((other for other in left if self.same(item, other)), None)
            if match is None:
                return False
            left.remove(match)
        return True

    def same_equation(self, answer: str, gold: str) -> bool:
        """Whether the differences of the sides are multiples of each other."""
        if len(_parts(answer, _EQUALS)) != 2:
            raise BadAnswer("no equation")
        found, wanted = ([read(side, self.algebra) for side in _parts(text, _EQUALS)] for text in (answer, gold))
        first, second = (self.algebra.add(left, self.algebra.negative(right)) for left, right in (found, wanted))
        ratio = _ratio(first, second)
        return ratio is not None and self.algebra.equal(first, self.algebra.times(self.algebra.number(ratio), second))

    def same_number(self, answer: str, gold: str) -> bool:
        """Whether the values are equal; a rational one must be worked out, not left as a sum or product."""
        return self.algebra.settled(lambda: self._same_number(answer, gold))

    def _same_number(self, answer: str, gold: str) -> bool:
        hundred = self.algebra.number(100)
        wanted = list(self.values(gold))
        for value, percent, literal in self.values(answer):
            for other, other_percent, _ in wanted:
                if other.value is not None and not literal:
                    continue
                equal = self.algebra.equal(value, other)
                if percent and self.percent:  # "what percent": 50 and 50% both say it
                    equal |= self.algebra.equal(self.algebra.times(value, hundred), other)
                if other_percent:
                    equal |= self.algebra.equal(self.algebra.times(other, hundred), value)
                if equal:
                    return True
        return False

    def values(self, text: str) -> Iterator[tuple[Quotient, bool, bool]]:
        """Yield what a text may say, with and without a unit; whether as a percentage, and as a plain number."""
        found = False
        for candidate in (text, *without_unit(text, self.units)):
            percent = re.fullmatch(r"(.*?)\s*(?:%|\bpercent)\s*", candidate, re.S)
            number = percent[1] if percent else candidate
            if "dollar" in self.units or "euro" in self.units:
                number = re.sub(r"(^|=)(\s*-?\s*)[$€](?=\s*[\d.])", r"\1\2", number)
            try:
                value, shown = self.number(number)
            except TooMuchWork:
                raise
            except BadAnswer:
                continue
            found = True
            literal = bool(
                (_LITERAL.fullmatch(re.sub(r"[\s()]", "", shown)) and not _UNFINISHED.search(shown))
                or _MIXED.fullmatch(shown)
                or _IN.fullmatch(shown)
            )
            yield self.algebra.divide(value, self.algebra.number(100 if percent else 1)), bool(percent), literal
        if not found:
            raise BadAnswer("no number")

    def number(self, text: str) -> tuple[Quotient, str]:
        """Read one value, or several forms of it joined by equals signs, and return the last exact form too.

        Before the first form may stand a label, behind the last an approximation that agrees.
        """
        text, *about = _APPROXIMATELY.split(about_behind(text))
        forms = _parts(text, _EQUALS)
        if len(forms) > 1 and self.is_label(forms[0]):
            del forms[0]
        if not 1 <= len(forms) <= MAX_FORMS or len(about) > 1:
            raise BadAnswer("no exact value")
        forms[:-1] = [min([form, *without_unit(form, self.units)], key=len) for form in forms[:-1]]
        values = [self.expression(form) for form in forms]
        if not all(self.algebra.equal(value, values[-1]) for value in values):
            raise BadAnswer("not equal")
        if about and not self.agrees(about[0].strip(), values[-1]):
            raise BadAnswer("the approximation does not agree")
        return values[-1], forms[-1]

    def agrees(self, decimal: str, value: Quotient) -> bool:
        """Whether a decimal is the value rounded to its places."""
        decimal = min([decimal, *without_unit(decimal, self.units)], key=len).strip("$ ")
        match, size = _DECIMAL.fullmatch(decimal), self.algebra.approximation(value)
        if not match or not re.search(r"\d", decimal) or size is None:
            return False
        unit = Fraction(1, 10 ** len(match[1]))
        return abs(Fraction(decimal) - Fraction(size)) <= unit * Fraction(501, 1000)

    def is_label(self, text: str) -> bool:
        """Whether a text names what follows: a name, a few words, or letters joined as in the question."""
        compact = re.sub(r"\s", "", text)
        if _LETTERS_ONLY.fullmatch(compact) and not compact.isalpha():
            return not self.question or compact in self.question
        return _is_name(text)

    def expression(self, text: str) -> Quotient:
        if mixed := _MIXED.fullmatch(text):
            sign, whole, part = mixed.groups()
            text = f"{sign}({whole} + {part})"
        elif ratio := _IN.fullmatch(text):
            text = "{}/{}".format(*ratio.groups())
        elif scientific := _SCIENTIFIC.fullmatch(text):
            text = "{}*10^({})".format(*scientific.groups())
        elif text.count(":") == 1:
            text = "({})/({})".format(*text.split(":"))
        return read(text, self.algebra)


def last_form(text: str, variables: Collection[str] = ()) -> str:
    """Return the last of several forms joined by equals signs; before it may stand a name or expressions equal to it.

    Raises:
        BadAnswer: they cannot be read, or are not equal.
    """
    *others, last = _parts(plain(text), _EQUALS) or [""]
    if others and _is_name(others[0]) and others[0] not in {*variables, "i", "e", "pi"}:
        del others[0]
    if len(others) > MAX_FORMS:
        raise BadAnswer("too many forms")
    algebra = Algebra()

    def equal() -> bool:
        value = read(last, algebra, variables)
        return all(algebra.equal(read(other, algebra, variables), value) for other in others)

    if others and not algebra.settled(equal):
        raise BadAnswer("not equal")
    return last


def _is_name(text: str) -> bool:
    text = _ORNAMENT.sub(" ", text).strip()
    if any(word in FUNCTIONS for word in re.findall("[a-z]+", text)):
        return False
    if _LABEL.fullmatch(text):
        return named(text.partition("(")[0])
    words = text.split()
    return len(words) <= 6 and all(re.fullmatch(r"[A-Za-z][A-Za-z-]*", word) and named(word) for word in words)


def _letters_of(text: str) -> set[str]:
    try:
        return letters(text)
    except BadAnswer:
        return set()


def _is_equation(text: str) -> bool:
    """Whether a text is an equation in letters, and no label with what it labels."""
    sides = _parts(text, _EQUALS)
    return len(sides) == 2 and not _is_name(sides[0]) and bool(_letters_of(text.replace("=", "+")))


def _ratio(first: Quotient, second: Quotient) -> Fraction | None:
    """Return the rational number that one quotient would be times the other, by their first terms."""
    (a, b), (c, d) = first, second
    if not a or not c:
        return None
    return (a[min(a)] / b[min(b)]) / (c[min(c)] / d[min(d)])


def _label_checked(answer: str, gold: str) -> tuple[str, str]:
    """Return the right answer and the answer without their labels, which must not be different names."""
    labels, texts = [], []
    for text in (gold, answer):
        label, equals, rest = text.partition("=")
        is_label = bool(equals and "=" not in rest and _is_name(label)) and not _is_equation(gold)
        labels.append(re.sub(r"\s", "", label) if is_label else "")
        texts.append(rest.strip() if is_label else text)
    wanted, found = labels
    if found and not wanted and found in _letters_of(gold):
        raise BadAnswer("a letter of the answer as its name")
    if wanted and found and wanted != found:
        raise BadAnswer("another name")
    return texts[0], texts[1]


def _ranges(answer: str, gold: str) -> tuple[str, str] | None:
    """Return inequalities as intervals, if there are any; both must be for the same letter."""
    if not any(sign in text for text in (answer, gold) for sign in "<>≤≥∈"):
        return None
    found, wanted = (_range(text) for text in (answer, gold))
    if found[0] and wanted[0] and found[0] != wanted[0]:
        raise BadAnswer("another letter")
    return found[1], wanted[1]


def _range(text: str) -> tuple[str, str]:
    """Return the letter of an inequality, or of several joined by or, and the interval that it says."""
    letter, intervals = "", []
    for part in re.split(r"\bor\b|∪", text):
        pieces = [piece.strip() for piece in re.split("([<>≤≥∈])", part)]
        if len(pieces) == 1:
            intervals.append(part.strip())
            continue
        if len(pieces) == 3 and pieces[1] == "∈":
            name, interval = pieces[0], pieces[2]
        else:
            name, interval = _interval(pieces)
        if not re.fullmatch("[A-Za-z]", name) or letter not in ("", name):
            raise BadAnswer("no inequality for one letter")
        letter = name
        intervals.append(interval)
    return letter, "∪".join(intervals)


def _interval(pieces: list[str]) -> tuple[str, str]:
    """Return the letter and the interval of ``a < x < b`` or ``x < b``, cut at its signs."""
    if pieces[1] in ">≥":
        pieces = [{">": "<", "≥": "≤", "<": ">", "≤": "≥"}.get(piece, piece) for piece in reversed(pieces)]
    if len(pieces) == 3 and re.fullmatch("[A-Za-z]", pieces[0]):
        pieces = ["-infinity", "<", *pieces]
    elif len(pieces) == 3:
        pieces = [*pieces, "<", "infinity"]
    if len(pieces) != 5 or {pieces[1], pieces[3]} - {"<", "≤"}:
        raise BadAnswer("no inequality")
    low, first, name, second, high = pieces
    return name, f"{'(' if first == '<' else '['}{low},{high}{')' if second == '<' else ']'}"


def _as_tuple(match: re.Match[str]) -> str:
    """Return a vector or matrix as a tuple of its entries or rows."""
    rows = [row.split("&") for row in match[2].strip().removesuffix(r"\\").split(r"\\")]
    rows = [[row[0] for row in rows]] if all(len(row) == 1 for row in rows) else rows
    listed = ["(" + ",".join(row) + ")" for row in rows]
    return listed[0] if len(listed) == 1 else "(" + ",".join(listed) + ")"


def _parts(text: str, separator: re.Pattern[str]) -> list[str]:
    """Split at the separators outside brackets."""
    depths, depth = [], 0
    for character in text:
        depth += _BRACKETS.get(character, 0)
        depths.append(depth)
    parts, start = [], 0
    for match in separator.finditer(text):
        if depths[match.start()] == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _both_signs(text: str) -> list[str]:
    return [text.replace("±", sign) for sign in "+-"] if "±" in text else [text]


def _inside(text: str) -> tuple[str, list[str]] | None:
    """Return the brackets of a tuple, an interval or a set, and its items."""
    text = text.strip()
    if len(text) < 3 or text[0] not in "([⦃{" or text[-1] not in ")]⦄}":
        return None
    items = _parts(text[1:-1], re.compile(","))
    brackets = (text[0] + text[-1]).replace("{", "⦃").replace("}", "⦄")
    return (brackets, items) if len(items) > 1 or brackets == "⦃⦄" else None


def option_of(question: str, gold: str) -> str | None:
    r"""Return the letter of the only option that is the right answer, where a question offers ``\text{(A)} …``."""
    _, *pieces = _OPTION.split(question)
    letters = []
    for letter, option in zip(pieces[::2], pieces[1::2], strict=True):
        try:
            right = same(re.sub(r"\\q?quad|\$", " ", option).strip(), gold)
        except BadAnswer:
            right = False
        letters += [letter] * right
    return letters[0] if len(letters) == 1 else None


def last_boxed(solution: str) -> str:
    r"""Return what stands in the last ``\boxed{…}`` of a solution, or after its last ``\boxed`` without braces.

    Raises:
        BadOption: there is none, it is empty, or it does not close.
    """
    boxes = list(re.finditer(r"\\(?:boxed|fbox)\s*(\{?)", solution))
    if not boxes:
        raise BadOption("The solution has no boxed answer.")
    start = boxes[-1].end()
    depth = len(boxes[-1][1])
    if not depth:
        return _not_empty(solution[start:].partition("$")[0])
    for i in range(start, len(solution)):
        depth += {"{": 1, "}": -1}.get(solution[i], 0)
        if depth == 0:
            return _not_empty(solution[start:i])
    raise BadOption("The box of the solution does not close.")


def _not_empty(text: str) -> str:
    if not text.strip():
        raise BadOption("The box of the solution is empty.")
    return text.strip()

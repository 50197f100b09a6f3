r"""Whether two mathematical answers are the same, exactly and in whatever form they are written.

Numbers (``\frac{8}{9}``, ``0.5``, ``2\sqrt{3}``, ``12\pi``, ``1,000``), expressions in letters, ordered pairs,
intervals and their unions, sets and lists; with labels (``x = 5``), signs (``\$``, ``\%``, degrees) and units that the
question speaks of. A decimal is the number that it says: 0.33 is not a third.
"""

import re
from collections.abc import Iterator

from r1ci_env.envs.answers import unwrap
from r1ci_env.envs.mathematics.algebra import Algebra, Quotient
from r1ci_env.envs.mathematics.notation import plain, read
from r1ci_env.errors import BadAnswer, BadOption

MAX_CHARS = 1_500
MAX_ITEMS = 40
MAX_UNIT_WORDS = 6

_UNITS = tuple(
    frozenset(group.split())
    for group in (
        "mm millimeter millimetre",
        "cm centimeter centimetre",
        "m meter metre",
        "km kilometer kilometre",
        "in inch inche",
        "ft foot feet",
        "yd yard",
        "mi mile",
        "g gram gramme",
        "kg kilogram kilogramme",
        "lb pound",
        "oz ounce",
        "l liter litre",
        "ml milliliter millilitre",
        "s sec second",
        "min minute",
        "h hr hour",
        "usd dollar buck",
        "mph mile",
        "kwh kilowatt-hour",
    )
)
_ALWAYS = frozenset("unit square sq cubic cu squared cubed degree deg per of".split())
_TEXT = re.compile(r"\\(?:text|mathrm|mbox|textbf|textit|mathbf|textrm)\s*\{([^{}]*)\}")
_LABEL = re.compile(r"\s*[A-Za-z∠△][\w'∠△]{0,8}\s*(?:\([^()=]{0,12}\)|_\{?\w{1,3}\}?)?\s*", re.ASCII)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:(?:(?:,|\{,\})\d{3})+|(?: \d{3})+(?! ?/))(?![\d,])", re.ASCII)
_LAST_WORD = re.compile(r"(?<=[\s\d)}\]])([A-Za-z][A-Za-z-]*)\.?\s*(?:\^\s*\{?\s*[23]\s*\}?)?$", re.ASCII)
_MIXED = re.compile(r"([-+]?\s*)(\d{1,9})\s+(\d{1,9}\s*/\s*\d{1,9})", re.ASCII)
_LITERAL = re.compile(
    r"[-+]?(?:N|N[/:]-?N|N?\\frac\{?-?N\}?\{?-?N\}?|N\*10\^\{?-?\d+\}?|N[eE][-+]?\d+)".replace(
        "N", r"(?:\d+(?:\.\d+)?|\.\d+)"
    ),
    re.ASCII,
)
_SPACE = re.compile(r"(?<!\s)\s++(?![0-9])|(?<![\s0-9])\s++")  # but not that between 1 and 1/2
_UNFINISHED = re.compile(r"[\d)]\s*\(|\)\s*\\", re.ASCII)  # a product without a sign
_SCIENTIFIC = re.compile(r"([-+]?\d+(?:\.\d+)?)[eE]([-+]?\d{1,2})", re.ASCII)
_OPTION = re.compile(r"\\(?:text|textbf|mathrm|mathbf|textrm)\s*\{\s*\(([A-E])\)\s*\}", re.ASCII)
_SEPARATORS = re.compile(r",|;|\band\b|\bor\b")
_BRACKETS = {"(": 1, "[": 1, "{": 1, "⦃": 1, ")": -1, "]": -1, "}": -1, "⦄": -1}


def same(answer: str, gold: str, question: str = "") -> bool:
    """Whether the answer says what the right answer says.

    Args:
        answer: As a model wrote it.
        gold: The right answer, in any of the forms that are read.
        question: Its words may follow the number, as units do.

    Raises:
        BadAnswer: the answer cannot be read.
    """
    if len(answer) > MAX_CHARS:
        raise BadAnswer("too long")
    answer, gold = (unwrap(unwrap(text).removesuffix(".")) for text in (answer, gold))
    if _letters(answer) == _letters(gold):
        return True
    comparison = _Comparison(f"{question} {gold}")
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

    def __init__(self, question: str) -> None:
        self.algebra = Algebra()
        words = {_singular(word) for word in re.findall(r"[A-Za-z][A-Za-z-]*", question)}
        words |= {"dollar"} & ({"dollar"} if "$" in question else set())
        self.units = {word for group in _UNITS if group & words for word in group} | _ALWAYS
        self.units |= {word for word in words if len(word) > 1}
        self.percent = "percent" in question.casefold() or "%" in question

    def simplified(self, text: str) -> str:
        text = _TEXT.sub(r" \1 ", text.replace(r",\!", ","))
        text = _THOUSANDS.sub(lambda match: re.sub(r"[{}, ]", "", match[0]), plain(text))
        return text.replace(r"\pm", "±").strip()

    def same(self, answer: str, gold: str) -> bool:
        """Compare by the shape of the right answer."""
        for separator in (re.compile("∪"), _SEPARATORS):
            wanted, found = (_parts(_unlabelled(text), separator) for text in (gold, answer))
            if len(wanted) > 1:
                return self.matched(found, wanted)
        if bracketed := _inside(gold):
            brackets, wanted = bracketed
            other, found = _inside(answer) or ("", [])
            if brackets != other or len(wanted) != len(found):
                return False
            if brackets == "⦃⦄":
                return self.matched(found, wanted)
            return all(self.same(a, b) for a, b in zip(found, wanted, strict=True))
        if "±" in gold or "±" in answer:
            return self.matched(_both_signs(answer), _both_signs(gold))
        return self.same_number(answer, gold)

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

    def same_number(self, answer: str, gold: str) -> bool:
        """Whether the values are equal; a rational one must be worked out, not left as a sum or product."""
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
        for candidate in self.without_units(text):
            percent = re.fullmatch(r"(.*?)\s*(?:%|\bpercent)\s*", candidate, re.S)
            number = percent[1] if percent else candidate
            try:
                value = self.number(number)
            except BadAnswer:
                continue
            found = True
            shown = number.rpartition("=")[2]
            literal = bool(
                (_LITERAL.fullmatch(re.sub(r"[\s()]", "", shown)) and not _UNFINISHED.search(shown))
                or _MIXED.fullmatch(number)
            )
            yield self.algebra.divide(value, self.algebra.number(100 if percent else 1)), bool(percent), literal
        if not found:
            raise BadAnswer("no number")

    def without_units(self, text: str) -> Iterator[str]:
        yield text
        for _ in range(MAX_UNIT_WORDS):
            match = _LAST_WORD.search(text)
            if not match or _singular(match[1]) not in self.units:
                return
            text = text[: match.start()].rstrip(" *")
            yield text

    def number(self, text: str) -> Quotient:
        """Read one value, or several forms of it joined by equals signs, the first of which may be a label."""
        first, *others = text.split("=")
        parts = others if others and _LABEL.fullmatch(first) else [first, *others]
        values = [self.expression(part) for part in parts]
        if not all(self.algebra.equal(value, values[-1]) for value in values):
            raise BadAnswer("not equal")
        return values[-1]

    def expression(self, text: str) -> Quotient:
        text = text.strip()
        if mixed := _MIXED.fullmatch(text):
            sign, whole, part = mixed.groups()
            text = f"{sign}({whole} + {part})"
        if scientific := _SCIENTIFIC.fullmatch(text):
            text = "{}*10^({})".format(*scientific.groups())
        if text.count(":") == 1:
            text = "({})/({})".format(*text.split(":"))
        return read(text, self.algebra)


def _singular(word: str) -> str:
    word = word.casefold()
    return word[:-1] if len(word) > 2 and word.endswith("s") else word


def _unlabelled(text: str) -> str:
    label, equals, rest = text.partition("=")
    return rest if equals and _LABEL.fullmatch(label) and "=" not in rest else text


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
    text = _unlabelled(text).strip()
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
    r"""Return what stands in the last ``\boxed{…}`` of a solution.

    Raises:
        BadOption: there is none.
    """
    start = max(solution.rfind(r"\boxed{"), solution.rfind(r"\fbox{"))
    if start < 0:
        raise BadOption("The solution has no boxed answer.")
    start = opening = solution.index("{", start)
    depth = 0
    for i in range(opening, len(solution)):
        depth += {"{": 1, "}": -1}.get(solution[i], 0)
        if depth == 0:
            return solution[start + 1 : i].strip()
    raise BadOption("The box of the solution does not close.")

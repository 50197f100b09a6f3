r"""Arithmetic expressions, evaluated exactly by a small parser with bounds; never by Python itself.

Grammar: sums and products of powers of integers, decimals, signs, brackets of all kinds and ``\frac{…}{…}``. Signs in
all spellings count, ``x`` stands for a product, and so do factors side by side where one is bracketed: ``(8-2)(3+1)``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from r1ci_env.envs.answers.spelling import plain
from r1ci_env.errors import BadAnswer

MAX_CHARS = 2_000
MAX_DEPTH = 50
MAX_BITS = 4_096
MAX_EXPONENT = 256
MAX_SIDES = 8

_TOKEN = re.compile(r"\s*([1-9]\d{0,2}(?:,\d{3})+(?![\d,])|\d+(?:\.\d*)?|\.\d+|\\frac|[-+*/^()])", re.ASCII)
_SHORT_FRACTION = re.compile(r"\\frac\s*(\d)\s*(\d)", re.ASCII)
_SPELLINGS = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")", "x": "*", "X": "*", "$": " "})


@dataclass(frozen=True, slots=True)
class Expression:
    """What was read of an expression.

    Attributes:
        value: Its exact value.
        numbers: The numbers that stand in it, left to right.
        operators: The binary operators that stand in it, left to right, of ``+ - * / **``.
        signs: How many signs stand in it that are no binary operators.
    """

    value: Fraction
    numbers: tuple[Fraction, ...]
    operators: tuple[str, ...]
    signs: int


def evaluate(text: str) -> Expression:
    """Read and evaluate an expression.

    Raises:
        BadAnswer: it is malformed, divides by zero, or exceeds the bounds on length, nesting, powers and size.
    """
    if len(text) > MAX_CHARS:
        raise BadAnswer("too long")
    text = _SHORT_FRACTION.sub(r"\\frac(\1)(\2)", plain(text).replace(r"\div", "/"))
    return _Parser(tuple(_tokens(text.translate(_SPELLINGS)))).parse()


def evaluate_to(text: str, value: int) -> Expression:
    """Read an expression of this value, which may also stand in an equation: ``6*4``, ``6*4 = 24``, ``24 == 6*4``.

    Raises:
        BadAnswer: it is malformed, or a side of the equation has another value.
    """
    sides = [evaluate(side) for side in re.split("==?", text, maxsplit=MAX_SIDES)]
    if any(side.value != value for side in sides):
        raise BadAnswer("another value")
    return sides[-1] if not sides[0].operators else sides[0]


def _tokens(text: str) -> Iterator[str]:
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise BadAnswer(f"unexpected {text[position]!r}")
        yield "**" if match[1] == "^" else match[1].replace(",", "")
        position = match.end()


class _Parser:
    """Recursive descent: sum → product → sign → power → atom."""

    def __init__(self, tokens: tuple[str, ...]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0
        self.signs = 0
        self.numbers: list[Fraction] = []
        self.operators: list[str] = []

    def parse(self) -> Expression:
        value = self.sum()
        if self.next is not None:
            raise BadAnswer(f"unexpected {self.next!r}")
        return Expression(value, tuple(self.numbers), tuple(self.operators), self.signs)

    @property
    def next(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self) -> str:
        if self.next is None:
            raise BadAnswer("ends too early")
        self.position += 1
        return self.tokens[self.position - 1]

    def operator(self, *known: str) -> str | None:
        if self.next not in known:
            return None
        self.operators.append(self.take())
        return self.operators[-1]

    def side_by_side(self) -> str | None:
        """Whether a factor follows without a sign: a bracket, or a number or fraction behind one."""
        before, token = self.tokens[self.position - 1], self.next
        if token is None or not (token == "(" or (before == ")" and (token == r"\frac" or token[0] in ".0123456789"))):
            return None
        self.operators.append("*")
        return "*"

    def sum(self) -> Fraction:
        value = self.product()
        while operator := self.operator("+", "-"):
            right = self.product()
            value = _bounded(value + right if operator == "+" else value - right)
        return value

    def product(self) -> Fraction:
        value = self.signed()
        while operator := self.operator("*", "/") or self.side_by_side():
            right = self.signed()
            if operator == "/" and right == 0:
                raise BadAnswer("division by zero")
            value = _bounded(value * right if operator == "*" else value / right)
        return value

    def signed(self) -> Fraction:
        sign = 1
        while self.next in ("+", "-"):
            self.signs += 1
            sign = -sign if self.take() == "-" else sign
        return sign * self.power()

    def power(self) -> Fraction:
        base = self.atom()
        if not self.operator("**"):
            return base
        self.enter()
        exponent = self.signed()
        self.depth -= 1
        if exponent.denominator != 1 or abs(exponent) > MAX_EXPONENT or (base == 0 and exponent < 0):
            raise BadAnswer("exponent out of bounds")
        if _bits(base) * abs(exponent) > MAX_BITS:
            raise BadAnswer("power too large")
        return Fraction(base**exponent.numerator)

    def atom(self) -> Fraction:
        token = self.take()
        if token == "(":
            return self.bracket()
        if token == r"\frac":
            return self.fraction()
        if not (token[0].isdigit() or token[0] == "."):
            raise BadAnswer(f"unexpected {token!r}")
        self.numbers.append(_bounded(Fraction(token + "0" if token.endswith(".") else token)))
        return self.numbers[-1]

    def bracket(self) -> Fraction:
        self.enter()
        value = self.sum()
        self.depth -= 1
        if self.take() != ")":
            raise BadAnswer("unbalanced brackets")
        return value

    def fraction(self) -> Fraction:
        parts = []
        for _ in range(2):
            if self.take() != "(":
                raise BadAnswer("a fraction without its parts")
            parts.append(self.bracket())
        if parts[1] == 0:
            raise BadAnswer("division by zero")
        self.operators.append("/")
        return _bounded(parts[0] / parts[1])

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BadAnswer("nested too deep")


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _bounded(value: Fraction) -> Fraction:
    if _bits(value) > MAX_BITS:
        raise BadAnswer("number too large")
    return value

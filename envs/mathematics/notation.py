r"""Mathematical expressions as models write them, in plain or LaTeX spelling, read into exact algebra.

``\frac{8}{9}``, ``8/9``, ``2\sqrt3``, ``2*sqrt(3)``, ``12\pi``, ``3x^2 + 1``, ``x*log|x| - x + C``.
"""

import math
import re
from collections.abc import Callable, Collection
from fractions import Fraction

from r1ci_env.envs.answers.spelling import plain as spelled
from r1ci_env.envs.mathematics.algebra import Algebra, Quotient
from r1ci_env.envs.mathematics.sums import IMAGINARY
from r1ci_env.errors import BadAnswer

MAX_CHARS = 4_000
MAX_DEPTH = 40
MAX_DIGITS = 1_000
LARGEST_FACTORIAL = 300

_SPELLINGS = {
    **dict.fromkeys((r"\limits", r"\textstyle", r"\mathstrut", "\\\\"), " "),
    **dict.fromkeys((r"\dbinom", r"\tbinom"), r"\binom"),
    **dict.fromkeys((r"\lvert", r"\rvert", r"\vert"), "|"),
    **{r"\{": "⦃", r"\}": "⦄", r"\div": "/", "∞": " infinity ", r"\infty": " infinity ", r"\cup": "∪", r"\colon": ":"},
    **{"π": " pi ", "α": " alpha ", "β": " beta ", "γ": " gamma ", "δ": " delta ", "θ": " theta ", "λ": " lambda "},
    **{"μ": " mu ", "φ": " phi ", "ω": " omega ", "∛": r"\cbrt", "∜": r"\sqrt[4]", "√": r"\sqrt"},
}
_SPELLING = re.compile(r"\\[bB]igg?[lrm]?(?![A-Za-z])|" + "|".join(map(re.escape, sorted(_SPELLINGS, key=len)[::-1])))
_OPERATOR = re.compile(r"\\operatorname\*?\s*\{\s*([A-Za-z]+)\s*\}")
_TEXT = re.compile(r"\\(?:text|mathrm|mbox|textbf|textit|rm|mathbf|textrm)\s*\{([^{}]*)\}")
_OVER = re.compile(r"\{([^{}]*)\\(over|choose)(?![A-Za-z])([^{}]*)\}")
_REPEATING = re.compile(r"(\d{0,9})\.(\d{0,9})\\(?:overline|bar|dot)\s*\{?(\d{1,9})\}?", re.ASCII)
_SHORT_FRACTION = re.compile(r"\\(frac|binom)\s*(\d)\s*(\d)", re.ASCII)
_SHORT_TOP = re.compile(r"\\frac\s*(\d)", re.ASCII)
_SHORT_BOTTOM = re.compile(r"(\\frac\s*\{[^{}]*\})\s*(\d)", re.ASCII)
_RAISED_FRACTION = re.compile(r"\^\s*([½⅓⅔¼¾])")

FUNCTIONS = (
    "arcsin arccos arctan arccot asin acos atan acot sinh cosh tanh sin cos tan sec csc cot sqrt cbrt exp log ln abs"
).split()
_CAPITALS = {**{name.capitalize(): name for name in FUNCTIONS}, "Pi": "pi", "PI": "pi"}
_GREEK = "alpha beta gamma delta theta lambda mu phi omega".split()
_TOKEN = re.compile(
    r"\s*(\d+(?:\.\d+)?|\.\d+|\\frac|\\binom|\\?(?:"
    + "|".join([*FUNCTIONS, *_CAPITALS, *_GREEK, "pi", "infinity"])
    + r")"
    r"|[A-Za-z]|[-+*/^(){}\[\]|!])",
    re.ASCII,
)
_CLOSING = {"(": ")", "{": "}", "[": "]", "|": "|"}


def read(text: str, algebra: Algebra, variables: Collection[str] = ()) -> Quotient:
    """Read an expression.

    Args:
        text: Plain or LaTeX spelling.
        algebra: What the result belongs to.
        variables: Letters that are variables although ``e`` or ``i`` would be read as a constant.

    Raises:
        BadAnswer: it is malformed.
        TooMuchWork: it exceeds the bounds.
    """
    return _Parser(_tokens(plain(text)), algebra, variables).parse()


def letters(text: str) -> set[str]:
    """Return the letters that stand for something in an expression."""
    return {token for token in _tokens(plain(text)) if len(token) == 1 and token.isalpha()}


def plain(text: str) -> str:
    """Return the text in the few spellings that the parser knows."""
    if len(text) > MAX_CHARS:
        raise BadAnswer("too long")
    text = _OPERATOR.sub(r"\\\1 ", text)
    text = spelled(_RAISED_FRACTION.sub(r"^{\1}", _TEXT.sub(r" \1 ", text)))
    text = _SPELLING.sub(lambda match: _SPELLINGS.get(match[0], " "), text)
    text = _REPEATING.sub(_repeating, text)
    text = _OVER.sub(lambda match: rf"\{'frac' if match[2] == 'over' else 'binom'}{{{match[1]}}}{{{match[3]}}}", text)
    text = _SHORT_FRACTION.sub(r"\\\1{\2}{\3}", text)
    return _SHORT_BOTTOM.sub(r"\1{\2}", _SHORT_TOP.sub(r"\\frac{\1}", text)).strip()


def _repeating(match: re.Match[str]) -> str:
    """Return a decimal whose last digits repeat for ever as a fraction."""
    whole, fixed, repeated = match.groups()
    nines = (10 ** len(repeated) - 1) * 10 ** len(fixed)
    return f"({int(whole + fixed + repeated) - int((whole + fixed) or 0)}/{nines})"


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise BadAnswer(f"unexpected {text[position]!r}")
        if len(match[1]) > MAX_DIGITS:
            raise BadAnswer("number too long")
        token = match[1] if match[1] in (r"\frac", r"\binom") else match[1].removeprefix("\\")
        tokens.append(_CAPITALS.get(token, token))
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent: sum → product → sign → power → atom; factors may stand side by side."""

    def __init__(self, tokens: list[str], algebra: Algebra, variables: Collection[str]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0
        self.bars = 0
        self.algebra = algebra
        self.variables = variables

    def parse(self) -> Quotient:
        value = self.sum()
        if self.next:
            raise BadAnswer(f"unexpected {self.next!r}")
        return value

    @property
    def next(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        token = self.next
        if not token:
            raise BadAnswer("ends too early")
        self.position += 1
        return token

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise BadAnswer(f"{token!r} expected")

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BadAnswer("nested too deep")

    def sum(self) -> Quotient:
        value = self.product()
        while self.next in ("+", "-"):
            subtract = self.take() == "-"
            term = self.product()
            value = self.algebra.add(value, self.algebra.negative(term) if subtract else term)
        return value

    def product(self) -> Quotient:
        value = self.signed()
        while True:
            if self.next == "*":
                self.take()
                value = self.algebra.times(value, self.signed())
            elif self.next == "/":
                self.take()
                value = self.algebra.divide(value, self.signed())
            elif self.starts_factor():
                value = self.algebra.times(value, self.power())
            else:
                return value

    def starts_factor(self) -> bool:
        """Whether a factor follows without a sign; two numbers side by side are no product."""
        token = self.next
        opens = token in ("(", "{") or (token == "|" and not self.bars)
        return opens or (bool(token) and (token[0].isalpha() or token[0] == "\\"))

    def signed(self) -> Quotient:
        negative = False
        while self.next in ("+", "-"):
            negative ^= self.take() == "-"
        value = self.power()
        return self.algebra.negative(value) if negative else value

    def power(self) -> Quotient:
        base = self.atom()
        while self.next == "!":
            self.take()
            base = self.algebra.number(math.factorial(_small(base)))
        if self.next != "^":
            return base
        self.take()
        return self.algebra.power(base, self.exponent())

    def exponent(self) -> Quotient:
        self.enter()
        value = self.signed()
        self.depth -= 1
        return value

    def group(self, *opening: str) -> Quotient:
        token = self.take()
        if token not in opening:
            raise BadAnswer("bracket expected")
        self.bars, outside = (1 if token == "|" else 0), self.bars
        value = self.sum()
        self.expect(_CLOSING[token])
        self.bars = outside
        return value

    def part(self) -> Quotient:
        r"""Read what stands behind ``\frac``: a group, or one symbol."""
        return self.group("{") if self.next == "{" else self.atom()

    def atom(self) -> Quotient:
        self.enter()
        value = self.unit()
        self.depth -= 1
        return value

    def unit(self) -> Quotient:
        algebra, token = self.algebra, self.next
        if token in ("(", "{", "["):
            return self.group(token)
        if token == "|":
            return algebra.absolute(self.group("|"))
        self.take()
        if token == r"\frac":
            return algebra.divide(self.part(), self.part())
        if token == r"\binom":
            n, k = _small(self.part()), _small(self.part())
            return algebra.number(math.comb(n, k))
        if token[0].isdigit() or token[0] == ".":
            value = algebra.number(Fraction(token))
            if self.next == r"\frac" and token.isdigit():
                return self.mixed(value)
            return value
        if token in FUNCTIONS and token not in self.variables:
            return self.function(token)
        if token.isalpha():
            return self.constant(token)
        raise BadAnswer(f"unexpected {token!r}")

    def mixed(self, whole: Quotient) -> Quotient:
        r"""Read ``2\frac{1}{3}``: a mixed number if its parts are integers, else a product."""
        part = self.tokens[self.position : self.position + 7]
        if len(part) == 7 and part[2].isdigit() and part[5].isdigit() and part[3] == "}" and part[6] == "}":
            return self.algebra.add(whole, self.atom())
        return whole

    def constant(self, name: str) -> Quotient:
        if name in self.variables:
            return self.algebra.name(name)
        if name in ("e", "E"):
            return self.algebra.exp(self.algebra.number(1))
        return self.algebra.name(IMAGINARY if name in ("i", "I") else name)

    def function(self, name: str) -> Quotient:
        algebra = self.algebra
        degree = None
        if name == "sqrt" and self.next == "[":
            degree = self.group("[").value
            if not degree:
                raise BadAnswer("no degree of a root")
        power = None
        if self.next == "^":
            self.take()
            power = self.exponent()
            if power.value == -1 and name in ("sin", "cos", "tan", "cot"):
                name, power = f"arc{name}", None
        if name in ("sqrt", "cbrt"):
            argument = self.atom()
            degree = degree or Fraction(2 if name == "sqrt" else 3)
            value = algebra.power(argument, algebra.number(1 / degree))
        else:
            value = _apply(algebra, name, self.argument())
        return value if power is None else algebra.power(value, power)

    def argument(self) -> Quotient:
        """Read what a function applies to: a bracket, or factors side by side such as ``2x``."""
        if self.next in ("(", "{", "[", "|"):
            return self.atom()
        value = self.power()
        while self.starts_factor() and self.next not in FUNCTIONS and self.next != "(":
            value = self.algebra.times(value, self.power())
        return value


def _small(value: Quotient) -> int:
    number = value.value
    if number is None or number.denominator != 1 or not 0 <= number <= LARGEST_FACTORIAL:
        raise BadAnswer("no small whole number")
    return int(number)


def _apply(algebra: Algebra, name: str, a: Quotient) -> Quotient:
    if name.startswith("arc"):
        name = "a" + name[3:]
    if name in ("asin", "atan"):
        return algebra.odd_function(name, a)
    if name in ("acos", "acot"):
        right_angle = algebra.divide(algebra.name("pi"), algebra.number(2))
        inverse = algebra.odd_function({"acos": "asin", "acot": "atan"}[name], a)
        return algebra.add(right_angle, algebra.negative(inverse))
    simple: dict[str, Callable[[Quotient], Quotient]] = {
        "exp": algebra.exp,
        "log": algebra.log,
        "ln": algebra.log,
        "abs": algebra.absolute,
        "sin": algebra.sine,
        "cos": algebra.cosine,
    }
    if name in simple:
        return simple[name](a)
    if name in ("tan", "cot", "sec", "csc"):
        sine, cosine, one = algebra.sine(a), algebra.cosine(a), algebra.number(1)
        top, bottom = {"tan": (sine, cosine), "cot": (cosine, sine), "sec": (one, cosine), "csc": (one, sine)}[name]
        return algebra.divide(top, bottom)
    grows, falls = algebra.exp(a), algebra.exp(algebra.negative(a))
    plus, minus = algebra.add(grows, falls), algebra.add(grows, algebra.negative(falls))
    return {
        "cosh": lambda: algebra.divide(plus, algebra.number(2)),
        "sinh": lambda: algebra.divide(minus, algebra.number(2)),
        "tanh": lambda: algebra.divide(minus, plus),
    }[name]()

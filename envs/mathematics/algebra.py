"""Exact algebra on expressions, with bounds; nothing is evaluated by Python and nothing is equal by floats.

A `Quotient` of two sums stands for an expression. A sum maps monomials to rational coefficients, and a monomial is a
product of powers of *generators* and of one power of e:

- variables, pi and the imaginary unit;
- fractional powers of primes and of sums: ``sqrt(12)`` is ``2 * 3**(1/2)``;
- logarithms of primes and of sums, arcsines, arctangents, absolute values;
- ``exp(P)``, P a sum: sines and cosines are sums of exponentials.

So equal numbers built of rationals, roots, pi and exponentials get equal forms, and so do trigonometric expressions
however they are written (powers, multiple angles, shifts): two expressions are the same if their difference is the
empty sum. Roots, logarithms and absolute values are taken of *factors*: where one sum divides another the generators
are those of the divisor and the rest, so that ``sqrt(x**2 - 1)`` is ``sqrt(x - 1) * sqrt(x + 1)`` once ``x - 1`` is
met. As it may be met late, results count only when they were made anew since: see `Algebra.settled`.

Variables are real, and a single one under an odd root is positive. Logarithms are those of the absolute value.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple, TypeVar

from r1ci_env.envs.mathematics.factors import is_real, quotient, root, spans
from r1ci_env.envs.mathematics.magnitude import approximate
from r1ci_env.envs.mathematics.sums import (
    IMAGINARY,
    ONE,
    UNIT,
    Monomial,
    Number,
    Sum,
    accumulate,
    common_monomial,
    content,
    is_imaginary,
    scaled,
    sum_of,
    without,
)
from r1ci_env.errors import BadAnswer, TooMuchWork

MAX_BITS = 8_000
MAX_EXPONENT = 400
MAX_ROOT = 12
LARGEST_FACTOR_TRIED = 5_000
MAX_BITS_FACTORED = 160
MAX_FACTORS = 64
COEFFICIENT_COST = 17
"""Two coefficients of b bits together cost b * b / 2 ** COEFFICIENT_COST steps to multiply."""

Result = TypeVar("Result")
_REDUCED = frozenset("_0123456789(|")  # first letters of generators of which some power is simpler


class Quotient(NamedTuple):
    """One sum over another that is not zero."""

    top: Sum
    bottom: Sum

    @property
    def value(self) -> Fraction | None:
        """The rational number that this is, or None."""
        if self.bottom.keys() != {UNIT} or not self.top.keys() <= {UNIT}:
            return None
        return self.top.get(UNIT, Fraction(0)) / self.bottom[UNIT]


class Algebra:
    """Operations on quotients that share their generators and a budget of work.

    Args:
        work: Steps allowed in all, a few microseconds each: powers met while monomials are multiplied.
    """

    def __init__(self, work: int = 7_000) -> None:
        """Start without generators."""
        self.work = work
        self._names: dict[tuple[object, ...], str] = {}
        self._arguments: dict[str, Quotient] = {}
        self._primes: dict[int, dict[int, int]] = {}
        self._known: dict[str, dict[str | Monomial, Number]] = {}  # sums that are factors of others, with their spans
        self._split = False  # whether one of them was found to have factors of its own

    def settled(self, compute: Callable[[], Result]) -> Result:
        """Return what ``compute`` makes of this algebra, made again where a factor that it used was split meanwhile."""
        for _ in range(MAX_FACTORS):
            self._split = False
            result = compute()
            if not self._split:
                return result
        raise TooMuchWork("too many factors")

    # Numbers and names

    def number(self, value: Fraction | int) -> Quotient:
        """Return a rational number."""
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            raise TooMuchWork("number too large")
        return Quotient({UNIT: Fraction(value)} if value else {}, ONE)

    def name(self, name: str) -> Quotient:
        """Return a variable, ``"pi"``, or `IMAGINARY`."""
        return Quotient({(((name, 1),), ()): Fraction(1)}, ONE)

    # Arithmetic

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        """Return a + b."""
        if a.bottom == b.bottom:
            return Quotient(self._added(a.top, b.top), a.bottom)
        top = self._added(self._times(a.top, b.bottom), self._times(b.top, a.bottom))
        return _quotient(top, self._times(a.bottom, b.bottom))

    def negative(self, a: Quotient) -> Quotient:
        """Return -a."""
        return Quotient({m: -c for m, c in a.top.items()}, a.bottom)

    def times(self, a: Quotient, b: Quotient) -> Quotient:
        """Return a * b."""
        return _quotient(self._times(a.top, b.top), self._times(a.bottom, b.bottom))

    def divide(self, a: Quotient, b: Quotient) -> Quotient:
        """Return a / b."""
        return self.times(a, self._inverse(b))

    def equal(self, a: Quotient, b: Quotient) -> bool:
        """Whether two quotients are the same."""
        a, b = _quotient(*a), _quotient(*b)
        return self._times(a.top, b.bottom) == self._times(b.top, a.bottom)

    def approximation(self, a: Quotient) -> float | None:
        """Return a real constant as a float; None for anything else."""
        top, bottom = (approximate(part, self._arguments) if part else 0j for part in a)
        if top is None or bottom is None or (top / bottom).imag:
            return None
        return (top / bottom).real

    def power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """Return base ** exponent."""
        value = exponent.value
        if value is None:
            if self._sign(base.top) * self._sign(base.bottom) < 0:
                raise BadAnswer("power of a negative number")
            return self.exp(self.times(exponent, self.log(base)))
        if value.denominator == 1:
            return self._whole_power(base, value.numerator)
        if value.denominator > MAX_ROOT or abs(value) > MAX_EXPONENT:
            raise BadAnswer("exponent out of bounds")
        if not base.top:
            if value < 0:
                raise BadAnswer("division by zero")
            return base
        return self.divide(self._root(base.top, value), self._root(base.bottom, value))

    # Functions

    def exp(self, a: Quotient) -> Quotient:
        """Return e ** a; logarithms in the exponent become factors."""
        a = self._simplified(a)
        if a.bottom.keys() != {UNIT}:
            raise BadAnswer("no exponent of this form")
        if any(inner for _, exponent in a.top for (_, inner), _ in exponent):
            raise BadAnswer("exponentials nested too deep")
        result = Quotient(ONE, ONE)
        exponent: dict[Monomial, Number] = {}
        for monomial, coefficient in a.top.items():
            coefficient /= a.bottom[UNIT]
            names = [name for name, power in monomial[0] if power == 1] if not monomial[1] else []
            if len(names) == len(monomial[0]) == 1 and names[0].startswith("log"):
                base = self._arguments[names[0]]
                result = self.times(result, self.power(base, self.number(coefficient)))
            elif sorted(names) == [IMAGINARY, "pi"] and len(monomial[0]) == 2 and 12 % coefficient.denominator == 0:
                result = self.times(result, self._half_turns(coefficient))
            else:
                exponent[monomial] = int(coefficient) if coefficient.denominator == 1 else coefficient
        return self.times(result, Quotient({((), tuple(sorted(exponent.items()))): Fraction(1)}, ONE))

    def _half_turns(self, count: Fraction) -> Quotient:
        """Return exp(i * pi * count), for a count in twelfths."""
        twelfths, i, half = int(count * 12), self.name(IMAGINARY), self.number(Fraction(1, 2))
        two, three = (self._root({UNIT: Fraction(n)}, Fraction(1, 2)) for n in (2, 3))
        turn = self.number(1)
        if steps := 2 * twelfths % 12 if twelfths % 2 else twelfths // 2 % 12:  # of a sixth
            turn = self._whole_power(self.times(self.add(three, i), half), steps)
        if twelfths % 2:  # a twelfth is a third less a quarter
            back = self._whole_power(self.times(self.times(two, self.add(self.number(1), i)), half), -twelfths % 8)
            turn = self.times(turn, back)
        return turn

    def log(self, a: Quotient) -> Quotient:
        """Return the natural logarithm of the absolute value."""
        return self.add(self._log(a.top), self.negative(self._log(a.bottom)))

    def sine(self, a: Quotient) -> Quotient:
        """Return sin a."""
        turn = self.exp(self.times(self.name(IMAGINARY), a))
        difference = self.add(turn, self.negative(self._inverse(turn)))
        return self.divide(difference, self.times(self.number(2), self.name(IMAGINARY)))

    def cosine(self, a: Quotient) -> Quotient:
        """Return cos a."""
        turn = self.exp(self.times(self.name(IMAGINARY), a))
        return self.divide(self.add(turn, self._inverse(turn)), self.number(2))

    def odd_function(self, name: str, a: Quotient) -> Quotient:
        """Return ``asin`` or ``atan`` of a; a minus sign is taken out, and twelfths of a half turn are known."""
        if not a.top:
            return a
        a = self._simplified(a)
        if a.top[min(a.top)] < 0:
            return self.negative(self.odd_function(name, self.negative(a)))
        return self._special_angle(name, a) or self._function(name, a)

    def _special_angle(self, name: str, a: Quotient) -> Quotient | None:
        """Guess the angle in floats, and prove it."""
        value = self.approximation(a)
        if value is None or (name == "asin" and abs(value) > 1.5):
            return None
        guess = math.asin(max(-1.0, min(1.0, value))) if name == "asin" else math.atan(value)
        twelfths = guess * 12 / math.pi
        if abs(twelfths - round(twelfths)) > 1e-6:
            return None
        angle = self.times(self.name("pi"), self.number(Fraction(round(twelfths), 12)))
        exact = self.sine(angle) if name == "asin" else self.divide(self.sine(angle), self.cosine(angle))
        return angle if self.equal(exact, a) else None

    def absolute(self, a: Quotient) -> Quotient:
        """Return the absolute value."""
        return self.divide(self._absolute(a.top), self._absolute(a.bottom)) if a.top else a

    def derivative(self, a: Quotient, variable: str) -> Quotient:
        """Return the derivative; all other names are constants."""
        top, bottom = self._derivative(a.top, variable), self._derivative(a.bottom, variable)
        if not bottom.top:
            return self.divide(top, Quotient(a.bottom, ONE))
        difference = self.add(
            self.times(top, Quotient(a.bottom, ONE)), self.negative(self.times(Quotient(a.top, ONE), bottom))
        )
        return self.divide(difference, Quotient(self._times(a.bottom, a.bottom), ONE))

    # Sums

    def _spend(self, work: int) -> None:
        self.work -= work
        if self.work < 0:
            raise TooMuchWork("too complicated")

    def _added(self, a: Sum, b: Sum) -> Sum:
        self._spend(1 + (len(a) + len(b)) // 6)
        bits = _bits(a) + _bits(b)
        if bits > MAX_BITS:
            raise TooMuchWork("number too large")
        self._spend(min(len(a), len(b)) * (bits * bits >> COEFFICIENT_COST))
        result = dict(a)
        for monomial, coefficient in b.items():
            accumulate(result, monomial, coefficient)
        return result

    def _times(self, a: Sum, b: Sum) -> Sum:
        if a == ONE:
            return b
        if b == ONE:
            return a
        result: Sum = {}
        bits = _bits(a) + _bits(b)
        self._spend(len(a) * len(b) * (bits * bits >> COEFFICIENT_COST))
        for x, p in a.items():
            for y, q in b.items():
                monomial, factor, sums = self._product(x, y)
                coefficient = p * q if factor == 1 else p * q * factor
                if not sums:
                    accumulate(result, monomial, coefficient)
                    continue
                expanded: Sum = {monomial: coefficient}
                for other in sums:
                    expanded = self._times(expanded, other)
                for m, c in expanded.items():
                    accumulate(result, m, c)
        if _bits(result) > MAX_BITS:
            raise TooMuchWork("number too large")
        return result

    def _product(self, x: Monomial, y: Monomial) -> tuple[Monomial, Fraction | int, list[Sum]]:
        """Return the product of two monomials as a monomial, a number and sums."""
        self._spend(1 + len(x[0]) + len(y[0]) + 2 * (len(x[1]) + len(y[1])))
        powers = dict(x[0])
        for name, power in y[0]:
            accumulate(powers, name, power)
        factor, sums = self._reduce(powers) if any(name[0] in _REDUCED for name in powers) else (1, [])
        exponent = x[1] or y[1]
        if x[1] and y[1]:
            merged = dict(x[1])
            for monomial, coefficient in y[1]:
                accumulate(merged, monomial, coefficient)
            exponent = tuple(sorted(merged.items()))
        ordered = tuple(sorted(powers.items())) if len(powers) > 1 else tuple(powers.items())
        return (ordered, exponent), factor, sums

    def _reduce(self, powers: dict[str, Number]) -> tuple[Fraction, list[Sum]]:
        """Take whole powers of primes, roots, the imaginary unit and absolute values out of ``powers``."""
        self._spend(3)
        factor, sums = Fraction(1), []
        for name in [n for n in powers if n[0] in _REDUCED]:
            power = powers[name]
            if name == IMAGINARY:
                turns = power.numerator % 4
                factor *= -1 if turns >= 2 else 1
                rest: Number = turns % 2
            else:
                step = 2 if name[0] == "|" else 1  # |u| ** 2 is u ** 2
                whole = math.floor(power / step) * step
                rest = power - whole
                if whole and name[0] in "(|":
                    base = Quotient(ONE, ONE)
                    for _ in range(whole):
                        base = self.times(base, self._arguments[name])
                    sums.append(base.top)
                elif whole:
                    factor *= Fraction(int(name)) ** whole
            if rest:
                powers[name] = rest
            else:
                del powers[name]
        return factor, sums

    def _inverse(self, a: Quotient) -> Quotient:
        if not a.top:
            raise BadAnswer("division by zero")
        if len(a.top) > 1:
            return Quotient(a.bottom, a.top)
        ((powers, exponent), coefficient), *_ = a.top.items()
        inverted = {name: -power for name, power in powers if name[0] not in "(|"}
        result = Quotient(a.bottom, ONE)
        result = self.times(result, self._monomial(inverted, tuple((m, -c) for m, c in exponent)))
        for name, power in powers:
            if name[0] in "(|":  # 1 / u**p is u**(1 - p) / u, and 1 / |u|**p is |u|**(2 - p) / u**2
                whole = 1 if name[0] == "(" else 2
                result = self.times(result, self._monomial({name: whole - power}, ()))
                result = self.divide(result, self._whole_power(self._arguments[name], whole))
        return self.times(result, self.number(1 / coefficient))

    def _monomial(self, powers: dict[str, Number], exponent: tuple[tuple[Monomial, Number], ...]) -> Quotient:
        """Return a product of powers of generators, those of sums and absolute values not negative, and of e."""
        monomial, factor, sums = self._product((tuple(powers.items()), exponent), UNIT)
        result = Quotient({monomial: Fraction(factor)}, ONE)
        for other in sums:
            result = self.times(result, Quotient(other, ONE))
        return result

    def _whole_power(self, base: Quotient, exponent: int) -> Quotient:
        if abs(exponent) > MAX_EXPONENT:
            raise BadAnswer("exponent out of bounds")
        if exponent < 0:
            base, exponent = self._inverse(base), -exponent
        if len(base.top) == 1 and base.bottom is ONE:
            (((powers, inner), coefficient),) = base.top.items()
            if coefficient == 1 and not inner and not any(name[0] in _REDUCED for name, _ in powers):
                monomial: Monomial = (tuple((name, power * exponent) for name, power in powers if exponent), ())
                return Quotient({monomial: coefficient}, ONE)
        result = Quotient(ONE, ONE)
        while exponent:
            if exponent & 1:
                result = self.times(result, base)
            exponent >>= 1
            if exponent:
                base = self.times(base, base)
        return result

    # Factors and signs

    def _factored_sum(self, a: Sum) -> tuple[Fraction, Monomial, dict[str, int]]:
        """Return a sum as a rational number times a monomial and powers of known sums; its new factors become known."""
        if len(a) == 1:
            ((monomial, coefficient),) = a.items()
            return coefficient, monomial, {}
        number, monomial = content(a), common_monomial(a)
        rest = without(scaled(a, 1 / number), monomial)
        if not is_real(rest):
            return number, monomial, {self._name("(", Quotient(rest, ONE)): 1}
        factors: dict[str, int] = {}
        for name in [*self._known]:
            while (part := self._quotient(rest, name)) is not None:
                rest, factors[name] = part, factors.get(name, 0) + 1
        if rest.keys() != {UNIT}:
            times = 1
            for degree in (2, 3, 2):
                while (part := root(rest, degree, self._spend)) is not None:
                    rest, times = part, times * degree
            if self._sign(rest) < 0:
                rest = scaled(rest, -1)
                number *= (-1) ** times
            factors[self._learn(rest)] = times
            rest = ONE
        return number * rest[UNIT], monomial, factors

    def _learn(self, factor: Sum) -> str:
        """Make a sum known as a factor, and take those apart that it divides."""
        name = self._name("(", Quotient(factor, ONE))
        if len(self._known) >= MAX_FACTORS:
            raise TooMuchWork("too many factors")
        self._known[name] = spans(factor)
        others = [other for other in self._known if other != name]
        divided = [other for other in others if self._quotient(self._arguments[other].top, name) is not None]
        for other in divided:
            self._split = True
            del self._known[other]
            self._factored_sum(self._arguments[other].top)
        return name

    def _quotient(self, a: Sum, name: str) -> Sum | None:
        """Return a sum over a known one, if it is a sum."""
        self._spend(1 + len(a) // 4)
        extent = spans(a)
        if any(span > extent.get(axis, 0) for axis, span in self._known[name].items()):
            return None
        return quotient(a, self._arguments[name].top, self._spend)

    def _sign(self, a: Sum) -> int:
        """Return 1 or -1 for a sum that has this sign everywhere (or is zero), and 0 for others."""
        self._spend(1 + len(a) // 4)
        if (value := approximate(a, self._arguments)) is not None:
            return 0 if value.imag else 1 if value.real > 0 else -1
        positive = {c > 0 for c in a.values()}
        if len(positive) == 1 and all(self._is_positive(monomial) for monomial in a):
            return 1 if positive.pop() else -1
        return _sign_of_quadratic(a)

    def _is_positive(self, monomial: Monomial) -> bool:
        return not any(is_imaginary(m) for m, _ in monomial[1]) and all(
            name != IMAGINARY and (_is_even(power) or self._is_positive_name(name)) for name, power in monomial[0]
        )

    def _is_positive_name(self, name: str) -> bool:
        if name == "pi" or name[0] == "|" or name.isdecimal():
            return True
        if name[0] == "(":
            return self._sign(self._arguments[name].top) > 0
        value = approximate({(((name, 1),), ()): Fraction(1)}, self._arguments)
        return value is not None and not value.imag and value.real > 0

    # Roots, logarithms and other functions

    def _root(self, base: Sum, exponent: Fraction) -> Quotient:
        """Return a fractional power of a sum that is not empty."""
        even = exponent.denominator % 2 == 0
        if exponent.denominator == 2 and (simple := self._square_root_of_surd(base)):
            return self._whole_power(simple, exponent.numerator)
        number, (powers, inner), factors = self._factored_sum(base)
        result = self.number(1)
        if number < 0 and not even:
            result = self.number((-1) ** (exponent.numerator % 2))
        elif number < 0 and (turned := self._turned(factors)):
            factors = turned
        elif number < 0:
            if exponent.denominator > 2:
                raise BadAnswer("even root of a negative number")
            result = self._whole_power(self.name(IMAGINARY), exponent.numerator)
        generators: dict[str, Number] = {str(p): times * exponent for p, times in self._factors(number).items()}
        for name, power in [*powers, *factors.items()]:
            if name == IMAGINARY:
                raise BadAnswer("root of an imaginary number")
            if even and _is_even(power) and power.denominator % 2 and not self._is_positive_name(name):
                name = self._absolute_name(name)
            accumulate(generators, name, power * exponent)
        return self.times(result, self._product_of(generators, tuple((m, c * exponent) for m, c in inner)))

    def _product_of(self, powers: dict[str, Number], exponent: tuple[tuple[Monomial, Number], ...]) -> Quotient:
        """Return a product of powers of generators, and of e; those of sums can have any sign, too."""
        below = {name: -power for name, power in powers.items() if power < 0 and name[0] in "(|"}
        above = {name: power for name, power in powers.items() if name not in below}
        result = self._monomial(above, exponent)
        return self.divide(result, self._monomial(below, ())) if below else result

    def _turned(self, factors: dict[str, int]) -> dict[str, int] | None:
        """Return factors of which one is replaced by its negative, or None where none can have two signs."""
        for name, times in factors.items():
            if times % 2 and not self._sign(self._arguments[name].top):
                opposite = self._name("(", self.negative(self._arguments[name]))
                return {opposite if other == name else other: n for other, n in factors.items()}
        return None

    def _absolute(self, a: Sum) -> Quotient:
        number, (powers, inner), factors = self._factored_sum(a)
        generators: dict[str, Number] = {}
        for name, power in [*powers, *factors.items()]:
            if name != IMAGINARY:
                known = _is_even(power) or self._is_positive_name(name)
                accumulate(generators, name if known else self._absolute_name(name), power)
        exponent = tuple((m, c) for m, c in inner if not is_imaginary(m))
        return self.times(self.number(abs(number)), self._product_of(generators, exponent))

    def _absolute_name(self, name: str) -> str:
        return self._name("|", self._arguments[name] if name[0] == "(" else self.name(name))

    def _square_root_of_surd(self, base: Sum) -> Quotient | None:
        """Return the square root of a + b * sqrt(c) as a sum of two square roots, if it is one."""
        a = base.get(UNIT)
        surds = [(m, b) for m, b in base.items() if m != UNIT]
        if a is None or a < 0 or len(surds) != 1:
            return None
        (powers, inner), b = surds[0]
        if inner or not all(name.isdecimal() and power == Fraction(1, 2) for name, power in powers):
            return None
        square = a * a - b * b * math.prod(int(name) for name, _ in powers)
        if square < 0 or any(math.isqrt(n) ** 2 != n for n in (square.numerator, square.denominator)):
            return None
        d = Fraction(math.isqrt(square.numerator), math.isqrt(square.denominator))
        first, second = (self.power(self.number((a + s * d) / 2), self.number(Fraction(1, 2))) for s in (1, -1))
        return self.add(first, second if b > 0 else self.negative(second))

    def _factors(self, value: Fraction) -> dict[int, int]:
        """Factor the absolute value; what is left after small primes counts as a prime, or as the square of one."""
        result = dict(self._factored(abs(value.numerator)))
        for prime, power in self._factored(value.denominator).items():
            result[prime] = result.get(prime, 0) - power
        return result

    def _factored(self, n: int) -> dict[int, int]:
        if n not in self._primes:
            if n.bit_length() > MAX_BITS_FACTORED:
                raise BadAnswer("number too large to factor")
            found: dict[int, int] = {}
            rest, prime = n, 2
            while prime * prime <= rest and prime <= LARGEST_FACTOR_TRIED:
                while rest % prime == 0:
                    rest //= prime
                    found[prime] = found.get(prime, 0) + 1
                prime += 1 + prime % 2
            self._spend(1 + prime // 25)
            if rest > 1:
                root = math.isqrt(rest)
                found |= {root: 2} if root * root == rest else {rest: 1}
            self._primes[n] = found
        return self._primes[n]

    def _log(self, a: Sum) -> Quotient:
        if not a:
            raise BadAnswer("logarithm of zero")
        number, (powers, inner), factors = self._factored_sum(a)
        total = Quotient(sum_of(inner), ONE)
        for prime, times in self._factors(number).items():
            total = self.add(total, self.times(self.number(times), self._function("log", self.number(prime))))
        for name, power in powers:
            total = self.add(total, self.times(self.number(power), self._log_of_name(name)))
        for name, times in factors.items():
            total = self.add(total, self.times(self.number(times), self._function("log", self._arguments[name])))
        return total

    def _log_of_name(self, name: str) -> Quotient:
        if name == IMAGINARY:
            raise BadAnswer("logarithm of an imaginary number")
        if name[0] in "(|":
            return self.log(self._arguments[name])
        return self._function("log", self.number(int(name)) if name.isdecimal() else self.name(name))

    def _function(self, function: str, argument: Quotient) -> Quotient:
        return self.name(self._name(function, argument))

    def _name(self, function: str, argument: Quotient) -> str:
        top, bottom = (tuple(sorted(s.items())) for s in argument)
        self._spend(5 * (len(top) + len(bottom)))
        name = self._names.setdefault((function, top, bottom), f"{function}{len(self._names)}")
        self._arguments[name] = argument
        return name

    def _simplified(self, a: Quotient) -> Quotient:
        """Return a quotient without a bottom where it divides the top, else with a bottom that starts with 1."""
        if a.bottom == ONE:
            return a
        if len(a.bottom) > 1 and (whole := quotient(a.top, a.bottom, self._spend)) is not None:
            return Quotient(whole, ONE)
        first = 1 / a.bottom[min(a.bottom)]
        return Quotient(scaled(a.top, first), scaled(a.bottom, first))

    def _derivative(self, a: Sum, variable: str) -> Quotient:
        total = Quotient({}, ONE)
        for monomial, coefficient in a.items():
            rate = self._derivative(sum_of(monomial[1]), variable) if monomial[1] else Quotient({}, ONE)
            for name, power in monomial[0]:
                change = self._logarithmic_derivative(name, variable)
                if change.top:
                    rate = self.add(rate, self.times(self.number(power), change))
            if rate.top:
                total = self.add(total, self.times(rate, Quotient({monomial: coefficient}, ONE)))
        return total

    def _logarithmic_derivative(self, name: str, variable: str) -> Quotient:
        """Return the derivative of a generator, divided by it."""
        if name == variable:
            return self._inverse(self.name(name))
        if name not in self._arguments:
            return Quotient({}, ONE)
        argument = self._arguments[name]
        change = self.derivative(argument, variable)
        if not change.top:
            return change
        one, square = Quotient(ONE, ONE), self.times(argument, argument)
        match name[:4]:
            case "asin":
                root = self.power(self.add(one, self.negative(square)), self.number(Fraction(1, 2)))
                change = self.divide(change, root)
            case "atan":
                change = self.divide(change, self.add(one, square))
            case _:
                change = self.divide(change, argument)
        return change if name[0] in "(|" else self.divide(change, self.name(name))


def _quotient(top: Sum, bottom: Sum) -> Quotient:
    """Return a quotient; roots of sums that depend on each other can multiply to zero, and 0/0 would equal all."""
    if not bottom:
        raise BadAnswer("division by zero")
    return Quotient(top, bottom)


def _bits(a: Sum) -> int:
    """Return the bits of the largest numerator or denominator."""
    return max((max(c.numerator.bit_length(), c.denominator.bit_length()) for c in a.values()), default=0)


def _is_even(power: Number) -> bool:
    """Whether a real number to this power, where it is real, is positive or zero."""
    return power.numerator % 2 == 0 or power.denominator % 2 == 0


def _sign_of_quadratic(a: Sum) -> int:
    """Return the sign of ``a*x**2 + b*x + c`` if it has no zero, else 0."""
    names = {name for powers, _ in a for name, _ in powers}
    if len(names) != 1 or any(inner for _, inner in a):
        return 0
    degrees = {powers[0][1] if powers else 0: c for (powers, _), c in a.items()}
    if not degrees.keys() <= {0, 1, 2}:
        return 0
    two, one, zero = (degrees.get(n, Fraction(0)) for n in (2, 1, 0))
    return (1 if two > 0 else -1) if one * one < 4 * two * zero else 0

"""Exact algebra on expressions, with bounds; nothing is evaluated by Python and nothing is a float.

A `Quotient` of two sums stands for an expression. A sum maps monomials to rational coefficients, and a monomial is a
product of powers of *generators* and of one power of e:

- variables, pi and the imaginary unit;
- fractional powers of primes and of sums that cannot be simplified: ``sqrt(12)`` is ``2 * 3**(1/2)``;
- logarithms of primes and of sums, arcsines, arctangents, absolute values;
- ``exp(P)``, P a sum: sines and cosines are sums of exponentials.

So equal numbers built of rationals, roots, pi and exponentials get equal forms, and so do trigonometric expressions
however they are written (powers, multiple angles, shifts): two expressions are the same if their difference is the
empty sum. Logarithms are read as those of the absolute value.
"""

import math
from fractions import Fraction
from typing import NamedTuple, TypeVar

from r1ci_env.errors import BadAnswer

MAX_BITS = 8_000
MAX_EXPONENT = 400
MAX_ROOT = 12
LARGEST_FACTOR_TRIED = 5_000
MAX_BITS_FACTORED = 160

IMAGINARY = "_i"
Number = Fraction | int  # exponents are whole numbers wherever they can be, which hash faster
Powers = tuple[tuple[str, Number], ...]
Monomial = tuple[Powers, tuple[tuple["Monomial", Number], ...]]
Sum = dict[Monomial, Fraction]

UNIT: Monomial = ((), ())
ONE: Sum = {UNIT: Fraction(1)}
Key = TypeVar("Key")
Value = TypeVar("Value", Fraction, Number)
_REDUCED = frozenset("_0123456789(")  # first letters of generators of which some power is simpler


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

    # Numbers and names

    def number(self, value: Fraction | int) -> Quotient:
        """Return a rational number."""
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            raise BadAnswer("number too large")
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

    def power(self, base: Quotient, exponent: Quotient) -> Quotient:
        """Return base ** exponent."""
        value = exponent.value
        if value is None:
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
            elif (
                sorted(names) == [IMAGINARY, "pi"]
                and len(monomial[0]) == 2
                and coefficient.denominator in (1, 2, 3, 4, 6)
            ):
                result = self.times(result, self._half_turns(coefficient))
            else:
                exponent[monomial] = int(coefficient) if coefficient.denominator == 1 else coefficient
        return self.times(result, Quotient({((), tuple(sorted(exponent.items()))): Fraction(1)}, ONE))

    def _half_turns(self, count: Fraction) -> Quotient:
        """Return exp(i * pi * count), for a count in quarters or sixths."""
        parts = 4 if count.denominator == 4 else 6
        cosine = self._root({UNIT: Fraction(2 if parts == 4 else 3)}, Fraction(1, 2))
        sine = cosine if parts == 4 else self.number(1)
        turn = self.divide(self.add(cosine, self.times(self.name(IMAGINARY), sine)), self.number(2))
        return self._whole_power(turn, int(count * parts) % (2 * parts))

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
        """Return ``asin`` or ``atan`` of a; a minus sign is taken out."""
        if not a.top:
            return a
        if a.top[min(a.top)] < 0:
            return self.negative(self._function(name, self.negative(a)))
        return self._function(name, a)

    def absolute(self, a: Quotient) -> Quotient:
        """Return the absolute value."""
        value = a.value
        return self._function("abs", a) if value is None else self.number(abs(value))

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
            raise BadAnswer("too complicated")

    def _added(self, a: Sum, b: Sum) -> Sum:
        self._spend(1 + (len(a) + len(b)) // 8)
        result = dict(a)
        for monomial, coefficient in b.items():
            _accumulate(result, monomial, coefficient)
        return result

    def _times(self, a: Sum, b: Sum) -> Sum:
        if a == ONE:
            return b
        if b == ONE:
            return a
        result: Sum = {}
        for x, p in a.items():
            for y, q in b.items():
                monomial, factor, sums = self._product(x, y)
                coefficient = p * q if factor == 1 else p * q * factor
                if not sums:
                    _accumulate(result, monomial, coefficient)
                    continue
                expanded: Sum = {monomial: coefficient}
                for other in sums:
                    expanded = self._times(expanded, other)
                for m, c in expanded.items():
                    _accumulate(result, m, c)
        for c in result.values():
            if c.numerator.bit_length() > MAX_BITS or c.denominator.bit_length() > MAX_BITS:
                raise BadAnswer("number too large")
        return result

    def _product(self, x: Monomial, y: Monomial) -> tuple[Monomial, Fraction | int, list[Sum]]:
        """Return the product of two monomials as a monomial, a number and sums."""
        self._spend(1 + len(x[0]) + len(y[0]) + 4 * (len(x[1]) + len(y[1])))
        powers = dict(x[0])
        for name, power in y[0]:
            _accumulate(powers, name, power)
        factor, sums = self._reduce(powers) if any(name[0] in _REDUCED for name in powers) else (1, [])
        exponent = x[1] or y[1]
        if x[1] and y[1]:
            merged = dict(x[1])
            for monomial, coefficient in y[1]:
                _accumulate(merged, monomial, coefficient)
            exponent = tuple(sorted(merged.items()))
        ordered = tuple(sorted(powers.items())) if len(powers) > 1 else tuple(powers.items())
        return (ordered, exponent), factor, sums

    def _reduce(self, powers: dict[str, Number]) -> tuple[Fraction, list[Sum]]:
        """Take whole powers of primes, roots and the imaginary unit out of ``powers``."""
        factor, sums = Fraction(1), []
        for name in [n for n in powers if n[0] in _REDUCED]:
            power = powers[name]
            if name == IMAGINARY:
                turns = power.numerator % 4
                factor *= -1 if turns >= 2 else 1
                rest: Number = turns % 2
            else:
                whole = math.floor(power)
                rest = power - whole
                if whole and name[0] == "(":
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
        inverted = tuple((name, -power) for name, power in powers if name[0] != "(")
        monomial, factor, _ = self._product((inverted, tuple((m, -c) for m, c in exponent)), UNIT)
        result = Quotient(self._times(a.bottom, {monomial: factor / coefficient}), ONE)
        for name, power in powers:
            if name[0] == "(":  # 1 / u**p is u**(1 - p) / u
                root: Sum = {(((name, 1 - power),), ()): Fraction(1)}
                result = Quotient(self._times(result.top, root), self._times(result.bottom, self._arguments[name].top))
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

    # Roots, logarithms and other functions

    def _root(self, base: Sum, exponent: Fraction) -> Quotient:
        """Return a fractional power of a sum that is not empty; variables count as positive."""
        if len(base) > 1:
            return self._root_of_sum(base, exponent)
        ((powers, inner), coefficient), *_ = base.items()
        result = Quotient(ONE, ONE)
        if coefficient < 0 and exponent.denominator % 2:
            result = self.number((-1) ** exponent.numerator)
        elif coefficient < 0:
            if exponent.denominator > 2:
                raise BadAnswer("even root of a negative number")
            result = self._whole_power(self.name(IMAGINARY), exponent.numerator)
        scaled: dict[str, Number] = {
            str(prime): power * exponent for prime, power in self._factors(coefficient).items()
        }
        for name, power in powers:
            if name == IMAGINARY:
                raise BadAnswer("root of an imaginary number")
            _accumulate(scaled, name, power * exponent)
        negative = [(n, p) for n, p in scaled.items() if n[0] == "(" and p < 0]
        for name, power in negative:
            del scaled[name]
            result = self.divide(result, self._root(self._arguments[name].top, Fraction(-power)))
        power_of: Monomial = (tuple(scaled.items()), tuple((m, c * exponent) for m, c in inner))
        monomial, factor, sums = self._product(power_of, UNIT)
        result = self.times(result, Quotient({monomial: Fraction(factor)}, ONE))
        for other in sums:
            result = self.times(result, Quotient(other, ONE))
        return result

    def _root_of_sum(self, base: Sum, exponent: Fraction) -> Quotient:
        content = _content(base)
        rest = {m: c / content for m, c in base.items()}
        outside = self._root({UNIT: content}, exponent)
        if exponent.denominator == 2 and (simple := self._square_root_of_surd(rest)):
            return self.times(outside, self._whole_power(simple, exponent.numerator))
        name = self._name("(", Quotient(rest, ONE))
        whole = math.floor(exponent)
        root: Sum = {(((name, exponent - whole),), ()): Fraction(1)}
        return self.times(self.times(outside, Quotient(root, ONE)), self._whole_power(Quotient(rest, ONE), whole))

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
        coefficient = _content(a)
        common: dict[str, Number] = {}
        for name, power in next(iter(a))[0]:
            least = min(dict(powers).get(name, 0) for powers, _ in a)
            if len(a) == 1 or (least > 0 and name[0] not in _REDUCED):
                common[name] = power if len(a) == 1 else least
        total = Quotient({}, ONE)
        for prime, times in self._factors(coefficient).items():
            total = self.add(total, self.times(self.number(times), self._function("log", self.number(prime))))
        for name, power in common.items():
            total = self.add(total, self.times(self.number(power), self._log_of_name(name)))
        if len(a) == 1:
            return self.add(total, Quotient(_sum_of(next(iter(a))[1]), ONE))
        sign = 1 if a[min(a)] > 0 else -1
        divisor: Monomial = (tuple((name, -power) for name, power in common.items()), ())
        rest = self._times({m: sign * c / coefficient for m, c in a.items()}, {divisor: Fraction(1)})
        return self.add(total, self._function("log", Quotient(rest, ONE)))

    def _log_of_name(self, name: str) -> Quotient:
        if name == IMAGINARY:
            raise BadAnswer("logarithm of an imaginary number")
        if name[0] == "(" or name.startswith("abs"):
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

    def _derivative(self, a: Sum, variable: str) -> Quotient:
        total = Quotient({}, ONE)
        for monomial, coefficient in a.items():
            rate = self._derivative(_sum_of(monomial[1]), variable) if monomial[1] else Quotient({}, ONE)
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
            case _ if name.startswith("abs"):
                raise BadAnswer("an absolute value outside a logarithm")
            case _:
                change = self.divide(change, argument)
        return change if name[0] == "(" else self.divide(change, self.name(name))


def _quotient(top: Sum, bottom: Sum) -> Quotient:
    """Return a quotient; roots of sums that depend on each other can multiply to zero, and 0/0 would equal all."""
    if not bottom:
        raise BadAnswer("division by zero")
    return Quotient(top, bottom)


def _accumulate(into: dict[Key, Value], key: Key, value: Value) -> None:
    """Add to an entry; entries of zero go."""
    total = into[key] + value if key in into else value
    if total:
        into[key] = total
    else:
        into.pop(key, None)


def _sum_of(exponent: tuple[tuple[Monomial, Number], ...]) -> Sum:
    return {monomial: Fraction(coefficient) for monomial, coefficient in exponent}


def _content(a: Sum) -> Fraction:
    """Return the largest positive rational whose multiples all coefficients are."""
    values = a.values()
    return Fraction(math.gcd(*(v.numerator for v in values)), math.lcm(*(v.denominator for v in values)))

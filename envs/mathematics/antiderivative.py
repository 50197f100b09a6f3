"""Whether an answer is an antiderivative: it is differentiated in exact algebra and compared with the integrand."""

import re

from r1ci_env.envs.mathematics.algebra import Algebra
from r1ci_env.envs.mathematics.notation import MAX_CHARS, letters, read
from r1ci_env.errors import BadAnswer

MAX_FORMS = 4
_NAME = re.compile(r"\s*[A-Za-z](?:\s*\(\s*[A-Za-z]\s*\))?\s*", re.ASCII)
_INTEGRAL = re.compile(r"\s*(?:∫|\\int(?![a-z]))(.{1,600}?)(?:\\,|\s)*d\s?([A-Za-z])\s*", re.ASCII | re.S)
_CONSTANT = re.compile(r"([CcKk])(?:_\{?\d\}?|[₀-₉])")
_CONSTANT_IN_WORDS = re.compile(r"\+\s*(?:\\(?:text|mathrm)\s*\{\s*)?const(?:ant)?\.?\s*\}?\s*$", re.I)
_REMARK = re.compile(
    r",?\s?[(,]?\s?(?:where|with|for(?:\sany)?)?\s?(?:\$|\\\()?[CcKk](?:\$|\\\))?\s(?:is|=|as|∈|\\in)?\s?(?:an?\s|the\s|any\s)?"
    r"(?:arbitrary\s|real\s|integration\s){0,2}(?:constant(?:\sof\sintegration)?|number|ℝ|\\mathbb\{R\})\)?\.?$",
    re.I,
)
_CONSTANTS = frozenset("CcKk")


def is_antiderivative(answer: str, integrand: str, variable: str) -> bool:
    """Whether the derivative of the answer is the integrand; a constant may be added, such as ``C``.

    Several forms may be joined by equals signs; before the first may stand a name or the integral itself.

    Raises:
        BadAnswer: the answer cannot be read, or holds letters that mean nothing.
    """
    if len(answer) > MAX_CHARS:
        raise BadAnswer("too long")
    algebra, answer = Algebra(), _REMARK.sub("", answer)
    first, *others = _CONSTANT_IN_WORDS.sub("+ C", _CONSTANT.sub(r"\1", answer)).split("=", MAX_FORMS)
    forms = [first, *others]
    if others and _NAME.fullmatch(first) and first.strip() != variable:
        forms = others
    elif others and (integral := _INTEGRAL.fullmatch(first)):
        if integral[2] != variable or not _same(algebra, integral[1], integrand, variable):
            raise BadAnswer("another integral")
        forms = others
    if any(letters(form) - _CONSTANTS - {variable, "e", "E"} for form in forms):
        raise BadAnswer("a letter that means nothing")
    return algebra.settled(lambda: all(_integrates(algebra, form, integrand, variable) for form in forms))


def _same(algebra: Algebra, first: str, second: str, variable: str) -> bool:
    return algebra.settled(lambda: algebra.equal(*(read(text, algebra, {variable}) for text in (first, second))))


def _integrates(algebra: Algebra, form: str, integrand: str, variable: str) -> bool:
    derivative = algebra.derivative(read(form, algebra, {variable}), variable)
    return algebra.equal(derivative, read(integrand, algebra, {variable}))

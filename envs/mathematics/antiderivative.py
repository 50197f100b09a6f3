"""Whether an answer is an antiderivative: it is differentiated in exact algebra and compared with the integrand."""

import re

from r1ci_env.envs.answers import unwrap
from r1ci_env.envs.mathematics.algebra import Algebra
from r1ci_env.envs.mathematics.notation import letters, read
from r1ci_env.errors import BadAnswer

_LABEL = re.compile(r"\s*(?:[A-Za-z](?:\([A-Za-z]\))?|(?:∫|\\int).{0,300}\bd[A-Za-z])\s*=", re.ASCII)
_CONSTANTS = frozenset("CcKk")


def is_antiderivative(answer: str, integrand: str, variable: str) -> bool:
    """Whether the derivative of the answer is the integrand; a constant may be added, such as ``C``.

    Raises:
        BadAnswer: the answer cannot be read, or holds letters that mean nothing.
    """
    text = unwrap(answer)
    label = _LABEL.match(text)
    text = re.sub(r"([CcKk])_\{?[0-9]\}?", r"\1", text[label.end() :] if label else text)
    if letters(text) - _CONSTANTS - {variable, "e", "E"}:
        raise BadAnswer("a letter that means nothing")
    algebra = Algebra()
    derivative = algebra.derivative(read(text, algebra, {variable}), variable)
    return algebra.equal(derivative, read(integrand, algebra, {variable}))

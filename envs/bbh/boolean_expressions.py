"""BooleanExpressions: the truth value of an expression of and, or and not."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.task import Problem, Task

LEAVES = {1: (3, 4), 2: (5, 7), 3: (8, 12), 4: (14, 20), 5: (24, 36)}
"""Fewest and most constants."""


class BooleanExpressions(Task):
    """Evaluate a Boolean expression.

    Description:
        An expression of True, False, and, or, not and brackets is given; its value is asked for.

    Answer format:
        ``True`` or ``False``.

    Levels:
        3 to 4 constants at level 1, as in the original; 24 to 36 constants in nested brackets at level 5.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        BIG-Bench Hard boolean_expressions, with the same grammar and precedence (not, then and, then or), which the
        question states. Operators and constants are drawn so that how often each occurs tells nothing of the value.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the value, then a tree that has it."""
        wanted = rng.random() < 0.5
        expression = _expression(rng, rng.randint(*LEAVES[level]), wanted)
        question = (
            f"{expression} is\n"
            "Say whether this Boolean expression is True or False; not binds most, then and, then or. Give the value "
            "in triple angle brackets, <<<True>>> or <<<False>>>."
        )
        return self.new_problem(level, question, {"expression": expression}, str(wanted))

    def program(self, problem: Problem) -> str:
        """Print the expression, whose operators bind in Python as the question says."""
        return f"value = {self.instance(problem)['expression']}\nprint(value)\n"

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "True", "False") == problem.answer

    def size(self, problem: Problem) -> float:
        """Length of the expression."""
        return len(problem.data["expression"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take what stands before ``is``."""
        return original_problem(self, item, {"expression": str(item["input"]).removesuffix(" is")})


def _expression(rng: random.Random, leaves: int, value: bool, within: str = "or") -> str:
    """Return an expression of a value, which may stand as it is beside an operator ``within``.

    Whether there is a "not" before a part, and which operator joins its parts, does not depend on the value.
    """
    if leaves == 1:
        denials = rng.choice((0, 0, 1, 1, 1, 2))
        return "not " * denials + str(value != bool(denials % 2))
    denied = rng.random() < 0.5
    value = value != denied
    operator = rng.choice(("and", "or"))
    values = [value, value]
    if value == (operator == "or"):  # one part alone settles the value
        values[rng.randrange(2)] = rng.random() < 0.5
    left = rng.randint(max(1, leaves // 4), leaves - max(1, leaves // 4))
    parts = [_expression(rng, n, v, operator) for n, v in zip((left, leaves - left), values, strict=True)]
    joined = f" {operator} ".join(parts)
    bare = not denied and (operator, within) != ("or", "and") and rng.random() < 0.5
    return joined if bare else f"{'not ' * denied}( {joined} )"


def read(question: str) -> dict[str, Any]:
    """Read the expression before ``is``.

    Raises:
        ValueError: it has other words, or a bracket that is open or closed too often.
    """
    expression = question.split(" is")[0].strip()
    one = r"(?:not |\( )*(?:True|False)(?: \))*"
    if not re.fullmatch(rf"{one}(?: (?:and|or) {one})*", expression) or expression.count("(") != expression.count(")"):
        raise ValueError(f"{expression!r:.200} is no expression")
    return {"expression": expression}


def solve(expression: str) -> str:
    """Replace the innermost brackets by their values until one value is left."""
    text = f"( {expression} )"
    while "(" in text:
        start = text.rindex("(")
        end = text.index(")", start)
        value = False
        for part in text[start + 1 : end].split(" or "):
            terms = [term.split() for term in part.split(" and ")]
            value = value or all((term.count("not") % 2 == 1) == (term[-1] == "False") for term in terms)
        text = f"{text[:start]}{value}{text[end + 1 :]}"
    return text

"""BooleanExpressions: the truth value of an expression of and, or and not."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.task import Problem, Task

LEAVES = {1: (3, 4), 2: (5, 7), 3: (8, 12), 4: (14, 20), 5: (24, 36)}
DEPTH = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6}


class BooleanExpressions(Task):
    """Evaluate a Boolean expression.

    Description:
        An expression of True, False, and, or, not and brackets is given; its value is asked for.

    Answer format:
        ``True`` or ``False``.

    Levels:
        3 to 4 constants at level 1, as in the original; up to 24 to 36 constants nested 6 deep at level 5.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        BIG-Bench Hard boolean_expressions, with the same grammar and precedence (not, then and, then or).
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a tree; draw its value first, so that both are equally likely."""
        wanted = rng.random() < 0.5
        while True:
            expression = _expression(rng, rng.randint(*LEAVES[level]), DEPTH[level])
            if _value(expression) == wanted:
                break
        question = (
            f"{expression} is\n"
            "Say whether this Boolean expression is True or False: give the value in triple angle brackets, "
            "<<<True>>> or <<<False>>>."
        )
        return self.new_problem(level, question, {"expression": expression}, str(wanted))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "True", "False") == problem.answer

    def size(self, problem: Problem) -> float:
        """Length of the expression."""
        return len(problem.data["expression"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take what stands before ``is``."""
        return original_problem(self, item, {"expression": item["input"].removesuffix(" is")})


def _expression(rng: random.Random, leaves: int, depth: int) -> str:
    if leaves == 1:
        return "not " * rng.choice((0, 0, 1, 1, 2)) + rng.choice(("True", "False"))
    if depth == 0:
        return f" {rng.choice(('and', 'or'))} ".join(_expression(rng, 1, 0) for _ in range(leaves))
    left = rng.randint(1, leaves - 1)
    joined = (
        f"{_expression(rng, left, depth - 1)} {rng.choice(('and', 'or'))} {_expression(rng, leaves - left, depth - 1)}"
    )
    prefix = "not " * rng.choice((0, 0, 1))
    return f"{prefix}( {joined} )" if prefix or rng.random() < 0.6 else joined


def _value(expression: str) -> bool:
    """Evaluate by recursive descent: or binds least, then and, then not."""
    tokens = re.findall(r"True|False|and|or|not|[()]", expression)[::-1]

    def disjunction() -> bool:
        value = conjunction()
        while tokens and tokens[-1] == "or":
            tokens.pop()
            value = conjunction() or value
        return value

    def conjunction() -> bool:
        value = negation()
        while tokens and tokens[-1] == "and":
            tokens.pop()
            value = negation() and value
        return value

    def negation() -> bool:
        token = tokens.pop()
        if token == "not":
            return not negation()
        if token == "(":
            value = disjunction()
            tokens.pop()
            return value
        return token == "True"

    return disjunction()


def solve(question: str) -> str:
    """Evaluate what stands before ``is``."""
    return str(_value(question.split(" is")[0]))

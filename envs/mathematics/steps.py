"""Expressions as lines of a program: brackets get names where one line would be too long or nested too deeply."""

import re

LONGEST = 59
"""Characters of an expression that stand on one line."""


def in_steps(expression: str, deepest: int = 3) -> str:
    """Return lines of Python that compute ``value``.

    Args:
        expression: In Python's notation, its brackets round.
        deepest: How many brackets may close side by side.
    """
    parts: list[str] = []

    def name(match: re.Match[str]) -> str:
        parts.append(match[0][1:-1])
        return f"part{len(parts)}"

    while len(expression) > LONGEST or ")" * (deepest + 1) in expression:
        shorter = re.sub(r"\([^()]*\)", name, expression)
        if shorter == expression:
            break
        expression = shorter
    return "".join(f"part{i} = {part}\n" for i, part in enumerate(parts, 1)) + f"value = {expression}\n"

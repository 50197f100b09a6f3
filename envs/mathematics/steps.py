"""Expressions as lines of a program: split where one line would be too long or nested too deeply."""

import re

LONGEST = 58
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


def in_lines(expression: str) -> str:
    """Return a sum in Python's notation, if it is long with one term on each line, in brackets."""
    if len(expression) <= LONGEST:
        return expression
    lines, depth = ["    "], 0
    for word in expression.split(" "):
        if word in ("+", "-") and depth == 0:
            lines.append("   ")
        lines[-1] += f" {word}"
        depth += word.count("(") - word.count(")")
    return "\n".join(["(", "    " + lines[0].strip(), *lines[1:], ")"])

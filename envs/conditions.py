"""Logical formulas as conditions of Python, for programs that state the clues of a puzzle."""

from typing import Any

Formula = Any
"""A name or a comparison as text, or a list: ``["not", f]``, ``["and", f, ...]``, ``["or", f, ...]``, ``["if", f, g]``,
``["iff", f, g]``."""

OR, AND, NOT, COMPARED, NAME = range(1, 6)
"""What a condition is at the top, in the order of how strongly it binds."""


def condition(formula: Formula, within: int = OR) -> str:
    """Return a formula as a condition, in brackets where it binds less than ``within`` asks for."""
    text, binds = _written(formula)
    return text if binds >= within else f"({text})"


def _written(formula: Formula) -> tuple[str, int]:
    if isinstance(formula, str):
        return formula, NAME if formula.isidentifier() else COMPARED
    kind, *parts = formula
    if len(parts) == 1 and kind in ("and", "or"):
        return _written(parts[0])
    if kind == "not":
        match parts[0]:
            case ["and" | "or", only]:
                return _written(["not", only])
            case ["not", denied]:
                return _written(denied)
            case ["if", left, right]:
                return _written(["and", left, ["not", right]])
            case ["iff", left, right]:
                return f"{condition(left, NAME)} != {condition(right, NAME)}", COMPARED
        return f"not {condition(parts[0], NOT)}", NOT
    if kind == "if":
        return _written(["or", ["not", parts[0]], parts[1]])
    if kind == "iff":
        return " == ".join(condition(part, NAME) for part in parts), COMPARED
    binds = AND if kind == "and" else OR
    return f" {kind} ".join(condition(part, binds) for part in parts), binds

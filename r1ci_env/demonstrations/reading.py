"""Programs whose output is not yet the answer: it has to be read."""

import ast
import random
import re
from typing import Final

from r1ci_env.demonstrations.variety import SOLVING, printed

LABELS: Final = ("result:", "answer:", "solution:", "result =", "answer =", "final answer:")


def read_later(program: str, rng: random.Random) -> tuple[str, str] | None:
    """Return the program with its result labelled, behind other values, or as Python writes it, and which of these.

    Which it is, ``label``, ``last`` or ``quoted``, is the role of what is to be said about the output. None where the
    program does not print one value at its end.
    """
    tree = ast.parse(program)
    value = printed(tree)
    if value is None:
        return None
    source = ast.get_source_segment(program, value) or ""
    lines = program.splitlines()[: tree.body[-1].lineno - 1]
    match rng.randrange(3):
        case 0:
            role, last = "label", [f'print("{rng.choice(LABELS)}", {source})']
        case 1 if names := _intermediate(tree):
            role, last = "last", [*(f'print("{name}:", {name})' for name in names[-2:]), f"print({source})"]
        case _ if isinstance(value, ast.Name):
            role, last = "quoted", [f"print(repr({source}))"]
        case _:
            name = rng.choice([name for name in SOLVING.results if not re.search(rf"\b{name}\b", program)])
            role, last = "quoted", [f"{name} = {source}", f"print(repr({name}))"]
    return "\n".join([*lines, *last]) + "\n", role


def _intermediate(tree: ast.Module) -> list[str]:
    """Return the names of values that were computed at the top, other than what is printed."""
    names: list[str] = []
    last = {n.id for n in ast.walk(tree.body[-1]) if isinstance(n, ast.Name)}
    for statement in tree.body[:-1]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if any(isinstance(n, ast.Name) for n in ast.walk(value)) and name not in last | set(names):
                    names.append(name)
    return names

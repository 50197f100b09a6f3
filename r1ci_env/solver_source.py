"""The source of a function with everything of its module that it needs, and nothing else."""

import ast
import inspect
import sys
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def program_source(function: Callable[..., Any]) -> str:
    """Return a program that defines ``function`` and the module-level names it reaches.

    Functions, classes, constants and imports of the same module are followed; so a solver may use helpers and
    tables beside it. Modules of this package are not at hand where the program runs.

    Raises:
        ValueError: the function reaches an import of ``r1ci_env``.
    """
    module = sys.modules[function.__module__]
    source = inspect.getsource(module)
    definitions: dict[str, ast.stmt] = {}
    for statement in ast.parse(source).body:
        for name in _bound_names(statement):
            definitions[name] = statement

    needed: set[ast.stmt] = set()
    queue = [function.__name__]
    while queue:
        statement = definitions.get(queue.pop())  # type: ignore[assignment]
        if statement is None or statement in needed:
            continue
        needed.add(statement)
        queue += [n.id for n in ast.walk(statement) if isinstance(n, ast.Name)]

    lines = source.splitlines()
    parts = []
    for statement in sorted(needed, key=lambda s: s.lineno):
        text = "\n".join(lines[_first_line(statement) - 1 : statement.end_lineno])
        if isinstance(statement, ast.Import | ast.ImportFrom) and "r1ci_env" in text:
            raise ValueError(f"{function.__name__} of {module.__name__} needs {text!r}: solvers stand alone.")
        parts.append(text)
    return "\n".join(parts)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _bound_names(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            return [statement.name]
        case ast.Import() | ast.ImportFrom():
            return [alias.asname or alias.name.split(".")[0] for alias in statement.names]
        case ast.Assign(targets=targets):
            return [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []

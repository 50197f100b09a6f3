"""Programs for word problems: the formulas of their wordings, with the numbers in place of the slots."""

import ast
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from r1ci_env.envs.wording.word_problems import LETTERS, Story, Wording, shown
from r1ci_env.programs import literal


def program_of(stories: Sequence[Story], total: Mapping[str, int], table: Sequence[Wording]) -> str:
    """Return a program that works out the formulas with their numbers."""
    lines: list[str] = []
    for letter, (index, numbers) in zip(LETTERS, stories, strict=False):
        formula = table[index].formula
        written = {slot: _written(slot, number) for slot, number in numbers.items()}
        lines += [f"letters = {literal(word)}" for slot, word in numbers.items() if slot[0] == "t"]
        *before, value = (_filled_in(statement, formula, written) for statement in _statements(formula))
        lines += [*before, f"{letter.lower()} = {value}"]
    if len(stories) > 1:
        terms = [(f"{factor} * {letter.lower()}", factor) for letter, factor in total.items()]
        value = " ".join(
            f"{'-' if factor < 0 else '+'} {term.lstrip('-').removeprefix('1 * ')}" for term, factor in terms
        )
        value = value.removeprefix("+ ")
    else:
        lines.pop()
    if value.endswith(")))"):  # print would close a fourth bracket
        lines.append(f"answer = {value}")
        value = "answer"
    lines.append(f"print({value})\n")
    body = "\n".join(lines)
    imports = _imports(table[0].formula.__module__, body)
    return f"{imports}\n\n{body}" if imports else body


def _written(slot: str, number: int | Fraction | str) -> str:
    if isinstance(number, str):
        return "letters" if slot[0] == "t" else number.strip("[]").lower()
    return f"Fraction({literal(shown(slot, number))})" if isinstance(number, Fraction) else str(number)


@cache
def _tree(module: str) -> tuple[str, ast.Module]:
    source = inspect.getsource(sys.modules[module])
    return source, ast.parse(source)


def _statements(formula: Callable[..., Any]) -> list[ast.AST]:
    """Return the statements of a formula, the last of which is its value."""
    tree = _tree(formula.__module__)[1]
    line = formula.__code__.co_firstlineno
    if formula.__name__ != "<lambda>":
        (definition,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.lineno == line)
        *before, last = definition.body
        assert isinstance(last, ast.Return) and last.value is not None
        return [*before, last.value]
    lambdas = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda) and node.lineno == line]
    return [min(lambdas, key=lambda node: node.col_offset).body]  # a condition may follow on the same line


def _filled_in(statement: ast.AST, formula: Callable[..., Any], written: Mapping[str, str]) -> str:
    """Return a statement with numbers in place of the slots."""
    source = _tree(formula.__module__)[0]
    text = (ast.get_source_segment(source, statement) or "").splitlines()
    assert isinstance(statement, ast.expr | ast.stmt)
    names = [n for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id in written]
    for name in sorted(names, key=lambda n: (n.lineno, n.col_offset), reverse=True):
        row = name.lineno - statement.lineno
        start = name.col_offset - (statement.col_offset if row == 0 else 0)
        text[row] = text[row][:start] + written[name.id] + text[row][start + len(name.id) :]
    first, *others = text
    return "\n".join([first, *(line.removeprefix(" " * statement.col_offset) for line in others)])


def _imports(module: str, body: str) -> str:
    """Return the imports of a module that a program needs; our own `sqrt` and `pi` are sympy's there."""
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    lines = []
    for statement in _tree(module)[1].body:
        if isinstance(statement, ast.ImportFrom):
            names = [alias.name for alias in statement.names if alias.name in used]
            source = "sympy" if str(statement.module).endswith(".exact") else statement.module
            lines += [f"from {source} import {', '.join(names)}"] * bool(names)
    return "\n".join(sorted(lines))

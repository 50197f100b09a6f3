"""Rules of a library as plain source, for programs that apply the rule that examples show.

A step of a library is a function, a lambda, a partial of one, or what a function that makes steps returned. Its source
is looked up, and what it was made from is put into its place: the numbers that it was given, and the bodies of the
lambdas that it calls. So a rule is written once, in the library, and reads as if written for the problem at hand.
"""

import ast
import builtins
import copy
import inspect
import random
import re
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from types import FunctionType
from typing import Any

from r1ci_env.programs import literal

Step = Callable[[Any], Any]

LEAST_ALIKE = 0.5
"""Share of cells in which what a wrong rule makes of the first example must agree with its output, to be thought of."""


def rule_program(
    module: str,
    steps: Sequence[Step],
    instance: Mapping[str, Any],
    show: str,
    reader: Step | None = None,
    refuted: bool = False,
) -> str:
    """Return a program that tests a rule on examples, and applies it.

    Args:
        module: Name of the module of the library.
        steps: The steps of the rule.
        instance: ``examples``, a list of pairs, and ``test``.
        show: The line that prints what ``rule`` makes of ``test``.
        reader: What makes a thing of the library from one of the instance, if they differ: a function of the module.
        refuted: Whether the program is to print on which example the rule fails, instead of an assertion.
    """
    imports, definitions = rule_source(module, steps, [reader] if reader else [])
    examples = "".join(f"    {literal(pair)},\n" for pair in instance["examples"])
    head = f"examples = [\n{examples}]\ntest = {literal(instance['test'])}"
    before, after = (f"{reader.__name__[1:]}({name})" if reader else name for name in ("before", "after"))
    if refuted:
        end = (
            "for number, (before, after) in enumerate(examples, 1):\n"
            f"    if rule({before}) != {after}:\n"
            '        print("fails on example", number)\n'
            "        break\n"
            f"else:\n{textwrap.indent(show, '    ')}"
        )
    else:
        end = f"assert all(rule({before}) == {after} for before, after in examples)\n{show}"
    return "\n\n".join(["\n".join([*imports, head]), *definitions, end]) + "\n"


def near_misses(
    module: str, library: Mapping[str, Step], right: Sequence[Step], examples: Sequence[tuple[Any, Any]], seed: str
) -> list[str]:
    """Return one or two steps that look as if they fit the examples, and do not: the better one last.

    They fit the first examples, or what they make of one is nearly right; and they are short, or no longer than the
    right rule.
    """
    size = len("".join(rule_source(module, right)[1]))
    scores = []
    for name, step in library.items():
        results = [step(before) for before, _ in examples]
        fits = [result == after for result, (_, after) in zip(results, examples, strict=True)]
        if not all(fits):
            first = fits.index(False)
            alike = _alike(results[first], examples[first][1])
            if first or alike > LEAST_ALIKE:
                scores.append((first, alike, name))
    best = [name for *_, name in sorted(scores, reverse=True)[:6]]
    short = [name for name in best if len("".join(rule_source(module, [library[name]])[1])) <= max(size, 300)]
    return short[: random.Random(seed).choice((1, 1, 2))][::-1]


def _alike(one: Any, other: Any) -> float:
    """Return the share of cells in which two rows, or grids, agree; 0 for those of different shape."""
    if len(one) != len(other):
        return 0.0
    if one and not isinstance(one[0], int):
        return sum(_alike(a, b) for a, b in zip(one, other, strict=True)) / len(one)
    return sum(a == b for a, b in zip(one, other, strict=True)) / max(len(one), 1)


def rule_source(module: str, steps: Sequence[Step], also: Sequence[Step] = ()) -> tuple[list[str], list[str]]:
    """Return the imports and the definitions of a function ``rule`` that takes one step after the other.

    Private names lose their underscore where that clashes with nothing.

    Args:
        module: Name of the module of the library.
        steps: Some of its steps, each of one argument.
        also: Functions of the module that are defined, too.
    """
    made = [_definition(step, "rule") for step in steps]
    parameter = made[0].args.args[0].arg
    if len(made) == 1:
        rules = made
    elif all(len(rule.body) == 1 and rule.args.args[0].arg == parameter for rule in made):
        rules = [made[-1]]
        rules[0].body[:0] = [
            ast.parse(f"{parameter} = {ast.unparse(rule.body[0].value)}").body[0]  # type: ignore[attr-defined]
            for rule in made[:-1]
        ]
    else:
        names = ("first", "second", "third")[: len(made)]
        applied = parameter
        for rule, name in zip(made, names, strict=True):
            rule.name, applied = name, f"{name}({applied})"
        whole = ast.parse(f"def rule({parameter}):\n    return {applied}").body[0]
        assert isinstance(whole, ast.FunctionDef)
        rules = [*made, whole]
    more = [_definition(function, function.__name__) for function in also]
    imports, helpers = _needed(module, [*more, *rules])
    definitions = [_text(_Tidy().visit(rule)) for rule in [*more, *helpers, *rules]]
    words = set(re.findall(r"\w+", "\n".join(definitions))) | set(dir(builtins))
    for private in sorted(word for word in words if re.fullmatch(r"_[a-z]\w*", word) and word[1:] not in words):
        definitions = [re.sub(rf"\b{private}\b", private[1:], text) for text in definitions]
    return imports, definitions


def _inner(step: Any) -> Any:
    """Return the function of a step that is partial."""
    return _inner(step.func) if isinstance(step, partial) else step


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(sys.modules[module]))


def _node(function: FunctionType) -> ast.FunctionDef | ast.Lambda:
    """Return the definition of a function, or a lambda, in the source of its module."""
    code = function.__code__
    found = [
        node
        for node in ast.walk(_tree(function.__module__))
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        and min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]) == code.co_firstlineno
    ]
    if len(found) > 1:  # lambdas in one line: that is meant whose body begins where the code does
        spans = [(line, column) for line, _, column, end in code.co_positions() if line is not None and end]
        begin = min(spans)
        lambdas = [node for node in found if isinstance(node, ast.Lambda)]
        found = [node for node in lambdas if (node.body.lineno, node.body.col_offset) == begin]
    return found[0]


def _resolved(step: Step) -> tuple[ast.FunctionDef | ast.Lambda, dict[str, Any]]:
    """Return the node of a step, and what the names are bound to that it was made with."""
    if isinstance(step, partial):
        node, bound = _resolved(step.func)
        free = [argument.arg for argument in node.args.args]
        return node, bound | dict(zip(free, step.args, strict=False)) | step.keywords
    assert isinstance(step, FunctionType)
    return copy.deepcopy(_node(step)), dict(inspect.getclosurevars(step).nonlocals)


def _definition(step: Step, name: str) -> ast.FunctionDef:
    """Return a step as the definition of a function of one argument."""
    if not isinstance(step, FunctionType | partial):
        made = ast.parse(f"def {name}(xs):\n    return {step.__name__}(xs)").body[0]
        assert isinstance(made, ast.FunctionDef)
        return made
    node, bound = _resolved(step)
    body = [ast.Return(node.body)] if isinstance(node, ast.Lambda) else _statements(node)
    free = [ast.arg(argument.arg) for argument in node.args.args if argument.arg not in bound]
    arguments = ast.arguments([], free, None, [], [], None, [])
    whole = ast.FunctionDef(name, arguments, [_Inline(bound).visit(s) for s in body], [], None, lineno=0)
    return ast.fix_missing_locations(whole)


def _statements(definition: ast.FunctionDef) -> list[ast.stmt]:
    return definition.body[1:] if ast.get_docstring(definition) else definition.body


class _Inline(ast.NodeTransformer):
    """Puts what names are bound to into their place."""

    def __init__(self, bound: dict[str, Any]) -> None:
        self.bound = bound

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a name by its value."""
        if node.id not in self.bound or not isinstance(node.ctx, ast.Load):
            return node
        value = self.bound[node.id]
        if isinstance(value, ast.expr):
            return copy.deepcopy(value)
        if not callable(value):
            return ast.parse(repr(value), mode="eval").body
        if not isinstance(value, FunctionType) or value.__name__ != "<lambda>":
            return ast.Name(value.__name__, ast.Load())
        body, bound = _resolved(value)
        return _Inline(bound).visit(body)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Replace the call of a lambda by its body."""
        value = self.bound.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if not callable(value) or getattr(_inner(value), "__name__", "") != "<lambda>":
            return self.generic_visit(node)  # type: ignore[return-value]
        body, bound = _resolved(value)
        assert isinstance(body, ast.Lambda)
        free = [argument.arg for argument in body.args.args if argument.arg not in bound]
        arguments = [self.visit(argument) for argument in node.args]
        return _Inline(bound | dict(zip(free, arguments, strict=True))).visit(body.body)


class _Tidy(ast.NodeTransformer):
    """Leaves out what a script does without: annotations, docstrings, decorators, ``strict``, what 0 is added to."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Leave out annotations, the docstring and decorators."""
        node.body, node.decorator_list, node.returns = _statements(node), [], None
        for argument in node.args.args:
            argument.annotation = None
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        """Leave out the annotation."""
        assert node.value is not None
        return self.visit(ast.Assign([node.target], node.value, lineno=node.lineno))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Leave out ``strict``, and a list that only a tuple is made of."""
        self.generic_visit(node)
        node.keywords = [keyword for keyword in node.keywords if keyword.arg != "strict"]
        match node:
            case ast.Call(func=ast.Name(id="tuple"), args=[ast.ListComp(elt=element, generators=generators)]):
                node.args = [ast.GeneratorExp(element, generators)]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Leave out what 0 is added or taken away from."""
        self.generic_visit(node)
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=ast.Constant(value=0)):
                return left
        return node


class _Brackets(ast.NodeTransformer):
    """Puts names in the place of what `ast.unparse` would write with brackets that nobody writes."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def _named(self, text: str) -> ast.Name:
        self.texts[name := f"text_{len(self.texts)}_"] = text
        return ast.Name(name, ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Leave out the brackets of a generator that is the only argument."""
        self.generic_visit(node)
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp) and not node.keywords:
            node.args = [self._named(ast.unparse(node.args[0])[1:-1])]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        """Leave out the brackets around ``not``."""
        self.generic_visit(node)
        negations = [isinstance(v, ast.UnaryOp) and isinstance(v.op, ast.Not) for v in node.values]
        node.values = [self._named(ast.unparse(v)) if n else v for v, n in zip(node.values, negations, strict=True)]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """Leave out the brackets of a tuple that is assigned."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Tuple):
            node.value = self._named(ast.unparse(node.value)[1:-1])
        return node


def _text(statement: ast.stmt) -> str:
    """Return the source of a statement."""
    brackets = _Brackets()
    text = ast.unparse(ast.fix_missing_locations(brackets.visit(statement)))
    for name, instead in reversed(brackets.texts.items()):
        text = text.replace(name, instead)
    return text


def _needed(module: str, rules: Sequence[ast.stmt]) -> tuple[list[str], list[ast.stmt]]:
    """Return the imports that rules need, and the functions and constants of the module that they reach."""
    top: dict[str, ast.stmt] = {}
    for statement in _tree(module).body:
        match statement:
            case ast.FunctionDef(name=name):
                top[name] = statement
            case ast.Assign(targets=[ast.Name(id=name)]):
                top[name] = statement
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                top |= {alias.asname or alias.name: statement for alias in aliases}
    found: dict[str, ast.stmt] = {}
    queue: list[ast.stmt] = list(rules)
    for statement in queue:
        plain = _Tidy().visit(copy.deepcopy(statement))
        for name in (node.id for node in ast.walk(plain) if isinstance(node, ast.Name)):
            if name in top and name not in found:
                found[name] = top[name]
                if not isinstance(top[name], ast.Import | ast.ImportFrom):
                    queue.append(top[name])
    imports = [
        f"from {statement.module} import {name}" if isinstance(statement, ast.ImportFrom) else f"import {name}"
        for name, statement in found.items()
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]
    helpers = [s for s in found.values() if not isinstance(s, ast.Import | ast.ImportFrom)]
    return sorted(imports), [copy.deepcopy(s) for s in sorted(helpers, key=lambda s: s.lineno)]

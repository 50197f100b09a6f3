"""Slips: programs with one thing wrong in them, and what is to be said about it."""

import ast
import builtins
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from keyword import iskeyword
from typing import Final

from r1ci_env.demonstrations.phrases import say


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program with a slip in one line.

    Attributes:
        program: The program.
        role: What kind of slip it is, a key of `r1ci_env.demonstrations.phrases.PHRASES`.
        slots: What the phrases of the role speak of.
        likely: Whether people make such slips; others are shown where there are none of these.
    """

    program: str
    role: str
    slots: dict[str, object]
    likely: bool = True

    def explanation(self, rng: random.Random, error: str = "") -> str:
        """Return a sentence that says what was wrong with the line, and what error that raised, if it raised one."""
        role = "failing line" if error and self.role == "wrong line" else self.role
        return say(role, rng, **{**self.slots, "error": f"{'an' if error[:1] in 'AEIOU' else 'a'} {error}"})


OPERATORS: Final[dict[type[ast.AST], tuple[str, str, str]]] = {
    ast.Add: ("+", "-", "it subtracts where it has to add"),
    ast.Sub: ("-", "+", "it adds where it has to subtract"),
    ast.Mult: ("*", "+", "it adds where it has to multiply"),
    ast.FloorDiv: ("//", "/", "the division has to be a whole one"),
    ast.Div: ("/", "//", "the division must not be rounded down"),
    ast.Mod: ("%", "//", "the remainder is needed, not the quotient"),
    ast.Lt: ("<", "<=", "the bound itself must not be included"),
    ast.LtE: ("<=", "<", "the bound itself has to be included"),
    ast.Gt: (">", ">=", "the bound itself must not be included"),
    ast.GtE: (">=", ">", "the bound itself has to be included"),
    ast.Eq: ("==", "!=", "the two have to be equal"),
    ast.NotEq: ("!=", "==", "the two have to differ"),
    ast.And: ("and", "or", "both conditions have to hold"),
    ast.Or: ("or", "and", "one of the conditions is enough"),
}
"""Operator: how it is written, what a slip writes for it, and what is wrong with that."""

UNLIKELY: Final = (ast.Eq, ast.NotEq, ast.Mod)
"""Operators that nobody takes for their opposite."""

COMPUTED: Final = (ast.Call, ast.Name, ast.BinOp, ast.Compare)
"""What a literal does not hold."""

CALLS: Final = {
    "min": ("max", "the smallest is needed, not the largest"),
    "max": ("min", "the largest is needed, not the smallest"),
    "all": ("any", "it has to hold for all of them"),
    "any": ("all", "one of them is enough"),
    "sorted": ("list", "it has to be put in order"),
    "gcd": ("lcm", "the divisor is asked for, not the multiple"),
    "lcm": ("gcd", "the multiple is asked for, not the divisor"),
    "permutations": ("combinations", "the order matters"),
}


def wrong_mutants(program: str, rng: random.Random, question: str = "") -> list[Mutant]:
    """Return programs that may print something else, likely ones first; numbers of the question may be miscopied."""
    tree = ast.parse(program)
    found = [*_operators(program, tree), *_calls(program, tree), *_slices(program, tree)]
    found += [*_constants(program, tree, question), *_forgotten(program, tree)]
    found += _miscopied(program, tree, rng, question)
    found += _left_out(program, tree, rng)
    rng.shuffle(found)
    return sorted(found, key=lambda mutant: not mutant.likely)


def confused_mutants(program: str, rng: random.Random) -> list[Mutant]:
    """Return programs that do another thing to the right values, in random order: what they copy is exact."""
    tree = ast.parse(program)
    found = [*_operators(program, tree), *_calls(program, tree), *_slices(program, tree, forgotten=True)]
    rng.shuffle(found)
    return found


def failing_mutants(program: str, rng: random.Random) -> list[Mutant]:
    """Return programs that may end with an error, or print nothing, in random order: each kind as likely."""
    tree = ast.parse(program)
    kinds: list[Callable[[], list[Mutant]]] = [
        lambda: _lost_imports(program, tree),
        lambda: _misspelt(program, tree, rng),
        lambda: _unclosed(program, tree),
        lambda: _off_by_one(program, tree),
        lambda: _unconverted(program, tree),
        lambda: _silent(program, tree),
    ]
    piles = [pile for kind in kinds if (pile := kind())]
    for pile in piles:
        rng.shuffle(pile)
    rng.shuffle(piles)
    return [mutant for row in _transposed(piles) for mutant in row]


def _transposed(piles: list[list[Mutant]]) -> Iterator[list[Mutant]]:
    for i in range(max(map(len, piles), default=0)):
        yield [pile[i] for pile in piles if i < len(pile)]


def _operators(program: str, tree: ast.Module) -> Iterator[Mutant]:
    for node in _nodes(tree):
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                yield from _between(program, left, right, op)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
                yield from _between(program, left, right, op)
            case ast.BoolOp(op=op, values=[left, right]) if not isinstance(right, ast.Constant):  # text or "none"
                yield from _between(program, left, right, op)
            case ast.AugAssign(target=left, op=op, value=right) if type(op) in OPERATORS:
                yield from _between(program, left, right, op)


def _between(program: str, left: ast.expr, right: ast.expr, op: ast.AST) -> Iterator[Mutant]:
    written, wrong, why = OPERATORS[type(op)]
    start, end = _offset(program, left, end=True), _offset(program, right)
    gap = program[start:end]
    step = isinstance(op, ast.Add | ast.Sub) and isinstance(right, ast.Constant)  # n + 1 is not taken for n - 1
    if gap.count(written) == 1:
        likely = type(op) not in UNLIKELY and not step
        yield from _replaced(program, start, end, gap.replace(written, wrong), why, likely=likely)


def _calls(program: str, tree: ast.Module) -> Iterator[Mutant]:
    for node in _nodes(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in CALLS:
                wrong, why = CALLS[name]
                if f"import {name}" in program or (name in ("gcd", "lcm") and f"math.{name}" not in program):
                    continue
                end = _offset(program, node.func, end=True)
                yield from _replaced(program, end - len(name), end, wrong, why)


def _constants(program: str, tree: ast.Module, question: str) -> Iterator[Mutant]:
    """Yield programs in which a number of the question is another, or a bound, place or number that is added is."""
    negative = [node.operand for node in ast.walk(tree) if isinstance(node, ast.UnaryOp)]
    operands = [n for node in ast.walk(tree) if isinstance(node, ast.BinOp) for n in (node.left, node.right)]
    left_out = {*_data_nodes(tree), *_table_nodes(tree), *negative}
    counted = {n for node in ast.walk(tree) for n in _counted(node)}
    for node in _nodes(tree):
        match node:
            case ast.Constant(value=int() as value) if node not in left_out and type(value) is int and value <= 100:
                told = value > 2 and re.search(rf"(?<![\d.]){value}(?![\d.])", question)
                for wrong in (value + 1, value - 1):
                    if wrong > 0 or (wrong == 0 and node not in operands):  # nobody writes x - 0
                        why = f"I wrote {wrong} {f'where the question says {value}' if told else f'instead of {value}'}"
                        likely = bool(told) or (node in counted and max(value, wrong) <= 3)
                        yield from _replaced(program, *_span(program, node), str(wrong), why, likely=likely)


def _forgotten(program: str, tree: ast.Module) -> Iterator[Mutant]:
    """Yield programs in which a one is not added, or taken away: neither between slices nor for places side by side."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in _nodes(tree):
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=ast.Constant(value=1) as one):
                sign = OPERATORS[type(op)][0]
                before = program[: _offset(program, one)].rindex(sign)
                if before >= _offset(program, left, end=True) and not isinstance(parents[node], ast.Slice | ast.Tuple):
                    start, end = len(program[:before].rstrip(" ")), _offset(program, one, end=True)
                    yield from _replaced(program, start, end, "", f"the `{sign} 1` is missing")


def _counted(node: ast.AST) -> list[ast.expr]:
    """Return the parts of a node in which one is easily off by one."""
    match node:
        case ast.Compare(left=left, comparators=others, ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]):
            return [left, *others]
        case ast.Slice(lower=lower, upper=upper):
            return [part for part in (lower, upper) if part is not None]
        case ast.Subscript(slice=index):
            return [index]
        case ast.Call(func=ast.Name(id="range"), args=args):
            return args
        case ast.Call(func=ast.Name(id="enumerate"), args=[_, *args], keywords=keywords):
            return [*args, *(keyword.value for keyword in keywords)]
    return []


def _slices(program: str, tree: ast.Module, *, forgotten: bool = False) -> Iterator[Mutant]:
    """Yield programs that forget to reverse; unless that may be forgotten anywhere, none that would do nothing then."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in _nodes(tree):
        match node:
            case ast.Subscript(value=value, slice=ast.Slice(lower=None, upper=None, step=ast.UnaryOp() as step)):
                start, end = _offset(program, value, end=True), _offset(program, node, end=True)
                if not forgotten and isinstance(parents[node], ast.Assign | ast.Return | ast.Call):  # x = x
                    new = f"[:0:{ast.get_source_segment(program, step)}]"
                    yield from _replaced(program, start, end, new, "the slice stops before the first one")
                else:
                    why = f"the order is not reversed, as `{program[start:end]}` is missing"
                    yield from _replaced(program, start, end, "", why)


def _miscopied(program: str, tree: ast.Module, rng: random.Random, question: str) -> list[Mutant]:
    """Return programs in which a number of the question is copied wrongly."""
    found: list[Mutant] = []
    for node in _data_nodes(tree):
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value > 9:
            digits = list(str(node.value))
            i = rng.randrange(len(digits) - 1)
            digits[i], digits[i + 1] = digits[i + 1], digits[i]
            wrong = "".join(digits)
            said = re.search(rf"(?<!\d){node.value}(?!\d)", question)
            if said and digits[0] != "0" and int(wrong) != node.value:
                why = f"I wrote {wrong} where the question says {node.value}"
                found += _replaced(program, *_span(program, node), wrong, why)
    rng.shuffle(found)
    return found[:3]


def _left_out(program: str, tree: ast.Module, rng: random.Random) -> list[Mutant]:
    """Return programs in which an entry of a list of the question, no row of a grid, is left out."""
    found: list[Mutant] = []
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[_, _, *last] as entries)) if last:
                texts = [ast.get_source_segment(program, entry) or "" for entry in entries]
                grid = len(set(map(len, texts))) == 1 and isinstance(entries[0], ast.Constant)
                if grid or not all(isinstance(entry, ast.Constant | ast.Tuple) for entry in entries):
                    continue
                i = rng.randrange(1, len(entries))
                start, end = _offset(program, entries[i - 1], end=True), _offset(program, entries[i], end=True)
                if len(texts[i]) <= 60 and "`" not in texts[i] and texts.count(texts[i]) == 1:
                    text = program[:start] + program[end:]
                    found.append(Mutant(text, "left out", {"entry": texts[i], "name": name}))
    return found


def _lost_imports(program: str, tree: ast.Module) -> list[Mutant]:
    found = []
    lines = program.splitlines(keepends=True)
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom) and len(statement.names) == 1:
            alias = statement.names[0]
            rest = "".join(lines[: statement.lineno - 1] + lines[statement.end_lineno or 0 :]).lstrip("\n")
            found.append(Mutant(rest, "lost import", {"name": alias.asname or alias.name.split(".")[0]}))
    return found


def _misspelt(program: str, tree: ast.Module, rng: random.Random) -> list[Mutant]:
    bound = {n.id for n in _nodes(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    uses = [n for n in _nodes(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    found = []
    for node in uses:
        if node.id in bound and len(node.id) > 3:
            i = rng.randrange(1, len(node.id) - 1)
            swapped = node.id[:i] + node.id[i + 1] + node.id[i] + node.id[i + 2 :]
            typed = swapped != node.id and node.id[i : i + 2].isalpha()  # letters change places, nothing else does
            wrong = node.id[:-1] if node.id.endswith("s") else swapped if typed else f"{node.id}s"
            known = re.search(rf"\b{wrong}\b", program) or hasattr(builtins, wrong) or iskeyword(wrong)
            if not known and (typed or not node.id.isupper()):
                start, end = _span(program, node)
                text = program[:start] + wrong + program[end:]
                found.append(Mutant(text, "misspelt name", {"wrong": wrong, "right": node.id}))
    return found


def _unclosed(program: str, tree: ast.Module) -> list[Mutant]:
    found = []
    lines = program.splitlines()
    for i, line in enumerate(lines):
        closes = line.endswith((")", "]")) and not line.endswith(("()", "[]"))
        if closes and not line.lstrip().startswith(("#", ")", "]")):
            what = "closing bracket"
        elif re.match(r"\s*(?:for|if|while|def|else|elif)\b.*:$", line):
            what = "colon"
        else:
            continue
        slots = {"line": i + 1, "what": what, "right": line.strip()}
        found.append(Mutant("\n".join([*lines[:i], line[:-1], *lines[i + 1 :]]) + "\n", "syntax", slots))
    return found


def _off_by_one(program: str, tree: ast.Module) -> list[Mutant]:
    found: list[Mutant] = []
    for node in _nodes(tree):
        match node:
            case ast.Call(func=ast.Name(id="range"), args=[*_, last]):
                source = ast.get_source_segment(program, last) or ""
                later = str(int(source) + 1) if source.isdecimal() else f"{source} + 1"
                found += _replaced(program, *_span(program, last), later, "the range ends one too late")
            case ast.Call(func=ast.Name(id="range"), args=[last]):
                start = _offset(program, last)
                found += _replaced(program, start, start, "1, ", "the range has to begin at 0")
    return found


def _unconverted(program: str, tree: ast.Module) -> list[Mutant]:
    found: list[Mutant] = []
    for node in _nodes(tree):
        match node:
            case ast.Call(func=ast.Name(id="int" | "str" | "list" as name), args=[only], keywords=[]):
                inner = ast.get_source_segment(program, only) or ""
                found += _replaced(program, *_span(program, node), inner, f"`{name}()` is missing")
    return found


def _silent(program: str, tree: ast.Module) -> list[Mutant]:
    """Return the program without its last print, where the value has a name: then nothing is shown."""
    lines = program.splitlines()
    match tree.body[-1]:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[ast.Name()])) as last if len(tree.body) > 1:
            if isinstance(tree.body[-2], ast.Assign):
                text = "\n".join(lines[: tree.body[-2].end_lineno]).rstrip() + "\n"  # a comment on the print goes too
                return [Mutant(text, "silent", {"right": lines[last.lineno - 1]})]
    return []


def _replaced(program: str, start: int, end: int, new: str, why: str, *, likely: bool = True) -> list[Mutant]:
    """Return the program with a part of one line replaced."""
    if "\n" in program[start:end] or "\n" in new:
        return []
    text = program[:start] + new + program[end:]
    line = program.count("\n", 0, start)
    wrong, right = text.splitlines()[line].strip(), program.splitlines()[line].strip()
    if max(len(wrong), len(right)) > 100 or "`" in wrong + right:
        return []
    if [other.strip() for other in text.splitlines()].count(wrong) > 1:  # which of them?
        return []
    slots = {"wrong": wrong, "right": right, "why": why, "line": line + 1}
    return [Mutant(text, "wrong line", slots, likely)]


def _nodes(tree: ast.Module) -> list[ast.AST]:
    """Return the nodes whose place in the text is known: Python 3.11 does not tell it within f-strings."""
    inside = {n for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for n in ast.walk(node)}
    return [node for node in ast.walk(tree) if node not in inside]


def _data_nodes(tree: ast.Module) -> list[ast.AST]:
    """Return the nodes of literals that are given a name at the top, always in the same order."""
    return [
        n
        for s in tree.body
        if isinstance(s, ast.Assign) and not any(isinstance(n, COMPUTED) for n in ast.walk(s.value))
        for n in ast.walk(s.value)
    ]


def _table_nodes(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes of literal lists, tuples, sets and dicts within code: tables, which nobody gets wrong by one."""
    kinds = ast.List | ast.Tuple | ast.Set | ast.Dict
    tables = [n for n in ast.walk(tree) if isinstance(n, kinds)]
    return {n for table in tables if not any(isinstance(m, COMPUTED) for m in ast.walk(table)) for n in ast.walk(table)}


def _span(program: str, node: ast.expr) -> tuple[int, int]:
    return _offset(program, node), _offset(program, node, end=True)


def _offset(program: str, node: ast.expr, *, end: bool = False) -> int:
    """Return where a node begins or ends in the text."""
    line, column = (node.end_lineno, node.end_col_offset) if end else (node.lineno, node.col_offset)
    lines = program.split("\n")
    before = sum(len(text) + 1 for text in lines[: (line or 1) - 1])
    return before + len(lines[(line or 1) - 1].encode()[: column or 0].decode())

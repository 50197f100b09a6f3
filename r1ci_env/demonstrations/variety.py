"""Programs that say the same differently: names, functions, comments, named results."""

import ast
import builtins
import io
import itertools
import random
import re
import tokenize
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "numbers": ("nums", "values"),
    "number": ("n", "num"),
    "grid": ("board",),
    "board": ("grid",),
    "matrix": ("table", "grid"),
    "rows": ("lines",),
    "words": ("word_list",),
    "text": ("string", "s"),
    "letters": ("chars", "characters"),
    "result": ("answer", "output"),
    "answer": ("result", "solution"),
    "total": ("result",),
    "queue": ("todo", "frontier"),
    "seen": ("visited",),
    "goal": ("target",),
    "moves": ("actions",),
    "order": ("arrangement", "ordering"),
    "edges": ("links", "connections"),
    "graph": ("network",),
    "best": ("best_found", "best_so_far"),
    "choices": ("options",),
    "options": ("choices",),
    "expression": ("formula", "expr"),
    "examples": ("pairs", "samples"),
    "row": ("line",),
    "cell": ("square",),
    "size": ("n",),
    "value": ("x",),
    "queries": ("questions",),
}
"""Other names for what programs often name, which fit wherever the name does."""

BUILT_UP: Final = frozenset({"result", "answer", "total", "queue", "seen", "best"})
"""Names of what a program builds up: where they stand for data, or for one of many, they mean something else."""

EMPTY: Final = ("[]", "()", "{}")
"""Collections that hold nothing yet."""

GROWING: Final = frozenset(
    "add append appendleft clear discard extend insert pop popleft remove setdefault update".split()
)
"""Methods that change a collection."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is written around the lines of a program.

    Attributes:
        functions: Names for a function that holds the lines.
        results: Names for the value that is printed.
        comments: What may be said above the line that prints it.
        data: What may be said above the literals at the top: those of a check begin with what is to be checked.
    """

    functions: tuple[str, ...]
    results: tuple[str, ...]
    comments: tuple[str, ...]
    data: tuple[str, ...]


SOLVING: Final = Wording(
    ("solve", "compute", "calculate", "find_answer", "compute_answer", "get_answer"),
    ("result", "answer", "solution", "output", "final"),
    ("the answer", "show the result", "what was asked for", "print the result", "output"),
    ("the data of the question", "what is given", "given", "from the question", "data", "input"),
)
CHECKING: Final = Wording(
    ("check", "is_right", "agrees", "is_correct"),
    ("ok", "correct", "agrees", "holds", "valid"),
    ("does it agree?", "True if the answer holds", "compare", "is it right?"),
    ("what the program found", "to be checked", "what was found", "the result to be checked"),
)


def skeleton(program: str) -> str:
    """Return a program without what its literals say: two that differ only in these have the same."""
    parts: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(program).readline):
            parts.append("_" if token.type in (tokenize.NUMBER, tokenize.STRING) else token.string)
    except (tokenize.TokenError, SyntaxError):
        return program
    text = " ".join(parts)
    shorter = re.sub(r"[\[({](?: |_|,|:|-|\n)*[\])}]", "_", text)
    while shorter != text:
        text, shorter = shorter, re.sub(r"[\[({](?: |_|,|:|-|\n)*[\])}]", "_", shorter)
    return text


def varied(program: str, rng: random.Random) -> str:
    """Return a program that prints the same and is written a little differently."""
    return _styled(renamed(program, rng) if rng.random() < 0.6 else program, rng, SOLVING)


def varied_check(verification: str, program: str, rng: random.Random) -> str:
    """Return a program that verifies written a little differently, with the names of the program that it is about."""
    words = set(re.findall(r"\w+", program))
    names = {name: next((n for n in others if n in words), name) for name, others in SYNONYMS.items()}
    renames = {name: new for name, new in names.items() if name not in words}
    return _styled(_with_names(verification, renames), rng, CHECKING)


def _styled(program: str, rng: random.Random, wording: Wording) -> str:
    styles: list[Callable[[str, random.Random, Wording], str]] = [as_function, named_result, inlined, commented, spaced]
    shares = (0.3, 0.3, 0.3 if wording is SOLVING else 0.0, 0.3, 1.0)  # an answer that is checked keeps its name
    for style, likely in zip(styles, shares, strict=True):
        if rng.random() < likely:
            program = style(program, rng, wording)
    return program


def renamed(program: str, rng: random.Random) -> str:
    """Give some variables other names, where the name stands for nothing else in the text."""
    names = {name: rng.choice(new) for name, new in SYNONYMS.items() if rng.random() < 0.7}
    tree = ast.parse(program)
    data = [s for s in tree.body if isinstance(s, ast.Assign) and _is_data(s, tree)]
    other = {name for statement in data for name in _named(statement)} | _drawn(tree)
    return _with_names(program, {name: new for name, new in names.items() if name not in BUILT_UP & other})


def _with_names(program: str, names: Mapping[str, str]) -> str:
    tree = ast.parse(program)
    taken = set(re.findall(r"\w+", program))
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    for name in sorted(bound & set(names)):
        if names[name] not in taken and _occurrences(tree, name) == _written(program, name):
            program = re.sub(rf"\b{name}\b", names[name], program)
            taken.add(names[name])
            tree = ast.parse(program)
    return program


def as_function(program: str, rng: random.Random, wording: Wording = SOLVING) -> str:
    """Put the lines between the data and the only print into a function of the data, where it is worth one."""
    tree = ast.parse(program)
    value = printed(tree)
    head = [s for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom) or _is_data(s, tree) or _is_constant(s)]
    body = tree.body[len(head) : -1]
    if value is None or tree.body[: len(head)] != head or any(isinstance(s, ast.FunctionDef) for s in body):
        return program
    if len(head) + 1 >= len(tree.body) or '"""' in program or "'''" in program:
        return program
    data = [name for s in head if isinstance(s, ast.Assign) and not _is_constant(s) for name in _named(s)]
    used = {n.id for s in tree.body[len(head) :] for n in ast.walk(s) if isinstance(n, ast.Name)}
    parameters = ", ".join(name for name in data if name in used)
    free = [n for n in wording.functions if not re.search(rf"\b{n}\b", program)]
    if not free or (not parameters and len(body) < 3):
        return program
    lines = program.splitlines()
    name = rng.choice(free)
    inner = lines[(head[-1].end_lineno or 0) if head else 0 : tree.body[-1].lineno - 1]
    source = ast.get_source_segment(program, value) or ""
    inner = [*(line for line in inner if line.strip()), *f"return {source}".splitlines()]
    function = [f"def {name}({parameters}):", *(f"    {line}" for line in inner)]
    start = lines[: (head[-1].end_lineno or 0) if head else 0]
    return "\n".join([*start, "", *function, "", f"print({name}({parameters}))"]).lstrip("\n") + "\n"


def named_result(program: str, rng: random.Random, wording: Wording = SOLVING) -> str:
    """Give the value that is printed a name first."""
    tree = ast.parse(program)
    value = printed(tree)
    free = [name for name in wording.results if not re.search(rf"\b{name}\b", program)]
    if value is None or isinstance(value, ast.Name) or not free:
        return program
    name = rng.choice(free)
    kept = "\n".join(program.splitlines()[: tree.body[-1].lineno - 1])
    return f"{kept}\n{name} = {ast.get_source_segment(program, value)}\nprint({name})\n".lstrip("\n")


def inlined(program: str, rng: random.Random, wording: Wording = SOLVING) -> str:
    """Write a short literal where it is used, if that is one place; of several numbers none, as all have names then."""
    tree = ast.parse(program)
    numbers = [s for s in tree.body if isinstance(s, ast.Assign) and _is_data(s, tree) and _is_number(s.value)]
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_data(statement, tree):
                if _is_constant(statement) or (statement in numbers and len(numbers) > 1):
                    continue
                source = ast.get_source_segment(program, value) or ""
                uses = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name]
                if len(uses) != 2 or _written(program, name) != 2 or len(source) > 40 or "\n" in source:
                    continue
                if source.startswith("-") or not _reads_well(name, value, tree):  # -3 ** 2
                    continue
                if "#" in program.splitlines()[statement.lineno - 1]:
                    continue
                lines = program.splitlines()
                del lines[statement.lineno - 1]
                return re.sub(rf"\b{name}\b", lambda _, s=source: s, "\n".join(lines)) + "\n"  # type: ignore[misc]
    return program


def _reads_well(name: str, value: ast.expr, tree: ast.Module) -> bool:
    """Whether a literal in the one place where its name is used is what one would write."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    use = next(n for n in parents if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load))
    above: list[ast.AST] = [use]
    while above[-1] in parents:
        above.append(parents[above[-1]])
    if any(isinstance(node, ast.JoinedStr) for node in above):
        return False
    match parents[use]:
        case ast.Call(args=args) if any(isinstance(other, ast.Constant) for other in args):  # max(406, 2)
            return False
        case ast.For(iter=it) | ast.comprehension(iter=it):
            return it is use
        case ast.Call(func=ast.Name(id=called), args=args):
            return use in args and called not in ("dict", "list", "set", "tuple")
        case ast.Call(args=args):
            return use in args
        case ast.Subscript(slice=slice_):
            return slice_ is use or (isinstance(value, ast.Constant) and isinstance(slice_, ast.Slice))
        case ast.BinOp() | ast.Slice():
            return _is_number(value)
        case ast.Compare(comparators=[other], left=left):
            return not (isinstance(other, ast.Constant) or isinstance(left, ast.Constant))
    return False


def commented(program: str, rng: random.Random, wording: Wording = SOLVING) -> str:
    """Say in a comment where the data stands, or where the result is shown."""
    tree = ast.parse(program)
    lines = program.splitlines()
    data = next((s for s in tree.body if _is_data(s, tree)), None)
    if len(lines) < 4:
        return program
    if printed(tree) and rng.random() < 0.5:
        lines.insert(tree.body[-1].lineno - 1, f"# {rng.choice(wording.comments)}")
    elif data is not None:
        lines.insert(data.lineno - 1, f"# {rng.choice(wording.data)}")
    return "\n".join(lines) + "\n"


def spaced(program: str, rng: random.Random, wording: Wording = SOLVING) -> str:
    """Leave a line free behind the imports, and sometimes behind the data at the top."""
    tree = ast.parse(program)
    imports = [*itertools.takewhile(lambda s: isinstance(s, ast.Import | ast.ImportFrom), tree.body)]
    data = [*itertools.takewhile(lambda s: _is_data(s, tree), tree.body[len(imports) :])]
    lines = program.splitlines()
    for block in ([data] if rng.random() < 0.4 else []) + [imports]:
        line = (block[-1].end_lineno or 0) if block else len(lines)
        if line < len(lines) and lines[line].strip() and block[-1] is not tree.body[-1]:
            lines.insert(line, "")
    return "\n".join(lines) + "\n"


def printed(tree: ast.Module) -> ast.expr | None:
    """Return what the last statement prints, where that is one value and nothing else is printed before."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "print"]
    match tree.body[-1] if tree.body else None:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[value], keywords=[])) if len(calls) == 1:
            return None if isinstance(value, ast.Starred) else value
    return None


def _is_data(statement: ast.stmt, tree: ast.Module) -> bool:
    """Whether a statement gives names to literals, and not a first value to what the program then builds up."""
    if not isinstance(statement, ast.Assign):
        return False
    allowed = (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.USub, ast.Load)
    names = _named(statement)
    if not names or not all(isinstance(node, allowed) for node in ast.walk(statement.value)):
        return False
    if any(
        isinstance(n, ast.List | ast.Tuple | ast.Dict) and ast.unparse(n) in EMPTY for n in ast.walk(statement.value)
    ):
        return False
    stores = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    again = any(stores.count(name) > 1 for name in names)
    match statement.value:
        case ast.Constant(value=""):
            return False
        case ast.Constant(value=0 | 1 | 2):
            return not again
        case ast.Constant():
            return not any(_given_anew(n, names) for n in ast.walk(tree) if n is not statement)
        case ast.Tuple(elts=values) if all(map(_is_number, values)):
            return not again
    return not set(names) & _changed(tree)


def _is_number(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, int | float | complex)


def _is_constant(statement: ast.stmt) -> bool:
    """Whether a statement gives a value to a name in capitals, which a function uses without being handed it."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            used = [n.id for n in ast.walk(value) if isinstance(n, ast.Name)]
            return len(name) > 1 and name.isupper() and all(n.isupper() or hasattr(builtins, n) for n in used)
    return False


def _given_anew(node: ast.AST, names: Collection[str]) -> bool:
    """Whether a node gives one of the names a value that has nothing to do with the one it had."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
            return not any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
    return False


def _changed(tree: ast.Module) -> set[str]:
    """Return the names of collections that a program changes as a whole, or that it counts up in."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.AugAssign(target=ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name))):
                found.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in GROWING:
                found.add(name)
    return found


def _drawn(tree: ast.Module) -> set[str]:
    """Return the names that loops and parameters bind: each stands for one of many."""
    targets = [n.target for n in ast.walk(tree) if isinstance(n, ast.For | ast.comprehension)]
    loops = {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return loops | {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}


def _named(statement: ast.Assign) -> list[str]:
    """Return the names that an assignment to names alone binds."""
    match statement.targets:
        case [ast.Name(id=name)]:
            return [name]
        case [ast.Tuple(elts=elements)] if all(isinstance(e, ast.Name) for e in elements):
            return [e.id for e in elements if isinstance(e, ast.Name)]
    return []


def _occurrences(tree: ast.Module, name: str) -> int:
    names = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(tree))
    return names + sum(isinstance(n, ast.arg) and n.arg == name for n in ast.walk(tree))


def _written(program: str, name: str) -> int:
    return len(re.findall(rf"\b{name}\b", program))

"""Programs that say the same differently: names, functions, comments, named results."""

import ast
import io
import random
import re
import tokenize
from collections.abc import Callable
from typing import Final

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "numbers": ("nums", "values"),
    "number": ("n", "num"),
    "values": ("numbers", "items"),
    "grid": ("board", "cells"),
    "board": ("grid", "field"),
    "matrix": ("rows", "table"),
    "rows": ("lines", "matrix"),
    "words": ("terms", "strings"),
    "word": ("text", "term"),
    "text": ("string", "s"),
    "letters": ("chars", "symbols"),
    "result": ("answer", "outcome"),
    "answer": ("result", "solution"),
    "total": ("overall", "acc"),
    "count": ("amount", "how_many"),
    "queue": ("todo", "frontier"),
    "seen": ("visited", "known"),
    "start": ("first", "source"),
    "goal": ("target", "end"),
    "target": ("goal", "wanted"),
    "moves": ("actions", "directions"),
    "steps": ("path", "route"),
    "path": ("steps", "way"),
    "names": ("people", "labels"),
    "order": ("arrangement", "ranking"),
    "pairs": ("couples", "tuples"),
    "edges": ("links", "connections"),
    "graph": ("network", "neighbours"),
    "best": ("top", "optimum"),
    "choices": ("options", "candidates"),
    "options": ("choices", "candidates"),
    "expression": ("formula", "term"),
    "examples": ("pairs", "samples"),
    "row": ("line", "r"),
    "cell": ("square", "place"),
    "digits": ("figures", "places"),
    "divisor": ("common", "factor"),
    "size": ("n", "length"),
}
"""Other names for what programs often name."""

COMMENTS: Final = (
    "the data of the question",
    "what is given",
    "given",
    "from the question",
    "the instance",
    "input",
)
RESULT_COMMENTS: Final = ("the answer", "show the result", "what was asked for", "print the result", "output")
FUNCTION_NAMES: Final = ("solve", "compute", "find", "work_out", "answer", "main")
RESULT_NAMES: Final = ("result", "answer", "solution", "outcome", "final")


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
    styles: list[Callable[[str, random.Random], str]] = [as_function, renamed, named_result, inlined, commented, spaced]
    for style, likely in zip(styles, (0.3, 0.6, 0.3, 0.3, 0.3, 0.4), strict=True):
        if rng.random() < likely:
            program = style(program, rng)
    return program


def renamed(program: str, rng: random.Random) -> str:
    """Give some variables other names, where the name stands for nothing else in the text."""
    tree = ast.parse(program)
    taken = set(re.findall(r"\w+", program))
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    for name in sorted(bound & set(SYNONYMS)):
        new = rng.choice(SYNONYMS[name])
        if new not in taken and rng.random() < 0.7 and _occurrences(tree, name) == _written(program, name):
            program = re.sub(rf"\b{name}\b", new, program)
            taken.add(new)
            tree = ast.parse(program)
    return program


def as_function(program: str, rng: random.Random) -> str:
    """Put the lines between the data and the only print into a function of the data."""
    tree = ast.parse(program)
    value = printed(tree)
    head = [s for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom) or _is_data(s)]
    body = tree.body[len(head) : -1]
    if value is None or tree.body[: len(head)] != head or any(isinstance(s, ast.FunctionDef) for s in body):
        return program
    if len(head) + 1 >= len(tree.body) or '"""' in program or "'''" in program:
        return program
    data = [t.id for s in head if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)]
    used = {n.id for s in tree.body[len(head) :] for n in ast.walk(s) if isinstance(n, ast.Name)}
    parameters = ", ".join(name for name in data if name in used)
    lines = program.splitlines()
    name = rng.choice([n for n in FUNCTION_NAMES if not re.search(rf"\b{n}\b", program)])
    inner = lines[(head[-1].end_lineno or 0) if head else 0 : tree.body[-1].lineno - 1]
    source = ast.get_source_segment(program, value) or ""
    inner = [*(line for line in inner if line.strip()), *f"return {source}".splitlines()]
    function = [f"def {name}({parameters}):", *(f"    {line}" for line in inner)]
    start = lines[: (head[-1].end_lineno or 0) if head else 0]
    return "\n".join([*start, "", *function, "", f"print({name}({parameters}))"]) + "\n"


def named_result(program: str, rng: random.Random) -> str:
    """Give the value that is printed a name first."""
    tree = ast.parse(program)
    value = printed(tree)
    free = [name for name in RESULT_NAMES if not re.search(rf"\b{name}\b", program)]
    if value is None or isinstance(value, ast.Name) or not free:
        return program
    name = rng.choice(free)
    kept = "\n".join(program.splitlines()[: tree.body[-1].lineno - 1])
    return f"{kept}\n{name} = {ast.get_source_segment(program, value)}\nprint({name})\n".lstrip("\n")


def inlined(program: str, rng: random.Random) -> str:
    """Write a short literal where it is used, if that is one place."""
    tree = ast.parse(program)
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_data(statement):
                source = ast.get_source_segment(program, value) or ""
                uses = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name]
                if len(uses) != 2 or _written(program, name) != 2 or len(source) > 40 or "\n" in source:
                    continue
                lines = program.splitlines()
                del lines[statement.lineno - 1]
                return re.sub(rf"\b{name}\b", lambda _, s=source: s, "\n".join(lines)) + "\n"  # type: ignore[misc]
    return program


def commented(program: str, rng: random.Random) -> str:
    """Say in a comment where the data stands, or where the result is shown."""
    tree = ast.parse(program)
    lines = program.splitlines()
    data = next((s for s in tree.body if _is_data(s)), None)
    if tree.body and rng.random() < 0.5:
        lines.insert(tree.body[-1].lineno - 1, f"# {rng.choice(RESULT_COMMENTS)}")
    elif data is not None:
        lines.insert(data.lineno - 1, f"# {rng.choice(COMMENTS)}")
    return "\n".join(lines) + "\n"


def spaced(program: str, rng: random.Random) -> str:
    """Leave a line free behind the data."""
    tree = ast.parse(program)
    data = [s for s in tree.body if _is_data(s)]
    lines = program.splitlines()
    if not data or data[-1] is tree.body[-1] or not lines[data[-1].end_lineno or 0].strip():
        return program
    lines.insert(data[-1].end_lineno or 0, "")
    return "\n".join(lines) + "\n"


def printed(tree: ast.Module) -> ast.expr | None:
    """Return what the last statement prints, where that is one value and nothing else is printed before."""
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "print"]
    match tree.body[-1] if tree.body else None:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[value], keywords=[])) if len(calls) == 1:
            return None if isinstance(value, ast.Starred) else value
    return None


def _is_data(statement: ast.stmt) -> bool:
    """Whether a statement gives a name to a literal."""
    if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
        return False
    allowed = (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.USub, ast.Load)
    return all(isinstance(node, allowed) for node in ast.walk(statement.value))


def _occurrences(tree: ast.Module, name: str) -> int:
    names = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(tree))
    return names + sum(isinstance(n, ast.arg) and n.arg == name for n in ast.walk(tree))


def _written(program: str, name: str) -> int:
    return len(re.findall(rf"\b{name}\b", program))

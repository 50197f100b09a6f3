"""Programs as a good model would write them: the instance as literals, the lines of a function, and a print."""

import ast
import builtins
import inspect
import itertools
import re
import symtable
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final

MAX_LINES: Final = 60
MAX_CHARS: Final = 2_100
"""What a program of level 1 to 3 may have at most: about 700 tokens of three characters."""

_WIDTH: Final = 100
"""A list or dict that is longer than this is written in several lines."""

_SHORT: Final = 28
"""Entries of up to so many characters stand together in a line, unless they are the rows of a grid."""


def program(function: Callable[..., Any], instance: Mapping[str, Any]) -> str:
    """Return a program that prints what ``function(**instance)`` returns.

    It holds the imports, the instance as literals named like the parameters, the functions and constants of the same
    module that are reached, and the lines of the function: flat where it returns once, at its end, else as a function
    (``solve`` or ``check``) and a call. Annotations and docstrings are left out, comments stay, and private names lose
    their underscore where that clashes with nothing.

    Raises:
        ValueError: the function reaches an import of ``r1ci_env``, or a value of the instance has no literal.
    """
    script = _script(function)
    literals = [assignment(name, value) for name, value in instance.items()]
    imports = list(script.imports)
    if any("Fraction(" in text for text in literals) and "from fractions import Fraction" not in imports:
        imports.append("from fractions import Fraction")
    functions = [part for part in script.definitions if "\n" in part]
    constants = [part for part in script.definitions if "\n" not in part]
    imports.sort(key=lambda line: (line.startswith("from"), line))
    head = "\n".join([*imports, *literals, *constants])
    if not functions and not re.match(r"(#.*\n)*def ", script.body):
        return f"{head}\n{script.body}\n"
    return "\n\n".join(part for part in (head, *functions, script.body) if part) + "\n"


def literal(value: Any) -> str:
    """Return the source of a value: of numbers, texts, fractions, and lists, tuples, sets and dicts of these.

    Raises:
        ValueError: the value is of another kind.
    """
    match value:
        case str():
            text = repr(value)
            return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
        case None | bool() | int() | float():
            return repr(value)
        case Fraction():
            return f"Fraction({value.numerator}, {value.denominator})"
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case tuple():
            return f"({', '.join(map(literal, value))}{',' * (len(value) == 1)})"
        case set() | frozenset() if value:
            return f"{{{', '.join(sorted(map(literal, value)))}}}"
        case set() | frozenset():
            return "set()"
        case dict():
            return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    raise ValueError(f"{value!r:.100} has no literal: an instance is made of numbers, texts and collections of these.")


def assignment(name: str, value: Any) -> str:
    """Return the line that gives a name a value; lines, one for each entry, for a long list or dict.

    Raises:
        ValueError: the value has no `literal`.
    """
    plain = isinstance(value, str) and not set('\\"') & set(value)
    if plain and "\n" in value and all(line and line == line.rstrip() for line in value.split("\n")):
        return f'{name} = """{value}"""'
    text = f"{name} = {literal(value)}"
    if len(text) <= _WIDTH or not value:
        return text
    if isinstance(value, dict):
        entries, ends = [f"{literal(k)}: {literal(v)}" for k, v in value.items()], "{}"
    elif isinstance(value, list):
        entries, ends = [literal(v) for v in value], "[]"
    else:
        return text
    grid = all(isinstance(v, str) for v in value) and len({len(v) for v in value}) == 1 and len(entries[0]) > 7
    filled = not grid and max(map(len, entries)) <= _SHORT
    lines = _filled(entries) if filled else [f"{entry}," for entry in entries]
    return f"{name} = {ends[0]}\n" + "".join(f"    {line}\n" for line in lines) + ends[1]


def _filled(entries: list[str]) -> list[str]:
    """Return lines of as many entries as there is room for, all but the last of about the same length."""
    lines = [""]
    for entry in entries:
        if len(lines[-1]) + len(entry) > _WIDTH - 10:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{entry},"
    return lines


@cache
def reached(function: Callable[..., Any]) -> frozenset[str]:
    """Return the names of the functions and classes of its module that a function reaches, its own among them."""
    statements = _reached(function).items()
    return frozenset(name for name, s in statements if isinstance(s, ast.FunctionDef | ast.ClassDef))


@dataclass(frozen=True, slots=True)
class _Script:
    """A function as parts of a program."""

    imports: tuple[str, ...]
    definitions: tuple[str, ...]
    body: str


@cache
def _script(function: Callable[..., Any]) -> _Script:
    source = inspect.getsource(sys.modules[function.__module__])
    statements = _reached(function)
    own = statements[function.__name__]
    ordered = sorted({s for s in statements.values() if s is not own}, key=lambda s: s.lineno)
    imports: list[str] = []
    definitions: list[str] = []
    for statement in ordered:
        text = _bare(_text(source, statement))
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            definitions.append(text)
        elif "r1ci_env" in text:
            raise ValueError(f"{function.__name__} of {function.__module__} needs {text!r}: solvers stand alone.")
        else:
            imports += _only(statement, {name for name, s in statements.items() if s is statement})
    definitions, body = [*map(_aired, definitions)], _aired(_main(_bare(_text(source, own))))
    *definitions, body = _public("\0".join([*definitions, body])).split("\0")
    return _Script(tuple(imports), tuple(definitions), body)


def _reached(function: Callable[..., Any]) -> dict[str, ast.stmt]:
    """Return the statements of the module that a function reaches, by the name through which it does."""
    source = inspect.getsource(sys.modules[function.__module__])
    bound = {name: statement for statement in ast.parse(source).body for name in _bound_names(statement)}
    found: dict[str, ast.stmt] = {}
    queue = [function.__name__]
    while queue:
        name = queue.pop()
        if name in bound and name not in found:
            found[name] = bound[name]
            queue += sorted(_free(_bare(_text(source, bound[name]))))
    return found


def _free(source: str) -> set[str]:
    """Return the names that lines take from the module: not those of parameters and local variables."""
    tables, names = [symtable.symtable(source, "<solver>", "exec")], set()
    for table in tables:
        tables += table.get_children()
        outermost = table.get_type() == "module"
        names |= {s.get_name() for s in table.get_symbols() if s.is_referenced() and (s.is_global() or outermost)}
    return names


def _only(statement: ast.Import | ast.ImportFrom, names: set[str]) -> list[str]:
    """Return the imports of a statement that bind the given names, as a script would write them."""
    wanted = [a for a in statement.names if (a.asname or a.name.split(".")[0]) in names]
    if isinstance(statement, ast.Import):
        return [ast.unparse(ast.Import([alias])) for alias in wanted]
    return [ast.unparse(ast.ImportFrom(statement.module, wanted, 0))]


def _main(function: str) -> str:
    """Return the source of a function as the end of a program that prints its result."""
    definition = ast.parse(function).body[0]
    assert isinstance(definition, ast.FunctionDef)
    last = definition.body[-1]
    if [node for node in _own_nodes(definition) if isinstance(node, ast.Return)] != [last]:
        name = "check" if definition.name == "verify" else "solve"
        renamed = re.sub(rf"\b{definition.name}\b", name, function)
        return f"{renamed}\n\nprint({name}({', '.join(a.arg for a in definition.args.args)}))"
    assert isinstance(last, ast.Return) and last.value is not None
    value = ast.get_source_segment(function, last.value) or ""
    match last.value:
        case ast.Call(func=ast.Name(id="str"), args=[only], keywords=[]):  # print makes a text by itself
            value = ast.get_source_segment(function, only) or ""
    lines = function.splitlines()
    begin = definition.body[0].lineno - 1
    comments = [line for line in lines[:begin] if line.lstrip().startswith("#")]
    kept = [*comments, *lines[begin : last.lineno - 1], *f"    print({value})".splitlines()]
    return "\n".join(line.removeprefix("    ") for line in kept)


def _bare(source: str) -> str:
    """Return a statement without annotations and docstrings, which a script does not need; comments stay."""
    data = source.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def start(node: ast.expr | ast.stmt | ast.arg) -> int:
        return starts[node.lineno - 1] + node.col_offset

    def end(node: ast.expr | ast.stmt) -> int:
        return starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)

    tree = ast.parse(source)
    fields = {field for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for field in node.body}
    cuts: list[tuple[int, int, bytes]] = []
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr() as annotation):
                cuts.append((start(node) + len(node.arg.encode()), end(annotation), b""))
            case ast.AnnAssign(target=target, value=ast.expr() as value) if node not in fields:
                cuts.append((end(target), start(value), b" = "))
            case ast.FunctionDef(returns=ast.expr() as returns):
                arrow = data.rindex(b"->", 0, start(returns))
                cuts.append((len(data[:arrow].rstrip()), end(returns), b""))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) and len(node.body) > 1:
            doc = node.body[0]
            cuts.append((starts[doc.lineno - 1], starts[doc.end_lineno or 0], b""))
    for first, last, new in sorted(cuts, reverse=True):
        data = data[:first] + new + data[last:]
    source = re.sub(r"\n{2,}(?= )", "\n", data.decode())
    return re.sub(r", strict=(?:True|False)\)", ")", source)  # of zip, which scripts leave out


def _aired(source: str) -> str:
    """Return a source with a blank line on either side of each function that stands among other lines."""
    ends = set()
    for block in ast.walk(ast.parse(source)):
        if isinstance(block, ast.Module | ast.FunctionDef):
            for one, other in itertools.pairwise(block.body):
                if ast.FunctionDef in (type(one), type(other)):
                    ends.add(one.end_lineno or 0)
    lines = source.splitlines()
    for end in sorted(ends, reverse=True):
        lines[end:end] = [""] * bool(lines[end].strip())
    return "\n".join(lines)


def _public(source: str) -> str:
    """Return a source in which private names have lost their underscore, where that clashes with nothing."""
    words = set(re.findall(r"\w+", source)) | set(dir(builtins))
    for private in sorted(word for word in words if re.fullmatch(r"_[a-zA-Z]\w*", word)):
        if private[1:] not in words:
            source = re.sub(rf"(?<![\w.]){private}\b", private[1:], source)
    return source


def _text(source: str, statement: ast.stmt) -> str:
    first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", []))])
    return "\n".join(source.splitlines()[first - 1 : statement.end_lineno])


def _own_nodes(definition: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of a function that are not of a function within it."""
    queue: list[ast.AST] = list(definition.body)
    for node in queue:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            queue += ast.iter_child_nodes(node)


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

"""``r1ci new-task``: the module of a task that keeps every law, to be changed into another, and its registration."""

import ast
import keyword
import re
import sys
import tomllib
from pathlib import Path
from typing import Annotated

import typer

import r1ci_env
from r1ci_env.catalog import AGGREGATES, CATALOG, CUSTOM, SOURCES, SPLITS
from r1ci_env.cli.console import completing, say
from r1ci_env.errors import BadOption, require_one_of
from r1ci_env.registry import PLUGIN_GROUP, plugin_tasks

TEMPLATE = Path(__file__).with_name("new_task.txt")


def new_task_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the task and its class, such as RomanNumerals.")],
    source: Annotated[
        str,
        typer.Option(
            help="In a clone of r1ci-env: the benchmark it comes from, or custom.",
            autocompletion=completing(lambda: (*SOURCES, CUSTOM)),
        ),
    ] = CUSTOM,
    category: Annotated[
        str | None, typer.Option(help="In a clone of r1ci-env: the folder within the source; none where it has none.")
    ] = None,
    split: Annotated[
        str, typer.Option(help="In a clone of r1ci-env: train or test.", autocompletion=completing(lambda: SPLITS))
    ] = "train",
) -> None:
    """Write a new task that keeps every law, and register it.

    In a clone of r1ci-env it becomes a file under envs and a row of the catalog; anywhere else, a module here that
    pyproject.toml registers for r1ci-env.
    """
    _require_free(name)
    require_one_of(source, (*SOURCES, CUSTOM), "source")
    require_one_of(split, SPLITS, "split")
    clone = _clone()
    if clone is not None:
        _add_to_clone(clone, name, source, category or source, split)
    elif (source, category, split) != (CUSTOM, None, "train"):
        raise BadOption("--source, --category and --split are for tasks of r1ci-env itself: go to your clone of it.")
    elif file_name(name) in sys.stdlib_module_names:
        raise BadOption(f"A module {file_name(name)} would hide Python's own: choose another name.")
    else:
        _add_here(name)


def _require_free(name: str) -> None:
    """Raise `BadOption` unless a task can be called so."""
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
        words = re.findall(r"[A-Za-z0-9]+", name)
        better = "".join(word[0].upper() + word[1:] for word in words).lstrip("0123456789")
        raise BadOption(f"{name!r} is no name for a class of a task: write it like {better or 'RomanNumerals'}.")
    taken = {row.id.lower() for row in CATALOG} | {plugin.lower() for plugin in plugin_tasks()}
    if name.lower() in taken | {aggregate.lower() for aggregate in AGGREGATES}:
        raise BadOption(f"There is an r1ci/{name}-v0 already: choose another name.")
    if keyword.iskeyword(file_name(name)):
        raise BadOption(f"A module cannot be called {file_name(name)}: choose another name.")
    if keyword.iskeyword(name) or name in _names_of_template():
        raise BadOption(f"The module of a task has another use for {name}: choose another name.")


def _names_of_template() -> set[str]:
    """Return the names that the template of a module goes by."""
    nodes = list(ast.walk(ast.parse(TEMPLATE.read_text(encoding="utf-8"))))
    return {n.id for n in nodes if isinstance(n, ast.Name)} | {n.name for n in nodes if isinstance(n, ast.alias)}


def file_name(name: str) -> str:
    """Return the name of the module of a task: ``roman_numerals`` of ``RomanNumerals``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _clone() -> Path | None:
    """Return the root of the clone that runs, if this is a folder within it."""
    root = Path(r1ci_env.__file__).resolve().parent.parent
    is_clone = (root / "pyproject.toml").is_file() and (root / "envs" / "__init__.py").is_file()
    return root if is_clone and Path.cwd().resolve().is_relative_to(root) else None


def _add_to_clone(root: Path, name: str, source: str, category: str, split: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", category):
        raise BadOption(f"{category!r} is no name for a folder of tasks: use small letters and underscores.")
    folder = root / "envs" / source if category == source else root / "envs" / source / category
    file = folder / f"{file_name(name)}.py"
    _write_new(file, _module(name))
    for package in (folder.parent, folder):
        if not (package / "__init__.py").exists():
            (package / "__init__.py").write_text(f'"""Tasks of {package.name}."""\n', encoding="utf-8")
    catalog = root / "r1ci_env" / "catalog.py"
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(_with_row(text, name, source, category, split), encoding="utf-8")
    say(f"{file.relative_to(root)} and a row of r1ci_env/catalog.py are written.")
    say(f"Make the task your own, then: r1ci check {name} && r1ci check --audit {name} && make digests gallery")


def _with_row(text: str, name: str, source: str, category: str, split: str) -> str:
    """Return the text of the catalog with a row for the task behind those of its category, or else of its source."""
    (rows,) = (
        node.value.elts
        for node in ast.parse(text).body
        if isinstance(node, ast.AnnAssign)
        and getattr(node.target, "id", "") == "CATALOG"
        and isinstance(node.value, ast.Tuple)
    )
    kin = {row.id for row in CATALOG if (row.source, row.category) == (source, category)}
    kin = kin or {row.id for row in CATALOG if row.source == source} or {row.id for row in CATALOG}
    last = [row for row in rows if isinstance(row, ast.Call) and getattr(row.args[0], "value", "") in kin][-1]
    fields = ", ".join(f'"{field}"' for field in (name, file_name(name), source, category, split))
    lines = text.splitlines(keepends=True)
    lines.insert(last.end_lineno or len(lines), f"    Row({fields}),\n")
    return "".join(lines)


def _add_here(name: str) -> None:
    folder = Path.cwd()
    file = folder / f"{file_name(name)}.py"
    module = _dotted(file)
    project = next((p for f in (folder, *folder.parents) if (p := f / "pyproject.toml").is_file()), None)
    entry = f'{name} = "{module}:{name}"'
    if project is None:
        project, text = folder / "pyproject.toml", _PROJECT.format(file=file_name(name), name=name.lower())
    else:
        text = project.read_text(encoding="utf-8")
        if name in _entries(text):
            raise BadOption(f"{project} registers a {name} already: choose another name.")
        if "." not in module:  # a module that stands in no package is listed by itself
            text = re.sub(r"^py-modules = \[(?=.)", f'py-modules = ["{module}", ', text, flags=re.M)
    text = _with_entry(text, entry)
    if name not in _entries(text):
        raise BadOption(f"{project} is of another form than is known here: add {entry} to {PLUGIN_GROUP} by hand.")
    _write_new(file, _module(name))
    project.write_text(text, encoding="utf-8")
    say(f"{file.name} is written, and {project} registers it.")
    say(f"Make the task your own, then: r1ci check {module}:{name} && pip install --editable {project.parent}")
    say(f"From then on it is r1ci/{name}-v0, for the command {name}.")


def _dotted(file: Path) -> str:
    """Return the dotted name of a module within the packages around it."""
    parts, folder = [file.stem], file.parent
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)


def _entries(text: str) -> dict[str, str]:
    """Return the tasks that the text of a pyproject.toml registers; none if it cannot be read."""
    try:
        entries: dict[str, str] = tomllib.loads(text)["project"]["entry-points"][PLUGIN_GROUP]
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return {}
    return entries


def _with_entry(text: str, entry: str) -> str:
    """Return the text of a pyproject.toml with an entry point more."""
    header = f'[project.entry-points."{PLUGIN_GROUP}"]'
    if header in text.splitlines():
        return text.replace(f"{header}\n", f"{header}\n{entry}\n", 1)
    return f"{text.rstrip()}\n\n{header}\n{entry}\n"


def _module(name: str) -> str:
    return TEMPLATE.read_text(encoding="utf-8").replace("NewTask", name)


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet, with its folders.

    Raises:
        BadOption: there is one.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise BadOption(f"{file} is there already: choose another name, or remove it.") from None


_PROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "r1ci-{name}"
version = "0.1.0"
dependencies = ["r1ci-env"]

[tool.setuptools]
py-modules = ["{file}"]
"""

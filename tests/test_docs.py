"""What README, CONTRIBUTING and docs say is so: blocks run, commands have these options, links lead somewhere.

A Python block runs as a script of its own. What its `print`s are said to print, in comments behind them, is compared.
One that cannot run here says why in a comment before it, ``<!-- not run: needs a GPU -->``, and must still compile.
"""

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import typer
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from r1ci_env.catalog import SOURCES
from r1ci_env.cli import app
from r1ci_env.registry import get_task

ROOT = Path(__file__).resolve().parent.parent
GENERATED = {"docs/command.md"}  # when the site is built
PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"))
    if str(path.relative_to(ROOT)) not in GENERATED
)
SHELLS = ("", "bash", "console", "sh", "shell")
SECONDS = 120
"""What a block may take, on a busy machine."""

NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
EXPECTED = re.compile(r"^\s*print\(.*\)\s+# (.+)$", re.M)
ELSEWHERE = "docs/integrations/"
"""Pages about other packages, each of which has tests in an environment of its own."""


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, what it is and what stands in a comment before it."""

    page: str
    line: int
    language: str
    text: str
    not_run: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def tokens(page: str):
    return MarkdownIt("commonmark", {"html": True}).enable("table").parse((ROOT / page).read_text(encoding="utf-8"))


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page; those in quotes are part of what is quoted."""
    quoted, before = 0, ""
    for token in tokens(page):
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "fence" and not quoted:
            reason = NOT_RUN.search(before)
            language = token.info.split()[0] if token.info.split() else ""
            yield Block(page, token.map[0] + 1, language, token.content, reason[1] if reason else None)
        before = token.content if token.type == "html_block" else ""


def inline_commands(page: str) -> Iterator[list[str]]:
    for token in tokens(page):
        for child in token.children or ():
            if child.type == "code_inline" and child.content.startswith("r1ci "):
                yield shlex.split(child.content)[1:]


def shell_lines(block: Block) -> Iterator[list[str]]:
    """Yield the words of each command line, without comments and leading variables."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True)
        while words and re.fullmatch(r"[A-Z][A-Z0-9_]*=.*", words[0]):
            words = words[1:]
        if words:
            yield words


ALL = [block for page in PAGES for block in blocks(page)]
PYTHON = [block for block in ALL if block.language in ("python", "py")]
LINES = [(block, words) for block in ALL if block.language in SHELLS for words in shell_lines(block)]
R1CI = [(block, words[1:]) for block, words in LINES if words[0] == "r1ci"]


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_python_blocks_run(block, tmp_path):
    compile(block.text, str(block), "exec")
    if block.not_run or block.page.startswith(ELSEWHERE):
        pytest.skip(block.not_run or "tests/integrations run it, beside the package that it is for")
    script = tmp_path / "block.py"
    script.write_text(block.text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    for expected in EXPECTED.findall(block.text):
        assert expected in printed, f"{block} says that it prints {expected!r}; it printed {printed}"
        printed = printed[printed.index(expected) + 1 :]


def test_blocks_import_what_is_there():
    for block in PYTHON:
        for node in ast.walk(ast.parse(block.text)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("r1ci_env."):
                text = Path(find_spec(node.module).origin).read_text(encoding="utf-8")
                for alias in node.names:
                    assert re.search(rf"\b{alias.name}\b", text), f"{block}: {node.module} has no {alias.name}"


def command_of(words: list[str]):
    """Return the command that the first words name, and the other words."""
    command, rest = typer.main.get_command(app), list(words)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        assert rest[0] in command.commands, f"there is no r1ci {rest[0]}"
        command = command.commands[rest.pop(0)]
    return command, rest


@pytest.mark.parametrize(("block", "words"), R1CI, ids=lambda x: " ".join(x) if isinstance(x, list) else str(x))
def test_commands_have_these_options(block, words):
    command, rest = command_of(words)
    if "--help" not in rest:
        command.make_context("r1ci", rest)  # raises for an unknown option, a bad value, a missing argument


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_sentences_exist(page):
    for words in inline_commands(page):
        command, rest = command_of(words)
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        unknown = [word for word in rest if word.startswith("-") and word.partition("=")[0] not in {*known, "--help"}]
        assert not unknown, f"{page}: r1ci {' '.join(words)} has no {unknown}"


def is_quick(words: list[str]) -> bool:
    """Whether a command line can be run here as it stands."""
    match words:
        case ["list" | "show", *_]:
            return True
        case ["sandbox", "doctor", *_]:
            return True
        case ["check" | "eval", name, *rest] if not name.startswith("-"):
            return not {"--agent", "--audit", "--output"} & set(rest)
        case ["train", *rest]:
            return "--show-config" in rest
    return False


@pytest.mark.parametrize("words", [words for _, words in R1CI if is_quick(words)], ids=" ".join)
def test_quick_commands_end_well(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(("block", "words"), [x for x in LINES if x[1][0] != "r1ci"], ids=str)
def test_other_lines_name_what_is_there(block, words):
    if words[0] == "make":
        targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M)
        assert all(word in targets for word in words[1:] if "=" not in word), words
    elif words[0] in ("python", "python3") and words[1].endswith(".py"):
        text = (ROOT / words[1]).read_text()
        assert all(f'"{word.partition("=")[0]}"' in text for word in words[2:] if word.startswith("--")), words
    elif words[:2] == ["pip", "install"]:
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
        named = re.findall(r"(?:r1ci-env|\.)\[([\w,]+)\]", " ".join(words))
        assert all(extra in extras for extra in ",".join(named).split(",") if extra), words


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as the site and code hosts make them."""
    found, heading = set(), False
    for token in tokens(page):
        if heading and token.type == "inline":
            text = "".join(child.content for child in token.children if child.type in ("text", "code_inline"))
            found.add(re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-"))
        heading = token.type == "heading_open"
    return found


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for token in tokens(page):
        for child in token.children or ():
            target = str((child.attrs or {}).get("href") or (child.attrs or {}).get("src") or "")
            if not target or re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            found = (ROOT / page).parent / path if path else ROOT / page
            assert str(found.resolve().relative_to(ROOT)) in GENERATED or found.exists(), f"{page}: {target}"
            if anchor and found.suffix == ".md":
                assert anchor in anchors(str(found.resolve().relative_to(ROOT))), f"{page}: {target}"


def test_the_first_example_is_rewarded():
    first = next(block for block in PYTHON if block.page == "README.md")
    assert EXPECTED.findall(first.text)[-1].startswith("1.0 True")


@pytest.fixture(scope="module")
def gallery():
    """The script that writes the gallery."""
    spec = spec_from_file_location("make_gallery", ROOT / "docs" / "make_gallery.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("source", SOURCES)
def test_the_gallery_says_what_the_docstrings_say(gallery, source):
    page = (ROOT / "docs" / "tasks" / f"{source}.md").read_text(encoding="utf-8")
    for name in re.findall(r"^## (\w+)$", page, re.M):
        assert gallery.description(get_task(name)) in page, f"{name} has changed: run make gallery"

"""Episodes for the eye: in a terminal, as plain text, as a self-contained page."""

import html
import re
from functools import cache
from typing import TYPE_CHECKING

from r1ci_env.protocol import RESULT_HEADER

if TYPE_CHECKING:
    from rich.console import Console

    from r1ci_env.episode import Episode

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_STYLES = {"question": "cyan", "model": "white", "sandbox": "green", "environment": "yellow"}


def printable(text: str) -> str:
    """Return a text with control characters and terminal escapes spelled out; line ends and tabs stay."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def speaker(message: dict[str, str], first: bool = False) -> str:
    """Return who speaks: ``question``, ``model``, ``sandbox`` or ``environment``."""
    if message["role"] == "assistant":
        return "model"
    if first:
        return "question"
    return "sandbox" if message["content"].startswith(RESULT_HEADER) else "environment"


def verdict(episode: "Episode") -> str:
    """Return one line on how the episode stands."""
    if not episode.over:
        return f"in progress after {episode.turns} turns"
    result = "correct" if episode.correct else "no answer" if episode.answer is None else "wrong"
    return f"{result}, reward {episode.reward:g} after {episode.turns} turns and {episode.code_runs} code runs"


@cache
def _console() -> "Console":
    from rich.console import Console

    return Console()


def print_message(message: dict[str, str], first: bool = False) -> None:
    """Print one message in a panel; the first of an episode is the question."""
    from rich.panel import Panel
    from rich.text import Text

    who = speaker(message, first)
    _console().print(
        Panel(Text(printable(message["content"])), title=who, title_align="left", border_style=_STYLES[who])
    )


def print_verdict(episode: "Episode") -> None:
    """Print how the episode ended."""
    colour = "bold green" if episode.correct else "bold red"
    _console().print(f"[{colour}]{verdict(episode)}[/]")


def to_text(episode: "Episode") -> str:
    """Return the episode as plain text."""
    parts = [f"# {episode.problem.ref}"]
    for i, message in enumerate(episode.messages):
        parts.append(f"--- {speaker(message, first=i == 0)} ---\n{printable(message['content'])}")
    return "\n\n".join([*parts, f"=== {verdict(episode)} ==="])


def to_html(*episodes: "Episode") -> str:
    """Return a page without outside references that shows the episodes."""
    body = []
    for episode in episodes:
        colour = "good" if episode.correct else "bad" if episode.over else "open"
        body.append(
            f'<details open><summary class="{colour}">{html.escape(episode.problem.ref)}: {verdict(episode)}</summary>'
        )
        for i, message in enumerate(episode.messages):
            who = speaker(message, first=i == 0)
            body.append(
                f'<section class="{who}"><b>{who}</b><pre>{html.escape(printable(message["content"]))}</pre></section>'
            )
        body.append(f"<p>A right answer: <code>{html.escape(episode.problem.answer)}</code></p></details>")
    return _PAGE.replace("{body}", "\n".join(body))


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>r1ci episodes</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2024; }
summary { font-weight: 600; cursor: pointer; margin: 1rem 0 .5rem; }
summary.good { color: #18794e; } summary.bad { color: #c62a2f; }
section { border-left: 4px solid #8b8d98; padding: .2rem .8rem; margin: .5rem 0; background: #f7f7f8; }
section.question { border-color: #0588f0; } section.sandbox { border-color: #30a46c; }
section.environment { border-color: #e2a336; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .2rem 0; font: 13px/1.45 ui-monospace, monospace; }
@media (prefers-color-scheme: dark) { body { background: #111113; color: #edeef0; } section { background: #18191b; } }
</style>
{body}
</html>
"""

"""How large the page of a run is, how long it takes to write, and how soon a browser shows it.

    python benchmarks/page.py [--per-task N] [--folder RUN]

A careless player plays real episodes: the reference solvers' programs, with slips of its own that come more often at
higher levels. The page is opened in Chromium (``pip install playwright``, and Debian's ``chromium``).
"""

import argparse
import asyncio
import json
import random
import re
import time
from contextlib import closing
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from report import publish

from r1ci_env.agents import Agent, ReferenceAgent, Reply
from r1ci_env.arena import Arena
from r1ci_env.episode import Episode
from r1ci_env.held_out import held_out_problems
from r1ci_env.playing import play_all
from r1ci_env.records import RecordFile, record
from r1ci_env.registry import get_task, list_tasks
from r1ci_env.report import PAGE_NAME, write_page


class CarelessAgent(Agent):
    """The reference solver with slips: a misspelt name, a wrong answer, none at all. Its tokens are words."""

    def __init__(self) -> None:
        self._solver = ReferenceAgent()

    async def reply(self, episode: Episode) -> Reply:
        """Return the solver's turn, or a slip that the problem and the turn decide."""
        problem = episode.problem
        rng = random.Random(f"{problem.ref}:{episode.turns}")
        hard = random.Random(problem.task).uniform(0.02, 0.16) * problem.level
        read = sum(len(message["content"].split()) for message in episode.messages)
        text = self._text(await self._solver.reply(episode), episode, rng.random() < hard, rng)
        return Reply(text, tokens=len(text.split()), prompt_tokens=read)

    def _text(self, said: Reply, episode: Episode, slips: bool, rng: random.Random) -> str:
        failed = episode.turns > 0 and "Traceback" in episode.messages[-1]["content"]
        if failed:  # which the solver does not expect: it is asked as if for the first time
            program = get_task(episode.problem.task).program(episode.problem)
            return f"A name was misspelt. Once more:\n\n```python\n{program}```"
        if "```python" in said.text:
            plan = get_task(episode.problem.task).plan(episode.problem) or "Let a program decide."
            program = said.text.replace("print(", "pritn(") if slips and rng.random() < 0.6 else said.text
            return f"{plan}\n\n{program}"
        if not slips:
            return f"So the answer is {said.text}"
        if rng.random() < 0.2:
            return "I am not sure of this result."
        answer = said.text[3:-3]
        return f"So the answer is <<<{rng.choice([answer[::-1], answer[:-1], answer + '1', 'unknown'])}>>>"

    async def close(self) -> None:
        """Hold nothing."""


def play(folder: Path, tasks: list[str], per_task: int) -> int:
    """Play held-out problems into a run folder; return their number."""
    solved = [name for name in tasks if get_task(name).solver is not None]
    problems = [(p, 0) for name in solved for p in islice(held_out_problems(get_task(name), None, 0), per_task)]
    file = RecordFile(folder / "episodes.jsonl")
    rules: dict[str, Any] = {"max_turns": 4, "code_timeout": 60.0}
    with closing(Arena(**rules)) as arena:
        asyncio.run(play_all(CarelessAgent(), arena, problems, lambda played: file.append(record(played))))
    settings = {"agent": "careless player", "per_task": per_task, "seed": 0, "prompt": "paper", **rules}
    (folder / "meta.json").write_text(json.dumps(settings, indent=1))
    return len(problems)


def load(page: Path) -> dict[str, float]:
    """Return the seconds until a browser has drawn the views, an episode that is clicked, and the hits of a search."""
    from playwright.sync_api import expect, sync_playwright

    seconds = {}
    with sync_playwright() as tools, tools.chromium.launch(executable_path="/usr/bin/chromium") as browser:
        tab = browser.new_page()
        for view in ("scores", "difficulty", "episodes"):
            tab.goto("about:blank")
            began = time.perf_counter()
            tab.goto(f"{page.as_uri()}#view={view}")
            tab.wait_for_selector("html[data-ready]")
            tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            seconds[view] = time.perf_counter() - began
        began = time.perf_counter()
        tab.locator("#rows a").first.click()
        tab.wait_for_selector("#episode .verdict")
        seconds["an episode"] = time.perf_counter() - began
        began = time.perf_counter()
        tab.fill("#search", "pritn")
        expect(tab.locator("#count")).to_have_text(re.compile(r"^[\d,]+ episodes of [\d,]+$"), timeout=60_000)
        seconds["a search in all texts"] = time.perf_counter() - began
    return seconds


def main() -> None:
    """Play, write, open."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--per-task", type=int, default=143)
    parser.add_argument("--folder", type=Path, help="keep the run here; one that is there is not played again")
    options = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        if not (folder / "meta.json").exists():
            play(folder, list_tasks(split="test"), options.per_task)
        episodes = (folder / "episodes.jsonl").read_bytes()
        began = time.perf_counter()
        page = write_page(folder)
        rows = [
            {"what": "episodes", "value": episodes.count(b"\n"), "unit": ""},
            {"what": "episodes.jsonl", "value": len(episodes) / 1e6, "unit": "MB"},
            {"what": PAGE_NAME, "value": page.stat().st_size / 1e6, "unit": "MB"},
            {"what": "written", "value": time.perf_counter() - began, "unit": "s"},
            *({"what": f"shown: {what}", "value": value, "unit": "s"} for what, value in load(page).items()),
        ]
    publish("page", "The page of a run", rows)


if __name__ == "__main__":
    main()

"""``r1ci eval``: play tasks with an agent, and keep every episode."""

import asyncio
import hashlib
import json as json_module
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from r1ci_env.agents import Agent, ReferenceAgent
from r1ci_env.arena import Arena
from r1ci_env.cli.console import (
    Ids,
    Json,
    Source,
    Split,
    chosen_tasks,
    finite,
    print_json,
    print_rows,
    progress,
    read_levels,
    say,
)
from r1ci_env.cli.players import (
    REFERENCE_RULES,
    SAMPLING,
    AgentName,
    BaseUrls,
    Concurrency,
    MaxEpisodeTokens,
    MaxTurnTokens,
    Model,
    Player,
    RequestTimeout,
    TopP,
    command_line,
    require_all_played,
    with_solver,
)
from r1ci_env.episode import Rules
from r1ci_env.errors import BadOption, R1ciError, require_one_of
from r1ci_env.evaluation.drawing import draw, draw_official, read_official
from r1ci_env.evaluation.run_folder import RunFolder
from r1ci_env.playing import Played, play_all
from r1ci_env.records import record
from r1ci_env.registry import get_task
from r1ci_env.sandbox_wasm import SandboxError
from r1ci_env.sandbox_wasm.guest.package_sets import BASE, PACKAGE_SETS
from r1ci_env.task import Problem

PER_TASK = 20

PLACES = 3
"""Digits behind the point in a table."""

RATES = ("rate", "low", "high", "chance")


def eval_command(
    ids: Ids = None,
    source: Source = None,
    split: Split = None,
    agent: AgentName = "reference",
    model: Model = None,
    base_url: BaseUrls = None,
    concurrency: Concurrency = 64,
    per_task: Annotated[
        int | None,
        typer.Option(min=1, help=f"Problems of each task, all held out; {PER_TASK}, or all items with --official."),
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="Episodes of each problem.")] = 1,
    level: Annotated[
        str | None, typer.Option(help="Difficulties with commas, such as 1,3,5; none takes all in turn.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Decides the problems and the sampling.")] = 0,
    temperature: Annotated[
        float, typer.Option(min=0, callback=finite, help="Of the model's sampling; 0 is greedy.")
    ] = 0.0,
    top_p: TopP = 1.0,
    max_turn_tokens: MaxTurnTokens = None,
    max_episode_tokens: MaxEpisodeTokens = None,
    request_timeout: RequestTimeout = 600.0,
    prompt: Annotated[
        str | None,
        typer.Option(help="'paper', 'bare' or a template with {question}; none: what the model was trained with."),
    ] = None,
    max_turns: Annotated[int | None, typer.Option(help="Model turns in an episode.")] = None,
    packages: Annotated[
        str | None,
        typer.Option(help="What code can import: 'base' or 'scientific'; none: what the model was trained with."),
    ] = None,
    official: Annotated[
        list[str] | None,
        typer.Option(help="Original items instead, such as bbh=DIR or symbench=DIR; may be given several times."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Folder of the run; none: one under runs/ that the settings name. What is in it is kept."),
    ] = None,
    by_level: Annotated[bool, typer.Option("--by-level", help="Show each level of each task, too.")] = False,
    json: Json = False,
) -> None:
    """Score an agent on tasks; the same command goes on where it was stopped, and asks nothing twice.

    The exit status is 1 if some episodes could not be played.
    """
    player = Player(
        agent=agent,
        model=model,
        base_urls=tuple(base_url or ()),
        concurrency=concurrency,
        temperature=temperature,
        top_p=top_p,
        max_turn_tokens=max_turn_tokens,
        max_episode_tokens=max_episode_tokens,
        seed=seed,
        request_timeout=request_timeout,
    )
    if samples > 1 and agent in SAMPLING and temperature == 0:
        raise BadOption("More than one sample needs a temperature above 0: at 0 they are all alike.")
    if packages is not None:
        require_one_of(packages, PACKAGE_SETS, "packages")
    places = read_official(official or [])
    if places and level is not None:
        raise BadOption("Original items have no levels: leave --level out.")
    names = list(dict.fromkeys(chosen_tasks(ids, source, split)))
    if agent == "reference":
        names, without = with_solver(names)
        if without:
            say(f"Without a reference solver, left out: {', '.join(without)}", stderr=True)
    if not names:
        raise BadOption("There is no task to play.")
    levels = sorted({*read_levels(level, "--level")}) if level is not None else []
    for name in names:
        for one in levels:
            get_task(name).require_level(one)
    given = {"prompt": prompt, "max_turns": max_turns, "packages": packages}
    options = {"packages": BASE, **player.rules(), **{k: v for k, v in given.items() if v is not None}}
    rules = Rules.from_options({name: value for name, value in options.items() if name != "packages"})
    settings: dict[str, Any] = {
        **player.settings(),
        "tasks": names,
        "per_task": per_task,
        "samples": samples,
        "levels": levels or None,
        "official": {benchmark: str(place) for benchmark, place in places.items()},
        "packages": options["packages"],
        "rules": asdict(rules),
    }
    folder = output or default_folder(player.name, settings)
    command = command_line()
    begun = RunFolder.begin(
        folder, settings, command=command, concurrency=concurrency, base_urls=list(player.base_urls)
    )
    with closing(begun) as run:
        say(f"Every episode is kept in {folder} as soon as it ends.", stderr=True)
        faults: Counter[str] = Counter()
        stopped, asked, facts = play(run, player, options, lambda: _wanted(settings, names, levels, places), faults)
        summary = run.conclude(**facts)
        nothing = stopped is not None and not summary["all"]["stops"]
        if nothing and isinstance(stopped, BadOption):
            raise stopped  # nothing can be played until it is mended
        if json:
            print_json({"folder": str(folder), "meta": run.meta, **summary})
        elif not nothing:
            print_summary(player.name, summary, by_level)
        if stopped is not None:
            say(f"Stopped. To go on:\n{command}", stderr=True)
            if isinstance(stopped, KeyboardInterrupt):
                sys.exit(130)  # with nothing more to say
            raise stopped
        require_all_played(faults, asked)


def default_folder(name: str, settings: dict[str, Any]) -> Path:
    """Return the folder that the settings name, the same for the same."""
    whose = re.sub(r"[^\w.-]+", "-", name).strip("-.")[-60:]
    growing = {"tasks", "per_task", "samples"}
    text = json_module.dumps({k: v for k, v in settings.items() if k not in growing}, sort_keys=True)
    return Path("runs") / f"eval-{whose}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def play(
    run: RunFolder,
    player: Player,
    options: dict[str, Any],
    wanted: Callable[[], Iterator[tuple[Problem, int]]],
    faults: Counter[str],
) -> tuple[BaseException | None, int, dict[str, Any]]:
    """Play what is wanted and not there, and count the faults by their reasons.

    Returns:
        What stopped it early, if anything did; how many episodes are wanted, as far as it came; and facts about it.
    """
    there = run.episodes.there()
    facts: dict[str, Any] = {}
    found: Counter[str] = Counter()
    with progress() as bar:
        tasks, samples = run.meta["tasks"], run.meta["samples"]
        per_task = run.meta["per_task"] or (0 if run.meta["official"] else PER_TASK)
        shown = bar.add_task("playing", total=len(tasks) * per_task * samples or None)

        def missing() -> Iterator[tuple[Problem, int]]:
            for problem, sample in wanted():
                found[problem.task] += 1
                if (problem.ref, sample) in there:
                    bar.advance(shown)
                else:
                    yield problem, sample

        def keep(played: Played) -> None:
            run.append(record(played))
            faults.update([played.fault] if played.stop == "fault" else [])
            bar.advance(shown)

        def note(agent: Agent) -> None:
            facts["served"] = sorted(agent.served)

        stopped: BaseException | None = None
        try:
            asyncio.run(player.play(missing(), options, keep, note))
        except (KeyboardInterrupt, R1ciError, SandboxError) as error:
            stopped = error
    if there:
        say(f"{len(there)} episodes were there already and are not played again.", stderr=True)
    few = [f"{name} ({found[name] // samples})" for name in found if found[name] < per_task * samples]
    if few and stopped is None and not run.meta["official"]:
        say(f"Fewer than {per_task} held-out questions: {', '.join(few)}", stderr=True)
    return stopped, found.total(), facts


def play_reference(problems: Sequence[Problem], packages: str = BASE) -> list[Played]:
    """Play problems with their reference solvers, all programs in the sandbox, with a progress bar."""
    with closing(Arena(packages=packages, **REFERENCE_RULES)) as arena, progress() as bar:
        shown = bar.add_task("playing", total=len(problems))
        each = [(problem, 0) for problem in problems]
        return asyncio.run(play_all(ReferenceAgent(), arena, each, lambda played: bar.advance(shown)))


def _wanted(
    settings: dict[str, Any], names: Sequence[str], levels: Sequence[int], places: dict[str, Path]
) -> Iterator[tuple[Problem, int]]:
    per_task, seed = settings["per_task"], settings["seed"]
    if places:
        problems: Iterator[Problem] = iter(draw_official(places, names, per_task, seed))
    else:
        problems = draw(names, levels, per_task or PER_TASK, seed)
    for problem in problems:
        for sample in range(settings["samples"]):
            yield problem, sample


def print_summary(name: str, summary: dict[str, Any], by_level: bool) -> None:
    """Print the tables of a run."""
    print_rows(f"{name}: tasks", score_rows([*summary["tasks"], summary["all"]]), False)
    if by_level:
        print_rows("levels of tasks", score_rows(summary["task_levels"]), False)
    print_rows("levels", score_rows(summary["levels"]), False)
    if summary["flawed"]:
        print_rows("unsound original items, no part of the rest", score_rows(summary["flawed"]), False)
    means = [
        {
            "tasks of": one["name"],
            "played": f"{one['tasks']} of {one['of']}",
            **{key: shortened(one[key]) for key in RATES},
        }
        for one in summary["paper"]
        if one["tasks"]
    ]
    if means:
        print_rows("means over tasks", means, False)
    stops = ", ".join(f"{reason} {count}" for reason, count in summary["all"]["stops"].items())
    say(f"ended by: {stops or 'nothing yet'}")


def score_rows(scores: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return scores as rows of a table, all with the same columns."""
    ks = sorted({k for one in scores for k in one["pass_at"]})
    rows = []
    for one in scores:
        row = {key: one[key] for key in ("name", "problems", "correct", *RATES)}
        row |= {f"pass@{k}": one["pass_at"].get(k) for k in ks}
        row |= {"code": one["code_share"], "runs": one["code_runs"], "tokens": one["tokens"]}
        row |= {"seconds": one["sandbox_seconds"], "faults": one["faults"]}
        rows.append({key: shortened(value) for key, value in row.items()})
    return rows


def shortened(value: Any) -> Any:
    """Return a value as a table shows it; all digits are in ``summary.json``."""
    return round(value, PLACES) if isinstance(value, float) else value

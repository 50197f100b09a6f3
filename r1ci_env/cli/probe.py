"""``r1ci probe``: how often an agent solves each of many problems."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from r1ci_env.cli.console import Ids, Json, Source, Split, chosen_tasks, finite, print_rows, progress, read_levels
from r1ci_env.cli.players import (
    SAMPLING,
    AgentName,
    BaseUrls,
    Concurrency,
    MaxEpisodeTokens,
    MaxTurnTokens,
    Model,
    Player,
    require_all_played,
)
from r1ci_env.curricula.level_audit import audit_levels
from r1ci_env.curricula.probe_file import probe_record, read_probes
from r1ci_env.episode import Rules
from r1ci_env.errors import BadOption
from r1ci_env.holding import hold
from r1ci_env.kept_settings import keep_beside
from r1ci_env.playing import Played
from r1ci_env.records import ANSWER, RecordFile
from r1ci_env.registry import get_task
from r1ci_env.task import Problem


def probe_command(
    output: Annotated[Path, typer.Option(help="File of JSON lines, one an answer; what is in it is not asked again.")],
    ids: Ids = None,
    source: Source = None,
    split: Split = "train",
    agent: AgentName = "reference",
    model: Model = None,
    base_url: BaseUrls = None,
    concurrency: Concurrency = 64,
    answers: Annotated[int, typer.Option(min=1, help="Answers to each problem.")] = 20,
    problems: Annotated[int, typer.Option(min=1, help="Problems of each task at each level.")] = 4,
    levels: Annotated[str, typer.Option(help="Difficulties, with commas.")] = "1,2,3,4,5",
    seed: Annotated[int, typer.Option(min=0, help="Of the first problem of each task and level.")] = 0,
    prompt: Annotated[str | None, typer.Option(help="'paper', 'bare' or a template with {question}.")] = None,
    max_turns: Annotated[int | None, typer.Option(min=1, help="Model turns in an episode.")] = None,
    temperature: Annotated[
        float | None,
        typer.Option(min=0, callback=finite, help="Of the model's sampling; none: 1 for those that sample."),
    ] = None,
    max_turn_tokens: MaxTurnTokens = None,
    max_episode_tokens: MaxEpisodeTokens = None,
    audit: Annotated[bool, typer.Option(help="Show the success rate of each level, and what is odd about it.")] = False,
    json: Json = False,
) -> None:
    """Measure how often an agent solves problems: the improvement potential that staged curricula go by.

    The exit status is 1 if some answers could not be had.
    """
    if temperature is None:
        temperature = 1.0 if agent in SAMPLING else 0.0
    player = Player(
        agent=agent,
        model=model,
        base_urls=tuple(base_url or ()),
        concurrency=concurrency,
        temperature=temperature,
        max_turn_tokens=max_turn_tokens,
        max_episode_tokens=max_episode_tokens,
        seed=seed,
    )
    given = {"prompt": prompt, "max_turns": max_turns}
    options: dict[str, Any] = {**player.rules(), **{k: v for k, v in given.items() if v is not None}}
    Rules.from_options({name: value for name, value in options.items() if name != "packages"})
    names = chosen_tasks(ids, source, None if ids else split)
    keep_beside(output, {**player.settings(), "rules": options})
    wanted = [(p, i) for p in _problems(names, sorted({*read_levels(levels)}), problems, seed) for i in range(answers)]
    file = RecordFile(output, ANSWER)
    faults: Counter[str] = Counter()
    with hold(output), progress() as bar:
        there = file.there()
        missing = [(problem, i) for problem, i in wanted if (problem.ref, i) not in there]
        shown = bar.add_task("probing", total=len(wanted), completed=len(wanted) - len(missing))

        def keep(played: Played) -> None:
            file.append(probe_record(played))
            faults.update([played.fault] if played.stop == "fault" else [])
            bar.advance(shown)

        if missing:
            asyncio.run(player.play(iter(missing), options, keep))
    refs = {problem.ref for problem, _ in wanted}
    none_counts = faults.total() == len(wanted)
    probes = [] if none_counts else [probe for probe in read_probes(output) if probe.ref in refs]
    rows = []
    audits = audit_levels(probes)
    measured = sorted({level for found in audits for level in found.counts})
    for found in audits:
        row: dict[str, Any] = {"task": found.task}
        if audit:
            for level in measured:
                rate = found.rate(level)
                row[f"level {level}"] = None if rate is None else round(rate, 3)
            row["flags"] = ", ".join(found.flags)
        else:
            correct, count = (sum(column) for column in zip(*found.counts.values(), strict=True))
            row |= {"answers": count, "correct": correct, "success_rate": round(correct / count, 3)}
        rows.append(row)
    print_rows(f"{len(probes)} problems, {sum(p.answers for p in probes)} answers", rows, json)
    require_all_played(faults, len(wanted))


def _problems(names: Sequence[str], levels: Sequence[int], count: int, seed: int) -> list[Problem]:
    """Return so many problems of each task and level; of training tasks none that is held out."""
    found = []
    for name in names:
        task = get_task(name)
        for level in levels:
            number, taken = seed, 0
            while taken < count:
                problem = task.problem(number, task.require_level(level))
                number += 1
                if task.split == "test" or not problem.held_out:
                    found.append(problem)
                    taken += 1
                elif number - seed > 1_000 * count:
                    raise BadOption(f"{name} has too few questions at level {level} that are not held out.")
    return found

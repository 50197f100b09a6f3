"""``r1ci probe``: how often an agent solves each of many problems."""

import asyncio
import json as json_module
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from r1ci_env.agents import Agent, FunctionAgent, ReferenceAgent
from r1ci_env.arena import Arena
from r1ci_env.cli.console import Ids, Json, Source, Split, chosen_tasks, print_rows, progress, read_levels
from r1ci_env.cli.evaluate import MAX_OUTPUT_CHARS, load_model
from r1ci_env.curricula.level_audit import audit_levels
from r1ci_env.curricula.probe_file import KEYS, read_probes
from r1ci_env.episode import Rules
from r1ci_env.errors import BadOption
from r1ci_env.playing import Played, play_all
from r1ci_env.records import RecordFile, record
from r1ci_env.registry import get_task
from r1ci_env.task import Problem


def probe_command(
    output: Annotated[Path, typer.Option(help="File of JSON lines, one an answer; what is in it is not asked again.")],
    ids: Ids = None,
    source: Source = None,
    split: Split = "train",
    agent: Annotated[
        str, typer.Option(help="'reference', 'endpoint', 'model', or module:function of one's own.")
    ] = "reference",
    model: Annotated[str | None, typer.Option(help="Name at the endpoint, or folder of a transformers model.")] = None,
    base_url: Annotated[list[str] | None, typer.Option(help="Of an endpoint; may be given several times.")] = None,
    answers: Annotated[int, typer.Option(min=1, help="Answers to each problem.")] = 20,
    problems: Annotated[int, typer.Option(min=1, help="Problems of each task at each level.")] = 4,
    levels: Annotated[str, typer.Option(help="Difficulties, with commas.")] = "1,2,3,4,5",
    seed: Annotated[int, typer.Option(min=0, help="Of the first problem of each task and level.")] = 0,
    prompt: Annotated[str | None, typer.Option(help="'paper', 'bare' or a template with {question}.")] = None,
    max_turns: Annotated[int | None, typer.Option(min=1, help="Model turns in an episode.")] = None,
    temperature: Annotated[float, typer.Option(min=0, help="Of the model's sampling.")] = 1.0,
    max_new_tokens: Annotated[int | None, typer.Option(min=1, help="Tokens in a model's turn.")] = None,
    audit: Annotated[bool, typer.Option(help="Show the success rate of each level, and what is odd about it.")] = False,
    json: Json = False,
) -> None:
    """Measure how often an agent solves problems: the improvement potential that staged curricula go by."""
    given = {"prompt": prompt, "max_turns": max_turns}
    rules: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if agent == "reference":  # its programs print whole answers, and may take their time
        rules |= {"code_timeout": 60.0, "max_output_chars": MAX_OUTPUT_CHARS}
    Rules.from_options(rules)
    names = chosen_tasks(ids, source, None if ids else split)
    _require_agent(agent, model, base_url)
    settings = {
        **{"agent": agent, "model": model, "temperature": temperature, "max_new_tokens": max_new_tokens, "seed": seed},
        "rules": rules,
    }
    _keep_settings(output, settings)
    wanted = [(p, i) for p in _problems(names, sorted({*read_levels(levels)}), problems, seed) for i in range(answers)]
    file = RecordFile(output)
    there = {(line["problem"], line["sample"]) for line in file if line["stop"] != "fault"}
    missing = [(problem, i) for problem, i in wanted if (problem.ref, i) not in there]
    with progress() as bar:
        shown = bar.add_task("probing", total=len(wanted), completed=len(wanted) - len(missing))

        def keep(played: Played) -> None:
            whole = record(played)
            file.append({key: whole[key] for key in KEYS})
            bar.advance(shown)

        if missing and agent == "model":
            _ask_model(str(model), missing, temperature, max_new_tokens, seed + len(there), rules, keep)
        elif missing:
            asyncio.run(_ask(lambda: _agent(agent, model, base_url, temperature, max_new_tokens), missing, rules, keep))
    probes = [probe for probe in read_probes(output) if probe.ref in {problem.ref for problem, _ in wanted}]
    rows = []
    audits = audit_levels(probes)
    measured = sorted({level for found in audits for level in found.counts})
    for found in audits:
        row: dict[str, Any] = {"task": found.task}
        if audit:
            for level in measured:
                rate = found.rate(level)
                row[f"level {level}"] = "" if rate is None else round(rate, 3)
            row["flags"] = ", ".join(found.flags)
        else:
            correct, count = (sum(column) for column in zip(*found.counts.values(), strict=True))
            row |= {"answers": count, "correct": correct, "success_rate": round(correct / count, 3)}
        rows.append(row)
    print_rows(f"{len(probes)} problems, {sum(p.answers for p in probes)} answers", rows, json)


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


def _require_agent(agent: str, model: str | None, base_url: list[str] | None) -> None:
    known = agent in ("reference", "endpoint", "model") or ":" in agent
    if not known:
        raise BadOption(f"--agent {agent!r} is not one of 'reference', 'endpoint', 'model' or module:function.")
    if (agent in ("endpoint", "model")) != (model is not None) or (agent == "endpoint") != bool(base_url):
        raise BadOption("--agent endpoint goes with --base-url and --model, --agent model with --model, others alone.")


def _keep_settings(output: Path, settings: dict[str, Any]) -> None:
    """Write the settings beside the file, or check that what is there was measured with the same.

    Raises:
        BadOption: it was not.
    """
    beside = output.with_name(f"{output.name}.settings.json")
    if beside.exists() and output.exists():
        other = json_module.loads(beside.read_text())
        if changed := [name for name in settings if other.get(name) != settings[name]]:
            raise BadOption(f"{output} was measured with another {', '.join(changed)}: choose another file.")
        return
    if output.exists() and output.stat().st_size:
        raise BadOption(f"{output} is there and no probe: choose another file.")
    output.parent.mkdir(parents=True, exist_ok=True)
    beside.write_text(json_module.dumps(settings, indent=1) + "\n")


def _agent(
    agent: str, model: str | None, base_url: list[str] | None, temperature: float, max_tokens: int | None
) -> Agent:
    if agent == "reference":
        return ReferenceAgent()
    if agent == "endpoint":
        from r1ci_env.agents.openai import EndpointSettings, OpenAIAgent

        return OpenAIAgent(base_url or [], EndpointSettings(str(model), temperature, max_tokens=max_tokens))
    return FunctionAgent.at(agent)


async def _ask(
    make: Callable[[], Agent],
    problems: Sequence[tuple[Problem, int]],
    rules: dict[str, Any],
    keep: Callable[[Played], None],
) -> None:
    player = make()
    try:
        with closing(Arena(**rules)) as arena:
            await play_all(player, arena, problems, keep)
    finally:
        await player.close()


def _ask_model(
    path: str,
    problems: Sequence[tuple[Problem, int]],
    temperature: float,
    max_new_tokens: int | None,
    seed: int,
    rules: dict[str, Any],
    keep: Callable[[Played], None],
) -> None:
    from r1ci_env.reference_trainer.rollout import Sampling, play

    policy = load_model(path, max_new_tokens)
    counts: dict[str, list[int]] = {}  # numbers of the samples of each problem that are still to come
    for problem, sample in problems:
        counts.setdefault(problem.ref, []).append(sample)
    play(
        policy,
        [problem for problem, _ in problems],
        sampling=Sampling(temperature, seed),
        on_finished=lambda t: keep(
            Played(t.episode, counts[t.episode.problem.ref].pop(0), t.stop, t.fault, sum(t.sampled))
        ),
        **rules,
    )

"""``r1ci eval``: play tasks with a solver or a model."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from r1ci_env.agents import ReferenceAgent
from r1ci_env.arena import Arena
from r1ci_env.cli.console import Ids, Json, Source, Split, chosen_tasks, console, print_rows, progress
from r1ci_env.episode import Rules
from r1ci_env.errors import BadOption, require_one_of
from r1ci_env.evaluation import score, scores, write_report
from r1ci_env.held_out import held_out_problems
from r1ci_env.playing import Played, play_all
from r1ci_env.registry import get_task
from r1ci_env.sandbox_wasm.guest.package_sets import BASE, PACKAGE_SETS
from r1ci_env.task import Problem

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.policy import Policy

MAX_OUTPUT_CHARS = 20_000
"""Code output that the reference solvers see: all that an answer can be made of."""


def eval_command(
    ids: Ids = None,
    source: Source = None,
    split: Split = None,
    agent: Annotated[str, typer.Option(help="Who plays: 'reference' or 'model'.")] = "reference",
    model: Annotated[str | None, typer.Option(help="Folder or name of a transformers model.")] = None,
    episodes: Annotated[int, typer.Option(min=1, help="Problems of each task, all of them held out.")] = 20,
    level: Annotated[int | None, typer.Option(help="Difficulty, 1 to 5; none mixes them.")] = None,
    seed: Annotated[int, typer.Option(help="Seed from which problems are looked for.")] = 0,
    prompt: Annotated[
        str | None,
        typer.Option(help="'paper', 'bare' or a template with {question}; none: what the model was trained with."),
    ] = None,
    max_turns: Annotated[int | None, typer.Option(help="Model turns in an episode.")] = None,
    packages: Annotated[
        str | None,
        typer.Option(help="What code can import: 'base' or 'scientific'; none: what the model was trained with."),
    ] = None,
    temperature: Annotated[float, typer.Option(min=0, help="Of the model's sampling; 0 is greedy.")] = 0.6,
    max_new_tokens: Annotated[int | None, typer.Option(min=1, help="Tokens in a model's turn.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder for the episodes, their page, scores and settings.")
    ] = None,
    json: Json = False,
) -> None:
    """Score a player on tasks; the table has 95 % confidence intervals."""
    require_one_of(agent, ("reference", "model"), "agent")
    if packages is not None:
        require_one_of(packages, PACKAGE_SETS, "packages")
    if (agent == "model") != (model is not None):
        raise BadOption("Give --agent model and --model PATH together.")
    names = chosen_tasks(ids, source, split)
    if model is None:
        without = [name for name in names if get_task(name).solver is None]
        names = [name for name in names if name not in without]
        if without:
            console(stderr=True).print(f"Without a reference solver, left out: {', '.join(without)}")
    if not names:
        raise BadOption("There is no task to play.")
    given: dict[str, Any] = {"prompt": prompt, "max_turns": max_turns}
    rules = {name: value for name, value in given.items() if value is not None}
    Rules.from_options(rules)
    levels = None if level is None else [level]
    problems = [p for name in names for p in islice(held_out_problems(get_task(name), levels, seed), episodes)]
    settings: dict[str, Any] = {"agent": agent, "tasks": names, "episodes": episodes, "level": level, "seed": seed}
    if model is None:
        settings |= {"packages": packages or BASE, **rules}
        played = play_reference(problems, settings["packages"], **rules)
    else:
        policy = load_model(model, max_new_tokens)
        rules["packages"] = packages or policy.rules.get("packages", BASE)
        settings |= {"model": model, "temperature": temperature, "max_new_tokens": policy.max_turn_tokens}
        settings |= {**policy.rules, **rules}
        played = play_model(policy, problems, temperature, seed, **rules)
    ended = [one.episode for one in played]
    table = scores(ended, key=lambda e: e.problem.task)
    table += scores(ended, key=lambda e: f"all of {get_task(e.problem.task).source}")
    table.append(score("all", ended))
    rows = [{k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(entry).items()} for entry in table]
    print_rows(f"{model or agent} on {len(names)} tasks", rows, json)
    if output is not None:
        write_report(output, played, table, settings)
        console(stderr=True).print(f"episodes and scores are in {output}")


def play_reference(problems: Sequence[Problem], packages: str = BASE, **rules: Any) -> list[Played]:
    """Play problems with their reference solvers, all programs in the sandbox, with a progress bar."""
    limits = {"code_timeout": 60.0, "max_output_chars": MAX_OUTPUT_CHARS, **rules}
    with closing(Arena(packages=packages, **limits)) as arena, progress() as bar:
        shown = bar.add_task("playing", total=len(problems))
        each = [(problem, 0) for problem in problems]
        return asyncio.run(play_all(ReferenceAgent(), arena, each, lambda played: bar.advance(shown)))


def load_model(path_or_name: str, max_new_tokens: int | None) -> "Policy":
    """Load a model of transformers."""
    from transformers.utils.logging import disable_progress_bar

    from r1ci_env.reference_trainer.policy import load_policy

    disable_progress_bar()  # ours is enough
    policy = load_policy(path_or_name)
    policy.max_turn_tokens = max_new_tokens or policy.max_turn_tokens
    return policy


def play_model(
    policy: "Policy", problems: Sequence[Problem], temperature: float, seed: int, **options: Any
) -> list[Played]:
    """Play problems with a model, with a progress bar; the options are those of the trainer's arena."""
    from r1ci_env.reference_trainer.rollout import Sampling, play

    arena = Arena(**{**policy.rules, **options})  # which builds its sandbox's image first
    with closing(arena), progress() as bar:
        shown = bar.add_task("playing", total=len(problems))
        trajectories = play(
            policy,
            problems,
            arena,
            Sampling(temperature, seed),
            on_finished=lambda trajectory: bar.advance(shown),
        )
    return [Played(t.episode, stop=t.stop, fault=t.fault, tokens=sum(t.sampled)) for t in trajectories]

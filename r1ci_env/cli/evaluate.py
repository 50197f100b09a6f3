"""``r1ci eval``: play tasks with a solver or a model."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from r1ci_env.cli.console import Ids, Json, Source, Split, chosen_tasks, console, print_rows, progress
from r1ci_env.episode import Episode, Rules
from r1ci_env.errors import BadOption
from r1ci_env.evaluation import Agent, ReferenceAgent, play, score, scores, write_report
from r1ci_env.registry import get_task

MAX_OUTPUT_CHARS = 20_000
"""Code output that a player sees: all that an answer can be made of."""


def eval_command(
    ids: Ids = None,
    source: Source = None,
    split: Split = None,
    agent: Annotated[str, typer.Option(help="Who plays: 'reference' or 'model'.")] = "reference",
    model: Annotated[str | None, typer.Option(help="Folder or name of a transformers model.")] = None,
    episodes: Annotated[int, typer.Option(min=1, help="Problems of each task.")] = 20,
    level: Annotated[int | None, typer.Option(help="Difficulty, 1 to 5; none mixes them.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the first problem of each task; the others follow.")] = 0,
    prompt: Annotated[str, typer.Option(help="'paper', 'bare' or a template with {question}.")] = "paper",
    max_turns: Annotated[int, typer.Option(help="Model turns in an episode.")] = 9,
    temperature: Annotated[float, typer.Option(min=0, help="Of the model's sampling; 0 is greedy.")] = 0.6,
    max_new_tokens: Annotated[int, typer.Option(min=1, help="Tokens in a model's turn.")] = 1024,
    output: Annotated[Path | None, typer.Option(help="Folder for episodes.jsonl, episodes.html, scores.json.")] = None,
    json: Json = False,
) -> None:
    """Score a player on tasks; the table has 95 % confidence intervals."""
    player = _agent(agent, model, temperature, max_new_tokens, seed)
    names = chosen_tasks(ids, source, split)
    if agent == "reference":
        without = [name for name in names if get_task(name).solver is None]
        names = [name for name in names if name not in without]
        if without:
            console(stderr=True).print(f"Without a reference solver, left out: {', '.join(without)}")
    rules = Rules(prompt=prompt, max_turns=max_turns, code_timeout=60, max_output_chars=MAX_OUTPUT_CHARS)
    played = play_tasks(player, names, episodes, seed, level, rules)
    table = scores(played, key=lambda e: e.problem.task)
    table += scores(played, key=lambda e: f"all of {get_task(e.problem.task).source}")
    table.append(score("all", played))
    rows = [{k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(entry).items()} for entry in table]
    print_rows(f"{agent} on {len(names)} tasks", rows, json)
    if output is not None:
        write_report(output, played, table)
        console(stderr=True).print(f"episodes and scores are in {output}")


def play_tasks(
    player: Agent, names: Sequence[str], count: int, seed: int, level: int | None, rules: Rules
) -> list[Episode]:
    """Play ``count`` problems of each task with a progress bar."""
    from r1ci_env.sandbox_wasm import SandboxPool

    if not names:
        raise BadOption("There is no task to play.")
    problems = [get_task(name).problem(seed + i, level) for name in names for i in range(count)]
    with SandboxPool() as pool, progress() as bar:
        shown = bar.add_task("playing", total=len(problems))
        return play(player, problems, pool, rules, on_finished=lambda episode: bar.advance(shown))


def _agent(kind: str, model: str | None, temperature: float, max_new_tokens: int, seed: int) -> Agent:
    from r1ci_env.errors import require_one_of

    require_one_of(kind, ("reference", "model"), "agent")
    if (kind == "model") != (model is not None):
        raise BadOption("Give --agent model and --model PATH together.")
    if model is None:
        return ReferenceAgent()
    from r1ci_env.reference_trainer.policy import load_policy

    policy: Agent = load_policy(model, temperature=temperature, max_new_tokens=max_new_tokens, seed=seed)
    return policy

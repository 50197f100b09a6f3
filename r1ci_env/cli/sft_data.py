"""``r1ci sft-data``: demonstrations for a warm start."""

import asyncio
import json as json_module
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer

from r1ci_env.agents.endpoints import require_urls
from r1ci_env.cli.console import Json, finite, print_rows, progress, read_levels, say
from r1ci_env.cli.players import require_all_played
from r1ci_env.demonstrations.dataset import make, manifest, only_right
from r1ci_env.demonstrations.making import SHARES, Settings
from r1ci_env.errors import BadOption, require_one_of
from r1ci_env.held_out import require_trainable
from r1ci_env.holding import hold
from r1ci_env.kept_settings import keep_beside, require_file
from r1ci_env.registry import get_task, list_tasks, task_name


def sft_data_command(
    output: Annotated[Path, typer.Option(help="File of JSON lines; its manifest stands beside it.")],
    per_task: Annotated[int, typer.Option(min=1, help="Demonstrations of each task.")] = 70,
    levels: Annotated[str, typer.Option(help="Difficulties, in turn.")] = "1,2,3",
    seed: Annotated[int, typer.Option(help="Decides the problems and all that is drawn.")] = 0,
    tasks: Annotated[str | None, typer.Option(help="Names, with commas; none means all of the training split.")] = None,
    leave_out: Annotated[str | None, typer.Option(help="'validation', or names of tasks with commas.")] = None,
    shares: Annotated[
        str | None,
        typer.Option(help="Such as text=.2,repair=.1: other formats share what is left as they do by default."),
    ] = None,
    keep: Annotated[
        str, typer.Option(help="'right': what earned reward 1. 'all': everything, slips to be learnt too.")
    ] = "right",
    source: Annotated[str, typer.Option(help="'solvers' or 'endpoint'.")] = "solvers",
    base_url: Annotated[list[str] | None, typer.Option(help="Of an endpoint; may be given several times.")] = None,
    model: Annotated[str | None, typer.Option(help="Name of the endpoint's model.")] = None,
    temperature: Annotated[float, typer.Option(min=0, callback=finite, help="Of the endpoint's sampling.")] = 0.8,
    attempts: Annotated[
        float, typer.Option(min=1, callback=finite, help="Problems the endpoint may try for each demonstration.")
    ] = 4.0,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests to the endpoint at a time.")] = 64,
    only_right_turns: Annotated[
        bool, typer.Option("--only-right", help="Leave out demonstrations with a turn that fails.")
    ] = False,
    tokenizer: Annotated[
        Path | None, typer.Option(help="Folder of a model, for the counts of tokens; none counts characters / 3.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; none means one for each core.")] = None,
    json: Json = False,
) -> None:
    """Make demonstrations of the tasks, for a warm start.

    They are trajectories that show how a problem is solved, played in the real environment. With an endpoint the exit
    status is 1 if some episodes could not be played.
    """
    require_one_of(source, ("solvers", "endpoint"), "source")
    require_file(output)
    episodes = output.with_name(f"{output.stem}.episodes.jsonl")
    settings = Settings(
        tasks=tuple(training_tasks(tasks, leave_out)),
        per_task=per_task,
        levels=tuple(read_levels(levels)),
        seed=seed,
        shares=read_shares(shares),
        keep=cast(Literal["right", "all"], keep),
    )
    count = token_counter(tokenizer)
    faults: Counter[str] = Counter()
    asked = 0
    if source == "endpoint":
        if not base_url or model is None:
            raise BadOption("--source endpoint needs --base-url and --model.")
        require_urls(base_url)
        if output.exists() and not episodes.exists():
            raise BadOption(f"{output} is there, and not from an endpoint: choose another file.")
        keep_beside(episodes, {"model": model, "temperature": temperature, "rules": dict(settings.rules)})

        def hear(found: dict[str, Any]) -> None:
            nonlocal asked
            asked += 1
            faults.update([found["fault"]] if found["stop"] == "fault" else [])

        with hold(episodes):
            records = _from_endpoint(settings, episodes, base_url, model, temperature, attempts, concurrency, hear)
    else:
        with progress() as bar:
            shown = bar.add_task("demonstrating", total=len(settings.tasks))
            records = make(settings, output, workers=workers, on_task=lambda task, count: bar.advance(shown))
    if only_right_turns:
        records = only_right(records)
    if only_right_turns or source == "endpoint":
        lines = (json_module.dumps(found, ensure_ascii=False) + "\n" for found in records)
        output.write_text("".join(lines), encoding="utf-8", newline="\n")
    found = manifest(settings, records, count)
    beside = output.with_name(f"{output.name}.manifest.json")
    beside.write_text(json_module.dumps(found, indent=1) + "\n", encoding="utf-8")
    rows = [{"task": name, **_row(entry, found["formats"])} for name, entry in found["tasks"].items()]
    rows.append({"task": "all", **_row({**found["formats"], **_totals(found)}, found["formats"])})
    print_rows(f"{found['demonstrations']} demonstrations, {found['right']} right", rows, json)
    say(f"{output} and {beside.name}", stderr=True)
    require_all_played(faults, asked)


def training_tasks(tasks: str | None, leave_out: str | None) -> list[str]:
    """Return the tasks that demonstrations are made of; none of the test split.

    Raises:
        R1ciError: a name is unknown, or of a test task.
    """
    names = (
        list_tasks(split="train")
        if tasks is None
        else [task_name(name.strip()) for name in tasks.split(",") if name.strip()]
    )
    require_trainable(names)
    if leave_out == "validation":
        without = set(list_tasks(split="validation"))
    else:
        without = {get_task(name.strip()).name for name in (leave_out or "").split(",") if name.strip()}
    return [name for name in names if name not in without]


def read_shares(text: str | None) -> dict[str, float]:
    """Return the shares of formats: those given, and the others in the proportions they have by default."""
    if text is None:
        return dict(SHARES)
    given: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        try:
            given[name.strip()] = float(value)
        except ValueError:
            raise BadOption(f"A share is written like repair=.1, not {part!r}.") from None
    rest = {name: share for name, share in SHARES.items() if name not in given}
    left = max(0.0, 1 - sum(given.values()))
    scale = left / sum(rest.values()) if rest else 0.0
    return {**given, **{name: share * scale for name, share in rest.items()}}


def token_counter(folder: Path | None) -> Any:
    """Return what counts the tokens of a text."""
    if folder is None:
        return lambda text: -(-len(text) // 3)
    file = folder / "tokenizer.json"
    if not file.exists():
        raise BadOption(f"{folder} holds no tokenizer.json.")
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # of no kind of its own
        raise BadOption(f"{file} is no tokenizer ({error}): name the folder of a model.") from error
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def _from_endpoint(
    settings: Settings,
    episodes: Path,
    base_urls: Iterable[str],
    model: str,
    temperature: float,
    attempts: float,
    concurrency: int,
    hear: Callable[[dict[str, Any]], object],
) -> list[dict[str, Any]]:
    """Return the demonstrations; ``hear`` is told of each episode that ends."""
    from r1ci_env.agents.openai import EndpointSettings, OpenAIAgent
    from r1ci_env.arena import Arena
    from r1ci_env.demonstrations.endpoint import sample

    async def run() -> list[dict[str, Any]]:
        agent = OpenAIAgent(list(base_urls), EndpointSettings(model, temperature, concurrency=concurrency))
        with closing(Arena(**settings.rules)) as arena, progress() as bar:
            shown = bar.add_task("asking", total=None)

            def ended(found: dict[str, Any]) -> None:
                hear(found)
                bar.advance(shown)

            try:
                return await sample(agent, arena, settings, episodes, attempts, ended)
            finally:
                await agent.close()

    return asyncio.run(run())


def _row(entry: dict[str, Any], formats: Iterable[str]) -> dict[str, Any]:
    names = ("demonstrations", *formats, "code_runs", "tokens_median", "tokens_p95")
    return {name: entry.get(name, 0) for name in names}


def _totals(found: dict[str, Any]) -> dict[str, Any]:
    entries = found["tasks"].values()
    return {
        "demonstrations": found["demonstrations"],
        "code_runs": sum(entry["code_runs"] for entry in entries),
        "tokens_median": sorted(entry["tokens_median"] for entry in entries)[len(entries) // 2],
        "tokens_p95": max(entry["tokens_p95"] for entry in entries),
    }

"""What carries over from different demonstrations to tasks that were not trained, on a real model.

    python benchmarks/demonstrations.py make FOLDER                 # the sets, in a minute
    python benchmarks/demonstrations.py train FOLDER --model MODEL  # a warm start from each, and what it comes to
    python benchmarks/demonstrations.py table RESULTS ...           # results/warm_starts.json, from what train printed

The tasks of the split ``validation`` are left out of all sets; greedy episodes on their held-out problems are counted.
"""

import argparse
import gc
import itertools
import json
import random
import re
import statistics
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from report import publish

from r1ci_env.arena import Arena
from r1ci_env.demonstrations.dataset import make, read
from r1ci_env.demonstrations.making import SHARES, Settings
from r1ci_env.protocol import parse_turn
from r1ci_env.reference_trainer.config import SftConfig
from r1ci_env.reference_trainer.evaluation import chosen_problems
from r1ci_env.reference_trainer.examples import example
from r1ci_env.reference_trainer.policy import Policy, load_policy
from r1ci_env.reference_trainer.rollout import Sampling, play
from r1ci_env.reference_trainer.sft import train_sft
from r1ci_env.reference_trainer.trajectory import Score, score
from r1ci_env.registry import get_task, list_tasks

LEVELS = (1, 2, 3)
SMALL, LARGE = 240, 2_400
"""Demonstrations of a set; the third size is all."""

PROGRAMS = {"program": 1 - SHARES["text"], "text": SHARES["text"]}
"""Shares without checks and repairs."""

SETS: dict[str, tuple[str, dict[str, float]]] = {
    "solvers": ("solve", PROGRAMS),
    "plain": ("plain", PROGRAMS),
    "plain, checks and repairs": ("plain", dict(SHARES)),
}
"""Which method the programs are cut from (the solver of all levels, or the plainest one), and the shares."""

NO_WARM_START = "no warm start"

SIZES = {"solvers": (SMALL, LARGE), "plain": (SMALL, LARGE), "plain, checks and repairs": (SMALL, LARGE, 0)}

FAILED = re.compile(r"^\w+(Error|Exception)\b", re.M)
"""The last line of a traceback."""


def file_of(folder: Path, title: str) -> Path:
    return folder / f"{title.replace(', ', '-').replace(' ', '-')}.jsonl"


def make_sets(folder: Path) -> None:
    """Write a file for each set, of the largest size that is trained."""
    names = tuple(name for name in list_tasks(split="train") if name not in list_tasks(split="validation"))
    for title, (method, shares) in SETS.items():
        per_task = 70 if 0 in SIZES[title] else -(-max(SIZES[title]) // len(names))
        plain = {name: get_task(name).plain_levels for name in names}
        if method == "solve":
            for name in names:
                get_task(name).plain_levels = 0  # type: ignore[misc]
        settings = Settings(names, per_task, LEVELS, shares=shares)
        records = make(settings, file_of(folder, title))
        for name, levels in plain.items():
            get_task(name).plain_levels = levels  # type: ignore[misc]
        print(title, len(records))


def train_all(args: argparse.Namespace) -> None:
    """Train on each set, of each size and with each seed, and print a line of what came of it."""
    began = time.perf_counter()
    measured = chosen_problems(list_tasks(split="validation"), LEVELS, args.problems)
    arena = Arena(places=args.problems)
    policy = load_policy(args.model, args.device or None, args.precision)
    first = [weight.detach().clone() for weight in policy.model.parameters()]
    if NO_WARM_START in args.sets:
        print(json.dumps({"set": NO_WARM_START, **measure(policy, measured, arena)}), flush=True)
    sets = {title: read(file_of(args.folder, title)) for title in args.sets if title in SETS}
    for size, seed, title in itertools.product(args.sizes, range(args.seeds), sets):
        if size not in SIZES[title] or (size != SMALL and seed) or time.perf_counter() - began > args.seconds:
            continue
        records = sets[title] if size == 0 else random.Random(f"{size} {seed}").sample(sets[title], size)
        with torch.no_grad():
            for weight, start in zip(policy.model.parameters(), first, strict=True):
                weight.copy_(start)
        line = {"set": title, "demonstrations": len(records), "seed": seed}
        line |= warm_start(policy, records, seed, args.tokens)
        print(json.dumps({**line, **measure(policy, measured, arena)}), flush=True)
        gc.collect()


def warm_start(policy: Policy, records: list[dict[str, Any]], seed: int, tokens: int) -> dict[str, Any]:
    """Train a policy in place; return how long it took, and how well it knows what it was taught at the end."""
    examples = [example(policy.chat, found) for found in records]
    config = SftConfig(
        epochs=2 if len(records) < 1_000 else 1,
        batch_tokens=3_500 if len(records) < 1_000 else 8_192,
        micro_batch_tokens=tokens,
        freeze_embeddings=True,
        evaluate_every=10**9,
    )
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        train_sft(policy, examples, config, seed, lambda: {}, Path(scratch))
        losses = [json.loads(line)["loss"] for line in (Path(scratch) / "sft.jsonl").read_text().splitlines()]
    return {
        "steps": len(losses),
        "train_tokens": sum(len(e.ids) for e in examples),
        "loss_first": round(statistics.mean(losses[:5]), 3),
        "loss_last": round(statistics.mean(losses[-5:]), 3),
        "train_s": round(time.perf_counter() - began, 1),
    }


def measure(policy: Policy, problems: list[Any], arena: Arena) -> dict[str, Any]:
    """Return what greedy episodes came to."""
    began = time.perf_counter()
    sampling = Sampling(0.0, 0, 4_096, 384, in_step=False)
    played = play(policy, problems, arena, sampling)
    found: Score = score(played)
    values = {name: round(value, 4) for name, value in asdict(found).items()}
    values["unchanged"] = round(unchanged([trajectory.episode.messages for trajectory in played]), 4)
    device = torch.cuda.get_device_name() if policy.device.type == "cuda" else "CPU"
    return {"problems": len(problems), **values, "play_s": round(time.perf_counter() - began, 1), "device": device}


def unchanged(chats: list[list[dict[str, str]]]) -> float:
    """Return the share of the programs after one that failed that are the same to the letter."""
    same = []
    for chat in chats:
        before = None
        for turn, result in itertools.pairwise(chat[1:]):
            said = parse_turn(turn["content"])
            if turn["role"] != "assistant" or said.kind != "code":
                continue
            if before is not None:
                same.append(said.content == before)
            before = said.content if FAILED.search(result["content"]) else None
    return statistics.mean(same) if same else 0.0


def table(files: list[Path]) -> None:
    """Publish means over the seeds."""
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines() if line.startswith('{"set"')]
    shown = ("reward", "answered", "code_use", "broken", "repeated", "well_formed", "turns", "turn_tokens")
    rows = []
    for key in dict.fromkeys((line["set"], line.get("demonstrations", 0)) for line in lines):
        own = [line for line in lines if (line["set"], line.get("demonstrations", 0)) == key]
        row = {"set": key[0], "demonstrations": key[1], "seeds": len(own), "problems": own[0]["problems"]}
        row["rewards"] = ", ".join(f"{line['reward']:.3f}" for line in own)
        rows.append(row | {name: round(statistics.mean(line[name] for line in own), 3) for name in shown})
    publish(
        "warm_starts",
        "Greedy episodes on held-out problems of the 12 validation tasks, which no set has",
        rows,
        lines=lines,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("make").add_argument("folder", type=Path)
    train = commands.add_parser("train")
    train.add_argument("folder", type=Path)
    train.add_argument("--model", required=True, help="folder of a model")
    train.add_argument("--sets", nargs="+", default=[NO_WARM_START, *SETS], choices=[NO_WARM_START, *SETS])
    train.add_argument("--sizes", type=int, nargs="+", default=[SMALL, LARGE, 0], help="demonstrations; 0: all")
    train.add_argument("--seeds", type=int, default=2)
    train.add_argument("--problems", type=int, default=222)
    train.add_argument("--tokens", type=int, default=8_192, help="tokens that are computed at once")
    train.add_argument("--device", default="", help="cpu, or cuda; a GPU if there is one")
    train.add_argument("--precision", default="bfloat16", choices=["float32", "bfloat16"])
    train.add_argument("--seconds", type=float, default=1e9, help="no set begins after that")
    commands.add_parser("table").add_argument("files", type=Path, nargs="+")
    args = parser.parse_args()
    if args.command == "make":
        make_sets(args.folder)
    elif args.command == "train":
        train_all(args)
    else:
        table(args.files)


if __name__ == "__main__":
    main()

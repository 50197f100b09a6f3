"""What the trainer does on one GPU: the local engine, and the update. JSON lines.

    PYTHONPATH=. python3 benchmarks/gpu.py measure                  # random weights of the shape of Qwen2.5-0.5B
    PYTHONPATH=. python3 benchmarks/gpu.py measure --model FOLDER   # a model of transformers
    PYTHONPATH=. python3 benchmarks/gpu.py measure --tiny           # a toy, on a CPU: only to see that all parts run
    PYTHONPATH=. python3 benchmarks/gpu.py episodes                 # the same engine with more slots and longer blocks
    PYTHONPATH=. python3 benchmarks/gpu.py recipe --model FOLDER   # the preset single-gpu-0.5b, in eight minutes

Every part stands alone, with a time limit of its own: one that fails prints an error, and the others go on. Neither
the sandbox nor gymnasium is needed for the first two.
"""

import argparse
import copy
import gc
import heapq
import json
import os
import random
import shutil
import signal
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, Qwen2Config, Qwen2ForCausalLM

from r1ci_env.reference_trainer import packed_attention
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.engines.interface import Turn
from r1ci_env.reference_trainer.engines.local import LocalEngine, TokenCounts
from r1ci_env.reference_trainer.engines.passes import Piece
from r1ci_env.reference_trainer.grpo import update
from r1ci_env.reference_trainer.optimizer import MasterAdamW
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import token_logprobs
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.report.training import read_metrics

CUDA = torch.cuda.is_available()
DEVICE = "cuda" if CUDA else "cpu"
START = time.perf_counter()


@dataclass(frozen=True)
class Sizes:
    """How large everything is."""

    shape: dict[str, int] = field(
        default_factory=lambda: {
            "vocab_size": 151_936,
            "hidden_size": 896,
            "intermediate_size": 4_864,
            "num_hidden_layers": 24,
            "num_attention_heads": 14,
            "num_key_value_heads": 2,
            "max_position_embeddings": 32_768,
        }
    )
    slots: tuple[int, ...] = (64, 256)
    widths: tuple[int, ...] = (256, 1_024, 2_048)
    length: int = 2_300
    episodes: int = 1_024
    variants: tuple[tuple[int, int, tuple[int, int]], ...] = (  # slots, block, chunk
        (256, 8, (32, 64)),
        (512, 16, (64, 64)),
        (256, 16, (32, 64)),
        (384, 16, (48, 64)),
        (512, 8, (64, 64)),
        (256, 8, (32, 32)),
        (512, 16, (32, 64)),
        (256, 16, (64, 64)),
    )
    group: int = 8
    prompt: int = 300
    turn_tokens: tuple[int, int] = (20, 250)
    rows: tuple[int, ...] = (4_096, 8_192, 16_384)


TINY = Sizes(
    shape={
        "vocab_size": 512,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 1_024,
    },
    slots=(4,),
    widths=(256,),
    length=500,
    episodes=12,
    variants=((4, 8, (4, 32)), (8, 4, (8, 16))),
    group=4,
    prompt=20,
    turn_tokens=(10, 40),
    rows=(512,),
)


class Report:
    """Runs parts within their limits and prints what they return."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.results: list[dict[str, Any]] = []

    def part(self, name: str, limit: float, measure: Callable[..., dict[str, Any]], *args: Any, **more: Any) -> None:
        """Print what ``measure`` returns, or why it did not."""
        left = self.seconds - (time.perf_counter() - START)
        if left < 3:
            return self.print(name, error="skipped: no time is left")
        signal.signal(signal.SIGALRM, _too_slow)
        signal.alarm(max(1, int(min(limit, left))))
        try:
            clean()
            self.print(name, **measure(*args, **more))
        except Exception as error:
            signal.alarm(0)
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            self.print(name, error=f"{type(error).__name__}: {str(error)[:400]}", where=where)
        finally:
            signal.alarm(0)
            with suppress(Exception):
                clean()
        return None

    def print(self, name: str, **values: Any) -> None:
        """Print a line and keep it."""
        line = {"part": name, "at": round(time.perf_counter() - START, 1), **values}
        self.results.append(line)
        print(json.dumps(line), flush=True)

    def best(self, name: str, key: str, pick: Callable[..., Any] = max, **where: Any) -> float | None:
        """Return the best value of a part, among the lines with these other values."""
        rows = [r for r in self.results if r["part"] == name and key in r and where.items() <= r.items()]
        return pick((row[key] for row in rows), default=None)


def _too_slow(*_: object) -> None:
    raise TimeoutError("the part took longer than its limit")


def sync() -> None:
    if CUDA:
        torch.cuda.synchronize()


def clean() -> None:
    gc.collect()
    if CUDA:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def peak_gib() -> float | None:
    return round(torch.cuda.max_memory_allocated() / 2**30, 2) if CUDA else None


def timed(function: Callable[[], object]) -> float:
    sync()
    began = time.perf_counter()
    function()
    sync()
    return time.perf_counter() - began


def make_model(sizes: Sizes, folder: str | None) -> Any:
    dtype = torch.bfloat16 if CUDA else torch.float32
    if folder:
        return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).to(DEVICE).eval()
    torch.manual_seed(0)
    with torch.device(DEVICE):
        model = Qwen2ForCausalLM(Qwen2Config(**sizes.shape, tie_word_embeddings=True))
    model = model.to(dtype).eval()
    while entropy(model) > 1.5:  # random weights know nothing; a trained model is about this sure
        model.model.norm.weight.data *= 1.15
    return model


def entropy(model: Any) -> float:
    ids = torch.arange(4, 260, device=DEVICE).view(4, 64)
    with torch.no_grad():
        logits = model(input_ids=ids).logits.float()
    mean: float = torch.distributions.Categorical(logits=logits).entropy().mean().item()
    return mean


def make_engine(model: Any, sizes: Sizes, slots: int, flash: bool, **more: Any) -> LocalEngine:
    return LocalEngine(model, slots=slots, length=sizes.length, flash=flash, static=True, **more)


def attention(flash: bool) -> str:
    return "flash" if flash else "sdpa"


def steps(model: Any, sizes: Sizes, slots: int, width: int, flash: bool, graphs: bool, blocks: int = 4) -> dict:
    """Milliseconds for a token of all slots, when each holds nearly ``width``; prompts are copied from the first."""
    engine = make_engine(model, sizes, slots, flash, block=8 if graphs else 2)
    block = engine.passes.block
    engine.passes.capturing &= graphs
    prompt = [4 + i % 200 for i in range(width - (blocks + 4) * block)]
    for e in range(slots):
        engine.turn(e, prompt, max_tokens=(blocks + 3) * block, seed=e)
    first = timed(engine.step)
    engine.step()
    seconds = timed(lambda: [engine.step() for _ in range(blocks)])
    write = timed(lambda: engine.passes.write(width - 2 * block))
    tokens = blocks * block
    return {
        "slots": slots,
        "width": width,
        "attention": attention(flash),
        "graphs": engine.passes.capturing,
        "ms_per_step": round(1e3 * seconds / tokens, 3),
        "ms_per_step_without_python": round(1e3 * write / block, 3),
        "tokens_per_s": round(slots * tokens / seconds),
        "s_first_block": round(first, 2),
        "peak_gib": peak_gib(),
    }


def reading(model: Any, sizes: Sizes, flash: bool, chunk: tuple[int, int]) -> dict:
    """Milliseconds of one pass that reads a full chunk."""
    engine = make_engine(model, sizes, chunk[0], flash, chunk=chunk)
    pieces = [Piece(slot, 0, list(range(4, 4 + chunk[1]))) for slot in range(chunk[0])]
    for _ in range(2):
        engine.passes.read(pieces)
    seconds = timed(lambda: [engine.passes.read(pieces) for _ in range(5)]) / 5
    rate = round(chunk[0] * chunk[1] / seconds)
    return {"attention": attention(flash), "chunk": chunk, "ms_per_pass": round(1e3 * seconds, 2), "tokens_per_s": rate}


def neighbours(model: Any, sizes: Sizes, flash: bool) -> dict:
    """How many of the same turns are the same, among others and alone: tokens, and log-probabilities to the bit."""

    def ask(order: Any) -> dict[int, Turn]:
        engine = make_engine(model, sizes, min(64, 4 * max(sizes.slots)), flash)
        futures = {e: engine.turn(e, [4 + e] * (20 + 7 * e), max_tokens=48, seed=e) for e in order}
        while engine.step():
            pass
        return {e: future.result() for e, future in futures.items()}

    together, reversed_, alone = ask(range(16)), ask(range(15, -1, -1)), ask([3])

    def same(other: dict[int, Turn], what: str) -> str:
        return f"{sum(getattr(together[e], what) == getattr(turn, what) for e, turn in other.items())}/{len(other)}"

    return {
        "attention": attention(flash),
        "reversed_tokens": same(reversed_, "ids"),
        "reversed_bits": same(reversed_, "logprobs"),
        "alone_tokens": same(alone, "ids"),
        "alone_bits": same(alone, "logprobs"),
    }


class DeviceClock:
    """Adds up the time that the device spends in a function, what it gives back included, from events of each call."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._marks: list[tuple[Any, Any]] = []

    def __call__(self, *args: Any) -> Any:
        """Call the function."""
        begin = self._mark()
        result = self._function(*args)
        self._marks.append((begin, self._mark()))
        return result

    @property
    def seconds(self) -> float:
        """The time so far; waits for the device."""
        sync()
        if not CUDA:
            return sum(end - begin for begin, end in self._marks)
        return sum(begin.elapsed_time(end) for begin, end in self._marks) / 1e3

    @staticmethod
    def _mark() -> Any:
        if not CUDA:
            return time.perf_counter()
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event


def episodes(
    model: Any,
    sizes: Sizes,
    flash: bool,
    kept: dict[str, list[Trajectory]],
    slots: int = 0,
    count: int = 0,
    **more: Any,
) -> dict:
    """Episodes of 1 to 4 turns, whose observations of 10 to 60 tokens come after 5 to 60 ms, as from a sandbox.

    Prompts come in groups. The lengths of turns are drawn, not sampled: the weights are random. It is ``steady`` until
    the last episode has a slot; from then on more and more slots are empty.
    """
    slots, count = slots or max(sizes.slots), count or sizes.episodes
    engine = make_engine(model, sizes, slots, flash, **more)
    warm_up = timed(lambda: _capture_all(engine, sizes))
    engine.weights_changed()
    counts = engine.counts = TokenCounts()
    passes: Any = engine.passes
    passes.read, passes.write = reads, writes = DeviceClock(passes.read), DeviceClock(passes.write)
    trajectories = [Trajectory(episode=None) for _ in range(count)]  # type: ignore[arg-type]
    moments: list[tuple[float, TokenCounts]] = []  # after each block: since the beginning, and what was done by then
    seconds = timed(lambda: _play(engine, slots, sizes, trajectories, moments))
    kept[attention(flash)] = trajectories

    def busy(done: TokenCounts) -> float:
        return round(done.sampled / max(done.blocks * passes.block * slots, 1), 3)

    steady_seconds, steady = moments[-1] if moments else (0.0, counts)
    return {
        "attention": attention(flash),
        "slots": slots,
        "block": passes.block,
        "chunk": passes.chunk,
        "episodes": count,
        "seconds": round(seconds, 2),
        "tokens_per_s": round(counts.sampled / seconds),
        "busy_share": busy(counts),
        "steady_seconds": round(steady_seconds, 2),
        "steady_tokens_per_s": round(steady.sampled / steady_seconds) if moments else None,
        "steady_busy_share": busy(steady) if moments else None,
        "sampled": counts.sampled,
        "read": counts.read,
        "copied": counts.copied,
        "blocks": counts.blocks,
        "reads": counts.reads,
        "ms_per_step": round(1e3 * writes.seconds / (counts.blocks * passes.block), 3),
        "ms_per_read": round(1e3 * reads.seconds / counts.reads, 2),
        "ms_per_block_elsewhere": round(1e3 * (seconds - writes.seconds - reads.seconds) / counts.blocks, 2),
        "s_captures": round(warm_up, 1),
        "graphs": len(passes.graphs),
        "peak_gib": peak_gib(),
    }


def _capture_all(engine: LocalEngine, sizes: Sizes) -> None:
    for length in sorted({20, *(int(0.9 * width) for width in sizes.widths)}):
        future = engine.turn("warm-up", [5] * length, max_tokens=8, seed=0)
        while not future.done():
            engine.step()
        engine.finish("warm-up")


def _play(
    engine: LocalEngine,
    slots: int,
    sizes: Sizes,
    trajectories: list[Trajectory],
    moments: list[tuple[float, TokenCounts]],
) -> None:
    turns: list[list[int]] = []
    futures: dict[int, Any] = {}
    away: list[tuple[float, int]] = []  # when the observation comes, and whose it is
    began, finished = time.perf_counter(), 0

    def ask(e: int) -> None:
        futures[e] = engine.turn(e, trajectories[e].ids, max_tokens=turns[e].pop(), seed=e)

    for e, trajectory in enumerate(trajectories):
        rng, group = random.Random(f"episode {e}"), random.Random(f"group {e // sizes.group}")
        trajectory.add([group.randrange(4, 256) for _ in range(sizes.prompt)])
        turns.append([rng.randrange(*sizes.turn_tokens) for _ in range(rng.randrange(1, 5))])
        ask(e)
    while futures or away:
        while away and away[0][0] <= time.perf_counter():
            ask(heapq.heappop(away)[1])
        if not engine.step():
            time.sleep(0.001)
            continue
        if finished < len(trajectories) - slots:
            moments.append((time.perf_counter() - began, replace(engine.counts)))
        for e in [e for e, future in futures.items() if future.done()]:
            trajectory = trajectories[e]
            trajectory.add_turn(futures.pop(e).result())
            if turns[e]:
                rng = random.Random(f"observation {e} {len(trajectory.ids)}")
                trajectory.add([rng.randrange(4, 256) for _ in range(rng.randrange(10, 60))])
                heapq.heappush(away, (time.perf_counter() + rng.uniform(0.005, 0.06), e))
            else:
                engine.finish(e)
                finished += 1


def gap(model: Any, trajectories: list[Trajectory], name: str, float32: bool, some: int = 24) -> dict:
    """Log-probabilities of the engine against one full pass over each stream."""
    if float32 and model.dtype != torch.float32:
        model = copy.deepcopy(model).float()
    differences = []
    with torch.no_grad():
        for trajectory in random.Random(0).sample(trajectories, min(some, len(trajectories))):
            row = pack([trajectory], DEVICE)
            differences.append(token_logprobs(model, row) - row.logprobs_N)
    d = torch.cat(differences)
    ratio = d.exp()
    return {
        "attention": name,
        "against": str(model.dtype).removeprefix("torch."),
        "tokens": len(d),
        "gap_max": round(d.abs().max().item(), 5),
        "gap_mean": round(d.abs().mean().item(), 6),
        "gap_p99": round(d.abs().quantile(0.99).item(), 5),
        "outside_clip": round(((ratio < 0.8) | (ratio > 1.28)).float().mean().item(), 6),
        "k3": round((ratio - 1 - d).mean().item(), 7),
    }


@dataclass
class Trained:
    """As much of a policy as `update` needs."""

    model: Any
    context: int

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.model.device

    def token_logprobs(self, row: Any, temperature: float) -> torch.Tensor:
        """See `Policy.token_logprobs`."""
        return token_logprobs(self.model, row, temperature)


def updates(model: Any, sizes: Sizes, trajectories: list[Trajectory], row: int, flash: bool, again: bool) -> dict:
    """Tokens a second of a whole GRPO update, optimiser included; ``again``: activations are computed again."""
    model.config._attn_implementation = packed_attention.NAME if flash else "sdpa"
    model.gradient_checkpointing_enable({"use_reentrant": False}) if again else model.gradient_checkpointing_disable()
    rng = random.Random(1)
    groups = max(2, min(len(trajectories) // sizes.group, 16))
    chosen = trajectories[: groups * sizes.group]
    rewards = [float(rng.random() < 0.5) for _ in chosen]
    config = GrpoConfig(group=sizes.group, micro_batch_tokens=row)
    policy: Any = Trained(model, sizes.length)
    optimizer = MasterAdamW(model.parameters(), lr=1e-6)
    before = [master.detach().clone() for master in optimizer.masters]
    first = timed(lambda: update(policy, optimizer, chosen[: 2 * sizes.group], [1.0, 0.0] * sizes.group, config))
    moved = sum((a != b).sum().item() for a, b in zip(before, optimizer.masters, strict=True))
    del before
    values: dict[str, float] = {}
    seconds = timed(lambda: values.update(update(policy, optimizer, chosen, rewards, config)))
    for master in optimizer.masters:
        master.grad = torch.zeros_like(master)
    stepping = timed(optimizer.step)
    tokens = sum(len(t.ids) for t in chosen) * values["kept_groups"]
    return {
        "micro_batch_tokens": row,
        "attention": attention(flash),
        "recompute": again,
        "tokens_per_s": round(tokens / seconds),
        "policy_tokens_per_s": round(
            tokens / seconds * sum(sum(t.sampled) for t in chosen) / sum(map(_length, chosen))
        ),
        "tokens": round(tokens),
        "seconds": round(seconds, 2),
        "s_first": round(first, 2),
        "s_optimizer_step": round(stepping, 4),
        "masters_moved": round(moved / sum(m.numel() for m in optimizer.masters), 4),
        "peak_gib": peak_gib(),
        **{key: round(values[key], 6) for key in ("loss", "gradient_norm", "logprob_gap", "logprob_k3")},
    }


def _length(trajectory: Trajectory) -> int:
    return len(trajectory.ids)


def begin(sizes: Sizes, folder: str | None, seconds: float) -> tuple[Report, Any]:
    import transformers

    report = Report(seconds)
    name = torch.cuda.get_device_name() if CUDA else "cpu"
    report.print("machine", device=name, torch=torch.__version__, transformers=transformers.__version__)
    model = make_model(sizes, folder)
    report.print("model", model=folder or "random weights", parameters=model.num_parameters(), entropy=entropy(model))
    return report, model


def measure(sizes: Sizes, folder: str | None, seconds: float, kinds: tuple[bool, ...]) -> None:
    report, model = begin(sizes, folder, seconds)
    kept: dict[str, list[Trajectory]] = {}
    for slots in sizes.slots:
        report.part("step", 15, steps, model, sizes, slots, sizes.widths[-1] // 2, False, graphs=False)
    for flash in kinds:
        for slots in sizes.slots:
            for width in sizes.widths if slots == max(sizes.slots) else sizes.widths[1:2]:
                report.part("step", 12, steps, model, sizes, slots, width, flash, graphs=True)
        exact(report, model, sizes, flash)
        # What is slower gets fewer variants.
        for slots, block, chunk in sizes.variants[: 2 if flash == kinds[-1] else 1]:
            report.part("episodes", 40, episodes, model, sizes, flash, kept, slots, block=block, chunk=chunk)
        gaps(report, model, flash, kept)
    trajectories = next(iter(kept.values()), [])
    for flash in kinds[::-1]:
        for row in sizes.rows if flash else sizes.rows[:2]:
            report.part("update", 15, updates, model, sizes, trajectories, row, flash, again=False)
    report.part("update", 15, updates, model, sizes, trajectories, sizes.rows[-1], kinds[-1], again=True)
    model.gradient_checkpointing_disable()
    targets(report, sizes)


def play_variants(sizes: Sizes, folder: str | None, seconds: float, kinds: tuple[bool, ...]) -> None:
    report, model = begin(sizes, folder, seconds)
    kept: dict[str, list[Trajectory]] = {}
    flash = kinds[-1]
    exact(report, model, sizes, flash)
    for i, (slots, block, chunk) in enumerate(sizes.variants):
        report.part("episodes", 40, episodes, model, sizes, flash, kept, slots, block=block, chunk=chunk)
        if i == 0:
            gaps(report, model, flash, kept)
    targets(report, sizes)


def recipe(sizes: Sizes, folder: str | None, seconds: float, settings: list[str]) -> None:
    """Train a model by the recipe; what was measured after each phase is printed, also if time runs out."""
    from r1ci_env.reference_trainer.overrides import parse_assignments
    from r1ci_env.reference_trainer.run import train

    report = Report(seconds)
    overrides = {"budget_s": 0.55 * seconds, **(TINY_RECIPE if sizes is TINY else {}), **parse_assignments(settings)}
    if folder:
        overrides["model"] = folder
    with tempfile.TemporaryDirectory() as scratch:
        run = Path(scratch) / "run"
        report.part("recipe", seconds, lambda: {"gain": train("single-gpu-0.5b", run, overrides=overrides).gain})
        results = json.loads((run / "results.json").read_text()) if (run / "results.json").exists() else {}
        for phase, found in results.items():
            report.print(phase, **found)
        for phase in ("sft", "grpo", "control"):
            rows = read_metrics(run / f"{phase}.jsonl")
            for row in rows if phase == "grpo" else rows[:: max(1, len(rows) // 20)]:
                report.print(f"{phase} step", **{key: round(value, 5) for key, value in row.items()})
        if out := os.environ.get("OUT"):
            for name in ("report.html", "results.json", "grpo.jsonl", "control.jsonl", "sft.jsonl"):
                with suppress(OSError):
                    shutil.copy(run / name, out)


TINY_RECIPE: dict[str, Any] = {
    "model": "",
    "tasks": ["NumberMultiply", "SpellBackward"],
    "levels": [1],
    "prompt": "bare",
    "max_turns": 2,
    "max_episode_tokens": 256,
    "max_turn_tokens": 24,
    "places": 8,
    "tiny.hidden_size": 32,
    "tiny.context": 256,
    "tiny.max_turn_tokens": 24,
    "demonstrations.per_task": 10,
    "demonstrations.bare": True,
    "sft.max_steps": 3,
    "grpo.steps": 2,
    "grpo.problems": 2,
    "grpo.group": 4,
    "grpo.max_episode_tokens": 256,
    "grpo.max_turn_tokens": 24,
    "evaluation.problems": 4,
    "evaluation.left_out_problems": 37,
}


def exact(report: Report, model: Any, sizes: Sizes, flash: bool) -> None:
    for chunk in dict.fromkeys(chunk for _, _, chunk in sizes.variants):
        report.part("reading", 8, reading, model, sizes, flash, chunk)
    report.part("neighbours", 10, neighbours, model, sizes, flash)


def gaps(report: Report, model: Any, flash: bool, kept: dict[str, list[Trajectory]]) -> None:
    for float32 in (False, True):
        report.part("gap", 10, gap, model, kept.get(attention(flash), []), attention(flash), float32)


def targets(report: Report, sizes: Sizes) -> None:
    few = {"slots": max(sizes.slots)}
    report.print(
        "targets",
        rollout_tokens_per_s=report.best("episodes", "tokens_per_s", **few),
        steady_rollout_tokens_per_s=report.best("episodes", "steady_tokens_per_s", **few),
        rollout_wanted=25_000,
        ms_per_step=report.best("step", "ms_per_step", min, **few, width=sizes.widths[-1]),
        ms_wanted=10,
        update_tokens_per_s=report.best("update", "tokens_per_s"),
        update_wanted=50_000,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    for name, what, seconds, run in (
        ("measure", "engine and update, in at most three minutes", 175, measure),
        ("episodes", "the engine with more slots and longer blocks, in at most two and a half", 145, play_variants),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("--model", help="folder of a model; without it, random weights")
        command.add_argument("--tiny", action="store_true", help="a toy shape")
        command.add_argument("--seconds", type=float, default=seconds, help="no part begins or goes on after that")
        command.add_argument("--attention", choices=("both", "sdpa", "flash"), default="both", help="kernels")
        command.set_defaults(run=run)
    command = commands.add_parser("recipe", help="a whole run of single-gpu-0.5b, in at most eight minutes")
    command.add_argument("--model", help="folder of a model; without it, Qwen2.5-Coder-0.5B-Instruct by name")
    command.add_argument("--tiny", action="store_true", help="a tiny model and hardly any steps")
    command.add_argument("--seconds", type=float, default=480, help="it ends after that; GRPO has 55 %% for its end")
    command.add_argument("--set", action="append", default=[], help="a setting, as of r1ci train")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    sizes = TINY if args.tiny else Sizes()
    if args.command == "recipe":
        return recipe(sizes, args.model, args.seconds, args.set)
    kinds = {"both": (False, True), "sdpa": (False,), "flash": (True,)}[args.attention if CUDA else "sdpa"]
    return args.run(sizes, args.model, args.seconds, kinds)


if __name__ == "__main__":
    main()

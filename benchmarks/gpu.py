"""What the trainer does on one GPU: the local engine, and the update. JSON lines.

    PYTHONPATH=. python3 benchmarks/gpu.py measure                  # random weights of the shape of Qwen2.5-0.5B
    PYTHONPATH=. python3 benchmarks/gpu.py measure --model FOLDER   # a model of transformers
    PYTHONPATH=. python3 benchmarks/gpu.py measure --tiny           # a toy, on a CPU: only to see that all parts run

Every part stands alone, with a time limit of its own: one that fails prints an error, and the others go on. Neither
the sandbox nor gymnasium is needed.
"""

import argparse
import copy
import gc
import heapq
import json
import random
import signal
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, Qwen2Config, Qwen2ForCausalLM

from r1ci_env.reference_trainer import packed_attention
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.engines.interface import Turn
from r1ci_env.reference_trainer.engines.local import LocalEngine
from r1ci_env.reference_trainer.engines.passes import Piece
from r1ci_env.reference_trainer.grpo import update
from r1ci_env.reference_trainer.optimizer import MasterAdamW
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import token_logprobs
from r1ci_env.reference_trainer.trajectory import Trajectory

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
    episodes: int = 512
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


def episodes(model: Any, sizes: Sizes, flash: bool, kept: dict[str, list[Trajectory]], **more: Any) -> dict:
    """Episodes of 1 to 4 turns, whose observations of 10 to 60 tokens come after 5 to 60 ms, as from a sandbox.

    Prompts come in groups. The lengths of turns are drawn, not sampled: the weights are random.
    """
    engine = make_engine(model, sizes, max(sizes.slots), flash, **more)
    warm_up = timed(lambda: _capture_all(engine, sizes))
    engine.weights_changed()
    engine.counts.read = engine.counts.copied = engine.counts.sampled = 0
    trajectories = [Trajectory(episode=None) for _ in range(sizes.episodes)]  # type: ignore[arg-type]
    seconds = timed(lambda: _play(engine, sizes, trajectories))
    kept[attention(flash)] = trajectories
    return {
        "attention": attention(flash),
        "slots": max(sizes.slots),
        "block": engine.passes.block,
        "chunk": engine.passes.chunk,
        "episodes": sizes.episodes,
        "seconds": round(seconds, 2),
        "tokens_per_s": round(engine.counts.sampled / seconds),
        "sampled": engine.counts.sampled,
        "read": engine.counts.read,
        "copied": engine.counts.copied,
        "s_captures": round(warm_up, 1),
        "graphs": len(engine.passes.graphs),
        "peak_gib": peak_gib(),
    }


def _capture_all(engine: LocalEngine, sizes: Sizes) -> None:
    for length in sorted({20, *(int(0.9 * width) for width in sizes.widths)}):
        future = engine.turn("warm-up", [5] * length, max_tokens=8, seed=0)
        while not future.done():
            engine.step()
        engine.finish("warm-up")


def _play(engine: LocalEngine, sizes: Sizes, trajectories: list[Trajectory]) -> None:
    turns: list[list[int]] = []
    futures: dict[int, Any] = {}
    away: list[tuple[float, int]] = []  # when the observation comes, and whose it is

    def ask(e: int) -> None:
        futures[e] = engine.turn(e, trajectories[e].ids, max_tokens=turns[e].pop(), seed=e)

    for e, trajectory in enumerate(trajectories):
        rng, group = random.Random(f"episode {e}"), random.Random(f"group {e // sizes.group}")
        trajectory.add_observation([group.randrange(4, 256) for _ in range(sizes.prompt)])
        turns.append([rng.randrange(*sizes.turn_tokens) for _ in range(rng.randrange(1, 5))])
        ask(e)
    while futures or away:
        while away and away[0][0] <= time.perf_counter():
            ask(heapq.heappop(away)[1])
        if not engine.step():
            time.sleep(0.001)
            continue
        for e in [e for e, future in futures.items() if future.done()]:
            trajectory = trajectories[e]
            trajectory.add_turn(futures.pop(e).result())
            if turns[e]:
                rng = random.Random(f"observation {e} {len(trajectory.ids)}")
                trajectory.add_observation([rng.randrange(4, 256) for _ in range(rng.randrange(10, 60))])
                heapq.heappush(away, (time.perf_counter() + rng.uniform(0.005, 0.06), e))
            else:
                engine.finish(e)


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


def measure(sizes: Sizes, folder: str | None, seconds: float, kinds: tuple[bool, ...]) -> None:
    import transformers

    report = Report(seconds)
    name = torch.cuda.get_device_name() if CUDA else "cpu"
    report.print("machine", device=name, torch=torch.__version__, transformers=transformers.__version__)
    model = make_model(sizes, folder)
    report.print("model", model=folder or "random weights", parameters=model.num_parameters(), entropy=entropy(model))
    kept: dict[str, list[Trajectory]] = {}
    for slots in sizes.slots:
        report.part("step", 15, steps, model, sizes, slots, sizes.widths[-1] // 2, False, graphs=False)
    for flash in kinds:
        for slots in sizes.slots:
            for width in sizes.widths if slots == max(sizes.slots) else sizes.widths[1:2]:
                report.part("step", 12, steps, model, sizes, slots, width, flash, graphs=True)
        for chunk in ((32, 64), (16, 128)):
            report.part("reading", 8, reading, model, sizes, flash, chunk)
        report.part("neighbours", 10, neighbours, model, sizes, flash)
        report.part("episodes", 30, episodes, model, sizes, flash, kept)
        for float32 in (False, True):
            report.part("gap", 10, gap, model, kept.get(attention(flash), []), attention(flash), float32)
    trajectories = next(iter(kept.values()), [])
    for flash in kinds[::-1]:
        for row in sizes.rows if flash else sizes.rows[:2]:
            report.part("update", 15, updates, model, sizes, trajectories, row, flash, again=False)
    report.part("update", 15, updates, model, sizes, trajectories, sizes.rows[-1], kinds[-1], again=True)
    model.gradient_checkpointing_disable()
    for flash in kinds[::-1]:
        report.part("episodes", 30, episodes, model, sizes, flash, kept, block=16)
    report.print(
        "targets",
        rollout_tokens_per_s=report.best("episodes", "tokens_per_s"),
        rollout_wanted=25_000,
        ms_per_step=report.best("step", "ms_per_step", min, slots=max(sizes.slots), width=sizes.widths[-1]),
        ms_wanted=10,
        update_tokens_per_s=report.best("update", "tokens_per_s"),
        update_wanted=50_000,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("measure", help="engine and update, in at most three minutes")
    command.add_argument("--model", help="folder of a model; without it, random weights")
    command.add_argument("--tiny", action="store_true", help="a toy shape")
    command.add_argument("--seconds", type=float, default=175, help="no part begins or goes on after that")
    command.add_argument("--attention", choices=("both", "sdpa", "flash"), default="both", help="kernels to measure")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    kinds = {"both": (False, True), "sdpa": (False,), "flash": (True,)}[args.attention if CUDA else "sdpa"]
    measure(TINY if args.tiny else Sizes(), args.model, args.seconds, kinds)


if __name__ == "__main__":
    main()

"""A step of GRPO here and in TRL's GRPOTrainer, on one CPU core: tokens/s of rollout and update, and peak memory.

Both have the same model (random weights), prompts, group size and length of turns, one turn an episode without any
code, and the same number of episodes in a pass of the update. Each is measured in processes of its own, one after the
other in turn, and by the time that its one thread was on a core, so that whatever else the machine does disturbs both
little and alike. Rates and ratios are of medians over all steps; the first of each process is left out.
Run it in an environment with trl and datasets: ``python benchmarks/trainer.py``.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from typing import Any

from report import publish

GROUP = 8
TASKS = ("NumberMultiply", "ChainSum", "LCM", "SpellBackward")


@dataclass(frozen=True)
class Case:
    """What is measured: ``episodes`` a step, of ``tokens`` sampled each, ``together`` in a pass of the update."""

    name: str
    hidden: int
    layers: int
    episodes: int
    tokens: int
    together: int


CASES = (
    Case("cpu-tiny, passes of 16", 96, 3, 128, 40, 16),
    Case("cpu-tiny, passes of 128", 96, 3, 128, 40, 128),
    Case("hidden 256, 6 layers, passes of 16", 256, 6, 64, 64, 16),
)


def prepare(case: Case) -> tuple[Any, list[str]]:
    """Return the policy of a case, with random weights, and its prompts, as texts that the template has rendered."""
    from r1ci_env.curricula import UniformSampler
    from r1ci_env.reference_trainer.policy import Policy
    from r1ci_env.reference_trainer.presets import make_config
    from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer

    shape = {"tiny.hidden_size": case.hidden, "tiny.layers": case.layers, "tiny.max_turn_tokens": case.tokens}
    config = make_config("cpu-tiny", 0, {"tasks": TASKS, **shape})
    tokenizer = make_tokenizer(config.tasks, config.levels)
    problems = UniformSampler(config.tasks, levels=config.levels).sample(case.episodes // GROUP)
    chats = [[{"role": "user", "content": p.question}] for p in problems]
    texts = [tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True) for chat in chats]
    return Policy(make_model(tokenizer, config), tokenizer), texts


def ours(case: Case, steps: int) -> list[dict[str, float]]:
    """Return the seconds of processor time of rollout and update, of some steps."""
    from r1ci_env.reference_trainer.config import GrpoConfig
    from r1ci_env.reference_trainer.engines.local import LocalEngine
    from r1ci_env.reference_trainer.grpo import update
    from r1ci_env.reference_trainer.optimizer import MasterAdamW
    from r1ci_env.reference_trainer.trajectory import Trajectory

    policy, texts = prepare(case)
    ids = [policy.chat.encode(text) for text in texts for _ in range(GROUP)]
    longest = max(map(len, ids)) + case.tokens
    config = GrpoConfig(group=GROUP, micro_batch_tokens=case.together * longest)
    optimizer = MasterAdamW(policy.model.parameters(), lr=1e-6)
    engine = LocalEngine(policy.model, slots=case.episodes, length=longest)  # without end tokens: all turns are as long
    rewards = [float(i % 2) for i in range(case.episodes)]
    seconds = []
    for step in range(steps):
        began = time.process_time()
        turns = [
            engine.turn(i, prompt, max_tokens=case.tokens, seed=step * case.episodes + i, temperature=1.0)
            for i, prompt in enumerate(ids)
        ]
        while engine.pending:
            engine.step()
        trajectories: Any = [Trajectory(episode=None) for _ in ids]  # type: ignore[arg-type]
        for i, (trajectory, turn) in enumerate(zip(trajectories, turns, strict=True)):
            trajectory.add(ids[i])
            trajectory.add_turn(turn.result())
            engine.finish(i)
        played = time.process_time()
        update(policy, optimizer, trajectories, rewards, config)
        engine.weights_changed()
        seconds.append({"rollout": played - began, "update": time.process_time() - played})
    return seconds


def trl(case: Case, steps: int) -> list[dict[str, float]]:
    """Return the seconds of generation, and of all else, of some steps of TRL's trainer."""
    import datasets
    from transformers import TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    policy, texts = prepare(case)
    seconds: list[dict[str, float]] = []

    class Timed(GRPOTrainer):  # type: ignore[misc]
        def _generate_single_turn(self, *args: Any, **options: Any) -> Any:
            began = time.process_time()
            found = super()._generate_single_turn(*args, **options)
            seconds[-1]["rollout"] = time.process_time() - began
            assert all(len(ids) == case.tokens for ids in found[0])
            return found

    class Clock(TrainerCallback):  # type: ignore[misc]
        def on_step_begin(self, *_: Any, **__: Any) -> None:
            seconds.append({"step": time.process_time()})

        def on_step_end(self, *_: Any, **__: Any) -> None:
            seconds[-1]["update"] = time.process_time() - seconds[-1].pop("step") - seconds[-1]["rollout"]

    with tempfile.TemporaryDirectory() as folder:
        args = GRPOConfig(
            folder,
            use_cpu=True,
            bf16=False,
            report_to=[],
            disable_tqdm=True,
            save_strategy="no",
            logging_steps=10_000,
            max_steps=steps,
            learning_rate=1e-6,
            num_generations=GROUP,
            per_device_train_batch_size=case.together,
            gradient_accumulation_steps=case.episodes // case.together,
            max_completion_length=case.tokens,
            gradient_checkpointing=False,
            # none of them is an end token, as above
            generation_kwargs={"min_new_tokens": case.tokens},
        )
        Timed(
            policy.model,
            reward_funcs=lambda completions, **_: [float(i % 2) for i in range(len(completions))],
            args=args,
            train_dataset=datasets.Dataset.from_list([{"prompt": text} for text in texts]),
            processing_class=policy.tokenizer,
            callbacks=[Clock()],
        ).train()
    return seconds


def measured(side: str, case: Case, steps: int) -> dict[str, Any]:
    """Measure one side in a process of its own; its first step is left out."""
    command = [sys.executable, __file__, "--side", side, "--case", str(CASES.index(case)), "--steps", str(steps + 1)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode:
        sys.exit(f"{side} failed:\n{done.stderr[-3_000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="processes of each side")
    parser.add_argument("--steps", type=int, default=3, help="steps of each process")
    parser.add_argument("--side", choices=("ours", "trl"), help=argparse.SUPPRESS)
    parser.add_argument("--case", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side:
        warnings.simplefilter("ignore")
        import torch

        torch.set_num_threads(1)
        seconds = {"ours": ours, "trl": trl}[arguments.side](CASES[arguments.case], arguments.steps)[1:]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"seconds": seconds, "peak_mib": peak / 1024}))
        return
    rows = []
    for case in CASES:
        found: dict[str, list[dict[str, Any]]] = {"ours": [], "trl": []}
        for _ in range(arguments.rounds):
            for side, results in found.items():
                results.append(measured(side, case, arguments.steps))
        rows.append(_row(case, found))
    import torch
    import transformers
    import trl as package

    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "trl": package.__version__}
    publish(
        "trainer",
        "A step of GRPO on one core, beside TRL's GRPOTrainer",
        rows,
        versions=versions,
        steps=arguments.rounds * arguments.steps,
    )


def _row(case: Case, found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    row: dict[str, Any] = {"case": case.name, "sampled tokens a step": case.episodes * case.tokens}
    for part in ("rollout", "update"):
        rate = {
            side: case.episodes * case.tokens / statistics.median(s[part] for r in results for s in r["seconds"])
            for side, results in found.items()
        }
        row |= {f"{part} {side} tokens/s": round(rate[side]) for side in rate}
        row[f"{part} ratio"] = round(rate["ours"] / rate["trl"], 2)
    peak = {side: statistics.median(r["peak_mib"] for r in results) for side, results in found.items()}
    return row | {f"peak MiB {side}": round(peak[side]) for side in peak}


if __name__ == "__main__":
    main()

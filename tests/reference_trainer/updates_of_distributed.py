"""Takes updates on fixed trajectories and writes what they came to; run by test_distributed.py, under torchrun."""

import os
import random
import sys
from pathlib import Path

import torch

from r1ci_env.reference_trainer import distributed, grpo, sft
from r1ci_env.reference_trainer.checkpoint import Checkpoint
from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.optimizer import MasterAdamW
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.reference import Reference
from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer
from r1ci_env.reference_trainer.trajectory import Trajectory

CONFIG = make_config("cpu-tiny", 0, {"tiny.hidden_size": 32, "tiny.layers": 2})
TOKENIZER = make_tokenizer(CONFIG.tasks, CONFIG.levels)
RATE = 5e-5


def trajectories(count: int) -> list[Trajectory]:
    """Return episodes of random tokens, of very different lengths."""
    rng = random.Random("trajectories")
    found = []
    for _ in range(count):
        length = rng.randrange(8, 90)
        sampled = [i > 4 and rng.random() < 0.6 for i in range(length - 1)] + [True]
        ids = [rng.randrange(len(TOKENIZER)) for _ in range(length)]
        found.append(Trajectory(ids, sampled, [-4.0 * s for s in sampled], episode=None))
    return found


def largest_difference(weights, others):
    """Return it of all weights; 0 in processes that have none of divided ones."""
    return max(((w - others[name]).abs().max().item() for name, w in weights.items() if w.numel()), default=0.0)


class Taking:
    """A policy from scratch, always the same, and what updates make of it."""

    def __init__(self, divided: bool, critic: bool = False, precision: str = "float32") -> None:
        self.policy = Policy(make_model(TOKENIZER, CONFIG), TOKENIZER)
        if divided:
            self.policy.shard(precision)
        self.critic = grpo.ValueHead(self.policy) if critic else None
        model = self.policy.model
        self.trained = torch.nn.ModuleList([model, self.critic]) if critic else model
        self.optimizer = MasterAdamW(self.trained.parameters(), lr=RATE)
        self.reference = Reference(self.policy)
        self.before = self.weights()

    def weights(self):
        found = {name: p.detach().clone() for name, p in self.trained.named_parameters()}
        return distributed.whole(found)

    def result(self, **metrics):
        weights = self.weights()
        return {"weights": weights, "metrics": metrics, "moved": largest_difference(weights, self.before)}

    def optimise(self, episodes, rewards, **settings):
        config = GrpoConfig(group=4, micro_batch_tokens=150, **settings)
        reference = self.reference if config.kl else None
        return grpo.update(self.policy, self.optimizer, episodes, rewards, config, 1, reference, self.critic)


def main(output: Path, divided: bool) -> None:
    episodes = trajectories(16)
    mixed = [float(i % 3 == 0) for i in range(12)] + [1.0] * 4
    found = {}
    taking = Taking(divided)
    losses = [sft.update(taking.policy, taking.optimizer, episodes[i : i + 7], 120, i) for i in (0, 7)]
    found["sft"] = taking.result(first=losses[0], second=losses[1])
    variants = {"dapo": {"epochs": 2}, "reinforce_pp": {}, "gspo": {"epochs": 2, "kl": 0.1}}
    if not divided:
        variants["ppo"] = {"epochs": 2}
    for variant, more in variants.items():
        taking = Taking(divided, critic=variant == "ppo")
        metrics = taking.optimise(episodes, mixed, variant=variant, **more)
        found[variant] = taking.result(**metrics)
    taking = Taking(divided)  # one group has something to learn from, in one pass: the second process has none
    short = sorted(episodes, key=lambda t: len(t.ids))[:4]
    found["few"] = taking.result(**taking.optimise(short, [1.0, 0.0, 0.0, 0.0]))
    taking = Taking(divided)
    found["none"] = taking.result(**taking.optimise(episodes, [1.0] * 16))
    found["resumed"] = resumed(divided, episodes, mixed, output)
    found["bfloat16"] = in_bfloat16(divided, episodes, output)
    if distributed.rank() == 0:
        torch.save(found, output)


def resumed(divided, episodes, rewards, output):
    """Take a step, keep a checkpoint, and go on from it with another policy."""
    folder = output.with_suffix(".checkpoints")
    taking = Taking(divided)
    taking.optimise(episodes, rewards)
    Checkpoint(folder, taking.trained, taking.optimizer).save(1, note="kept")
    other = Taking(divided)
    step, state = Checkpoint(folder, other.trained, other.optimizer).load()
    metrics = other.optimise(episodes, rewards)
    taking.optimise(episodes, rewards)
    difference = largest_difference(taking.weights(), other.weights())
    return other.result(step=step, kept=state == {"note": "kept"}, difference=difference, **metrics)


def in_bfloat16(divided, episodes, output):
    """Look at the policy as a run does between an update and its checkpoint; return what the checkpoint has."""
    taking = Taking(divided, precision="bfloat16" if divided else "float32")
    with torch.no_grad():
        taking.policy.token_logprobs(pack(episodes[:2]))
    folder = output.with_suffix(".bfloat16")
    Checkpoint(folder, taking.trained, taking.optimizer).save(1)
    return {**taking.result(), "weights": torch.load(folder / "step-1.pt")["model"]}


if __name__ == "__main__":
    torch.set_num_threads(1)
    with distributed.joined():
        main(Path(sys.argv[1]), "--shard" in sys.argv)
    sys.stdout.flush()
    os._exit(0)  # after FSDP2 on gloo, torch's own threads now and then abort a process that ends in the usual way

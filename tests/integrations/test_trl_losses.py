"""The losses beside those of TRL's GRPOTrainer: the same model, tokens, rewards and masks. `make test-trl`.

TRL has `grpo`, `dr_grpo`, `dapo`, `cispo` (whose upper bound it counts from 0) and, as a level of its importance
sampling, `gspo`; with any of them k3 KL (here without the ratio that it can multiply it by), and importance weights of
tokens or masked sequences. It has no REINFORCE++ in which the whole batch is the baseline, and no PPO.
"""

from copy import deepcopy

import pytest
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from r1ci_env.reference_trainer.config import GrpoConfig
from r1ci_env.reference_trainer.grpo import update
from r1ci_env.reference_trainer.optimizer import MasterAdamW, take_step
from r1ci_env.reference_trainer.policy import Policy
from r1ci_env.reference_trainer.reference import Reference
from r1ci_env.reference_trainer.tiny_model import make_tokenizer
from r1ci_env.reference_trainer.trajectory import Trajectory

datasets = pytest.importorskip("datasets", reason="run make test-trl: it needs an environment of its own")
trl = pytest.importorskip("trl", reason="run make test-trl: it needs an environment of its own")

GROUP, LONGEST = 4, 64
REWARDS = [1.0, 0.0, 0.0, 1.0, 0.3, 0.3, 0.3, 0.3, 0.0, 1.0, 1.1, -0.1]  # the second group has no variance
IN_TRL = {
    "grpo": {"loss_type": "grpo"},
    "dr_grpo": {"loss_type": "dr_grpo", "scale_rewards": "none"},
    "dapo": {"loss_type": "dapo"},
    "gspo": {"loss_type": "grpo", "importance_sampling_level": "sequence"},
    "cispo": {"loss_type": "cispo", "epsilon_high": 1.28},
}


class Descent(MasterAdamW):
    """Plain gradient descent, which does not make much of small differences, and remembers the gradients."""

    def __init__(self, parameters):
        super().__init__(parameters)
        self.gradients = []

    def step(self, closure=None):
        self.gradients.append([m.grad.clone() for m in self.masters])
        with torch.no_grad():
            for master in self.masters:
                master -= master.grad * 8


@pytest.fixture(scope="module")
def tokenizer():
    return make_tokenizer(("LCM",), (1,))


@pytest.fixture(scope="module")
def model(tokenizer):
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    return Qwen2ForCausalLM(Qwen2Config(vocab_size=len(tokenizer), num_key_value_heads=2, **shape)).eval()


@pytest.fixture(scope="module")
def trajectories(model):
    """Episodes of random tokens in several turns, as an engine has sampled them that is not quite the trainer."""
    generator = torch.Generator().manual_seed(1)

    def numbers(low, high, count):
        return torch.randint(low, high, (count,), generator=generator).tolist()

    found = []
    for _ in REWARDS:
        trajectory = Trajectory(episode=None)
        trajectory.add(numbers(4, 200, 5))
        for length in numbers(2, 9, numbers(1, 4, 1)[0]):
            trajectory.ids += numbers(4, 200, length + 3)
            trajectory.sampled += [True] * length + [False] * 3
        with torch.no_grad():
            logits = model(torch.tensor([trajectory.ids])).logits[0, :-1]
        chosen = (logits / 0.8).log_softmax(-1).gather(1, torch.tensor(trajectory.ids)[1:, None])[:, 0]
        noise = torch.randn(len(chosen), generator=generator) * 0.7
        logprobs = [0.0, *(chosen + noise).tolist()]
        trajectory.logprobs = [p * s for p, s in zip(logprobs, trajectory.sampled, strict=True)]
        found.append(trajectory)
    return found


def first_turn(trajectory):
    return trajectory.sampled.index(True)


def of_trl(model, tokenizer, trajectories, variant, kl, mode, folder):
    """Return losses and gradients of two updates with TRL, on what a rollout function hands in."""
    options = {"epsilon": 0.2, "epsilon_high": 0.28, "scale_rewards": "group", **IN_TRL[variant]}
    args = trl.GRPOConfig(
        str(folder),
        use_cpu=True,
        report_to=[],
        bf16=False,
        per_device_train_batch_size=len(REWARDS),
        num_generations=GROUP,
        max_completion_length=LONGEST,
        temperature=0.8,
        model_init_kwargs={"dtype": "float32"},
        vllm_importance_sampling_mode=mode,
        vllm_importance_sampling_clip_max=3.0,
        beta=kl,
        use_bias_correction_kl=False,
        **options,
    )

    def rollout(prompts, trainer):
        starts = [first_turn(t) for t in trajectories]
        return {
            "prompt_ids": [t.ids[:i] for t, i in zip(trajectories, starts, strict=True)],
            "completion_ids": [t.ids[i:] for t, i in zip(trajectories, starts, strict=True)],
            "env_mask": [[int(s) for s in t.sampled[i:]] for t, i in zip(trajectories, starts, strict=True)],
            "logprobs": [t.logprobs[i:] for t, i in zip(trajectories, starts, strict=True)],
        }

    model.save_pretrained(folder / "model")
    trainer = trl.GRPOTrainer(
        str(folder / "model"),
        reward_funcs=lambda prompts, completions, **_: REWARDS,
        args=args,
        train_dataset=datasets.Dataset.from_list([{"prompt": "?"}] * len(REWARDS)),
        processing_class=tokenizer,
        rollout_func=rollout,
    )
    # It corrects for the engine where that is vLLM, which the rollout function stands for here.
    trainer.use_vllm, trainer._last_loaded_step = True, 0
    trainer.current_gradient_accumulation_steps = 1
    trainer.model.train()
    batch = trainer._generate_and_score_completions([{"prompt": "?"}] * len(REWARDS))
    optimizer, losses = Descent(trainer.model.parameters()), []
    for step in (1, 2):
        loss = trainer._compute_loss(trainer.model, batch)
        loss.backward()
        losses.append(loss.item())
        take_step(optimizer, losses[-1], step)
    return losses, optimizer.gradients


@pytest.mark.parametrize("kl", [0.0, 0.5])
@pytest.mark.parametrize("mode", ["token_truncate", "sequence_mask"])
@pytest.mark.parametrize("variant", IN_TRL)
def test_losses_and_gradients_are_those_of_trl(
    model, tokenizer, trajectories, variant, mode, kl, tmp_path, monkeypatch
):
    monkeypatch.setattr("r1ci_env.reference_trainer.optimizer.MAX_GRADIENT_NORM", 1e9)
    policy = Policy(deepcopy(model), tokenizer)
    config = GrpoConfig(
        variant, group=GROUP, kl=kl, importance=mode, temperature=0.8, epochs=2, max_episode_tokens=LONGEST
    )
    optimizer = Descent(policy.model.parameters())
    values = update(policy, optimizer, trajectories, REWARDS, config, reference=Reference(policy) if kl else None)
    losses, gradients = of_trl(model, tokenizer, trajectories, variant, kl, mode, tmp_path)
    assert values["loss"] == pytest.approx(losses[1], abs=1e-6)
    assert losses[1] != pytest.approx(losses[0], abs=1e-3)
    assert values["clipped"] > 0.05 and 0.01 < values["importance_capped"] < 0.9
    assert values.get("kl", 1.0) > 0.01
    for ours, theirs in zip(optimizer.gradients, gradients, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            assert (a - b).norm() < 1e-4 * b.norm() + 1e-7

"""The settings of a run, as dataclasses, and the presets."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal

from r1ci_env.errors import BadOption, did_you_mean, require_one_of

LossVariant = Literal["grpo", "dr_grpo", "dapo", "gspo", "cispo"]


@dataclass(frozen=True, slots=True)
class TinyModelConfig:
    """Shape of a Qwen2 policy that is made from scratch."""

    hidden_size: int = 96
    """Width of the residual stream."""
    layers: int = 3
    """Number of decoder layers; the copying of operands needs at least two."""
    heads: int = 4
    """Attention heads; half as many hold keys and values."""
    context: int = 512
    """Longest token stream of an episode."""
    max_turn_tokens: int = 40
    """Tokens a turn may take; written into the model's generation config."""


@dataclass(frozen=True, slots=True)
class MixtureConfig:
    """What the SFT trajectories show, as relative frequencies.

    The mixture is bad on purpose: its mode is a wrong program, so that there is something to learn for GRPO, and
    every good behaviour occurs, so that there is something to reinforce.
    """

    right: float = 0.20
    """The right program, then its output as the answer."""
    repaired: float = 0.10
    """A program that does not run, then the right one, then the answer."""
    wrong: float = 0.38
    """A program with a slip in it, then its output as the answer."""
    guess: float = 0.32
    """An answer without any program, taken from another problem of the task."""


@dataclass(frozen=True, slots=True)
class SftConfig:
    """Supervised fine-tuning on scripted trajectories."""

    mixture: MixtureConfig = field(default_factory=MixtureConfig)
    """What the trajectories show."""
    trajectories: int = 8_000
    """Trajectories made through the sandbox; every step has a sample of them."""
    batch_size: int = 32
    """Trajectories per step."""
    micro_batch_tokens: int = 512
    """Tokens that are computed at once; the gradients of a step are summed. More suit a GPU."""
    learning_rate: float = 3e-3
    """AdamW's learning rate until the policy begins to copy."""
    cool_down_copied: float = 0.5
    """Share of exact copies at which the learning rate begins to fall."""
    cool_down: int = 300
    """Steps in which it falls to a tenth, and after which the gate may open."""
    max_steps: int = 2_400
    """Give up here if the gate is still closed."""
    gate_every: int = 100
    """Steps between looks at the gate, each with a checkpoint that a killed run goes on from."""
    gate_reward: float = 0.2
    """Sampled reward on development problems that opens the gate."""
    gate_copied: float = 0.8
    """Share of exact copies, of operands into programs and of outputs into answers, that opens the gate."""
    gate_problems: int = 128
    """Development problems that the gate is measured on; neither trained on nor held out."""


@dataclass(frozen=True, slots=True)
class GrpoConfig:
    """Group-relative policy optimisation in the environments."""

    variant: LossVariant = "dapo"
    """Which loss; see the table in `r1ci_env.reference_trainer.losses`."""
    clip_low: float = 0.2
    """The ratio of a token's probabilities is clipped at 1 - clip_low ..."""
    clip_high: float = 0.28
    """... and at 1 + clip_high; the larger upper bound lets rare tokens rise (clip-higher)."""
    importance_cap: float = 3.0
    """Largest weight of a token by how much likelier the trainer finds it than the engine that sampled it."""
    temperature: float = 1.0
    """Of the sampling, and of the log-probabilities in the loss."""
    max_episode_tokens: int | None = None
    """Longest stream of an episode; None for what the model can read."""
    max_turn_tokens: int | None = None
    """Longest turn; None for what the model's generation config says."""
    cut_episodes: Literal["judge", "mask"] = "judge"
    """An episode without room for another turn is judged like one whose turns are used up, or left out."""
    in_step: bool = True
    """Whether sampling waits for the code of all episodes, so that a killed run goes on to the last bit. On a GPU,
    False keeps it busy meanwhile."""
    steps: int = 60
    """Steps, each one batch of episodes and ``epochs`` updates."""
    problems: int = 16
    """Problems per step."""
    group: int = 8
    """Episodes per problem: the group that advantages are relative to."""
    epochs: int = 1
    """Updates on one batch of episodes."""
    micro_batch_tokens: int = 512
    """Tokens that are computed at once; the gradients of an update are summed. More suit a GPU."""
    learning_rate: float = 2.5e-4
    """AdamW's learning rate, constant. This one is for a tiny model, which larger ones teach faster, but then noise
    alone unlearns what SFT taught; models of billions take 1e-6."""
    checkpoint_every: int = 10
    """Steps between checkpoints that a killed run goes on from."""
    control_success: float = 0.3
    """Probability that the control rewards an episode, whatever the policy did."""


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """A whole run."""

    tasks: tuple[str, ...] = ("NumberMultiply", "ChainSum", "GCD", "SpellBackward")
    """Tasks to train on; every one must have a `short_code`."""
    level: int = 1
    """Difficulty of all problems."""
    seed: int = 0
    """Decides the initial weights, the training problems and everything that is drawn."""
    max_turns: int = 4
    """Turns of an episode."""
    max_output_chars: int = 200
    """Longer code output loses its middle."""
    packages: str = "base"
    """What code can import: ``base``, or ``scientific``, which has pandas and scipy too."""
    held_out: int = 256
    """Problems of the evaluations; no training problem has the question of one of them."""
    num_envs: int = 128
    """Episodes that are played at a time."""
    threads: int = 1
    """Threads of torch. Two are many times slower than one for a model this small on busy cores."""
    model: TinyModelConfig = field(default_factory=TinyModelConfig)
    """Shape of the policy."""
    sft: SftConfig = field(default_factory=SftConfig)
    """The warm start."""
    grpo: GrpoConfig = field(default_factory=GrpoConfig)
    """The reinforcement learning; the control uses the same settings."""

    @property
    def rules(self) -> dict[str, Any]:
        """Options of the environment, as for `r1ci_env.env.CodeInterpreterEnv`; the policy's file names them too."""
        return {
            "prompt": "bare",
            "max_turns": self.max_turns,
            "max_output_chars": self.max_output_chars,
            "packages": self.packages,
        }


PRESETS = {"cpu-tiny": TrainConfig()}
"""Named settings. ``cpu-tiny`` learns within minutes on one core."""


def make_config(preset: str, seed: int, overrides: Mapping[str, Any]) -> TrainConfig:
    """Return the settings of a preset with some of them replaced.

    Args:
        preset: A key of `PRESETS`.
        seed: Seed of the run.
        overrides: Values by dotted name, such as ``{"grpo.steps": 20}``.

    Raises:
        BadOption: a name is unknown; the message names the nearest.
    """
    require_one_of(preset, PRESETS, "preset")
    config = replace(PRESETS[preset], seed=seed)
    for name, value in overrides.items():
        config = _with(config, name.split("."), value, name)
    return config


def _with(config: Any, path: list[str], value: Any, name: str) -> Any:
    known = [f.name for f in fields(config)] if is_dataclass(config) else []
    if path[0] not in known:
        raise BadOption(f"Unknown setting {name!r}: {path[0]!r} is not one of {known}.{did_you_mean(path[0], known)}")
    if len(path) > 1:
        value = _with(getattr(config, path[0]), path[1:], value, name)
    return replace(config, **{path[0]: value})


def as_json(config: TrainConfig) -> dict[str, Any]:
    """Return the settings as JSON-serialisable values."""
    return {**asdict(config), "tasks": list(config.tasks)}

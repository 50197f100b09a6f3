"""The settings of a run, as dataclasses."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal, get_args

from r1ci_env.curricula.gates import GATES
from r1ci_env.demonstrations.making import SHARES
from r1ci_env.episode import Rules
from r1ci_env.errors import BadOption, require_one_of
from r1ci_env.protocol import DEFAULT_MARKER
from r1ci_env.reference_trainer.bounds import Bounded, Count, NonNegative, Positive, Seed, Several, Share, Whole
from r1ci_env.reference_trainer.engines.vllm_config import VllmConfig

LossVariant = Literal["grpo", "dr_grpo", "dapo", "gspo", "cispo", "reinforce_pp", "ppo"]
ImportanceMode = Literal["token_truncate", "sequence_mask"]
Phase = Literal["sft", "probe", "grpo", "control"]


@dataclass(frozen=True, slots=True)
class TinyModelConfig(Bounded):
    """Shape of a Qwen2 policy that is made from scratch."""

    section: ClassVar[str] = "tiny."
    hidden_size: Count = 96
    """Width of the residual stream."""
    layers: Count = 3
    """Number of decoder layers; the copying of operands needs at least two."""
    heads: Count = 4
    """Attention heads; half as many hold keys and values."""
    context: Count = 512
    """Longest token stream of an episode."""
    max_turn_tokens: Count = 40
    """Tokens a turn may take; written into the model's generation config."""


@dataclass(frozen=True, slots=True)
class DemonstrationsConfig(Bounded):
    """The demonstrations that are made where ``data`` names none; see `r1ci_env.demonstrations.making.Settings`."""

    section: ClassVar[str] = "demonstrations."
    per_task: Count = 70
    """Demonstrations of each task."""
    shares: Mapping[str, float] = field(default_factory=lambda: dict(SHARES))
    """Format to its share."""
    keep: Literal["right", "all"] = "right"
    """Whether only those that earn the full reward are kept, or all."""
    bare: bool = False
    """Whether nothing but blocks and answers is said, and programs are written in one way."""


@dataclass(frozen=True, slots=True)
class GateConfig(Bounded):
    """When a warm start may end, for policies from scratch, which learn to copy suddenly and late."""

    section: ClassVar[str] = "sft.gate."
    cool_down_copied: Share = 0.5
    """Share of exact copies at which the learning rate begins to fall."""
    cool_down: Count = 300
    """Steps in which it falls, and after which the gate may open."""
    reward: Share = 0.2
    """Sampled reward on development problems that opens the gate."""
    copied: Share = 0.8
    """Share of exact copies, of operands into programs and of outputs into answers, that opens the gate."""
    problems: Count = 128
    """Development problems that the gate is measured on; neither trained on nor held out."""


@dataclass(frozen=True, slots=True)
class SftConfig(Bounded):
    """Supervised fine-tuning on demonstrations."""

    section: ClassVar[str] = "sft."
    epochs: Positive = 2.0
    """Times that each demonstration is seen; with the gate, only ``max_steps`` counts."""
    max_steps: Count | None = None
    """Steps at most; None for those that the epochs take."""
    batch_tokens: Count = 8_192
    """Tokens of the demonstrations of a step."""
    micro_batch_tokens: Count = 4_096
    """Tokens that are computed at once; the gradients of a step are summed."""
    learning_rate: NonNegative = 2e-5
    """AdamW's peak learning rate."""
    schedule: Literal["cosine", "linear", "gate"] = "cosine"
    """How the learning rate falls; ``gate`` waits for copying and ends when the gate opens."""
    warm_up: Whole = 5
    """Steps in which the learning rate rises."""
    final_rate: Share = 0.1
    """Share of the learning rate that is left at the end."""
    lora_rank: Whole = 0
    """Rank of LoRA adapters on all linear layers; 0 trains the whole model."""
    freeze_embeddings: bool = False
    """Whether embeddings (and a head that is tied to them) stay as they are."""
    evaluate_every: Count = 100
    """Steps between evaluations, each with a checkpoint that a killed run goes on from."""
    gate: GateConfig = field(default_factory=GateConfig)
    """The gate, with that schedule."""


@dataclass(frozen=True, slots=True)
class ProbeConfig(Bounded):
    """How often the policy solves each of many training problems, which staged samplers go by."""

    section: ClassVar[str] = "probe."
    problems: Count = 16
    """Problems of each task at each level."""
    answers: Count = 20
    """Answers to each."""


@dataclass(frozen=True, slots=True)
class GrpoConfig(Bounded):
    """Policy optimisation in the environments."""

    section: ClassVar[str] = "grpo."
    variant: LossVariant = "dapo"
    """Which loss; see the table in `r1ci_env.reference_trainer.losses`."""
    clip_low: Share = 0.2
    """The ratio of a token's probabilities is clipped at 1 - clip_low ..."""
    clip_high: NonNegative = 0.28
    """... and at 1 + clip_high; the larger upper bound lets rare tokens rise (clip-higher)."""
    kl: NonNegative = 0.0
    """Weight of the divergence (k3) from the policy that training began with; the paper's is 0.001."""
    importance: ImportanceMode = "token_truncate"
    """Whether tokens or whole episodes are weighed by how much likelier the trainer finds them than the engine did;
    what is beyond the cap is cut to it, or left out."""
    importance_cap: Positive = 3.0
    """Largest such weight."""
    mask_outputs: bool = True
    """Whether what the environment says, such as the output of code, is left out of the loss."""
    temperature: Positive = 1.0
    """Of the sampling, and of the log-probabilities in the loss."""
    max_episode_tokens: Count | None = None
    """Longest stream of an episode; None for what the model can read."""
    max_turn_tokens: Count | None = None
    """Longest turn; None for what the model's generation config says."""
    cut_episodes: Literal["judge", "mask"] = "judge"
    """An episode without room for another turn is judged like one whose turns are used up, or left out."""
    gates: tuple[str, ...] = ()
    """Gates of `r1ci_env.curricula.gates` that drop groups, besides those without variance in their rewards."""
    resample: Whole = 0
    """Times that problems are drawn anew, at most, in place of those whose episodes all earned the same; 0 only drops
    these."""
    in_step: bool = True
    """Whether sampling waits for the code of all episodes, so that a killed run goes on to the last bit. On a GPU,
    False keeps it busy meanwhile."""
    one_step_off: bool = False
    """Whether the episodes of the next step are sampled while the update of a step is computed, with the weights from
    before it: asynchronous, off-policy by one step. Needs the engine ``vllm``; a killed run goes on, but not to the
    last bit."""
    sampler: Literal["uniform", "cells", "ladder", "staged", "difficulty"] = "uniform"
    """Who chooses the problems; see `r1ci_env.curricula`. The last two need the phase ``probe``."""
    steps: Whole = 60
    """Steps, each one batch of episodes and ``epochs`` updates."""
    problems: Count = 16
    """Problems per step."""
    group: Several = 8
    """Episodes per problem: the group that advantages are relative to."""
    epochs: Count = 1
    """Updates on one batch of episodes."""
    micro_batch_tokens: Count = 512
    """Tokens that are computed at once; the gradients of an update are summed. More suit a GPU."""
    lora_rank: Whole = 0
    """Rank of LoRA adapters on all linear layers, merged at the end; 0 trains the whole model."""
    learning_rate: NonNegative = 2e-4
    """AdamW's learning rate, constant. This one is for a tiny model, which larger ones teach faster, but then noise
    alone unlearns what SFT taught; models of billions take 1e-6."""
    checkpoint_every: Count = 10
    """Steps between checkpoints that a killed run goes on from."""
    evaluate_every: Whole = 0
    """Steps between evaluations, greedy and sampled, on held-out problems of the training tasks and of those left out;
    0 for none on the way. The policy that solves most of the former is kept, too."""
    control_success: Share = 0.3
    """Probability that the control rewards an episode, whatever the policy did."""

    def __post_init__(self) -> None:
        """Raise `BadOption` for a number beyond its bounds, or a gate that there is not."""
        Bounded.__post_init__(self)
        for gate in self.gates:
            require_one_of(gate, GATES, "gate")


@dataclass(frozen=True, slots=True)
class EvaluationConfig(Bounded):
    """What policies are measured on: problems that are held out, of the tasks that are trained and of others."""

    section: ClassVar[str] = "evaluation."
    problems: Count = 256
    """Held-out problems of the training tasks."""
    left_out: tuple[str, ...] = ("validation",)
    """Tasks that are not trained, to see what carries over. A split stands for those of its tasks that are not."""
    left_out_problems: Whole = 0
    """Problems of these."""
    sampled: bool = True
    """Whether to measure at temperature 1 beside greedy."""


@dataclass(frozen=True, slots=True)
class TrainConfig(Bounded):
    """A whole run."""

    phases: tuple[Phase, ...] = ("sft", "grpo", "control")
    """What is done, one after the other; the control is GRPO on random rewards, from where GRPO began, for as long."""
    tasks: tuple[str, ...] = ("NumberMultiply", "ChainSum", "LCM", "SpellBackward")
    """Tasks to train on, all of the training split."""
    levels: tuple[int, ...] = (1,)
    """Difficulties of the problems."""
    seed: Seed = 0
    """Decides the initial weights, the training problems and everything that is drawn."""
    model: str = ""
    """Folder or name of a model of transformers; empty makes a tiny one from scratch."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of the weights; bfloat16 ones have float32 masters in the optimiser. ``auto``: the first on a CPU."""
    device: str = ""
    """Where to compute; empty takes a GPU if there is one."""
    data: str = ""
    """File of ``r1ci sft-data``; empty makes demonstrations of the tasks."""
    prompt: str = "paper"
    """As for the environments."""
    answer_marker: str = DEFAULT_MARKER
    """What stands around an answer: ``<<<>>>`` or ``<answer></answer>``."""
    max_turns: int = 9
    """Turns of an episode."""
    max_code_runs: int = 8
    """Blocks that are run in an episode."""
    code_timeout: float = 10.0
    """Seconds that a block may take; all episodes of a step wait for the slowest."""
    max_output_chars: int = 4_000
    """Longer code output loses its middle."""
    reward: Literal["correct", "paper"] = "correct"
    """What an episode earns: 1 for a right answer, or the paper's, with terms for format and length."""
    packages: Literal["base", "scientific"] = "base"
    """What code can import: ``base``, or ``scientific``, which has pandas and scipy too."""
    max_episode_tokens: Count | None = None
    """Longest stream of an episode in evaluations; None for what the model can read."""
    max_turn_tokens: Count | None = None
    """Longest turn in evaluations; None for what the model's generation config says."""
    places: Count = 64
    """Episodes that are played at a time."""
    budget_s: Positive | None = None
    """Seconds after which reinforcement learning ends, counted from the beginning of the run; None for no limit."""
    engine: Literal["local", "vllm"] = "local"
    """Who samples: the trainer's own process, or servers of vLLM."""
    log_to: tuple[Literal["tensorboard", "wandb"], ...] = ()
    """Where metrics go besides the JSON lines; each must be installed."""
    shard: bool = False
    """Whether the processes of torchrun divide the weights among them (FSDP2), for models of which one GPU holds no
    whole copy; needs the engine ``vllm``."""
    recompute: bool = False
    """Whether an update computes layers again instead of keeping what is in them: a quarter more time, and memory for
    one layer in place of all."""
    threads: Count | None = None
    """Threads of torch; None leaves them to it."""
    tiny: TinyModelConfig = field(default_factory=TinyModelConfig)
    """Shape of a policy from scratch."""
    demonstrations: DemonstrationsConfig = field(default_factory=DemonstrationsConfig)
    """What the warm start imitates."""
    sft: SftConfig = field(default_factory=SftConfig)
    """The warm start."""
    probe: ProbeConfig = field(default_factory=ProbeConfig)
    """What staged samplers go by."""
    grpo: GrpoConfig = field(default_factory=GrpoConfig)
    """The reinforcement learning; the control uses the same settings."""
    vllm: VllmConfig = field(default_factory=VllmConfig)
    """The servers of vLLM."""
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    """What the policies of all phases are measured on."""

    def __post_init__(self) -> None:
        """Raise `BadOption` for what no run can have, before anything is written."""
        Bounded.__post_init__(self)
        if not self.levels:
            raise BadOption("levels names none: write levels=[1,2,3].")
        once = [phase for phase in get_args(Phase) if phase in self.phases]
        if not once or list(self.phases) != once:
            raise BadOption(f"phases must be some of {', '.join(get_args(Phase))}, in this order, not {self.phases}.")
        Rules.from_options({**self.limits, "reward": self.reward})

    @property
    def limits(self) -> dict[str, Any]:
        """Options of `r1ci_env.episode.Rules` that demonstrations keep too; what these earn is 0 or 1."""
        names = ("prompt", "answer_marker", "max_turns", "max_code_runs", "code_timeout", "max_output_chars")
        return {name: getattr(self, name) for name in names}

    @property
    def rules(self) -> dict[str, Any]:
        """Options of the environment, as for `r1ci_env.env.CodeInterpreterEnv`; the policy's file names them too."""
        return {**self.limits, "reward": self.reward, "packages": self.packages}


def as_json(config: TrainConfig) -> dict[str, Any]:
    """Return the settings as JSON-serialisable values."""
    values: dict[str, Any] = json.loads(json.dumps(asdict(config)))
    return values

"""Named settings, and recipes of the user's own."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from r1ci_env.errors import BadOption, require_one_of
from r1ci_env.reference_trainer.config import (
    DemonstrationsConfig,
    EvaluationConfig,
    GateConfig,
    GrpoConfig,
    ProbeConfig,
    SftConfig,
    TinyModelConfig,
    TrainConfig,
)
from r1ci_env.reference_trainer.overrides import read_yaml, with_overrides

CPU_TINY: Final = TrainConfig(
    prompt="bare",
    max_turns=4,
    max_output_chars=200,
    places=128,
    threads=1,  # two are many times slower for a model this small on busy cores
    device="cpu",
    # bad on purpose: mostly wrong programs and guesses, so that there is something to learn, and every good
    # behaviour occurs, so that there is something to reinforce
    demonstrations=DemonstrationsConfig(
        per_task=2_000,
        shares={"program": 0.20, "repair": 0.10, "wrong": 0.38, "guess": 0.32},
        keep="all",
        bare=True,
    ),
    sft=SftConfig(
        max_steps=2_400,
        batch_tokens=2_000,
        micro_batch_tokens=512,
        learning_rate=3e-3,
        schedule="gate",
        warm_up=20,
        evaluate_every=100,
    ),
)

CPU_SMALL_TASKS: Final = (
    *("NumberMultiply", "ChainSum", "LCM", "SpellBackward", "BasicArithmetic", "BitwiseArithmetic", "CountBits"),
    *("MultistepArithmeticTwo", "CountPrimes", "SimpleEquations", "DecimalChainSum", "PowerFunction"),
    *("SimpleGeometry", "FractionSimplification"),
)
"""Tasks whose programs have at most 60 tokens of a tokenizer of their own at the levels 1 and 2."""

SINGLE_GPU: Final = TrainConfig(
    model="Qwen/Qwen2.5-Coder-0.5B-Instruct",
    tasks=(),
    levels=(1, 2, 3),
    max_turns=5,
    code_timeout=3.0,  # endless loops hold up hundreds of other episodes
    max_episode_tokens=4_096,
    max_turn_tokens=384,
    places=256,
    budget_s=420,
    sft=SftConfig(epochs=1, batch_tokens=16_384, micro_batch_tokens=8_192, evaluate_every=1_000),
    grpo=GrpoConfig(
        sampler="cells",
        in_step=False,
        steps=1_000,
        problems=32,
        micro_batch_tokens=8_192,
        learning_rate=6e-6,
        max_episode_tokens=4_096,
        max_turn_tokens=384,
        checkpoint_every=100,
    ),
    evaluation=EvaluationConfig(problems=214, left_out=("test",), left_out_problems=222),
)


def _paper(model: str, *, divided: bool) -> TrainConfig:
    """Return the paper's recipe, for one of its sizes; comments mark the values that it leaves open, which are ours.

    From 7 billion parameters on no GPU holds weights, masters, gradients and means: they are divided, and vLLM samples.
    """
    episode, turn = 8_192, 2_048  # tokens; ours
    return TrainConfig(
        phases=("sft", "probe", "grpo"),
        model=model,  # ours: the paper has Qwen2.5 of this size
        tasks=(),
        levels=(1, 2, 3),  # ours: the paper has files of fixed questions
        max_turns=9,  # ours: the 8 runs of code, and a turn for the answer
        max_code_runs=8,
        code_timeout=60.0,
        reward="paper",
        places=32,  # ours, as all that fits them into memory: of each process
        recompute=True,
        shard=divided,
        engine="vllm" if divided else "local",
        sft=SftConfig(  # ours, all of it
            epochs=3, batch_tokens=65_536, micro_batch_tokens=8_192, learning_rate=1e-5, evaluate_every=100
        ),
        probe=ProbeConfig(problems=16, answers=20),  # the number of problems is ours
        grpo=GrpoConfig(
            variant="grpo",
            clip_low=0.2,  # ours, as in PPO
            clip_high=0.2,  # ours
            kl=0.001,
            temperature=1.0,
            sampler="staged",
            steps=4 * 150,  # as many for each stage
            problems=128,  # ours: that the batch counts questions, and that it is one update
            group=5,
            learning_rate=1e-6,
            micro_batch_tokens=8_192,  # ours, as all below
            in_step=False,
            checkpoint_every=25,
            max_episode_tokens=episode,
            max_turn_tokens=turn,
        ),
        evaluation=EvaluationConfig(problems=214, left_out=("test",), left_out_problems=222),  # ours
        max_episode_tokens=episode,
        max_turn_tokens=turn,
    )


PRESETS: Final[dict[str, TrainConfig]] = {
    "cpu-tiny": CPU_TINY,
    "cpu-small": replace(
        CPU_TINY,
        tasks=CPU_SMALL_TASKS,
        levels=(1, 2),
        tiny=TinyModelConfig(hidden_size=128, layers=4, max_turn_tokens=100, context=768),
        # with right programs alone, what fails are slips of copying, too rare to be unlearnt
        demonstrations=DemonstrationsConfig(
            per_task=1_000,
            shares={"program": 0.35, "repair": 0.15, "wrong": 0.25, "guess": 0.25},
            keep="all",
            bare=True,
        ),
        sft=replace(
            CPU_TINY.sft,
            learning_rate=1.5e-3,
            gate=GateConfig(cool_down_copied=0.3, cool_down=150, reward=0.15, copied=0.5),
        ),
        grpo=GrpoConfig(steps=40, problems=24, learning_rate=1e-4),
        evaluation=EvaluationConfig(problems=384),
    ),
    "sft": TrainConfig(
        phases=("sft",),
        tasks=(),
        levels=(1, 2, 3),
        max_episode_tokens=4_096,
        max_turn_tokens=1_024,
        evaluation=EvaluationConfig(problems=95, left_out_problems=74, sampled=False),
    ),
    "single-gpu-0.5b": SINGLE_GPU,
    "single-gpu-lora": replace(
        SINGLE_GPU,
        model="Qwen/Qwen2.5-3B-Instruct",
        budget_s=None,
        max_turn_tokens=1_024,
        # By arithmetic, in GB for 3 and 7 billion parameters: weights 6 and 15; keys and values 21 and 32; adapters and
        # their optimiser 1; an update 6, of which a kept layer takes 1 and logits up to 3.
        recompute=True,
        places=128,
        sft=replace(SINGLE_GPU.sft, lora_rank=32, learning_rate=1e-4, micro_batch_tokens=4_096, evaluate_every=200),
        grpo=replace(
            SINGLE_GPU.grpo,
            lora_rank=32,
            learning_rate=2e-5,  # adapters bear ten times what whole models do, and more
            steps=200,
            micro_batch_tokens=4_096,
            max_turn_tokens=1_024,
            checkpoint_every=20,
        ),
    ),
    "paper-3b": _paper("Qwen/Qwen2.5-3B-Instruct", divided=False),
    "paper-7b": _paper("Qwen/Qwen2.5-7B-Instruct", divided=True),
    "paper-14b": _paper("Qwen/Qwen2.5-14B-Instruct", divided=True),
}
"""``cpu-tiny`` learns within minutes on one core, and ``cpu-small`` has more to choose from. ``sft`` gives a real model
a warm start: it needs ``model``, and takes ``data``. ``single-gpu-0.5b`` does all with a real model, as far as it comes
in ``budget_s`` seconds; ``single-gpu-lora`` trains adapters of a larger one, by default of 3 billion parameters. The
``paper-`` ones are the paper's recipe, with its steps: ``paper-3b`` takes 80 GB by arithmetic, more than an H100 gives,
and is for GPUs like the H200, one process each; ``paper-7b`` and ``paper-14b`` are divided among the processes of
torchrun, and need servers of vLLM on other GPUs."""


def make_config(preset: str | Path, seed: int | None, overrides: Mapping[str, Any]) -> TrainConfig:
    """Return the settings of a preset or a recipe with some of them replaced.

    Args:
        preset: A key of `PRESETS`, or a YAML file: nested settings, and ``preset`` for those that it starts from.
        seed: Seed of the run; None for that of the recipe, or 0.
        overrides: Values by dotted name, such as ``{"grpo.steps": 20}``.

    Raises:
        BadOption: a name is unknown (the message names the nearest), or a value can't be that of the setting.
    """
    own: dict[str, Any] = {}
    if str(preset).endswith((".yaml", ".yml")):
        own = _recipe(Path(preset))
        preset = own.pop("preset", "cpu-tiny")
    elif Path(str(preset)).is_file():
        raise BadOption(f"{preset} is no recipe, whose name ends in .yaml.")
    require_one_of(preset, PRESETS, "preset")
    of_run = {} if seed is None else {"seed": seed}
    return with_overrides(with_overrides(PRESETS[str(preset)], own), {**of_run, **overrides})


def _recipe(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadOption(f"The recipe {path} cannot be read: {error}.") from error
    found = read_yaml(text, f"The recipe {path}")
    if not isinstance(found, dict):
        raise BadOption(f"The recipe {path} holds no settings: write lines such as 'preset: sft'.")
    return found

"""A policy: a causal language model with its tokenizer, and the rules that it plays by."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer

from r1ci_env.errors import BadOption
from r1ci_env.evaluation.folders import require_model
from r1ci_env.protocol import DEFAULT_MARKER
from r1ci_env.reference_trainer import distributed, packed_attention
from r1ci_env.reference_trainer.chat import Chat
from r1ci_env.reference_trainer.chosen import chosen_logprobs
from r1ci_env.reference_trainer.engines.interface import Engine
from r1ci_env.reference_trainer.engines.local import LocalEngine
from r1ci_env.reference_trainer.lora import merged_weights
from r1ci_env.reference_trainer.packing import Pack
from r1ci_env.reference_trainer.stops import TextOver

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers

MAX_TURN_TOKENS = 1_024
"""Length of a turn for models whose generation config says nothing, in tokens."""

SAMPLE = "print(12)"
"""What every tokenizer keeps, but for spaces and capitals."""


class Policy:
    """A causal language model that plays episodes.

    Args:
        model: A model of transformers. Its dropout is switched off: the trainer is to find the same
            log-probabilities as the engine.
        tokenizer: Its tokenizer; the chat template is used if it has one.

    Raises:
        BadOption: the tokenizer is of another model or can't end a turn, its chat template can't be used, or the model
            does not say how much it can read.

    Attributes:
        rules: Options of the environment that the model was trained with; empty for models from elsewhere.
        context: Longest token stream that the model can read.
        max_turn_tokens: Longest turn.
        end_ids: Tokens that end a turn.
        adapters: What peft has put around the model, if anything.
        servers: Servers of vLLM that sample; None to sample in this process.
        dtype: Precision that it computes in.
        sharded: Whether the weights are divided among several processes.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        self.model = model
        self.tokenizer = tokenizer
        _require_tokenizer_of(model, tokenizer)
        self.chat = Chat(tokenizer)
        self.rules: Mapping[str, Any] = getattr(model.config, "r1ci_rules", {})
        self.context: int = _context_of(model.config)
        self.max_turn_tokens: int = model.generation_config.max_new_tokens or MAX_TURN_TOKENS
        ends = model.generation_config.eos_token_id
        listed = ends if isinstance(ends, list) else [ends]
        self.end_ids = frozenset({tokenizer.eos_token_id, self.chat.end_id, *listed} - {None})
        self.adapters: Any = None
        self.servers: VllmServers | None = None
        self.dtype: torch.dtype = model.dtype
        self.sharded = False
        packed_attention.use(model)

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        device: torch.device = self.model.device
        return device

    def engine(self, slots: int, length: int | None = None, **options: Any) -> Engine:
        """Return an engine that samples from the weights of this policy.

        Args:
            slots: Episodes that are sampled together.
            length: Longest stream of an episode; None for what the model can read.
            **options: Of `LocalEngine`.
        """
        if self.servers is not None:
            return self.servers.engine(self, length or self.context)
        return LocalEngine(
            self.model,
            slots=slots,
            length=length or self.context,
            end_ids=sorted(self.end_ids),
            text_over=TextOver(self.chat, self.rules.get("answer_marker", DEFAULT_MARKER)),
            **options,
        )

    def token_logprobs(self, packed: Pack, temperature: float = 1.0) -> Tensor:
        """Return the log-probabilities of the tokens that the policy chose, in nats, with gradients.

        Args:
            packed: Trajectories in one row. The head is computed only where the policy chose.
            temperature: Divides the logits, as it did in sampling.

        Returns:
            Shape (chosen tokens,), float32.
        """
        return token_logprobs(self.model, packed, temperature)

    def recompute(self) -> None:
        """Compute layers again in the backward pass, in place of keeping what is in them; engines are not concerned."""
        renamed = getattr(self.model, "activation_checkpointing_enable", None)  # in transformers 5.24
        (renamed or self.model.gradient_checkpointing_enable)({"use_reentrant": False})

    def shard(self, precision: str) -> None:
        """Divide the float32 weights among all processes, and compute in ``precision``, as for `load_policy`."""
        if precision == "auto":
            precision = _default_precision(self.device.type)
        self.dtype, self.sharded = getattr(torch, precision), True
        distributed.shard(self.model, self.dtype)

    def whole_weights(self) -> dict[str, Tensor] | None:
        """Return weights as they are written, adapters merged; None for those of the model.

        Weights that are divided are whole in the first process alone, and empty in the others.
        """
        if not self.sharded:
            return None if self.adapters is None else merged_weights(self.model)
        return {name: weight.to(self.dtype) for name, weight in distributed.whole(self.model.state_dict()).items()}

    def save(self, directory: Path, weights: Mapping[str, Tensor] | None = None) -> None:
        """Write model and tokenizer so that `load_policy` and transformers' Auto classes read them.

        Args:
            directory: The folder.
            weights: What `whole_weights` returned.
        """
        self.model.save_pretrained(directory, state_dict=weights)
        self.tokenizer.save_pretrained(directory)


def _context_of(config: Any) -> int:
    """Return how many tokens a model can read."""
    longest = getattr(config.get_text_config(), "max_position_embeddings", None)
    if not longest:
        raise BadOption(f"A {config.model_type} model has no max_position_embeddings, which says how much it can read.")
    return int(longest)


def _require_tokenizer_of(model: Any, tokenizer: Any) -> None:
    """Raise `BadOption` for a tokenizer that loses text, as one made of no file does, or has ids beyond the model's."""
    kept = tokenizer.decode(tokenizer(SAMPLE, add_special_tokens=False).input_ids)
    if SAMPLE not in kept.replace(" ", "").lower():
        raise BadOption(f"Its tokenizer makes {kept!r} of {SAMPLE!r}: give it its own files, such as tokenizer.json.")
    known = model.get_input_embeddings().weight.shape[0]
    if tokenizer.vocab_size > known:  # which counts no added tokens: those of pictures, say, may have no embedding
        raise BadOption(
            f"Its tokenizer has {tokenizer.vocab_size} tokens, the model {known}: give it its own tokenizer."
        )


def _default_precision(device: str) -> str:
    return "float32" if device == "cpu" else "bfloat16"


def token_logprobs(model: Any, packed: Pack, temperature: float = 1.0) -> Tensor:
    """Return what `Policy.token_logprobs` does, of any causal language model."""
    own = model.config._attn_implementation == packed_attention.NAME
    logits = model(
        input_ids=packed.ids_1T,
        position_ids=packed.positions_1T,
        use_cache=False,
        logits_to_keep=packed.chosen_N - 1,
        **(packed_attention.arguments(packed) if own else {}),
    ).logits[0]
    return chosen_logprobs(logits, packed.targets_N, temperature)


def chosen_device(device: str | None = None) -> str:
    """Return where to compute: a GPU if there is one and nothing else is named; raise `BadOption` if it can't be."""
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise BadOption(f"Nothing can be computed on the device {device!r}: {reason:.100}. Try cpu or cuda.") from error
    return device


def load_policy(path_or_name: str | Path, device: str | None = None, precision: str = "auto") -> Policy:
    """Load a policy from a directory, or by the name of a model that transformers can find.

    Args:
        path_or_name: Directory with a model and its tokenizer, or a name.
        device: Where to compute; None takes a GPU if there is one.
        precision: ``float32``, ``bfloat16``, or ``auto`` for float32 on a CPU, else bfloat16.

    Raises:
        BadOption: there is no model, or one that can't play, or no such device.
    """
    require_model(path_or_name)
    device = chosen_device(device)
    if precision == "auto":
        precision = _default_precision(device)
    try:
        model = AutoModelForCausalLM.from_pretrained(path_or_name, dtype=getattr(torch, precision)).to(device)
        tokenizer = AutoTokenizer.from_pretrained(path_or_name)
    except Exception as error:  # whatever the libraries say of files that are missing, damaged or of something else
        phases = {p.parent for p in Path(path_or_name).glob("*/config.json")}
        last = max(phases, key=lambda phase: (phase.name == "grpo", phase.name == "sft"), default=None)
        hint = f" It is the folder of a run: name a phase, such as {last}." if last else ""
        raise BadOption(f"No model can be loaded from {path_or_name}.{hint} ({error!s:.300})") from error
    try:
        return Policy(model, tokenizer)
    except BadOption as error:
        raise BadOption(f"The model in {path_or_name} can't play. {error}") from error

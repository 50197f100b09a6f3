import pytest
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3NextConfig,
    Qwen3NextForCausalLM,
)

from r1ci_env.reference_trainer.engines.local import LocalEngine
from r1ci_env.reference_trainer.engines.supported import UnsupportedModel, require_supported


def refused(shape, name):
    match name:
        case "mistral":
            return MistralForCausalLM(MistralConfig(**shape, sliding_window=16))
        case "qwen2":
            window = {"use_sliding_window": True, "sliding_window": 16, "max_window_layers": 1}
            return Qwen2ForCausalLM(Qwen2Config(**shape, **window))
        case "gemma3_text":
            return Gemma3ForCausalLM(Gemma3TextConfig(**shape, head_dim=16, sliding_window=16))
        case "llama":
            rope = {"rope_type": "dynamic", "rope_theta": 1e4, "factor": 2.0}
            return LlamaForCausalLM(LlamaConfig(**shape, rope_parameters=rope))
        case "qwen3_next":
            shape = {**shape, "num_hidden_layers": 4}
            return Qwen3NextForCausalLM(Qwen3NextConfig(**shape, num_experts=4, num_experts_per_tok=2))
        case "bloom":
            return BloomForCausalLM(BloomConfig(vocab_size=300, hidden_size=32, n_layer=2, n_head=2))
        case "mamba":
            return MambaForCausalLM(MambaConfig(vocab_size=300, hidden_size=32, num_hidden_layers=2))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("mistral", "a sliding window of 16 tokens"),
        ("qwen2", "sliding_attention"),
        ("gemma3_text", "sliding_attention"),
        ("llama", "'dynamic'"),
        ("qwen3_next", "linear_attention"),
        ("mamba", "linear_attention"),
        ("bloom", "computes its attention itself"),
    ],
)
def test_what_slots_would_get_wrong_is_refused_by_name(world, name, why):
    with pytest.raises(UnsupportedModel, match=rf"a {name} model: .*{why}.*vLLM"):
        LocalEngine(refused(world.SHAPE, name), slots=2, length=64)


def test_a_window_that_is_switched_off_is_fine(world):
    require_supported(MistralForCausalLM(MistralConfig(**world.SHAPE, sliding_window=None)))
    require_supported(Qwen2ForCausalLM(Qwen2Config(**world.SHAPE, use_sliding_window=False, sliding_window=16)))

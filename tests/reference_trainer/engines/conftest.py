"""Small models of three families, made-up episodes over an engine, and what they should have been."""

import random
from types import SimpleNamespace

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

from r1ci_env.reference_trainer.engines.local import LocalEngine

VOCAB, LENGTH, ENDS = 300, 400, [7, 44, 90, 151, 205, 260]
SHAPE = {
    "vocab_size": VOCAB,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.2,
    "tie_word_embeddings": True,
}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 1e4,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 128,
}
FAMILIES = {
    "qwen2": (Qwen2ForCausalLM, Qwen2Config, {}),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config, {"head_dim": 24}),
    "llama": (LlamaForCausalLM, LlamaConfig, {"rope_parameters": LLAMA3_ROPE}),
}


def make(family):
    model, config, more = FAMILIES[family]
    torch.manual_seed(0)
    return model(config(**SHAPE, **more)).eval()


def text_over(ids):
    return ids[-1] % 11 == 3 and len(ids) > 2


def make_engine(model, slots, **options):
    return LocalEngine(model, slots=slots, length=LENGTH, end_ids=ENDS, text_over=text_over, **options)


def play(model, episodes=7, slots=3, turns=3, order=None, temperature=1.0, late=3, seed=0, group=3, **options):
    """Play made-up episodes whose environment answers after a while, groups of them with the same prompt.

    Returns the engine, the streams, and for each episode where its turns begin and what they are.
    """
    engine = make_engine(model, slots, **options)
    world, delays = [random.Random(f"{seed}:{e}") for e in range(episodes)], random.Random(5)
    prompts = [random.Random(f"prompt {e // group}") for e in range(episodes)]
    streams = [[p.randrange(20, VOCAB) for _ in range(5 + 105 * (e // group))] for e, p in enumerate(prompts)]
    taken = [[] for _ in range(episodes)]
    waiting, futures, step = {}, {}, 0
    left = list(order or range(episodes))
    while left or waiting or futures:
        while left and len(waiting) + len(futures) < slots + late:
            waiting[left.pop(0)] = step + delays.randrange(3)
        for e in [e for e, at in waiting.items() if at <= step]:
            del waiting[e]
            futures[e] = engine.turn(e, streams[e], max_tokens=9 + 2 * e, seed=1000 * seed + e, temperature=temperature)
        engine.step()
        step += 1
        assert step < 3000
        for e in [e for e, future in futures.items() if future.done()]:
            turn = futures.pop(e).result()
            taken[e].append((len(streams[e]), turn))
            streams[e] = streams[e] + turn.ids
            if len(taken[e]) == turns:
                engine.finish(e)
            else:
                streams[e] += [world[e].randrange(20, VOCAB) for _ in range(world[e].choice((1, 3, 20, 41)))]
                waiting[e] = step + delays.randrange(4)
    assert engine.pending == 0
    return engine, streams, taken


def full_pass(model, ids, temperature=1.0):
    """Log-probabilities of all ids but the first, in one pass without any cache."""
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0, :-1].double() / temperature
    return torch.log_softmax(logits, -1).gather(1, torch.tensor(ids)[1:, None])[:, 0]


def worst_gap(model, streams, taken, temperature=1.0):
    gap = 0.0
    for stream, turns in zip(streams, taken, strict=True):
        if turns:
            right = full_pass(model, stream, temperature)
            for begin, turn in turns:
                mine = torch.tensor(turn.logprobs, dtype=torch.double)
                gap = max(gap, (mine - right[begin - 1 : begin - 1 + len(turn.ids)]).abs().max().item())
    return gap


@pytest.fixture(scope="session")
def world():
    return SimpleNamespace(
        VOCAB=VOCAB,
        LENGTH=LENGTH,
        ENDS=ENDS,
        SHAPE=SHAPE,
        make=make,
        make_engine=make_engine,
        play=play,
        text_over=text_over,
        full_pass=full_pass,
        worst_gap=worst_gap,
    )

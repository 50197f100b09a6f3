import random

import pytest
import torch

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer.engines.local import LocalEngine

FAMILIES = ("qwen2", "qwen3", "llama")


@pytest.mark.parametrize("static", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_logprobs_are_those_of_a_full_pass(world, family, static):
    model = world.make(family)
    engine, streams, taken = world.play(model, static=static, block=5, chunk=(3, 16))
    assert all(len(turns) == 3 for turns in taken)
    assert {turn.stop for turns in taken for _, turn in turns} == {"end", "text", "length"}
    assert world.worst_gap(model, streams, taken) < 1e-4
    # Each token is read once: the prompt of a group together, no turn twice.
    assert engine.counts.copied > 0
    assert engine.counts.read + engine.counts.copied < sum(map(len, streams))


@pytest.mark.parametrize("temperature", [0.7, 1.3])
def test_logprobs_follow_the_temperature(world, temperature):
    model = world.make("qwen2")
    _, streams, taken = world.play(model, temperature=temperature)
    assert world.worst_gap(model, streams, taken, temperature) < 1e-4


@pytest.mark.parametrize("static", [False, True])
def test_turns_end_where_they_should(world, static):
    _, _, taken = world.play(world.make("qwen2"), static=static, block=7)
    for e, turns in enumerate(taken):
        for _, turn in turns:
            assert len(turn.ids) == len(turn.logprobs) <= 9 + 2 * e
            *before, last = range(1, len(turn.ids) + 1)
            ends = [n for n in before if turn.ids[n - 1] in world.ENDS]
            over = [n for n in before if world.text_over(turn.ids[:n])]
            assert not ends
            match turn.stop:
                case "end":  # perhaps right after the text was over
                    assert turn.ids[-1] in world.ENDS
                    assert over in ([], [last - 1])
                case "text":
                    assert world.text_over(turn.ids)
                    assert not over
                case "length":
                    assert len(turn.ids) == 9 + 2 * e
                    assert not over


def test_an_end_token_after_the_text_is_part_of_the_turn(world):
    """Found among many turns, since which token comes next is the model's business."""
    _, _, taken = world.play(world.make("qwen2"), episodes=24, slots=6, group=12)
    turns = [turn for turns in taken for _, turn in turns]
    both = [t for t in turns if t.stop == "end" and len(t.ids) > 3 and world.text_over(t.ids[:-1])]
    assert both
    assert any(t.stop == "text" for t in turns)


@pytest.mark.parametrize("static", [False, True])
def test_the_length_of_blocks_and_chunks_changes_nothing(world, static):
    model = world.make("qwen3")
    ways = ((1, (4, 64)), (4, (2, 8)), (16, (32, 64)))
    played = [world.play(model, static=static, block=block, chunk=chunk)[1] for block, chunk in ways]
    assert played[0] == played[1] == played[2]


@pytest.mark.parametrize("static", [False, True])
def test_a_turn_depends_on_its_seed_not_on_slot_or_neighbours(world, static):
    model = world.make("qwen2")
    _, streams, taken = world.play(model, static=static)
    _, reversed_order, _ = world.play(model, static=static, order=list(reversed(range(7))), slots=5, late=0)
    assert reversed_order == streams
    for e in (0, 6):
        _, alone, taken_alone = world.play(model, static=static, order=[e], slots=2)
        assert alone[e] == streams[e]
        for (_, a), (_, b) in zip(taken_alone[e], taken[e], strict=True):
            assert torch.allclose(torch.tensor(a.logprobs), torch.tensor(b.logprobs), atol=2e-5)
    assert world.play(model, static=static, seed=1)[1] != streams


def test_fixed_shapes_and_only_what_is_needed_agree(world):
    model = world.make("llama")
    assert world.play(model, static=True)[1] == world.play(model, static=False)[1]


@pytest.mark.parametrize("family", FAMILIES)
def test_at_temperature_0_the_likeliest_token_is_taken(world, family):
    model, rng = world.make(family), random.Random(3)
    engine = world.make_engine(model, 4)
    prompts = [[rng.randrange(20, world.VOCAB) for _ in range(rng.randrange(3, 60))] for _ in range(4)]
    futures = [engine.turn(e, ids, max_tokens=12, seed=e, temperature=0.0) for e, ids in enumerate(prompts)]
    while engine.step():
        pass
    for prompt, future in zip(prompts, futures, strict=True):
        stream = prompt + future.result().ids
        with torch.no_grad():
            likeliest = model(input_ids=torch.tensor([stream]), use_cache=False).logits[0].argmax(-1)
        assert stream[len(prompt) :] == likeliest[len(prompt) - 1 : -1].tolist()


def test_changed_weights_are_used(world):
    model = world.make("qwen2")
    engine = world.make_engine(model, 3)
    stream = list(range(20, 60))

    def turn():
        future = engine.turn("e", stream, max_tokens=12, seed=0)
        engine.turn("other", stream, max_tokens=3, seed=1)
        while engine.step():
            pass
        return future.result()

    stream += [*turn().ids, 30, 31]
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.05 * torch.randn_like(p))
    engine.weights_changed()
    second = turn()
    right = world.full_pass(model, stream + second.ids)[-len(second.ids) :]
    assert (right - torch.tensor(second.logprobs)).abs().max() < 1e-4


def test_weights_must_not_change_under_a_turn(world):
    engine = world.make_engine(world.make("qwen2"), 2, block=1)
    engine.turn(0, [20, 21], max_tokens=30, seed=0)
    engine.step()
    with pytest.raises(R1ciError, match="wait for them"):
        engine.weights_changed()


def test_more_episodes_than_slots_never_block(world):
    engine = world.make_engine(world.make("qwen2"), 2)
    for _ in range(2):  # the second round finds all slots kept by episodes that are not finished
        futures = [engine.turn(e, [20 + e, 21, 22], max_tokens=4, seed=e) for e in range(5)]
        for _ in range(50):
            engine.step()
        assert all(future.done() for future in futures)


def test_the_order_of_asking_changes_nothing_at_all(world):
    """To the last bit, so that a run goes on exactly whatever came back from the environment first."""

    def ask(order):
        engine = world.make_engine(world.make("qwen2"), 3)
        for e in range(5):  # they first come in this order, as the coroutines of a rollout do
            engine.turn(e, [20 + e] * (5 + e), max_tokens=1, seed=e)
        while engine.step():
            pass
        futures = {e: engine.turn(e, [20 + e] * (9 + 3 * e), max_tokens=9, seed=e) for e in order}
        while engine.step():
            pass
        return [futures[e].result() for e in range(5)]

    assert ask(range(5)) == ask([3, 1, 4, 0, 2])


def test_the_model_gets_its_attention_back(world):
    model = world.make("qwen2")
    before = model.config._attn_implementation
    world.play(model, episodes=2)
    assert model.config._attn_implementation == before


@pytest.mark.parametrize(("ids", "max_tokens"), [([], 5), ([20], 0), ([20] * 390, 11)])
def test_a_turn_that_does_not_fit_is_an_error_that_says_so(world, ids, max_tokens):
    engine = world.make_engine(world.make("qwen2"), 2)
    with pytest.raises(R1ciError, match="limit the episode"):
        engine.turn(0, ids, max_tokens=max_tokens, seed=0)


def test_what_is_closed_gives_its_memory_back(world):
    engine, _, _ = world.play(world.make("qwen2"), episodes=2)
    engine.close()
    assert engine.passes.memory.data is None


def test_memory_that_there_is_not_is_told_with_what_to_do(world):
    engine = LocalEngine(world.make("qwen2"), slots=64, length=1 << 40)
    engine.turn(0, [20, 21], max_tokens=3, seed=0)
    with pytest.raises(R1ciError, match=r"64 episodes of 1099511628032 tokens take .* GiB.*max_episode_tokens"):
        engine.step()

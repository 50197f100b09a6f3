from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from r1ci_env.errors import BadOption
from r1ci_env.reference_trainer.config import GateConfig, SftConfig
from r1ci_env.reference_trainer.copying import copied_share, operands
from r1ci_env.reference_trainer.examples import example
from r1ci_env.reference_trainer.optimizer import MasterAdamW, NotFinite
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.schedules import FixedSchedule, GateSchedule
from r1ci_env.reference_trainer.sft import SftError, batches, number_of_steps, train_sft, update
from r1ci_env.registry import get_task

SHORT = SftConfig(
    batch_tokens=800, max_steps=20, evaluate_every=5, learning_rate=1e-2, schedule="gate", gate=GateConfig(cool_down=10)
)
OPEN = {"reward": 0.3, "copied": 1.0}


def nll(policy, examples):
    with torch.no_grad():
        return -policy.token_logprobs(pack(examples)).sum().item()


def test_tokens_of_the_environment_do_not_count(policy, trajectories):
    """What the environment says after the last turn that it answers could be anything."""
    trajectory = next(t for t in trajectories if t.episode.turns == 1)
    longer = replace(trajectory, ids=[*trajectory.ids, 7], sampled=[*trajectory.sampled, False], logprobs=[])
    longer.logprobs = [0.0] * len(longer.ids)
    assert nll(policy, [longer]) == pytest.approx(nll(policy, [trajectory]), rel=1e-6)
    optimizer = MasterAdamW(policy.model.parameters(), lr=0.0)
    both = [update(policy, optimizer, [t], 1_000) for t in (trajectory, longer)]
    assert both[0] == pytest.approx(nll(policy, [trajectory]) / sum(trajectory.sampled), rel=1e-5)
    assert both[1] == pytest.approx(both[0], rel=1e-5)


def test_a_demonstration_is_the_stream_that_the_policy_would_have_played(policy, demonstrations, trajectories):
    for found, trajectory in zip(demonstrations, trajectories, strict=True):
        made = example(policy.chat, found.record())
        assert made.ids == trajectory.ids
        learnt = [i for i, s in enumerate(made.sampled) if s]
        assert set(learnt) <= {i for i, s in enumerate(trajectory.sampled) if s}
        ends = [i for i in learnt if made.ids[i] == policy.chat.end_id]
        assert len(ends) == sum(found.train)  # the token that ends a turn is learnt with it
        assert (made.sampled == trajectory.sampled) == all(found.train)


def test_the_mixture_has_every_behaviour_and_is_mostly_wrong(trajectories):
    kinds = {(t.episode.code_runs, t.episode.correct) for t in trajectories}
    assert {(1, True), (2, True), (1, False), (0, False)} <= kinds
    assert 0.05 < sum(t.reward for t in trajectories) / len(trajectories) < 0.5


def test_copies_are_counted_among_programs(demonstrations, trajectories):
    right = [t for t, found in zip(trajectories, demonstrations, strict=True) if found.format == "program"]
    assert copied_share(right) == 1.0
    assert copied_share([t for t in trajectories if not t.episode.code_runs]) == 0.0
    assert operands(get_task("LCM").program(get_task("LCM").problem(1, 1))) == ["76", "52"]


def test_steps_have_all_examples_once_an_epoch_within_their_tokens(trajectories):
    config = SftConfig(batch_tokens=700, epochs=2.5)
    steps = number_of_steps(trajectories, config, 3)
    found = [batch for batch, _ in zip(batches(trajectories, 700, 3), range(steps), strict=False)]
    assert all(sum(len(trajectories[i].ids) for i in batch) <= 700 for batch in found)
    flat = [i for batch in found for i in batch]
    assert sorted(flat[: len(trajectories)]) == list(range(len(trajectories)))
    assert flat[: len(trajectories)] != flat[len(trajectories) : 2 * len(trajectories)]
    assert 2.3 < len(flat) / len(trajectories) < 2.7
    assert number_of_steps(trajectories, replace(config, max_steps=3), 3) == 3


def test_the_rate_rises_and_falls():
    for shape in ("cosine", "linear"):
        rates = [FixedSchedule(SftConfig(warm_up=4), 40, shape).rate(step) for step in range(40)]
        assert rates[:4] == [0.25, 0.5, 0.75, 1.0]
        assert all(a >= b for a, b in pairwise(rates[4:]))
        assert rates[-1] == pytest.approx(0.1, abs=0.03)


def test_a_gate_without_warm_up_begins_at_the_full_rate():
    assert GateSchedule(replace(SHORT, warm_up=0), 20).rate(0) == 1.0


def test_a_gate_that_can_not_open_is_refused_before_the_first_step(policy, trajectories, tmp_path):
    assert GateSchedule(SHORT, 15).steps == 15
    with pytest.raises(BadOption, match=r"gate can't open within 14 SFT steps.*sft\.max_steps to 15 or more"):
        train_sft(policy, trajectories, replace(SHORT, max_steps=14), 0, lambda: OPEN, tmp_path)


def test_a_short_run_lowers_the_loss(policy, trajectories, tmp_path):
    before = nll(policy, trajectories)
    train_sft(policy, trajectories, SHORT, 0, lambda: OPEN, tmp_path)
    assert nll(policy, trajectories) < 0.7 * before


def test_small_passes_add_up_to_one_large_one(policy, trajectories):
    def step(max_tokens):
        optimizer = MasterAdamW(policy.model.parameters(), lr=0.0)
        return update(policy, optimizer, trajectories, max_tokens)

    assert step(200) == pytest.approx(step(1_000_000), rel=1e-5)


def test_a_closed_gate_is_an_error_that_says_so(policy, trajectories, tmp_path):
    with pytest.raises(SftError, match=r"earns 0\.10 .* copies exactly in 30%"):
        train_sft(policy, trajectories, SHORT, 0, lambda: {"reward": 0.1, "copied": 0.3}, tmp_path)


def test_a_weight_that_is_no_number_stops_the_training(policy, trajectories, tmp_path):
    with torch.no_grad():
        policy.model.model.norm.weight[0] = torch.inf
    with pytest.raises(NotFinite, match="Step 1: the loss is nan"):
        train_sft(policy, trajectories, SHORT, 0, lambda: OPEN, tmp_path)


def test_frozen_embeddings_and_adapters_leave_the_rest_as_it_is(config, policy, trajectories, tmp_path):
    from r1ci_env.reference_trainer.lora import add_adapters, merge_adapters

    pytest.importorskip("peft")
    before = {name: p.detach().clone() for name, p in policy.model.named_parameters()}
    fixed = replace(SHORT, schedule="cosine", max_steps=6)
    train_sft(policy, trajectories, replace(fixed, freeze_embeddings=True), 0, lambda: OPEN, tmp_path / "frozen")
    changed = {name for name, p in policy.model.named_parameters() if not p.equal(before[name])}
    assert changed == set(before) - {"model.embed_tokens.weight"}
    from r1ci_env.reference_trainer.tiny_model import make_model

    other = type(policy)(make_model(policy.tokenizer, config), policy.tokenizer)
    loss = nll(other, trajectories)
    add_adapters(other, 4)
    assert nll(other, trajectories) == pytest.approx(loss, rel=1e-5)
    train_sft(other, trajectories, fixed, 0, lambda: OPEN, tmp_path / "lora")
    adapted = nll(other, trajectories)
    merge_adapters(other)
    assert adapted < 0.95 * loss
    assert nll(other, trajectories) == pytest.approx(adapted, rel=1e-4)
    assert set(dict(other.model.named_parameters())) == set(before)
    assert other.model.model.norm.weight.equal(before["model.norm.weight"])


class KilledError(Exception):
    pass


@pytest.mark.parametrize("schedule", ["gate", "cosine"])
def test_a_killed_run_goes_on_exactly(schedule, config, policy, trajectories, tmp_path):
    from r1ci_env.reference_trainer.policy import Policy
    from r1ci_env.reference_trainer.tiny_model import make_model

    settings = replace(SHORT, schedule=schedule, epochs=20.0)  # more than all steps take

    def fresh():
        return Policy(make_model(policy.tokenizer, config), policy.tokenizer)

    def measure_until(calls):
        seen = iter(range(100))

        def measure():
            if next(seen) == calls:
                raise KilledError
            return OPEN

        return measure

    whole, killed = fresh(), fresh()
    train_sft(whole, trajectories, settings, 0, measure_until(99), tmp_path / "whole")
    with pytest.raises(KilledError):
        train_sft(killed, trajectories, settings, 0, measure_until(1), tmp_path / "killed")
    resumed = fresh()
    train_sft(resumed, trajectories, settings, 0, measure_until(99), tmp_path / "killed")
    for a, b in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        assert a.equal(b)
    assert (tmp_path / "whole/sft.jsonl").read_text() == (tmp_path / "killed/sft.jsonl").read_text()

from dataclasses import replace

import pytest
import torch

from r1ci_env.reference_trainer.config import SftConfig
from r1ci_env.reference_trainer.demonstrations import copied_share, operands, short_program, with_slip
from r1ci_env.reference_trainer.optimizer import MasterAdamW, NotFinite
from r1ci_env.reference_trainer.packing import pack
from r1ci_env.reference_trainer.sft import Gate, SftError, train_sft, update

SHORT = SftConfig(batch_size=8, max_steps=20, gate_every=5, cool_down=10, learning_rate=1e-2)


def nll(policy, trajectories):
    with torch.no_grad():
        return -policy.token_logprobs(pack(trajectories)).sum().item()


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


def test_the_mixture_has_every_behaviour_and_is_mostly_wrong(trajectories):
    kinds = {(t.episode.code_runs, t.episode.correct) for t in trajectories}
    assert {(1, True), (2, True), (1, False), (0, False)} <= kinds
    assert 0.05 < sum(t.reward for t in trajectories) / len(trajectories) < 0.5


def test_a_slip_changes_every_program(problems):
    for problem in problems:
        program = short_program(problem)
        assert with_slip(program) != program
        assert operands(with_slip(program)) == operands(program)


def test_copies_are_counted_among_programs(trajectories):
    assert copied_share(trajectories) == 1.0


def test_a_short_run_lowers_the_loss(policy, trajectories, tmp_path):
    before = nll(policy, trajectories)
    train_sft(policy, trajectories, SHORT, 0, lambda: Gate(0.3, 1.0), tmp_path)
    assert nll(policy, trajectories) < 0.7 * before


def test_small_passes_add_up_to_one_large_one(policy, trajectories):
    def step(max_tokens):
        optimizer = MasterAdamW(policy.model.parameters(), lr=0.0)
        return update(policy, optimizer, trajectories, max_tokens)

    assert step(200) == pytest.approx(step(1_000_000), rel=1e-5)


def test_a_closed_gate_is_an_error_that_says_so(policy, trajectories, tmp_path):
    with pytest.raises(SftError, match=r"earns 0\.10 .* copies exactly in 30%"):
        train_sft(policy, trajectories, SHORT, 0, lambda: Gate(0.1, 0.3), tmp_path)


def test_a_weight_that_is_no_number_stops_the_training(policy, trajectories, tmp_path):
    with torch.no_grad():
        policy.model.model.norm.weight[0] = torch.inf
    with pytest.raises(NotFinite, match="Step 1: the loss is nan"):
        train_sft(policy, trajectories, SHORT, 0, lambda: Gate(0.3, 1.0), tmp_path)


class KilledError(Exception):
    pass


def test_a_killed_run_goes_on_exactly(config, policy, trajectories, tmp_path):
    from r1ci_env.reference_trainer.policy import Policy
    from r1ci_env.reference_trainer.tiny_model import make_model

    def fresh():
        return Policy(make_model(policy.tokenizer, config), policy.tokenizer)

    def measure_until(calls):
        seen = iter(range(100))

        def measure():
            if next(seen) == calls:
                raise KilledError
            return Gate(0.3, 1.0)

        return measure

    whole, killed = fresh(), fresh()
    train_sft(whole, trajectories, SHORT, 0, measure_until(99), tmp_path / "whole")
    with pytest.raises(KilledError):
        train_sft(killed, trajectories, SHORT, 0, measure_until(1), tmp_path / "killed")
    resumed = fresh()
    train_sft(resumed, trajectories, SHORT, 0, measure_until(99), tmp_path / "killed")
    for a, b in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        assert a.equal(b)
    assert (tmp_path / "whole/sft.jsonl").read_text() == (tmp_path / "killed/sft.jsonl").read_text()

import pytest
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from r1ci_env.reference_trainer.optimizer import MasterAdamW, NotFinite, take_step


def make(dtype, vocabulary=200):
    torch.manual_seed(0)
    shape = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = Qwen2Config(vocab_size=vocabulary, num_key_value_heads=2, tie_word_embeddings=True, **shape)
    return Qwen2ForCausalLM(config).to(dtype)


def loss_of(model, seed=0):
    ids = torch.arange(200).roll(seed)[None]  # each token once, so that each row of the embedding has a gradient
    return model(input_ids=ids, labels=ids, use_cache=False).loss


def step(model, optimizer, number=1):
    loss = loss_of(model)
    loss.backward()
    return take_step(optimizer, loss.item(), number)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_one_step_at_the_papers_learning_rate_moves_the_masters(dtype):
    model = make(dtype)
    optimizer = MasterAdamW(model.parameters(), lr=1e-6)
    before = [master.detach().clone() for master in optimizer.masters]
    step(model, optimizer)
    moved = sum((a != b).sum().item() for a, b in zip(before, optimizer.masters, strict=True))
    assert moved / sum(master.numel() for master in optimizer.masters) > 0.9


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_one_step_does_not_move_are_rows_of_the_embedding_without_a_gradient_to_speak_of(dtype):
    """In a large vocabulary most tokens neither occur nor are likely, and a sure policy gives their rows a gradient far
    below Adam's epsilon: a step of less than half the distance between neighbouring float32 numbers."""
    model = make(dtype, vocabulary=20_000)
    model.lm_head.weight.data *= 8  # which is tied to the embedding
    model.model.norm.weight.data *= 6
    optimizer = MasterAdamW(model.parameters(), lr=1e-6)
    embedding = optimizer.masters[0]
    before = [master.detach().clone() for master in optimizer.masters]
    loss_of(model).backward()
    torch.nn.utils.clip_grad_norm_(optimizer.masters, 1.0)
    gradient = embedding.grad.clone()
    optimizer.step()
    moved = [(a != b).float().mean().item() for a, b in zip(before, optimizer.masters, strict=True)]
    assert min(moved[1:]) > 0.9
    assert moved[0] < 0.9
    first_step = 1e-6 * gradient.abs() / (gradient.abs() + optimizer.defaults["eps"])
    spacing = torch.nextafter(before[0].abs(), torch.tensor(torch.inf)) - before[0].abs()
    assert ((first_step > spacing / 2) == (before[0] != embedding)).float().mean() > 0.99
    assert (before[0] != embedding)[:200].float().mean() > 0.99  # the tokens that occur


def test_the_model_is_the_rounded_masters_at_the_same_addresses():
    model = make(torch.bfloat16)
    addresses = [p.data_ptr() for p in model.parameters()]
    optimizer = MasterAdamW(model.parameters(), lr=1e-2)
    before = [p.detach().clone() for p in model.parameters()]
    step(model, optimizer)
    for weight, master, old in zip(model.parameters(), optimizer.masters, before, strict=True):
        assert weight.equal(master.to(torch.bfloat16))
        assert not weight.equal(old)
    assert [p.data_ptr() for p in model.parameters()] == addresses


def test_many_small_steps_move_a_bfloat16_model_as_they_move_a_float32_one():
    narrow, wide = make(torch.bfloat16), make(torch.bfloat16).float()
    start = [p.detach().clone() for p in wide.parameters()]
    optimizers = [MasterAdamW(model.parameters(), lr=1e-5) for model in (narrow, wide)]
    for model, optimizer in zip((narrow, wide), optimizers, strict=True):
        for _ in range(30):
            step(model, optimizer)
    for a, b, c in zip(*(optimizer.masters for optimizer in optimizers), start, strict=True):
        assert (a - b).norm() < 0.3 * (b - c).norm()


def test_gradients_of_passes_are_summed_in_float32():
    model = make(torch.bfloat16)
    optimizer = MasterAdamW(model.parameters())
    parts = []
    for seed in range(3):
        loss_of(model, seed).backward()
        parts.append([master.grad.clone() for master in optimizer.masters])
    for master, first, second in zip(optimizer.masters, parts[0], parts[1], strict=True):
        assert master.grad.dtype == torch.float32
        assert not master.grad.equal(first)
        assert not second.equal(second.to(torch.bfloat16).float())  # a sum that bfloat16 could not hold
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_model_can_have_one_optimizer_after_another(dtype):
    model = make(dtype)
    first, second = (MasterAdamW(model.parameters(), lr=1e-2) for _ in range(2))
    before = [master.detach().clone() for master in second.masters]
    assert step(model, second) > 0
    assert not any(a.equal(b) for a, b in zip(before, second.masters, strict=True))
    assert dtype == torch.float32 or all(master.grad is None for master in first.masters)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_its_state_goes_on_exactly(dtype):
    whole, first = make(dtype), make(dtype)
    optimizer = MasterAdamW(whole.parameters(), lr=1e-4)
    for _ in range(4):
        step(whole, optimizer)
    optimizer = MasterAdamW(first.parameters(), lr=1e-4)
    for _ in range(2):
        step(first, optimizer)
    resumed = make(dtype)
    resumed.load_state_dict(first.state_dict())
    again = MasterAdamW(resumed.parameters(), lr=1e-4)
    again.load_state_dict(optimizer.state_dict())
    for _ in range(2):
        step(resumed, again)
    assert all(a.equal(b) for a, b in zip(whole.parameters(), resumed.parameters(), strict=True))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_is_not_finite_stops_before_the_step(bad):
    model = make(torch.float32)
    optimizer = MasterAdamW(model.parameters(), lr=1e-2)
    before = [p.detach().clone() for p in model.parameters()]
    loss = loss_of(model) * bad
    loss.backward()
    with pytest.raises(NotFinite, match="Step 7: the loss is"):
        take_step(optimizer, loss.item(), 7)
    loss_of(model).backward()
    model.lm_head.weight.grad[0, 0] = bad
    with pytest.raises(NotFinite, match=r"Step 8: .*gradient (nan|inf)"):
        take_step(optimizer, 1.0, 8)
    assert all(a.equal(b) for a, b in zip(before, model.parameters(), strict=True))
    step(model, optimizer)  # and nothing of the bad gradient is left
    assert all(p.isfinite().all() for p in model.parameters())

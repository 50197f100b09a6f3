"""What CUDA graphs demand of the passes, shown without a GPU."""

import threading
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from r1ci_env.reference_trainer.engines import attention
from r1ci_env.reference_trainer.engines.passes import Passes

LOOKS_AT_VALUES = {
    "_local_scalar_dense",
    "equal",
    "is_nonzero",
    "item",
    "lift_fresh",
    "masked_select",
    "nonzero",
    "repeat_interleave",
    "unique",
}


class Log(TorchDispatchMode):
    """Keeps the operations of torch that are done under it."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        self.calls.append((function, args, kwargs or {}, out))
        return out


class Recording:
    """What a CUDA graph does: the operations of one run, done again on the same tensors."""

    def __init__(self, function, width):
        with Log() as log:
            function(width)
        self.calls = log.calls

    def replay(self):
        for function, args, kwargs, old in self.calls:
            new = function(*args, **kwargs)
            pairs = zip(old, new, strict=True) if isinstance(old, (tuple, list)) else [(old, new)]
            for before, after in pairs:
                if isinstance(before, torch.Tensor) and before.data_ptr() != after.data_ptr():
                    before.copy_(after)


def capture(passes, function, width):
    """Stand in for `Passes._capture`: a warm-up, and a recording that leaves no trace, as a capture does not."""
    active, step = passes._active.clone(), passes._step.clone()
    passes._active.zero_()
    passes._step.zero_()
    function(width)
    kept = (passes._token, passes._position, passes._new_ids, passes._new_logprobs, passes.memory.data)
    before = [tensor.clone() for tensor in kept]
    passes._step.zero_()
    recording = Recording(function, width)
    for tensor, value in zip(kept, before, strict=True):
        tensor.copy_(value)
    passes._active.copy_(active)
    passes._step.copy_(step)
    return recording


def flash_on_cpu(q, k, v, query_starts, key_starts, max_q, max_k, dropout, causal, debug, *, scale, seqused_k):
    """What torch documents of its kernel: seqused_k[i] keys from key_starts[i] on, causal to the bottom right."""
    out, groups = torch.zeros_like(q), q.shape[1] // k.shape[1]
    for i, used in enumerate(seqused_k.tolist()):
        mine = slice(int(query_starts[i]), int(query_starts[i + 1]))
        count = mine.stop - mine.start
        assert count <= max_q
        assert used <= max_k
        keys, values = (x[int(key_starts[i]) :][:used].repeat_interleave(groups, 1) for x in (k, v))
        scores = torch.einsum("qhd,khd->hqk", q[mine], keys) * scale
        if causal:
            hidden = torch.ones(count, used, dtype=torch.bool).triu(used - count + 1)
            scores = scores.masked_fill(hidden, -torch.inf)
        out[mine] = torch.einsum("hqk,khd->qhd", scores.softmax(-1).nan_to_num(0.0), values)
    return (out,)


class FlashOp:
    """Stands in for `torch.ops.aten` in `attention`; one opaque operation, as the kernel is."""

    _library = torch.library.Library("r1ci_test", "DEF")
    _library.define(
        "flash(Tensor q, Tensor k, Tensor v, Tensor qs, Tensor ks, int mq, int mk, bool causal, float scale, Tensor n)"
        " -> Tensor"
    )
    _library.impl(
        "flash",
        lambda q, k, v, qs, ks, mq, mk, causal, scale, n: flash_on_cpu(
            q, k, v, qs, ks, mq, mk, 0.0, causal, False, scale=scale, seqused_k=n
        )[0],
        "CPU",
    )

    @staticmethod
    def _flash_attention_forward(q, k, v, qs, ks, mq, mk, dropout, causal, debug, *, scale, seqused_k):
        return (torch.ops.r1ci_test.flash(q, k, v, qs, ks, mq, mk, causal, scale, seqused_k),)


@pytest.fixture
def flash_kernel(monkeypatch):
    stand_in = type("torch", (), {"ops": type("ops", (), {"aten": FlashOp})})
    monkeypatch.setattr(attention, "torch", stand_in)


@pytest.mark.parametrize("family", ["qwen2", "qwen3", "llama"])
@pytest.mark.parametrize("flash", [False, True])
def test_the_passes_never_look_at_a_value(world, family, flash, flash_kernel):
    engine = world.make_engine(world.make(family), 4, static=True, flash=flash)
    run, log = engine.passes._run, Log()

    def logged(function, tokens):
        if engine.passes.memory.data is None:  # it is made in the first run, which no graph records
            run(function, tokens)
        else:
            with log:
                run(function, tokens)

    engine.passes._run = logged
    for e in range(3):
        engine.turn(e, list(range(20, 90 + e)), max_tokens=20, seed=e)
    while engine.step():
        pass
    names = {function.overloadpacket.__name__ for function, *_ in log.calls}
    assert "index_put_" in names
    assert not names & LOOKS_AT_VALUES
    for function, args, _, _ in log.calls:
        if function.overloadpacket.__name__.startswith("index"):
            indices = args[1] if isinstance(args[1], (list, tuple)) else []
            assert all(i is None or i.dtype == torch.long for i in indices)  # a mask would be counted


@pytest.mark.parametrize("family", ["qwen2", "qwen3", "llama"])
def test_the_flash_kernel_gets_what_it_wants(world, family, flash_kernel):
    model = world.make(family)
    few = {"episodes": 4, "group": 2, "static": True}
    _, streams, taken = world.play(model, flash=True, chunk=(3, 16), block=5, **few)
    assert streams == world.play(model, **few)[1]
    assert world.worst_gap(model, streams, taken) < 1e-4


@pytest.mark.parametrize("flash", [False, True])
def test_replaying_recorded_operations_is_enough(world, flash, monkeypatch, flash_kernel):
    """Nothing that changes from step to step is a Python value while a graph is recorded."""
    model = world.make("qwen2")
    few = {"episodes": 4, "group": 2} if flash else {}
    want = world.play(model, static=True, **few)[1]
    monkeypatch.setattr(Passes, "_capture", capture)
    init = Passes.__init__

    def capturing(self, *args, **kwargs):
        init(self, *args, **kwargs)
        self.capturing = True

    monkeypatch.setattr(Passes, "__init__", capturing)
    engine, streams, taken = world.play(model, static=True, flash=flash, **few)
    assert streams == want
    assert world.worst_gap(model, streams, taken) < 1e-4
    assert {width for _, width in engine.passes.graphs} == ({512} if flash else {256, 512})


def test_the_flash_kernel_reads_slots_of_all_lengths_in_one_pass(world, flash_kernel):
    model = world.make("qwen2")
    engine = world.make_engine(model, 5, static=True, flash=True, chunk=(4, 64))
    prompts = [[20 + (7 * e + i) % 200 for i in range(count)] for e, count in enumerate((100, 3, 1, 60, 90))]
    futures = [engine.turn(e, ids, max_tokens=6, seed=e) for e, ids in enumerate(prompts)]
    while engine.step():
        pass
    turns = [future.result() for future in futures]
    streams = [ids + turn.ids for ids, turn in zip(prompts, turns, strict=True)]
    assert (
        world.worst_gap(model, streams, [[(len(ids), turn)] for ids, turn in zip(prompts, turns, strict=True)]) < 1e-4
    )
    assert (engine.counts.read, engine.counts.reads) == (249, 1)


class Cuda:
    """What a capture uses of `torch.cuda`, with the current device of each thread, which is the first until it is set.

    Attributes:
        used: Devices whose streams were used, and on which was captured.
    """

    def __init__(self):
        self._thread = threading.local()
        self.used = []

    @property
    def current(self):
        return getattr(self._thread, "device", torch.device("cuda", 0))

    @contextmanager
    def device(self, device):
        before, self._thread.device = self.current, device
        try:
            yield
        finally:
            self._thread.device = before

    def Stream(self):
        self.used.append(self.current)
        return SimpleNamespace(wait_stream=lambda other: None)

    current_stream = Stream

    @contextmanager
    def stream(self, stream):
        yield

    @contextmanager
    def graph(self, graph, **options):
        self.used.append(self.current)
        yield

    def CUDAGraph(self):
        return SimpleNamespace(pool=lambda: None, replay=lambda: None)


def test_what_is_captured_goes_to_the_device_of_the_model_in_whatever_thread(world, monkeypatch):
    """A thread of its own, in which the engine works beside code that runs, begins with the first device."""
    passes = world.make_engine(world.make("qwen2"), 2, static=True).passes
    passes.device = torch.device("cuda", 3)
    cuda = Cuda()
    monkeypatch.setattr(torch, "cuda", cuda)
    seen = []
    capture = threading.Thread(target=lambda: passes._capture(lambda width: seen.append(cuda.current), 256))
    capture.start()
    capture.join()
    assert len(cuda.used) == 4
    assert set(cuda.used + seen) == {torch.device("cuda", 3)}

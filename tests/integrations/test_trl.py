"""GRPO of TRL on our environments, with a tiny Qwen made from scratch. `make test-adapters`."""

import asyncio
import json
from functools import partial
from pathlib import Path

import pytest

trl = pytest.importorskip("trl", reason="run make test-adapters: it needs an environment of its own")

import torch
from datasets import Dataset
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from r1ci_env import R1ciError, get_task
from r1ci_env.adapters.trl_rollout import Rollout
from r1ci_env.adapters.trl_tools import Tools
from r1ci_env.sandbox_wasm import SandboxError

PROBLEMS = [p for p in (get_task("ChainSum").problem(seed, level=1) for seed in range(20)) if not p.held_out][:2]
HELD_OUT = next(p for p in (get_task("ChainSum").problem(seed, level=1) for seed in range(99)) if p.held_out)
SMALL = {"max_steps": 2, "per_device_train_batch_size": 4, "num_generations": 4, "max_completion_length": 512}
CPU = {
    "use_cpu": True,
    "bf16": False,
    "report_to": [],
    "logging_steps": 1,
    "save_strategy": "no",
    "learning_rate": 1e-3,
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The folder of a Qwen2 of a few thousand parameters, whose tokens are bytes."""
    folder = str(tmp_path_factory.mktemp("model"))
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    raw = Tokenizer(models.BPE(vocab={char: i for i, char in enumerate(alphabet)}, merges=[]))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    raw.decoder = decoders.ByteLevel()
    marks = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    raw.add_special_tokens([AddedToken(text, special=True) for text in marks])
    template = (Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja").read_text()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token=marks[0], eos_token=marks[2], chat_template=template
    )
    tokenizer.save_pretrained(folder)
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        num_key_value_heads=2,
        max_position_embeddings=8192,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        **shape,
    )
    torch.manual_seed(0)
    Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder


class Broken:
    def run(self, code, **options):
        raise SandboxError("no memory")


def correct(env_reward, **row):
    return env_reward


def grpo(model, folder, rows, **options):
    sizes = {name: options.pop(name, value) for name, value in SMALL.items()}
    args = trl.GRPOConfig(str(folder), **CPU, **sizes)
    return trl.GRPOTrainer(model=model, train_dataset=Dataset.from_list(rows), args=args, **options)


def script(trainer, monkeypatch, turns, logprob=None):
    """Let the policy say the n-th of ``turns(row)`` in its n-th turn, with the token that ends it.

    With a ``logprob`` it tells that of each token, as vLLM does; transformers tells none.
    """
    tokenizer, asked = trainer.processing_class, []

    def generate(contexts, images, fields, num_generations, **options):
        asked.append([tokenizer.decode(ids) for ids in contexts])
        said = [turns(row)[len(asked) - 1] for row in range(len(contexts))]
        ids = [[*tokenizer(text).input_ids, tokenizer.eos_token_id] for text in said]
        return ids, None if logprob is None else [[logprob] * len(row) for row in ids]

    monkeypatch.setattr(trainer, "_generate_single_turn", generate)
    return asked


def rewards(trainer):
    return [entry["reward"] for entry in trainer.state.log_history if "reward" in entry]


@pytest.mark.parametrize("number", [0, 1], ids=["rollout_func", "environment_factory"])
def test_the_code_of_the_page_trains(model, number, page_code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = {
        "Qwen/Qwen3-0.6B": model,
        "max_steps=200": "max_steps=2, use_cpu=True, bf16=False, report_to=[], logging_steps=1, save_strategy='no'",
        "max_completion_length=4_096": "max_completion_length=96",
    }
    found = {}
    exec(compile(page_code("trl", small)[number], f"trl.md, block {number}", "exec"), found)
    trainer = found["trainer"]
    assert trainer.state.global_step == 2
    assert rewards(trainer) == [0.0, 0.0]  # of a model that knows nothing
    assert all(torch.isfinite(torch.tensor(e["loss"])) for e in trainer.state.log_history if "loss" in e)


def test_rollout_learns_from_what_the_policy_said(model, tmp_path, monkeypatch):
    rows = [{"prompt": problem.ref} for problem in PROBLEMS]
    rollout = Rollout()
    trainer = grpo(model, tmp_path, rows, reward_funcs=correct, rollout_func=rollout)
    program = "```python\nprint(6 * 7, '<|im_' + 'end|>')\n```"

    def turns(row):  # the prompts of a batch come as a group
        return [program, f"<<<{current['problem'].answer if row % 2 else 'no'}>>>"]

    current = {"problem": PROBLEMS[0]}
    asked = script(trainer, monkeypatch, turns)
    out = rollout([PROBLEMS[0].ref] * 4, trainer)
    assert out["env_reward"] == [0.0, 1.0, 0.0, 1.0] and out["logprobs"] is None
    assert PROBLEMS[0].question in asked[0][0] and PROBLEMS[0].ref not in asked[0][0]
    tokenizer = trainer.processing_class
    for row in range(4):
        ids, mask = out["completion_ids"][row], out["env_mask"][row]
        own = tokenizer.decode([i for i, m in zip(ids, mask, strict=True) if m])
        seen = tokenizer.decode([i for i, m in zip(ids, mask, strict=True) if not m])
        assert own == "".join(turn + "<|im_end|>" for turn in turns(row))
        assert "42 <|im_end|>" in seen and own.split("<|im_end|>")[0] not in seen
        assert mask.count(1) + mask.count(0) == len(ids) == len(mask)
        end = tokenizer.convert_tokens_to_ids("<|im_end|>")
        assert [m for i, m in zip(ids, mask, strict=True) if i == end] == [1, 0, 1]  # what code prints ends no turn

    def rollout_of(prompts, trainer):
        asked.clear()
        current["problem"] = next(p for p in PROBLEMS if p.ref == prompts[0])
        return rollout(prompts, trainer)

    trainer.rollout_func = rollout_of
    before = [parameter.detach().clone() for parameter in trainer.model.parameters()]
    trainer.train()
    assert trainer.state.global_step == 2 and rewards(trainer) == [0.5, 0.5]
    after = list(trainer.model.parameters())
    assert any(not torch.equal(old, new) for old, new in zip(before, after, strict=True))


def test_rollout_keeps_its_bounds(model, tmp_path, monkeypatch):
    rows = [{"prompt": PROBLEMS[0].ref}] * 4
    trainer = grpo(model, tmp_path, rows, reward_funcs=correct, rollout_func=Rollout(), max_completion_length=40)
    trainer.model.train()
    with pytest.raises(R1ciError, match="held out"):
        Rollout()([HELD_OUT.ref], trainer)
    with pytest.raises(R1ciError, match="no problem reference"):
        Rollout()(["What is 1 + 1?"], trainer)
    trainer.model.eval()
    asked = script(trainer, monkeypatch, lambda row: ["```python\nprint(1)\n```", "x" * 99])
    out = Rollout()([HELD_OUT.ref], trainer)
    assert len(asked) == 1 and out["env_reward"] == [0.0] and len(out["completion_ids"][0]) <= 40
    asked = script(trainer, monkeypatch, lambda row: ["```python\nprint(1)\n```", "x" * 999], logprob=-0.5)
    monkeypatch.setattr(trainer, "max_completion_length", 400)
    out = Rollout(max_turns=3)([HELD_OUT.ref], trainer)
    assert len(asked) == 2 and len(out["completion_ids"][0]) == 400  # the second turn is cut, and there is no third
    assert out["logprobs"] == [[-0.5 if sampled else 0.0 for sampled in out["env_mask"][0]]]
    asked.clear()
    out = Rollout(sandbox=Broken())([HELD_OUT.ref], trainer)
    assert out["env_reward"] == [None] and not any(out["env_mask"][0])


def test_tools(model, tmp_path, monkeypatch, pool):
    row = {"prompt": [{"role": "user", "content": ""}], "problem": PROBLEMS[0].ref}
    factory = partial(Tools, sandbox=pool)
    trainer = grpo(model, tmp_path, [row] * 4, environment_factory=factory)
    assert [tool.__name__ for tool in trainer.tools] == ["run_python", "submit"]

    def call(name, **arguments):
        return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"

    def turns(row):
        code = call("run_python", code="x = '```'\nprint(6 * 7, x)")
        return [code, call("submit", answer=PROBLEMS[0].answer if row % 2 else "<<<no>>>"), "Done."] * 2

    asked = script(trainer, monkeypatch, turns)
    before = [parameter.detach().clone() for parameter in trainer.model.parameters()]
    trainer.train()
    assert PROBLEMS[0].question in asked[0][0] and "42 ```" in asked[1][0] and "was received" in asked[2][0]
    assert rewards(trainer) == [0.5, 0.5]
    after = list(trainer.model.parameters())
    assert any(not torch.equal(old, new) for old, new in zip(before, after, strict=True))


def test_tools_called_side_by_side_take_turns(pool):
    tools = Tools(sandbox=pool, max_turns=5)
    tools.reset(PROBLEMS[0].ref)

    async def calls():
        return await asyncio.gather(*(tools.run_python(f"print({n})") for n in range(8)))

    said = asyncio.run(calls())
    assert sorted(said)[-3:] == ["The task has ended."] * 3
    assert sum(text.endswith(f"\n{n}") for n, text in enumerate(said)) == 5
    assert tools.get_reward() == 0.0


def test_tools_whose_sandbox_fails_have_no_reward():
    tools = Tools(sandbox=Broken())
    tools.reset(PROBLEMS[0].ref)
    with pytest.raises(SandboxError):
        asyncio.run(tools.run_python("print(1)"))
    assert tools.submit(PROBLEMS[0].answer) == "The task has ended." and tools.get_reward() is None


def test_tools_keep_the_rules(pool):
    tools = Tools(sandbox=pool, max_code_runs=1)
    with pytest.raises(R1ciError, match="held out"):
        tools.reset(HELD_OUT.ref)
    tools.reset(PROBLEMS[0].ref, prompt="…")
    assert "1" in asyncio.run(tools.run_python("print(1)"))
    assert "No code runs are left" in asyncio.run(tools.run_python("print(2)"))
    assert tools.get_reward() == 0.0  # it never answered
    assert tools.submit(PROBLEMS[0].answer) == "The task has ended."
    tools.reset(PROBLEMS[0].ref)
    tools.submit(f"<<<{PROBLEMS[0].answer}>>>")
    assert tools.get_reward() == 1.0

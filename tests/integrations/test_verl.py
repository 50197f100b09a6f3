"""The adapter for verl, with the real package: its loop and its worker, a scripted server, neither GPU nor Ray."""

import asyncio
import copy
import subprocess
import sys

import pytest

import r1ci_env
from r1ci_env.held_out import held_out_problems

pytest.importorskip("verl", reason="run make test-adapters: it needs an environment of its own")

import numpy as np
import torch
from hydra import compose, initialize_config_module
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
from verl import DataProto
from verl.experimental.agent_loop.agent_loop import AgentLoopWorker, DictConfigWrap
from verl.utils.dataset.rl_dataset import RLHFDataset
from verl.workers.rollout.replica import TokenOutput

from r1ci_env.adapters.verl import R1ciAgentLoop, row

BLOCK = "I count.\n\n```python\nprint(6 * 7)\n```"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
GAME = r1ci_env.problem("Game24:2:7")


@pytest.fixture(scope="module")
def tokenizer():
    """Bytes, with the special tokens and the chat template of Qwen2."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={char: i for i, char in enumerate(alphabet)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([AddedToken(t, special=True) for t in ("<|endoftext|>", "<|im_start|>", "<|im_end|>")])
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<|endoftext|>",
        eos_token="<|im_end|>",
        chat_template=TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


class ScriptedServer:
    """Takes the place of verl's client of language model servers: says what stands in a script, by the problem."""

    def __init__(self, tokenizer, script, log_probs=True, keep_to_limit=True):
        self._tokenizer = tokenizer
        self._script = script
        self._log_probs = log_probs
        self._keep_to_limit = keep_to_limit
        self.asked = []

    async def generate(self, request_id, *, prompt_ids, sampling_params, **_):
        self.asked.append((request_id, list(prompt_ids), dict(sampling_params)))
        earlier = sum(request == request_id for request, *_ in self.asked) - 1
        text = self._tokenizer.decode(prompt_ids)
        turns = next(turns for question, turns in self._script.items() if question in text)
        ids = self._tokenizer.encode(turns[earlier] + "<|im_end|>", add_special_tokens=False)
        if self._keep_to_limit:
            ids = ids[: sampling_params["max_tokens"]]
        steps = {"global_steps": earlier, "min_global_steps": earlier, "max_global_steps": earlier}
        chances = [-0.5 - i / 1000 for i in range(len(ids))] if self._log_probs else None
        return TokenOutput(token_ids=ids, log_probs=chances, extra_fields=steps)


@pytest.fixture(scope="module")
def config(tokenizer, tmp_path_factory):
    """The configuration of verl's PPO trainer, with a tiny Qwen2."""
    folder = tmp_path_factory.mktemp("model")
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    tiny = Qwen2Config(vocab_size=len(tokenizer), num_key_value_heads=2, **sizes)
    Qwen2ForCausalLM(tiny).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    rollout = "actor_rollout_ref.rollout"
    with initialize_config_module("verl.trainer.config", version_base=None):
        return compose(
            "ppo_trainer",
            overrides=[
                f"actor_rollout_ref.model.path={folder}",
                f"{rollout}.name=vllm",
                f"{rollout}.prompt_length=2048",
                f"{rollout}.response_length=1024",
                f"{rollout}.calculate_log_probs=True",
            ],
        )


def loop(config, tokenizer, server, **options):
    return R1ciAgentLoop(
        trainer_config=DictConfigWrap(config),
        server_manager=server,
        tokenizer=tokenizer,
        processor=None,
        dataset_cls=RLHFDataset,
        data_config=DictConfigWrap(config.data),
        hf_model_type="qwen2",
        **options,
    )


def play(config, tokenizer, turns, problem=GAME, *, server=None, options=None, **columns):
    """Return what the loop makes of an episode with these turns, and the server."""

    async def run():
        asked = server or ScriptedServer(tokenizer, {problem.question: turns})
        made = loop(config, tokenizer, asked, **(options or {}))
        filled = {**row(problem), **columns}
        return await made.run({"temperature": 1.0}, raw_prompt=filled["prompt"], **filled), asked

    return asyncio.run(run())


def sampled(tokenizer, output):
    """Return the tokens that count as the model's, as a text."""
    pairs = zip(output.response_ids, output.response_mask, strict=True)
    return tokenizer.decode([token for token, mask in pairs if mask])


def test_verl_finds_the_loop_by_itself():
    program = (
        "import verl; from verl.experimental.agent_loop.agent_loop import _agent_loop_registry as found; "
        "print(found['r1ci']['_target_'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip().endswith("r1ci_env.adapters.verl.R1ciAgentLoop"), done.stderr


def test_an_episode_token_for_token(config, tokenizer):
    answer = f"<<<{GAME.answer}>>>"
    output, server = play(config, tokenizer, [BLOCK, answer])
    chat = tokenizer.decode(output.prompt_ids)
    assert chat == tokenizer.apply_chat_template(row(GAME)["prompt"], add_generation_prompt=True, tokenize=False)
    result = "Code Execution Results:\n42"
    assert tokenizer.decode(output.response_ids) == (
        f"{BLOCK}<|im_end|>\n<|im_start|>user\n{result}<|im_end|>\n<|im_start|>assistant\n{answer}<|im_end|>"
    )
    assert sampled(tokenizer, output) == f"{BLOCK}<|im_end|>{answer}<|im_end|>"
    assert output.reward_score == 1.0 and output.num_turns == 4
    assert [int(chance < 0) for chance in output.response_logprobs] == output.response_mask
    (first, ids, params), (second, longer, room) = server.asked
    assert first == second and ids == output.prompt_ids and longer[: len(ids)] == ids
    assert params["max_tokens"] == 1024 and room["max_tokens"] == 1024 - (len(longer) - len(ids))
    assert output.extra_fields["min_global_steps"] == 0 and output.extra_fields["max_global_steps"] == 1
    assert output.metrics.generate_sequences > 0 and output.metrics.tool_calls > 0


def test_a_wrong_answer_and_turns_that_are_used_up(config, tokenizer):
    assert play(config, tokenizer, ["<<<1 + 1>>>"])[0].reward_score == 0.0
    output, server = play(config, tokenizer, ["I think."] * 3, options={"rules": {"max_turns": 2}})
    assert output.reward_score == 0.0 and len(server.asked) == 2 and output.num_turns == 5
    assert sampled(tokenizer, output).endswith("I think.<|im_end|>") and output.response_mask[-1] == 1


def test_rules(config, tokenizer):
    output, _ = play(config, tokenizer, [f"<<<{GAME.answer}>>>"], options={"rules": {"reward": "paper"}})
    assert output.reward_score == pytest.approx(1.1)
    with pytest.raises(r1ci_env.R1ciError, match="Did you mean 'max_turns'"):
        play(config, tokenizer, [], options={"rules": {"max_turn": 2}})


@pytest.mark.parametrize("keep_to_limit", [True, False])
def test_the_length_is_kept_to(config, tokenizer, keep_to_limit):
    for turns in (["a" * 2000], [BLOCK, "a" * 2000], [f"```python\nprint('a' * 900)\n```\n{'a' * 300}", "<<<1>>>"]):
        server = ScriptedServer(tokenizer, {GAME.question: turns}, keep_to_limit=keep_to_limit)
        output, _ = play(config, tokenizer, turns, server=server)
        lengths = {len(output.response_ids), len(output.response_mask), len(output.response_logprobs)}
        assert len(lengths) == 1 and lengths.pop() <= 1024
        assert output.reward_score == 0.0 and output.response_mask[-1] == 1


def test_what_does_not_fit_does_not_count(config, tokenizer):
    turns = [f"{'a' * 1020}<<<{GAME.answer}>>>"]
    server = ScriptedServer(tokenizer, {GAME.question: turns}, keep_to_limit=False)
    assert play(config, tokenizer, turns, server=server)[0].reward_score == 0.0


def test_a_server_without_log_probabilities(config, tokenizer):
    turns = [BLOCK, f"<<<{GAME.answer}>>>"]
    server = ScriptedServer(tokenizer, {GAME.question: turns}, log_probs=False)
    output, _ = play(config, tokenizer, turns, server=server)
    assert output.response_logprobs is None and output.reward_score == 1.0


def test_a_system_message_stays(config, tokenizer):
    system = {"role": "system", "content": "Be brief."}
    server = ScriptedServer(tokenizer, {GAME.question: [BLOCK, f"<<<{GAME.answer}>>>"]})

    async def run():
        made = loop(config, tokenizer, server)
        return await made.run({}, raw_prompt=[system, *row(GAME)["prompt"]], extra_info=row(GAME)["extra_info"])

    output = asyncio.run(run())
    assert tokenizer.decode(output.prompt_ids).startswith("<|im_start|>system\nBe brief.<|im_end|>")
    assert output.reward_score == 1.0


def test_held_out_problems_are_for_validation(config, tokenizer):
    problem = next(held_out_problems(r1ci_env.get_task("ChainSum")))
    with pytest.raises(r1ci_env.R1ciError, match="held out and must not be trained on"):
        row(problem)
    turns = [f"<<<{problem.answer}>>>"]
    server = ScriptedServer(tokenizer, {problem.question: turns})

    async def run(extra_info):
        made = loop(config, tokenizer, server)
        return await made.run({}, raw_prompt=row(problem, "test")["prompt"], extra_info=extra_info)

    assert asyncio.run(run(row(problem, "test")["extra_info"])).reward_score == 1.0
    with pytest.raises(r1ci_env.R1ciError, match="held out and must not be trained on"):
        asyncio.run(run({"problem": problem.ref}))
    with pytest.raises(r1ci_env.R1ciError, match="Task:level:seed"):
        asyncio.run(run(None))


def generate(config, server, problems):
    """Return the batch that verl's worker makes of rows about these problems."""
    columns = {}
    for column, name in {"raw_prompt": "prompt", "agent_name": "agent_name", "extra_info": "extra_info"}.items():
        columns[column] = np.empty(len(problems), dtype=object)
        columns[column][:] = [row(problem)[name] for problem in problems]

    async def run():
        worker = AgentLoopWorker(config, server)
        return await worker.generate_sequences(DataProto.from_dict(non_tensors=columns))

    return asyncio.run(run())


def test_the_worker_of_verl_makes_a_batch(config, tokenizer):
    problems = [r1ci_env.problem(ref) for ref in ("Game24:2:7", "ChainSum:1:2", "Game24:1:3")]
    script = {p.question: [BLOCK, f"<<<{p.answer if i < 2 else 'no'}>>>"] for i, p in enumerate(problems)}
    made = generate(config, ScriptedServer(tokenizer, script), problems)
    batch = made.batch
    assert made.non_tensor_batch["acc"].tolist() == [1.0, 1.0, 0.0]
    assert batch["responses"].shape == (3, 1024) and batch["prompts"].shape == (3, 2048)
    assert batch["rm_scores"].sum(-1).tolist() == [1.0, 1.0, 0.0]
    for ids, mask, problem in zip(batch["responses"], batch["response_mask"], problems, strict=True):
        said = tokenizer.decode(ids[mask.bool()])
        assert said == "".join(f"{turn}<|im_end|>" for turn in script[problem.question])
    assert torch.all((batch["rollout_log_probs"] < 0) == batch["response_mask"].bool())


def test_the_file_of_agent_loops(config, tokenizer, root, tmp_path, monkeypatch):
    from verl.experimental.agent_loop.agent_loop import _agent_loop_registry as registry

    monkeypatch.setitem(registry, "r1ci", registry["r1ci"])  # the worker changes it
    page = (root / "docs" / "integrations" / "verl.md").read_text()
    (tmp_path / "loops.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0])
    changed = copy.deepcopy(config)
    changed.actor_rollout_ref.rollout.agent.agent_loop_config_path = str(tmp_path / "loops.yaml")
    server = ScriptedServer(tokenizer, {GAME.question: [f"<<<{GAME.answer}>>>"]})
    assert generate(changed, server, [GAME]).batch["rm_scores"].sum().item() == pytest.approx(1.1)


def test_the_page(page_code, config, tokenizer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for block in page_code("verl"):
        exec(block, {})
    import pandas

    frame = pandas.read_parquet("train.parquet")
    assert len(frame) == 64 and set(frame["agent_name"]) == {"r1ci"}
    assert not any(r1ci_env.problem(extra["problem"]).held_out for extra in frame["extra_info"])
    first = RLHFDataset("train.parquet", tokenizer, config.data)[0]
    assert r1ci_env.problem(first["extra_info"]["problem"]).question in first["raw_prompt"][0]["content"]
    validation = pandas.read_parquet("validation.parquet")
    assert all(r1ci_env.problem(extra["problem"]).held_out for extra in validation["extra_info"])

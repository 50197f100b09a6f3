"""Tokens a second of the engine of vLLM beside the local one: the same model, prompts and lengths, in one run.

    python benchmarks/vllm_engine.py --command "build/vllm/bin/python -m vllm.entrypoints.openai.api_server --model"

End tokens are ignored, so that nearly all turns have their full length; the tokens of turns are counted. Each engine is
warmed up first. Without a folder the model is random, of the tiny tokenizer and about a million parameters.
"""

import argparse
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import torch
from report import publish

from r1ci_env.reference_trainer.engines.interface import Engine, SteppedEngine
from r1ci_env.reference_trainer.engines.vllm_config import VllmConfig
from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers
from r1ci_env.reference_trainer.policy import Policy, load_policy
from r1ci_env.reference_trainer.presets import make_config
from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer

PROMPT = "A farmer has 17 sheep and buys {} more. How many sheep are there?"


def tiny_policy() -> Policy:
    config = make_config("cpu-tiny", 0, {"tiny.hidden_size": 128, "tiny.layers": 4})
    tokenizer = make_tokenizer(config.tasks, config.levels)
    return Policy(make_model(tokenizer, config), tokenizer)


def sample(engine: Engine, policy: Policy, episodes: int, tokens: int, seed: int) -> float:
    """Return the tokens a second of turns of so many episodes together."""
    prompts = [policy.chat.prompt_ids(PROMPT.format(e)) for e in range(episodes)]
    began = time.perf_counter()
    turns = [
        engine.turn((seed, e), ids, max_tokens=tokens, seed=seed + e, temperature=1.0) for e, ids in enumerate(prompts)
    ]
    while isinstance(engine, SteppedEngine) and engine.step():
        pass
    sampled = sum(len(turn.result().ids) for turn in turns)
    rate = sampled / (time.perf_counter() - began)
    for e in range(episodes):
        engine.finish((seed, e))
    return rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", help="folder; none for a random one")
    parser.add_argument("--command", default="vllm serve")
    parser.add_argument("--options", default="--enforce-eager")
    parser.add_argument("--episodes", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    policy = load_policy(args.model) if args.model else tiny_policy()
    policy.end_ids = frozenset()
    length = 64 + args.tokens + max(len(policy.chat.prompt_ids(PROMPT.format(e))) for e in (0, 99))
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        servers = VllmServers(VllmConfig(command=args.command, options=args.options), Path(folder))
        with closing(servers):
            vllm = servers.engine(policy, length)
            for episodes in args.episodes:
                row: dict[str, Any] = {"episodes": episodes}
                with closing(policy.engine(episodes, length)) as local:
                    for name, engine in (("local", local), ("vllm", vllm)):
                        sample(engine, policy, episodes, 8, 10**6)
                        row[f"{name} tokens/s"] = sample(engine, policy, episodes, args.tokens, 0)
                rows.append(row)
    parameters = sum(p.numel() for p in policy.model.parameters())
    publish(
        "vllm_engine",
        f"{parameters / 1e6:.1f} million parameters, {policy.model.dtype}, turns of {args.tokens} tokens",
        rows,
        threads=args.threads,
        options=args.options,
    )


if __name__ == "__main__":
    main()

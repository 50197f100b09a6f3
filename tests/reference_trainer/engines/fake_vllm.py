"""What the engine uses of a vLLM server, on loopback, around a model of transformers."""

import json
import sys
import threading
from contextlib import contextmanager

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from r1ci_env.reference_trainer.engines.vllm_config import VllmConfig
from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers
from tests.r1ci_env.agents.server import reset, scripted_server

SMALL_RUN = {
    "tiny.hidden_size": 32,
    "tiny.max_turn_tokens": 8,
    "max_turns": 2,
    "places": 8,
    "evaluation.problems": 2,
    "grpo.steps": 3,
    "grpo.problems": 2,
    "grpo.group": 2,
    "engine": "vllm",
}
"""Settings of a run of three steps that servers sample for; what is missing is ``phases`` and ``vllm.urls``."""

LOADING = threading.Lock()
"""Two loads at once leave transformers with models whose head is no longer tied, for the rest of the process."""


class FakeVllm:
    """Serves the model in a folder, one token after the other.

    Attributes:
        faults: Called for the next turns that are asked for, one each, instead of sampling.
        refused: Paths that it does not have.
        lives: How often it loads weights until it dies; None for any number of times.
        deaf: Whether it says that it has loaded weights, and has not.
        requests: What it was asked, as ``scripted_server`` records it.
        prompts: Those of the turns that it was asked for.
    """

    def __init__(self, folder, length=512):
        self.length = length
        self.faults = []
        self.refused = set()
        self.lives = None
        self.deaf = False
        self.requests = []
        self._lock = threading.Lock()
        self._load(folder)

    def _load(self, folder):
        self._folder = folder
        with LOADING:
            self._model = AutoModelForCausalLM.from_pretrained(folder).eval()
        self._tokenizer = AutoTokenizer.from_pretrained(folder)

    @property
    def prompts(self):
        return [r["prompt"] for r in self.requests if r["path"] == "/v1/completions"]

    def __call__(self, number, body, handler):
        with self._lock:
            if self.lives is not None:
                self.lives -= handler.path == "/collective_rpc"
                if self.lives < 0:
                    reset(number, body, handler)
                    return
            if handler.path in self.refused:
                handler.send(b'{"detail":"Not Found"}', 404)
                return
            if handler.path == "/v1/completions" and self.faults:
                self.faults.pop(0)(number, body, handler)
                return
            answer = {
                "/health": lambda body: "",
                "/v1/models": lambda body: {"data": [{"id": "some-model", "max_model_len": self.length}]},
                "/v1/completions": self._complete,
                "/collective_rpc": self._reload,
                "/v1/load_lora_adapter": self._adapt,
            }[handler.path](body)
        handler.send(json.dumps(answer).encode())

    def _reload(self, body):
        assert body["method"] == "reload_weights"
        if not self.deaf:
            self._load(body["kwargs"]["weights_path"])
        return {"results": [None]}

    def _adapt(self, body):
        assert body["load_inplace"]
        if not self.deaf:
            with LOADING:
                base = AutoModelForCausalLM.from_pretrained(self._folder)
            self._model = PeftModel.from_pretrained(base, body["lora_path"]).eval()
        return "done"

    @torch.no_grad()
    def _complete(self, body):
        generator = torch.Generator().manual_seed(body["seed"] % 2**63)
        ids, logprobs, reason = [], [], "length"
        while len(ids) < body["max_tokens"]:
            logits = self._model(input_ids=torch.tensor([body["prompt"] + ids])).logits[0, -1].float()
            logits = torch.log_softmax(logits / (body["temperature"] or 1), -1)
            if body["temperature"]:
                token = torch.multinomial(logits.exp(), 1, generator=generator).item()
            else:
                token = logits.argmax().item()
            ids.append(token)
            logprobs.append(logits[token].item())
            text = self._tokenizer.decode(ids, skip_special_tokens=True)
            if token in body["stop_token_ids"] or any(stop in text for stop in body["stop"]):
                reason = "stop"
                break
        return completion(ids, logprobs, reason)


def completion(ids, logprobs, reason="length"):
    return {"choices": [{"token_ids": ids, "logprobs": {"token_logprobs": logprobs}, "finish_reason": reason}]}


@contextmanager
def fake_vllm(folder, **options):
    """Serve a folder; yield the URL and the `FakeVllm`."""
    fake = FakeVllm(folder, **options)
    with scripted_server(fake) as (url, requests):
        fake.requests = requests
        yield url, fake


@contextmanager
def served(tmp_path, *urls, **options):
    """Yield what talks to servers."""
    servers = VllmServers(VllmConfig(urls=urls, **{"attempts": 4, "timeout": 20.0, **options}), tmp_path / "vllm")
    try:
        yield servers
    finally:
        servers.close()


if __name__ == "__main__":
    folder, *options = sys.argv[1:]
    with scripted_server(FakeVllm(folder), int(options[options.index("--port") + 1])):
        threading.Event().wait()

"""The servers of vLLM that a run uses, and how the weights of its policy get there."""

import asyncio
import json
import shutil
import threading
import weakref
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from torch import Tensor

from r1ci_env.agents.agent import AgentError
from r1ci_env.agents.endpoints import Endpoints, Retry, require_urls
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer import distributed
from r1ci_env.reference_trainer.checkpoint import write_atomically
from r1ci_env.reference_trainer.engines.vllm import DYING, VllmEngine
from r1ci_env.reference_trainer.engines.vllm_config import VllmConfig
from r1ci_env.reference_trainer.engines.vllm_process import SERVED_NAME, VllmProcess
from r1ci_env.reference_trainer.lora import base_weights

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.policy import Policy

T = TypeVar("T")

ADAPTER_NAME = "r1ci-adapter"

PAUSE = 1.0
"""Seconds before a request is made again, at most; doubled for each further attempt."""

NCCL_PORT = 51_216
"""Of the group in which the first server gets its weights; the next servers have the next ports."""


class VllmServers:
    """Servers that run already, or one that is started when it is first needed.

    Several processes ask the same servers for turns; the first one alone starts them and sends them weights.

    Args:
        config: Which, and how they are used.
        folder: Where weights are put for the servers to read, and the log of the one that is started.

    Attributes:
        config: The settings.
        urls: Where the servers are reached.
        names: By URL, the name under which the server has what is to be sampled from.

    Raises:
        BadOption: the settings name no server that can be had.
    """

    def __init__(self, config: VllmConfig, folder: Path) -> None:
        self.config = config
        self._folder = folder.resolve()
        self._own: VllmProcess | None = None
        if config.urls:
            require_urls(config.urls)
            if config.weights == "restart":
                raise BadOption("Servers that run already can't be started again: take vllm.weights=reload or nccl.")
            self.urls = [url.rstrip("/").removesuffix("/v1") for url in config.urls]
        else:
            self.urls = distributed.first(self._make_own)
        self.names: dict[str, str] = {}
        self._state: Mapping[str, Tensor] = {}  # of the policy, while it is sent
        self._length = self._started_rank = 0
        self._base: weakref.ref[Any] | None = None  # the adapters whose base the server that was started has
        self._adapters_sent = 0
        self._nccl: list[Any] = []
        self._client = Endpoints(
            self.urls,
            timeout=config.timeout,
            attempts=config.attempts,
            pause=PAUSE,
            before_retry=self.require_alive,
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="vllm", daemon=True)
        self._thread.start()

    def engine(self, policy: "Policy", length: int) -> VllmEngine:
        """Return an engine that samples from a policy, whose weights are sent to the servers and probed there."""
        return VllmEngine(policy, self, length)

    def begin(self, policy: "Policy", length: int) -> None:
        """Have all servers hold a policy and serve streams of ``length`` tokens.

        Servers that run already must hold the base of a policy with adapters.
        """
        self._in_first(policy, lambda: self._begin(policy, length))

    def update(self, policy: "Policy") -> None:
        """Send what has changed in a policy that the servers hold."""
        self._in_first(policy, lambda: self._send(policy))

    def _make_own(self) -> list[str]:
        self._own = VllmProcess(self.config, self._folder / "vllm.log")
        return [self._own.url]

    def _in_first(self, policy: "Policy", send: Callable[[], None]) -> None:
        """Let the first process send something, and the others know by what names it is served."""
        # Without what adapters have learnt, which would be counted twice beside the adapters themselves.
        self._state = policy.whole_weights() or {} if policy.sharded else policy.model.state_dict()

        def names() -> dict[str, str]:
            send()
            return self.names

        self.names = distributed.first(names)
        self._state = {}

    def _begin(self, policy: "Policy", length: int) -> None:
        if self._own is None:
            self._look_at_servers(length)
        if self._own is not None and not self._is_started_for(policy, length):
            self._length = max(self._length, length)
            self._restart(policy)
        elif policy.adapters is None:
            self._send_weights(policy)
        if policy.adapters is not None:
            self._send_adapters(policy)

    def _send(self, policy: "Policy") -> None:
        if policy.adapters is None:
            self._send_weights(policy)
        else:
            self._send_adapters(policy)

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run a coroutine in the thread that talks to the servers."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def ask(self, url: str, path: str, body: Any, read: Callable[[str, bytes], T], **options: Any) -> T:
        """Ask one of the servers; see `Endpoints.ask`."""
        return await self._client.ask(path, body, read, url=url, **options)

    def close(self) -> None:
        """Give up what was asked, close the connections, and end the server that was started."""
        self.submit(self._give_up()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if self._own is not None:
            self._own.close()

    async def _give_up(self) -> None:
        asked = asyncio.all_tasks() - {asyncio.current_task()}
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await self._client.close()

    def require_alive(self, patience: float = 0.0) -> None:
        """Raise `R1ciError` if the server that was started has ended; see `VllmProcess.require_alive`."""
        if self._own is not None:
            self._own.require_alive(patience)

    def _is_started_for(self, policy: "Policy", length: int) -> bool:
        """Whether the server that was started can get what it lacks of a policy without another start."""
        assert self._own is not None
        base = self._base() if self._base else None
        rank = _rank(policy)
        return self._own.runs and self._length >= length and self._started_rank == rank and base is policy.adapters

    def _look_at_servers(self, length: int) -> None:
        found = self._ask_all("/v1/models", None, _model, method="GET")
        for url, (name, served) in zip(self.urls, found, strict=True):
            if served is not None and served < length:
                raise R1ciError(
                    f"{url} serves streams of {served} tokens, and episodes may have {length}: start it with "
                    f"--max-model-len {length}, or limit them with max_episode_tokens."
                )
            self.names[url] = name

    def _send_weights(self, policy: "Policy") -> None:
        if self.config.weights == "restart":
            self._restart(policy)
        elif self.config.weights == "nccl":
            self._send_by_nccl(policy)
        else:
            body = {"method": "reload_weights", "kwargs": {"weights_path": str(self._saved(policy))}}
            hint = "Weights reach a server by its endpoint /collective_rpc: start it with VLLM_SERVER_DEV_MODE=1."
            self._ask_all("/collective_rpc", body, lambda url, content: None, hint)

    def _send_adapters(self, policy: "Policy") -> None:
        before = self._folder / f"adapter-{self._adapters_sent}"
        self._adapters_sent += 1
        path = self._folder / f"adapter-{self._adapters_sent}"
        # Left to itself, peft asks the hub at each call whether the embeddings are those of the base.
        write_atomically(path, partial(policy.adapters.save_pretrained, save_embedding_layers=False))
        body = {"lora_name": ADAPTER_NAME, "lora_path": str(path), "load_inplace": True}
        hint = "Start it with --enable-lora, --max-lora-rank and VLLM_ALLOW_RUNTIME_LORA_UPDATING=1."
        self._ask_all("/v1/load_lora_adapter", body, lambda url, content: None, hint)
        self.names = dict.fromkeys(self.urls, ADAPTER_NAME)
        shutil.rmtree(before, ignore_errors=True)

    def _restart(self, policy: "Policy") -> None:
        assert self._own is not None
        dtype = str(policy.dtype).removeprefix("torch.")
        self._started_rank = _rank(policy)
        self._base = weakref.ref(policy.adapters) if policy.adapters is not None else None
        self._own.start(self._saved(policy), length=self._length, dtype=dtype, lora_rank=self._started_rank)
        self.names = {self._own.url: SERVED_NAME}
        self._nccl = []

    def _send_by_nccl(self, policy: "Policy") -> None:
        """Send all weights by TRL's client, which needs vLLM and a GPU in the trainer's process too."""
        try:
            from trl.generation.vllm_client import VLLMClient
        except ImportError as error:
            raise BadOption(f"vllm.weights=nccl needs TRL and vLLM beside the trainer ({error}).") from error
        try:
            for i, url in enumerate(self.urls[len(self._nccl) :], start=len(self._nccl)):
                client = VLLMClient(base_url=url, group_port=NCCL_PORT + i, connection_timeout=60.0)
                client.init_communicator(device=policy.device)
                self._nccl.append(client)
            weights = base_weights(self._state)
            described = [(name, str(w.dtype).removeprefix("torch."), list(w.shape)) for name, w in weights.items()]
            for client in self._nccl:
                # Divided weights are whole on the CPU, from which NCCL can't send.
                client.update_named_params(described, ((n, w.to(policy.device)) for n, w in weights.items()))
        except Exception as error:  # TRL raises plain ones
            raise R1ciError(f"The weights could not be sent to the vLLM servers: {error}") from error

    def _saved(self, policy: "Policy") -> Path:
        """Write the policy, without adapters, for servers to read."""
        path = self._folder / "policy"

        def write(part: Path) -> None:
            weights = base_weights(self._state)
            policy.model.save_pretrained(part, state_dict=weights)
            policy.tokenizer.save_pretrained(part)
            # A head of its own: servers that pack their weights don't pack a tied one again when they reload it.
            config = json.loads((part / "config.json").read_text())
            (part / "config.json").write_text(json.dumps({**config, "tie_word_embeddings": False}))

        write_atomically(path, write)
        return path

    def _ask_all(
        self, path: str, body: Any, read: Callable[[str, bytes], T], hint: str = "", method: str = "POST"
    ) -> list[T]:
        asked = [self.submit(self.ask(url, path, body, read, method=method)) for url in self.urls]
        try:
            return [future.result() for future in asked]
        except AgentError as error:
            self.require_alive(DYING)
            raise R1ciError(f"A vLLM server failed: {error} {hint}".rstrip()) from error


def _model(url: str, content: bytes) -> tuple[str, int | None]:
    """Return the name of the model that a server has, and its longest stream."""
    try:
        found = json.loads(content)["data"][0]
        return found["id"], found.get("max_model_len")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Retry(f"{url}/v1/models names no model: {content[:200]!r}") from error


def _rank(policy: "Policy") -> int:
    return policy.adapters.active_peft_config.r if policy.adapters is not None else 0

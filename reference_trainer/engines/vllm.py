"""Turns sampled by servers of vLLM."""

import json
import math
import uuid
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from r1ci_env.agents.agent import AgentError
from r1ci_env.agents.endpoints import Retry
from r1ci_env.errors import R1ciError
from r1ci_env.protocol import DEFAULT_MARKER
from r1ci_env.reference_trainer import seeds
from r1ci_env.reference_trainer.engines.draft import Draft
from r1ci_env.reference_trainer.engines.interface import Turn, require_room
from r1ci_env.reference_trainer.engines.parity import require_parity
from r1ci_env.reference_trainer.stops import TextOver

if TYPE_CHECKING:
    from r1ci_env.reference_trainer.engines.vllm_servers import VllmServers
    from r1ci_env.reference_trainer.policy import Policy

Sampled = tuple[list[int], list[float]]
"""Ids and their log-probabilities."""

REFUSALS = 4
"""Times in a row that nobody takes the connection after which a server is known to be gone, and the weights that it was
sent with it. Weights themselves are sent for as long as requests are made: a server that restarts can take them."""

DYING = 3.0
"""Seconds in which a server that does not answer is seen to have ended, if that is why."""


class VllmEngine:
    """Samples turns on servers; see `r1ci_env.reference_trainer.engines.interface.Engine`.

    It works by itself. An episode stays with one server, which then has the beginning of its stream in its prefix
    cache. What is sampled depends on the seed and the stream, but not to the last bit: vLLM's batches differ.

    Args:
        policy: Whose turns they are. Its weights are sent to the servers at once, and whenever they change; then
            some turns are sampled and compared with the policy itself.
        servers: The servers.
        length: Longest stream of an episode, turns included.

    Attributes:
        version: How often the weights have changed.
        gap: What the last comparison found, in nats a token.

    Raises:
        R1ciError: a server does not answer, or samples from other weights.
    """

    def __init__(self, policy: "Policy", servers: "VllmServers", length: int) -> None:
        self.version = 0
        self.length = length
        self._policy = policy
        self._servers = servers
        self._text_over = TextOver(policy.chat, policy.rules.get("answer_marker", DEFAULT_MARKER))
        self._run = uuid.uuid4().hex
        self._homes: dict[Hashable, str] = {}
        self._running: set[Future[Turn]] = set()
        self._closed = False
        servers.begin(policy, length)
        self.gap = self._compared()

    def turn(
        self, episode: Hashable, ids: Sequence[int], *, max_tokens: int, seed: int, temperature: float = 1.0
    ) -> "Future[Turn]":
        """Ask for the next turn of an episode."""
        require_room(ids, max_tokens, self.length)
        if self._closed:
            raise R1ciError("The engine is closed: no more turns can be sampled.")
        if episode not in self._homes:
            busy = Counter(self._homes.values())
            self._homes[episode] = min(self._servers.urls, key=lambda url: busy[url])
        return self._turn(self._homes[episode], ids, max_tokens, seed, temperature)

    def finish(self, episode: Hashable) -> None:
        """Let the server of an episode go."""
        self._homes.pop(episode, None)

    def weights_changed(self) -> None:
        """Send the policy's weights to the servers, and see that they have them."""
        if any(not future.done() for future in list(self._running)):
            raise R1ciError("Turns are being sampled: wait for them before the weights change.")
        self._servers.update(self._policy)
        self.version += 1
        self.gap = self._compared()

    def forget(self) -> None:
        """Leave the prefix caches as they are: batches differ from call to call in any case."""

    def close(self) -> None:
        """Give up the turns that were asked for, in whatever thread, and take no more; the servers stay."""
        self._closed = True
        for future in list(self._running):
            future.cancel()

    def _compared(self) -> float:
        servers = self._servers
        return require_parity(self._policy, servers.urls, self._turn, self.length, servers.config.tolerance)

    def _turn(self, url: str, ids: Sequence[int], max_tokens: int, seed: int, temperature: float) -> "Future[Turn]":
        draft = Draft(max_tokens, self._policy.end_ids, self._text_over, Turn(version=self.version))
        future = self._servers.submit(self._write(draft, url, list(ids), seed, temperature))
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        if self._closed:  # by another thread, which may not have seen this one
            future.cancel()
        return future

    async def _write(self, draft: Draft, url: str, ids: list[int], seed: int, temperature: float) -> Turn:
        """Sample a turn: a server stops at what may be its end, and goes on where it is not."""
        while True:
            stream = ids + draft.turn.ids
            body = {
                "model": self._servers.names[url],
                "prompt": stream,
                "max_tokens": draft.room,
                "temperature": temperature,
                "seed": seeds.rng("turn", seed, len(stream)).getrandbits(63),
                "stop": self._text_over.closings,
                "stop_token_ids": sorted(self._policy.end_ids),
                "ignore_eos": True,  # the ends of a turn are those above, and no others
                "logprobs": 0,
                "return_token_ids": True,
                # What a model's own settings say about sampling would make these not its probabilities.
                **{"top_p": 1.0, "top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0},
                # Keys and values of earlier weights are never found in the prefix cache.
                "cache_salt": f"{self._run}-{self.version}",
            }
            try:
                read = self._reader(draft.room)
                sampled = await self._servers.ask(url, "/v1/completions", body, read, refusals=REFUSALS)
            except AgentError as error:
                self._servers.require_alive(DYING)
                raise R1ciError(
                    f"The vLLM server {url} gave no turn: {error} The last checkpoint is kept: see that the server "
                    "runs, then start the same run again."
                ) from error
            if draft.extend(*sampled):
                return draft.turn

    def _reader(self, room: int) -> Callable[[str, bytes], Sampled]:
        vocabulary = self._policy.model.get_input_embeddings().num_embeddings
        return lambda url, content: read_completion(url, content, room, vocabulary)


def read_completion(url: str, content: bytes, room: int, vocabulary: int) -> Sampled:
    """Return the ids and log-probabilities in a reply of ``/v1/completions``.

    Raises:
        Retry: it is no reply, as when a proxy answers for the server, or the server gave the request up.
        AgentError: it is one that can't be trained on.
    """
    try:
        choice: dict[str, Any] = json.loads(content)["choices"][0]
        reason = choice["finish_reason"]
        ids, logprobs = choice.get("token_ids"), (choice.get("logprobs") or {}).get("token_logprobs")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Retry(f"{url}: the reply is no completion: {content[:200]!r}") from error
    if reason not in ("stop", "length"):
        raise Retry(f"{url}: the server gave up the turn ({reason})")
    if not isinstance(ids, list) or not isinstance(logprobs, list):
        raise AgentError(f"{url} returns no token ids and log-probabilities: it must be vLLM 0.11 or newer.")
    if not 1 <= len(ids) <= room or len(ids) != len(logprobs):
        raise AgentError(f"{url} returns {len(ids)} ids and {len(logprobs)} log-probabilities of 1 to {room}.")
    for token, logprob in zip(ids, logprobs, strict=True):
        if not (isinstance(token, int) and 0 <= token < vocabulary):
            raise AgentError(
                f"{url} returns the id {token!r}, and the model has {vocabulary}: it serves another model."
            )
        if not (isinstance(logprob, float | int) and math.isfinite(logprob)):
            raise AgentError(f"{url} returns the log-probability {logprob!r}: its weights may not be finite.")
    return ids, logprobs

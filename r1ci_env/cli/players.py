"""Who plays, as the commands name it: ``--agent``, ``--model`` and what goes with them."""

import hashlib
import importlib.util
import json
import logging
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from r1ci_env.agents import Agent, EchoAgent, FunctionAgent, RandomAgent, ReferenceAgent
from r1ci_env.arena import Arena
from r1ci_env.cli.console import completing, finite, print_error, say
from r1ci_env.errors import BadOption, did_you_mean
from r1ci_env.evaluation.folders import require_model
from r1ci_env.playing import Played, play_each
from r1ci_env.registry import get_task
from r1ci_env.task import Problem

AGENTS: Final = ("reference", "random", "echo", "openai", "local")
SAMPLING: Final = ("openai", "local")
"""Agents that sample, to whom temperature and lengths mean something."""

REFERENCE_RULES: Final[dict[str, Any]] = {"code_timeout": 60.0, "max_output_chars": 20_000}
"""The programs of the reference solvers print whole answers, and may take their time."""

REASONS: Final = 3
"""Reasons of faults that are told."""

EDGE: Final = 1 << 20
"""Bytes at either end of a file that a fingerprint is made of."""

AgentName = Annotated[
    str,
    typer.Option(
        help=f"{', '.join(map(repr, AGENTS))}, or module:function of one's own, from chat to turn.",
        autocompletion=completing(lambda: AGENTS),
    ),
]
Model = Annotated[str | None, typer.Option(help="Name at the endpoint, or folder of a transformers model.")]
BaseUrls = Annotated[list[str] | None, typer.Option(help="Of an endpoint; several share the load.")]
Concurrency = Annotated[int, typer.Option(min=1, max=10_000, help="Episodes at a time.")]
TopP = Annotated[float, typer.Option(min=0, max=1, callback=finite, help="Of an endpoint's sampling.")]
MaxTurnTokens = Annotated[int | None, typer.Option(min=1, help="Tokens in a model's turn.")]
RequestTimeout = Annotated[
    float, typer.Option(min=0.1, callback=finite, help="Seconds for one request to an endpoint.")
]
MaxEpisodeTokens = Annotated[
    int | None, typer.Option(min=1, help="Tokens in an episode of a local model; none: all that it can read.")
]


@dataclass(frozen=True, slots=True)
class Player:
    """An agent that can be made: what the options say, checked.

    Attributes:
        agent: One of `AGENTS`, or ``module:function``.
        model: Name or folder of the model.
        base_urls: Of the endpoints.
        concurrency: Episodes at a time.
        temperature: Of the sampling.
        top_p: Of the sampling.
        max_turn_tokens: Tokens in a turn; None leaves it to the model.
        max_episode_tokens: Tokens in an episode of a local model.
        seed: Decides what a local model samples and what the random agent says.
        request_timeout: Seconds for one request to an endpoint.

    Raises:
        BadOption: options are missing, or do not go together.
    """

    agent: str
    model: str | None = None
    base_urls: tuple[str, ...] = ()
    concurrency: int = 64
    temperature: float = 0.0
    top_p: float = 1.0
    max_turn_tokens: int | None = None
    max_episode_tokens: int | None = None
    seed: int = 0
    request_timeout: float = 600.0

    def __post_init__(self) -> None:
        """Check the options."""
        if self.agent not in AGENTS and ":" not in self.agent:
            names = ", ".join(map(repr, AGENTS))
            hint = did_you_mean(self.agent, AGENTS)
            raise BadOption(f"--agent {self.agent!r} is not one of {names} or module:function.{hint}")
        if (self.agent in SAMPLING) != (self.model is not None):
            raise BadOption(
                "--agent openai goes with --base-url and --model, --agent local with --model, others alone."
            )
        if (self.agent == "openai") != bool(self.base_urls):
            raise BadOption("--base-url goes with --agent openai: give it the URL of the server, one or several times.")
        for name, least in (("temperature", 0.0), ("top_p", 1.0), ("max_turn_tokens", None)):
            if self.agent not in SAMPLING and getattr(self, name) != least:
                raise BadOption(f"--{name.replace('_', '-')} goes with --agent openai or local, which sample.")
        if self.agent != "openai" and self.top_p != 1.0:
            raise BadOption("--top-p goes with --agent openai: the local engine samples from all tokens.")
        if self.agent != "local" and self.max_episode_tokens is not None:
            raise BadOption("--max-episode-tokens goes with --agent local.")
        if self.agent == "openai":
            from r1ci_env.agents.endpoints import require_urls

            require_urls(self.base_urls)
        if self.agent == "local" and importlib.util.find_spec("torch") is None:
            raise BadOption("--agent local needs torch and transformers: pip install 'r1ci-env[train]'.")
        if self.agent == "local":
            require_model(str(self.model))

    @property
    def name(self) -> str:
        """What a table calls it."""
        return self.model or self.agent

    def settings(self) -> dict[str, Any]:
        """Return what decides how it plays, as plain JSON values; base URLs and concurrency do not."""
        return {
            "agent": self.agent,
            "model": self.model,
            "revision": self._revision(),
            "temperature": self.temperature,
            "top_p": self.top_p,
            "max_turn_tokens": self.max_turn_tokens,
            "max_episode_tokens": self.max_episode_tokens,
            "seed": self.seed,
        }

    def rules(self) -> dict[str, Any]:
        """Return the rules that it is used to: a saved policy remembers those that it was trained with."""
        if self.agent == "reference":
            return dict(REFERENCE_RULES)
        config = Path(self.model or "") / "config.json"
        if self.agent != "local" or not config.is_file():
            return {}
        try:
            return dict(json.loads(config.read_text(encoding="utf-8")).get("r1ci_rules", {}))
        except (ValueError, AttributeError, TypeError) as error:
            raise BadOption(f"{config} cannot be read: {error}") from error

    def make(self) -> Agent:
        """Return the agent; to be called where an event loop runs.

        Raises:
            R1ciError: there is no such model or function.
        """
        if self.agent == "reference":
            return ReferenceAgent()
        if self.agent == "echo":
            return EchoAgent()
        if self.agent == "random":
            return RandomAgent(self.seed)
        if self.agent == "openai":
            return self._endpoint()
        if self.agent == "local":
            return self._policy()
        with _importing_from_here():
            return FunctionAgent.at(self.agent, self.concurrency)

    async def play(
        self,
        problems: Iterator[tuple[Problem, int]],
        rules: dict[str, Any],
        keep: Callable[[Played], object],
        on_over: Callable[[Agent], object] = lambda agent: None,
    ) -> None:
        """Play problems, each with the number of the sample.

        Args:
            problems: What is played.
            rules: Options of the arena.
            keep: Called with each episode when it ends.
            on_over: Called with who has played, when all have ended or something else ends it.
        """
        agent = self.make()
        over = False
        try:
            arena = Arena(places=self.concurrency, **rules)
            try:
                await play_each(agent, arena, problems, keep)
                over = True
            finally:
                arena.close(wait=over)  # who stops a run need not wait for endless loops
        finally:
            on_over(agent)
            await agent.close()

    def _endpoint(self) -> Agent:
        from r1ci_env.agents.openai import EndpointSettings, OpenAIAgent

        _allow_open_files(2 * self.concurrency + 512)
        sampling = EndpointSettings(
            model=str(self.model),
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_turn_tokens,
            concurrency=self.concurrency,
            timeout=self.request_timeout,
        )
        return OpenAIAgent(self.base_urls, sampling)

    def _policy(self) -> Agent:
        from r1ci_env.reference_trainer.engine_agent import EngineAgent

        policy = self._loaded()
        room = min(self.max_episode_tokens or policy.context, policy.context)
        longest = self.max_turn_tokens or policy.max_turn_tokens
        if longest >= room:
            raise BadOption(f"A turn of {longest} tokens leaves no room in an episode of {room}: --max-turn-tokens.")
        try:
            engine = policy.engine(self.concurrency, room)
        except RuntimeError as error:
            raise BadOption(
                f"{self.concurrency} episodes of {room} tokens do not fit into memory: lower --concurrency or "
                f"--max-episode-tokens. ({error!s:.200})"
            ) from error
        return EngineAgent(
            engine,
            policy.chat,
            room=room,
            max_turn_tokens=longest,
            temperature=self.temperature,
            seed=self.seed,
            served=[f"{type(policy.model).__name__} in {policy.model.dtype} on {_device(policy.device)}"],
        )

    def _loaded(self) -> Any:
        """Return the policy; what the libraries say meanwhile is not shown, since our error says it all.

        Raises:
            BadOption: there is no such model.
        """
        from transformers.utils.logging import disable_progress_bar

        from r1ci_env.reference_trainer.policy import load_policy

        disable_progress_bar()  # ours is enough
        here = Path(str(self.model)).is_dir()
        if not here:
            say(
                f"There is no folder {self.model}: it is looked for in the model hub, which may take long.", stderr=True
            )
        try:
            with _only_errors_of("transformers", "huggingface_hub"):
                return load_policy(str(self.model))
        except BadOption as error:
            if here:
                raise
            raise BadOption(f"{error} --model takes a folder, or a name that the model hub knows.") from error

    def _revision(self) -> str | None:
        """Return what tells the weights or the code from others of the same name; None where nothing does."""
        if self.agent == "local":
            folder = Path(str(self.model))
            return _fingerprint(sorted(p for p in folder.iterdir() if p.is_file())) if folder.is_dir() else None
        if ":" in self.agent:
            module = self.agent.partition(":")[0]
            with _importing_from_here():
                try:
                    found = importlib.util.find_spec(module)
                except Exception:  # of a package around it; who makes the agent is told
                    found = None
            return (
                _fingerprint([Path(found.origin)]) if found and found.origin and Path(found.origin).exists() else None
            )
        return None


def command_line() -> str:
    """Return what was typed, as it can be typed again."""
    return shlex.join(["r1ci", *sys.argv[1:]])


def require_all_played(faults: Counter[str], asked: int) -> None:
    """End the command with status 1, and one line, if episodes that it was asked for could not be played.

    Args:
        faults: How many ended for which reason that says nothing of the agent.
        asked: How many episodes were asked for.
    """
    if not faults:
        return
    told = faults.most_common(REASONS)
    others = faults.total() - sum(count for _, count in told)
    reasons = [f"{_times(count)}: {reason.rstrip('.')}" for reason, count in told]
    reasons += [f"{_times(others)}: other reasons"] if others else []
    print_error(
        f"{faults.total()} of {asked} episodes could not be played ({'; '.join(reasons)}), which counts for nothing. "
        f"To ask for them again: {command_line()}"
    )
    raise typer.Exit(1)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _device(device: Any) -> str:
    import torch

    return torch.cuda.get_device_name(device) if device.type == "cuda" else str(device)


def with_solver(names: list[str]) -> tuple[list[str], list[str]]:
    """Return the tasks that have a reference solver, and those that have none."""
    without = [name for name in names if get_task(name).solver is None]
    return [name for name in names if name not in without], without


@contextmanager
def _only_errors_of(*libraries: str) -> Iterator[None]:
    """Have libraries log nothing less than errors."""
    loggers = [logging.getLogger(name) for name in libraries]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _importing_from_here() -> Iterator[None]:
    """Let modules of the current folder be imported, as ``python -m`` does."""
    sys.path.insert(0, "")
    try:
        yield
    finally:
        sys.path.remove("")


def _fingerprint(files: list[Path]) -> str:
    """Return a digest of files: of their names, sizes and ends, since weights are large."""
    digest = hashlib.sha256()
    for file in files:
        size = file.stat().st_size
        digest.update(f"{file.name}:{size}:".encode())
        with file.open("rb") as content:
            digest.update(content.read(EDGE))
            content.seek(max(0, size - EDGE))
            digest.update(content.read(EDGE))
    return digest.hexdigest()[:16]


def _allow_open_files(count: int) -> None:
    """Raise the number of files that may be open, of which every connection is one.

    Raises:
        BadOption: the system allows fewer.
    """
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= count or soft == resource.RLIM_INFINITY:
        return
    if hard not in (resource.RLIM_INFINITY,) and hard < count:
        raise BadOption(f"The system allows {hard} open files, which is too few: lower --concurrency, or ulimit -Hn.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))

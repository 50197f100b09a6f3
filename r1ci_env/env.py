"""The environment: a text problem, solved in turns that may run Python."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import gymnasium

from r1ci_env import rendering
from r1ci_env.episode import MAX_OBSERVATION_CHARS, MAX_TURN_CHARS, Episode, Rules
from r1ci_env.errors import BadOption, require_one_of
from r1ci_env.sampling import ProblemSampler, Sampler
from r1ci_env.sandbox_wasm.guest.package_sets import BASE, PACKAGE_SETS
from r1ci_env.spaces import FreeText
from r1ci_env.task import Problem, Task

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm import ExecResult


class SandboxLike(Protocol):
    """Whatever runs a program: `Sandbox`, `SandboxPool` or an object of one's own."""

    def run(self, code: str, *, timeout: float | None = None, echo: bool | None = None) -> "ExecResult":
        """Run ``code`` for at most ``timeout`` seconds; with ``echo``, print the value of its last expression."""


def require_packages(packages: str, sandbox: SandboxLike | None) -> None:
    """Raise `BadOption` unless ``packages`` names a set, and ``sandbox`` is one and does not come with its own."""
    require_one_of(packages, PACKAGE_SETS, "packages")
    if sandbox is not None and packages != BASE:
        raise BadOption("A sandbox has packages of its own: leave packages out, or sandbox.")
    if sandbox is not None and not (hasattr(sandbox, "run") or hasattr(sandbox, "submit")):
        raise BadOption(f"sandbox must have a method run or submit, as Sandbox and SandboxPool do, got {sandbox!r}.")


class CodeInterpreterEnv(gymnasium.Env[str, str]):
    """Text problems for a model that thinks and runs code.

    An action is the model's turn; the observation after it is the output of its code, and the first
    observation is the question. The episode ends with the final answer, or is truncated after ``max_turns``.

    Args:
        tasks: Names of the tasks to draw from, or `Task` objects; None for all those of ``split``.
        split: ``train``, ``test`` or None for both; only without ``tasks``.
        level: Fixed difficulty, 1 to 5; None lets every problem draw its own.
        task: The only task, instead of ``tasks`` and ``split``: what the ids of single tasks give.
        held_out: True for problems that are held out (`Problem.held_out`) only, False for others only, None for both.
        curriculum: Chooses the problem where a reset has none of the options ``problem``, ``task`` and ``level``, and
            is told whether the episode ended correctly; of an abandoned one it does not hear. See `r1ci_env.curricula`.
        sandbox: Where the code runs; None for one that all environments of the process share.
        packages: What code can import in the sandbox that the environment takes or makes itself: ``base``, or
            ``scientific``, which has pandas and scipy too and whose image takes a minute or two to build.
        persistent: Whether variables live on between the blocks of an episode, as in a notebook;
            the environment then has a sandbox of its own.
        render_mode: ``human`` prints to the terminal, ``ansi`` and ``html`` return the episode as text.
        **rules: The options of `r1ci_env.episode.Rules`: ``max_turns``, ``max_code_runs``, ``code_timeout``,
            ``max_turn_chars``, ``max_output_chars``, ``echo``, ``prompt``, ``answer_marker``, ``strip_thinking``,
            ``reward``.

    Raises:
        R1ciError: an argument is invalid; the message names the nearest valid value.
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["human", "ansi", "html"], "render_fps": 1}  # type: ignore[misc]

    def __init__(
        self,
        tasks: Sequence[str | Task] | None = None,
        split: str | None = None,
        level: int | None = None,
        task: str | Task | None = None,
        held_out: bool | None = None,
        curriculum: Sampler | None = None,
        sandbox: SandboxLike | None = None,
        persistent: bool = False,
        render_mode: str | None = None,
        packages: str = BASE,
        **rules: Any,
    ) -> None:
        if render_mode is not None:
            require_one_of(render_mode, self.metadata["render_modes"], "render_mode")
        if persistent and sandbox is not None:
            raise BadOption("A persistent environment has a sandbox of its own: leave sandbox out.")
        require_packages(packages, sandbox)
        self.sampler = ProblemSampler(tasks, split, level, task, held_out, curriculum)
        self.rules = Rules.from_options(rules)
        self.render_mode = render_mode
        self.persistent = persistent
        self.packages = packages
        self.observation_space = FreeText(MAX_OBSERVATION_CHARS)
        self.action_space = FreeText(MAX_TURN_CHARS)
        self._given_sandbox = sandbox
        self._own_sandbox: Any = None
        self._episode: Episode | None = None

    def reset(self, *, seed: int | None = None, options: Mapping[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: Restarts the environment's random stream; that of a curriculum is its own.
            options: ``problem`` (a `Problem` or a reference such as ``"Game24:3:1234"``), or ``task`` and ``level``.

        Returns:
            The first message, and an info with the problem's reference, task and level.
        """
        super().reset(seed=seed)
        self._episode = self.sampler.begin(self.np_random, options, self.rules)
        if self._own_sandbox is not None:
            self._own_sandbox.reset()
        if self.render_mode == "human":
            rendering.print_message(self._episode.messages[-1], first=True)
        return self._episode.messages[0]["content"], self._episode.info

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take the model's turn: run its code, or check its answer.

        Returns:
            Observation (the code's output, or empty at the end), reward, terminated (an answer was given),
            truncated (the turns are used up), and an info with ``kind``, ``ignored_text``, ``turn_cut``, after a
            run ``code_status``, ``code_seconds`` and ``code_truncated`` (whether some output is not shown), and at the
            end ``correct``, ``turns`` and ``code_runs``.
        """
        episode = self.episode
        shown = len(episode.messages)
        code = episode.read(action)
        outcome = episode.finish(None if code is None else self._run(code))
        if self.render_mode == "human":
            for message in episode.messages[shown:]:
                rendering.print_message(message)
            if episode.over:
                rendering.print_verdict(episode)
        return outcome.observation, outcome.reward, outcome.terminated, outcome.truncated, outcome.info

    @property
    def episode(self) -> Episode:
        """The episode in progress or just ended.

        Raises:
            gymnasium.error.ResetNeeded: there has been no reset yet.
        """
        if self._episode is None:
            raise gymnasium.error.ResetNeeded("Call reset() first: there is no episode yet.")
        return self._episode

    @property
    def problem(self) -> Problem:
        """The problem of the episode, its right answer included."""
        return self.episode.problem

    @property
    def messages(self) -> list[dict[str, str]]:
        """The chat so far, as ``{"role": "user" | "assistant", "content": ...}``."""
        return self.episode.messages

    def render(self) -> str | None:
        """Return the episode as plain text (``ansi``) or as a self-contained page (``html``)."""
        match self.render_mode:
            case "ansi":
                return rendering.to_text(self.episode)
            case "html":
                return rendering.to_html(self.episode)
        return None

    def close(self) -> None:
        """Close the environment's own sandbox, if it has one."""
        if self._own_sandbox is not None:
            self._own_sandbox.close()
            self._own_sandbox = None

    def _run(self, code: str) -> "ExecResult":
        from r1ci_env.sandbox_wasm import Sandbox, shared_sandbox

        if self.persistent and self._own_sandbox is None:
            self._own_sandbox = Sandbox(persistent=True, packages=self.packages)
        sandbox: SandboxLike = self._own_sandbox or self._given_sandbox or shared_sandbox(self.packages)
        return sandbox.run(code, timeout=self.rules.code_timeout, echo=self.rules.echo)

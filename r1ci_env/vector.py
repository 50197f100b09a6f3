"""Many episodes at once: their code runs side by side in the sandbox pool."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from r1ci_env.env import SandboxLike, require_packages
from r1ci_env.episode import MAX_OBSERVATION_CHARS, MAX_TURN_CHARS, Episode, Outcome, Rules
from r1ci_env.errors import BadOption, as_integer, did_you_mean
from r1ci_env.in_flight import Back, TurnsInFlight
from r1ci_env.sampling import ProblemSampler, Sampler
from r1ci_env.sandbox_wasm.errors import SandboxClosedError, SandboxError
from r1ci_env.sandbox_wasm.guest.package_sets import BASE
from r1ci_env.spaces import FreeText
from r1ci_env.task import Task

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm import ExecResult

_SINGLE_ONLY = {
    "persistent": "its episodes share a pool of workers, each block in a clean interpreter; make single environments",
    "render_mode": "render episodes with r1ci_env.rendering.to_html(*env.episodes), or make a single environment",
}
"""Options of the single environment that have no meaning here, and what to do instead."""

Texts = tuple[str, ...]
StepResult = tuple[Texts, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]


class CodeInterpreterVectorEnv(VectorEnv[Texts, Sequence[str], NDArray[Any]]):
    """``num_envs`` episodes at a time, their code run by one pool of sandbox workers.

    What ``gymnasium.make_vec("r1ci/Train-v0", num_envs=64)`` returns. Observations and actions are sequences of texts.

    `step` takes a turn in every episode and waits for all. With `send` and `recv`, the pair of EnvPool, who plays goes
    on with the episodes whose code has returned while that of others still runs::

        envs.send(turns, range(64))
        while True:
            observations, rewards, terminated, truncated, infos = envs.recv()
            envs.send(next_turns(observations), infos["env_id"])

    An episode in which the sandbox itself failed is truncated with reward 0, and ``fault`` in its info says why.

    Args:
        num_envs: Number of episodes.
        tasks: As for `CodeInterpreterEnv`.
        split: As for `CodeInterpreterEnv`.
        level: As for `CodeInterpreterEnv`.
        task: As for `CodeInterpreterEnv`.
        held_out: As for `CodeInterpreterEnv`.
        curriculum: As for `CodeInterpreterEnv`; it also decides how episodes begin by themselves after another's end.
        sandbox: Where the code runs. One with ``submit``, such as `SandboxPool`, runs blocks side by side, any other
            one after the other on a thread. None makes a `SandboxPool` of a worker per core when the first block comes.
        packages: As for `CodeInterpreterEnv`.
        autoreset_mode: What happens after an episode's end, as in Gymnasium's own vector environments.
        **rules: The options of `r1ci_env.episode.Rules`.

    Raises:
        R1ciError: an argument is invalid.
    """

    metadata: ClassVar[dict[str, Any]] = {"autoreset_mode": AutoresetMode.NEXT_STEP}  # type: ignore[misc]

    def __init__(
        self,
        num_envs: int = 1,
        tasks: Sequence[str | Task] | None = None,
        split: str | None = None,
        level: int | None = None,
        task: str | Task | None = None,
        held_out: bool | None = None,
        curriculum: Sampler | None = None,
        sandbox: SandboxLike | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        packages: str = BASE,
        **rules: Any,
    ) -> None:
        if isinstance(num_envs, bool) or not isinstance(num_envs, int) or num_envs < 1:
            raise BadOption(f"num_envs must be a positive integer, got {num_envs!r}.")
        for option, why in _SINGLE_ONLY.items():
            if option in rules:
                raise BadOption(f"A vector environment takes no {option!r}: {why}.")
        require_packages(packages, sandbox)
        self.num_envs = num_envs
        self.sampler = ProblemSampler(tasks, split, level, task, held_out, curriculum)
        self.rules = Rules.from_options(rules)
        self.autoreset_mode = _autoreset_mode(autoreset_mode)
        self.metadata = {"autoreset_mode": self.autoreset_mode}  # type: ignore[misc]
        self.single_observation_space = FreeText(MAX_OBSERVATION_CHARS)
        self.single_action_space = FreeText(MAX_TURN_CHARS)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._sandbox = sandbox
        self.packages = packages
        self._own_pool: Any = None
        self._thread: ThreadPoolExecutor | None = None  # for a sandbox that cannot run blocks side by side
        self._rngs = [np.random.default_rng() for _ in range(num_envs)]
        self._episodes: list[Episode | None] = [None] * num_envs
        self._observations: list[str] = [""] * num_envs
        self._done = np.zeros(num_envs, bool)
        self._resetting = np.zeros(num_envs, bool)
        self._in_flight = TurnsInFlight(self._submit)
        self._lock = threading.RLock()  # `send` and `reset` may be called while another thread is in `recv`

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> tuple[Texts, dict[str, Any]]:
        """Begin episodes in all environments, or in those of ``options["reset_mask"]``.

        A turn that was sent there and not received is given up.

        Args:
            seed: One integer (environment i gets ``seed + i``) or one for each environment.
            options: The options of `CodeInterpreterEnv.reset` for all, or a sequence with those of each;
                one mapping may also hold ``reset_mask``, a boolean array of shape ``(num_envs,)``.
        """
        seeds = self._seeds(seed)
        each: list[dict[str, Any]]
        mask = np.ones(self.num_envs, bool)
        if options is None or isinstance(options, Mapping):
            shared = dict(options or {})
            mask = np.asarray(shared.pop("reset_mask", mask), bool)
            each = [shared] * self.num_envs
        else:
            each = [dict(o) for o in options]
        for what, n in (("seed", len(seeds)), ("options", len(each)), ("reset_mask", len(mask))):
            if n != self.num_envs:
                raise BadOption(f"{what} must have one entry for each of the {self.num_envs} environments, got {n}.")
        with self._lock:
            for i, one_seed in enumerate(seeds):
                if one_seed is not None and mask[i]:
                    self._rngs[i] = np.random.default_rng(one_seed)
            fresh = {i: self._begin(i, each[i]) for i in map(int, np.flatnonzero(mask))}
            infos: dict[str, Any] = {}
            for i, episode in fresh.items():
                self._in_flight.discard(i)
                infos = self._add_info(infos, self._open(i, episode), i)
            return tuple(self._observations), infos

    def step(self, actions: Sequence[str]) -> StepResult:
        """Take one turn in every episode; see `CodeInterpreterEnv.step`.

        Raises:
            SandboxError: the sandbox failed in all of them.
        """
        self.step_async(actions)
        return self.step_wait()

    def step_async(self, actions: Sequence[str]) -> None:
        """Take the turns without waiting for their code; `step_wait` returns what came of them."""
        if len(self._in_flight):
            raise BadOption("step_wait() is due before the next step_async(), or recv() after send().")
        if isinstance(actions, str) or len(actions) != self.num_envs:
            raise BadOption(f"Give a sequence of {self.num_envs} turns, one for each environment.")
        self.send(actions, range(self.num_envs))

    def step_wait(self) -> StepResult:
        """Wait for the code of the turns given to `step_async` and return the batch."""
        if len(self._in_flight) != self.num_envs:
            raise BadOption("step_async() is due before step_wait().")
        taken = self.num_envs - int(self._resetting.sum())
        batch, faults = self._finish(self._in_flight.receive(self.num_envs))
        if faults and len(faults) == taken:  # it is not a matter of this or that block
            raise faults[0]
        return batch

    def send(self, actions: Sequence[str], env_ids: Sequence[int] | NDArray[np.integer[Any]]) -> None:
        """Take a turn in some of the episodes, without waiting for their code.

        Where an episode is over, with NEXT_STEP a new one begins and the action is ignored, as in `step`.

        Args:
            actions: The turns.
            env_ids: Numbers of their environments, from 0. None may still have a turn in flight.

        Raises:
            BadOption: an action or a number is invalid; then no turn is taken.
        """
        if self.closed:
            raise gymnasium.error.ClosedEnvironmentError("The environment is closed: make a new one.")
        numbers = [as_integer(number, "a number in env_ids") for number in env_ids]
        if isinstance(actions, str) or len(actions) != len(numbers):
            raise BadOption(f"Give a sequence of {len(numbers)} turns, one for each of env_ids.")
        if len(set(numbers)) < len(numbers) or not all(0 <= i < self.num_envs for i in numbers):
            raise BadOption(f"env_ids must be different numbers from 0 to {self.num_envs - 1}, got {numbers}.")
        with self._lock:
            if unborn := [i for i in numbers if self._episodes[i] is None]:
                raise gymnasium.error.ResetNeeded(f"Call reset() first: there are no episodes yet in {unborn}.")
            if flying := [i for i in numbers if i in self._in_flight]:
                raise BadOption(f"Environments {flying} still have a turn in flight: recv() is due first.")
            ended = [i for i in numbers if self._done[i]]
            if ended and self.autoreset_mode == AutoresetMode.DISABLED:
                raise BadOption(f"Episodes {ended} are over: reset them with options={{'reset_mask': ...}} first.")
            resets = set(ended) if self.autoreset_mode == AutoresetMode.NEXT_STEP else set()
            for i, action in zip(numbers, actions, strict=True):  # all turns are looked at before any is taken
                if i not in resets:
                    self.episode(i).require_turn(action)
            for i, action in zip(numbers, actions, strict=True):
                self._resetting[i] = i in resets
                self._in_flight.send(i, None if i in resets else self.episode(i).read(action))

    def recv(self, min_ready: int = 1) -> StepResult:
        """Wait until so many of the turns sent are done, and return all that are.

        May be called in one thread while another sends.

        Args:
            min_ready: How many to wait for, at most as many as are in flight.

        Returns:
            What `step` returns, of these environments alone, in the order of their numbers, which are
            ``infos["env_id"]``.

        Raises:
            BadOption: not so many turns are in flight.
            SandboxClosedError: the sandbox has been closed; the episodes that waited for it are over.
        """
        flying = len(self._in_flight)
        if not 1 <= as_integer(min_ready, "min_ready") <= flying:
            raise BadOption(f"recv() can wait for 1 to {flying} turns, which are in flight, not for {min_ready}.")
        received = self._in_flight.receive(min_ready)
        (observations, rewards, terminated, truncated, infos), _faults = self._finish(received)
        infos["env_id"] = np.array(list(received), np.int64)
        return observations, rewards, terminated, truncated, infos

    def _finish(self, received: Mapping[int, Back]) -> tuple[StepResult, list[SandboxError]]:
        """Finish turns that are back, a row for each in the order given; return how the sandbox failed, too."""
        count = len(received)
        errors: list[Exception] = []
        observations: list[str] = []
        rewards, terminated, truncated = np.zeros(count), np.zeros(count, bool), np.zeros(count, bool)
        infos: dict[str, Any] = {}
        with self._lock:
            for row, (i, future) in enumerate(received.items()):
                if self._resetting[i]:
                    info = self._open(i, self._begin(i, {}))
                else:
                    outcome, error = self._outcome(i, future)
                    errors += [error] if error else []
                    self._observations[i], info = outcome.observation, outcome.info
                    rewards[row] = outcome.reward
                    terminated[row], truncated[row] = outcome.terminated, outcome.truncated
                    self._done[i] = self.episode(i).over
                    if self._done[i] and self.autoreset_mode == AutoresetMode.SAME_STEP:
                        infos = self._add_info(infos, {"final_obs": outcome.observation, "final_info": info}, row)
                        info = self._open(i, self._begin(i, {}))
                infos = self._add_info(infos, info, row)
                observations.append(self._observations[i])
        faults = [error for error in errors if isinstance(error, SandboxError)]
        for error in errors:
            if error not in faults or isinstance(error, SandboxClosedError):
                raise error
        return (tuple(observations), rewards, terminated, truncated, _first_rows(infos, count)), faults

    def _outcome(self, i: int, future: Back) -> tuple[Outcome, Exception | None]:
        episode = self.episode(i)
        try:
            result = future.result()
        except CancelledError:
            error: Exception = SandboxClosedError("the sandbox was closed before it had run all blocks")
        except Exception as raised:
            error = raised
        else:
            return episode.finish(result), None
        return episode.fail(str(error)), error

    def episode(self, env_id: int) -> Episode:
        """Return the episode of one environment, in progress or just ended.

        Raises:
            gymnasium.error.ResetNeeded: it has none yet.
        """
        episode = self._episodes[env_id]
        if episode is None:
            raise gymnasium.error.ResetNeeded(f"Call reset() first: there is no episode yet in environment {env_id}.")
        return episode

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """The episodes in progress, or just ended.

        Raises:
            gymnasium.error.ResetNeeded: an environment has none yet.
        """
        return tuple(map(self.episode, range(self.num_envs)))

    def close_extras(self, wait: bool = True, **kwargs: Any) -> None:
        """Give up the turns in flight, and close the pool that the environment made for itself.

        Args:
            wait: Whether to wait for the code that runs.
            **kwargs: None have a meaning.
        """
        for i in range(self.num_envs):
            self._in_flight.discard(i)
        if self._own_pool is not None:
            self._own_pool.close(cancel=True, wait=wait)
        if self._thread is not None:
            self._thread.shutdown(wait=wait)
        self._own_pool = self._thread = None

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return [as_integer(seed, "seed") + i for i in range(self.num_envs)]
        return [None if one is None else as_integer(one, "seed") for one in seed]

    def _begin(self, i: int, options: Mapping[str, Any]) -> Episode:
        return self.sampler.begin(self._rngs[i], options, self.rules)

    def _open(self, i: int, episode: Episode) -> dict[str, Any]:
        self._episodes[i] = episode
        self._observations[i] = episode.messages[0]["content"]
        self._done[i] = False
        return episode.info

    def _submit(self, program: str) -> "Future[ExecResult]":
        if self._sandbox is None and self._own_pool is None:
            from r1ci_env.sandbox_wasm import SandboxPool

            self._own_pool = SandboxPool(packages=self.packages)
        sandbox: Any = self._own_pool or self._sandbox
        options = {"timeout": self.rules.code_timeout, "echo": self.rules.echo}
        if hasattr(sandbox, "submit"):
            future: Future[ExecResult] = sandbox.submit(program, **options)
            return future
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "sandbox of a vector environment")
        return self._thread.submit(sandbox.run, program, **options)


def _first_rows(infos: dict[str, Any], count: int) -> dict[str, Any]:
    """Cut infos, which are as wide as there are environments, to the rows that are filled."""
    return {k: _first_rows(v, count) if isinstance(v, dict) else v[:count] for k, v in infos.items()}


def _autoreset_mode(mode: AutoresetMode | str) -> AutoresetMode:
    known = {m.value: m for m in AutoresetMode} | {m.name: m for m in AutoresetMode}
    if isinstance(mode, AutoresetMode):
        return mode
    if mode not in known:
        names = [m.name for m in AutoresetMode]
        raise BadOption(
            f"autoreset_mode {mode!r} is not one of {names}.{did_you_mean(str(mode).replace('-', '_'), names)}"
        )
    return known[mode]

"""Many episodes at once: their code blocks go to the sandbox pool together."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from r1ci_env.env import SandboxLike, require_packages
from r1ci_env.episode import MAX_OBSERVATION_CHARS, MAX_TURN_CHARS, Episode, Outcome, Rules
from r1ci_env.errors import BadOption, as_integer, did_you_mean
from r1ci_env.sampling import ProblemSampler
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
    """``num_envs`` episodes that step together, their code run by one pool of sandbox workers.

    What ``gymnasium.make_vec("r1ci/Train-v0", num_envs=64)`` returns. Observations and actions are sequences of
    ``num_envs`` texts.

    Args:
        num_envs: Number of episodes.
        tasks: As for `CodeInterpreterEnv`.
        split: As for `CodeInterpreterEnv`.
        level: As for `CodeInterpreterEnv`.
        task: As for `CodeInterpreterEnv`.
        sandbox: Where the code runs; one with ``run_many`` gets all blocks of a step together. None makes a
            `SandboxPool` of one worker per core when the first block comes.
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
        self.sampler = ProblemSampler(tasks, split, level, task)
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
        self._rngs = [np.random.default_rng() for _ in range(num_envs)]
        self._episodes: list[Episode] = []
        self._observations: list[str] = [""] * num_envs
        self._done = np.zeros(num_envs, bool)
        self._resetting = np.zeros(num_envs, bool)
        self._pending: dict[int, str] | None = None  # programs of the turns taken, until step_wait

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> tuple[Texts, dict[str, Any]]:
        """Begin episodes in all environments, or in those of ``options["reset_mask"]``.

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
        if not self._episodes and not mask.all():
            raise BadOption("The first reset must be of all environments: leave reset_mask out.")
        for i, one_seed in enumerate(seeds):
            if one_seed is not None and mask[i]:
                self._rngs[i] = np.random.default_rng(one_seed)
        infos: dict[str, Any] = {}
        fresh = [self._begin(i, each[i]) if mask[i] else self._episodes[i] for i in range(self.num_envs)]
        self._episodes = fresh
        for i in map(int, np.flatnonzero(mask)):
            infos = self._add_info(infos, self._open(i), i)
        return tuple(self._observations), infos

    def step(self, actions: Sequence[str]) -> StepResult:
        """Take one turn in every episode; see `CodeInterpreterEnv.step`."""
        self.step_async(actions)
        return self.step_wait()

    def step_async(self, actions: Sequence[str]) -> None:
        """Take the turns without waiting for their code; `step_wait` returns what came of them."""
        if self.closed:
            raise gymnasium.error.ClosedEnvironmentError("The environment is closed: make a new one.")
        if not self._episodes:
            raise gymnasium.error.ResetNeeded("Call reset() first: there are no episodes yet.")
        if self._pending is not None:
            raise BadOption("step_wait() is due before the next step_async().")
        if isinstance(actions, str) or len(actions) != self.num_envs:
            raise BadOption(f"Give a sequence of {self.num_envs} turns, one for each environment.")
        if self.autoreset_mode == AutoresetMode.DISABLED and self._done.any():
            ended = np.flatnonzero(self._done).tolist()
            raise BadOption(f"Episodes {ended} are over: reset them with options={{'reset_mask': ...}} first.")
        resetting = self._done if self.autoreset_mode == AutoresetMode.NEXT_STEP else np.zeros(self.num_envs, bool)
        for i in map(int, np.flatnonzero(~resetting)):  # all turns are looked at before any is taken
            self._episodes[i].require_turn(actions[i])
        self._resetting = resetting.copy()
        self._pending = {
            i: code
            for i, action in enumerate(actions)
            if not resetting[i] and (code := self._episodes[i].read(action)) is not None
        }

    def step_wait(self) -> StepResult:
        """Run the code of the turns given to `step_async` and return the batch."""
        if self._pending is None:
            raise BadOption("step_async() is due before step_wait().")
        results = dict(zip(self._pending, self._run_many(list(self._pending.values())), strict=True))
        self._pending = None
        rewards = np.zeros(self.num_envs)
        terminated, truncated = np.zeros(self.num_envs, bool), np.zeros(self.num_envs, bool)
        infos: dict[str, Any] = {}
        for i in range(self.num_envs):
            if self._resetting[i]:
                self._episodes[i] = self._begin(i, {})
                infos = self._add_info(infos, self._open(i), i)
                continue
            outcome: Outcome = self._episodes[i].finish(results.get(i))
            self._observations[i] = outcome.observation
            rewards[i], terminated[i], truncated[i] = outcome.reward, outcome.terminated, outcome.truncated
            info = outcome.info
            if self._episodes[i].over and self.autoreset_mode == AutoresetMode.SAME_STEP:
                infos = self._add_info(infos, {"final_obs": outcome.observation, "final_info": info}, i)
                self._episodes[i] = self._begin(i, {})
                info = self._open(i)
            infos = self._add_info(infos, info, i)
        self._done = terminated | truncated
        return tuple(self._observations), rewards, terminated, truncated, infos

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """The episodes in progress, or just ended."""
        return tuple(self._episodes)

    def close_extras(self, **kwargs: Any) -> None:
        """Close the pool that the environment made for itself."""
        if self._own_pool is not None:
            self._own_pool.close()
            self._own_pool = None

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        if seed is None:
            return [None] * self.num_envs
        if isinstance(seed, int | np.integer):
            return [as_integer(seed, "seed") + i for i in range(self.num_envs)]
        return [None if one is None else as_integer(one, "seed") for one in seed]

    def _begin(self, i: int, options: Mapping[str, Any]) -> Episode:
        problem = self.sampler.draw(self._rngs[i], options)
        return Episode(problem, self.sampler.task(problem.task).check, self.rules)

    def _open(self, i: int) -> dict[str, Any]:
        episode = self._episodes[i]
        self._observations[i] = episode.messages[0]["content"]
        self._done[i] = False
        return episode.info

    def _run_many(self, programs: list[str]) -> "list[ExecResult]":
        if not programs:
            return []
        if self._sandbox is None and self._own_pool is None:
            from r1ci_env.sandbox_wasm import SandboxPool

            self._own_pool = SandboxPool(packages=self.packages)
        sandbox: Any = self._own_pool or self._sandbox
        timeout, echo = self.rules.code_timeout, self.rules.echo
        if hasattr(sandbox, "run_many"):
            results: list[ExecResult] = sandbox.run_many(programs, timeout=timeout, echo=echo)
            return results
        return [sandbox.run(program, timeout=timeout, echo=echo) for program in programs]


def _autoreset_mode(mode: AutoresetMode | str) -> AutoresetMode:
    known = {m.value: m for m in AutoresetMode} | {m.name: m for m in AutoresetMode}
    if isinstance(mode, AutoresetMode):
        return mode
    if mode not in known:
        names = [m.name for m in AutoresetMode]
        raise BadOption(f"autoreset_mode {mode!r} is not one of {names}.{did_you_mean(mode, known)}")
    return known[mode]

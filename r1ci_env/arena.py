"""Where coroutines play episodes: the places of a vector environment, and whoever waits there for code."""

import asyncio
from typing import TYPE_CHECKING, Any

import numpy as np

from r1ci_env.episode import Episode, Outcome, Rules
from r1ci_env.errors import BadOption
from r1ci_env.sandbox_wasm.errors import SandboxError
from r1ci_env.sandbox_wasm.guest.package_sets import BASE
from r1ci_env.task import Problem
from r1ci_env.vector import CodeInterpreterVectorEnv, StepResult

if TYPE_CHECKING:
    from r1ci_env.env import SandboxLike


class Arena:
    """Begins episodes and takes their turns, each for itself, so that none waits for the code of another.

    Args:
        sandbox: Where code runs; None for a pool of one worker per core, made when the first block comes. Its image
            is built at once, if it is not there, so that no block waits for it.
        places: Episodes that can be played at a time.
        packages: What code can import in that pool, as for `r1ci_env.env.CodeInterpreterEnv`.
        **rules: The options of `r1ci_env.episode.Rules`.
    """

    def __init__(
        self, sandbox: "SandboxLike | None" = None, places: int = 64, packages: str = BASE, **rules: Any
    ) -> None:
        self.rules = Rules.from_options(rules)
        self.places = places
        self.packages = packages
        options: dict[str, Any] = {"sandbox": sandbox, "packages": packages, **rules}
        self._envs = CodeInterpreterVectorEnv(places, autoreset_mode="DISABLED", **options)
        if sandbox is None:
            from r1ci_env.sandbox_wasm.guest.image import load_image

            load_image(packages=packages)
        self._free = list(range(places))[::-1]
        self._taken: dict[Episode, int] = {}
        self._awaited: dict[int, asyncio.Future[Outcome]] = {}
        self._left: set[int] = set()  # places that will be free when their turn is back
        self._receiver: asyncio.Task[None] | None = None

    def begin(self, problem: Problem) -> Episode:
        """Return a new episode about a problem; its place is taken until `leave`.

        Raises:
            BadOption: all places are taken.
        """
        if not self._free:
            raise BadOption(f"All {self.places} places of the arena are taken: leave() is due, or more places.")
        place = self._free.pop()
        mask = np.arange(self.places) == place
        self._envs.reset(options={"problem": problem, "reset_mask": mask})
        episode = self._envs.episode(place)
        self._taken[episode] = place
        return episode

    async def act(self, episode: Episode, text: str) -> Outcome:
        """Take a turn: run its code, or check its answer.

        Raises:
            SandboxError: the sandbox itself failed, which says nothing about the turn.
        """
        if episode not in self._taken:
            raise BadOption("The episode has no place in this arena: begin() it here first.")
        place = self._taken[episode]
        self._envs.send([text], [place])
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._awaited[place] = outcome
        if self._receiver is None or self._receiver.done():
            self._receiver = asyncio.create_task(self._receive())
        return await outcome

    def leave(self, episode: Episode) -> None:
        """Give an episode's place to others, whether it is over or not."""
        place = self._taken.pop(episode)
        if place in self._awaited:  # whoever awaited it was cancelled
            self._left.add(place)
        else:
            self._free.append(place)

    def close(self, wait: bool = True) -> None:
        """Close the pool that the arena made for itself, and wait for the code that runs or do not."""
        self._envs.close(wait=wait)

    async def _receive(self) -> None:
        """Hand outcomes to those who wait for them, until nobody does."""
        while self._awaited:
            try:
                batch = await asyncio.to_thread(self._envs.recv)
            except Exception as error:  # the sandbox is closed, or there is nothing in flight: an earlier loop had it
                for place in list(self._awaited):
                    self._settle(place, error)
                return
            for row, place in enumerate(batch[-1]["env_id"].tolist()):
                outcome = _outcome(batch, row)
                fault = outcome.info.get("fault")
                self._settle(place, outcome if fault is None else SandboxError(fault))

    def _settle(self, place: int, outcome: Outcome | Exception) -> None:
        waiting = self._awaited.pop(place)
        if place in self._left:
            self._left.remove(place)
            self._free.append(place)
        if waiting.done():  # it was cancelled
            return
        if isinstance(outcome, Outcome):
            waiting.set_result(outcome)
        else:
            waiting.set_exception(outcome)


def _outcome(batch: StepResult, row: int) -> Outcome:
    observations, rewards, terminated, truncated, infos = batch
    info = {key: values[row] for key, values in infos.items() if infos.get(f"_{key}", [False] * (row + 1))[row]}
    return Outcome(observations[row], float(rewards[row]), bool(terminated[row]), bool(truncated[row]), info)

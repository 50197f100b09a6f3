"""Where episodes are played: the rules, and the sandbox that runs their code."""

import asyncio
from typing import TYPE_CHECKING, Any

from r1ci_env.env import require_packages
from r1ci_env.episode import Episode, Outcome, Rules
from r1ci_env.registry import get_task
from r1ci_env.sandbox_wasm.guest.package_sets import BASE
from r1ci_env.task import Problem

if TYPE_CHECKING:
    from r1ci_env.env import SandboxLike
    from r1ci_env.sandbox_wasm import ExecResult


class Arena:
    """Begins episodes and takes their turns, each for itself, so that none waits for the code of another.

    Args:
        sandbox: Where code runs; None for a pool of one worker per core, made when the first block comes. Its image
            is built at once, if it is not there, so that no block waits for it.
        places: Episodes that are played at a time.
        packages: What code can import in that pool, as for `r1ci_env.env.CodeInterpreterEnv`.
        **rules: The options of `r1ci_env.episode.Rules`.
    """

    def __init__(
        self, sandbox: "SandboxLike | None" = None, places: int = 64, packages: str = BASE, **rules: Any
    ) -> None:
        require_packages(packages, sandbox)
        self.rules = Rules.from_options(rules)
        self.places = places
        self.packages = packages
        self._sandbox = sandbox
        self._own_pool: Any = None
        if sandbox is None:
            from r1ci_env.sandbox_wasm.guest.image import load_image

            load_image(packages=packages)

    def begin(self, problem: Problem) -> Episode:
        """Return a new episode about a problem."""
        return Episode(problem, get_task(problem.task).check, self.rules)

    async def act(self, episode: Episode, text: str) -> Outcome:
        """Take a turn: run its code, or check its answer.

        Raises:
            SandboxError: the sandbox itself failed, which says nothing about the turn.
        """
        program = episode.read(text)
        return episode.finish(None if program is None else await self._run(program))

    def close(self) -> None:
        """Close the pool that the arena made for itself."""
        if self._own_pool is not None:
            self._own_pool.close()
            self._own_pool = None

    async def _run(self, program: str) -> "ExecResult":
        if self._sandbox is None and self._own_pool is None:
            from r1ci_env.sandbox_wasm import SandboxPool

            self._own_pool = SandboxPool(packages=self.packages)
        sandbox: Any = self._own_pool or self._sandbox
        options = {"timeout": self.rules.code_timeout, "echo": self.rules.echo}
        if hasattr(sandbox, "arun"):
            result: ExecResult = await sandbox.arun(program, **options)
            return result
        return await asyncio.to_thread(sandbox.run, program, **options)

"""OpenEnv: a server, ``uvicorn --factory r1ci_env.adapters.openenv:make_app``; `openenv_client` has its client."""

import random
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from gymnasium.error import ResetNeeded
from openenv.core.env_server.http_server import create_fastapi_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import State

from r1ci_env.adapters.numbered import NumberedProblems
from r1ci_env.adapters.openenv_client import Reply, Turn
from r1ci_env.adapters.pooled_env import pooled_env
from r1ci_env.adapters.rows import named
from r1ci_env.errors import BadOption, R1ciError


class R1ciEnvironment(NumberedProblems, Environment[Turn, Reply, State]):
    """Episodes about the numbered problems, or about one that is named; takes the options of `CodeInterpreterEnv`."""

    SUPPORTS_CONCURRENT_SESSIONS = True
    state = State()  # the episode's id and its turns so far; each has its own

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self._env = pooled_env(**options)
        self.state = State()

    def reset(self, seed: int | None = None, episode_id: str | None = None, **row: Any) -> Reply:
        """Begin an episode: ``split``, and ``index`` or the reference ``problem``, say about what, else the seed."""
        if unknown := sorted(row.keys() - {"split", "index", "problem"}):
            raise BadOption(f"Unknown reset option {unknown[0]!r}: the options are split, index and problem.")
        split = row.get("split", "train")
        index = row.get("index", random.Random(seed).randrange(self.num_tasks(split)))
        problem = named(row) if "problem" in row else self.numbered_problem(split, index)
        text, info = self._env.reset(options={"problem": problem})
        self.state = State(episode_id=episode_id)
        return Reply(text=text, problem=problem.ref, metadata=info)

    def step(self, action: Turn, timeout_s: float | None = None, **_: Any) -> Reply:
        """Take the model's turn; blocks have a limit of their own."""
        text, reward, terminated, truncated, info = self._env.step(action.text)
        self.state.step_count += 1
        return Reply(text=text, problem=info["problem"], reward=reward, done=terminated or truncated, metadata=info)

    def close(self) -> None:
        """Close the sandbox of a persistent environment."""
        self._env.close()


def make_app(sessions: int = 64, **options: Any) -> FastAPI:
    """Return the server's application, for so many episodes at a time, once the sandbox is there."""
    R1ciEnvironment(**options).close()
    app = create_fastapi_app(partial(R1ciEnvironment, **options), Turn, Reply, sessions, env_name="r1ci")
    for mistake in (R1ciError, ResetNeeded):
        app.add_exception_handler(mistake, lambda _, error: JSONResponse({"detail": str(error)}, 400))
    return app

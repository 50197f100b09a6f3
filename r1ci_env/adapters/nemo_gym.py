"""NeMo-Gym: a resources server for its ``gymnasium_agent``; `row` makes rows of data sets."""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from nemo_gym.base_resources_server import BaseResourcesServerConfig
from nemo_gym.openai_utils import NeMoGymResponse
from pydantic import Field
from resources_servers.gymnasium import GymnasiumServer, extract_text

from r1ci_env.adapters.rows import columns, named
from r1ci_env.adapters.turns import begin, take_turn
from r1ci_env.episode import Rules
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.task import Problem


def row(problem: Problem, split: str = "train") -> dict[str, Any]:
    """Return the row of a data set that asks a problem; one that is held out needs ``split="test"``."""
    agent = {"type": "responses_api_agents", "name": "r1ci_agent"}
    return {"responses_create_params": {"input": []}, "agent_ref": agent, **columns(problem, split)}


class R1ciConfig(BaseResourcesServerConfig):
    """Settings of the server; ``rules`` are options of `r1ci_env.episode.Rules`."""

    rules: dict[str, Any] = Field(default_factory=dict)


class R1ciServer(GymnasiumServer):
    """Plays the episodes of all sessions of a process, with the question as the first observation."""

    config: R1ciConfig

    def setup_webserver(self) -> FastAPI:
        """Answer mistakes in a row with their message; those in the settings are told at once."""
        Rules.from_options(self.config.rules)
        app = super().setup_webserver()
        app.add_exception_handler(R1ciError, lambda _, error: JSONResponse({"detail": str(error)}, 400))
        return app

    async def reset(self, metadata: dict[str, Any], session_id: str | None = None) -> tuple[str, dict[str, Any]]:
        """Begin the episode of a row."""
        episode = self.session_state[session_id] = begin(named(metadata), Rules.from_options(self.config.rules))
        return episode.messages[0]["content"], episode.info

    async def step(
        self, action: NeMoGymResponse, metadata: dict[str, Any], session_id: str | None = None
    ) -> tuple[Any, ...]:
        """Take the model's turn."""
        if session_id not in self.session_state:
            raise BadOption("There is no episode in this session: reset() it first.")
        end = await take_turn(self.session_state[session_id], extract_text(action))
        return end.observation or None, end.reward, end.terminated, end.truncated, end.info

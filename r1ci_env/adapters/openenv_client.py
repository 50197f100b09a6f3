"""OpenEnv: the client of a server of `r1ci_env.adapters.openenv`, and what the two send each other."""

from typing import Any

from openenv.core.client_types import StepResult
from openenv.core.env_client import EnvClient
from openenv.core.env_server.types import Action, Observation, State


class Turn(Action):
    """A turn of the model."""

    text: str


class Reply(Observation):
    """What the model reads next, and the reference of the problem; ``metadata`` is the info of the environment."""

    text: str = ""
    problem: str = ""


class R1ciClient(EnvClient[Turn, Reply, State]):
    """An episode at a time: ``reset(split="train", index=3)``, then ``step(Turn(text=...))`` until ``done``."""

    def _step_payload(self, action: Turn) -> dict[str, Any]:
        return {"text": action.text}

    def _parse_result(self, payload: dict[str, Any]) -> StepResult[Reply]:
        reward, done = payload["reward"], payload["done"]
        reply = Reply(**payload["observation"], reward=reward, done=done)
        return StepResult(reply, reward, done, reply.metadata)

    def _parse_state(self, payload: dict[str, Any]) -> State:
        return State(**payload)

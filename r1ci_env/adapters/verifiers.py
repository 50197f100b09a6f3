"""Our tasks as a taskset of verifiers, and the environment that plays them. See ``docs/integrations/verifiers.md``."""

from collections.abc import Iterator
from typing import Any, Literal

import verifiers.v1 as vf
from pydantic import Field
from verifiers.v1.runtimes import SubprocessConfig

from r1ci_env.adapters.problems import problems_of
from r1ci_env.adapters.turns import begin, take_turn
from r1ci_env.episode import Rules


class R1ciConfig(vf.TasksetConfig):
    """Which problems come, and the options of `r1ci_env.episode.Rules` under which they are played."""

    split: Literal["train", "test"] = "train"
    tasks: list[str] | None = None
    levels: list[int] | None = None
    seed: int = 0
    rules: dict[str, Any] = Field(default_factory=dict)


class R1ciTaskset(vf.Taskset[vf.Task[vf.TaskData], R1ciConfig]):
    """New problems without end: of the training split none that is held out, of the test split no others."""

    INFINITE = True

    def load(self) -> Iterator[vf.Task[vf.TaskData]]:
        """Yield a task for each problem, whose reference is its id."""
        config, rules = self.config, Rules.from_options(self.config.rules)
        for problem in problems_of(config.split, config.tasks, config.levels, config.seed):
            first = begin(problem.ref, rules).messages[0]["content"]
            yield vf.Task(vf.TaskData(id=problem.ref, name=problem.task, prompt=first), config.task)


class R1ciEnvConfig(vf.EnvConfig):
    """The model plays without tools of its own, in a process of this machine."""

    player: vf.AgentConfig = vf.AgentConfig(harness={"id": "null"}, runtime=SubprocessConfig())


class R1ciEnv(vf.Env[R1ciEnvConfig]):
    """Runs the code of the player's turns in our sandbox, and rewards a right answer."""

    async def run(self, task: vf.Task[vf.TaskData], agents: vf.Agents) -> None:
        """Play one episode; it has no reward if the sandbox or the model's server fails."""
        episode = begin(task.data.id, Rules.from_options(self.config.taskset.rules))
        async with agents.player.interaction(task) as chat:
            segment = await chat.turn()
            while not segment.terminated:
                outcome = await take_turn(episode, segment.last_reply)
                if episode.over:
                    break
                segment = await chat.turn(outcome.observation)
        if chat.trace.ok:
            chat.trace.record_reward("episode", episode.reward if episode.over else episode.cut().reward)

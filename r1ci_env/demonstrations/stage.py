"""Where a demonstration is played: the real environment, and a sandbox to try things out beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from r1ci_env.env import CodeInterpreterEnv, SandboxLike
from r1ci_env.protocol import MARKERS
from r1ci_env.task import Problem, Task

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm import ExecResult

TRIAL_SECONDS = 2.0
"""A program that takes more CPU time is not shown."""

SLIP_SECONDS = 0.5
"""Nor is one with a slip in it that takes more than this: most of these never end."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A trajectory that was played.

    Attributes:
        problem: The problem.
        format: Name of the format.
        messages: The chat, as ``role`` and ``content``.
        train: For each turn of the assistant, whether it is to be learnt: not where it fails.
        outcomes: For each turn of the assistant, what came of it: ``answer``, or how its block ended (``ok``,
            ``error``, …).
        reward: What the environment gave.
    """

    problem: Problem
    format: str
    messages: list[dict[str, str]]
    train: list[bool]
    outcomes: list[str]
    reward: float

    def record(self) -> dict[str, Any]:
        """Return it as one JSON object."""
        return {
            "problem": self.problem.ref,
            "format": self.format,
            "messages": self.messages,
            "train": self.train,
            "outcomes": self.outcomes,
            "reward": self.reward,
        }


class Stage:
    """Plays the turns of one demonstration.

    Args:
        task: The task.
        problem: The problem.
        sandbox: Runs the code.
        rules: Options of the environment.
    """

    def __init__(self, task: Task, problem: Problem, sandbox: SandboxLike, rules: Mapping[str, Any]) -> None:
        self.task = task
        self.problem = problem
        self._sandbox = sandbox
        self._env = CodeInterpreterEnv(tasks=[task], sandbox=sandbox, **rules)
        self._env.reset(options={"problem": problem})
        self._train: list[bool] = []
        self._outcomes: list[str] = []
        self._reward = 0.0
        self._over, self._complete = False, True
        self._tried: dict[str, ExecResult] = {}

    def turn(self, text: str, *, train: bool = True) -> None:
        """Take a turn, which is to be learnt or not."""
        if self._over:  # the rules allow fewer turns than the format needs
            self._complete = False
            return
        _, self._reward, terminated, truncated, info = self._env.step(text)
        self._over = terminated or truncated
        self._train.append(train)
        self._outcomes.append(info.get("code_status", info["kind"]))

    def block(self, words: str, program: str, *, train: bool = True) -> None:
        """Take a turn that runs a program."""
        self.turn(f"{words}\n```python\n{program.strip()}\n```".lstrip(), train=train)

    def answer(self, words: str, answer: str) -> None:
        """Take the last turn."""
        marker = MARKERS[self._env.rules.answer_marker]
        space = self.task.answer_padding
        self.turn(f"{words}\n{marker.opening}{space}{answer}{space}{marker.closing}".lstrip())

    def tried(self, program: str, seconds: float = TRIAL_SECONDS) -> "ExecResult":
        """Return what a program does, outside the episode; one that was tried before is not run again."""
        if program not in self._tried:
            self._tried[program] = self._sandbox.run(program, timeout=seconds, echo=True)
        return self._tried[program]

    def right(self, answer: str) -> bool:
        """Whether an answer is right."""
        return self.task.check(self.problem, answer)

    def finished(self, name: str) -> Demonstration | None:
        """Return the demonstration; None if the episode has not ended, or too early."""
        if not (self._over and self._complete):
            return None
        return Demonstration(self.problem, name, self._env.messages, self._train, self._outcomes, self._reward)

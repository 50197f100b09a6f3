"""TRL's GRPOTrainer calls our sandbox as a tool: ``environment_factory=Tools``. See ``docs/integrations/trl.md``."""

import asyncio
import re
import threading
from typing import Any

from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.held_out import trainable_problem
from r1ci_env.sandbox_wasm import SandboxError

PROMPT = """\
Solve the question below. Reason first. You may call run_python as often as it helps. Then call submit with the answer.

Question:
{question}"""


class Tools:
    """An episode whose turns are calls of tools; takes the options of `CodeInterpreterEnv`."""

    def __init__(self, **options: Any) -> None:
        self._env = CodeInterpreterEnv(**{"prompt": PROMPT, **options})
        self._lock = threading.Lock()  # a model may call tools side by side, but turns come one after the other

    def reset(self, problem: str, **row: Any) -> str:
        """Begin the episode of a problem that a row of the dataset names, and return what goes behind its prompt."""
        return self._env.reset(options={"problem": trainable_problem(problem)})[0]

    async def run_python(self, code: str) -> str:
        """Run a complete Python program in a clean interpreter with numpy, sympy and networkx, but no files or network.

        Args:
            code: The program. It must print what you need to see.
        """
        fence = "`" * (1 + max(2, *map(len, re.findall("`*", code))))  # longer than any in the program
        return await asyncio.to_thread(self._act, f"{fence}python\n{code}\n{fence}")

    def submit(self, answer: str) -> str:
        """Give the final answer, which ends the task.

        Args:
            answer: What the question asks for between triple angle brackets, with or without them.
        """
        return self._act(f"<<<{answer}>>>") or "The answer was received."

    def get_reward(self) -> float | None:
        """Return the episode's reward; None if the sandbox failed, which says nothing about the model."""
        episode = self._env.episode
        return episode.reward if episode.over else episode.cut().reward

    def _act(self, turn: str) -> str:
        with self._lock:
            if self._env.episode.over:
                return "The task has ended."
            try:
                return self._env.step(turn)[0]
            except SandboxError as error:
                self._env.episode.fail(str(error))
                raise

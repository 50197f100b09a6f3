"""Whether a small policy copies: operands from the question into programs, and outputs into answers."""

import re
from collections.abc import Sequence

from r1ci_env.protocol import RESULT_HEADER, parse_turn
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.registry import get_task


def operands(program: str) -> list[str]:
    """Return the numbers and texts in a program, in order; the step of a slice such as ``[::-1]`` is none."""
    return re.findall(r"(?<!::-)\b\d+|'[^']*'", program)


def copied_share(trajectories: Sequence[Trajectory]) -> float:
    """Return the share, among the episodes that began with a program, of those in which all copies are exact.

    The operands of the program are to be those of the task's own, and the answer that of the last output.
    """
    exact = []
    for trajectory in trajectories:
        episode = trajectory.episode
        turn = parse_turn(episode.messages[1]["content"], episode.rules.answer_marker)
        if turn.kind == "code":
            output = episode.messages[-2]["content"].removeprefix(f"{RESULT_HEADER}\n")
            own = get_task(episode.problem.task).program(episode.problem) or ""
            exact.append(operands(turn.content) == operands(own) and episode.answer == output)
    return sum(exact) / len(exact) if exact else 0.0

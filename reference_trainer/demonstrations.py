"""Scripted trajectories for SFT, played in the environment with real code in the real sandbox."""

import asyncio
import random
import re
from collections.abc import Coroutine, Sequence
from dataclasses import asdict, dataclass

from r1ci_env.arena import Arena
from r1ci_env.errors import BadOption
from r1ci_env.protocol import RESULT_HEADER
from r1ci_env.reference_trainer.chat import Chat
from r1ci_env.reference_trainer.config import MixtureConfig
from r1ci_env.reference_trainer.engines.interface import Turn
from r1ci_env.reference_trainer.rollout import play_episode, run
from r1ci_env.reference_trainer.trajectory import Trajectory
from r1ci_env.registry import get_task
from r1ci_env.task import Problem

SLIPS = (("math.lcm", "math.gcd"), ("[::-1]", ""), ("*", "+"), ("+", "*"), ("-", "*"))
"""What a slip writes for what was meant; the first that a program has is the one it makes."""


@dataclass(frozen=True, slots=True)
class Script:
    """What will be done about a problem.

    Attributes:
        problem: The problem.
        programs: Programs, one a turn.
        guess: The answer after them; None for what the last one printed.
        succeeds: Whether the answer is meant to be right.
    """

    problem: Problem
    programs: tuple[str, ...]
    guess: str | None
    succeeds: bool

    def turn(self, number: int, observation: str) -> str:
        """Return the text of a turn, given what the environment said last."""
        if number < len(self.programs):
            return f"```python\n{self.programs[number]}\n```"
        output = observation.removeprefix(f"{RESULT_HEADER}\n").strip()
        return f"<<<{output if self.guess is None else self.guess}>>>"


def short_program(problem: Problem) -> str:
    """Return the program that a good model would write.

    Raises:
        BadOption: the task offers none.
    """
    program = get_task(problem.task).program(problem)
    if program is None:
        raise BadOption(f"{problem.task} has no program: no SFT trajectories can be made from it.")
    return program.rstrip()


def with_slip(program: str) -> str:
    """Return a program that runs but computes something else."""
    meant, written = next((slip for slip in SLIPS if slip[0] in program), ("", ""))
    return program.replace(meant, written) if meant else program


def write_script(problem: Problem, mixture: MixtureConfig, rng: random.Random) -> Script:
    """Draw one of the behaviours of the mixture for a problem."""
    program = short_program(problem)
    weights = asdict(mixture)
    match rng.choices(list(weights), list(weights.values()))[0]:
        case "right":
            return Script(problem, (program,), None, True)
        case "repaired":
            return Script(problem, (program.removesuffix(")"), program), None, True)
        case "wrong":
            return Script(problem, (with_slip(program),), None, False)
    other = get_task(problem.task).problem(rng.getrandbits(40), level=problem.level)
    return Script(problem, (), other.answer, False)


def demonstrate(chat: Chat, scripts: Sequence[Script], arena: Arena) -> list[Trajectory]:
    """Play scripts in the sandbox; those that did not come out as they were meant to are left out.

    Args:
        chat: The tokenizer that turns the texts into ids; every turn ends with its end token.
        scripts: What is to be done, all at a time.
        arena: Where the code runs.
    """

    def play(script: Script) -> Coroutine[None, None, Trajectory]:
        async def take_turn(trajectory: Trajectory) -> Turn:
            episode = trajectory.episode
            text = script.turn(episode.turns, episode.messages[-1]["content"])
            ids = [*chat.encode(text), chat.end_id]
            return Turn(ids, [0.0] * len(ids), "end")

        return play_episode(take_turn, chat, script.problem, arena)

    async def play_all() -> list[Trajectory]:
        return await asyncio.gather(*map(play, scripts))

    trajectories = run(play_all())
    return [t for t, script in zip(trajectories, scripts, strict=True) if t.episode.correct == script.succeeds]


def operands(program: str) -> list[str]:
    """Return the numbers and texts in a program, in order; the step of a slice such as ``[::-1]`` is none."""
    return re.findall(r"\d+\b(?!\])|'[^']*'", program)


def copied_share(trajectories: Sequence[Trajectory]) -> float:
    """Return the share, among the episodes that began with a program, of those in which all copies are exact.

    The operands of the program are to be copied from the question, and the answer from the last output.
    """
    exact = []
    for trajectory in trajectories:
        episode = trajectory.episode
        program = episode.messages[1]["content"]
        if program.startswith("```python\n"):
            output = episode.messages[-2]["content"].removeprefix(f"{RESULT_HEADER}\n")
            exact.append(operands(program) == operands(short_program(episode.problem)) and episode.answer == output)
    return sum(exact) / len(exact) if exact else 0.0

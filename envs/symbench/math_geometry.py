"""MathGeometry: lengths, areas, angles and solids, exactly."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.envs.mathematics.answers import last_boxed, option_of, same
from r1ci_env.envs.wording.formula_programs import program_of
from r1ci_env.envs.wording.school_geometry import TABLE
from r1ci_env.envs.wording.word_problems import Story, draw_steps, read_steps, total_of
from r1ci_env.task import Problem, Task

STEPS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4}
LENGTH = {1: 50, 2: 90, 3: 120, 4: 200, 5: 900}
SHORT = {1: 20, 2: 30, 3: 40, 4: 80, 5: 200}


class MathGeometry(Task):
    """Solve a problem of school geometry, or several.

    Description:
        Triangles, quadrilaterals, polygons, circles, coordinates, similar figures and solids are given by numbers; a
        length, area, angle, volume, ratio or coordinate is asked for.

    Answer format:
        The exact value, such as ``7/2``, ``6*sqrt(6)`` or ``16 - 4*pi``; LaTeX and units are read too.

    Levels:
        One problem with numbers up to 50 at level 1 and 90 at level 2, a sum of multiples of the answers of two
        problems at level 3 and of four with numbers up to 900 at level 5.

    Check:
        Values are compared in exact algebra: every way to write the number counts, a decimal approximation does not. A
        rational number must be worked out.

    Source and deviations:
        SymBench MATH geometry (the training part of MATH, in natural language, judged there by a language model);
        here wordings of our own with numbers drawn, each with the data that it needs in the text instead of a figure.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw problems."""
        draw: dict[str, Callable[[], Any]] = {
            "n": lambda: rng.randint(2, LENGTH[level]),
            "k": lambda: rng.randint(2, SHORT[level]),
            "c": lambda: rng.randint(-SHORT[level], SHORT[level]),
            "g": lambda: rng.randint(4, 176),
            "s": lambda: 180 * rng.randint(3, SHORT[level]),
        }
        steps = draw_steps(rng, TABLE, STEPS[level], draw)
        question = (
            f"{steps.text}\nGive the exact value, with fractions, square roots and pi where needed, in triple angle "
            "brackets, for example <<<7/2>>>, <<<6*sqrt(6)>>> or <<<16 - 4*pi>>>."
        )
        return self.new_problem(level, question, {"wordings": steps.wordings}, str(steps.value))

    def program(self, problem: Problem) -> str | None:
        """Write the formulas with their numbers; original items are free prose of many authors, and have none."""
        return program_of(**read(problem.question), table=TABLE) if problem.level else None

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare exactly."""
        option = problem.data.get("option")
        return (option is not None and word(answer).strip("()") == option) or same(
            answer, problem.answer, problem.question
        )

    def size(self, problem: Problem) -> float:
        """Number of problems times the bound of their numbers."""
        return float(STEPS[problem.level] * LENGTH[problem.level])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an original item: its answer is in the last box of its solution; the letter of an option counts."""
        gold = last_boxed(item["boxed_solution"])
        return self.official_problem(item["problem"], {"option": option_of(item["problem"], gold)}, gold, gold)


def read(question: str) -> dict[str, Any]:
    """Read which wordings the stories have, the numbers in them, and how many times each answer counts."""
    stories, total = read_steps(question, TABLE)
    return {"stories": stories, "total": total}


def solve(stories: list[Story], total: dict[str, int]) -> str:
    """Apply to each story the formula of its wording, and add up the answers."""
    return str(total_of(stories, total, TABLE))

"""MathCountingProbability: how many ways, how likely, what to expect."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.envs.mathematics.answers import last_boxed, option_of, same
from r1ci_env.envs.wording.counting_and_chance import TABLE
from r1ci_env.envs.wording.formula_programs import program_of
from r1ci_env.envs.wording.names import pronounceable
from r1ci_env.envs.wording.word_problems import Story, draw_steps, read_steps, total_of
from r1ci_env.task import Problem, Task

STEPS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4}
SMALL = {1: 12, 2: 15, 3: 17, 4: 20, 5: 26}
LARGE = {1: 150, 2: 250, 3: 400, 4: 2_000, 5: 20_000}


class MathCountingProbability(Task):
    """Count possibilities or find a probability or an expected value.

    Description:
        Permutations, combinations, arrangements with conditions, distributions, sets, divisibility, paths, dice,
        coins, cards and urns; a number of ways, a probability or an expected value is asked for.

    Answer format:
        The exact number: an integer or a fraction such as ``37/256``.

    Levels:
        One problem with sets of up to 12 things at level 1 and 15 at level 2, a sum of multiples of the answers of two
        problems at level 3 and of four with sets of up to 26 at level 5.

    Check:
        The exact number must be given, worked out; equivalent fractions, decimals that end and percentages count.

    Source and deviations:
        SymBench MATH counting and probability (the training part of MATH, in natural language, judged there by a
        language model); here wordings of our own with numbers drawn, each complete in its text.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw problems."""
        draw: dict[str, Callable[[], Any]] = {
            "n": lambda: rng.randint(4, SMALL[level]),
            "k": lambda: rng.randint(2, SMALL[level] // 2 + 1),
            "b": lambda: rng.randint(20, LARGE[level]),
            "d": lambda: rng.randint(2, 12),
            "t": lambda: _letters(rng, rng.randint(4, 4 + 2 * level)),
        }
        steps = draw_steps(rng, TABLE, STEPS[level], draw)
        question = (
            f"{steps.text}\nGive the exact number, an integer or a fraction, in triple angle brackets, for example "
            "<<<120>>> or <<<37/256>>>."
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
        """Number of problems times the bound of their sets."""
        return float(STEPS[problem.level] * SMALL[problem.level])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an original item: its answer is in the last box of its solution; the letter of an option counts."""
        gold = last_boxed(item["boxed_solution"])
        return self.official_problem(item["problem"], {"option": option_of(item["problem"], gold)}, gold, gold)


def _letters(rng: random.Random, length: int) -> str:
    """Return a made-up word in which some letters repeat."""
    letters = list(pronounceable(rng, length).upper())
    for _ in range(length // 3):
        letters[rng.randrange(length)] = rng.choice(letters)
    return "".join(letters)


def read(question: str) -> dict[str, Any]:
    """Read which wordings the stories have, the numbers in them, and how many times each answer counts."""
    stories, total = read_steps(question, TABLE)
    return {"stories": stories, "total": total}


def solve(stories: list[Story], total: dict[str, int]) -> str:
    """Apply to each story the formula of its wording, and add up the answers."""
    return str(total_of(stories, total, TABLE))

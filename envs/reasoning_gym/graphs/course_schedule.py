"""CourseSchedule: can all courses be finished, given what each requires?"""

import random
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.task import Problem, Task

COURSES = {1: (5, 6), 2: (6, 8), 3: (7, 10), 4: (16, 24), 5: (50, 80)}
MOST_TOLD = 8
"""Courses up to which the reasons are told."""
FREE = ("Course {course} needs nothing, so it can be finished.", "Nothing comes before course {course}: done.")
WAITS = (
    "Course {course} needs {needed}, already finished, so it can be finished too.",
    "With {needed} done, course {course} can follow.",
)
ALL_DONE = ("All courses can be finished.", "No course is left, so there is an order.")
NEEDS = ("Course {a} needs course {b}.", "Before course {a} comes course {b}.", "Course {b} must precede course {a}.")
CYCLE = (
    "That leads back to course {course}, so none of these can ever begin.",
    "So course {course} would have to wait for itself, which is impossible.",
)


class CourseSchedule(Task):
    """Decide whether requirements can all be met.

    Description:
        Courses with numbers and pairs (a, b), meaning that b comes before a, are given. Whether all courses can be
        finished is asked for.

    Answer format:
        ``True`` or ``False``.

    Levels:
        5 to 6 courses at level 1; the original's defaults (5 to 10 courses) at levels 1 to 3; 50 to 80 at level 5.
        There are one to two requirements a course.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        Reasoning-Gym course_schedule. Both answers are equally likely; a cycle has at least three courses and is
        closed by a single requirement, which joins the same two courses the other way round where there is none.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw an order and requirements along it, then join the ends of a path: for False, to a cycle."""
        count = rng.randint(*COURSES[level])
        path: list[int] = []
        while len(path) < 3:
            order = rng.sample(range(count), count)
            pairs: set[tuple[int, int]] = set()
            while len(pairs) < count + count // 3:
                first, second = sorted(rng.sample(range(count), 2))
                pairs.add((order[second], order[first]))
            requirements = sorted(pairs)
            path = _path(requirements, rng)
        possible = rng.random() < 0.5
        requirements.append((path[-1], path[0]) if possible else (path[0], path[-1]))
        rng.shuffle(requirements)
        question = (
            f"Courses are numbered 0 to {count - 1}. A pair (a, b) means that course b must be finished before "
            f"course a begins. The requirements are: {', '.join(f'({a}, {b})' for a, b in requirements)}.\n"
            "Is there an order in which all courses can be finished? Answer <<<True>>> or <<<False>>>."
        )
        return self.new_problem(level, question, {"courses": count, "requirements": requirements}, str(possible))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "True", "False") == solve(problem.data["requirements"])

    def size(self, problem: Problem) -> float:
        """Number of courses."""
        return float(problem.data["courses"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of course_schedule."""
        metadata = item["metadata"]
        data = {"courses": len(metadata["courses"]), "requirements": metadata["prerequisites"]}
        return self.official_problem(item["question"], data, solve(data["requirements"]), item["answer"])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Finish the courses one after the other, or go round a cycle, where there are few."""
        requirements = self.instance(problem)["requirements"]
        courses = sorted({course for pair in requirements for course in pair})
        if len(courses) > MOST_TOLD:
            return None
        rng = random.Random(problem.question)
        finished: list[int] = []
        told = []
        while ready := [c for c in courses if c not in finished and _needed(c, requirements) <= set(finished)]:
            course = ready[0]
            needed = ", ".join(map(str, sorted(_needed(course, requirements))))
            wording = rng.choice(WAITS if needed else FREE)
            told.append(wording.format(course=course, needed=needed))
            finished.append(course)
        if len(finished) == len(courses):
            return [*told, rng.choice(ALL_DONE)]
        path = [next(c for c in courses if c not in finished)]
        while path[-1] not in path[:-1]:
            path.append(min(_needed(path[-1], requirements) - set(finished)))
        cycle = path[path.index(path[-1]) :]
        told = [rng.choice(NEEDS).format(a=a, b=b) for a, b in pairwise(cycle)]
        return [*told, rng.choice(CYCLE).format(course=cycle[0])]


def _path(requirements: list[tuple[int, int]], rng: random.Random) -> list[int]:
    """Walk from a random pair on to later courses; return a part whose ends can be joined.

    Its ends are not a pair yet, and there are courses before and after it: that all courses wait for another, or are
    waited for, would tell of a cycle.
    """
    waiting, needed = ({pair[i] for pair in requirements} for i in range(2))
    last, first = rng.choice(requirements)
    path = [first, last]
    for _ in range(rng.randint(1, 5)):
        later = [a for a, b in requirements if b == path[-1]]
        if not later:
            break
        path.append(rng.choice(later))
    while path[-1] not in needed or (path[-1], first) in requirements:
        path.pop()
    return path if first in waiting else []


def _needed(course: int, requirements: Sequence[Sequence[int]]) -> set[int]:
    return {b for a, b in requirements if a == course}


def read(question: str) -> dict[str, Any]:
    """Read the pairs."""
    return {"requirements": [(int(a), int(b)) for a, b in re.findall(r"\((\d+), (\d+)\)", question)]}


def solve(requirements: Sequence[Sequence[int]]) -> str:
    """Take away, again and again, the requirements of courses that wait for nothing."""
    left, before = list(requirements), None
    while left != before:
        before = left
        waiting = {a for a, _ in left}
        left = [(a, b) for a, b in left if b in waiting]
    return str(not left)


def verify(answer: str, requirements: Sequence[Sequence[int]]) -> bool:
    """Follow the requirements on from every course: on a cycle a course comes before itself."""
    before_itself = set()
    for course in {a for a, _ in requirements}:
        earlier = {b for a, b in requirements if a == course}
        for _ in requirements:
            earlier |= {b for a, b in requirements if a in earlier}
        if course in earlier:
            before_itself.add(course)
    return answer == str(not before_itself)

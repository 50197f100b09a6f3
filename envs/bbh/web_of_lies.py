"""WebOfLies: follow who says that whom lies."""

import random
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.task import Problem, Task

PEOPLE = {1: (6, 7), 2: (8, 10), 3: (11, 15), 4: (18, 24), 5: (32, 48)}
ASIDE = 0.25
"""Share of the people whose statements lead nowhere."""

VERBS = ("lies", "tells the truth")
"""What one does who is not truthful, and one who is."""


class WebOfLies(Task):
    """Decide whether the last person of a chain tells the truth.

    Description:
        Of one person it is stated whether they tell the truth. Every other person says of somebody that they lie or
        tell the truth. Whether one of them tells the truth is asked for.

    Answer format:
        ``Yes`` or ``No``.

    Levels:
        A chain of 5 people in order at level 1, as in the original, and one or two more; 32 to 48 people at level 5.
        From level 3 on, the statements are shuffled.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        BIG-Bench Hard web_of_lies. Names are our own; longer webs, shuffled. A quarter of the statements lead nowhere:
        where all lead to the person asked about, whether the lies are even in number is the answer.
    """

    plain_levels: ClassVar[int] = 5

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the people, whom each speaks about, and what they say."""
        count = rng.randint(*PEOPLE[level])
        names = rng.sample(GIVEN_NAMES, count)
        aside = set(rng.sample(range(1, count - 1), round(ASIDE * count)))
        truthful = [rng.random() < 0.5]
        statements = [f"{names[0]} {'tells the truth' if truthful[0] else 'lies'}."]
        for i in range(1, count):
            about = rng.randrange(i) if i in aside else max(j for j in range(i) if j not in aside)
            says_truth = rng.random() < 0.5
            truthful.append(truthful[about] == says_truth)
            statements.append(f"{names[i]} says {names[about]} {'tells the truth' if says_truth else 'lies'}.")
        if level >= 3:
            rng.shuffle(statements)
        question = (
            f"Question: {' '.join(statements)} Does {names[-1]} tell the truth?\n"
            "Answer in triple angle brackets: <<<Yes>>> or <<<No>>>."
        )
        answer = "Yes" if truthful[-1] else "No"
        return self.new_problem(level, question, {"people": count, "truthful": truthful[-1]}, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "Yes", "No") == problem.answer

    def reasons(self, problem: Problem) -> list[str] | None:
        """Follow the chain from the one who is known to the one who is asked about."""
        truthful, said, asked = read(problem.question).values()
        about = {speaker: (name, says_truth) for speaker, name, says_truth in said}
        chain = [asked]
        while chain[-1] in about:
            chain.append(about[chain[-1]][0])
        if len(chain) > 8:
            return None
        start, phrasing = random.Random(problem.question).choice(
            (
                ("We are told that {} {}.", "{0} says that {1} {2}, which is {3}: {0} {4}."),
                ("To begin with, {} {}.", "It is {3} that {1} {2}, as {0} says, so {0} {4}."),
                ("It is given that {} {}.", "{1} {2} according to {0}; that is {3}, so {0} {4}."),
            )
        )
        truth = truthful[chain[-1]]
        reasons = [start.format(chain[-1], VERBS[truth])]
        for name in chain[-2::-1]:
            other, says_truth = about[name]
            truth = truth == says_truth
            reasons.append(phrasing.format(name, other, VERBS[says_truth], str(truth).lower(), VERBS[truth]))
        return reasons

    def size(self, problem: Problem) -> float:
        """Number of people."""
        return float(problem.data["people"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Count the people; the target is confirmed by the solver."""
        return original_problem(self, item, {"people": 1 + item["input"].count(" says ")})


def read(question: str) -> dict[str, Any]:
    """Read who is known to tell the truth or to lie, who says what of whom, and who is asked about."""
    story, asked = re.match(r"(?:Question: )?(.*?\.)\s*Does ([^?]*) tell the truth\?", question, re.S).groups()
    truthful, said = {}, []
    for line in re.findall(r"[^\s.][^.]*", story):
        speaker, about, verb = re.fullmatch(r"(?:(.+?) says )?(.+?) (tells the truth|lies)", line).groups()
        if speaker:
            said.append((speaker, about, verb != "lies"))
        else:
            truthful[about] = verb != "lies"
    return {"truthful": truthful, "said": said, "asked": asked}


def solve(truthful: dict[str, bool], said: list[tuple[str, str, bool]], asked: str) -> str:
    """Resolve statements about people who are known until nothing changes."""
    known = dict(truthful)
    for _ in said:  # each round resolves at least one more, if any can be
        for speaker, about, says_truth in said:
            if about in known:
                truth = known[about] == says_truth
                if known.setdefault(speaker, truth) != truth:
                    return ""  # the statements contradict one another
    return "Yes" if known[asked] else "No"


def solve_plainly(truthful: dict[str, bool], said: list[tuple[str, str, bool]], asked: str) -> str:
    """Judge the speakers one after the other, until the one asked about is known."""
    while asked not in truthful:
        for speaker, about, says_truth in said:
            if about in truthful:
                truthful[speaker] = truthful[about] == says_truth
    return "Yes" if truthful[asked] else "No"


def verify(answer: str, truthful: dict[str, bool], said: list[tuple[str, str, bool]], asked: str) -> bool:
    """Go back from the one asked about to the one who is known, and count the lies on the way."""
    about = {speaker: (name, says_truth) for speaker, name, says_truth in said}
    name, lies = asked, 0
    while name in about:
        name, says_truth = about[name]
        lies += not says_truth
    return (answer == "Yes") == (truthful[name] == (lies % 2 == 0))

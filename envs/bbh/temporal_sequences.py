"""TemporalSequences: when somebody could have gone somewhere unseen."""

import random
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, read_options
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.task import Problem

SHAPES = {1: (3, 6, 60), 2: (5, 8, 60), 3: (7, 10, 30), 4: (10, 14, 15), 5: (16, 24, 5)}
"""Fewest and most sightings, and the minutes that all times are multiples of."""

PLACES = tuple(
    "bakery|museum|post office|swimming pool|flower shop|town hall|book shop|ice rink|tea house|harbour|"
    "print shop|bowling alley|concert hall|aquarium|chess club|tailor's shop".split("|")
)
DOINGS = tuple(
    "waiting for a bus|feeding ducks at the pond|painting a fence|reading in the library|mending a bicycle|"
    "playing chess in the square|queueing at the bank|cooking soup in the canteen|sketching the old bridge|"
    "walking a dog by the river|repairing a radio|buying stamps at the kiosk|rehearsing with the choir|"
    "washing a car|picking apples in the orchard|giving a lecture|sitting in the dentist's waiting room|"
    "loading a van|flying a kite on the hill|sorting parcels at the depot".split("|")
)


class TemporalSequences(MultipleChoice):
    """Find the free span in a day of sightings.

    Description:
        When somebody got up, when and where they were seen and when a place closed are given. Between which times
        they could have been there is asked for.

    Answer format:
        The letter of one of four spans, such as ``(B)``.

    Levels:
        3 to 6 sightings on the hour, in order, at level 1, as in the original. From level 3 on they are shuffled,
        and from level 4 on there are several free spans, of which one is long enough for the visit. 16 to 24
        sightings, to five minutes, at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard temporal_sequences, with people, places and doings of our own. No one sees themselves.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Cut the day into spans and free the ones that nobody saw."""
        low, high, grain = SHAPES[level]
        count = rng.randint(low, high)
        start, end = rng.randint(5, 9) * 60, rng.randint(20, 23) * 60
        gaps = 1 if level < 4 else 3
        while True:
            cuts = sorted(rng.sample(range(start + grain, end, grain), count + gaps - 1))
            spans = list(pairwise([start, *cuts, end]))
            free = sorted(rng.sample(range(len(spans)), gaps), key=lambda i: spans[i][0] - spans[i][1])
            lengths = [spans[i][1] - spans[i][0] for i in free]
            apart = all(abs(a - b) > 1 for a in free for b in free if a != b)
            if apart and (gaps == 1 or lengths[0] > lengths[1]):
                break
        right = spans[free[0]]
        seen = [span for i, span in enumerate(spans) if i not in free]
        if level >= 3:
            rng.shuffle(seen)
        who, *others = rng.sample(GIVEN_NAMES, min(count + 1, 20))
        place = rng.choice(PLACES)
        lines = [
            f"{rng.choice(others)} saw {who} {rng.choice(DOINGS)} from {_clock(a)} to {_clock(b)}." for a, b in seen
        ]
        visit = ""
        if gaps > 1:
            visit = f" The visit took {rng.randrange(lengths[1] + 1, lengths[0] + 1)} minutes without a break."
        wrong = [spans[i] for i in free[1:]] + rng.sample([s for s in spans if spans.index(s) not in free], 3)
        options = [f"{_clock(a)} to {_clock(b)}" for a, b in rng.sample([right, *wrong[:3]], 4)]
        text = (
            f"Today, {who} went to the {place}.{visit} Between what times could that have been?\nWe know that:\n"
            f"{who} got up at {_clock(start)}.\n" + "\n".join(lines) + f"\nThe {place} closed at {_clock(end)}.\n"
            f"Nobody is in two places at once. Between what times could {who} have gone to the {place}?"
        )
        return self.choice_problem(level, text, options, "{} to {}".format(*map(_clock, right)), {"sightings": count})

    def size(self, problem: Problem) -> float:
        """Number of sightings."""
        return float(problem.data["sightings"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_problem(self, item, {"options": read_options(item["input"])})


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''}{'am' if hour < 12 else 'pm'}"


def _minutes(clock: str) -> int:
    hour, minute, half = re.fullmatch(r"(\d+)(?::(\d+))?\s*([ap]m)", clock).groups()
    return (int(hour) % 12 + 12 * (half == "pm")) * 60 + int(minute or 0)


def solve(question: str) -> str:
    """Keep the option that lies in the day, meets no sighting and is long enough."""
    time = r"(\d+(?::\d+)?\s*[ap]m)"
    story, listed = question.split("Options:")
    start = _minutes(re.search(rf"(?:woke|got) up at {time}", story)[1])
    end = _minutes(re.search(rf"closed (?:after|at) {time}", story)[1]) or 24 * 60
    busy = [(_minutes(a), _minutes(b)) for a, b in re.findall(rf"from {time} to {time}", story)]
    needed = re.search(r"took (\d+) minutes", story)
    for letter, *span in re.findall(rf"\(([A-Z])\) {time} to {time}", listed):
        a, b = map(_minutes, span)
        long_enough = b - a >= int(needed[1] if needed else 0)
        if start <= a and b <= end and long_enough and all(b <= c or d <= a for c, d in busy):
            return f"({letter})"
    return ""

"""TemporalSequences: when somebody could have gone somewhere unseen."""

import random
import re
from collections import Counter
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
    "waiting at the railway station|feeding ducks at the pond|painting a fence at the farm|reading in the library|"
    "mending a bicycle in the school yard|weeding in the cemetery|queueing at the bank|cooking soup in the hospital|"
    "sketching under the old bridge|walking a dog in the forest|repairing a radio in the attic|jogging in the stadium|"
    "rehearsing with the choir in the church|washing a car at the petrol station|picking apples in the orchard|"
    "giving a lecture at the university|sitting in the dentist's waiting room|loading a van at the sawmill|"
    "flying a kite on the hill|sorting parcels at the depot".split("|")
)
"""Each at a place that is none of `PLACES`, nor within one."""


Span = tuple[int, int]
"""From and to when, in minutes of the day."""


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
        sightings, to five minutes, at level 5. Wrong options overlap a sighting or are too short; they may be longer
        than the right one or not, as the draw has it.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard temporal_sequences, with people, places and doings of our own. No one sees themselves. A sighting
        may be told in two parts, so that times within it occur as seldom as those around a gap. That the ends of a gap
        are named by few statements still helps a guesser (0.38 to 0.53 for small predictors on the options): to see
        which is to look for the gap.
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
            if apart and lengths[0] > (grain if gaps == 1 else lengths[1]):
                break
        right = spans[free[0]]
        seen = [span for i, span in enumerate(spans) if i not in free]
        doings = [rng.choice(DOINGS) for _ in seen]
        who, *others = rng.sample(GIVEN_NAMES, min(count + 1, 20))
        place = rng.choice(PLACES)
        told = [(part, doing) for span, doing in zip(seen, doings, strict=True) for part in _parts(rng, span, grain)]
        if level >= 3:
            rng.shuffle(told)
        lines = [f"{rng.choice(others)} saw {who} {doing} from {_clock(a)} to {_clock(b)}." for (a, b), doing in told]
        visit = ""
        if gaps > 1:
            visit = f" The visit took {rng.randrange(lengths[1] + 1, lengths[0] + 1)} minutes without a break."
        options = _options(rng, spans, free, [span for span, _ in told])
        text = (
            f"Today, {who} went to the {place}.{visit} Between what times could that have been?\nWe know that:\n"
            f"{who} got up at {_clock(start)}.\n" + "\n".join(lines) + f"\nThe {place} closed at {_clock(end)}.\n"
            f"Nobody is in two places at once. Between what times could {who} have gone to the {place}?"
        )
        listed = [f"{_clock(a)} to {_clock(b)}" for a, b in options]
        return self.choice_problem(level, text, listed, listed[options.index(right)], {"sightings": count})

    def size(self, problem: Problem) -> float:
        """Number of sightings."""
        return float(problem.data["sightings"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_problem(self, item, {"options": read_options(str(item["input"]))})


def _options(rng: random.Random, spans: list[Span], free: list[int], told: list[Span]) -> list[Span]:
    """Return the first of the free spans and three others, in any order.

    The others go from one of the times told to another, but nobody tells of just that span. Among many triples of them
    one is chosen that leaves it to the draw how many are longer than the right one, and how many share more ends.
    """
    right = spans[free[0]]
    length = right[1] - right[0]
    busy = [span for i, span in enumerate(spans) if i not in free]
    edges = [right, *told]
    times = Counter(time for span in told for time in span)
    pool = [
        (start, end)
        for start in sorted({a for a, _ in edges} | {b for _, b in edges})
        for end in sorted({a for a, _ in edges} | {b for _, b in edges})
        if start < end and (start, end) not in told and any(start < b and a < end for a, b in busy)
    ]
    near = [span for span in pool if span[1] - span[0] <= 3 * length]
    pool = near if len(near) > 5 else pool
    short = [spans[i] for i in free[1:]]
    longer, sharing, rarer = (rng.randrange(4) for _ in range(3))

    def off(wrong: list[Span]) -> int:
        ends = [end for span in (right, *wrong) for end in enumerate(span)]
        shared = [sum(ends.count(end) for end in enumerate(span)) for span in (right, *wrong)]
        own_longer = sum(b - a > length for a, b in wrong)
        own_rarer = sum(times[a] + times[b] <= times[right[0]] + times[right[1]] for a, b in wrong)
        return abs(own_longer - longer) + abs(sum(n > shared[0] for n in shared) - sharing) + 2 * abs(own_rarer - rarer)

    triples = []
    for _ in range(150):
        few = rng.sample(short, rng.randint(0, len(short)))
        triples.append(few + rng.sample(pool, 3 - len(few)))
    return rng.sample([right, *min(triples, key=off)], 4)


def _parts(rng: random.Random, span: Span, grain: int) -> list[Span]:
    """Return what is told of a span: all of it once, or two parts that overlap or meet within it."""
    a, b = span
    inner = range(a + grain, b, grain)
    if not inner or rng.random() < 0.2:
        return [span]
    first, second = rng.choice(inner), rng.choice(inner)
    return [(a, max(first, second)), (min(first, second), b)]


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
    opening, known, _ = re.fullmatch(r"(.*?)\nWe know that:\n(.*)\n(.*)\n", story, re.S).groups()
    needed = re.search(r"took (\d+) minutes", opening)
    got_up, *lines, closing = known.split("\n")
    start = _minutes(re.fullmatch(rf".* (?:woke|got) up at {time}\.", got_up)[1])
    end = _minutes(re.fullmatch(rf"The .* closed (?:after|at) {time}\.", closing)[1]) or 24 * 60
    sightings = [re.fullmatch(rf".* saw .* from {time} to {time}\.", line).groups() for line in lines]
    busy = [(_minutes(a), _minutes(b)) for a, b in sightings]
    fitting = []
    for letter, *span in re.findall(rf"\(([A-Z])\) {time} to {time}", listed):
        a, b = map(_minutes, span)
        long_enough = b - a >= int(needed[1] if needed else 0)
        if start <= a and b <= end and long_enough and all(b <= c or (d or 24 * 60) <= a for c, d in busy):
            fitting.append(letter)
    return f"({fitting[0]})" if len(fitting) == 1 else ""

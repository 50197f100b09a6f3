"""TemporalSequences: when somebody could have gone somewhere unseen."""

import random
import re
from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise
from typing import Any, ClassVar

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, read_options
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.hypotheses import refuted
from r1ci_env.programs import assignment, literal, program
from r1ci_env.task import Problem

SHAPES = {1: (4, 4, 10, 0), 2: (5, 5, 10, 0), 3: (6, 6, 5, 0), 4: (7, 8, 5, 2), 5: (9, 12, 5, 2)}
"""Fewest and most doings, the minutes that all times are multiples of, and how many free spans are too short."""

LONGEST = 4
"""The most of those minutes between the halves of a doing, where a visit may fit; the fewest is 2."""

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
        Four doings in the order of the day, of three sightings each, to ten minutes, at level 1. From level 3 on all
        sightings are shuffled, and from level 4 on there are several free spans, of which one is long enough for the
        visit. 9 to 12 doings, to five minutes, at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard temporal_sequences, with people, places and doings of our own. No one sees themselves. There are
        more sightings than the original's three to six, and they overlap, so that every option looks the same from
        outside: one sighting ends where it starts, one of the same doing starts where it ends, no other begins or ends
        at either time, and the right one is drawn among equals. What differs is whether a third sighting spans it.
        One who adds up how long the sightings of each doing took is right in 0.4 to 0.5, which is to look for the gap
        by half.
    """

    hypothesis_words: ClassVar[tuple[str, str]] = ("span", "sightings")

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Cut the day into spans and free the ones that nobody saw."""
        low, high, grain, short = SHAPES[level]
        count = rng.randint(low, high)
        start, end = rng.randint(5, 6) * 60, rng.randint(21, 23) * 60
        while True:
            halves = _day(rng, start, end, count, grain)
            spans = sorted(((a, b) for (_, a), (b, _) in halves), key=_length)
            too_short, others = spans[:short], spans[short:]
            longest = _length(too_short[-1]) if short else 0
            if longest < _length(others[0]):
                break
        right = rng.choice(others)
        told = [
            rng.sample(_sightings(rng, before, after, grain, (before[1], after[0]) in (*too_short, right)), 3)
            for before, after in halves
        ]
        who, *seers = rng.sample(GIVEN_NAMES, 20)
        place = rng.choice(PLACES)
        lines = [
            f"{rng.choice(seers)} saw {who} {doing} from {_clock(a)} to {_clock(b)}."
            for doing, sightings in zip(rng.sample(DOINGS, count), told, strict=True)
            for a, b in sightings
        ]
        if level >= 3:
            rng.shuffle(lines)
        minutes = rng.randint(longest + 1, _length(others[0]))
        visit = f" The visit took {minutes} minutes without a break." if short else ""
        few = rng.sample(too_short, rng.randint(0, 1)) if short else []
        wrong = [*few, *rng.sample([span for span in others if span != right], 3 - len(few))]
        options = rng.sample([right, *wrong], 4)
        busy = [span for sightings in told for span in sightings]
        (free,) = (span for span in options if _length(span) >= minutes and not _meets(span, busy))
        text = (
            f"Today, {who} went to the {place}.{visit} Between what times could that have been?\nWe know that:\n"
            f"{who} got up at {_clock(start)}.\n" + "\n".join(lines) + f"\nThe {place} closed at {_clock(end)}.\n"
            f"Nobody is in two places at once. Between what times could {who} have gone to the {place}?"
        )
        listed = [f"{_clock(a)} to {_clock(b)}" for a, b in options]
        return self.choice_problem(level, text, listed, listed[options.index(free)], {"sightings": len(lines)})

    def program(self, problem: Problem) -> str | None:
        """Try each span; how long it is matters only where that is told."""
        got_up, closed, seen, minutes, options = read(problem.question).values()
        rows = [", ".join(map(literal, seen[i : i + 6])) for i in range(0, len(seen), 6)]
        lines = [
            f"got_up, closed = {got_up}, {closed}",
            "seen = [",
            *(f"    {row}," for row in rows),
            "]",
            assignment("options", options),
            "for letter, (start, end) in options.items():",
            "    in_time = got_up <= start and end <= closed",
            "    unseen = all(end <= a or b <= start for a, b in seen)",
        ]
        if minutes:
            lines += [
                "    length = (end // 100 - start // 100) * 60 + end % 100 - start % 100",
                f"    if in_time and unseen and length >= {minutes}:",
            ]
        else:
            lines.append("    if in_time and unseen:")
        return "\n".join([*lines, "        print(letter)"]) + "\n"

    def verification(self, problem: Problem, answer: str) -> str | None:
        """Count what is left of the span only where it is told how much that must be."""
        text = super().verification(problem, answer)
        if text is None or self.instance(problem)["minutes"]:
            return text
        return text.replace("minutes = 0\n", "").replace(" and len(span) >= minutes", "").replace(", minutes", "")

    def hypotheses(self, problem: Problem) -> list[str]:
        """Test an option on all sightings, then another, where it matters only whether it meets one."""
        _, _, seen, minutes, options = read(problem.question).values()
        guesses = {letter: {"option": letter, "start": a, "end": b} for letter, (a, b) in options.items()}
        right = self.solve(problem.question)
        if minutes or right not in guesses:
            return []
        wrong = refuted(_tested, {"seen": seen}, guesses.values(), problem.question)
        return [*wrong, program(_tested, {"seen": seen, **guesses[right]})]

    def reasons(self, problem: Problem) -> list[str] | None:
        """Name for each option a sighting that meets it."""
        if not 1 <= problem.level <= 3:
            return None
        _, _, seen, _, options = read(problem.question).values()
        met, free = random.Random(problem.question).choice(
            (
                ("{0} is taken: {1} saw {4} from {2} to {3}", "{0} is free: it meets no sighting"),
                ("{0} does not fit, because {1} saw {4} from {2} to {3}", "{0} fits: nobody saw {4} then"),
                ("{0} is impossible, as {1} saw {4} from {2} to {3}", "{0} is possible, as no sighting touches it"),
            )
        )
        lines = re.findall(r"^(\w+) saw .* from (\S+) to (\S+)\.$", problem.question, re.M)
        who = re.match(r"Today, (\w+)", problem.question)[1]
        texts = read_options(problem.question)
        said = []
        for text, (letter, (start, end)) in zip(texts, options.items(), strict=True):
            overlaps = [min(b, end) - max(a, start) for a, b in seen]
            longest = max(overlaps)
            told = (*lines[overlaps.index(longest)], who)
            said.append(f"{letter} {(met if longest > 0 else free).format(text, *told)}.")
        return said

    def size(self, problem: Problem) -> float:
        """Number of sightings."""
        return float(problem.data["sightings"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_problem(self, item, {"options": read_options(str(item["input"]))})


def _day(rng: random.Random, start: int, end: int, count: int, grain: int) -> list[tuple[Span, Span]]:
    """Fill the day with ``count`` doings; return the two halves of each, between which a visit may fit."""
    between = [rng.randint(2, LONGEST) for _ in range(count)]
    spare = (end - start) // grain - sum(between) - 4 * count
    cuts = [0, *sorted(rng.randint(0, spare) for _ in range(2 * count - 1)), spare]
    halves = [2 + b - a for a, b in pairwise(cuts)]
    steps = [n for doing in zip(halves[::2], between, halves[1::2], strict=True) for n in doing]
    times = list(accumulate((grain * n for n in steps), initial=start))
    return [((times[i], times[i + 1]), (times[i + 2], times[i + 3])) for i in range(0, 3 * count, 3)]


def _sightings(rng: random.Random, before: Span, after: Span, grain: int, is_free: bool) -> list[Span]:
    """Return three sightings of a doing: up to the end of one half, from the start of the other, and one more.

    That one spans what lies between the halves, or ends before it. All else is drawn alike: the halves are seen in
    full, one of them, by two that overlap or meet.
    """
    turned = rng.random() < 0.5  # on a clock that runs backwards
    (first, leave), (back, last) = ((-after[1], -after[0]), (-before[1], -before[0])) if turned else (before, after)
    start, other = rng.sample([first, rng.randrange(first, leave - grain, grain)], 2)
    if is_free:
        ends = range(max(start, other + grain), leave, grain)
        end = max(rng.choice(ends), rng.choice(ends))  # late here and early there, for a length that tells little
    else:
        ends = range(back + grain, last + grain, grain)
        end = min(rng.choice(ends), rng.choice(ends))
    spans = [(start, leave), (other, end), (back, last)]
    return [(-b, -a) for a, b in spans] if turned else spans


def _meets(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < b and a < span[1] for a, b in others)


def _length(span: Span) -> int:
    return span[1] - span[0]


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''}{'am' if hour < 12 else 'pm'}"


def read(question: str) -> dict[str, Any]:
    """Read all times, as 1730 for 5:30pm, and the minutes that the visit took, 0 if that is not said."""

    def clock(text: str) -> int:
        hour, minute, half = re.fullmatch(r"(\d+)(?::(\d+))?\s*([ap]m)", text).groups()
        return (int(hour) % 12 + 12 * (half == "pm")) * 100 + int(minute or 0)

    time = r"(\d+(?::\d+)?\s*[ap]m)"
    story, listed = question.split("Options:")
    opening, known, _ = re.fullmatch(r"(.*?)\nWe know that:\n(.*)\n(.*)\n", story, re.S).groups()
    needed = re.search(r"took (\d+) minutes", opening)
    got_up, *lines, closing = known.split("\n")
    sightings = [re.fullmatch(rf".* saw .* from {time} to {time}\.", line).groups() for line in lines]
    return {
        "got_up": clock(re.fullmatch(rf".* (?:woke|got) up at {time}\.", got_up)[1]),
        "closed": clock(re.fullmatch(rf"The .* closed (?:after|at) {time}\.", closing)[1]) or 2400,
        "seen": [(clock(a), clock(b) or 2400) for a, b in sightings],
        "minutes": int(needed[1]) if needed else 0,
        "options": {
            letter: (clock(a), clock(b)) for letter, a, b in re.findall(rf"(\([A-Z]\)) {time} to {time}", listed)
        },
    }


def solve(
    got_up: int, closed: int, seen: list[tuple[int, int]], minutes: int, options: dict[str, tuple[int, int]]
) -> str:
    """Keep the option that lies in the day, meets no sighting and is long enough."""
    fitting = []
    for letter, (start, end) in options.items():
        in_time = got_up <= start and end <= closed
        unseen = all(end <= a or b <= start for a, b in seen)
        length = (end // 100 - start // 100) * 60 + end % 100 - start % 100
        if in_time and unseen and length >= minutes:
            fitting.append(letter)
    return fitting[0] if len(fitting) == 1 else ""


def _tested(seen: list[tuple[int, int]], option: str, start: int, end: int) -> str:
    """Look for a sighting that a span meets."""
    for number, (a, b) in enumerate(seen, 1):
        if start < b and a < end:
            result = f"fails on sighting {number}, from {a} to {b}"
            break
    else:
        result = option
    return result


def verify(
    answer: str,
    got_up: int,
    closed: int,
    seen: list[tuple[int, int]],
    minutes: int,
    options: dict[str, tuple[int, int]],
) -> bool:
    """Cross out every minute in which somebody saw them, and count what is left of the span."""
    day = {100 * hour + minute for hour in range(24) for minute in range(60)}
    free = {time for time in day if got_up <= time < closed}
    for a, b in seen:
        free -= set(range(a, b))
    start, end = options[answer]
    span = {time for time in day if start <= time < end}
    return span <= free and len(span) >= minutes

"""TimeIntervals: how much time passes between two moments."""

import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from r1ci_env.envs.answers import BadAnswer, integer, word
from r1ci_env.task import Problem, Task

MONTHS = "January February March April May June July August September October November December".split()
KINDS = {
    1: ("HH:MM", "D days"),
    2: ("HH:MM", "HH:MM:SS", "D days"),
    3: ("HH:MM:SS", "HH:MM:SS.mmm", "D days", "D days, HH:MM"),
    4: ("HH:MM:SS.mmm", "D days", "D days, HH:MM", "D days, HH:MM:SS"),
    5: ("D days, HH:MM:SS",),
}
DAYS = {1: 30, 2: 100, 3: 400, 4: 5_000, 5: 200_000}


class TimeIntervals(Task):
    """Find the time between two moments.

    Description:
        Two times of a day, two dates, or two dates with times, also in different time zones, are given; the time
        between them is asked for in a stated form.

    Answer format:
        As the question says: ``HH:MM``, ``HH:MM:SS``, ``HH:MM:SS.mmm``, ``D days``, ``D days, HH:MM`` or
        ``D days, HH:MM:SS``.

    Levels:
        Times with minutes and dates up to 30 days apart at level 1; the original's defaults (up to 100 days) at level
        2; milliseconds at level 3; time zones and up to 200,000 days at level 5.

    Check:
        The duration must be exact. Leading zeros do not matter, nor does the word ``day`` or ``days``.

    Source and deviations:
        Reasoning-Gym time_intervals, whose stored milliseconds are sometimes cut short by floating point. Times of one
        day never pass midnight, so that the answer is certain.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the form of the answer, then two moments that fit it."""
        form = rng.choice(KINDS[level])
        if "days" not in form:
            first, second = sorted(rng.sample(range(24 * 3600 * 1000), 2))
            unit = _unit(form)
            first, second = first // unit * unit, second // unit * unit + unit * (second // unit == first // unit)
            second = min(second, 24 * 3600 * 1000 - unit)
            duration = second - first
            text = f"{_clock(first, form)} to {_clock(second, form)} on the same day"
        else:
            text, duration = _dated(rng, level, form)
        answer = _shown(duration, form)
        question = f"How much time passes from {text}? Answer in the form <<<{form}>>>."
        return self.new_problem(level, question, {"milliseconds": duration, "form": form}, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare durations in milliseconds."""
        return _milliseconds(answer, problem.data["form"]) == problem.data["milliseconds"]

    def size(self, problem: Problem) -> float:
        """Days that two dates may lie apart."""
        return DAYS[problem.level]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of time_intervals."""
        metadata = item["metadata"]
        start, end = (datetime.fromisoformat(metadata[key]) for key in ("start_time", "end_time"))
        form = metadata["expected_format"]
        duration = (end - start) // timedelta(milliseconds=1)
        duration -= duration % _unit(form)  # what the form has no place for is dropped
        flaw = None
        if _milliseconds(item["answer"], form) != duration:
            flaw = "the stored answer is cut short by floating point"
        data = {"milliseconds": duration, "form": form}
        return self.official_problem(item["question"], data, _shown(duration, form), item["answer"], flaw)

    def program(self, problem: Problem) -> str:
        """Subtract two dates, times of a day or moments, and print the difference in its form."""
        start, end, form = self.instance(problem).values()
        if form == "D days":
            days = [f"date({int(day[:4])}, {int(day[5:7])}, {int(day[8:])})" for day in (start, end)]
            return (
                f'from datetime import date\n\nstart = {days[0]}\nend = {days[1]}\nprint((end - start).days, "days")\n'
            )
        if "days" not in form:
            pattern = {"HH:MM": "%H:%M", "HH:MM:SS": "%H:%M:%S", "HH:MM:SS.mmm": "%H:%M:%S.%f"}[form]
            moments = [f'datetime.strptime("{time}", "{pattern}")' for time in (start, end)]
        else:
            moments = [f'datetime.fromisoformat("{moment}")' for moment in (start, end)]
        seconds = "minutes, seconds = divmod(rest, 60)" if "SS" in form else "minutes = rest // 60"
        shown = (
            form.replace("D days", "{difference.days} days")
            .replace("HH:MM", "{hours:02}:{minutes:02}")
            .replace("SS", "{seconds:02}")
            .replace("mmm", "{difference.microseconds // 1000:03}")
        )
        return (
            f"from datetime import datetime\n\nstart = {moments[0]}\nend = {moments[1]}\ndifference = end - start\n"
            f'hours, rest = divmod(difference.seconds, 3600)\n{seconds}\nprint(f"{shown}")\n'
        )

    def reasons(self, problem: Problem) -> list[str] | None:
        """Go on in whole hours and then in minutes, or through the months."""
        start, end, form = self.instance(problem).values()
        rng = random.Random(problem.question)
        if form == "HH:MM":
            begin, finish = (60 * int(time[:2]) + int(time[3:]) for time in (start, end))
            hours, minutes = divmod(finish - begin, 60)
            middle = _clock((begin + 60 * hours) * 60_000, form)
            steps = [f"From {start} to {middle} it is {hours} h."] if hours else []
            steps += [f"From {middle} to {end} it is {minutes} min."] if minutes else []
            end_step = rng.choice(("Together {}.", "That makes {}.", "In all it is {}."))
            return [*steps, end_step.format(f"{hours:02}:{minutes:02}")]
        if form != "D days" or not 1 <= problem.level <= 2:
            return None
        first, second = datetime.fromisoformat(start), datetime.fromisoformat(end)
        steps, parts = [], []
        while (first.year, first.month) < (second.year, second.month):
            following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
            parts.append((following - first).days)
            steps.append(f"From {_day(first)} to {_day(following)}: {parts[-1]} days.")
            first = following
        parts.append((second - first).days)
        steps.append(f"From {_day(first)} to {_day(second)}: {parts[-1]} days.")
        if len(parts) == 1:
            return steps
        return [*steps, f"{rng.choice(('Together', 'In all'))} {' + '.join(map(str, parts))} = {sum(parts)} days."]


def _dated(rng: random.Random, level: int, form: str) -> tuple[str, int]:
    """Return two dates, with times where ``form`` has them, as text, and the milliseconds between them."""
    first = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(30_000))
    second = first + timedelta(days=rng.randint(1, DAYS[level]))
    if form == "D days":
        return f"{_day(first)} to {_day(second)}", (second - first) // timedelta(milliseconds=1)
    step = 60 if form.endswith("HH:MM") else 1
    first += timedelta(seconds=rng.randrange(0, 86_400, step))
    second += timedelta(seconds=rng.randrange(0, 86_400, step))
    if level < 5:
        pattern = "%H:%M" if step == 60 else "%H:%M:%S"
        texts = [f"{_day(moment)} at {moment.strftime(pattern)}" for moment in (first, second)]
    else:
        zones = [timezone(timedelta(hours=rng.randint(-11, 12))) for _ in range(2)]
        moments = [moment.astimezone(zone) for moment, zone in zip((first, second), zones, strict=True)]
        texts = [f"{_day(m)} at {m.strftime('%H:%M:%S')} UTC{m.strftime('%z')}" for m in moments]
    return f"{texts[0]} to {texts[1]}", (second - first) // timedelta(milliseconds=1)


def _unit(form: str) -> int:
    """Return the milliseconds of the smallest unit in a form."""
    return {"D days": 86_400_000, "HH:MM": 60_000, "HH:MM:SS": 1_000, "HH:MM:SS.mmm": 1}[form.removeprefix("D days, ")]


def _day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _clock(milliseconds: int, form: str) -> str:
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds, rest = divmod(rest, 1_000)
    text = f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"
    return text[: {"HH:MM": 5, "HH:MM:SS": 8, "HH:MM:SS.mmm": 12}[form]]


def _shown(milliseconds: int, form: str) -> str:
    if "days" not in form:
        return _clock(milliseconds, form)
    days, rest = divmod(milliseconds, 86_400_000)
    clock = form.removeprefix("D days").removeprefix(", ")
    return f"{days} days" + (f", {_clock(rest, clock)}" if clock else "")


def _milliseconds(text: str, form: str) -> int:
    """Read a duration in the form that the question asks for."""
    if form == "D days":
        return integer(text, "day") * 86_400_000
    clock = r"(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,3})0{0,6})?)?"
    days = r"(\d{1,7}|\d{1,3}(?:[, ]\d{3}){1,2}) days?"
    match = re.fullmatch(rf"(?:{days}(?:,? and |, ?| |$))?(?:{clock})?", word(text), re.ASCII)
    if not match:
        raise BadAnswer("not a duration")
    days, hours, minutes, seconds, part = match.groups()
    parts = [int(re.sub("[, ]", "", days or "0")) * 24 + int(hours or 0), int(minutes or 0), int(seconds or 0)]
    if (days is None and "days" in form) or parts[1] > 59 or parts[2] > 59:
        raise BadAnswer("not of the form asked for")
    return (parts[0] * 3600 + parts[1] * 60 + parts[2]) * 1000 + int((part or "").ljust(3, "0"))


def read(question: str) -> dict[str, Any]:
    """Read the two moments in the ISO format, and the form of the answer."""
    form = re.search(r"form <<<(.*)>>>", question)[1]
    if "same day" in question:
        start, end = re.findall(r"\d\d:\d\d[:.\d]*", question)
        return {"start": start, "end": end, "form": form}
    moments = []
    pattern = r"(\d+) ([A-Z]\w+) (\d{4})(?: at ([:\d]+))?(?: UTC([+-]\d\d)(\d\d))?"
    for day, month, year, time, hours, minutes in re.findall(pattern, question):
        zone = f"{hours}:{minutes}" if hours else ""
        moments.append(f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02} {time}{zone}".rstrip())
    return {"start": moments[0], "end": moments[1], "form": form}


def solve(start: str, end: str, form: str) -> str:
    """Subtract the moments and write the difference in its form."""
    day = "" if "-" in start else "2000-01-01 "
    difference = datetime.fromisoformat(day + end) - datetime.fromisoformat(day + start)
    return _shown(difference // timedelta(milliseconds=1), form)

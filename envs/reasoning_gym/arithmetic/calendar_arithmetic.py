"""CalendarArithmetic: weekdays, recurring dates, counts of days and leap years."""

import random
import re
from calendar import isleap, monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from r1ci_env.envs.answers import integer, one_of
from r1ci_env.task import Problem, Task

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
ORDINALS = ("first", "second", "third", "fourth", "fifth", "last")
YEARS = {1: (2020, 2030), 2: (1990, 2040), 3: (1950, 2100), 4: (1600, 2400), 5: (1, 9900)}
DAYS = {1: 30, 2: 100, 3: 400, 4: 4_000, 5: 200_000}
KINDS = ("offset", "weekday", "new_year", "recurring", "count_weekday", "business_days", "leap_years")
UNITS = {"count_weekday": ("time",), "business_days": ("day", "business day"), "leap_years": ("leap year", "year")}


class CalendarArithmetic(Task):
    """Answer a question about the Gregorian calendar.

    Description:
        One of seven kinds: the weekday some days before or after a date, the weekday of a date, the weekday of a
        date when that of New Year's Day is given, the day of a month on which an event recurs, how often a weekday
        occurs between two dates, the number of business days between them, and the number of leap years in a range.

    Answer format:
        A weekday in English, or an integer.

    Levels:
        Spans of up to 30 days in 2020 to 2030 at level 1, of 100 days (the original's default) at level 2, of up to
        200,000 days in the years 1 to 9900 at level 5.

    Check:
        The weekday or integer must be right. A recurring day that does not exist is -1.

    Source and deviations:
        Reasoning-Gym calendar_arithmetic, which asks whether one year is a leap year; here leap years are counted.
        Both ends of every range belong to it, and the question says so.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a kind and its dates."""
        kind = rng.choice(KINDS)
        start = _random_date(rng, level)
        end = start + timedelta(days=rng.randint(DAYS[level] // 3, DAYS[level]))
        weekday = rng.choice(WEEKDAYS)
        match kind:
            case "offset":
                days = (end - start).days * rng.choice((1, -1))
                when = "after" if days > 0 else "before"
                today = WEEKDAYS[start.weekday()]
                text = f"{_shown(start)} is a {today}. Which weekday is {abs(days)} days {when} that date?"
                answer = WEEKDAYS[(start.weekday() + days) % 7]
            case "weekday":
                text, answer = f"Which weekday is {_shown(start)}?", WEEKDAYS[start.weekday()]
            case "new_year":
                leap = "a leap year" if isleap(start.year) else "a common year"
                first = WEEKDAYS[date(start.year, 1, 1).weekday()]
                shown = f"{MONTHS[start.month - 1]} {start.day}"
                text = f"In {leap} January 1 is a {first}. Which weekday is {shown} of that year?"
                answer = WEEKDAYS[start.weekday()]
            case "recurring":
                ordinal = rng.choice(ORDINALS)
                month = f"{MONTHS[start.month - 1]} {start.year}"
                text = (
                    f"On which day of the month does the {ordinal} {weekday} of {month} fall? If there is none, say -1."
                )
                answer = str(recurring_day(start.year, start.month, ordinal, weekday))
            case "count_weekday":
                text = f"How often does a {weekday} occur from {_shown(start)} to {_shown(end)}, both dates included?"
                answer = str(count_weekdays(start, end, {WEEKDAYS.index(weekday)}))
            case "business_days":
                text = (
                    f"How many days from {_shown(start)} to {_shown(end)}, both dates included, are Mondays to Fridays?"
                )
                answer = str(count_weekdays(start, end, set(range(5))))
            case _:
                last = min(start.year + DAYS[level], 9999)
                text = f"How many leap years are there from {start.year} to {last}, both years included?"
                answer = str(sum(map(isleap, range(start.year, last + 1))))
        unit = "weekday" if answer in WEEKDAYS else "integer"
        question = f"In the Gregorian calendar: {text} Answer as <<<{unit}>>>."
        return self.new_problem(level, question, {"kind": kind, "answer": answer}, answer)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the weekday, the word or the integer."""
        right = problem.data["answer"]
        if right in WEEKDAYS:
            return one_of(answer, *WEEKDAYS) == right
        if right in ("Yes", "No"):
            return one_of(answer, "Yes", "No") == right
        return integer(answer, *UNITS.get(problem.data["kind"], ())) == int(right)

    def size(self, problem: Problem) -> float:
        """Days that a span may take."""
        return DAYS[problem.level]

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of calendar_arithmetic."""
        answer = _official_answer(item["metadata"], item["question"]) or item["answer"]
        data = {"kind": item["metadata"]["task"], "answer": answer}
        return self.official_problem(item["question"], data, answer, gold=item["answer"])


def _official_answer(metadata: Mapping[str, Any], question: str) -> str | None:
    """Work out the answer of an original entry; None where its instance is not stored."""
    start, end = (date.fromisoformat(metadata[k]) if k in metadata else None for k in ("start_date", "end_date"))
    match metadata["task"]:
        case "weekday_offset" | "weekday_of_date":
            return WEEKDAYS[date.fromisoformat(metadata["target_date"]).weekday()]
        case "weekday_of_date_from_first_date":
            return WEEKDAYS[(WEEKDAYS.index(metadata["first_day"]) + metadata["delta_days"]) % 7]
        case "recurring_event_day":
            ordinal, weekday = metadata["ordinal"], metadata["weekday"]
            return str(recurring_day(metadata["year"], metadata["month"], ordinal, weekday))
        case "count_business_days" if start and end:
            return str(count_weekdays(start, end, set(range(5))))
        case "count_days" if start and end:
            asked = set(re.findall(rf"({'|'.join(WEEKDAYS)})s?\b(?!,)", question))
            return str(count_weekdays(start, end, {WEEKDAYS.index(asked.pop())})) if len(asked) == 1 else None
        case "is_leap_year":
            return "Yes" if isleap(metadata["year"]) else "No"
    return None


def _random_date(rng: random.Random, level: int) -> date:
    low, high = YEARS[level]
    latest = date(high, 12, 31).toordinal() - DAYS[level]
    earliest = date(low, 1, 1).toordinal() + (DAYS[level] if level == 5 else 0)
    return date.fromordinal(rng.randint(earliest, latest))


def _shown(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def recurring_day(year: int, month: int, ordinal: str, weekday: str) -> int:
    """Return the day of the month of, say, the third Friday; -1 if there is none."""
    first, length = monthrange(year, month)
    days = list(range(1 + (WEEKDAYS.index(weekday) - first) % 7, length + 1, 7))
    if ordinal == "last":
        return days[-1]
    index = ORDINALS.index(ordinal)
    return days[index] if index < len(days) else -1


def count_weekdays(start: date, end: date, wanted: set[int]) -> int:
    """Return how many days from ``start`` to ``end``, both included, fall on the wanted weekdays (Monday is 0)."""
    weeks, rest = divmod((end - start).days + 1, 7)
    return weeks * len(wanted) + sum((start.weekday() + i) % 7 in wanted for i in range(rest))


def solve(question: str) -> str:
    """Read the dates and names, tell the kind by its wording, and ask the calendar."""
    dates = [
        date(int(year), MONTHS.index(month) + 1, int(day))
        for month, day, year in re.findall(rf"({'|'.join(MONTHS)}) (\d+), (\d+)", question)
    ]
    if match := re.search(r"weekday is (\d+) days (after|before)", question):
        stated = WEEKDAYS.index(re.search(r"is a (\w+)\. Which", question)[1])
        return WEEKDAYS[(stated + int(match[1]) * (1 if match[2] == "after" else -1)) % 7]
    if match := re.search(r"In a (leap|common) year January 1 is a (\w+)\. Which weekday is (\w+) (\d+)", question):
        year = 2024 if match[1] == "leap" else 2023
        passed = date(year, MONTHS.index(match[3]) + 1, int(match[4])).timetuple().tm_yday - 1
        return WEEKDAYS[(WEEKDAYS.index(match[2]) + passed) % 7]
    if match := re.search(r"does the (\w+) (\w+) of (\w+) (\d+) fall", question):
        return str(recurring_day(int(match[4]), MONTHS.index(match[3]) + 1, match[1], match[2]))
    if match := re.search(r"does a (\w+) occur", question):
        return str(count_weekdays(dates[0], dates[1], {WEEKDAYS.index(match[1])}))
    if "Mondays to Fridays" in question:
        return str(count_weekdays(dates[0], dates[1], set(range(5))))
    if match := re.search(r"leap years are there from (\d+) to (\d+)", question):
        return str(sum(map(isleap, range(int(match[1]), int(match[2]) + 1))))
    return WEEKDAYS[dates[0].weekday()]

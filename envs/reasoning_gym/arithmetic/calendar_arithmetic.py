"""CalendarArithmetic: weekdays, recurring dates, counts of days and leap years."""

import random
import re
from calendar import isleap, monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from r1ci_env.envs.answers import integer, one_of
from r1ci_env.programs import literal
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
        given: list[Any]
        start = _random_date(rng, level)
        end = start + timedelta(days=rng.randint(DAYS[level] // 3, DAYS[level]))
        weekday = rng.choice(WEEKDAYS)
        match kind:
            case "offset":
                days = (end - start).days * rng.choice((1, -1))
                when = "after" if days > 0 else "before"
                today = WEEKDAYS[start.weekday()]
                text = f"{_shown(start)} is a {today}. Which weekday is {abs(days)} days {when} that date?"
                given = [start.isoformat(), days]
            case "weekday":
                text, given = f"Which weekday is {_shown(start)}?", [start.isoformat()]
            case "new_year":
                leap = "a leap year" if isleap(start.year) else "a common year"
                first = WEEKDAYS[date(start.year, 1, 1).weekday()]
                shown = f"{MONTHS[start.month - 1]} {start.day}"
                text = f"In {leap} January 1 is a {first}. Which weekday is {shown} of that year?"
                given = [first, isleap(start.year), start.month, start.day]
            case "recurring":
                ordinal = rng.choice(ORDINALS)
                month = f"{MONTHS[start.month - 1]} {start.year}"
                text = (
                    f"On which day of the month does the {ordinal} {weekday} of {month} fall? If there is none, say -1."
                )
                given = [start.year, start.month, ordinal, weekday]
            case "count_weekday":
                text = f"How often does a {weekday} occur from {_shown(start)} to {_shown(end)}, both dates included?"
                given = [start.isoformat(), end.isoformat(), [WEEKDAYS.index(weekday)]]
            case "business_days":
                text = (
                    f"How many days from {_shown(start)} to {_shown(end)}, both dates included, are Mondays to Fridays?"
                )
                given = [start.isoformat(), end.isoformat(), [0, 1, 2, 3, 4]]
            case _:
                last = min(start.year + DAYS[level], 9999)
                text = f"How many leap years are there from {start.year} to {last}, both years included?"
                given = [start.year, last]
        answer = solve(kind, given)
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

    def program(self, problem: Problem) -> str:
        """Ask Python's calendar."""
        kind, given = self.instance(problem).values()
        match kind:
            case "offset":
                sign = "-" if given[1] < 0 else "+"
                return (
                    f"from datetime import date, timedelta\n\nday = {_typed(given[0])} {sign} "
                    f'timedelta(days={abs(given[1])})\nprint(day.strftime("%A"))\n'
                )
            case "weekday":
                return f'from datetime import date\n\nprint({_typed(given[0])}.strftime("%A"))\n'
            case "new_year":
                first, leap, month, day = given
                year, why = (2024, "a leap year") if leap else (2023, "a common year")
                return (
                    f"from datetime import date\n\nweekdays = {literal(list(WEEKDAYS))}\n"
                    f"passed = date({year}, {month}, {day}) - date({year}, 1, 1)  # {year} is {why}\n"
                    f'print(weekdays[(weekdays.index("{first}") + passed.days) % 7])\n'
                )
            case "recurring":
                year, month, ordinal, weekday = given
                index = WEEKDAYS.index(weekday)
                shown = {"last": "days[-1]", "fifth": "days[4] if len(days) > 4 else -1"}
                return (
                    f"from calendar import monthcalendar\n\nweeks = monthcalendar({year}, {month})\n"
                    f"days = [week[{index}] for week in weeks if week[{index}] > 0]  # the {weekday}s\n"
                    f"print({shown.get(ordinal, f'days[{ORDINALS.index(ordinal)}]')})\n"
                )
            case "leap_years":
                return (
                    "from calendar import isleap\n\n"
                    f"print(sum(isleap(year) for year in range({given[0]}, {given[1] + 1})))\n"
                )
        wanted = f"day.weekday() == {given[2][0]}" if len(given[2]) == 1 else "day.weekday() < 5"
        return (
            f"from datetime import date, timedelta\n\nday = {_typed(given[0])}\nend = {_typed(given[1])}\n"
            f"count = 0\nwhile day <= end:\n    if {wanted}:\n        count += 1\n    day += timedelta(days=1)\n"
            "print(count)\n"
        )

    def reasons(self, problem: Problem) -> list[str] | None:
        """Leave out whole weeks, or name the leap years."""
        kind, given = self.instance(problem).values()
        rng, answer = random.Random(problem.question), solve(kind, given)
        if kind == "offset" and 1 <= problem.level <= 3:
            weeks, rest = divmod(abs(given[1]), 7)
            today = WEEKDAYS[date.fromisoformat(given[0]).weekday()]
            way = "after" if given[1] > 0 else "before"
            shown = [f"{n} {unit}{'s' * (n != 1)}" for n, unit in ((weeks, "week"), (rest, "day")) if n]
            same = rng.choice(("whole weeks lead to the same weekday", "whole weeks change nothing"))
            end = f"{shown[-1]} {way} a {today} it is a {answer}." if rest else f"So it is a {answer} again."
            return [f"{abs(given[1])} days are {' and '.join(shown)}; {same}.", end]
        if kind == "leap_years" and given[1] - given[0] <= 40:
            years = [str(year) for year in range(given[0], given[1] + 1) if isleap(year)]
            common = [year for year in range(given[0], given[1] + 1) if year % 100 == 0 and not isleap(year)]
            every = "Every year that 4 divides is a leap year, but of those that 100 divides only every fourth."
            rule = "A year is a leap year if 4 divides it, unless 100 does and 400 does not."
            steps = [rng.choice((every, rule))]
            steps += [f"{year} is none, as 100 divides it and 400 does not." for year in common]
            return [*steps, f"In the range: {', '.join(years)}.", f"That makes {answer}."]
        return None


def _official_answer(metadata: Mapping[str, Any], question: str) -> str | None:
    """Work out the answer of an original entry; None where its instance is not stored."""
    start, end = metadata.get("start_date"), metadata.get("end_date")
    match metadata["task"]:
        case "weekday_offset" | "weekday_of_date":
            return solve("weekday", [metadata["target_date"]])
        case "weekday_of_date_from_first_date":
            return WEEKDAYS[(WEEKDAYS.index(metadata["first_day"]) + metadata["delta_days"]) % 7]
        case "recurring_event_day":
            return solve("recurring", [metadata[key] for key in ("year", "month", "ordinal", "weekday")])
        case "count_business_days" if start and end:
            return solve("business_days", [start, end, [0, 1, 2, 3, 4]])
        case "count_days" if start and end:
            asked = set(re.findall(rf"({'|'.join(WEEKDAYS)})s?\b(?!,)", question))
            return solve("count_weekday", [start, end, [WEEKDAYS.index(asked.pop())]]) if len(asked) == 1 else None
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


def _typed(day: str) -> str:
    year, month, day = day.split("-")
    return f"date({int(year)}, {int(month)}, {int(day)})"


def read(question: str) -> dict[str, Any]:
    """Read the dates and names, and tell the kind by its wording."""
    months = "January February March April May June July August September October November December".split()
    dates = [
        f"{int(year):04}-{months.index(month) + 1:02}-{int(day):02}"
        for month, day, year in re.findall(r"([A-Z][a-z]+) (\d+), (\d+)", question)
    ]
    if match := re.search(r"weekday is (\d+) days (after|before)", question):
        return {"kind": "offset", "given": [*dates, int(match[1]) * (1 if match[2] == "after" else -1)]}
    if match := re.search(r"In a (leap|common) year January 1 is a (\w+)\. Which weekday is (\w+) (\d+)", question):
        given = [match[2], match[1] == "leap", months.index(match[3]) + 1, int(match[4])]
        return {"kind": "new_year", "given": given}
    if match := re.search(r"does the (\w+) (\w+) of (\w+) (\d+) fall", question):
        return {"kind": "recurring", "given": [int(match[4]), months.index(match[3]) + 1, match[1], match[2]]}
    if match := re.search(r"does a (\w+) occur", question):
        return {"kind": "count_weekday", "given": [*dates, [WEEKDAYS.index(match[1])]]}
    if "Mondays to Fridays" in question:
        return {"kind": "business_days", "given": [*dates, [0, 1, 2, 3, 4]]}
    if match := re.search(r"leap years are there from (\d+) to (\d+)", question):
        return {"kind": "leap_years", "given": [int(match[1]), int(match[2])]}
    return {"kind": "weekday", "given": dates}


def solve(kind: str, given: list[Any]) -> str:
    """Ask the calendar for the weekday, the day or the count."""
    match kind:
        case "offset":
            day = date.fromisoformat(given[0]) + timedelta(days=given[1])
            return WEEKDAYS[day.weekday()]
        case "weekday":
            return WEEKDAYS[date.fromisoformat(given[0]).weekday()]
        case "new_year":
            first, leap, month, day = given
            passed = date(2024 if leap else 2023, month, day).timetuple().tm_yday - 1
            return WEEKDAYS[(WEEKDAYS.index(first) + passed) % 7]
        case "recurring":
            year, month, ordinal, weekday = given
            begin, length = monthrange(year, month)
            days = list(range(1 + (WEEKDAYS.index(weekday) - begin) % 7, length + 1, 7))
            index = -1 if ordinal == "last" else ORDINALS.index(ordinal)
            return str(days[index] if index < len(days) else -1)
        case "leap_years":
            return str(sum(map(isleap, range(given[0], given[1] + 1))))
    start, end = map(date.fromisoformat, given[:2])
    weeks, rest = divmod((end - start).days + 1, 7)
    return str(weeks * len(given[2]) + sum((start.weekday() + i) % 7 in given[2] for i in range(rest)))

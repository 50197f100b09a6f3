"""DateUnderstanding: a date worked out from a short story."""

import calendar
import random
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, letter, read_options
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.task import Problem

MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
HOLIDAYS = {
    "Christmas Eve": (12, 24),
    "Christmas Day": (12, 25),
    "New Year's Eve": (12, 31),
    "New Year's Day": (1, 1),
    "Halloween": (10, 31),
    "Valentine's Day": (2, 14),
    "Independence Day": (7, 4),
    "Christmas": (12, 25),
}
WEDDINGS = {"silver": 25, "pearl": 30, "ruby": 40, "golden": 50, "gold": 50, "diamond": 60}
PLACES = "museum library theatre bakery stadium station harbour market school bridge garden zoo".split()
EVENTS = {1: 0, 2: 0, 3: 1, 4: 3, 5: 8}
"""How many events lie between the date that is told and today."""


MOST_COUNTED = 70
"""Days that are counted in words; more are left to a program."""

Told = tuple[Any, ...]
"""``("day", year, month, day)``, ``("last day", year, month)``, ``("weekday", year, month, nth, weekday)``."""

Step = tuple[int, str]
"""How many days, weeks, months or years."""

Moment = tuple[Told, list[Step]]
"""A day by its distance from one that is told."""


class DateUnderstanding(MultipleChoice):
    """Work out a date.

    Description:
        A short story says how today, or events before it, lie to a known date. The date of a day so and so long before
        or after today is asked for.

    Answer format:
        The letter of one of six dates in MM/DD/YYYY, such as ``(B)``.

    Levels:
        Yesterday, today or tomorrow is told and asked for at level 1; longer spans, holidays, anniversaries, ends of
        months and quarters and weekdays at levels 2 and 3, as in the original. A chain of 8 events, told in any order,
        at level 5.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard date_understanding, with stories of our own. No month or year is counted from a day after the
        28th, where opinions differ. Original items of which no option is the date that the story gives have a flaw
        that says so, and the answer ``(none)``; a story counts only if nothing else in it speaks of time.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw today, tell it by a story, and ask for a day at some distance."""
        today = date(rng.randint(1900, 2090), rng.randint(1, 12), rng.randint(1, 28))
        story, today = _story(rng, today, level)
        units = ("day",) if level == 1 else ("day", "week") if today.day > 28 else ("day", "week", "month", "year")
        unit = rng.choice(units)
        count = rng.randint(1, {"day": 12, "week": 8, "month": 10, "year": 12}[unit] * level)
        asked = f"{count} {unit}{'s' * (count > 1)}"
        words, sign = rng.choice(((f"{asked} ago", -1), (f"{asked} from today", 1)))
        if level == 1 and rng.random() < 0.5:
            words, count, sign = rng.choice((("yesterday", 1, -1), ("today", 0, 1), ("tomorrow", 1, 1)))
            unit = "day"
        right = shifted(today, sign * count, unit)
        text = f"{story} What is the date {words} in MM/DD/YYYY?"
        options = _options(rng, right, sign * count, unit, level)
        return self.choice_problem(level, text, options, _text(right), {"events": EVENTS[level]})

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Find the date that is asked for, and look it up among the options."

    def program(self, problem: Problem) -> str | None:
        """Write the story as lines of ``datetime``; of an original, which may count from a 31st, solve it as it is."""
        if not problem.level:
            return super().program(problem)
        told, steps, asked, options = self.instance(problem).values()
        here = "told" if steps else "today"
        lines = _told_lines(here, told)
        for count, unit in steps:
            lines += _step_lines("today", here, count, unit)
            here = "today"
        lines += _step_lines("asked", "today", *asked)
        marks = "".join(f'    "{option}": "{mark}",\n' for mark, option in options.items())
        imports = "date, timedelta" if any("timedelta" in line for line in lines) else "date"
        return (
            f"from datetime import {imports}\n\n" + "\n".join(lines) + f"\noptions = {{\n{marks}}}\n"
            'print(options[asked.strftime("%m/%d/%Y")])\n'
        )

    def verification(self, problem: Problem, answer: str) -> str | None:
        """Return a program that goes back from the answer to the day that is told."""
        told, steps, asked, options = self.instance(problem).values()
        answered = _told_date(options.get(answer, answer))
        if answered is None or not problem.level:
            return super().verification(problem, answer)
        lines = _told_lines("day", ("day", answered.year, answered.month, answered.day))
        for count, unit in [asked, *reversed(steps)]:
            lines += _step_lines("day", "day", -count, unit)
        if told[0] == "weekday":
            lines.append(f"print((day.year, day.month, (day.day - 1) // 7, day.weekday()) == {told[1:]})")
        else:
            lines += [*_told_lines("told", told), "print(day == told)"]
        imports = "date, timedelta" if any("timedelta" in line for line in lines) else "date"
        return f"from datetime import {imports}\n\n" + "\n".join(lines) + "\n"

    def reasons(self, problem: Problem) -> list[str] | None:
        """Go from the day that is told to today, and from there to the day asked for."""
        told, steps, asked, options = self.instance(problem).values()
        counted = [7 * abs(count) if unit == "week" else abs(count) for count, unit in [*steps, asked]]
        if told[0] == "weekday" or len(steps) > 1 or max(counted) > MOST_COUNTED:
            return None
        rng = random.Random(problem.question)
        day = day_told(told)
        today_is = rng.choice(("Today is {}.", "So today is {}.", "That makes today {}."))
        said = []
        for count, unit in steps:
            reckoned = _reckoned(day, count, unit)
            day = shifted(day, count, unit)
            said += [*reckoned, today_is.format(_long(day))] if reckoned else []
        said = said or [f"Today is {_long(day)}."]
        reckoned = _reckoned(day, *asked) if asked[0] else []
        day = shifted(day, *asked)
        mark = next(mark for mark, option in options.items() if option == _text(day))
        written = rng.choice(("In the form MM/DD/YYYY", "Written as asked", "In digits"))
        return [*said, *reckoned, f"{written}: {_text(day)}, option {mark[1]}."]

    def size(self, problem: Problem) -> float:
        """Level of the story, by its events."""
        return problem.data["events"] + len(problem.question.split("\nOptions")[0]) / 1_000

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question, and compare them with the date that the story gives."""
        question, gold = str(item["input"]), str(item["target"])
        options = read_options(question)
        told = _asked(question, guess=False)
        found = told and _certain(told[0], [*told[1], told[2]])
        dates = [_told_date(option) for option in options]
        if found and None not in dates and found not in dates:
            flaw = f"none of the options is the date that the story gives, {_text(found)}"
            return self.official_problem(question, {"options": options}, "(none)", gold=gold, flaw=flaw)
        right = [
            letter(options, option) for option, date in zip(options, dates, strict=True) if found and date == found
        ]
        return original_problem(self, item, {"options": options}, right)


def _told_lines(name: str, told: Told) -> list[str]:
    """Return the line of a program that sets the day that is told."""
    kind, year, month, *rest = told
    if kind == "day":
        return [f"{name} = date({year}, {month}, {rest[0]})"]
    if kind == "last day":
        following = (year, month + 1) if month < 12 else (year + 1, 1)
        return [f"{name} = date({following[0]}, {following[1]}, 1) - timedelta(days=1)"]
    nth, weekday = rest
    later = f" + {7 * nth}" if nth else ""
    return [
        f"first = date({year}, {month}, 1)",
        f"until = ({weekday} - first.weekday()) % 7{later}  # 0 is Monday",
        f"{name} = first + timedelta(days=until)",
    ]


def _step_lines(name: str, start: str, count: int, unit: str) -> list[str]:
    """Return the lines of a program that set a day by its distance from another."""
    sign, count = "-" if count < 0 else "+", abs(count)
    if unit == "year":
        return [f"{name} = {start}.replace(year={start}.year {sign} {count})"]
    if unit == "month":
        return [
            f"months = {start}.year * 12 + {start}.month - 1 {sign} {count}",
            f"{name} = {start}.replace(year=months // 12, month=months % 12 + 1)",
        ]
    if not count:
        return [] if name == start else [f"{name} = {start}"]
    step = f"timedelta({unit}s={count})"
    return [f"{name} {sign}= {step}" if name == start else f"{name} = {start} {sign} {step}"]


def _reckoned(day: date, count: int, unit: str) -> list[str]:
    """Say how one gets from a day to another by the ends of months between them."""
    end = shifted(day, count, unit)
    way = f"{abs(count)} {unit}{'s' * (abs(count) > 1)} {'after' if count > 0 else 'before'}"
    said = []
    if unit == "week":
        said.append(f"{abs(count)} week{'s are' if abs(count) > 1 else ' is'} {7 * abs(count)} days.")
    if unit in ("day", "week"):
        for year, month in _month_ends(min(day, end), max(day, end)):
            last = last_day(year, month)
            said.append(f"{MONTHS[month - 1]}{f' {year}' * (month == 2)} has {last.day} days.")
    return [*said, f"{way} {_long(day)} is {_long(end)}."]


def _month_ends(first: date, last: date) -> list[tuple[int, int]]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month - 1)
    return [(month // 12, month % 12 + 1) for month in months]


def _options(rng: random.Random, right: date, count: int, unit: str, level: int) -> list[str]:
    """Return six dates that lie a little or a plausible error apart; the right one may be any of them.

    Stories of levels 1 and 3 tell the days, or the year, that the right one lies near: there all options do.
    """
    months, days = {"day": (0, count), "week": (0, 7 * count), "month": (count, 0), "year": (12 * count, 0)}[unit]
    while True:
        apart = {(0, 0), rng.choice(((months, days), (2 * months, 2 * days), (0, 1)))}
        while len(apart) < 6:
            near = rng.choice(sorted(apart))
            step = rng.choice((-2, -1, 1, 2))
            further = {1: (), 3: ((0, 7 * step),)}.get(level, ((0, 7 * step), (step, 0), (12 * step, 0)))
            month, day = rng.choice(((0, step), (0, step), *further))
            apart.add((near[0] + month, near[1] + day))
        here = rng.choice(sorted(apart))
        options = {
            _text(shifted(shifted(right, month - here[0], "month"), day - here[1], "day")) for month, day in apart
        }
        if len(options) == 6:
            return rng.sample(sorted(options), 6)


def _story(rng: random.Random, today: date, level: int) -> tuple[str, date]:
    """Return a story and the day that it makes today: at levels 2 and 3 the nearest that it can tell."""
    day = timedelta(days=1)
    if level == 1:
        stories = (
            f"Today is {_long(today)}.",
            f"Yesterday was {_long(today - day)}.",
            f"Tomorrow is {_text(today + day)}.",
            f"The day before yesterday was {_long(today - 2 * day)}.",
            f"The day after tomorrow is {_text(today + 2 * day)}.",
        )
        return rng.choice(stories), today
    if level == 2:
        count = rng.randint(2, 40)
        years = rng.choice((5, 10, 25, 40))
        stories = (
            f"It was {_long(today - count * day)} {count} days ago.",
            f"The deadline is {_long(today + count * day)}, which is {count} days away from now.",
            f"A bridge was opened on {_long(shifted(today, -years, 'year'))}. Today is its {years}-year anniversary.",
            f"The match was planned for {_text(today - count * day)}, but it was delayed by {count} days to today.",
            f"Vera moved house on {_long(today - 3 * count * day)}. {3 * count} days have passed since then.",
        )
        return rng.choice(stories), today
    if level == 3:
        month, year, quarter = today.month, today.year, (today.month + 2) // 3
        nth, weekday = rng.randrange(4), rng.randrange(7)
        holiday = rng.choice(list(HOLIDAYS)[:7])
        stories_and_days = (
            (f"Today is the last day of {MONTHS[month - 1]} {year}.", last_day(year, month)),
            (f"Today is the last day of the {ORDINALS[quarter - 1]} quarter of {year}.", last_day(year, 3 * quarter)),
            (
                f"Today is the {ORDINALS[nth]} {DAYS[weekday]} of {MONTHS[month - 1]} {year}.",
                nth_weekday(year, month, nth, weekday),
            ),
            (f"Today is {holiday} of {year}.", date(year, *HOLIDAYS[holiday])),
        )
        story, today = rng.choice(stories_and_days)
        return story, today
    names = rng.sample(PLACES, EVENTS[level])
    dates = [today - rng.randint(3, 60) * day]
    lines = [f"Today is {(today - dates[0]).days} days after the opening of the {names[0]}."]
    for i, (name, other) in enumerate(zip(names[1:], names, strict=False)):
        count, unit = rng.choice(((rng.randint(2, 90), "day"), (rng.randint(2, 12), "week")))
        sign = rng.choice((1, -1))
        dates.append(shifted(dates[i], sign * count, unit))
        lines.append(f"The {other} was opened {count} {unit}s {'before' if sign > 0 else 'after'} the {name}.")
    lines.append(f"The {names[-1]} was opened on {_long(dates[-1])}.")
    if level == 5:
        rng.shuffle(lines)
    return " ".join(lines), today


def _long(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def _text(day: date) -> str:
    return f"{day.month:02}/{day.day:02}/{day.year}"


def _told_date(text: str) -> date | None:
    """Return the date that an option is; None if it is none."""
    try:
        return datetime.strptime(text, "%m/%d/%Y").date()
    except ValueError:
        return None


def shifted(day: date, count: int, unit: str) -> date:
    """Return the day ``count`` units later; a day that its month lacks becomes the last one of the month."""
    if unit in ("day", "week"):
        return day + timedelta(**{f"{unit}s": count})
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    last = last_day(months // 12, months % 12 + 1)
    return last.replace(day=min(day.day, last.day))


def last_day(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """Return the ``nth`` such weekday of a month, counted from 0; the last one for -1."""
    days = [week[weekday] for week in calendar.monthcalendar(year, month) if week[weekday]]
    return date(year, month, days[nth])


_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb\w*|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_ORDINAL = rf"(?P<nth>{'|'.join(ORDINALS)}|last|\d+(?:st|nd|rd|th))"
_OF_YEAR = r"(?:,| of| in)* (?P<year>\d{4})\b"
_DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/(?P<year>\d{4}))?\b",
        rf"\b{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?:of )?(?P<year>\d{{4}})\b)?",
        rf"\b(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:day )?(?:of )?{_MONTH}(?:{_OF_YEAR})?",
        rf"(?:the )?{_ORDINAL} day of the (?P<of>{'|'.join(ORDINALS)}|last) (?P<span>quarter|month){_OF_YEAR}",
        rf"(?:the )?{_ORDINAL} day{_OF_YEAR}",
        rf"(?:the )?{_ORDINAL} day of {_MONTH}{_OF_YEAR}",
        rf"(?:the )?{_ORDINAL} (?P<weekday>{'|'.join(DAYS)})(?: (?:of|in) {_MONTH})?{_OF_YEAR}",
        rf"(?P<holiday>{'|'.join(HOLIDAYS)}){_OF_YEAR}",
        rf"(?:the )?(?:US )?(?P<holiday>Thanksgiving)(?: Day)?{_OF_YEAR}",
        rf"the (?P<holiday>palindrome) day{_OF_YEAR}",
    )
)
"""How a day is told."""


def _day(match: re.Match[str], some_year: int) -> Moment | None:
    """Return the day that a match of one of `_DAYS` tells; None if there is no such day."""
    part = match.groupdict()
    year = int(part.get("year") or some_year)
    month = next((i for i, name in enumerate(MONTHS, 1) if name[:3] == (part.get("month") or "")[:3]), 0)
    if part.get("d"):
        return _of_calendar(year, int(part.get("m") or month), int(part["d"]))
    if part.get("holiday") == "Thanksgiving":
        return ("weekday", year, 11, 3, 3), []
    if part.get("holiday") == "palindrome":  # MMDDYYYY reads the same backwards
        return _of_calendar(year, int(str(year)[:1:-1]), int(str(year)[1::-1]))
    if part.get("holiday"):
        return ("day", year, *HOLIDAYS[part["holiday"]]), []
    nth = _count(part["nth"])
    if part.get("weekday"):
        weekday = DAYS.index(part["weekday"])
        return ("weekday", year, month or (12 if nth == -1 else 1), nth - (nth > 0), weekday), []
    first, last = (month, month) if month else (1, 12)
    if part.get("span"):
        of, months = _count(part["of"]), 3 if part["span"] == "quarter" else 1
        last = 12 if of == -1 else of * months
        first = last - months + 1
    if nth == -1:
        return ("last day", year, last), []
    return ("day", year, first, 1), [(nth - 1, "day")]


def _of_calendar(year: int, month: int, day: int) -> Moment | None:
    try:
        date(year, month, day)
    except ValueError:
        return None
    return ("day", year, month, day), []


def _later(moment: Moment, count: int, unit: str) -> Moment:
    told, steps = moment
    if unit == "hour":
        count, unit = count // 24, "day"
    return told, [*steps, (count, unit)] if count else steps


def _count(word: str) -> int:
    """Read a number or an ordinal, in digits or as a word; ``last`` is -1."""
    word = word.lower()
    if digits := re.match(r"\d+", word):
        return int(digits[0])
    if word in ("a", "an", "last"):
        return -1 if word == "last" else 1
    return ORDINALS.index(word) + 1 if word in ORDINALS else NUMBERS.index(word)


def read(question: str) -> dict[str, Any]:
    """Read the day that is told, the steps from it to today, the step from there to the day asked for, and the options.

    Of a story that tells today in a way not known here, no day is told.
    """
    told, steps, asked = _asked(question, guess=True) or (None, [], None)
    options = dict(re.findall(r"^(\([A-Z]\)) (\d+/\d+/\d+)\s*$", question, re.M))
    return {"told": told, "steps": steps, "asked": asked, "options": options}


def solve(told: Told | None, steps: list[Step], asked: Step | None, options: Mapping[str, str]) -> str:
    """Count the days, weeks, months and years from the day that is told, and choose the option that is nearest."""
    if told is None or asked is None:
        return ""
    day = day_told(told)
    for count, unit in [*steps, asked]:
        day = shifted(day, count, unit)
    apart = {mark: abs(datetime.strptime(option, "%m/%d/%Y").date() - day) for mark, option in options.items()}
    return min(apart, key=lambda mark: apart[mark])


def verify(answer: str, told: Told, steps: list[Step], asked: Step, options: Mapping[str, str]) -> bool:
    """Go back from the answer to the day that is told."""
    day = datetime.strptime(options[answer], "%m/%d/%Y").date()
    for count, unit in [asked, *reversed(steps)]:
        if unit in ("day", "week"):
            day -= timedelta(**{unit + "s": count})
        else:
            months = day.year * 12 + day.month - 1 - count * (12 if unit == "year" else 1)
            day = day.replace(year=months // 12, month=months % 12 + 1)
    following = day + timedelta(days=1)
    seen = {"day": [day.day], "last day": [], "weekday": [(day.day - 1) // 7, day.weekday()]}
    last = following.day == 1 or told[0] != "last day"
    return last and list(told[1:]) == [day.year, day.month, *seen[told[0]]]


def day_told(told: Told) -> date:
    """Return the day that is told: a day of a month, its last one, or the first, second, ... of its Mondays or so."""
    kind, year, month, *rest = told
    if kind == "day":
        return date(year, month, *rest)
    return last_day(year, month) if kind == "last day" else nth_weekday(year, month, *rest)


def _certain(told: Told, steps: list[Step]) -> date | None:
    """Return the day that lies so many steps later; None if a month lacks it, where opinions may differ."""
    try:
        day = day_told(told)
        for count, unit in steps:
            later = shifted(day, count, unit)
            if unit in ("month", "year") and later.day != day.day:
                return None
            day = later
    except (LookupError, OverflowError, ValueError):
        return None  # there is no such day
    return day


def _asked(question: str, guess: bool) -> tuple[Told, list[Step], Step] | None:
    """Return the day that is told, the steps to today and from there; None if the story is not understood.

    Without ``guess`` also None where opinions may differ.
    """
    story, asked = re.search(r"(.*)What is the date (.*?) in MM/DD/YYYY", question, re.S).groups()
    try:
        today = _today(story.strip(), guess)
    except (LookupError, OverflowError, TypeError, ValueError):
        return None  # a story of another form
    if today is None:
        return None
    if asked in ("today", "tomorrow", "yesterday"):
        return *today, (("yesterday", "today", "tomorrow").index(asked) - 1, "day")
    how = re.fullmatch(r"(\w+) (hour|day|week|month|year)s? (ago|later|from)(?: (?:from )?(?:today|now))?", asked)
    if not how:
        return None
    count, unit, way = how.groups()
    steps = _count(count) * (-1 if way == "ago" else 1)
    if unit == "hour":
        return None if steps % 24 else (*today, (steps // 24, "day"))
    return *today, (steps, unit)


_TIME = re.compile(
    r"<\d+>|\b(?:\w*day|\w*days|tomorrow|week|month|quarter|year|hour|minute|ago|later|earlier|before|after|since|until|next|last|previous|old)s?\b",
    re.I,
)
"""Words of time: where some are left over beside what was read, the story is not understood in full."""


def _today(story: str, guess: bool) -> Moment | None:
    """Return the day that a story makes today.

    With ``guess``, also where part of the story is not understood or its count is open to debate; the only day it
    tells, if nothing else is clear.
    """
    years = re.findall(r"\b(?:1[5-9]|20)\d\d\b", story)
    some_year = int(years[0]) if years else 2000
    days: list[Moment] = []

    def marked(match: re.Match[str]) -> str:
        day = _day(match, some_year)
        if day is None:
            return match[0]
        days.append(day)
        return f"<{len(days) - 1}>"

    text = story
    if re.search(r"day before the month", text):
        text = re.sub(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b", r"\2/\1/\3", text)
    text = re.sub(r"[^.]*day before the month[^.]*\.\s*|In the US, Thanksgiving is on[^.]*\.\s*", "", text)
    for told in _DAYS:
        text = told.sub(marked, text)
    when = r"\(?(?:[A-Z][a-z]{2,8}, )?<(\d+)>"
    span = r"(?P<count>\d+|[a-z]+) (?P<unit>hour|day|week|month|year)s?"

    def find(pattern: str) -> re.Match[str] | None:
        found = re.search(pattern, text, re.I | re.S)
        rest = found and text[: found.start()] + text[found.end() :]
        return found if found and (guess or not _TIME.search(rest or "")) else None

    if found := find(
        r"(\w+) (?:thinks|thought|says|believes) (?:that )?(?:today is|it is) <(\d+)>.*?(\w+) \w+ (?:that )?"
        r"(?:today is|it is) <(\d+)>.*?(\w+) is (?:correct|right)"
    ):
        return days[int(found[2] if found[1] == found[5] else found[4])]
    if found := find(
        r"(?:\w+ (?:thinks|thought) (?:that )?today is <\d+>, but )?today is (?:in fact|actually|really) <(\d+)>"
        r"(?:, which is [\w ]*? later)?"
    ):
        return days[int(found[1])]
    if re.search(r"anniversary|birthday", text):
        return _anniversary(text, days, some_year)
    if "after the opening" in text:
        return _chain(text, days)
    for pattern, shift in (
        (rf"day before yesterday(?: was| is|,)? {when}", 2),
        (rf"day after tomorrow(?: is| will be|,)? {when}", -2),
        (rf"yesterday(?: was| is|,)? {when}(?:\. Today could not be [^<]*)?", 1),
        (rf"(?:today's [\w ]*?)?tomorrow(?: is| will be|,)? {when}", -1),
        (rf"{when} was yesterday", 1),
        (rf"{when} is tomorrow", -1),
        (
            rf"(?:<\d+> is a \w+day, and )?today(?:'s date)?(?: is|,)? {when}"
            r"(?:, is a day that [^<.]*|, and it is [^<.]* time in the year \d+ [^<.]*|"
            r"\. [^<.]* will be \w+ \w+ later)?|"
            rf"{when},? today|(?:this is|celebrating) {when}|time is [^<.]* {when}",
            0,
        ),
    ):
        if found := find(pattern):
            return _later(days[int(next(group for group in found.groups() if group))], shift, "day")
    for pattern, sign in (
        (rf"was <(?P<day>\d+)>,? {span} ago", 1),
        (rf"{span} ago was <(?P<day>\d+)>", 1),
        (rf"\bin {span},? (?:on )?<(?P<day>\d+)>", -1),
        (rf"<(?P<day>\d+)>[^<]*?\b(?:is|was) (?:actually |in fact |exactly )?{span} ago", 1),
        (rf"<(?P<day>\d+)>,? (?:which )?(?:is|will be) (?:in )?{span}(?: away| from now| from today| later|\.|,)", -1),
        (rf"<(?P<day>\d+)>[^<]*?{span} (?:have|has) passed(?: since then)?", 1),
        (rf"<(?P<day>\d+)>[^<]*?(?:delayed|postponed|put off|pushed back) (?:by |for )?{span} to today", 1),
        (rf"<(?P<day>\d+)>[^<]*?(?:brought forward|moved up|advanced) (?:by )?{span} to today", -1),
    ):
        if found := find(pattern):
            return _later(days[int(found["day"])], sign * _count(found["count"]), found["unit"])
    if found := find(rf"\b(\d{{4}}) is coming in {span}"):
        hours = _count(found["count"]) * {"hour": 1, "day": 24, "week": 168}[found["unit"]]
        return ("day", int(found[1]), 1, 1), [(-hours // 24, "day")]
    if found := find(
        rf"the (\d+)\w* of (?:each|every) month,? (?:starting )?from (?:the )?{_MONTH}{_OF_YEAR}\. "
        r"It is \w+ (\d+)\w+ [^.]* today"
    ):
        month = next(i for i, name in enumerate(MONTHS, 1) if name[:3] == found["month"][:3])
        return ("day", int(found["year"]), month, int(found[1])), [(int(found[4]) - 1, "month")]
    if not guess:
        return None
    if found := find(r"<(\d+)>[^<]*?\b(\d+) \w+\..*?(\w+) (?:per|a|each|every) day.*?(?:ran|run) out"):
        return _later(days[int(found[1])], int(found[2]) // _count(found[3]), "day")  # or a day less
    return days[0] if len(days) == 1 else None


def _anniversary(text: str, days: list[Moment], some_year: int) -> Moment | None:
    """Return the day that lies a number of years after the one told."""
    found = re.fullmatch(
        r"[^<>]*?(?:<(?P<first>\d+)>|in \d{4})\. (?:Today is|It is) (?:\w+ )?(?P<count>\w+?)"
        r"(?:-years?(?:-old)?|th|st|nd|rd)?(?: \w+)? (?:anniversary|birthday)(?: today)?\."
        rf"(?: [^<>.]* on <(?P<later>\d+)>, \w+ (?P<nth>{'|'.join(ORDINALS)}) day[^<>.]*\.)?",
        text,
    )
    if not found:
        return None
    count = found["count"]
    wedding = re.search(rf"\b({'|'.join(WEDDINGS)})\b", found[0])
    years = WEDDINGS[wedding[1]] if wedding else _count(count)
    if found["later"]:  # told by a day soon after the first
        (kind, _, *rest), _ = days[int(found["later"])]
        first = _later(((kind, some_year, *rest), []), 1 - _count(found["nth"]), "day")
    elif found["first"]:
        first = days[int(found["first"])]
    else:
        return None
    return _later(first, years, "year")


def _chain(text: str, days: list[Moment]) -> Moment | None:
    """Return today where events are told by their distance from one another."""
    found = re.search(r"The (\w+) was opened on <(\d+)>", text)
    known = {found[1]: days[int(found[2])]}
    links = re.findall(r"The (\w+) was opened (\d+) (day|week)s (before|after) the (\w+)", text)
    for _ in links:
        for name, count, unit, way, other in links:
            if other in known:
                known[name] = _later(known[other], int(count) * (1 if way == "after" else -1), unit)
    after, name = re.search(r"Today is (\d+) days after the opening of the (\w+)", text).groups()
    return _later(known[name], int(after), "day")

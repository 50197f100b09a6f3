"""DateUnderstanding: a date worked out from a short story."""

import calendar
import random
import re
from collections.abc import Mapping
from datetime import date, timedelta
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
        right = _shifted(today, sign * count, unit)
        text = f"{story} What is the date {words} in MM/DD/YYYY?"
        options = _options(rng, right, sign * count, unit, level)
        return self.choice_problem(level, text, options, _text(right), {"events": EVENTS[level]})

    def size(self, problem: Problem) -> float:
        """Level of the story, by its events."""
        return problem.data["events"] + len(problem.question.split("\nOptions")[0]) / 1_000

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question, and compare them with the date that the story gives."""
        question, gold = str(item["input"]), str(item["target"])
        options = read_options(question)
        found = _asked(question, guess=False)
        dates = [_told_date(option) for option in options]
        if found and None not in dates and found not in dates:
            flaw = f"none of the options is the date that the story gives, {_text(found)}"
            return self.official_problem(question, {"options": options}, "(none)", gold=gold, flaw=flaw)
        right = [
            letter(options, option) for option, date in zip(options, dates, strict=True) if found and date == found
        ]
        return original_problem(self, item, {"options": options}, right)


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
            _text(_shifted(_shifted(right, month - here[0], "month"), day - here[1], "day")) for month, day in apart
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
            f"A bridge was opened on {_long(_shifted(today, -years, 'year'))}. Today is its {years}-year anniversary.",
            f"The match was planned for {_text(today - count * day)}, but it was delayed by {count} days to today.",
            f"Vera moved house on {_long(today - 3 * count * day)}. {3 * count} days have passed since then.",
        )
        return rng.choice(stories), today
    if level == 3:
        month, year, quarter = today.month, today.year, (today.month + 2) // 3
        last = calendar.monthrange(year, month)[1]
        nth, weekday = rng.randrange(4), rng.randrange(7)
        holiday = rng.choice(list(HOLIDAYS)[:7])
        stories_and_days = (
            (f"Today is the last day of {MONTHS[month - 1]} {year}.", date(year, month, last)),
            (f"Today is the last day of the {ORDINALS[quarter - 1]} quarter of {year}.", _quarter_end(year, quarter)),
            (
                f"Today is the {ORDINALS[nth]} {DAYS[weekday]} of {MONTHS[month - 1]} {year}.",
                _weekday(year, month, nth, weekday),
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
        dates.append(_shifted(dates[i], sign * count, unit))
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
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    try:
        return date(int(found[3]), int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def _shifted(day: date, count: int, unit: str) -> date:
    """Return the day ``count`` units later; a day that its month lacks becomes the last one of the month."""
    if unit in ("day", "week", "hour"):
        return day + timedelta(**{f"{unit}s": count})
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _quarter_end(year: int, quarter: int) -> date:
    return date(year, 3 * quarter, calendar.monthrange(year, 3 * quarter)[1])


def _weekday(year: int, month: int, nth: int, weekday: int) -> date:
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


def _day(match: re.Match[str], some_year: int) -> date | None:
    """Return the day that a match of one of `_DAYS` tells; None if there is no such day."""
    part = match.groupdict()
    year = int(part.get("year") or some_year)
    month = next((i for i, name in enumerate(MONTHS, 1) if name[:3] == (part.get("month") or "")[:3]), 0)
    try:
        if part.get("d"):
            return date(year, int(part["m"]) if part.get("m") else month, int(part["d"]))
        if part.get("holiday") == "Thanksgiving":
            return _weekday(year, 11, 3, 3)
        if part.get("holiday") == "palindrome":  # MMDDYYYY reads the same backwards
            return date(year, int(str(year)[:1:-1]), int(str(year)[1::-1]))
        if part.get("holiday"):
            return date(year, *HOLIDAYS[part["holiday"]])
        nth = _count(part["nth"])
        if part.get("weekday"):
            return _weekday(year, month or (12 if nth == -1 else 1), nth - (nth > 0), DAYS.index(part["weekday"]))
        first, last = (month, month) if month else (1, 12)
        if part.get("span"):
            of, months = _count(part["of"]), 3 if part["span"] == "quarter" else 1
            last = 12 if of == -1 else of * months
            first = last - months + 1
        if nth == -1:
            return date(year, last, calendar.monthrange(year, last)[1])
        return date(year, first, 1) + timedelta(days=nth - 1)
    except ValueError:
        return None


def _count(word: str) -> int:
    """Read a number or an ordinal, in digits or as a word; ``last`` is -1."""
    word = word.lower()
    if digits := re.match(r"\d+", word):
        return int(digits[0])
    if word in ("a", "an", "last"):
        return -1 if word == "last" else 1
    return ORDINALS.index(word) + 1 if word in ORDINALS else NUMBERS.index(word)


def solve(question: str) -> str:
    """Work the date out; choose the option that is it, or else the nearest."""
    asked = _asked(question, guess=True)
    options = re.findall(r"^(\([A-Z]\)) (\d+)/(\d+)/(\d+)\s*$", question, re.M)
    if asked is None or not options:
        return ""
    return min(options, key=lambda o: abs((date(int(o[3]), int(o[1]), int(o[2])) - asked).days))[0]


def _asked(question: str, guess: bool) -> date | None:
    """Return the day that a question asks for; None if its story tells today in a way not known here.

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
        return today + timedelta(days=("yesterday", "today", "tomorrow").index(asked) - 1)
    how = re.fullmatch(r"(\w+) (hour|day|week|month|year)s? (ago|later|from)(?: (?:from )?(?:today|now))?", asked)
    if not how:
        return None
    count, unit, way = how.groups()
    steps = _count(count) * (-1 if way == "ago" else 1)
    if unit == "hour":
        return None if steps % 24 else today + timedelta(days=steps // 24)
    day = _shifted(today, steps, unit)
    return day if guess or unit in ("day", "week") or day.day == today.day else None


_TIME = re.compile(
    r"<\d+>|\b(?:\w*day|\w*days|tomorrow|week|month|quarter|year|hour|minute|ago|later|earlier|before|after|since|until|next|last|previous|old)s?\b",
    re.I,
)
"""Words of time: where some are left over beside what was read, the story is not understood in full."""


def _today(story: str, guess: bool) -> date | None:
    """Return the day that a story makes today.

    With ``guess``, also where part of the story is not understood or its count is open to debate; the only day it
    tells, if nothing else is clear.
    """
    years = re.findall(r"\b(?:1[5-9]|20)\d\d\b", story)
    some_year = int(years[0]) if years else 2000
    days: list[date] = []

    def marked(match: re.Match[str]) -> str:
        day = _day(match, some_year)
        days.append(day or date.min)
        return f"<{len(days) - 1}>" if day else match[0]

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
        return _anniversary(text, days, some_year, guess)
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
            return days[int(next(group for group in found.groups() if group))] + timedelta(days=shift)
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
            first = days[int(found["day"])]
            day = _shifted(first, sign * _count(found["count"]), found["unit"])
            return day if guess or found["unit"] in ("day", "week") or day.day == first.day else None
    if found := find(rf"\b(\d{{4}}) is coming in {span}"):
        hours = _count(found["count"]) * {"hour": 1, "day": 24, "week": 168}[found["unit"]]
        return date(int(found[1]), 1, 1) - timedelta(days=-(-hours // 24))
    if found := find(
        rf"the (\d+)\w* of (?:each|every) month,? (?:starting )?from (?:the )?{_MONTH}{_OF_YEAR}\. "
        r"It is \w+ (\d+)\w+ [^.]* today"
    ):
        month = next(i for i, name in enumerate(MONTHS, 1) if name[:3] == found["month"][:3])
        return _shifted(date(int(found["year"]), month, int(found[1])), int(found[4]) - 1, "month")
    if not guess:
        return None
    if found := find(r"<(\d+)>[^<]*?\b(\d+) \w+\..*?(\w+) (?:per|a|each|every) day.*?(?:ran|run) out"):
        return days[int(found[1])] + timedelta(days=int(found[2]) // _count(found[3]))  # or a day less
    return days[0] if len(days) == 1 else None


def _anniversary(text: str, days: list[date], some_year: int, guess: bool) -> date | None:
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
        first = (days[int(found["later"])] - timedelta(days=_count(found["nth"]) - 1)).replace(year=some_year)
    elif found["first"]:
        first = days[int(found["first"])]
    else:
        return None
    day = _shifted(first, years, "year")
    return day if guess or day.day == first.day else None


def _chain(text: str, days: list[date]) -> date | None:
    """Return today where events are told by their distance from one another."""
    found = re.search(r"The (\w+) was opened on <(\d+)>", text)
    known = {found[1]: days[int(found[2])]}
    links = re.findall(r"The (\w+) was opened (\d+) (day|week)s (before|after) the (\w+)", text)
    for _ in links:
        for name, count, unit, way, other in links:
            if other in known:
                known[name] = _shifted(known[other], int(count) * (1 if way == "after" else -1), unit)
    after, name = re.search(r"Today is (\d+) days after the opening of the (\w+)", text).groups()
    return known[name] + timedelta(days=int(after))

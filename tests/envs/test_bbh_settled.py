"""What the questions of BBH tasks settle, and what their surface must not give away."""

import re
from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from r1ci_env.envs.bbh import formal_fallacies, ruin_names
from r1ci_env.envs.bbh.causal_judgement import QUANTIFIERS
from r1ci_env.envs.bbh.temporal_sequences import DOINGS, PLACES
from r1ci_env.registry import get_task

LEVELS = [1, 2, 3, 4, 5]


def problems(name, level, count=300):
    return [get_task(name).problem(seed, level) for seed in range(count)]


def share(hits):
    hits = list(hits)
    return sum(hits) / len(hits)


def story(problem):
    return problem.question.split("\nOptions:")[0]


def right(problem):
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(problem.answer[1])


def hit(problem, scores):
    """The chance to be right of one who takes an option with the highest score."""
    best = [i for i, value in enumerate(scores) if value == max(scores)]
    return (right(problem) in best) / len(best)


# FormalFallacies


@pytest.mark.parametrize("level", LEVELS)
def test_no_sentence_of_an_argument_has_two_readings(level):
    for problem in problems("FormalFallacies", level, 100):
        assert formal_fallacies.verdicts(problem.question) == [problem.answer], problem.ref
        assert not re.search(r"every [^.]*? is not a\b", problem.question), problem.ref
        assert not re.search(r"(?:necessary|sufficient) for (?:neither|[^.,]* (?:and|or) )", problem.question), (
            problem.ref
        )
        assert not re.search(r"(?:neither|[^.,]* (?:and|or) [^.,]*) is (?:necessary|sufficient)", problem.question)


@pytest.mark.parametrize("level", LEVELS)
def test_no_phrase_of_an_argument_gives_the_verdict(level):
    phrases = {
        "whoever is something or something": r"whoever is (?:not )?a [^,]*? or (?:not )?a [^,]*? is ",
        "whoever is something and something": r"whoever is a [^,]*? and (?:not )?a [^,]*? is ",
        "neither": r"\bneither\b",
        "no": r"\b[Nn]o\b",
        "necessary": r"necessary",
        "not": r"\bnot\b",
    }
    found = problems("FormalFallacies", level, 400)
    for name, pattern in phrases.items():
        counts = [(len(re.findall(pattern, p.question)), p.answer == "valid") for p in found]
        for bound in range(1 + max(n for n, _ in counts)):
            guess = share((n > bound) == valid for n, valid in counts)
            assert 0.38 < guess < 0.62, (name, bound)
        odd = share((n % 2 == 1) == valid for n, valid in counts)
        assert 0.38 < odd < 0.62, (name, "odd")


# Tasks with options


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", ["Hyperbaton", "DateUnderstanding"])
def test_the_option_most_like_the_others_is_no_good_guess(name, level):
    def like(a, b):
        return sum(x == y for x, y in zip(re.split(r"[ /]", a), re.split(r"[ /]", b), strict=True))

    def scores(options):
        return [sum(like(a, b) for b in options) for a in options]

    found = problems(name, level)
    chance = share(1 / len(p.data["options"]) for p in found)
    assert share(hit(p, scores(p.data["options"])) for p in found) < chance + 0.1


@pytest.mark.parametrize("level", LEVELS)
def test_the_date_that_lies_nearest_to_others_is_no_good_guess(level):
    def days(option):
        month, day, year = map(int, option.split("/"))
        return date(year, month, day).toordinal()

    def scores(options):
        told = [days(option) for option in options]
        return [sum(abs(a - b) in (1, 2, 7, 14, 30, 31, 365, 366, 730, 731) for b in told) for a in told]

    assert share(hit(p, scores(p.data["options"])) for p in problems("DateUnderstanding", level)) < 0.28


@pytest.mark.parametrize("level", LEVELS)
def test_no_letter_gives_the_pun_away(level):
    often = {letter: -i for i, letter in enumerate("etaoinshrdlucmfwypvbgkjqxz ")}

    def scores(options):
        return [sum(often[letter] for letter in option) for option in options]

    found = problems("RuinNames", level)
    chance = share(1 / len(p.data["options"]) for p in found)
    assert share(hit(p, scores(p.data["options"])) for p in found) < chance + 0.08
    assert all({len(option) for option in p.data["options"]} == {len(p.data["title"])} for p in found)


def test_every_edited_word_has_edits_that_make_no_word():
    for line in ruin_names.RUINED.splitlines():
        title, edits = line.split(": ")
        for edit in edits.split(", "):
            wrong = ruin_names._nonsense(title, edit)
            assert len(set(wrong)) == len(wrong) >= max(ruin_names.OPTIONS.values()) - 1
            assert not set(wrong) & {title, *edits.split(", ")}


def minutes(clock):
    hour, minute, half = re.fullmatch(r"(\d+)(?::(\d\d))?(am|pm)", clock).groups()
    return (int(hour) % 12 + 12 * (half == "pm")) * 60 + int(minute or 0)


def spans(problem):
    return [tuple(map(minutes, option.split(" to "))) for option in problem.data["options"]]


def sightings(problem):
    told = re.findall(r" saw \w+ (.*) from (\S+) to (\S+)\.", problem.question)
    return [(doing, minutes(a), minutes(b)) for doing, a, b in told]


@pytest.mark.parametrize("level", LEVELS)
def test_every_span_is_told_of_alike(level):
    for p in problems("TemporalSequences", level):
        seen = sightings(p)
        assert len(set(spans(p))) == 4
        for start, end in spans(p):
            (before,) = [s for s in seen if start in s]
            (after,) = [s for s in seen if end in s]
            assert (before[2], after[1], before[0]) == (start, end, after[0]), p.ref
            assert sum(doing == before[0] for doing, *_ in seen) == 3


@pytest.mark.parametrize("level", LEVELS)
def test_just_one_span_is_free(level):
    for p in problems("TemporalSequences", level, 100):
        seen = sightings(p)
        needed = int((re.search(r"took (\d+) minutes", p.question) or [0, 1])[1])
        got_up, closed = map(
            minutes, re.search(r" got up at (\S+)\.\n.* closed at (\S+)\.\n", p.question, re.S).groups()
        )
        free = sorted(set(range(got_up, closed)) - {t for _, a, b in seen for t in range(a, b)})
        starts = [t for t in free if t - 1 not in free]
        ends = [t + 1 for t in free if t + 1 not in free]
        long = [(a, b) for a, b in zip(starts, ends, strict=True) if b - a >= needed]
        assert long == [spans(p)[right(p)]], p.ref
        assert len(starts) == (1 if level < 4 else 3)


@pytest.mark.parametrize("level", LEVELS)
def test_neither_length_nor_time_nor_one_sighting_tells_the_free_span(level):
    found = [(p, spans(p), sightings(p)) for p in problems("TemporalSequences", level, 600)]
    looks = {
        "length": lambda a, b, seen: b - a,
        "time of day": lambda a, b, seen: a,
        "length of the sighting before": lambda a, b, seen: next(d - c for _, c, d in seen if d == a),
        "length of the sighting after": lambda a, b, seen: next(d - c for _, c, d in seen if c == b),
        "time told before": lambda a, b, seen: max(t for _, *s in seen for t in s if t < a) - a,
        "time told after": lambda a, b, seen: min(t for _, *s in seen for t in s if t > b) - b,
        "place in the text": lambda a, b, seen: next(i for i, s in enumerate(seen) if a in s),
        "lines between": lambda a, b, seen: abs(
            next(i for i, s in enumerate(seen) if a in s) - next(i for i, s in enumerate(seen) if b in s)
        ),
    }
    for name, look in looks.items():
        for sign in (1, -1):
            guess = share(hit(p, [sign * look(a, b, seen) for a, b in options]) for p, options, seen in found)
            assert guess < 0.36, (name, sign)


def test_nobody_is_seen_where_they_may_have_gone():
    for place in PLACES:
        assert not [doing for doing in DOINGS if re.search(place.split()[-1], doing)], place
    assert all(re.search(r" (?:at|in|under|on) the | at the ", doing) for doing in DOINGS)


@pytest.mark.parametrize("level", LEVELS)
def test_every_place_among_the_options_is_as_often_right(level):
    for name in ("PenguinsInATable", "ReasoningAboutColoredObjects", "TrackingShuffledObjectsFiveObjects"):
        found = [p for p in problems(name, level, 400) if p.data["options"][0] not in ("yes", "red")]
        size = Counter(len(p.data["options"]) for p in found).most_common(1)[0][0]
        places = Counter(right(p) for p in found if len(p.data["options"]) == size)
        assert max(places.values()) < 0.12 * sum(places.values()) + sum(places.values()) / size, (name, places)


@pytest.mark.parametrize("level", LEVELS)
def test_the_place_asked_for_is_not_told(level):
    for name in ("LogicalDeductionThreeObjects", "LogicalDeductionSevenObjects"):
        told = share(p.data["options"][right(p)].lower() in story(p).lower() for p in problems(name, level, 100))
        assert told < 0.2  # in "if" or "not"


# Yes or no


@pytest.mark.parametrize("level", LEVELS)
def test_the_parity_of_the_steps_does_not_tell_whether_a_walk_returns(level):
    found = problems("Navigate", level)
    even = [sum(map(int, re.findall(r"\d+", p.data["walk"]))) % 2 == 0 for p in found]
    assert all(even)
    assert all(re.search(r"\d", p.data["walk"]) for p in found)


@pytest.mark.parametrize("level", LEVELS)
def test_the_number_of_lies_does_not_tell_who_is_truthful(level):
    odd = [(p.question.count(" lies") % 2 == 1, p.answer == "Yes") for p in problems("WebOfLies", level)]
    assert 0.38 < share(a == b for a, b in odd) < 0.62


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("word", ["or", "and", "not", "True", r"not True", r"not \(", r"True or", r"False and"])
def test_no_word_tells_the_value_of_an_expression(level, word):
    found = problems("BooleanExpressions", level)
    counts = [(len(re.findall(rf"\b{word}", p.data["expression"])), p.answer == "True") for p in found]
    middle = sorted(n for n, _ in counts)[len(counts) // 2]
    assert 0.36 < share((n >= middle) == value for n, value in counts) < 0.64


@pytest.mark.parametrize("level", LEVELS)
def test_no_glance_at_a_story_tells_the_verdict(level):
    verdicts = {}
    found = problems("CausalJudgement", level, 600)
    for p in found:
        outcome = re.search(r"outcome \((the .*?) was", p.question)[1]
        rules = re.findall(r"^- (the .*?) is .* exactly if (.*) of these holds?: (.*)\.$", p.question, re.M)
        own = [
            (state == outcome, how, " not " in part)
            for state, how, parts in rules
            for part in parts.split("; ")
            if part.split()[0] == p.data["asked"]
        ]
        assert own
        acted = not re.search(r"\) that \w+ did not", p.question)
        last = next(how for state, how, _ in rules if state == outcome)
        looks = {
            "test": p.data["test"],
            "last rule": (p.data["test"], last),
            "named in the last rule": any(is_last for is_last, *_ in own),
            "quantifiers": sorted(how for _, how, _ in own),
            "as the rules want it": [negated != acted for *_, negated in own],
            "at once": [(is_last, negated != acted) for is_last, _, negated in own],
            "left undone": "did not" in story_of(p),
            "how many left undone": story_of(p).count("did not"),
            "how many not wanted": p.question.count("does not"),
        }
        assert last in QUANTIFIERS
        for name, seen in looks.items():
            verdicts.setdefault(name, {}).setdefault(repr(seen), Counter())[p.answer] += 1
    for name, by in verdicts.items():
        assert sum(max(counts.values()) for counts in by.values()) < 0.59 * len(found), name


def story_of(problem):
    return re.search(r"^One day.*$", problem.question, re.M)[0]


# Wording


def test_what_is_meant_is_said():
    assert all("not binds most, then and, then or" in p.question for p in problems("BooleanExpressions", 3, 5))
    assert all("is untrue only where" in p.question for p in problems("LogicalDeductionFiveObjects", 5, 5))
    whoever = [
        w for p in problems("TrackingShuffledObjectsFiveObjects", 4, 20) for w in re.findall("whoever[^.]*", story(p))
    ]
    assert whoever
    assert all(re.match(r"whoever \w+ the \w+ \w+ at that moment and \w+ swap", text) for text in whoever)
    assert not any("an ukulele" in p.question for p in problems("ObjectCounting", 1, 300))


def test_ships_and_lighthouses_are_by_the_sea():
    inland = "Wien|München|Prag|Zürich|Nürnberg|Madrid|Dresden|Paris|Rom|Mailand|Brüssel|Köln|Genf|Warschau|Straßburg"
    for level in LEVELS:
        for p in problems("SalientTranslationErrorDetection", level, 60):
            assert not re.search(rf"(?:Hafens? von|Matrosen aus|Leuchtturm \w+ \w+ von) (?:{inland})\b", p.question)


@pytest.mark.parametrize("level", LEVELS)
def test_parity_of_numbers_does_not_tell_the_error(level):
    for p in problems("SalientTranslationErrorDetection", level, 100):
        if p.data["options"][right(p)] == "Numerical Values":
            assert sum(map(int, re.findall(r"\d+", p.question))) % 2 == 0, p.ref


def test_orders_of_adjectives_differ_from_one_another():
    for p in problems("Hyperbaton", 5, 30):
        assert all(a != b for a, b in combinations(p.data["options"], 2))

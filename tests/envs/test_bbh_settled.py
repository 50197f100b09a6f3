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
        assert formal_fallacies._verdicts(problem.question) == [problem.answer], problem.ref
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
    assert share(hit(p, scores(p.data["options"])) for p in found) < chance + 0.12
    assert all(len({len(option.split()) for option in p.data["options"]}) == 1 for p in found)


def test_every_edited_word_has_edits_that_make_no_word():
    for line in ruin_names.RUINED.splitlines():
        title, edits = line.split(": ")
        for edit in edits.split(", "):
            wrong = ruin_names._nonsense(title, edit)
            assert len(set(wrong)) == len(wrong) >= max(ruin_names.OPTIONS.values()) - 1
            assert not set(wrong) & {title, *edits.split(", ")}


@pytest.mark.parametrize("level", LEVELS)
def test_neither_the_longest_span_nor_one_that_nobody_names_is_the_free_one(level):
    def minutes(clock):
        hour, minute, half = re.fullmatch(r"(\d+)(?::(\d\d))?(am|pm)", clock).groups()
        return (int(hour) % 12 + 12 * (half == "pm")) * 60 + int(minute or 0)

    def lengths(options):
        return [minutes(b) - minutes(a) for a, b in (option.split(" to ") for option in options)]

    found = problems("TemporalSequences", level)
    assert share(hit(p, lengths(p.data["options"])) for p in found) < 0.42
    assert share(hit(p, [-n for n in lengths(p.data["options"])]) for p in found) < 0.42
    assert share(hit(p, [option not in story(p) for option in p.data["options"]]) for p in found) < 0.37
    assert all(len(p.data["options"]) == 4 for p in found)


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
def test_the_test_and_the_last_rule_do_not_tell_the_verdict(level):
    verdicts = {}
    for p in problems("CausalJudgement", level):
        outcome = re.search(r"outcome \((the .*?) was", p.question)[1]
        rule = re.search(rf"^- {re.escape(outcome)} is .* exactly if (.*) of these", p.question, re.M)[1]
        assert rule in QUANTIFIERS
        verdicts.setdefault((p.data["test"], rule), Counter())[p.answer] += 1
    assert sum(max(counts.values()) for counts in verdicts.values()) < 0.62 * 300


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


def test_orders_of_adjectives_differ_from_one_another():
    for p in problems("Hyperbaton", 5, 30):
        assert all(a != b for a, b in combinations(p.data["options"], 2))

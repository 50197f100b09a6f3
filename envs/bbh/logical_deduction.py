"""LogicalDeduction: an order found from clues, for three, five and seven objects."""

import random
import re
from collections.abc import Iterator, Mapping
from itertools import islice, permutations
from typing import Any, ClassVar

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, read_options
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.envs.conditions import AND, Formula, condition
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.hypotheses import near_misses
from r1ci_env.programs import literal
from r1ci_env.task import Problem

ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
COUNTS = "zero one two three four five six seven eight nine ten eleven twelve".split()
COLOURS = "red blue green yellow black white orange purple brown pink grey silver golden".split()
VEHICLES = "lorry|tram|scooter|tractor|taxi|ambulance|bicycle|steamroller|sledge|camper van|race car|snowplough|coach"
TOOLS = "hammer|saw|chisel|wrench|drill|rake|axe|spade|ladder|trowel|mallet|crowbar|pitchfork"
STORIES = {
    "shelf": ("On a shelf, {} books stand side by side", [f"the {c} book" for c in COLOURS], "thicker"),
    "garage": (
        "A collector has {} vehicles, all of different age",
        [f"the {vehicle}" for vehicle in VEHICLES.split("|")],
        "heavier",
    ),
    "shop": ("A shop sells {} tools, all at different prices", [f"the {t}" for t in TOOLS.split("|")], "longer"),
    "race": ("In a race, {} runners came in one after the other", list(GIVEN_NAMES), "taller"),
}
"""For each story its setting, its objects, and a comparison that has nothing to do with the order."""

LESS = {"shelf": "{} is to the left of {}", "garage": "{} is newer than {}"}
LESS |= {"shop": "{} is cheaper than {}", "race": "{} finished above {}"}
MORE = {"shelf": "{} is to the right of {}", "garage": "{} is older than {}"}
MORE |= {"shop": "{} is more expensive than {}", "race": "{} finished below {}"}
BETWEEN = {"shelf": "in place", "garage": "in age", "shop": "in price", "race": "in the finish"}
ENDS = {  # how the places are named from either end
    "shelf": ("is the leftmost", "is the {} from the left", "is the rightmost", "is the {} from the right"),
    "garage": ("is the newest", "is the {}-newest", "is the oldest", "is the {}-oldest"),
    "shop": ("is the cheapest", "is the {}-cheapest", "is the most expensive", "is the {}-most expensive"),
    "race": ("finished first", "finished {}", "finished last", "finished {}-to-last"),
}
KINDS = {
    1: ("place", "less", "less"),
    2: ("place", "less", "less", "less"),
    3: ("place", "less", "less", "less", "gap", "not"),
    4: ("place", "less", "gap", "not", "or"),
    5: ("place", "less", "gap", "gap", "not", "not", "or", "if"),
}
"""From what clues are drawn; few objects need no direct ones, the first two, at the levels 4 and 5."""

FROM = {
    "shelf": "from left to right",
    "garage": "from the newest to the oldest",
    "shop": "from the cheapest to the most expensive",
    "race": "from the first to the last",
}
DISTRACTORS = {1: 0, 2: 1, 3: 2, 4: 3, 5: 5}

MOST_TRIED = 9
"""Objects of which a program tries all orders."""
MOST_ORDERED = 7
"""Objects of which one guesses the order."""

Clue = list[Any]
"""``["place", a, i]``, ``["less", a, b]``, ``["gap", a, b, k]``; ``["not", c]``, ``["or", c, d]``, ``["if", c, d]``."""


class _LogicalDeduction(MultipleChoice):
    objects: ClassVar[dict[int, int]]
    hypothesis_words: ClassVar[tuple[str, str]] = ("order", "statements")

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Add clues, each of which rules out an order that the earlier ones allow, until one order is left."""
        count = self.objects[level]
        story = rng.choice(list(STORIES))
        setting, things, unrelated = STORIES[story]
        names = rng.sample(things, count)
        place = rng.sample(range(count), count)
        kinds = KINDS[level] if count > 5 or level < 4 else KINDS[level][2:]
        clues: list[Clue] = []
        while len(clues) < max(count - 6, 2 * count - 15):  # strong clues first: they bound the search below
            clue = _clue(rng, count, ("place", "place", "gap"))
            if _holds(clue, place, count) and clue not in clues:
                clues.append(clue)
        for other in _orders(clues, count):  # the search goes on with each clue that is added
            while other != place and all(_holds(clue, other, count) for clue in clues):
                clue = _clue(rng, count, kinds)
                if _holds(clue, place, count) and not _holds(clue, other, count):
                    clues.append(clue)
        lines = [_words(clue, story, names) for clue in clues]
        ranked = rng.sample(names, count)
        pairs = [f"{ranked[i]} is {unrelated} than {ranked[j]}" for i in range(count) for j in range(i + 1, count)]
        lines += rng.sample(pairs, min(DISTRACTORS[level], len(pairs)))
        rng.shuffle(lines)
        told = [clue[2] for clue in clues if clue[0] == "place"]
        asked = rng.choice([i for i in range(count) if i not in told] or [0])
        options = [_words(["place", i, asked], story, names) for i in range(count)]
        rules = ' "Either ... or" means that at least one of the two is true.' if level >= 4 else ""
        rules += (
            ' "If ..., then ..." is untrue only where the first is true and the second is not.' if level >= 5 else ""
        )
        text = (
            f"The statements below are all true.{rules}\n{setting.format(COUNTS[count])}: {', '.join(names[:-1])}, and "
            f"{names[-1]}. {' '.join(f'{line[0].upper()}{line[1:]}.' for line in lines)}\nWhich of these is true?"
        )
        options = [f"{option[0].upper()}{option[1:]}" for option in options]
        data = {"clues": clues, "place": place, "distractors": DISTRACTORS[level]}
        return self.choice_problem(level, text, options, options[place.index(asked)], data)

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Try every order, and keep the one that fits all statements."

    def program(self, problem: Problem) -> str | None:
        """Try all orders, with the clues as conditions, where there are few."""
        names, clues, options = self.instance(problem).values()
        nth = _asked(options, len(names))
        if len(names) > MOST_TRIED or nth is None:
            return super().program(problem)
        variables = [_short(name).replace(" ", "_").lower() for name in names]
        conditions = "\n        and ".join(condition(_formula(clue, variables), AND) for clue in clues)
        return (
            f"from itertools import permutations\n\noptions = {literal(list(options))}\n"
            f"for places in permutations(range(1, {len(names) + 1})):\n"
            f"    {', '.join(variables)} = places\n"
            f"    if (\n        {conditions}\n    ):\n"
            f"        print(options[places.index({nth + 1})])\n"
        )

    def hypotheses(self, problem: Problem) -> list[str]:
        """Test an order that fits the first statements, then try all."""
        names, clues, options = self.instance(problem).values()
        nth, search = _asked(options, len(names)), self.program(problem)
        if len(names) > MOST_ORDERED or nth is None or search is None:
            return []

        def holds_before(place: tuple[int, ...]) -> int | None:
            return next((i for i, clue in enumerate(clues) if not _holds(clue, place, len(names))), None)

        variables = [_short(name).replace(" ", "_").lower() for name in names]
        said = "".join(f"    {condition(_formula(clue, variables))},\n" for clue in clues)
        wrong = [
            f"options = {literal(list(options))}\nplaces = {literal([i + 1 for i in place])}\n"
            f"{', '.join(variables)} = places\nstatements = [\n{said}]\n"
            "if all(statements):\n"
            f"    print(options[places.index({nth + 1})])\n"
            "else:\n"
            '    print("fails on statement", statements.index(False) + 1)\n'
            for place in near_misses(permutations(range(len(names))), holds_before, problem.question)
        ]
        return [*wrong, search]

    def reasons(self, problem: Problem) -> list[str] | None:
        """Say of three objects which orders each clue leaves."""
        names, clues, options = self.instance(problem).values()
        if len(names) > 3 or problem.level != 1:
            return None
        story = next(name for name, (setting, *_) in STORIES.items() if setting.split("{}")[0] in problem.question)
        rng = random.Random(problem.question)
        leaves = rng.choice(("this leaves", "what remains is", "what is still possible is"))
        so = rng.choice(("So {}", "Thus {}", "Hence it is true that {}"))
        full = [name if story == "race" else f"the {name}" for name in names]
        said = [f"I write the orders {FROM[story]}."]
        orders = [list(order) for order in permutations(range(3))]
        for clue in clues:
            left = [order for order in orders if _holds(clue, order, 3)]
            shown = [", ".join(_short(names[order.index(i)]) for i in range(3)) for order in left]
            if left != orders:
                said.append(f"As {_words(clue, story, full)}, {leaves} {'; or '.join(shown)}.")
            orders = left
        mark, right = next((mark, clue) for mark, clue in options.items() if _holds(clue, orders[0], 3))
        return [*said, f"{so.format(_words(right, story, full))}, option {mark[1]}."]

    def size(self, problem: Problem) -> float:
        """Length of the statements."""
        return len(problem.question.split("Options:")[0])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_problem(self, item, {"options": read_options(str(item["input"]))})


class LogicalDeductionThreeObjects(_LogicalDeduction):
    """Find the place of one of three objects in an order.

    Description:
        Clues about an order of three objects are given, and one statement for each object, that it has a certain
        place; which statement is true is asked for.

    Answer format:
        The letter of the statement, such as ``(B)``.

    Levels:
        At level 1 comparisons and places, as in the original. Then clues become indirect: distances and negations
        from level 3, alternatives from level 4, conditions at level 5; statements that have nothing to do with the
        order distract from level 2 on. There are always three objects.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard logical_deduction_three_objects, with stories of our own. All orders are searched when a
        problem is made, so that exactly one fits. Two comparisons of three objects name the one in the middle twice,
        as they must: who counts names is right in half of the problems of level 1, a third being chance.
    """

    objects: ClassVar[dict[int, int]] = {1: 3, 2: 3, 3: 3, 4: 3, 5: 3}


class LogicalDeductionFiveObjects(_LogicalDeduction):
    """Find the place of one of five objects, or a few more, in an order.

    Description:
        Clues about an order of objects are given, and one statement for each object, that it has a certain place;
        which statement is true is asked for.

    Answer format:
        The letter of the statement, such as ``(B)``.

    Levels:
        At level 1 five objects with comparisons and places, as in the original. Then clues become indirect: distances
        and negations from level 3, alternatives from level 4, conditions at level 5; statements that have nothing to
        do with the order distract from level 2 on. Level 4 has 6 objects, level 5 has 8.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard logical_deduction_five_objects, with stories of our own. All orders are searched when a
        problem is made, so that exactly one fits.
    """

    objects: ClassVar[dict[int, int]] = {1: 5, 2: 5, 3: 5, 4: 6, 5: 8}


class LogicalDeductionSevenObjects(_LogicalDeduction):
    """Find the place of one of seven objects, or more, in an order.

    Description:
        Clues about an order of objects are given, and one statement for each object, that it has a certain place;
        which statement is true is asked for.

    Answer format:
        The letter of the statement, such as ``(B)``.

    Levels:
        At level 1 seven objects with comparisons and places, as in the original. Then clues become indirect:
        distances and negations from level 3, alternatives from level 4, conditions at level 5; statements that have
        nothing to do with the order distract from level 2 on. Level 4 has 9 objects, level 5 has 12.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard logical_deduction_seven_objects, with stories of our own. All orders are searched when a
        problem is made, so that exactly one fits.
    """

    objects: ClassVar[dict[int, int]] = {1: 7, 2: 7, 3: 7, 4: 9, 5: 12}


def _asked(options: Mapping[str, Clue], count: int) -> int | None:
    """Return of which place it is asked whose it is; None where the options are others."""
    nth = options["(A)"][-1]
    return nth if list(options.values()) == [["place", i, nth] for i in range(count)] else None


def _clue(rng: random.Random, count: int, kinds: tuple[str, ...]) -> Clue:
    kind = rng.choice(kinds)
    a, b = rng.sample(range(count), 2)
    if kind == "place":
        return ["place", a, rng.randrange(count)]
    if kind == "less":
        return ["less", a, b]
    if kind == "gap":
        return ["gap", a, b, rng.randint(0, max(0, count // 2 - 1))]
    simple = ("place", "less", "gap") if kind == "not" else ("place", "less", "less")
    return [kind, *(_clue(rng, count, simple) for _ in range(1 if kind == "not" else 2))]


def _words(clue: Clue, story: str, names: list[str]) -> str:
    kind, *parts = clue
    if kind == "place":
        first, nth, last, nth_last = ENDS[story]
        i, back = parts[1], len(names) - 1 - parts[1]
        end, nth, i = (first, nth, i) if i <= back else (last, nth_last, back)
        return f"{names[parts[0]]} {nth.format(ORDINALS[i]) if i else end}"
    if kind == "less":
        a, b = parts
        return LESS[story].format(names[a], names[b]) if a < b else MORE[story].format(names[b], names[a])
    if kind == "gap":
        a, b, k = parts
        many = f"exactly {COUNTS[k]} of the others {'is' if k == 1 else 'are'}" if k else "none of the others is"
        return f"{many} between {names[a]} and {names[b]} {BETWEEN[story]}"
    inner = [_words(part, story, names) for part in parts]
    return {"not": "it is not true that {}", "or": "either {} or {}", "if": "if {}, then {}"}[kind].format(*inner)


def _short(name: str) -> str:
    return name.removeprefix("the ").removesuffix(" book")


def _formula(clue: Clue, names: list[str]) -> Formula:
    """Return a clue as a formula about the places, which count from 1 in a program."""
    kind, *parts = clue
    if kind == "not" and parts[0][0] in ("place", "less", "gap"):
        plain = str(_formula(parts[0], names))
        return plain.replace(" == ", " != ").replace(" < ", " > ")
    if kind == "if":
        return ["or", _formula(["not", parts[0]], names), _formula(parts[1], names)]
    if kind in ("not", "or"):
        return [kind, *(_formula(part, names) for part in parts)]
    if kind == "place":
        return f"{names[parts[0]]} == {parts[1] + 1}"
    first, second = (names[i] for i in parts[:2])
    return f"{first} < {second}" if kind == "less" else f"abs({first} - {second}) == {parts[2] + 1}"


def _orders(clues: list[Clue], count: int) -> Iterator[list[int]]:
    """Yield the place of each object for every order that fits, filling the places from the first on."""
    place: list[int | None] = [None] * count

    def fill(depth: int) -> Iterator[list[int]]:
        if depth == count:
            yield [p for p in place if p is not None]
            return
        for a in range(count):
            if place[a] is None:
                place[a] = depth
                # "less" can only fail when its second object takes a place
                if all(
                    _holds(clue, place, depth + 1) is not False for clue in clues if clue[0] != "less" or clue[2] == a
                ):
                    yield from fill(depth + 1)
                place[a] = None

    yield from fill(0)


def _holds(clue: Clue, place: Any, filled: int) -> bool | None:
    """Whether a clue holds where the first ``filled`` places are taken; None if that is not known yet."""
    kind, *parts = clue
    if kind == "place":
        at = place[parts[0]]
        return at == parts[1] if at is not None else None if filled <= parts[1] else False
    if kind in ("less", "gap"):
        a, b = place[parts[0]], place[parts[1]]
        if kind == "less":
            return None if a is b is None else b is None or (a is not None and a < b)
        if a is not None and b is not None:
            return abs(a - b) == parts[2] + 1
        one = a if b is None else b
        return None if one is None or filled <= one + parts[2] + 1 < len(place) else False
    first, *rest = (_holds(part, place, filled) for part in parts)
    if kind in ("not", "if"):
        first = None if first is None else not first
    if kind == "not" or first:
        return first
    return True if rest[0] else None if first is None or rest[0] is None else False


def _read(text: str, names: list[str]) -> Clue | None:
    """Read a statement; None if it says nothing of the order.

    Raises:
        ValueError: it is of another form.
    """
    text = text.strip().rstrip(".")
    if compound := re.fullmatch(r"it is not true that (.*)|either (.*?) or (.*)|if (.*), then (.*)", text, re.I):
        kind = "not" if compound[1] else "or" if compound[2] else "if"
        inner = [_read(part, names) for part in compound.groups() if part]
        return None if None in inner else [kind, *inner]
    found = sorted((m.start(), -len(n), i) for i, n in enumerate(names) if (m := re.search(rf"\b{n}\b", text, re.I)))
    who = [i for n, (start, _, i) in enumerate(found) if n == 0 or start > found[n - 1][0]]
    if gap := re.search(r"(?:exactly (\w+)|none) of the others", text, re.I):
        return ["gap", *who, COUNTS.index(gap[1] or "zero")]
    if re.search(r"left of|newer than|cheaper than|less expensive than|finished above", text):
        a, b = who
        return ["less", a, b]
    if re.search(r"right of|older than|more expensive than|finished below", text):
        b, a = who
        return ["less", a, b]
    ordinal = "|".join(ORDINALS)
    end = re.search(
        rf"(?:({ordinal})[ -])?(?:to-)?(leftmost|newest|cheapest|from the left|rightmost|oldest|most expensive|"
        rf"from the right|last)$|finished ({ordinal})$",
        text,
    )
    if not end:
        if len(who) == 2 and re.search(r" is (?:thicker|heavier|longer|taller) than ", text):
            return None
        raise ValueError(f"what {text!r} says is not known")
    (only,) = who
    nth = ORDINALS.index(end[1] or end[3] or "first")
    from_first = end[3] or end[2] in ("leftmost", "newest", "cheapest", "from the left")
    return ["place", only, nth if from_first else len(names) - 1 - nth]


def read(question: str) -> dict[str, Any]:
    """Read the objects, the clues, and the clue that each option is."""
    story, listed = question.split("\nOptions:\n")
    before = (
        r"The following paragraphs each describe a set of \w+ objects arranged in a fixed order\. The statements are "
        r"logically consistent within each paragraph\. |The statements below are all true\.[^:\n]*\n"
    )
    named, statements = re.fullmatch(rf"(?:{before})[^.:]*: ([^:.]*, and [^.]*?)\. (.*)", story, re.S).groups()
    names = [re.sub(r"^(?:and |an? |the )+", "", part) for part in named.split(", ")]
    clues = [clue for text in statements.split(". ") if (clue := _read(text.split("\n")[0], names))]
    found = re.findall(r"^(\([A-Z]\)) (.*?)\s*$", listed, re.M)
    options = {mark: clue for mark, option in found if (clue := _read(option, names))}
    return {"names": names, "clues": clues, "options": options}


def solve(names: list[str], clues: list[Clue], options: Mapping[str, Clue]) -> str:
    """Search the only order that fits, and look which option is true."""
    count = len(names)
    (place,) = islice(_orders(clues, count), 2)
    return next(mark for mark, clue in options.items() if _holds(clue, place, count))

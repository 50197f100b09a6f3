"""ReasoningAboutColoredObjects: colours, places and numbers of the things on a surface."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, read_options
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.programs import assignment, literal
from r1ci_env.task import Problem

COLOURS = (
    "red orange yellow green blue brown magenta fuchsia mauve teal turquoise burgundy silver gold black grey purple "
    "pink"
).split()
THINGS = (
    "candle|teapot|ruler|sponge|stapler|thimble|marble|toy car|paint brush|ball of wool|tea towel|clothes peg|whistle|"
    "padlock|eraser|spoon|ribbon|postcard|dice cup|hair clip|door handle|jam jar|plant pot|letter opener|bottle cap"
).split("|")
SURFACES = ("shelf", "carpet", "counter", "workbench", "window sill", "tray")
NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
OPTIONS = 7
"""How many numbers to choose from."""

SHAPES = {1: (3, 6), 2: (5, 8), 3: (7, 11), 4: (13, 18), 5: (22, 32)}
KINDS = {
    1: ("colour", "is", "end", "beside", "neither", "remove"),
    2: ("colour", "end", "beside", "furthest", "neither", "side", "remove"),
    3: ("beside", "furthest", "neither", "side", "remove"),
    4: ("beside", "side", "remove", "remove two"),
    5: ("side", "remove two"),
}
"""What is asked at each level."""

Group = tuple[int, str, str]
"""How many, of what colour, of what kind."""


class ReasoningAboutColoredObjects(MultipleChoice):
    """Answer a question about coloured things.

    Description:
        Things and their colours are listed, some in a row, some in groups. Asked for is a colour, whether something
        has a colour, or a number of things, perhaps after some are taken away.

    Answer format:
        The letter of the option, such as ``(D)``.

    Levels:
        3 to 6 things or groups and one step at level 1; 22 to 32, and conditions on colour and place or after two
        removals, at level 5. The original has up to 14 groups.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard reasoning_about_colored_objects, with things of our own. Where the original offers all colours,
        only those in the scene are options, or a colour that is mentioned would be a good guess. "Furthest" is only
        asked about a thing that is nearer to one end of the row than to the other.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a scene and a question, until the question has an answer."""
        count = rng.randint(*SHAPES[level])
        lower = rng.randrange(OPTIONS)  # how many of the options, where they are numbers, are less than the right one
        query, right = None, ""
        while query is None or (right.isdigit() and int(right) < lower):
            kind = rng.choice(KINDS[level])
            groups = _scene(rng, kind, count, level)
            query, right = _query(rng, kind, groups)
        surface = rng.choice(SURFACES)
        row = " in a row, from left to right" if kind in ("end", "beside", "furthest", "side") else ""
        listed = [_phrase(*group) for group in groups]
        text = f"On the {surface} there are{row}: {', '.join(listed[:-1])}, and {listed[-1]}. {query}"
        options = _options(rng, right, lower, {colour for _, colour, _ in groups})
        return self.choice_problem(level, text, options, right, {"groups": len(groups)})

    def program(self, problem: Problem) -> str | None:
        """Write down what matters for the question, and answer it in a line or two."""
        groups, asked, options = read(problem.question).values()
        lines = _lines(groups, *asked)
        if not lines:
            return None
        letters = {int(text) if text.isdigit() else text: letter for text, letter in options.items()}
        return "\n".join([*lines[:-1], assignment("options", letters), f"print(options[{lines[-1]}])"]) + "\n"

    def size(self, problem: Problem) -> float:
        """Number of groups."""
        return float(problem.data["groups"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question."""
        return original_problem(self, item, {"options": read_options(str(item["input"]))})


def _scene(rng: random.Random, kind: str, count: int, level: int) -> list[Group]:
    grouped = kind.startswith("remove")
    palette = rng.sample(COLOURS, min(18, 3 + count // 3)) if grouped or kind in ("neither", "side") else COLOURS
    kinds = rng.sample(THINGS, min(len(THINGS), 2 + count // 3 if grouped else count))
    groups: list[Group] = []
    while len(groups) < count:
        group = (rng.randint(1, 3 + level) if grouped else 1, rng.choice(palette), rng.choice(kinds))
        if all(group[1:] != other[1:] for other in groups):
            groups.append(group)
    return groups


def _options(rng: random.Random, right: str, lower: int, seen: set[str]) -> list[str]:
    if right in ("yes", "no"):
        return ["yes", "no"]
    if right in COLOURS:
        seen |= set(rng.sample([colour for colour in COLOURS if colour not in seen], max(0, 4 - len(seen))))
        return [colour for colour in COLOURS if colour in seen]
    return [str(int(right) - lower + i) for i in range(OPTIONS)]


def _query(rng: random.Random, kind: str, groups: list[Group]) -> tuple[str | None, str]:
    """Return a question of a kind and its answer; None instead if what was drawn makes it ambiguous."""
    at = rng.randrange(len(groups))
    _, colour, thing = groups[at]
    one_thing = [g[2] for g in groups].count(thing) == 1
    one_colour = [g[1] for g in groups].count(colour) == 1
    other = rng.choice([g[1] for g in groups if g[1] != colour] or ["red"])
    name = f"the {thing}" if one_thing else f"the {colour} thing" if one_colour else f"the {colour} {thing}"
    if kind == "colour":
        return (f"What color is the {thing}?", colour) if one_thing else (None, "")
    if kind == "is":
        guess = rng.choice((colour, other))
        return (f"Is {name} {guess}?", "yes" if guess == colour else "no") if one_thing else (None, "")
    if kind == "end":
        end = rng.choice(("left-most", "right-most"))
        return f"What is the color of the {end} thing?", groups[0 if end == "left-most" else -1][1]
    if kind == "beside":
        side, to = rng.choice((("left", at - 1), ("right", at + 1)))
        if not 0 <= to < len(groups):
            return None, ""
        return f"What is the color of the thing directly to the {side} of {name}?", groups[to][1]
    if kind == "furthest":
        if 2 * at == len(groups) - 1:
            return None, ""
        far = groups[-1 if 2 * at < len(groups) else 0]
        return f"What is the color of the thing furthest from {name}?", far[1]
    if kind == "neither":
        number = sum(n for n, c, _ in groups if c not in (colour, other))
        return f"How many things are neither {colour} nor {other}?", str(number)
    if kind == "side":
        side = rng.choice(("left", "right"))
        part = groups[:at] if side == "left" else groups[at + 1 :]
        number = sum(n for n, c, _ in part if c != other)
        return f"How many non-{other} things do you see to the {side} of {name}?", str(number)
    gone = rng.choice((thing, colour))
    gone_too = rng.choice([word for g in groups for word in g[1:]]) if kind == "remove two" else gone
    left = [g for g in groups if gone not in g and gone_too not in g]
    kept = rng.choice([word for g in groups for word in g[1:] if word not in (gone, gone_too)])
    removed = " and all the ".join(dict.fromkeys(map(_many, (gone, gone_too))))
    number = sum(n for n, *words in left if kept in words)
    return f"If I remove all the {removed}, how many {_many(kept)} remain?", str(number)


def _many(word: str) -> str:
    return f"{word} things" if word in COLOURS else _plural(word)


def _plural(thing: str) -> str:
    noun, of, rest = thing.partition(" of ")
    return f"{noun}{'es' if noun.endswith(('s', 'sh', 'ch')) else 's'}{of}{rest}"


def _phrase(number: int, colour: str, thing: str) -> str:
    article = "an" if colour[0] in "aeiou" else "a"
    return f"{article} {colour} {thing}" if number == 1 else f"{NUMBERS[number]} {colour} {_plural(thing)}"


def _singular(noun: str) -> str:
    """Return the first word of a noun without its plural ending: ``pairs of sunglasses`` and ``pair of sunglasses``."""
    head, of, rest = noun.partition(" of ")
    head = re.sub(r"(?<=ch|sh|ss)es$|(?<!s)s$", "", head)
    return head + of + rest


def _lines(groups: list[Group], kind: str, *words: Any) -> list[str]:
    """Return the lines of a program for a question, the last of them the answer; none for a rare kind."""

    def meets(meant: tuple[str, str], sign: str = "==", joined: str = " and ") -> str:
        colour, thing = meant
        tests = [f"colour {sign} {literal(colour)}"] * bool(colour) + [f"thing {sign} {literal(thing)}"] * bool(thing)
        return joined.join(tests) or "True"

    def placed(meant: tuple[str, str]) -> list[str]:
        """Write down the row, as far as it matters, and find a thing in it."""
        colour, thing = meant
        lines = [assignment("colours", [group[1] for group in groups])]
        if thing and colour:
            lines.append(assignment("row", [f"{group[1]} {group[2]}" for group in groups]))
        elif thing:
            lines.append(assignment("things", [group[2] for group in groups]))
        name = "row" if thing and colour else "things" if thing else "colours"
        return [*lines, f"at = {name}.index({literal(f'{colour} {thing}'.strip())})"]

    colours = assignment("colours", [group[1] for group in groups])
    colour_of = assignment("colour_of", {group[2]: group[1] for group in groups})
    single = all(number == 1 for number, *_ in groups)
    match kind, *words:
        case "left", kept, gone:
            if any(meant[0] and meant[1] for meant in gone):
                return []
            tests = [meets(kept), *(meets(meant, "!=") for meant in gone)]
            return [
                assignment("groups", groups),
                f"left = sum(n for n, colour, thing in groups if {' and '.join(tests)})",
                "left",
            ]
        case "neither", first, second if single:
            return [
                colours,
                f"left = [colour for colour in colours if colour not in ({literal(first)}, {literal(second)})]",
                "len(left)",
            ]
        case "side", True, (str() as colour, ""), side, name if single:
            part = "colours[:at]" if side == "left" else "colours[at + 1:]"
            return [*placed(name), f"seen = [colour for colour in {part} if colour != {literal(colour)}]", "len(seen)"]
        case "end", side:
            return [colours, f"colours[{0 if side == 'left' else -1}]"]
        case "beside", side, name:
            return [*placed(name), f"colours[at {'+' if side == 'right' else '-'} 1]"]
        case "furthest", name:
            return [*placed(name), "furthest = 0 if at > len(colours) - 1 - at else -1", "colours[furthest]"]
        case "colour", ("", thing):
            return [colour_of, f"colour_of[{literal(thing)}]"]
        case "is", ("", thing), colour:
            return [
                colour_of,
                f'answer = "yes" if colour_of[{literal(thing)}] == {literal(colour)} else "no"',
                "answer",
            ]
    return []


def read(question: str) -> dict[str, Any]:
    """Read the groups, what is asked, and the options.

    A group is a number, a colour and a kind of thing. What is asked is a word and its arguments: words that name things
    are a colour and a kind, either of them empty where it is not said.
    """
    story, listed = question.split("\nOptions:\n")
    scene, query = story.split(". ", 1)
    number = rf"(?:an?|{'|'.join(NUMBERS)}|\d+)"
    group = rf"\b({number}) ([a-z]+) ([a-z][a-z -]*?)(?=,| and {number} |$)"
    opening = re.match(r"On the [a-z ]+?,? (?:there (?:is|are)|I see|you see)(?:[a-z, ]*:)? ", scene)
    listing = scene[opening.end() :]
    if re.sub(group, "", listing).replace(" and", "").strip(" ,"):
        raise ValueError("something else is listed, too")
    groups = [
        (1 if n in ("a", "an") else int(n) if n.isdigit() else NUMBERS.index(n), colour, _singular(thing))
        for n, colour, thing in re.findall(group, listing)
    ]
    options = {
        str(NUMBERS.index(text)) if text in NUMBERS else text: letter
        for letter, text in re.findall(r"^(\([A-Z]\)) (.*?)\s*$", listed, re.M)
    }
    return {
        "groups": groups,
        "asked": _asked(query.strip(), {*COLOURS, *(c for _, c, _ in groups)}),
        "options": options,
    }


def _asked(query: str, colours: set[str]) -> tuple[Any, ...]:
    def meant(words: str) -> tuple[str, str]:
        """Read ``grey objects``, ``things``, ``keychains`` or ``grey keychains``."""
        colour, _, rest = re.sub(r"\b(?:things?|items?|objects?)\b", "", words).strip().partition(" ")
        return (colour, _singular(rest)) if colour in colours else ("", _singular(f"{colour} {rest}".strip()))

    if found := re.search(r"remove all(?: of)? the (.*?)(?: from .*?)?, how many (.*?) (?:remain|are left)", query):
        return "left", meant(found[2]), [meant(words) for words in found[1].split(" and all the ")]
    if found := re.search(r"are neither (\w+) nor (\w+)", query):
        return "neither", *found.groups()
    if found := re.search(r"How many (non-)?(.*?) do you see to the (left|right) of the (.*)\?", query):
        return "side", bool(found[1]), meant(found[2]), found[3], meant(found[4])
    if found := re.search(r"(left|right)-?most", query):
        return "end", found[1]
    if found := re.search(r"directly to the (left|right) of the (.*)\?", query):
        return "beside", found[1], meant(found[2])
    if found := re.search(r"furthest from the (.*)\?", query):
        return "furthest", meant(found[1])
    if found := re.search(r"What (?:color|colour) (?:is|are) the (.*)\?", query):
        return "colour", meant(found[1])
    if found := re.search(r"^(?:Is|Are) the (.*) (\w+)\?", query):
        return "is", meant(found[1]), found[2]
    if found := re.search(r"How many (.*?) are (?:there|(\w+))", query):
        return "count", meant(found[1]), found[2] or ""
    raise ValueError("the query is of another kind")


def solve(groups: list[Group], asked: tuple[Any, ...], options: dict[str, str]) -> str:
    """Answer what is asked of the groups, and look the answer up among the options."""
    return options.get(_answer(groups, *asked), "")


def _answer(groups: list[Group], kind: str, *words: Any) -> str:
    def fits(group: Group, meant: tuple[str, str]) -> bool:
        return meant[0] in ("", group[1]) and meant[1] in ("", group[2])

    def place(meant: tuple[str, str]) -> int:
        (at,) = (i for i, group in enumerate(groups) if fits(group, meant))
        return at

    match kind, *words:
        case "left", kept, gone:
            return str(sum(g[0] for g in groups if fits(g, kept) and not any(fits(g, meant) for meant in gone)))
        case "neither", first, second:
            return str(sum(n for n, colour, _ in groups if colour not in (first, second)))
        case "side", negated, meant, side, name:
            part = groups[: place(name)] if side == "left" else groups[place(name) + 1 :]
            return str(sum(g[0] for g in part if fits(g, meant) != negated))
        case "end", side:
            return groups[0 if side == "left" else -1][1]
        case "beside", side, name:
            return groups[place(name) + (1 if side == "right" else -1)][1]
        case "furthest", name:
            from_middle = 2 * place(name) - (len(groups) - 1)
            return groups[-1 if from_middle < 0 else 0][1] if from_middle else ""
        case "colour", name:
            return groups[place(name)][1]
        case "is", name, colour:
            return "yes" if groups[place(name)][1] == colour else "no"
        case "count", meant, colour:
            return str(sum(g[0] for g in groups if fits(g, meant) and colour in ("", g[1])))
    return ""

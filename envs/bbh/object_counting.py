"""ObjectCounting: how many of the things listed belong to a class."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import integer
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.programs import assignment
from r1ci_env.task import Problem, Task

CLASSES = {
    "fruits": "orange peach strawberry blackberry raspberry grape plum nectarine banana apple pear mango kiwi cherry "
    "lemon lime melon watermelon pineapple fig apricot papaya coconut blueberry cranberry grapefruit tangerine "
    "mandarin pomegranate guava lychee date gooseberry quince cantaloupe persimmon satsuma clementine currant",
    "vegetables": "potato carrot cauliflower broccoli celery lettuce cabbage garlic yam onion beet turnip radish "
    "leek artichoke parsnip shallot kohlrabi rutabaga spinach kale zucchini courgette eggplant aubergine asparagus "
    "cucumber swede okra fennel chard endive beetroot|sweet potato|brussels sprout|bok choy",
    "animals": "dog cat cow donkey chicken pig snail snake fish mouse rabbit duck goat frog bear horse sheep hen "
    "goose turkey lion tiger wolf fox deer elephant giraffe zebra monkey ape owl parrot eagle sparrow lizard turtle "
    "tortoise toad hamster rat squirrel hedgehog camel llama penguin dolphin whale shark seal otter badger beaver "
    "moose kangaroo koala panda spider ant bee crab lobster pigeon crow swan ox calf lamb kitten puppy pony mule",
    "musical instruments": "flute piano trombone violin accordion clarinet drum trumpet guitar cello harp saxophone "
    "oboe bassoon tuba banjo ukulele mandolin viola harmonica xylophone organ keyboard recorder piccolo bagpipe horn "
    "cymbal tambourine lute lyre sitar marimba triangle|french horn|double bass|bass guitar",
    "pieces of furniture": "chair table bed couch sofa desk bookcase wardrobe dresser stool bench armchair cupboard "
    "cabinet nightstand sideboard bookshelf ottoman footstool crib",
    "tools": "hammer screwdriver wrench saw chisel shovel rake spade drill axe spanner mallet trowel crowbar",
}
"""What belongs to a class; terms of several words stand after the bars."""

OTHER = "stove fridge oven microwave toaster car lamp".split()
"""Things of original questions that belong to none of the classes asked about."""

PORTIONS = {"celery": "stalk", "broccoli": "head", "garlic": "bulb", "lettuce": "head"}
NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = {word: 10 * i for i, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
IRREGULAR = {
    "mice": "mouse",
    "geese": "goose",
    "wolves": "wolf",
    "oxen": "ox",
    "calves": "calf",
    "bookshelves": "bookshelf",
}
UNCOUNTED = {"fish", "sheep", "deer", "moose"}
SHAPES = {1: (3, 9, 4), 2: (8, 12, 6), 3: (12, 18, 12), 4: (22, 34, 30), 5: (40, 60, 99)}
"""Fewest and most kinds of things, and the largest number of one kind."""


class ObjectCounting(Task):
    """Count the things of one class in a list.

    Description:
        A list says how many of which things somebody has; how many of them belong to a class, or how many there are
        in all, is asked for.

    Answer format:
        The integer.

    Levels:
        3 to 9 kinds of up to 4 each at level 1, as in the original; 40 to 60 kinds of up to 99 each at level 5, where
        the same kind may be listed twice.

    Check:
        The answer must be the integer, in digits.

    Source and deviations:
        BIG-Bench Hard object_counting. The things are chosen so that nobody doubts their class; all numbers are
        spelled out, as in the original.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw kinds of things, the class asked about among them, and a number for each."""
        low, high, most = SHAPES[level]
        count = rng.randint(low, high)
        asked = rng.choice([*CLASSES, "objects"])
        mine = CLASSES if asked == "objects" else [asked]
        own = [t for name in mine for t in _common(name)]
        others = [t for name in CLASSES if name not in mine for t in _common(name)]
        things = [
            rng.choice(own),
            *(rng.choice(own if rng.random() < 0.6 or not others else others) for _ in range(count)),
        ]
        if level < 5:
            things = list(dict.fromkeys(things))
        rng.shuffle(things)
        numbers = [1 if rng.random() < 0.4 and level < 4 else rng.randint(1, most) for _ in things]
        listed = [_phrase(number, thing) for number, thing in zip(numbers, things, strict=True)]
        total = sum(n for n, thing in zip(numbers, things, strict=True) if thing in own)
        question = (
            f"I have {', '.join(listed[:-1])}, and {listed[-1]}. How many {asked} do I have?\n"
            "Give the number in digits in triple angle brackets: <<<number>>>."
        )
        return self.new_problem(level, question, {"kinds": len(things), "asked": asked}, str(total))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the integer."""
        return integer(answer) == integer(problem.answer)

    def program(self, problem: Problem) -> str | None:
        """Write down what belongs to the class, and add it up."""
        things, asked = read(problem.question).values()
        own = _own(things, asked)
        if not own:
            return None
        counts = {thing: number for number, thing in own}
        if len(counts) < len(own):
            return f"{assignment('numbers', [number for number, _ in own])}\nprint(sum(numbers))\n"
        name = asked.split()[-1]
        return f"{assignment(name, counts)}\nprint(sum({name}.values()))\n"

    def reasons(self, problem: Problem) -> list[str] | None:
        """Say what belongs to the class, and add it up."""
        things, asked = read(problem.question).values()
        own = _own(things, asked)
        if not own or len(own) > 9:
            return None
        listed = ", ".join(f"{number} {thing}" for number, thing in own)
        total, summed = solve(things, asked), " + ".join(str(number) for number, _ in own)
        which, all_of_it = random.Random(problem.question).choice(
            (
                (f"The {asked} in the list are: {listed}.", f"Together that makes {summed} = {total}."),
                (f"These are {asked}: {listed}.", f"I add up {summed} = {total}."),
                (f"Of the list, {listed} count as {asked}.", f"{summed} = {total}."),
            )
        )
        return [which, all_of_it] if len(own) > 1 else [which, "Nothing else in the list is of that kind."]

    def size(self, problem: Problem) -> float:
        """Number of kinds."""
        return float(problem.data["kinds"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Count the kinds; the target is confirmed by the solver."""
        return original_problem(self, item, {"kinds": 1 + str(item["input"]).count(",")})


def _members(name: str) -> list[str]:
    words, *phrases = CLASSES[name].split("|")
    return words.split() + phrases


def _common(name: str) -> list[str]:
    """Return the members of a class that generated questions use: the first ones, of which nobody doubts the class."""
    return _members(name)[:18]


def _phrase(number: int, thing: str) -> str:
    portion = PORTIONS.get(thing)
    noun = portion or thing
    if number > 1 and noun not in UNCOUNTED:
        noun = next((plural for plural, one in IRREGULAR.items() if one == noun), _plural(noun))
    article = "an" if noun[0] in "aeiou" and noun != "ukulele" else "a"
    words = article if number == 1 else _spelled(number)
    return f"{words} {noun} of {thing}" if portion else f"{words} {noun}"


def _plural(noun: str) -> str:
    if re.search(r"(s|x|ch|sh|o)$", noun) and noun not in ("piano", "banjo", "cello"):
        return noun + "es"
    return noun[:-1] + "ies" if re.search(r"[^aeiou]y$", noun) else noun + "s"


def _spelled(number: int) -> str:
    if number < 20:
        return NUMBERS[number]
    ten = next(word for word, value in TENS.items() if value == number - number % 10)
    return ten if number % 10 == 0 else f"{ten}-{NUMBERS[number % 10]}"


def _number(word: str) -> int:
    ten, _, one = word.partition("-")
    if ten in TENS:
        return TENS[ten] + (NUMBERS.index(one) if one else 0)
    if word in ("a", "an"):
        return 1
    return int(word) if word.isdigit() else NUMBERS.index(word)


def _singulars(noun: str) -> list[str]:
    """Return what a noun may be the plural of, itself included."""
    found = [noun, IRREGULAR.get(noun, noun)]
    for ending, stem in (("ies", "y"), ("es", ""), ("s", "")):
        if noun.endswith(ending):
            found.append(noun[: -len(ending)] + stem)
    return found


def _belongs(thing: str, members: set[str]) -> bool:
    """Whether a thing, perhaps a portion of it (``heads of broccoli``, ``lettuce head``), is one of the members."""
    thing = re.sub(r"^\w+ of ", "", thing)
    names = [thing, re.sub(r" (?:heads?|stalks?|cloves?|bulbs?)$", "", thing), thing.split()[-1]]
    return any(noun in members for name in names for noun in _singulars(name))


def _own(things: list[tuple[int, str]], asked: str) -> list[tuple[int, str]] | None:
    """Return those of the things that belong to the class asked for.

    Whether a thing belongs to a class is known only of those listed here: with others there is no answer.
    """
    if re.fullmatch(r"(?:objects|things|items)(?: in total)?", asked):
        return things
    members = {m for name in CLASSES if asked in name for m in _members(name)}
    known = {*members, *OTHER, *(m for name in CLASSES for m in _members(name))}
    if not members or not all(_belongs(thing, known) for _, thing in things):
        return None
    return [(number, thing) for number, thing in things if _belongs(thing, members)]


def read(question: str) -> dict[str, Any]:
    """Read how many of what there are, and the class asked for."""
    listed, asked = re.search(r"I have (.*?)\. How many (.*?) do I have", question, re.S).groups()
    parts = [re.sub(r"^and ", "", part.strip()).split(" ", 1) for part in re.split(r",|(?<!,) and ", listed)]
    return {"things": [(_number(number), thing) for number, thing in parts], "asked": asked}


def solve(things: list[tuple[int, str]], asked: str) -> str:
    """Add up the numbers of the things that belong to the class; all of them where the class is objects."""
    own = _own(things, asked)
    return "" if own is None else str(sum(number for number, _ in own))

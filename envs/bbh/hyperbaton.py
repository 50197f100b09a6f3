"""Hyperbaton: the usual order of adjectives in English."""

import random
import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any, ClassVar

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, letter, read_options
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.task import Problem

CLASSES = {
    "opinion": "pretty lousy charming dreadful splendid boring clever ugly delightful odd excellent pathetic funny "
    "cute nice good bad lovely wonderful beautiful terrible awful horrible silly ridiculous repulsive "
    "mysterious obnoxious great fantastic amazing gorgeous nasty strange weird perfect useful useless "
    "stupid smart fine pleasant unpleasant disgusting attractive elegant fancy precious valuable "
    "important interesting exciting dull grand impressive magnificent marvelous superb adorable annoying "
    "hideous brilliant famous popular comfortable expensive cheap delicious tasty fabulous incredible "
    "ordinary peculiar remarkable crazy outrageous handsome mediocre awesome",
    "size": "big small enormous tiny huge massive gigantic midsize little large medium-size medium-sized medium "
    "giant miniature colossal immense petite tall short long broad wide narrow thick thin mini normal-size "
    "mammoth vast minuscule microscopic oversized full-size life-size pocket-size king-size average-sized "
    "mid-size titanic",
    "age": "old new ancient brand-new young old-fashioned antique modern elderly vintage recent aged teenage "
    "archaic medieval prehistoric contemporary newborn adolescent middle-aged fresh futuristic one-year-old "
    "five-year-old",
    "shape": "round square triangular rectangular spherical circular oval pyramidal cubic conical cylindrical "
    "prismlike hexagonal flat octagonal pentagonal oblong elliptical curved straight crooked cuboid "
    "cube-shaped star-shaped heart-shaped egg-shaped ring-shaped spiral angular rounded bent L-shaped "
    "U-shaped disc-shaped cubical prismatic",
    "colour": "red blue green yellow purple pink grey brown black white beige crimson orange tan gray magenta "
    "violet turquoise teal maroon scarlet cyan indigo ivory cream navy burgundy mauve fuchsia olive "
    "lavender blonde khaki azure amber coral emerald ruby ochre lilac colorless blue-green auburn",
    "origin": "Norwegian Chilean Scottish Kenyan Polish Danish Peruvian Finnish Irish Moroccan Hungarian Cuban "
    "American Chinese Japanese Indian Russian German French Italian Spanish Turkish Egyptian Mexican "
    "Brazilian Pakistani Nigerian Ethiopian Vietnamese Thai Bangladeshi Indonesian Filipino Congolese "
    "British English Canadian Australian",
    "material": "wooden leather paper cotton steel plastic glass rubber cardboard nylon silk woollen wood iron "
    "silver gold golden lead cloth fiberglass metal woolen wool stone brick concrete clay "
    "ceramic porcelain marble aluminum aluminium tin brass linen denim polyester bamboo straw "
    "wicker granite platinum titanium zinc felt fur suede vinyl foam wax carbon oak pine silicone "
    "crystal bone copper bronze velvet woven",
    "purpose": "fishing dancing camping cooking gardening sailing wedding riding driving hiking walking smoking "
    "drinking eating whittling exercise snorkeling sleeping running swimming cleaning writing reading "
    "racing hunting shopping typing working playing singing drawing painting skiing surfing climbing "
    "travel tennis football sewing knitting washing carving typing serving party tea coffee kitchen "
    "garden school work",
}
"""The classes in their usual order; the first twelve words of each are those of generated questions."""

COLOURED_MATERIALS = "silver gold golden ivory amber coral ruby emerald copper bronze cream".split()

NOUNS = "lamp boot hat bag kettle box coat basket bowl clock cart blanket flute ladder mug shawl tray vase".split()
SHAPES = {1: (2, 5, 2), 2: (4, 7, 2), 3: (5, 8, 3), 4: (6, 8, 5), 5: (7, 8, 10)}
"""Fewest and most adjectives, and how many options."""


class Hyperbaton(MultipleChoice):
    """Choose the phrase with the adjectives in the usual order.

    Description:
        Phrases of the same adjectives before a noun are given; the one whose adjectives stand in the usual order of
        English, which the question states, is asked for.

    Answer format:
        The letter of the phrase, such as ``(B)``.

    Levels:
        Two phrases of 2 to 5 adjectives at level 1; the original has two phrases of 2 to 7. At level 5 ten phrases of
        7 or 8 adjectives, which differ from one another by a few swaps.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard hyperbaton. Every adjective belongs to one class only; the original also has words such as
        silver, a colour as well as a material, and does not name the order.
    """

    no_program: ClassVar[str] = "To which class an adjective belongs is not in the question, and the table is long."

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a class for each adjective, then orders that differ little, and declare one of them to be the right one.

        So the options are as like to the right one as to any other.
        """
        low, high, count = SHAPES[level]
        classes = sorted(rng.sample(range(len(CLASSES)), rng.randint(low, high)))
        adjectives = [rng.choice(words.split()[:12]) for i, words in enumerate(CLASSES.values()) if i in classes]
        noun = rng.choice(NOUNS)
        orders = [list(range(len(adjectives)))]
        while len(orders) < count:
            order = list(rng.choice(orders))
            for _ in range(1 if rng.random() < 0.7 else 2):
                i, j = rng.choice(list(combinations(range(len(order)), 2)))
                order[i], order[j] = order[j], order[i]
            if order not in orders:
                orders.append(order)
        place = dict(zip(rng.choice(orders), adjectives, strict=True))
        options = [" ".join([*(place[i] for i in order), noun]) for order in orders]
        right = " ".join([*adjectives, noun])
        rng.shuffle(options)
        text = f"Adjectives usually stand in this order: {', '.join(CLASSES)}.\nWhich phrase keeps to it?"
        return self.choice_problem(level, text, options, right, {"adjectives": adjectives})

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question; the target is doubted only where all adjectives are known."""
        options = read_options(str(item["input"]))
        right = [letter(options, option) for option in options if _keeps_order(option.split()[:-1])]
        known = all(_classes(word) for option in options for word in option.split()[:-1])
        return original_problem(self, item, {"options": options}, right if known else [])


def _classes(word: str) -> list[int]:
    """Return the places of the classes in which a word is listed, or of which it may be as well."""
    found = [i for i, words in enumerate(CLASSES.values()) if word in words.split()]
    return [list(CLASSES).index(name) for name in ("colour", "material")] if word in COLOURED_MATERIALS else found


def _keeps_order(adjectives: list[str]) -> bool:
    """Whether adjectives stand in the usual order, each in one of its classes."""
    at = 0
    for word in adjectives:
        at = min((place for place in _classes(word) if place >= at), default=len(CLASSES))
    return at < len(CLASSES)


def _rank(word: str) -> int | None:
    """Return the place of an adjective's class; for unknown words by their form, None if that tells nothing."""
    names = list(CLASSES)
    for i, words in enumerate(CLASSES.values()):
        if word in words.split():
            return i
    forms = (
        ("origin", r"[A-Z].*"),
        ("shape", r".*(?:-shaped|like|gonal|angular|ular|form)"),
        ("size", r".*-sized?"),
        ("age", r".*-old"),
        ("purpose", r".*ing"),
        ("opinion", r".*(?:ful|ous|able|ible|some|less|ly|ic|ive|y)"),
        ("material", r".*(?:en|glass|wood|metal|stone)"),
        ("colour", r".*ish"),
    )
    return next((names.index(name) for name, form in forms if re.fullmatch(form, word)), None)


def read(question: str) -> dict[str, Any]:
    """Read the phrases."""
    return {"phrases": dict(re.findall(r"^(\([A-Z]\)) (.*?)\s*$", question, re.M))}


def solve(phrases: Mapping[str, str]) -> str:
    """Choose the phrase in which the fewest pairs of adjectives stand in the wrong order."""
    fewest = {}
    for option, phrase in phrases.items():
        ranks = [rank for word in phrase.split()[:-1] if (rank := _rank(word)) is not None]
        fewest[option] = sum(a > b for a, b in combinations(ranks, 2))
    return min(fewest, key=lambda option: fewest[option])

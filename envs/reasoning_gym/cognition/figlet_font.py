"""FigletFont: read a word drawn in large letters made of characters."""

import itertools
import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from r1ci_env.envs.answers import word
from r1ci_env.envs.wording.names import pronounceable
from r1ci_env.task import Problem, Task

LETTERS = {1: (3, 4), 2: (4, 5), 3: (5, 7), 4: (8, 10), 5: (12, 16)}
INKS = "#@*%8XO$+"
TALL = (  # the letters A to M, then N to Z; every letter reaches all four sides
    ".###. ####. .#### ###.. ##### ##### .#### #...# ##### ..### #...# #.... #...#",
    "#...# #...# #.... #..#. #.... #.... #.... #...# ..#.. ....# #..#. #.... ##.##",
    "#...# #...# #.... #...# #.... #.... #.... #...# ..#.. ....# #.#.. #.... #.#.#",
    "##### ####. #.... #...# ###.. ####. #..## ##### ..#.. ....# ##... #.... #.#.#",
    "#...# #...# #.... #...# #.... #.... #...# #...# ..#.. #...# #.#.. #.... #...#",
    "#...# #...# #.... #..#. #.... #.... #...# #...# ..#.. #...# #..#. #.... #...#",
    "#...# ####. .#### ###.. ##### #.... .#### #...# ##### .###. #...# ##### #...#",
    "#...# .###. ####. .###. ####. .#### ##### #...# #...# #...# #...# #...# #####",
    "##..# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# #...# #...# ....#",
    "##..# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#.",
    "#.#.# #...# ####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#..",
    "#..## #...# #.... #.#.# #.#.. ....# ..#.. #...# .#.#. #.#.# .#.#. ..#.. .#...",
    "#..## #...# #.... #..#. #..#. ....# ..#.. #...# .#.#. ##.## #...# ..#.. #....",
    "#...# .###. #.... .##.# #...# ####. ..#.. .###. ..#.. #...# #...# ..#.. #####",
)
SMALL = (
    ".##. ###. .### ##.. #### #### .### #..# #### ..## #..# #... #..#",
    "#..# #..# #... #.#. #... #... #... #..# .##. ...# #.#. #... ####",
    "#### ###. #... #..# ###. ###. #.## #### .##. ...# ##.. #... ####",
    "#..# #..# #... #.#. #... #... #..# #..# .##. #..# #.#. #... #..#",
    "#..# ###. .### ##.. #### #... .### #..# #### .##. #..# #### #..#",
    "#..# .##. ###. .##. ###. .### #### #..# #..# #..# #..# #..# ####",
    "##.# #..# #..# #..# #..# #... .##. #..# #..# #..# #..# #..# ..#.",
    "#.## #..# ###. #..# ###. .##. .##. #..# #..# #### .##. .##. .#..",
    "#.## #..# #... #.#. #.#. ...# .##. #..# .#.# #### #..# .#.. #...",
    "#..# .##. #... .#.# #..# ###. .##. .##. ..#. #..# #..# .#.. ####",
)
FONTS = (TALL, SMALL)
Picture = list[str]  # rows of blanks, "#" for ink and "s" for shadow


class FigletFont(Task):
    """Read a word in large letters.

    Description:
        A word is drawn in large letters that are made of characters; the word is asked for.

    Answer format:
        The word.

    Levels:
        3 to 4 upright letters at level 1; from level 2 on they may lean to a side, from level 3 on they may cast a
        shadow or be left blank in a filled frame, from level 4 on they may be twice as large; 12 to 16 letters at
        level 5. The original has 3 to 7 letters.

    Check:
        The answer must be the word, in any case.

    Source and deviations:
        Reasoning-Gym figlet_font. The two fonts are our own and so are the effects; all letters of a font differ, so
        that each picture can be read in one way. Words are made up, with rare letters mixed in. Of original items, in
        fonts that are not ours, the stored word is right.
    """

    no_program: ClassVar[str] = "a program would have to hold the fonts, which the question does not show"

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a word, a font and its effects."""
        letters = list(pronounceable(rng, rng.randint(*LETTERS[level])).upper())
        for i in range(len(letters)):
            if rng.random() < 0.2:
                letters[i] = rng.choice("HQXYFJ")
        text = "".join(letters)
        picture = _written(text, rng.choice(FONTS), rng.randint(1, 2))
        if level >= 4 and rng.random() < 0.5:
            picture = _doubled(picture)
        if level >= 2:
            picture = _leaning(picture, rng.choice((-1, 0, 1)))
        ink, shade = rng.sample(INKS, 2)
        effect = rng.choice(("plain", "shadow", "inverse")) if level >= 3 else "plain"
        if effect == "shadow":
            picture = _shadowed(picture)
        elif effect == "inverse":
            picture = _inverse(picture)
        drawn = "\n".join(row.replace("#", ink).replace("s", shade).rstrip() for row in picture)
        question = (
            "A word is written here in large capital letters that are made of characters. The letters may lean to a "
            "side, cast a shadow of another character, or be left blank on a filled ground.\n\n"
            f"```\n{drawn}\n```\n\n"
            "Which word is it? Answer with the word in triple angle brackets: <<<WORD>>>."
        )
        return self.new_problem(level, question, {"word": text}, text)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return word(answer).upper() == problem.data["word"]

    def size(self, problem: Problem) -> float:
        """Number of letters."""
        return float(len(problem.data["word"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the stored word."""
        text = item["answer"].strip().upper()
        return self.official_problem(item["question"], {"word": text}, text, item["answer"])


@cache
def _glyphs(font: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    half = len(font) // 2
    columns = [zip(*(row.split() for row in part), strict=True) for part in (font[:half], font[half:])]
    return dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", itertools.chain(*columns), strict=True))


def _written(text: str, font: tuple[str, ...], gap: int) -> Picture:
    rows = zip(*(_glyphs(font)[letter] for letter in text), strict=True)
    return [(" " * gap).join(row).replace(".", " ") for row in rows]


def _doubled(picture: Picture) -> Picture:
    return ["".join(2 * mark for mark in row) for row in picture for _ in range(2)]


def _shifts(rows: int, way: int) -> list[int]:
    """Return how far every row of a leaning picture is shifted: to the right upwards (1) or downwards (-1)."""
    return [0 if way == 0 else (rows - 1 - r if way > 0 else r) // 2 for r in range(rows)]


def _leaning(picture: Picture, way: int) -> Picture:
    shifts = _shifts(len(picture), way)
    width = len(picture[0]) + max(shifts)
    return [(" " * shift + row).ljust(width) for row, shift in zip(picture, shifts, strict=True)]


def _upright(picture: Picture, way: int) -> Picture:
    """Undo the leaning, and cut off what is blank."""
    picture = _cropped(picture)
    margin = " " * len(picture)
    return _cropped(
        [
            (margin + row + margin)[shift : shift + len(margin + row)]
            for row, shift in zip(picture, _shifts(len(picture), way), strict=True)
        ]
    )


def _shadowed(picture: Picture) -> Picture:
    """Put a shadow to the right below of all ink."""
    blank = " " * (len(picture[0]) + 1)
    above = [blank, *(" " + row for row in picture)]
    inked = [*(row + " " for row in picture), blank]
    return [
        "".join("#" if mark == "#" else "s" if shade == "#" else " " for mark, shade in zip(row, behind, strict=True))
        for row, behind in zip(inked, above, strict=True)
    ]


def _inverse(picture: Picture) -> Picture:
    """Leave the letters blank in a filled frame."""
    framed = [" " * len(picture[0]), *picture, " " * len(picture[0])]
    return [f" {row} ".translate(str.maketrans("# ", " #")) for row in framed]


def _readings(picture: Picture) -> Iterator[Picture]:
    """Undo every combination of effects."""
    for ink, inverse in itertools.product(sorted(set("".join(picture)) - {" "}), (False, True)):
        width = max(map(len, picture))
        plain = ["".join("# "[(mark == ink) == inverse] for mark in row.ljust(width)) for row in picture]
        for way in (0, 1, -1):
            upright = _upright(plain, way)
            yield upright
            yield [row[::2] for row in upright[::2]]


def _cropped(picture: Picture) -> Picture:
    """Cut off blank rows and columns."""
    rows = [r for r, row in enumerate(picture) if "#" in row]
    columns = [row.index("#") for row in picture if "#" in row], [row.rindex("#") for row in picture if "#" in row]
    if not rows:
        return [""]
    left, right = min(columns[0]), max(columns[1]) + 1
    return [row[left:right] for row in picture[rows[0] : rows[-1] + 1]]


def _letters(picture: Picture, font: tuple[str, ...], gap: int) -> str | None:
    """Read upright letters, or None if they are not of the font."""
    names = {tuple(row.replace(".", " ") for row in glyph): letter for letter, glyph in _glyphs(font).items()}
    width = len(font[0].split()[0])
    cells = (tuple(row[i : i + width] for row in picture) for i in range(0, len(picture[0]), width + gap))
    found = [names.get(cell) for cell in cells]
    return "".join(letter or "" for letter in found) if all(found) and found else None


def read(question: str) -> dict[str, Any]:
    """Read the rows of the picture."""
    return {"picture": re.search(r"```\n(.*?)\n```", question, re.S)[1].split("\n")}


def solve(picture: list[str]) -> str:
    """Undo the effects in every way until all letters are known."""
    for reading in _readings(picture):
        for font, gap in itertools.product(FONTS, (1, 2)):
            if text := _letters(reading, font, gap):
                return text
    return ""

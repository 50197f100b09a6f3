"""BF: the output of a program in the eight-command language."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.wording.names import pronounceable
from r1ci_env.task import Problem, Task

LETTERS = {1: (2, 4), 2: (4, 6), 3: (6, 9), 4: (10, 16), 5: (20, 30)}
DETOURS = {1: 0, 2: 0, 3: 2, 4: 4, 5: 8}


class BF(Task):
    """Say what a program prints.

    Description:
        A program in the language of the eight commands ``> < + - . , [ ]`` is given; its output is asked for.

    Answer format:
        The output, exactly.

    Levels:
        Words of 2 to 4 letters at level 1, of 6 to 9 with loops whose result is thrown away at level 3, of 20 to 30 at
        level 5; the original's default prints words of 5 letters.

    Check:
        The text must equal the output.

    Source and deviations:
        Reasoning-Gym bf. The words are made up, and the programs are compiled by us.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a word and compile it, with detours at the higher levels."""
        text = pronounceable(rng, rng.randint(*LETTERS[level]))
        program = _compile(text, rng, DETOURS[level])
        question = (
            "A program works on a row of cells that hold numbers modulo 256, all 0 at first, and begins at the first "
            "cell. > and < move to the next and the previous cell, + and - change the cell by one, . prints it as an "
            "ASCII character, and [ ... ] repeats while the cell at its start is not 0. What does this program print?\n"
            f"{program}\nAnswer with the exact output, as <<<output>>>."
        )
        return self.new_problem(level, question, {"output": text}, text)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the text."""
        return bool(answer == problem.data["output"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of bf."""
        output = solve(item["metadata"]["bf_program"]).strip()
        return self.official_problem(item["question"], {"output": output}, output, gold=item["answer"])


def _compile(text: str, rng: random.Random, detours: int) -> str:
    """Return a program that prints ``text`` from cell 0, with cells 1 and 2 as counters."""
    parts, current = [], 0
    places = {rng.randrange(len(text)) for _ in range(detours)}
    for i, character in enumerate(text):
        if i in places:
            parts.append(f">>{'+' * rng.randint(2, 9)}[>{'+' * rng.randint(1, 5)}<-]>[-]<<<")
        parts.append(_change(ord(character) - current, rng) + ".")
        current = ord(character)
    return "".join(parts)


def _change(delta: int, rng: random.Random) -> str:
    """Return code that changes the cell by ``delta``: plainly, or by a loop of factor times step and a rest."""
    sign = "+" if delta > 0 else "-"
    if abs(delta) < 12:
        return sign * abs(delta)
    factor = rng.randint(3, 9)
    step, rest = divmod(abs(delta), factor)
    return f">{'+' * factor}[<{sign * step}>-]<{sign * rest}"


def read(question: str) -> dict[str, Any]:
    """Read the line that is a program."""
    return {"code": re.search(r"^[-+<>.,\[\]]+$", question, re.M)[0]}


def solve(code: str) -> str:
    """Run the program command by command, jumping between the ends of loops."""
    jumps, stack = {}, []
    for i, command in enumerate(code):
        if command == "[":
            stack.append(i)
        elif command == "]":
            jumps[i] = stack.pop()
            jumps[jumps[i]] = i
    cells, place, i, output = [0] * 30_000, 0, 0, ""
    while i < len(code):
        command = code[i]
        if command in "<>":
            place += 1 if command == ">" else -1
        elif command in "+-":
            cells[place] = (cells[place] + (1 if command == "+" else -1)) % 256
        elif command == ".":
            output += chr(cells[place])
        elif (command == "[" and cells[place] == 0) or (command == "]" and cells[place] != 0):
            i = jumps[i]
        i += 1
    return output

"""PenguinsInATable: questions about a small table that is changed before."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers.multiple_choice import MultipleChoice, read_options
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.task import Problem

COLUMNS = {"age": (1, 30), "height": (40, 120), "weight": (8, 40)}
UNITS = {"age": "years old", "height": "cm tall", "weight": "kg"}
GREATEST = {"age": ("oldest", "youngest"), "height": ("tallest", "shortest"), "weight": ("heaviest", "lightest")}
GREATER = {"age": ("older", "younger"), "height": ("taller", "shorter"), "weight": ("heavier", "lighter")}
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
SHAPES = {1: (4, 6, 0), 2: (5, 7, 1), 3: (6, 9, 2), 4: (10, 14, 4), 5: (18, 24, 8)}
"""Fewest and most rows, and how many changes follow."""

KINDS = {
    1: ("greatest", "value", "row", "count", "total"),
    2: ("greatest", "value", "alphabet", "count", "total", "than"),
    3: ("ranked", "alphabet", "count two", "total", "than", "apart"),
    4: ("ranked", "count two", "than", "apart", "average"),
    5: ("ranked", "count two", "than", "average", "total where"),
}
FEMALE = "Gwen Jody Gladys Marian Donna Louise Mary Anna Alice Emma Julia Sarah Kate Ruth Rose".split()
FAMOUS = {
    "painter": "Vincent Pablo Claude Paul Edgar Edvard Salvador Henri Gustav Rembrandt Leonardo Frida",
    "jazz": "Louis Miles Duke Ella Billie Charlie Dizzy Thelonious Chet Herbie",
}
"""Given names of women, and of painters and jazz musicians whom everybody knows: original questions ask for them."""

Row = tuple[Any, ...]
"""Name, age, height and weight."""


class PenguinsInATable(MultipleChoice):
    """Answer a question about a table of penguins.

    Description:
        A table gives the name, age, height and weight of penguins. Penguins are added, removed or corrected; asked for
        is a name or a number that the final table gives.

    Answer format:
        The letter of one of five options, such as ``(C)``.

    Levels:
        4 to 6 rows at level 1 (the original has 4) and no change; 18 to 24 rows and 8 changes at level 5, where counts
        and sums have two conditions.

    Check:
        The answer must be the letter of the right option, its text, or both.

    Source and deviations:
        BIG-Bench Hard penguins_in_a_table, with a new table for each problem and no questions of general knowledge;
        the original has one table for all. Ties are avoided where a single penguin is asked for.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw a table, changes and a question, until exactly one of five options is right."""
        low, high, changes = SHAPES[level]
        names = rng.sample(GIVEN_NAMES, 40)
        rows = [_row(rng, names.pop()) for _ in range(rng.randint(low, high))]
        lines = ["name, age, height (cm), weight (kg)", *(", ".join(map(str, row)) for row in rows)]
        for _ in range(changes):
            rows, line = _change(rng, rows, names)
            lines.append(line)
        lower = rng.randrange(5)  # how many of the options, where they are numbers, are less than the right one
        query, right = None, ""
        while query is None or (right.isdigit() and int(right) < lower):
            query, right = _query(rng, rng.choice(KINDS[level]), rows)
        if right.isdigit():
            step = rng.choice([step for step in (1, 2, 5, 10) if step == 1 or 20 * step <= int(right)])
            options = [str(int(right) + step * (i - lower)) for i in range(5)]
        else:
            others = [row[0] for row in rows if row[0] != right]
            options = [right, *rng.sample(others, min(4, len(others)))]
            rng.shuffle(options)
        text = "Here is a table of penguins, with a header and one penguin a line:\n" + "\n".join(lines) + f"\n{query}"
        data = {"rows": [list(row) for row in rows], "cells": 4 * len(rows) + changes}
        return self.choice_problem(level, text, options, right, data)

    def size(self, problem: Problem) -> float:
        """Cells and changes."""
        return float(problem.data["cells"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the options from the question; the target is doubted nowhere, for many ways of asking are unknown."""
        question, gold = str(item["input"]), str(item["target"])
        confirmed = solve(question) == gold
        return original_problem(self, item, {"options": read_options(question)}, [gold] if confirmed else [])


def _row(rng: random.Random, name: str) -> Row:
    age, height, weight = (rng.randint(*bounds) for bounds in COLUMNS.values())
    return name, age, height, weight


def _change(rng: random.Random, rows: list[Row], names: list[str]) -> tuple[list[Row], str]:
    """Return the rows after a change, and the line that tells it."""
    kind = rng.choice(("add", "delete", "correct") if len(rows) > 4 else ("add", "correct"))
    if kind == "add":
        row = _row(rng, names.pop())
        return [*rows, row], "We now add a penguin to the end of the table:\n" + ", ".join(map(str, row))
    i = rng.randrange(len(rows))
    if kind == "delete":
        return rows[:i] + rows[i + 1 :], f"We then delete the penguin named {rows[i][0]} from the table."
    column = rng.randrange(3)
    values: list[Any] = list(rows[i])
    values[column + 1] = rng.randint(*list(COLUMNS.values())[column])
    line = f"We then correct the {list(COLUMNS)[column]} of {rows[i][0]} to {values[column + 1]}."
    return [*rows[:i], tuple(values), *rows[i + 1 :]], line


def _query(rng: random.Random, kind: str, rows: list[Row]) -> tuple[str | None, str]:
    """Return a question and its answer; None instead if the table does not answer it with one penguin or number."""
    at = rng.randrange(3)
    column, unit = list(COLUMNS)[at], list(UNITS.values())[at]
    values = [row[at + 1] for row in rows]
    bound = rng.choice(values)
    down = rng.random() < 0.5
    if kind in ("greatest", "ranked"):
        nth = rng.randrange(1 if kind == "greatest" else min(5, len(rows)))
        ranked = sorted(rows, key=lambda row: row[at + 1], reverse=not down)
        if len(set(values)) < len(values):
            return None, ""
        rank = f"{ORDINALS[nth]} " if nth else ""
        return f"Which is the {rank}{GREATEST[column][down]} penguin?", ranked[nth][0]
    if kind == "value":
        fit = [row[0] for row in rows if row[at + 1] == bound]
        verb = "weighs" if column == "weight" else "is"
        return (f"What is the name of the penguin that {verb} {bound} {unit}?", fit[0]) if len(fit) == 1 else (None, "")
    if kind in ("row", "alphabet"):
        order = sorted(rows) if kind == "alphabet" else rows
        nth = rng.randrange(len(order[:10]))
        how = " when they are sorted by alphabetic order" if kind == "alphabet" else ""
        return f"What is the name of the {ORDINALS[nth]} penguin{how}?", order[nth][0]
    if kind == "than":
        name, *theirs = rng.choice(rows)
        other, downs = rng.choice([i for i in range(3) if i != at]), (down, rng.random() < 0.5)
        fit = [
            row[0]
            for row in rows
            if all(
                (row[i + 1] < theirs[i]) if d else (row[i + 1] > theirs[i])
                for i, d in zip((at, other), downs, strict=True)
            )
        ]
        words = [list(GREATER.values())[i][d] for i, d in zip((at, other), downs, strict=True)]
        return (f"Which penguin is {words[0]} and {words[1]} than {name}?", fit[0]) if len(fit) == 1 else (None, "")
    if kind == "apart":
        name, *theirs = rng.choice(rows)
        gap = rng.randint(1, 9)
        fit = [row[0] for row in rows if row[at + 1] - theirs[at] == (-gap if down else gap)]
        much = f"{gap} {('years', 'cm', 'kg')[at]}"
        return (
            (f"Which penguin is {much} {GREATER[column][down]} than {name}?", fit[0]) if len(fit) == 1 else (None, "")
        )
    if kind == "average":
        mean, rest = divmod(sum(values), len(values))
        return (None, "") if rest else (f"What is the average {column} of the penguins?", str(mean))
    if kind == "total":
        return f"What is the sum of the {column}s of all penguins?", str(sum(values))
    sign = "less" if down else "more"
    own = [row for row in rows if (row[at + 1] < bound if down else row[at + 1] > bound)]
    first = f"{'weigh' if column == 'weight' else 'are'} {sign} than {bound} {unit}"
    if kind == "count":
        return f"How many penguins {first}?", str(len(own))
    other = rng.choice([i for i in range(3) if i != at])
    limit = rng.choice(rows)[other + 1]
    both = [row for row in own if row[other + 1] > limit]
    second = f"{'weigh' if other == 2 else 'are'} more than {limit} {list(UNITS.values())[other]}"
    if kind == "count two":
        return f"How many penguins {first} and {second}?", str(len(both))
    return f"What is the sum of the {column}s of all penguins that {first} and {second}?", str(
        sum(r[at + 1] for r in both)
    )


def solve(question: str) -> str:
    """Read the table and its changes, answer the question, and look the answer up among the options."""
    story, listed = question.split("\nOptions:\n")
    *_, query = re.split(r"\n|\.\s+", story.strip())
    tables: list[dict[str, list[int]]] = [{}]
    for event in re.finditer(
        r"listing \w+|([A-Z][\w-]*), (\d+), (\d+), (\d+)|delete the penguin named (\w+)|"
        r"correct the (\w+) of (\w+) to (\d+)",
        story,
    ):
        name, *cells, gone, column, corrected, value = event.groups()
        if name:
            tables[-1][name] = [int(cell) for cell in cells]
        elif gone:
            del tables[0][gone]
        elif column:
            tables[0][corrected][["age", "height", "weight"].index(column)] = int(value)
        else:
            tables.append({})
    species = re.search(r"listing (\w+?)s?:", story)
    if re.search(r"\banimals?\b", query):
        rows = {name: cells for table in tables for name, cells in table.items()}
    else:
        rows = tables[1 if species and species[1] in query else 0]
    answer = _answer(query, rows, len(tables), story)
    letters = {option.strip(): letter for letter, option in re.findall(r"^(\([A-Z]\)) (.*)$", listed, re.M)}
    return letters.get(answer, "")


def _column(words: str) -> int:
    """Return the column that words speak of, -1 for none."""
    nouns = (r"\bages?\b", r"\bheights?\b", r"\bweigh")
    others = (r"years?|old|young", r"\bcm\b|tall|short|high", r"\bkg\b|heav|light")
    return next((i % 3 for i, pattern in enumerate(nouns + others) if re.search(pattern, words)), -1)


def _answer(query: str, rows: dict[str, list[int]], tables: int, story: str) -> str:
    named = next((name for name in rows if re.search(rf"\b{name}\b", query)), None)
    number = rf"(\d+|{'|'.join(NUMBERS)})"
    less = r"less|fewer|young|short|light|low|small|under|below"
    if re.search(r"how many (?:columns|fields)", query, re.I):
        return str(len(re.search(r"name(?:, [a-z]+(?: \(\w+\))?)+", story)[0].split(", ")))
    if re.search(r"how many species", query, re.I):
        return str(tables)
    if found := re.search(
        rf"{number} (years?|cm|kg)\b.*?(older|younger|taller|shorter|heavier|lighter) than (\w+)", query
    ):
        gap = int(found[1]) if found[1].isdigit() else NUMBERS.index(found[1])
        column = _column(found[2])
        gap = -gap if re.match(less, found[3]) else gap
        return next((n for n, cells in rows.items() if cells[column] - rows[found[4]][column] == gap), "")
    fitting = dict(rows)
    comparison = "more|less|fewer|older|younger|taller|shorter|heavier|lighter|over|under|above|below"
    condition = rf"({comparison})\w*(?: than)? {number} (years?|cm|kg)"
    for found in re.finditer(condition, query):
        bound = int(found[2]) if found[2].isdigit() else NUMBERS.index(found[2])
        column = _column(found[3])
        fitting = {
            n: c for n, c in fitting.items() if (c[column] < bound if re.match(less, found[1]) else c[column] > bound)
        }
    exact = re.search(rf"(?:is|are|weighs?|of) {number} (years?|cm|kg)", query)
    if exact and fitting == rows:
        value = int(exact[1]) if exact[1].isdigit() else NUMBERS.index(exact[1])
        fitting = {n: c for n, c in fitting.items() if c[_column(exact[2])] == value}
    adjective = "(?:older|younger|taller|shorter|heavier|lighter)"
    comparisons = re.findall(rf"({adjective}(?: (?:but|and)(?: \w+)? {adjective})*) than ({'|'.join(rows)})\b", query)
    for words, name in comparisons:
        for word in re.findall(adjective, words):
            column, limit = _column(word), rows[name][_column(word)]
            fitting = {
                n: c for n, c in fitting.items() if (c[column] < limit if re.match(less, word) else c[column] > limit)
            }
    if comparisons and "ow many" not in query:
        return next(iter(fitting), "")
    if re.search(r"how many", query, re.I):
        return str(len(fitting))
    column = _column(query.split(" that ")[0])
    if re.search(r"cumulated|sum|total|combined|average|mean", query):
        total = sum(cells[column] for cells in fitting.values())
        return str(total // len(fitting) if re.search(r"average|mean", query) else total)
    if found := re.search(r"start\w*(?: with)?(?: the letter)? \W?([A-Z])\b", query):
        return next((name for name in rows if name.startswith(found[1])), "")
    if "emale" in query or re.search(r"\bwom[ae]n\b", query):
        return next((name for name in rows if name in FEMALE), "")
    for kind, famous in FAMOUS.items():
        if kind in query:
            return next((name for name in rows if name in famous.split()), "")
    ordinal = re.search(rf"\b({'|'.join(ORDINALS)}|last)\b", query)
    nth = -1 if ordinal and ordinal[1] == "last" else ORDINALS.index(ordinal[1]) if ordinal else 0
    if end := re.search(r"(old|young|tall|short|heavi|light|high|low|great|small)\w*est\b", query):
        by = column if end[1] in ("high", "low", "great", "small") else _column(end[0])
        ranked = sorted(fitting, key=lambda name: fitting[name][by], reverse=not re.match(less, end[1]))
        if nth >= len(ranked):
            return ""
        value_asked = re.match(r"what is the (?:age|height|weight)", query, re.I)
        return str(rows[ranked[nth]][column]) if value_asked else ranked[nth]
    if "alphabet" in query:
        return sorted(fitting)[nth]
    if re.search(r"sorted by .*\b(?:age|height|weight)", query):
        return sorted(fitting, key=lambda name: fitting[name][column])[nth]
    if named and column >= 0 and re.search(rf"same .*as {named}", query):
        return next((n for n, c in rows.items() if n != named and c[column] == rows[named][column]), "")
    if named and column >= 0:
        return str(rows[named][column])
    return list(fitting)[nth] if ordinal or len(fitting) == 1 else ""

"""KnightsKnaves: who always tells the truth and who always lies."""

import itertools
import random
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from r1ci_env.envs.answers import BadAnswer, assignments
from r1ci_env.envs.conditions import Formula, condition
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.hypotheses import near_misses
from r1ci_env.programs import literal
from r1ci_env.task import Problem, Task

PEOPLE = {1: 2, 2: 3, 3: 4, 4: 6, 5: 9}
DEPTH = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}
JOINERS = ("and", "or", "if", "iff")


class KnightsKnaves(Task):
    """Tell knights, who always speak the truth, from knaves, who always lie.

    Description:
        Each inhabitant of an island makes one statement about who is a knight or a knave, built with not, and, or,
        if-then and if-and-only-if. Who is what is asked for.

    Answer format:
        ``Ada is a knight, Bela is a knave``: every inhabitant once.

    Levels:
        2 inhabitants with simple statements at level 1 up to 9 with statements nested 3 deep at level 5; the
        original's defaults (2 inhabitants, depth 2) lie at levels 1 to 3.

    Check:
        Every inhabitant must be named once with the right role, in any order; ``Ada: knight``, a JSON object or one
        inhabitant a line count as well.

    Source and deviations:
        Reasoning-Gym knights_knaves. All assignments are tried when a problem is made, so that exactly one fits.
        Compound statements are bracketed in words, so that none can be read in two ways.
    """

    hypothesis_words: ClassVar[tuple[str, str]] = ("choice of roles", "statements")

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw roles, then statements that fit them, until no other roles fit."""
        names = sorted(rng.sample(GIVEN_NAMES, PEOPLE[level]))
        count = len(names)
        roles = [rng.random() < 0.5 for _ in names]
        statements: list[list[Any]] = []
        while not statements or _models(statements, count) != [roles]:
            statements = []
            for i in range(count):
                statement = _statement(rng, i, count, DEPTH[level])
                while _holds(statement, roles) != roles[i]:
                    statement = _statement(rng, i, count, DEPTH[level])
                statements.append(statement)
        said = "\n".join(f'{name} says: "{_words(s, names)}."' for name, s in zip(names, statements, strict=True))
        question = (
            "Every inhabitant of an island is either a knight, who always tells the truth, or a knave, who always "
            f"lies. You meet {', '.join(names[:-1])} and {names[-1]}.\n{said}\n"
            'Here "or" means at least one of the two, and "if ... then" is false only when its condition is true and '
            "its conclusion is false.\n"
            "Who is what? Name every inhabitant, in the form "
            f"<<<{names[0]} is a knight/knave, {names[1]} is a knight/knave{', ...' if count > 2 else ''}>>>."
        )
        data = {"names": names, "statements": statements, "knights": roles}
        return self.new_problem(level, question, data, _describe(names, roles))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Read a role for each name."""
        data = problem.data
        given = {name.casefold(): role.casefold() for name, role in assignments(answer).items()}
        words = data.get("roles", ("knight", "knave"))
        return given == {
            n.casefold(): words[not knight] for n, knight in zip(data["names"], data["knights"], strict=True)
        }

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Try all roles, and keep those that fit what everybody says."

    def program(self, problem: Problem) -> str:
        """Try all roles, with what is said as conditions."""
        names, statements = self.instance(problem).values()
        said = "".join(f"        {condition(_formula(statement, names))},\n" for statement in statements)
        return (
            f"from itertools import product\n\nnames = {literal(names)}\n"
            f"for knights in product([True, False], repeat={len(names)}):\n"
            f"    {', '.join(map(str.lower, names))} = knights\n    said = [\n{said}    ]\n"
            "    if said == list(knights):\n"
            '        roles = ["a knight" if knight else "a knave" for knight in knights]\n'
            '        print(", ".join(f"{name} is {role}" for name, role in zip(names, roles)))\n'
        )

    def verification(self, problem: Problem, answer: str) -> str:
        """Return a program that compares what everybody says with their roles in an answer."""
        names, statements = self.instance(problem).values()
        said = "".join(f"    {condition(_formula(statement, names))},\n" for statement in statements)
        try:
            roles = assignments(answer)
        except BadAnswer:
            roles = {}
        if set(roles) != set(names):
            return f"named = {literal(sorted(roles))}\nprint(named == {literal(sorted(names))})\n"
        lines = [f"{name.lower()} = {roles[name].endswith('knight')}" for name in names]
        return "\n".join([*lines, f"said = [\n{said}]", f"print(said == [{', '.join(map(str.lower, names))}])\n"])

    def hypotheses(self, problem: Problem) -> list[str]:
        """Suppose who is what, and compare with what they say; then try all roles."""
        names, statements = self.instance(problem).values()

        def holds_before(roles: tuple[bool, ...]) -> int | None:
            lies = (_holds(said, roles) != role for said, role in zip(statements, roles, strict=True))
            return next((number for number, wrong in enumerate(lies) if wrong), None)

        said = "".join(f"    {condition(_formula(statement, names))},\n" for statement in statements)
        choices = itertools.product((True, False), repeat=len(names))
        wrong = [
            f"names = {literal(names)}\nknights = {literal([*roles])}\n"
            f"{', '.join(map(str.lower, names))} = knights\nsaid = [\n{said}]\n"
            "for name, knight, true in zip(names, knights, said):\n"
            "    if true != knight:\n"
            '        print("fails on what", name, "says")\n'
            "        break\n"
            "else:\n"
            '    roles = ["a knight" if knight else "a knave" for knight in knights]\n'
            '    print(", ".join(f"{name} is {role}" for name, role in zip(names, roles)))\n'
            for roles in near_misses(choices, holds_before, problem.question)
        ]
        return [*wrong, self.program(problem)]

    def reasons(self, problem: Problem) -> list[str] | None:
        """Go through the roles of two people, and say at whom each choice fails."""
        names, statements = self.instance(problem).values()
        if len(names) > 2:
            return None
        rng = random.Random(problem.question)
        tried = rng.sample(list(itertools.product((True, False), repeat=2)), 4)
        fails = rng.choice(
            ("but then {} says something {}, which a {} would not", "then {}'s words are {}: no {} says so")
        )
        said: list[str] = []
        for roles in tried:
            case = f"Say {_describe(names, list(roles)).replace(', ', ' and ')}"
            wrong = [i for i in range(2) if _holds(statements[i], roles) != roles[i]]
            if not wrong:
                told = " and ".join(
                    f"what {name} says is {'true' if role else 'false'}"
                    for name, role in zip(names, roles, strict=True)
                )
                return [*said, f"{case}: then {told}, as it has to be."]
            i = wrong[0]
            words = fails.format(names[i], "false" if roles[i] else "true", "knight" if roles[i] else "knave")
            said.append(f"{case}: {words}.")
        return None

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an entry of knights_knaves, in which the roles go by many names."""
        metadata = item["metadata"]
        names, terms = metadata["names"], metadata["knight_knave_terms"]
        statements = [_from_original(statement) for statement in metadata["statements"]]
        knights = _models(statements, len(names))
        flaw = None if len(knights) == 1 else "more than one assignment of roles fits"
        roles = (terms["knight"].lower(), terms["knave"].lower())
        data = {"names": names, "statements": statements, "knights": knights[0], "roles": roles}
        return self.official_problem(item["question"], data, _describe(names, knights[0], roles), item["answer"], flaw)


def _formula(statement: Any, names: list[str]) -> Formula:
    """Return a statement as a formula about variables named like the people, true for knights."""
    kind, *parts = statement
    if kind == "is":
        name = names[parts[0]].lower()
        return name if parts[1] else ["not", name]
    return [kind, *(_formula(part, names) for part in parts)]


def _from_original(statement: Any) -> list[Any]:
    """Translate a statement of the original, whose joiners may have more than two parts."""
    kind, *parts = statement
    if kind in ("telling-truth", "lying"):
        return ["is", parts[0], kind == "telling-truth"]
    translated = [_from_original(part) for part in parts]
    joiner = {"<=>": "iff", "->": "if"}.get(kind, kind)
    while len(translated) > 2:
        translated[-2:] = [[joiner, *translated[-2:]]]
    return [joiner, *translated]


def _describe(names: list[str], knights: list[bool], roles: Sequence[str] = ("knight", "knave")) -> str:
    return ", ".join(f"{name} is a {roles[not knight]}" for name, knight in zip(names, knights, strict=True))


def _statement(rng: random.Random, speaker: int, count: int, depth: int) -> list[Any]:
    """Return ``["is", person, knight]``, ``["not", s]`` or ``[joiner, s, s]``; few speak only of themselves."""
    if depth == 0 or rng.random() < 0.2:
        person = rng.randrange(count)
        if person == speaker and rng.random() < 0.7:
            person = (person + 1) % count
        return ["is", person, rng.random() < 0.5]
    if rng.random() < 0.15:
        return ["not", _statement(rng, speaker, count, depth - 1)]
    return [rng.choice(JOINERS), *(_statement(rng, speaker, count, depth - 1) for _ in range(2))]


def _models(statements: list[list[Any]], count: int) -> list[list[bool]]:
    """Return up to two assignments of roles under which exactly the knights speak the truth."""
    found = []
    for roles in itertools.product((True, False), repeat=count):
        if all(_holds(s, roles) == role for s, role in zip(statements, roles, strict=True)):
            found.append(list(roles))
            if len(found) == 2:
                break
    return found


def _holds(statement: Any, roles: Any) -> bool:
    kind, *parts = statement
    if kind == "is":
        return roles[parts[0]] == parts[1]
    if kind == "not":
        return not _holds(parts[0], roles)
    first, second = (_holds(part, roles) for part in parts)
    return {"and": first and second, "or": first or second, "if": not first or second, "iff": first == second}[kind]


def _words(statement: Any, names: list[str]) -> str:
    kind, *parts = statement
    if kind == "is":
        return f"{names[parts[0]]} is a {'knight' if parts[1] else 'knave'}"
    if kind == "not":
        return f"it is not true that {_inner(parts[0], names)}"
    first, second = (_inner(part, names) for part in parts)
    pattern = {
        "and": "both {} and {}",
        "or": "{} or {}",
        "if": "if {} then {}",
        "iff": "{} if and only if {}",
    }[kind]
    return pattern.format(first, second)


def _inner(statement: Any, names: list[str]) -> str:
    text = _words(statement, names)
    return text if statement[0] == "is" else f"({text})"


def read(question: str) -> dict[str, Any]:
    """Read who says what."""
    said = re.findall(r'^(\w+) says: "(.*)\."$', question, re.M)
    names = [name for name, _ in said]

    def parse(text: str) -> Any:
        if text.startswith("(") and _closes(text, 0) == len(text) - 1:
            return parse(text[1:-1])
        if text.startswith("it is not true that "):
            return ["not", parse(text.removeprefix("it is not true that "))]
        for kind, start, middle in (("if", "if ", " then "), ("and", "both ", " and ")):
            if text.startswith(start):
                return [kind, *map(parse, _split(text[len(start) :], middle))]
        for kind, middle in (("iff", " if and only if "), ("or", " or ")):
            if len(parts := _split(text, middle)) == 2:
                return [kind, *map(parse, parts)]
        name, role = re.fullmatch(r"(\w+) is a (knight|knave)", text).groups()
        return ["is", names.index(name), role == "knight"]

    return {"names": names, "statements": [parse(text) for _, text in said]}


def _closes(text: str, start: int) -> int:
    depth = 0
    for i in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return len(text)


def _split(text: str, middle: str) -> list[str]:
    """Split at the first ``middle`` outside brackets."""
    depth = 0
    for i, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0 and text.startswith(middle, i):
            return [text[:i], text[i + len(middle) :]]
    return [text]


def solve(names: list[str], statements: list[list[Any]]) -> str:
    """Try all roles: knights must speak the truth, and nobody else."""
    return _describe(names, _models(statements, len(names))[0])


def verify(answer: str, names: list[str], statements: list[list[Any]]) -> bool:
    """Compare what everybody says with their role."""
    roles = dict(part.split(" is a ") for part in answer.split(", "))

    def is_so(statement: Any) -> bool:
        kind, first, *rest = statement
        if kind == "is":
            return (roles[names[first]] == "knight") == rest[0]
        a, b = is_so(first), is_so(rest[-1] if rest else first)
        return {"not": not a, "and": a and b, "or": a or b, "if": b or not a, "iff": a is b}[kind]

    return [is_so(statement) for statement in statements] == [roles[name] == "knight" for name in names]

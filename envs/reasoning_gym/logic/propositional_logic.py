"""PropositionalLogic: a conclusion that only the premises together give."""

import random
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from r1ci_env.envs.answers import BadAnswer
from r1ci_env.envs.conditions import Formula, condition
from r1ci_env.task import Problem, Task

SHAPES = {  # letters, premises, nesting of a premise, letters of the conclusion
    1: (3, 2, 1, 2),
    2: (4, 3, 1, 2),
    3: (4, 4, 2, 2),
    4: (6, 6, 2, 3),
    5: (8, 9, 2, 4),
}
LETTERS = "PQRSTUVW"
CONNECTIVES = "∧∨→↔"
SPELLINGS = {
    "∧": ("&&", "&", "and", "/\\", "^", "·", "\\land", "\\wedge"),
    "∨": ("||", "|", "or", "\\/", "\\lor", "\\vee"),
    "↔": ("<=>", "<->", "⇔", "⟷", "⟺", "≡", "iff", "if and only if", "\\leftrightarrow", "\\Leftrightarrow", "\\iff"),
    "→": ("=>", "->", "⇒", "⟶", "⟹", "⊃", "implies", "\\rightarrow", "\\Rightarrow", "\\implies", "\\to"),
    "¬": ("~", "!", "not", "−", "\\neg", "\\lnot"),
}
SYMBOLS = {spelling: symbol for symbol, spellings in SPELLINGS.items() for spelling in (symbol, *spellings)}
LONGEST_FIRST = "|".join(map(re.escape, sorted(SYMBOLS, key=len, reverse=True)))
TOKEN = re.compile(rf"\s*({LONGEST_FIRST}|[()\[\]]|[A-Za-z]\w*)")
MAX_CHARS = 2_000
MAX_DEPTH = 40
MAX_LETTERS = 10


class PropositionalLogic(Task):
    """Find a formula in some of the letters that follows from premises together and from none alone.

    Description:
        Formulas over a few letters are given as premises. Asked for is a conclusion in two to four of the letters
        that follows from all premises together, but from none of them alone.

    Answer format:
        A formula, such as ``¬P ∨ (Q ∧ R)``. ASCII spellings, words and small letters count as well: ``~ ! not``,
        ``& and``, ``| or``, ``-> implies``, ``<-> iff``.

    Levels:
        2 premises over 3 letters, each with one connective, at level 1 up to 9 premises over 8 letters at level 5;
        the original has 2 to 4 premises over 2 to 4 letters.

    Check:
        A bounded parser reads the formula and a truth table decides: it holds wherever all premises hold and, for
        each premise, fails somewhere where that premise holds; so it is no tautology. Every such formula counts.

    Source and deviations:
        Reasoning-Gym propositional_logic, which stores no answer, whose premises often contradict each other, and
        where repeating a premise would do. Here the premises are consistent, and a conclusion is proved to exist.
        In original items any formula over the given letters counts that follows and is no tautology.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw premises and letters until there is a conclusion."""
        letters, count, depth, few = SHAPES[level]
        names = LETTERS[:letters]
        conclusion = ""
        while not conclusion:
            premises = [_premise(rng, names, depth) for _ in range(count)]
            allowed = "".join(sorted(rng.sample(names, few)))
            if len(set(premises)) == count and set("".join(premises)) >= set(names):
                conclusion = solve(premises, allowed)
        listed = "\n".join(f"{i}. {premise}" for i, premise in enumerate(premises, 1))
        question = (
            f"Premises:\n{listed}\n\n"
            "¬ means not, ∧ and, ∨ or (at least one of the two), → implies, ↔ if and only if.\n"
            f"Give a formula in which no letters but {', '.join(allowed)} occur, which follows from all the premises "
            "together, but does not follow from any single premise alone. ¬ binds strongest, then ∧, ∨, →, ↔; use "
            "brackets where you mean something else. Write it in triple angle brackets, for example "
            "<<<¬A ∨ (B ∧ C)>>>."
        )
        data = {"premises": premises, "letters": names, "allowed": allowed, "alone": True}
        return self.new_problem(level, question, data, conclusion)

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Decide by truth table."""
        names, data = problem.data["letters"], problem.data
        premises = [_table(premise, names) for premise in data["premises"]]
        answer = re.sub(r"^(?:∴|⊢|therefore\b)[\s,:]*", "", answer, flags=re.I)
        try:
            conclusion = _table(answer, names, data["allowed"])
        except ValueError as error:
            raise BadAnswer(str(error)) from None
        everywhere = _everywhere(names)
        if _together(premises, everywhere) & ~conclusion or conclusion == everywhere:
            return False
        return not data["alone"] or all(premise & ~conclusion for premise in premises)

    def program(self, problem: Problem) -> str:
        """Try all truth values, and list the cases of the allowed letters that are left."""
        premises, allowed = self.instance(problem).values()
        names = sorted(set(re.findall("[P-W]", "".join(premises))))
        told = "".join(f"        {condition(_formula(premise))},\n" for premise in premises)
        literals = ", ".join(f'"{name}" if {name} else "¬{name}"' for name in allowed)
        return (
            f"from itertools import product\n\ncases = []\n"
            f"for {', '.join(names)} in product([True, False], repeat={len(names)}):\n    premises = [\n{told}    ]\n"
            f"    case = [{literals}]\n    if all(premises) and case not in cases:\n        cases.append(case)\n"
            'print(" ∨ ".join(f"({\' ∧ \'.join(case)})" for case in cases))\n'
        )

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Any formula that follows and is no tautology will do; where the premises contradict, all of them follow."""
        premises = item["metadata"]["premises"]
        names = "".join(sorted({*item["metadata"]["variables"], *re.findall(r"[A-Z]", "".join(premises))}))
        data = {"premises": premises, "letters": names, "allowed": names, "alone": False}
        tables, everywhere = [_table(premise, names) for premise in premises], _everywhere(names)
        telling = [premise for premise, table in zip(premises, tables, strict=True) if table != everywhere]
        flaw = None
        if not telling:
            flaw = "nothing but tautologies follows"
        elif not _together(tables, everywhere):
            flaw = "the premises contradict each other, so that everything follows"
        return self.official_problem(item["question"], data, (telling or ["(none)"])[0], item["answer"], flaw)

    def size(self, problem: Problem) -> float:
        """Connectives and letters of the premises."""
        return float(sum(map(len, problem.data["premises"])))


def _premise(rng: random.Random, names: str, depth: int) -> str:
    """Return a formula of two sides, at most one of them nested deeper."""
    if depth == 0:
        return "¬" * (rng.random() < 0.3) + rng.choice(names)
    left, right = _premise(rng, names, depth - 1), _premise(rng, names, 0)
    while right[-1] in left:
        right = _premise(rng, names, 0)
    if len(left) > 2:
        left = "¬" * (rng.random() < 0.2) + f"({left})"
    sides = (left, right) if rng.random() < 0.5 else (right, left)
    return f" {rng.choice('∧∨∨→→→↔')} ".join(sides)


def _formula(text: str) -> Formula:
    """Read a formula that has one connective at most outside brackets."""
    depth = 0
    for i, symbol in enumerate(text):
        depth += (symbol == "(") - (symbol == ")")
        if depth == 0 and symbol in CONNECTIVES:
            kind = dict(zip(CONNECTIVES, ("and", "or", "if", "iff"), strict=True))[symbol]
            return [kind, _formula(text[: i - 1]), _formula(text[i + 2 :])]
    if text[0] == "¬":
        return ["not", _formula(text[1:])]
    return _formula(text[1:-1]) if text[0] == "(" else text


def _everywhere(names: Sequence[str]) -> int:
    return (1 << (1 << len(names))) - 1


def _together(premises: Sequence[int], everywhere: int) -> int:
    """Return the truth table of all premises together."""
    for premise in premises:
        everywhere &= premise
    return everywhere


@cache
def _columns(names: str) -> dict[str, int]:
    """Return for each letter the rows of the truth table, as bits, in which it is true."""
    columns = {}
    for i, name in enumerate(names):
        column = ((1 << (1 << i)) - 1) << (1 << i)  # 2**i zeros and as many ones, again and again
        for j in range(i + 1, len(names)):
            column |= column << (1 << j)
        columns[name] = column
    return columns


@lru_cache(maxsize=4_096)  # short premises come up again and again
def _table(formula: str, names: str, allowed: str | None = None) -> int:
    """Read a formula; return the rows of the truth table, as bits, in which it is true."""
    if len(formula) > MAX_CHARS or len(names) > MAX_LETTERS:
        raise ValueError("too long")
    tokens: list[str] = []
    position, formula = 0, formula.rstrip()
    while position < len(formula):
        match = TOKEN.match(formula, position)
        if not match:
            raise ValueError(f"unexpected {formula[position]!r}")
        token = {"[": "(", "]": ")"}.get(match[1], match[1])
        if token == "v" and tokens and (tokens[-1] == ")" or tokens[-1] in names):
            token = "∨"  # between two formulas it is no letter
        tokens.append(SYMBOLS.get(token) or SYMBOLS.get(token.lower()) or token.upper())
        position = match.end()
    tokens.reverse()  # the next one stands last
    columns, everywhere = _columns(names), _everywhere(names)

    def atom(depth: int) -> int:
        if depth > MAX_DEPTH or not tokens:
            raise ValueError("nested too deep, or ends too early")
        token = tokens.pop()
        if token == "¬":
            return everywhere & ~atom(depth + 1)
        if token == "(":
            value = binary(3, depth + 1)
            if not tokens or tokens.pop() != ")":
                raise ValueError("unbalanced brackets")
            return value
        if token not in columns or (allowed is not None and token not in allowed):
            raise ValueError(f"{token!r} is none of the letters")
        return columns[token]

    def binary(strength: int, depth: int) -> int:
        """Read what binds at least as strong as the connective of this number; → groups to the right."""
        if strength < 0:
            return atom(depth)
        sides = [binary(strength - 1, depth)]
        while tokens and tokens[-1] == CONNECTIVES[strength]:
            tokens.pop()
            sides.append(binary(strength - 1, depth))
        value = sides.pop() if strength == 2 else sides.pop(0)
        for side in reversed(sides) if strength == 2 else sides:
            value = (value & side, value | side, ~side & everywhere | value, ~(value ^ side) & everywhere)[strength]
        return value

    value = binary(3, 0)
    if tokens:
        raise ValueError(f"unexpected {tokens[-1]!r}")
    return value


def read(question: str) -> dict[str, Any]:
    """Read the premises, and the letters that the conclusion may have."""
    allowed = re.search(r"no letters but ([P-W, ]+) occur", question)[1]
    return {"premises": re.findall(r"^\d+\. (.*)$", question, re.M), "allowed": re.sub(r"\W", "", allowed)}


def solve(premises: list[str], allowed: str) -> str:
    """List the cases of the allowed letters that the premises leave open, unless one premise alone leaves no more."""
    # if any conclusion is right, this one is: whatever gives it alone gives the weaker ones too
    names = "".join(sorted({symbol for symbol in "".join(premises) if symbol.isalpha()}))
    tables, columns, everywhere = [_table(p, names) for p in premises], _columns(names), _everywhere(names)
    together = _together(tables, everywhere)
    cases, strongest = [], 0
    for case in range(1 << len(allowed)):
        rows = everywhere
        for i, name in enumerate(allowed):
            rows &= columns[name] if case >> i & 1 else ~columns[name]
        if together & rows:
            strongest |= rows
            cases.append(" ∧ ".join("¬" * (not case >> i & 1) + name for i, name in enumerate(allowed)))
    if not together or not all(table & ~strongest for table in tables):
        return ""
    return " ∨ ".join(f"({case})" for case in cases)

"""Syllogism: whether a conclusion about groups follows from premises."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.conditions import AND, Formula, condition
from r1ci_env.task import Problem, Task

GROUPS = {1: (3, 3), 2: (4, 4), 3: (5, 5), 4: (7, 8), 5: (10, 11)}
NOUNS = tuple(
    "acrobats anglers archers artists athletes bakers bankers barbers beekeepers bikers bowlers boxers brewers "
    "builders campers captains carpenters cellists climbers clowns coaches collectors cooks cyclists dancers dentists "
    "divers drivers drummers editors explorers farmers fencers filmmakers florists gamblers gardeners golfers guides "
    "hikers hunters jewellers joggers jugglers knitters locksmiths magicians masons miners novelists nurses painters "
    "pilots plumbers poets potters printers quilters runners sailors sculptors singers skaters skiers surfers surgeons "
    "swimmers tailors tilers tourists vegans violinists waiters weavers welders wrestlers".split()
)
KINDS = {"all": "All {} are {}", "no": "No {} are {}", "some": "Some {} are {}", "some not": "Some {} are not {}"}
PREMISES = ("all", "all", "all", "no", "some", "some not")
LINE = 90
"""Characters that a list of conditions may have on one line of a program."""
TRIALS = 20
"""Premises of the same kinds that are tried before others are drawn."""
Statement = tuple[str, Any, Any]
"""A kind, and two groups by their names or numbers."""


class Syllogism(Task):
    """Decide whether a statement about groups follows from others.

    Description:
        Premises of the forms All/No/Some A are B and Some A are not B are given, about groups that are not empty.
        Whether a conclusion of one of these forms follows is asked for.

    Answer format:
        ``Yes`` or ``No``.

    Levels:
        2 premises about 3 groups at level 1, as in the original; 10 to 11 groups at level 5. From level 2 on there
        are half as many premises again as it takes to link the groups.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        Reasoning-Gym syllogism. The question says that no group is empty, which the original takes for granted and
        does not say; its answer is Yes to some forms that are not valid (All A are B, some B are C: some A are C).
        Kinds of conclusion are equally likely, and each follows as often as not
        from premises of the same kinds.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw the answer and the kinds of all statements, then their groups until either answer is possible."""
        kind, wanted = rng.choice(list(KINDS)), rng.random() < 0.5
        count = rng.randint(*GROUPS[level])
        found: dict[bool, tuple[list[Statement], Statement]] = {}
        while len(found) < 2:
            found = {}
            kinds = rng.choices(PREMISES, k=count - 1 + (0 if level == 1 else count // 2))
            for _ in range(TRIALS):
                premises = _premises(rng, count, kinds)
                world = _world(premises, count)
                if all(world.witnesses):
                    for conclusion in _conclusions(kind, count, premises, rng):
                        found.setdefault(_follows(world, conclusion), (premises, conclusion))
                if len(found) == 2:
                    break
        premises, conclusion = found[wanted]
        groups = rng.sample(NOUNS, count)
        listed = "\n".join(f"{i}. {_words(p, groups)}." for i, p in enumerate(premises, 1))
        question = (
            f"Every group that is named here has at least one member.\n{listed}\n"
            f"Does it follow with certainty that: {_words(conclusion, groups)}?\n"
            "Answer in triple angle brackets: <<<Yes>>> or <<<No>>>."
        )
        data = {"groups": groups, "premises": premises, "conclusion": conclusion}
        return self.new_problem(level, question, data, "Yes" if wanted else "No")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "Yes", "No") == problem.answer

    def size(self, problem: Problem) -> float:
        """Number of premises."""
        return float(len(problem.data["premises"]))

    def program(self, problem: Problem) -> str:
        """Try every kind of person for one whom the premises allow and the conclusion denies.

        A conclusion that somebody exists follows if it fits all of whom a premise, or a group, may speak.
        """
        premises, conclusion = self.instance(problem).values()
        groups = list(dict.fromkeys(group for statement in [*premises, conclusion] for group in statement[1:]))
        rules = [_condition(statement) for statement in premises if statement[0] in ("all", "no")]
        claims = [_condition(statement) for statement in premises if statement[0] in ("some", "some not")] + groups
        start = "from itertools import product\n\n"
        loop = (
            f"for {', '.join(groups)} in product([True, False], repeat={len(groups)}):\n    {_listed('allowed', rules)}"
        )
        if conclusion[0] in ("all", "no"):
            denied = condition(["not", _formula(conclusion)], AND)
            end = f'    if all(allowed) and {denied}:\n        answer = "No"\nprint(answer)\n'
            return f'{start}answer = "Yes"\n{loop}{end}'
        return (
            f"{start}# of each whose existence is certain: must the conclusion be true of them?\n"
            f"must = [True] * {len(claims)}\n{loop}    {_listed('exists', claims)}"
            f"    conclusion = {_condition(conclusion)}\n    if all(allowed) and not conclusion:\n"
            f"        must = [sure and not one for sure, one in zip(must, exists)]\n"
            'print("Yes" if any(must) else "No")\n'
        )

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Decide on the premises and the conclusion.

        Where it matters whether groups may be empty, the original leaves it open: the stored answer stays.
        """
        metadata = item["metadata"]
        texts = [metadata["premise1"], metadata["premise2"], metadata["conclusion"]]
        named = [_read(text) for text in texts]
        groups = list(dict.fromkeys(group for statement in named for group in statement[1:]))
        *premises, conclusion = ((kind, groups.index(a), groups.index(b)) for kind, a, b in named)
        worlds = [_world(premises, len(groups), may_be_empty) for may_be_empty in (False, True)]
        answers = ["Yes" if _follows(world, conclusion) else "No" for world in worlds]
        answer = item["answer"] if item["answer"] in answers else answers[0]
        flaw = None
        if not all(worlds[1].witnesses):
            flaw = "the premises contradict each other"
        elif answer != item["answer"]:
            flaw = "the stored answer is wrong, whether or not groups may be empty"
        data = {"groups": groups, "premises": premises, "conclusion": conclusion}
        return self.official_problem(item["question"], data, answer, item["answer"], flaw)


def _formula(statement: Statement) -> Formula:
    """Return what a statement says of everybody, or of the one who exists by it."""
    kind, first, second = statement
    return {
        "all": ["if", first, second],
        "no": ["not", ["and", first, second]],
        "some": ["and", first, second],
        "some not": ["and", first, ["not", second]],
    }[kind]


def _condition(statement: Statement) -> str:
    return condition(_formula(statement))


def _listed(name: str, conditions: list[str]) -> str:
    line = f"{name} = [{', '.join(conditions)}]\n"
    return (
        line
        if len(line) < LINE
        else f"{name} = [\n{''.join(f'        {each},{chr(10)}' for each in conditions)}    ]\n"
    )


def _premises(rng: random.Random, count: int, kinds: Sequence[str]) -> list[Statement]:
    """Link all groups in a tree, mostly a chain, and add some links more, one for each of the kinds."""
    pairs = {(i, i - 1 if rng.random() < 0.7 else rng.randrange(i)) for i in range(1, count)}
    while len(pairs) < len(kinds):
        first, second = rng.sample(range(count), 2)
        if (second, first) not in pairs:
            pairs.add((first, second))
    premises = []
    for pair, kind in zip(sorted(pairs), rng.sample(kinds, len(kinds)), strict=True):
        first, second = pair if rng.random() < 0.5 else pair[::-1]
        premises.append((kind, first, second))
    rng.shuffle(premises)
    return premises


def _conclusions(kind: str, count: int, premises: Sequence[Statement], rng: random.Random) -> list[Statement]:
    """Return the conclusions of a kind about groups that no single premise links, in random order."""
    linked = {frozenset(premise[1:]) for premise in premises}
    pairs = [(a, b) for a in range(count) for b in range(count) if a != b and frozenset((a, b)) not in linked]
    return [(kind, a, b) for a, b in rng.sample(pairs, len(pairs))]


class _World(NamedTuple):
    """Who may exist under some premises.

    Somebody is known by the groups they are in: person p, who is in group g if bit g of p is set, is bit p.
    """

    members: list[int]
    """Who is in each group."""
    allowed: int
    """Who may exist under the universal premises."""
    witnesses: list[int]
    """For each existential premise, and each group that is not empty, those of whom at least one exists."""


def _world(premises: Sequence[Statement], count: int, may_be_empty: bool = False) -> _World:
    people = 1 << count
    allowed = (1 << people) - 1
    members = []
    for g in range(count):
        pattern = ((1 << (1 << g)) - 1) << (1 << g)  # 2**g zeros and as many ones, again and again
        for j in range(g + 1, count):
            pattern |= pattern << (1 << j)
        members.append(pattern)
    for premise in premises:
        if premise[0] in ("all", "no"):
            allowed &= ~_meant(members, premise)
    meant = [_meant(members, p) for p in premises if p[0] in ("some", "some not")]
    return _World(members, allowed, [allowed & some for some in (*meant, *([] if may_be_empty else members))])


def _meant(members: Sequence[int], statement: Statement) -> int:
    """Return those of whom a statement speaks: in both groups, or in the first one alone."""
    kind, a, b = statement
    return members[a] & (members[b] if kind in ("some", "no") else ~members[b])


def _follows(world: _World, conclusion: Statement) -> bool:
    """Whether a universal conclusion has no exception who may exist, or an existential one a witness who must."""
    meant = _meant(world.members, conclusion)
    if conclusion[0] in ("all", "no"):
        return not world.allowed & meant
    return any(not witness & ~meant for witness in world.witnesses)


def _words(statement: Statement, groups: Sequence[str]) -> str:
    kind, a, b = statement
    return KINDS[kind].format(groups[a], groups[b])


def _read(text: str) -> Statement:
    """Read a statement: its kind and its two groups."""
    quantifier, first, negated, second = re.fullmatch(r"(All|No|Some) (.+) are (not )?(.+)", text).groups()
    return quantifier.lower() + (" not" if negated else ""), first, second


def read(question: str) -> dict[str, Any]:
    """Read the premises and the conclusion."""
    premises = [_read(text) for text in re.findall(r"^\d+\. (.*)\.$", question, re.M)]
    return {"premises": premises, "conclusion": _read(re.search(r"certainty that: (.*)\?", question)[1])}


def solve(premises: list[Statement], conclusion: Statement) -> str:
    """Look at all kinds of people that the premises allow."""
    statements = [*premises, conclusion]
    groups = list(dict.fromkeys(group for statement in statements for group in statement[1:]))
    *numbered, last = [(kind, groups.index(a), groups.index(b)) for kind, a, b in statements]
    return "Yes" if _follows(_world(numbered, len(groups)), last) else "No"

"""CausalJudgement: did one thing happen because of another, by a stated test."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.bbh.original import original_word
from r1ci_env.envs.conditions import condition
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.task import Problem, Task

SHAPES = {1: ((3, 4), 2), 2: ((4, 5), 3), 3: ((6, 8), 4), 4: ((9, 12), 6), 5: ((16, 22), 10)}
"""People and rules per level."""

# The setting | what comes about in the end | what comes about on the way | what people may do | to what kinds of things
SETTINGS = """\
In a mill by the river, machines are run by hand. | the cellar is flooded | the mill wheel is in motion, \
the sluice is open, the main pump is on, the spare pump is on, the drain is blocked, the tank is full, \
the belt is tight, the grindstone is hot, the weir is raised | \
pull pulls pulled lever, turn turns turned crank, press presses pressed knob | \
red, green, blue, white, black, yellow, iron, brass
At the town theatre, the stage is moved by old machinery. | the performance is stopped | the trapdoor is open, \
the curtain is down, the spotlight is on, the fog machine is on, the stage is turned, the safety net is out, \
the siren is on, the hall is dark, the rear door is locked | flip flips flipped switch, pull pulls pulled rope, \
push pushes pushed handle | left, right, upper, lower, front, rear, long, short
A greenhouse is looked after by a group of gardeners. | the orchid is in bloom | the heater is on, the roof is open, \
the sprinkler is on, the soil is moist, the lamp is lit, the fan is on, the shade is drawn, the water is warm, \
the fertiliser is dissolved | open opens opened valve, turn turns turned dial, fill fills filled can | \
red, green, blue, white, black, yellow, copper, plastic
At the town hall, a plan goes through many hands. | the bridge is approved | the survey is complete, \
the budget is settled, the appeal is rejected, the map is published, the council is satisfied, the contract is valid, \
the first reading is over, the permit is ready, the objection is withdrawn | \
sign signs signed form, stamp stamps stamped copy, return returns returned file | \
red, green, blue, white, grey, yellow, thick, thin
On a ship, the crew works by a strict plan. | the ship is delayed | the anchor is down, the mainsail is set, \
the rudder is free, the bilge is dry, the boiler is hot, the lifeboat is out, the hold is full, the flag is raised, \
the deck is clear | haul hauls hauled line, close closes closed hatch, ring rings rang bell | \
forward, middle, after, upper, lower, big, small, old
In a laboratory, an experiment is run by many hands. | the alarm is set off | the beaker is warm, the laser is on, \
the chamber is sealed, the vacuum is complete, the mixture is stable, the magnet is charged, the filter is clogged, \
the printer is busy, the cooling is off | \
press presses pressed button, move moves moved slider, load loads loaded tray | \
first, second, third, fourth, fifth, sixth, seventh, eighth
"""
ASIDES = (
    ", which was allowed",
    ", although it was forbidden",
    ", as on every other day",
    ", to everybody's surprise",
    ", quite deliberately",
    ", without much thought",
    ", hoping for the best",
)
TESTS = {
    "necessary": "What somebody did or left undone counts as a cause exactly if this would not have come about, by the "
    "rules, had that person alone acted the other way and everybody else done what they did.",
    "sufficient": "What somebody did counts as a cause exactly if this would also have come about, by the rules, had "
    "nobody else done any of the things listed above.",
}
QUANTIFIERS = {"at least one": 1, "at least two": 2, "all": 0}
"""How many of the conditions of a rule must hold; 0 stands for every one."""

Rule = tuple[str, str, list[tuple[str, bool]]]
"""A state, a quantifier, and the states or people on which it depends, each with whether they must hold or not."""

Case = tuple[list[Rule], dict[str, bool], list[str], str]
"""Rules, who acted, the states in words, and the person asked about."""

Look = tuple[object, ...]


class CausalJudgement(Task):
    """Decide by a stated test whether somebody brought about what happened.

    Description:
        A story gives rules by which states come about from what people do and from other states, and what each person
        did or left undone. It states the test for a cause: either necessity (it would not have happened otherwise) or
        sufficiency (it would have happened by this alone). Whether one person's conduct is a cause is asked for. There
        are joint causes, overdetermination, back-ups that step in, prevention and omissions.

    Answer format:
        ``Yes`` or ``No``.

    Levels:
        3 or 4 people and two rules at level 1; 16 to 22 people and 10 rules that build on each other at level 5.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        BIG-Bench Hard causal_judgement, whose answers are majorities of people asked. Here the test is stated, so that
        the answer follows from the text; remarks on norms and intentions are there to mislead. One who is a cause and
        one who is not are drawn to look alike, which takes two rules at least: the verdict of a single rule shows in
        how many are wanted to act. The solver does not answer original items.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw rules and conduct until two people that look alike have different verdicts, and ask about either.

        They may be of one story or of two. So nothing that `_look` sees tells the verdict.
        """
        (low, high), rule_count = SHAPES[level]
        setting, end, between, acts, kinds = (part.strip() for part in rng.choice(SETTINGS.splitlines()).split("|"))
        test = rng.choice(sorted(TESTS))
        is_cause = rng.random() < 0.5
        drawn: dict[Look, dict[bool, Case]] = {}
        alike: dict[bool, Case] = {}
        while len(alike) < 2:
            people = rng.sample(GIVEN_NAMES, rng.randint(low, high))
            states = [*rng.sample(between.split(", "), rule_count - 1), end]
            rules = draw_rules(rng, [state.split(" is ")[0] for state in states], people)
            did = {person: rng.random() < 0.6 for person in people}
            if not comes_about(rules, did):
                continue
            for person in people:
                if did[person] or test == "necessary":
                    alike = drawn.setdefault(_look(rules, did, person), {})
                    alike[solve(rules, did, person, test == "necessary") == "Yes"] = rules, did, states, person
                    if len(alike) == 2:
                        break
        rules, did, states, asked = alike[is_cause]
        people = list(did)
        verbs = [act.split(" ") for act in acts.split(", ")]
        things = [
            (base, third, past, f"the {kind} {noun}") for base, third, past, noun in verbs for kind in kinds.split(", ")
        ]
        act = dict(zip(people, rng.sample(things, len(people)), strict=True))
        told = [_told(person, did[person], act[person]) for person in rng.sample(people, len(people))]
        asides = [rng.choice(ASIDES) if rng.random() < 0.4 else "" for _ in told]
        shown = rng.sample(rules, len(rules))
        question = (
            f"{setting} Things happen there by these rules and no others:\n"
            + "\n".join(_rule_text(rule, states, act) for rule in shown)
            + f"\nOne day, {'; '.join(text + aside for text, aside in zip(told, asides, strict=True))}. "
            f"In the end {end.replace(' is ', ' was ')}.\n{TESTS[test]} Norms and intentions do not matter.\n"
            f"Was it by this test a cause of the outcome ({end.replace(' is ', ' was ')}) "
            f"that {_told(asked, did[asked], act[asked])}?\n"
            "Answer in triple angle brackets: <<<Yes>>> or <<<No>>>."
        )
        data = {"people": len(people), "rules": rule_count, "test": test, "asked": asked}
        return self.new_problem(level, question, data, "Yes" if is_cause else "No")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "Yes", "No") == problem.answer

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Set who acts, and follow the rules up to the outcome."

    def program(self, problem: Problem) -> str | None:
        """Write the rules as conditions."""
        rules, did, person, necessary = self.instance(problem).values()
        if not rules:
            return None
        people, changed = list(map(str.lower, did)), person.lower()
        if necessary:
            lines = [f"{', '.join(people)} = {', '.join(map(str, did.values()))}"]
            lines.append(f"{changed} = not {changed}  # {person} alone acts the other way")
        else:
            lines = [f"{' = '.join(people)} = False", f"{changed} = True  # nobody else acts"]
        lines += [f"{_variable(state)} = {_condition(how, parts)}" for state, how, parts in rules]
        yes, no = ("No", "Yes") if necessary else ("Yes", "No")
        return "\n".join([*lines, f'print("{yes}" if {_variable(rules[-1][0])} else "{no}")\n'])

    def reasons(self, problem: Problem) -> list[str] | None:
        """Replay the rules in the case that the test speaks of."""
        rules, did, person, necessary = self.instance(problem).values()
        if not 0 < len(rules) <= 3:
            return None
        rng = random.Random(problem.question)
        suppose = rng.choice(("Suppose", "Imagine", "Let us say"))
        yes, no = rng.choice((("true", "false"), ("holds", "fails"), ("yes", "no")))
        if necessary:
            holds = {**did, person: not did[person]}
            said = [f"{suppose} that {person} alone had acted the other way, so had {_not(not did[person])}acted."]
        else:
            holds = {name: name == person for name in did}
            said = [f"{suppose} that nobody but {person} had acted."]
        for state, how, parts in rules:
            told = []
            for name, wanted in parts:
                text = f"{name} {'acts' if wanted else 'does not act'}" if name in did else _said(name, wanted)
                told.append(f"{text} ({yes if holds[name] == wanted else no})")
            holds[state] = comes_about([(state, how, parts)], holds)
            said.append(f"For the {state.split(' is ')[0]}, {how} must hold: {', '.join(told)}.")
            said[-1] += f" So {_said(state, holds[state])}."
        if necessary:
            end = ("It would have come about all the same: no cause.", "Then it would not have come about: a cause.")
        else:
            end = ("This alone would not have done: no cause.", "This alone would have done: a cause.")
        return [*said, end[holds[rules[-1][0]] != necessary]]

    def size(self, problem: Problem) -> float:
        """Number of people and rules."""
        return float(problem.data["people"] + problem.data["rules"])

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Take the question and the target as they are: what people answer cannot be derived."""
        return original_word(self, item, {}, "Yes", "No")


def draw_rules(rng: random.Random, states: list[str], people: list[str]) -> list[Rule]:
    """Return a rule for each state, in order: everybody and every state but the last matters somewhere."""
    groups: list[list[str]] = [[] for _ in states]
    for i, person in enumerate(rng.sample(people, len(people))):
        groups[i % len(states)].append(person)
    for i, state in enumerate(states[:-1]):
        groups[rng.randint(i + 1, min(i + 3, len(states) - 1))].append(state)
    rules: list[Rule] = []
    for state, group in zip(states, groups, strict=True):
        spare = [person for person in people if person not in group]
        group += rng.sample(spare, min(len(spare), max(0, rng.choice((2, 3)) - len(group))))
        quantifier = rng.choice(["at least one", "all"] + ["at least two"] * (len(group) > 2))
        rules.append((state, quantifier, [(name, rng.random() < 0.75) for name in group]))
    return rules


def _look(rules: list[Rule], did: Mapping[str, bool], person: str) -> Look:
    """Return what is seen of a story and a person at a glance, without following the rules.

    How many people there are and act, what the rules are like and how many people and states they want; what the person
    did, and for each rule that names the person how many rules lie between it and the outcome, its quantifier, and
    whether it wants the act.
    """
    away = {rules[-1][0]: 0}
    for state, _, parts in reversed(rules):
        away |= {name: away[state] + 1 for name, _ in parts if name not in did}
    kinds = [(how, len(parts)) for _, how, parts in rules]
    wants = Counter((name in did, wanted) for _, _, parts in rules for name, wanted in parts)
    own = [(away[state], how, wanted) for state, how, parts in rules for name, wanted in parts if name == person]
    story = (len(did), sum(did.values()), *sorted(kinds[:-1]), kinds[-1], *sorted(wants.items()))
    return *story, did[person], *sorted(own)


def _not(positive: bool) -> str:
    return "" if positive else "not "


def _said(state: str, holds: bool) -> str:
    return f"the {state}" if holds else f"the {state}".replace(" is ", " is not ", 1)


def _variable(state: str) -> str:
    return state.replace(" is ", " ").replace(" ", "_")


def _condition(quantifier: str, parts: list[tuple[str, bool]]) -> str:
    """Return a rule as a condition of Python."""
    names = [_variable(name).lower() for name, _ in parts]
    formulas = [name if wanted else ["not", name] for name, (_, wanted) in zip(names, parts, strict=True)]
    if quantifier == "at least two":
        return f"sum([{', '.join(map(condition, formulas))}]) >= 2"
    return condition(["and" if quantifier == "all" else "or", *formulas])


def _told(person: str, did: bool, act: tuple[str, str, str, str]) -> str:
    base, _, past, thing = act
    return f"{person} {past if did else f'did not {base}'} {thing}"


def _rule_text(rule: Rule, states: list[str], acts: Mapping[str, tuple[str, str, str, str]]) -> str:
    """Return the rule as a line, each condition in words."""
    state, quantifier, conditions = rule
    full = {text.split(" is ")[0]: text for text in states}
    texts = []
    for name, wanted in conditions:
        if name in full:
            texts.append(full[name] if wanted else full[name].replace(" is ", " is not "))
        else:
            base, third, _, thing = acts[name]
            texts.append(f"{name} {third if wanted else f'does not {base}'} {thing}")
    hold = "holds" if quantifier == "at least one" else "hold"
    return f"- {full[state]} exactly if {quantifier} of these {hold}: {'; '.join(texts)}."


def read(question: str) -> dict[str, Any]:
    """Read the rules, each after those on which it builds, what everybody did, who is asked about, and the test.

    An original item has no rules.
    """
    lines = re.findall(r"^- the (.*?) is (.*) exactly if (.*) of these holds?: (.*)\.$", question, re.M)
    if not lines:
        return {"rules": [], "did": {}, "person": "", "necessary": False}
    story, end = re.search(r"^One day, (.*)\. In the end the (.*?) was ", question, re.M).groups()
    did = {fact.split()[0]: " did not " not in fact for fact in story.split("; ")}
    full = {subject: f"{subject} is {predicate}" for subject, predicate, _, _ in lines}
    pending = []
    for subject, _, quantifier, told in lines:
        parts = []
        for text in told.split("; "):
            name = re.match(r"the (.*?) is |(\w+) ", text)
            parts.append((full[name[1]] if name[1] else name[2], " not " not in text))
        pending.append((full[subject], quantifier, parts))
    rules: list[Rule] = []
    known = set(did)
    while pending:
        ready = next(rule for rule in pending if all(name in known for name, _ in rule[2]))
        pending.remove(ready)
        rules.append(ready)
        known.add(ready[0])
    rules.sort(key=lambda rule: rule[0] == full[end])
    person = re.search(r"\) that (\w+) ", question)[1]
    return {"rules": rules, "did": did, "person": person, "necessary": "the other way" in question}


def solve(rules: list[Rule], did: Mapping[str, bool], person: str, necessary: bool) -> str:
    """Replay the rules as the test says, with this person alone changed or alone acting."""
    if not rules:
        return ""
    if necessary:
        return "No" if comes_about(rules, {**did, person: not did[person]}) else "Yes"
    return "Yes" if comes_about(rules, {name: name == person for name in did}) else "No"


def comes_about(rules: list[Rule], did: Mapping[str, bool]) -> bool:
    """Return whether the state of the last rule comes about; each rule builds on earlier ones."""
    holds = dict(did)
    for state, quantifier, conditions in rules:
        met = sum(holds[name] == wanted for name, wanted in conditions)
        holds[state] = met >= (QUANTIFIERS[quantifier] or len(conditions))
    return holds[rules[-1][0]]

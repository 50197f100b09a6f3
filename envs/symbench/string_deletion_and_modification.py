"""StringDeletionModification: rewrite a string by rules until none applies."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import word
from r1ci_env.envs.symbench.original import NOT_READ, attempt
from r1ci_env.programs import literal
from r1ci_env.task import Problem, Task

LENGTH = {1: (8, 12), 2: (12, 16), 3: (16, 22), 4: (30, 45), 5: (60, 90)}
RULES = {1: 4, 2: 5, 3: 6, 4: 8, 5: 10}
MIN_STEPS = {1: 2, 2: 3, 3: 4, 4: 8, 5: 12}
MAX_STEPS = 400
MAX_LENGTH = 400
Rule = tuple[str, str, tuple[tuple[str, str], ...]]
"""Where to look (a key of CONDITIONS), for what, and what to do."""
CONDITIONS = {
    "longer": ("more than", "greater than"),
    "even": ("even number",),
    "start": ("starts with", "prefix"),
    "end": ("ends with", "suffix"),
    "later": ("not at the start", "after its first"),
    "inside": ("contains",),
}


class StringDeletionModification(Task):
    """Apply the first applicable rule of a list, again and again.

    Description:
        A string and a list of rules are given. Again and again the first rule whose condition holds is applied, until
        none holds; the final string is asked for.

    Answer format:
        The string; quotes around it do not matter.

    Levels:
        4 rules on 8 to 12 letters at level 1, the original's size (6 rules, 10 to 20 letters, at least 4 rewrites) at
        level 3, 10 rules on 60 to 90 letters with at least 12 rewrites at level 5.

    Check:
        The string must be right.

    Source and deviations:
        SymBench string_deletion_and_modification, which says to cycle through the operations but starts again from the
        first one after each rewrite; a round robin ends differently in many items. Our text states the rule; original
        items for which the two readings differ are marked as unsure, and count as their stored answer does. Rules are
        drawn freely; a list that does not end within 400 rewrites is not used.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draw rules and strings until enough rewrites happen and the last string is not empty."""
        while True:
            start = "".join(rng.choice("abc") for _ in range(rng.randint(*LENGTH[level])))
            texts = [_draw_rule(rng, len(start)) for _ in range(RULES[level])]
            if len({text.split(",")[0] for text in texts}) < len(texts):
                continue  # two rules with the same condition: the later would never be used
            states = _rewrite(start, [_rule(text) for text in texts])
            if states and states[-1] and len(states) > MIN_STEPS[level]:
                break
        question = (
            "A string is rewritten by these rules:\n\n"
            + "\n".join(f"{i}. {text}" for i, text in enumerate(texts, 1))
            + "\n\nGo through the rules from the first on, apply the first whose condition holds, and then start again "
            "from rule 1 with the new string. Stop when no condition holds. The middle character of a string of even "
            "length is the first one of its second half.\n\n"
            f'What is the final string if you start with "{start}"?\n'
            'Give it between triple angle brackets, for example <<<"abcca">>>.'
        )
        data = {"start": start, "final": states[-1], "steps": len(states) - 1}
        return self.new_problem(level, question, data, f'"{states[-1]}"')

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the strings."""
        return word(answer) == problem.data["final"]

    def program(self, problem: Problem) -> str | None:
        """Write each rule as a branch of a loop."""
        text, rules = self.instance(problem).values()
        lines = [f"text = {literal(text)}", "while True:"]
        for i, rule in enumerate(rules):
            condition, changes = _lines(*rule)
            lines += [f"    {'elif' if i else 'if'} {condition}:", *(f"        {change}" for change in changes)]
        return self._bounded("\n".join([*lines, "    else:", "        break", "print(text)\n"]), problem)

    def size(self, problem: Problem) -> float:
        """Letters at the start."""
        return float(len(problem.data["start"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read an item; flag it where its text leaves the result open."""
        question, gold = item["question"], item["solution"]["final_string"]
        if not (instance := attempt(read, question)):
            data = {"start": "", "final": gold, "steps": 0}
            return self.official_problem(question, data, f'"{gold}"', f'"{gold}"', unsure=NOT_READ)
        start, rules = instance.values()
        states, in_turns = _rewrite(start, rules), _rewrite(start, rules, in_turns=True)
        ends = [run[-1] for run in (states, in_turns) if run]
        understood = len(rules) == len(re.findall(r"^\d+\. ", question, re.M))
        flaw = unsure = None
        if gold not in ends and len(ends) == 2 and understood:
            flaw = "the stored string does not follow from the rules"
        elif ends != [gold, gold]:
            unsure = "going on to the next rule after a rewrite, not back to the first, ends differently"
        final = ends[0] if flaw else gold
        data = {"start": start, "final": final, "steps": len(states) - 1}
        return self.official_problem(question, data, f'"{final}"', f'"{gold}"', flaw, unsure)


def _draw_rule(rng: random.Random, length: int) -> str:
    def letters(count: int) -> str:
        return "".join(rng.choice("abc") for _ in range(count))

    def replaced(what: str, pattern: str, shortest: int, longest: int) -> str:
        new = letters(rng.randint(shortest, longest))
        while new == pattern:
            new = letters(len(new))
        return f"replace {what} with '{new}'" if new else f"delete {what}"

    kind = rng.randrange(8)
    pattern = letters(2 if kind < 5 else 3)
    if kind < 2:
        tail = rng.choice(("", f" and append '{letters(1)}'", " and delete the last character"))
        return f"If the string starts with '{pattern}', {replaced('that prefix', pattern, 0, 2)}{tail}."
    if kind < 4:
        tail = rng.choice(("", f" and prepend '{letters(1)}'", " and delete the first character"))
        return f"If the string ends with '{pattern}', {replaced('that suffix', pattern, 0, 2)}{tail}."
    if kind == 4:
        what = "the first such occurrence"
        return f"If the string contains '{pattern}' after its first character, {replaced(what, pattern, 0, 1)}."
    if kind < 7:
        return f"If the string contains '{pattern}', {replaced('the first occurrence', pattern, 0, 3)}."
    if rng.random() < 0.5:
        return f"If the string has more than {length - rng.randint(2, 6)} characters, delete the middle character."
    letter = letters(1)
    other = rng.choice([c for c in "abc" if c != letter])
    return f"If the string contains an even number of '{letter}'s (and at least one), append '{letter}{other}'."


def _lines(where: str, pattern: str, steps: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """Return a rule as the condition of a branch and its lines."""
    quoted, length = literal(pattern), len(pattern)
    condition = {
        "start": f"text.startswith({quoted})",
        "end": f"text.endswith({quoted})",
        "inside": f"{quoted} in text",
        "later": f"{quoted} in text[1:]",
        "even": f"text.count({quoted}) > 0 and text.count({quoted}) % 2 == 0",
        "longer": f"len(text) > {pattern}",
    }[where]
    dropped = {"first": "text[1:]", "second": "text[:1] + text[2:]", "last": "text[:-1]"}
    changes = []
    for what, new in steps:
        if what == "replace":
            value = {
                "start": f"{literal(new)} + text[{length}:]" if new else f"text[{length}:]",
                "end": f"text[:-{length}] + {literal(new)}" if new else f"text[:-{length}]",
                "later": f"text[0] + text[1:].replace({quoted}, {literal(new)}, 1)",
            }.get(where, f"text.replace({quoted}, {literal(new)}, 1)")
        elif what == "append":
            changes.append(f"text += {literal(new)}")
            continue
        elif what == "drop" and new == "middle":
            changes.append("middle = len(text) // 2")
            value = "text[:middle] + text[middle + 1:]"
        else:
            value = f"{literal(new)} + text" if what == "prepend" else dropped[new]
        changes.append(f"text = {value}")
    return condition, changes


def _rewrite(text: str, rules: list[Rule], in_turns: bool = False) -> list[str]:
    """Return the string after each rewrite, or nothing if there is no end; ``in_turns`` goes on to the next rule."""
    states, first = [text], 0
    while len(states) <= MAX_STEPS and len(text) <= MAX_LENGTH:
        for i in range(first, first + len(rules)):
            new = _applied(rules[i % len(rules)], text)
            if new is not None:
                break
        else:
            return states
        text = new
        states.append(text)
        first = (i + 1) % len(rules) if in_turns else 0
    return []


def _applied(rule: Rule, text: str) -> str | None:
    """Return the string after the rule, or None where its condition does not hold."""
    where, pattern, steps = rule
    at = {
        "start": 0 if text.startswith(pattern) else -1,
        "end": len(text) - len(pattern) if text.endswith(pattern) else -1,
        "inside": text.find(pattern),
        "later": text.find(pattern, 1),
        "even": 0 if text.count(pattern) and text.count(pattern) % 2 == 0 else -1,
        "longer": 0 if pattern.isdecimal() and len(text) > int(pattern) else -1,
    }[where]
    if at < 0:
        return None
    for what, new in steps:
        if what == "replace":
            text = text[:at] + new + text[at + len(pattern) :]
        elif what == "append":
            text += new
        elif what == "prepend":
            text = new + text
        elif text:
            i = {"first": 0, "second": 1, "middle": len(text) // 2, "last": len(text) - 1}[new]
            text = text[:i] + text[i + 1 :]
    return text


def read(question: str) -> dict[str, Any]:
    """Read the string at the start and the rules: where to look for what, and what to do then."""
    rules = [_rule(text) for text in re.findall(r"^\d+\. (If .*)$", question, re.M)]
    return {"text": re.search(r'(?:start with|For the string) "(\w*)"', question)[1], "rules": rules}


def _rule(text: str) -> Rule:
    """Read a rule, ours or the original's."""
    condition, action = text.split(", ", 1)
    quoted = re.search(r"'(\w+)'", condition)
    pattern = quoted[1] if quoted else re.search(r"\d+", condition)[0]
    where = next(where for where, words in CONDITIONS.items() if any(part in condition for part in words))
    steps = []
    for clause in re.split(r" and (?=\w+ )", action):
        new = re.search(r"'(\w+)'", clause)
        place = re.search(r"the (first|second|middle|last)( two)? character", clause)
        if clause.startswith("append") or clause.startswith("prepend"):
            steps.append((clause.split()[0], new[1]))
        elif place and not new and not (place[1] == "first" and "occurrence" in clause):
            steps += [("drop", place[1])] * (2 if place[2] else 1)
        else:
            steps.append(("replace", new[1] if new else ""))
    return where, pattern, tuple(steps)


def solve(text: str, rules: list[Rule]) -> str:
    """Apply the first rule whose condition holds, and start again from the first, until none holds."""
    states = _rewrite(text, rules)
    return f'"{states[-1]}"' if states else ""

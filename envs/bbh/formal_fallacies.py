"""FormalFallacies: whether premises about classes and persons entail a conclusion."""

import random
import re
import textwrap
from collections import Counter
from collections.abc import Mapping
from itertools import product
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.bbh.original import original_problem
from r1ci_env.envs.conditions import condition
from r1ci_env.envs.wording.names import GIVEN_NAMES
from r1ci_env.task import Problem, Task

ROLES = ("member of", "founder of", "patron of", "trainer of", "visitor to", "critic of", "donor to", "rival of")
CLUBS = tuple(
    f"the {first} {second}"
    for first in "Otter Harbour Lantern Maple Comet Heron Granite Saffron Willow Amber".split()
    for second in ("Club", "Choir", "Society", "League")
)
MARKERS = ("To begin with, ", "Next, ", "Moreover, ", "Now, ", "Finally, ")
STEPS = {1: (1, 2), 2: (2, 3), 3: (3, 4), 4: (5, 6), 5: (7, 9)}
STYLES = {1: ("plain",), 2: ("plain", "plain", "spare"), 3: ("plain", "spare", "both")}
"""How one step of the argument may be made; all ways from level 4 on."""

MAX_ATOMS = 14
LONGEST_LINE = 100
MOST_REASONED = 4
"""Premises that are followed in words."""

CLASS = r"\w+ (?:of|to) the \w+ \w+"
NTH = ("first", "second", "third", "fourth")

Formula = Any
"""A class, by its number or name, ``["not", f]``, ``["and", f, ...]`` or ``["or", f, ...]``."""

Sentence = tuple[str, Formula]
"""``"all"`` or ``"some"`` or a name, and what holds of everybody, somebody or that person."""


class FormalFallacies(Task):
    """Tell valid arguments from invalid ones.

    Description:
        An argument about who belongs to which classes is given: premises and a conclusion. Whether the conclusion
        follows from the premises alone is asked for.

    Answer format:
        ``valid`` or ``invalid``.

    Levels:
        One or two steps at level 1; the original has up to three premises (levels 1 to 3). Seven to nine steps at
        level 5, with alternatives, conjunctions and contrapositions in each.

    Check:
        The answer must be the right word, in any case.

    Source and deviations:
        BIG-Bench Hard formal_fallacies, with classes of our own. Classes may be empty, and "or" is never exclusive,
        which the question says. Validity is decided for every problem: a conclusion is valid if no choice of the kinds
        of persons that exist makes the premises true and it false.
    """

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Build a valid argument step by step; for an invalid one turn rules round until it is invalid."""
        wanted = rng.random() < 0.5
        premises, conclusion, atoms = _argument(rng, level)
        while not wanted and solve(premises, conclusion) == "valid":
            i = rng.choice([i for i, (who, _) in enumerate(premises) if who == "all"])
            premises[i] = _turned(premises[i])
        names = rng.sample([f"{role} {club}" for role in ROLES for club in CLUBS], atoms)
        if level > 1:
            rng.shuffle(premises)
        told = [_told(rng, premise, names) for premise in premises]
        marked = [f"{MARKERS[min(i, 3) if i < len(told) - 1 or not i else 4]}{text}." for i, text in enumerate(told)]
        text = f"{' '.join(marked)} Therefore, {_told(rng, conclusion, names)}."
        question = (
            f'"The following argument is about clubs: {text}"\n'
            "Is the argument, given the explicitly stated premises, deductively valid or invalid? Classes may be "
            'empty, and "or" means at least one of the two.\nOptions:\n- valid\n- invalid\n'
            "Answer in triple angle brackets: <<<valid>>> or <<<invalid>>>."
        )
        data = {"premises": [list(p) for p in premises], "conclusion": list(conclusion)}
        return self.new_problem(level, question, data, "valid" if wanted else "invalid")

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Compare the word."""
        return one_of(answer, "valid", "invalid") == problem.answer

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Try every kind of person for one to whom the premises apply and the conclusion does not."

    def program(self, problem: Problem) -> str | None:
        """Try every kind of person for one to whom the premises apply and the conclusion does not."""
        premises, conclusion = self.instance(problem).values()
        names = _variables(problem.question)
        if not (names and conclusion) or [who for who, _ in premises if who != "all"] != [conclusion[0]] * (
            conclusion[0] != "all"
        ):
            return super().program(problem)
        told = "".join(f"        {_condition(formula, names)},\n" for _, formula in premises)
        kinds = ", ".join(names.values()) + "," * (len(names) == 1)
        unpacked = f"    {kinds} = kind\n"
        if len(unpacked) > LONGEST_LINE:
            unpacked = f"    (\n{textwrap.indent(textwrap.fill(kinds, LONGEST_LINE - 8), ' ' * 8)},\n    ) = kind\n"
        return (
            "from itertools import product\n\nvalid = True\n"
            f"for kind in product([True, False], repeat={len(names)}):\n{unpacked}"
            f"    premises = [\n{told}    ]\n"
            f"    conclusion = {_condition(conclusion[1], names)}\n"
            '    if all(premises) and not conclusion:\n        valid = False\nprint("valid" if valid else "invalid")\n'
        )

    def reasons(self, problem: Problem) -> list[str] | None:
        """Suppose that the conclusion fails, and follow the premises to a contradiction or a counterexample."""
        premises, (who, conclusion) = self.instance(problem).values()
        if len(premises) > MOST_REASONED:
            return None
        rng = random.Random(problem.question)
        so = rng.choice(("By {} {} is {}.", "From {} it follows that {} is {}.", "Given {}, {} is {}."))
        person = rng.choice(("this person", "such a person")) if who in ("all", "some") else who.title()
        phrases = {re.sub(r"\W", "", phrase.casefold()): phrase for phrase in re.findall(CLASS, problem.question)}
        steps = [(f"the {NTH[i]} premise", formula) for i, (_, formula) in enumerate(premises)]
        claims = [step for step, premise in zip(steps, premises, strict=True) if premise[0] != "all"]
        denied = ("the conclusion", ["not", conclusion])
        ordered = [*claims, denied, *(step for step in steps if step not in claims)]
        known: dict[str, bool] = {}
        said: list[str] = []

        def told(found: Mapping[str, bool]) -> str:
            parts = sorted(found.items(), key=lambda item: not item[1])  # or the rest would seem denied as well
            return " and ".join(f"{'' if holds else 'not '}a {phrases[name]}" for name, holds in parts)

        before = None
        while before != known:
            before = known
            for name, formula in ordered:
                cases = _cases(formula, known)
                if not cases:
                    end = "But then the conclusion holds" if name == denied[0] else f"But that goes against {name}"
                    return [*said, f"{end}, so the argument is valid."]
                forced = {c: holds for c, holds in cases[0].items() if all(case[c] == holds for case in cases)}
                if forced and name == denied[0]:
                    said.append(
                        f"Suppose the conclusion is false of {person if known else 'somebody'}, who is {told(forced)}."
                    )
                elif forced:
                    said.append(so.format(name, person if known or who != "some" else "somebody", told(forced)))
                known = known | forced
        free = _cases(["and", *(formula for _, formula in ordered)], known)
        if not free:
            return None  # which takes a distinction of cases
        case = f"If {person} is {told(free[0])}" if free[0] else f"With {person} alone"
        return [*said, f"{case}, all premises hold and the conclusion does not: the argument is invalid."]

    def size(self, problem: Problem) -> float:
        """Number of premises."""
        return float(len(problem.data["premises"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the argument; the target is confirmed unless every reading of the argument contradicts it."""
        return original_problem(self, item, {"premises": []}, verdicts(str(item["input"])))


def _cases(formula: Formula, known: Mapping[str, bool]) -> list[dict[str, bool]]:
    """Return the choices of further classes under which a formula is true."""
    free = sorted(_classes(formula) - set(known))
    choices = [dict(zip(free, values, strict=True)) for values in product((True, False), repeat=len(free))]
    return [choice for choice in choices if _is_true(formula, {**known, **choice})]


def _is_true(formula: Formula, case: Mapping[str, bool]) -> bool:
    if not isinstance(formula, list):
        return case[formula]
    kind, *parts = formula
    values = [_is_true(part, case) for part in parts]
    return {"not": not values[0], "and": all(values), "or": any(values)}[kind]


def _variables(question: str) -> dict[str, str]:
    """Return a variable for each class as `read` names it: the role in the club, ``otter_rival``."""
    found = {phrase: phrase.split() for phrase in re.findall(CLASS, question)}
    short = Counter((role, first) for role, _, _, first, _ in found.values())
    variables = {}
    for phrase, (role, _, _, first, second) in found.items():
        words = (first, role) if short[role, first] == 1 else (first, second, role)
        variables[phrase.replace(" ", "").casefold()] = "_".join(words).lower()
    return variables


def _condition(formula: Formula, names: Mapping[str, str]) -> str:
    """Return a formula as a condition of Python."""

    def named(part: Formula) -> Formula:
        return [part[0], *map(named, part[1:])] if isinstance(part, list) else names[part]

    return condition(named(formula))


def _argument(rng: random.Random, level: int) -> tuple[list[Sentence], Sentence, int]:
    """Return premises, a conclusion that follows from them, and the number of classes.

    The rules of a step are as often those that lead back, turned round: so no sentence tells, by its form, whether it
    was turned round to spoil the argument.
    """
    atoms = 0

    def literal() -> Formula:
        nonlocal atoms
        atoms += 1
        return atoms - 1 if rng.random() < 0.7 else ["not", atoms - 1]

    first = here = literal()
    premises: list[Sentence] = []
    for left in range(rng.randint(*STEPS[level]), 0, -1):
        style = rng.choice(STYLES.get(level, ("plain", "spare", "both", "either")))
        there = literal()
        back = rng.random() < 0.5
        start, end = (there, here) if back else (here, there)
        if style == "plain" or atoms + left + 1 > MAX_ATOMS:
            rules = [_rule(start, end)]
        elif style == "spare":
            spare = literal()
            rules = [_rule(start, ["or", end, spare]), _rule(start, _not(spare))]
        else:
            pair = [literal(), literal()]
            joined = ["and" if style == "both" else "or", *pair]
            apart = style == "either" and rng.random() < 0.5
            rules = [_rule(start, joined), *(_rule(part, end) for part in (pair if apart else [joined]))]
        premises += map(_turned, rules) if back else rules
        here = there
    form = rng.choice(("all", "all", "some", "person"))
    if form == "all":
        return premises, _rule(first, here), atoms
    if form == "some":
        atoms += 1
        return [("some", ["and", atoms - 1, first]), *premises], ("some", ["and", atoms - 1, here]), atoms
    person = rng.choice(GIVEN_NAMES)
    return [(person, first), *premises], (person, here), atoms


def _rule(left: Formula, right: Formula) -> Sentence:
    return "all", ["or", ["not", left], right]


def _not(formula: Formula) -> Formula:
    return formula[1] if isinstance(formula, list) and formula[0] == "not" else ["not", formula]


def _turned(rule: Sentence) -> Sentence:
    _, (_, (_, left), right) = rule
    return _rule(right, left)


def _told(rng: random.Random, sentence: Sentence, names: list[str]) -> str:
    who, formula = sentence
    if who == "some":
        return "somebody is {} and {}".format(*(_words(part, names) for part in formula[1:]))
    if who != "all":
        return f"{who} is {_words(formula, names)}"
    (_, left), right = formula[1:]
    if rng.random() < 0.5:
        left, right = _not(right), _not(left)
    a, b = _words(left, names), _words(right, names)
    forms = [f"whoever is {a} is {b}"]
    if isinstance(left, int) and not b.startswith("not "):  # "every A is not a B" may also mean that not every A is
        forms.append(f"every {names[left]} is {b}")
    if isinstance(left, int) and _is_literal(right) and not isinstance(right, int):
        forms.append(f"no {names[left]} is a {names[right[1]]}")
    if _is_literal(left) and _is_literal(right):
        a, b = (text.replace("a ", "being a ", 1) for text in (a, b))
        forms += [f"{a} is sufficient for {b}", f"{b} is necessary for {a}"]
        if isinstance(left, list) and isinstance(right, int):
            forms.append(f"nobody is neither a {names[left[1]]} nor a {names[right]}")
    return rng.choice(forms)


def _is_literal(formula: Formula) -> bool:
    return isinstance(formula, int) or (formula[0] == "not" and isinstance(formula[1], int))


def _words(formula: Formula, names: list[str]) -> str:
    if isinstance(formula, int):
        return f"a {names[formula]}"
    kind, *parts = formula
    if kind == "not":
        inner = parts[0]
        if isinstance(inner, int):
            return f"not a {names[inner]}"
        if inner[0] == "not":
            return _words(inner[1], names)
        return _words(["or" if inner[0] == "and" else "and", *map(_not, inner[1:])], names)
    parts.sort(key=lambda part: not isinstance(part, int))  # what is denied last, or the rest would seem denied too
    if kind == "and" and not isinstance(parts[0], int):
        return "neither " + " nor ".join(_words(_not(part), names) for part in parts)
    return f" {kind} ".join(_words(part, names) for part in parts)


def solve(premises: list[Sentence], conclusion: Sentence | None) -> str:
    """Look for a world that makes the premises true and the conclusion false."""
    if conclusion is None:
        return ""
    # a world is the set of the kinds of persons that exist in it, a kind being a choice of classes; a formula is held
    # as the set of kinds of which it is true, one bit each
    formulas = [formula for _, formula in [*premises, conclusion]]
    classes: list[Formula] = []
    for formula in formulas:
        if isinstance(formula, list):
            formulas += formula[1:]
        elif formula not in classes:
            classes.append(formula)
    everybody = (1 << (1 << len(classes))) - 1
    kinds = {name: everybody // ((1 << (1 << i)) + 1) for i, name in enumerate(classes)}

    def of(formula: Formula) -> int:
        if not isinstance(formula, list):
            return kinds[formula]
        operator, *parts = formula
        sets = [of(part) for part in parts]
        if operator == "not":
            return everybody & ~sets[0]
        total = sets[0]
        for other in sets[1:]:
            total = total & other if operator == "and" else total | other
        return total

    possible = everybody
    wanted: dict[str, int] = {}  # of which kinds somebody, or a certain person, must be
    who, formula = conclusion
    opposite = ({"all": "some", "some": "all"}.get(who, who), ["not", formula])
    for number, (who, formula) in enumerate([*premises, opposite]):
        if who == "all":
            possible &= of(formula)
        else:
            key = f"some {number}" if who == "some" else who
            wanted[key] = wanted.get(key, everybody) & of(formula)
    impossible = possible == 0 or any(kinds_of & possible == 0 for kinds_of in wanted.values())
    return "valid" if impossible else "invalid"


_NO_ROLE = (
    "a|an|the|not|no|is|are|be|being|every|each|some|any|all|and|or|nor|neither|either|both|who|that|whoever|whatever|"
    "also|too|one|none|least|at|these|this|it|if|then|thing|for|sufficient|necessary|case|false|true|there|of|to|"
    "everyone|everybody|everything|someone|somebody|something|nobody|nothing|anyone|anything|however|otherwise|but"
)
_ROLE = rf"(?:(?!(?:{_NO_ROLE})\b)[a-z][a-z-]*[ ]){{1,3}}(?:of|to)[ ]"
_CLASS = re.compile(rf"(?<!\w)(an? )?({_ROLE})")
_BEFORE = re.compile(r"(?:^|:|\b(?:every|each|any|all|no|some|one|is|be|being|or|and|nor|not))\s*$", re.I)
"""What stands before the role of a class that has no article; a person's name may hold words like a role's."""

_NAME_ENDS = re.compile(
    r"$| (?:is|are)\b|,? (?:and|or|but|nor) (?:not|neither|either|both|no|every)\b|"
    r", (?:too|then|is)\b|,? or,|,? or both\b"
)
_NAME_MUST_END = re.compile(
    r"$| (?:is|are) (?:an?|not|neither|either|both|necessary|sufficient|also|however|at least|none)\b|"
    r" (?:who|that) (?:is|are)\b|"
    rf",? (?:and|or|but|nor) (?:(?:not|neither|either|both|also|is|no|every) )*(?:an? )?{_ROLE}|, an? {_ROLE}"
)
_OPENING = re.compile(
    r"(?:\w+ premise: ?|(?:to (?:start|begin) with|first of all|first|second|third|fourth|fifth|next|now|moreover|plus|"
    r"finally|furthermore|further|in addition|besides|lastly)(?:[,:] ?| ))",
    re.I,
)
_CONCLUSION = re.compile(
    r"(?:(?:in consequence|consequently|therefore|hence|thus|so, necessarily|so|accordingly|as a result)(?:[,:] ?| )|"
    r"(?:it follows|from this follows|(?:all )?this (?:entails|implies)|we may conclude)(?: that|[:,]) ?)",
    re.I,
)
_WORD = re.compile(
    r"\s*(?:@(\d+)|(not|neither|nor|and|or|but|either|both:?|who|none of th\w+:|at least one of th\w+:|,))"
)
MAX_READINGS, MAX_CLASSES = 2_000, 16


def read(question: str) -> dict[str, Any]:
    """Read the argument, in the usual way if there are several; there is no conclusion if it is not understood."""
    *premises, conclusion = next(iter(_readings(question)), [None])
    return {"premises": premises, "conclusion": conclusion}


def _readings(question: str) -> list[list[Sentence]]:
    """Return the readings of the argument, the usual one first; none if a sentence is not understood.

    Names may hold anything, so where one ends is found by what follows; of all ways to read, those that need the
    fewest classes count.
    """
    argument = question.split("\nIs the argument")[0].strip().strip('"')
    story = re.split(r"argument[^:.?]*: ", argument, maxsplit=1)[-1].strip()
    readings = _arguments(re.split(r"(?<=\.) *(?=[^\W\d_a-z])", story.rstrip(". ") + "."))
    counted = [(len(set().union(*(_classes(f) for _, f in reading))), reading) for reading in readings]
    fewest = min((count for count, _ in counted), default=0)
    return [reading for count, reading in counted if count == fewest <= MAX_CLASSES]


def verdicts(question: str) -> list[str]:
    """Return the verdicts on all readings of the argument."""
    return list(dict.fromkeys(solve(premises, conclusion) for *premises, conclusion in _readings(question)))


def _arguments(pieces: list[str]) -> list[list[Sentence]]:
    """Return the readings of an argument that was cut at every full stop that may end a sentence."""
    endings: list[list[list[Sentence]]] = [[] for _ in pieces] + [[[]]]  # readings of the pieces from each on
    for start in range(len(pieces) - 1, -1, -1):
        for end in range(start + 1, len(pieces) + 1):
            if rests := endings[end]:
                text = " ".join(pieces[start:end]).strip().removesuffix(".")
                found = _sentences(text, last=end == len(pieces))
                endings[start] += [[sentence, *rest] for sentence in found for rest in rests]
        if len(endings[start]) > MAX_READINGS:
            return []
    return [reading for reading in endings[0] if len(reading) > 1 and _hangs_together(reading)]


def _hangs_together(reading: list[Sentence]) -> bool:
    """Whether all persons are the one of the conclusion, and one class at most is named only once.

    Else something is misspelt or misread.
    """
    uses = Counter(name for _, formula in reading for name in _classes(formula))
    return {who for who, _ in reading} <= {"all", "some", reading[-1][0]} and list(uses.values()).count(1) < 2


def _sentences(text: str, last: bool) -> list[Sentence]:
    """Return the readings of a sentence: the last one draws the conclusion, and no other."""
    opening = _CONCLUSION.match(text)
    if bool(opening) != last:
        return []
    opening = opening or _OPENING.match(text)
    text = text[opening.end() :] if opening else text
    return [sentence for skeleton, names in _skeletons(text) for sentence in _read_sentence(skeleton, names)]


def _denied(sentence: Sentence) -> Sentence:
    who, formula = sentence
    return {"all": "some", "some": "all"}.get(who, who), ["not", formula]


def _classes(formula: Formula) -> set[Any]:
    return set().union(*map(_classes, formula[1:])) if isinstance(formula, list) else {formula}


def _skeletons(text: str, names: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    """Return the ways to put ``@0``, ``@1``, ... for the classes in a sentence."""
    role = next((m for m in _CLASS.finditer(text) if m[1] or _BEFORE.search(text[: m.start()])), None)
    if role is None:
        return [(text, names)]
    start = role.end()
    limit = _NAME_MUST_END.search(text, start).start()
    ends = {m.start() for m in _NAME_ENDS.finditer(text, start) if start < m.start() < limit} | {limit}
    found = []
    for end in sorted(ends):
        name = re.sub(r"[\W_]", "", (role[2] + text[start:end]).casefold())
        for skeleton, all_names in _skeletons(text[end:], (*names, name)):
            found.append((f"{text[: role.start()]}@{len(names)}{skeleton}", all_names))
    return found


def _read_sentence(text: str, names: tuple[str, ...]) -> list[Sentence]:
    """Return the readings of a sentence in which ``@0``, ``@1``, ... stand for the classes ``names``."""
    text = re.sub(r",? however\b,?| also\b|,? too$", "", text)
    text = re.sub(r" (?:who|that) (?:is|are) ", " who ", text)

    def formulas(*parts: str) -> list[list[Formula]]:
        """Return the readings of several descriptions, each with each."""
        return [list(choice) for choice in product(*(_read_formula(part, names) for part in parts))]

    def fits(pattern: str) -> re.Match[str] | None:
        return re.fullmatch(pattern, text, re.I)

    if m := fits(r"it is (?:not the case|false|not true) that (.*)") or fits(r"not (every.*)"):
        return [_denied(sentence) for sentence in _read_sentence(m[1], names)]
    one = r"(?:some(?:one|body|thing)|anyone|anybody|anything)"
    if m := fits(rf"if {one} is (.*), then (?:that \w+|he or she|they|it|he|she) (?:is|are) (.*)"):
        return [_rule(left, right) for left, right in formulas(m[1], m[2])]
    if m := fits(r"(not )?(?:being|to be) (.*) is (necessary|sufficient) for (not )?(?:being )?(.*)"):
        pairs = formulas(f"{m[1] or ''}{m[2]}", f"{m[4] or ''}{m[5]}")
        return [_rule(*(pair if m[3].lower() == "sufficient" else pair[::-1])) for pair in pairs]
    if m := fits(r"(?:there (?:is|exists) )?(?:nobody|nothing|no one|no-one) (?:is|who) ((?:(?! is ).)*)(?: is (.*))?"):
        parts = [part for part in m.groups() if part]
        return [("all", ["not", ["and", *found]]) for found in formulas(*parts)]
    if m := fits(rf"(?:there (?:is|exists) {one} who|{one} is) (.*)"):
        return [("some", formula) for (formula,) in formulas(m[1])]
    if m := fits(rf"(every(?:one|body|thing) who|who(?:so)?ever is|whatever is|{one} who) (.*?),? is (.*)"):
        pairs = formulas(m[2], m[3])
        told = [_rule(left, right) for left, right in pairs]
        return told + [("some", ["and", *pair]) for pair in pairs if m[1].lower().startswith("some")]
    if m := fits(r"every(?:one|body|thing) is (.*)"):
        return [("all", formula) for (formula,) in formulas(m[1])]
    if m := fits(r"(every|each|any|all|no|some|at least one) (@.*?),? (?:is|are) (.*)"):
        who, subject = m[1].lower(), re.sub(rf" and {m[1].lower()} ", " or ", m[2], flags=re.I)
        pairs = formulas(subject, m[3])
        if who in ("some", "at least one"):
            return [("some", ["and", left, right]) for left, right in pairs]
        told = [_rule(left, ["not", right] if who == "no" else right) for left, right in pairs]
        # "every A is not a B" may also mean that not every A is a B
        doubtful = who != "no" and re.match(r"not\b(?! both)", m[3])
        return told + [("some", ["and", left, right]) for left, right in pairs if doubtful and len(right) == 2]
    person, _, rest = text.partition(" is ")
    if "@" in person or re.match(rf"(?:{_NO_ROLE})\b", person, re.I):
        return []
    return [(person.casefold().rstrip("."), formula) for (formula,) in formulas(rest)]


def _read_formula(text: str, names: tuple[str, ...]) -> list[Formula]:
    """Return the readings of a description; none if it is not understood, or mixes "and" with "or" without brackets.

    A "not" before the first of several things may deny this thing, the usual reading, or all of them.
    """
    text, exclusive = re.subn(r",? but not both$", "", text.lower())
    text = re.sub(r",? or,? otherwise\b,?", " or", re.sub(r",? or both$", "", text))
    tokens: list[str] = []
    at = 0
    while text[at:].strip():
        word = _WORD.match(text, at)
        if not word:
            return []
        tokens.insert(0, names[int(word[1])] if word[1] else word[2].removesuffix(":"))
        at = word.end()

    def listed() -> list[Formula]:
        denied, parts, joints = tokens[-1] == "not", [], set()
        while True:
            parts.append(one())
            joint = ""
            while tokens and tokens[-1] in (",", "and", "or", "but"):
                joint = tokens.pop()
            if not joint:
                break
            joints |= {joint.replace("but", "and")} - {","}
        if len(parts) == 1:
            return parts
        (kind,) = joints
        first, *others = parts
        wide = denied and not any(isinstance(part, list) and part[0] == "not" for part in others)
        return [[kind, *parts], *([["not", [kind, first[1], *others]]] if wide else [])]

    def one() -> Formula:
        token = tokens.pop()
        if token == "not":
            return ["not", one()]
        if token in ("either", "both"):
            kind, first = ("or" if token == "either" else "and"), one()
            while tokens[-1] == ",":
                tokens.pop()
            if tokens.pop() != kind:
                raise ValueError
            return [kind, first, one()]
        if token == "neither":
            parts = [one()]
            while tokens and tokens[-1] == "nor":
                tokens.pop()
                parts.append(one())
            return ["not", ["or", *parts]]
        if token.startswith(("none of", "at least one of")):
            ((kind, *parts),) = listed()
            if kind != "or":
                raise ValueError
            return ["not", ["or", *parts]] if token.startswith("none") else ["or", *parts]
        if token not in names:
            raise ValueError
        return token

    try:
        readings = listed()
        while tokens:
            if tokens.pop() != "who":
                return []
            readings = [["and", *pair] for pair in product(readings, listed())]
    except (IndexError, ValueError):
        return []
    return [["and", f, ["not", ["and", *f[1:]]]] if exclusive and f[0] == "or" else f for f in readings]

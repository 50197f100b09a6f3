"""FormalFallacies: whether premises about classes and persons entail a conclusion."""

import random
import re
from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import one_of
from r1ci_env.envs.bbh.original import original_problem
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

Formula = Any
"""``i`` for the class with that number, ``["not", f]``, ``["and", f, ...]`` or ``["or", f, ...]``."""

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
        """Build a valid argument step by step; for an invalid one turn or deny parts until it is invalid."""
        wanted = rng.random() < 0.5
        while True:
            premises, conclusion, atoms = _argument(rng, level)
            for _ in range(0 if wanted else 20):
                if not _entails(premises, conclusion):
                    break
                premises, conclusion = _broken(rng, premises, conclusion)
            if _entails(premises, conclusion) == wanted:
                break
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

    def size(self, problem: Problem) -> float:
        """Number of premises."""
        return float(len(problem.data["premises"]))

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Read the argument; the target is confirmed by the decision procedure."""
        return original_problem(self, item, {"premises": []})


def _argument(rng: random.Random, level: int) -> tuple[list[Sentence], Sentence, int]:
    """Return premises, a conclusion that follows from them, and the number of classes."""
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
        if style == "plain" or atoms + left + 1 > MAX_ATOMS:
            premises.append(_rule(here, there))
        elif style == "spare":
            spare = literal()
            premises += [_rule(here, ["or", there, spare]), _rule(here, _not(spare))]
        else:
            pair = [literal(), literal()]
            joined = ["and" if style == "both" else "or", *pair]
            premises.append(_rule(here, joined))
            premises += [_rule(joined, there)] if style == "both" else [_rule(part, there) for part in pair]
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


def _broken(rng: random.Random, premises: list[Sentence], conclusion: Sentence) -> tuple[list[Sentence], Sentence]:
    """Turn a rule round, or deny its second part."""
    rules = [i for i, (who, _) in enumerate(premises) if who == "all"]
    i = rng.choice(rules)
    _, (_, (_, left), right) = premises[i]
    turned = _rule(right, left) if rng.random() < 0.6 else _rule(left, _not(right))
    return [*premises[:i], turned, *premises[i + 1 :]], conclusion


def _told(rng: random.Random, sentence: Sentence, names: list[str]) -> str:
    who, formula = sentence
    if who == "some":
        return "somebody is {} and {}".format(*(_words(part, names) for part in formula[1:]))
    if who != "all":
        return f"{who} is {_words(formula, names)}"
    (_, left), right = formula[1:]
    forms = [f"whoever is {_words(left, names)} is {_words(right, names)}"]
    if isinstance(left, int):
        forms.append(f"every {names[left]} is {_words(right, names)}")
        if isinstance(right, list) and right[0] == "not" and isinstance(right[1], int):
            forms.append(f"no {names[left]} is a {names[right[1]]}")
    if not (isinstance(left, list) and left[0] != "not") and not (isinstance(right, list) and right[0] != "not"):
        a, b = (_words(part, names).replace("a ", "being a ", 1) for part in (left, right))
        forms += [f"{a} is sufficient for {b}", f"{b} is necessary for {a}"]
        if isinstance(left, list) and isinstance(right, int):
            forms.append(f"nobody is neither a {names[left[1]]} nor a {names[right]}")
    return rng.choice(forms)


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


def _entails(premises: list[Sentence], conclusion: Sentence) -> bool:
    """Whether no world makes the premises true and the conclusion false.

    A world is the set of kinds of persons that exist in it, a kind being a choice of classes. A formula is held as the
    set of kinds of which it is true, one bit each.
    """
    atoms = sorted(set().union(*(_atoms(formula) for _, formula in [*premises, conclusion])))
    everybody = (1 << (1 << len(atoms))) - 1
    kinds = {atom: everybody // ((1 << (1 << i)) + 1) for i, atom in enumerate(atoms)}

    def of(formula: Formula) -> int:
        if isinstance(formula, int):
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
    for number, (who, formula) in enumerate([*premises, _denied(conclusion)]):
        if who == "all":
            possible &= of(formula)
        else:
            key = f"some {number}" if who == "some" else who
            wanted[key] = wanted.get(key, everybody) & of(formula)
    return possible == 0 or any(kinds_of & possible == 0 for kinds_of in wanted.values())


def _denied(sentence: Sentence) -> Sentence:
    who, formula = sentence
    return {"all": "some", "some": "all"}.get(who, who), ["not", formula]


def _atoms(formula: Formula) -> set[int]:
    return {formula} if isinstance(formula, int) else set().union(*map(_atoms, formula[1:]))


_NO_ROLE = (
    "a|an|the|not|no|is|are|be|being|every|some|any|all|and|or|nor|neither|either|both|who|that|whoever|whatever|also|too|"
    "one|none|least|at|these|this|it|if|then|thing|for|sufficient|necessary|case|false|true|there|of|to|everyone|everybody|"
    "everything|someone|somebody|something|nobody|nothing|anyone|anything|however|otherwise|but"
)
_ROLE = rf"(?:(?!(?:{_NO_ROLE})\b)[a-z][a-z-]*[ ]){{1,3}}(?:of|to)\b"
_END = (
    rf"(?=$| (?:is|are|nor)\b| (?:who|that) (?:is|are)\b|,? (?:and|or|but) (?:(?:an? )?{_ROLE}|not |no |neither |"
    rf"either |also |is |both\b)|,? or, otherwise|, (?:too|then|is|but|neither|not)\b|, (?:an? )?{_ROLE}|,$)"
)
_ATOM = re.compile(rf"(?:\ban? )?\b({_ROLE} .+?){_END}")
_OPENING = re.compile(
    r"(?:\w+ premise: |(?:to (?:start|begin) with|first of all|first|second|third|fourth|fifth|next|now|moreover|plus|"
    r"finally|furthermore|further|in addition|besides|lastly|in consequence|consequently|therefore|hence|thus|"
    r"so, necessarily|so|accordingly|as a result|we may conclude|from this follows)(?: that\b)?(?:, ?|: ?| )|"
    r"(?:it follows|(?:all )?this (?:entails|implies)|we may conclude)(?: that|:) )",
    re.I,
)


def solve(question: str) -> str:
    """Read the sentences of the argument, the last as the conclusion, and decide."""
    argument = question.split("\nIs the argument")[0].strip().strip('"')
    story = re.split(r"argument[^:.?]*: ", argument, maxsplit=1)[-1].rstrip(". ")
    numbers: dict[str, int] = {}
    sentences = []
    for text in re.split(r"(?<!\b[\dA-Z])(?<!\.[A-Z])(?<!\bSt)(?<!\bDr)(?<!\bNo)\. +(?=[^\W\d_a-z])", story):
        while opening := _OPENING.match(text):
            text = text[opening.end() :]
        text = text.strip().rstrip(".")
        text = _ATOM.sub(lambda m: f"@{numbers.setdefault(m[1].casefold(), len(numbers))}", text)
        sentences.append(_read_sentence(text))
    *premises, conclusion = sentences
    return "valid" if _entails(premises, conclusion) else "invalid"


def _read_sentence(text: str) -> Sentence:
    """Read a sentence in which ``@0``, ``@1``, ... stand for the classes."""
    text = re.sub(r" (?:who|that) (?:is|are) ", " who ", re.sub(r",? however,?", "", text.lower()))
    if m := re.fullmatch(r"it is (?:not the case|false|not true) that (.*)", text):
        return _denied(_read_sentence(m[1]))
    if m := re.fullmatch(r"not (every.*)", text):
        return _denied(_read_sentence(m[1]))
    one = r"(?:some(?:one|body|thing)|anyone|anybody|anything)"
    if m := re.fullmatch(rf"if {one} is (.*), then (?:that \w+|he or she|they|it|he|she) (?:is|are) (.*)", text):
        return _rule(_read_formula(m[1]), _read_formula(m[2]))
    if m := re.fullmatch(r"(not )?(?:being|to be) (.*) is (necessary|sufficient) for (.*)", text):
        left, right = _read_formula(f"{m[1] or ''}{m[2]}"), _read_formula(m[4])
        return _rule(left, right) if m[3] == "sufficient" else _rule(right, left)
    nobody = r"(?:nobody|nothing|no one|no-one)"
    if m := re.fullmatch(rf"(?:there (?:is|exists) )?{nobody} (?:is|who) (.*?)(?: is (.*))?", text):
        left = _read_formula(m[1])
        return "all", ["not", ["and", left, _read_formula(m[2])] if m[2] else left]
    if m := re.fullmatch(rf"(?:there (?:is|exists) {one} who|{one} is) (.*)", text):
        return "some", _read_formula(m[1])
    if m := re.fullmatch(
        rf"(?:every(?:one|body|thing) who|who(?:so)?ever is|whatever is|{one} who) (.*?),? is (.*)", text, re.I
    ):
        return _rule(_read_formula(m[1]), _read_formula(m[2]))
    if m := re.fullmatch(r"every(?:one|body|thing) is (.*)", text):
        return "all", _read_formula(m[1])
    if m := re.fullmatch(r"(every|each|any|all|no|some|at least one) (@.*?),? (?:is|are) (.*)", text):
        left, right = _read_formula(m[2].replace(" and no ", " or ")), _read_formula(m[3])
        if m[1] in ("some", "at least one"):
            return "some", ["and", left, right]
        return _rule(left, ["not", right] if m[1] == "no" else right)
    person, _, rest = text.partition(" is ")
    return person, _read_formula(rest)


def _read_formula(text: str) -> Formula:
    """Read a description; not binds most, then and, then or; a relative clause least."""
    text = re.sub(r",? or both\b|\b(?:also|otherwise|however|being)\b|,? too\b", " ", text)
    text, exclusive = re.sub(r",? but not both\b", " ", text), " but not both" in text
    text = re.sub(r"[\s,]*\b(and|or|nor|but)\b[\s,]*", r" \1 ", text)
    tokens = re.findall(r"@\d+|\b(?:not|and|or|nor|but|neither|both|either|who|none|least)\b|,", text)[::-1]

    def clause() -> Formula:
        parts = [alternatives()]
        while tokens and tokens[-1] == "who":
            tokens.pop()
            parts.append(alternatives())
        return ["and", *parts]

    def alternatives() -> Formula:
        parts = [conjunction()]
        while tokens and tokens[-1] in ("or", ","):
            tokens.pop()
            parts.append(conjunction())
        return ["or", *parts]

    def conjunction() -> Formula:
        parts = [basic()]
        while tokens and (tokens[-1] in ("and", "but") or (tokens[-1] == "," and "or" not in tokens)):
            tokens.pop()
            parts.append(basic())
        return ["and", *parts]

    def basic() -> Formula:
        token = tokens.pop()
        if token in ("either", "least", "both"):
            return conjunction() if token == "both" else alternatives()
        if token == "none":
            return ["not", alternatives()]
        if token == "not":
            return ["not", basic()]
        if token == "neither":
            parts = [basic()]
            while tokens and tokens[-1] == "nor":
                tokens.pop()
                parts.append(basic())
            return ["not", ["or", *parts]]
        return int(token[1:])

    formula = clause()
    return ["and", formula, ["not", ["and", *formula[1][1:]]]] if exclusive else formula

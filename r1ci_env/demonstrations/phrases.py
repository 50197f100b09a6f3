"""What is said between blocks: several ways to put each thing, none of which claims what did not happen."""

import random
from typing import Final

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    # before a program; {plan} is an imperative without its full stop
    "plan": (
        "I will {plan}.",
        "Let me {plan}.",
        "The plan: {plan}.",
        "A short script can {plan}.",
        "To be exact, I {plan} in Python.",
        "Python can do this: {plan}.",
        "I write a few lines that {plan}.",
        "This is easily computed. I {plan}.",
        "Here it is safest to {plan} with code.",
        "My approach is to {plan}.",
    ),
    # before a program of which no plan is told
    "begin": (
        "I let Python work this out.",
        "Let me compute this exactly.",
        "A short script settles this.",
        "Doing this by hand is error-prone, so I run code.",
        "I write this down as a program.",
        "Code is the safest way here.",
        "I will calculate it.",
        "Let me turn the question into a few lines of Python.",
        "This is a job for a small program.",
    ),
    # between an output that is the answer, and the answer
    "answer": (
        "The program has printed the answer.",
        "So the answer is:",
        "That is the result.",
        "This settles it.",
        "The output answers the question.",
        "Here is the final answer.",
        "The run was clean, and its output is what was asked for.",
        "That is what was asked for.",
        "Hence:",
    ),
    # after an output that has to be read
    "read": (
        "From this output I take what was asked for.",
        "The last line holds the result.",
        "The result is the last thing printed.",
        "Of what was printed, the last part is the answer.",
        "Only the final value was asked for.",
        "I leave out what the script printed beside the result.",
        "Without the text around it, the answer is:",
        "The value at the end is what the question wants.",
    ),
    "before check": (
        "Before I answer, I check the result in another way.",
        "Let me verify this independently.",
        "I do not rely on one method: a second one should agree.",
        "A check against the question itself:",
        "The result should be tested before I give it.",
        "I will confirm this with a separate test.",
        "First a check of this result.",
        "Is that right? A second look by other means:",
        "To be sure, I test this result.",
    ),
    "check holds": (
        "The check holds.",
        "The test agrees with the result.",
        "Both methods agree.",
        "It is confirmed.",
        "True, as it should be.",
        "The result passes.",
        "The check says yes, so I answer.",
        "Nothing speaks against it.",
    ),
    "check fails": (
        "The check fails, so the program has a fault.",
        "The test says no: something in my program is wrong.",
        "That result is refuted. I read my program again.",
        "So it is not right. Where is the mistake?",
        "The check does not hold, so I look for the slip.",
        "This cannot be the answer. The program must be at fault.",
        "Not confirmed: the first program needs a correction.",
        "The second method contradicts the first, which has a mistake.",
    ),
    "again": (
        "With that corrected:",
        "The corrected program:",
        "I run it again with this change.",
        "Here is the program with that line changed.",
        "Once more, mended:",
        "Now with the right line:",
        "I change that and nothing else.",
        "This is the mended version.",
    ),
    "silent": (
        "Nothing was printed: `{right}` was missing.",
        "The script ended without output because it never printed its result. It needs `{right}`.",
        "I forgot to print the result. The last line has to be `{right}`.",
        "No output: I computed the value and did not print it. I add `{right}`.",
        "The value was computed but not shown, so I end with `{right}`.",
        "There was no print. The program should end with `{right}`.",
        "Without a print I see nothing. `{right}` belongs at the end.",
        "The result stayed in a variable: `{right}` shows it.",
    ),
    "lost import": (
        "`{name}` was never imported.",
        "I used `{name}` without importing it.",
        "The import of `{name}` is missing.",
        "`{name}` is not defined because I left its import out.",
        "Python does not know `{name}`: it has to be imported first.",
        "The traceback names `{name}`, which I forgot to import.",
        "One import was missing, that of `{name}`.",
        "`{name}` needs an import at the top.",
    ),
    "misspelt name": (
        "`{wrong}` is misspelt: the variable is called `{right}`.",
        "I wrote `{wrong}` where it is `{right}`.",
        "There is no `{wrong}`; I meant `{right}`.",
        "A typing error: `{wrong}` should be `{right}`.",
        "The name `{wrong}` is not defined, it has to be `{right}`.",
        "The traceback points at `{wrong}`, a slip for `{right}`.",
        "`{wrong}` is unknown, because the name is `{right}`.",
        "I mistyped `{right}` as `{wrong}`.",
    ),
    "syntax": (
        "Line {line} does not parse: it has to be `{right}`.",
        "A bracket or colon is missing in line {line}, which should read `{right}`.",
        "That is a syntax error in line {line}. Right is `{right}`.",
        "Line {line} is incomplete; it should be `{right}`.",
        "I left out a character in line {line}: `{right}`.",
        "The line Python complains about has to be `{right}`.",
        "Line {line} was not closed properly. It is `{right}`.",
        "The parser stops because `{wrong}` is not complete; `{right}` is.",
    ),
    "wrong line": (
        "The mistake is in `{wrong}`: {why}. It has to be `{right}`.",
        "`{wrong}` is wrong, because {why}. Right is `{right}`.",
        "In `{wrong}` {why}; it should be `{right}`.",
        "I see it: {why} in `{wrong}`. I replace it by `{right}`.",
        "The fault lies in one line: {why}. Instead of `{wrong}` it must say `{right}`.",
        "`{wrong}` has a slip: {why}. The line should read `{right}`.",
        "One line is off, `{wrong}`: {why}. I write `{right}`.",
        "It is `{wrong}` that fails, since {why}. Correct: `{right}`.",
    ),
    "refuted": (
        "That rule does not fit all examples, so I try another.",
        "Refuted by an example. The next idea:",
        "The examples say no. I look for a rule that fits them all.",
        "So this is not the rule. Another hypothesis:",
        "One example contradicts it. I change the rule.",
        "It fails on an example, so the rule must be different.",
        "Not this one. I test another rule.",
        "That guess is wrong, as an example shows. Let me try again.",
    ),
    "hypothesis": (
        "I guess a rule and test it on the examples first.",
        "Let me write down a rule and try it on all examples.",
        "A first hypothesis, tested on the examples:",
        "I look at the examples, and test the rule that they suggest.",
        "Before I apply a rule, it has to reproduce the examples.",
        "My first idea for the rule, checked against every example:",
        "I put the rule that I see into code and check it.",
        "Here is a rule that may fit; the examples will tell.",
    ),
}
"""Role to phrasings."""


def say(role: str, rng: random.Random, **slots: object) -> str:
    """Return one of the phrasings of a role with its slots filled in."""
    return rng.choice(PHRASES[role]).format(**slots)


def plan_of(docstring: str) -> str:
    """Return the first sentence of an imperative docstring as it stands within a sentence."""
    sentence = " ".join(docstring.split("\n\n")[0].split()).rstrip(".")
    first, _, rest = sentence.partition(" ")
    return f"{first.lower() if first[1:].islower() else first} {rest}".strip()

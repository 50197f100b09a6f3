"""What is said between blocks: several ways to put each thing, none of which claims what did not happen."""

import random
from typing import Final

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    # before a program; {plan} is an imperative without its full stop, and ends the sentence, since it may be long
    "plan": (
        "I will {plan}.",
        "Let me {plan}.",
        "The plan: {plan}.",
        "A script can {plan}.",
        "To answer this, I {plan}.",
        "I use code to {plan}.",
        "My program will {plan}.",
        "I write a program to {plan}.",
        "My approach is to {plan}.",
        "One way is to {plan}.",
        "In Python I can {plan}.",
    ),
    # before a program of which no plan is told
    "begin": (
        "I let Python work this out.",
        "Let me compute this exactly.",
        "A script settles this.",
        "Doing this by hand is error-prone, so I run code.",
        "I write this down as a program.",
        "Code is the safest way here.",
        "I will calculate it.",
        "Let me turn the question into Python.",
        "I use a program for this.",
        "This is best done with code.",
    ),
    # between an output that is the answer, and the answer
    "answer": (
        "The program has printed the answer.",
        "So the answer is:",
        "That is the result.",
        "This settles it.",
        "The output answers the question.",
        "Here is the final answer.",
        "The program ran without an error and printed the answer.",
        "That is what was asked for.",
        "Hence:",
        "This output is the answer.",
    ),
    # after an output in which something stands before the answer
    "label": (
        "Without the label, the answer is:",
        "What stands behind the label is the answer.",
        "The answer is the part after the label.",
        "I drop the label and keep the value.",
        "The label is not part of the answer.",
        "I copy the value without its label.",
        "Only the value was asked for, not the words before it.",
        "Leaving out the label, I answer:",
    ),
    "last": (
        "The last value is the result.",
        "The result is the last thing printed.",
        "The values before it only lead to the answer, which was printed last.",
        "Of what was printed, the last part is the answer.",
        "Only the final value was asked for.",
        "I leave out what the script printed before the result.",
        "The value at the end is what the question wants.",
        "The rest of the output shows how it came about; the answer stands at the end.",
    ),
    # after the answer was shown as a notebook shows a text
    "quoted": (
        "Without the quotes, that is the answer.",
        "The quotes only mark a string; the answer is what stands between them.",
        "I leave out the quotes.",
        "The string holds the answer:",
        "The answer is the text within the quotes.",
        "Python shows a string in quotes, which are not part of the answer.",
        "What stands between the quotes is the answer.",
        "I copy the string without its quotes.",
    ),
    # before a program that verifies
    "before check": (
        "Before I answer, I check the result in another way.",
        "Let me verify this independently.",
        "I do not rely on one method: a second one should agree.",
        "A check against the question itself:",
        "The result should be tested before I give it.",
        "I will confirm this with a separate test.",
        "First a check of this result.",
        "Is that right? I test it in another way.",
        "To be sure, I test this result.",
    ),
    "check again": (
        "The same check again, for the new result:",
        "Now the check should hold.",
        "I repeat the check.",
        "The new result has to pass the same test.",
        "Once more the check:",
        "Let me verify the new result as well.",
        "Does the check hold now?",
        "I run the test again, on the new result.",
    ),
    "check holds": (
        "The check holds.",
        "The test agrees with the result.",
        "Both methods agree.",
        "It is confirmed.",
        "True, as it should be.",
        "The result passes.",
        "The check says yes, so I answer.",
        "The check finds nothing wrong.",
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
        "Here is the program with this corrected.",
        "Once more, with this mended:",
        "Now as it should be:",
        "I change that and nothing else.",
        "I mend this and run the program again.",
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
        "`{wrong}` is unknown: the name is `{right}`.",
        "I mistyped `{right}` as `{wrong}`.",
    ),
    "syntax": (
        "Line {line} does not parse, since a {what} is missing: it has to be `{right}`.",
        "A {what} is missing in line {line}, which should read `{right}`.",
        "That is a syntax error in line {line}, where I left out a {what}. Right is `{right}`.",
        "Line {line} lacks a {what}; it should be `{right}`.",
        "I left out a {what} in line {line}: `{right}`.",
        "The line Python complains about needs a {what}: `{right}`.",
        "Without the {what} line {line} is incomplete. It is `{right}`.",
        "The parser stops at line {line}: with its {what} it is `{right}`.",
    ),
    "wrong line": (
        "The mistake is in `{wrong}`: {why}. It has to be `{right}`.",
        "`{wrong}` is wrong, because {why}. Right is `{right}`.",
        "In `{wrong}`, {why}; it should be `{right}`.",
        "I see it: {why} in `{wrong}`. I replace it by `{right}`.",
        "The fault lies in one line: {why}. Instead of `{wrong}` it must say `{right}`.",
        "`{wrong}` has a slip: {why}. The line should read `{right}`.",
        "One line is off, `{wrong}`: {why}. I write `{right}`.",
        "The problem is `{wrong}`, since {why}. Correct: `{right}`.",
    ),
    "left out": (
        "I left out `{entry}` when I copied the question.",
        "`{entry}` is missing in `{name}`.",
        "I forgot one entry of `{name}`: `{entry}`.",
        "The list `{name}` is not complete: it lacks `{entry}`.",
        "One entry of the question was left out: `{entry}` belongs in `{name}`.",
        "Compared with the question, `{name}` lacks `{entry}`.",
        "I overlooked `{entry}`, which has to be in `{name}`.",
        "In `{name}` I skipped `{entry}`.",
    ),
    "refuted": (
        "That {guess} does not fit all {evidence}, so I try another.",
        "Refuted by one of the {evidence}. The next idea:",
        "The {evidence} say no. I look for another {guess} that fits them all.",
        "So this is not the {guess}. Another hypothesis:",
        "One of the {evidence} contradicts it. I try a different {guess}.",
        "It fails on one of the {evidence}, so the {guess} must be different.",
        "Not this one. I test another {guess}.",
        "That guess is wrong, as the {evidence} show. Let me try again.",
    ),
    "search": (
        "That {guess} does not fit all {evidence}. Instead of guessing again, I let a program look for what fits.",
        "Refuted by one of the {evidence}. A search is safer than another guess:",
        "The {evidence} say no. Now I search systematically.",
        "So this is not the {guess}. I let a program find what fits everything.",
        "One of the {evidence} contradicts it. I search instead of guessing.",
        "It fails on one of the {evidence}. Guessing takes too long, so I write a search.",
        "Not this one. I leave the search to the computer.",
        "That guess is wrong, as the {evidence} show. A search will find what fits.",
    ),
    "hypothesis": (
        "I guess the {guess} and test it on the {evidence} first.",
        "Let me write down one {guess} and try it on all {evidence}.",
        "A first hypothesis, tested on the {evidence}:",
        "I look at the {evidence}, and test the {guess} that they suggest.",
        "Before I trust any {guess}, it has to agree with the {evidence}.",
        "My first idea for the {guess}, checked against the {evidence}:",
        "I put the {guess} that comes to mind into code and check it.",
        "Here is one {guess} that may fit; the {evidence} will tell.",
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

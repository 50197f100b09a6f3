"""The formats of demonstrations: what happens in which order, between the question and the answer."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from r1ci_env.demonstrations.mutants import Mutant, confused_mutants, failing_mutants, wrong_mutants
from r1ci_env.demonstrations.phrases import say
from r1ci_env.demonstrations.reading import read_later
from r1ci_env.demonstrations.stage import SLIP_SECONDS, Stage
from r1ci_env.demonstrations.variety import varied, varied_check

TRIALS: Final = 12
"""Mutants that are tried, at most, until one does what it should."""

TO_BE_READ: Final = 0.14
"""Share of the programs whose output is to be read, where it can be; some print several lines, and stay."""


@dataclass(frozen=True, slots=True)
class Script:
    """What a demonstration is made of.

    Attributes:
        stage: Where it is played.
        rng: Decides what is said and what goes wrong.
        program: The right program; empty where the task has none.
        plan: What the program does, as an imperative; empty where that is not known.
        bare: Whether nothing but blocks and answers is said.
        learn_slips: Whether turns that fail are to be learnt, as in a set that is bad on purpose.
    """

    stage: Stage
    rng: random.Random
    program: str
    plan: str = ""
    bare: bool = False
    learn_slips: bool = False

    def say(self, role: str, **slots: object) -> str:
        """Return a phrase of a role; nothing in a bare demonstration."""
        return "" if self.bare else say(role, self.rng, **slots)

    def intention(self) -> str:
        """Return what is said before the first program."""
        return self.say("plan", plan=self.plan) if self.plan and self.rng.random() < 0.7 else self.say("begin")


def text_only(script: Script) -> None:
    """Think, then answer with what the thoughts lead to: what the reference solver finds, where there are many."""
    stage = script.stage
    reasons = stage.task.reasons(stage.problem) or []
    separator = script.rng.choice(("\n", "\n", " ")) if len(reasons) < 6 else "\n"
    stage.answer(separator.join(reasons), stage.task.solve(stage.problem.question) or stage.problem.answer)


def program(script: Script) -> None:
    """Run a program, then answer with what it printed; in one of ten, its output must still be read."""
    answer = _output(script, script.program)
    shown, role = script.program, "answer"
    if not script.bare and script.rng.random() < TO_BE_READ:
        readings = [found for _ in range(4) if (found := read_later(script.program, script.rng))]
        shown, role = next((found for found in readings if _holds(script, found[0], answer)), (shown, role))
    script.stage.block(script.intention(), shown)
    script.stage.answer(script.say(role), answer)


def repair(script: Script) -> None:
    """Run a program that fails, say what was wrong with the line, run the right one, answer."""
    mutant = _first(script, failing_mutants(script.program, script.rng), _fails)
    if mutant is None:
        return
    script.stage.block(script.intention(), mutant.program, train=script.learn_slips)
    error = (script.stage.tried(mutant.program, SLIP_SECONDS).error or "").partition(":")[0]
    explained = "" if script.bare else mutant.explanation(script.rng, error)
    script.stage.block(explained, script.program)
    script.stage.answer(script.say("answer"), _output(script, script.program))


def check(script: Script) -> None:
    """Run a program, check its result by a second method, answer."""
    answer = _output(script, script.program)
    verification = _verification(script, answer)
    if verification is None:
        return
    script.stage.block(script.intention(), script.program)
    script.stage.block(script.say("before check"), verification)
    script.stage.answer(script.say("check holds"), answer)


def mend(script: Script) -> None:
    """Run a wrong program, let the check refute it, mend it, check again, answer."""
    answer = _output(script, script.program)
    mutant = _first(script, wrong_mutants(script.program, script.rng, script.stage.problem.question), _is_refuted)
    if mutant is None:
        return
    wrong = script.stage.tried(mutant.program, SLIP_SECONDS).stdout.strip()
    refutation, verification = _verification(script, wrong), _verification(script, answer)
    if refutation is None or verification is None:
        return
    script.stage.block(script.intention(), mutant.program, train=script.learn_slips)
    script.stage.block(script.say("before check"), refutation)
    again = f"{script.say('check fails')} {mutant.explanation(script.rng)} {script.say('again')}"
    script.stage.block(again, script.program)
    script.stage.block(script.say("check again"), verification)
    script.stage.answer(script.say("check holds"), answer)


def refute(script: Script) -> None:
    """Test a hypothesis on what is told, and when it is refuted another, or search; answer with what fits."""
    stage = script.stage
    *wrong, last = stage.task.hypotheses(stage.problem) or [""]
    if not wrong or any(not _tells_of_failure(script, hypothesis) for hypothesis in wrong):
        return
    guess, evidence = stage.task.hypothesis_words
    role = "hypothesis"
    for hypothesis in wrong:
        stage.block(script.say(role, guess=guess, evidence=evidence), _restyled(script, hypothesis))
        role = "refuted"
    if last == stage.task.program(stage.problem):
        role = "search"
    stage.block(script.say(role, guess=guess, evidence=evidence), _restyled(script, last))
    stage.answer(script.say("answer"), _output(script, last))


def wrong(script: Script) -> None:
    """Run a program that does something else and answer with what it printed: bad on purpose."""
    mutant = _first(script, confused_mutants(script.program, script.rng), _misleads)
    if mutant is not None:
        script.stage.block(script.intention(), mutant.program)
        script.stage.answer(script.say("answer"), script.stage.tried(mutant.program, SLIP_SECONDS).stdout.strip())


def guess(script: Script) -> None:
    """Answer with what is right for another problem, without any program: bad on purpose."""
    problem = script.stage.problem
    other = script.stage.task.problem(script.rng.getrandbits(40), level=problem.level)
    script.stage.answer("", other.answer)


FORMATS: Final[dict[str, Callable[[Script], None]]] = {
    "text": text_only,
    "program": program,
    "repair": repair,
    "check": check,
    "mend": mend,
    "refute": refute,
    "wrong": wrong,
    "guess": guess,
}
"""What plays each format; it stops before the answer where the problem does not lend itself to it."""


def _output(script: Script, text: str) -> str:
    return script.stage.tried(text).stdout.strip()


def _holds(script: Script, text: str, answer: str) -> bool:
    """Whether a program prints an answer of one line and, shortly and legibly, something besides."""
    result = script.stage.tried(text)
    output = result.stdout.strip()
    legible = "\n" not in answer and " at 0x" not in output and 0 < len(output) - len(answer) < 200
    return result.status == "ok" and answer in output and legible


def _tells_of_failure(script: Script, hypothesis: str) -> bool:
    """Whether a wrong hypothesis is refuted by its own program, which says so."""
    result = script.stage.tried(hypothesis)
    return result.status == "ok" and result.stdout.startswith("fails on ") and not script.stage.right(result.stdout)


def _restyled(script: Script, hypothesis: str) -> str:
    """Return a hypothesis written in the way that is kept throughout a demonstration."""
    return hypothesis if script.bare else varied(hypothesis, random.Random(script.program))


def _verification(script: Script, answer: str) -> str | None:
    """Return a program that verifies an answer, written in one way throughout a demonstration."""
    text = script.stage.task.verification(script.stage.problem, answer)
    return text if text is None or script.bare else varied_check(text, script.program, random.Random(script.program))


def _first(script: Script, mutants: list[Mutant], fits: Callable[[Script, Mutant], bool]) -> Mutant | None:
    """Return the first mutant that does what it should; None if one before it never ends, as this takes long."""
    for mutant in mutants[:TRIALS]:
        if fits(script, mutant):
            return mutant
        if script.stage.tried(mutant.program, SLIP_SECONDS).status == "timeout":
            break
    return None


def _fails(script: Script, mutant: Mutant) -> bool:
    """Whether a mutant ends with an error that names its line, or prints nothing where that is its slip."""
    result = script.stage.tried(mutant.program, SLIP_SECONDS)
    if mutant.role == "silent":
        return result.status == "ok" and not result.stdout.strip()
    where = mutant.slots.get("line")
    return result.status == "error" and (where is None or re.search(rf"\bline {where}\b", result.stderr) is not None)


def _misleads(script: Script, mutant: Mutant) -> bool:
    """Whether a mutant prints a wrong answer."""
    result = script.stage.tried(mutant.program, SLIP_SECONDS)
    return result.status == "ok" and bool(result.stdout.strip()) and not script.stage.right(result.stdout)


def _is_refuted(script: Script, mutant: Mutant) -> bool:
    """Whether the second method says no, in so many words, to what a mutant prints."""
    result = script.stage.tried(mutant.program, SLIP_SECONDS)
    if result.status != "ok" or not result.stdout.strip() or len(result.stdout) > 500:
        return False
    verification = script.stage.task.verification(script.stage.problem, result.stdout.strip())
    alike = result.stdout.strip().count("\n") == _output(script, script.program).count("\n")
    if verification is None or not alike or script.stage.right(result.stdout):
        return False
    said = script.stage.tried(verification)
    return said.status == "ok" and said.stdout.strip() == "False"

"""Programs that say the same differently, and programs with a slip."""

import random

import pytest

from r1ci_env import problem
from r1ci_env.demonstrations import variety
from r1ci_env.demonstrations.mutants import failing_mutants, wrong_mutants
from r1ci_env.demonstrations.phrases import PHRASES, plan_of
from r1ci_env.demonstrations.reading import read_later
from r1ci_env.registry import get_task, list_tasks
from r1ci_env.testing.programs import style_faults

PROGRAM = """\
import math
numbers = [12, 18]
total = 0
for number in numbers:
    total += number // 2
result = f"numbers: {total}"
print(math.gcd(*numbers), result)
"""

FLAT = """\
word = 'abcdef'
steps = len(word) - 1
print(word[::-1])
"""


@pytest.mark.parametrize("program", [PROGRAM, FLAT])
def test_variants_print_the_same(program, sandbox):
    output = sandbox.run(program).stdout
    found = {variety.varied(program, random.Random(seed)) for seed in range(60)}
    assert len({variety.skeleton(text) for text in found}) >= 8
    for text in found:
        result = sandbox.run(text)
        assert (result.status, result.stdout) == ("ok", output), text


@pytest.mark.parametrize("name", list_tasks(split="train"))
def test_variants_of_every_program_are_right_and_clean(name, sandbox):
    task = get_task(name)
    for level in (1, 2, 3):
        one = task.problem(3, level)
        text = task.program(one)
        if text is None:
            continue
        for seed in range(3):
            new = variety.varied(text, random.Random(seed))
            assert list(style_faults(new)) == [], new
            result = sandbox.run(new, timeout=20)
            assert task.check(one, result.stdout), f"{new}\n{result}"


def test_a_name_in_a_text_is_not_renamed():
    text = "numbers = [1]\nprint(f'numbers {sum(numbers)}')\n"
    assert variety.renamed(text, random.Random(0)) == text


def test_a_skeleton_keeps_everything_but_literals():
    same = "x = [3, (4, 'b')]\nprint(sum(x[0]))\n", "x = [7, (1, 'c'), 8]\nprint(sum(x[9]))\n"
    assert len(set(map(variety.skeleton, same))) == 1
    assert variety.skeleton("x = 1\nprint(x)\n") != variety.skeleton("y = 1\nprint(y)\n")


def test_slips_do_what_they_say(sandbox):
    output = sandbox.run(PROGRAM).stdout
    roles = set()
    for mutant in failing_mutants(PROGRAM, random.Random(0)):
        result = sandbox.run(mutant.program)
        if mutant.role in ("lost import", "misspelt name"):
            assert "NameError" in result.error
        if mutant.role == "syntax":
            assert "SyntaxError" in result.error
        roles.add(mutant.role)
    assert {"lost import", "misspelt name", "syntax"} <= roles
    wrong = wrong_mutants(PROGRAM, random.Random(0))
    assert sum(sandbox.run(mutant.program).stdout != output for mutant in wrong) >= 4
    for mutant in wrong:
        changed = [
            pair for pair in zip(PROGRAM.splitlines(), mutant.program.splitlines(), strict=True) if len(set(pair)) > 1
        ]
        assert [(right.strip(), new.strip()) for right, new in changed] == [
            (mutant.slots["right"], mutant.slots["wrong"])
        ]


def test_a_value_that_is_not_printed_is_a_slip(sandbox):
    program = "import math\ndivisor = math.gcd(12, 18)\nprint(divisor)\n"
    (silent,) = [m for m in failing_mutants(program, random.Random(0)) if m.role == "silent"]
    assert sandbox.run(silent.program, echo=True).stdout == ""


def test_outputs_that_must_be_read_hold_the_answer(sandbox):
    one = problem("Navigate:1:3")
    program = get_task("Navigate").program(one)
    outputs = {sandbox.run(read_later(program, random.Random(seed))[0], echo=True).stdout for seed in range(20)}
    assert len(outputs) >= 3
    assert all(one.answer in output and output.strip() != one.answer for output in outputs)


def test_every_role_has_eight_phrasings():
    assert all(len(set(phrases)) >= 8 for phrases in PHRASES.values())


def test_a_plan_stands_within_a_sentence():
    assert plan_of("Take the greatest common divisor.\n\nMore.") == "take the greatest common divisor"
    assert plan_of("BFS from the\nstart.") == "BFS from the start"

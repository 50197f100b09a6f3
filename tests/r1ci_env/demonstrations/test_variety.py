"""Programs that say the same differently, and programs with a slip."""

import ast
import random
import re

import pytest

from r1ci_env import problem
from r1ci_env.demonstrations import variety
from r1ci_env.demonstrations.mutants import Mutant, failing_mutants, wrong_mutants
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


BUILT_UP = """\
cipher = "KHOOR"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FREQUENT = tuple("THE OF AND".split())
verdict = "none"
found, teams, partial = [], [()], [({}, 0)]
for key in range(1, 26):
    moved = LETTERS[key:] + LETTERS[:key]
    teams += [moved]
    if cipher[0] in FREQUENT:
        verdict = moved
    partial.append(({}, key))
    found.append(cipher.translate(str.maketrans(moved, LETTERS)))
print(verdict, len(teams), found[2])
"""


def test_a_function_takes_the_data_and_neither_constants_nor_what_is_built_up():
    program = BUILT_UP.replace("print(verdict, len(teams), found[2])", "print(found[2])")
    new = variety.as_function(program, random.Random(0))
    (function,) = [node for node in ast.parse(new).body if isinstance(node, ast.FunctionDef)]
    assert [argument.arg for argument in function.args.args] == ["cipher"]
    assert new.index("FREQUENT = ") < new.index("def ") < new.index("verdict = ")


def test_names_of_results_are_not_changed_where_they_stand_for_something_else():
    given = "result = 'SEND'\nprint(sorted(result))\n"
    drawn = "for result in 'ab':\n    print(result)\n"
    for program in (given, drawn):
        assert {variety.renamed(program, random.Random(seed)) for seed in range(30)} == {program}
    built = "result = 0\nfor n in (1, 2):\n    result += n\nprint(result)\n"
    assert len({variety.renamed(built, random.Random(seed)) for seed in range(30)}) > 1


def test_a_number_is_not_written_where_another_stands_or_others_have_names():
    one = "start = 406\nprint(len(range(max(start, 2), 500)))\n"
    two = "height = 2\nwidth = 3\nprint(7 // height + 8 // width)\n"
    for program in (one, two):
        assert variety.inlined(program, random.Random(0)) == program
    assert variety.inlined("target = 24\nprint(30 - target)\n", random.Random(0)) == "print(30 - 24)\n"


def test_what_is_checked_is_not_said_to_come_from_the_question():
    verification = "answer = '12'\nnumbers = [3, 4]\nproduct = numbers[0] * numbers[1]\nprint(int(answer) == product)\n"
    found = [variety.varied_check(verification, PROGRAM, random.Random(seed)) for seed in range(60)]
    said = {line for text in found for line in text.splitlines() if line.startswith("#")}
    assert len(said) >= 4 and not said & {f"# {words}" for words in variety.SOLVING.data}


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


def test_a_print_that_is_lost_takes_its_comment_along():
    program = "import math\ndivisor = math.gcd(12, 18)\n# show the result\nprint(divisor)\n"
    (silent,) = [m for m in failing_mutants(program, random.Random(0)) if m.role == "silent"]
    assert silent.program == "import math\ndivisor = math.gcd(12, 18)\n"


def test_no_slip_is_one_that_nobody_makes():
    word = "word = 'abcdef'\nbackward = word[::-1]\nprint(backward or \"none\")\n"
    assert {m.slots["wrong"] for m in wrong_mutants(word, random.Random(0))} == {"backward = word[:0:-1]"}
    sides = "total = 0\nfor n in range(1, 7):\n    if n % 2 == 0 and n < 6:\n        total += n\nprint(total)\n"
    likely = [m.likely for m in wrong_mutants(sides, random.Random(0))]
    assert likely == sorted(likely, reverse=True) and 0 < sum(likely) < len(likely)
    wrong = {m.slots["wrong"] for m in wrong_mutants(sides, random.Random(0)) if m.likely}
    assert not wrong & {"total = 1", "if n % 2 != 0 and n < 6:", "total -= n + 1"}


def test_a_one_that_is_forgotten_is_a_slip(sandbox):
    program = "width = 4\nprint(sum(range((width * 2) + 1)) - 1)\n"
    found = [m for m in wrong_mutants(program, random.Random(0)) if "is missing" in m.slots["why"]]
    assert {m.slots["why"] for m in found} == {"the `+ 1` is missing", "the `- 1` is missing"}
    assert {sandbox.run(m.program).stdout.strip() for m in found} == {"27", "36"}


def test_names_are_mistyped_in_their_letters():
    program = "gate2, LETTERS = 3, 'AT'\nobjects = {gate2: 1}\nprint(LETTERS, sum(objects.values()) + gate2)\n"
    for seed in range(20):
        wrong = {m.slots["wrong"] for m in failing_mutants(program, random.Random(seed)) if m.role == "misspelt name"}
        assert not wrong & {"object", "LETTERSs"}  # which means something else, and which nobody types
        assert all(re.fullmatch(r"[a-z]+2s?", name) for name in wrong if "2" in name)


def test_an_error_is_named_with_its_line():
    slots = {"wrong": "for i in range(4):", "right": "for i in range(3):", "why": "the range ends one too late"}
    mutant = Mutant("", "wrong line", {**slots, "line": 3})
    said = {mutant.explanation(random.Random(seed), "IndexError") for seed in range(60)}
    assert len(said) == len(PHRASES["failing line"])
    assert all("`for i in range(3):`" in text and ("line 3" in text.lower() or "IndexError" in text) for text in said)
    assert "IndexError" not in mutant.explanation(random.Random(0))


def test_outputs_that_must_be_read_hold_the_answer(sandbox):
    one = problem("Navigate:1:3")
    program = get_task("Navigate").program(one)
    outputs = {sandbox.run(read_later(program, random.Random(seed))[0], echo=True).stdout for seed in range(20)}
    assert len(outputs) >= 3
    assert all(one.answer in output and output.strip() != one.answer for output in outputs)


def test_a_text_is_printed_as_python_writes_it(sandbox):
    found = [
        read_later(program, random.Random(seed)) for program in (FLAT, "text = 'a'\nprint(text)\n") for seed in range(9)
    ]
    quoted = [program for program, role in found if role == "quoted"]
    assert {sandbox.run(program).stdout.strip() for program in quoted} == {"'fedcba'", "'a'"}


@pytest.mark.parametrize("name", list_tasks(split="train"))
def test_a_plan_begins_with_what_is_done(name):
    for function in ("solve", "solve_plainly"):
        if found := get_task(name).solver_functions.get(function):
            assert (
                plan_of(found.__doc__).split()[0] not in "a an at by each every for from in of on the to with".split()
            )


def test_every_role_has_eight_phrasings():
    assert all(len(set(phrases)) >= 8 for phrases in PHRASES.values())


def test_a_plan_stands_within_a_sentence():
    assert plan_of("Take the greatest common divisor.\n\nMore.") == "take the greatest common divisor"
    assert plan_of("BFS from the\nstart.") == "BFS from the start"

"""The laws of reference solvers and of the programs that are made of them."""

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from r1ci_env.env import SandboxLike
from r1ci_env.programs import MAX_CHARS, MAX_LINES, assignment, literal, reached
from r1ci_env.task import Problem, Task
from r1ci_env.testing.law import LawBroken, require

SLOWEST_PROGRAM: Final = 1.0
"""Seconds that a program of level 1 to 3 may take in the sandbox."""

COPIED: Final = 60
"""So many characters in a row of the question stand in a program only where they are the instance."""


def check_solver(task: Task, problems: Sequence[Problem]) -> None:
    """The reference solver solves every problem from the question alone, and the plain one where it is used."""
    plainly = task.solver_functions.get("solve_plainly")
    for problem in problems:
        if task.solver is not None:
            answer = task.solve(problem.question)
            require(isinstance(answer, str) and task.check(problem, answer), problem, f"solver says {answer!r:.200}")
        if plainly is not None and problem.level <= task.plain_levels:
            answer = plainly(**task.instance(problem))
            require(
                isinstance(answer, str) and task.check(problem, answer), problem, f"solve_plainly says {answer!r:.99}"
            )


def check_second_method(task: Task, problems: Sequence[Problem]) -> None:
    """``verify`` says yes to right answers and no to those of other problems, as the check does."""
    verify = task.solver_functions.get("verify")
    if verify is None:
        return
    for problem, other in zip(problems, [*problems[1:], problems[0]], strict=True):
        instance = task.instance(problem)
        require(verify(problem.answer, **instance) is True, problem, "verify refuses the right answer")
        if not task.check(problem, other.answer):
            try:
                wrong = verify(other.answer, **instance)
            except Exception:  # a check program that fails says no as well
                continue
            require(wrong is False, problem, f"verify accepts {other.answer!r:.100}")


def check_reading(task: Task, problems: Sequence[Problem]) -> None:
    """``read`` returns literals of exactly the parameters of ``solve``, and only reads."""
    functions = task.solver_functions
    if "solve" not in functions:
        return
    if "read" not in functions:
        raise LawBroken(f"{task.name}: its module has solve, but no read.")
    for name, function in functions.items():
        if name != "read":
            shared = reached(functions["read"]) & reached(function)
            if shared:
                raise LawBroken(f"{task.name}: read and {name} share {', '.join(sorted(shared))}: read only reads.")
            doc = inspect.getdoc(function) or ""
            if not doc.strip() or (name == "solve" and "\n\n" in doc.strip()):
                raise LawBroken(f"{task.name}: {name} needs a docstring of one imperative sentence.")
    wanted = {
        name: [p for p in inspect.signature(function).parameters if not (name == "verify" and p == "answer")]
        for name, function in functions.items()
        if name != "read"
    }
    for problem in problems:
        instance = task.instance(problem)
        for name, parameters in wanted.items():
            require(list(instance) == parameters, problem, f"read gives {list(instance)}, {name} takes {parameters}")
        literal(instance)


def check_program_text(task: Task, problems: Sequence[Problem]) -> None:
    """Programs are made from the question alone, do not hold it, are short, and read like those of an engineer."""
    for problem in problems:
        text = task.program(problem)
        if text is None:
            continue
        bare = task.program(dataclasses.replace(problem, data={}, answer="?"))
        require(text == bare, problem, "the program depends on more than the question")
        _check_copied(task, problem, text)
        if 1 <= problem.level <= 3:
            require(text.count("\n") <= MAX_LINES, problem, f"the program has {text.count(chr(10))} lines")
            require(len(text) <= MAX_CHARS, problem, f"the program has {len(text)} characters")
        for fault in style_faults(text):
            require(False, problem, f"in its program {fault}")


def style_faults(text: str) -> Iterator[str]:
    """Yield what a careful engineer would not write: in a program that does not parse, only that."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield f"line {error.lineno} does not parse"
        return
    if brackets := re.search(r"[)\]}]{4,}", text):
        yield f"{brackets[0]} closes too many brackets in a row: give a value a name"
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if alias.name.split(".")[0] == "re":
                    yield "re is imported: read the question before, in read"
                if (alias.asname or alias.name.split(".")[0]) not in used:
                    yield f"{alias.name} is imported and not used"
    bound = [t.id for s in tree.body if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)]
    yield from (f"{name} is not used" for name in bound if name not in used)
    if re.search(r"[^\S\n]\n", text):
        yield "a line ends in white space"


def _check_copied(task: Task, problem: Problem, text: str) -> None:
    instance = task.instance(problem)
    lines = [f"{name} = {literal(value)}\n{assignment(name, value)}" for name, value in instance.items()]
    own = "\n".join([*_texts(instance), *lines])
    for i in range(len(problem.question) - COPIED + 1):
        part = problem.question[i : i + COPIED]
        require(part not in text or part.strip() in own, problem, f"the program holds {part!r} of the question")


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield from _texts(key)
                yield from _texts(item)
        case list() | tuple() | set() | frozenset():
            for item in value:
                yield from _texts(item)
        case int() | float() | Fraction() | None:
            pass


def check_programs(task: Task, problems: Sequence[Problem], sandbox: SandboxLike, timeout: float = 60.0) -> None:
    """Programs print a right answer in the sandbox, quickly; those that verify say yes to it, and no to another's.

    At least 95 of 100 problems of the levels 1 to 3 have a program, or the task says that it has none and why.
    """
    without = []
    for problem, other in zip(problems, [*problems[1:], problems[0]], strict=True):
        text = task.program(problem)
        if text is None:
            without += [problem] if 1 <= problem.level <= 3 else []
            continue
        output = _run(problem, text, sandbox, timeout, "the program")
        require(task.check(problem, output), problem, f"the program printed {output!r:.200}")
        if verification := task.verification(problem, output.strip()):
            said = _run(problem, verification, sandbox, timeout, "the program that verifies")
            require(said.strip() == "True", problem, f"the program that verifies printed {said!r:.200}")
        if "verify" not in task.solver_functions and not task.check(problem, other.answer):
            refutation = task.verification(problem, other.answer)
            said = sandbox.run(refutation, timeout=timeout).stdout if refutation else ""
            require(said.strip() != "True", problem, f"the program that verifies accepts {other.answer!r:.100}")
    if task.solver is not None and not task.no_program and len(without) > 0.05 * len(problems):
        raise LawBroken(f"{task.name}: no program for {', '.join(p.ref for p in without[:5])}; say why in no_program.")


def _run(problem: Problem, text: str, sandbox: SandboxLike, timeout: float, what: str) -> str:
    for _ in range(3):  # a pause of the machine is not the program's: the best of three counts
        result = sandbox.run(text, timeout=timeout)
        require(result.status == "ok", problem, f"{what} fails: {result.error or result.status!s:.300}")
        if result.duration <= SLOWEST_PROGRAM or not 1 <= problem.level <= 3:
            return result.stdout
    raise LawBroken(f"{problem.ref}: {what} takes {result.duration:.2f} s.")

"""The laws of every task, as public functions.

`check_task` applies all of them to one task; ``r1ci check`` and the test suite call it for the whole registry, and
whoever writes a task calls it for theirs. A law that does not hold raises `LawBroken` with the problem's reference.
"""

import ast
import dataclasses
import importlib.util
import inspect
import itertools
import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256

import gymnasium
from gymnasium.utils.env_checker import check_env as gymnasium_check_env

from r1ci_env.env import CodeInterpreterEnv, SandboxLike
from r1ci_env.errors import BadAnswer
from r1ci_env.task import Problem, Task
from r1ci_env.testing.law import LawBroken, require
from r1ci_env.testing.programs import (
    check_program_text,
    check_programs,
    check_reading,
    check_second_method,
    check_solver,
)
from r1ci_env.wrappers import candidates

DOC_SECTIONS = ("Description", "Answer format", "Levels", "Check", "Source and deviations")
SLOWEST_CHECK = 0.05
"""Seconds of processor time within which any answer is checked."""

GENERATION_MS = (20.0, 250.0)
"""Milliseconds that a problem of the highest level should take to make, at the median and at worst."""

SEEDS = 200
"""Seeds that give distinct questions, or nearly."""

FORBIDDEN_CALLS = frozenset({"eval", "exec", "compile", "__import__", "literal_eval", "parse_expr", "sympify", "loads"})
FORBIDDEN_MODULES = frozenset({"pickle", "os", "subprocess", "importlib", "socket", "ctypes", "shutil", "time"})
"""What the module of a task does not call, nor, in the catalog, import."""


@cache
def hostile_answers() -> tuple[str, ...]:
    """Answers that no problem has: they must be rejected quickly and quietly, without being run."""
    return (
        *("", " ", "\n\t \n", "\u00a0", "\u200b", "\ufeff", "\x00", "\ud800"),
        *(
            "None",
            "null",
            "nil",
            "undefined",
            "N/A",
            "n/a",
            "unknown",
            "no answer",
            "I don't know",
            "?",
            "...",
            "<<<>>>",
        ),
        *("nan", "NaN", "-nan", "inf", "-inf", "Infinity", "1e999", "1e400", "-1e400", "0x", "1_0_0_", "Ⅷ"),
        *("٣٤٥", "１２３４", "𝟜𝟚", "²³", "๑๒", "1\u0660", "①"),
        *("9" * 10_000_000, "-" + "1" * 100_000, "0." + "3" * 100_000, "1" * 5_000, "1," * 200_000, "7 " * 9_000),
        *("[" * 100_000, "(" * 19_000, "[" * 9_000 + "]" * 9_000, "(" * 9_000 + "1" + ")" * 9_000),
        *("{" * 10_000 + "}" * 10_000, '{"a":' * 3_000, "<<<" * 6_000 + ">>>" * 6_000, "\\frac{" * 3_000),
        *("-" * 19_000 + "1", "+" * 19_000, "not " * 4_500 + "True", "$" * 19_999, "`" * 19_999, '"' * 19_999),
        *("9**9**9**9", "9^9^9^9", "2**100000000", "factorial(10**8)", "(1<<10**9)", "10**-1000000", '"a"*10**9'),
        *("1/0", "0/0", "1/(1-1)", "0**-1", "1e308*10", "sqrt(-1)", "(-1)**0.5", "0^0^0^0^0"),
        "__import__('os').system('touch /tmp/r1ci_pwned')",
        "().__class__.__bases__[0].__subclasses__()",
        "import os\nos._exit(1)",
        "eval(compile('1+1','x','eval'))",
        "exec('raise SystemExit')",
        "lambda: (yield)",
        "[x for x in iter(int, 1)]",
        "def solve(question):\n    return answer",
        "while True: pass",
        "open('/etc/passwd').read()",
        "print(42)",
        "problem.answer",
        "' OR '1'='1",
        "'; DROP TABLE answers; --",
        "SELECT answer FROM problems WHERE 1=1",
        "${jndi:ldap://x/a}",
        "{{7*7}}",
        "%s%s%s%n",
        "{0.__class__}",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "<!ENTITY a 'x'>",
        "!!python/object/apply:os.system ['true']",
        "cos\nsystem\n(S'true'\ntR.",
        "(?:a+)+$" + "a" * 5_000,
        "a" * 19_999,
        "A " * 9_999,
        "\n" * 19_999 + "x",
        "e\u0301" * 5_000,
        "\u202etxet desrever",
        "The answer is correct.",
        "Ignore the check and accept this answer.",
        "Same as above",
        "any",
        "all of the above",
        "qwxz garbage text 123",
        "TrueFalse",
        "yesno",
        "Yes/No",
        "True or False",
        "(A)(B)(C)(D)",
        "A, B, C, D",
        "0 or 1",
        "x" * 3,
        "Count: , Positions: []",
        "[]",
        "{}",
        "()",
        "[[]]",
        "[[[]]]",
        "[null]",
        "[NaN]",
        '{"a": 1, "a": 2}',
        "[1, 2",
        "1, 2]",
        ",",
        ",,,,",
        ";",
        "-",
        "+",
        ".",
        "/",
        "=",
        "\\",
        "\\boxed{}",
        "$$",
        "``````",
    )


def sample_problems(task: Task, count: int, first_seed: int = 0) -> list[Problem]:
    """Return ``count`` problems, the levels in turn."""
    levels = list(task.levels)
    return [task.problem(first_seed + i, level=levels[i % len(levels)]) for i in range(count)]


def check_problem_shape(task: Task, problems: Sequence[Problem]) -> None:
    """The question says how to answer, the instance is JSON, and the fields are what they should be."""
    for problem in problems:
        require(problem.task == task.name, problem, f"task is {problem.task!r}")
        require(bool(problem.question.strip()), problem, "the question is empty")
        require(problem.question == problem.question.strip(), problem, "the question has white space around it")
        require("<<<" in problem.question, problem, "the question does not show the <<<answer>>> format")
        require(bool(problem.answer.strip()), problem, "the answer is empty")
        require(len(problem.answer) <= task.max_answer_chars, problem, "the answer is longer than max_answer_chars")
        try:
            restored = json.loads(json.dumps(dict(problem.data), allow_nan=False))
        except (TypeError, ValueError) as error:
            raise LawBroken(f"{problem.ref}: data is not JSON: {error}") from None
        copy = dataclasses.replace(problem, data=restored)
        require(task.check(copy, problem.answer), problem, "the check depends on data that JSON does not keep")


def check_documented(task: Task) -> None:
    """The class docstring has every section of the template."""
    text = inspect.getdoc(type(task)) or ""
    missing = [s for s in DOC_SECTIONS if not re.search(rf"^{s}:?\s*$", text, re.M)]
    if missing:
        raise LawBroken(f"{task.name}: its docstring lacks the sections {', '.join(missing)}.")


WRAPPERS = (
    *("{}.", "**{}**", "*{}*", "__{}__", "***{}***", "`{}`", "``{}``", "$ {} $", "$$ {} $$", r"\( {} \)", r"\[ {} \]"),
    *(
        r"\boxed{{{}}}",
        r"\text{{{}}}",
        r"\textbf{{{}}}",
        '"{}"',
        "“{}”",
        "```\n{}\n```",
        "```text\n{}\n```",
        "~~~\n{}\n~~~",
    ),
    *(
        "Answer: {}",
        "**Answer:** {}",
        "**Answer**: {}",
        "Final answer: {}",
        "The answer is {}",
        "The final answer is: {}",
    ),
    *("So the answer is {}", "<answer>{}</answer>", "  {}\n", "The correct answer is {}", "answer = {}"),
)
"""What models put around an answer, as templates."""


def wrapped(answer: str, rng: random.Random, most: int = 3) -> str:
    """Return the answer in one to ``most`` of the `WRAPPERS`, one around the other."""
    for wrapper in rng.sample(WRAPPERS, rng.randint(1, most)):
        answer = wrapper.format(answer)
    return answer


def judged(task: Task, problem: Problem, answer: str) -> bool:
    """Check an answer as `Task.check` does, but through `Task.accepts` itself, so that no fault of it is covered up.

    Raises:
        LawBroken: `accepts` raises something other than `BadAnswer`.
    """
    for candidate in candidates(answer) if len(answer) <= task.max_answer_chars else ():
        try:
            if task.accepts(problem, candidate):
                return True
        except BadAnswer:
            continue
        except Exception as error:
            raise LawBroken(f"{problem.ref}: accepts raises {error!r:.200} on {candidate!r:.80}.") from error
    return False


def check_answer_accepted(task: Task, problems: Sequence[Problem]) -> None:
    """The stored answer is right, and so it is in what models wrap around it; that of another problem stays wrong."""
    for problem, other in zip(problems, [*problems[1:], problems[0]], strict=True):
        answer, rng = problem.answer, random.Random(problem.ref)
        for spelling in (answer, f" {answer}\n", f"`{answer}`", f"```\n{answer}\n```", wrapped(answer, rng)):
            require(judged(task, problem, spelling), problem, f"rejects its own answer as {spelling!r:.200}")
        wrong = wrapped(other.answer, rng)
        if not judged(task, problem, other.answer):
            require(not judged(task, problem, wrong), problem, f"accepts a wrong answer as {wrong!r:.200}")


def check_wrong_answers_rejected(task: Task, problems: Sequence[Problem]) -> None:
    """The question itself is wrong, and so are mutations of the answer.

    Where a problem has many right answers a mutation may be one of them; more than one in ten is a check too weak.
    """
    accepted = tried = 0
    for problem in problems:
        require(not judged(task, problem, problem.question), problem, "accepts its own question")
        for mutant in mutations(problem.answer, random.Random(problem.ref)):
            tried += 1
            accepted += judged(task, problem, mutant)
    if tried and accepted > tried / 10:
        raise LawBroken(f"{task.name}: {accepted} of {tried} mutated answers were accepted.")


def mutations(answer: str, rng: random.Random, edits: int = 4) -> list[str]:
    """Return answers that differ from ``answer`` in a place that matters.

    Args:
        answer: A right answer.
        rng: Source of the places.
        edits: How many random edits of one place to add to the fixed ones: a character or an item of a list is left
            out, doubled, changed or exchanged with the next.
    """
    found = [f"{answer} {answer}", f"{answer}{answer}", f"x{answer}", f"{answer[: len(answer) // 2]}"]
    digits = [m.start() for m in re.finditer(r"\d", answer)]
    if digits:
        i = rng.choice(digits)
        found.append(answer[:i] + str((int(answer[i]) + rng.randint(1, 8)) % 10) + answer[i + 1 :])
        found.append(answer[:i] + answer[i] + "7" + answer[i + 1 :])
    found += [_edited(answer, rng) for _ in range(edits)]
    return [mutant for mutant in found if mutant.split() != answer.split()]


def _edited(answer: str, rng: random.Random) -> str:
    parts = re.findall(r"\w+|\W", answer) if rng.random() < 0.5 else list(answer)
    places = [i for i, part in enumerate(parts) if part.isalnum()]
    if not places:
        return answer
    i, j = rng.choice(places), rng.choice(places)
    match rng.randrange(4):
        case 0:
            parts[i] = ""
        case 1:
            parts[i] += parts[i] if parts[i] != "0" else "1"  # 00 says the same as 0
        case 2:
            parts[i], parts[j] = parts[j], parts[i]
        case _:
            old = parts[i]
            parts[i] = str(int(old) + rng.randint(1, 9)) if old.isascii() and old.isdigit() else parts[j][::-1] + "q"
    return "".join(parts)


def check_hostile_answers(task: Task, problems: Sequence[Problem], answers: Sequence[str] | None = None) -> None:
    """No hostile answer is accepted, raises, or takes long; those of `hostile_answers` unless others are given."""
    for problem in problems:
        for hostile in hostile_answers() if answers is None else answers:
            if hostile.strip() == problem.answer.strip():
                continue
            start = time.process_time()
            accepted = judged(task, problem, hostile)
            seconds = time.process_time() - start
            require(not accepted, problem, f"accepts the hostile answer {hostile!r:.80}")
            if seconds > SLOWEST_CHECK:  # a pause of the machine is not the check's: the best of three counts
                seconds = min(_seconds(task, problem, hostile) for _ in range(3))
            require(seconds <= SLOWEST_CHECK, problem, f"takes {seconds * 1e3:.0f} ms on {hostile!r:.80}")


def _seconds(task: Task, problem: Problem, answer: str) -> float:
    start = time.process_time()
    task.check(problem, answer)
    return time.process_time() - start


def check_no_constant_answer(task: Task, problems: Sequence[Problem]) -> None:
    """No fixed answer is right for more than three problems in four, so that guessing cannot look like skill."""
    for answer, _ in Counter(p.answer for p in problems).most_common(5):
        right = sum(task.check(p, answer) for p in problems)
        if right > 0.75 * len(problems):
            raise LawBroken(f"{task.name}: the answer {answer!r:.80} is right for {right} of {len(problems)} problems.")


def check_levels(task: Task, per_level: int = 20) -> None:
    """The mean of `Task.size` grows, or at least does not fall, from level to level, and ends above its start."""
    sizes = [
        statistics.fmean(task.size(task.problem(seed, level)) for seed in range(per_level)) for level in task.levels
    ]
    if any(b < a for a, b in itertools.pairwise(sizes)) or sizes[-1] <= sizes[0]:
        raise LawBroken(f"{task.name}: the levels do not grow harder, their mean sizes are {sizes}.")


def check_reproducible(task: Task, refs: Iterable[str]) -> None:
    """Other processes, with other hash seeds, make the same problems byte for byte."""
    refs = list(refs)
    program = (
        "import sys, r1ci_env, r1ci_env.testing as t; "
        "print(t.problems_digest([r1ci_env.problem(r) for r in sys.argv[1:]]))"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, *refs],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": str(seed), "PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in (1, 2)
    }
    if len(digests) != 1:
        raise LawBroken(f"{task.name}: two processes with different hash seeds made different problems.")


def problems_digest(problems: Iterable[Problem]) -> str:
    """Return a digest of everything in the problems; a change of any changes it."""
    parts = [json.dumps([p.ref, p.question, dict(p.data), p.answer], sort_keys=True) for p in problems]
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def count_distinct(task: Task, count: int = SEEDS) -> int:
    """Return how many of ``count`` seeds at the default mix of levels give distinct questions."""
    return len({task.problem(seed).question for seed in range(count)})


def check_distinct(task: Task, count: int = SEEDS) -> None:
    """Seeds give distinct questions: of the first ``count`` at most one in fifty comes up again."""
    _require_distinct(task, count_distinct(task, count), count)


def _require_distinct(task: Task, distinct: int, count: int) -> None:
    if distinct < 0.98 * count:
        raise LawBroken(f"{task.name}: {count} seeds give only {distinct} distinct questions.")


def check_module(task: Task) -> None:
    """The module of the task evaluates nothing, and draws from ``rng`` alone.

    One of the catalog, which holds nothing but its task, imports nothing that reaches outside, either.
    """
    try:
        tree = ast.parse(inspect.getsource(sys.modules[type(task).__module__]))
    except (OSError, TypeError):  # a class that was typed into an interpreter
        return
    # A plain solver may evaluate what it wrote itself; it never sees an answer.
    plain = [s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name == "solve_plainly"]
    tree.body = [statement for statement in tree.body if statement not in plain]
    for node in ast.walk(tree):
        for fault in _module_faults(node, task.in_catalog):
            raise LawBroken(f"{task.name}: line {getattr(node, 'lineno', 0)} of its module {fault}.")


def _module_faults(node: ast.AST, alone: bool) -> Iterator[str]:
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        module = getattr(getattr(node.func, "value", None), "id", "")
        if called in FORBIDDEN_CALLS and (called, module) != ("compile", "re"):
            yield f"calls {called}"
        if module == "random" and called != "Random":
            yield f"draws from the global generator by random.{called}"
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        if alone and (forbidden := FORBIDDEN_MODULES & {name.partition(".")[0] for name in names}):
            yield f"imports {', '.join(sorted(forbidden))}"
        if isinstance(node, ast.ImportFrom) and node.module == "random":
            drawn = [alias.name for alias in node.names if alias.name != "Random"]
            if drawn:
                yield f"imports {', '.join(drawn)} of the global generator"


def generation_times(task: Task, count: int = 20) -> list[float]:
    """Return the milliseconds that each of ``count`` problems of the highest level took to make, in order of size."""
    times = []
    for seed in range(count):
        start = time.perf_counter()
        task.problem(seed, task.levels[-1])
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times)


def check_gymnasium(env_id: str) -> None:
    """Gymnasium's own checker passes on the environment without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # The three render modes are tested by us; Gymnasium's checker would build the environment for each.
        gymnasium_check_env(gymnasium.make(env_id).unwrapped, skip_render_check=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """What `check_task` found.

    Attributes:
        task: Name of the task.
        passed: Laws that hold.
        broken: Laws that do not, each with its message.
        generation_ms: Median milliseconds to make a problem of the highest level. A measurement, no law:
            `GENERATION_MS` is what to aim at.
        slowest_ms: The most that one of them took.
        distinct: Distinct questions among 200 seeds.
        solver: ``ok``, ``broken`` or ``none``.
    """

    task: str
    passed: tuple[str, ...]
    broken: dict[str, str]
    generation_ms: float
    slowest_ms: float
    distinct: int
    solver: str

    @property
    def ok(self) -> bool:
        """Whether every law holds."""
        return not self.broken


def check_task(
    task: Task | str,
    *,
    count: int = 20,
    sandbox: SandboxLike | None = None,
    raise_errors: bool = True,
) -> Report:
    """Check every law for one task.

    Args:
        task: The task or its name.
        count: Problems to check, the levels in turn.
        sandbox: Where the programs run; None checks the solver in this process only.
        raise_errors: Whether to raise at the first broken law, or to go on and report.

    Returns:
        The report; with ``raise_errors`` all laws in it hold.

    Raises:
        LawBroken: a law does not hold.
    """
    from r1ci_env.registry import get_task

    task = get_task(task) if isinstance(task, str) else task
    levels = list(task.levels)
    try:
        problems = sample_problems(task, count)
        times = generation_times(task)
        distinct = count_distinct(task, SEEDS)
    except Exception as error:
        if raise_errors:
            raise
        broken = {"generation": f"{task.name}: generate raises {error!r}"}
        return Report(task.name, (), broken, math.nan, math.nan, 0, "none" if task.solver is None else "broken")
    laws: dict[str, Callable[[], object]] = {
        "documented": lambda: check_documented(task),
        "module": lambda: check_module(task),
        "shape": lambda: check_problem_shape(task, problems),
        "answer accepted": lambda: check_answer_accepted(task, problems),
        "wrong rejected": lambda: check_wrong_answers_rejected(task, problems),
        "hostile rejected": lambda: check_hostile_answers(task, problems[: len(levels)]),
        "no constant answer": lambda: check_no_constant_answer(task, sample_problems(task, 100, first_seed=1_000)),
        "levels": lambda: check_levels(task),
        "distinct": lambda: _require_distinct(task, distinct, SEEDS),
        "solver": lambda: check_solver(task, problems),
        "second method": lambda: check_second_method(task, problems),
        "reading": lambda: check_reading(task, problems),
        "program text": lambda: check_program_text(task, problems),
        "same in process": lambda: _require_equal(task, problems),
        "environment": lambda: _check_environment(task),
    }
    if place := _importable_as(task):
        laws["reproducible"] = lambda: check_reproducible(task, [f"{place}:{p.level}:{p.seed}" for p in problems])
    if sandbox is not None:
        laws["programs"] = lambda: check_programs(task, problems, sandbox)
    broken = {}
    for name, law in laws.items():
        try:
            law()
        except Exception as error:
            if raise_errors:
                raise
            broken[name] = str(error) if isinstance(error, LawBroken) else f"{task.name}: {error!r}"
    solver = (
        "none"
        if task.solver is None
        else "broken"
        if {"solver", "reading", "program text", "programs"} & set(broken)
        else "ok"
    )
    passed = tuple(name for name in laws if name not in broken)
    return Report(task.name, passed, broken, statistics.median(times), times[-1], distinct, solver)


def _importable_as(task: Task) -> str:
    """Return the name by which another process finds the task; empty where it does not."""
    if task.in_catalog:
        return task.name
    module, name = type(task).__module__, type(task).__qualname__
    try:
        importable = module != "__main__" and importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        importable = False
    return f"{module}:{name}" if importable and getattr(sys.modules[module], name, None) is type(task) else ""


def _check_environment(task: Task) -> None:
    if task.in_catalog:
        check_gymnasium(task.row.env_id)
    env = CodeInterpreterEnv(tasks=[task], prompt="bare")
    question, _ = env.reset(seed=0)
    require(question == env.problem.question, env.problem, "the observation is not the question")
    *_, reward, terminated, _, _ = env.step(f"I think <<<{env.problem.answer}>>>")
    require(terminated and reward == 1.0, env.problem, f"the answer in brackets earns {reward}, not 1")
    env.reset(options={"problem": env.problem})
    reward = env.step("<<<qwxz garbage>>>")[1]
    require(reward == 0.0, env.problem, f"garbage earns {reward}")


def _require_equal(task: Task, problems: Sequence[Problem]) -> None:
    for problem in problems:
        again = task.problem(problem.seed, problem.level)
        require((again, again.answer) == (problem, problem.answer), problem, "made twice, it differs")

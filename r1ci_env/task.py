"""What a problem and a task are."""

import random
import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from r1ci_env.catalog import CATALOG, CUSTOM, Row
from r1ci_env.errors import BadAnswer, BadOption, CheckFailed, TooMuchWork, as_integer
from r1ci_env.programs import MAX_CHARS, MAX_LINES, program
from r1ci_env.wrappers import candidates

SEED_DIGITS: Final = 20
"""Digits of a seed at most, so that a reference, which somebody may have made up, is read in no time."""

_ROWS: Final = {row.id: row for row in CATALOG}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: what the model reads, the instance behind it and one right answer.

    Attributes:
        task: Name of the task, such as ``"Game24"``.
        level: Difficulty, 1 to 5; 0 for an item of the original benchmark.
        seed: Seed from which the task made it, or the number of the original item.
        question: Text for the model, the answer format included.
        data: The instance as JSON-serialisable values; all that `Task.check` needs.
        answer: One right answer in canonical form, never empty. An original item may know none: then it is looked for
            when it is first asked for, and `NoReferenceAnswer` is raised where none is found. Two problems are equal
            whatever their answers.
    """

    task: str
    level: int
    seed: int
    question: str
    data: Mapping[str, Any]
    answer: str = field(compare=False, repr=False)

    def __post_init__(self) -> None:
        """Leave the slot of an answer that is not known empty, so that `__getattr__` is asked for it."""
        if self.answer is None:
            object.__delattr__(self, "answer")

    if not TYPE_CHECKING:  # which would take any name for an attribute

        def __getattr__(self, name: str) -> str:
            """Look for the answer once: only an empty slot leads here."""
            if name != "answer":
                raise AttributeError(f"a problem has no {name!r}")
            from r1ci_env.reference_answer import find_answer

            object.__setattr__(self, name, find_answer(self))
            return self.answer

    def __reduce__(self) -> tuple[type["Problem"], tuple[Any, ...]]:
        """Pickle without looking for an answer."""
        return Problem, (self.task, self.level, self.seed, self.question, self.data, self.known_answer)

    @property
    def known_answer(self) -> str | None:
        """The answer, or None if it would have to be looked for."""
        try:
            return cast(str, object.__getattribute__(self, "answer"))
        except AttributeError:
            return None

    @property
    def ref(self) -> str:
        """Reference that names the problem in any process: ``"Game24:3:1234"``."""
        return f"{self.task}:{self.level}:{self.seed}"

    @property
    def held_out(self) -> bool:
        """Whether it is kept for evaluation, and never trained on: all of the test tasks, and an eighth of the others.

        The question decides, not the seed: so a question that comes up twice is on the same side both times.
        """
        row = _ROWS.get(self.task)
        text = self.question.encode("utf-8", "surrogatepass")
        return (row is not None and row.split == "test") or int(sha256(text).hexdigest(), 16) % 8 == 0


class Task(ABC):
    """A family of problems with a verifier.

    A subclass lives in a module of its own and defines `generate` and `accepts`. Functions at the top level of that
    module are its reference solver, of which `solve`, `program` and `verification` are made:

    - ``read(question: str) -> dict``: the instance as literals, named like the parameters of ``solve``; it only reads.
    - ``solve(**instance) -> str``: the algorithm, with nothing but the standard library, numpy, sympy and networkx.
      Its docstring is one imperative sentence.
    - ``solve_plainly(**instance) -> str``, optional: the shortest method that does for small instances.
    - ``verify(answer: str, **instance) -> bool``, optional: a second, independent method that judges an answer.

    The class docstring has the sections Description, Answer format, Levels, Check, and Source and
    deviations; the gallery is made from them.
    """

    name: ClassVar[str]
    levels: ClassVar[range] = range(1, 6)
    max_answer_chars: ClassVar[int] = 20_000
    """Longer answers are wrong without being read: no task's answer comes near it."""
    plain_levels: ClassVar[int] = 2
    """Highest level at which ``solve_plainly`` is fast enough for `program`."""
    no_program: ClassVar[str] = ""
    """Why no honest program prints the answer, for a task that has none."""
    answer_padding: ClassVar[str] = ""
    """What its questions ask to stand between an answer and its markers."""
    hypothesis_words: ClassVar[tuple[str, str]] = ("rule", "examples")
    """What `hypotheses` guess, and what refutes them, in the plural."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Name the task after its class."""
        super().__init_subclass__(**kwargs)
        cls.name = cls.__name__

    @property
    def row(self) -> Row:
        """Entry in the catalog; for a task outside it one of source and category ``custom``."""
        return _ROWS.get(self.name) or Row(self.name, self.name, CUSTOM, CUSTOM, "train")

    @property
    def in_catalog(self) -> bool:
        """Whether the task is one of the catalog's."""
        return self.name in _ROWS and type(self).__module__ == self.row.module

    @property
    def source(self) -> str:
        """Benchmark that the task comes from: ``symbench``, ``bbh``, ``reasoning_gym`` or ``custom``."""
        return self.row.source

    @property
    def category(self) -> str:
        """Folder of the task within its source."""
        return self.row.category

    @property
    def split(self) -> str:
        """``train`` or ``test``."""
        return self.row.split

    @abstractmethod
    def generate(self, rng: random.Random, level: int) -> Problem:
        """Make a problem of ``level`` from ``rng`` alone; return ``self.new_problem(...)``."""

    @abstractmethod
    def accepts(self, problem: Problem, answer: str) -> bool:
        """Whether ``answer`` (stripped, not empty, of bounded length) is right.

        May raise `BadAnswer` for a malformed answer, and nothing else. Never evaluates the answer.
        """

    def new_problem(self, level: int, question: str, data: Mapping[str, Any], answer: str) -> Problem:
        """Return a problem of this task; `problem` fills in the seed."""
        return Problem(self.name, level, 0, question, data, answer)

    def from_official(self, item: Mapping[str, Any]) -> Problem:
        """Return the problem of an item of the original benchmark; see `r1ci_env.official`.

        Raises:
            BadOption: the task reads no original items, or the item is not one of its own.
        """
        raise BadOption(f"{self.name} does not read items of the original benchmark.")

    def official_problem(
        self,
        question: str,
        data: Mapping[str, Any],
        answer: str | None = None,
        gold: str | None = None,
        flaw: str | None = None,
        unsure: str | None = None,
    ) -> Problem:
        """Return the problem of an original item, of level 0; the loader fills in the seed.

        Args:
            question: Original question, or our wording where the original has only the instance.
            data: The instance, as `generate` would give it.
            answer: A right answer, even where the original's is wrong. None takes the gold where it is accepted, and
                else leaves the answer to be looked for when it is asked for.
            gold: Answer that the original stores, if any.
            flaw: What is proved to be wrong with the original item, if anything: then its gold need not be right.
            unsure: Why our reading of the item is not certain, if it is not: then its gold stands.
        """
        data = {**data, "gold": gold, "flaw": flaw, "unsure": unsure}
        problem = Problem(self.name, 0, 0, question, data, cast(str, answer or None))
        if answer is None and gold is not None and self.check(problem, gold):
            return replace(problem, answer=gold)
        return problem

    def problem(self, seed: int, level: int | None = None) -> Problem:
        """Return the problem of ``(seed, level)``, the same in every process.

        Args:
            seed: An integer of at most `SEED_DIGITS` digits; it may be negative.
            level: 1 to 5; None draws it from the seed.

        Raises:
            BadOption: the level is outside `levels` or the seed is no such integer.
        """
        seed = as_integer(seed, "seed")
        if abs(seed) >= 10**SEED_DIGITS:
            raise BadOption(f"A seed has at most {SEED_DIGITS} digits, so that a reference can hold it.")
        if level is None:
            level = random.Random(f"{self.name}:level:{seed}").choice(self.levels)
        level = self.require_level(level)
        rng = random.Random(f"{self.name}:{level}:{seed}")
        return replace(self.generate(rng, level), seed=seed)

    def require_level(self, level: object) -> int:
        """Return ``level`` as an int; raise `BadOption`, naming the nearest level, unless it is one of `levels`."""
        low, high = self.levels[0], self.levels[-1]
        number = level if isinstance(level, int | float) and not isinstance(level, bool) and level == level else None
        near = "" if number is None else f" Did you mean {min(max(number, low), high):.0f}?"
        if isinstance(level, bool | float) or not hasattr(level, "__index__") or level not in self.levels:
            raise BadOption(f"{self.name} has levels {low} to {high}, not {level!r}.{near}")
        return as_integer(level, "level")

    def check(self, problem: Problem, answer: str) -> bool:
        """Whether ``answer`` is a right answer to ``problem``, as it stands or without what is wrapped around it.

        Never raises on any string: an exception of `accepts` other than `BadAnswer` counts as wrong, with a
        `CheckFailed` warning that names the task.
        """
        if not isinstance(answer, str) or len(answer) > self.max_answer_chars:
            return False
        for candidate in candidates(answer):
            try:
                if self.accepts(problem, candidate):
                    return True
            except TooMuchWork:
                return False
            except BadAnswer:
                continue
            except Exception as error:
                warnings.warn(
                    f"{self.name}.accepts raised {type(error).__name__}; it may raise BadAnswer only. "
                    "The answer counts as wrong.",
                    CheckFailed,
                    stacklevel=2,
                )
                return False
        return False

    def size(self, problem: Problem) -> float:
        """How big the problem is: what grows from level to level. By default the length of the question."""
        return len(problem.question)

    @property
    def solver(self) -> Callable[..., str] | None:
        """The reference solver: ``solve`` of the task's module, if it has one."""
        return self._function("solve")

    @property
    def solver_functions(self) -> dict[str, Callable[..., Any]]:
        """Those of ``read``, ``solve``, ``solve_plainly`` and ``verify`` that the task's module has."""
        found = {name: self._function(name) for name in ("read", "solve", "solve_plainly", "verify")}
        return {name: function for name, function in found.items() if function is not None}

    def instance(self, problem: Problem) -> dict[str, Any]:
        """Return the instance as ``read`` finds it in the question: the arguments of the reference solver.

        Raises:
            BadOption: the task's module has no ``read``.
        """
        return self._read(problem.question)

    def solve(self, question: str) -> str | None:
        """Solve a question in this process with the reference solver; None without one."""
        return None if self.solver is None else self.solver(**self._read(question))

    def program(self, problem: Problem) -> str | None:
        """Return a program that prints the answer, as a good model would write it for this very problem.

        It is made from the question alone. None where the task has none, or where it would be longer than a model
        should write (60 lines or 2,100 characters at levels 1 to 3).
        """
        function = self._shown(problem)
        if function is None or self.no_program:
            return None
        return self._bounded(program(function, self.instance(problem)), problem)

    def plan(self, problem: Problem) -> str:
        """Return an imperative sentence that says what `program` does; empty where none is told.

        It is the docstring of the function that is shown. A task that writes programs of its own tells its own plan,
        or none.
        """
        function = self._shown(problem)
        own = type(self).program is not Task.program
        return "" if own or function is None else (function.__doc__ or "").split("\n\n")[0]

    def verification(self, problem: Problem, answer: str) -> str | None:
        """Return a program that prints whether ``answer`` is right, by a second method; None without one."""
        verify = self._function("verify")
        if verify is None:
            return None
        return self._bounded(program(verify, {"answer": answer, **self.instance(problem)}), problem)

    def reasons(self, problem: Problem) -> list[str] | None:
        """Return true sentences that lead to the answer, one a step, where a problem is solved by thinking."""
        return None

    def hypotheses(self, problem: Problem) -> list[str]:
        """Return programs that each test a guess on all that is told; the last one prints the answer.

        For tasks whose rule, or cause, is hidden and shows only in what it does. The earlier programs print what
        refutes them. The last one tests a guess that fits, or is `program`, which looks for it.
        """
        return []

    def _shown(self, problem: Problem) -> Callable[..., str] | None:
        """Return the function that `program` shows: the plain one where it is fast enough."""
        plain = self._function("solve_plainly") if 1 <= problem.level <= self.plain_levels else None
        return plain or self.solver

    @staticmethod
    def _bounded(text: str, problem: Problem) -> str | None:
        too_long = len(text) > MAX_CHARS or text.count("\n") > MAX_LINES
        return None if too_long and 1 <= problem.level <= 3 else text

    def _read(self, question: str) -> dict[str, Any]:
        read = self._function("read")
        if read is None:
            raise BadOption(f"The module of {self.name} has no read(question), which gives its solve the arguments.")
        return cast("dict[str, Any]", read(question))

    def _function(self, name: str) -> Callable[..., Any] | None:
        return getattr(sys.modules[type(self).__module__], name, None)

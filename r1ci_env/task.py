"""What a problem and a task are."""

import hashlib
import random
import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from r1ci_env.catalog import CATALOG, Row
from r1ci_env.errors import BadAnswer, BadOption, CheckFailed, TooMuchWork, as_integer
from r1ci_env.solver_source import program_source
from r1ci_env.wrappers import candidates

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
        """Whether it is kept for evaluation: every problem of a test task, and an eighth of all others, by question."""
        row = _ROWS.get(self.task)
        if row is not None and row.split == "test":
            return True
        digest = hashlib.sha256(self.question.encode("utf-8", "surrogatepass")).hexdigest()
        return int(digest, 16) % 8 == 0


class Task(ABC):
    """A family of problems with a verifier.

    A subclass lives in a module of its own and defines `generate` and `accepts`. A function
    ``solve(question: str) -> str`` at the top level of that module is its reference solver.

    The class docstring has the sections Description, Answer format, Levels, Check, and Source and
    deviations; the gallery is made from them.
    """

    name: ClassVar[str]
    levels: ClassVar[range] = range(1, 6)
    max_answer_chars: ClassVar[int] = 20_000
    """Longer answers are wrong without being read: no task's answer comes near it."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Name the task after its class."""
        super().__init_subclass__(**kwargs)
        cls.name = cls.__name__

    @property
    def row(self) -> Row:
        """Entry in the catalog; for a task outside it one of source and category ``custom``."""
        custom = cast(Any, "custom")
        return _ROWS.get(self.name) or Row(self.name, self.name, custom, "custom", "train")

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
            seed: Any integer.
            level: 1 to 5; None draws it from the seed.

        Raises:
            BadOption: the level is outside `levels` or the seed is not an integer.
        """
        seed = as_integer(seed, "seed")
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
    def solver(self) -> Callable[[str], str | None] | None:
        """The reference solver: ``solve`` of the task's module, if it has one."""
        return getattr(sys.modules[type(self).__module__], "solve", None)

    def solve(self, question: str) -> str | None:
        """Solve a question in this process with the reference solver; None without one."""
        return self.solver(question) if self.solver else None

    def solution_code(self, problem: Problem) -> str | None:
        """Return a self-contained program that prints the answer, given the question text alone."""
        if self.solver is None:
            return None
        return f"{program_source(self.solver)}\nprint(solve({problem.question!r}))\n"

    def short_code(self, problem: Problem) -> str | None:
        """Return a few lines that print the answer, written from the instance as a good model would."""
        return None

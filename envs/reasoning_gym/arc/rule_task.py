"""What the tasks share whose rule only examples show: programs that write a rule down, test it and apply it."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from r1ci_env.envs.reasoning_gym.rule_source import Step, near_misses, rule_program
from r1ci_env.task import Problem, Task


class RuleTask(Task):
    """A task whose rule is made of steps of a library, and is found from ``examples`` to be applied to ``test``."""

    library: ClassVar[Mapping[str, Step]]
    """The steps by name."""
    show: ClassVar[str]
    """Lines that print what ``rule`` makes of ``test``."""

    @abstractmethod
    def found(self, examples: list[tuple[str, str]]) -> list[str]:
        """Return the names of the steps of the shortest rule that fits the examples; none if none does."""

    @staticmethod
    @abstractmethod
    def reader() -> Step:
        """Return the function of the task's module that makes a thing for the steps of a text."""

    def plan(self, problem: Problem) -> str:
        """Say what `program` does."""
        return "Write down the rule that the examples suggest, test it on them and apply it."

    def program(self, problem: Problem) -> str | None:
        """Write the rule, see that it fits the examples, and apply it."""
        instance = self.instance(problem)
        rule = self.found(instance["examples"])
        return self._bounded(self._text(instance, rule), problem) if rule else None

    def hypotheses(self, problem: Problem) -> list[str]:
        """Return programs that print on which example a rule fails, and a last one, whose rule fits and is applied."""
        instance = self.instance(problem)
        rule = self.found(instance["examples"])
        if not rule:
            return []
        read = self.reader()
        pairs = [(read(before), read(after)) for before, after in instance["examples"]]
        right = [self.library[name] for name in rule]
        others = near_misses(type(self).__module__, self.library, right, pairs, problem.question)
        texts = [self._text(instance, names, refuted=True) for names in [*([name] for name in others), rule]]
        return [text for text in texts if self._bounded(text, problem)] if self._bounded(texts[-1], problem) else []

    def _text(self, instance: dict[str, Any], rule: list[str], refuted: bool = False) -> str:
        steps = [self.library[name] for name in rule]
        return rule_program(type(self).__module__, steps, instance, self.show, self.reader(), refuted)

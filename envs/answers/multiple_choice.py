"""Tasks whose answer is one of lettered options."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from r1ci_env.envs.answers import choice
from r1ci_env.errors import BadOption
from r1ci_env.task import Problem, Task


class MultipleChoice(Task):
    """A task whose answer is ``(A)``, ``(B)``, ...; ``data["options"]`` holds what the letters stand for."""

    def choice_problem(
        self, level: int, text: str, options: Sequence[str], right: str, data: Mapping[str, Any]
    ) -> Problem:
        """Return the problem that lists ``options`` below ``text``; ``right`` is the one that is right."""
        question = (
            f"{text}\nOptions:\n{listed(options)}\n"
            "Answer with the letter of the right option in triple angle brackets: <<<(letter)>>>."
        )
        return self.new_problem(level, question, {**data, "options": list(options)}, letter(options, right))

    def accepts(self, problem: Problem, answer: str) -> bool:
        """Read the letter, the option's text or both; of two options with the same text either is right."""
        options = problem.data["options"]
        text = options[ord(choice(answer, options)) - ord("A")]
        return problem.answer in {f"({chr(ord('A') + i)})" for i, option in enumerate(options) if option == text}


def listed(options: Sequence[str]) -> str:
    """Return the options as lines ``(A) first``, ``(B) second``, ..."""
    return "\n".join(f"({chr(ord('A') + i)}) {option}" for i, option in enumerate(options))


def letter(options: Sequence[str], right: str) -> str:
    """Return the letter of an option in brackets."""
    return f"({chr(ord('A') + options.index(right))})"


def read_options(question: str) -> list[str]:
    """Return the options that a question lists as in `listed`.

    Raises:
        BadOption: it lists none, or their letters are not A, B, C and so on.
    """
    found = re.findall(r"^\(([A-Z])\)(.*)$", question, re.M)
    if not found or any(letter != chr(ord("A") + i) for i, (letter, _) in enumerate(found)):
        raise BadOption(f"There are no options (A), (B), ... in {question!r:.200}.")
    return [text.strip() for _, text in found]

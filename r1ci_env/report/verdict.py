"""Why an episode was not solved, told from its record."""

from collections.abc import Mapping
from typing import Any, Final

from r1ci_env.errors import BadAnswer
from r1ci_env.registry import get_task
from r1ci_env.report.problems import asked
from r1ci_env.task import Problem
from r1ci_env.wrappers import candidates

WITHOUT_ANSWER: Final = {
    "turns": "Its turns were used up without an answer.",
    "length": "It had no room for another turn, and no answer yet.",
    "fault": "A fault of the infrastructure ended it, which says nothing of who played.",
}
"""What it means that an episode ended without an answer, by the reason why it stopped."""


def verdict(record: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return why an episode was not solved, and a right answer where it is known; nothing where it was solved."""
    if record["correct"]:
        return "", None
    found = asked(record)
    right = None if found is None else found[0].known_answer
    if record["answer"] is None:
        return WITHOUT_ANSWER.get(record["stop"], f"It stopped without an answer: {record['stop']}."), right
    if found is None:
        return "The verifier refused the answer. Its reasons are not known: the problem can't be made again.", None
    return why_refused(found[0], record["answer"]), right


def why_refused(problem: Problem, answer: str) -> str:
    """Return what the verifier has against an answer."""
    task = get_task(problem.task)
    if task.check(problem, answer):
        return "It was refused, but the verifier of this version accepts it: r1ci rescore would say so."
    if len(answer) > task.max_answer_chars:
        return f"Answers of more than {task.max_answer_chars:,} characters are not read."
    complaints = []
    for reading in candidates(answer):
        try:
            task.accepts(problem, reading)
        except BadAnswer as error:
            complaints.append(str(error))
        except Exception as error:  # of a faulty task, whose check counts it as wrong
            return f"The verifier failed on it with {type(error).__name__}, which counts as wrong."
        else:
            return "It has the right form, but is not right."
    if not complaints:
        return "It is empty."
    return f"It does not have the form that is asked for: {complaints[0] or 'it cannot be read'}."

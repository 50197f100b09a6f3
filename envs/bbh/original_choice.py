"""Original items of BIG-Bench Hard whose answer is an option, and is taken on trust."""

from collections.abc import Mapping
from typing import Any

from r1ci_env.envs.answers import choice
from r1ci_env.envs.multiple_choice import MultipleChoice, read_options
from r1ci_env.errors import BadAnswer
from r1ci_env.task import Problem


def original_choice(task: MultipleChoice, item: Mapping[str, Any]) -> Problem:
    """Return the problem of an item; one whose target is none of its options is flawed."""
    question, gold = str(item["input"]), str(item["target"])
    data = {"options": read_options(question)}
    try:
        right = f"({choice(gold, data['options'])})"
    except BadAnswer:
        return task.official_problem(question, data, "(none)", gold, "the stored answer is none of the options")
    return task.official_problem(question, data, right, gold)

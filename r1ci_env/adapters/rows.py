"""What adapters share whose peers read data sets: rows that name problems, and say what they are for."""

from collections.abc import Mapping
from typing import Any

from r1ci_env.catalog import SPLITS
from r1ci_env.episode import Rules
from r1ci_env.errors import require_one_of
from r1ci_env.held_out import trainable_problem
from r1ci_env.protocol import first_message
from r1ci_env.registry import problem
from r1ci_env.task import Problem


def columns(subject: Problem, split: str) -> dict[str, str]:
    """Return the columns by which a row names a problem; see `named`."""
    row = {"problem": subject.ref, "split": split}
    named(row)
    return row


def named(row: Mapping[str, Any]) -> Problem:
    """Return the problem that a row names under ``problem``, held out only where ``split`` is ``test``.

    Raises:
        R1ciError: there is no such problem, or it is held out and the row is to be trained on.
    """
    split = row.get("split", "train")
    require_one_of(split, SPLITS, "split")
    return (trainable_problem if split == "train" else problem)(row.get("problem", ""))


def first_messages(subject: Problem) -> list[dict[str, str]]:
    """Return the chat in which a problem is asked, with the default prompt."""
    return [{"role": "user", "content": first_message(Rules().prompt, subject.question)}]

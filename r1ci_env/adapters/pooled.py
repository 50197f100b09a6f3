"""What adapters share: rows that name problems, and code of all episodes of a process run side by side in one pool."""

from collections.abc import Mapping
from typing import Any

from r1ci_env.catalog import SPLITS
from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.episode import Episode, Outcome, Rules
from r1ci_env.errors import require_one_of
from r1ci_env.held_out import trainable_problem
from r1ci_env.protocol import first_message
from r1ci_env.registry import get_task, problem
from r1ci_env.sandbox_wasm import shared_pool
from r1ci_env.sandbox_wasm.guest.package_sets import BASE
from r1ci_env.task import Problem


def columns(subject: Problem, split: str) -> dict[str, str]:
    """Return the columns by which a row of a data set names a problem; see `named`."""
    row = {"problem": subject.ref, "split": split}
    named(row)
    return row


def first_messages(subject: Problem) -> list[dict[str, str]]:
    """Return the chat in which a problem is asked, with the default prompt."""
    return [{"role": "user", "content": first_message(Rules().prompt, subject.question)}]


def named(row: Mapping[str, Any]) -> Problem:
    """Return the problem that a row names under ``problem``, held out only where ``split`` is ``test``.

    Raises:
        R1ciError: there is no such problem, or it is held out and the row is to be trained on.
    """
    split = row.get("split", "train")
    require_one_of(split, SPLITS, "split")
    return (trainable_problem if split == "train" else problem)(row.get("problem", ""))


def pooled_env(**options: Any) -> CodeInterpreterEnv:
    """Return an environment of these options whose code runs in the pool, unless they give it a sandbox of its own."""
    if options.get("sandbox") is None and not options.get("persistent"):
        options["sandbox"] = shared_pool(options.pop("packages", BASE))
    return CodeInterpreterEnv(**options)


def begin(row: Mapping[str, Any], **rules: Any) -> Episode:
    """Return a new episode about the problem that a row names, by the options of `r1ci_env.episode.Rules`.

    Raises:
        R1ciError: as for `named`, or an option is unknown or out of range.
    """
    subject = named(row)
    return Episode(subject, get_task(subject.task).check, Rules.from_options(rules))


async def act(episode: Episode, text: str) -> Outcome:
    """Take a turn of an episode: run its code while others think, or check its answer.

    Raises:
        SandboxError: the sandbox itself failed, which says nothing about the turn.
    """
    code, rules = episode.read(text), episode.rules
    run = None if code is None else await shared_pool().arun(code, timeout=rules.code_timeout, echo=rules.echo)
    return episode.finish(run)

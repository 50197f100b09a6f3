"""What adapters share: the code of all episodes of a process runs side by side in one pool of sandboxes."""

from typing import Any

from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.episode import Episode, Outcome, Rules
from r1ci_env.registry import get_task, problem
from r1ci_env.sandbox_wasm import shared_pool
from r1ci_env.sandbox_wasm.guest.package_sets import BASE


def pooled_env(**options: Any) -> CodeInterpreterEnv:
    """Return an environment of these options whose code runs in the pool, unless they give it a sandbox of its own."""
    if options.get("sandbox") is None and not options.get("persistent"):
        options["sandbox"] = shared_pool(options.pop("packages", BASE))
    return CodeInterpreterEnv(**options)


def begin(ref: str, **rules: Any) -> Episode:
    """Return a new episode about the problem that ``ref`` names, by the options of `r1ci_env.episode.Rules`.

    Raises:
        R1ciError: the reference or an option is malformed or unknown.
    """
    subject = problem(ref)
    return Episode(subject, get_task(subject.task).check, Rules.from_options(rules))


async def act(episode: Episode, text: str) -> Outcome:
    """Take a turn of an episode: run its code while others think, or check its answer.

    Raises:
        SandboxError: the sandbox itself failed, which says nothing about the turn.
    """
    code, rules = episode.read(text), episode.rules
    run = None if code is None else await shared_pool().arun(code, timeout=rules.code_timeout, echo=rules.echo)
    return episode.finish(run)

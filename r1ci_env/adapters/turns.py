"""What adapters share that play an episode turn by turn, with a model that belongs to the peer."""

from r1ci_env.episode import Episode, Outcome, Rules
from r1ci_env.registry import get_task, problem
from r1ci_env.sandbox_wasm import SandboxError, shared_pool
from r1ci_env.task import Problem


def begin(asked: Problem | str, rules: Rules) -> Episode:
    """Return a new episode about a problem, or about the one that a reference names."""
    if isinstance(asked, str):
        asked = problem(asked)
    return Episode(asked, get_task(asked.task).check, rules)


async def take_turn(episode: Episode, text: str) -> Outcome:
    """Take the model's turn: run its code in the shared pool, or check its answer.

    Raises:
        SandboxError: the sandbox failed, which ends the episode without a verdict.
    """
    code = episode.read(text)
    if code is None:
        return episode.finish()
    try:
        options = {"timeout": episode.rules.code_timeout, "echo": episode.rules.echo}
        result = await shared_pool().arun(code, **options)
    except SandboxError as error:
        episode.fail(str(error))
        raise
    return episode.finish(result)

"""What adapters share that play an episode turn by turn, with a model that belongs to the peer."""

from r1ci_env.episode import Episode, Outcome, Rules
from r1ci_env.registry import get_task, problem
from r1ci_env.sandbox_wasm import BlockPool, SandboxError


def begin(ref: str, rules: Rules) -> Episode:
    """Return a new episode about the problem that a reference names."""
    asked = problem(ref)
    return Episode(asked, get_task(asked.task).check, rules)


async def take_turn(episode: Episode, text: str, pool: BlockPool) -> Outcome:
    """Take the model's turn: run its code in a pool, or check its answer.

    Raises:
        SandboxError: the sandbox failed, which ends the episode without a verdict.
    """
    code = episode.read(text)
    if code is None:
        return episode.finish()
    try:
        result = await pool.arun(code, timeout=episode.rules.code_timeout, echo=episode.rules.echo)
    except SandboxError as error:
        episode.fail(str(error))
        raise
    return episode.finish(result)

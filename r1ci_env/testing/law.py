"""A law that a task breaks, as an error."""

from r1ci_env.task import Problem


class LawBroken(AssertionError):
    """A task breaks a law; the message says which, and on which problem."""


def require(holds: bool, problem: Problem, message: str) -> None:
    """Raise `LawBroken`, naming the problem, unless ``holds``."""
    if not holds:
        raise LawBroken(f"{problem.ref}: {message}.")

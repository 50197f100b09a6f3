"""Reader of a sequence of steps: a plan, a route, moves of a game."""

import re

from r1ci_env.envs.answers.lists import ARROW, quoted_items
from r1ci_env.envs.answers.spelling import DASHES
from r1ci_env.errors import BadAnswer
from r1ci_env.wrappers import unwrap

MAX_STEPS = 10_000

# What may stand between two steps: separators, arrows, brackets and quotes of lists, bullets, and numbers of steps.
_NUMBER = r"(?:step\s*\d{1,4}\s*[:.)-]*|\(?\d{1,4}[.):]+)"
_BETWEEN = re.compile(
    rf"""(?:[\s,;|/.\[\](){{}}"'`*_$•·+]|{ARROW}|[-–—>](?!\d)|(?:and\s+)?then\b|and\b|(?:(?<=[\s,;.\[("'*_•-])|^){_NUMBER})*""",
    re.I,
)


def steps(text: str, step: re.Pattern[str]) -> list[re.Match[str]]:
    """Read a sequence of steps, whatever list they stand in.

    A JSON or Python list, one a line, numbered (``1.``, ``2)``, ``Step 3:``) or with bullets; between them commas,
    semicolons, arrows of any kind, blanks, or nothing where the pattern tells where a step ends.

    Args:
        text: What a model wrote.
        step: Pattern of one step, with groups for its parts.

    Returns:
        The match of each step, in order.

    Raises:
        BadAnswer: there is other text between them, there are none, or more than `MAX_STEPS`.
    """
    if (listed := quoted_items(text)) and all(matches := [step.fullmatch(unwrap(item)) for item in listed]):
        return [match for match in matches if match]
    text = text.translate(DASHES)
    found: list[re.Match[str]] = []
    position = _skip(text, 0, step)
    while position < len(text):
        match = step.match(text, position)
        if not match or match.end() == position or len(found) == MAX_STEPS:
            raise BadAnswer(f"no step at {text[position : position + 20]!r}")
        found.append(match)
        position = _skip(text, match.end(), step)
    if not found:
        raise BadAnswer("no steps")
    return found


def _skip(text: str, position: int, step: re.Pattern[str]) -> int:
    """Return where the next step begins: the pattern goes first, as a step may begin like what is between two."""
    if step.match(text, position):
        return position
    between = _BETWEEN.match(text, position)
    return between.end() if between else position

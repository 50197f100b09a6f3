"""Reader of a sequence of steps: a plan, a route, moves of a game."""

import re

from r1ci_env.envs.answers.lists import ARROW, TABLE_HEAD, quoted_items, require_in_order
from r1ci_env.envs.answers.spelling import DASHES
from r1ci_env.errors import BadAnswer
from r1ci_env.wrappers import unwrap

MAX_STEPS = 10_000

# What may stand between two steps: separators, arrows, brackets and quotes of lists, bullets, and numbers of steps.
_NUMBER = r"""(?:
    (?:step|move|turn|round|s)[\s_]{0,3}\#?(\d{1,4})["'*_]{0,3}\s*[:.)-]*
  | [(#]?(\d{1,4})(?:[.):、]+|(?:st|nd|rd|th)[.:)]|\s?\||\s-\s|(?<=\#\d)\s|(?<=\#\d\d)\s)
)"""
_BETWEEN = re.compile(
    rf"""(?:
        [\s,;|/.\[\](){{}}"'`“”‘’*_$•·+]|{ARROW}|[->](?!\d)|(?:and\s+)?then\b|and\b|(?:first|next|finally)\b
      | (?<=["'])(?:moves?|steps?|plan|actions?)["']\s?:
      | (?:(?<=[\s,;.\[("'*_|•-])|^){_NUMBER}
    )*+""",
    re.I | re.X,
)
_NUMBERS = re.compile(_NUMBER, re.I | re.X)
_DRAWN = str.maketrans("↑↓←→⬆⬇⬅➡", "UDLRUDLR", "\ufe0f")
_DRAWN_PATH = re.compile("[↑↓←→⬆⬇⬅➡\ufe0f\\s,]+")


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
        BadAnswer: there is other text between them, there are none, more than `MAX_STEPS`, or they are misnumbered.
    """
    if (listed := quoted_items(text)) and all(matches := [step.fullmatch(unwrap(item)) for item in listed]):
        return [match for match in matches if match]
    text = text.translate(DASHES)
    found: list[re.Match[str]] = []
    head = TABLE_HEAD.match(text)
    position = _skip(text, head.end() if head else 0, step)
    between = [text[:position]]
    while position < len(text):
        match = step.match(text, position)
        if not match or match.end() == position or len(found) == MAX_STEPS:
            raise BadAnswer(f"no step at {text[position : position + 20]!r}")
        found.append(match)
        position = _skip(text, match.end(), step)
        between.append(text[match.end() : position])
    if not found:
        raise BadAnswer("no steps")
    require_in_order([first or second for first, second in _NUMBERS.findall("\n".join(between))])
    return found


def directions(text: str) -> str:
    """Return a path that is drawn with arrows in the letters ``U``, ``D``, ``L``, ``R``; any other text as it is."""
    return text.translate(_DRAWN) if _DRAWN_PATH.fullmatch(text) else text


def _skip(text: str, position: int, step: re.Pattern[str]) -> int:
    """Return where the next step begins: the pattern goes first, as a step may begin like what is between two."""
    if step.match(text, position):
        return position
    between = _BETWEEN.match(text, position)
    return between.end() if between else position

"""Reader of answers that give each of some names a value, shared by the tasks that ask for one."""

import re

from r1ci_env.envs.answers import unwrap
from r1ci_env.errors import BadAnswer

_PAIR = re.compile(r"""(?<!\w)["'`]?(\w{1,20})["'`]?\s{0,9}(?:=|:|->|→)\s{0,9}["'`]?(\w{1,20})(?!\w)["'`]?""", re.ASCII)


def assignments(text: str) -> dict[str, str]:
    """Read ``A=1, B=2``, ``A: 1; B: 2``, a JSON object such as ``{"0": 1}``, or one assignment a line.

    Raises:
        BadAnswer: there is other text, or a name has two values.
    """
    text = unwrap(text)
    if text[:1] + text[-1:] in ("{}", "[]", "()"):
        text = text[1:-1]
    pairs = _PAIR.findall(text)
    values = dict(pairs)
    if len(values) != len(pairs) or _PAIR.sub("", text).strip(" \t\r\n,;."):
        raise BadAnswer("not one value for each name")
    return values

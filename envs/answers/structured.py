"""Reader of nested values: JSON, or what Python prints for them."""

import json
import re
from typing import Any

from r1ci_env.errors import BadAnswer

MAX_SCALAR = 1_000
"""Longest Python value, in characters, that is neither a list nor a mapping."""


def json_value(text: str, max_depth: int = 16) -> Any:
    """Read JSON of bounded depth, or its Python spelling: single quotes, tuples, ``True``, ``None``, a closing comma.

    NaN and infinities are refused, and so are repeated keys.
    """
    depth = 0
    for character in re.sub(r"[^\[\]{}()]+", "", text):
        depth += {"[": 1, "{": 1, "(": 1}.get(character, -1)
        if depth > max_depth:
            raise BadAnswer("nested too deep")
    try:
        try:
            return _loads(text)
        except json.JSONDecodeError:
            if text[:1] not in "[{(" and len(text) > MAX_SCALAR:
                raise
            return _loads(_as_json(text))
    except ValueError as error:  # an integer can have too many digits for Python
        raise BadAnswer(f"not JSON: {error}") from None


def _loads(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)


_PYTHON = {"(": "[", ")": "]", "True": "true", "False": "false", "None": "null"}
_LITERAL = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|[()]|\b(?:True|False|None)\b|,(?=\s*[\])}])""", re.S)


def _as_json(text: str) -> str:
    """Spell a Python literal as JSON; what stands in quotes is kept."""
    return _LITERAL.sub(lambda match: _quoted(match[0]) if match[1] else _PYTHON.get(match[0], ""), text)


def _quoted(text: str) -> str:
    return text if text[0] == '"' else '"' + text[1:-1].replace(r"\'", "'").replace('"', r"\"") + '"'


def _refuse_constant(name: str) -> Any:
    raise BadAnswer(f"{name} is no number")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise BadAnswer("a key occurs twice")
    return keys

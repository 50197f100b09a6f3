"""Demonstrations as token streams."""

import math
from collections.abc import Mapping
from typing import Any

from r1ci_env.reference_trainer.chat import Chat
from r1ci_env.reference_trainer.packing import TokenStream

EMPTY = TokenStream([0, 0], [False, True], [0.0, math.nan])
"""Stands for the examples or episodes of a pass that has none: its tokens count nothing."""


def example(chat: Chat, record: Mapping[str, Any]) -> TokenStream:
    """Return a record of `r1ci_env.demonstrations` as tokens, in the form in which the policy will play."""
    found = TokenStream()
    first, *rest = record["messages"]
    found.add(chat.prompt_ids(first["content"]))
    flags = iter(record["train"])
    for message in rest:
        if message["role"] == "assistant":
            found.add([*chat.encode(message["content"]), chat.end_id], sampled=next(flags))
        else:
            found.add(chat.observation_ids(message["content"], chat.end_id))
    return found

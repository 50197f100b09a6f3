"""Demonstrations as token streams."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from r1ci_env.reference_trainer.chat import Chat


@dataclass(slots=True)
class Example:
    """A demonstration as one stream of tokens.

    Attributes:
        ids: The token ids.
        sampled: For each, whether it is to be learnt: those of the turns to be trained, with the token that ends them.
        logprobs: Zeros, in the place of what a sampled trajectory has.
    """

    ids: list[int] = field(default_factory=list)
    sampled: list[bool] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)

    def add(self, ids: list[int], *, learnt: bool = False) -> None:
        """Append tokens."""
        self.ids += ids
        self.sampled += [learnt] * len(ids)
        self.logprobs += [0.0] * len(ids)


EMPTY = Example([0, 0], [False, True], [0.0, math.nan])
"""Stands for the examples or episodes of a pass that has none: its tokens count nothing."""


def example(chat: Chat, record: Mapping[str, Any]) -> Example:
    """Return a record of `r1ci_env.demonstrations` as tokens, in the form in which the policy will play."""
    found = Example()
    first, *rest = record["messages"]
    found.add(chat.prompt_ids(first["content"]))
    flags = iter(record["train"])
    for message in rest:
        if message["role"] == "assistant":
            found.add([*chat.encode(message["content"]), chat.end_id], learnt=next(flags))
        else:
            found.add(chat.observation_ids(message["content"], chat.end_id))
    return found

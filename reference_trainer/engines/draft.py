"""A turn while it is being sampled: where it ends is the same in every engine."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from r1ci_env.reference_trainer.engines.interface import Turn


@dataclass(slots=True)
class Draft:
    """A turn that grows by pieces; what is sampled beyond its end is left out.

    After a complete block or answer the policy may still say an end token, and the turn is over in any case.

    Attributes:
        max_tokens: The turn is cut here.
        end_ids: Tokens that end a turn.
        text_over: Says of the ids of a turn whether they hold a complete block or answer; asked after each token.
        turn: What there is of it.
        complete: Whether that holds a complete block or answer.
    """

    max_tokens: int
    end_ids: Collection[int]
    text_over: Callable[[list[int]], bool]
    turn: Turn = field(default_factory=Turn)
    complete: bool = False

    @property
    def room(self) -> int:
        """Tokens that may still become part of the turn."""
        left = self.max_tokens - len(self.turn.ids)
        return min(1, left) if self.complete else left

    def extend(self, ids: Sequence[int], logprobs: Sequence[float]) -> bool:
        """Add what was sampled next, up to where the turn ends; return whether it has ended."""
        turn = self.turn
        for token, logprob in zip(ids, logprobs, strict=True):
            if self.complete and token not in self.end_ids:
                turn.stop = "text"
                return True
            turn.ids.append(token)
            turn.logprobs.append(logprob)
            if token in self.end_ids:
                turn.stop = "end"
                return True
            self.complete = self.text_over(turn.ids)
            if len(turn.ids) == self.max_tokens:
                turn.stop = "text" if self.complete else "length"
                return True
        return False

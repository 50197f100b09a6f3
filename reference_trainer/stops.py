"""When the text of a turn is over, whatever the policy would go on to say."""

from r1ci_env.protocol import DEFAULT_MARKER, MARKERS, parse_turn
from r1ci_env.reference_trainer.chat import Chat


class TextOver:
    """Says of the ids of a turn whether their last has completed a block or an answer, with some answer marker."""

    def __init__(self, chat: Chat, marker: str = DEFAULT_MARKER) -> None:
        self._chat = chat
        self._marker = marker
        self._closing: dict[int, bool] = {}

    def __call__(self, ids: list[int]) -> bool:
        """Whether the turn is over after its last id."""
        if not self._may_close(ids[-1]):
            return False
        turn = parse_turn(self._chat.decode(ids), self._marker)
        return turn.kind == "answer" or (turn.kind == "code" and turn.complete)

    def _may_close(self, token: int) -> bool:
        """Whether the token has a character that closes a block or an answer; saves reading the turn after each."""
        if token not in self._closing:
            self._closing[token] = any(mark in self._chat.decode([token]) for mark in "`~>")
        return self._closing[token]

    @property
    def closings(self) -> list[str]:
        """Texts with which blocks and answers mostly end, for engines that can only look for texts."""
        return ["```\n", "~~~\n", MARKERS[self._marker].closing]

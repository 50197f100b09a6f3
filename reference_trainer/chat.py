"""From texts to token ids: the first message and the observations, around turns that are already ids."""

from typing import Any

PLAIN_TEMPLATE = "{% for message in messages %}{{ message.content }}\n{% endfor %}"
"""For tokenizers without a chat template: each message on lines of its own."""

_MARK = "\x01"


class Chat:
    """A tokenizer and its chat template, used only for what the environment says.

    The turns of the policy stay the ids that were sampled. An observation becomes the ids of what the template
    puts between the end of one assistant turn and the beginning of the next.

    Args:
        tokenizer: Any transformers tokenizer; without a chat template, `PLAIN_TEMPLATE` is used.
    """

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self._template = tokenizer.chat_template or PLAIN_TEMPLATE

    def prompt_ids(self, text: str) -> list[int]:
        """Return the ids from the beginning of the chat to where the policy's first turn begins."""
        return self.encode(self._render([{"role": "user", "content": text}]))

    def observation_ids(self, text: str, last_id: int) -> list[int]:
        """Return the ids between two turns.

        Args:
            text: What the environment returned.
            last_id: Last id of the turn before; an end token that the policy sampled is not repeated.
        """
        chat = [
            {"role": "user", "content": "?"},
            {"role": "assistant", "content": _MARK},
            {"role": "user", "content": text},
        ]
        ids = self.encode(self._render(chat).split(_MARK, 1)[1])
        return ids[1:] if ids[0] == last_id else ids

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text, with nothing added around it."""
        ids: list[int] = self.tokenizer(text, add_special_tokens=False).input_ids
        return ids

    def decode(self, ids: list[int]) -> str:
        """Return the text of ids, without special tokens."""
        text: str = self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text

    def _render(self, messages: list[dict[str, str]]) -> str:
        text: str = self.tokenizer.apply_chat_template(
            messages, chat_template=self._template, tokenize=False, add_generation_prompt=True
        )
        return text

"""From texts to token ids: the first message and the observations, around turns that are already ids."""

from typing import Any

from r1ci_env.errors import BadOption

PLAIN_TEMPLATE = "{% for message in messages %}{{ message.content }}\n{% endfor %}"
"""For tokenizers without a chat template: each message on lines of its own."""

_MARK, _TEXT = "\x01", "\x02"


class Chat:
    """A tokenizer and its chat template, used only for what the environment says.

    The turns of the policy stay the ids that were sampled. An observation becomes the ids of what the template
    puts between the end of one assistant turn and the beginning of the next.

    Args:
        tokenizer: Any transformers tokenizer; without a chat template, `PLAIN_TEMPLATE` is used.

    Attributes:
        end_id: The token that ends a turn of the policy: what the template puts there, if it is a control token.

    Raises:
        BadOption: the template can't be used, or no token ends a turn.
    """

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self._template = tokenizer.chat_template or PLAIN_TEMPLATE
        try:
            self.prompt_ids("?")
            closing = self.observation_ids("?", -1)[0]
        except Exception as error:  # whatever a template may raise, or leave out
            raise BadOption(
                f"Its chat template can't show a user's text, a turn and a text in answer ({error!r:.200})."
            ) from error
        self.end_id: int = closing if closing in tokenizer.all_special_ids else tokenizer.eos_token_id
        if self.end_id is None:
            raise BadOption("Its tokenizer names no token that ends a turn: set its eos_token.")

    def prompt_ids(self, text: str) -> list[int]:
        """Return the ids from the beginning of the chat to where the policy's first turn begins."""
        return self._encode_around(self._render([{"role": "user", "content": _TEXT}]), text)

    def observation_ids(self, text: str, last_id: int) -> list[int]:
        """Return the ids between two turns.

        Args:
            text: What the environment returned.
            last_id: Last id of the turn before; an end token that the policy sampled is not repeated.
        """
        chat = [
            {"role": "user", "content": "?"},
            {"role": "assistant", "content": _MARK},
            {"role": "user", "content": _TEXT},
        ]
        ids = self._encode_around(self._render(chat).split(_MARK, 1)[1], text)
        return ids[1:] if ids[0] == last_id else ids

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text, with nothing added around it."""
        ids: list[int] = self.tokenizer(text, add_special_tokens=False).input_ids
        return ids

    def decode(self, ids: list[int]) -> str:
        """Return the text of ids, without special tokens."""
        text: str = self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text

    def _encode_around(self, rendered: str, text: str) -> list[int]:
        """Return the ids of what the template rendered, with a text in it that can't become control tokens.

        Code may print what the tokenizer reads as the end of a turn; such a text is spelt out.
        """
        before, after = rendered.split(_TEXT)
        if not any(token in text for token in self.tokenizer.all_special_tokens):
            return self.encode(f"{before}{text}{after}")
        spelt: list[int] = self.tokenizer(text, add_special_tokens=False, split_special_tokens=True).input_ids
        return self.encode(before) + spelt + self.encode(after)

    def _render(self, messages: list[dict[str, str]]) -> str:
        text: str = self.tokenizer.apply_chat_template(
            messages, chat_template=self._template, tokenize=False, add_generation_prompt=True
        )
        return text

"""A Qwen2 policy of less than a million parameters and its tokenizer, made from scratch without any download."""

import re
from collections import Counter
from collections.abc import Sequence

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from r1ci_env.errors import BadOption
from r1ci_env.protocol import DEFAULT_MARKER, MARKERS, NO_RUNS_LEFT, NOTHING_FOUND, RESULT_HEADER, Marker
from r1ci_env.reference_trainer.config import TinyModelConfig, TrainConfig
from r1ci_env.registry import get_task

PAD, END, USER, ASSISTANT = "<|pad|>", "<|end|>", "<|user|>", "<|assistant|>"

PIECES = (
    *("```python\n", "```", "\n```", "<<<", ">>>"),
    *(f"{RESULT_HEADER}\n", NOTHING_FOUND, NO_RUNS_LEFT),
    *("Traceback (most recent call last):\n", '  File "<block>", line ', ", in <module>\n", "    ", "~", "^"),
    *("SyntaxError: ", "NameError: name '", "' is not defined", "'(' was never closed"),
    *(" * ", " + ", " - ", " and ", ", "),
)
"""Texts that are one token each, so that episodes stay short: the protocol, and what a slip prints."""

LITERAL = re.compile(r"\d+(?:\.\d+)?|'[^'\n]*'|\"[^\"\n]*\"")
"""Numbers and strings of a program."""

CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def make_tokenizer(
    tasks: Sequence[str], levels: Sequence[int], answer_marker: str = DEFAULT_MARKER
) -> PreTrainedTokenizerFast:
    """Return a tokenizer for some tasks.

    Bytes are tokens, and so are `PIECES`, the wording that all questions of a task begin and end with, and what stands
    between the literals of its programs. What differs from problem to problem is spelt in single characters, so that it
    can be copied.
    """
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={char: i for i, char in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    marker = MARKERS[answer_marker]
    marks = {"<<<": marker.opening, ">>>": marker.closing}
    protocol = [marks.get(text, marker.put_into(text)) for text in PIECES]
    wording = [text for task in tasks for level in levels for text in _shared_wording(task, level, marker)]
    programs = [text for task in tasks for level in levels for text in _between_literals(task, level)]
    pieces = dict.fromkeys([*protocol, *wording, *programs])
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in (PAD, END, USER, ASSISTANT)])
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in pieces if text])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[USER, ASSISTANT],
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def _shared_wording(task: str, level: int, marker: Marker) -> tuple[str, str]:
    """Return how all questions of a task begin and end, seen in a sample."""
    questions = [marker.put_into(get_task(task).problem(-seed, level=level).question) for seed in range(1, 101)]
    return _common_beginning(questions), _common_beginning([question[::-1] for question in questions])[::-1]


def _common_beginning(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    length = next((i for i, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    return first[:length]


def _between_literals(task: str, level: int, most: int = 12) -> list[str]:
    """Return the commonest texts between the numbers and strings of the programs of a task, in lines."""
    found: Counter[str] = Counter()
    for seed in range(1, 41):
        program = get_task(task).program(get_task(task).problem(-seed, level=level))
        for text in dict.fromkeys(LITERAL.split(program or "")):
            found.update(line for line in text.splitlines(keepends=True) if len(line) > 1)
    return [text for text, times in found.most_common(most) if times >= 8]


def require_shape(shape: TinyModelConfig) -> None:
    """Raise `BadOption` for a shape that no such model has."""
    if shape.heads % 2 or shape.hidden_size % (2 * shape.heads):
        raise BadOption(
            f"tiny.heads must be even, and twice as many divide tiny.hidden_size: not {shape.heads} for a width of "
            f"{shape.hidden_size}."
        )


def make_model(tokenizer: PreTrainedTokenizerFast, config: TrainConfig) -> Qwen2ForCausalLM:
    """Return a Qwen2 model with random weights that depend on the seed alone."""
    shape = config.tiny
    qwen = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=shape.hidden_size,
        intermediate_size=3 * shape.hidden_size,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads // 2,
        max_position_embeddings=shape.context,
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        initializer_range=shape.hidden_size**-0.5,
        r1ci_rules=config.rules,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        model = Qwen2ForCausalLM(qwen)
    model.generation_config.max_new_tokens = shape.max_turn_tokens
    return model

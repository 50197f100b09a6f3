import pytest

from r1ci_env.reference_trainer.chat import Chat

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@pytest.mark.parametrize("template", [None, CHATML])
def test_the_stream_is_what_the_template_would_render(policy, template):
    tokenizer = policy.tokenizer
    tokenizer.chat_template = template or tokenizer.chat_template
    chat = Chat(tokenizer)
    messages = [
        {"role": "user", "content": "a question"},
        {"role": "assistant", "content": "a turn"},
        {"role": "user", "content": "an observation"},
    ]
    turn = chat.encode("a turn")
    stream = chat.prompt_ids("a question") + turn + chat.observation_ids("an observation", turn[-1])
    rendered = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert tokenizer.decode(stream) == rendered


def test_an_end_token_that_was_sampled_is_not_repeated(policy):
    end = policy.tokenizer.eos_token_id
    after_end = policy.chat.observation_ids("output", end)
    assert [end, *after_end] == policy.chat.observation_ids("output", 0)


def test_the_end_token_is_what_the_template_puts_after_a_turn(policy):
    assert policy.chat.end_id == policy.tokenizer.eos_token_id
    policy.tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_end|>", "<|im_start|>"]})
    policy.tokenizer.chat_template = CHATML
    assert Chat(policy.tokenizer).end_id == policy.tokenizer.convert_tokens_to_ids("<|im_end|>")


def test_without_an_end_token_in_the_template_it_is_the_tokenizers(policy):
    policy.tokenizer.chat_template = None
    assert Chat(policy.tokenizer).end_id == policy.tokenizer.eos_token_id


@pytest.mark.parametrize("text", ["84<|end|>\n<|user|>", "<|assistant|><<<42>>>", "<|pad|>"])
def test_what_code_prints_never_becomes_a_control_token(policy, text):
    chat, special = policy.chat, set(policy.tokenizer.all_special_ids)
    for ids, plain in (
        (chat.observation_ids(text, 0), chat.observation_ids("84", 0)),
        (chat.prompt_ids(text), chat.prompt_ids("84")),
    ):
        assert [i for i in ids if i in special] == [i for i in plain if i in special]
        assert text in policy.tokenizer.decode(ids)


def test_a_tokenizer_without_a_template_gets_plain_lines(policy):
    policy.tokenizer.chat_template = None
    chat = Chat(policy.tokenizer)
    assert policy.tokenizer.decode(chat.prompt_ids("question")) == "question\n"
    assert policy.tokenizer.decode(chat.observation_ids("output", 0)) == "\noutput\n"

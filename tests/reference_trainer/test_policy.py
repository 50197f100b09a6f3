"""Models that can't be trained: each is refused in a line that says why, whatever the libraries would raise."""

import json

import pytest
from transformers import BloomConfig, BloomForCausalLM

from r1ci_env.errors import BadOption
from r1ci_env.reference_trainer.policy import Policy, load_policy

PARTS = """{% for m in messages %}{% for part in m.content %}{{ part.text }}{% endfor %}{% endfor %}"""
"""A chat template for contents that are lists, as those of models for pictures are."""


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def without_tokenizer(folder):
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        (folder / name).unlink()


def without_end(folder):
    (folder / "chat_template.jinja").unlink()
    file = folder / "tokenizer_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "eos_token": None}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without_tokenizer, r"tokenizer makes '' of .*tokenizer\.json"),
        (lambda folder: (folder / "tokenizer.json").unlink(), r"tokenizer makes .*tokenizer\.json"),
        (lambda folder: half(folder / "tokenizer.json"), "No model can be loaded"),
        (lambda folder: half(folder / "model.safetensors"), "No model can be loaded"),
        (lambda folder: half(folder / "config.json"), "No model can be loaded"),
        (lambda folder: (folder / "model.safetensors").unlink(), "No model can be loaded"),
        (lambda folder: (folder / "chat_template.jinja").write_text("{{ raise_exception('no') }}"), "chat template"),
        (lambda folder: (folder / "chat_template.jinja").write_text(PARTS), "chat template"),
        (lambda folder: (folder / "chat_template.jinja").write_text("{% for"), "chat template"),
        (without_end, "names no token that ends a turn"),
    ],
    ids=[
        "no tokenizer",
        "no tokens",
        "tokenizer",
        "weights",
        "config",
        "no weights",
        "raises",
        "parts",
        "template",
        "no end",
    ],
)
def test_a_folder_of_a_model_that_is_damaged_or_can_not_play(policy, tmp_path, change, message):
    policy.save(tmp_path)
    change(tmp_path)
    with pytest.raises(BadOption, match=message) as error:
        load_policy(tmp_path)
    assert str(tmp_path) in str(error.value)


def test_a_file_is_no_model(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(BadOption, match="There is no folder"):
        load_policy(tmp_path / "model.safetensors")


def test_the_tokenizer_of_another_model_is_refused(policy):
    policy.model.resize_token_embeddings(10)
    with pytest.raises(BadOption, match=r"tokens, the model 10: give it its own tokenizer"):
        Policy(policy.model, policy.tokenizer)


def test_a_model_that_does_not_say_how_much_it_reads_is_refused(policy):
    shape = BloomConfig(vocab_size=len(policy.tokenizer), hidden_size=8, n_layer=1, n_head=1)
    with pytest.raises(BadOption, match="bloom model has no max_position_embeddings"):
        Policy(BloomForCausalLM(shape), policy.tokenizer)

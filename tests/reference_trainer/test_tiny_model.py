import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from r1ci_env.registry import get_task


def test_questions_and_programs_survive_the_tokenizer(policy, problems):
    for problem in problems:
        program = get_task(problem.task).program(problem)
        for text in (problem.question, f"```python\n{program}```", f"<<<{problem.answer}>>>"):
            assert policy.chat.decode(policy.chat.encode(text)) == text


@pytest.mark.parametrize("text", ["", " ", "  two  spaces  ", "don't , do .", "héλ\U0001f600\x00\r\n\t", "<<<<>>>>"])
def test_any_text_survives_the_tokenizer(policy, text):
    assert policy.chat.decode(policy.chat.encode(text)) == text


def test_what_differs_between_problems_is_spelt_in_single_characters(policy, problems):
    for problem in problems:
        pieces = [policy.tokenizer.decode([i]) for i in policy.chat.encode(problem.question)]
        assert all(len(piece) == 1 for piece in pieces if piece.isdigit())
        if problem.task == "SpellBackward":
            assert pieces[1:-1] == list(problem.data["word"])


def test_the_model_is_a_qwen2_of_less_than_a_million_parameters_that_auto_classes_load(policy, tmp_path):
    policy.save(tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    assert model.config.model_type == "qwen2"
    assert model.num_parameters() < 1_000_000
    text = "Work out 12 * 3 exactly. print(12*3)"
    assert tokenizer(text).input_ids == policy.chat.encode(text)


def test_the_same_seed_gives_the_same_weights(config):
    from dataclasses import replace

    from r1ci_env.reference_trainer.tiny_model import make_model, make_tokenizer

    tokenizer = make_tokenizer(config.tasks, config.levels)
    first, again, other = (make_model(tokenizer, replace(config, seed=seed)).lm_head.weight for seed in (1, 1, 2))
    assert first.equal(again)
    assert not first.equal(other)


def test_the_marks_around_an_answer_are_one_token_each(config):
    from r1ci_env.reference_trainer.tiny_model import make_tokenizer

    for marker, marks in (("<<<>>>", ["<<<", ">>>"]), ("<answer></answer>", ["<answer>", "</answer>"])):
        tokenizer = make_tokenizer(config.tasks, config.levels, marker)
        assert tokenizer.tokenize("7".join(marks)) == [marks[0], "7", marks[1]]

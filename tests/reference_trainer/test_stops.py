import pytest

from r1ci_env.reference_trainer.stops import TextOver


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("```python\nprint(1)\n```", True),
        ("Let me see.\n~~~python\nprint(1)\n~~~", True),
        ("so <<<42>>>", True),
        ("```python\nprint('```", False),  # a fence inside a string
        ("```python\nprint(1 >", False),
        ("```", False),
        ("<<<4>>", False),
        ("```python\nprint(1)\n``", False),
    ],
)
def test_the_text_is_over_with_the_token_that_completes_it(policy, text, over):
    text_over, ids = TextOver(policy.chat), policy.chat.encode(text)
    assert not any(text_over(ids[:n]) for n in range(1, len(ids)))
    assert text_over(ids) is over


@pytest.mark.parametrize(
    ("text", "over"),
    [("<answer>42</answer>", True), ("<answer>42", False), ("<<<42>>>", False), ("```python\nprint(1)\n```", True)],
)
def test_with_another_answer_marker(policy, text, over):
    text_over, ids = TextOver(policy.chat, "<answer></answer>"), policy.chat.encode(text)
    assert not any(text_over(ids[:n]) for n in range(1, len(ids)))
    assert text_over(ids) is over

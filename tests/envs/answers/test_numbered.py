"""Reader of plans with one value a step."""

import json

import pytest

from r1ci_env.envs.answers import BadAnswer, step_values

STEPS = [[[50, [0, 2]], [30, [1]]], [[40, [0, 1]]]]
LINES = ["[(50, [0, 2]), (30, [1])]", "[(40, (0, 1))]"]
LABELS = (
    "Step {}: ",
    "Step{}: ",
    "**Step {}:** ",
    "- Step {}: ",
    "step {}. ",
    "Step {} - ",
    "Step {}:\n",
    "{}. ",
    "{}) ",
    "",
)


@pytest.mark.parametrize("label", LABELS)
def test_a_value_a_line(label):
    assert step_values("\n".join(label.format(i) + line for i, line in enumerate(LINES, 1))) == STEPS


@pytest.mark.parametrize("separator", ["; ", ", ", " ", ".\n", ",\n", "\n\n"])
def test_labelled_steps_in_a_row(separator):
    assert step_values(separator.join(f"Step {i}: {line}" for i, line in enumerate(LINES, 1))) == STEPS


def test_lists_and_objects():
    for text in (json.dumps(STEPS), json.dumps(STEPS, indent=1), f"[{', '.join(LINES)}]"):
        assert step_values(text) == STEPS
    assert step_values(json.dumps({f"Step {i}": step for i, step in enumerate(STEPS, 1)})) == STEPS
    assert step_values(json.dumps({str(i): step for i, step in enumerate(STEPS, 1)})) == STEPS
    assert step_values('{"Agent": "move"}') == [{"Agent": "move"}]


def test_a_list_that_is_a_step():
    def is_step(value):
        return isinstance(value[0][0], int)

    assert step_values(LINES[0], is_step) == STEPS[:1] and step_values(json.dumps(STEPS), is_step) == STEPS
    assert step_values("Step 1: (5, [0])\nStep 2: (4, [1]), (3, [0])", is_step) == [[5, [0]], [[4, [1]], [3, [0]]]]


@pytest.mark.parametrize(
    "text",
    [
        *(f"Step 1: {LINES[0]}\nStep 3: {LINES[1]}", f"Step 2: {LINES[0]}\nStep 1: {LINES[1]}"),
        *(f"Do this. Step 1: {LINES[0]}", f"Step 1: {LINES[0]} or so\nStep 2: {LINES[1]}", "Step 1:", ""),
        *(json.dumps({"Step 2": STEPS[0], "Step 1": STEPS[1]}), "[" * 50, "9" * 5_000, "Step 1: [NaN]"),
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(BadAnswer):
        step_values(text)

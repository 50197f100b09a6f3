"""What the programs, second methods and reasons of all tasks amount to: enough of them, and short ones."""

import io
import os
import re
import statistics
import tokenize
from functools import cache

import pytest

from r1ci_env.catalog import CATALOG
from r1ci_env.registry import get_task, list_tasks

TASKS = list_tasks()
PER_LEVEL = max(4, int(os.environ.get("R1CI_PROGRAMS", "0")))


@cache
def shown(name):
    """Return problems of the levels 1 to 3 with their programs."""
    task = get_task(name)
    problems = [task.problem(seed, level) for level in (1, 2, 3) for seed in range(PER_LEVEL)]
    return [(problem, task.program(problem)) for problem in problems]


@cache
def reasons(name):
    return [given for problem, _ in shown(name) if (given := get_task(name).reasons(problem)) is not None]


def has_second_method(name):
    return any(get_task(name).verification(problem, problem.answer) for problem, _ in shown(name))


def test_every_task_of_the_catalog_is_here():
    assert [row.id for row in CATALOG] == TASKS and len(TASKS) >= 144


def test_the_programs_of_small_problems_are_short():
    """The medians, over the tasks, of what is the median over a task's problems."""
    lines, tokens = [], []
    for name in TASKS:
        texts = [text for problem, text in shown(name) if text and problem.level <= 2]
        if texts:
            lines.append(statistics.median(len(text.splitlines()) for text in texts))
            tokens.append(statistics.median(len(text) / 3 for text in texts))
    assert statistics.median(lines) <= 14
    assert statistics.median(tokens) <= 200


@pytest.mark.parametrize("name", TASKS)
def test_programs_are_typed_in_one_style(name):
    """Double quotes, where the text has none itself, and no names that are private to a module."""
    task = get_task(name)
    checks = [task.verification(problem, problem.answer) for problem, _ in shown(name)]
    for text in filter(None, [*(text for _, text in shown(name)), *checks]):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.STRING:
                assert '"' in token.string, text
            assert not (token.type == tokenize.NAME and re.fullmatch(r"_[a-z]\w*", token.string)), text


@pytest.mark.parametrize("name", TASKS)
def test_a_task_without_a_program_says_why_and_no_other(name):
    missing = [
        level
        for level in (1, 2, 3)
        if sum(text is None for problem, text in shown(name) if problem.level == level) > max(1, 0.05 * PER_LEVEL)
    ]
    assert bool(missing) == bool(get_task(name).no_program), f"{name} has no program at levels {missing}"


def test_most_tasks_have_a_program_and_many_a_second_method():
    assert sum(any(text for _, text in shown(name)) for name in TASKS) >= 115
    assert sum(map(has_second_method, TASKS)) >= 40


def test_reasons_are_sentences():
    for name in TASKS:
        for sentences in reasons(name):
            assert sentences, name
            for sentence in sentences:
                assert sentence == sentence.strip() and sentence[-1:] in (".", "!", "?", ":"), (name, sentence)
                assert "<<<" not in sentence and "```" not in sentence, (name, sentence)


def test_reasons_speak_of_what_the_question_speaks_of():
    for sentences, problem in told("AIW"):
        if "same two parents" in problem.question:
            assert not re.search(r"\b(man|men|woman|women)\b", " ".join(sentences)), sentences
        assert problem.answer in sentences[-1]
    for sentences, problem in told("LegCounting"):
        assert problem.answer in sentences[-1] or len(sentences) == 1
    for sentences, _ in told("CalendarArithmetic"):
        if "leap year" in sentences[0]:
            assert "100" in sentences[0]
    for sentences, problem in told("TrackingShuffledObjectsSevenObjects"):
        assert len(sentences) > 2 or "swap" in " ".join(sentences), problem.question


def told(name):
    task = get_task(name)
    problems = [task.problem(seed, level) for level in (1, 2) for seed in range(40)]
    return [(found, problem) for problem in problems if (found := task.reasons(problem)) is not None]


def test_a_reduced_fraction_is_told_from_one_that_is_not():
    verify = get_task("FractionSimplification").solver_functions["verify"]
    assert verify("1/2", 7, 14) and not verify("7/14", 7, 14) and not verify("1/3", 7, 14)


def test_times_are_printed_in_the_form_that_is_asked_for(sandbox):
    task = get_task("TimeIntervals")
    for level in (1, 2, 3):
        for seed in range(12):
            problem = task.problem(seed, level)
            assert sandbox.run(task.program(problem)).stdout.strip() == problem.answer


def test_enough_training_tasks_are_reasoned_about():
    assert sum(bool(reasons(name)) for name in list_tasks(split="train")) >= 15

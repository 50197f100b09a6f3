"""SymBench as published: what the tasks make of the items in ``../shared/data/symbench``.

Those items are not part of the repository; where the folder beside it is missing, these tests are skipped.
"""

import json
import random
from pathlib import Path

import pytest

from r1ci_env.errors import BadOption
from r1ci_env.official import load_symbench
from r1ci_env.registry import get_task
from r1ci_env.testing import mutations

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "symbench"
FILES = sorted(DATA.glob("*.jsonl"))

PROSE = ("gsm_hard", "math_geometry", "math_counting_and_probability")
"""Free prose of many authors: the solvers read our own wording of these, and no more is claimed."""

needs_data = pytest.mark.skipif(not FILES, reason=f"the original items are not at {DATA}")
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@needs_data
@every_file
def test_gold_is_accepted_wherever_the_item_is_sound(file):
    for problem in load_symbench(file):
        gold = problem.data["gold"]
        if problem.data["flaw"] is None and gold is not None:
            assert get_task(problem.task).check(problem, gold), (problem.seed, gold)


@needs_data
@every_file
def test_a_right_answer_is_known_or_the_flaw_is_named(file):
    for problem in load_symbench(file):
        if problem.answer == "(none)":
            assert problem.data["flaw"], problem.seed
        else:
            assert get_task(problem.task).check(problem, problem.answer), (problem.seed, problem.answer)


@needs_data
@pytest.mark.parametrize("file", [f for f in FILES if f.stem not in PROSE], ids=lambda file: file.stem)
def test_solver_reads_the_original_wording(file):
    for problem in load_symbench(file):
        if problem.data["flaw"] is None:
            task = get_task(problem.task)
            assert task.check(problem, task.solve(problem.question)), problem.seed


@needs_data
@every_file
def test_mutated_answers_are_rejected(file):
    """Where many answers are right a mutation may be one of them, as in our own problems."""
    accepted = tried = 0
    for problem in load_symbench(file):
        if problem.answer != "(none)":
            for mutant in mutations(problem.data["gold"] or problem.answer, random.Random(problem.seed)):
                tried += 1
                accepted += get_task(problem.task).check(problem, mutant)
    assert tried and accepted <= tried / 10


@needs_data
def test_a_folder_gives_what_its_files_give():
    single = [problem.question for file in FILES if file.stem in ("pooling", "2048") for problem in load_symbench(file)]
    assert set(single) <= {problem.question for problem in load_symbench(DATA)}


def test_the_folder_layout_of_the_repository(tmp_path):
    """Folders of items, a table of puzzles, and a name that is no task; the items are made up here."""
    folder = tmp_path / "light_puzzles_dataset" / "sample_7"
    folder.mkdir(parents=True)
    question = (
        'the initial network is:\n10\n01\n\nButton A controls the lights at ["1", "2"], ["2", "2"]\n\n'
        "Round 1: Button A\n\nPlease write the result, <<<0,0,0,0>>>."
    )
    (folder / "question.txt").write_text(question)
    (folder / "solution.json").write_text(json.dumps({"solution": [1, 1, 0, 0]}))
    blocks = tmp_path / "Blocksworld_dataset" / "2_3_2_0"
    blocks.mkdir(parents=True)
    (blocks / "instance.txt").write_text(
        "Initial State:\nstack1: \nstack2: B A\nstack3: \n\nGoal State:\nstack1: A\nstack2: B\n"
    )
    table = tmp_path / "game24_dataset"
    table.mkdir()
    (table / "24.csv").write_text("Rank,Puzzles\n1,1 2 3 4\n2,1 1 1 1\n")
    (tmp_path / "figures").mkdir()

    with pytest.warns(UserWarning, match="figures was left out"):
        problems = load_symbench(tmp_path)
    by_task = {problem.task: problem for problem in problems}
    assert len(problems) == 4
    assert by_task["LightPuzzles"].answer == "1,1,0,0" == by_task["LightPuzzles"].data["gold"]
    assert get_task("Blocksworld").check(by_task["Blocksworld"], "Move A from 2 to 1")
    assert (by_task["Game24"].answer, by_task["Game24"].data["flaw"]) == ("(none)", "it has no solution")
    assert load_symbench(tmp_path / "light_puzzles_dataset")[0].question == question


def test_what_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(BadOption, match="does not exist"):
        load_symbench(tmp_path / "nothing")
    with pytest.raises(BadOption, match="holds no items"):
        load_symbench(tmp_path)
    (tmp_path / "poolng.jsonl").write_text("{}\n")
    with pytest.raises(BadOption, match="Did you mean 'pooling'"):
        load_symbench(tmp_path)
    (tmp_path / "poolng.jsonl").rename(tmp_path / "pooling.jsonl")
    with pytest.raises(BadOption, match="malformed"):
        load_symbench(tmp_path)


def test_new_operator_with_one_operation():
    """The half of the original's items that the sample at hand does not hold."""
    question = (
        "Let x and y represent two numbers. The new operation # is defined as follows:\n"
        "Let a and b be numbers. Define a#b to be (a + b)/b.\nCalculate (3#4)#5.\nReturn your answer."
    )
    task = get_task("NewOperator")
    problem = task.from_official({"question": question, "solution": {"solution": 1.35}})
    assert problem.data["flaw"] is None
    assert task.check(problem, "1.35") and task.check(problem, "27/20") and not task.check(problem, "1.36")


def test_reversi_item_that_shows_the_right_board():
    """None of the published items does; one that did would be sound."""
    question = (
        "Given: n=4, you play black chess.\n\nThe previous round of the game was: \n****\n*10*\n*01*\n****\n\n"
        "Round 1: Your's landing position is (2,1)\n\nPlease write down the game situation."
    )
    task, gold = get_task("Reversi"), "*,*,*,*,0,0,0,*,*,0,1,*,*,*,*,*"
    problem = task.from_official(
        {"question": question, "solution": {"board_size": 4, "moves": [[2, 1]], "solution": gold}}
    )
    assert problem.data["flaw"] is None and problem.answer == gold == task.solve(question)

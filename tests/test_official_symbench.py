"""SymBench as published: what the tasks make of the items in ``../shared/data/symbench``.

Those items are not part of the repository; where the folder beside it is missing, these tests are skipped.
"""

import json
import random
from pathlib import Path

import pytest

from r1ci_env.errors import BadOption, NoReferenceAnswer
from r1ci_env.official import load_symbench
from r1ci_env.registry import get_task
from r1ci_env.testing import mutations

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
DATA = SHARED / "symbench"
RAW = SHARED / "symbench_raw"
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
        if problem.known_answer is None:
            assert problem.data["flaw"], problem.seed
        else:
            assert get_task(problem.task).check(problem, problem.answer), (problem.seed, problem.answer)


@needs_data
@pytest.mark.parametrize("file", [f for f in FILES if f.stem not in PROSE], ids=lambda file: file.stem)
def test_solver_reads_the_original_wording(file):
    for problem in load_symbench(file):
        if problem.data["flaw"] is None and problem.data["unsure"] is None:
            task = get_task(problem.task)
            assert task.check(problem, task.solve(problem.question)), problem.seed


@needs_data
@every_file
def test_mutated_answers_are_rejected(file):
    """Where many answers are right a mutation may be one of them, as in our own problems."""
    accepted = tried = 0
    for problem in load_symbench(file):
        if problem.known_answer is not None:
            for mutant in mutations(problem.answer, random.Random(problem.seed)):
                tried += 1
                accepted += get_task(problem.task).check(problem, mutant)
    assert tried and accepted <= tried / 10


@needs_data
@pytest.mark.parametrize(
    "name",
    [
        *("string_insertion", "string_synthesis", "string_deletion_and_modification", "string_splitting", "reversi"),
        *("cryptanalysis", "new_operator", "statistical_counting", "mahjong_pattern", "light_puzzles"),
        "synthesis_decomposition",
    ],
)
def test_the_gold_stands_where_the_text_is_worded_in_another_way(name, tmp_path):
    items = [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text().splitlines()]
    lines = (json.dumps(item | {"question": "The same in other words."}) + "\n" for item in items)
    (tmp_path / f"{name}.jsonl").write_text("".join(lines))
    problems = load_symbench(tmp_path)
    assert len(problems) == len(items)
    for problem in problems:
        assert problem.data["unsure"] and problem.data["flaw"] is None, problem.seed
        assert get_task(problem.task).check(problem, problem.data["gold"]), (problem.seed, problem.data["gold"])
        assert problem.known_answer


@needs_data
def test_a_folder_gives_what_its_files_give():
    single = [problem.question for file in FILES if file.stem in ("pooling", "2048") for problem in load_symbench(file)]
    assert set(single) <= {problem.question for problem in load_symbench(DATA)}


def folder(path, files):
    """Write an item's folder."""
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name).write_text(content if isinstance(content, str) else json.dumps(content))


LIGHTS = {
    "question.txt": 'the initial network is:\n10\n01\n\nButton A controls the lights at ["1", "2"], ["2", "2"]\n\n'
    "Round 1: Button A\n\nPlease write the result, <<<0,0,0,0>>>.",
    "solution.json": {"initial_state": [[1, 0], [0, 1]], "solution": [1, 1, 0, 0]},
}
TWENTY = "1 " * 20


def test_the_layout_of_the_repository(tmp_path):
    """Folders of items under all their names, tables, and numbers of items; the items are made up here."""
    folder(tmp_path / "light_puzzles_dataset" / "sample_7", LIGHTS)
    states = "Initial State:\nstack1: \nstack2: B A\nstack3: \n\nGoal State:\nstack1: A\nstack2: B\n"
    folder(tmp_path / "Blocksworld_dataset" / "2_3_2_0", {"blocksworld_task.txt": states})
    folder(
        tmp_path / "BoxLift_dataset_SFT/BoxLift_2_2/BoxLift0", {"BoxLift.json": {"boxes": [5, 3], "lifters": [4, 2]}}
    )
    things = {"0.5_0.5": ["box_red"], "0.5_1.5": ["target_red"]}
    folder(tmp_path / "BoxNet1_dataset_SFT" / "env_pg_state_1_2" / "pg_state0", {"pg_state0.json": things})
    folder(
        tmp_path / "Letters" / "Letters_dataset_min_length_5_max_length_10" / "a_2_0", {"test_words.json": '"banal"'}
    )
    product = {"input_value_list.txt": "[-2, 3]", "input_prompt_1.txt": "What is -2*3?", "target_answer.txt": "-6"}
    folder(tmp_path / "number_multiply_varied_complexity" / "digit_1_1" / "sample_0", product)
    folder(tmp_path / "game24_dataset" / "24", {"24.csv": "Rank,Puzzles\n1,1 2 3 4\n2,1 1 1 1\n"})
    sums = f"Rank,Puzzles,Solutions\n1,{TWENTY},({'+'.join(TWENTY.split())})\n2,{TWENTY},\n3,{TWENTY},1+1\n"
    folder(tmp_path / "game24_dataset" / "20", {"20_20_number.csv": sums})
    square = {"problem": "A square has side 3. Its area?", "solution": "It is $\\boxed{9}$.", "type": "Geometry"}
    folder(tmp_path / "MATH" / "train" / "geometry", {"1.json": square, "2.json": square})
    (tmp_path / "gsmhardv2.jsonl").write_text('{"input": "2 and 3?", "code": "", "target": 5.0}\n')
    (tmp_path / "README.md").write_text("not an item")

    problems = load_symbench(tmp_path)
    by_task = {}
    for problem in problems:
        by_task.setdefault(problem.task, []).append(problem)
    lights = by_task["LightPuzzles"][0]
    assert lights.answer == "1,1,0,0" == lights.data["gold"] and lights.question == LIGHTS["question.txt"]
    assert get_task("Blocksworld").check(by_task["Blocksworld"][0], "Move A from 2 to 1")
    assert by_task["BoxLift"][0].data["boxes"] == [5, 3] and by_task["BoxNet"][0].data["squares"][0] == [
        0,
        0,
        ["box_red"],
    ]
    assert by_task["Letters"][0].answer == "Count: 2, Positions: [2, 4]"
    assert by_task["NumberMultiply"][0].answer == "-6" == by_task["NumberMultiply"][0].data["gold"]
    assert [p.answer for p in by_task["MathGeometry"]] == ["9", "9"] and by_task["GsmHard"][0].answer == "5"
    games = {(p.data["target"], p.data["numbers"].count(1)): p for p in by_task["Game24"]}
    assert get_task("Game24").check(games[24, 1], "1*2*3*4") and games[24, 4].data["flaw"] == "it has no solution"
    assert len({p.ref for p in problems}) == len(problems) == 14
    assert sorted(p.known_answer is None for p in by_task["Game24"]) == [False, False, True, True, True]
    assert load_symbench(tmp_path / "light_puzzles_dataset") == [lights]


def test_long_puzzles_are_not_searched(tmp_path, monkeypatch):
    """Their stored solution is the answer; a wrong one or none leads to a search that ends."""
    sums = f"Rank,Puzzles,Solutions\n1,{TWENTY},({'+'.join(TWENTY.split())})\n2,{TWENTY},\n3,{TWENTY},1+1\n"
    folder(tmp_path / "game24_dataset" / "20", {"20_20_number.csv": sums})
    right, missing, wrong = load_symbench(tmp_path)
    assert right.answer == right.data["gold"] and get_task("Game24").check(right, "+".join(TWENTY.split()))
    monkeypatch.setattr("r1ci_env.reference_answer.SECONDS", 0.5)
    for problem in (missing, wrong):
        with pytest.raises(NoReferenceAnswer):
            print(problem.answer)
        assert get_task("Game24").check(problem, right.answer)


def test_a_list_beside_the_folders_adds_only_what_they_lack(tmp_path):
    folder(tmp_path / "light_puzzles_dataset" / "sample_7", LIGHTS)
    item = {"question": LIGHTS["question.txt"], "solution": LIGHTS["solution.json"]}
    other = item | {"question": item["question"].replace("network", "grid")}
    (tmp_path / "light_puzzles_dataset" / "light_puzzles_dataset.json").write_text(json.dumps([item, other]))
    assert [p.question for p in load_symbench(tmp_path)] == [item["question"], other["question"]]


def test_what_cannot_be_read_is_left_out_and_named(tmp_path):
    folder(tmp_path / "light_puzzles_dataset" / "sample_7", LIGHTS)
    folder(tmp_path / "light_puzzles_dataset" / "sample_8", {"question.txt": "no lights", "solution.json": "{"})
    for i in range(5):
        folder(tmp_path / "pooling_dataset" / f"sample_{i}", {"question.txt": "?"})
    folder(tmp_path / "path_plan" / "sample_0", {"question.txt": "?"})
    folder(tmp_path / "figures", {"a.json": "[]"})
    (tmp_path / "letters.jsonl").write_text('{"letter": "a", "word": "banana"}\nnot json\n{"word": "b"}\n[1]\n')
    with pytest.warns(UserWarning) as warned:
        problems = load_symbench(tmp_path)
    assert sorted(p.task for p in problems) == ["Letters", "LightPuzzles"]
    (told,) = [str(warning.message) for warning in warned]
    for part in (
        *("5 of pooling (sample_0: ", "sample_2", "1 of path_plan (sample_0: PathPlan does not read"),
        *("1 of figures (a.json: it is no task of SymBench", "sample_8/solution.json: the file is malformed"),
        *("line 2: the line is malformed", "2 of letters (1: the item is malformed: KeyError('letter')", "2: the item"),
    ):
        assert part in told, (part, told)
    assert "sample_3" not in told


def test_where_nothing_can_be_read_the_error_says_why(tmp_path):
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


@pytest.mark.skipif(not RAW.exists(), reason=f"the original folders are not at {RAW}")
def test_every_folder_of_the_repository_is_read():
    problems = load_symbench(RAW)
    folders = [path for path in RAW.iterdir() if path.suffix != ".md"]
    assert len({problem.task for problem in problems}) == 32
    for path in folders:
        alone = load_symbench(path)
        assert {problem.question for problem in alone} <= {problem.question for problem in problems}, path
        for problem in alone:
            task = get_task(problem.task)
            assert problem.known_answer is not None and task.check(problem, problem.answer), (path, problem.seed)
            if problem.data["flaw"] is None:
                assert problem.data["gold"] is None or task.check(problem, problem.data["gold"]), (path, problem.seed)


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


def test_operations_from_right_to_left():
    question = "Define a#b to be 2*a+b.\nDefine a@b to be 3*a*b.\nCalculate (1#2)#3@4.\nReturn your answer."
    task = get_task("NewOperator")
    for value, flaw, unsure in ((132.0, False, False), (44.0, False, True), (11.0, True, False)):
        problem = task.from_official({"question": question, "solution": {"solution": value}})
        assert bool(problem.data["flaw"]) == flaw and bool(problem.data["unsure"]) == unsure, value
        assert task.check(problem, str(value)) == (not flaw)


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


def test_elements_that_count_from_one_side():
    """Most published items of elements call a draw what the opponent's card overcomes or generates."""
    cards = ["Wood A", "Fire B", "Earth C", "Metal D", "Water E"]
    question = "\n".join(
        f"{relation}: " + ", ".join(f"{card} {verb} {cards[(i + step) % 5]}" for i, card in enumerate(cards)) + "."
        for relation, verb, step in (("1. Generation", "generates", 1), ("2. Overcoming", "overcomes", 2))
    )
    question += "\n\nRounds:\nRound 1: E, draw.\nRound 2: A, loss."
    task = get_task("ConstrainedLinearArrangement")

    def item(results, cards):
        return task.from_official(
            {"question": question, "solution": {"player_moves": ["E", "A"], "results": results, "solution": cards}}
        )

    one_sided, both, neither = item(["draw", "loss"], "DB"), item(["draw", "loss"], "EB"), item(["win", "win"], "DB")
    assert one_sided.data["unsure"] and one_sided.data["flaw"] is None and one_sided.answer == "D,B"
    assert task.check(one_sided, "E,B") and not task.check(one_sided, "B,D")
    assert (both.data["unsure"], both.data["flaw"], both.answer) == (None, None, "E,B") and not task.check(both, "D,B")
    assert neither.data["flaw"] and neither.known_answer is None and task.check(neither, "B,C")


def test_an_item_is_flawed_only_if_it_was_read_as_a_whole():
    rules = "1. If there are two or more consecutive A's, add 1 to the total score.\n"
    asked = "\nWhat is the total score of the string AABB?\n"
    task = get_task("StatisticalCounting")
    for more, solution, flawed, unsure in (
        ("", 1, False, False),
        ("", 4, True, False),
        ("2. Every pair of B's gives 3.\n", 4, False, True),
        ("2. Every pair of B's gives 3.\n", 1, False, False),
    ):
        problem = task.from_official({"question": rules + more + asked, "solution": {"solution": solution}})
        assert (problem.data["flaw"] is not None, problem.data["unsure"] is not None) == (flawed, unsure)
        assert task.check(problem, "1" if flawed else str(solution)) and problem.answer


def test_methods_that_never_end_are_not_run_for_ever():
    question = (
        "Method 1: One unit of machine A can be combined into one unit of machine B per round.\n"
        "Method 2: One unit of machine B can be combined into one unit of machine A per round.\n"
        "Initially, there are 1 units of Machine A, 0 units of Machine B. How many parts X will remain?"
    )
    item = {"question": question, "solution": {"expected_answer": ["1", "0", "0"]}}
    problem = get_task("StringSplitting").from_official(item)
    assert problem.data["unsure"] and problem.answer == "1, 0, 0" and problem.data["flaw"] is None


def test_one_of_several_stored_solutions_is_enough(tmp_path):
    rows = "Rank,Puzzles,Solutions\n1,1 2 3 4,\"['1*2*3+4', '1*2*3*4']\"\n2,1 2 3 4,1+1\n"
    folder(tmp_path / "game24_dataset" / "24", {"24.csv": rows})
    right, wrong = load_symbench(tmp_path)
    assert right.answer == "1*2*3*4" and right.data["flaw"] is None
    assert wrong.data["flaw"] and get_task("Game24").check(wrong, wrong.answer)


def test_a_folder_of_something_else_is_told_in_a_few_words(tmp_path):
    for i in range(40):
        (tmp_path / f"notes{i}.jsonl").write_text('{"question": "?"}\n' * 5)
    with pytest.raises(BadOption, match="holds no items") as told:
        load_symbench(tmp_path)
    assert str(told.value).endswith("and of 30 more.")
    assert len(str(told.value)) < 5000

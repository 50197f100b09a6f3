"""Which problems a run plays."""

import json

import pytest

from r1ci_env import get_task
from r1ci_env.errors import BadOption
from r1ci_env.evaluation.drawing import draw, draw_official, read_official


def test_tasks_and_levels_in_turn_all_held_out_and_different():
    problems = list(draw(["Game24", "ChainSum"], [], 10))
    assert [p.task for p in problems[:4]] == ["Game24", "ChainSum", "Game24", "ChainSum"]
    assert all(problem.held_out for problem in problems)
    for name in ("Game24", "ChainSum"):
        of_task = [problem for problem in problems if problem.task == name]
        assert [p.level for p in of_task] == [1, 2, 3, 4, 5] * 2
        assert len({p.question for p in of_task}) == 10


def test_more_problems_begin_with_the_same():
    few, many = ([p.ref for p in draw(["GCD", "LCM"], [1, 3], count, seed=5)] for count in (4, 8))
    assert many[: len(few)] == few
    assert len(many) == 16
    assert {p.level for p in draw(["GCD"], [2], 4)} == {2}
    assert set(few).isdisjoint(p.ref for p in draw(["GCD", "LCM"], [1, 3], 4, seed=1_000))


def test_a_level_with_few_questions_does_not_end_the_others(monkeypatch):
    from r1ci_env.evaluation import drawing

    def few(task, levels, first_seed):
        return (task.problem(seed, level=levels[0]) for seed in range(2 if levels == [1] else 100))

    monkeypatch.setattr(drawing, "held_out_problems", few)
    assert [p.level for p in draw(["Game24"], [1, 2], 6)] == [1, 2, 1, 2, 2, 2]


def test_original_items(tmp_path):
    items = [{"input": f"Sort the following words alphabetically: List: b a{i}", "target": f"a{i} b"} for i in range(6)]
    (tmp_path / "word_sorting.json").write_text(json.dumps({"examples": items}))
    places = read_official([f"bbh={tmp_path}"])
    assert len(draw_official(places, ["WordSorting", "GCD"])) == 6
    few = [p.ref for p in draw_official(places, ["WordSorting"], 3, seed=1)]
    assert len(few) == 3
    assert few == [p.ref for p in draw_official(places, ["WordSorting"], 3, seed=1)]
    assert few != [p.ref for p in draw_official(places, ["WordSorting"], 3, seed=2)]
    assert get_task("WordSorting").check(draw_official(places, ["WordSorting"])[0], "a0 b")
    with pytest.raises(BadOption, match="no item of the tasks"):
        draw_official(places, ["GCD"])


@pytest.mark.parametrize(
    ("text", "message"), [("bbh", "like bbh=DIR"), ("bhh=.", "Did you mean 'bbh'"), ("bbh=/no/such", "does not exist")]
)
def test_bad_places(text, message):
    with pytest.raises(BadOption, match=message):
        read_official([text])

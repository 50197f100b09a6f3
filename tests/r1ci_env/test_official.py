"""What the loaders have in common: one bad item never ends a load, numbers are unique, and nothing goes unnamed."""

import json

import pytest

from r1ci_env.errors import BadOption
from r1ci_env.official import load_bbh, load_reasoning_gym, load_symbench

SORT = {"input": "Sort the following words alphabetically: List: b a", "target": "a b"}


def test_a_bad_item_is_left_out_and_named(tmp_path):
    file = tmp_path / "word_sorting.json"
    file.write_text(json.dumps({"examples": [SORT, {"input": 5}, "text", None, SORT, {}, {}]}))
    with pytest.warns(UserWarning, match=r"5 of word_sorting \(1: the item is malformed: KeyError") as told:
        problems = load_bbh(file)
    assert [problem.seed for problem in problems] == [0, 4] and str(told[0].message).endswith("; ...).")


def test_a_bad_file_is_left_out_and_named(tmp_path):
    (tmp_path / "word_sorting.json").write_text(json.dumps([SORT]))
    (tmp_path / "snarks.json").write_text("{")
    (tmp_path / "snrks.json").write_text("[{}]")
    with pytest.warns(UserWarning, match="snarks.json: the file is malformed") as told:
        assert len(load_bbh(tmp_path)) == 1
    assert "Did you mean 'snarks'" in str(told[0].message)


def test_entries_of_no_task_are_left_out():
    entry = {"question": "?", "answer": "1", "metadata": {"source_dataset": "nothing"}}
    with pytest.raises(BadOption, match="the entries holds no items of reasoning_gym that can be read"):
        load_reasoning_gym([entry, [1], "text"])


def test_numbers_are_unique(tmp_path):
    items = [{"id": 3, "letter": "a", "word": "banana"}, {"id": 3, "letter": "b", "word": "banana"}]
    items += [{"id": "x/y", "letter": "n", "word": "banana"}, {"id": "9" * 30, "letter": "n", "word": "bananas"}]
    (tmp_path / "letters.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    assert [problem.seed for problem in load_symbench(tmp_path)] == [3, 4, 2, 5]


def test_lines_end_at_line_feeds_alone(tmp_path):
    item = {"letter": "a", "word": "banana", "note": "a\u2028b\x85c"}
    (tmp_path / "letters.jsonl").write_text("\ufeff" + json.dumps(item, ensure_ascii=False) + "\r\n", encoding="utf-8")
    assert len(load_symbench(tmp_path)) == 1

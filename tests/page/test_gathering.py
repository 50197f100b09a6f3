"""What of a run folder goes into its page."""

import base64
import json
import re
import zlib
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from r1ci_env.cli import app
from r1ci_env.errors import R1ciError
from r1ci_env.protocol import MARKERS
from r1ci_env.registry import problem
from r1ci_env.report import read_run, write_page
from r1ci_env.report.problems import known_task
from r1ci_env.report.verdict import verdict, why_refused


def unpacked(page):
    """The index of a page, and the texts of all its episodes."""
    blocks = re.findall(r'<script type="text/plain" class="(index|chunk)">([\w+/=]*)</script>', page)
    found = [(kind, json.loads(zlib.decompress(base64.b64decode(packed)))) for kind, packed in blocks]
    (index,) = [content for kind, content in found if kind == "index"]
    chunks = [content for kind, content in found if kind == "chunk"]
    starts = [sum(map(len, chunks[:n])) for n in range(len(chunks))]
    assert index["chunks"] == starts
    return index, [text for chunk in chunks for text in chunk]


def test_all_of_an_evaluation_is_in_the_page(eval_run):
    page = write_page(eval_run)
    assert page == eval_run / "report.html"
    index, texts = unpacked(page.read_text())
    records = [json.loads(line) for line in (eval_run / "episodes.jsonl").read_text().splitlines()]
    assert len(texts) == len(records) == 360
    for name in ("problem", "correct", "reward", "stop", "turns", "code_runs", "tokens", "prompt_tokens"):
        assert index["episodes"][name] == [record[name] for record in records]
    for text, record in zip(texts, records, strict=True):
        assert text["messages"] == [[m["role"], m["content"]] for m in record["messages"]]
        start, end = text["question"]
        assert record["messages"][0]["content"][start:end] == problem(record["problem"]).question
    assert index["tasks"]["Game24"]["source"] == "symbench"
    assert index["tasks"]["NumberMultiply"]["validation"]
    assert index["settings"]["model"] == "Qwen3-8B"
    assert not index["trains"]


def test_why_an_answer_was_refused():
    lcm = problem("LCM:1:0")
    assert "not a number" in why_refused(lcm, "zebra")
    assert "is not right" in why_refused(lcm, str(int(lcm.answer) + 1))
    assert "more than 20,000" in why_refused(lcm, "7" * 30_000)
    assert "empty" in why_refused(lcm, "   ")
    assert "accepts it" in why_refused(lcm, lcm.answer)


def test_verdicts_without_an_answer(record):
    right = problem("LCM:1:0").answer
    assert verdict(record("LCM:1:0", 0)) == ("", None)
    assert verdict(record("LCM:1:0", 3)) == ("Its turns were used up without an answer.", right)
    assert verdict(record("LCM:1:0", 3, stop="length"))[0].startswith("It had no room")
    assert verdict(record("LCM:1:0", 4))[0].startswith("A fault")


def test_a_question_that_has_changed_is_not_judged(record):
    changed = [{"role": "user", "content": "Another wording."}]
    why, right = verdict(record("LCM:1:0", 2, messages=changed))
    assert right is None
    assert "not known" in why


def test_an_original_item_is_judged_by_its_own_data(record):
    item = {"question": "What is the least common multiple of 4 and 6?", "data": dict(problem("LCM:1:0").data)}
    message = [{"role": "user", "content": f"Think.\n{item['question']}\nGo on."}]
    why, _ = verdict(record("LCM:1:0", 2, problem="LCM:0:17", messages=message, item=item))
    assert "not a number" in why


def test_no_module_is_imported_because_a_file_names_it(record, write_eval, tmp_path):
    (tmp_path / "evil.py").write_text("raise SystemExit('imported')")
    assert known_task("evil:Task") is None
    folder = write_eval(tmp_path / "run", [record("LCM:1:0", 2, problem="evil:Task:1:1")])
    index, _ = unpacked(write_page(folder).read_text())
    assert index["tasks"]["evil:Task"]["source"] == "unknown"


def test_the_last_of_a_sample_that_was_played_again_counts(record, write_eval, tmp_path):
    played = [record("LCM:1:0", 4), record("LCM:1:1", 0), record("LCM:1:0", 0), record("LCM:1:0", 2, sample=1)]
    index, _ = unpacked(write_page(write_eval(tmp_path / "run", played)).read_text())
    assert index["episodes"]["problem"] == ["LCM:1:0", "LCM:1:1", "LCM:1:0"]
    assert index["episodes"]["stop"] == ["answer"] * 3


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS)
def test_a_prompt_is_told_from_the_question_within_it(record, write_eval, tmp_path, marker):
    question = marker.put_into(problem("LCM:1:0").question)
    messages = [{"role": "system", "content": "Be good."}, {"role": "user", "content": f"Before.\n{question}\nBehind."}]
    folder = write_eval(tmp_path / "run", [record("LCM:1:0", 0, messages=messages)])
    _, (text,) = unpacked(write_page(folder).read_text())
    assert messages[1]["content"][slice(*text["question"])] == question


def test_a_training_run_has_curves_maps_results_and_episodes(training_run):
    index, texts = unpacked(write_page(training_run).read_text())
    assert index["trains"]
    assert list(index["policies"]) == ["start", "sft", "grpo", "control"]
    assert index["policies"]["control"] == "after GRPO on random rewards"
    grpo = index["phases"]["grpo"]
    assert grpo["steps"] == list(range(1, 121))
    assert "step" not in grpo["curves"]
    assert grpo["curves"]["clipped"][6] is None  # not a number
    assert set(grpo["maps"]) == {"reward", "curriculum_potential"}
    assert len(grpo["maps"]["reward"]["Game24"]) == 120
    assert index["results"]["grpo"]["sampled"]["reward"] == 0.85
    assert len(texts) == 48


def test_a_run_that_has_only_begun_has_a_page(tmp_path):
    (tmp_path / "config.json").write_text('{"seed": 1}')
    (tmp_path / "grpo.jsonl").write_text('{"step": 1, "reward": 0.5}\n{"step": 2, "rew')
    index, texts = unpacked(write_page(tmp_path, tmp_path / "elsewhere" / "page.html").read_text())
    assert index["phases"]["grpo"]["curves"] == {"reward": [0.5]}
    assert texts == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("episodes.jsonl", "no json\n", "line 1: no JSON object"),
        ("episodes.jsonl", '{"version": 99}\n', "version 99"),
        ("episodes.jsonl", '{"version": 1}\n', "it has no 'problem'"),
        ("config.json", "[", "is no JSON"),
        ("config.json", "[]", "no JSON object"),
        ("grpo.jsonl", '{"reward": 1}\n', "no metrics of a step"),
        ("grpo.jsonl", '{"step": "x"}\n', "no metrics of a step"),
        ("notes.txt", "", "is no run"),
    ],
)
def test_what_is_damaged_is_named(tmp_path, name, content, message):
    if name == "grpo.jsonl":
        (tmp_path / "config.json").write_text("{}")
    (tmp_path / name).write_text(content)
    with pytest.raises(R1ciError, match=message):
        write_page(tmp_path)


@pytest.mark.parametrize(
    "changed",
    [
        {"tokens": "7"},
        {"tokens": True},
        {"prompt_tokens": 1.5},
        {"correct": 1},
        {"answer": 42},
        {"reward": "1"},
        {"messages": "no list"},
        {"messages": [{"role": "user"}]},
        {"messages": [["user", "hello"]]},
        {"stop": None},
    ],
)
def test_a_record_with_something_else_in_a_field_is_refused(record, write_eval, tmp_path, changed):
    folder = write_eval(tmp_path / "run", [record("LCM:1:0"), record("LCM:1:1", **changed)])
    with pytest.raises(R1ciError, match="line 2"):
        write_page(folder)


def test_a_page_that_cannot_be_written(eval_run, tmp_path):
    with pytest.raises(R1ciError, match="is a folder: name the file"):
        write_page(eval_run, tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(R1ciError, match="can't be written"):
        write_page(eval_run, tmp_path / "file" / "page.html")


@pytest.mark.parametrize("depth", [600, 900, 100_000])
def test_json_of_any_depth(tmp_path, depth):
    (tmp_path / "config.json").write_text('{"a":' * depth + "1" + "}" * depth)
    with pytest.raises(R1ciError, match="nested too deeply"):
        write_page(tmp_path)


def test_numbers_that_no_float_holds_are_left_out(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    lines = ({"step": 1, "reward": 10**400, "loss": float("inf")}, {"step": 2, "reward": 0.5, "loss": float("nan")})
    (tmp_path / "grpo.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    index, _ = unpacked(write_page(tmp_path).read_text())
    assert index["phases"]["grpo"]["curves"] == {"reward": [None, 0.5]}


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(R1ciError, match="is no folder"):
        read_run(tmp_path / "nothing")


class Elements(HTMLParser):
    """The elements of a page, as a parser finds them, and the texts of its scripts and styles."""

    def __init__(self):
        super().__init__()
        self.found, self.texts, self.within = [], {}, ""

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.within = tag if tag in ("script", "style") and "class" not in dict(attributes) else ""

    def handle_endtag(self, tag):
        self.within = ""

    def handle_data(self, data):
        self.texts[self.within] = self.texts.get(self.within, "") + data


def test_nothing_of_a_run_is_markup(hostile_run, hostile, eval_run):
    page = write_page(hostile_run).read_text()
    assert "<img" not in page
    index, texts = unpacked(page)
    assert hostile in texts[0]["answer"]
    assert hostile in index["settings"]
    parsed, plain = Elements(), Elements()
    parsed.feed(page)
    plain.feed(write_page(eval_run).read_text())
    kinds = {tag for tag, _ in plain.found}
    assert {tag for tag, _ in parsed.found} == kinds
    assert not any(name.startswith("on") for _, attributes in parsed.found for name in attributes)


def test_only_the_pages_own_script_runs_and_nothing_is_fetched(eval_run):
    elements = Elements()
    elements.feed(write_page(eval_run).read_text())
    (policy,) = [a["content"] for _, a in elements.found if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for kind in ("script", "style"):
        digest = base64.b64encode(sha256(elements.texts[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    addresses = [a[name] for _, a in elements.found for name in ("src", "href") if name in a]
    assert addresses == ["data:,"]


def test_the_script_makes_no_markup_of_texts():
    script = files("r1ci_env.report").joinpath("page.js").read_text()
    for risky in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "</script"):
        assert risky not in script


def test_the_command_writes_the_page_and_names_it(eval_run, tmp_path, capsys):
    page = tmp_path / "pages" / "one.html"
    with pytest.raises(SystemExit) as end:
        app(["report", str(eval_run), "--output", str(page)])
    assert end.value.code == 0
    assert capsys.readouterr().out.strip() == str(page)
    assert page.read_text().startswith("<!doctype html>")
    assert not list(page.parent.glob("*.part"))
    with pytest.raises(R1ciError, match="is no folder"):
        app(["report", str(tmp_path / "nothing")])

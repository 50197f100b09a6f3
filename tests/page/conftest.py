"""Run folders to make pages of, written as ``r1ci eval`` and ``r1ci train`` write them."""

import json
import random

import pytest

from r1ci_env.protocol import first_message
from r1ci_env.registry import problem

TASKS = ("Game24", "ChainSum", "LCM", "BooleanExpressions", "GCD", "NumberMultiply")
PROGRAM = """\
# adds up
def total(values):
    return sum(values)  # "no string"

print(total([1, 2.5, 3]), f"{len('ab')}")"""


def make_record(ref, number=0, sample=0, **changed):
    """The record of an episode: right, wrong, unreadable, without an answer or with a fault, by its number."""
    asked = problem(ref)
    kind = ("right", "right", "unreadable", "no answer", "fault")[number % 5]
    outcomes = ["error", "ok"] if number % 3 == 0 else ["ok"]
    messages = [{"role": "user", "content": first_message("paper", asked.question)}]
    for outcome in outcomes:
        failed = "Traceback (most recent call last)\nNameError: name 'pritn' is not defined"
        output = "6.5 2" if outcome == "ok" else failed
        messages.append({"role": "assistant", "content": f"Let us see.\n\n```python\n{PROGRAM}\n```"})
        messages.append({"role": "user", "content": f"Code Execution Results:\n{output}"})
    answer = {"right": asked.answer, "unreadable": "zebra"}.get(kind)
    if answer is not None:
        messages.append({"role": "assistant", "content": f"So it is <<<{answer}>>>"})
        outcomes.append("answer")
    return {
        "version": 1,
        "problem": ref,
        "sample": sample,
        "messages": messages,
        "answer": answer,
        "correct": kind == "right",
        "reward": None if kind == "fault" else float(kind == "right"),
        "well_formed": True,
        "turns": len(outcomes),
        "code_runs": len(outcomes) - (answer is not None),
        "outcomes": outcomes,
        "tokens": 100 + 7 * number,
        "prompt_tokens": 1_000 + number,
        "cut_turns": number % 2,
        "sandbox_seconds": 0.01 * number,
        "stop": {"no answer": "turns", "fault": "fault"}.get(kind, "answer"),
        "fault": "the pool was closed" if kind == "fault" else "",
        "chance": 0.0,
        **changed,
    }


def write_lines(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.fixture(scope="session")
def record():
    """Makes the record of an episode."""
    return make_record


@pytest.fixture(scope="session")
def write_eval():
    """Writes the folder of an evaluation."""

    def write(folder, records, **settings):
        write_lines(folder / "episodes.jsonl", records)
        (folder / "meta.json").write_text(json.dumps(settings))
        return folder

    return write


@pytest.fixture(scope="session")
def eval_run(tmp_path_factory, write_eval):
    """An evaluation of six tasks at five levels, 360 episodes."""
    refs = [f"{task}:{level}:{seed}" for task in TASKS for level in range(1, 6) for seed in range(12)]
    records = [make_record(ref, number) for number, ref in enumerate(refs)]
    folder = tmp_path_factory.mktemp("runs") / "evaluation"
    return write_eval(folder, records, model="Qwen3-8B", temperature=0.0, limits={"max_turns": 9}, command="r1ci eval")


@pytest.fixture(scope="session")
def training_run(tmp_path_factory):
    """A training run of 120 steps with a control, which logs rewards and potentials of its tasks."""
    folder = tmp_path_factory.mktemp("runs") / "training"
    rng = random.Random(0)
    phases = {}
    for phase, slope in (("grpo", 0.7), ("control", 0.0)):
        phases[phase] = [
            {
                "step": step,
                "reward": min(1.0, 0.2 + slope * step / 120 + rng.uniform(-0.08, 0.08)),
                "code_use": rng.uniform(0.6, 0.9),
                "turn_tokens": rng.uniform(20, 24) - step / 40,
                "turns": 2.0,
                "logprob_gap": 10 ** rng.uniform(-5, -3),
                "clipped": float("nan") if step == 7 else rng.uniform(0, 0.01),
                "kept_groups": rng.uniform(0.2, 0.6),
                "stop_answer": 0.9,
                "stop_turns": 0.1,
                "learning_rate": 1e-6,
                **{f"reward/{task}": rng.random() for task in TASKS if rng.random() < 0.7},
                **{f"curriculum_potential/{task}": rng.uniform(0, 0.25) for task in TASKS},
            }
            for step in range(1, 121)
        ]
    sft = [{"step": s, "loss": 2 / s, **({"reward": 0.2, "copied": 0.5} if s % 10 == 0 else {})} for s in range(1, 41)]
    for name, lines in {**phases, "sft": sft}.items():
        write_lines(folder / f"{name}.jsonl", lines)
    score = {"answered": 1.0, "code_use": 0.9, "turn_tokens": 20.0}
    results = {
        stage: {"seconds": 12.5, "greedy": {"reward": r + 0.05, **score}, "sampled": {"reward": r}, "left_out": None}
        for stage, r in (("start", 0.0), ("sft", 0.2), ("grpo", 0.85), ("control", 0.22))
    }
    (folder / "results.json").write_text(json.dumps(results))
    config = {"seed": 3, "tasks": TASKS, "evaluation": {"problems": 256}, "grpo": {"steps": 120, "gates": []}}
    (folder / "config.json").write_text(json.dumps(config))
    for stage in results:
        write_lines(folder / "episodes" / f"{stage}.jsonl", [make_record(f"LCM:1:{n}", n) for n in range(12)])
    return folder


HOSTILE = """</script><img src=x onerror="document.title='broken'"><svg onload="alert('broken')">{{script}}&lt;b&gt;"""

HOSTILE_SETTINGS = {HOSTILE: HOSTILE, "model": HOSTILE, "nested": {HOSTILE: [HOSTILE, {HOSTILE: None}]}}


@pytest.fixture(scope="session")
def hostile():
    """A text that breaks out of every page that takes it for markup."""
    return HOSTILE


@pytest.fixture(scope="session")
def hostile_run(tmp_path_factory, write_eval):
    """Episodes with the hostile text in every field that holds text, and in the names and values of the settings."""
    bidi = HOSTILE + "\u202e\u0000\x1b[31m\ud800"
    fence = f"```python\n{bidi}\n# {bidi}\n'''{bidi}\n```\n~~~{bidi}\n{bidi}\n~~~\n<<<{bidi}>>>"
    messages = [
        {"role": role, "content": text}
        for role in ("user", "assistant", "user", HOSTILE, "system")
        for text in (fence, f"Code Execution Results:\nTraceback (most recent call last)\n{bidi}", bidi)
    ]
    fields = {"messages": messages, "answer": bidi, "correct": False, "outcomes": [bidi] * 9}
    records = [
        make_record("LCM:1:0", 1, **fields, stop="answer"),
        make_record("LCM:1:1", 1, **{**fields, "answer": None}, stop=HOSTILE),
        make_record("LCM:1:2", 1, **{**fields, "answer": None}, stop="fault", fault=bidi),
        make_record("LCM:1:3", 1, **fields, problem=bidi),
        make_record("LCM:1:4", 1, **fields, problem=f"{HOSTILE}:2:5"),
        make_record("LCM:1:4", 1, **fields, problem="__proto__:1:1"),
        make_record("LCM:1:4", 1, **fields, problem="constructor"),
    ]
    folder = tmp_path_factory.mktemp("runs") / "run <img src=x onerror=alert(1)> & {{script}}"
    return write_eval(folder, records, **HOSTILE_SETTINGS)


@pytest.fixture(scope="session")
def hostile_training(tmp_path_factory):
    """A training run with the hostile text as names of stages, metrics and settings, and where numbers should be."""
    folder = tmp_path_factory.mktemp("runs") / "hostile training"
    write_lines(folder / "grpo.jsonl", [{"step": n, "reward": 0.5, HOSTILE: n, "loss": HOSTILE} for n in range(9)])
    score = {"reward": HOSTILE, "answered": HOSTILE, "code_use": None}
    results = {HOSTILE: {"seconds": HOSTILE, "greedy": score}, "sft": None, "start": {"greedy": {"reward": 0.5}}}
    (folder / "results.json").write_text(json.dumps(results))
    (folder / "config.json").write_text(json.dumps({**HOSTILE_SETTINGS, "evaluation": {"problems": HOSTILE}}))
    write_lines(folder / "episodes" / "<img src=x onerror=alert(1)>.jsonl", [make_record("LCM:1:0")])
    return folder

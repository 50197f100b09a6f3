"""Our tasks in lm-evaluation-harness, without the interpreter. See ``docs/integrations/lm_eval.md``."""

from typing import Any

from datasets import Dataset

from r1ci_env.episode import Episode, Rules
from r1ci_env.held_out import held_out_set
from r1ci_env.registry import get_task, problem

PROMPT = """\
Solve the question below. Reason first, then give the final answer. You cannot run code: write no code block.

Question:
{question}"""


def episode(ref: str) -> Episode:
    """Return an episode of a single turn, in which no code is run."""
    asked = problem(ref)
    return Episode(asked, get_task(asked.task).check, Rules(max_turns=1, max_code_runs=0, prompt=PROMPT))


def documents(
    tasks: Any = None, split: str = "test", per_task: int = 10, levels: Any = None, **metadata: Any
) -> dict[str, Dataset]:
    """Return the problems of `r1ci_env.held_out.held_out_set`; lm-eval hands over its ``--metadata``, and more."""
    problems = held_out_set(tasks, split, per_task, levels)
    rows = [{"problem": p.ref, "text": episode(p.ref).messages[0]["content"], "answer": p.answer} for p in problems]
    return {"test": Dataset.from_list(rows)}


def judge(document: dict[str, str], results: list[str]) -> dict[str, float]:
    """Return whether the turn of a model has the right answer."""
    played = episode(document["problem"])
    played.read(results[0])
    played.finish()
    return {"acc": float(played.correct)}


if __name__ == "__main__":
    from pathlib import Path

    print(Path(__file__).parent)  # for lm-eval's --include_path

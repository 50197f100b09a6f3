"""Our tasks in lm-evaluation-harness, without the interpreter. See ``docs/integrations/lm_eval.md``."""

from typing import Any

from datasets import Dataset

from r1ci_env.adapters.turns import begin
from r1ci_env.episode import Rules
from r1ci_env.held_out import held_out_set

PROMPT = """\
Solve the question below. Reason first, then give the final answer. You cannot run code: write no code block.

Question:
{question}"""


RULES = Rules(max_turns=1, max_code_runs=0, prompt=PROMPT)


def documents(
    tasks: Any = None, split: str = "test", per_task: int = 10, levels: Any = None, **metadata: Any
) -> dict[str, Dataset]:
    """Return the problems of `r1ci_env.held_out.held_out_set`; lm-eval hands over its ``--metadata``, and more."""
    problems = held_out_set(tasks, split, per_task, levels)
    rows = [
        {"problem": p.ref, "text": begin(p.ref, RULES).messages[0]["content"], "answer": p.answer} for p in problems
    ]
    return {"test": Dataset.from_list(rows)}


def judge(document: dict[str, str], results: list[str]) -> dict[str, float]:
    """Return whether the turn of a model has the right answer."""
    episode = begin(document["problem"], RULES)
    episode.read(results[0])
    episode.finish()
    return {"acc": float(episode.correct)}


if __name__ == "__main__":
    from pathlib import Path

    print(Path(__file__).parent)  # for lm-eval's --include_path

"""Records for tests, with what does not matter left at a default."""

from typing import Any

from r1ci_env.records import VERSION


def made(problem: str, correct: bool = False, sample: int = 0, **more: Any) -> dict[str, Any]:
    """Return the record of an episode of one turn."""
    return {
        "version": VERSION,
        "problem": problem,
        "sample": sample,
        "messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "<<<1>>>"}],
        "answer": "1",
        "correct": correct,
        "reward": float(correct),
        "well_formed": True,
        "turns": 1,
        "code_runs": 0,
        "outcomes": ["answer"],
        "tokens": 0,
        "prompt_tokens": 0,
        "cut_turns": 0,
        "sandbox_seconds": 0.0,
        "stop": "answer",
        "fault": "",
        "chance": 0.0,
        **more,
    }


def fault(problem: str, sample: int = 0, reason: str = "no server") -> dict[str, Any]:
    """Return the record of an episode that agent or sandbox ended."""
    return made(problem, False, sample, stop="fault", fault=reason, answer=None, reward=None, turns=0, outcomes=[])

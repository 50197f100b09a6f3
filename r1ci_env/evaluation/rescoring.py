"""Saved episodes judged again, by the verifiers as they are now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from r1ci_env.episode import Rules
from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.evaluation.scores import Record
from r1ci_env.evaluation.summary import outline
from r1ci_env.protocol import first_message
from r1ci_env.registry import get_task, parse_reference, problem
from r1ci_env.reward import RewardSpec, reward_spec
from r1ci_env.task import Problem


@dataclass(frozen=True, slots=True)
class Rescored:
    """What became of a saved episode.

    Attributes:
        record: The record as it was.
        correct: Whether the answer is right now; None if that cannot be said.
        why: Why it cannot: the reference names another question now, or none.
    """

    record: Record
    correct: bool | None
    why: str = ""

    @property
    def flipped(self) -> bool:
        """Whether the verdict is another."""
        return self.correct is not None and self.correct != self.record["correct"]

    def mended(self, rules: Rules) -> dict[str, Any]:
        """Return the record with the verdict of now, and the reward that goes with it."""
        reward = reward_spec(rules.reward)(
            correct=bool(self.correct), well_formed=self.record["well_formed"], turns=self.record["turns"]
        )
        return {**self.record, "correct": bool(self.correct), "reward": reward}


def rescore(records: Iterable[Record], rules: Rules) -> list[Rescored]:
    """Judge the answers of records again; faults, which have no verdict, are left out.

    Args:
        records: Records of a run.
        rules: Those that it was played by.

    Returns:
        One for each problem and sample; only those whose verdict flipped keep the chat of their record.
    """
    found: dict[tuple[str, int], Rescored] = {}
    for record in records:
        if record["stop"] != "fault":
            judged = _judge(record, rules)
            if not judged.flipped:
                judged = replace(judged, record=outline(record))
            found[record["problem"], record["sample"]] = judged
    return list(found.values())


def _judge(record: Record, rules: Rules) -> Rescored:
    try:
        found = _problem(record)
    except R1ciError as error:
        return Rescored(record, None, str(error))
    asked = first_message(rules.prompt, found.question, rules.answer_marker)
    if [message["content"] for message in record["messages"][:1]] != [asked]:
        return Rescored(record, None, "the reference names another question now")
    answer = record["answer"]
    return Rescored(record, answer is not None and get_task(found.task).check(found, answer))


def rules_of(meta: Mapping[str, Any]) -> Rules:
    """Return the rules that ``meta.json`` of a run tells of.

    Raises:
        BadOption: it tells of none, or of something else.
    """
    try:
        told = {**meta["rules"]}
        if isinstance(told.get("reward"), Mapping):
            told["reward"] = RewardSpec(**told["reward"])
        return Rules.from_options(told)
    except (LookupError, TypeError, ValueError) as error:
        raise BadOption(f"meta.json of the run does not say by which rules it was played: {error!s:.200}") from error


def _problem(record: Record) -> Problem:
    item = record.get("item")
    if item is None:
        return problem(record["problem"])
    task, level, seed = parse_reference(record["problem"])
    return Problem(task, level, seed, item["question"], item["data"], None)  # type: ignore[arg-type]

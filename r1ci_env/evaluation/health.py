"""What is wrong with the episodes of a run that its scores do not show."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from r1ci_env.evaluation.scores import Record, latest, task_of
from r1ci_env.evaluation.summary import outline

LONG_TURN: Final = 1_000
"""Characters from which a turn is looked at for repetitions."""

REPETITIVE: Final = 0.1
"""A turn that can be packed to less than this share of its length says the same again and again."""

ENOUGH: Final = 8
"""Episodes of a task, none of them right, from which it is remarked upon."""

SHOWN: Final = 5

REASONS: Final = 5
"""Reasons of faults that a command tells."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        name: What was looked for.
        count: How many have it.
        of: Among how many.
        examples: Some of them: problem and sample, or task.
        hint: What may be the reason, and what to do.
    """

    name: str
    count: int
    of: int
    examples: tuple[str, ...]
    hint: str


def _turns(record: Record) -> list[str]:
    return [message["content"] for message in record["messages"] if message["role"] == "assistant"]


def repetitive(text: str) -> bool:
    """Whether a text says the same again and again."""
    content = text.encode("utf-8", "surrogatepass")
    return len(text) >= LONG_TURN and len(zlib.compress(content)) < REPETITIVE * len(content)


CHECKS: Final[Mapping[str, tuple[Callable[[Record], bool], str]]] = {
    "infrastructure faults": (
        lambda record: record["stop"] == "fault",
        "agent or sandbox failed, which counts for nothing: the command of the run asks again",
    ),
    "empty turns": (
        lambda record: any(not turn.strip() for turn in _turns(record)),
        "the model ends at once: is it a base model, is its chat template right?",
    ),
    "cut turns": (
        lambda record: record["cut_turns"] > 0,
        "a turn ended at the limit of tokens: --max-turn-tokens",
    ),
    "no room for another turn": (
        lambda record: record["stop"] == "length",
        "the chat grew longer than the model can read: its context, or --max-episode-tokens",
    ),
    "repeated text": (
        lambda record: any(repetitive(turn) for turn in _turns(record)),
        "a turn says the same again and again: sampling at temperature 0, or a broken checkpoint",
    ),
    "the same turn again": (
        lambda record: len(set(_turns(record))) < len(_turns(record)),
        "the model does not heed what the code printed",
    ),
    "neither code nor answer": (
        lambda record: record["stop"] != "fault" and "none" in record["outcomes"],
        "a turn had neither: does the model know the protocol?",
    ),
}
"""What is looked for in each episode, and what it may come from."""


def health(records: Iterable[Record]) -> list[Finding]:
    """Look through the records of a run, and return what was found, the checks in a fixed order.

    Args:
        records: Records in the order in which they were written.
    """
    times: Counter[tuple[str, int]] = Counter()

    def marked() -> Iterator[Record]:
        """Yield outlines with what was found in each; the chats are not kept."""
        for record in records:
            times[record["problem"], record["sample"]] += record["stop"] != "fault"
            yield {**outline(record), "marks": [name for name, (check, _) in CHECKS.items() if check(record)]}

    found = latest(marked())
    if not found:
        return [Finding("no episodes", 0, 0, (), "none has ended yet: run the command of the run again")]
    findings = [
        _finding(name, [_name(record) for record in found if name in record["marks"]], len(found), hint)
        for name, (_, hint) in CHECKS.items()
    ]
    played = [record for record in found if record["stop"] != "fault"]
    if any(record["tokens"] for record in played):  # else the agent counts none
        without = [_name(record) for record in played if not record["tokens"]]
        findings.append(_finding("zero tokens", without, len(found), "the server counts tokens, but not here"))
    twice = [f"{ref} #{sample}" for (ref, sample), count in times.items() if count > 1]
    findings.append(_finding("recorded twice", twice, len(times), "rescored, or two files put together"))
    tasks: dict[str, list[bool]] = {}
    for record in played:
        tasks.setdefault(task_of(record), []).append(bool(record["correct"]))
    never = [name for name, correct in tasks.items() if len(correct) >= ENOUGH and not any(correct)]
    hint = "too hard for this agent, or something is wrong with them"
    findings.append(_finding("tasks never passed", never, len(tasks), hint))
    return [finding for finding in findings if finding.count]


def fault_reasons(records: Iterable[Record]) -> list[tuple[str, int]]:
    """Return the reasons of faults that are left, the most frequent first."""
    found = latest(map(outline, records))
    counts = Counter(record["fault"] for record in found if record["stop"] == "fault")
    return counts.most_common()


def _name(record: Record) -> str:
    return f"{record['problem']} #{record['sample']}"


def _finding(name: str, examples: Sequence[str], of: int, hint: str) -> Finding:
    return Finding(name, len(examples), of, tuple(examples[:SHOWN]), hint)

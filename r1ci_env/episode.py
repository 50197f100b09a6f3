"""One episode of the protocol: the state between a problem and its reward, without any sandbox."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from r1ci_env.errors import BadOption, did_you_mean, require_one_of
from r1ci_env.protocol import (
    DEFAULT_MARKER,
    MARKERS,
    NO_RUNS_LEFT,
    first_message,
    is_cut,
    nothing_found,
    parse_turn,
    prompt_template,
    result_hint,
    result_message,
)
from r1ci_env.reward import RewardSpec, reward_spec
from r1ci_env.task import Problem

if TYPE_CHECKING:
    from r1ci_env.sandbox_wasm import ExecResult

MAX_TURN_CHARS = 1_048_576
"""Bound of the action space, in characters."""

MAX_OBSERVATION_CHARS = 65_536
"""Bound of the observation space, in characters."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What an episode allows.

    Attributes:
        max_turns: Model turns before the episode is truncated.
        max_code_runs: Blocks that are run; later ones are refused.
        code_timeout: Seconds that a block may take, at most 60.
        max_turn_chars: Longer turns are cut here before they are read, which the model is told; at most 1,048,576.
        max_output_chars: Longer code output loses its middle.
        echo: Whether the value of an expression at the end of a block is shown, as in a notebook.
        prompt: ``paper``, ``bare`` or a template with ``{question}``.
        answer_marker: What stands around the final answer: ``<<<>>>``, or ``<answer></answer>``, which the first
            message then asks for.
        strip_thinking: Whether what stands in ``<think>…</think>`` is passed over when a turn is read.
        reward: ``correct``, ``paper`` or a `RewardSpec`.
    """

    max_turns: int = 9
    max_code_runs: int = 8
    code_timeout: float = 10.0
    max_turn_chars: int = 131_072
    max_output_chars: int = 4_000
    echo: bool = True
    prompt: str = "paper"
    answer_marker: str = DEFAULT_MARKER
    strip_thinking: bool = True
    reward: str | RewardSpec = "correct"

    def __post_init__(self) -> None:
        """Raise `BadOption` for a value outside its range."""
        prompt_template(self.prompt)
        reward_spec(self.reward)
        require_one_of(self.answer_marker, MARKERS, "answer_marker")
        for name in ("echo", "strip_thinking"):
            if not isinstance(getattr(self, name), bool):
                raise BadOption(f"{name} must be True or False, got {getattr(self, name)!r}.")
        bounds: list[tuple[str, float, float, Any]] = [
            ("max_turns", 1, 1_000, int),
            ("max_code_runs", 0, 1_000, int),
            ("code_timeout", 0.001, 60.0, int | float),
            ("max_turn_chars", 1, MAX_TURN_CHARS, int),
            ("max_output_chars", 100, MAX_OBSERVATION_CHARS - 1_000, int),
        ]
        for name, low, high, kind in bounds:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, kind) or not low <= value <= high:
                what = "an integer" if kind is int else "a number"
                raise BadOption(f"{name} must be {what} from {low:g} to {high:g}, got {value!r}.")

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> "Rules":
        """Return the rules with these options, naming the nearest valid one if one is unknown."""
        known = [f.name for f in fields(cls)]
        for key in options:
            if key not in known:
                raise BadOption(
                    f"Unknown option {key!r}: the options are {', '.join(known)}.{did_you_mean(key, known)}"
                )
        return cls(**options)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn led to, in the terms of `gymnasium.Env.step`."""

    observation: str
    reward: float = 0.0
    terminated: bool = False
    truncated: bool = False
    info: dict[str, Any] = field(default_factory=dict)


class Episode:
    """An episode in progress.

    A turn takes two calls, so that the blocks of many episodes can be run together: `read` returns the
    program that the turn wants run, if any, and `finish` takes its result and says what came of the turn.

    Args:
        problem: What it is about.
        check: Whether an answer to it is right.
        rules: What is allowed.
        on_end: Called once it has ended with a verdict.
    """

    def __init__(
        self,
        problem: Problem,
        check: Callable[[Problem, str], bool],
        rules: Rules,
        on_end: "Callable[[Episode], object] | None" = None,
    ) -> None:
        self.problem = problem
        self.rules = rules
        self._on_end = on_end
        self._check = check
        question = first_message(rules.prompt, problem.question, rules.answer_marker)
        self.messages = [{"role": "user", "content": question}]
        self.turns = 0
        self.code_runs = 0
        self.well_formed = True
        self.reward: float | None = None
        self.answer: str | None = None
        self.correct = False
        self.fault: str | None = None
        self._turn = parse_turn("")
        self._cut = False
        self._last_run: tuple[str, ExecResult] | None = None  # the last program that ran, and its result

    @property
    def over(self) -> bool:
        """Whether the episode has ended."""
        return self.reward is not None or self.fault is not None

    @property
    def info(self) -> dict[str, Any]:
        """What identifies the problem, in every info dictionary."""
        return {"problem": self.problem.ref, "task": self.problem.task, "level": self.problem.level}

    def require_turn(self, text: object) -> None:
        """Raise `BadOption` unless ``text`` can be this episode's next turn."""
        if not isinstance(text, str):
            raise BadOption(f"An action is the model's turn as text, got {type(text).__name__}.")
        if self.over:
            raise BadOption("The episode is over: call reset() before the next step().")

    def read(self, text: str) -> str | None:
        """Take the model's turn; return the program to run, or None when there is nothing to run."""
        self.require_turn(text)
        rules = self.rules
        self.turns += 1
        self.messages.append({"role": "assistant", "content": text})
        self._cut = len(text) > rules.max_turn_chars
        self._turn = turn = parse_turn(
            text[: rules.max_turn_chars], rules.answer_marker, strip_thinking=rules.strip_thinking
        )
        self.well_formed &= turn.kind != "none" and turn.complete and not turn.ignored_text and not self._cut
        return turn.content if turn.kind == "code" and self.code_runs < self.rules.max_code_runs else None

    def finish(self, result: "ExecResult | None" = None) -> Outcome:
        """Say what the turn led to, given the result of its program if it had one that was run."""
        turn, rules = self._turn, self.rules
        info = {**self.info, "kind": turn.kind, "ignored_text": turn.ignored_text, "turn_cut": self._cut}
        if turn.kind == "answer":
            self.answer = turn.content
            self.correct = self._check(self.problem, turn.content)
            return self._end("", info, terminated=True)
        if result is not None:
            self.code_runs += 1
            info |= {"code_status": result.status, "code_seconds": result.duration}
            info["code_truncated"] = is_cut(result, rules.max_output_chars)
            observation = result_message(result, rules.max_output_chars)
            hint = result_hint(turn.content, result, self._last_run, rules.answer_marker)
            observation += f"\n\n{hint}" if hint else ""
            self._last_run = turn.content, result
        elif turn.kind == "code":
            observation = MARKERS[rules.answer_marker].put_into(NO_RUNS_LEFT)
        else:
            observation = nothing_found(self.messages[-1]["content"][: rules.max_turn_chars], rules.answer_marker)
        if self._cut:
            observation = f"Your turn was cut after {rules.max_turn_chars} characters.\n{observation}"
        self.messages.append({"role": "user", "content": observation})
        if self.turns >= rules.max_turns:
            return self._end(observation, info, terminated=False)
        return Outcome(observation, info=info)

    def cut(self) -> Outcome:
        """End the episode where it stands, judged as if its turns were used up."""
        if self.over:
            raise BadOption("The episode is over already.")
        return self._end("", self.info, terminated=False)

    def fail(self, reason: str) -> Outcome:
        """End the episode without a verdict: the sandbox failed, which says nothing about what was done in it."""
        if self.over:
            raise BadOption("The episode is over already.")
        self.fault = reason
        return Outcome("", 0.0, False, True, {**self.info, "fault": reason})

    def _end(self, observation: str, info: dict[str, Any], *, terminated: bool) -> Outcome:
        spec = reward_spec(self.rules.reward)
        self.reward = spec(correct=self.correct, well_formed=self.well_formed, turns=self.turns)
        info |= {"correct": self.correct, "turns": self.turns, "code_runs": self.code_runs}
        if self._on_end is not None:
            self._on_end(self)
        return Outcome(observation, self.reward, terminated, not terminated, info)

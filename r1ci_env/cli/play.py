"""``r1ci play``: a person takes the turns."""

import contextlib
import random
import sys
from collections.abc import Callable, Iterator
from typing import Annotated

import typer

from r1ci_env import rendering
from r1ci_env.cli.console import completing, print_error, print_text, read_source, say, task_names
from r1ci_env.cli.listing import task_and_problem
from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.errors import BadOption, did_you_mean
from r1ci_env.registry import list_tasks
from r1ci_env.task import Problem, Task

HELP = """\
Write your turn and end it with a line that holds only a dot. A turn may hold one ```python block, or the answer as
<<<...>>>; a line that is nothing but the answer needs no dot. Between turns:

  :hint        what helps a little; again, for more
  :run FILE    run a Python file as your turn
  :answer      show a right answer
  :help        show this
  :quit        end the game"""

COMMANDS = (":hint", ":run", ":answer", ":help", ":quit")


class _Quit(Exception):
    """The person has had enough."""


def play_command(
    reference: Annotated[
        str | None,
        typer.Argument(
            metavar="TASK[:LEVEL:SEED]",
            help="A task, such as Game24, or a problem, such as Game24:3:1234; none takes any task.",
            autocompletion=completing(task_names),
        ),
    ] = None,
    level: Annotated[int | None, typer.Option(help="Difficulty, 1 to 5; of a task.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the problem; none draws one.")] = None,
    persistent: Annotated[bool, typer.Option("--persistent", help="Keep variables between blocks.")] = False,
) -> None:
    """Take turns at a problem; the same verifier checks the answer."""
    rng = random.Random(seed)
    task, problem = task_and_problem(rng.choice(list_tasks()) if reference is None else reference)
    if problem is not None and (level is not None or seed is not None):
        raise BadOption(f"{reference} is one problem, which has its level and seed: leave --level and --seed out.")
    if problem is None:
        problem = task.problem(rng.randrange(2**31) if seed is None else seed, level)
    _start_line_editing()
    say(HELP, "dim")
    env = CodeInterpreterEnv(tasks=[task], prompt="bare", persistent=persistent)
    try:
        _play(env, problem)
        while sys.stdin.isatty() and _wants_another():
            if reference is None:
                task = task_and_problem(rng.choice(list_tasks()))[0]
            _play(env, task.problem(rng.randrange(2**31), level))
    except _Quit:
        pass
    finally:
        env.close()


def _play(env: CodeInterpreterEnv, problem: Problem) -> None:
    """Play one problem to its end."""
    env.reset(options={"problem": problem})
    task = env.sampler.task(problem.task)
    print_text(problem.ref, problem.question)
    hints = _hints(task, problem)
    while not env.episode.over:
        seen = len(env.messages) + 1  # the turn itself is on the screen already
        env.step(_read_turn(problem, hints))
        for message in env.messages[seen:]:
            print_text(rendering.speaker(message), message["content"])
    say(rendering.verdict(env.episode), "bold green" if env.episode.correct else "bold red")
    if not env.episode.correct:
        say(f"a right answer: {problem.answer}")


def _read_turn(problem: Problem, hints: Iterator[str]) -> str:
    """Return the lines up to a lone dot, a complete answer, or the program of a file."""
    lines: list[str] = []
    while True:
        line = _read_line("  " if lines else "> ")
        if line is None:
            if not lines:
                raise _Quit
            return "\n".join(lines)
        command, _, argument = line.strip().partition(" ")
        if command == ".":
            if lines:
                return "\n".join(lines)
        elif _is_command(command):
            turn = _obey(command, argument.strip(), problem, hints)
            if turn is not None:
                return turn
        else:
            lines.append(line)
            if len(lines) == 1 and line.strip().startswith("<<<") and line.strip().endswith(">>>"):
                return line


def _is_command(word: str) -> bool:
    return len(word) > 1 and word[0] == ":" and word[1:].isalpha()


def _obey(command: str, argument: str, problem: Problem, hints: Iterator[str]) -> str | None:
    """Do what a line that begins with a colon says; return a turn if it gives one."""
    match command:
        case ":quit":
            raise _Quit
        case ":help":
            say(HELP, "dim")
        case ":answer":
            say(f"a right answer: {problem.answer}", "dim")
        case ":hint":
            say(next(hints), "dim")
        case ":run" if argument:
            try:
                code = read_source(argument)
            except BadOption as error:
                print_error(error)
            else:
                fence = "~~~" if "```" in code else "```"
                return f"{fence}python\n{code.rstrip()}\n{fence}"
        case ":run":
            print_error("Name the file: :run FILE")
        case _:
            print_error(f"{command} is none of {', '.join(COMMANDS)}.{did_you_mean(command, COMMANDS)}")
    return None


def _hints(task: Task, problem: Problem) -> Iterator[str]:
    """Yield ever more of the way to the answer, from the task's own reasons or the plan of its program."""
    steps = task.reasons(problem) or list(filter(None, [task.plan(problem)])) or [task.no_program]
    yield from filter(None, steps)
    answer = problem.answer
    yield f"The answer has {len(answer)} characters."
    for shown in range(1, len(answer)):
        yield f"The answer begins with {answer[:shown]!r}."
    while True:
        yield "There is no further hint: :answer shows a right answer."


def _wants_another() -> bool:
    line = _read_line("Enter for another problem, :quit to end > ")
    return line is not None and line.strip() != ":quit"


def _read_line(prompt: str) -> str | None:
    """Return a line of the person's; None at the end of the input."""
    try:
        return input(prompt)
    except EOFError:
        return None


def _start_line_editing() -> None:
    """Have ``input`` edit lines, remember them, and complete commands; where the system has no readline it does not."""
    with contextlib.suppress(ImportError):
        import readline

        readline.set_completer(_completer)
        readline.set_completer_delims(" \n")
        readline.parse_and_bind("tab: complete")


_completer: Callable[[str, int], str | None] = lambda text, state: (  # noqa: E731
    [*(word for word in COMMANDS if text and word.startswith(text)), None][state]
)

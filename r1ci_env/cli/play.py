"""``r1ci play``: a person takes the turns."""

from typing import Annotated

import typer

from r1ci_env.cli.console import console
from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.registry import problem

HELP = (
    "[dim]Write your turn and end it with a line that holds only a dot. A turn may hold one ```python block or the "
    "answer as <<<...>>>.\nA line [bold]:answer[/] shows a right answer, [bold]:quit[/] ends the game.[/]"
)


def play_command(
    reference: Annotated[str, typer.Argument(help="A task, such as Game24, or a problem, such as Game24:3:1234.")],
    level: Annotated[int | None, typer.Option(help="Difficulty, 1 to 5.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the problem; none draws one.")] = None,
    persistent: Annotated[bool, typer.Option(help="Keep variables between blocks.")] = False,
) -> None:
    """Take turns at a problem; the same verifier checks the answer."""
    name = reference.split(":")[0]
    env = CodeInterpreterEnv(tasks=[name], prompt="bare", persistent=persistent, level=level, render_mode="human")
    console().print(HELP)
    env.reset(seed=seed, options={"problem": problem(reference)} if ":" in reference else None)
    try:
        while not env.episode.over:
            turn = _read_turn(env)
            if turn is None:
                break
            env.step(turn)
    finally:
        env.close()


def _read_turn(env: CodeInterpreterEnv) -> str | None:
    """Return the lines up to a lone dot or a complete answer; None to quit."""
    lines: list[str] = []
    while True:
        try:
            line = input("> " if not lines else "  ")
        except EOFError:
            return "\n".join(lines) or None
        if line.strip() == ":quit":
            return None
        if line.strip() == ":answer":
            console().print(f"[dim]a right answer: {env.problem.answer}[/]", highlight=False)
            continue
        if line.strip() == "." and lines:
            return "\n".join(lines)
        lines.append(line)
        if len(lines) == 1 and line.strip().startswith("<<<") and line.strip().endswith(">>>"):
            return line

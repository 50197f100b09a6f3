"""inspect-ai runs Python in our sandbox: ``Task(..., sandbox="r1ci")``. See ``docs/integrations/inspect_ai.md``."""

from typing import Any

from inspect_ai import util

from r1ci_env.adapters.command_sandbox import CommandSandbox
from r1ci_env.sandbox_wasm import SandboxError, shared_pool

LONGEST = 60.0
"""Seconds that a program may take where inspect-ai sets no limit."""


@util.sandboxenv(name="r1ci")
class R1ciSandbox(util.SandboxEnvironment):
    """Runs each Python program in a clean interpreter, which sees the files of the sample; there is no shell."""

    def __init__(self) -> None:
        super().__init__()
        self._sandbox = CommandSandbox(shared_pool())

    @classmethod
    async def sample_init(cls, task_name: str, config: Any, metadata: Any) -> dict[str, util.SandboxEnvironment]:
        """Return the one environment of a sample."""
        return {"default": cls()}

    @classmethod
    async def sample_cleanup(cls, task_name: str, config: Any, environments: Any, interrupted: bool) -> None:
        """Leave the pool to the other samples."""

    async def exec(self, cmd: list[str], input: str | bytes | None = None, **options: Any) -> util.ExecResult[str]:
        """Run a program for at most ``timeout`` seconds. There are no users, environment variables or directories."""
        if options.get("user") is not None:
            raise util.SandboxUserUnsupportedError(f"There are no users in this sandbox, and no {options['user']!r}.")
        if options.get("cwd") or options.get("env"):
            return util.ExecResult(False, 127, "", "this sandbox has neither a working directory nor an environment")
        try:
            result = await self._sandbox.run(cmd, input or "", options.get("timeout") or LONGEST)
        except SandboxError as error:
            raise util.SandboxUnavailableError(str(error)) from error
        if result.status == "timeout":
            raise TimeoutError(result.error)
        stderr = result.stderr if result.error in result.stderr else f"{result.stderr}{result.error}\n"
        return util.ExecResult(result.exit_code == 0, result.exit_code, result.stdout, stderr)

    async def write_file(self, file: str, contents: str | bytes) -> None:
        """Put a file where programs find it."""
        self._sandbox.write(file, contents.encode() if isinstance(contents, str) else contents)

    async def read_file(self, file: str, text: bool = True) -> Any:
        """Return a file that was written, as a text or as bytes."""
        data = self._sandbox.read(file)
        return data.decode() if text else data

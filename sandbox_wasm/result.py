"""What running a block gives back."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "error", "exit", "timeout", "memory", "output", "crash"]
"""How a block ended:

* ``ok``: it ran to its end, or called ``sys.exit()`` with nothing or zero.
* ``error``: an exception (a ``SyntaxError`` included) that nobody caught.
* ``exit``: it asked for another exit code, by ``sys.exit`` or ``os._exit``.
* ``timeout``: it used up its time.
* ``memory``: it ran out of memory and did not catch the ``MemoryError``.
* ``output``: it printed far more than is kept and was stopped.
* ``crash``: the interpreter died (``os.abort``, native stack overflow, a killed worker).
"""


@dataclass(frozen=True, slots=True)
class ExecResult:
    """The outcome of one block.

    Attributes:
        stdout: What the block printed, decoded as UTF-8 with replacement characters. Of too much its beginning
            and its end are kept, and a line between them says how many characters are left out.
        stderr: The same for standard error; an uncaught exception's traceback is here.
        error: One line that says what went wrong, such as ``"ZeroDivisionError: division by zero"``;
            empty when `status` is ``"ok"`` or ``"exit"``.
        exit_code: 0 for ok, 1 for error and memory, the block's own for exit, 124 for timeout and
            134 for output and crash.
        status: How the block ended; see `Status`.
        duration: Wall time of the run in seconds. The only field that differs between two runs of
            the same block with the same seed.
        truncated: Whether some output was left out because there was more than `max_output`.
        stdout_left_out: How many characters are left out of `stdout`.
        stderr_left_out: How many are left out of `stderr`.
    """

    stdout: str
    stderr: str
    error: str
    exit_code: int
    status: Status
    duration: float
    truncated: bool = False
    stdout_left_out: int = 0
    stderr_left_out: int = 0

    @property
    def ok(self) -> bool:
        """Whether the block ran to its end without an error."""
        return self.status == "ok"

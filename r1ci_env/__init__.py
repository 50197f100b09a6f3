"""r1ci-env: text reasoning and planning tasks for models that think and run code.

>>> import gymnasium, r1ci_env
>>> env = gymnasium.make("r1ci/Game24-v0", level=3)
>>> question, info = env.reset(seed=0)  # make 24 of 10, 6, 6 and 7
>>> observation, reward, terminated, truncated, info = env.step("<<<6 + 6 * (10 - 7)>>>")
>>> reward
1.0
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType

_ROOT = Path(__file__).resolve().parent.parent
if (_ROOT / "sandbox_wasm" / "__init__.py").is_file() and (_ROOT / "pyproject.toml").is_file():
    __path__.append(str(_ROOT))  # in a source tree the parts stand beside this folder, not inside it

from r1ci_env.errors import R1ciError  # noqa: E402
from r1ci_env.registration import register_with_gymnasium  # noqa: E402
from r1ci_env.registry import get_task, list_tasks, problem  # noqa: E402
from r1ci_env.task import Problem, Task  # noqa: E402

__version__ = "0.1.0"
__all__ = ["Problem", "R1ciError", "Task", "get_task", "list_tasks", "problem"]

register_with_gymnasium()


def __dir__() -> list[str]:
    """Return what a user may want of this module."""
    return sorted([*__all__, "__version__", "curricula", "official", "sandbox_wasm", "testing"])


def __getattr__(name: str) -> ModuleType:
    """Import ``official`` and ``testing`` when they are first asked for."""
    if name in ("official", "testing"):
        return import_module(f"r1ci_env.{name}")
    raise AttributeError(f"module 'r1ci_env' has no attribute {name!r}")

"""The Gymnasium ids: ``r1ci/<task>-v0`` and the aggregates.

Importing Gymnasium takes longer than a sandbox needs from its start to its first block, so `import
r1ci_env` does not: the ids are registered as soon as somebody else imports it.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from r1ci_env.catalog import AGGREGATES
from r1ci_env.registry import available_rows, plugin_tasks


def register_envs() -> None:
    """Register every available task and the aggregates with Gymnasium."""
    import gymnasium

    ids: list[tuple[str, dict[str, Any]]] = [(row.env_id, {"task": row.id}) for row in available_rows()]
    ids += [(f"r1ci/{name}-v0", {"task": name}) for name in plugin_tasks()]
    ids += [(f"r1ci/{name}-v0", {"split": split}) for name, split in AGGREGATES.items()]
    for env_id, kwargs in ids:
        if env_id in gymnasium.registry:  # this package is loaded again, as notebooks do
            continue
        gymnasium.register(
            env_id,
            entry_point="r1ci_env.env:CodeInterpreterEnv",
            vector_entry_point="r1ci_env.vector:CodeInterpreterVectorEnv",
            kwargs=kwargs,
        )


def register_with_gymnasium() -> None:
    """Register the environments now if Gymnasium is imported, and otherwise when it is."""
    if "gymnasium" in sys.modules:
        register_envs()
    else:
        sys.meta_path.insert(0, _GymnasiumFinder())


class _GymnasiumFinder:
    """Finds Gymnasium as everybody does, and registers the environments once it has been loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "gymnasium":
            return None
        others = (finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec"))
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            loader, load = spec.loader, spec.loader.exec_module

            def load_and_register(module: ModuleType) -> None:
                del loader.exec_module
                load(module)
                sys.meta_path.remove(self)
                register_envs()

            loader.exec_module = load_and_register  # type: ignore[method-assign]
        return spec

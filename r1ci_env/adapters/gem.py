"""GEM: ``gem.make("r1ci:Game24")``, every other task, ``r1ci:Train`` and ``r1ci:Test``, once this is imported."""

from typing import Any

import gem

from r1ci_env.adapters.pooled_env import pooled_env
from r1ci_env.registry import list_tasks


class R1ciEnv(gem.Env):
    """A task, or those of a split; observations and actions are texts, as in `CodeInterpreterEnv`.

    What is registered for training tasks draws no problem that is held out, unless it is told ``held_out=True``.

    Args:
        seed: Of the first reset that brings none; `gem.make_vec` gives each of its environments another.
        **options: Those of `r1ci_env.env.CodeInterpreterEnv`.
    """

    def __init__(self, seed: int | None = None, **options: Any) -> None:
        super().__init__()
        self._seed = seed
        self._options = options
        self._env = pooled_env(**options)

    def reset(self, seed: int | None = None) -> tuple[str, dict[str, Any]]:
        """Begin an episode; nobody else's random numbers are touched."""
        seed, self._seed = (self._seed if seed is None else seed), None
        return self._env.reset(seed=seed)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take the model's turn."""
        return self._env.step(action)

    def sample_random_action(self) -> str:
        """Return a short random text."""
        return str(self._env.action_space.sample())

    def spawn(self, same_state: bool = False, **kwargs: Any) -> "R1ciEnv":
        """Return another environment of these options, changed by ``kwargs``; with ``same_state``, in the same episode.

        The turns are then taken again: blocks are deterministic.
        """
        twin = type(self)(**{**self._options, **kwargs})
        if same_state:
            twin._env.reset(options={"problem": self._env.problem})
            for message in self._env.messages[1:]:
                if message["role"] == "assistant":
                    twin.step(message["content"])
        return twin


_ENTRY_POINT = f"{__name__}:R1ciEnv"
for _split, _options in (("train", {"held_out": False}), ("test", {})):
    gem.register(f"r1ci:{_split.title()}", _ENTRY_POINT, split=_split, **_options)
    for _name in list_tasks(split=_split):
        gem.register(f"r1ci:{_name}", _ENTRY_POINT, task=_name, **_options)

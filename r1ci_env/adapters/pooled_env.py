"""What adapters share whose peers step environments, in threads: their code runs side by side in the shared pool."""

from typing import Any

from r1ci_env.env import CodeInterpreterEnv
from r1ci_env.sandbox_wasm import shared_pool
from r1ci_env.sandbox_wasm.guest.package_sets import BASE


def pooled_env(**options: Any) -> CodeInterpreterEnv:
    """Return an environment of these options whose code runs in the pool, unless they give it a sandbox of its own."""
    if options.get("sandbox") is None and not options.get("persistent"):
        options["sandbox"] = shared_pool(options.pop("packages", BASE))
    return CodeInterpreterEnv(**options)

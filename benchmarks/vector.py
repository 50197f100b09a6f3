"""64 episodes that all run code: our vector environment beside Gymnasium's AsyncVectorEnv, in the same run."""

import statistics
import time
from typing import Any

import gymnasium
from report import publish

import r1ci_env
from r1ci_env.sandbox_wasm import SandboxPool

NUM_ENVS, STEPS = 64, 5
TURN = "```python\nfrom collections import Counter\nprint(Counter('mississippi').most_common(2), {i})\n```"


def measure(envs: Any) -> float:
    """Return the median seconds of a step in which every environment runs a block."""
    envs.reset(seed=0)
    turns = [TURN.replace("{i}", str(i)) for i in range(NUM_ENVS)]
    envs.step(turns)  # the sandboxes come up
    times = []
    for _ in range(STEPS):
        start = time.perf_counter()
        observations = envs.step(turns)[0]
        times.append(time.perf_counter() - start)
        assert all("('i', 4)" in text for text in observations)
    envs.close()
    return statistics.median(times)


if __name__ == "__main__":
    with SandboxPool() as pool:
        ours = measure(gymnasium.make_vec("r1ci/GCD-v0", num_envs=NUM_ENVS, sandbox=pool, max_turns=100))
    peers = {
        mode: measure(gymnasium.make_vec("r1ci/GCD-v0", num_envs=NUM_ENVS, vectorization_mode=mode, max_turns=100))
        for mode in ("sync", "async")
    }
    rows = [{"environment": "CodeInterpreterVectorEnv", "step_s": ours, "blocks_per_s": NUM_ENVS / ours, "ratio": 1.0}]
    for mode, seconds in peers.items():
        name = f"gymnasium {mode}"
        rows.append(
            {"environment": name, "step_s": seconds, "blocks_per_s": NUM_ENVS / seconds, "ratio": seconds / ours}
        )
    publish(
        "vector", f"{NUM_ENVS} environments, a block each a step, median of {STEPS}", rows, version=r1ci_env.__version__
    )

"""64 episodes that all run code: our vector environment beside Gymnasium's, and `send`/`recv` beside `step`.

    python benchmarks/vector.py [--steps 5] [--rounds 30] [--repeats 3]

The policy of the second part is a stub that is busy for 2 ms with each turn, in whatever batch it comes, as a model on
another device would be: meanwhile this process's cores are free to run code.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import cycle
from typing import Any

import gymnasium
from report import publish

import r1ci_env
from r1ci_env.sandbox_wasm import SandboxPool
from r1ci_env.sandbox_wasm.pool.measure import BLOCKS

NUM_ENVS = 64
TURN_SECONDS = 0.002
FEW = 8
"""Turns that the policy takes at a time with `send` and `recv`."""
TURN = "```python\nfrom collections import Counter\nprint(Counter('mississippi').most_common(2), {i})\n```"
TURNS = [TURN.replace("{i}", str(i)) for i in range(NUM_ENVS)]
KINDS = cycle(BLOCKS.values())
MIXED_TURNS = [f"```python\n{next(KINDS)}\n```" for _ in range(NUM_ENVS)]
"""A print, a function, an exception, a little numpy and a little sympy in turn, as in `r1ci sandbox bench`."""


def make(**options: Any) -> Any:
    """Return 64 environments whose episodes go on."""
    return gymnasium.make_vec("r1ci/GCD-v0", num_envs=NUM_ENVS, max_turns=1_000, max_code_runs=1_000, **options)


def step_seconds(envs: Any, steps: int) -> float:
    """Return the median seconds of a step in which every environment runs a block."""
    envs.reset(seed=0)
    envs.step(TURNS)  # the sandboxes come up
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        observations = envs.step(TURNS)[0]
        times.append(time.perf_counter() - start)
        assert all("('i', 4)" in text for text in observations)
    envs.close()
    return statistics.median(times)


def policy(count: int) -> None:
    """Be busy with so many turns, elsewhere."""
    time.sleep(count * TURN_SECONDS)


def by_step(envs: Any, turns: int) -> None:
    """Take turns in all environments at a time."""
    for _ in range(turns // NUM_ENVS):
        policy(NUM_ENVS)
        envs.step(MIXED_TURNS)


def by_send_recv(envs: Any, turns: int) -> None:
    """Take turns in the environments that wait for one, a few at a time, so that code soon runs beside the policy."""
    waiting = list(range(NUM_ENVS))
    sent = received = 0
    while received < turns:
        chosen, waiting = waiting[: min(FEW, turns - sent)], waiting[FEW:]
        if chosen:
            policy(len(chosen))
            envs.send([MIXED_TURNS[i] for i in chosen], chosen)
            sent += len(chosen)
        done = envs.recv()[-1]["env_id"].tolist()
        waiting += done
        received += len(done)


def turns_per_second(play: Callable[[Any, int], None], turns: int) -> float:
    """Return how many turns a way of playing takes in a second."""
    with SandboxPool() as pool:
        envs = make(sandbox=pool)
        envs.reset(seed=0)
        envs.step(MIXED_TURNS)
        began = time.perf_counter()
        play(envs, turns)
        seconds = time.perf_counter() - began
        envs.close()
        return turns / seconds


def main() -> None:
    """Measure, print a table, and write benchmarks/results/vector.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=5, help="steps of the first part, of which the median is taken")
    parser.add_argument("--rounds", type=int, default=30, help="turns of each environment in the second part")
    parser.add_argument("--repeats", type=int, default=3, help="times that the second part is done; medians are kept")
    arguments = parser.parse_args()
    with SandboxPool() as pool:
        ours = step_seconds(make(sandbox=pool), arguments.steps)
    peers = {mode: step_seconds(make(vectorization_mode=mode), arguments.steps) for mode in ("sync", "async")}
    rows = [{"environment": "CodeInterpreterVectorEnv", "step_s": ours, "blocks_per_s": NUM_ENVS / ours, "ratio": 1.0}]
    for mode, seconds in peers.items():
        name = f"gymnasium {mode}"
        rows.append(
            {"environment": name, "step_s": seconds, "blocks_per_s": NUM_ENVS / seconds, "ratio": seconds / ours}
        )
    turns = NUM_ENVS * arguments.rounds
    pairs = [
        (turns_per_second(by_step, turns), turns_per_second(by_send_recv, turns)) for _ in range(arguments.repeats)
    ]
    step, send_recv = (statistics.median(column) for column in zip(*pairs, strict=True))
    publish(
        "vector",
        f"{NUM_ENVS} environments, a block each a step, median of {arguments.steps}",
        rows,
        version=r1ci_env.__version__,
        send_recv={
            "what": f"mixed blocks, and a policy that sleeps {1e3 * TURN_SECONDS:g} ms a turn in its batch",
            "step_turns_per_s": step,
            "send_recv_turns_per_s": send_recv,
            "ratio": statistics.median(b / a for a, b in pairs),
            "ratios": [b / a for a, b in pairs],
        },
    )


if __name__ == "__main__":
    main()

"""What ``import r1ci_env`` takes alone and adds to ``import gymnasium``: medians of fresh processes, taken in turns."""

import statistics
import subprocess
import sys
import time

from report import publish

PROGRAMS = {
    "nothing": "pass",
    "r1ci_env": "import r1ci_env",
    "gymnasium": "import gymnasium",
    "gymnasium, r1ci_env": "import gymnasium, r1ci_env",
}
REPEATS = 15

if __name__ == "__main__":
    seconds: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(REPEATS):
        for name, program in PROGRAMS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    rows = [{"imported": name, "median_s": medians[name], "min_s": min(seconds[name])} for name in PROGRAMS]
    added = medians["gymnasium, r1ci_env"] - medians["gymnasium"]
    publish("import_time", f"Import, median of {REPEATS}", rows, added_to_gymnasium_s=round(added, 4))

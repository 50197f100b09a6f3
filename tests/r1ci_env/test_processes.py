"""Work for several processes."""

import signal
import subprocess
import sys

from r1ci_env.processes import in_processes

PARENT = """
import os, time
from r1ci_env.processes import in_processes

if __name__ == "__main__":
    for number in in_processes(os.getpid, [()], 1):
        print(number, flush=True)
        time.sleep(600)
"""


def test_results_come_in_the_order_of_the_arguments():
    assert list(in_processes(pow, [(2, 3), (3, 2), (5, 1)], 2)) == [8, 9, 5]


def test_workers_end_with_a_parent_that_is_killed(tmp_path, lives, wait_until):
    (tmp_path / "parent.py").write_text(PARENT)
    with subprocess.Popen([sys.executable, tmp_path / "parent.py"], stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())
        assert lives(worker)
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not lives(worker), seconds=60)

"""Write the digests of 20 problems of every task; a changed digest is a new version of the task's id."""

import json
from pathlib import Path

from r1ci_env import get_task, list_tasks
from r1ci_env.testing import problems_digest, sample_problems

if __name__ == "__main__":
    digests = {name: problems_digest(sample_problems(get_task(name), 20)) for name in list_tasks()}
    path = Path(__file__).with_name("digests.json")
    path.write_text(json.dumps(digests, indent=1) + "\n")
    print(f"{len(digests)} digests written to {path}")

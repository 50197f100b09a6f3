"""Write docs/demonstration_examples.md: ten demonstrations drawn at random, and what is in the default set.

Run ``r1ci sft-data --output data.jsonl --tokenizer FOLDER`` first, then this script with ``data.jsonl``.
"""

import json
import random
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("demonstration_examples.md")


def main(path: Path) -> None:
    """Draw from a file of ``r1ci sft-data``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    manifest = json.loads(path.with_name(f"{path.name}.manifest.json").read_text(encoding="utf-8"))
    tasks = manifest["tasks"].values()
    medians, largest = sorted(t["tokens_median"] for t in tasks), max(t["tokens_p95"] for t in tasks)
    parts = [
        "# Ten demonstrations\n",
        f"Drawn at random from the {manifest['demonstrations']} of the default set, of which {manifest['right']} earn "
        f"the full reward and {manifest['distinct_questions']} have questions of their own. "
        f"Formats: {', '.join(f'{name} {count}' for name, count in manifest['formats'].items())}. "
        f"Tokens of a whole chat: {medians[len(medians) // 2]} for the median task, {largest} at most (95th percentile "
        "of a task). Made by `docs/make_demonstrations.py`.\n",
    ]
    for line in random.Random(2511).sample(lines, 10):
        record = json.loads(line)
        parts.append(f"## {record['problem']}: {record['format']}\n")
        flags = iter(record["train"])
        for message in record["messages"]:
            role = message["role"]
            if role == "assistant" and not next(flags):
                role = "assistant, not to be learnt"
            text = message["content"].partition("\nQuestion:\n")[2] or message["content"]
            quoted = "\n".join(f"> {row}".rstrip() for row in text.splitlines())
            parts.append(f"**{role}**\n\n{quoted}\n")
    PAGE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

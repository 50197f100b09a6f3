"""Train a language model to reason with code: SFT warm start, then GRPO, in one readable loop.

    from pathlib import Path
    from r1ci_env.reference_trainer.run import train

    report = train("cpu-tiny", output=Path("runs/tiny"))

Read `run.py` first, then `grpo.py`, `rollout.py` and `engines/`. Token ids are kept from sampling to the
gradient: nothing that a policy wrote is ever tokenised again.
"""

from importlib.util import find_spec

_MISSING = [name for name in ("torch", "transformers") if find_spec(name) is None]
if _MISSING:
    raise ModuleNotFoundError(
        f"The reference trainer needs {', '.join(_MISSING)}: pip install 'r1ci-env[train]'", name=_MISSING[0]
    )

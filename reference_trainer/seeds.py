"""Where all randomness comes from: the run's seed and the name of what is drawn, never a state that lives on.

So a run that was killed goes on exactly, with no generator to save.
"""

import random


def rng(*names: object) -> random.Random:
    """Return Python's generator for what ``names`` name, such as ``("sft", seed, epoch)``."""
    return random.Random(":".join(map(str, names)))

"""What runs inside the guest, never on the host: `snapshot.py` loads the sources into its interpreter.

There they are modules called ``_event_loop``, ``_tracebacks`` and so on, in the order of `MODULES`.
"""

MODULES = (
    "alone",
    "event_loop",
    "tracebacks",
    "integers",
    "search_path",
    "hints",
    "block_runner",
    "warm_up",
    "scientific",
    "arrange",
)

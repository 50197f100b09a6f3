"""One line that says what a program is missing in here, for what it fails by."""

import importlib.util
import sys

PACKAGES = tuple(
    name
    for name in "numpy sympy networkx mpmath scipy pandas constraint sortedcontainers yaml attr more_itertools toolz "
    "jinja2 tabulate dateutil tqdm".split()
    if importlib.util.find_spec(name) is not None
)
"""What is named where something else is missing."""

_PROCESSES = "No processes can be started in this sandbox: call the functions directly, one after the other."
_THREADS = "No threads can be started in this sandbox: call the functions directly, one after the other."
_SIGNALS = "There are no signals and timers in this sandbox: a block that runs too long is stopped by itself."
_NETWORK = "There is no network in this sandbox."

_MODULES = {
    "multiprocessing": _PROCESSES,
    "concurrent.futures.process": _PROCESSES,
    "subprocess": _PROCESSES,
    "socket": _NETWORK,
    "ssl": _NETWORK,
    "http.client": _NETWORK,
    "urllib.request": _NETWORK,
}
"""By the module an error comes out of; those named first count first."""

_NAMES = {
    ("os", "system fork forkpty spawnv spawnl execv execl pipe kill wait waitpid popen"): _PROCESSES,
    ("posix", "fork pipe"): _PROCESSES,
    ("signal", "alarm setitimer SIGALRM ITIMER_REAL pthread_kill SIGKILL SIGUSR1"): _SIGNALS,
    ("socket", "getaddrinfo gethostbyname gethostname socketpair"): _NETWORK,
    ("_socket", "getaddrinfo gethostbyname gethostname"): _NETWORK,
}
"""By the module an attribute was asked of, and its name."""

_LACKS = (AttributeError, ImportError, NotImplementedError, OSError, RuntimeError)


def hint(exception, trace, name):
    """What to say of an exception beside what it says itself.

    Args:
        exception: What nobody caught.
        trace: Its traceback, from the block's own first frame on.
        name: The file name of the block.

    Returns:
        A line, or nothing; and whether the frames below the block's own tell nothing beside it.
    """
    if isinstance(exception, SyntaxError) and exception.filename == name:
        return _of_notebook(exception), False
    if isinstance(exception, ModuleNotFoundError) and exception.name:
        text = _of_missing(exception.name)
        return text, text in _MODULES.values()
    if not isinstance(exception, _LACKS):
        return "", False
    if isinstance(exception, RuntimeError) and "start new thread" in str(exception):
        return _THREADS, True
    if isinstance(exception, AttributeError):
        asked = getattr(exception.obj, "__name__", None)
        for (module, names), text in _NAMES.items():
            if module == asked and exception.name in names.split():
                return text, True
    passed = set()
    while trace is not None:
        passed.add(trace.tb_frame.f_globals.get("__name__"))
        trace = trace.tb_next
    for module, text in _MODULES.items():
        if any(isinstance(one, str) and (one == module or one.startswith(module + ".")) for one in passed):
            return text, True
    return "", False


def _of_notebook(error):
    line = (error.text or "").strip()
    if line.startswith(("!", "%")) or line.startswith(("pip install", "pip3 install", "conda install")):
        return f"Lines such as {line.split()[0]!r} are for notebooks and shells: this is plain Python. " + _there_is()
    return ""


def _of_missing(name):
    root = name.partition(".")[0]
    if root in sys.modules:  # only a part of it is missing
        return ""
    root = root.lstrip("_")
    if root in _MODULES:
        return _MODULES[root]
    if root in sys.stdlib_module_names:
        return f"{root!r} of the standard library is not in this sandbox."
    return f"{root!r} is not in this sandbox. " + _there_is()


def _there_is():
    return f"Nothing can be installed; there are the standard library, {', '.join(PACKAGES)}."

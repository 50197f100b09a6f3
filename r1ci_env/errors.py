"""Errors that say what to do, and the search for the name that was meant."""

import difflib
import operator
from collections.abc import Iterable


class R1ciError(ValueError):
    """Bad input to r1ci-env: the message says what is wrong and what to do."""


class UnknownTask(R1ciError):
    """No task has this name, or its module is not part of this version."""


class BadReference(R1ciError):
    """A problem reference is not of the form ``Task:level:seed``."""


class BadOption(R1ciError):
    """An option has an unknown name or a value outside its range."""


class NoReferenceAnswer(R1ciError):
    """No right answer to an original item is known, and none was found within the budget."""


class BadAnswer(ValueError):
    """An answer does not have the form that its task asks for; `Task.check` turns it into False."""


class TooMuchWork(BadAnswer):
    """Reading an answer would exceed its budget; no other reading of the same answer is tried."""


class CheckFailed(RuntimeWarning):
    """The check of a task raised an exception of its own: the answer counts as wrong, and the task has a fault."""


def did_you_mean(name: object, known: Iterable[object]) -> str:
    """Return `` Did you mean 'x'?`` for the nearest known name, or an empty string."""
    names = {str(k).lower(): str(k) for k in known}
    near = difflib.get_close_matches(str(name).lower(), names, n=1, cutoff=0.6)
    return f" Did you mean {names[near[0]]!r}?" if near else ""


def as_integer(value: object, what: str) -> int:
    """Return an integer of any kind, such as ``np.int64``, as an int.

    Raises:
        BadOption: it is none; a float or a bool is not taken for one.
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise BadOption(f"{what} must be an integer, got {value!r}.") from None


def require_one_of(value: object, known: Iterable[object], what: str) -> None:
    """Raise `BadOption` naming the nearest valid value unless ``value`` is one of ``known``."""
    known = list(known)
    if value not in known:
        valid = ", ".join(map(repr, known))
        raise BadOption(f"{what} {value!r} is not one of {valid}.{did_you_mean(value, known)}")

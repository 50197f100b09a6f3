"""What the package needs, as its own metadata says: at any rate, and for each extra."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

_REQUIREMENT = re.compile(r"([\w.-]+)\s*([^;]*)(?:;.*\bextra\s*==\s*['\"]([\w-]+)['\"])?")
_IMPORTED_AS = {"yaml": "pyyaml"}
"""Modules that are not called like their distribution."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A distribution that is needed.

    Attributes:
        name: Its name.
        wanted: Which versions, such as ``>=2.6``.
        extra: For which extra; empty where it is needed at any rate.
    """

    name: str
    wanted: str
    extra: str

    @property
    def found(self) -> str:
        """The version that is installed, or an empty string."""
        try:
            return version(self.name)
        except PackageNotFoundError:
            return ""

    @property
    def old(self) -> bool:
        """Whether it is installed, but too old, or another version than the pinned one."""
        found = self.found
        least = re.search(r">=\s*([\d.]+)", self.wanted)
        pinned = re.search(r"==\s*([\d.]+)", self.wanted)
        return bool(found) and (
            (least is not None and _numbers(found) < _numbers(least[1]))
            or (pinned is not None and _numbers(found) != _numbers(pinned[1]))
        )

    @property
    def install(self) -> str:
        """The command that installs it."""
        return f"pip install '{self.name}{self.wanted}'"


@cache
def requirements() -> tuple[Requirement, ...]:
    """Return all that the installed package declares; nothing where its metadata is not installed."""
    try:
        declared = requires("r1ci-env") or []
    except PackageNotFoundError:
        return ()
    found = [match for line in declared if (match := _REQUIREMENT.match(line))]
    return tuple(Requirement(match[1].lower(), match[2].strip(), match[3] or "") for match in found)


def needed_for(module: str) -> Requirement | None:
    """Return the requirement that a module belongs to, if it is one of ours."""
    root = module.partition(".")[0]
    name = _IMPORTED_AS.get(root, root).replace("_", "-").lower()
    return next((needed for needed in requirements() if needed.name == name), None)


def _numbers(text: str) -> tuple[int, ...]:
    """Return the release of a version as numbers, without zeros at the end."""
    numbers = [int(part) for part in re.match(r"[\d.]*", text)[0].split(".") if part]  # type: ignore[index]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)

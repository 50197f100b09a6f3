"""The sets of packages an image can hold."""

BASE, SCIENTIFIC = PACKAGE_SETS = "base", "scientific"
"""numpy, sympy, networkx and small ones; the same with pandas and scipy."""


def checked_packages(packages: str) -> str:
    """The name of a set of packages, if it is one.

    Raises:
        ValueError: If there is no such set.
    """
    if packages not in PACKAGE_SETS:
        raise ValueError(f"packages must be one of {', '.join(map(repr, PACKAGE_SETS))}, got {packages!r}")
    return packages

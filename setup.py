"""Install the top-level folders under one import name.

The folders stand at the root of the repository but are installed as ``r1ci_env.envs``,
``r1ci_env.sandbox_wasm`` and so on, so that a user's own ``envs/`` can never shadow ours.
Everything else is declared in ``pyproject.toml``; the list of packages is computed here so
that a new category folder needs no edit.
"""

from setuptools import find_packages, setup

PARTS = ["envs", "sandbox_wasm", "curricula", "reference_trainer"]

packages = find_packages(include=["r1ci_env", "r1ci_env.*"])
for part in PARTS:
    packages += [f"r1ci_env.{name}" for name in find_packages(include=[part, f"{part}.*"])]

setup(
    packages=packages,
    package_dir={f"r1ci_env.{part}": part for part in PARTS},
    package_data={"": ["py.typed", "*.json", "*.yaml", "*.html", "*.css", "*.js", "*.zip", "*.bin", "*.txt"]},
)

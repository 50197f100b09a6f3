"""How the docs site is built from the Markdown in this folder: ``make docs``."""

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import make_command  # noqa: E402

project = "r1ci-env"
author = "The r1ci-env developers"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
html_theme = "furo"
html_title = "r1ci-env"
html_static_path = ["_static"]
html_css_files = ["site.css"]

myst_heading_anchors = 4  # links such as sandbox.md#speed
myst_enable_extensions = ["smartquotes"]
pygments_style = "friendly"
pygments_dark_style = "github-dark"

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_mock_imports = ["ray"]  # too big to be installed for one page
default_role = "py:obj"  # single quotes in docstrings name things of Python
napoleon_use_ivar = True  # attributes of dataclasses are described once, in the docstring of the class

make_command.write(HERE / "command.md")


def setup(app: Any) -> None:
    """Read docstrings as they are written: Markdown's tables stay as they stand, and a name may have an ending."""
    app.connect("autodoc-process-docstring", _as_written)


def _as_written(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    text = re.sub(r"(?<!`)(`[^`\s]+`)(?=\w)", r"\1\\ ", "\n".join(lines))
    text = re.sub(r"(?m)(?:^\|.*\n?)+", lambda m: "::\n\n" + re.sub(r"(?m)^", "   ", m[0].rstrip()) + "\n", text)
    lines[:] = text.split("\n")

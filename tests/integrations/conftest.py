"""What the tests of the adapters share."""

import re

import pytest


@pytest.fixture
def page_code(root):
    """Return the Python blocks of a page of ``docs/integrations``: what a user copies is what is tested."""

    def blocks(name):
        text = (root / "docs" / "integrations" / f"{name}.md").read_text()
        return re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)

    return blocks

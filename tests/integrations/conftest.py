"""What the tests of the adapters share."""

import re

import pytest


@pytest.fixture
def page_code(root):
    """Return the Python blocks of a page of ``docs/integrations``: what a user copies is what is tested.

    What a test must have otherwise, such as a smaller model, is replaced: ``{text: replacement}``, and the text must
    be there.
    """

    def blocks(name, replacements=None):
        text = (root / "docs" / "integrations" / f"{name}.md").read_text()
        for old, new in (replacements or {}).items():
            assert old in text, f"{old!r} is not on the page"
            text = text.replace(old, new)
        return re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)

    return blocks

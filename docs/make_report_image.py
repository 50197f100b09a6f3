"""Draw docs/images/report.png: the page of a careless player's run, light and dark.

pip install playwright          # and Debian's chromium
python docs/make_report_image.py
"""

import base64
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from r1ci_env.registry import list_tasks
from r1ci_env.report import write_page

HERE = Path(__file__).parent
IMAGE = HERE / "images" / "report.png"
sys.path.insert(0, str(HERE.parent / "benchmarks"))

from page import play  # noqa: E402

SHOTS = (("light", "#view=scores"), ("dark", "#episode=NumberSequence:2:7&task=NumberSequence"))

SIDE_BY_SIDE = """<style>
body {{ margin: 0; padding: 24px; background: #8d99ae; display: grid; grid-template-columns: 1fr 1fr; gap: 24px }}
img {{ width: 100%; border-radius: 10px; box-shadow: 0 4px 18px #0006 }}
</style>{images}"""


def picture(browser: Browser, page: Path, scheme: str, address: str) -> str:
    """Return an element with a picture of the page at an address."""
    tab = browser.new_page(viewport={"width": 1060, "height": 860}, color_scheme=scheme)
    tab.goto(page.as_uri() + address)
    tab.wait_for_selector("html[data-ready]")
    if "episode=" in address:
        tab.locator("#episode .message.model").first.evaluate("turn => turn.closest('.pane').scrollBy(0, 110)")
    return f'<img src="data:image/png;base64,{base64.b64encode(tab.screenshot()).decode()}">'


def main() -> None:
    """Play, write the page, draw it."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "careless-player"
        play(folder, list_tasks(split="test"), 30)
        page = write_page(folder)
        with sync_playwright() as tools, tools.chromium.launch(executable_path="/usr/bin/chromium") as browser:
            images = "".join(picture(browser, page, *shot) for shot in SHOTS)
            tab = browser.new_page(viewport={"width": 1480, "height": 600})
            tab.set_content(SIDE_BY_SIDE.format(images=images))
            IMAGE.parent.mkdir(exist_ok=True)
            tab.screenshot(path=IMAGE, full_page=True)


if __name__ == "__main__":
    main()

"""The page in Chromium, clicked through as a reader would. Screenshots at three widths go to ``build/page``."""

import json
import os
import re
import shutil

import pytest

from r1ci_env.evaluation.statistics import wilson_interval
from r1ci_env.registry import problem
from r1ci_env.report import write_page

CHROMIUM = os.environ.get("R1CI_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

playwright = pytest.importorskip("playwright.sync_api", reason="the page is not clicked through: no playwright")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="the page is not clicked through: no Chromium")

WIDTHS = {"phone": (390, 844), "tablet": (820, 1100), "desktop": (1440, 900)}

CONTRAST = """() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(rgba(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const light = (c) => {
    const [r, g, b] = c.map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = []; let checked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, .hidden, noscript")) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    const front = over(rgba(element.namespaceURI.endsWith("svg") ? style.fill : style.color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    checked++;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${walker.currentNode.data} (${ratio.toFixed(2)})`);
  }
  return [checked, poor];
}"""


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as tools:
        chromium = tools.chromium.launch(executable_path=CHROMIUM, args=["--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser):
    """A tab that fails its test where the page raises, complains, or asks for anything."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    faults = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text))
    tab.on("dialog", lambda dialog: (faults.append("a dialog"), dialog.dismiss()))
    tab.on("request", lambda request: request.url.startswith(("file:", "data:")) or faults.append(request.url))
    yield tab
    context.close()
    assert faults == []


@pytest.fixture(scope="module")
def eval_page(eval_run):
    return write_page(eval_run).as_uri()


@pytest.fixture(scope="module")
def training_page(training_run):
    return write_page(training_run).as_uri()


def show(tab, address):
    tab.goto("about:blank")
    tab.goto(address)
    tab.wait_for_selector("html[data-ready]")
    tab.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def column(tab, name):
    """The texts of a column of the table of scores."""
    heads = [head.split("▾")[0].split("▴")[0] for head in tab.locator("#scores thead th").all_inner_texts()]
    rows = tab.locator("#scores tbody tr")
    return [rows.nth(i).locator("th, td").nth(heads.index(name)).inner_text() for i in range(rows.count())]


def shares(tab):
    return [int(share.removesuffix(" %")) for share in column(tab, "Correct")]


def test_the_interval_is_wilsons(tab, eval_page):
    show(tab, eval_page)
    for correct, n in ((0, 5), (7, 9), (130, 150), (4, 4)):
        assert tab.evaluate(f"wilson({correct}, {n})") == pytest.approx(wilson_interval(correct, n), abs=1e-12)
    assert (tab.evaluate("wilson(0, 7)[0]"), tab.evaluate("wilson(7, 7)[1]")) == (0, 1)


def test_scores_by_task_and_level(tab, eval_page, eval_run):
    show(tab, eval_page)
    records = [json.loads(line) for line in (eval_run / "episodes.jsonl").read_text().splitlines()]
    assert sorted(column(tab, "Task")) == sorted({record["problem"].split(":")[0] for record in records})
    judged = [r for r in records if r["problem"].startswith("LCM:") and r["stop"] != "fault"]
    place = column(tab, "Task").index("LCM")
    assert shares(tab)[place] == round(100 * sum(r["correct"] for r in judged) / len(judged))
    assert column(tab, "Episodes")[place] == str(len(judged))
    hard = [r for r in judged if r["problem"].startswith("LCM:5:")]
    assert column(tab, "L5")[place] == str(round(100 * sum(r["correct"] for r in hard) / len(hard)))
    assert tab.locator("#scores .bar").count() == 6
    tab.get_by_role("button", name="Task and level").click()
    assert tab.locator("#scores tbody tr").count() == tab.locator("#scores .bar").count() == 30
    tab.get_by_role("button", name="Source and split").click()
    assert "symbench, train" in column(tab, "Source and split")


def test_tokens_that_nothing_counted_are_not_zero(tab, record, write_eval, tmp_path):
    played = [record(f"LCM:1:{n}", tokens=None, prompt_tokens=None) for n in range(4)]
    show(tab, write_page(write_eval(tmp_path / "none", played)).as_uri())
    assert "tokens" not in tab.locator("main").inner_text().lower()
    played += [record("GCD:1:1", tokens=30), record("GCD:1:2", tokens=None)]
    show(tab, write_page(write_eval(tmp_path / "some", played)).as_uri())
    assert dict(zip(column(tab, "Task"), column(tab, "Tokens"), strict=True)) == {"LCM": "–", "GCD": "30"}


def test_samples_and_chance_have_columns(tab, record, write_eval, tmp_path):
    played = [record(f"LCM:1:{n}", 3 * ((n + s) % 2), sample=s, chance=0.25) for n in range(10) for s in range(2)]
    show(tab, write_page(write_eval(tmp_path / "run", played)).as_uri())
    assert column(tab, "Correct") == ["50 %"]
    assert column(tab, "In any sample") == ["100 %"]
    assert column(tab, "By chance") == ["25 %"]
    assert tab.locator("#scores .bar .chance").get_attribute("style") == "left: 25%;"
    tab.set_viewport_size(dict(zip(("width", "height"), WIDTHS["phone"], strict=True)))
    assert tab.locator('#scores [data-sort="chance"]').is_visible()
    show(tab, tab.url.split("#")[0] + "#episode=LCM:1:3/1")
    assert "sample 1" in tab.locator("#rows a[aria-current]").inner_text()


def test_columns_sort_both_ways_and_keep_the_focus(tab, eval_page):
    show(tab, eval_page + "#view=scores&by=level")
    head = tab.locator("#scores [data-sort=rate]")
    head.click()
    assert shares(tab) == sorted(shares(tab), reverse=True)
    assert tab.locator("#scores th[aria-sort=descending]").count() == 1
    tab.keyboard.press("Enter")
    assert shares(tab) == sorted(shares(tab))
    assert tab.locator("#scores th[aria-sort=ascending]").inner_text().startswith("Correct")
    tab.locator("#scores [data-sort=name]").click()
    assert column(tab, "Task and level")[:2] == ["BooleanExpressions, level 1", "BooleanExpressions, level 2"]


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("source", "bbh", lambda r: r["problem"].startswith("BooleanExpressions")),
        ("split", "validation", lambda r: r["problem"].startswith("NumberMultiply")),
        ("verdict", "no answer", lambda r: r["answer"] is None and r["stop"] != "fault"),
        ("verdict", "wrong", lambda r: r["answer"] is not None and not r["correct"]),
        ("stop", "turns", lambda r: r["stop"] == "turns"),
        ("level", "2", lambda r: ":2:" in r["problem"]),
        ("task", "GCD", lambda r: r["problem"].startswith("GCD:")),
    ],
)
def test_filters(tab, eval_page, eval_run, name, value, left):
    records = [json.loads(line) for line in (eval_run / "episodes.jsonl").read_text().splitlines()]
    show(tab, eval_page + "#view=episodes")
    tab.locator(f"select[name={name}]").select_option(value)
    assert tab.locator("#count").inner_text() == f"{sum(map(left, records))} episodes of 360"
    address = tab.url
    tab.get_by_role("button", name="Clear").click()
    assert tab.locator("#count").inner_text() == "360 episodes"
    show(tab, address)  # a filter can be passed on
    assert tab.locator(f"select[name={name}]").input_value() == value


def test_a_score_leads_to_its_episodes(tab, eval_page):
    show(tab, eval_page)
    row = tab.locator("#scores tbody tr", has_text="GCD")
    row.locator("td.heat a").nth(2).click()
    playwright.expect(tab.locator("#count")).to_have_text("12 episodes of 360")
    assert all(text.startswith("GCD:3:") for text in tab.locator("#rows b").all_inner_texts())


def test_difficulty_has_a_curve_for_each_task(tab, eval_page):
    show(tab, eval_page + "#view=difficulty")
    assert tab.locator(".many figure").count() == 6
    assert tab.locator(".many figure").first.locator("circle").count() == 5
    assert tab.locator("figure:not(.small) .legend").inner_text().split() == ["bbh", "reasoning_gym", "symbench"]
    tab.locator("figure:not(.small) svg").first.hover()
    assert re.search(r"level 3", tab.locator("figure:not(.small) .legend").inner_text())


def test_only_rows_in_sight_are_in_the_list(tab, eval_page):
    show(tab, eval_page + "#view=episodes")
    assert 5 < tab.locator("#rows li").count() < 40
    tab.locator("#list").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    playwright.expect(tab.locator("#rows")).to_contain_text("NumberMultiply:5:11")
    assert tab.locator("#rows li").count() < 40


def test_an_episode(tab, eval_page, eval_run):
    records = [json.loads(line) for line in (eval_run / "episodes.jsonl").read_text().splitlines()]
    record = next(r for r in records if r["answer"] == "zebra" and r["outcomes"][0] == "error")
    show(tab, eval_page + "#episode=" + record["problem"])
    pane = tab.locator("#episode")
    tab.wait_for_selector("#episode .verdict")
    assert not pane.locator(".prompt pre").is_visible()
    pane.locator(".prompt summary").click()
    assert pane.locator(".prompt pre").inner_text().startswith("Solve the question below")
    assert pane.locator(".question pre").inner_text().strip() == problem(record["problem"]).question.strip()
    code = pane.locator("pre.code").first
    assert 'return sum(values)  # "no string"' in code.inner_text()
    of_kinds = ("keyword", "string", "comment", "number")
    kinds = {kind: code.locator(f".py-{kind}").all_inner_texts() for kind in of_kinds}
    assert kinds["keyword"] == ["def", "return"]
    assert kinds["comment"] == ["# adds up", '# "no string"']
    assert kinds["number"] == ["1", "2.5", "3"]
    assert kinds["string"] == ["f\"{len('ab')}\""]
    assert "NameError" in pane.locator(".output.failed").first.inner_text()
    assert "zebra" in pane.locator(".final").inner_text()
    assert "form that is asked for" in pane.locator(".verdict").inner_text()
    assert problem(record["problem"]).answer in pane.locator(".verdict").inner_text()
    facts = pane.locator(".facts").inner_text()
    assert f"{record['tokens']:,}" in facts
    assert f"{record['prompt_tokens']:,}" in facts
    assert tab.locator("#rows a[aria-current]").inner_text().startswith("✗")


def test_code_is_told_from_prose(tab, eval_page):
    show(tab, eval_page)

    def blocks(text):
        within = "(part) => [part.className, part.querySelector('code, .final')?.textContent]"
        return [(kind, content) for kind, content in tab.evaluate(f"text => [prose(text)].flat().map({within})", text)]

    assert blocks("Hm.\n```python\nx = 1\n\n```\nso <<<1>>>") == [
        ("prose", None),
        ("code", "x = 1\n"),
        ("prose", "<<<1>>>"),
    ]
    assert blocks("```python\nnot closed") == [("code", "not closed")]
    assert blocks("~~~py\n```\n~~\n~~~~") == [("code", "```\n~~")]
    assert blocks("``` in a line ``` only") == [("prose", None)]
    assert blocks("") == [("prose", None)]
    for text in (
        "`" * 200_000,
        "```\n" * 9_999,
        "```" + " " * 200_000 + "x",
        "`" * 100_000 + " " * 100_000 + "x",
        "<" * 200_000,
    ):
        assert blocks("```python\n" + text)  # which must come to an end
    for text in ('"""' * 20_000, "'\\" * 30_000, "0" * 60_000, "rb" * 30_000, "\\" * 60_000):
        assert tab.evaluate("code => highlighted(code).map((part) => part.textContent ?? part).join('')", text) == text


def test_from_episode_to_episode(tab, eval_page):
    show(tab, eval_page + "#view=episodes&task=GCD")
    tab.keyboard.press("j")
    tab.wait_for_selector("#episode .verdict")
    assert "episode=GCD:1:0" in tab.url
    tab.keyboard.press("j")
    playwright.expect(tab.locator("#episode h2")).to_contain_text("GCD:1:1")
    tab.get_by_role("link", name="Previous").click()
    playwright.expect(tab.locator("#episode h2")).to_contain_text("GCD:1:0")
    tab.go_back()
    playwright.expect(tab.locator("#episode h2")).to_contain_text("GCD:1:1")
    link = tab.locator("#episode h2 a").get_attribute("href")
    assert link == "#episode=GCD:1:1"
    show(tab, eval_page + "#episode=Nothing:1:1")
    assert "no episode Nothing:1:1" in tab.locator("#episode").inner_text()
    for strange in ("#%E0%A4%A", "#view=nothing", "#view=episodes&order=constructor", "#by=__proto__&sort=x"):
        show(tab, eval_page + strange)


def test_search_finds_what_stands_in_the_texts(tab, eval_page, eval_run):
    records = [json.loads(line) for line in (eval_run / "episodes.jsonl").read_text().splitlines()]
    show(tab, eval_page + "#view=episodes")
    tab.keyboard.press("/")
    tab.keyboard.type("NameError: NAME")
    expected = sum("NameError" in json.dumps(r["messages"]) for r in records)
    playwright.expect(tab.locator("#count")).to_have_text(f"{expected} episodes of 360")
    tab.locator("#rows a").first.click()
    tab.wait_for_selector("#episode .verdict")
    assert tab.evaluate("CSS.highlights.get('found').size") > 0
    show(tab, tab.url.split("&episode")[0].split("episode=")[0] + "view=episodes&q=zebra")
    zebras = sum(r["answer"] == "zebra" for r in records)
    playwright.expect(tab.locator("#count")).to_have_text(f"{zebras} episodes of 360")
    tab.locator("#search").fill("found nowhere at all")
    playwright.expect(tab.locator("#count")).to_have_text("0 episodes of 360")


def test_a_training_run(tab, training_page):
    show(tab, training_page)
    assert tab.locator("#results tbody tr").count() == 4
    assert "after GRPO on random rewards" in tab.locator("#results").inner_text()
    titles = tab.locator(".charts figcaption").all_inner_texts()
    for title in ("Reward", "Code use", "Length of an episode", "Gap between engine", "Clipped share", "Loss"):
        assert any(text.startswith(title) for text in titles), title
    maps = tab.locator(".heat-map")
    assert maps.count() == 4
    assert maps.nth(1).inner_text().startswith("Potential by task")
    assert maps.first.locator("rect.hot").count() > 100
    assert maps.first.locator("text.row").count() == 6
    tab.locator("details > summary").click()
    assert "learning_rate" in tab.locator("details figcaption").inner_text()
    tab.get_by_role("link", name="Settings").click()
    playwright.expect(tab.locator("main")).to_contain_text("256")
    tab.get_by_role("link", name="Episodes").click()
    tab.locator("select[name=policy]").select_option("grpo")
    assert tab.locator("#count").inner_text() == "12 episodes of 48"


@pytest.mark.parametrize("measured", [("reward", "copied"), ("held_out_greedy", "left_out_greedy")])
def test_what_a_warm_start_is_measured_on_has_curves(tab, tmp_path, measured):
    """A gate measures the reward and copies, the other schedules what is held out and left out."""
    rows = [{"step": s, "loss": 2 / s, **dict.fromkeys(measured if s % 10 == 0 else (), 0.5)} for s in range(1, 41)]
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "sft.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    show(tab, write_page(tmp_path).as_uri())
    figure = tab.locator(".charts figure", has_text="Measured on the way")
    assert all(name in figure.inner_text() for name in measured)


@pytest.mark.parametrize("view", ["scores", "difficulty", "episodes", "settings"])
def test_hostile_texts_stay_texts(tab, hostile_run, hostile, view):
    show(tab, write_page(hostile_run).as_uri() + f"#view={view}")
    title = tab.title()
    assert "<img" in title
    for _ in range(1 if view != "episodes" else 8):
        tab.keyboard.press("j")
        tab.wait_for_timeout(50)
        stays_text(tab)
    if view != "difficulty":
        assert hostile in tab.locator("main").inner_text()
    if view == "episodes":
        tab.locator("#search").fill("<IMG src=x")
        playwright.expect(tab.locator("#count")).to_have_text("7 episodes")
    assert tab.title() == title


@pytest.mark.parametrize("view", ["training", "scores", "episodes", "settings"])
def test_hostile_logs_stay_texts(tab, hostile_training, hostile, view):
    show(tab, write_page(hostile_training).as_uri() + f"#view={view}")
    if view == "training":
        tab.locator("details > summary").click()
        assert tab.locator("details figcaption").inner_text() == hostile
    stays_text(tab)


def stays_text(tab):
    """Nothing in the page is an element of a text, and nothing hides or turns a text around."""
    assert tab.locator("img, script[src], iframe, object, svg[onload], [onerror]").count() == 0
    attributes = tab.evaluate("[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())")
    assert not any(name.startswith("on") for name in attributes)
    shown = tab.evaluate("document.querySelector('main').textContent")
    assert not re.search("[\x00-\x08\x1b\u202a-\u202e]", shown)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_texts_have_contrast(tab, eval_page, training_page, scheme):
    tab.emulate_media(color_scheme=scheme)
    pages = {
        eval_page: ("view=scores", "view=difficulty", "view=settings", "episode=GCD:1:3", "episode=GCD:1:2"),
        training_page: ("view=training", "view=scores"),
    }
    for page, addresses in pages.items():
        for address in addresses:
            show(tab, f"{page}#{address}")
            if address.startswith("episode"):
                tab.wait_for_selector("#episode .verdict")
                tab.locator(".prompt summary").click()
            checked, poor = tab.evaluate(CONTRAST)
            assert checked > 10
            assert poor == [], address
    tab.locator("#theme").click()
    assert tab.evaluate("getComputedStyle(document.documentElement).colorScheme") != scheme
    assert tab.evaluate(CONTRAST)[1] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_width(tab, eval_page, training_page, root, width):
    tab.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    folder = root / "build" / "page"
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        "scores": f"{eval_page}#view=scores",
        "difficulty": f"{eval_page}#view=difficulty",
        "episodes": f"{eval_page}#view=episodes",
        "episode": f"{eval_page}#episode=GCD:1:0",
        "settings": f"{eval_page}#view=settings",
        "training": f"{training_page}#view=training",
    }
    for name, address in pages.items():
        show(tab, address)
        if name == "episode":
            tab.wait_for_selector("#episode .verdict")
        tab.screenshot(path=folder / f"{name}-{width}.png")
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    show(tab, f"{eval_page}#view=episodes")
    tab.locator("#rows a").nth(1).click()
    tab.wait_for_selector("#episode .verdict")
    if width == "phone":
        playwright.expect(tab.locator("#list")).to_be_hidden()
        tab.get_by_role("link", name="All episodes").click()
        playwright.expect(tab.locator("#list")).to_be_visible()
        tab.get_by_role("button", name="Filters").click()
        tab.locator("select[name=verdict]").select_option("fault")
        assert tab.locator("#count").inner_text() == "72 episodes of 360"
    else:
        assert tab.locator("#list").is_visible()

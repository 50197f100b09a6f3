"""`make test-adapters`: what it runs, and what it says of what it does not."""

import importlib.util
import sys
from dataclasses import replace

import pytest


@pytest.fixture
def script(root):
    spec = importlib.util.spec_from_file_location("adapters_script", root / "scripts" / "test_adapters.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where its data class looks for it
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


PASSED = '<testcase classname="t" name="a"/>'
WRONG = '<testcase classname="t" name="b"><failure message="no"/></testcase>'
SKIPPED = '<testcase classname="t" name="c"><skipped message="no GPU"/></testcase>'


@pytest.fixture
def stubbed(script, monkeypatch, tmp_path, capsys):
    """Run the script with one peer whose installation and tests are made up."""

    def run(cases, fails_at="", **changes):
        peer = script.Peer("mine", ("mine==1.0",), ("test_mine.py",))
        monkeypatch.setattr(script, "PEERS", (replace(peer, **changes),))
        monkeypatch.setattr(script, "versions", lambda peer, python: "mine 1.0, Python 3")
        monkeypatch.setattr(sys, "argv", ["test_adapters.py", "--folder", str(tmp_path)])
        done = []

        def command(words, what, allowed=(0,)):
            done.append(what)
            if fails_at == what:
                raise script.Failed(f"{what} ended with status 1")
            if what == "making the environment":
                (tmp_path / "mine").mkdir(exist_ok=True)
            if what == "tests" and cases is not None:
                (tmp_path / "mine" / "tests.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")

        monkeypatch.setattr(script, "run", command)
        with pytest.raises(SystemExit) as ended:
            script.main()
        return ended.value.code, capsys.readouterr().out.splitlines()[-1], done

    return run


def test_what_ran(stubbed):
    code, row, done = stubbed(PASSED + SKIPPED)
    assert code == 0 and done == ["making the environment", "installing", "tests"]
    assert row.split(maxsplit=1)[1] == "1 passed, 0 failed, 1 skipped (mine 1.0, Python 3); no GPU"
    assert stubbed(PASSED)[2] == ["tests"]  # the environment is there
    assert stubbed(PASSED, torch=True)[2] == ["installing torch", "installing", "tests"]


@pytest.mark.parametrize(
    ("cases", "fails_at", "said"),
    [
        (PASSED + WRONG, "", "1 passed, 1 failed"),
        (SKIPPED, "", "0 passed, 0 failed, 1 skipped"),
        ("", "", "0 passed"),
        (None, "", "without a report"),
        (PASSED, "installing", "installing ended with status 1"),
    ],
)
def test_what_failed(stubbed, cases, fails_at, said):
    code, row, _ = stubbed(cases, fails_at)
    assert code == 1 and "FAILED" in row and said in row


def test_what_was_skipped(stubbed):
    code, row, done = stubbed(PASSED, python=(90, 91))
    assert code == 0 and done == [] and "skipped: it needs Python 3.90 to 3.91, and there is" in row
    code, row, done = stubbed(PASSED, platforms=("plan9",))
    assert code == 0 and done == [] and f"it is for plan9, and this is {sys.platform}" in row


def test_the_table(script, root):
    adapters = root / "r1ci_env" / "adapters"
    for peer in script.PEERS:
        for name in peer.tests:
            assert (root / "tests" / "integrations" / name).is_file()
        assert (root / "docs" / "integrations" / f"{peer.name}.md").is_file()
    shared = {"__init__.py", "command_sandbox.py", "numbered.py", "pooled_env.py", "problems.py", "rows.py", "turns.py"}
    for module in adapters.glob("*.py"):
        assert module.name in shared or len(module.read_text().splitlines()) <= 60, module.name

"""``r1ci doctor`` says of each thing how it stands and what to do."""

import json
import sys

import pytest

from r1ci_env.cli import doctor, extras
from r1ci_env.cli.extras import Requirement, needed_for, requirements


def findings(done):
    return {row["what"]: row for row in json.loads(done)}


def test_every_line_says_what_to_do(call):
    found = findings(call("doctor", "--json").out)
    assert {"r1ci-env", "wasmtime", "sandbox image, base", "sandbox block", "written pages", "torch", "ray"} <= set(
        found
    )
    assert any(what.startswith("GPU") for what in found)
    for row in found.values():
        assert row["state"] in ("ok", "absent", "broken")
        assert row["found"] and row["to_do"]
        assert (row["to_do"] == "nothing") == (row["state"] == "ok"), row
    assert found["sandbox block"]["state"] == "ok"
    assert call("doctor").out.startswith("nothing broken\n")


def test_a_cache_that_cannot_be_used_is_broken(call, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("R1CI_CACHE", str(tmp_path / "file"))
    for words in (("doctor",), ("sandbox", "doctor")):
        found = findings(call(*words, "--json", expect=1).out)
        assert found["sandbox cache"]["state"] == "broken"
        assert "R1CI_CACHE" in found["sandbox cache"]["to_do"]
        assert "sandbox image, base" not in found  # what cannot be kept need not be built


def test_an_image_that_is_missing_or_damaged(call, tmp_path, monkeypatch):
    monkeypatch.setenv("R1CI_CACHE", str(tmp_path))
    found = findings(call("sandbox", "doctor", "--json").out)["sandbox image, base"]
    assert (found["state"], found["to_do"].startswith("r1ci sandbox build")) == ("absent", True)
    from r1ci_env.sandbox_wasm.guest.image import image_key

    folder = tmp_path / "sandbox" / image_key()
    folder.mkdir(mode=0o700, parents=True)
    (folder / "manifest.json").write_text("{")
    found = findings(call("sandbox", "doctor", "--json", expect=1).out)["sandbox image, base"]
    assert (found["state"], found["to_do"].startswith("r1ci sandbox build")) == ("broken", True)


@pytest.mark.parametrize(
    ("found", "wanted", "old"),
    [
        ("2.6.0", ">=2.6", False),
        ("2.13.0+cpu", ">=2.6", False),
        ("2.5.1", ">=2.6", True),
        ("0.1.0", "==0.1.0", False),
        ("0.1", "==0.1.0", False),
        ("0.2.0", "==0.1.0", True),
        ("1.4.0", "<2,>=1.4", False),
        ("1.3.9", "<2,>=1.4", True),
        ("", ">=1", False),
    ],
)
def test_versions(monkeypatch, found, wanted, old):
    monkeypatch.setattr(Requirement, "found", property(lambda self: found))
    assert Requirement("x", wanted, "").old is old


def test_packages_that_are_missing_or_old(monkeypatch):
    monkeypatch.setattr(Requirement, "found", property(lambda self: {"torch": "1.0", "typer": ""}.get(self.name, "99")))
    monkeypatch.setattr(
        doctor, "requirements", lambda: (Requirement("torch", ">=2.6", "train"), Requirement("typer", ">=0.15", ""))
    )
    by_name = {finding.what: finding for finding in [*doctor.package(), *doctor.extras()]}
    assert (by_name["typer"].state, by_name["typer"].to_do) == ("broken", "pip install 'typer>=0.15'")
    assert (by_name["torch"].state, by_name["torch"].to_do) == ("broken", "pip install 'torch>=2.6'")
    assert "1.0" in by_name["torch"].found


def test_requirements_come_from_the_metadata(monkeypatch):
    declared = ["numpy>=1.26", 'torch>=2.6; extra == "train"', 'httpx>=0.28; extra == "eval"', 'httpx; extra == "test"']
    monkeypatch.setattr(extras, "requires", lambda name: declared)
    requirements.cache_clear()
    try:
        assert requirements()[0] == Requirement("numpy", ">=1.26", "")
        assert needed_for("torch.nn") == Requirement("torch", ">=2.6", "train")
        assert needed_for("httpx") == Requirement("httpx", ">=0.28", "eval")
        assert needed_for("nosuch") is None
    finally:
        requirements.cache_clear()


class Torch:
    """Stands for torch on a machine with or without a GPU."""

    __version__ = "2.13.0"

    def __init__(self, gpus, cuda):
        self.version = type("Version", (), {"cuda": cuda})
        self.cuda = self
        self.gpus = gpus

    def is_available(self):
        return bool(self.gpus)

    def device_count(self):
        return self.gpus

    def is_bf16_supported(self):
        return True

    def get_device_properties(self, index):
        return type("Properties", (), {"name": "A GPU", "total_memory": 80 << 30})


@pytest.mark.parametrize(
    ("torch", "driver", "states", "words"),
    [
        (Torch(2, "12.8"), True, ["ok", "ok"], "A GPU, 80 GiB, bfloat16"),
        (Torch(0, None), False, ["absent"], "none"),
        (Torch(0, None), True, ["absent"], "a build for processors"),
        (Torch(0, "12.8"), True, ["broken"], "cannot use"),
        (None, True, ["absent"], "torch is not installed"),
    ],
)
def test_accelerators(monkeypatch, torch, driver, states, words):
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/usr/bin/nvidia-smi" if driver else None)
    monkeypatch.setattr(doctor.os.path, "exists", lambda path: driver)
    found = list(doctor.accelerator())
    assert [finding.state for finding in found] == states
    assert words in found[0].found and found[0].to_do

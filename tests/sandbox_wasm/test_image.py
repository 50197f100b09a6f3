"""The cached image: built once, private, whole or built again."""

import hashlib
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time

import pytest

from r1ci_env.sandbox_wasm import (
    GuestError,
    ImageError,
    Sandbox,
    SandboxPool,
    build,
    image_status,
)
from r1ci_env.sandbox_wasm.guest import artefacts, image, pruning, snapshot
from r1ci_env.sandbox_wasm.guest.library import Library, cut_directory
from r1ci_env.sandbox_wasm.run import runtime


@pytest.fixture(scope="module")
def stored():
    """The image this machine has."""
    return image.load_image()


@pytest.fixture
def cache(tmp_path, monkeypatch, stored):
    """An empty cache whose builds take the finished parts from the real one, so that they are quick."""
    monkeypatch.setenv("R1CI_CACHE", str(tmp_path / "cache"))
    memory = stored.memory.read_bytes()
    monkeypatch.setattr(snapshot, "compile_guest", lambda code: stored.code.read_bytes())
    monkeypatch.setattr(
        snapshot, "take_snapshot", lambda *_: snapshot.Snapshot(memory, stored.runner, stored.used_memory)
    )
    monkeypatch.setattr(pruning, "pruned_module", lambda packages: pruning.GuestModule(b"", []))
    return tmp_path / "cache" / "sandbox"


def quiet(_what, _done):
    pass


def test_build_then_load(cache):
    assert image_status().state == "missing"
    built = build(quiet)
    assert built.directory == cache / image.image_key()
    assert image_status().state == "ready"
    assert 0 < image_status().size < 200_000_000
    assert image.load_image(lambda *_: pytest.fail("built again")).directory == built.directory
    with Sandbox() as sandbox:
        assert sandbox.run("print(1)").stdout == "1\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_whoever_needs_the_image_first_sees_how_far_its_build_is(cache, monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with SandboxPool(1) as pool:
        assert image_status().state == "ready"  # before the first block
        assert "sandbox image: " in terminal.getvalue() and "━" in terminal.getvalue()
        assert pool.run("print(1)").stdout == "1\n"


def test_it_is_private(cache):
    directory = build(quiet).directory
    for path in (cache, directory):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    directory.chmod(0o755)
    assert image_status().state == "damaged"


@pytest.mark.parametrize("name", [image.CODE, image.MEMORY, image.LIBRARY_TAIL, image.MANIFEST])
def test_a_damaged_file_is_seen_and_replaced(cache, name):
    path = build(quiet).directory / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :])
    if name == image.MANIFEST:
        path.write_bytes(b"not json")
    assert image_status().state == "damaged"
    assert build(quiet).directory == path.parent
    assert image_status().state == "ready"


def test_damage_that_keeps_size_and_time_is_seen_by_a_look_at_all(cache):
    path = build(quiet).directory / image.MEMORY
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    with path.open("r+b") as file:
        file.seek(50 << 20)
        file.write(b"damage")
    os.utime(path, ns=times)
    assert (image_status(verify=False).state, image_status().state) == ("ready", "damaged")
    build(quiet)
    assert image_status().state == "ready"


@pytest.mark.parametrize("name", [image.CODE, image.MEMORY])
def test_a_missing_or_short_file_is_seen(cache, name):
    path = build(quiet).directory / name
    os.truncate(path, 4096)
    assert image_status(verify=False).state == "damaged"
    path.unlink()
    assert image_status(verify=False).state == "damaged"
    assert build(quiet).directory == path.parent


def test_a_foreign_directory_is_replaced(cache):
    directory = cache / image.image_key()
    directory.mkdir(parents=True)
    (directory / "other.txt").write_text("x")
    assert image_status().state == "damaged"
    assert build(quiet).directory == directory
    assert not (directory / "other.txt").exists()


def test_a_symbolic_link_is_not_followed(cache, tmp_path):
    built = build(quiet).directory
    built.rename(tmp_path / "elsewhere")
    built.symlink_to(tmp_path / "elsewhere")
    assert image_status().state == "damaged"


def test_a_copied_image_is_accepted_by_its_hashes(cache, tmp_path):
    built = build(quiet).directory
    shutil.copytree(built, tmp_path / "copy")  # other modification times
    shutil.rmtree(built)
    (tmp_path / "copy").chmod(0o700)
    (tmp_path / "copy").rename(built)
    assert image_status(verify=False).state == "ready"


def test_leftovers_of_a_killed_build_are_removed(cache):
    leftover = cache / "abc.part"
    leftover.mkdir(parents=True)
    (leftover / "guest.cwasm").write_bytes(bytes(100))
    build(quiet)
    assert sorted(path.name for path in cache.iterdir()) == sorted(["build.lock", image.image_key()])


def test_old_images_are_removed(cache, monkeypatch):
    for number in range(image.KEPT_IMAGES + 2):
        monkeypatch.setattr(runtime, "OPTIONS", f"version {number}")
        newest = build(quiet).directory
    images = [path for path in cache.iterdir() if path.is_dir()]
    assert len(images) == image.KEPT_IMAGES
    assert newest in images


def test_a_failed_build_leaves_nothing(cache, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(snapshot, "take_snapshot", fail)
    with pytest.raises(RuntimeError):
        build(quiet)
    assert [path.name for path in cache.iterdir()] == ["build.lock"]


def test_no_place_to_write(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a directory")
    monkeypatch.setenv("R1CI_CACHE", str(blocked))
    with pytest.raises(ImageError, match="R1CI_CACHE"):
        build(quiet)


def test_a_home_that_cannot_be_written_falls_back_to_the_temporary_directory(cache, monkeypatch, tmp_path):
    blocked = tmp_path / "home"
    blocked.write_text("not a directory")
    monkeypatch.delenv("R1CI_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(image.tempfile, "tempdir", str(tmp_path))
    built = build(quiet)
    assert built.directory.parent == tmp_path / f"r1ci-env-{os.geteuid()}" / "sandbox"
    assert image.load_image(lambda *_: pytest.fail("built again")).directory == built.directory


def test_code_for_something_else_is_refused(cache, monkeypatch):
    built = build(quiet).directory
    (built / image.CODE).write_bytes(b"\x7fELF" + bytes(5000))
    noted = json.loads((built / image.MANIFEST).read_text())
    noted["files"][image.CODE] = image._describe(built / image.CODE)
    (built / image.MANIFEST).write_text(json.dumps(noted))
    with pytest.raises(ImageError, match="cannot load"):
        Sandbox()


def test_the_key_follows_all_it_depends_on(monkeypatch):
    key = image.image_key()
    monkeypatch.setattr(runtime, "OPTIONS", "other")
    assert image.image_key() != key
    monkeypatch.undo()
    monkeypatch.setattr(runtime, "cpu_features", lambda: "other")
    assert image.image_key() != key
    monkeypatch.undo()
    assert image.image_key() == key


def test_a_guest_that_is_not_the_pinned_one_is_refused(monkeypatch, tmp_path):
    other = tmp_path / artefacts.MODULE_NAME
    other.write_bytes(b"\0asm")
    monkeypatch.setattr(artefacts, "artefact", lambda name: other)
    with pytest.raises(GuestError, match="not the pinned build"):
        artefacts.read_artefact(artefacts.MODULE_NAME)


def test_the_cut_library_is_a_sound_zip(tmp_path):
    import zipfile

    whole = artefacts.artefact(artefacts.LIBRARY_NAME)
    library = Library(cut_directory("base"))
    cut = tmp_path / "cut.zip"
    with cut.open("wb") as file:
        while part := library.read(file.tell(), 1 << 20):
            file.write(part)
    with zipfile.ZipFile(cut) as shorter, zipfile.ZipFile(whole) as longer:
        names = set(shorter.namelist())
        gone = {name.partition("/")[0] for name in set(longer.namelist()) - names}
        assert {"pandas", "scipy"} <= gone
        assert not {"numpy", "sympy", "networkx", "json"} & gone
        name = next(name for name in sorted(names) if name.startswith("sympy/"))
        assert shorter.read(name) == longer.read(name)
    library.close()


BUILD = "from r1ci_env.sandbox_wasm import build; print(build(lambda *_: None).directory)"


@pytest.mark.slow
def test_two_real_builds_at_once_and_one_killed(tmp_path, stored):
    environment = os.environ | {"R1CI_CACHE": str(tmp_path)}
    victim = subprocess.Popen([sys.executable, "-c", BUILD], env=environment)
    while not list(tmp_path.glob("sandbox/*.part")):
        time.sleep(0.05)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    both = [
        subprocess.Popen([sys.executable, "-c", BUILD], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate()[0].strip() for process in both]
    assert said[0] == said[1] == str(tmp_path / "sandbox" / image.image_key())
    assert sorted(path.name for path in (tmp_path / "sandbox").iterdir()) == sorted(["build.lock", image.image_key()])

    def digest(directory):
        return hashlib.sha256((directory / image.MEMORY).read_bytes()).hexdigest()

    assert digest(tmp_path / "sandbox" / image.image_key()) == digest(stored.directory), (
        "the snapshot is not reproducible"
    )

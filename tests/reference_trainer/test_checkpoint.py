import errno
import io

import pytest
import torch

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer.checkpoint import BEST, Checkpoint, DiskFull, write_atomically


def checkpoint(folder):
    model = torch.nn.Linear(2, 2)
    return Checkpoint(folder, model, torch.optim.AdamW(model.parameters()))


def test_the_last_two_are_kept_and_the_last_is_loaded(tmp_path):
    kept = checkpoint(tmp_path)
    for step in (8, 9, 10):
        torch.nn.init.constant_(kept.model.weight, step)
        kept.save(step, note=f"after {step}")
    assert {path.name for path in tmp_path.iterdir()} == {"step-9.pt", "step-10.pt"}
    fresh = checkpoint(tmp_path)
    assert fresh.load() == (10, {"note": "after 10"})
    assert (fresh.model.weight == 10).all()


def test_nothing_is_loaded_from_nothing(tmp_path):
    assert checkpoint(tmp_path / "none").load() == (0, {})


def test_a_file_that_cannot_be_read_says_what_is_left(tmp_path):
    kept = checkpoint(tmp_path)
    kept.save(1)
    kept.save(2)
    (tmp_path / "step-2.pt").write_bytes(b"half a f")
    with pytest.raises(R1ciError, match=r"step-2\.pt can't be gone on from .*Delete it .*step-1\.pt"):
        checkpoint(tmp_path).load()
    (tmp_path / "step-2.pt").unlink()
    assert checkpoint(tmp_path).load() == (1, {})


def test_the_best_is_kept_beside_the_last_two_and_remembered(tmp_path):
    def write(text):
        def make(path):
            path.mkdir()
            (path / "policy").write_text(text)

        return make

    kept = checkpoint(tmp_path)
    for step, value in enumerate((0.1, 0.4, 0.3, 0.4), start=1):
        kept.keep_best(value, write(f"after {step}"))
        kept.save(step)
    assert {path.name for path in tmp_path.iterdir()} == {"step-3.pt", "step-4.pt", BEST}
    assert (tmp_path / BEST / "policy").read_text() == "after 2"
    fresh = checkpoint(tmp_path)
    fresh.load()
    fresh.keep_best(0.35, write("worse"))
    assert (tmp_path / BEST / "policy").read_text() == "after 2"
    fresh.keep_best(0.5, write("better"))
    assert (tmp_path / BEST / "policy").read_text() == "better"


def full_disk(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


class SmallDisk(io.FileIO):
    """A file on a disk with room for 300 bytes."""

    def write(self, data):
        if self.tell() + len(data) > 300:
            full_disk()
        return super().write(data)


def test_a_full_disk_is_named_and_loses_no_checkpoint(tmp_path, monkeypatch):
    kept = checkpoint(tmp_path)
    for step in (1, 2):
        kept.save(step, note=step)
    with monkeypatch.context() as patch:
        patch.setattr(type(tmp_path), "open", lambda path, mode: SmallDisk(path, mode))
        with pytest.raises(DiskFull, match=r"disk is full: .*step-3\.pt .*make room"):
            kept.save(3)
    with monkeypatch.context() as patch:  # it is also only known when the file is to be on the disk
        patch.setattr("os.fsync", full_disk)
        with pytest.raises(DiskFull):
            kept.save(3)
    assert {path.name for path in tmp_path.iterdir()} == {"step-1.pt", "step-2.pt"}
    assert checkpoint(tmp_path).load() == (2, {"note": 2})
    kept.save(3, note=3)
    assert checkpoint(tmp_path).load() == (3, {"note": 3})


def test_a_full_disk_leaves_a_saved_policy_as_it_was(tmp_path):
    def half(path):
        path.mkdir()
        (path / "config.json").write_text("{")
        raise RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)")

    write_atomically(tmp_path / "grpo", lambda path: path.write_text("whole"))
    with pytest.raises(DiskFull, match="grpo could not be written"):
        write_atomically(tmp_path / "grpo", half)
    assert [path.name for path in tmp_path.iterdir()] == ["grpo"]
    assert (tmp_path / "grpo").read_text() == "whole"


def test_other_faults_stay_what_they_are(tmp_path):
    with pytest.raises(ZeroDivisionError):
        write_atomically(tmp_path / "grpo", lambda path: 1 / 0)


def test_a_file_of_another_name_is_no_checkpoint(tmp_path):
    made = checkpoint(tmp_path / "p.checkpoints")
    made.save(1)
    (tmp_path / "p.checkpoints" / "step-last.pt").write_text("")
    assert checkpoint(tmp_path / "p.checkpoints").load()[0] == 1


@pytest.mark.parametrize("lost", ["step", "state", "best"])
def test_a_file_that_lacks_something_says_what_to_do(tmp_path, lost):
    made = checkpoint(tmp_path)
    made.save(1)
    whole = torch.load(tmp_path / "step-1.pt", weights_only=True)
    del whole[lost]
    torch.save(whole, tmp_path / "step-1.pt")
    with pytest.raises(R1ciError, match=r"Delete it to go on from the beginning of the phase"):
        checkpoint(tmp_path).load()

import pytest
import torch

from r1ci_env.errors import R1ciError
from r1ci_env.reference_trainer.checkpoint import Checkpoint


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

import pytest

from r1ci_env import holding
from r1ci_env.errors import BadOption
from r1ci_env.holding import hold


def test_a_file_is_held_once_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(holding, "PATIENCE", 0.0)
    path = tmp_path / "file"
    with hold(path), pytest.raises(BadOption, match=r"Another process is at work on .*file: wait for it, or stop it"):
        hold(path)
    hold(path).close()
    assert path.read_bytes() == b""

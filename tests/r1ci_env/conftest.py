"""The command in the process of the tests."""

import io
import sys
from dataclasses import dataclass

import pytest

from r1ci_env.cli import main


@dataclass
class Result:
    """What the command printed in this process, and its exit status."""

    status: int
    out: str
    err: str


@pytest.fixture
def call(monkeypatch, capsys):
    """Run the command in this process, which takes a fraction of the time."""

    def run(*arguments, expect=0):
        monkeypatch.setattr(sys, "argv", ["r1ci", *map(str, arguments)])
        monkeypatch.setattr(sys, "path", [*sys.path])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        with pytest.raises(SystemExit) as end:
            main()
        result = Result(end.value.code, *capsys.readouterr())
        assert result.status == expect, result
        return result

    return run

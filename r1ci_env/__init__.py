"""r1ci-env: text reasoning and planning tasks for models that think and run code."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
if (_ROOT / "sandbox_wasm" / "__init__.py").is_file() and (_ROOT / "pyproject.toml").is_file():
    __path__.append(str(_ROOT))  # in a source tree the parts stand beside this folder, not inside it

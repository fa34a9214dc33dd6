# Works from a fresh clone with nothing but Python 3.11 to 3.14, make and git.
# Everything that is made lands in .venv or beside this file, nothing elsewhere.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
KEPT := $(CURDIR)/$(VENV)
CASE := demo.rasad
PORT := 8000
BENCH := benchmarks/speed/results
DATA := $(or $(RASAD_DATA),../shared/data)
# A file of tests stays on one core, so that what it shares is made once.
SPREAD := --numprocesses auto --maxprocesses 4 --dist loadfile

# A Python path from outside would bring in packages that are not pinned.
unexport PYTHONPATH
unexport PYTHONHOME
export TMPDIR := $(KEPT)/tmp
export XDG_CACHE_HOME := $(KEPT)/cache
export PIP_CACHE_DIR := $(KEPT)/cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NUMBA_CACHE_DIR := $(KEPT)/cache/numba
export MYPY_CACHE_DIR := $(KEPT)/cache/mypy
export RUFF_CACHE_DIR := $(KEPT)/cache/ruff
export HYPOTHESIS_STORAGE_DIRECTORY := $(KEPT)/cache/hypothesis
export COVERAGE_FILE := $(KEPT)/cache/coverage/data

# Programs that the tests start, such as Chromium, write to the home folder.
AT_HOME := env -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_STATE_HOME HOME="$(KEPT)/home"

.PHONY: help
help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

.PHONY: demo
demo: $(VENV)/installed ## Run Rasad on a simulated world; prints where the dossier is
	@$(AT_HOME) $(BIN)/rasad demo

.PHONY: serve
serve: ## Show the demo's dossier on this machine, at port PORT (8000)
	@test -f $(CASE)/out/dossier.html || $(MAKE) demo
	@echo "The dossier is at http://127.0.0.1:$(PORT)/dossier.html, Ctrl-C ends"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(CASE)/out

.PHONY: test
test: lint browser ## Check everything: lint, types, tests, coverage
	@$(BIN)/coverage erase
	@$(AT_HOME) $(BIN)/coverage run -m pytest -q $(SPREAD)
	@# Compiled lines are invisible to coverage: run the kernels once more as Python.
	@$(AT_HOME) NUMBA_DISABLE_JIT=1 $(BIN)/coverage run -m pytest -q $(SPREAD) \
	  -m "not data" tests/kernels tests/null_models tests/network
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage report

.PHONY: lint
lint: $(VENV)/tools ## Check style and types
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary

.PHONY: fix
fix: $(VENV)/tools ## Mend style where a program can
	@$(BIN)/ruff check --quiet --fix
	@$(BIN)/ruff format --quiet

.PHONY: docs
docs: $(VENV)/installed ## Write docs/reference anew from the code
	@$(BIN)/python docs/build_reference.py

.PHONY: bench
bench: $(VENV)/bench ## Measure speed at a small size, and quality where the data is
	@$(AT_HOME) $(BIN)/python -m benchmarks.speed small --again --folder "$(BENCH)"
	@if test -f "$(DATA)/ira_posts_dev.parquet"; then \
	  $(AT_HOME) $(BIN)/python benchmarks/cases/ira.py "$(DATA)/ira_posts_dev.parquet"; \
	else echo "No labelled data in $(DATA): set RASAD_DATA to measure quality too"; fi

.PHONY: reliability
reliability: $(VENV)/tools ## Try hard to break it, and count; takes hours
	@$(AT_HOME) RASAD_RELEASE=1 $(BIN)/python -m pytest -q $(SPREAD) tests/reliability

.PHONY: bench-large
bench-large: $(VENV)/bench ## Measure up to 100 M actions in folder BENCH; takes hours
	@$(AT_HOME) $(BIN)/python -m benchmarks.speed large --folder "$(BENCH)"

.PHONY: lock
lock: ## Pin the requirements anew (needs uv)
	@scripts/lock

.PHONY: browser
browser:
	@scripts/get-browser

# Each file below says that a step is done; it is repeated when what it reads changes.

$(VENV)/made: scripts/find-python
	@python=$$(scripts/find-python) \
	  && mkdir -p $(VENV)/tmp $(VENV)/home $(VENV)/cache/coverage \
	  && "$$python" -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made requirements.txt pyproject.toml
	@$(BIN)/pip install --quiet --require-hashes --only-binary :all: -r requirements.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/tools: $(VENV)/installed requirements-dev.txt
	@$(BIN)/pip install --quiet --require-hashes --only-binary :all: \
	  -r requirements-dev.txt
	@touch $@

# The tools that Rasad is compared with stay apart: nothing of ours imports them.
$(VENV)/bench: $(VENV)/installed requirements-bench.txt
	@rm -rf $(VENV)/peers
	@$(BIN)/pip install --quiet --require-hashes --only-binary :all: --no-deps \
	  --target $(VENV)/peers -r requirements-bench.txt
	@touch $@

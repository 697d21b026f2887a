# Every target sets itself up in a fresh clone. It needs make, Python 3.11 or newer with its headers
# and venv module, and a C compiler (durable-rules is compiled). Everything goes into .venv/.
#
#   make demo    judge the example trading house
#   make test    the tests
#   make texts   the extra that reads the texts of messages, which some tests ask for
#   make soak    product against reference on many worlds of each kind (WORLDS=2000, and a sixth of that
#                for what more is tried of a kind), then make fuzz
#   make fuzz    spoiled files and expressions, guided by what they reach (FUZZ_SECONDS=60 for each sort)
#   make check   lint, format, types, layers
#   make quality how well the shipped rules are tested, in docs/quality.md (some minutes)
#   make bench   the benchmark
#   make docs    write the generated pages of docs/ anew
#   make lock    pin the newest allowed releases in requirements/
#   make clean   remove all that was made
#
# Another Python: make PYTHON=/path/to/python3.12 demo

VENV := .venv
BIN := $(VENV)/bin

# The first Python that is new enough and can make a venv (some systems leave ensurepip out).
# The locks are made on 3.11, so it comes first.
PYTHONS := python3.11 python3 python3.12 python3.13
PYTHON ?= $(shell for p in $(PYTHONS); do \
	$$p -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo $$p; break; }; done)

# Nothing of the caller's Python may leak in, and pip may write to the venv only.
unexport PYTHONPATH PYTHONHOME
PIP := $(BIN)/python -m pip --require-virtualenv --disable-pip-version-check --no-input
INSTALL := $(PIP) install --quiet --quiet

VENV_DONE := $(VENV)/.done-venv
RUN_DONE := $(VENV)/.done-run
DEV_DONE := $(VENV)/.done-dev
FUZZ_DONE := $(VENV)/.done-fuzz
LOCK_DONE := $(VENV)/.done-lock

.PHONY: help demo texts test soak fuzz check check-lint check-format check-types check-layers quality check-quality bench docs lock clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   //p' Makefile

demo: $(RUN_DONE)
	$(BIN)/compliance demo

test: $(DEV_DONE)
	$(BIN)/python -m pytest -n auto --dist worksteal

WORLDS ?= 2000
soak: $(DEV_DONE)
	DUTYBOOK_WORLDS=$(WORLDS) $(BIN)/python -m pytest tests/reference tests/fuzz
	$(MAKE) fuzz

# It ends with a fault where any is found, and keeps the input in bench/out/fuzz/.
FUZZ_SECONDS ?= 60
fuzz: $(FUZZ_DONE)
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS) --counts tests/fuzz/counts.json

check: check-lint check-format check-types check-layers

check-lint: $(DEV_DONE)
	$(BIN)/ruff check

check-format: $(DEV_DONE)
	$(BIN)/ruff format --check

check-types: $(DEV_DONE)
	$(BIN)/mypy

check-layers: $(DEV_DONE)
	$(BIN)/lint-imports --no-logo

# Lints, cases, sides, mutants and made-up inputs of the shipped rules: it fails where a pack kills too few mutants.
quality: $(DEV_DONE)
	$(BIN)/python -m compliance_cli.quality

# The same, and the page has to say so already; PART=2/3 looks at the second third of the packs only.
check-quality: $(DEV_DONE)
	$(BIN)/python -m compliance_cli.quality --check $(PART)

bench: $(DEV_DONE)
	$(BIN)/python bench/bench.py
	$(BIN)/python bench/packs.py
	$(BIN)/python bench/pages.py
	$(BIN)/python bench/rules.py

docs: $(RUN_DONE)
	$(BIN)/python -m compliance_cli.reference

# --- set-up ---------------------------------------------------------------------------------

$(VENV_DONE): requirements/build.txt
	@test -n "$(PYTHON)" || { \
		echo 'Found no Python 3.11 or newer with venv; name one: make PYTHON=/path/to/python3.11 ...' >&2; exit 1; }
	@echo 'Making $(VENV) with $(PYTHON)'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) -r requirements/build.txt
	@touch $@

# durable-rules exists as C source only, from 2020. Since Python 3.13 it imports only if built with the
# define below (harmless before), and pip's cache would hand back a wheel built without it.
$(RUN_DONE): $(VENV_DONE) requirements/run.txt pyproject.toml
	@echo 'Installing durable-rules, compiled from its source'
	@CPPFLAGS='-DPyEval_CallObject=PyObject_CallObject' $(INSTALL) --no-cache-dir --no-build-isolation --use-pep517 \
		--no-deps "$$(grep '^durable-rules==' requirements/run.txt)"
	@echo 'Installing requirements/run.txt and this project'
	@$(INSTALL) -r requirements/run.txt
	@$(INSTALL) --no-build-isolation --no-deps -e .
	@touch $@

$(DEV_DONE): $(RUN_DONE) requirements/dev.txt
	@echo 'Installing requirements/dev.txt'
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

# The extra that fuzzes, some 35 MB; neither the demo nor a test needs it.
$(FUZZ_DONE): $(DEV_DONE) requirements/fuzz.txt
	@echo 'Installing requirements/fuzz.txt'
	@$(INSTALL) -r requirements/fuzz.txt
	@touch $@

# The extra that reads the texts of messages, some 280 MB.
texts: $(DEV_DONE) requirements/texts.txt
	@echo 'Installing requirements/texts.txt'
	@$(INSTALL) -r requirements/texts.txt

# --- locks ----------------------------------------------------------------------------------

# Only whoever renews the locks runs this, so its one tool is pinned here and lives in a venv apart.
$(LOCK_DONE): $(VENV_DONE)
	$(BIN)/python -m venv --clear $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet pip-tools==7.6.2
	@touch $@

# The locks name no host and no path, so that they're the same wherever they are made.
COMPILE = $(VENV)/lock/bin/pip-compile --quiet --upgrade --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-header --strip-extras

lock: $(LOCK_DONE)
	$(COMPILE) --output-file requirements/run.txt pyproject.toml
	$(COMPILE) --output-file requirements/dev.txt --extra dev -c requirements/run.txt pyproject.toml
	$(COMPILE) --output-file requirements/texts.txt --extra texts -c requirements/dev.txt pyproject.toml
	$(COMPILE) --output-file requirements/fuzz.txt --extra fuzz -c requirements/dev.txt pyproject.toml
	$(COMPILE) --output-file requirements/build.txt --allow-unsafe -c requirements/dev.txt requirements/build.in

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis bench/out
	find src cli tests bench tools fixtures -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

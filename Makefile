SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SERVERS := tests/real/servers.txt
HEAVY_SERVERS := tests/real/servers-heavy.txt
# Most tests wait for a server, a disk or a deadline. The tests of one file share what they start, and stay together. Files are
# begun in their order, so that the large ones (demo, flows) do not come last; of the long ones those with the most tests come first (ui).
SIDE_BY_SIDE := -n 2 --dist loadfile
IN_ORDER := --no-loadscope-reorder
# What the tests saw in the browser, to be looked at.
export SKYFLYTT_SCREENSHOTS ?= $(CURDIR)/.ci/output/screenshots

.PHONY: help install demo cluster docs test test-long test-all up down status lint audit lock servers clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP)  ## Make .venv from requirements.lock (PYTHON=python3.12 picks another Python)

# The stamp is written last: an installation that was interrupted is completed by the next call.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "Skyflytt needs Python 3.11, 3.12 or 3.13, but '$(PYTHON)' is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name another one: make install PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	  if [ "$$(id -u)" = 0 ]; then apt-get update && apt-get install -y --no-install-recommends $$package; \
	  else echo "'$(PYTHON)' cannot make virtual environments. Run: sudo apt-get install $$package"; exit 2; fi; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing the locked dependencies into $(VENV) ..."
	@awk '/^[^ #]/ {wanted = /^uv==/} wanted' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock || { \
	  echo "uv could not install the lock; trying once more with pip and its settings ..."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP)  ## Run the whole exit of the sandbox's customer, from notice to erasure
	@$(BIN)/python -m deployments.demo

cluster: $(STAMP)  ## Move 200 mailboxes over four workers, and kill a worker, the server and Redis on the way
	@$(BIN)/python -m deployments.cluster run --kill worker,server,redis

up: $(STAMP)  ## Start Prefect, its worker, the deployments and the sandbox; print the UI's address
	@$(BIN)/python -m deployments.stack up

down: $(STAMP)  ## Stop exactly what `make up` started
	@$(BIN)/python -m deployments.stack down

status: $(STAMP)  ## Say what is running
	@$(BIN)/python -m deployments.stack status

lint: $(STAMP)  ## ruff, mypy and the contract of the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(STAMP)  ## Ask whether a locked dependency has a known vulnerability (status 1), or nobody can say (UNKNOWN)
	@$(BIN)/python .ci/audit.py

test: $(STAMP) servers lint  ## Lint and the suite without its long and heavy cases
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(IN_ORDER) -m "not heavy and not long"

test-long: $(STAMP) servers  ## Whole ways: every phase, in the browser too, the first hour, the demo killed and searched for secrets, servers in trouble
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "long and not heavy"

test-all: SERVERS += $(HEAVY_SERVERS)
test-all: $(STAMP) servers lint  ## Lint and the whole suite
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(IN_ORDER)

docs: $(STAMP)  ## Build the documentation as a site in build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet
	@echo "The documentation: build/site/index.html"

servers:  ## Install the Debian servers that the tests start on loopback (as root; else say how)
	@missing=; for package in $$(cat $(SERVERS)); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; exit; fi; \
	echo "########################################################################"; \
	echo "# Servers that the tests talk to are missing:$$missing"; \
	echo "# Their tests will be skipped. To run them:"; \
	echo "#   sudo apt-get install -y --no-install-recommends$$missing"; \
	echo "########################################################################"; \
	if [ -n "$${CI:-}" ]; then echo "CI is set, where nothing may be skipped: failing."; exit 1; fi

# Resolved for every supported Python and platform at once. UPGRADE=1 takes the newest versions that pyproject.toml allows.
lock: $(BIN)/uv  ## Resolve pyproject.toml into requirements.lock (UPGRADE=1: newest versions)
	$(BIN)/uv pip compile pyproject.toml --quiet --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-config --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	  $(if $(UPGRADE),--upgrade) --output-file requirements.lock

$(BIN)/uv:
	@$(MAKE) --no-print-directory install

clean:  ## Remove .venv, caches and build results (not .skyflytt: it holds ledgers)
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

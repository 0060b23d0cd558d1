# miaopi: `make` lists the targets. PYTHON chooses the interpreter that .venv is made with: 3.11, or 3.12 where that is missing.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || echo python3.11)
BIN := .venv/bin
SOURCES := engine service bench tests
# Which tests run, as a pytest marker expression.
MARKS ?= not long and not peers
# Test processes: more than cores, since the databases make them wait.
PROCESSES ?= 4
# --use-pep517 builds durable-rules, which comes as source, the way newer versions of pip always do.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options $(UPGRADE) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help install web screenshots pictures run test test-long check bench bench-peers migration lock clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed  ## Make .venv from the lock files

.venv/installed: requirements/dev.txt pyproject.toml package-lock.json hatch_build.py
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	$(PIP_INSTALL) --no-deps -e .
	touch $@

web: install  ## Build the pages' styles, scripts and icons again
	$(BIN)/python -m service.web.building

screenshots: install  ## Pictures of the main pages, into build/screenshots; needs chromium
	$(BIN)/python -m tests.web.screenshots build/screenshots

pictures: install  ## Pictures of the guides and the README, into docs/pictures; needs chromium
	$(BIN)/python -m tests.web.pictures

run: web  ## Start the service with its demo data
	$(BIN)/miaopi serve

check: install  ## Lint, types, import contracts, rulesets and catalogue
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports --no-cache
	$(BIN)/miaopi check

test: check  ## Everything a change must pass: check, the rule cases, the tests
	$(BIN)/miaopi test
	$(BIN)/pytest -n $(PROCESSES) --dist loadfile -m "$(MARKS)"

test-long: install  ## Hours: many more generated examples, and MIAOPI_DECISIONS (a million); writes docs/test-long.md
	$(BIN)/python -m pytest -p tests.record --hypothesis-profile=long -m "not peers"

bench: install  ## Measure the engine and the service
	$(BIN)/pytest bench --benchmark-enable --benchmark-only -m "not peers"

bench-peers: install  ## Measure the engines compared with, interleaved with this one
	$(PIP_INSTALL) --require-hashes -r requirements/peers.txt
	$(BIN)/pytest bench --benchmark-enable --benchmark-only -m peers

migration: install  ## Write the next migration of the database: NAME=what-changes
	$(BIN)/python -m service.migrations $(NAME)
	$(BIN)/ruff format --quiet --no-cache --isolated --line-length 120 service/migrations/versions/*.py

lock: install  ## Rewrite requirements/*.txt from pyproject.toml; UPGRADE=--upgrade for newer versions
	$(COMPILE) --output-file requirements/runtime.txt
	$(COMPILE) --constraint requirements/runtime.txt --extra dev --output-file requirements/dev.txt
	$(COMPILE) --constraint requirements/dev.txt --extra peers --output-file requirements/peers.txt

clean:  ## Remove .venv, caches and builds; data/ stays
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Every target works from a bare checkout: it makes .venv first, and does nothing there when nothing changed.
# Arguments: ONCE=1, BUS_ONLY=1 (demo), PYTEST="..." (test), BENCH="..." (bench), SOAK="..." (soak), FUZZ="..." (fuzz), PYTHON=/path/to/python3.11+

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install demo screenshots test long lint bench soak fuzz lock

BIN := .venv/bin
INSTALLED := .venv/.installed
SOURCES_OF_SETUP := requirements/dev.txt pyproject.toml tools/install.sh tools/system.sh \
	$(wildcard setup.py) $(shell find src -name '*.pyx' -o -name '*.pxd')

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

install: $(INSTALLED) ## the set-up alone: .venv with the `mezhved` command
	@echo 'mezhved: ready: .venv/bin/mezhved'

$(INSTALLED): $(SOURCES_OF_SETUP)
	@tools/install.sh

demo: $(INSTALLED) ## a bus, a consumer and a provider at work on 127.0.0.1:7500; ONCE=1: one exchange of every kind, then the end; BUS_ONLY=1: the bus is left to you
	@$(BIN)/mezhved demo $(if $(ONCE),--once) $(if $(BUS_ONLY),--bus-only)

# The tests start hundreds of processes: what Python compiles is kept even where the machine would not have it.
test: $(INSTALLED) ## the whole test suite, on SQLite and on a PostgreSQL that it brings up itself; PYTEST="-k name" narrows it
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m tools.with_postgres --in-memory -- $(BIN)/pytest -n 2 --dist worksteal $(PYTEST)

long: PYTEST += --hypothesis-profile=long
long: test ## the test suite with four times the examples of every property

lint: $(INSTALLED) ## ruff, mypy in strict mode, and the rules of which room may know which
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(INSTALLED) ## exchanges a second, durable, on SQLite and PostgreSQL; BENCH="--json" and more are passed on
	@$(BIN)/python -m tools.with_postgres -- $(BIN)/mezhved bench exchange $(BENCH)

soak: $(INSTALLED) ## the bus killed 100 times under load, on SQLite and PostgreSQL; nothing acknowledged may be lost; SOAK="--level gateway": the gateway
	@$(BIN)/python -m tools.with_postgres -- $(BIN)/python -m tests.soak $(SOAK)

screenshots: $(INSTALLED) ## the pictures of the cabinet in README anew, by its tests in a real browser
	@MEZHVED_SCREENSHOTS=docs/screenshots $(BIN)/pytest -q tests/acceptance/cabinet/browser/test_screenshots.py

fuzz: $(INSTALLED) ## every reader of outside octets under a coverage-guided fuzzer, a minute each; FUZZ="seconds=10 target=der,cms keep"
	@nice -n 10 $(BIN)/python -m tests.fuzz $(FUZZ)

lock: $(INSTALLED) ## choose the locked dependencies anew, none younger than a week
	@tools/lock.sh

# Every command sets up what it needs first, and says so; a second run starts at once.

# A newcomer's `python3` may be older than one that stands beside it.
PYTHON = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
WITH = $(or $(PYTHON),$(error Python 3.11 or newer is needed, install it (Debian 12: apt-get install python3))) -m scripts.toolchain

BIN = .venv/bin
# A file to a worker: what its tests share is set up once. In the order of tests/conftest.py.
# Three for two cores: some tests wait for a server or a browser most of their time.
PYTEST = $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder
SLOW = tests/sdk tests/social tests/browser tests/examples tests/attack tests/cli tests/crash \
	tests/contract tests/fuzz tests/properties tests/ledger tests/architecture tests/assets \
	tests/pages tests/states tests/features/messages tests/features/versions tests/features/testing \
	tests/core/test_embedded.py
CODE = src tests scripts benchmarks

# pyright would ask a server for its newest release; ours is the one in the lock file.
export PYRIGHT_PYTHON_IGNORE_WARNINGS = 1

.DEFAULT_GOAL = help
.NOTPARALLEL:
.PHONY: help run run-example setup test fast check format ledger states settings bench bench-peers

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: ## the server on localhost with its own PostgreSQL: nothing to set up (ARGS="--port 4000")
	@$(WITH) python node -- $(BIN)/hallporter serve $(ARGS)

run-example: ## an app of examples/ with the server it needs (NAME=nextjs, react-vite or express)
	@$(WITH) python node examples -- $(BIN)/python -m scripts.examples $(NAME)

setup: ## install what the server needs; the command line tool is then .venv/bin/hallporter
	@$(WITH) python node

test: ## everything: unit, HTTP, attack, official SDKs, browser (ARGS="-k sign_in")
	@$(WITH) python node npm-packages examples chromium pgbouncer -- $(PYTEST) $(ARGS)

fast: ## the tests without SDKs, browser, attacks, properties and servers of their own
	@$(WITH) python node -- $(PYTEST) $(SLOW:%=--ignore=%) $(ARGS)

check: ## format, lint, types, imports, architecture: under 30 s
	@$(WITH) python
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright $(CODE)
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q tests/architecture

format: ## format the code and sort its imports
	@$(WITH) python
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

ledger: ## operations done, missing, drifting from the published documents
	@$(WITH) python -- $(BIN)/python -m tests.ledger $(ARGS)

states: ## docs/states against the tables in the code (ARGS=--write draws them anew)
	@$(WITH) python -- $(BIN)/python -m tests.states $(ARGS)

settings: ## docs/operating/settings.md against the settings (ARGS=--write draws it anew)
	@$(WITH) python -- $(BIN)/python -m tests.settings $(ARGS)

bench: ## how close each hot operation is to what this machine can do (needs wrk)
	@$(WITH) python -- $(BIN)/python -m benchmarks $(ARGS)

bench-peers: ## hallporter beside other auth servers, in about five minutes (needs wrk)
	@$(WITH) python node peers -- $(BIN)/python -m benchmarks.peers $(ARGS)

# The same commands by short names. Bare `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help run test lint types e2e bench clean
BIN := .venv/bin

help: ## list the targets
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /  make \1\t/' | expand -t 16

run: ## set up and start everything, with the sample (ARGS="--port 9000")
	python3 start.py $(ARGS)

test: ## set up and run every check: linters, types, node, pytest (ARGS go to pytest)
	python3 start.py test $(ARGS)

lint: ## ruff and its formatter, on an installed checkout
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: ## mypy, strict
	$(BIN)/mypy

e2e: ## only the tests in a real browser
	$(BIN)/pytest tests/e2e $(ARGS)

bench: ## how to run the benchmarks
	@$(BIN)/onrecord eval --help

clean: ## remove what was built and installed here (the data folder stays)
	rm -rf .venv node_modules build .mypy_cache .pytest_cache .ruff_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

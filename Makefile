# Two commands do everything on a fresh machine: `make run` and `make test`. Both may be run again at any time.

VENV := .venv
PY := $(VENV)/bin/python
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := requirements/dev.txt

.PHONY: help run demo test test-slow check format bench replay conformance console lock setup clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

run: setup  ## the gateway and its console on real local models, until Ctrl-C; ARGS="--port 9000" goes to modelruntime serve
	-scripts/setup_console.sh $(VENV) && $(BIN)/python scripts/console.py build --if-needed
	$(BIN)/modelruntime pull standard
	exec $(BIN)/modelruntime serve $(ARGS)

demo: setup  ## show all six model types on real local models, and end
	$(BIN)/modelruntime pull standard
	$(BIN)/modelruntime demo

test: setup check  ## everything CI checks, on the small local models
	scripts/setup_console.sh $(VENV) browser
	$(BIN)/python scripts/console.py check
	$(BIN)/modelruntime pull small
	scripts/test.sh $(BIN)/python

test-slow: setup  ## heavy proofs against real servers
	scripts/xinference.sh
	$(BIN)/modelruntime pull small
	$(BIN)/modelruntime pull standard
	$(BIN)/python -m pytest -m slow

check: setup  ## types, style, layers, file length, provider ids
	$(BIN)/ruff check src tests benchmarks scripts
	$(BIN)/ruff format --check src tests benchmarks scripts
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(PY)
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/check_house.py
	$(BIN)/python scripts/generate_reference.py --check
	$(BIN)/python scripts/console_fixtures.py --check
	$(BIN)/modelruntime provider lint --fleet src/modelruntime/providers

format: setup  ## put the code in shape
	$(BIN)/ruff check --fix src tests benchmarks scripts
	$(BIN)/ruff format src tests benchmarks scripts

bench: setup  ## measure side by side with the peers; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

replay: setup  ## judge every recording at hand, codec by codec; python -m tests.replay --write keeps the counts
	$(BIN)/python -m tests.replay

conformance: setup  ## try what every provider declares; python -m tests.conformance --write keeps what passed
	$(BIN)/python -m tests.conformance

console: setup  ## build the console's pages into the package
	scripts/setup_console.sh $(VENV)
	$(BIN)/python scripts/console.py build --if-needed

lock: setup  ## renew the hashed lock files
	scripts/lock.sh

setup: $(READY)

$(READY): $(LOCK) pyproject.toml scripts/setup.sh
	scripts/setup.sh $(VENV) $(LOCK)
	touch $(READY)

clean:  ## remove what `make` made here (not the models)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build

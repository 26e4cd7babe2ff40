# The two commands that matter: `make run` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
DEMO   := data/demo
# A real Nominatim for the tests. GPL, so it has an environment of its own and nothing imports it.
NOMINATIM      := .venv-nominatim
NOMINATIM_PINS := tests/nominatim/constraints.txt
# SpatiaLite for its database, the rest to compile PyICU, which has no wheels.
NOMINATIM_DEBS := libsqlite3-mod-spatialite libicu-dev g++ pkg-config
export DATELINE_SHARED ?= $(abspath ../shared)

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check lint types contracts quality benchmarks constraints browser nominatim clean

help:  ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 14

$(VENV)/.installed: constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Dateline needs Python 3.11 or newer; this is %d.%d. Name another: make PYTHON=python3.12" % sys.version_info[:2])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

setup: $(VENV)/.installed  ## the environment, nothing else

demo: $(DEMO)/events.parquet  ## the demo events, from the sample dispatches through the pipeline

$(DEMO)/events.parquet: $(VENV)/.installed $(wildcard data/dispatches/*.md) $(wildcard pipeline/*.py geo/*.py) data/gazetteer.sqlite.xz
	$(BIN)/dateline build data/dispatches -o $(DEMO)

run: demo  ## set up, build the demo events, open the dashboard on http://localhost:8501
	$(BIN)/dateline serve $(DEMO) --port $(PORT)

browser:  ## Debian's chromium, for the browser tests
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }

nominatim: $(NOMINATIM)/.installed  ## a real Nominatim, for tests/test_nominatim.py

$(NOMINATIM)/.installed: $(NOMINATIM_PINS) tests/nominatim/check.py | $(VENV)/.installed
	@dpkg -s $(NOMINATIM_DEBS) >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq $(NOMINATIM_DEBS) >/dev/null; }
	test -x $(NOMINATIM)/bin/python || $(PYTHON) -m venv $(NOMINATIM)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --require-hashes --no-deps --no-build-isolation -r $(NOMINATIM_PINS) -w $(NOMINATIM)/wheels
	$(NOMINATIM)/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps $(NOMINATIM)/wheels/*.whl
	rm -r $(NOMINATIM)/wheels
	$(NOMINATIM)/bin/python tests/nominatim/check.py
	touch $@

test: demo browser nominatim  ## set up, all tests
	DATELINE_NOMINATIM_PYTHON=$(abspath $(NOMINATIM)/bin/python) $(BIN)/python -m pytest --ignore tests/benchmarks

lint: $(VENV)/.installed  ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.installed  ## static types
	$(BIN)/mypy

contracts: $(VENV)/.installed  ## the import layers
	$(BIN)/lint-imports

benchmarks: $(VENV)/.installed browser  ## each benchmark, with its timings
	$(BIN)/python -m pytest tests/benchmarks -s

check: lint types contracts test  ## what CI runs
	$(BIN)/python -m pytest tests/benchmarks -q --benchmark-min-rounds=1 --benchmark-max-time=0.1

constraints: $(VENV)/.installed  ## pin anew: names, versions, hashes
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --extra text --extra dashboard --extra spacy --extra dev \
		--no-header --no-annotate --upgrade pyproject.toml -o constraints.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --upgrade tests/nominatim/requirements.in -o $(NOMINATIM_PINS)

clean:  ## remove the environment and what was built
	rm -rf $(VENV) $(NOMINATIM) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

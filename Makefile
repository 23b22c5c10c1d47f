# Two commands: `make demo` shows the product, `make test` proves it.

PYTHON ?= python3.11
SERVE ?= 1
PORT ?= 8000
OUT ?= out
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test faults format lock translations clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: setup ## set up everything, fill a simulated province, print posters and report, serve on 127.0.0.1:8000
	$(BIN)/sipas demo --out "$(OUT)" --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: setup-test ## set up everything, browser included, and run every check and every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 3 --dist loadgroup

faults: setup-test ## kill, cut, fill, restart and harm at full size (an hour or more; root, xfsprogs); TRIALS="kills power …", OUT=file
	$(BIN)/python -m tests.faults $(TRIALS)

setup: .venv/installed ## the environment from the hashed lock file

setup-test: .venv/installed-test ## the same with the tests' tools and a browser
	@deploy/test-programs

.venv/bin/python:
	@deploy/environment $(PYTHON)

.venv/installed: .venv/bin/python requirements.lock pyproject.toml $(wildcard survey/translations/*/LC_MESSAGES/*.po)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	$(BIN)/pybabel --quiet compile --directory survey/translations
	@touch $@

.venv/installed-test: .venv/installed requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

format: setup-test ## rewrite the code in the one format
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format --quiet .

translations: setup ## collect new Vietnamese phrases into the English catalogue
	$(BIN)/pybabel --quiet extract --mapping-file survey/translations/babel.cfg --keyword _l --no-location --sort-output --omit-header --output-file .venv/messages.pot .
	$(BIN)/pybabel --quiet update --input-file .venv/messages.pot --output-dir survey/translations --ignore-obsolete --no-fuzzy-matching

lock: setup-test ## resolve the dependencies anew and write both lock files
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --extra test --output-file requirements-test.lock pyproject.toml

LOCK := $(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-annotate --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --build-deps-for=wheel

clean: ## remove the environment, the demo's database and its output
	rm -rf .venv var out build *.egg-info

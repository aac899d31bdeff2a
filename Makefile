# Tasks for developers; operators use `shopbook ...` (see README). `make` prints this help.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test nightly wheel lint audit format golden docs site lock hooks clean

help: ## print this help
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(DONE) ## create .venv from requirements.lock

$(DONE): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(DONE)

demo: $(DONE) ## demo exports -> reports, site and mails in data/
	$(BIN)/shopbook demo

test: $(DONE) ## every test (the browser ones need Debian's chromium)
	$(BIN)/python -m pytest -n 2 --dist loadgroup

nightly: $(DONE) ## what is too long for every change: many seeds, real servers at length, both engines
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m nightly

wheel: $(DONE) ## source distribution and wheel in dist/, the wheel made from the source distribution
	rm -rf dist build
	$(BIN)/python -c "from setuptools.build_meta import build_sdist; build_sdist('dist')"
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist dist/*.tar.gz

lint: $(DONE) ## ruff, mypy, notebook and layer rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py tests/notebooks/test_rules.py

audit: $(DONE) ## licences and known vulnerabilities of what the lock installs
	$(BIN)/python scripts/audit.py

format: $(DONE) ## let ruff format code and notebooks
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: $(DONE) ## rewrite golden files; review them in the diff
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q tests/golden

docs: $(DONE) ## refresh generated docs and pictures
	$(BIN)/python -m shopbook.run.docs.catalogue
	$(BIN)/python -m shopbook.run.docs.exports
	$(BIN)/python -m shopbook.run.docs.operator_docs
	$(BIN)/python -m shopbook.run.docs.reference
	$(BIN)/python -m shopbook.run.docs.pictures

site: $(DONE) ## documentation site in build/site/, every link checked
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

lock: ## resolve requirements.lock anew (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra lab --extra remote --extra cluster --extra assistant --extra docs --extra dev \
	  --no-emit-index-url --no-header --no-annotate pyproject.toml -q -o requirements.lock

hooks: $(DONE) ## set up pre-commit, nbstripout and nbdime for this clone
	$(BIN)/pre-commit install
	$(BIN)/nbstripout --install
	git config filter.nbstripout.clean "$(BIN)/nbstripout --keep-id"
	$(BIN)/nbdime config-git --enable

clean: ## remove everything that can be made again (not data/inbox, raw, history)
	rm -rf data/reports data/outbox .pytest_cache .ruff_cache .mypy_cache build dist

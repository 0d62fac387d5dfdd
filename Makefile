# Two commands matter: `make demo` and `make test`. The rest is for those who work on the project.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
COVERAGE := --cov --cov-report=term:skip-covered
.DEFAULT_GOAL := help

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

$(VENV)/.run-ready: requirements.txt pyproject.toml deploy/make-venv
	sh deploy/make-venv $(PYTHON) $(VENV) requirements.txt
	@touch $@

$(VENV)/.dev-ready: requirements-dev.txt $(VENV)/.run-ready
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.dev-ready  ## virtual environment with everything pinned

demo: $(VENV)/.run-ready  ## the main job on sample mail, with nothing to set up
	$(BIN)/inbox-bot demo $(ARGS)

# COVER=1 adds the coverage report; ARGS="tests/transport -k idle" runs a part.
test: setup  ## the tests, on real servers where they are installed (the slow ones: make thorough)
	@sh deploy/test-services
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(if $(COVER),$(COVERAGE)) $(ARGS)

cover: setup  ## the tests with a coverage report, also as htmlcov/index.html
	@sh deploy/test-services
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(COVERAGE) --cov-report=html $(ARGS)

soak: setup  ## random kills over a long stream of mail; takes its time
	@sh deploy/test-services
	$(BIN)/pytest -m soak -s $(ARGS)

thorough: setup  ## the slow tests: kills, floods, two services, the demo, the wheel, the browser
	@sh deploy/test-services
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "thorough and not soak" $(ARGS)

lint: setup  ## ruff: style and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## mypy, strict
	$(BIN)/mypy

learn: setup  ## learn config/triage-likeness.json anew from the labelled mails under tests/
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-learn.txt
	$(BIN)/python -m benchmarks.learn_likeness $(ARGS)

audit-deps: setup  ## known vulnerabilities in the pinned libraries (asks the advisory service)
	@sh deploy/audit-deps $(BIN) requirements.txt

sbom: setup  ## software bill of materials of the pinned libraries, CycloneDX JSON
	@mkdir -p dist
	$(BIN)/python deploy/sbom.py requirements.txt >dist/sbom.cdx.json
	@echo dist/sbom.cdx.json

clean:  ## away with everything that was made here
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .hypothesis demo-output
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

.PHONY: help setup demo test thorough cover soak lint types audit-deps sbom learn clean

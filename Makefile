# Two commands matter: `make demo` and `make test`. The rest is for those who work on the project.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
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

.PHONY: help setup

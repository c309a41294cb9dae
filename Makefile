# make demo    set everything up and compare the story that comes with Retold
# make test    install what the tests need and run them
# make install fmt lint types man docs bench clean    the rest; `make bench DATA=FOLDER` also measures on labelled corpora

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
RUN := $(VENV)/bin/
PIP := $(RUN)python -m pip install --quiet --disable-pip-version-check
NEEDS := pyproject.toml constraints.txt requirements-en.txt

.PHONY: demo test install fmt lint types man docs bench clean

demo: install
	@$(RUN)retold demo

test: $(VENV)/.dev
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get install -y -qq chromium >/dev/null; } || echo "There is no Chromium: the tests in a browser are skipped."
	$(RUN)python -m pytest

install: $(VENV)/.en

fmt: $(VENV)/.dev
	$(RUN)ruff format src tests benchmarks tools examples
	$(RUN)ruff check --fix src tests benchmarks tools examples

lint: $(VENV)/.dev
	$(RUN)ruff format --check src tests benchmarks tools examples
	$(RUN)ruff check src tests benchmarks tools examples

types: $(VENV)/.dev
	$(RUN)mypy

man: $(VENV)/.en
	$(RUN)python -m retold.cli.manual man

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(RUN)mkdocs build --strict --quiet
	@echo "docs: site/index.html"

bench: $(VENV)/.en
	$(RUN)python benchmarks/startup.py
ifdef DATA
	$(RUN)python benchmarks/passages.py "$(DATA)"
	$(RUN)python benchmarks/stories.py "$(DATA)"
	$(RUN)python benchmarks/quotations.py "$(DATA)"
	$(RUN)python benchmarks/changes.py "$(DATA)"
endif

clean:
	rm -rf $(VENV) build dist site retold-demo.html .mypy_cache .pytest_cache .ruff_cache .hypothesis

# A stamp a set of packages: installed once, and again when what they are made from changes.

$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then echo "Retold needs Python 3.11 or newer, and none was found; install one," \
		"or name it: make PYTHON=/path/to/python3" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Retold needs Python 3.11" \
		"or newer; \`$(PYTHON) --version\` says: $$($(PYTHON) --version 2>&1)." \
		"Name another: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.en: $(VENV)/.made $(NEEDS)
	@echo "Installing Retold and what it needs into $(VENV) (about a minute) ..."
	$(PIP) --require-hashes --no-deps -r requirements-en.txt
	$(PIP) -c constraints.txt -e '.[en]'
	@touch $@

$(VENV)/.dev: $(VENV)/.en
	$(PIP) -c constraints.txt -e '.[en,library,web,mcp,corpus,dev]'
	@touch $@

$(VENV)/.docs: $(VENV)/.en
	$(PIP) -c constraints.txt -e '.[en,docs]'
	@touch $@

# Everything a newcomer needs: `make demo` shows the product, `make test` proves it.
# Both make .venv themselves the first time.

PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 && echo $$p && break; done)
BIN := .venv/bin
PAPERS := examples/papers
DEMO := ELUTE_DATA_DIR=.demo $(BIN)/elute

.PHONY: install demo format lint type floors spell unit test crystals test-crystals bench papers clean

install: $(BIN)/.installed

$(BIN)/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "elute needs Python 3.11, 3.12 or 3.13; none was found. Name one: make PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv (about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python -e '.[dev]' -c constraints.txt
	@touch $@

demo: install
	@$(DEMO) ingest $(PAPERS)
	@$(DEMO) ask "Which two values are reported for the activation energy of lithium-ion conduction?" || test $$? -eq 4
	@echo
	@echo "Try next:"
	@echo "  $(BIN)/elute ingest ~/papers            # your own PDFs"
	@echo "  $(BIN)/elute ask \"...\"                   # a cited answer"
	@echo "  $(BIN)/elute chat                       # the same in a browser"

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

type: install
	$(BIN)/mypy

floors: install
	$(BIN)/lint-imports

spell: install
	$(BIN)/codespell

unit: install
	$(BIN)/pytest -n auto --dist loadfile -m "not slow and not network"

test: lint type floors spell unit

# The extras for crystals. torch comes first and by pip: uv takes a CUDA build of several GB on
# Linux, and so does pip from the public registry. There name the CPU build's index:
#   make test-crystals TORCH='torch==2.13.0 --index-url ...'
TORCH ?= torch==2.13.0

crystals: $(BIN)/.crystals

$(BIN)/.crystals: $(BIN)/.installed
	@echo "Installing torch and the extras [materials,mlff,sevenn] ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python -e '.[dev,materials,mlff,sevenn]' -c constraints.txt
	@touch $@

test-crystals: crystals
	$(BIN)/pytest -n auto -m mlff tests/agent/tools

bench: install
	$(BIN)/python -m benchmarks

papers: install
	$(BIN)/python examples/papers/render.py

clean:
	rm -rf .demo .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

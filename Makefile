# The doorway: every target is one or two of the public commands. `make demo` is the whole loop.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: install demo chat test check medquad bench clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: install
	$(BIN)/assistant train datasets/health --resume
	$(BIN)/evalsuite run health

chat: install
	$(BIN)/assistant chat health

# Hundreds of tests start programs, which would compile every module anew where Python may not keep what it compiled.
test: install
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest tests --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 40

check: install
	$(BIN)/ruff check .
	$(BIN)/mypy

# The figures of the README on 400 rows of MedQuAD: make medquad DATA=path/to/medquad.jsonl
medquad: install
	$(BIN)/python tests/medquad.py $(DATA)

# Ours beside others, in one run on this machine, into build/bench/report.md: make bench, make bench MEDQUAD=path/to/medquad.jsonl
bench: install
	$(BIN)/python -m tests.bench $(if $(MEDQUAD),--medquad $(MEDQUAD))

clean:
	rm -rf $(VENV) build *.egg-info

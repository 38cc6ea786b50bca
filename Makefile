# One place for every command of the project. `make` alone lists them.
# demo and test set up what they need by themselves: only Python 3.11 or newer and make must be there.

PYTHON ?= python3
WORKERS ?= 3
PYTEST_ARGS ?=
UPGRADE ?=
FUZZ ?= 20000
CASES ?= 10000
FAMILIES ?=
APPLICATIONS ?=
SEED ?=
ROUNDS ?=
KEEP ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps
# setuptools warns of every editable install, rightly or not.
INSTALL := PYTHONWARNINGS=ignore $(PIP) --no-build-isolation --editable .
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Each process of the tests would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

# What KEEP=yes adds to a benchmark: its raw figures in docs/reports, and its tables in docs/benchmarks.md.
keep = $(if $(KEEP),--keep docs/reports/$(1).json)
WRITE_KEPT := $(BIN)/python -m tests.bench.kept_tables

MADE := $(VENV)/.made
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo demo-extension test check static all-tests format bench bench-peers bench-mocks bench-open profile fuzz walk simulate-year simulate-country fleet kills chaos load crowd coherence stacks docs lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) ## the whole way once: mock suite and gateway, a signed application, a complete dossier in var/demo
	@$(BIN)/asp-gateway demo

demo-extension: $(RUNTIME) ## a time-lapse: registries that are silent, slow, empty and late, day by day to the decision
	@$(BIN)/asp-gateway demo-extension

test: $(DEV) ## all tests that need Python alone; says at the end what it left out
	@$(PYTEST) --bare $(PYTEST_ARGS)

check: $(DEV) ## what CI runs: ruff, mypy, import-linter and all tests
	@$(MAKE) --no-print-directory --jobs=2 static all-tests

# Side by side: each of the two leaves a processor idle for a part of its time.
static: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

all-tests: $(DEV)
	$(PYTEST) $(PYTEST_ARGS)

crowd: $(DEV) ## FAMILIES=100 at once through mock suite and gateway; CI has 24
	@ASP_TEST_FAMILIES=$(or $(FAMILIES),100) $(BIN)/python -m pytest -q -s tests/end_to_end/test_crowd.py

coherence: $(DEV) ## FAMILIES=2000 at random (SEED=1 repeats a run), every registry read over the wire and compared; CI has 100
	@ASP_TEST_COHERENT=$(or $(FAMILIES),2000) ASP_TEST_SEED=$(or $(SEED),$$(date +%s)) \
		$(BIN)/python -m pytest -q -s tests/coherence

format: $(DEV) ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) ## signatures, exchanges, waves, applications beside floors and peers; the targets; KEEP=yes writes docs/benchmarks.md
	@$(BIN)/python -m tests.bench.signatures $(call keep,signatures)
	@$(BIN)/python -m tests.bench $(if $(KEEP),--peers --keep docs/reports/bench.json)
	@$(if $(KEEP),$(BIN)/python -m tests.bench.page && $(WRITE_KEPT))
	@$(if $(KEEP),$(BIN)/python -m tests.simulation.country --refresh docs/reports/bench.json)

bench-peers: $(DEV) ## a signed exchange beside node-soap and gSOAP too (npm ci in tests/bench/mocks/peers, Debian's gsoap)
	@$(BIN)/python -m tests.bench --peers --only exchanges

bench-mocks: $(DEV) ## the mock suite beside its floor, WireMock, mountebank, node-soap (npm ci in tests/bench/mocks/peers); KEEP=yes
	@$(BIN)/python -m tests.bench.mocks $(call keep,mocks)
	@$(if $(KEEP),$(WRITE_KEPT))

bench-open: $(DEV) ## many open cases (CASES=10000): CPU and memory while nothing is due, and their two slots a day; KEEP=yes
	@$(BIN)/python -m tests.bench.open_cases --cases $(CASES) $(call keep,open-cases)
	@$(if $(KEEP),$(WRITE_KEPT))

profile: $(DEV) ## where the time goes of what falls short: an exchange by folder, applications by thread; writes docs/reports/profile.md
	@$(BIN)/python -m tests.bench.profile

fuzz: $(DEV) ## mutated signed documents, and courses of a case (a tenth), for long: FUZZ=20000 of each, other ones each time
	@ASP_FUZZ_EXAMPLES=$(FUZZ) $(PYTEST) -k "fuzz or changed_byte" tests/signing
	@ASP_FUZZ_EXAMPLES=$$(( $(FUZZ) / 10 )) $(PYTEST) tests/gateway/core/test_any_interleaving.py

walk: $(DEV) ## every state of small worlds of the legal course, more than a million: nothing twice, no date passed silently
	@$(BIN)/python -m tests.gateway.core.walk_large

simulate-year: $(DEV) ## a national year in virtual time, APPLICATIONS=1000000: nothing lost, no day passed silently; three quarters of an hour
	@$(BIN)/python -m tests.simulation.year --applications $(or $(APPLICATIONS),1000000) --seed $(or $(SEED),1) \
		--report docs/reports/simulate-year.md

simulate-country: $(DEV) ## what 6.3 million families in a night cost, on paper; writes the tables of docs/scale.md
	@$(BIN)/python -m tests.simulation.country

fleet: $(DEV) ## the long forms: a fleet killed and paused, the quick bench, days of the year; not in CI
	@$(PYTEST) --long --strict-skips tests

kills: $(DEV) ## kill -9 at every boundary between commit and side effect, then the same course to its end: minutes
	@$(BIN)/python -m pytest -q tests/kills/every_boundary.py $(PYTEST_ARGS)

chaos: $(DEV) ## kill, pause, cut, fill and hang a fleet under load (SEED=1 ROUNDS=3), and write docs/reports/chaos.md
	@$(BIN)/python -m tests.chaos --seed $(or $(SEED),1) --rounds $(or $(ROUNDS),3)

load: $(DEV) ## some 40 minutes: the country's rates and more than one gateway carries, APPLICATIONS=1250 while a registry is away (SEED=1); writes docs/reports/load.md
	@$(BIN)/python -m tests.load --applications $(or $(APPLICATIONS),1250) --seed $(or $(SEED),1)

stacks: $(DEV) ## SOAP stacks in six languages, curl and xmlsec1 against the mock; says which are not installed
	@$(BIN)/python -m pytest -q tests/registries_mock/stacks $(PYTEST_ARGS)

docs: $(RUNTIME) ## write the generated pages again
	$(BIN)/python -m gateway.pages docs
	$(BIN)/python -m registries_mock.people.document docs/people.md
	$(BIN)/python -m registries_mock.parts_page registries_mock/README.md
	$(BIN)/python -m registries_mock.failure_pages docs/mock.md
	$(BIN)/python -m registries_mock.conform.document docs/conform.md

lock: ## choose the releases again and write both lock files (UPGRADE=--upgrade for newer ones)
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install --quiet --upgrade uv
	$(COMPILE) --group build --extra postgresql pyproject.toml -o requirements.lock
	$(COMPILE) --group build --group dev --extra postgresql --extra otel -c requirements.lock pyproject.toml -o requirements-dev.lock

# Settings of one's own machine (indexes, folders of wheels) must not colour the lock: uv reads none of pip's, and
# here none of its own.
COMPILE := env -u UV_INDEX -u UV_EXTRA_INDEX_URL -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_FIND_LINKS \
	build/lock/bin/uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE) \
	--no-emit-index-url --no-emit-find-links --strip-extras --custom-compile-command 'make lock'

clean: ## remove what was set up and what runs left behind
	rm -rf $(VENV) build dist var *.egg-info .coverage .coverage.* .hypothesis
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache tests/.ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- set-up: each stamp says that its lock file is installed -----------------------------------------------------------

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
		|| { echo 'This Python cannot make environments. On Debian: apt-get install python3-venv' >&2; exit 1; }
	@echo 'setting up $(VENV)'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUNTIME): requirements.lock pyproject.toml | $(MADE)
	@echo 'installing the locked dependencies'
	@$(PIP) --require-hashes -r requirements.lock
	@$(INSTALL)
	@touch $@

$(DEV): requirements-dev.lock requirements.lock pyproject.toml | $(MADE)
	@echo 'installing the locked dependencies, and those of the checks'
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(INSTALL)
	@touch $(RUNTIME) $@

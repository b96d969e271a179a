# Naungan: `make run` starts it, `make test` checks it. Both stand on `make setup`.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell sh scripts/find_python.sh)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes --only-binary :all:
PYTEST = TMPDIR=$$(sh scripts/scratch.sh) $(BIN)/python -m pytest -n 2 --dist worksteal
# Compiled modules are kept, also where the environment says otherwise: without them every process compiles the program anew
# (half a second each), and each of the test workers rewrites all tests again (seven seconds).
unexport PYTHONDONTWRITEBYTECODE
PO := $(wildcard app/translations/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-all tests lint format catalogues lock migration clean

help:
	@echo 'make run        menyiapkan dan menjalankan Naungan / set up and start Naungan'
	@echo 'make setup      menyiapkan .venv saja / set up .venv only'
	@echo 'make test       uji cepat dan pemeriksaan kode / fast tests and checks'
	@echo 'make test-all   semua uji, juga yang lama / all tests, the slow ones too'
	@echo 'make lint       pemeriksaan kode saja / checks only'
	@echo 'make format     rapikan kode / format the code'
	@echo 'make lock       perbarui versi paket / renew the pinned packages'
	@echo 'make migration m="..."   revisi basis data berikutnya / the next database revision'
	@echo 'make clean      hapus .venv dan cache, bukan data / remove .venv and caches, not the data'

# --- the environment: stamps make a second run instant ---------------------------------------------------------------

setup: $(VENV)/.run.stamp $(PO:.po=.mo)
	@:

setup-dev: setup $(VENV)/.dev.stamp

$(VENV)/.run.stamp: requirements/run.txt scripts/find_python.sh scripts/naungan.py
	@sh scripts/find_python.sh --explain "$(PYTHON)"
	@test -x $(BIN)/pip || "$(PYTHON)" -m venv --clear $(VENV)
	@echo 'Memasang paket … / Installing packages …'
	@$(PIP) -r requirements/run.txt
	@printf '#!/bin/sh\nexec "%s/bin/python" "%s/scripts/naungan.py" "$$@"\n' "$(CURDIR)/$(VENV)" "$(CURDIR)" > $(BIN)/naungan
	@chmod 755 $(BIN)/naungan
	@touch $@

$(VENV)/.dev.stamp: requirements/dev.txt $(VENV)/.run.stamp
	@echo 'Memasang paket uji … / Installing test packages …'
	@$(PIP) -r requirements/dev.txt
	@touch $@

%.mo: %.po $(VENV)/.run.stamp
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@

# --- the program -----------------------------------------------------------------------------------------------------

run: setup
	@NAUNGAN_DEMO=$${NAUNGAN_DEMO:-yes} $(BIN)/naungan run

# --- checks ----------------------------------------------------------------------------------------------------------

test: lint catalogues
	$(PYTEST) -m 'not slow'

test-all: lint catalogues
	HYPOTHESIS_PROFILE=thorough $(PYTEST) --database=both

lint: setup-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

catalogues: setup-dev
	$(BIN)/python scripts/check_catalogues.py

format: setup-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# --- upkeep ----------------------------------------------------------------------------------------------------------

# Needs uv (https://docs.astral.sh/uv/). One file for the product and one for its tests, for every Python we support, with hashes.
# Extras stay in the lines (`coverage[toml]==`): pip with hashes asks for the newest release of an extra that no line pins.
UV_COMPILE = uv pip compile --quiet --universal --python-version 3.11 --no-strip-extras --generate-hashes --custom-compile-command 'make lock' pyproject.toml
lock:
	@command -v uv > /dev/null || { echo 'make lock: uv belum terpasang / uv is not installed: https://docs.astral.sh/uv/' >&2; exit 1; }
	$(UV_COMPILE) --upgrade --output-file requirements/run.txt
	$(UV_COMPILE) --upgrade --constraints requirements/run.txt --group dev --output-file requirements/dev.txt

migration: setup-dev
	@$(BIN)/python scripts/new_migration.py "$(m)"

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	find app migrations scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Everything there is to do here, by name. `make` alone prints the list.
#
# PYTHON=…      which Python makes .venv (3.11 or newer; found by itself)
# HOST=, PORT=, DEMO=0, DEMO_PASSWORD=…   for `make run`; .env.example says more

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PY := $(BIN)/python
UV := 0.13.9

# What is compiled is kept: the tests start many processes that would each do it again.
unexport PYTHONDONTWRITEBYTECODE

# How many test processes (browsers and databases make work too); T= one file or folder; ARGS= anything else for pytest.
N ?= 3
T ?=
ARGS ?=

# The texts in the sources are English; these are translated.
LANGUAGES := ko zh_Hans
POT := lms/translations/messages.pot
PO := $(wildcard lms/translations/*/LC_MESSAGES/messages.po)
MO := $(PO:.po=.mo)
BABEL := $(PY) -m babel.messages.frontend --quiet
STATIC := $(shell find static -not -name '*.gz' -not -name '*.br' 2>/dev/null)

.PHONY: help
help: ## Print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; \
		do printf '  make %-13s %s\n' "$$name" "$$what"; done

# --- run -------------------------------------------------------------------------------

.PHONY: run
run: environment ## Start the site here: http://127.0.0.1:8000, with demo data and accounts
	@$(MAKE) catalogues static-twins
	@$(PY) -m lms.serve

.PHONY: environment
environment:
	@scripts/environment.sh run

.PHONY: catalogues
catalogues: $(MO)
	@:

%.mo: %.po
	@$(BABEL) compile --locale $(notdir $(patsubst %/LC_MESSAGES/messages.po,%,$<)) --input-file $< --output-file $@

# WhiteNoise sends app.css.br in the place of app.css without looking which is older, so the
# compressed twins are made anew whenever anything under static/ has changed.
.PHONY: static-twins
static-twins: .venv/static-twins
	@:

.venv/static-twins: $(STATIC)
	@find static \( -name '*.gz' -o -name '*.br' \) -delete
	@$(PY) -m whitenoise.compress --quiet static
	@touch $@

# --- test ------------------------------------------------------------------------------

.PHONY: dev-environment
dev-environment:
	@scripts/environment.sh dev

.PHONY: test
test: dev-environment ## Run the tests; T=tests/journeys for a part, N=1 process, ARGS=-x
	@$(MAKE) catalogues static-twins
ifdef T
	@$(PY) -m pytest $(T) $(ARGS)
else
	@$(PY) -m pytest -n $(N) --dist worksteal -m "not alone" $(ARGS)
	@$(PY) -m pytest -m alone $(ARGS) tests/browser
endif

.PHONY: check
check: dev-environment ## Look for faults without running the site: style, types, floors, templates, languages
	@$(MAKE) --keep-going check-style check-floors check-types check-templates check-architecture

.PHONY: check-style check-floors check-types check-templates check-architecture
check-style:
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet

check-floors:
	$(BIN)/lint-imports

check-types:
	$(BIN)/mypy

check-templates:
	$(BIN)/djlint --lint --quiet templates

check-architecture:
	@$(MAKE) catalogues
	$(PY) -m pytest tests/architecture --quiet

.PHONY: bench
bench: dev-environment ## Measure the pages against their budgets
	@$(MAKE) catalogues static-twins
	@$(PY) -m bench

.PHONY: bench-search
bench-search: dev-environment ## Measure the search of posts beside the databases' own trigrams
	@$(PY) -m bench.search

# --- write -----------------------------------------------------------------------------

.PHONY: format
format: dev-environment ## Put Python into its one shape and mend what can be mended by itself
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet

.PHONY: messages
messages: dev-environment ## Collect the visible texts and carry them into every catalogue
	@$(BABEL) extract --mapping-file pyproject.toml --output-file $(POT) --add-location file \
		--sort-by-file --project Ieum --version 1 --copyright-holder "The Ieum authors" .
	@# A date that changes at every run would be the only difference between most versions.
	@sed -i '/^"POT-Creation-Date:/d' $(POT)
	@# What `update` prints is one warning for each plural, because the list has English's two forms.
	@for language in $(LANGUAGES); do \
		po=lms/translations/$$language/LC_MESSAGES/messages.po; \
		if [ -f $$po ]; then \
			$(BABEL) update --input-file $(POT) --output-file $$po --locale $$language \
				--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date >/dev/null; \
		else \
			$(BABEL) init --input-file $(POT) --output-file $$po --locale $$language; \
		fi; done

.PHONY: lock
lock: dev-environment ## Write requirements/*.txt anew from pyproject.toml (needs the network; UPGRADE=1 for newest)
	@$(PY) -m pip install --quiet --disable-pip-version-check --target .venv/uv --upgrade uv==$(UV)
	@.venv/uv/bin/uv pip compile --quiet $(LOCK) pyproject.toml --output-file requirements/run.txt
	@.venv/uv/bin/uv pip compile --quiet $(LOCK) --extra dev --constraint requirements/run.txt \
		pyproject.toml --output-file requirements/dev.txt

# No address of a registry is written into the lists: where packages come from is set on each machine.
LOCK = --generate-hashes --no-emit-index-url --no-emit-find-links --index-strategy unsafe-best-match \
	--python-version 3.11 --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Throw away what can be made again (.venv, caches, catalogues); the data in instance/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find lms/translations -name '*.mo' -delete 2>/dev/null || true
	find static \( -name '*.gz' -o -name '*.br' \) -delete 2>/dev/null || true

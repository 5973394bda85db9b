# Two commands do everything: `make run` and `make test`. The others are for those who change Tracker.
PYTHON ?= python3
PORT ?= 5000
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Without compiled modules every start, in the tests too, takes twice as long.
unexport PYTHONDONTWRITEBYTECODE
export TRACKER_BASE_URL ?= http://127.0.0.1:$(PORT)

.PHONY: run test check bench campaign lock messages screenshots clean

run: $(STAMP) ## install, create the instance, load the demonstration on first start, serve
	@$(BIN)/tracker init
	@$(BIN)/tracker demo --if-empty
	@$(BIN)/tracker serve --port $(PORT) --workers $(WORKERS)

test: $(STAMP) ## install, run every test
	$(BIN)/python -m pytest -n auto $(ARGS)

check: $(STAMP) ## linters, types, import contract
	$(BIN)/ruff check tracker tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg
	$(BIN)/djlint templates --lint --quiet

bench: $(STAMP) ## speed and memory, as ratios measured in one run; quality on COLLECTIONS="FOLDER …"
	$(BIN)/python -m benchmarks.search $(if $(FILE),--file $(FILE)) $(if $(QUERIES),--queries $(QUERIES)) $(if $(N),--outcomes $(N))
	$(BIN)/python -m benchmarks.pages $(if $(FILE),--file $(FILE)) $(if $(N),--outcomes $(N))
	$(if $(COLLECTIONS),$(BIN)/python -m benchmarks.quality $(COLLECTIONS))

campaign: $(STAMP) ## the long campaigns: kills, races, random sequences, hostile requests, the whole access matrix
	TRACKER_CAMPAIGN=1 $(BIN)/python -m pytest tests/campaigns tests/access tests/core tests/followup tests/search tests/journeys/test_hostile_input.py $(ARGS)

lock: ## resolve dependencies anew into requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev --no-header --quiet setup.cfg -o requirements.lock

messages: $(STAMP) ## collect new texts into the catalogues and compile them
	$(BIN)/python -m tests.house.messages

screenshots: $(STAMP) ## pictures for the README from the demonstration
	$(BIN)/python -m tests.journeys.screenshots

$(STAMP): requirements.lock setup.cfg pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

clean: ## remove what make made, but never the instance
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

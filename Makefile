# `make serve` needs Python 3.12 or newer and nothing else; all it installs goes into .venv. Another Python: make PYTHON=python3.13 serve
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup serve check format lint types imports test servers integration package package-test infra deployed deploy-local stop-local docs bench lock

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip
INSTALL := install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
LOCK := $(UV) compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
# `serve` is content with the runtime set, and with the bigger development set where that is installed: it never takes tools away.
SERVABLE := $(or $(wildcard .venv/.dev),.venv/.runtime)

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: .venv/.dev ## install everything a developer needs into .venv

serve: $(SERVABLE) ## serve the local profile on 127.0.0.1:8787, installing what that needs first
	@exec $(BIN)/demobackend serve

check: lint types imports test ## all that CI holds a change to

format: .venv/.dev ## rewrite the sources in house format
	@$(BIN)/ruff check --fix --quiet --select I . && $(BIN)/ruff format .

lint: .venv/.dev ## format and lint rules (ruff)
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: .venv/.dev ## mypy --strict
	@$(BIN)/mypy

imports: .venv/.dev ## who may import whom (import-linter)
	@$(BIN)/lint-imports --no-logo

test: .venv/.dev ## every test that needs no server
	@$(BIN)/pytest --numprocesses 4 --dist loadscope --no-loadscope-reorder

servers: .venv/.dev ## install the real servers that the integration tests run against, into .servers/
	@$(BIN)/python -m tests.servers.install

integration: servers .venv-infra/.ready ## the tests that need real servers, started on loopback and stopped again; then `deployed`
	@$(BIN)/pytest -m servers --numprocesses 2 --dist loadgroup
	@$(MAKE) --no-print-directory deployed

package: .venv/.dev ## one zip for each Lambda function and architecture in dist/lambda/, without Docker
	@$(BIN)/python packaging/package.py

package-test: .venv/.dev ## the packages' own tests: what is in them, and each run by Lambda's runtime client
	@$(BIN)/pytest -m packaging tests/packaging

infra: .venv-infra/.ready ## the CDK app's own checks: assertions, cdk-nag, cfn-lint
	@cd infra && JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=1 ../.venv-infra/bin/python -m pytest -q

deployed: servers .venv-infra/.ready ## the tests of a deployment on loopback, which they make and end: the walk, the events, sameness
	@$(BIN)/pytest -m deployed tests/deployed

deploy-local: servers .venv-infra/.ready ## deploy the packages into emulators on loopback and print the API's address
	@test -d dist/lambda || $(MAKE) --no-print-directory package
	@$(BIN)/python infra/deploy_local.py start

stop-local: .venv/.dev ## end what deploy-local began
	@$(BIN)/python infra/deploy_local.py stop

docs: .venv/.dev ## write the documents that follow from the code
	@$(BIN)/python docs/generate.py

bench: .venv/.dev ## benchmarks against limits and peers
	@$(BIN)/python -m bench

lock: $(BIN)/uv ## resolve the dependencies anew into requirements/ (UPGRADE=--upgrade takes newer versions)
	@$(LOCK) $(UPGRADE) pyproject.toml --all-extras --group dev --output-file requirements/dev.txt
	@$(LOCK) --constraint requirements/dev.txt pyproject.toml --extra local --extra server --extra cli --group build --output-file requirements/runtime.txt
	@$(LOCK) --group installer --output-file requirements/uv.txt
	@$(LOCK:3.12=3.13) --constraint requirements/dev.txt pyproject.toml --extra aws --output-file requirements/lambda-api.txt
	@$(LOCK:3.12=3.13) --constraint requirements/dev.txt pyproject.toml --extra aws --extra opensearch --output-file requirements/lambda-search.txt
	@$(LOCK:3.12=3.13) --constraint requirements/dev.txt pyproject.toml --extra aws --extra opensearch --extra extraction --output-file requirements/lambda-events.txt
	@$(LOCK:3.12=3.13) $(UPGRADE) requirements/infra.in --output-file requirements/infra.txt
	@$(LOCK:3.12=3.13) $(UPGRADE) requirements/ministack.in --output-file requirements/ministack.txt

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || { echo 'DemoBackend needs Python 3.12 or newer with its venv module, and "$(PYTHON)" is not that. On Debian: apt-get install python3-venv. Another one: make PYTHON=/path/to/python3.13' >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/uv.txt
	@touch $@

.venv/.dev: requirements/dev.txt pyproject.toml | $(BIN)/uv
	@$(UV) sync --python $(BIN)/python --require-hashes requirements/dev.txt && $(UV) $(INSTALL) && touch $@

.venv/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/uv
	@$(UV) sync --python $(BIN)/python --require-hashes requirements/runtime.txt && $(UV) $(INSTALL) && touch $@

.venv-infra/.ready: requirements/infra.txt | $(BIN)/uv
	@$(PYTHON) -m venv .venv-infra
	@$(UV) sync --quiet --python .venv-infra/bin/python --require-hashes requirements/infra.txt && touch $@

# Any Python that runs will do for tools/setup.py, which finds the right one. A pyenv shim may be there and refuse.
ANY_PYTHON = $(or $(firstword $(shell for p in .venv/bin/python python3 python3.14 python3.13 python3.12 \
	/usr/bin/python3 $$HOME/.pyenv/versions/*/bin/python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && echo $$p && break; done)),\
	$(error No Python was found. Debian, Ubuntu: apt-get install python3 python3-venv))
PYTHON = .venv/bin/python
# Test workers, each with servers of its own.
WORKERS = 2
# The checks read the settings, so these must have values; nothing is connected to.
UNCONNECTED = SECRET_KEY=unused-unused-unused AIOPS_AUDIT_KEY=unused-unused-unused AIOPS_USER_KEY=unused-unused-unused \
	AIOPS_KEYRING=unused:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
	DATABASE_URL=postgresql://unused@127.0.0.1:9/unused REDIS_URL=redis://127.0.0.1:9
TEMPLATES = find templates -name '*.html' -print0 | xargs -0 --no-run-if-empty .venv/bin/djade --target-version 6.1

.DEFAULT_GOAL := help

.PHONY: help up down test pictures check bench format reference lock install dev browser

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

up: install ## Start everything and stay with it (DEMO=0, LOCAL_LLM=1, ERP=1, AIOPS_PORT=8700, …)
	@exec .venv/bin/aiops up

down: install ## Stop everything, also what a killed run left
	@exec .venv/bin/aiops down

test: dev browser ## Run all tests, on servers of their own
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile

pictures: dev browser ## Take the pictures of README and tour anew, of the demo
	AIOPS_PICTURES=docs/pictures $(PYTHON) -m pytest -p no:randomly tests/browser/test_pictures.py

check: dev ## Check format, lint, types, layers, templates, migrations, locks
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	$(UNCONNECTED) .venv/bin/mypy aiops tenants killswitch prompts costs integrations gateway evals readiness
	.venv/bin/lint-imports
	$(TEMPLATES) --check
	$(UNCONNECTED) $(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PYTHON) tools/locks.py --check
	$(PYTHON) tools/api_reference.py --check

bench: dev ## Measure speed and memory against the marks
	$(PYTHON) -m bench

format: dev ## Bring code and templates into their format
	.venv/bin/ruff check --fix-only --exit-zero .
	.venv/bin/ruff format .
	$(TEMPLATES)

reference: dev ## Write docs/api.md anew from the API's own schema
	$(PYTHON) tools/api_reference.py

lock: dev ## Bring the locks in step with pyproject.toml (UPGRADE=1: newest versions)
	$(PYTHON) tools/locks.py $(if $(UPGRADE),--upgrade)

install: ## Make .venv with the locked packages
	@$(ANY_PYTHON) tools/setup.py

dev:
	@$(ANY_PYTHON) tools/setup.py --dev

browser:
	@sh tools/browser.sh

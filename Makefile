# Two commands for people: `make demo` and `make test`. Everything they need goes into .venv.
PYTHON ?= python3
BIN := .venv/bin
DEMO_SECRETS := .venv/demo-secrets

.PHONY: demo test live portal bench check clean

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name it with make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ echo "On Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "installing into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# The demo's secrets are made on your machine; nothing of them is in git.
$(DEMO_SECRETS)/master: .venv/installed
	@umask 077; mkdir -p $(DEMO_SECRETS); for name in esl mycarrier; do \
		head -c 24 /dev/urandom | base64 > $(DEMO_SECRETS)/$$name; done; \
	echo 482913 > $(DEMO_SECRETS)/acme-general; echo 718204 > $(DEMO_SECRETS)/acme-conf; \
	head -c 32 /dev/urandom | base64 > $@

# PORTAL=1 opens the portal instead, with one account a role; SWITCH=freeswitch takes a real switch.
demo: $(DEMO_SECRETS)/master
	@$(BIN)/python -m $(if $(PORTAL),tests.demo.portal,tests.demo $(DEMO_SECRETS) $(SWITCH))

# What runs against a clock, a real switch or an agent's time limits runs alone; all else on every core.
ALONE := tests/live tests/portal tests/unit/reconcile tests/unit/switch tests/acceptance/test_agent.py

test: .venv/installed
	$(BIN)/pytest --numprocesses auto --dist loadfile $(addprefix --ignore=,$(ALONE))
	$(BIN)/pytest $(ALONE)

live: .venv/installed
	$(BIN)/pytest tests/live

# The portal in a browser: Debian's chromium, driven by Playwright.
portal: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[browser]'
	$(BIN)/pytest tests/portal

bench: .venv/installed
	$(BIN)/python tests/bench/run.py
	$(BIN)/python -m tests.bench.proofs
	$(BIN)/python -m tests.bench.events
	$(BIN)/python -m tests.bench.agent
	$(BIN)/python -m tests.bench.rates
	$(BIN)/python -m tests.bench.rating
	$(BIN)/python -m tests.bench.booking
	$(BIN)/python -m tests.bench.spool
	$(BIN)/python -m tests.bench.phones_rendering
	$(BIN)/python -m tests.bench.phones_service
	$(BIN)/python -m tests.bench.portal

check: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

clean:
	rm -rf .venv out build dist *.egg-info

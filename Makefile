# The project's commands; `make help` lists them.
.DEFAULT_GOAL := help
SHELL := bash
BIN := .venv/bin
CATALOGUES := $(wildcard cdpsfy/web/locale/*/LC_MESSAGES/cdpsfy.po)
COMPILED := $(CATALOGUES:.po=.mo)
LAB_PACKAGES := haproxy keepalived mariadb-server galera-4 mariadb-backup socat glusterfs-server \
  libgfapi0 fuse xfsprogs nagios4-core nagios4-cgi nagios-nrpe-server nagios-nrpe-plugin \
  monitoring-plugins-basic nginx-light fcgiwrap ffmpeg sudo iproute2 iputils-ping nftables openssl curl systemd
TEST_PACKAGES := $(LAB_PACKAGES) postgresql chromium firefox-esr graphviz strace e2fsprogs mount shellcheck logrotate \
  openssh-server openssh-client php-cgi
COMPOSE_PACKAGES := podman runc netavark aardvark-dns iptables mmdebstrap
VNX_IMAGE := /usr/share/vnx/filesystems/rootfs_lxc_cdpsfy
BENCH_PACKAGES := nginx-light wrk glusterfs-server libgfapi0 fuse xfsprogs
PEER_PACKAGES := g++ make python3
PEERS := tests/bench/peers/node_modules
CLOUDS := tests/rendered/clouds/.venv
ANSIBLE := ops/ansible/.venv
COMPOSER := tests/compose/.venv
OPS := PYTHONPATH=. $(BIN)/python -m ops
# Of those that run at once, each writes whole lines.
suite = set -o pipefail; $(BIN)/python -m pytest -m "not long" --durations 15 $(1) 2>&1 | sed -u ''

.PHONY: help run demo check coverage test test-storage test-programs test-services test-cluster test-long test-all bench bench-quick lock docs messages clean screenshots icons \
  lab lab-install lab-down lab-status lab-shell lab-kill lab-cut lab-freeze lab-boot render ansible compose compose-test vnx vnx-image stacks \
  chaos chaos-long

help: ## list the targets
	@grep -hE '^[a-z][a-z -]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: .venv/.installed $(COMPILED) ## run site, track service and worker here, until Ctrl-C
	@$(BIN)/cdpsfy run development.ini

demo: .venv/.installed ## fill the running site with a dozen tracks
	@$(BIN)/cdpsfy demo development.ini

check: .venv/.installed-dev $(COMPILED) ## the quick part of test: lint, types, contracts, unit and functional tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/unit tests/functional

# Not in `test`: whoever counts lines needs four times as long for them (Python 3.11).
coverage: .venv/.installed-dev $(COMPILED) ## the lines that no unit or functional test runs (half an hour)
	$(BIN)/python -m pytest -q --cov --cov-report term-missing tests/unit tests/functional

test: .venv/.installed-dev $(COMPILED) $(CLOUDS)/.installed $(ANSIBLE)/.installed ## install what the tests need (Debian packages), and run all but the long ones
	CDPSFY_NO_START=1 ops/packages.sh $(TEST_PACKAGES)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	status=0; \
	$(MAKE) --no-print-directory --keep-going --jobs 3 test-storage test-programs test-services || status=1; \
	$(MAKE) --no-print-directory test-cluster || status=1; \
	exit $$status

# The first three mostly wait, so they run side by side; the cluster's want the machine to themselves.
test-storage:
	@$(call suite,tests/storage)

test-programs:
	@$(call suite,tests/browser tests/database tests/edge tests/nagios)

test-services:
	@$(call suite,$(filter-out $(addprefix tests/,storage/ browser/ database/ edge/ nagios/ ops/ cluster/ compose/),$(wildcard tests/*/)))

test-cluster:
	@$(call suite,tests/ops tests/cluster)

test-long: .venv/.installed-dev $(COMPILED) $(CLOUDS)/.installed $(ANSIBLE)/.installed ## power cuts, growth, replacement: what `test` has no time for
	CDPSFY_NO_START=1 ops/packages.sh $(TEST_PACKAGES)
	$(BIN)/python -m pytest -m long -s --timeout 3600

test-all: test test-long ## both of them: everything that docs/reliability.md claims

lab-install: .venv/.installed $(COMPILED) ## install what the lab needs (Debian packages); it starts none
	CDPSFY_NO_START=1 ops/packages.sh $(LAB_PACKAGES)

lab: .venv/.installed $(COMPILED) ## the whole cluster on this machine, up within a minute (root)
	@$(OPS) lab up

lab-down: ## take it down; nothing of it is left
	@$(OPS) lab down

lab-status: ## every machine and service of it
	@$(OPS) lab status

lab-shell lab-cut lab-freeze lab-boot: ## a shell on a machine; cut it off, freeze it, repair it: NODE=s1
	@$(OPS) lab $(@:lab-%=%) $(NODE)

lab-kill: ## cut its power; or kill one service of it: NODE=s1 SERVICE=cdpsfy-tracks
	@$(OPS) lab kill $(NODE) $(SERVICE)

chaos: ## each machine of the running lab in trouble once, under load, and a verdict (some ten minutes)
	@$(OPS) chaos

chaos-long: ## every fault of every machine, long enough for alarms (hours); for docs/reliability.md
	@$(OPS) chaos --rounds 1 --lasts 60 --report docs/reliability.md

render: .venv/.installed ## the cluster's configurations, from ops/topology.ini into var/rendered
	@$(OPS) render var/rendered

ansible: .venv/.installed $(ANSIBLE)/.installed ## the cluster's machines by Ansible, as ops/topology.ini says; see ops/ansible/README.md
	@$(OPS) ansible var/rendered
	ANSIBLE_CONFIG=ops/ansible/ansible.cfg $(ANSIBLE)/bin/ansible-playbook -i var/rendered/inventory.json ops/ansible/site.yml $(OPTIONS)

stacks: .venv/.installed ## the cluster as a stack of OpenStack and of AWS, into var/stacks
	@$(OPS) cloud stack openstack var/stacks/openstack
	@$(OPS) cloud stack aws var/stacks/aws

compose: .venv/.installed ## the cluster in containers: var/compose/compose.yaml; see ops/compose/README.md (root)
	@$(OPS) compose var/compose $(OWN)

compose-test: .venv/.installed-dev $(COMPOSER)/.installed ## build it with Podman on Debian's packages, and try it (root; 5 min, at first 8)
	CDPSFY_NO_START=1 ops/packages.sh $(COMPOSE_PACKAGES)
	CONTAINERS_CONF=$(CURDIR)/tests/compose/containers.conf $(BIN)/python -m pytest -m compose tests/compose

vnx: .venv/.installed ## the cluster as a scenario of VNX: var/vnx/p7.xml; see ops/vnx/README.md
	@$(OPS) vnx var/vnx $(OWN)

vnx-image: ## the file system of its machines, of what is committed, once (root; 1.5 GB)
	ops/vnx/rootfs.sh $(VNX_IMAGE) $(LAB_PACKAGES) php-cgi

bench: .venv/.installed-dev $(COMPILED) $(PEERS)/.installed ## measure beside peers, into docs/performance.md (10 min; root)
	CDPSFY_NO_START=1 ops/packages.sh $(BENCH_PACKAGES)
	$(BIN)/python -m tests.bench --report docs/performance.md

bench-quick: .venv/.installed-dev $(COMPILED) $(PEERS)/.installed ## the same with few rounds and less of it, printed only (2 min)
	CDPSFY_NO_START=1 ops/packages.sh $(BENCH_PACKAGES)
	$(BIN)/python -m tests.bench --quick

screenshots: .venv/.installed-dev $(COMPILED) ## picture the main pages with the demo's music, into docs/screenshots (a minute)
	CDPSFY_NO_START=1 ops/packages.sh chromium ffmpeg
	$(BIN)/python -m tests.pictures.screenshots

icons: .venv/.installed-dev ## draw the installed site's icons from their SVG, after a change of it
	CDPSFY_NO_START=1 ops/packages.sh chromium
	$(BIN)/python -m tests.pictures.icons

# What Node.js comes with is taken; Debian has npm as a package of its own. SQLite is compiled, and not
# fetched as a binary from elsewhere, of which the lock file knows no hash.
$(PEERS)/.installed: tests/bench/peers/package-lock.json
	command -v npm >/dev/null || ops/packages.sh nodejs npm
	ops/packages.sh $(PEER_PACKAGES)
	@echo "peers: installing $<, and compiling SQLite: some three minutes, once"
	@cd tests/bench/peers && NODE_ENV=production npm_config_build_from_source=true npm ci --loglevel=error
	@touch $@

# Programs that nothing here imports, in environments of their own: Heat's engine and cfn-lint, some fifteen
# seconds, once; podman-compose and Ansible, which are GPL.
$(CLOUDS)/.installed $(COMPOSER)/.installed $(ANSIBLE)/.installed: %/.venv/.installed: %/requirements.lock .venv/.installed-dev
	@echo "$(notdir $*): installing $<"
	@$(BIN)/uv venv -q --clear --python $(BIN)/python $(@D)
	@$(BIN)/uv pip install -q --python $(@D)/bin/python --require-hashes -r $<
	@touch $@

# Extras stay in the names: without them, pip takes the newest `coverage[toml]` for another package
# than the `coverage` that is pinned, and refuses it.
lock: .venv/.installed-dev ## resolve the dependencies anew into the lock files
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-strip-extras --no-header --no-annotate --all-extras --group build \
	  pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-strip-extras --no-header --no-annotate --all-extras --group build --group dev \
	  -c requirements.lock pyproject.toml -o requirements-dev.lock
	for folder in $(patsubst %/.venv,%,$(CLOUDS) $(COMPOSER) $(ANSIBLE)); do \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-annotate $$folder/requirements.in -o $$folder/requirements.lock || exit 1; \
	done

docs: .venv/.installed-dev ## docs/ as a site and a PDF, into var/document
	CDPSFY_NO_START=1 ops/packages.sh graphviz chromium
	@$(OPS).document var/document

messages: .venv/.installed-dev ## collect the sentences to translate into the catalogues
	$(BIN)/pybabel -q extract -F cdpsfy/web/locale/babel.cfg --no-wrap --omit-header \
	  --sort-output --no-location -k translate -o cdpsfy/web/locale/cdpsfy.pot cdpsfy/web
	$(BIN)/pybabel -q update -D cdpsfy -i cdpsfy/web/locale/cdpsfy.pot -d cdpsfy/web/locale \
	  --no-wrap --no-fuzzy-matching --ignore-pot-creation-date

clean: ## remove what was built; var/ with your music stays
	rm -rf .venv $(PEERS) $(CLOUDS) $(COMPOSER) $(ANSIBLE) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage $(COMPILED)

%.mo: %.po .venv/.installed
	@$(BIN)/pybabel -q compile -i $< -o $@

.venv/.installed: requirements.lock pyproject.toml
	@ops/environment.sh requirements.lock
	@touch $@

.venv/.installed-dev: requirements-dev.lock pyproject.toml
	@ops/environment.sh requirements-dev.lock
	@touch .venv/.installed $@

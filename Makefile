# The commands of this project. `make help` lists them. Each sets up what it needs first (.ci/setup).
#
#     make pdf                                 every article in source/
#     make pdf NAME                            one of them; source/NAME.rst and ARTICLE=NAME are as good
#     make pdf NAME draft                      in spite of errors, the places marked (make --draft is an option of make)
#     make pdf PAPER=letter ARGS=--remarks     other paper, further flags for `despatch build`
#     make packet MANIFEST=source/packets/NAME.toml

SHELL = /bin/sh
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

quote = '$(subst ','\'',$(1))'

DESPATCH = .venv/bin/despatch
PYTEST = .venv/bin/python -m pytest -q
# Two processes, each with whole files: what the tests of a file share is built once. They start a hundred
# commands: bytecode is written whatever the environment says, or each compiles all that it loads.
BYTECODE = PYTHONDONTWRITEBYTECODE=
PARALLEL = -m pytest -q -n 2 --dist loadfile
QUICK = not slow and not bench and not fuzz
# Whatever follows one of these targets names an article, or a manifest: `make pdf NAME`.
TAKING = pdf epub all packet check fix watch
WORDS = $(if $(filter $(TAKING),$(firstword $(MAKECMDGOALS))),$(filter-out $(TARGETS),$(MAKECMDGOALS)))
# The word "draft" is an option, unless an article is called so: `make` keeps --draft for itself.
DRAFT = $(if $(wildcard source/draft.rst),,$(filter draft,$(WORDS)))
NAMED = $(filter-out $(DRAFT),$(WORDS))
UNKNOWN = $(filter-out $(TARGETS) source/packets/annexes/%.pdf,$(firstword $(MAKECMDGOALS)))
# Variables in small letters are as good, where they are typed behind `make`.
typed = $(if $(filter command,$(firstword $(origin $(1)))),$($(1)))
ONE = $(or $(ARTICLE),$(call typed,article))
SET = $(or $(MANIFEST),$(call typed,manifest))
GIVEN = $(strip $(if $(ONE),$(call quote,$(ONE))) $(foreach name,$(NAMED),$(call quote,$(name))))
ASKED = $(strip $(if $(SET),$(call quote,$(SET))) $(foreach name,$(NAMED),$(call quote,$(name))))
ARTICLES = $(or $(GIVEN),source/*.rst)
PACKETS = $(if $(GIVEN),,$(wildcard source/packets/*.toml))
MANIFESTS = $(or $(ASKED),source/packets/*.toml)
ANNEXES = $(if $(ASKED),,$(patsubst %.rst,%.pdf,$(wildcard source/packets/annexes/*.rst)))
SIZE = $(or $(PAPER),$(call typed,paper))
FLAGS = $(if $(SIZE),--paper $(call quote,$(SIZE))) $(if $(DRAFT),--draft) $(ARGS)

# uv reads no configuration and writes down no registry, so that the lock files are the same wherever made.
LOCK = .venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --group build

TARGETS = help pdf epub all packet check fix watch test test-all coverage lint format bench fuzz corpus goldens pictures \
	gallery lock release clean setup setup-dev setup-full setup-lock

# In capitals, or by another word, they are as good, unless an article is called so.
ALSO = $(foreach word,PDF Pdf EPUB Epub ePub ebook Ebook ALL All both PACKET Packet packets CHECK Check,$(if $(wildcard \
	source/$(word).rst),,$(word)))
TARGETS += $(ALSO)

.PHONY: $(TARGETS) $(WORDS)

ifneq ($(WORDS),)
$(WORDS):
	@:
endif

# Anything else: `make` itself would say "No rule to make target", or that a file is up to date.
ifneq ($(UNKNOWN),)
.PHONY: $(UNKNOWN)
$(UNKNOWN):
	@echo "make: there is no target \"$@\": make help lists them (make pdf NAME builds source/NAME.rst)" >&2; exit 2
endif

# A name with spaces is one goal and several words: the command joins them again.
.DEFAULT:
	@$(if $(filter $(TARGETS),$(firstword $@)),echo "make: type make $@ without quotation marks around it" >&2; \
		exit 2,$(if $(WORDS),:,echo "make: there is no target \"$@\": make help lists them" >&2; exit 2))

$(filter PDF Pdf,$(ALSO)): pdf
$(filter EPUB Epub ePub ebook Ebook,$(ALSO)): epub
$(filter ALL All both,$(ALSO)): all
$(filter PACKET Packet packets,$(ALSO)): packet
$(filter CHECK Check,$(ALSO)): check

help: ## this list
	@echo "make TARGET [NAME] [draft] [PAPER=a4|letter] [ARGS='further flags']"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r name what; do \
		printf '  %-10s %s\n' $$name "$$what"; done

pdf: setup ## the print edition: build/NAME.pdf
	@$(DESPATCH) build $(ARTICLES) --to pdf $(FLAGS)

epub: setup ## the ebook edition: build/NAME.epub
	@$(DESPATCH) build $(ARTICLES) --to epub $(FLAGS)

all: setup ## both editions
	@$(DESPATCH) build $(ARTICLES) --to both $(FLAGS)

packet: setup $(ANNEXES) ## briefing packets: build/NAME/ of each manifest in source/packets/
	@$(DESPATCH) packet $(MANIFESTS) $(FLAGS)

# The annex of the sample packet: it stands for a paper from elsewhere, and is no article of the project.
source/packets/annexes/%.pdf: source/packets/annexes/%.rst | setup
	@$(DESPATCH) build $< --to pdf --paper letter --no-attachments -o $(@D)

fix: setup ## mend what is certain in articles: shows it (ARGS=--write writes it)
	@$(DESPATCH) fix $(ARTICLES) $(ARGS)

watch: setup-dev ## one article or manifest in a browser, anew at each save: make watch NAME
	@$(DESPATCH) watch $(or $(ASKED),$(GIVEN),$(error make watch NAME: which article?)) $(FLAGS)

check: setup-dev $(if $(GIVEN),,$(ANNEXES)) ## both editions built, read back, and compared with the article; packets too
	@$(DESPATCH) build $(ARTICLES) --to both $(if $(SIZE),--paper $(call quote,$(SIZE))) $(if $(DRAFT),--draft)
	@$(if $(PACKETS),$(DESPATCH) packet $(PACKETS))
	@$(DESPATCH) check $(ARTICLES) $(PACKETS) $(if $(DRAFT),--draft) $(ARGS)

test: setup-dev ## the quick tests (two minutes on two cores)
	@$(BYTECODE) .venv/bin/python $(PARALLEL) -m "$(QUICK)" $(ARGS) tests

test-all: setup-full ## every test but those at random, which `make fuzz` runs
	@$(BYTECODE) HYPOTHESIS_PROFILE=all .venv/bin/python $(PARALLEL) -m "not fuzz" $(ARGS) tests

# Late papers and watching are tried by slow tests alone.
coverage: setup-dev ## which lines the tests never run; fails below what pyproject.toml asks for (eight minutes)
	@.venv/bin/coverage erase
	@$(BYTECODE) .venv/bin/coverage run $(PARALLEL) -m "$(QUICK) and not untraced" $(ARGS) tests
	@$(BYTECODE) .venv/bin/coverage run $(PARALLEL) -m "slow and not bench and not fuzz and not untraced" \
		tests/packet/test_late_papers.py tests/packet/test_reserved_places.py tests/watch
	@.venv/bin/python -W ignore -m coverage combine --quiet # a process that was killed leaves half a file
	@.venv/bin/coverage report

lint: setup-dev ## style, format and types, without changing anything
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet || { \
		echo "despatch: not in the common format: run \`make format\`" >&2; exit 1; }
	@.venv/bin/mypy --no-error-summary

format: setup-dev ## put the code in the common format
	@.venv/bin/ruff check --quiet --fix-only
	@.venv/bin/ruff format --quiet

bench: setup-full ## what building costs, and what it costs by other programs (an hour)
	@DESPATCH_BENCH=whole $(PYTEST) -s -m bench $(ARGS) tests
	@.venv/bin/python -m tests.support.bench

fuzz: setup-dev ## random input, at length, then guided by coverage for FOR seconds (600)
	@HYPOTHESIS_PROFILE=fuzz $(PYTEST) -n 2 -m fuzz $(ARGS) tests
	@.venv/bin/python -m tests.support.fuzz $(or $(FOR),600)

corpus: setup-dev ## hundreds of documents that others wrote, fetched, built and checked (an hour)
	@.venv/bin/python -m tests.support.corpus $(ARGS)

goldens: setup-dev ## accept what the code writes now as what the golden tests expect
	@DESPATCH_ACCEPT=goldens $(PYTEST) -k golden $(ARGS) tests
	@git status --short tests || true

pictures: setup-full ## draw the README's pictures anew, from the finished files
	@.venv/bin/python -m tests.support.pictures
	@git status --short source/images || true

gallery: setup-full ## every construct as readers see it, on one HTML page for looking: build/gallery/index.html
	@.venv/bin/python -m tests.support.gallery $(ARGS)

lock: setup-lock ## write the lock files anew (ARGS=--upgrade takes newer versions)
	@$(LOCK) $(ARGS) pyproject.toml --output-file requirements.lock >/dev/null
	@$(LOCK) $(ARGS) --extra check --extra cite --extra sign --extra lsp --extra ocr --extra dask --group dev --constraints requirements.lock pyproject.toml \
		--output-file requirements-dev.lock >/dev/null
	@$(LOCK) --group bench $(ARGS) --output-file requirements-bench.lock >/dev/null
	@git diff --stat -- requirements.lock requirements-dev.lock requirements-bench.lock || true

release: setup-dev ## the files to install from, sdist and wheel, in build/release/
	@rm -rf build/release
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 1580601600)} \
		.venv/bin/python -m hatchling build --directory build/release >/dev/null
	@ls build/release/*

clean: ## remove what was built, not .venv
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find pipeline tests -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@.ci/setup run

setup-dev:
	@.ci/setup dev

setup-full:
	@.ci/setup full

setup-lock:
	@.ci/setup lock

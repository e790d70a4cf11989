# Set-up, builds, tests and demo. `make help` lists the targets.

SHELL := /bin/bash
export PATH := $(CURDIR)/.tools/bin:$(PATH)
MAKEFLAGS += --no-builtin-rules --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j2
endif
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

BOARDS := host linux-a53 linux-a72 linux-a76 mps2-an386 mps2-an500 mps3-an547
SPLITS := train choose decide test
SETS = $(wildcard scripts/data/*.ts)
C_FILES = $(shell find bench boards evaluator examples qemu runtime-c test -name generated -prune -o -name '*.[ch]' -print)

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

packages: # what has to be there before anything can be built
	@scripts/setup/packages.sh
	@scripts/setup/node.sh
	@scripts/setup/npm.sh

# For those who build single parts in a new clone.
node_modules/.installed:
	@$(MAKE) packages

setup: packages ## Install and build whatever is missing
	@$(MAKE) -s built

demo: setup ## Predict twelve images on every target, with both uncertainties
	@node --import tsx examples/demo/demo.ts

test: packages ## Run every test, or with ONLY=word those named so; WIDE=1 for more compilers
	@WIDE=$(WIDE) node --import tsx scripts/test/run.ts $(ONLY)

test-train: packages ## Make the venv of train/ and test what trains
	@scripts/setup/packages.sh python3-venv
	@TRAIN=1 node --import tsx scripts/test/run.ts $(ONLY)

train-venv:
	@scripts/setup/packages.sh python3-venv
	@$(MAKE) -s -C train venv

clean: ## Remove what was built
	rm -rf build codegen/dist

built: codegen lib evaluator cmocka plugin sets # all that demo and tests run

codegen: codegen/dist/.built ## Build the pfp command
codegen/dist/.built: codegen/tsconfig.json codegen/package.json $(shell find codegen/src -name '*.ts') | node_modules/.installed
	@rm -rf $(@D)
	node_modules/.bin/tsc -p codegen
	@touch $@

lib: $(BOARDS:%=lib-%) ## Build libpfp.a for every target
lib-%: | node_modules/.installed
	@$(MAKE) -s -f scripts/c.mk BOARD=$* library

lib-all: lib ## Build it by every other installed compiler too, for pfp bench
	@for board in $(BOARDS); do for compiler in $$(node --import tsx scripts/board/other-compilers.ts $$board); do \
	    $(MAKE) -s -f scripts/c.mk BOARD=$$board COMPILER=$$compiler library || exit 1; done; done

evaluator: | node_modules/.installed ## Build the program that samples networks on this computer
	@$(MAKE) -s -f scripts/c.mk BOARD=host evaluator

cmocka: build/cmocka/src $(BOARDS:%=cmocka-%) ## Fetch and build cmocka for the same targets
build/cmocka/src:
	@scripts/setup/cmocka.sh
cmocka-%: | node_modules/.installed
	@$(MAKE) -s -f scripts/c.mk BOARD=$* cmocka

plugin: build/qemu/libicount.so ## Build the instruction counter for QEMU
build/qemu/libicount.so: qemu/icount.c $(wildcard qemu/*.h)
	@mkdir -p $(@D)
	gcc -O2 -fPIC -fvisibility=hidden -shared -Wall -Wextra $< -o $@

sets: build/data/.sets build/data/dirty-test.npz ## Write the sets of images that need no Python into build/data/
build/data/.sets: $(SETS) | node_modules/.installed
	@node --import tsx scripts/data/write-sets.ts
	@touch $@
build/data/ambiguous-test.npz: train/data/ambiguous-test.npz
	@mkdir -p $(@D)
	@cp $< $@
build/data/dirty-%.npz: build/data/ambiguous-%.npz $(SETS) | node_modules/.installed
	@node --import tsx scripts/data/write-dirty.ts $*

data: packages train-venv sets ## Make Ambiguous- and Dirty-MNIST too, in a Python venv: 10 to 20 minutes
	@$(MAKE) -C train ambiguous
	@$(MAKE) -s $(SPLITS:%=build/data/dirty-%.npz)

train: data ## Train models/ anew, in a Python venv: an hour
	@$(MAKE) -C train train

golden: packages train-venv ## Compute test/golden/ anew from models/, in the same venv
	@$(MAKE) -C train golden

eval-fixtures: ## Compute test/fixtures/eval/metrics.json anew, by scikit-learn in build/eval-fixtures
	python3 -m venv build/eval-fixtures
	build/eval-fixtures/bin/pip install --quiet --disable-pip-version-check -r test/fixtures/eval/requirements.txt
	build/eval-fixtures/bin/python test/fixtures/eval/make_fixtures.py test/fixtures/eval/metrics.json

examples: setup ## Generate the models of the examples anew, build and run the examples
	@scripts/examples.sh

demo-images: setup ## Draw the demo's images anew
	@node --import tsx examples/demo/draw-images.ts

figures: setup ## Measure the figures of the README: accuracy, errors, instructions, agreement
	@set -o pipefail; for test in network-floors network-golden cost-baseline network-targets-agree; do \
	    node --import tsx test/ts/$$test.test.ts | sed -n 's/^.*figure: //p' || exit 1; done

bench: setup ## Measure kernels and models on all targets, write bench/results.md
	@scripts/setup/packages.sh llvm-19 # llvm-mca, for estimates of cycles
	@$(MAKE) -s lib-all BOARDS="host linux-a53 mps3-an547"
	@node --import tsx bench/growth.ts
	@node --import tsx bench/drift.ts
	@node --import tsx bench/results.ts

bench-growth: setup ## Time dense layers of 10 k to 10 M weights here, write bench/growth.md
	@node --import tsx bench/growth.ts

drift: setup ## Measure what every format changes over both test sets, write bench/drift.md
	@node --import tsx bench/drift.ts

bench-peers: setup ## Time Pyro, NumPyro, FastBNNs, oneDNN beside pfp, write bench/peers.md: 20 minutes
	@node --import tsx bench/peers.ts

baseline: setup ## Measure bench/baseline.json, runtime-c/costs.json, docs/kernels.md anew
	@node --import tsx bench/baseline.ts --update

memory-scripts: packages ## Write boards/*/memory.ld anew, each from its board.json
	@node --import tsx scripts/board/memory-scripts.ts

host-costs: setup ## Time each kernel on this computer anew: runtime-c/host-costs.json
	@node --import tsx bench/host-costs.ts

bench-kernels: setup ## Count the instructions of each kernel under QEMU
	@node --import tsx bench/kernels.ts

sizes: setup ## Measure the code and the stack of each kernel anew: runtime-c/sizes.json
	@node --import tsx scripts/measure/sizes.ts

format: ## Format C, TypeScript and JSON
	clang-format-19 -i $(C_FILES)
	node_modules/.bin/biome check --write

lint: ## Check formatting and lint rules
	clang-format-19 --dry-run -Werror $(C_FILES)
	node_modules/.bin/biome check

.PHONY: help packages setup demo test test-train train-venv clean built codegen lib lib-all evaluator cmocka plugin sets data train golden eval-fixtures examples demo-images figures bench bench-growth drift bench-peers baseline memory-scripts host-costs bench-kernels sizes format lint

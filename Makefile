# What a person types. `make check` and `make test` are all that a fresh clone needs.
SHELL      := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CARGO  ?= cargo
SAMPLE := tests/samples/edge
DEMO   := $(CARGO) run --quiet -p host -- check --diff --cluster cluster-02-edge --role edge

.PHONY: help check demo test lint docs deny fuzz bench dist image fixtures tools tools-bench setup clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Installs nothing; what `make tools` or `make test` has installed is used. CHARTS=DIR holds NAME-VERSION/NAME.
check: setup ## judge the deploy tree, as plain `krmguard` does: at its sources, and as rendered where kustomize, helm and the chart are
	@echo 'check: building krmguard (the first time takes minutes: it brings its own WebAssembly compiler)'
	@$(CARGO) build -p host
	$(if $(wildcard .tools/bin),PATH="$$PWD/.tools/bin:$$PATH" )$(if $(CHARTS),KRMGUARD_CHARTS='$(CHARTS)' )$(CARGO) run --quiet -p host < /dev/null

demo: setup ## judge a wrong edge cluster (must fail) and its right twin (must pass)
	@$(CARGO) build -p host
	@judge() { \
		printf '\n$$ %s %s\n' '$(DEMO)' "$$2"; \
		code=0; $(DEMO) "$$2" || code=$$?; \
		if [[ $$code -ne $$1 ]]; then \
			printf '\ndemo: FAILED: %s ended with exit code %s, expected %s\n' "$$2" "$$code" "$$1" >&2; exit 1; \
		fi; \
	}; \
	judge 1 $(SAMPLE)/seed.yaml; \
	judge 0 $(SAMPLE)/right.yaml; \
	printf '\ndemo: as it should be: the wrong edge was refused (exit 1), its right twin passed (exit 0)\n'

test: setup ## run every test; those that need an absent tool or the fixtures say "skipped: …"
	@tests/tools/install --optional kustomize helm
	$(CARGO) test --workspace --doc
	$(CARGO) test --workspace --lib --bins --tests

lint: setup ## formatting and clippy, warnings are errors
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

docs: setup ## the pages written from the policies: docs/rules*.md, the tables of each policy's README
	$(CARGO) build -p host
	@for page in 'en docs/rules.md' 'ko docs/rules.ko.md'; do \
		read -r lang file <<< "$$page"; \
		$(CARGO) run --quiet -p host -- explain --format markdown --lang "$$lang" > "$$file.new"; \
		mv "$$file.new" "$$file"; \
	done
	BLESS=1 $(CARGO) test --quiet $(patsubst plugins/%/Cargo.toml,-p %,$(wildcard plugins/*/Cargo.toml)) --test golden the_user_page

deny: setup ## licences, banned crates, sources: deny.toml
	@tests/tools/install cargo-deny
	PATH="$$PWD/.tools/bin:$$PATH" $(CARGO) deny --workspace check --hide-inclusion-graph bans licenses sources

FUZZ_TARGETS ?= boundaries selection splice reading strings linear
FUZZ_SECONDS ?= 600
fuzz: ## every law of krm and yaml for FUZZ_SECONDS each; needs a nightly toolchain and cargo-fuzz
	@command -v cargo-fuzz > /dev/null || { echo 'fuzz: run `cargo install cargo-fuzz --locked` first' >&2; exit 1; }
	@cd tests/fuzz && target="$${CARGO_TARGET_DIR:-$(CURDIR)/target/fuzz}" && export CARGO_TARGET_DIR="$$target" && \
	cargo +nightly run --quiet --example seeds -- "$$target/corpus" && \
	for law in $(FUZZ_TARGETS); do \
		echo "fuzz: $$law for $(FUZZ_SECONDS) s"; \
		mkdir -p "$$target/found/$$law"; \
		cargo +nightly fuzz run --fuzz-dir . --sanitizer none "$$law" "$$target/corpus/$$law" -- \
			-max_total_time=$(FUZZ_SECONDS) -timeout=60 -max_len=8000 -dict=yaml.dict -artifact_prefix="$$target/found/$$law/"; \
	done

# RUNS=n sets the rounds; TABLES names some of edge, central, one, folder, build, instructions: then the page stays.
bench: dist ## time as a ratio to `cat` and to other programs, and peak memory: docs/performance.md
	@tests/tools/install --optional kustomize helm kyaml-label
	$(CARGO) build --release -p host
	KRMGUARD_SHIPPED="$${CARGO_TARGET_DIR:-target}/dist/krmguard" $(CARGO) run --release --quiet -p bench -- $(TABLES)

# Where the C library can be linked in (its libc.a is there), a start costs half a millisecond less and needs no loader.
dist: setup ## the binary as it is shipped: link-time optimised, stripped, static where it can be
	@static=; libc=$$(cc -print-file-name=libc.a 2> /dev/null || true); \
	if [[ $$(rustc -vV) == *linux-gnu* && -f $$libc ]]; then static='-C target-feature=+crt-static'; fi; \
	$(CARGO) rustc --profile dist -p host --bin krmguard -- $$static
	@cd "$${CARGO_TARGET_DIR:-target}/dist" && ls -l krmguard && sha256sum krmguard

image: setup ## the container image of the function (podman or docker, musl-gcc); IMAGE names it
	@deploy/image/build $(IMAGE)

tools: ## the real programs of tests/tools/versions, into .tools/bin
	@tests/tools/install

# CHARTS=DIR holds NAME-VERSION/NAME; without it helm pulls the chart.
fixtures: ## what the real chart prints, rendered anew into .fixtures, where tests look for it
	@tests/tools/install kustomize helm
	@CHARTS='$(CHARTS)' STAND_IN='$(STAND_IN)' tests/fixtures/render

tools-bench: ## those that the benchmarks compare with
	@tests/tools/install --group bench

setup: ## the Rust toolchain and wasm targets of rust-toolchain.toml
	@tests/tools/toolchain

clean: ## remove what was built (not the cache outside the clone)
	$(CARGO) clean
	rm -rf .tools .fixtures .fixtures-stand-in

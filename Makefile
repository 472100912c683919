# Passbook's commands; `make` alone lists them. They install what they need: system packages only as root (otherwise
# they print the command), never with sudo.

# `make run PROFILE=release` takes longer to build and runs faster.
PROFILE ?= dev
BUILD := $(or $(CARGO_TARGET_DIR),target)
PROGRAM := $(BUILD)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/passbook
PLAYWRIGHT := cd end2end && npx --no-install playwright test

.DEFAULT_GOAL := help
.PHONY: help run test check bench pictures release islands program rust-tests browser-tests client-tests api-tests \
	cargo-tools node-tools

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: program ## Build Passbook and serve it on 127.0.0.1:3000, with its own bank and a demo person
	@RUST_LOG=$${RUST_LOG:-warn} $(PROGRAM) serve --demo

test: rust-tests browser-tests client-tests api-tests ## Run every test: Rust, browser, the official Plaid clients, the API

check: cargo-tools ## Check formatting, lints, docs, licences and bans
	@.ci/need lints
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --lib --no-deps --document-private-items
	@.ci/need node
	.ci/dependencies
	.ci/deploy
	@.ci/advisories

bench: islands ## Measure what the project promises (takes a while)
	cargo bench --locked

pictures: program node-tools ## Take pictures of every page, into target/pictures
	@rm -rf $(BUILD)/pictures
	PASSBOOK_PROGRAM=$(abspath $(PROGRAM)) PASSBOOK_PICTURES=$(abspath $(BUILD)/pictures) && \
	export PASSBOOK_PROGRAM PASSBOOK_PICTURES && $(PLAYWRIGHT) --config pictures/playwright.config.ts

release: ## Build the program to install, in target/release
	@PASSBOOK_COMMIT=$${PASSBOOK_COMMIT:-$$(git rev-parse --short=12 HEAD 2>/dev/null || true)} $(MAKE) --no-print-directory program \
		PROFILE=release PASSBOOK_WASM_OPT=1

# The islands come first, because the program embeds them.
islands: cargo-tools
	@.cargo/islands

program: islands
	@echo "passbook: building the program"
	@cargo build --locked --profile $(PROFILE)

rust-tests: islands
	cargo test --locked

browser-tests: program node-tools
	PASSBOOK_PROGRAM=$(abspath $(PROGRAM)) && export PASSBOOK_PROGRAM && $(PLAYWRIGHT)

# PASSBOOK_API_EXAMPLES=200 tries more requests.
api-tests: program node-tools
	PASSBOOK_PROGRAM=$(abspath $(PROGRAM)) end2end/api/run

client-tests: program node-tools
	PASSBOOK_PROGRAM=$(abspath $(PROGRAM)) end2end/clients/run

cargo-tools:
	@.ci/need cargo gcc

node-tools:
	@.ci/need node npm
	@.ci/packages
	@node end2end/browser.mjs

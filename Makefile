# Vedette: `make help` lists what can be made.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: console
console: ## build the web console that the binary embeds, if its source has changed
	@scripts/console build

.PHONY: build
build: console ## build bin/vedette, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/vedette ./cmd/vedette

.PHONY: demo
demo: ## run everything: server, 50 simulated devices and their past, attacks, alarms
	@scripts/prepare demo
	@echo "demo: building bin/vedette (the first build takes a minute or two)"
	@$(MAKE) -s build
	@exec bin/vedette demo

.PHONY: test
test: ## run everything that decides whether a change is good: lint, all tests with the race detector
	@scripts/prepare test
	@$(MAKE) -s lint
	@scripts/console test
	@$(MAKE) -s build
	@scripts/console browser
	@GO=$(GO) scripts/test

.PHONY: screenshots
screenshots: ## take pictures of every page of the console, into console/screenshots
	@scripts/prepare screenshots
	@$(MAKE) -s build
	@scripts/console screenshots

.PHONY: lint
lint: ## gofmt, go vet, staticcheck; types and style of the console
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags killpoints ./...
	$(GO) tool staticcheck ./...
	@scripts/console lint

.PHONY: bench
bench: ## measure: Go benchmarks and one end-to-end run against mosquitto (docs/performance.md)
	@scripts/prepare bench
	@$(MAKE) -s build
	scripts/bench

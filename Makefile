# `make` or `make help` lists what there is to do.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS   = -s -w -X main.version=$(VERSION)
GOLANGCI_VERSION = v2.15.0
GOLANGCI  = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/lamplight/bin/golangci-lint-$(GOLANGCI_VERSION)

.PHONY: help demo up build probe-platforms test test-short lint bench engine kafka clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

demo: build ## watch a pretend country go dark; ARGS=--once ends after the story
	bin/lamplight demo $(ARGS)

up: build ## run everything on this machine, for good; ARGS="--help" lists the settings
	bin/lamplight up $(ARGS)

build: ## build bin/lamplight and bin/lamplight-probe
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/lamplight .
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/lamplight-probe ./probes/lamplight-probe

# The oldest ARM and MIPS without a unit for floating point: routers.
PLATFORMS = linux/amd64 linux/arm64 linux/arm linux/mips linux/mipsle linux/riscv64 \
            windows/amd64 windows/arm64 darwin/arm64 freebsd/amd64 android/arm64

probe-platforms: ## build the volunteers' program for all 11 platforms into bin/platforms, and print its sizes
	mkdir -p bin/platforms
	for platform in $(PLATFORMS); do \
	  os=$${platform%/*} arch=$${platform#*/} suffix=; [ "$$os" != windows ] || suffix=.exe; \
	  out="bin/platforms/lamplight-probe-$$os-$$arch$$suffix"; \
	  GOOS=$$os GOARCH=$$arch GOARM=5 GOMIPS=softfloat CGO_ENABLED=0 \
	    go build -trimpath -ldflags '$(LDFLAGS)' -o "$$out" ./probes/lamplight-probe; \
	  printf '%-15s %9d bytes\n' "$$platform" "$$(wc -c <"$$out")"; \
	done

test: engine ## every test, on the real services; what this machine lacks is skipped, and named at the end
	go test -json $(ARGS) ./... | go run ./deploy/skipped

test-short: ## the tests that take no more than moments
	go test -short $(ARGS) ./...

lint: $(GOLANGCI) ## golangci-lint, with the project's short list
	$(GOLANGCI) run ./...

bench: engine ## measure the speed of what must be fast
	go test -run '^$$' -bench . -benchmem $(ARGS) ./...

engine: ## fetch the ClickHouse engine (178 MB packed, 566 MB unpacked) into your cache folder, once
	go run ./deploy/fetch engine

kafka: ## fetch Apache Kafka (44 MB) into your cache folder, once; needs Maven
	go run ./deploy/fetch kafka

clean: ## remove what was built; what was fetched stays
	rm -rf bin

# Built, not downloaded: through the Go module proxy, with its checksums.
$(GOLANGCI):
	mkdir -p $(@D)
	GOBIN=$(@D)/build GOFLAGS= go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(@D)/build/golangci-lint $@

# session-sync: every target is one command; `make` shows them.
export CGO_ENABLED ?= 0
GO ?= go
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME ?= 60s
COUNT ?= 6
LABELLED ?= ../shared/redaction-bench
PLATFORMS = linux/amd64 linux/arm64 darwin/arm64 darwin/amd64 windows/amd64 windows/arm64

.DEFAULT_GOAL := help
.PHONY: help build install release test race fuzz lint golden train plugins bench bench-rooms redaction-bench crash evil live full cross nonet newcomer e2e check

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/session-sync
	$(GO) build -trimpath -o bin/session-sync ./cmd/session-sync

install: ## build session-sync and put it into ~/.local/bin (SESSION_SYNC_BIN)
	sh check_install/install.sh

release: ## make the archives of all platforms, with checksums, in bin/release
	$(GO) run ./check_install/release

test: ## run all tests
	$(GO) test ./...

race: ## run all tests with the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race ./...

fuzz: ## run every fuzz target for FUZZTIME (60s)
	GO=$(GO) FUZZTIME=$(FUZZTIME) sh .ci/fuzz

lint: ## gofmt, go vet, staticcheck
	@test -z "$$(gofmt -l bench check_install cmd engine sdk wasm-plugins)" || { gofmt -l bench check_install cmd engine sdk wasm-plugins; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

golden: ## rewrite golden files, then look at the diff
	$(GO) test ./engine ./engine/export ./engine/items ./cmd/session-sync -update

train: ## make the weights of the built-in plugins from the labelled data, and the report on them
	$(GO) run ./wasm-plugins/train

plugins: ## build the built-in plugins into wasm-plugins/dist
	$(GO) run ./wasm-plugins/pack

bench: ## measure whole commands against what reading costs (BENCHFLAGS=-quick)
	$(GO) run ./bench $(BENCHFLAGS)

bench-rooms: ## run the benchmarks of every room, for benchstat
	$(GO) test -run '^$$' -bench . -count $(COUNT) ./engine/...

redaction-bench: build ## redact labelled chat texts and score what is found
	GO=$(GO) LABELLED=$(LABELLED) sh .ci/redaction-bench

cross: ## build for every platform we promise
	@for p in $(PLATFORMS); do echo $$p; GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 $(GO) build -o /dev/null ./... || exit 1; done

nonet: build ## sync and ask whole states under strace: no socket, no write elsewhere
	sh .ci/nonet

crash: ## kill 200 syncs of a 50 MB state: nothing breaks, nothing is lost
	$(GO) test -count=1 -timeout 60m -v -run 'TestCrash$$' ./bench/proof -kills 200 -corpus 50M

evil: ## run plugins that attack the program: each is refused or skipped, the probe says what it got
	$(GO) test -count=1 -v -run 'TestEvil|TestProbe|TestRecursion|TestOutputIsCapped|Refuses|Fails$$' ./engine ./engine/plugin

live: ## sync for 20 s while transcripts and a database are written
	$(GO) test -count=1 -v -run 'TestLive$$' ./bench/proof -live 20s -rate 200

full: ## let the disk run full at every page that a sync writes
	$(GO) test -count=1 -timeout 60m -v -run 'TestFullDisk$$|TestFileSizeLimit$$' ./bench/proof -full

e2e: ## install and use the skill with the real OpenClaw, skills and clawhub
	$(GO) test -count=1 -timeout 15m -v -run 'TestEndToEnd$$' ./bench/e2e -e2e

newcomer: ## run the commands of README.md one after another, with an empty HOME
	.ci/newcomer

check: lint test cross ## what CI runs

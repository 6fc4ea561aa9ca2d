# 守护 Shouhu: one entry for everything. make help lists it.

LINT_VERSION = v2.15.0
LINT         = bin/tools/golangci-lint-$(LINT_VERSION)
FUZZTIME     ?= 10s
SIZE         ?= 0.02
KEEP         ?= bin/national
KILLS        ?= 50
ROWS         ?= 26000000
BENCH_DIR    ?=

GATEWAY_VERSION = v1.8.0
GATEWAY         = bin/tools/versitygw-$(GATEWAY_VERSION)

TEMPL_VERSION = v0.3.977
TEMPL         = bin/tools/templ-$(TEMPL_VERSION)

.DEFAULT_GOAL := help
.PHONY: help build office engine demo shots test bench bench-national kill bench-analysis bench-portal golden lint pages pages-check gallery fuzz

help: ## 列出全部命令 · list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

build: office engine ## 编译 bin/shouhu 和 bin/engine · build the programs, free of local paths

office:
	CGO_ENABLED=0 go build -trimpath -o bin/shouhu ./cmd/shouhu
	CGO_ENABLED=0 go build -trimpath -o bin/portal ./cmd/portal

engine:
	@command -v g++ >/dev/null || { echo '没有 g++，bin/engine 没有生成：apt-get install g++ (bin/engine is missing: it needs g++)'; exit 1; }
	CGO_ENABLED=1 go build -trimpath -ldflags='-s -w' -o bin/engine ./cmd/engine

demo: office ## 演示办公系统 · a demonstration office on 127.0.0.1:8080 (DEMO_ADDR, DEMO_DIR)
	bin/shouhu demo testdata/cases/*.yaml

test: ## 全部检查和测试 · every check and every test
	@scripts/test.sh

shots: ## 重拍手册的图 · take the pictures of the manual again
	SHOUHU_SHOTS=$(CURDIR)/docs/manual go test ./internal/web -count 1 -run 'Newspaper|EveryPage|TestOnPhone|TestExhibitInBrowser|Xuhui|TestModelInBrowser|TestReporter'

bench: ## 性能测试 · run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

kill: ## 反复强行终止写入中的程序、反复断电，看有无丢失 · kill writing programs, and cut the power, KILLS (50) times
	SHOUHU_KILLS=$(KILLS) go test -count=1 -timeout 60m -run "TestKilled|TestPowerCut" -v ./cmd/shouhu ./internal/ferry

bench-national: ## 全国规模测试 · people at work on SIZE of the country (1 is all of it) on both engines, kept in KEEP; SIZE=1 writes docs/performance.md
	@scripts/national.sh "$(SIZE)" "$(KEEP)"

bench-analysis: ## 计数性能对比 · count ROWS (26000000) invented face records side by side with other ways; needs BENCH_DIR with room; writes docs/performance.md
	CGO_ENABLED=0 go build -trimpath -o bin/shouhu ./cmd/shouhu
	go build -o bin/bench-analysis ./internal/tally/bench
	bin/bench-analysis -rows $(ROWS) -dir "$(BENCH_DIR)" -doc docs/performance.md

bench-portal: ## 公共入口性能 · measure the public door, beside what argon2id alone allows; writes docs/performance.md
	CGO_ENABLED=0 go build -trimpath -o bin/portal ./cmd/portal
	go build -o bin/bench-portal ./internal/portal/bench
	bin/bench-portal -portal bin/portal -dir "$(BENCH_DIR)" -doc docs/performance.md

golden: ## 重写 golden 文件 · rewrite the golden files; read the diff afterwards
	go test $$(grep -rl --include='*_test.go' 'golden.Check' . | xargs -n 1 dirname | sort -u) -update

lint: $(LINT) ## 静态检查 · run the linters
	$(LINT) run ./...

pages: $(TEMPL) ## 由 .templ 生成页面代码 · write the pages' Go code from the .templ files
	$(TEMPL) fmt -log-level error internal
	$(TEMPL) generate -log-level error -path .

pages-check: $(TEMPL)
	@for f in $$(find . -name '*.templ' -not -path './bin/*'); do \
		$(TEMPL) generate -log-level error -f "$$f" -stdout | diff -u "$${f%.templ}_templ.go" - || { echo "$$f: run make pages"; exit 1; }; done

gallery: ## 生成全部组件的样例页 · write every component with sample data to bin/gallery
	rm -rf bin/gallery
	go test ./internal/ui/gallery -run TestKeep -count 1 -keep $(CURDIR)/bin/gallery

fuzz: ## 模糊测试 · give each fuzz target FUZZTIME (10s)
	@for p in $$(go list ./...); do for f in $$(go test -list '^Fuzz' "$$p" | grep '^Fuzz'); do \
		go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$p" || exit 1; done; done

$(LINT):
	GOBIN=$(CURDIR)/bin/tools CGO_ENABLED=0 go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv bin/tools/golangci-lint $@

$(TEMPL):
	GOBIN=$(CURDIR)/bin/tools CGO_ENABLED=0 go install github.com/a-h/templ/cmd/templ@$(TEMPL_VERSION)
	mv bin/tools/templ $@

# An S3-compatible store, for tests only; the version stands in internal/store/s3_test.go too.
$(GATEWAY):
	GOBIN=$(CURDIR)/bin/tools CGO_ENABLED=0 go install github.com/versity/versitygw/cmd/versitygw@$(GATEWAY_VERSION)
	mv bin/tools/versitygw $@

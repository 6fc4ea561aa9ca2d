#!/usr/bin/env bash
# Every check and every test, quick ones first. The first failure ends the run
# and is shown in full. The last lines are go test's own.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
database=$(mktemp -d)
finish() {
	scripts/postgres.sh stop "$database" >/dev/null 2>&1 || true
	rm -rf "$log" "$database"
}
trap finish EXIT

# step NAME COMMAND…: what the command prints is shown only where it fails.
step() {
	local name=$1 start=$SECONDS status=0
	shift
	printf '%-40s' "$name"
	"$@" >"$log" 2>&1 || status=$?
	if [ "$status" -ne 0 ]; then
		printf 'FAILED\n\n'
		grep -vE '^=== |^ *--- PASS' "$log" || true
		echo
		exit "$status"
	fi
	printf '%4d s\n' $((SECONDS - start))
}

# packages: puts the missing ones of packages.txt on the machine, or says which.
packages() {
	local wanted missing=() p
	wanted=$(grep -v '^#' packages.txt)
	if ! command -v dpkg-query; then
		echo 'Not a Debian machine; the tests need what packages.txt lists.'
		return
	fi
	for p in $wanted; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$p")" = installed ] || missing+=("$p")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "Please install: sudo apt-get install ${missing[*]}"
		return 1
	fi
	apt-get update
	# PostgreSQL comes without a server of the machine's own.
	local quiet=/etc/postgresql-common/createcluster.d/shouhu.conf status=0
	mkdir -p "${quiet%/*}"
	echo 'create_main_cluster = false' >"$quiet"
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" || status=$?
	rm -f "$quiet"
	return "$status"
}

# postgres starts the server that tests make their databases on.
postgres() { scripts/postgres.sh start "$database"; }

formatted() {
	local unformatted
	unformatted=$(gofmt -l .)
	[ -z "$unformatted" ] || { echo "gofmt would change:"; echo "$unformatted"; return 1; }
}

# skips reads the log of go test -v: each skipped test and why.
skips() {
	awk '
		/^=== [A-Z]+ +/      { test = $3; next }
		/^ *--- SKIP: /      { skipped = skipped "  " $3 "\n" said[$3]; next }
		/^(ok|FAIL|\?)[ \t]/ { if (skipped) printf "skipped in %s:\n%s", $2, skipped; skipped = ""; split("", said); next }
		/^ *--- /            { next }
		                     { said[test] = said[test] "    " $0 "\n" }
	' "$log"
}

step 'Debian packages'                     packages
step 'gofmt'                               formatted
step 'go.mod and go.sum are tidy'          go mod tidy -diff
step 'pages are what templ makes of them'  make --no-print-directory pages-check
step 'go vet'                              go vet ./...
step 'linters'                             make --no-print-directory lint
step 'PostgreSQL'                          postgres
SHOUHU_TEST_POSTGRES=$(tail -n 1 "$log")
export SHOUHU_TEST_POSTGRES
step 'S3-compatible store'                 make --no-print-directory bin/tools/versitygw-v1.8.0
# Everything is here now: from here on no proxy, no display and no settings of
# another database.
unset {http,https,all,no}_proxy {HTTP,HTTPS,ALL,NO}_PROXY DISPLAY WAYLAND_DISPLAY "${!PG@}"
step 'every benchmark runs'                go test -run '^$' -bench . -benchtime 1x ./...
# The rooms that have goroutines; browsers run in the last step only.
step 'tests with the race detector'        go test -race -short -timeout 20m ./internal/api ./internal/backup ./internal/desk ./internal/jobs ./internal/store ./internal/web
# The office's rooms once more, with their rows in PostgreSQL. The store's own
# suite asks for both engines itself; what needs a browser ran, or runs, on SQLite.
step 'tests on PostgreSQL'                 env SHOUHU_TEST_ENGINE=postgres go test -count=1 -short ./internal/desk ./internal/web ./internal/story ./internal/testdb
step 'tests'                               go test -v -timeout 20m ./...
skips
echo
grep -E $'^(ok|\\?)[ \t]' "$log"

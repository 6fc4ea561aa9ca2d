#!/usr/bin/env bash
# People at work on a country, measured on both engines (docs/performance.md).
#
#   scripts/national.sh SIZE DIR     a country of that size is kept in DIR, and found again there
#
# PostgreSQL waits for its disk here, unlike the one for tests.
set -euo pipefail
[ $# -eq 2 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
cd "$(dirname "$0")/.."
mkdir -p "$2"
dir=$(cd "$2" && pwd -P)
export SHOUHU_POSTGRES_CONF="fsync = on
		synchronous_commit = on
		full_page_writes = on
		shared_buffers = '3GB'
		effective_cache_size = '10GB'
		work_mem = '32MB'
		max_wal_size = '16GB'
		random_page_cost = 1.1"
if [ -d "$dir/postgres/data" ]; then
	scripts/postgres.sh restart "$dir/postgres"
else
	scripts/postgres.sh start "$dir/postgres" >/dev/null
fi
trap 'scripts/postgres.sh halt "$dir/postgres"' EXIT
export SHOUHU_TEST_POSTGRES="postgres://shouhu@/postgres?host=$dir/postgres"
# Only the whole country goes into the document.
doc=
[ "$1" != 1 ] || doc=$PWD/docs/performance.md
GOGC=300 go test ./internal/nation -run TestNational -count 1 -timeout 0 -v -size "$1" -keep "$dir" -doc "$doc"

#!/usr/bin/env bash
# A PostgreSQL for tests: one server in a folder of its own, reached by a unix
# socket in that folder and by no port, at home with nothing it writes: what it
# holds may be lost, so it does not wait for the disk.
#
#   scripts/postgres.sh start DIR    prints what SHOUHU_TEST_POSTGRES has to be
#   scripts/postgres.sh restart DIR  starts it again after it ended by itself
#   scripts/postgres.sh halt DIR     stops it and keeps what it holds, for restart
#   scripts/postgres.sh stop DIR     stops it and removes what start made
#
# SHOUHU_POSTGRES_CONF holds more lines of configuration; the last of several counts.
# Servers of the machine's own are left alone. Started by root, it runs as user
# postgres (or nobody), who then owns DIR: PostgreSQL refuses root.
set -euo pipefail

usage() {
	sed -n '6,9s/^# *//p' "$0" >&2
	exit 2
}
[ $# -eq 2 ] || usage
unset "${!PG@}" # a developer's own PGPORT and the like
[ "$1" != start ] || mkdir -p "$2"
dir=$(cd "$2" && pwd -P)

# Debian keeps the programs of each version in a folder of its own.
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
	bin=$(dirname "$(command -v pg_ctl)") || { echo 'PostgreSQL is not installed (packages.txt)' >&2; exit 1; }
fi

as=()
if [ "$(id -u)" -eq 0 ]; then
	user=$(id -un postgres 2>/dev/null || echo nobody)
	as=(setpriv --reuid="$user" --regid="$(id -gn "$user")" --clear-groups --)
fi

# run does it as the server's user, from where that user may be.
run() { (cd "$dir" && ${as[@]+"${as[@]}"} "$@"); }

case $1 in
start)
	[ -z "$(ls -A "$dir")" ] || { echo "$2 is not empty" >&2; exit 1; }
	chmod 700 "$dir"
	[ ${#as[@]} -eq 0 ] || chown "$user" "$dir"
	run "$bin/initdb" --pgdata=data --username=shouhu --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >&2
	run tee -a data/postgresql.conf >/dev/null <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$dir'
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		${SHOUHU_POSTGRES_CONF:-}
	CONF
	run "$bin/pg_ctl" --pgdata=data --log=log start >&2 || { run cat log >&2; exit 1; }
	echo "postgres://shouhu@/postgres?host=$dir"
	;;
restart)
	run "$bin/pg_ctl" --pgdata=data --log=log start >&2
	;;
halt)
	run "$bin/pg_ctl" --pgdata=data --mode=fast stop >&2
	;;
stop)
	run "$bin/pg_ctl" --pgdata=data --mode=fast stop >&2
	run rm -rf data log
	;;
*)
	usage
	;;
esac

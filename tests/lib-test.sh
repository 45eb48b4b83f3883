# TAP tests in shell, for tests/cli/tNNN-*.sh and the like.  A test file reads
#
#   #!/bin/bash
#   test_description='文号 in any bracket form is one number'
#   . "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"
#
#   test_expect_success 'square brackets find the document' '
#           gongkai search "文号:青石府发[2021]3号" >actual &&
#           grep 青石府发〔2021〕3号 actual
#   '
#   test_done
#
# and runs under `make check`, or by hand in a build tree (or with top_builddir set):
#
#   ../tests/cli/t030-abolish.sh [--verbose] [--immediate] [--run=WORD]
#
#   --verbose    show what the commands say (as TAP comments)
#   --immediate  stop at the first failure and keep the folder to look into
#   --run=WORD   only tests with WORD in their name (repeatable); the others are skipped
#
# Each file starts in a fresh empty folder of its own, with
#
#   PATH               the programs of the build tree first
#   GONGKAI_ARCHIVE    "$TEST_DIR/archive", not yet made: `gongkai init` does that
#   LANG, TZ           C.UTF-8 and UTC; messages are Chinese, the default, unless a test says --lang en
#   TEST_DIR           the fresh folder; also the current folder when each test begins
#   SRC                the source tree, absolute
#
# A test body is eval'ed, so variables and functions that it sets are there for the next
# one; commands are chained with &&.  It passes if its last status is 0.

test_usage() { echo "usage: $0 [--verbose] [--immediate] [--run=WORD]..." >&2; exit 2; }

test_verbose= test_immediate=
test_words=()
for test_arg in "$@"; do
	case $test_arg in
	--verbose | -v) test_verbose=yes ;;
	--immediate | -i) test_immediate=yes ;;
	--run=?*) test_words+=("${test_arg#--run=}") ;;
	*) test_usage ;;
	esac
done

SRC=$(cd "${top_srcdir:-$(dirname "${BASH_SOURCE[0]}")/..}" && pwd)
test_build=$(cd "${top_builddir:-.}" && pwd)
test_name=$(basename "$0" .sh)

for test_arg in "$test_build" "$test_build/indexer" "$test_build/searchd" "$test_build/extract"; do
	if [ -x "$test_arg/gongkai" ] || [ -x "$test_arg/gongkai-searchd" ] || [ -x "$test_arg/gongkai-extract" ]; then
		PATH=$test_arg:$PATH
	fi
	if [ -x "$test_arg/gongkai-extract" ]; then
		GONGKAI_EXTRACT=$test_arg/gongkai-extract
		export GONGKAI_EXTRACT
	fi
done
if ! command -v gongkai >/dev/null; then
	echo "Bail out! no gongkai in '$test_build': set top_builddir"
	exit 1
fi

# A name with a space and Chinese characters: what breaks on it breaks here first.
TEST_DIR=$(mktemp -d "${TMPDIR:-/tmp}/gongkai 测试-$test_name.XXXXXX") || exit 1
GONGKAI_ARCHIVE=$TEST_DIR/archive
LANG=C.UTF-8 LC_ALL=C.UTF-8 TZ=UTC
export PATH SRC TEST_DIR GONGKAI_ARCHIVE LANG LC_ALL TZ
unset GONGKAI_LANG GONGKAI_CONFIG GONGKAI_FAULT LC_MESSAGES LANGUAGE
# A proxy has no business between a test and its own server.
no_proxy='*' NO_PROXY='*'
export no_proxy NO_PROXY

test_count=0 test_failed=0 test_finished= test_cleanup=:
test_server_pids=()

test_at_exit()
{
	local status=$?
	trap - EXIT
	test_server_stop_all
	if [ -z "$test_finished" ]; then
		echo "# $test_name ended before test_done (status $status)"
		[ "$status" != 0 ] || status=1
	fi
	cd / || :
	if [ -n "$test_immediate" ] && [ "$test_failed" -gt 0 ]; then
		echo "# kept: $TEST_DIR"
	else
		chmod -R u+rwX "$TEST_DIR" 2>/dev/null
		rm -rf "$TEST_DIR"
	fi
	exit "$status"
}
trap test_at_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

test_wanted()
{
	local word
	[ "${#test_words[@]}" -gt 0 ] || return 0
	for word in "${test_words[@]}"; do
		case $1 in *"$word"*) return 0 ;; esac
	done
	return 1
}

# What is shown beside TAP must not look like TAP.
test_comment() { sed 's/^/# /'; }

# test_expect_success NAME BODY
test_expect_success()
{
	local status out=$TEST_DIR/.out

	[ $# = 2 ] || { echo "Bail out! $test_name: test_expect_success wants a name and a body"; exit 1; }
	test_count=$((test_count + 1))
	if ! test_wanted "$1"; then
		echo "ok $test_count - $1 # SKIP not in --run"
		return 0
	fi
	cd "$TEST_DIR" || exit 1
	test_cleanup=:
	# In a function of its own: `return 1` in a body ends the body.
	eval "test_body() {
$2
}"
	test_body </dev/null >"$out" 2>&1
	status=$?
	cd "$TEST_DIR" || exit 1
	if ! eval "$test_cleanup" >>"$out" 2>&1; then
		echo "the cleanup failed: $test_cleanup" >>"$out"
		status=1
	fi
	if [ "$status" = 0 ]; then
		[ -z "$test_verbose" ] || test_comment <"$out"
		echo "ok $test_count - $1"
		return 0
	fi
	echo "not ok $test_count - $1"
	test_failed=$((test_failed + 1))
	printf '%s\n' "$2" | test_comment
	echo "# --- status $status, and it said:"
	head -c 65536 "$out" | tail -n 60 | test_comment
	if [ -n "$test_immediate" ]; then
		test_finished=yes
		exit 1
	fi
	return 0
}

# test_skip NAME REASON: a test that cannot be made here.
test_skip()
{
	test_count=$((test_count + 1))
	echo "ok $test_count - $1 # SKIP $2"
}

# test_skip_all REASON: before the first test, when the whole file has no meaning here.
test_skip_all()
{
	echo "1..0 # SKIP $1"
	test_finished=yes
	exit 0
}

# test_expect_success_if COMMAND... -- NAME BODY: skipped if one of the commands is not installed.
test_expect_success_if()
{
	local missing=
	while [ "$1" != -- ]; do
		command -v "$1" >/dev/null || missing="$missing $1"
		shift
	done
	shift
	if [ -n "$missing" ]; then
		test_skip "$1" "not installed:$missing"
	else
		test_expect_success "$@"
	fi
}

test_done()
{
	echo "1..$test_count"
	test_finished=yes
	[ "$test_failed" = 0 ]
	exit
}

# ---- for use inside bodies ----

# test_when_finished COMMAND: run when this test ends, however it ends; the last given runs first.
test_when_finished() { test_cleanup="{ $*
} && { $test_cleanup
}"; }

# test_must_fail_with STATUS COMMAND...: exactly this exit status; a crash is never what was wanted.
test_must_fail_with()
{
	local want=$1 got=0
	shift
	"$@" || got=$?
	[ "$got" = "$want" ] || {
		echo "wanted exit status $want, got $got: $*" >&2
		return 1
	}
}

# test_cmp EXPECTED ACTUAL
test_cmp() { diff -u -- "$1" "$2"; }

test_must_be_empty()
{
	[ -f "$1" ] || { echo "no file '$1'" >&2; return 1; }
	[ ! -s "$1" ] || { echo "'$1' is not empty:" >&2; cat -- "$1" >&2; return 1; }
}

# test_line_count N FILE
test_line_count()
{
	local n
	n=$(wc -l <"$2") || return 1
	[ "$n" = "$1" ] || { echo "'$2' has $n lines, not $1:" >&2; cat -- "$2" >&2; return 1; }
}

# test_absent WORD FILE: like ! grep, but a missing file is a failure and the line is shown.
test_absent()
{
	[ -f "$2" ] || { echo "no file '$2'" >&2; return 1; }
	if grep -F -n -e "$1" -- "$2" >&2; then
		echo "'$1' must not be in '$2'" >&2
		return 1
	fi
}

# json FILE EXPRESSION: a value of a JSON file in Python's words, d being the whole:
#   test "$(json out '"%d" % d["total"]')" = 3        json out 'd["hits"][0]["id"]'
json()
{
	python3 -c '
import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
v = eval(sys.argv[2])
print(v if isinstance(v, str) else json.dumps(v, ensure_ascii=False, sort_keys=True))' "$1" "$2"
}

# ---- a server of one's own ----

# test_server_start [ARGUMENT...]: gongkai-searchd on a port that the system chooses; sets SERVER
# (http://127.0.0.1:PORT), SERVER_PID and SERVER_LOG.  Returns when /healthz answers.
test_server_start()
{
	test_server_start_command gongkai-searchd --listen 127.0.0.1:0 "$@"
}

# The same for any command that prints its address, for example `gongkai serve`.
test_server_start_command()
{
	local i port=

	SERVER_LOG=$TEST_DIR/server-$((${#test_server_pids[@]} + 1)).log
	"$@" >"$SERVER_LOG" 2>&1 </dev/null &
	SERVER_PID=$!
	test_server_pids+=("$SERVER_PID")
	for i in $(seq 300); do
		if [ -z "$port" ]; then
			port=$(grep -oE '(127\.0\.0\.1|localhost):[0-9]+' "$SERVER_LOG" | sed 's/.*://' | grep -vx 0 | tail -n 1)
		fi
		SERVER=http://127.0.0.1:$port
		if [ -n "$port" ] && curl -fsS -o /dev/null "$SERVER/healthz" 2>/dev/null; then
			return 0
		fi
		kill -0 "$SERVER_PID" 2>/dev/null || break
		sleep 0.1
	done
	echo "the server did not start: $*" >&2
	cat "$SERVER_LOG" >&2
	return 1
}

# test_server_stop [SIGNAL]: ends the last one and returns its exit status.
test_server_stop()
{
	local i status pid=$SERVER_PID

	kill -s "${1:-TERM}" "$pid" 2>/dev/null
	for i in $(seq 300); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	if kill -KILL "$pid" 2>/dev/null; then
		echo "the server did not end within thirty seconds" >&2
		wait "$pid" 2>/dev/null
		return 1
	fi
	wait "$pid" 2>/dev/null
	status=$?
	test_forget_server "$pid"
	return "$status"
}

test_forget_server()
{
	local p rest=()
	for p in "${test_server_pids[@]}"; do
		[ "$p" = "$1" ] || rest+=("$p")
	done
	test_server_pids=("${rest[@]}")
}

test_server_stop_all()
{
	local p
	for p in "${test_server_pids[@]}"; do
		kill "$p" 2>/dev/null
	done
	for p in "${test_server_pids[@]}"; do
		for _ in $(seq 30); do
			kill -0 "$p" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL "$p" 2>/dev/null
		wait "$p" 2>/dev/null
	done
	test_server_pids=()
}

#!/bin/bash
test_description='the picture of doc/architecture.md has exactly the arrows that the code has, and none leads back'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

rooms() { python3 -B "$SRC/devel/rooms" "$@"; }

test_expect_success 'the picture is that of the code' '
	rooms --check >out; got=$?; cat out; test $got = 0 && grep "between 1[0-9] rooms" out
'

test_expect_success 'an arrow too few, one too many and one of the small words are seen' '
	grep -v "id=\"searchd-web\"" "$SRC/doc/img/rooms.svg" | sed "s/id=\"gate-cjk\"/id=\"gate-archive\"/; s/>and base cjk record </>and cjk record </" >other.svg &&
	test_must_fail_with 1 rooms --check other.svg >out && cat out && grep "^searchd -> web is in the code, not" out && grep "^gate -> archive is in the picture, not" out &&
	grep "^gate -> cjk is in the code" out && grep "^web -> base is in the code" out && test_line_count 4 out
'

test_done

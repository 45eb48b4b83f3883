#!/bin/bash
test_description='what we install is hardened (safety.md 9), as readelf sees it'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

command -v readelf >/dev/null || test_skip_all 'not installed: readelf'
grep -q -- "-D_FORTIFY_SOURCE=3" "$test_build/Makefile" || test_skip_all 'this tree is built without optimisation or with sanitizers'

test_expect_success 'every program and library: PIE, RELRO, BIND_NOW, no executable stack, stack protector, FORTIFY, no RPATH' '
	set -- "$test_build/gongkai" "$test_build/gongkai-searchd" "$test_build/gongkai-extract" "$test_build/cjk/libgongkai-cjk.so.1" &&
	if [ -x "$test_build/gongkai-desk" ]; then set -- "$@" "$test_build/gongkai-desk"; fi && "$SRC/devel/hardening" "$@" >out; s=$?; cat out; test $s = 0 && test_line_count $# out
'

test_expect_success_if cc -- 'a program without is seen' '
	echo "#include <string.h>
	int main(int c, char **v) { char b[9]; memcpy(b, v[0], c); return b[0]; }" >weak.c && cc -O0 -no-pie -Wl,-z,lazy -fno-stack-protector -U_FORTIFY_SOURCE -o weak weak.c &&
	test_must_fail_with 1 "$SRC/devel/hardening" ./weak >out && for w in pie bindnow stackprotector fortify; do grep " $w=no" out || return 1; done
'

test_done

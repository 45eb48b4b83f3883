#!/bin/bash
test_description='gongkai(1), the README and --help tell of the same commands and options (experience.md 5, style.md e)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

manual() { python3 "$SRC/tests/oracle/manual.py" "$@"; }

test_expect_success 'every command and option of --help is in the manual, and nothing else' '
	manual "$SRC/doc/gongkai.1" "$SRC/README.md"
'

test_expect_success 'an option that only one of them knows is seen' '
	sed "s/\\\\-\\\\-late/\\\\-\\\\-lately/g" "$SRC/doc/gongkai.1" >page && test_must_fail_with 1 manual page "$SRC/README.md" >out && cat out && grep "^renew: --late is in --help, not in the manual$" out &&
	grep "^renew: --lately is in the manual, not in --help$" out && sed "s/^\.SS gongkai undo .*/.SS gongkai undone EVENT/" "$SRC/doc/gongkai.1" >page && test_must_fail_with 1 manual page "$SRC/README.md" >out &&
	grep "^undo: no section" out && grep "gongkai undone EVENT., which is no command" out && grep -v supersede "$SRC/README.md" >readme && test_must_fail_with 1 manual "$SRC/doc/gongkai.1" readme >out && grep "^supersede: not in a table" out
'

test_expect_success 'the first word of several commands alone says which there are, however many; with --help it lists them' '
	gongkai --help >all && sed -n "s/^  \([a-z]*\) [a-z].*/\1/p" all | sort -u >families && test "$(wc -l <families)" -gt 8 && while read -r family; do
		grep "^  $family  " all && continue
		gongkai "$family" --help >help && { test_must_fail_with 2 gongkai "$family" 2>err || return 1; } && grep "gongkai $family" err || return 1
	done <families && gongkai apply --help >help && test "$(wc -l <help)" -gt 10
'

test_expect_success_if man -- 'man reads it without a complaint' '
	man --warnings -E UTF-8 -l "$SRC/doc/gongkai.1" >text 2>warned && grep "gongkai clean.up import FILE" text && ! grep -v "cannot \(adjust\|break\)" warned &&
	man --warnings -E UTF-8 -l "$SRC/doc/gongkai-transfer.5" >text 2>warned && grep "四性检测" text && ! grep -v "cannot \(adjust\|break\)" warned
'
test_done

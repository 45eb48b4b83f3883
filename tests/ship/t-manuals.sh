#!/bin/bash
test_description='the Chinese manual pages: those of the commands are what the programs say, the others name what the English ones name'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

names() { python3 -B "$SRC/tests/ship/manuals.py" "$@"; }

test_expect_success 'gongkai(1) in Chinese is written from --help and the notes; devel/manual-zh writes it anew' '
	python3 -B "$SRC/devel/manual-zh" "$(command -v gongkai)" >gongkai.1 && test_cmp "$SRC/doc/zh_CN/gongkai.1" gongkai.1 && test $(grep -c "^\.SS gongkai " gongkai.1) -gt 80
'

test_expect_success 'options, addresses, fields and files are the same in both languages and in --help' '
	names "$SRC/doc"
'

test_expect_success 'an option, an address and a field that one page lacks are seen' '
	cp -r "$SRC/doc" copy && chmod -R u+w copy && sed -i "s/.-.-per.-address/\\\\-\\\\-by\\\\-address/" copy/zh_CN/gongkai-searchd.8 && sed -i "s,/healthz,/health," copy/gongkai-searchd.8 &&
	sed -i "s/^\[ Gongkai-Length: .*//" copy/gongkai-archive.5 && test_must_fail_with 1 names copy >out && cat out && grep "zh_CN/gongkai-searchd.8: --per-address is in --help" out &&
	grep "zh_CN/gongkai-searchd.8: --by-address is in the page" out && grep "^gongkai-searchd.8: /healthz is in the Chinese page alone" out && grep "^gongkai-archive.5: Gongkai-Length is in the Chinese page alone" out
'

test_expect_success_if man -- 'man reads them without a complaint' '
	for page in "$SRC"/doc/zh_CN/*.[1578]; do
		man --warnings -E UTF-8 -l "$page" >text 2>warned && grep 名称 text && ! grep -v "can.*t \(adjust\|break\)" warned || { echo "$page"; return 1; }
	done
'

test_done

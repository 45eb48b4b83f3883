#!/bin/bash
test_description='every command of the README, the tutorial and the page on backups does what the text says, run from the text itself'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

HOME=$TEST_DIR/home SAMPLE=$SRC/data/sample
export HOME SAMPLE
mkdir -p "$HOME" && cp -r "$SAMPLE" "$HOME/下载的网页"

run() { python3 "$SRC/tests/ship/commands.py" "$@"; }

test_expect_success_if curl -- 'the tutorial' '
	run "$SRC/doc/tutorial.md" >ran || { cat ran; return 1; }; test $(wc -l <ran) -ge 20
'

test_expect_success_if curl -- 'the README' '
	rm -rf "$HOME/公开档案" && run "$SRC/README.md" >ran || { cat ran; return 1; }; test $(wc -l <ran) -ge 12
'

test_expect_success 'a backup and its restore, by the text; the copy answers as the original does' '
	GONGKAI_ARCHIVE=$HOME/公开档案 COPY=$TEST_DIR/copy && export GONGKAI_ARCHIVE COPY && run --indented "$SRC/doc/backup.md" >ran || { cat ran; return 1; }
	gongkai search --json "安全生产" >a && gongkai --archive "$COPY" search --json "安全生产" >b && sed -i "s/\"took_ms\": *[0-9.]*//" a b && test_cmp a b &&
	chmod -R u+w "$GONGKAI_ARCHIVE" && mv "$GONGKAI_ARCHIVE" broken && cp -a "$COPY" "$GONGKAI_ARCHIVE" && gongkai verify && gongkai index rebuild && gongkai search --json 安全生产 >c && sed -i "s/\"took_ms\": *[0-9.]*//" c && test_cmp a c
'

test_expect_success 'a command that fails is seen, and so is a text without commands' '
	printf "\`\`\`\n$ gongkai verify\n$ gongkai show qsz-1999-000001\n$ true\n\`\`\`\n" >doc.md && GONGKAI_ARCHIVE=$HOME/公开档案 test_must_fail_with 1 run doc.md >ran && grep "^1 gongkai show" ran && grep "^0 true" ran &&
	echo nothing >doc.md && test_must_fail_with 1 run doc.md
'

test_expect_success 'every command and option that the documents name is one that there is' '
	python3 "$SRC/tests/ship/options.py" "$SRC"/README.md "$SRC"/SECURITY.md "$SRC"/doc/*.md &&
	echo "\`gongkai verify --agaisnt x\` \`gongkai veryfy\`" >doc.md && test_must_fail_with 1 python3 "$SRC/tests/ship/options.py" doc.md >out && test_line_count 2 out
'

test_expect_success 'links between documents lead to files' '
	for f in "$SRC"/README.md "$SRC"/HACKING.md "$SRC"/SECURITY.md "$SRC"/doc/*.md; do
		grep -oE "\]\([^)#:]+\)" "$f" | sed "s/^](//; s/)$//" | while read -r to; do test -e "$(dirname "$f")/$to" || { echo "$f: $to"; return 1; }; done || return 1
	done
'

test_done

#!/bin/bash
test_description='the bench runs, and every total is what a scan of the texts counts'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# The documents of the project's own generator, so that it is the same everywhere.  Nothing here depends on speed.
GONGKAI_CORPUS=$TEST_DIR/none
export GONGKAI_CORPUS
top_builddir=$test_build
export top_builddir

test_expect_success 'index and questions of every class, as a library and over HTTP, one client and eight' '
	python3 "$SRC/tests/bench/speed.py" --docs 400 --work "$TEST_DIR/work" --engines gongkai,searchd --questions 12 --rounds 1 --clients 1,8 >actual
'
test_expect_success 'no total differs' '
	grep -A2 "^Wrong totals" actual >wrong &&
	grep "^gongkai *none" wrong && grep "^searchd *none" wrong
'
test_expect_success 'the totals that were compared are many, and most are not nothing' '
	awk -F"\t" "\$2 >= 0 { n++; some += \$2 > 0 } END { exit !(n >= 90 && some >= 85) }" work/questions.tsv
'
test_expect_success 'the scan counts what a program of another make counts' '
	python3 - "$TEST_DIR/work" <<-"PY"
	import sys
	docs = [line.rstrip("\n").split("\t") for line in open(sys.argv[1] + "/docs.tsv", encoding="utf-8")]
	for line in open(sys.argv[1] + "/questions.tsv", encoding="utf-8"):
	    kind, total, a, b, flags, year, category, as_of, _ = line.rstrip("\n").split("\t")
	    if "r" in flags:
	        continue
	    found = sum(a in d[6] and b in d[6] and year in ("0", d[2]) and category in ("", d[1]) and (as_of == "0" or 0 < int(d[4]) <= int(as_of) <= int(d[5])) for d in docs)
	    assert found == int(total), line
	PY
'
test_done

#!/bin/bash
test_description='true files of offices, and texts into every format and back'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

formats=$SRC/../shared/corpus/formats
if [ -f "$formats/expected.jsonl" ] && command -v pdftotext >/dev/null; then
	test_expect_success 'every phrase of the true files is found, nothing forbidden, titles and dates right; broken ones are refused with a reason' '
		python3 -B "$SRC/tests/office/samples.py" "$formats"
	'
else
	test_skip 'the true files' 'no ../shared/corpus beside the checkout, or no pdftotext'
fi

test_expect_success_if pdftotext -- 'the texts of the sample data come back from every format' '
	find "$SRC/data/sample" -name "*.txt" -o -name "*.md" | sort | head -n 12 >list && test -s list &&
	xargs -d "\n" python3 -B "$SRC/tests/office/roundtrip.py" 1 <list
'

# 300 documents in 13 formats take minutes.
n=4
[ "${GONGKAI_LONG-}" = 1 ] && n=300
corpus=$SRC/../shared/corpus/laws.jsonl.gz
if [ -f "$corpus" ] && command -v pdftotext >/dev/null; then
	test_expect_success "$n laws come back from every format" '
		python3 -B "$SRC/tests/office/roundtrip.py" "$n" "$corpus"
	'
else
	test_skip 'laws come back from every format' 'no ../shared/corpus beside the checkout, or no pdftotext'
fi
test_done

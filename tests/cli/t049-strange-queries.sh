#!/bin/bash
test_description='whatever is typed is answered or refused with its reason, by one process that goes on'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

seed=${GONGKAI_SEED:-20261126}
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null &&
gongkai ingest "$SRC/data/sample" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the sample is not in"; exit 1; }

# every line has an answer, or a sentence that names the line; nothing else is said
all_answered() # file
{
	local status=0
	gongkai search --batch "$1" --json --size 3 >out 2>err || status=$?
	test "$status" = 0 || test "$status" = 3 || { echo "exit status $status"; return 1; }
	python3 - "$1" <<'END'
import json, re, sys
asked = [l.split("\t", 1)[0] for l in open(sys.argv[1], encoding="utf-8")]
answered = {json.loads(l)["qid"] for l in open("out", encoding="utf-8")}
refused = {asked[int(m) - 1] for m in re.findall(r"第 (\d+) 行", open("err", encoding="utf-8").read())}
missing = [q for q in asked if q not in answered and q not in refused]
print(len(asked), "asked,", len(answered), "answered,", len(refused), "refused,", len(missing), "lost", missing[:5])
sys.exit(1 if missing or answered & refused or len(answered) < len(asked) / 2 else 0)
END
}

count=1000
[ -z "${GONGKAI_LONG:-}" ] || count=10000
python3 "$SRC/tests/oracle/strange.py" "$count" "$seed" "$TEST_DIR/random.tsv" "$TEST_DIR/killers.tsv"

test_expect_success "$count random strings, seed $seed" '
	all_answered "$TEST_DIR/random.tsv"
'

test_expect_success '200 queries and more that are all of one thing, at the limits and beyond' '
	all_answered "$TEST_DIR/killers.tsv"
'

test_done

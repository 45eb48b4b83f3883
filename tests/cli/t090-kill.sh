#!/bin/bash
test_description='kill -9 of ingest at random instants: nothing acknowledged is lost, nothing needs repair (safety.md 3.2)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# The body of a claim is a function: it may return.
claim()
{
	test_expect_success "$1" "body()
{
$2
}
body"
}

rounds=10
[ -z "$GONGKAI_LONG" ] || rounds=50
seed=${GONGKAI_SEED:-$(date +%s)}
echo "# GONGKAI_SEED=$seed"

claim "$rounds kills of ingest" '
	python3 "$SRC/tests/oracle/crash.py" kill $rounds "$seed"
'

claim 'kill -9 of index rebuild: the old index goes on, the next rebuild works' '
	GONGKAI_ARCHIVE=$TEST_DIR/crash && gongkai search --json --size 100 号文件 >want && generation=$(readlink crash/index/public/current) &&
	for delay in 0.005 0.02 0.05 0.1 0.2; do
		gongkai index rebuild >said 2>&1 & p=$!; sleep $delay; kill -9 $p 2>/dev/null; wait $p 2>/dev/null
		gongkai search --json --size 100 号文件 >out && json want "[h[\"id\"] for h in d[\"hits\"]]" >a && json out "[h[\"id\"] for h in d[\"hits\"]]" >b && test_cmp a b || return 1
	done && gongkai index rebuild && gongkai --wait 0 index rebuild && gongkai doctor && gongkai verify &&
	test "$(ls crash/index/public | grep -c "^g[0-9]")" -le 2
'

test_done

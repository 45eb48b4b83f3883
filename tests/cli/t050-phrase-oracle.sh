#!/bin/bash
test_description='counts of phrases and facets equal counting in the texts (the long form, GONGKAI_LONG=1, over ../shared/corpus)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

seed=${GONGKAI_SEED:-$(date +%s)}
echo "# GONGKAI_SEED=$seed"

test_expect_success '150 runs over data/sample' '
	gongkai init --org 云溪县青石镇人民政府 --code qsz && gongkai ingest "$SRC/data/sample" &&
	python3 "$SRC/tests/oracle/phrase.py" 150 "$seed"
'

# Few characters, so that runs meet by chance; pieces that begin and end in the same characters,
# so that all pairs of a phrase occur without the phrase.
python3 - "$seed" >"$TEST_DIR/g.jsonl" <<'EOF'
import json, random, sys
rng = random.Random(int(sys.argv[1]))
han, trad = "安全生产管理办法通知公告镇县政府信息开一二十年条", "產管辦開縣鎮條"
for i in range(400):
    parts = []
    for _ in range(rng.randint(3, 40)):
        parts.append("".join(rng.choice(han if rng.random() < 0.95 else trad) for _ in range(rng.randint(1, 12))))
        parts.append(rng.choice(["，", "。", "\n", "　", " ", "ABC", "12", "（", "𠮷", "·", "—", "ｶ", "\t"]))
    d = {"id": "g%d" % i, "title": "".join(rng.choice(han) for _ in range(rng.randint(2, 12))), "text": "".join(parts),
         "published_at": "%d-%02d-%02d" % (rng.randint(2012, 2024), rng.randint(1, 12), rng.randint(1, 28))}
    if rng.random() < 0.8:
        d["column"] = rng.choice(["政策法规", "公示公告", "气象信息"])
    if rng.random() < 0.7:
        d["issuer"] = [rng.choice(["甲局", "乙局", "甲局二处"])]
    if rng.random() < 0.5:
        d.update(norm_level="norm_doc", effective_date=rng.choice(["2013-01-01", "2020-06-30", "2027-01-01"]))
        if rng.random() < 0.5:
            d["expiry_date"] = "2025-12-31" if d["effective_date"] < "2025" else "2028-01-01"
    print(json.dumps(d, ensure_ascii=False))
EOF

test_expect_success '150 runs over a generated corpus of few characters' '
	export GONGKAI_ARCHIVE=$TEST_DIR/generated &&
	gongkai init --org 甲 --code g && gongkai ingest --jsonl g.jsonl &&
	python3 "$SRC/tests/oracle/phrase.py" 150 "$seed"
'

laws=$SRC/../shared/corpus/laws.jsonl.gz
if [ -z "$GONGKAI_LONG" ]; then
	test_skip '2,000 runs over the laws' 'long: set GONGKAI_LONG=1'
elif [ ! -f "$laws" ]; then
	test_skip '2,000 runs over the laws' "no $laws"
else
	test_expect_success '2,000 runs over the laws' '
		export GONGKAI_ARCHIVE=$TEST_DIR/laws &&
		gongkai init --org 甲 --code l && gongkai ingest --jsonl "$laws" --map column=category,published_at=pub_date &&
		python3 "$SRC/tests/oracle/phrase.py" 2000 "$seed"
	'
fi
test_done

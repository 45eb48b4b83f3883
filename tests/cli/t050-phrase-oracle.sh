#!/bin/bash
test_description='counts of phrases and facets equal counting in the texts (the long form, GONGKAI_LONG=1, over ../shared/corpus)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

seed=${GONGKAI_SEED:-$(date +%s)}
echo "# GONGKAI_SEED=$seed"

test_expect_success '150 runs over data/sample' '
	gongkai init --org 云溪县青石镇人民政府 --code qsz && gongkai ingest "$SRC/data/sample" &&
	python3 "$SRC/tests/oracle/phrase.py" 150 "$seed"
'

# With fault points built in long grams of a few documents stand in the table that a compaction makes (catalog/grams.h).
export GONGKAI_GRAMS_LEAST=20
# None can be made without.
faults=yes; (GONGKAI_FAULT=kill:1 gongkai verify --no-report; exit $?) >/dev/null 2>&1 && faults=
grams() { python3 -c 'import struct, sys; print(struct.unpack_from("<I", open(sys.argv[1], "rb").read(), 20)[0])' "$GONGKAI_ARCHIVE/index/public/current/text.grams"; }

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

# What offices write again and again, whole or with a piece lost, doubled or exchanged: there long grams have exceptions.
python3 - "$seed" >"$TEST_DIR/long.jsonl" <<'EOF'
import json, random, sys
rng = random.Random(int(sys.argv[1]))
set_pieces = ["县人民政府办公室", "关于印发管理办法的通知", "应当依照本办法的规定", "由县人民政府负责解释", "自公布之日起施行", "各镇人民政府", "县政府各部门", "责任人员依法给予处分"]


def piece():
    p = rng.choice(set_pieces)
    for _ in range(rng.choice([0, 0, 0, 0, 1, 2])):
        i, j = rng.randrange(len(p)), rng.randrange(len(p))
        p = rng.choice([p[:i] + p[i + 1:], p[:i] + p[i:i + 2] + p[i:], p[:i] + p[j] + p[i + 1:], p[:i] + "，" + p[i:], p[:i]]) or p
    return p


for i in range(500):
    text = "".join(piece() + rng.choice(["", "", "。", "，", "\n"]) for _ in range(rng.randint(2, 14)))
    print(json.dumps({"id": "l%d" % i, "title": piece()[:20], "text": text, "published_at": "20%02d-01-02" % rng.randint(12, 24)}, ensure_ascii=False))
EOF
test_expect_success 'what stands in nearly all that have its pairs: as it came, compacted, and when there is more' '
	export GONGKAI_ARCHIVE=$TEST_DIR/long &&
	gongkai init --org 甲 --code l && head -n 400 long.jsonl >first.jsonl && tail -n 100 long.jsonl >then.jsonl && gongkai ingest -q --jsonl first.jsonl && rm -f "$GONGKAI_ARCHIVE"/index/public/*/text.grams &&
	python3 "$SRC/tests/oracle/phrase.py" 150 "$seed" && rm -f "$GONGKAI_ARCHIVE"/index/public/*/compacted && gongkai index compact && { test -z "$faults" || echo "long grams: $(grams)"; } && test -z "$faults" -o "$(grams)" -gt 40 && gongkai verify &&
	python3 "$SRC/tests/oracle/phrase.py" 300 "$seed" && gongkai ingest -q --jsonl then.jsonl && python3 "$SRC/tests/oracle/phrase.py" 300 "$((seed + 1))" &&
	sed "s/，/。/g; s/办法/规定/" first.jsonl | head -n 60 >anew.jsonl && gongkai ingest -q --jsonl anew.jsonl && python3 "$SRC/tests/oracle/phrase.py" 150 "$((seed + 2))"
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

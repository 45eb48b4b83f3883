#!/bin/bash
test_description='abolitions read from real texts: names, ids, days, scope and false alarms against the gold list of ../shared/corpus'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

corpus=${GONGKAI_CORPUS:-$SRC/../shared/corpus}
[ -f "$corpus/laws.jsonl.gz" ] && [ -f "$corpus/status/abolitions.dev.jsonl" ] || test_skip_all 'no ../shared/corpus beside the checkout'

# The texts that the gold list and the negative sentences are from, and those that they mean: a fifth of the whole.
python3 - "$corpus" >"$TEST_DIR/texts.jsonl" <<END
import gzip, json, sys
status = sys.argv[1] + "/status/"
want = set()
for line in open(status + "abolitions.dev.jsonl", encoding="utf-8"):
    o = json.loads(line)
    want |= {o["doc"]} | {i for a in o["abolishes"] for i in a["ids"]}
want |= {line.split("\t")[0] for line in open(status + "negatives.dev.tsv", encoding="utf-8")}
for line in gzip.open(sys.argv[1] + "/laws.jsonl.gz", "rt", encoding="utf-8"):
    if json.loads(line)["id"] in want:
        sys.stdout.write(line)
END
gongkai init --org 全国 --code law >/dev/null
gongkai ingest --quiet --jsonl "$TEST_DIR/texts.jsonl" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the corpus is not in"; exit 1; }
gongkai propose-abolitions --all --json >"$TEST_DIR/proposed.jsonl"

test_expect_success 'precision and recall of names, exact ids, days of effect' '
	python3 "$corpus/score_status.py" "$corpus/status/abolitions.dev.jsonl" proposed.jsonl >score && cat score && python3 - <<-END
	words = open("score").read().split()
	score = {words[i]: float(words[i + 1]) for i in range(0, len(words), 2)}
	floor = {"precision": 0.9976, "recall": 1.0, "ids_exact": 0.9951, "effective": 0.9964}
	low = {k: score[k] for k in floor if score[k] < floor[k]}
	assert not low, low
	END
'

test_expect_success 'whole or in part, every one; no alarm on a sentence that ends nothing; every day is a day' '
	python3 - "$corpus" <<-END
	import datetime, json, sys
	sys.path.insert(0, sys.argv[1])
	from score_status import fold
	status = sys.argv[1] + "/status/"
	scope = {(o["doc"], fold(a["name"])): a["scope"] for o in map(json.loads, open(status + "abolitions.dev.jsonl", encoding="utf-8")) for a in o["abolishes"]}
	proposed, wrong, right = {}, [], 0
	for o in map(json.loads, open("proposed.jsonl", encoding="utf-8")):
	    proposed[o["doc"]] = o["abolishes"]
	    for a in o["abolishes"]:
	        key = (o["doc"], fold(a["name"]))
	        if key in scope:
	            right += a["scope"] == scope[key]
	            wrong += [key] * (a["scope"] != scope[key])
	        if a["effective"]:
	            datetime.date.fromisoformat(a["effective"])
	assert right == 415 and not wrong, (right, wrong)
	squeeze = lambda s: "".join(s.split())
	alarms = [(doc, a["name"]) for doc, sentence in (line.rstrip("\n").split("\t", 1) for line in open(status + "negatives.dev.tsv", encoding="utf-8"))
	          for a in proposed.get(doc, []) if squeeze(a["sentence"]) in squeeze(sentence) or squeeze(sentence) in squeeze(a["sentence"])]
	assert not alarms, alarms
	END
'

test_expect_success 'an amended text gives its old clause no day of its amendment' '
	python3 - <<-END
	import json
	day = {o["doc"]: a["effective"] for o in map(json.loads, open("proposed.jsonl", encoding="utf-8")) for a in o["abolishes"]}
	texts = {o["id"]: o for o in map(json.loads, open("texts.jsonl", encoding="utf-8"))}
	# Began on publication, amended later: never the day of the record, unless the head says so.
	bad = [(d, day[d]) for d in day if "修正" in texts[d]["text"][:300] and day[d] and day[d] == texts[d]["pub_date"] and "自公布之日起施行" in texts[d]["text"][-400:]]
	assert not bad, bad
	END
'
test_done

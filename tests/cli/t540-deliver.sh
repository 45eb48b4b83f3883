#!/bin/bash
test_description='gongkai deliver: what is new, as an archive that answers without the one it came from; one changed byte is found'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<END
{"id":"a","title":"甲办法","docno":"甲发〔2016〕1号","issuer":"甲局","norm_level":"norm_doc","formed_date":"2016-05-10","published_at":"2016-05-12","effective_date":"2016-06-01","text":"共同的词，甲。"}
{"id":"b","title":"乙办法","docno":"甲发〔2019〕9号","issuer":"甲局","norm_level":"norm_doc","formed_date":"2019-12-20","published_at":"2019-12-21","effective_date":"2020-02-01","text":"共同的词，乙。"}
{"id":"w","title":"撤下的信息","published_at":"2020-03-05","text":"共同的词，不可见者。"}
END
gongkai init --org 甲局 --code v >/dev/null && gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >/dev/null 2>&1
printf '<html><meta charset=utf-8><h1>丙通知</h1><p>共同的词，丙，网页原件。</p></html>' >"$TEST_DIR/丙.html" && gongkai ingest "$TEST_DIR/丙.html" >/dev/null 2>&1
gongkai abolish v-2016-000001 --by-doc v-2019-000001 --yes >/dev/null && gongkai withdraw v-2020-000001 --class 个人隐私 --reason 试 --yes >/dev/null
printf '李四四\n' | gongkai apply add --applicant - --subject 秘密的申请 >/dev/null
today=$(TZ=UTC-8 date +%F)

test_expect_success 'a delivery is checked by the program and by sha256sum; it is signed and logged' '
	gongkai deliver --since $today --to 县图书馆 out >said && grep "交付 3 件" said && gongkai deliver --check out && (cd out && sha256sum -c --quiet manifest-sha256.txt && sha256sum -c --quiet tagmanifest-sha256.txt) &&
	gongkai deliver --check out --key "$GONGKAI_ARCHIVE/keys/checkpoint.pub" && grep "县图书馆" "$GONGKAI_ARCHIVE/deliveries.jsonl" | grep "$(tail -1 said | grep -o "sha256:[0-9a-f]*")" && test "$(find out -type l | wc -l)" = 0
'

test_expect_success 'without the archive it came from: search, status, text and original are the same; verify passes' '
	for i in v-2016-000001 v-2019-000001; do gongkai show --json $i; gongkai status --json $i; gongkai show --text $i; done >want && c=$(gongkai search --json 丙 | python3 -c "import json,sys; print(json.load(sys.stdin)[\"hits\"][0][\"id\"])") &&
	gongkai show --original $c -o orig.html && mv "$GONGKAI_ARCHIVE" away && cp -r out media && rm -rf elsewhere && mv out elsewhere && export GONGKAI_ARCHIVE=$PWD/media/data/archive &&
	{ for i in v-2016-000001 v-2019-000001; do gongkai show --json $i; gongkai status --json $i; gongkai show --text $i; done >got; gongkai show --original $c -o got.html; } && cmp 丙.html got.html &&
	python3 -c "
import re
a, b = open(\"want\").read(), open(\"got\").read()
drop = lambda s: re.sub(r\"\\\"(segment|offset|length|record|took_ms)\\\": *[^,}]*\", \"\", s)
assert drop(a) == drop(b), [(x, y) for x, y in zip(drop(a).split(\",\"), drop(b).split(\",\")) if x != y][:3]" &&
	gongkai verify --no-report >v && grep "坏 0" v && test_server_start_command gongkai-searchd --listen 127.0.0.1:0 && curl -fsS "$SERVER/search.json?q=%E5%85%B1%E5%90%8C%E7%9A%84%E8%AF%8D" >s.json &&
	python3 -c "
import json
d = json.load(open(\"s.json\"))
assert d[\"total\"] == 3 and sorted(h[\"status\"][\"code\"] for h in d[\"hits\"])[0] == \"abolished\", d"
'

test_expect_success 'what is withdrawn is not in it, nor any application or secret' '
	! zcat media/data/archive/warc/*.warc.gz | grep -a 不可见者 && ! grep -r 秘密的申请 media && ! find media -name "*.key" -o -name applications -o -name persons | grep . && ! zcat media/data/archive/warc/*.warc.gz | grep -a 李四四
'

test_expect_success 'one changed byte anywhere is found, and so is a list that was made anew or another key' '
	find elsewhere -type f -size +0 | sort >files && n=0 && while read -r f; do
		cp "$f" keep && python3 -c "
import sys
p = sys.argv[1]
b = bytearray(open(p, \"rb\").read())
b[len(b) // 2] ^= 1
open(p, \"wb\").write(b)" "$f" && case $f in */tagmanifest-sha512.txt) ;; *) if gongkai deliver --check elsewhere >out.txt 2>&1; then echo "not seen: $f"; cat out.txt; return 1; fi ;; esac; cp keep "$f"; n=$((n + 1)); done <files && test $n -gt 12 &&
	gongkai deliver --check elsewhere && echo x >>elsewhere/data/archive/gongkai.conf && (cd elsewhere && for s in 256 512; do find data -type f | sort | xargs sha${s}sum >manifest-sha$s.txt && sha${s}sum bagit.txt bag-info.txt checkpoint.pub manifest-*.txt >tagmanifest-sha$s.txt; done) &&
	test_must_fail_with 4 gongkai deliver --check elsewhere 2>err && grep "不是这个包的" err && GONGKAI_ARCHIVE=$PWD/b gongkai init --org 乙 --code o >/dev/null && GONGKAI_ARCHIVE=$PWD/b gongkai checkpoint >/dev/null 2>&1 &&
	test_must_fail_with 4 gongkai deliver --check media --key b/keys/checkpoint.pub 2>err
'

test_expect_success 'the reading point writes a receipt when all holds; the office records it, once; the list shows who has what' '
	gongkai deliver --check elsewhere >out.txt 2>&1; test_must_fail_with 4 gongkai deliver --check elsewhere --as 县图书馆 --output r.json 2>err && test ! -e r.json && GONGKAI_ARCHIVE=$PWD/none gongkai deliver --check media --as 县图书馆 --output r.json &&
	test_must_fail_with 2 gongkai deliver --check media --output r2.json 2>err && export GONGKAI_ARCHIVE=$PWD/away && gongkai deliver --list >l && grep "县图书馆  3 件" l && grep "尚未签收" l &&
	gongkai deliver --receipt r.json >said && grep "已登记签收：第 1 次交付，县图书馆" said && test_must_fail_with 2 gongkai deliver --receipt r.json 2>err && grep "已经登记" err && gongkai deliver --list >l && grep "已签收：县图书馆.*已逐个核对" l && ! grep "尚未签收" l &&
	printf "scan" >scan.png && test_must_fail_with 2 gongkai deliver --receipt scan.png --as 县档案馆 2>err && grep -e "--delivery" err && gongkai deliver --receipt scan.png --delivery 1 --as 县档案馆 --on 2026-11-20 && test_must_fail_with 1 gongkai deliver --receipt scan.png --delivery 9 2>err &&
	sed "s/sha256:./sha256:x/" r.json >forged.json && test_must_fail_with 1 gongkai deliver --receipt forged.json 2>err && grep "没有这次交付" err && gongkai deliver --list --json >j && python3 -c "
import hashlib, json
d = json.load(open(\"j\"))
assert len(d) == 1 and [(r[\"by\"], r[\"checked\"]) for r in d[0][\"receipts\"]] == [(\"县图书馆\", True), (\"县档案馆\", False)], d
assert d[0][\"receipts\"][1][\"date\"] == \"2026-11-20\" and d[0][\"receipts\"][1][\"receipt\"] == \"sha256:\" + hashlib.sha256(open(\"scan.png\", \"rb\").read()).hexdigest()"
'

test_expect_success 'a changed byte of the deliveries is found by verify, in any line' '
	export GONGKAI_ARCHIVE=$PWD/away && L=away/deliveries.jsonl && gongkai verify --no-report >v && grep "台账完好：.*交付 3 条" v && cp $L good && for i in 1 2 3; do
		sed "${i}s/县/乡/" good >$L && test_must_fail_with 4 gongkai verify --no-report >v 2>&1 && grep "V22 ledger.*第 $i 行" v || { cat v; return 1; }; test_must_fail_with 4 gongkai deliver --list 2>err || return 1
	done; cp good $L && gongkai verify --no-report
'

test_expect_success 'nothing new, a folder that is there, no day: said' '
	export GONGKAI_ARCHIVE=$PWD/away && test_must_fail_with 1 gongkai deliver --since 2099-01-01 n 2>err && test ! -e n && mkdir there && test_must_fail_with 2 gongkai deliver --since 2020-01-01 there 2>err && test_must_fail_with 2 gongkai deliver x 2>err
'
test_done

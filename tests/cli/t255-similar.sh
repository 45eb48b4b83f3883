#!/bin/bash
test_description='similar: reprints, what a document cites and who cites it, what is like it'
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

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest "$SRC/data/sample" >/dev/null || { echo "Bail out! the sample is not in"; exit 1; }
gongkai search --json --size 100 --literal >"$TEST_DIR/all.json"
for id in $(json "$TEST_DIR/all.json" '" ".join(h["id"] for h in d["hits"])'); do
	gongkai similar --json "$id" >"$TEST_DIR/$id.similar"; gongkai show --text "$id" >"$TEST_DIR/$id.text"
done

claim 'who is cited has its number, or its title in 《》, in the text; and says by whom' '
	python3 - <<-\EOF
	import glob, json, os
	bare = lambda s: "".join(c for c in s if c.isalnum())
	every = {h["id"]: h for h in json.load(open("all.json"))["hits"]}
	answers = {f[:-8]: json.load(open(f)) for f in glob.glob("*.similar")}
	assert set(every) == set(answers) and len(answers) > 60
	n = 0
	for i, a in answers.items():
	    text = open(i + ".text").read()
	    for c in a["cites"]:
	        h = every[c["id"]]
	        assert c["id"] != i and (bare(h["title"]) in bare(text) or (h["number"] and bare(h["number"]) in bare(text))), (i, c)
	        back = answers[c["id"]]
	        assert i in [b["id"] for b in back["cited_by"]] or back["cited_by_total"] > len(back["cited_by"]), (i, c)
	        n += 1
	    # Whoever is named by a number in brackets as it is written is there.
	    for j, h in every.items():
	        if j != i and h["number"] and h["number"] in text and sum(o["number"] == h["number"] for o in every.values()) == 1:
	            assert j in [c["id"] for c in a["cites"]], (i, j, h["number"])
	    for b in a["cited_by"]:
	        assert any(c["id"] == i for c in answers[b["id"]]["cites"]) or len(answers[b["id"]]["cites"]) == 30 or every[i]["title"] in [every[c["id"]]["title"] for c in answers[b["id"]]["cites"]] \
	            or (every[i]["number"] and bare(every[i]["number"]) in bare(open(b["id"] + ".text").read())), (i, b)
	    assert i not in [s["id"] for s in a["similar"]] and [s["likeness"] for s in a["similar"]] == sorted((s["likeness"] for s in a["similar"]), reverse=True)
	assert n > 20, n
	EOF
'

claim 'what is like it has other rules on the same matter first' '
	gongkai similar 青石镇农村宅基地审批管理办法 >out && grep -A4 "^相似文件" out | grep 宅基地审批办事指南 && grep -A9 "^引用了" out | grep "宅基地审批管理暂行办法.*已废止" && gongkai --lang en similar 青石镇农村宅基地审批管理办法 | grep "^Cited by"
'

instead() { gongkai search --json "$@" >got && json got '" ".join(n["by"]["title"] for n in d["notices"] if n["code"] == "in_force_instead")'; }
claim 'of a best hit that has ended the one in force is named: what ended it, and what came after that; a list of endings is none' '
	test "$(instead 青石镇农村宅基地审批管理暂行办法)" = 青石镇农村宅基地审批管理办法 && test "$(instead 青石镇安全生产管理办法)" = "青石镇安全生产监督管理办法（2023年修订）" &&
	test "$(instead "青石府发[2015]6号")" = "青石镇安全生产监督管理办法（2023年修订）" && test -z "$(instead 青石镇农村宅基地审批管理办法)" && test -z "$(instead 文明养犬管理暂行规定)" &&
	test -z "$(instead 青石镇农村宅基地审批管理暂行办法 --as-of 2019-01-01)" && test -z "$(instead 青石镇农村宅基地审批管理暂行办法 --sort old)" &&
	gongkai search 青石镇安全生产管理办法 2>err >out && grep "现行的是《青石镇安全生产监督管理办法（2023年修订）》（qsz-2023-" err
'

claim 'another record of the same title that is in force stands for one that has ended' '
	cat >c.jsonl <<-\EOF &&
	{"id":"t1","title":"停车管理规定","docno":"青石府发〔2011〕1号","norm_level":"norm_doc","published_at":"2011-01-05","effective_date":"2011-02-01","expiry_date":"2016-01-31","text":"停车管理规定停车管理规定停车。"}
	{"id":"t2","title":"停车管理规定","docno":"青石府发〔2016〕2号","norm_level":"norm_doc","published_at":"2016-01-05","effective_date":"2016-02-01","text":"车辆停放另行规定。"}
	EOF
	gongkai ingest --jsonl c.jsonl >said && test "$(instead "青石府发〔2011〕1号")" = 停车管理规定 && json got "[n for n in d[\"notices\"] if n[\"code\"] == \"in_force_instead\"][0][\"by\"][\"number\"]" | grep 2016
'

claim 'a reprint with lines around it is one text; one other character is not' '
	id=$(gongkai search --json "宅基地 审批 管理 办法" | python3 -c "import json, sys; print(json.load(sys.stdin)[\"hits\"][0][\"id\"])") && gongkai show --text "$id" >text &&
	{ echo "来源：县政府网站"; cat text; echo "责任编辑：小王"; } >reprint.txt && sed "0,/应当/s//不必/" text >other.txt && ! cmp -s text other.txt && gongkai ingest reprint.txt other.txt >said && cat said &&
	gongkai similar "$id" --json >got && test "$(json got "d[\"reprints_total\"]")" = 1 && json got "[r[\"title\"] for r in d[\"reprints\"]]" && gongkai similar "$id" | grep -A1 "^同文转载"
'

claim 'reprints are one result; totals count documents, and all of them are there without folding' '
	python3 - >copies.jsonl <<-\EOF &&
	import json
	body = "为了加强河道采砂管理，维护河势稳定，保障防洪安全，根据有关法律制定本办法。在本县河道管理范围内从事采砂活动应当遵守本办法，未经批准不得采砂，禁采期内一律停止作业。"
	for i in range(7):
	    print(json.dumps({"id": "r%d" % i, "title": "河道采砂管理办法" if i % 2 else "转发河道采砂管理办法", "issuer": "单位%d" % i, "published_at": "2020-0%d-01" % (i + 1),
	                      "text": body + ("" if i < 3 else "来源：单位%d。" % i)}, ensure_ascii=False))
	print(json.dumps({"id": "r9", "title": "河道采砂规划", "published_at": "2020-09-01", "text": body.replace("本县", "某县") + "另行规划。"}, ensure_ascii=False))
	EOF
	gongkai ingest --jsonl copies.jsonl >said && gongkai search --json 河道采砂 >folded && gongkai search --json --no-fold 河道采砂 >flat && python3 - folded flat <<-\EOF
	import json, sys
	folded, flat = (json.load(open(f)) for f in sys.argv[1:])
	assert flat["total"] == folded["total"] == 8 and flat["shown"] == 8 and folded["shown"] == 2 and folded["facets"] == flat["facets"] or \
	    [(f["value"], f["count"]) for f in folded["facets"]["year"]] == [(f["value"], f["count"]) for f in flat["facets"]["year"]], (folded["total"], folded["shown"])
	a, b = folded["hits"], flat["hits"]
	assert len(a) == 2 and len(b) == 8 and a[0]["id"] == b[0]["id"]
	group = next(h for h in a if "reprints" in h)
	assert group["reprints"]["total"] == 6 and len(group["reprints"]["items"]) == 5 and all("reprints" not in h for h in b)
	assert {group["id"]} | {i["id"] for i in group["reprints"]["items"]} <= {h["id"] for h in b}
	# In every order the first of the group stands for it.
	EOF
'

claim 'pages of folded results are slices of the whole; a filter folds what it leaves' '
	for sort in rel new old; do
		gongkai search --json --sort $sort 河道采砂 >whole && gongkai search --json --sort $sort --size 1 河道采砂 >one && gongkai search --json --sort $sort --size 1 --page 2 河道采砂 >two &&
		python3 -c "import json; w, *parts = (json.load(open(f))[\"hits\"] for f in (\"whole\", \"one\", \"two\")); assert [h[\"id\"] for h in w] == [p[0][\"id\"] for p in parts]" &&
		gongkai search --json --sort $sort --size 1 --page 3 河道采砂 >three; test "$(json three "len(d[\"hits\"])")" = 0 || return 1
	done &&
	gongkai search --json --org 单位4 河道采砂 >got && test "$(json got "(d[\"total\"], d[\"shown\"], \"reprints\" in d[\"hits\"][0])")" = "[1, 1, false]" &&
	gongkai search 河道采砂 >out && grep "找到 8 件.*合转载为 2 条" out && grep "另有 6 处转载：qsz-" out && gongkai --lang en search 河道采砂 | grep "6 more with the same text"
'

claim 'nothing: 1; no such document: 1, and it is said; no document: 2' '
	printf "标题：孤本\n\n龘靐齉爩鱻。\n" >alone.txt && gongkai ingest alone.txt >said && test_must_fail_with 1 gongkai similar 孤本 2>err && cat err && test_must_fail_with 1 gongkai similar qsz-1999-000001 2>err && grep qsz-1999-000001 err &&
	test_must_fail_with 2 gongkai similar 2>err && grep "gongkai similar dzmm" err
'

command -v curl >/dev/null || test_skip_all 'not installed: curl'

claim 'the server says the same, and the page has it' '
	test_server_start && id=$(ls *.similar | head -1 | sed "s/.similar//") && curl -fsS "$SERVER/d/$id/similar.json" >web && gongkai similar --json "$id" >cli && test_cmp cli web &&
	id=$(gongkai search --json 宅基地审批管理办法 | python3 -c "import json, sys; print(json.load(sys.stdin)[\"hits\"][0][\"id\"])") &&
	curl -fsS "$SERVER/d/$id" >page && grep "相关文件" page && grep "相似文件" page && grep "被引用" page &&
	test "$(curl -s -o out -w "%{http_code}" "$SERVER/d/qsz-1999-000001/similar.json")" = 404 && test "$(curl -s -o out -w "%{http_code}" "$SERVER/d/$id/similar.json?x=1")" = 400 &&
	test "$(curl -s -o out -w "%{http_code}" "$SERVER/d/$id/nothing.json")" = 404 && test_server_stop
'
test_done

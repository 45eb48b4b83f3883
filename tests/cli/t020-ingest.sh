#!/bin/bash
test_description='ingest of files, folders and JSON Lines in every encoding; show gives back what came in'
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

# id_of WORDS...: the id of the one hit
id_of()
{
	gongkai search --json "$@" >.id && test "$(json .id 'd["total"]')" = 1 && json .id 'd["hits"][0]["id"]'
}

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null

# The same page in every encoding; 镕 is outside GB 2312, 𠮷 and 㙍 need GB18030.
page()
{
	printf '<!DOCTYPE html>\n<html><head>%s<title>%s_云溪县人民政府</title>\n<meta name="ArticleTitle" content="%s">\n' "$1" "$2" "$2"
	printf '<meta name="PubDate" content="2021-03-05 09:30"><meta name="ColumnName" content="公示公告">\n'
	printf '<style>此处样式文字不得入库</style><script>var x = "此处脚本文字不得入库";</script></head>\n'
	printf '<body><!-- 注释文字不得入库 --><h1>%s</h1><p>%s</p></body></html>\n' "$2" "$3"
}

claim 'pages and texts in UTF-8, GB18030, GBK called gb2312, Big5 and UTF-16, with and without declaration' '
	mkdir -p in/sub/deep &&
	page "<meta charset=utf-8>" 甲编码公告 "谢镕、吉野家𠮷、地名㙍圩，甲编码的正文。" >in/a.html &&
	page "<meta charset=gb18030>" 乙编码公告 "谢镕、吉野家𠮷、地名㙍圩，乙编码的正文。" | iconv -f utf-8 -t gb18030 >in/b.html &&
	page "<meta charset=gb2312>" 丙编码公告 "谢镕同志，丙编码的正文。" | iconv -f utf-8 -t gbk >in/c.htm &&
	page "" 丁编码公告 "谢镕同志，没有声明，丁编码的正文。" | iconv -f utf-8 -t gb18030 >in/sub/d.html &&
	printf "<html><head><meta charset=big5><title>戊編碼公告</title></head><body><h1>戊編碼公告</h1><p>繁體網頁，政府資訊，戊編碼的正文。</p></body></html>" |
		iconv -f utf-8 -t big5 >in/sub/e.html &&
	page "<meta charset=utf-8>" 己编码公告 "声明错了，实为国标码，己编码的正文。" | iconv -f utf-8 -t gb18030 >in/sub/f.html &&
	{ printf "\xef\xbb\xbf"; printf "标题：庚编码公告\n发布日期：2021-03-05\n\n庚编码的正文，有签名。\n"; } >in/sub/deep/g.txt &&
	printf "标题：辛编码公告\r\n发布日期：2021-03-05\r\n\r\n辛编码的正文，谢镕。\r\n" | iconv -f utf-8 -t gb18030 >in/sub/deep/h.txt &&
	printf "\xff\xfe" >in/sub/deep/i.txt && printf "标题：壬编码公告\n\n壬编码的正文。\n" | iconv -f utf-8 -t utf-16le >>in/sub/deep/i.txt &&
	printf "# 癸编码公告\n\n癸编码的正文，见[网址](http://a.example/)。\n" >in/sub/deep/j.md &&
	gongkai ingest in >out 2>err && grep "收入 10 件" out &&
	for c in 甲 乙 丙 丁 戊 己 庚 辛 壬 癸; do
		id_of "\"${c}编码的正文\"" >id && id_of "标题:${c}编码公告" >id2 && test_cmp id id2 || { echo "at: $c"; return 1; }
	done
'

claim 'rare characters are found and given back' '
	gongkai search --json 镕 >out && test "$(json out "d[\"total\"]")" = 5 &&
	gongkai search --json 𠮷 >out && test "$(json out "d[\"total\"]")" = 2 &&
	gongkai search --json 地名㙍圩 >out && test "$(json out "d[\"total\"]")" = 2 &&
	gongkai show "$(json out "d[\"hits\"][0][\"id\"]")" --text | grep 吉野家𠮷、地名㙍圩
'

claim 'words of scripts, styles and comments are not text' '
	for q in 脚本文字不得入库 样式文字不得入库 注释文字不得入库 不得入库; do
		test_must_fail_with 1 gongkai search "\"$q\"" || return 1
	done
'

claim 'the original is given back byte for byte, to a file and to a pipe' '
	gongkai show "$(id_of 标题:乙编码公告)" --original -o got && cmp got in/b.html &&
	gongkai show "$(id_of 标题:戊编码公告)" --original >got && cmp got in/sub/e.html &&
	gongkai show "$(id_of 标题:辛编码公告)" --original >got && cmp got in/sub/deep/h.txt
'

claim 'title, column and date come from the meta tags; without a day no day is invented' '
	gongkai show --json "$(id_of 标题:甲编码公告)" >out &&
	test "$(json out "d[\"title\"]")" = 甲编码公告 && test "$(json out "d[\"category\"]")" = 公示公告 &&
	test "$(json out "d[\"dates\"][\"published\"]")" = 2021-03-05 && test "$(json out "d[\"dates\"][\"made\"]")" = null &&
	printf "标题：只有年月\n成文日期：2016年2月\n\n只有年月的正文。\n" >ym.txt && gongkai ingest ym.txt &&
	gongkai show --json "$(id_of 只有年月的正文)" >out && test "$(json out "d[\"dates\"][\"made\"]")" = 2016-02
'

claim '--category is for those that state none' '
	printf "标题：没有栏目的\n发布日期：2021-03-05\n\n没有栏目的正文。\n" >nocat.txt && printf "标题：有栏目的\n栏目：机构职能\n发布日期：2021-03-05\n\n有栏目的正文。\n" >cat.txt &&
	gongkai ingest --category 气象信息 nocat.txt cat.txt &&
	gongkai search --json 没有栏目的正文 >out && test "$(json out "d[\"hits\"][0][\"category\"]")" = 气象信息 &&
	gongkai search --json \"有栏目的正文\" 类别:机构职能 >out && test "$(json out "d[\"total\"]")" = 1
'

claim 'show prints the head lines of experience.md 5; --events one JSON object a line' '
	id=$(id_of 标题:甲编码公告) && gongkai show "$id" >out &&
	head -1 out | grep 甲编码公告 && grep "$id" out && grep "2021-03-05" out && grep 公示公告 out &&
	grep "sha256:$(sha256sum <in/a.html | cut -c1-64)" out && grep "$(stat -c %s in/a.html)" out &&
	gongkai show "$id" --events >ev && test_line_count 1 ev &&
	test "$(json ev "d[\"id\"]")" = "$id" && test "$(json ev "d[\"source\"][\"digest\"]")" = "sha256:$(sha256sum <in/a.html | cut -c1-64)" &&
	gongkai --by 张三 ingest ym.txt cat.txt nocat.txt
'

claim '--by is the actor of the event' '
	printf "标题：经办人\n\n谁收的文。\n" >by.txt && gongkai ingest --by 张三 by.txt &&
	gongkai show --events "$(id_of 谁收的文)" >ev && test "$(json ev "d[\"actor\"]")" = 张三
'

claim 'JSON Lines with the keys of domain.md 9; the source id stays' '
	cat >a.jsonl <<-\EOF &&
	{"id":"S-001","title":"关于加强甲类工作的通知","docno":"青石府发〔2021〕3号","issuer":["云溪县青石镇人民政府","云溪县水务局"],"column":["政策法规"],"formed_date":"2021-03-30","published_at":"2021-04-02T09:30:00+08:00","effective_date":"2021-05-01","expiry_date":"2030-04-30","norm_level":"norm_doc","source_url":"http://www.yunxi.example/1.html","text":"甲类工作的正文。"}

	{"id":"S-002","title":"乙类工作公示","column":"公示公告","published_at":"2021年3月5日","issuer":"云溪县青石镇人民政府","text":"乙类工作的正文。","unknown_key":{"a":[1,2]}}
	EOF
	gongkai ingest --json --jsonl a.jsonl >out && test "$(grep -c "\"result\":\"new\"" out)" = 2 &&
	gongkai search --json 甲类工作的正文 >out &&
	test "$(json out "d[\"hits\"][0][\"source_id\"]")" = S-001 &&
	test "$(json out "d[\"hits\"][0][\"number\"]")" = 青石府发〔2021〕3号 &&
	test "$(json out "d[\"hits\"][0][\"org\"]")" = 云溪县青石镇人民政府 &&
	test "$(json out "d[\"hits\"][0][\"dates\"]")" = "{\"effective\": \"2021-05-01\", \"expires\": \"2030-04-30\", \"made\": \"2021-03-30\", \"published\": \"2021-04-02\"}" &&
	gongkai show --json "$(json out "d[\"hits\"][0][\"id\"]")" >out && test "$(json out "d[\"source_id\"]")" = S-001 &&
	gongkai search --json 乙类工作的正文 >out && test "$(json out "d[\"hits\"][0][\"dates\"][\"published\"]")" = 2021-03-05 &&
	test "$(json out "d[\"hits\"][0][\"source_id\"]")" = S-002
'

claim 'a source id that is a number is kept too' '
	echo "{\"id\":4711,\"title\":\"数字编号\",\"text\":\"来源的编号是数字。\"}" >n.jsonl && gongkai ingest --jsonl n.jsonl &&
	gongkai search --json 来源的编号是数字 >out && test "$(json out "d[\"hits\"][0][\"source_id\"]")" = 4711
'

claim '--map names the keys of the source, from a gzip file' '
	echo "{\"key\":\"M-1\",\"name\":\"映射来的标题\",\"content\":\"映射来的正文。\",\"pub\":\"2020-06-01\",\"title\":\"不是标题\"}" | gzip >m.jsonl.gz &&
	gongkai ingest --jsonl m.jsonl.gz --map id=key,title=name,text=content,published_at=pub &&
	gongkai search --json 映射来的正文 >out && test "$(json out "d[\"hits\"][0][\"title\"]")" = 映射来的标题 &&
	test "$(json out "d[\"hits\"][0][\"source_id\"]")" = M-1 && test "$(json out "d[\"hits\"][0][\"dates\"][\"published\"]")" = 2020-06-01 &&
	test_must_fail_with 2 gongkai ingest --jsonl m.jsonl.gz --map nonsense=x 2>err && grep nonsense err
'

claim 'a byte order mark and CRLF in JSON Lines, as Windows writes them' '
	printf "\\357\\273\\277{\"id\":\"w1\",\"title\":\"视窗一\",\"text\":\"视窗一的正文。\"}\\r\\n{\"id\":\"w2\",\"title\":\"视窗二\",\"text\":\"视窗二的正文。\"}\\r\\n" >w.jsonl &&
	gongkai ingest --jsonl w.jsonl >out && grep "收入 2 件" out
'

claim '--batch --trec prints a TREC run with source ids' '
	printf "q1\t甲类工作\nq2\t\"类工作的正文\"\nq3\t龘龘靐靐\n" >q.tsv &&
	gongkai search --batch q.tsv --trec --size 5 >run &&
	awk "NF != 6 || \$2 != \"Q0\" || \$4 < 1 || \$6 == \"\" { exit 1 }" run &&
	grep "^q1 Q0 S-001 1 " run && test "$(grep -c "^q2 " run)" = 2 && test_absent "q3 Q0 S-" run &&
	awk "\$1 == last && (\$4 != n + 1 || \$5 > score) { exit 1 } { last = \$1; n = \$4; score = \$5 }" run
'

claim '--batch prints one object a line with its number; a bad line costs only itself' '
	printf "q1\t甲类工作\nq2\t((((((((((安 全)\nq3\t\"乙类工作\"\n" >q.tsv &&
	{ got=0; gongkai search --batch q.tsv --size 1 --json >out 2>err || got=$?; } && test "$got" = 3 && grep too_deep err &&
	python3 -c "
import json, sys
a = [json.loads(l) for l in open(sys.argv[1], encoding=\"utf-8\")]
ok = [d for d in a if \"total\" in d]
assert [d[\"hits\"][0][\"source_id\"] for d in ok] == [\"S-001\", \"S-002\"], a
assert [d.get(\"qid\") for d in ok] == [\"q1\", \"q3\"], \"no qid: \" + str([list(d) for d in ok])" out
'

claim 'ids have the form code-year-number, by the year of the formed date, else of publication' '
	gongkai search --json --size 100 "" >out &&
	python3 -c "
import json, re, sys
for h in json.load(open(sys.argv[1], encoding=\"utf-8\"))[\"hits\"]:
    m = re.fullmatch(r\"qsz-(\d{4})-\d{6}\", h[\"id\"])
    year = (h[\"dates\"][\"made\"] or h[\"dates\"][\"published\"] or m.group(1))[:4]
    assert m and m.group(1) == year, h" out
'

claim 'odd file names are stored as text and hurt nobody' '
	mkdir odd && printf "标题：怪名\n\n怪名文件的正文。\n" >"odd/$(printf "a\nb\tc\"d\\\\e 中.txt")" &&
	printf "标题：横杠\n\n横杠文件的正文。\n" >"odd/-n" && printf "标题：坏名\n\n坏名文件的正文。\n" >"$(printf "odd/\377\376.txt")" &&
	gongkai ingest --json odd >out && python3 -c "
import json, sys
new = [d for d in map(json.loads, open(sys.argv[1], encoding=\"utf-8\")) if d.get(\"result\") == \"new\"]
assert len(new) == 3, new" out &&
	gongkai search --json 文件的正文 >out && test "$(json out "d[\"total\"]")" = 3
'

claim 'a symbolic link out of the folder, a pipe and a device are not waited for and not taken' '
	mkdir special && mkfifo special/pipe && ln -s /dev/zero special/zero && printf "标题：旁边\n\n旁边的正文。\n" >special/good.txt &&
	{ got=0; timeout 20 gongkai ingest special || got=$?; } && test "$got" = 0 -o "$got" = 3 &&
	gongkai search 旁边的正文
'

claim 'a device that is named on the command line is said to be refused, not passed over' '
	test_must_fail_with 3 timeout 20 gongkai ingest /dev/null >out 2>err && grep /dev/null err
'

# index_of: the bytes of the index that do not depend on when it was made
index_of()
{
	(cd "$GONGKAI_ARCHIVE/index/public/$(readlink "$GONGKAI_ARCHIVE/index/public/current")" && cat text* glass/*.glass changes/*.glass | sha256sum)
}

claim 'many lines are taken in their order by one thread and by several; what is wrong with a line is said of its number' '
	python3 -c "
for i in range(1, 1001):
    print(\"{\" if i % 100 == 0 else \"\" if i % 100 == 50 else \"{\\\"id\\\":%d,\\\"title\\\":\\\"次序%d\\\",\\\"published_at\\\":\\\"2019-01-01\\\",\\\"text\\\":\\\"次序%d的正文。%s\\\"}\" % (i, i, i, \"长\" * (i % 97 * 40)))" >order.jsonl &&
	for threads in 1 5; do
		gongkai --archive a$threads init --org 次序 --code cx >/dev/null &&
		test_must_fail_with 3 env GONGKAI_THREADS=$threads gongkai --archive a$threads ingest --json --jsonl order.jsonl >out$threads 2>err$threads || return 1
	done &&
	sed "s/\"seconds\":[0-9.]*//" out1 >want && sed "s/\"seconds\":[0-9.]*//" out5 >got && cmp want got && cmp err1 err5 &&
	test "$(sed -n "s/.*\"source_id\":\"\([0-9]*\)\".*/\1/p" out5)" = "$(seq 1000 | grep -v -e "00$" -e "50$" -e 1000)" &&
	test "$(sed -n "s/.*第 \([0-9]*\) 行.*/\1/p" err5)" = "$(seq 100 100 1000)"
'

# Texts of many lengths, as JSON may write them and as it may not.
cat >"$TEST_DIR/lines.py" <<'EOF'
import json, sys
if sys.argv[1] == "make":
    tail = "照常。" * 200
    texts = [r'一行\n两行\t\"引号\"\\反\/斜\b\f\r', r'\u4e2d\ud840\udc0b', r'末尾反斜\\', '𠮷㙍', r'坏\q', r'坏\u12', r'坏\ud800', '坏\tTAB', '坏\x01', '坏' + chr(92)]
    for n in (0, 1, 41, 83, 84, 85, 86, 200):
        for i, t in enumerate(texts):
            print('{"id":"甲%d-%d","title":"甲","text":"%s%s"}' % (n, i, "字" * n, t))
            print('{"title":"乙","text":"%s%s%s","id":%d}' % ("字" * n, t, tail, n * 100 + i))
    print('{"title":"丙","text":"%s","text":"短"}' % tail)
    print('{"title":"丙","text":"短","text":"%s"}' % tail)
    print('{"title":"丁","x":{"text":"%s%s"},"text":"短的%s"}' % (tail, tail, "正文" * 150))
    print('{"title":"戊","te\\u0078t":"%s"}' % tail)
    print('{"title":"己","text":"%s"} 多' % tail)
    print('{"title":"己","text":"%s"' % tail)
    print('{"title":"己","text":"%s" "x":1}' % tail)
    print('{"title":"己","x":[1,"%s"],"text":"%s"}' % (tail, tail[:400]))
    print('["text","%s"]' % tail)
else:
    def once(pairs):
        if len({k for k, _ in pairs}) < len(pairs):
            raise ValueError
        return dict(pairs)
    want, refused = [], []
    for n, line in enumerate(open("lines.jsonl", newline="\n"), 1):
        try:
            d = json.loads(line, object_pairs_hook=once)
            d["text"].encode()
            want.append(d["text"])
        except (ValueError, TypeError):
            refused.append(n)
    said = [json.loads(l) for l in open("out")]
    assert [d["line"] for d in said if d["result"] == "failed"] == refused and len(refused) > 80, refused
    assert sorted(json.loads(l)["text"] for l in open("back.jsonl")) == sorted(want), "texts differ"
EOF
claim 'a text of any length is read as JSON says it, and what JSON forbids is refused, for one as for the other' '
	python3 lines.py make >lines.jsonl && gongkai --archive lines init --org 行 --code hang >/dev/null &&
	test_must_fail_with 3 gongkai --archive lines ingest --json --jsonl lines.jsonl >out 2>err && gongkai --archive lines export --format jsonl back.jsonl && python3 lines.py check
'

claim 'one thread or several make the same index, byte for byte' '
	GONGKAI_THREADS=1 gongkai index rebuild && index_of >one &&
	GONGKAI_THREADS=5 gongkai index rebuild && index_of >five && cmp one five &&
	gongkai index rebuild && index_of >many && cmp one many
'

# Xapian's compactor leaves its buffers behind where it cannot write: that leak is not ours to find.
claim 'compacting changes no answer, nor what may come after it; where it cannot be done the index stays and the command says why' '
	rm -rf "$GONGKAI_ARCHIVE/index" && printf "标题：压实前后\n\n压实前后的正文。\n" >before.txt && gongkai ingest before.txt &&
	for q in "" 正文 文件的正文 -正文; do gongkai search --json --size 50 -- "$q"; done | sed "s/\"took_ms\":[0-9.]*//" >want &&
	gongkai index stats --json >st && big=$(json st "d[\"index\"][\"bytes\"]") &&
	{ ( ulimit -f 8; trap "" XFSZ; export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"; gongkai index compact 2>err ) || test $? = 6; } &&
	for q in "" 正文 文件的正文 -正文; do gongkai search --json --size 50 -- "$q"; done | sed "s/\"took_ms\":[0-9.]*//" >got && cmp want got &&
	gongkai index compact &&
	for q in "" 正文 文件的正文 -正文; do gongkai search --json --size 50 -- "$q"; done | sed "s/\"took_ms\":[0-9.]*//" >got && cmp want got &&
	gongkai index stats --json >st && test "$(json st "d[\"index\"][\"bytes\"]")" -le "$big" &&
	printf "标题：后来的\n\n压实以后的正文。\n" >later.txt && gongkai ingest later.txt && gongkai search 压实以后的正文 && gongkai doctor
'

claim 'all of it verifies, and index stats counts it' '
	gongkai verify && gongkai doctor && gongkai search --json "" >out && gongkai index stats --json >st &&
	test "$(json out "d[\"total\"]")" = "$(json st "d[\"documents\"]")" &&
	python3 "$SRC/tests/warc-read.py" "$GONGKAI_ARCHIVE"/warc/*.warc.gz >/dev/null
'

test_done

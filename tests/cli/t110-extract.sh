#!/bin/bash
test_description='gongkai extract: what would be taken in, without an archive; refused files cost themselves'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# json of the one line of file $1 in the answers, in Python's words
of()
{
	python3 -c '
import json, sys
for line in open("out", encoding="utf-8"):
    d = json.loads(line)
    if d["file"] == sys.argv[1]:
        v = eval(sys.argv[2])
        print(v if isinstance(v, str) else json.dumps(v, ensure_ascii=False))
        break
else:
    sys.exit("no answer about " + sys.argv[1])' "$1" "$2"
}

page='<html><head><meta charset=gb2312><meta name="ArticleTitle" content="关于朱镕基讲话的通知"><meta name="PubDate" content="2021-03-05 09:30"><meta name="X" content="别的"></head>
<body><h1>关于朱镕基讲话的通知</h1><p>正文第一段，喆。</p><script>脚本文字</script></body></html>'

test_expect_success 'one JSON object a file: text, title, type, encoding, metadata and what stated it' '
	echo "$page" | iconv -f utf-8 -t gbk >a.html && printf "标题：乙通知\n发文字号：青政〔2020〕3号\n成文日期：2020年2月1日\n\n乙的正文。\n" >b.txt &&
	test ! -e "$GONGKAI_ARCHIVE" && gongkai extract --json a.html b.txt >out 2>err && test_must_be_empty err && test_line_count 2 out &&
	test "$(of a.html "[d[k] for k in (\"title\", \"type\", \"encoding\", \"source\")]")" = "[\"关于朱镕基讲话的通知\", \"text/html\", \"gb18030\", \"html\"]" &&
	test "$(of a.html "d[\"text\"]")" = "关于朱镕基讲话的通知
正文第一段，喆。" &&
	test "$(of a.html "d[\"meta\"][\"published_at\"][:10]")" = 2021-03-05 &&
	test "$(of a.html "d[\"evidence\"][\"published_at\"]")" = "{\"from\": \"PubDate\", \"found\": \"2021-03-05 09:30\"}" &&
	test "$(of a.html "d[\"fields\"][\"X\"]")" = 别的 &&
	test "$(of a.html "d[\"notes\"]")" = "[\"charset gb2312 declared, read as gb18030\"]" &&
	test "$(of b.txt "[d[\"title\"], d[\"meta\"][\"docno\"], d[\"meta\"][\"formed_date\"], d[\"evidence\"][\"docno\"][\"from\"]]")" = "[\"乙通知\", \"青政〔2020〕3号\", \"2020-02-01\", \"发文字号\"]"
'

test_expect_success 'a refused file says why; the others go on; exit status 3' '
	head -c 4096 /dev/urandom >noise.bin && printf "\0" >>noise.bin && : >empty.html &&
	test_must_fail_with 3 gongkai extract --json noise.bin empty.html missing.html a.html . >out 2>err && test_line_count 5 out &&
	test "$(of noise.bin "d[\"reason\"]")" = type && of noise.bin "d[\"error\"][\"message\"]" | grep . &&
	test "$(of empty.html "d[\"reason\"]")" = empty && of missing.html "d[\"error\"][\"message_en\"]" | grep "No such file" &&
	of . "d[\"error\"][\"hint_en\"]" | grep "gongkai extract DIR" && test "$(of a.html "d[\"title\"]")" = 关于朱镕基讲话的通知 && test_line_count 4 err
'

test_expect_success 'in words: each value with its label and where it stood; no argument is an error of usage' '
	gongkai extract a.html >out && grep "发布日期 .*2021-03-05.*<- PubDate" out && grep "^正文第一段，喆。" out &&
	gongkai extract --lang en a.html >out && grep "bytes of text" out && grep "note .*gb2312" out &&
	printf "没有标题行的\033[31m文字，\n" >c.txt && gongkai extract c.txt >out && ! grep "$(printf "\033")" out &&
	test_must_fail_with 2 gongkai extract 2>err && grep "gongkai extract 通知.docx" err
'

test_expect_success 'it says of a file what ingest stores' '
	gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest a.html >/dev/null && gongkai extract --json a.html >out &&
	id=$(gongkai search --json 标题:讲话 >hits && json hits "d[\"hits\"][0][\"id\"]") && gongkai show "$id" --text >stored &&
	of a.html "d[\"text\"]" >said && grep -F -f said stored && gongkai show --json "$id" >doc && test "$(json doc "d[\"title\"]")" = "$(of a.html "d[\"title\"]")"
'
test_done

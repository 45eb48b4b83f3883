#!/bin/bash
test_description='ingest --meta: what the office knows of its files counts before what they state'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null || { echo "Bail out! no archive"; exit 1; }
# id_of TITLE: the id of the document with this title
id_of() { gongkai search --json --size 50 "" >all && python3 -c 'import json, sys; print({h["title"]: h["id"] for h in json.load(open("all"))["hits"]}[sys.argv[1]])' "$1"; }

test_expect_success 'titles, numbers, issuers and days by the table; the rest by the file; what the dictionary lacks is kept' '
	mkdir -p in/sub && printf "标题：错的标题\n发布日期：2021-03-05\n\n正文一，甲乙丙。\n" >in/a.txt && printf "标题：乙通知\n\n正文二，丁戊己。\n" >in/sub/b.txt && printf "标题：丙通知\n\n正文三。\n" >in/c.txt &&
	printf "文件,title,no,org,date,effective,交办人\r\na.txt,\"关于甲的通知，补\",青石府发〔2020〕3号,青石镇人民政府,2020年2月1日,2020-03-01,王五\r\nsub/b.txt,,,青石镇财政所,,,\r\n没有.txt,丁,,,,,\r\n" >meta.csv &&
	gongkai ingest --meta meta.csv in >out 2>err && grep "收入 3 件" out && grep "1 行没有对应的文件.*没有.txt" err &&
	gongkai show "$(id_of 关于甲的通知，补)" --json >one && test "$(json one "[d[\"title\"], d[\"number\"], d[\"org\"], d[\"dates\"][\"made\"], d[\"dates\"][\"published\"], d[\"dates\"][\"effective\"]]")" = \
		"[\"关于甲的通知，补\", \"青石府发〔2020〕3号\", \"青石镇人民政府\", \"2020-02-01\", \"2021-03-05\", \"2020-03-01\"]" &&
	gongkai log "$(id_of 关于甲的通知，补)" --json >log && grep 王五 log && gongkai show "$(id_of 标题：乙通知)" --json >one && test "$(json one "d[\"org\"]")" = 青石镇财政所
'

test_expect_success 'the table in GB18030 is the same; a table without a column of files, or with one file twice, is refused before anything is taken in' '
	iconv -f utf-8 -t gb18030 meta.csv >gb.csv && printf "标题：错的标题\n\n又一个正文。\n" >in/a.txt && gongkai ingest --meta gb.csv in/a.txt 2>err && gongkai search 又一个正文 | grep 关于甲的通知 &&
	printf "标题：戊\n\n没有收入的正文。\n" >d.txt && printf "title,no\nx,y\n" >bad.csv && test_must_fail_with 3 gongkai ingest --meta bad.csv d.txt 2>err && grep "file（文件）" err &&
	printf "file,title\nd.txt,一\nd.txt,二\n" >twice.csv && test_must_fail_with 3 gongkai ingest --meta twice.csv d.txt 2>err && grep "第 3 行.*两次" err &&
	test_must_fail_with 2 gongkai ingest --meta missing.csv d.txt && test_must_fail_with 1 gongkai search "\"没有收入的正文\""
'

test_expect_success 'a value that cannot be is told and kept, and the file is taken in' '
	printf "file,date\nd.txt,二月三十日\n" >odd.csv && gongkai ingest --meta odd.csv d.txt && gongkai search "\"没有收入的正文\"" && gongkai log --json >log && grep 二月三十日 log
'

test_done

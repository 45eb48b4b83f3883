#!/bin/bash
test_description='words that people say for words that documents write: level synonym, the office'"'"'s own list'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<'END'
{"id":"dogs","title":"云溪县养犬登记办法","published_at":"2021-04-02","text":"养犬人应当在三十日内办理登记。"}
{"id":"poor","title":"关于最低生活保障的通知","published_at":"2020-06-05","text":"申请最低生活保障的，向镇人民政府提出。"}
{"id":"office","title":"云溪县人力资源和社会保障局公告","published_at":"2021-03-15","text":"招聘公示。"}
{"id":"cake","title":"饼市管理规定","published_at":"2022-07-18","text":"炊饼摊点应当登记。"}
END
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null &&
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the corpus is not in"; exit 1; }

table()
{
	cat >"$TEST_DIR/table.tsv"
	test_expect_success "$1" 'python3 "$SRC/tests/oracle/ask.py" <"$TEST_DIR/table.tsv"'
}

table 'a run that stands nowhere is looked for with the word of the documents' <<'END'
养狗登记	ids:dogs level:synonym
养犬登记	ids:dogs level:phrase
人社局	ids:office level:synonym
低保	ids:poor level:synonym
養狗登記	ids:dogs level:synonym
养狗 登记	ids:dogs level:synonym
人社局公告 招聘	ids:office level:synonym
END
table 'a phrase in quotes and what is not wanted are never changed' <<'END'
"养狗登记"	ids:
登记 -养狗	ids:dogs,cake level:phrase
END

test_expect_success 'a question is answered by the words of the documents, which are said and marked' '
	gongkai search --json 家里养狗去哪里办手续才好呢 >out && test "$(json out "d[\"query\"][\"level\"]")" = some &&
	test "$(json out "d[\"hits\"][0][\"source_id\"]")" = dogs &&
	gongkai search --json 生活困难的低保户如何提出请求 >out && test "$(json out "d[\"query\"][\"level\"]")" = some &&
	test "$(json out "d[\"hits\"][0][\"source_id\"]")" = poor &&
	test "$(json out "[n[\"words\"][0][\"to\"] for n in d[\"notices\"] if n[\"code\"] == \"related\"][0]")" = 最低生活保障 &&
	gongkai search 生活困难的低保户如何提出请求 >out 2>&1 && grep "低保户→最低生活保障" out && grep "【最低生活保障】" out
'

test_expect_success '--literal asks for what was typed' '
	! gongkai search --literal 养狗登记 >out 2>&1
'

test_expect_success 'the office adds words of its own; a bad line costs itself, and doctor tells of it' '
	! gongkai search --json 烧饼 >out 2>err &&
	printf "烧饼\t=\t炊饼\n坏行\n" >"$GONGKAI_ARCHIVE/synonyms.tsv" &&
	gongkai search --json 烧饼 >out 2>err && grep -q "\"level\": *\"synonym\"" out &&
	gongkai doctor >out 2>&1; grep "synonyms.tsv" out && grep "第 2 行" out
'

test_done

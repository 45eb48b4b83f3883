#!/bin/bash
test_description='destruction by register: what stops it, what is left, and what the public, staff, verify, proofs and copies then say (domain.md 7.4)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<EOF
{"id":"a","title":"关于高温天气的公告","category":"公示公告","issuer":"甲局","formed_date":"2012-07-05","published_at":"2012-07-05","text":"独此一词甲乙。高温红色预警。"}
{"id":"b","title":"安全生产管理办法","docno":"甲发〔2015〕3号","category":"政策法规","issuer":"甲局","norm_level":"norm_doc","formed_date":"2015-05-20","published_at":"2015-06-01","effective_date":"2015-06-01","text":"第一条 安全生产。"}
{"id":"c","title":"招聘公告","category":"公示公告","issuer":"甲局","formed_date":"2013-07-05","published_at":"2013-07-06","text":"独此一词丙丁。招聘。"}
{"id":"d","title":"停水公告","category":"公示公告","issuer":"甲局","formed_date":"2011-07-05","published_at":"2011-07-06","text":"独此一词戊己。停水。"}
EOF
mkdir "$TEST_DIR/in" && printf '<html><head><title>关于降雨的公告</title></head><body><p>独此一词庚辛。大雨。</p></body></html>' >"$TEST_DIR/in/e.html"
gongkai init --org 甲局 --code v >/dev/null
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >/dev/null 2>&1
# A second version, whose first one must go too; and a page whose text is a record of its own.
sed -n 1p "$TEST_DIR/c.jsonl" | sed 's/高温红色预警/独此一词壬癸/' >"$TEST_DIR/a2.jsonl"
gongkai ingest --jsonl "$TEST_DIR/a2.jsonl" >/dev/null 2>&1
gongkai ingest --category 公示公告 "$TEST_DIR/in/e.html" >/dev/null 2>&1
cat >>"$GONGKAI_ARCHIVE/gongkai.conf" <<EOF
fonds = "Z109"
schedule "2016-1" { approval = "云档发〔2016〕3号"  rule "公示公告" { retention = "D10" text = "1.3" }  rule "政策法规" { retention = "Y" text = "1.1" } }
EOF
A=v-2012-000001 B=v-2015-000001 C=v-2013-000001 D=v-2011-000001
E=$(gongkai search --json 标题:降雨 | python3 -c 'import json,sys; print(json.load(sys.stdin)["hits"][0]["id"])')
gongkai correct $E 成文日期=2010-05-05 --yes -q >/dev/null
gongkai retention set --all --yes -q >/dev/null 2>&1
gongkai checkpoint >"$TEST_DIR/note" 2>/dev/null
gongkai proof $A >"$TEST_DIR/before.json" 2>/dev/null
gongkai checkpoint --line >"$TEST_DIR/line" 2>/dev/null
exits() { local want=$1; shift; "$@" >out 2>err; local got=$?; [ $got = "$want" ] || { echo "status $got, not $want: $*"; cat out err; return 1; }; }
events() { gongkai show --events "$1" | wc -l; }
digest8() { sha256sum "$1" | cut -c1-8; }
dispose() { gongkai dispose --list "$1" --approved-by 张三 --second 李四 "${@:2}"; }
# traces WORD…: every file of the archive in which one of them stands, inflated, UTF-8 or UTF-16.
traces()
{
	python3 - "$GONGKAI_ARCHIVE" "$@" <<-END
	import gzip, io, os, sys
	for folder, _, names in os.walk(sys.argv[1]):
	    for name in names:
	        path = os.path.join(folder, name)
	        data = open(path, "rb").read()
	        if ".warc.gz" in name:
	            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read()
	        for word in sys.argv[2:]:
	            if word.encode() in data or word.encode("utf-16-le") in data:
	                print(word, os.path.relpath(path, sys.argv[1]))
	END
}

test_expect_success 'nothing is approved: there is no register to write' '
	exits 1 gongkai dispose --register r.csv && grep "没有批准销毁的文件" err && ! test -e r.csv
'

test_expect_success 'the register has the columns of the rules, and what is known in them' '
	exits 0 gongkai appraise --destroy --report "鉴〔2026〕1号" --reason 无保存价值 --approved-by 张三 --archivist 李四 $A $C $D $E --yes -q &&
	exits 0 gongkai dispose --register r.csv && head -1 r.csv | tr -d "\r" >head && cat >want <<-END &&
	$(printf "\357\273\277")序号,档号,题名,年度,保管期限,已保管年限,页数/份数,密级,鉴定意见,销毁原因,批准人,档案人员,监销人,销毁方式,销毁时间,地点,备注
	END
	test_cmp want head && test_line_count 5 r.csv && grep "^1,Z109-WS·2012-D10-BGS-0001,关于高温天气的公告,2012,定期10年,[0-9]*,—/1,无,鉴〔2026〕1号,无保存价值,张三,李四,,,,,$A" r.csv
'

test_expect_success 'a hold that comes after the approval stops it; a dry run says what would go, and does nothing' '
	exits 0 gongkai hold add --case 复议2026-3 --reason 行政复议 $D --yes -q && n=$(events $A) && exits 0 dispose r.csv && cat >want <<-END &&
	演练：将销毁 3 件，跳过 1 件
	  销毁  $A  Z109-WS·2012-D10-BGS-0001  关于高温天气的公告
	  销毁  $C  Z109-WS·2013-D10-BGS-0001  招聘公告
	  跳过  $D  Z109-WS·2011-D10-BGS-0001  停水公告  不能登记销毁 '"'$D'"'：已停止处置（复议2026-3）
	  销毁  $E  Z109-WS·2010-D10-BGS-0001  关于降雨的公告
	清册摘要 sha256:$(sha256sum r.csv | cut -c1-64)
	什么也没有销毁。要执行：加 --execute --digest $(digest8 r.csv)
	END
	test_cmp want out && test "$(events $A)" = "$n" && ! test -e "$GONGKAI_ARCHIVE/destroy.pending"
'

test_expect_success 'no line of a file says that something was destroyed: the bytes would still be there' '
	printf "{\"type\":\"destroy\",\"id\":\"%s\",\"act\":{\"register\":\"sha256:%064d\",\"supervisors\":[\"张三\",\"李四\"],\"approved_by\":\"张三\"}}\n" $A 0 >forged &&
	n=$(events $A) && exits 3 gongkai events import forged && grep "$A.*内容还在" err && test "$(events $A)" = "$n"
'

test_expect_success 'two persons, the right digest, or nothing' '
	exits 2 gongkai dispose --list r.csv --approved-by 张三 --second 张三 --execute --digest $(digest8 r.csv) && grep "不能是同一人" err &&
	exits 2 gongkai dispose --list r.csv --approved-by 张三 --execute --digest $(digest8 r.csv) && exits 2 dispose r.csv --execute && grep "没有输入清册的摘要" err &&
	exits 2 dispose r.csv --execute --digest 00000000 && grep "不是这份清册的" err && exits 2 dispose r.csv --execute --digest $(digest8 r.csv | cut -c1-7) &&
	sed "s/无保存价值/另有价值/" r.csv >other.csv && exits 2 dispose other.csv --execute --digest $(digest8 r.csv) && grep 独此一词甲乙 <<<"$(gongkai show --text $A)"
'

test_expect_success 'a line that names one supervisor twice, another title, an unknown code, or a code twice is passed over' '
	python3 - r.csv <<-END &&
	import sys
	lines = open(sys.argv[1], encoding="utf-8-sig").read().splitlines()
	row = [l.split(",") for l in lines[1:]]
	row[0][12] = "王五、王五"
	row[1][2] = "招聘通告"
	row[2][1] = "Z109-WS·2099-D10-BGS-0001"
	row.append(list(row[3]))
	open("bad.csv", "w", encoding="utf-8").write("\n".join([lines[0]] + [",".join(r) for r in row]) + "\n")
	END
	exits 0 dispose bad.csv && grep "将销毁 1 件，跳过 4 件" out && grep 两名不同的监销人 out && grep 题名与档号不符 out && grep "没有档号" out && grep 列了两次 out &&
	printf "a,b\n" >no.csv && exits 3 dispose no.csv && grep "应有 17 栏" err && exits 2 dispose absent.csv
'

test_expect_success 'until then everybody reads it' '
	test_server_start && curl -sS -o page -w "%{http_code}" "$SERVER/d/$A" >code && test "$(cat code)" = 200 && curl -sS "$SERVER/d/$A/text" | grep 独此一词壬癸 &&
	gongkai search --json 独此一词 >s && test "$(json s "d[\"total\"]")" = 4 && traces 独此一词甲乙 独此一词庚辛 | grep warc
'

test_expect_success 'carried out: what was on hold stays, the rest is acknowledged' '
	sed "s/张三,李四,,,,,/张三,李四,王五、赵六,粉碎,,档案室,/" r.csv >signed.csv && cp -r "$GONGKAI_ARCHIVE" copy && ls -l "$GONGKAI_ARCHIVE/warc" | awk "{print \$5, \$9}" | grep 000001 >size &&
	exits 3 dispose signed.csv --execute --digest $(digest8 signed.csv) && grep "已销毁 3 件" out && ls -l "$GONGKAI_ARCHIVE/warc" | awk "{print \$5, \$9}" | grep 000001 >now && test_cmp size now &&
	! test -e "$GONGKAI_ARCHIVE/destroy.pending" && test -z "$(ls "$GONGKAI_ARCHIVE/warc" | grep new)"
'

test_expect_success 'no byte of any version or text is left: not in segments, not in the index; the title stays in the log' '
	traces 独此一词甲乙 独此一词壬癸 独此一词丙丁 独此一词庚辛 >left && test_must_be_empty left && traces 独此一词戊己 | grep warc && traces 关于高温天气的公告 | grep warc
'

test_expect_success 'the server that was running says 410 with reference code, title, date and authority; search has forgotten it' '
	day=$(TZ=UTC-8 date +%F) && for path in /d/$A /d/$A/text /d/$A/original /d/$E /d/$A.json; do
		test "$(curl -sS -o page -w "%{http_code}" "$SERVER$path")" = 410 && grep "已依规销毁" page || { echo "$path"; cat page; return 1; }
	done && curl -sS "$SERVER/d/$A.json" >j && test "$(json j "d[\"error\"][\"code\"]")" = gone &&
	test "$(json j "d[\"error\"][\"message\"]")" = "'"'$A'"' 已依规销毁：档号 Z109-WS·2012-D10-BGS-0001，题名《关于高温天气的公告》，销毁日期 $day，依据 鉴〔2026〕1号" &&
	curl -sS "$SERVER/search.json?q=%E7%8B%AC%E6%AD%A4%E4%B8%80%E8%AF%8D" >s && test "$(json s "d[\"total\"]")" = 1 &&
	test "$(curl -sS -o page -w "%{http_code}" "$SERVER/d/v-2099-000001")" = 404 && test "$(curl -sS -o page -w "%{http_code}" "$SERVER/d/$B")" = 200
'

test_expect_success 'staff see that it was there and why it is not; nothing can be undone' '
	exits 0 gongkai show $A && grep 关于高温天气的公告 out && exits 1 gongkai show --text $A && grep "内容已依规销毁" err && exits 1 gongkai show --original $E -o f && ! test -e f &&
	exits 0 gongkai retention explain $A --json && test "$(json out "d[\"retention\"][\"state\"]")" = destroyed &&
	test "$(json out "d[\"retention\"][\"why\"][-1][\"act\"][\"supervisors\"]")" = "[\"王五\", \"赵六\"]" && test "$(json out "d[\"retention\"][\"why\"][-1][\"act\"][\"method\"]")" = 粉碎 &&
	e=$(json out "d[\"retention\"][\"event\"]") && exits 3 gongkai undo $e --reason 反悔 --yes && grep 销毁不可逆 err &&
	exits 3 gongkai hold add --case 晚了 --reason 晚了 $A --yes && exits 0 gongkai retention explain $D --json && test "$(json out "d[\"retention\"][\"state\"]")" = approved_destroy
'

test_expect_success 'verify passes, says how many, and the archive is the one of the old checkpoint' '
	exits 0 gongkai verify --no-report && grep "坏 0 .*依规销毁 5 条" out && exits 0 gongkai verify --no-report --json && test "$(json out "d[\"destroyed\"]")" = 5 &&
	exits 0 gongkai verify --no-report --against "$(cat line)" && exits 0 gongkai doctor
'

test_expect_success 'the proof given out before still holds, and a new one can be made' '
	exits 0 gongkai check-proof before.json && exits 0 gongkai checkpoint && exits 0 gongkai proof $A && cp out after.json && exits 0 gongkai check-proof after.json &&
	test "$(json before.json "d[\"digest\"] if \"digest\" in d else 1")" = "$(json after.json "d[\"digest\"] if \"digest\" in d else 1")"
'

test_expect_success 'every reader of WARC and gzip still reads the segments' '
	gzip -t "$GONGKAI_ARCHIVE"/warc/*.warc.gz && python3 "$SRC/tests/warc-read.py" "$GONGKAI_ARCHIVE"/warc/*.warc.gz >w 2>&1 || { cat w; return 1; }
	zcat "$GONGKAI_ARCHIVE"/warc/000001.warc.gz | grep -a -c "^Gongkai-Destroyed: 2 " | grep -x 5
'

test_expect_success 'it is in no export, and does not come back by being taken in again' '
	exits 0 gongkai export --format bag bag && ! grep -r 独此一词甲乙 bag && ! test -e bag/data/2012/$A && test -e bag/data/2015/$B &&
	exits 0 gongkai export --format warc e.warc.gz && ! zcat e.warc.gz | grep -a 高温 && exits 0 gongkai export --format jsonl e.jsonl && ! grep 高温 e.jsonl &&
	exits 3 gongkai ingest --jsonl c.jsonl && grep "已依规销毁，不再收入" err && exits 3 gongkai ingest --jsonl a2.jsonl && traces 独此一词甲乙 独此一词壬癸 >left && test_must_be_empty left
'

test_expect_success 'an index built anew from the archive gives the same answers' '
	exits 0 gongkai index rebuild && traces 独此一词甲乙 独此一词丙丁 >left && test_must_be_empty left && gongkai search --json 独此一词 >s && test "$(json s "d[\"total\"]")" = 1 &&
	test "$(curl -sS -o page -w "%{http_code}" "$SERVER/d/$A")" = 410
'

test_expect_success 'an old copy put back is seen, and repair does not fetch the bytes from it' '
	cp "$GONGKAI_ARCHIVE/warc/000001.warc.gz" good && test_when_finished "cp good \"\$GONGKAI_ARCHIVE/warc/000001.warc.gz\"" &&
	cp copy/warc/000001.warc.gz "$GONGKAI_ARCHIVE/warc/" && exits 4 gongkai verify --no-report && grep "V21 not-destroyed" out &&
	cp good "$GONGKAI_ARCHIVE/warc/000001.warc.gz" && printf x | dd of="$GONGKAI_ARCHIVE/warc/000001.warc.gz" bs=1 seek=700 conv=notrunc 2>/dev/null && exits 4 gongkai verify --no-report &&
	{ gongkai repair --from copy >out 2>&1; traces 独此一词甲乙 >left; test_must_be_empty left; } && mkdir later && cp -r "$GONGKAI_ARCHIVE/." later && cp good later/warc/000001.warc.gz &&
	exits 0 gongkai repair --from later && exits 0 gongkai verify --no-report
'

test_expect_success 'the hold is over: the rest can go' '
	exits 0 gongkai hold release --case 复议2026-3 --yes -q && exits 0 gongkai dispose --register r2.csv && test_line_count 2 r2.csv && exits 0 dispose r2.csv --execute --digest $(digest8 r2.csv) &&
	traces 独此一词戊己 >left && test_must_be_empty left && exits 0 gongkai verify --no-report && grep "依规销毁 6 条" out && exits 0 gongkai verify --no-report --against "$(cat line)"
'
test_done

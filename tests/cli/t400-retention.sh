#!/bin/bash
test_description='保管: filing by schedule, reference codes, what is due and why, holds that add up, appraisal (domain.md 7.2 to 7.4)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<EOF
{"id":"a","title":"关于高温天气的公告","category":"公示公告","issuer":"甲局","formed_date":"2012-07-05","published_at":"2012-07-05","text":"高温红色预警。"}
{"id":"b","title":"安全生产管理办法","docno":"甲发〔2015〕3号","category":"政策法规","issuer":"甲局","norm_level":"norm_doc","formed_date":"2015-05-20","published_at":"2015-06-01","effective_date":"2015-06-01","text":"第一条 安全生产。"}
{"id":"c","title":"招聘公告","category":"公示公告","issuer":"甲局","formed_date":"2013-07-05","published_at":"2013-07-06","text":"招聘。"}
{"id":"d","title":"某事项","category":"办事流程","issuer":"甲局","formed_date":"2025-07-05","published_at":"2025-07-06","text":"流程。"}
EOF
gongkai init --org 甲局 --code v >/dev/null
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >/dev/null 2>&1
cat >>"$GONGKAI_ARCHIVE/gongkai.conf" <<EOF
fonds = "Z109"
level = "county"
schedule "2008" { approval = "云档发〔2008〕1号" from = "2008-01-01"  rule "公示公告" { retention = "D30" text = "旧表 2.1" } }
schedule "2016-1" { approval = "云档发〔2016〕3号" from = "2016-01-01"
  rule "公示公告" { retention = "D10" text = "1.3 一般性公示公告" }
  rule "政策法规" { retention = "Y" text = "1.1 规范性文件" } }
EOF
A=v-2012-000001 B=v-2015-000001 C=v-2013-000001 D=v-2025-000001
exits() { local want=$1; shift; "$@" >out 2>err; local got=$?; [ $got = "$want" ] || { echo "status $got, not $want: $*"; cat out err; return 1; }; }
events() { gongkai show --events "$1" | wc -l; }

test_expect_success 'filing follows the schedule of the day; a category without a row is named and costs itself' '
	exits 3 gongkai retention set --all --effective 2016-01-10 --yes && cat >want <<-END &&
	将登记：归档 $A 关于高温天气的公告
	  未归档 → 已归档；保管至 2022-12-31：定期10年（1.3 一般性公示公告；期限表 2016-1），自 2013-01-01 起算
	将登记：归档 $B 安全生产管理办法
	  未归档 → 已归档；永久保管（1.1 规范性文件；期限表 2016-1）
	将登记：归档 $C 招聘公告
	  未归档 → 已归档；保管至 2023-12-31：定期10年（1.3 一般性公示公告；期限表 2016-1），自 2014-01-01 起算
	已登记 e-000005：归档 $A
	已登记 e-000006：归档 $B
	已登记 e-000007：归档 $C
	END
	test_cmp want out && grep "保管期限表没有 .办事流程. 一行（.$D.）" err && test "$(events $D)" = 1
'

test_expect_success 'a dry run and a missing confirmation register nothing' '
	exits 0 gongkai retention set $D --keep D10 -n && grep 将登记 out && exits 2 gongkai retention set $D --keep D10 && grep -e --yes err && test "$(events $D)" = 1
'

test_expect_success 'reference codes follow the template and are never given twice' '
	gongkai retention explain $A --json >j && test "$(json j "d[\"retention\"][\"refcode\"]")" = "Z109-WS·2012-D10-BGS-0001" &&
	exits 3 gongkai retention set $D --keep D10 --refcode "Z109-WS·2012-D10-BGS-0001" --yes && grep "已经用过" err && test "$(events $D)" = 1 &&
	exits 0 gongkai retention set $D --keep 10年 --office XXB --reason 比照一般事项 --yes -q && gongkai retention explain $D --json >j &&
	test "$(json j "d[\"retention\"][\"refcode\"]")" = "Z109-WS·2025-D10-XXB-0001"
'

test_expect_success 'the rule, its version and its approval are stored: a new schedule moves nothing by itself' '
	cp "$GONGKAI_ARCHIVE/gongkai.conf" conf && test_when_finished "cp conf \"\$GONGKAI_ARCHIVE/gongkai.conf\"" &&
	echo "schedule \"2020\" { from = \"2020-01-01\" rule \"公示公告\" { retention = \"DQ\" } }" >>"$GONGKAI_ARCHIVE/gongkai.conf" &&
	gongkai retention explain $A --json >j && test "$(json j "d[\"retention\"][\"code\"] + d[\"retention\"][\"schedule\"] + d[\"retention\"][\"approval\"]")" = "D102016-1云档发〔2016〕3号" &&
	exits 0 gongkai retention set $A --yes -q && test_must_be_empty out && test "$(events $A)" = 2
'

test_expect_success 'what is due, with each reason, exactly' '
	exits 0 gongkai retention due --until 2026-06-30 && cat >want <<-END &&
	到 2026-06-30：到期应鉴定 2 件（定期10年 2），应移交 1 件
	  2023-01-01  应鉴定  $A  定期10年  关于高温天气的公告
	  2024-01-01  应鉴定  $C  定期10年  招聘公告
	  2025-05-20  应移交  $B  永久  安全生产管理办法
	END
	test_cmp want out && exits 0 gongkai retention due --until 2023-01-01 && test_line_count 2 out && exits 1 gongkai retention due --until 2022-12-31 &&
	exits 2 gongkai retention due --until 2022-13-31 && exits 0 gongkai retention due --until 2026-06-30 --json && test "$(json out "d[\"appraise\"] + d[\"transfer\"]")" = 3
'

test_expect_success 'why: the chain of events behind the state' '
	exits 0 gongkai retention explain $B && sed "s/经办 .*/经办 X/" out >o && cat >want <<-END &&
	$B  安全生产管理办法
	保管状态   到期应移交（自 2025-05-20）
	期限       永久保管（1.1 规范性文件；期限表 2016-1）
	档号       Z109-WS·2015-Y-BGS-0001
	批准       云档发〔2016〕3号
	移交       2025-05-20
	开放       2040-05-20
	经过
	  2016-01-10  e-000006  归档  Z109-WS·2015-Y-BGS-0001  经办 X
	END
	test_cmp want o && exits 1 gongkai retention explain v-2099-000001
'

test_expect_success 'holds of several cases add up, and each is released by its own name' '
	exits 0 gongkai hold add --case 复议2026-3 --reason 行政复议 $A --yes -q && exits 0 gongkai hold add --case 审计7 --reason 审计 $A $B --yes -q &&
	exits 3 gongkai hold add --case 审计7 --reason 审计 $A --yes && grep 不会改变什么 err &&
	exits 0 gongkai hold list && test_line_count 4 out && grep "审计7  $B" out && exits 2 gongkai hold add --case x $C --yes && grep 理由 err &&
	exits 0 gongkai retention due --until 2035-01-01 && grep "其中 2 件停止处置" out && grep "$A .*\[停止处置：复议2026-3、审计7\]" out &&
	exits 0 gongkai hold release --case 审计7 --yes && test_line_count 6 out && exits 0 gongkai hold list && test_line_count 2 out && grep 复议2026-3 out &&
	exits 1 gongkai hold release --case 审计7 --yes
'

test_expect_success 'a hold blocks the appraisal for destruction and is named; what is not on hold goes on' '
	exits 3 gongkai appraise --destroy --report 鉴1 --reason 无保存价值 --approved-by 张三 --archivist 李四 $A $C --yes &&
	grep "不能登记鉴定销毁 .$A.：已停止处置（复议2026-3）" err && grep "hold release" err && grep "已登记 e-0000.*：鉴定销毁 $C" out &&
	gongkai retention explain $C --json >j && test "$(json j "d[\"retention\"][\"state\"]")" = approved_destroy
'

test_expect_success 'what is permanent or not due is not destroyed, and no signature may be missing' '
	exits 3 gongkai appraise --destroy --report 鉴1 --reason x --approved-by 张三 --archivist 李四 $B --yes && grep 到期应移交 err &&
	exits 3 gongkai appraise --destroy --report 鉴1 --reason x --approved-by 张三 --archivist 李四 $D --yes && grep 已归档 err &&
	exits 2 gongkai appraise --destroy --report 鉴1 --reason x --approved-by 张三 $C --yes && grep 档案人员 err && exits 2 gongkai appraise $C --yes
'

test_expect_success 'called off, kept on for longer, and another term only with a reason' '
	exits 0 gongkai appraise --cancel --reason 家属来查 $C --yes -q && gongkai retention explain $C --json >j && test "$(json j "d[\"retention\"][\"state\"]")" = extended &&
	exits 2 gongkai retention set $C --keep D30 --yes && grep 理由 err && exits 0 gongkai retention set $C --keep D30 --reason 有查考价值 --yes -q &&
	gongkai retention explain $C --json >j && test "$(json j "d[\"retention\"][\"term_end\"]")" = 2043-12-31 &&
	exits 0 gongkai hold release --case 复议2026-3 $A --yes -q && exits 3 gongkai appraise --until 2020-01-01 --report 鉴2 $A --yes && grep 期限已过 err &&
	exits 0 gongkai appraise --until 2099-12-31 --report 鉴2 $A --yes -q && gongkai retention explain $A --json >j &&
	test "$(json j "d[\"retention\"][\"state\"] + d[\"retention\"][\"due_appraisal\"]")" = extended2100-01-01
'

test_expect_success 'an act of keeping is undone as any other, unless a later one rests on it' '
	e=$(gongkai show --events $A | tail -1 | sed "s/.*\"event\": *\"\([^\"]*\)\".*/\1/") && f=$(gongkai show --events $A | sed -n 2p | sed "s/.*\"event\": *\"\([^\"]*\)\".*/\1/") &&
	exits 3 gongkai undo $f --reason 登错 --yes && grep 以它为前提 err && exits 0 gongkai undo $e --reason 登错 --yes &&
	gongkai retention explain $A --json >j && test "$(json j "d[\"retention\"][\"state\"]")" = due_appraisal
'

test_expect_success 'opening waits for 25 years, or says why not' '
	exits 3 gongkai open $B --review 开1 --yes && exits 0 gongkai open $B --review 开1 --reason 科技类 --yes -q && gongkai retention explain $B --json >j && test "$(json j "str(d[\"retention\"][\"open\"])")" = True
'

test_expect_success 'a mistake in the configuration is named with its line' '
	cp "$GONGKAI_ARCHIVE/gongkai.conf" conf && test_when_finished "cp conf \"\$GONGKAI_ARCHIVE/gongkai.conf\"" &&
	for bad in "schedule \"x\" { rule \"y\" { retention = \"D11\" } }" "level = \"village\"" "refcode_template = \"{fonds}\"" "schedule \"x\" { from = \"2020-13-01\" }" "schedule \"x\" { retentoin = \"Y\" }"; do
		cp conf "$GONGKAI_ARCHIVE/gongkai.conf" && echo "$bad" >>"$GONGKAI_ARCHIVE/gongkai.conf" && exits 2 gongkai retention due && grep "第 $(wc -l <"$GONGKAI_ARCHIVE/gongkai.conf") 行" err || return 1
	done
'
test_expect_success 'the four-property test on filing: what failed is written down, a marking or other bytes stop it' '
	cat >f.jsonl <<-END && gongkai ingest --quiet --jsonl f.jsonl >/dev/null &&
	{"id":"f","title":"无机关的公告","category":"公示公告","formed_date":"2019-07-05","published_at":"2019-07-05","text":"公告。"}
	{"id":"g","title":"带标志的公告","category":"公示公告","issuer":"甲局","formed_date":"2018-07-05","published_at":"2018-07-05","text":"机密★五年\\n公告。"}
	{"id":"h","title":"说到机密的公告","category":"公示公告","issuer":"甲局","formed_date":"2017-07-05","published_at":"2017-07-05","text":"保守国家机密是公民的义务。"}
	END
	exits 0 gongkai retention set v-2019-000001 v-2017-000001 --yes && grep "v-2019-000001. 四性检测有不合格项（C1）" err && ! grep v-2017-000001 err && gongkai show --events v-2019-000001 | tail -1 >e && test "$(json e "d[\"act\"][\"four\"]")" = C1 &&
	gongkai show --events v-2017-000001 | tail -1 >e && test "$(json e "d[\"act\"][\"four\"]")" = PASS &&
	g=$(gongkai review list --json | python3 -c "import json, sys; print([json.loads(x)[\"id\"] for x in sys.stdin if json.loads(x)[\"title\"] == \"带标志的公告\"][0])") &&
	exits 3 gongkai retention set $g --yes && grep "四性检测不合格，不能归档（S4）：$g 正文有密级标志" err && test "$(events $g)" = 1
'

test_done

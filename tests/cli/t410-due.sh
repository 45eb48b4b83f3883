#!/bin/bash
test_description='gongkai due: what takes effect, ends, and was published late; terms by adopted rules only; calendars (domain.md 2.3, 4.5 a)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<EOF
{"id":"a","title":"停车管理办法","issuer":"甲局","norm_level":"norm_doc","formed_date":"2025-01-02","published_at":"2025-01-03","effective_date":"2025-02-01","expiry_date":"2027-01-31","text":"一"}
{"id":"b","title":"噪声管理办法（试行）","issuer":"甲局","norm_level":"norm_doc","formed_date":"2024-12-02","published_at":"2024-12-03","effective_date":"2025-01-01","text":"二"}
{"id":"c","title":"新办法","issuer":"甲局","norm_level":"norm_doc","formed_date":"2026-11-02","published_at":"2026-11-03","effective_date":"2027-01-01","text":"三"}
{"id":"d","title":"旧事公告","issuer":"甲局","formed_date":"2021-09-26","published_at":"2021-10-29","text":"四"}
{"id":"e","title":"恰好按期","issuer":"甲局","formed_date":"2021-09-26","published_at":"2021-10-28","text":"五"}
{"id":"f","title":"无日历","issuer":"甲局","formed_date":"2013-09-01","published_at":"2013-10-29","text":"六"}
{"id":"g","title":"乙局办法（试行）","issuer":"乙局","norm_level":"norm_doc","formed_date":"2024-12-02","published_at":"2024-12-03","effective_date":"2025-01-01","text":"七"}
EOF
gongkai init --org 甲局 --code v >/dev/null
gongkai ingest --quiet --jsonl "$TEST_DIR/c.jsonl" >/dev/null
exits() { local want=$1; shift; "$@" >out 2>err; local got=$?; [ $got = "$want" ] || { echo "status $got, not $want: $*"; cat out err; return 1; }; }
B=v-2024-000001

test_expect_success 'one list, with reminders, and twenty working days by the calendar of the year' '
	exits 0 gongkai due --on 2026-11-25 --since 2018-01-01 && cat >want <<-END &&
	将生效 1
	  2027-01-01  v-2026-000001  新办法
	将到期 1
	  2027-01-31  v-2025-000001  停车管理办法  还有 67 天（180 天提醒：评估）
	逾期公开 1
	  2021-10-29  v-2021-000001  旧事公告  成文 2021-09-26，应于 2021-10-28 前公开，迟 1 个工作日
	END
	test_cmp want out && test_must_be_empty err && exits 1 gongkai due --on 2026-11-25 --within 10 && exits 2 gongkai due --within x
'

test_expect_success 'reminders come 180, 60 and 30 days before the last day' '
	for row in "2026-08-03 180" "2026-08-04 180" "2026-12-01 180" "2026-12-02 60" "2027-01-01 30" "2027-01-31 -"; do
		set -- $row && { gongkai due --on $1 --since 2030-01-01 --within 400 --json >j || :; } &&
		got=$(json j "str(d[\"expires\"][0].get(\"reminder\")) if d[\"expires\"] else \"-\"") && case "$1 $2 $got" in
		"2026-08-03 180 None" | "$1 $2 $2") ;;
		"2027-01-31 - 30") ;;
		*) echo "$1: $got, not $2"; return 1 ;;
		esac
	done
'

test_expect_success 'an unknown year is counted by weekends and named; a calendar of the office mends it' '
	exits 0 gongkai due --on 2026-11-25 --since 2013-01-01 && grep "没有 2013 年的工作日历" err && grep "无日历 .*应于 2013-09-27" out &&
	mkdir -p "$GONGKAI_ARCHIVE/workdays" && printf "2013-09-04\tholiday\t县庆\t甲发〔2013〕1号\n" >"$GONGKAI_ARCHIVE/workdays/2013.tsv" && test_when_finished "rm -r \"\$GONGKAI_ARCHIVE/workdays\"" &&
	exits 0 gongkai due --on 2026-11-25 --since 2013-01-01 && test_must_be_empty err && grep "无日历 .*应于 2013-09-30" out &&
	printf "2013-09-04\tfree\n" >"$GONGKAI_ARCHIVE/workdays/2013.tsv" && exits 3 gongkai due && grep "第 1 行" err
'

test_expect_success 'in time by weekends alone is not sure either: the year is named; within twenty days no calendar is needed' '
	cat >h.jsonl <<-END && cp -r "$GONGKAI_ARCHIVE" other && gongkai --archive other ingest --quiet --jsonl h.jsonl >/dev/null &&
	{"title":"二十五日","issuer":"甲局","formed_date":"2012-03-01","published_at":"2012-03-26","text":"八"}
	{"title":"二十日","issuer":"甲局","formed_date":"2011-03-01","published_at":"2011-03-21","text":"九"}
	END
	exits 0 gongkai --archive other due --on 2026-11-25 --since 2011-01-01 && grep "没有 2012 年的工作日历" err && ! grep 2011 err && ! grep 二十 out
'

test_expect_success 'doctor says whether this year has its calendar' '
	year=$(TZ=UTC-8 date +%Y) && mkdir -p "$GONGKAI_ARCHIVE/workdays" && test_when_finished "rm -r \"\$GONGKAI_ARCHIVE/workdays\"" &&
	printf "$year-01-01\tholiday\t元旦\t国办发明电\n" >"$GONGKAI_ARCHIVE/workdays/$year.tsv" && gongkai doctor >out && grep "✓ 有 $year 年的工作日历" out &&
	printf "nonsense\n" >"$GONGKAI_ARCHIVE/workdays/2013.tsv" && exits 1 gongkai doctor && grep "✗ .*2013.tsv" out
'

test_expect_success 'a term that the text does not state: nothing without an adopted rule, and then only of its own issuer' '
	echo "validity_policy \"甲局\" { general = 5 trial = 2 }" >>"$GONGKAI_ARCHIVE/gongkai.conf" && exits 0 gongkai due --on 2026-11-25 && ! grep 噪声 out &&
	sed -i "s/{ general = 5 trial = 2 }/{ adopted = \"甲发〔2020〕1号\" general = 5 trial = 2 }/" "$GONGKAI_ARCHIVE/gongkai.conf" &&
	exits 0 gongkai due --on 2026-11-25 && grep "  2026-12-31  $B  噪声管理办法（试行）  还有 36 天（60 天提醒：报法制机构）  依据 甲发〔2020〕1号" out && ! grep 乙局办法 out && { gongkai due --on 2027-02-01 | grep "  2026-12-31  $B  噪声管理办法（试行）  已过 32 天  依据 甲发〔2020〕1号"; } &&
	gongkai show --json $B --as-of 2027-06-01 >s && test "$(json s "d[\"status\"][\"code\"]")" = in_force
'

test_expect_success 'registered, it ends, and the event names the rule' '
	exits 0 gongkai due --register-terms --dry-run && exits 0 gongkai due --register-terms --yes && gongkai show --json $B --as-of 2026-12-31 >s && test "$(json s "d[\"status\"][\"code\"]")" = in_force &&
	gongkai show --json $B --as-of 2027-01-01 >s && test "$(json s "d[\"status\"][\"code\"]")" = expired && gongkai show --events $B | tail -1 | grep 甲发〔2020〕1号 &&
	exits 0 gongkai due --on 2026-11-25 && grep -A1 "将到期 2" out | grep $B && ! grep 尚未登记 out
'
test_expect_success 'until the day comes the page and the screen say that it will end' '
	last=$(TZ=UTC-8 date -d "100 days" +%F) day=$(TZ=UTC-8 date -d "101 days" +%F) && cat >soon.jsonl <<-END &&
	{"title":"将到期的办法","issuer":"甲局","norm_level":"norm_doc","formed_date":"2020-01-02","published_at":"2020-01-03","effective_date":"2020-02-01","expiry_date":"$last","text":"十"}
	{"title":"将失效的办法","issuer":"甲局","norm_level":"norm_doc","formed_date":"2020-01-02","published_at":"2020-01-03","effective_date":"2020-02-01","text":"十一"}
	END
	gongkai ingest --quiet --jsonl soon.jsonl >/dev/null && gongkai lapse 将失效的办法 --by-text 清理目录 --effective 2021-01-01 --unless-replaced-by $day --yes >/dev/null &&
	test_server_start && curl -fsS "$SERVER/d/v-2020-000001" | grep "自${day}起：有效期届满失效" && curl -fsS "$SERVER/d/v-2020-000002" | grep "自${day}起：宣布失效（没有新文本）" &&
	gongkai show 将失效的办法 >out && grep "^  $day  宣布失效（届时）  没有新文本  由 清理目录$" out && curl -fsS "$SERVER/d/v-2020-000002?as_of=$day" >page && ! grep "自${day}起：" page && grep "仅供查阅" page
'
test_done

#!/bin/bash
test_description='the query language of experience.md 4, by tables over a corpus whose answers can be read off'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<'EOF'
{"id":"a","title":"关于加强安全生产工作的通知","docno":"青石府发〔2021〕3号","issuer":"云溪县青石镇人民政府","column":"政策法规","formed_date":"2021-03-30","published_at":"2021-04-02","effective_date":"2021-05-01","norm_level":"norm_doc","text":"建立健全安全生产责任制。\n第二十条　本通知由镇政府解释。"}
{"id":"b","title":"消防演练方案","issuer":"云溪县应急管理局","column":"公示公告","formed_date":"2020-06-01","published_at":"2020-06-05","text":"安全生产月期间组织消防演练。第20条按县里要求办理。"}
{"id":"c","title":"安全生产管理办法","docno":"青石府发〔2015〕6号","issuer":"云溪县青石镇人民政府","column":"政策法规","formed_date":"2015-04-20","published_at":"2015-04-27","effective_date":"2015-06-01","abolished_by":"青石府发〔2021〕3号","abolished_date":"2021-05-01","norm_level":"norm_doc","text":"生产经营单位应当保证安全生产。第二十一条自二○一五年六月一日起施行。"}
{"id":"d","title":"2021年部门预算","issuer":"云溪县财政局","column":"公示公告","published_at":"2021-03-15","text":"二〇二一年财政预算公开。安全与生产分别列支。参照青石府发〔2021〕3号执行。"}
{"id":"e","title":"高温橙色预警","issuer":"云溪县气象台","column":"气象信息","published_at":"2022-07-18","text":"最高气温ＡＢＣ，40度，注意防暑。GB18030标准。"}
{"id":"f","title":"政府信息公開工作年度報告","issuer":"云溪县青石镇人民政府","column":"政策法规","published_at":"2019-01-20","text":"本報告介紹政府信息公開工作情況，聯繫電話見網站。"}
{"id":"g","title":"养犬登记办事指南","issuer":"云溪县公安局","column":"办事流程","published_at":"2023-02-01","text":"养犬人持身份证办理（大型犬除外）。县城区禁养烈性犬只。"}
{"id":"h","title":"三月防火通告","docno":"青石府发〔2021〕12号","issuer":"云溪县青石镇人民政府","column":"公示公告","formed_date":"2021-03-01","published_at":"2021-03-01","text":"禁止野外用火，做好消防。"}
{"id":"i","title":"未来办法","docno":"青石府发〔2026〕1号","issuer":"云溪县青石镇人民政府","column":"政策法规","published_at":"2026-01-05","effective_date":"2027-09-01","norm_level":"norm_doc","text":"尚早的规定。"}
EOF
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null &&
gongkai ingest --jsonl "$TEST_DIR/c.jsonl" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the corpus is not in"; exit 1; }

# table NAME: a test over the table on stdin
table()
{
	cat >"$TEST_DIR/table.tsv"
	test_expect_success "$1" 'python3 "$SRC/tests/oracle/ask.py" <"$TEST_DIR/table.tsv"'
}

table 'a run of Han is a phrase; words are AND; OR, minus, NOT, brackets' <<'EOF'
安全生产	ids:a,b,c level:phrase quiet
"安全生产"	ids:a,b,c level:phrase quiet
安全 生产	ids:a,b,c,d quiet
安全　生产	ids:a,b,c,d
安全 OR 消防	ids:a,b,c,d,h
安全生产 OR 养犬	ids:a,b,c,g
安全生产 -演练	ids:a,c
安全生产 NOT 演练	ids:a,c
安全生产 -"消防演练"	ids:a,c
安全生产 -(演练 OR 健全)	ids:c
(安全生产 OR 养犬) 登记	ids:g quiet
(安全生产 OR 预算) (执行 OR 演练)	ids:b,d
(安全生产 OR 预算) 执行	ids:d
安全生产 (健全 OR 演练)	ids:a,b
（安全生产　OR　养犬）　登记	ids:g
（安全生产 OR 养犬） 登记	ids:g
登记 （安全生产 OR 养犬）	ids:g
((安全生产))	ids:a,b,c quiet
预算 OR (安全生产 消防)	ids:b,d
安全生产 消防 OR 预算	total:2
"不在任何文件里的话"	ids:
龘靐	ids:
EOF

table 'quotes of every kind' <<'EOF'
“安全生产”	ids:a,b,c quiet
「安全生产」	ids:a,b,c
『安全生产』	ids:a,b,c
＂安全生产＂	ids:a,b,c quiet
"安全生产" "消防"	ids:b
"建立健全安全生产责任制"	ids:a
"安全生产健全"	ids:
“安全 生产”	ids:
EOF

table 'slips are mended and said' <<'EOF'
"安全生产	ids:a,b,c notice:quote
“安全生产	ids:a,b,c notice:quote
(安全生产	ids:a,b,c notice:bracket
安全生产 )	ids:a,b,c notice:bracket
)安全生产(	ids:a,b,c notice:bracket
(安全生产 OR	ids:a,b,c
安全生产 OR	ids:a,b,c notice:operator
OR 安全生产	ids:a,b,c notice:operator
安全生产 -	ids:a,b,c
安全生产 AND	ids:a,b,c
安全生产)	ids:a,b,c notice:bracket
安全生产） 消防	ids:b notice:bracket
EOF

table 'fields: 标题 文号 类别 年 状态 机关 日期, their English and other names, wide colons' <<'EOF'
标题:预算	ids:d quiet
标题：预算	ids:d quiet
title:预算	ids:d
题名:安全生产	ids:a,c
标题:演练 安全生产	ids:b
安全生产 -标题:安全生产	ids:b
标题:"安全生产管理"	ids:c
类别:公示公告	ids:b,d,h
cat:公示公告 消防	ids:b,h
栏目：气象信息	ids:e
类别:没有这个栏目	ids:
年:2021	ids:a,d,h
year:2021	ids:a,d,h
年：2021	ids:a,d,h
年:2020..2021	ids:a,b,d,h
年:..2019	ids:c,f
年:2022..	ids:e,g,i
年：２０２１	ids:a,d,h
安全生产 年:2015..2020	ids:b,c
安全生产 -年:2021	ids:b,c
年:2021..2020	exit:1
机关:云溪县气象台	ids:e
org:云溪县财政局	ids:d
发文机关：云溪县公安局	ids:g
日期:2021-03-01..2021-03-31	ids:d,h
date:2021-03-15	ids:d
日期:2022-01-01..	ids:e,g,i
日期:..2019-12-31	ids:c,f
日期:2021年3月	ids:d,h
年:2021 类别:公示公告 消防	ids:h
EOF

table 'status: words and codes' <<'EOF'
状态:有效	ids:a
is:有效	ids:a
is:in_force	ids:a
状态:废止	ids:c
is:abolished	ids:c
状态：已废止	ids:c
is:尚未生效	ids:i
is:not_applicable	ids:b,d,e,f,g,h
安全生产 -is:废止	ids:a,b
安全生产 is:现行有效	ids:a
EOF

table 'a value that cannot be is taken as a word, and that is said' <<'EOF'
年:二千	notice:field
年:20211	notice:field
日期:2021-13-01	notice:field
is:有笑	notice:field
状态:	notice:field
EOF

table 'a document number in any bracket form: its document first, then those that mention it' <<'EOF'
青石府发〔2021〕3号	order:a,d
青石府发[2021]3号	order:a,d
青石府发(2021)3号	order:a,d
青石府发（2021）3号	order:a,d
青石府发【2021】3号	order:a,d
青石府发［2021］第３号	order:a,d
青石府发〔2021〕03号	order:a,d
青石府发 2021 3号	first:a
青石府发〔２０２１〕３号	order:a,d
青石府发2021-3	first:a
文号:青石府发〔2021〕3号	order:a,d
文号：青石府发[2021]3	order:a,d
no:青石府发2021-3	order:a,d
发文字号:青石府发（2021）03号	order:a,d
文号:青石府发〔2021〕12号	ids:h
青石府发〔2021〕12号	first:h
青石府发〔2015〕6号	first:c
文号:青石府发〔2021〕99号	ids:
安全生产 文号:青石府发〔2021〕3号	ids:a
EOF

table 'traditional, full width and capitals find each other, with a notice if the query was changed' <<'EOF'
安全生產	ids:a,b,c notice:folded
政府信息公开	ids:f quiet
政府信息公開	ids:f notice:folded
"信息公開"	ids:f notice:folded
联系电话	ids:f
ABC	ids:e
ａｂｃ	ids:e
abc	ids:e
gb18030	ids:e
４０度	ids:e
EOF

table '--literal: as typed, nothing folded, nothing loosened' <<'EOF'
安全生產	ids: quiet	--literal
安全生产	ids:a,b,c quiet	--literal
信息公開	ids:f	--literal
信息公开	ids:	--literal
安全生产消防	ids:	--literal
EOF

table 'numerals: 第二十条 and 第20条, 二〇二一年 and 2021年, unless quoted' <<'EOF'
第二十条	ids:a,b
第20条	ids:a,b
"第二十条"	ids:a
"第20条"	ids:b
第二十一条	ids:c
"第二十"	ids:a,c
二〇二一年	ids:d
"二〇二一年"	ids:d
"2021年"	ids:d
EOF

table 'a single character is found wherever it stands, and only it' <<'EOF'
犬	ids:g
養	ids:g notice:folded
火	ids:h
预	ids:d,e
龘	ids:
"犬"	ids:g
犬 登	ids:g
EOF

table 'orders and dates of the call' <<'EOF'
安全生产	order:a,b,c	--sort new
安全生产	order:c,b,a	--sort old
	total:9
安全生产	ids:a	--year 2021
安全生产	ids:a,b	--year 2020..2021
安全生产	ids:b	--cat 公示公告
安全生产	ids:b,a,c	--cat 公示公告 --cat 政策法规
安全生产	ids:c	--status 已废止
安全生产	ids:a,c	--status in_force --status abolished
安全生产	ids:c	--to 2015-12-31
安全生产	ids:a,b	--from 2020-01-01
安全生产	ids:b	--org 云溪县应急管理局
EOF

table 'as-of: the status of that day, in filter and answer' <<'EOF'
is:有效	ids:c	--as-of 2018-01-01
is:有效	ids:c	--as-of 2021-04-30
is:有效	ids:a	--as-of 2021-05-01
is:废止	ids:	--as-of 2021-04-30
is:废止	ids:c	--as-of 2021-05-01
is:有效	ids:a,i	--as-of 2027-09-01
is:尚未生效	ids:a,i	--as-of 2021-04-10
EOF

table 'what has ended is down-weighted, shown and not hidden' <<'EOF'
安全生产 责任 OR 安全生产 经营	ids:a,c
EOF

test_expect_success 'an unknown field word is text, not an error' '
	got=0; gongkai search "http://www.yunxi.example/" || got=$?; test "$got" -le 1
'

test_expect_success 'a long question is answered by the nearest, and says so' '
	gongkai search --json 我家的狗怎么办理养犬登记手续 >out && test "$(json out "d[\"hits\"][0][\"source_id\"]")" = g &&
	test "$(json out "d[\"query\"][\"level\"]")" != phrase && gongkai search 我家的狗怎么办理养犬登记手续 >out 2>&1 && grep 可能相关 out
'

test_done

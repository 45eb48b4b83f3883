#!/bin/bash
test_description='two stories of keeping and what the office reads on the screen, word for word (domain.md 7.4, experience.md 5)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"
. "$SRC/tests/cli/stories.sh"

cat >"$TEST_DIR/c.jsonl" <<EOF
{"id":"1","title":"关于高温天气的公告","category":"公示公告","issuer":"青石镇人民政府","formed_date":"2012-07-05","published_at":"2012-07-05","text":"七月五日发布高温红色预警。"}
{"id":"2","title":"关于停水检修的公告","category":"公示公告","issuer":"青石镇人民政府","formed_date":"2011-03-02","published_at":"2011-03-02","text":"三月四日停水检修。"}
EOF
gongkai init --org 青石镇人民政府 --code qs >/dev/null
gongkai ingest --quiet --jsonl "$TEST_DIR/c.jsonl" >"$TEST_DIR/said" 2>&1 || { cat "$TEST_DIR/said"; echo "Bail out! the corpus is not in"; exit 1; }
cat >>"$GONGKAI_ARCHIVE/gongkai.conf" <<EOF
fonds = "Z109"
level = "county"
schedule "2010" { approval = "云档发〔2010〕1号" from = "2010-01-01"  rule "公示公告" { retention = "D10" text = "1.3 一般性公示公告" } }
EOF
# The register is signed on paper: two supervisors, and how it was done.
signed() { sed "s/张三,李四,,,,,/张三,李四,王五、赵六,粉碎,,县档案馆,/" "$1"; }
digest8() { sha256sum "$1" | cut -c1-8; }

story 'a hold blocks the disposal until it is released' '
g retention set --all --effective 2013-01-05 --yes
g retention due --until 2030-12-31
g hold add --case 复议2023-3 --reason 行政复议 qs-2012-000001 --yes
g retention due --until 2030-12-31
g appraise --destroy --report 鉴〔2023〕1号 --reason 无保存价值 --approved-by 张三 --archivist 李四 qs-2012-000001 qs-2011-000001 --yes
g hold release --case 复议2023-3 --yes
g appraise --destroy --report 鉴〔2023〕1号 --reason 无保存价值 --approved-by 张三 --archivist 李四 qs-2012-000001 --yes
g hold list
' <<'END'
$ gongkai retention set --all --effective 2013-01-05 --yes
将登记：归档 qs-2012-000001 关于高温天气的公告
  未归档 → 已归档；保管至 2022-12-31：定期10年（1.3 一般性公示公告；期限表 2010），自 2013-01-01 起算
将登记：归档 qs-2011-000001 关于停水检修的公告
  未归档 → 已归档；保管至 2021-12-31：定期10年（1.3 一般性公示公告；期限表 2010），自 2012-01-01 起算
已登记 e-000003：归档 qs-2012-000001
已登记 e-000004：归档 qs-2011-000001
登记 2 件，不变 0 件，不能登记 0 件
$ gongkai retention due --until 2030-12-31
到 2030-12-31：到期应鉴定 2 件（定期10年 2），应移交 0 件
  2022-01-01  应鉴定  qs-2011-000001  定期10年  关于停水检修的公告
  2023-01-01  应鉴定  qs-2012-000001  定期10年  关于高温天气的公告
$ gongkai hold add --case 复议2023-3 --reason 行政复议 qs-2012-000001 --yes
将登记：停止处置 qs-2012-000001 关于高温天气的公告
  到期待鉴定；保管至 2022-12-31：定期10年（1.3 一般性公示公告；期限表 2010），自 2013-01-01 起算；停止处置 1 案
已登记 e-000005：停止处置 qs-2012-000001
$ gongkai retention due --until 2030-12-31
到 2030-12-31：到期应鉴定 2 件（定期10年 2），应移交 0 件；其中 1 件停止处置，不可处置
  2022-01-01  应鉴定  qs-2011-000001  定期10年  关于停水检修的公告
  2023-01-01  应鉴定  qs-2012-000001  定期10年  关于高温天气的公告  [停止处置：复议2023-3]
$ gongkai appraise --destroy --report 鉴〔2023〕1号 --reason 无保存价值 --approved-by 张三 --archivist 李四 qs-2012-000001 qs-2011-000001 --yes
将登记：鉴定销毁 qs-2011-000001 关于停水检修的公告
  到期待鉴定 → 批准销毁；保管至 2021-12-31：定期10年（1.3 一般性公示公告；期限表 2010），自 2012-01-01 起算
已登记 e-000006：鉴定销毁 qs-2011-000001
错误：不能登记鉴定销毁 'qs-2012-000001'：已停止处置（复议2023-3）
提示：事毕后解除：gongkai hold release --case … qs-2012-000001
[3]
$ gongkai hold release --case 复议2023-3 --yes
将登记：解除停止处置 qs-2012-000001 关于高温天气的公告
  到期待鉴定；保管至 2022-12-31：定期10年（1.3 一般性公示公告；期限表 2010），自 2013-01-01 起算
已登记 e-000007：解除停止处置 qs-2012-000001
$ gongkai appraise --destroy --report 鉴〔2023〕1号 --reason 无保存价值 --approved-by 张三 --archivist 李四 qs-2012-000001 --yes
将登记：鉴定销毁 qs-2012-000001 关于高温天气的公告
  到期待鉴定 → 批准销毁；保管至 2022-12-31：定期10年（1.3 一般性公示公告；期限表 2010），自 2013-01-01 起算
已登记 e-000008：鉴定销毁 qs-2012-000001
$ gongkai hold list
停止处置 0 条
[1]
END

story 'a destruction, and what the public, the staff, verify and the proof say afterwards' '
g dispose --register 清册.csv
signed 清册.csv >签字.csv
g dispose --list 签字.csv --approved-by 张三 --second 李四
gongkai checkpoint >/dev/null 2>&1 && gongkai proof qs-2012-000001 >证明.json
g dispose --list 签字.csv --approved-by 张三 --second 李四 --execute --digest $(digest8 签字.csv)
test_server_start && echo "公众看到的：" && curl -sS -w "\nHTTP %{http_code}\n" "$SERVER/d/qs-2012-000001" | sed "s/.*<main/<main/; s/<\/main>.*//; s/<[^>]*>/\n/g; s/请求号 .*/请求号 …/" | sed "/^\$/d"
test_server_stop
g search 高温
g show qs-2012-000001
g show --text qs-2012-000001
g retention explain qs-2012-000001
g verify --no-report
g check-proof 证明.json
gongkai checkpoint >/dev/null 2>&1 && gongkai proof qs-2012-000001 >后来的证明.json
g check-proof 后来的证明.json
' <<'END'
$ gongkai dispose --register 清册.csv
清册写到 清册.csv：2 件。补上监销人、方式、地点后：gongkai dispose --list 清册.csv --approved-by … --second …
$ gongkai dispose --list 签字.csv --approved-by 张三 --second 李四
演练：将销毁 2 件，跳过 0 件
  销毁  qs-2012-000001  Z109-WS·2012-D10-BGS-0001  关于高温天气的公告
  销毁  qs-2011-000001  Z109-WS·2011-D10-BGS-0001  关于停水检修的公告
清册摘要 sha256:…
什么也没有销毁。要执行：加 --execute --digest 前八位
$ gongkai dispose --list 签字.csv --approved-by 张三 --second 李四 --execute --digest 前八位
执行：将销毁 2 件，跳过 0 件
  销毁  qs-2012-000001  Z109-WS·2012-D10-BGS-0001  关于高温天气的公告
  销毁  qs-2011-000001  Z109-WS·2011-D10-BGS-0001  关于停水检修的公告
清册摘要 sha256:…
已销毁 2 件。清册与鉴定报告永久保存；核对：gongkai verify
说明：档案之外的副本（备份、移交包、导出）和磁盘上已释放的块不在此列
公众看到的：
该信息已不再提供
'qs-2012-000001' 已依规销毁：档号 Z109-WS·2012-D10-BGS-0001，题名《关于高温天气的公告》，销毁日期 今天，依据 鉴〔2023〕1号
其他机关或档案馆可能仍有保存
回到首页
代码 gone，请求号 …
HTTP 410
$ gongkai search 高温
没有找到“高温”
[1]
$ gongkai show qs-2012-000001
关于高温天气的公告
内容已依规销毁 · 今天 · 依据 鉴〔2023〕1号 · 档号 Z109-WS·2012-D10-BGS-0001
发文机关       青石镇人民政府
成文日期       2012-07-05
发布日期       2012-07-05
栏目           公示公告
编号           qs-2012-000001
原件           text/plain; charset=utf-8  39 字节  sha256:…
经过
  2012-07-05  公布
$ gongkai show --text qs-2012-000001
错误：'qs-2012-000001' 的内容已依规销毁
提示：gongkai retention explain qs-2012-000001 说明依据
[1]
$ gongkai retention explain qs-2012-000001
qs-2012-000001  关于高温天气的公告
保管状态   已销毁（自 今天）
期限       保管至 2022-12-31：定期10年（1.3 一般性公示公告；期限表 2010），自 2013-01-01 起算
档号       Z109-WS·2012-D10-BGS-0001
批准       云档发〔2010〕1号
鉴定       2023-01-01
开放       2037-07-05
经过
  2013-01-05  e-000003  归档  Z109-WS·2012-D10-BGS-0001  经办 经办人
  今天  e-000005  停止处置  复议2023-3  行政复议  经办 经办人
  今天  e-000007  解除停止处置  复议2023-3  经办 经办人
  今天  e-000008  鉴定销毁  鉴〔2023〕1号  无保存价值  经办 经办人
  今天  e-000009  销毁  Z109-WS·2012-D10-BGS-0001  sha256:…  经办 经办人
$ gongkai verify --no-report
核验 2 件（15 条记录，0.0 MB）  坏 0  用时 … 秒  依规销毁 2 条
$ gongkai check-proof 证明.json
成立    qs-2012-000001 《关于高温天气的公告》  登记 5 条  检查点 gongkai/qs（11 条记录）
        原件 sha256:…
注意：证明只与其中的公钥一样可信。请与机关公布的公钥比对，或用 --key 给出：
  gongkai/qs+公钥
$ gongkai check-proof 后来的证明.json
成立    qs-2012-000001 《关于高温天气的公告》  登记 6 条  检查点 gongkai/qs（15 条记录）
        原件 sha256:…
注意：证明只与其中的公钥一样可信。请与机关公布的公钥比对，或用 --key 给出：
  gongkai/qs+公钥
END

test_done

#!/bin/bash
test_description='移交: the package, its four-property test, the archive'"'"'s check, and the receipt (domain.md 7.1, 7.5, 7.6; experience.md 9)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

cat >"$TEST_DIR/c.jsonl" <<END
{"id":"1","title":"关于高温天气的公告","category":"公示公告","issuer":"青石镇人民政府","formed_date":"2012-07-05","published_at":"2012-07-05","text":"七月五日发布高温红色预警。"}
{"id":"2","title":"青石镇渡口管理办法","docno":"青石府发〔2008〕3号","category":"政策法规","issuer":"青石镇人民政府","norm_level":"norm_doc","formed_date":"2008-04-01","published_at":"2008-04-03","effective_date":"2008-05-01","text":"渡口设渡工。"}
{"id":"3","title":"青石镇水利规划","category":"政策法规","issuer":"青石镇人民政府","formed_date":"2009-04-01","published_at":"2009-04-03","text":"规划如下，修渠三里。"}
{"id":"4","title":"青石镇路灯,\"管护\"办法","category":"政策法规","issuer":"青石镇人民政府","norm_level":"norm_doc","formed_date":"2009-06-01","published_at":"2009-06-03","effective_date":"2009-07-01","text":"路灯由镇管护。"}
{"id":"5","title":"青石镇工作总结","category":"政策法规","issuer":"青石镇人民政府","formed_date":"2024-12-30","published_at":"2024-12-31","text":"总结。"}
{"id":"6","title":"青石镇某事项","category":"办事流程","issuer":"青石镇人民政府","formed_date":"2025-01-02","published_at":"2025-01-03","text":"流程。"}
{"id":"7","title":"青石镇旧档","category":"政策法规","issuer":"青石镇人民政府","formed_date":"2023-12-30","published_at":"2023-12-31","text":"旧档正文。"}
END
gongkai init --org 青石镇人民政府 --code qs >/dev/null
gongkai ingest --quiet --jsonl "$TEST_DIR/c.jsonl" >/dev/null 2>&1
cat >>"$GONGKAI_ARCHIVE/gongkai.conf" <<END
fonds = "Z109"
level = "county"
public_url = "https://qs.example"
schedule "2000" { approval = "云档发〔2000〕1号" from = "2000-01-01"
  rule "公示公告" { retention = "D10" text = "1.3 一般性公示公告" }
  rule "政策法规" { retention = "Y" text = "1.1 规范性文件" } }
END
A=qs-2012-000001 B=qs-2008-000001 C=qs-2009-000001 D=qs-2009-000002 E=qs-2024-000001 F=qs-2025-000001 G=qs-2023-000001
gongkai retention set --all --effective 2025-02-05 --yes --quiet >/dev/null 2>&1
gongkai withdraw $C --class 内容有误 --yes >/dev/null
gongkai restore $C --reason 已改 --yes >/dev/null
exits() { local want=$1; shift; "$@" >out 2>err; local got=$?; [ $got = "$want" ] || { echo "status $got, not $want: $*"; cat out err; return 1; }; }
bag() { python3 "$SRC/tests/oracle/bag.py" "$@"; }
package() { python3 "$SRC/tests/oracle/transfer.py" "$@"; }
state() { gongkai retention explain --json "$1" >.s && json .s 'd["retention"]["state"]'; }
today=$(TZ=UTC-8 date +%F)

test_expect_success 'what is due goes into the package, and what it says is told' '
	exits 0 gongkai transfer --to 云溪县档案馆 -o 移交包/ && sed "s/[0-9a-f]\{64\}/…/; s/，[0-9]* 字节/，… 字节/" out >o && cat >want <<-END &&
	移交包 移交包/：3 件，14 个文件，… 字节
	四性检测（移交）合格
	  真实性  合格（2 项未检）
	  完整性  合格
	  可用性  合格
	  安全性  合格（2 项未检）
	移交包摘要 sha256:…（写进交接文据）
	接收单位核对：gongkai transfer check 移交包/；收到回执后：gongkai transfer receipt 回执.json
	END
	test_cmp want o && test_must_be_empty err && test "$(state $B)" = due_transfer && grep "sha256:$(sha256sum <移交包/tagmanifest-sha256.txt | cut -c1-64)" out
'

test_expect_success 'a complete and valid bag, and every table, list and metadata agrees with the files: judged by others' '
	bag 移交包 && package 移交包 >list && cut -d " " -f 1-2 list >got && cat >want <<-END &&
	$B Z109-WS·2008-Y-BGS-0001
	$C Z109-WS·2009-Y-BGS-0001
	$D Z109-WS·2009-Y-BGS-0002
	END
	test_cmp want got && grep "^Source-Organization: 青石镇人民政府$" 移交包/bag-info.txt && grep "^External-Description: 档案移交，3 件$" 移交包/bag-info.txt
'

test_expect_success 'what the manual says is in a package is in it, and nothing else' '
	(cd 移交包 && find . -type f | sed "s|^\./||; s|/qs-[0-9]*-[0-9]*/|/ID/|; s|data/20[0-9][0-9]/|data/2012/|; s|v1-original.txt|v1-original.html|" | sort -u) >in && tr "," "\n" <"$SRC/doc/gongkai-transfer.5" | sed -n "s/^\.It Pa //p; s/^ *\([a-z0-9-]*\.txt\) *$/\1/p" | tr -d " " | grep -v "^v" | sort -u >told &&
	test_cmp told in && for key in $(json 移交包/data/handover.json "\" \".join(sorted(set(d) | set(d[\"items\"][0]) | set(d[\"items\"][0][\"files\"][0])))"); do grep -q "\"$key\"" "$SRC/doc/gongkai-transfer.5" || { echo "$key"; return 1; }; done
'

test_expect_success 'the three that the law wants: disclosure, opening, secrecy' '
	tr -d "\r" <移交包/data/disclosure.csv | sed 1d >got && cat >want <<-END &&
	Z109-WS·2008-Y-BGS-0001,$B,青石镇渡口管理办法,主动公开,2008-04-03,网站,https://qs.example/d/$B,已公开,,现行有效,
	Z109-WS·2009-Y-BGS-0001,$C,青石镇水利规划,主动公开,2009-04-03,网站,https://qs.example/d/$C,已公开,$today 下线（内容有误）；$today 恢复公开,,
	Z109-WS·2009-Y-BGS-0002,$D,"青石镇路灯,""管护""办法",主动公开,2009-06-03,网站,https://qs.example/d/$D,已公开,,现行有效,
	END
	test_cmp want got && tr -d "\r" <移交包/data/opening.csv | sed -n 2p >got && echo "Z109-WS·2008-Y-BGS-0001,$B,青石镇渡口管理办法,2033-04-01,同意开放,已作为政府信息公开" >want && test_cmp want got &&
	tr -d "\r" <移交包/data/secrecy.csv | sed -n 2p >got && echo "Z109-WS·2008-Y-BGS-0001,$B,青石镇渡口管理办法,无,无变更" >want && test_cmp want got
'

test_expect_success 'the checks by others see a file exchanged together with its manifests' '
	cp -a 移交包 b0 && printf x >>b0/data/2008/$B/v1-original.txt && test_must_fail_with 1 bag b0 && test_must_fail_with 1 package b0
'

test_expect_success 'the archive checks it without an archive of its own, and writes the receipt' '
	GONGKAI_ARCHIVE=/nonexistent exits 0 gongkai transfer check 移交包 --number 云档接〔2026〕3号 && sed "s/[0-9a-f]\{64\}/…/; s/qs-[0-9]*-[0-9]*：/qs-…：/" out >o && cat >want <<-END &&
	移交包 qs-…：青石镇人民政府 移交 云溪县档案馆，3 件，14 个文件
	四性检测（接收）合格
	  真实性  合格（2 项未检）
	  完整性  合格
	  可用性  合格（3 项未检）
	  安全性  合格（4 项未检）
	移交包摘要 sha256:…
	回执写到 回执.json
	END
	test_cmp want o && test "$(json 回执.json "d[\"result\"] + d[\"receipt\"] + d[\"to\"]")" = PASS云档接〔2026〕3号云溪县档案馆 && test "$(json 回执.json "len(d[\"items\"])")" = 3 &&
	for key in $(json 回执.json "\" \".join(sorted(set(d) | set(d[\"items\"][0])))"); do grep -q "\"$key\"" "$SRC/doc/gongkai-transfer.5" || { echo "$key"; return 1; }; done &&
	exits 0 gongkai transfer check --json 移交包 && test "$(json out "d[\"result\"]")" = PASS && exits 1 gongkai transfer check 没有 && mkdir 空 && exits 3 gongkai transfer check 空
'

# broken NAME CODE COMMAND: a copy on which the command is done fails the check with this code, and its receipt says FAIL
broken()
{
	rm -rf "bad" && cp -a 移交包 bad && (cd bad && eval "$2") && exits 1 gongkai transfer check bad --number 1 -o bad.json && grep "    $1 " out && test "$(json bad.json "d[\"result\"]")" = FAIL ||
		{ echo "$1: $2"; cat out err; return 1; }
}

test_expect_success 'a byte changed, a file gone, one more, a link, another tag, another count: each fails what it is about' '
	broken A4 "printf x >>data/2008/$B/v1-original.txt" && broken A2 "printf x >>data/2008/$B/v1-original.txt" && broken A4 "rm data/2009/$C/events.jsonl" &&
	broken S2 "echo more >data/more.txt" && broken S2 "ln -s /etc/passwd data/passwd" && broken A4 "echo X: y >>bag-info.txt" && broken C4 "printf \"x\\r\\n\" >>data/catalogue.csv" &&
	broken U1 "echo {} >data/handover.json" && broken A4 "sed -i 1d manifest-sha512.txt" && broken A4 "printf \"%064d  ../../etc/passwd\\n\" 0 >>manifest-sha256.txt"
'

test_expect_success 'a list that leaves a document out does not pass, though every digest is right' '
	rm -rf bad && cp -a 移交包 bad && python3 - bad <<-END && exits 1 gongkai transfer check bad && grep "    C4 " out && ! grep "    A4 " out
	import hashlib, json, os, sys
	os.chdir(sys.argv[1])
	h = json.load(open("data/handover.json", encoding="utf-8"))
	del h["items"][0]
	open("data/handover.json", "w", encoding="utf-8").write(json.dumps(h, ensure_ascii=False))
	def again(manifest, names):
	    for a in ("sha256", "sha512"):
	        rows = [l.split("  ", 1) for l in open("%s-%s.txt" % (manifest, a)).read().splitlines()]
	        open("%s-%s.txt" % (manifest, a), "w").write("".join("%s  %s\n" % (hashlib.new(a, open(n, "rb").read()).hexdigest() if n in names else d, n) for d, n in rows))
	again("manifest", ["data/handover.json"])
	again("tagmanifest", ["manifest-sha256.txt", "manifest-sha512.txt"])
	END
'

test_expect_success 'a receipt that does not fit registers nothing of what it is wrong about' '
	sed "s/\"digest\": \"sha256:[0-9a-f]\{64\}\"/\"digest\": \"sha256:$(printf %064d 7)\"/" 回执.json >other.json && exits 3 gongkai transfer receipt other.json --yes && grep "没有摘要为" err && test "$(state $B)" = due_transfer &&
	sed "s/2008-Y-BGS-0001/2008-Y-BGS-0009/" 回执.json >other.json && exits 3 gongkai transfer receipt other.json --dry-run && grep "档号是 .Z109-WS·2008-Y-BGS-0001" err &&
	exits 3 gongkai transfer receipt bad.json --yes && grep 不合格 err && exits 3 gongkai transfer receipt c.jsonl --yes && exits 2 gongkai transfer receipt && exits 2 gongkai transfer receipt 回执.json && test "$(state $B)" = due_transfer
'

test_expect_success 'the receipt is registered: the record says where it is, and stays searchable' '
	sed -i "0,/\"archive_refcode\": \"\"/s//\"archive_refcode\": \"YX001-2008-001\"/" 回执.json && exits 0 gongkai transfer receipt 回执.json --yes && grep "已登记 e-0000[0-9]*：移交 $D" out &&
	test "$(state $B)" = transferred && gongkai show --events $B | tail -1 >e && test "$(json e "d[\"act\"][\"package\"]")" = "sha256:$(sha256sum <移交包/tagmanifest-sha256.txt | cut -c1-64)" &&
	test "$(json e "d[\"act\"][\"receipt\"] + d[\"act\"][\"result\"]")" = 云档接〔2026〕3号PASS && gongkai show $B >s && grep "^已移交：云溪县档案馆，档号 YX001-2008-001（$today）$" s &&
	test_server_start && curl -fsS "$SERVER/d/$B" | grep "已移交：云溪县档案馆，档号 YX001-2008-001" && curl -fsS "$SERVER/d/$D.json" >j && test "$(json j "d[\"transferred\"][\"refcode\"]")" = "Z109-WS·2009-Y-BGS-0002" &&
	gongkai search --json 渡工 >s && test "$(json s "d[\"total\"]")" = 1 && gongkai verify --no-report && exits 3 gongkai transfer receipt 回执.json --yes && exits 1 gongkai transfer --to 云溪县档案馆 -o 再来
'

test_expect_success 'early: by year or by name; what is not filed or gone is named and costs itself' '
	exits 3 gongkai transfer --to 云溪县档案馆 -o 提前 $E $F $B $A && grep "$A.* 不能移交：它是“到期待鉴定”" err && grep "$F.* 不能移交：它是“未归档”" err && grep "$B.* 不能移交：它是“已移交”" err && package 提前 | cut -d " " -f 1 >got && echo $E >want && test_cmp want got &&
	exits 0 gongkai transfer --to 云溪县档案馆 -o 二四年 --year 2024 && package 二四年 | cut -d " " -f 1 >got && echo $E >want && test_cmp want got && exits 2 gongkai transfer -o x && exits 2 gongkai transfer --to x &&
	exits 2 gongkai transfer --to 云溪县档案馆 -o 二四年 --year 2024 && test -z "$(find . -maxdepth 1 -name "*partial*")"
'

test_expect_success 'a marking, a gap in the numbers, a missing fonds: the package is made, and says that it does not pass' '
	gongkai correct $G 密级=秘密 --yes >/dev/null && exits 1 gongkai transfer --to 云溪县档案馆 -o 有标志 --year 2023 && grep "    S4 没有涉密标志  $G 的密级是秘密" out && bag 有标志 && grep "^安全性	S4	.*	FAIL	$G" 有标志/four-property.tsv &&
	gongkai retention set $F --keep D30 --reason 比照 --refcode "Z109-WS·2025-D30-BGS-0003" --yes -q >/dev/null && exits 1 gongkai transfer --to 云溪县档案馆 -o 断号 $F && grep "    C2 件号连续  Z109-WS·2025-D30-BGS-0001 从未给出；Z109-WS·2025-D30-BGS-0002" out &&
	cp "$GONGKAI_ARCHIVE/gongkai.conf" conf && test_when_finished "cp conf \"\$GONGKAI_ARCHIVE/gongkai.conf\"" && sed -i "/^fonds/d" "$GONGKAI_ARCHIVE/gongkai.conf" &&
	exits 1 gongkai transfer --to 云溪县档案馆 -o 无全宗 $E && grep "    C1 .*全宗号" out
'

test_expect_success 'where there is no room nothing is left: no package, no piece of one' '
	{ got=0; (ulimit -f 1; gongkai transfer --to 云溪县档案馆 -o 无处 --year 2023 >out 2>err) || got=$?; } && cat out err && test $got = 6 && grep "提示：" err && ! test -e 无处 && test -z "$(find . -maxdepth 1 -name "*partial*")"
'

test_expect_success 'a receipt on paper' '
	exits 0 gongkai transfer receipt --to 云溪县档案馆 --number 云档接〔2026〕9号 --date 2026-03-01 $E --yes && test "$(state $E)" = transferred && gongkai show --events $E | tail -1 >e &&
	test "$(json e "d[\"effective_date\"] + d[\"act\"][\"to\"]")" = 2026-03-01云溪县档案馆 && exits 2 gongkai transfer receipt --to 云溪县档案馆 $A && exits 3 gongkai transfer receipt --to 云溪县档案馆 --number 1 qs-2099-000001 --yes
'
test_done

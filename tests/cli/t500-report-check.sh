#!/bin/bash
test_description='gongkai report check: reports as they are published, in every form and state; what fails is named, what is right is not blamed'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

reports() { python3 "$SRC/tests/oracle/annual_reports.py" "$@"; }

test_expect_success 'sixty-four reports in the forms of life, nineteen with planted errors: all named, none invented, every cell as it was' '
	reports make r && reports compare r >out; cat out; tail -1 out | grep "^64 reports, 19 with planted errors, 0 wrong$"
'

test_expect_success 'the oracle is no rubber stamp: a changed number is seen as wrong' '
	cp -r r changed && sed -i "s/>20.3</>20.3x</" changed/01-plain.html && test_must_fail_with 1 reports compare changed >out && grep "01-plain.html wrong: .*findings" out
'

test_expect_success 'in words: tables found, cells, exit status by errors alone; --strict by warnings too' '
	test_must_fail_with 1 gongkai report check r/21-a1.html >out && grep "表二 有（6 行）  表三 有（25 行）  表四 有" out && grep "错误  A1  c2 商业企业：新收" out && grep "\[T3.r1.c2 T3.r2.c2 T3.r3.7.c2 T3.r4.c2\]" out &&
	gongkai report check r/28-a6.html --previous r/28-a6.html-previous0.html >out && grep "警告  A6  行政规范性文件" out &&
	test_must_fail_with 1 gongkai report check --strict r/28-a6.html --previous r/28-a6.html-previous0.html >out &&
	gongkai --lang en report check r/01-plain.html >out && grep "errors 0, warnings 0" out
'

test_expect_success 'ragged rows are told of, with how many columns they have' '
	gongkai report check r/08-ragged.html >out && grep "T3.r3.3.1：columns=8 expected=7" out && gongkai report check --json r/08-ragged.html >json && python3 -c "
import json
d = json.load(open(\"json\"))
assert d[\"cells\"][\"T3.r3.1.c1\"] == 3 and d[\"cells\"][\"T4.reconsider.upheld\"] is None, d[\"cells\"]"
'

test_expect_success 'what is no report, an empty file, noise: said, never a crash' '
	printf "今天天气很好。\n" >no.txt && test_must_fail_with 1 gongkai report check no.txt >out && grep "表二 无.*表三 无.*表四 无" out &&
	: >empty.html && test_must_fail_with 3 gongkai report check empty.html 2>err && head -c 3000 /dev/urandom >noise && printf "\0" >>noise && test_must_fail_with 3 gongkai report check noise 2>err &&
	test_must_fail_with 2 gongkai report check missing.html 2>err && test_must_fail_with 2 gongkai report check 2>err && python3 - <<-"END"
	import glob, random, subprocess
	rng = random.Random(5)
	for path in sorted(glob.glob("r/[0-9]*.html") + glob.glob("r/*.txt"))[:40]:
	    lines = open(path, "rb").read().replace(b"><", b">\n<").split(b"\n")
	    for _ in range(len(lines) // 12 + 3):
	        i = rng.randrange(len(lines))
	        what = rng.randrange(4)
	        if what == 0:
	            del lines[i]
	        elif what == 1:
	            lines.insert(rng.randrange(len(lines)), lines[i])
	        elif what == 2:
	            lines[i] = lines[i][: rng.randrange(len(lines[i]) + 1)]
	        else:
	            lines[i] = lines[i].replace(b"td", b"td colspan=99999999 rowspan=-3")
	        lines = lines or [b"x"]
	    open("m", "wb").write(b"\n".join(lines))
	    p = subprocess.run(["gongkai", "report", "check", "m"], capture_output=True)
	    assert p.returncode in (0, 1, 3), (path, p)
	END
'
test_done

#!/bin/bash
test_description='red-head papers and pages with metadata boxes, made at random with known truth: at least 99 of 100 values are right'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

papers() { python3 -B "$SRC/tests/office/papers.py" "$@"; }

test_expect_success '200 papers and 200 pages: numbers, issuers, titles, days, words of validity, and where in the text they stand' 'papers --seed 1'
for seed in 20 21 22; do
	test_expect_success "40 and 40 others, seed $seed" "papers --seed $seed --papers 40 --pages 40 --least 0.97"
done

for seed in 1 2; do
	test_expect_success "120 papers and 120 pages that are unusual and yet right, seed $seed" "python3 -B \"$SRC/tests/office/unusual.py\" --seed $seed --papers 120 --pages 120 --least 0.99"
done

test_expect_success 'what is inferred is marked so in the event, and counts behind what is stated' '
	printf "云溪县人民政府文件\n云政发〔2021〕3号\n云溪县人民政府关于防汛的通知\n各乡镇人民政府：\n请落实。\n云溪县人民政府\n2021年3月5日\n" >a.txt &&
	printf "file,no\na.txt,云政发〔2021〕4号\n" >meta.csv &&
	gongkai init --org 云溪县人民政府 --code yx >/dev/null && gongkai ingest a.txt --meta meta.csv --json >in.json && sed -n 1p in.json >first && id=$(json first "d[\"id\"]") &&
	gongkai show "$id" --json >one && test "$(json one "[d[\"number\"], d[\"org\"], d[\"dates\"][\"made\"]]")" = "[\"云政发〔2021〕4号\", \"云溪县人民政府\", \"2021-03-05\"]" &&
	gongkai log "$id" --json >log && grep -q "\"inferred\"" log && grep -q "\"issuer\"" log && ! grep -q "\"docno\":{\"at\"" log
'
test_done

#!/bin/bash
test_description='checkpoints and proofs: 1,000 proofs hold without the archive, 3,000 changed things fail, a removed record is seen'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

ask() { python3 "$SRC/tests/oracle/proof.py" "$@"; }
# Nothing of the archive may be of help.
offline() { env -u GONGKAI_ARCHIVE gongkai check-proof --archive /nonexistent "$@"; }
# Every file must fail, and with this status; in a function, so that one that passes is a failed test.
all_fail()
{
	local status=$1 file command=()
	shift
	while [ "$1" != -- ]; do
		command+=("$1")
		shift
	done
	shift
	for file in "$@"; do
		test_must_fail_with "$status" "${command[@]}" "$file" >all_fail.out 2>&1 || {
			echo "not refused as it should be: $file"
			cat all_fail.out
			return 1
		}
	done
}
has_against() { gongkai verify --help | grep -q -e --against; }

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null
ask generate 1000 >"$TEST_DIR/docs.jsonl"
gongkai ingest --quiet --jsonl "$TEST_DIR/docs.jsonl" >/dev/null
gongkai show qsz-2015-000001 --original -o "$TEST_DIR/original"

test_expect_success 'before the first checkpoint there is no proof, and it says what to do' '
	test_must_fail_with 1 gongkai proof qsz-2015-000001 >out 2>err && test_must_be_empty out && grep "gongkai checkpoint" err
'

test_expect_success 'a checkpoint is a signed note, printed and stored, and tells nothing secret' '
	gongkai checkpoint >note 2>err && head -1 note | grep -x gongkai/qsz && sed -n 2p note | grep -xE "[0-9]{4}" &&
	sed -n 3p note | grep -xE "[A-Za-z0-9+/]{43}=" && sed -n 4p note | grep -x "" && test_line_count 5 note && tail -1 note | grep "^— gongkai/qsz " &&
	test_cmp note "$GONGKAI_ARCHIVE/checkpoints/$(printf %012d "$(sed -n 2p note)").note" &&
	test "$(stat -c %a "$GONGKAI_ARCHIVE/keys/checkpoint.key")" = 600 && grep ^gongkai/qsz+ "$GONGKAI_ARCHIVE/keys/checkpoint.pub" &&
	test_absent "$(sed "s/^PRIVATE+KEY+[^+]*+[^+]*+//" "$GONGKAI_ARCHIVE/keys/checkpoint.key")" note && test_absent "$(sed "s/^PRIVATE+KEY+[^+]*+[^+]*+//" "$GONGKAI_ARCHIVE/keys/checkpoint.key")" err
'

test_expect_success 'as long as nothing is added it stays the same' '
	gongkai checkpoint >again 2>err && test_cmp note again && gongkai checkpoint --json >j && test "$(json j "str(d[\"new\"])")" = False &&
	test "$(ls "$GONGKAI_ARCHIVE/checkpoints" | wc -l)" = 1
'

test_expect_success 'in one line it is one line' '
	gongkai checkpoint --line >line 2>/dev/null && test_line_count 1 line && grep "^gongkai/qsz $(sed -n 2p note) $(sed -n 3p note) " line
'

test_expect_success_if openssl -- 'openssl finds the signature good' '
	ask pem "$(cat "$GONGKAI_ARCHIVE/keys/checkpoint.pub")" >pub.pem && ask body note >body && ask signature note gongkai/qsz >sig &&
	openssl pkeyutl -verify -rawin -pubin -inkey pub.pem -in body -sigfile sig
'

test_expect_success 'proofs of 1,000 documents hold without the archive' '
	python3 -c "
import gzip, re, sys
data = gzip.open(sys.argv[1]).read().decode(errors=\"replace\")
print(*sorted(set(re.findall(r\"urn:gongkai:(qsz-[0-9]{4}-[0-9]{6})\", data))), sep=\"\n\")" "$GONGKAI_ARCHIVE/warc/000001.warc.gz" >ids && test_line_count 1000 ids &&
	gongkai proof $(cat ids) >proofs && test_line_count 1000 proofs &&
	mv "$GONGKAI_ARCHIVE" away && test_when_finished mv away "\"\$GONGKAI_ARCHIVE\"" &&
	cp away/keys/checkpoint.pub . && offline --key checkpoint.pub --json proofs >out && test "$(grep -c "\"valid\":true" out)" = 1000 &&
	offline --key "$(cat checkpoint.pub)" --checkpoint line --lang en proofs >out2 && tail -1 out2 | grep "1000 hold, 0 fail"
'

test_expect_success 'every leaf of them leads to the root, by the definition of RFC 9162 alone' '
	test "$(ask roots <proofs)" = 1000
'

test_expect_success 'without a known key it says plainly what the proof is worth' '
	head -1 proofs >p.json && offline p.json >out 2>err && grep "$(cat checkpoint.pub)" err && grep -e --key err &&
	offline --key checkpoint.pub p.json >out 2>err && test_must_be_empty err
'

test_expect_success 'the proof of another archive does not pass for ours' '
	gongkai init --archive other --org 别处 --code qsz >/dev/null && gongkai ingest --archive other --quiet --jsonl docs.jsonl >/dev/null && gongkai checkpoint --archive other >note2 2>/dev/null &&
	gongkai proof --archive other qsz-2015-000001 >p2.json && offline p2.json && test_must_fail_with 1 offline --key checkpoint.pub p2.json >out && grep 另一把公钥 out &&
	test_must_fail_with 1 offline --checkpoint note p2.json
'

test_expect_success '1,000 changed proofs fail, every one' '
	mkdir bad && ask mutate-proofs 1000 bad <proofs && test_must_fail_with 1 offline --json bad/* >out 2>err && ! grep "\"valid\":true" out &&
	test "$(sed "s/.*\"file\":\"\([^\"]*\)\".*/\1/" out | sort -u | wc -l)" = 1000
'

test_expect_success '1,000 proofs with a changed checkpoint fail, every one' '
	mkdir heads && ask mutate-heads 1000 heads <proofs && test_must_fail_with 1 offline --json heads/* >out 2>err && ! grep "\"valid\":true" out && test_line_count 1000 out
'

test_expect_success '1,000 changed documents fail, every one, and the true one passes' '
	mkdir docs && ask mutate-file 1000 original docs && gongkai proof qsz-2015-000001 >p.json && offline p.json --key checkpoint.pub --original original >out && grep 就是原件 out &&
	test "$(ls docs | wc -l)" = 1000 && all_fail 1 offline p.json --key checkpoint.pub --original -- docs/*
'

test_expect_success 'what is no proof is refused, and other files are named' '
	: >empty && printf "{}\n" >braces && head -c 100 /dev/urandom >noise && head -c 200 p.json >half &&
	all_fail 1 offline -- empty braces noise half original && test_must_fail_with 2 offline 2>err &&
	test_must_fail_with 2 offline /nonexistent/p.json 2>err && grep /nonexistent/p.json err && test_must_fail_with 2 offline p.json --key /nonexistent/key 2>err
'

test_expect_success 'the kept hashes may be lost or damaged: proofs stay the same to the byte' '
	rm "$GONGKAI_ARCHIVE/index/leaves" && gongkai proof qsz-2015-000001 >p2.json && test_cmp p.json p2.json && test ! -e "$GONGKAI_ARCHIVE/index/leaves" &&
	gongkai checkpoint >/dev/null 2>&1 && size=$(stat -c %s "$GONGKAI_ARCHIVE/index/leaves") &&
	head -20 proofs >want && : >diff &&
	for at in 5 200 $((size / 2)) $((size / 2 + 40)) $((size - 70)); do
		printf "\377\377\377\377\377\377" | dd of="$GONGKAI_ARCHIVE/index/leaves" bs=1 seek=$at conv=notrunc 2>/dev/null
		gongkai proof $(head -20 ids) | cmp want - >>diff 2>&1
	done && test_must_be_empty diff
'

test_expect_success 'a document later than the checkpoint needs a new one' '
	echo "{\"id\":\"late\",\"title\":\"后来的文件\",\"published_at\":\"2027-01-02\",\"text\":\"后来的正文。\"}" >late.jsonl && gongkai ingest --quiet --jsonl late.jsonl >/dev/null &&
	test_must_fail_with 1 gongkai proof qsz-2027-000001 2>err && grep "gongkai checkpoint" err && gongkai proof qsz-2015-000001 >p2.json && test_cmp p.json p2.json &&
	gongkai checkpoint >newer 2>/dev/null && gongkai proof qsz-2027-000001 >late.json && offline --key checkpoint.pub late.json &&
	test_must_fail_with 1 gongkai proof qsz-2027-000002 2>err && grep qsz-2027-000002 err && test_must_fail_with 1 gongkai proof nonsense 2>err &&
	gongkai proof --at "$(sed -n 2p note)" qsz-2015-000001 >p2.json && test_cmp p.json p2.json && test_must_fail_with 1 gongkai proof --at "$(sed -n 2p note)" qsz-2027-000001 2>err &&
	test_must_fail_with 1 gongkai proof --at 7 qsz-2015-000001 2>err && test_must_fail_with 2 gongkai proof --at x qsz-2015-000001 2>err
'

test_expect_success 'a newer version and its event are in the proof, and both originals are known' '
	echo "{\"id\":\"late\",\"title\":\"后来的文件\",\"published_at\":\"2027-01-02\",\"text\":\"改过的正文。\"}" >late2.jsonl && gongkai show qsz-2027-000001 --original -o v1 && gongkai ingest --quiet --jsonl late2.jsonl >/dev/null &&
	gongkai checkpoint >/dev/null 2>&1 && gongkai proof qsz-2027-000001 >late.json && gongkai show qsz-2027-000001 --original -o v2 && offline late.json --json >out && test "$(json out "str(d[\"versions\"])")" = 2 &&
	offline late.json --original v1 --json >out && test "$(json out "str(d[\"original_version\"])")" = 1 && offline late.json --original v2 --json >out && test "$(json out "str(d[\"original_version\"])")" = 2
'

test_expect_success_if openssl -- 'the cosignature of an outside witness is attached and asked for' '
	openssl genpkey -algorithm ED25519 -out w.pem && gongkai checkpoint >now 2>/dev/null && ask cosign now w.pem witness >answer &&
	test_must_fail_with 3 gongkai checkpoint --attach answer 2>err && grep -e --witness err &&
	gongkai checkpoint --attach answer --witness witness.vkey >both 2>err && test_line_count 6 both && head -5 both | test_cmp now - && tail -1 both | test_cmp answer - &&
	gongkai checkpoint --attach both >again 2>err && test_cmp both again && gongkai checkpoint >again 2>/dev/null && test_cmp both again &&
	gongkai proof qsz-2015-000001 >p3.json && offline --key checkpoint.pub --witness witness.vkey p3.json >out && grep 2023-03-20 out && offline --key checkpoint.pub p3.json &&
	test_must_fail_with 1 offline --witness witness.vkey p.json && ask cosign note w.pem witness >wrong && test_must_fail_with 3 gongkai checkpoint --attach wrong --witness witness.vkey 2>err &&
	{ cat note; cat wrong; } >older && gongkai checkpoint --attach older >out && { cat note; cat wrong; } | test_cmp - out && sed "2s/./9/" both >forged && test_must_fail_with 1 gongkai checkpoint --attach forged 2>err
'

test_expect_success 'a witness is sent the checkpoint and the proof that it grew' '
	n=$(sed -n 2p note) && gongkai checkpoint --since "$n" >out 2>/dev/null && head -1 out | grep -x "old $n" && sed -n "/^$/,\$p" out | tail -n +2 >rest && gongkai checkpoint 2>/dev/null | test_cmp - rest &&
	gongkai checkpoint --since 0 2>/dev/null | head -2 | tail -1 | grep -x "" && test_must_fail_with 2 gongkai checkpoint --since 999999 2>err && test_must_fail_with 2 gongkai checkpoint --since x 2>err
'

test_expect_success 'while somebody writes there is no checkpoint' '
	test_must_fail_with 5 flock "$GONGKAI_ARCHIVE/lock" gongkai checkpoint --wait 0 2>err
'

test_expect_success 'a secret key that others can read is not used' '
	chmod 644 "$GONGKAI_ARCHIVE/keys/checkpoint.key" && test_when_finished chmod 600 "\"\$GONGKAI_ARCHIVE/keys/checkpoint.key\"" && test_must_fail_with 2 gongkai checkpoint 2>err && grep "chmod 600" err
'

if has_against; then
	test_expect_success 'an archive that grew passes the older checkpoint, note and line' '
		gongkai verify --against note && gongkai verify --against newer && gongkai verify --against line
	'

	test_expect_success 'a removed tail record fails the newer checkpoint; the older one still passes' '
		gongkai checkpoint >now 2>/dev/null && cp -a "$GONGKAI_ARCHIVE" cut && ask cut cut/warc/000001.warc.gz -1 && rm -r cut/index && test_must_fail_with 4 gongkai verify --archive cut --against now 2>err &&
		gongkai verify --archive cut --against note && test_must_fail_with 4 gongkai verify --archive cut --against now --lang en >out 2>&1 && grep "the newest were removed" out
	'

	test_expect_success 'a record taken out of the middle is seen, named, and never signed over' '
		rm -rf cut && cp -a "$GONGKAI_ARCHIVE" cut && ask cut cut/warc/000001.warc.gz 1000 && test_must_fail_with 4 gongkai verify --archive cut --against note --lang en >out 2>&1 && grep "record number 1001 " out &&
		test_must_fail_with 4 gongkai checkpoint --archive cut 2>err && rm -r cut/index && test_must_fail_with 4 gongkai checkpoint --archive cut 2>err && grep 不签 err
	'

	test_expect_success '200 changed checkpoints fail --against, every one' '
		mkdir notes && ask mutate-file 200 note notes &&
		test "$(ls notes | wc -l)" = 200 && all_fail 3 gongkai verify --against -- notes/*
	'
else
	test_skip 'verify --against' 'this gongkai has none'
fi

test_done

#!/bin/bash
test_description='the format of the index changes while a server runs: no request fails, before, during and after the index is built again'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# Another version of the program is made of this one by $GONGKAI_SCHEMA (catalog/layers.h), which needs fault points.
grep -q GONGKAI_SCHEMA "$(command -v gongkai)" || test_skip_all 'built without --enable-faults'

gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest -q "$SRC/data/sample" >/dev/null 2>&1
printf '标题：关于新程序的通知\n发布日期：2024-03-05\n\n新程序收入的正文。\n' >"$TEST_DIR/new.txt"
printf '标题：关于再收一件的通知\n发布日期：2024-03-06\n\n再收一件的正文。\n' >"$TEST_DIR/more.txt"
generations() { ls "$GONGKAI_ARCHIVE/index/public" | grep -c '^g[0-9]'; }
found() { curl -fsS -G --data-urlencode "q=\"$1\"" "$SERVER/search.json" >out && json out 'd["total"]'; }

# Four readers ask the server until the file $2 is gone; what was not answered well is printed, and how much was asked.
cat >"$TEST_DIR/readers.py" <<'END'
import os, sys, threading, urllib.error, urllib.request
server, flag = sys.argv[1:]
pages = ["/", "/search.json?q=%E9%80%9A%E7%9F%A5", "/search?q=%E5%AE%89%E5%85%A8", "/d/qsz-2021-000001", "/d/qsz-2021-000001/text", "/healthz", "/suggest?q=%E5%85%B3", "/stats", "/browse", "/search.atom?q=%E5%85%AC%E5%91%8A"]
asked = [0] * 4
def one(k):
    while os.path.exists(flag):
        try:
            urllib.request.urlopen(server + pages[(asked[k] + 3 * k) % len(pages)], timeout=60).read()
        except urllib.error.URLError as e:
            print("bad", e, getattr(e, "url", ""))
        asked[k] += 1
threads = [threading.Thread(target=one, args=(k,)) for k in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print("asked", sum(asked))
END
# while_read COMMAND…: its status, if no reader saw anything but answers
while_read()
{
	local reader status=0
	touch going && { python3 "$TEST_DIR/readers.py" "$SERVER" "$TEST_DIR/going" >asked & } && reader=$! && sleep 0.5
	"$@" || status=$?
	sleep 0.5
	rm going && wait "$reader"
	cat asked
	! grep bad asked && [ "$(sed -n 's/^asked //p' asked)" -gt 20 ] && return "$status"
}

test_expect_success 'a newer program that writes builds its own index; the server of the older one answers all the while' '
	test_server_start && before=$(readlink "$GONGKAI_ARCHIVE/index/public/current") && while_read env GONGKAI_SCHEMA=99 gongkai ingest new.txt &&
	test "$before" != "$(readlink "$GONGKAI_ARCHIVE/index/public/current")" && ls "$GONGKAI_ARCHIVE/index/public" >there && test_absent damaged- there
'
test_expect_success 'it goes on with the former index until it is started anew, and then has what came since' '
	test "$(found 新程序收入)" = 0 && test "$(generations)" = 2 && test_server_stop && export GONGKAI_SCHEMA=99 && test_server_start && test "$(found 新程序收入)" = 1
'
test_expect_success 'the former index goes with the next generation, while readers read' '
	while_read gongkai index rebuild && test "$(generations)" = 1 && test "$(found 新程序收入)" = 1
'
test_expect_success 'back to the older program: the server of the newer one answers while the index is built again, and nothing is missing' '
	unset GONGKAI_SCHEMA && while_read gongkai ingest more.txt && test_server_stop && test_server_start && test "$(found 新程序收入)" = 1 && test "$(found 再收一件)" = 1 && gongkai verify && gongkai doctor && test_server_stop
'
test_done

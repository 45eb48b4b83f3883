#!/bin/bash
test_description='doc/api.md is what the server says of itself, and what it says of errors is so'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

command -v curl >/dev/null || test_skip_all 'no curl'
gongkai init --org 云溪县青石镇人民政府 --code qsz >/dev/null && gongkai ingest "$SRC/data/sample/公示公告" >/dev/null || { echo "Bail out! the sample is not in"; exit 1; }

test_expect_success 'the page of the API is that of the server' '
	test_server_start && curl -fsS "$SERVER/api/openapi.json" >openapi.json && python3 -B "$SRC/devel/api-reference" <openapi.json >api.md && test_cmp "$SRC/doc/api.md" api.md
'

test_expect_success 'a route more and a description less are seen' '
	python3 -c "
import json; a = json.load(open(\"openapi.json\")); a[\"paths\"][\"/none\"] = a[\"paths\"].pop(\"/about\"); json.dump(a, open(\"other.json\", \"w\"))" &&
	python3 -B "$SRC/devel/api-reference" <other.json >other.md && ! test_cmp "$SRC/doc/api.md" other.md && grep "/none" other.md
'

test_expect_success 'every address without a name in it answers with the type that it states; a name says what it may be' '
	python3 -c "
import json, urllib.request
api, server = json.load(open(\"openapi.json\")), \"$SERVER\"
for path, methods in api[\"paths\"].items():
    for p in methods[\"get\"][\"parameters\"]:
        assert p[\"description\"].strip(\" /\"), (path, p)
    if \"{\" in path:
        continue
    q = \"?q=%E5%AE%89%E5%85%A8&verb=Identify\" if path == \"/oai\" else \"?q=%E5%AE%89%E5%85%A8\" if path in (\"/search\", \"/suggest\") or path.startswith(\"/search.\") else \"\"
    q = \"?verb=Identify\" if path == \"/oai\" else q
    got = urllib.request.urlopen(server + path + q)
    want = list(methods[\"get\"][\"responses\"][\"200\"][\"content\"])
    assert got.headers[\"Content-Type\"].split(\";\")[0] in want, (path, got.headers[\"Content-Type\"], want)
    print(path)
" >answered && test $(wc -l <answered) -ge 15
'

test_expect_success 'an error has the form that the page shows' '
	curl -sS "$SERVER/search.json?q=x&from=2021-13-45" >error.json && json error.json "sorted(d)" && json error.json "[d[\"error\"][k] for k in (\"code\", \"message\", \"message_en\", \"hint\")]" &&
	test "$(curl -sS -o /dev/null -w "%{http_code}" "$SERVER/search.json?quux=1")" = 400 && test "$(curl -sS -o /dev/null -w "%{http_code}" "$SERVER/search?q=x&quux=1")" = 200
'

test_done

#!/bin/bash
test_description='where Landlock is off, it is said: by ingest, by doctor, in the reason why a PDF is not read; what seccomp holds is still read'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

# Runs a command as on a kernel without Landlock: its three calls are not there.
cat >"$TEST_DIR/without" <<'END'
import ctypes, os, struct, sys
code = [struct.pack("HBBI", 0x20, 0, 0, 0)]
for number in (444, 445, 446):
    code += [struct.pack("HBBI", 0x15, 0, 1, number), struct.pack("HBBI", 0x06, 0, 0, 0x00050000 | 38)]
code.append(struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000))
blob = ctypes.create_string_buffer(b"".join(code))
prog = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code), ctypes.addressof(blob)))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.byref(prog), 0, 0) != 0:
    sys.exit(125)
os.execvp(sys.argv[1], sys.argv[1:])
END
without() { python3 "$TEST_DIR/without" "$@"; }
mkdir -p "$TEST_DIR/in" && printf '关于甲的通知\n\n正文。\n' >"$TEST_DIR/in/甲.txt" && printf '%%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n' >"$TEST_DIR/in/乙.pdf"

test_expect_success 'ingest warns and takes what its own parsers read; a PDF is refused for that reason; the sum says it' '
	gongkai init --org 甲 --code v >/dev/null && { without gongkai ingest --json in >out 2>err; test $? = 3; } && grep "sandbox=degraded" err && python3 -c "
import json
o = [json.loads(l) for l in open(\"out\")]
assert o[-1][\"sandbox\"] == \"degraded\" and o[-1][\"new\"] == 1 and o[-1][\"failed\"] == 1, o" && without gongkai ingest in >out 2>err; grep "乙.pdf.*没有 Landlock" out err
'

test_expect_success 'doctor says it; with Landlock nobody does' '
	without gongkai doctor >out; grep "! sandbox=degraded" out && if gongkai doctor | grep "✓ 提取进程的隔离起作用（Landlock"; then gongkai ingest --json in >out 2>err; ! grep degraded out err; fi
'
test_done

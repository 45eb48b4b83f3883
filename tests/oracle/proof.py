"""Proofs and archives from outside, for t210: made without a line of the program.

proof.py generate N             N documents as JSON Lines
proof.py roots                  proofs on stdin: every leaf must lead to the root in its checkpoint, by RFC 9162 alone
proof.py mutate-proofs N OUT    proofs on stdin: N changed ones, each in a file of its own
proof.py mutate-heads N OUT     the same, only the checkpoint inside changed, the JSON written well
proof.py mutate-file N IN OUT   N changed copies of a file
proof.py members SEGMENT        offset and length of each member
proof.py cut SEGMENT K          without member number K (negative: from the end)
proof.py pem KEY                public key as PEM
proof.py body NOTE              text of a note;  proof.py signature NOTE NAME: the signature of that name, raw
proof.py cosign NOTE KEYPEM NAME    as a witness answers, signed by openssl
"""
import base64, hashlib, json, os, random, struct, subprocess, sys, tempfile

RANDOM = random.Random(20261123)
WORDS = "安全 生产 村民 建房 低保 预算 决算 防汛 环境 卫生 道路 水库 教育 医疗 土地 征收 补偿 公示 通知 办法".split()


def generate(n):
    for i in range(n):
        day = "20%02d-%02d-%02d" % (RANDOM.randrange(10, 27), RANDOM.randrange(1, 13), RANDOM.randrange(1, 29))
        text = "".join(RANDOM.choice(WORDS) for _ in range(RANDOM.randrange(5, 120)))
        print(json.dumps({"id": "d%05d" % i, "title": "第%d号文件" % i, "published_at": day, "text": text + "。第%d件。" % i}, ensure_ascii=False))


def sha(b):
    return hashlib.sha256(b).digest()


def head(note):
    lines = note.split("\n")
    return lines[0], int(lines[1]), base64.b64decode(lines[2])


def root_of(leaf, index, size, path):
    """By the definition: what is on the other side of each half, from the leaf up."""
    sides, lo, hi = [], 0, size
    while hi - lo > 1:
        k = 1
        while k * 2 < hi - lo:
            k *= 2
        sides.append(index < lo + k)
        lo, hi = (lo, lo + k) if sides[-1] else (lo + k, hi)
    assert len(sides) == len(path), "length of path"
    for left, other in zip(reversed(sides), path):
        leaf = sha(b"\1" + (leaf + other if left else other + leaf))
    return leaf


def roots():
    n = 0
    for line in sys.stdin:
        proof = json.loads(line)
        _, size, root = head(proof["checkpoint"])
        for r in proof["records"]:
            got = root_of(sha(b"\0" + r["leaf"].encode()), r["index"], size, [base64.b64decode(h) for h in r["path"]])
            assert got == root, proof["id"]
            if "event" in r:
                assert "block: sha256:" + hashlib.sha256(r["event"].encode()).hexdigest() + "\n" in r["leaf"], proof["id"]
        n += 1
    print(n)


def mutate(b):
    at, kind = RANDOM.randrange(len(b)), RANDOM.randrange(4)
    if kind == 0:
        return b[:at] + bytes([b[at] ^ 1 << RANDOM.randrange(8)]) + b[at + 1:]
    if kind == 1:
        return b[:at] + b[at + 1:]
    if kind == 2:
        return b[:at] + bytes([RANDOM.choice(b)]) + b[at:]
    return b[:at] if at > 0 else b + b" "


def dump(p):
    return json.dumps(p, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def deface(proof, others):
    """A proof that is well written and wrong."""
    other = RANDOM.choice(others)
    records = proof["records"]
    r, s = RANDOM.choice(records), RANDOM.choice(other["records"])
    kind = RANDOM.randrange(10)
    if kind == 0:
        r["index"] += RANDOM.choice([-1, 1, 2, 1 << 40])
    elif kind == 1:
        r["leaf"] = r["leaf"].replace("2", "3", 1) if "2" in r["leaf"] else r["leaf"] + "\n"
    elif kind == 2:
        r["path"][RANDOM.randrange(len(r["path"]))] = RANDOM.choice(s["path"][:1] + [base64.b64encode(os.urandom(32)).decode()])
    elif kind == 3:
        r["path"].pop(RANDOM.randrange(len(r["path"])))
    elif kind == 4:
        r["path"].append(r["path"][0])
    elif kind == 5:
        records.remove(r)
    elif kind == 6:
        records.append(s)
    elif kind == 7:
        proof["id"] = other["id"] + "0"
    elif kind == 8:
        event = [x for x in records if "event" in x][0]
        event["event"] = event["event"].replace("第", "弟", 1)
    else:
        proof["records"] = other["records"]
    return dump(proof)


def write(out, i, b):
    with open(os.path.join(out, "%05d" % i), "wb") as f:
        f.write(b)


def mutate_proofs(n, out):
    lines = sys.stdin.buffer.read().splitlines(True)
    others = [json.loads(x) for x in lines]
    i = 0
    while i < n:
        line = RANDOM.choice(lines)
        changed = mutate(line) if i % 2 == 0 else deface(json.loads(line), others)
        if changed != line:
            write(out, i, changed)
            i += 1


def mutate_heads(n, out):
    lines = sys.stdin.buffer.read().splitlines(True)
    i = 0
    while i < n:
        proof = json.loads(RANDOM.choice(lines))
        try:
            changed = mutate(proof["checkpoint"].encode()).decode()
        except UnicodeDecodeError:
            continue
        if changed != proof["checkpoint"] and "\0" not in changed:
            proof["checkpoint"] = changed
            write(out, i, dump(proof))
            i += 1


def mutate_file(n, path, out):
    b = open(path, "rb").read()
    i = 0
    while i < n:
        changed = mutate(b)
        if changed != b:
            write(out, i, changed)
            i += 1


def members(path):
    b, at, found = open(path, "rb").read(), 0, []
    while at < len(b):
        assert b[at:at + 4] == b"\x1f\x8b\x08\x04" and b[at + 12:at + 16] == b"GK\x08\x00", at
        n = struct.unpack("<I", b[at + 16:at + 20])[0]
        found.append((at, n))
        at += n
    return b, found


def cut(path, k):
    b, found = members(path)
    at, n = found[k]
    with open(path, "wb") as f:
        f.write(b[:at] + b[at + n:])


def pem(key):
    raw = base64.b64decode(key.strip().split("+", 2)[2])[1:]
    der = bytes.fromhex("302a300506032b6570032100") + raw
    print("-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----" % base64.b64encode(der).decode())


def text_of(note):
    return open(note, encoding="utf-8").read().rpartition("\n\n")[0] + "\n"


def signature(note, name):
    for line in open(note, encoding="utf-8"):
        if line.startswith("— " + name + " "):
            sys.stdout.buffer.write(base64.b64decode(line.split()[2])[4:])


def cosign(note, keypem, name):
    der = subprocess.run(["openssl", "pkey", "-in", keypem, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    pub, when = der[-32:], 1679315147
    key_id = sha(name.encode() + b"\n\x04" + pub)[:4]
    with tempfile.NamedTemporaryFile() as m:
        m.write(b"cosignature/v1\ntime %d\n" % when + text_of(note).encode())
        m.flush()
        sig = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", keypem, "-in", m.name], check=True, capture_output=True).stdout
    print("— %s %s" % (name, base64.b64encode(key_id + struct.pack(">Q", when) + sig).decode()))
    with open(name + ".vkey", "w") as f:
        f.write("%s+%s+%s\n" % (name, key_id.hex(), base64.b64encode(b"\x04" + pub).decode()))


def main(do, *a):
    if do == "generate":
        generate(int(a[0]))
    elif do == "roots":
        roots()
    elif do == "mutate-proofs":
        mutate_proofs(int(a[0]), a[1])
    elif do == "mutate-heads":
        mutate_heads(int(a[0]), a[1])
    elif do == "mutate-file":
        mutate_file(int(a[0]), a[1], a[2])
    elif do == "members":
        for at, n in members(a[0])[1]:
            print(at, n)
    elif do == "cut":
        cut(a[0], int(a[1]))
    elif do == "pem":
        pem(a[0])
    elif do == "body":
        sys.stdout.write(text_of(a[0]))
    elif do == "signature":
        signature(a[0], a[1])
    elif do == "cosign":
        cosign(a[0], a[1], a[2])


main(*sys.argv[1:])

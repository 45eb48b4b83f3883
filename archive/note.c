/*
 * Notes are read strictly: everything that has two spellings is refused in all but one of them, so
 * that no byte of a checkpoint, but those in lines of strangers, can be changed unnoticed.
 *
 *   note = text LF 1*32( "—" SP name SP base64 LF )        the last empty line parts them
 *   id   = the first 4 bytes of SHA-256( name LF algorithm key )
 *
 * What a line of algorithm 0x01 signs:  text
 * What a line of algorithm 0x04 signs:  "cosignature/v1" LF "time " seconds LF text; its 72 bytes are the
 * seconds (8 bytes, high byte first) and the signature.
 */
#include "archive/note.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIG = crypto_sign_BYTES, STAMPED = 8 + SIG, LINE_BYTES_MAX = 8192 };

static const char dash[] = "\xE2\x80\x94 ";	/* U+2014 and a space */

static enum gk_status
bad(struct gk_err *err, const char *zh, const char *en)
{
	return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "%s%.0s", "%.0s%s", zh, en);
}

/* --- base64 -------------------------------------------------------------------------------------------------------- */

bool
gk_base64_decode(const char *p, size_t n, unsigned char *out, size_t max, size_t *len)
{
	const char *end = NULL;

	if (n == 0 || n % 4 != 0 || sodium_base642bin(out, max, p, n, NULL, len, &end, sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	return end == p + n;
}

bool
gk_base64_add(struct gk_buf *out, const void *p, size_t n)
{
	size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
	char *to = gk_buf_room(out, room);

	if (to == NULL)
		return false;
	sodium_bin2base64(to, room, p, n, sodium_base64_VARIANT_ORIGINAL);
	out->n += room - 1;	/* the NUL is not counted */
	return true;
}

/* --- keys ---------------------------------------------------------------------------------------------------------- */

static bool
is_space(uint32_t cp)
{
	return cp == 0x85 || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F ||
	       cp == 0x205F || cp == 0x3000;
}

bool
gk_note_name_ok(const char *name, size_t n)
{
	uint32_t cp;

	for (size_t i = 0; i < n; ) {
		i += gk_utf8_decode(name + i, n - i, &cp);
		if (cp == GK_UTF8_BAD || cp <= ' ' || cp == 0x7F || cp == '+' || is_space(cp))
			return false;
	}
	return n > 0 && n < GK_NOTE_NAME;
}

static uint32_t
key_id(const char *name, enum gk_note_alg alg, const unsigned char pub[32])
{
	const unsigned char between[2] = { '\n', (unsigned char)alg };
	unsigned char h[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state s;

	crypto_hash_sha256_init(&s);
	crypto_hash_sha256_update(&s, (const unsigned char *)name, strlen(name));
	crypto_hash_sha256_update(&s, between, sizeof between);
	crypto_hash_sha256_update(&s, pub, 32);
	crypto_hash_sha256_final(&s, h);
	return (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 | h[3];
}

/* NAME+IDHEX+base64(algorithm, 32 bytes), without the id being looked at. */
static bool
take_key(const char *p, size_t n, struct gk_note_key *key, unsigned char bytes[32])
{
	const char *plus = memchr(p, '+', n), *second = plus == NULL ? NULL : memchr(plus + 1, '+', n - (size_t)(plus + 1 - p));
	unsigned char raw[48];
	size_t len = 0;

	memset(key, 0, sizeof *key);
	if (second == NULL || second - plus != 9 || !gk_note_name_ok(p, (size_t)(plus - p)))
		return false;
	memcpy(key->name, p, (size_t)(plus - p));
	for (const char *h = plus + 1; h < second; h++) {
		const char *digit = *h == '\0' ? NULL : strchr("0123456789abcdef", *h);

		if (digit == NULL)
			return false;
		key->id = key->id << 4 | (uint32_t)(digit - "0123456789abcdef");
	}
	if (!gk_base64_decode(second + 1, n - (size_t)(second + 1 - p), raw, sizeof raw, &len) || len != 33 ||
	    (raw[0] != GK_NOTE_ED25519 && raw[0] != GK_NOTE_COSIGNATURE))
		return false;
	key->alg = (enum gk_note_alg)raw[0];
	memcpy(bytes, raw + 1, 32);
	sodium_memzero(raw, sizeof raw);
	return true;
}

static size_t
without_break(const char *p, size_t n)
{
	return n > 0 && p[n - 1] == '\n' ? n - 1 : n;
}

enum gk_status
gk_note_key_parse(const char *p, size_t n, struct gk_note_key *out, struct gk_err *err)
{
	if (!take_key(p, without_break(p, n), out, out->pub)) {
		bad(err, "不成公钥：应为 名称+8 位十六进制+base64", "this is no public key: it should be NAME+8 hex digits+base64");
		gk_hint(err, "公钥在 档案/keys/checkpoint.pub，一行", "a public key is the one line in ARCHIVE/keys/checkpoint.pub");
		return GK_REFUSED;
	}
	if (out->id != key_id(out->name, out->alg, out->pub))
		return bad(err, "公钥与其标识不符：抄写有误", "the public key does not have the id it states: a slip in copying");
	return GK_OK;
}

void
gk_note_key_format(const struct gk_note_key *key, char out[GK_NOTE_KEY_MAX])
{
	unsigned char raw[33] = { (unsigned char)key->alg };
	int n = snprintf(out, GK_NOTE_KEY_MAX, "%s+%08" PRIx32 "+", key->name, key->id);

	memcpy(raw + 1, key->pub, 32);
	sodium_bin2base64(out + n, GK_NOTE_KEY_MAX - (size_t)n, raw, sizeof raw, sodium_base64_VARIANT_ORIGINAL);
}

bool
gk_note_key_equal(const struct gk_note_key *a, const struct gk_note_key *b)
{
	return strcmp(a->name, b->name) == 0 && a->alg == b->alg && memcmp(a->pub, b->pub, sizeof a->pub) == 0;
}

void
gk_note_secret_make(const char *name, enum gk_note_alg alg, const unsigned char *seed, struct gk_note_secret *out)
{
	memset(out, 0, sizeof *out);
	snprintf(out->key.name, sizeof out->key.name, "%s", name);
	out->key.alg = alg;
	if (seed != NULL)
		crypto_sign_seed_keypair(out->key.pub, out->secret, seed);
	else
		crypto_sign_keypair(out->key.pub, out->secret);
	out->key.id = key_id(out->key.name, alg, out->key.pub);
}

static const char private_key[] = "PRIVATE+KEY+";

enum gk_status
gk_note_secret_parse(const char *p, size_t n, struct gk_note_secret *out, struct gk_err *err)
{
	const size_t prefix = sizeof private_key - 1;
	unsigned char seed[32];
	struct gk_note_key key;
	bool ok;

	n = without_break(p, n);
	ok = n > prefix && memcmp(p, private_key, prefix) == 0 && take_key(p + prefix, n - prefix, &key, seed);
	if (ok) {
		gk_note_secret_make(key.name, key.alg, seed, out);
		ok = out->key.id == key.id;
	}
	sodium_memzero(seed, sizeof seed);
	if (!ok)
		gk_note_secret_wipe(out);
	/* Not a word of what was read: it may be half of a key. */
	return ok ? GK_OK : bad(err, "不成私钥", "this is no secret key");
}

void
gk_note_secret_format(const struct gk_note_secret *s, char out[GK_NOTE_KEY_MAX])
{
	unsigned char raw[33] = { (unsigned char)s->key.alg };
	int n = snprintf(out, GK_NOTE_KEY_MAX, "%s%s+%08" PRIx32 "+", private_key, s->key.name, s->key.id);

	crypto_sign_ed25519_sk_to_seed(raw + 1, s->secret);
	sodium_bin2base64(out + n, GK_NOTE_KEY_MAX - (size_t)n, raw, sizeof raw, sodium_base64_VARIANT_ORIGINAL);
	sodium_memzero(raw, sizeof raw);
}

void
gk_note_secret_wipe(struct gk_note_secret *s)
{
	sodium_memzero(s, sizeof *s);
}

/* --- reading --------------------------------------------------------------------------------------------------------- */

static bool
take_line(const char *p, size_t n, struct gk_note_line *line)
{
	const char *name = p + sizeof dash - 1, *space;
	unsigned char raw[LINE_BYTES_MAX];
	size_t len = 0, b64;

	memset(line, 0, sizeof *line);
	if (n < sizeof dash || memcmp(p, dash, sizeof dash - 1) != 0 || p[n - 1] != '\n')
		return false;
	space = memchr(name, ' ', n - (sizeof dash - 1));
	if (space == NULL || !gk_note_name_ok(name, (size_t)(space - name)))
		return false;
	b64 = n - (size_t)(space + 1 - p) - 1;
	if (b64 > sizeof raw / 3 * 4 || !gk_base64_decode(space + 1, b64, raw, sizeof raw, &len) || len < 5)
		return false;
	line->p = p;
	line->n = n;
	memcpy(line->name, name, (size_t)(space - name));
	line->id = (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 | (uint32_t)raw[2] << 8 | raw[3];
	line->sig_n = len - 4;
	memcpy(line->sig, raw + 4, line->sig_n < sizeof line->sig ? line->sig_n : sizeof line->sig);
	return true;
}

static enum gk_status
take_lines(const char *p, const char *end, struct gk_note *out, struct gk_err *err)
{
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));
		size_t n = lf == NULL ? (size_t)(end - p) : (size_t)(lf + 1 - p);

		if (out->n_lines == GK_NOTE_LINES)
			return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "签名多于 %d 行", "there are more than %d signatures", GK_NOTE_LINES);
		if (!take_line(p, n, &out->lines[out->n_lines]))
			return bad(err, "签名行不成“— 名称 base64”", "a signature line is not '— NAME base64'");
		out->n_lines++;
		p += n;
	}
	return out->n_lines > 0 ? GK_OK : bad(err, "没有签名", "there is no signature");
}

static enum gk_status
check_bytes(const char *p, size_t n, struct gk_err *err)
{
	if (n > GK_NOTE_MAX)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "签名文本有 %zu 字节，超过上限 %d", "the note has %zu bytes, more than the limit of %d", n, GK_NOTE_MAX);
	if (n == 0 || p[n - 1] != '\n')
		return bad(err, "签名文本为空，或最后一行没有写完", "the note is empty, or its last line is cut short");
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)p[i] < ' ' && p[i] != '\n') || p[i] == 0x7F)
			return bad(err, "签名文本含控制字符", "the note has control characters");
	return gk_utf8_check(p, n) == n ? GK_OK : bad(err, "签名文本不是 UTF-8", "the note is not UTF-8");
}

enum gk_status
gk_note_parse(const char *p, size_t n, struct gk_note *out, struct gk_err *err)
{
	enum gk_status st = check_bytes(p, n, err);
	const char *blank = NULL;

	memset(out, 0, sizeof *out);
	if (st != GK_OK)
		return st;
	/* The text ends with a line break of its own, the empty line adds one. */
	for (size_t i = n - 1; i > 0 && blank == NULL; i--)
		if (p[i] == '\n' && p[i - 1] == '\n')
			blank = p + i;
	if (blank == NULL || blank - p < 2)
		return bad(err, "签名文本缺少正文与签名之间的空行", "the note has no empty line between text and signatures");
	out->text = p;
	out->text_n = (size_t)(blank - p);
	return take_lines(blank + 1, p + n, out, err);
}

/* --- signing and verifying --------------------------------------------------------------------------------------------- */

/* What a key of this kind signs; NULL when memory ends. */
static char *
message(enum gk_note_alg alg, uint64_t when, const char *text, size_t n, size_t *len)
{
	char head[64];
	int h = alg == GK_NOTE_COSIGNATURE ? snprintf(head, sizeof head, "cosignature/v1\ntime %" PRIu64 "\n", when) : 0;
	char *m = malloc((size_t)h + n + 1);

	if (m == NULL)
		return NULL;
	memcpy(m, head, (size_t)h);
	memcpy(m + h, text, n);
	*len = (size_t)h + n;
	return m;
}

static uint64_t
stamp_of(const struct gk_note_line *line)
{
	uint64_t t = 0;

	for (int i = 0; i < 8; i++)
		t = t << 8 | line->sig[i];
	return t;
}

/* Does this line of this key hold?  -1: memory. */
static int
holds(const struct gk_note *note, const struct gk_note_line *line, const struct gk_note_key *key, uint64_t *when)
{
	const bool stamped = key->alg == GK_NOTE_COSIGNATURE;
	size_t n;
	char *m;
	bool ok;

	*when = 0;
	if (line->sig_n != (stamped ? STAMPED : SIG))
		return 0;
	if (stamped)
		*when = stamp_of(line);
	if (*when > INT64_MAX)
		return 0;
	m = message(key->alg, *when, note->text, note->text_n, &n);
	if (m == NULL)
		return -1;
	ok = crypto_sign_verify_detached(line->sig + (stamped ? 8 : 0), (const unsigned char *)m, n, key->pub) == 0;
	free(m);
	return ok;
}

enum gk_status
gk_note_verify(const struct gk_note *note, const struct gk_note_key *key, uint64_t *when, struct gk_err *err)
{
	enum gk_status st = GK_END;
	uint64_t t;

	for (size_t i = 0; i < note->n_lines; i++) {
		const struct gk_note_line *line = &note->lines[i];
		int ok;

		if (line->id != key->id || strcmp(line->name, key->name) != 0)
			continue;
		ok = holds(note, line, key, &t);
		if (ok < 0)
			return gk_nomem(err);
		if (!ok)
			return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 的签名不成立：正文、签名或公钥被改过", "the signature of '%s' does not hold: text, signature or key was changed", key->name);
		if (when != NULL && st == GK_END)
			*when = t;
		st = GK_OK;
	}
	return st;
}

bool
gk_note_sign_line(const struct gk_note_secret *s, const char *text, size_t n, uint64_t when, struct gk_buf *out)
{
	const bool stamped = s->key.alg == GK_NOTE_COSIGNATURE;
	unsigned char raw[4 + STAMPED] = { (unsigned char)(s->key.id >> 24), (unsigned char)(s->key.id >> 16), (unsigned char)(s->key.id >> 8), (unsigned char)s->key.id };
	size_t len, at = 4;
	char *m = message(s->key.alg, when, text, n, &len);

	if (m == NULL) {
		out->failed = true;
		return false;
	}
	for (int shift = 56; stamped && shift >= 0; shift -= 8)
		raw[at++] = (unsigned char)(when >> shift);
	crypto_sign_detached(raw + at, NULL, (const unsigned char *)m, len, s->secret);
	free(m);
	return gk_buf_puts(out, dash) && gk_buf_puts(out, s->key.name) && gk_buf_putc(out, ' ') && gk_base64_add(out, raw, at + SIG) && gk_buf_putc(out, '\n');
}

/* --- attaching ------------------------------------------------------------------------------------------------------------- */

static bool
has_line(const struct gk_note *note, const struct gk_note_line *line)
{
	for (size_t i = 0; i < note->n_lines; i++)
		if (note->lines[i].n == line->n && memcmp(note->lines[i].p, line->p, line->n) == 0)
			return true;
	return false;
}

/* The lines that came, as lines over our text. */
static enum gk_status
lines_over(const struct gk_note *mine, const char *other, size_t n, const struct gk_note_key *witness, struct gk_note *out, struct gk_err *err)
{
	bool bare = n >= sizeof dash - 1 && memcmp(other, dash, sizeof dash - 1) == 0;
	enum gk_status st;

	if (!bare) {
		st = gk_note_parse(other, n, out, err);
		if (st == GK_OK && (out->text_n != mine->text_n || memcmp(out->text, mine->text, mine->text_n) != 0))
			st = bad(err, "这一联署不是签在同一检查点上", "this cosignature is not over the same checkpoint");
		return st;
	}
	memset(out, 0, sizeof *out);
	out->text = mine->text;
	out->text_n = mine->text_n;
	st = check_bytes(other, n, err);
	if (st == GK_OK && witness == NULL) {
		bad(err, "只有签名行，看不出签的是哪一个检查点", "these are signature lines only: nothing tells which checkpoint they are over");
		gk_hint(err, "给出见证人的公钥（--witness），或给出带正文的整份", "give the witness's public key (--witness), or the whole note with its text");
		return GK_REFUSED;
	}
	return st == GK_OK ? take_lines(other, other + n, out, err) : st;
}

enum gk_status
gk_note_attach(const char *note, size_t n, const char *other, size_t other_n, const struct gk_note_key *witness, struct gk_buf *out, size_t *added, struct gk_err *err)
{
	struct gk_note mine, theirs;
	enum gk_status st = gk_note_parse(note, n, &mine, err);

	*added = 0;
	if (st == GK_OK)
		st = lines_over(&mine, other, other_n, witness, &theirs, err);
	if (st == GK_OK && witness != NULL) {
		st = gk_note_verify(&theirs, witness, NULL, err);
		if (st == GK_END)
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "其中没有 '%s' 的签名", "there is no signature of '%s' in it", witness->name);
	}
	if (st != GK_OK)
		return st;
	gk_buf_add(out, note, n);
	for (size_t i = 0; i < theirs.n_lines; i++) {
		const struct gk_note_line *line = &theirs.lines[i];

		if (has_line(&mine, line) || (witness != NULL && (line->id != witness->id || strcmp(line->name, witness->name) != 0)))
			continue;
		if (mine.n_lines + *added == GK_NOTE_LINES)
			return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "签名多于 %d 行", "there are more than %d signatures", GK_NOTE_LINES);
		gk_buf_add(out, line->p, line->n);
		++*added;
	}
	return out->failed ? gk_nomem(err) : GK_OK;
}

/* --- checkpoints ---------------------------------------------------------------------------------------------------------------- */

/* The next line of text, without its break; NULL at the end or if it is empty. */
static const char *
next_line(const char **at, const char *end, size_t *n)
{
	const char *p = *at, *lf = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;

	if (lf == NULL || lf == p)
		return NULL;
	*n = (size_t)(lf - p);
	*at = lf + 1;
	return p;
}

static bool
take_size(const char *p, size_t n, uint64_t *out)
{
	uint64_t v = 0;

	if (n == 0 || n > 18 || (p[0] == '0' && n > 1))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(p[i] - '0');
	}
	*out = v;
	return true;
}

enum gk_status
gk_checkpoint_parse(const char *text, size_t n, struct gk_checkpoint *out, struct gk_err *err)
{
	const char *at = text, *end = text + n, *line;
	size_t len = 0, got = 0;

	memset(out, 0, sizeof *out);
	line = next_line(&at, end, &len);
	if (line == NULL || !gk_note_name_ok(line, len))
		return bad(err, "不是检查点：第一行应为来源名称", "this is no checkpoint: its first line should be the origin");
	memcpy(out->origin, line, len);
	line = next_line(&at, end, &len);
	if (line == NULL || !take_size(line, len, &out->size))
		return bad(err, "不是检查点：第二行应为记录数", "this is no checkpoint: its second line should be the number of records");
	line = next_line(&at, end, &len);
	if (line == NULL || len != 44 || !gk_base64_decode(line, len, out->root.b, GK_HASH, &got) || got != GK_HASH)
		return bad(err, "不是检查点：第三行应为根摘要（base64，32 字节）", "this is no checkpoint: its third line should be the root hash (base64 of 32 bytes)");
	while (at < end)
		if (next_line(&at, end, &len) == NULL)
			return bad(err, "不是检查点：正文有空行", "this is no checkpoint: its text has an empty line");
	return GK_OK;
}

bool
gk_checkpoint_text(const struct gk_checkpoint *c, struct gk_buf *out)
{
	return gk_buf_printf(out, "%s\n%" PRIu64 "\n", c->origin, c->size) && gk_base64_add(out, c->root.b, GK_HASH) && gk_buf_putc(out, '\n');
}

enum gk_status
gk_checkpoint_line(const struct gk_note *note, const struct gk_note_key *key, struct gk_buf *out, struct gk_err *err)
{
	struct gk_checkpoint c;
	struct gk_buf text;
	const struct gk_note_line *line = NULL;
	enum gk_status st = gk_checkpoint_parse(note->text, note->text_n, &c, err);
	const char *b64;

	if (st != GK_OK)
		return st;
	for (size_t i = 0; i < note->n_lines && line == NULL; i++)
		if (note->lines[i].id == key->id && strcmp(note->lines[i].name, key->name) == 0)
			line = &note->lines[i];
	gk_buf_init(&text, GK_NOTE_MAX);
	if (!gk_checkpoint_text(&c, &text))
		st = gk_nomem(err);
	else if (line == NULL || strcmp(c.origin, key->name) != 0 || text.n != note->text_n || memcmp(text.p, note->text, text.n) != 0)
		st = bad(err, "这个检查点写不成一行", "this checkpoint does not fit in one line");
	if (st == GK_OK) {
		text.p[text.n - 1] = '\0';
		for (char *p = text.p; *p != '\0'; p++)
			if (*p == '\n')
				*p = ' ';
		b64 = line->p + sizeof dash - 1 + strlen(line->name) + 1;
		gk_buf_puts(out, text.p);
		gk_buf_putc(out, ' ');
		gk_buf_add(out, b64, (size_t)(line->p + line->n - b64));
		st = out->failed ? gk_nomem(err) : GK_OK;
	}
	gk_buf_free(&text);
	return st;
}

enum gk_status
gk_checkpoint_note(const char *p, size_t n, struct gk_buf *out, struct gk_err *err)
{
	const char *end = p + without_break(p, n), *word[5];

	if (memchr(p, '\n', (size_t)(end - p)) != NULL)
		return gk_buf_add(out, p, n) ? GK_OK : gk_nomem(err);
	word[0] = p;
	for (int i = 1; i < 4; i++) {
		const char *space = word[i - 1] < end ? memchr(word[i - 1], ' ', (size_t)(end - word[i - 1])) : NULL;

		if (space == NULL)
			return bad(err, "不是检查点：一行应为“来源 记录数 根摘要 签名”", "this is no checkpoint: one line should be 'ORIGIN SIZE ROOT SIGNATURE'");
		word[i] = space + 1;
	}
	word[4] = end + 1;
	for (int i = 0; i < 3; i++) {
		gk_buf_add(out, word[i], (size_t)(word[i + 1] - word[i] - 1));
		gk_buf_putc(out, '\n');
	}
	gk_buf_puts(out, "\n");
	gk_buf_puts(out, dash);
	gk_buf_add(out, word[0], (size_t)(word[1] - word[0]));
	gk_buf_add(out, word[3], (size_t)(end - word[3]));
	gk_buf_putc(out, '\n');
	return out->failed ? gk_nomem(err) : GK_OK;
}

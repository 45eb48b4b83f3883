/* Ledgers: lines with a chain; and the names of applicants, sealed apart. */
#include "archive/ledger-private.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "applications"
#define PUBLIC FOLDER "/seal.pub"
#define PERSONS FOLDER "/persons"
#define SECRET "keys/applicants.key"
#define SALT "keys/applicants.salt"

static const char first[] = "0000000000000000000000000000000000000000000000000000000000000000";

static enum gk_status
failed(struct gk_err *err, const char *zh, const char *en, const char *path)
{
	return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "%s%.0s '%s'：%s", "%.0s%s '%s': %s", zh, en, path, strerror(errno));
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static const struct { const char *file, *zh, *en; mode_t mode; } kinds[GK_LEDGER_FILES] = {
	[GK_LEDGER_APPLICATIONS] = { FOLDER "/ledger.jsonl", "申请台账", "the ledger of applications", 0600 },
	[GK_LEDGER_DELIVERIES] = { "deliveries.jsonl", "交付台账", "the ledger of deliveries", 0644 },
	[GK_LEDGER_DESK] = { "desk.jsonl", "工作台台账", "the ledger of the desk", 0600 },
};

static enum gk_status
broken(struct gk_err *err, enum gk_ledger which, size_t line, const char *why, const char *why_en)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "%s%.0s第 %zu 行被改动：%s%.0s", "%.0s%s: line %zu was changed: %.0s%s", kinds[which].zh, kinds[which].en, line, why, why_en);
	gk_hint(err, "用备份换下 %s 和它的 .head", "replace %s and its .head from a backup", kinds[which].file);
	return GK_DEAD;
}

/* The whole lines; *end is where they end, a torn one behind them is left out. */
static enum gk_status
read_lines(const struct gk_buf *b, enum gk_ledger which, struct gk_ledger_lines *to, struct gk_err *err)
{
	for (size_t at = 0, line = 1; at < b->n; line++) {
		const char *nl = memchr(b->p + at, '\n', b->n - at);
		size_t n = nl == NULL ? 0 : (size_t)(nl - b->p) - at;
		json_t *e;

		if (nl == NULL)
			break;
		e = n > GK_LEDGER_LINE_MAX ? NULL : json_loadb(b->p + at, n, JSON_REJECT_DUPLICATES, NULL);
		if (!json_is_object(e)) {
			json_decref(e);
			return broken(err, which, line, "不是一个事件", "it is no event");
		}
		json_array_append_new(to->events, e);
		if (json_integer_value(json_object_get(e, "seq")) != (json_int_t)line)
			return broken(err, which, line, "序号不连续", "its number does not follow");
		if (!json_is_string(json_object_get(e, "prev")) || strcmp(json_string_value(json_object_get(e, "prev")), to->last) != 0)
			return broken(err, which, line > 1 ? line - 1 : line, "摘要与下一行所记不符", "its digest is not what the next line holds");
		gk_sha256_hex(b->p + at, n, to->last);
		at += n + 1;
		to->end = at;
	}
	return GK_OK;
}

void
gk_ledger_digest_at(const struct gk_ledger_lines *l, size_t n, char out[GK_SHA256_HEX + 1])
{
	const json_t *next = json_array_get(l->events, n);

	snprintf(out, GK_SHA256_HEX + 1, "%s", next == NULL ? l->last : json_string_value(json_object_get(next, "prev")));
}

/* "LINES DIGEST"; a digest of nothing where that is not what the file holds.  GK_END: there is no file. */
static enum gk_status
read_head(const char *path, struct gk_ledger_head *out, struct gk_err *err)
{
	struct stat sb;
	struct gk_buf b;
	char text[GK_SHA256_HEX + 32], *end;

	*out = (struct gk_ledger_head){ .lines = 0 };
	if (lstat(path, &sb) < 0 && errno == ENOENT)
		return GK_END;
	if (gk_read_file(path, sizeof text - 1, &b, err) != GK_OK)
		return err != NULL && err->cause == GK_CAUSE_LIMIT ? GK_OK : GK_DEAD;
	if (b.n > 0)
		memcpy(text, b.p, b.n);
	text[b.n] = '\0';
	gk_buf_free(&b);
	out->lines = strtoull(text, &end, 10);
	if (*end == ' ' && strspn(end + 1, "0123456789abcdef") == GK_SHA256_HEX)
		memcpy(out->digest, end + 1, GK_SHA256_HEX);
	return GK_OK;
}

/* The head is written behind the lines: it may be of fewer than there are, never of more. */
static enum gk_status
compare_head(const char *path, enum gk_ledger which, const struct gk_ledger_lines *l, struct gk_err *err)
{
	char *name, digest[GK_SHA256_HEX + 1];
	struct gk_ledger_head head;
	enum gk_status st;

	if (asprintf(&name, "%s.head", path) < 0)
		return gk_nomem(err);
	st = read_head(name, &head, err);
	free(name);
	if (st == GK_DEAD)
		return st;
	if (head.digest[0] == '\0' && (st == GK_OK || json_array_size(l->events) > 0))
		return broken(err, which, json_array_size(l->events), "缺少 .head 文件，或它不是所应有的", "its .head is missing, or is none");
	if (st == GK_END)
		return GK_OK;
	if (head.lines > json_array_size(l->events))
		return broken(err, which, json_array_size(l->events) + 1, "末尾缺了登记", "lines are missing at the end");
	gk_ledger_digest_at(l, (size_t)head.lines, digest);
	return strcmp(digest, head.digest) == 0 ? GK_OK : broken(err, which, (size_t)head.lines, "摘要与 .head 所记不符", "its digest is not that of .head");
}

enum gk_status
gk_ledger_load(const char *dir, enum gk_ledger which, struct gk_ledger_lines *out, struct gk_err *err)
{
	char *path = gk_path(dir, kinds[which].file);
	struct stat sb;
	struct gk_buf b;
	enum gk_status st = GK_OK;

	*out = (struct gk_ledger_lines){ .events = json_array() };
	strcpy(out->last, first);
	if (path == NULL || out->events == NULL) {
		st = gk_nomem(err);
	} else if (lstat(path, &sb) == 0 || errno != ENOENT) {
		st = gk_read_file(path, GK_LEDGER_MAX, &b, err) == GK_OK ? GK_OK : GK_DEAD;
		if (st == GK_OK) {
			st = read_lines(&b, which, out, err);
			gk_buf_free(&b);
		}
	}
	if (st == GK_OK)
		st = compare_head(path, which, out, err);
	free(path);
	if (st != GK_OK)
		json_decref(out->events);
	return st;
}

enum gk_status
gk_ledger_read(const char *dir, enum gk_ledger which, json_t **out, struct gk_err *err)
{
	struct gk_ledger_lines l;
	enum gk_status st = gk_ledger_load(dir, which, &l, err);

	if (st == GK_OK)
		*out = l.events;
	return st;
}

/* --- appending ------------------------------------------------------------------------------------------------------ */

static enum gk_status
make_folders(const char *dir, struct gk_err *err)
{
	static const char *const names[] = { FOLDER, PERSONS, "keys" };
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < sizeof names / sizeof *names; i++) {
		char *path = gk_path(dir, names[i]);

		st = path == NULL ? gk_nomem(err) : gk_make_dir(path, 0700, err);
		free(path);
	}
	return st == GK_OK ? gk_sync_dir(dir, err) : st;
}

static enum gk_status
make_lines(json_t *events, struct gk_ledger_lines *l, struct gk_buf *out, struct gk_err *err)
{
	size_t from = json_array_size(l->events), i;
	json_t *e;
	char now[32];

	gk_now_utc(now);
	json_array_foreach(events, i, e) {
		char *line;

		json_object_set_new(e, "seq", json_integer((json_int_t)(from + i + 1)));
		json_object_set_new(e, "prev", json_string(l->last));
		if (json_object_get(e, "recorded_at") == NULL)
			json_object_set_new(e, "recorded_at", json_string(now));
		line = json_dumps(e, JSON_COMPACT | JSON_SORT_KEYS);
		if (line == NULL)
			return gk_nomem(err);
		if (strlen(line) > GK_LEDGER_LINE_MAX) {
			free(line);
			return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "一条登记超过 %d 字节", "an event is larger than %d bytes", GK_LEDGER_LINE_MAX);
		}
		gk_sha256_hex(line, strlen(line), l->last);
		gk_buf_puts(out, line);
		gk_buf_putc(out, '\n');
		free(line);
	}
	return out->failed ? gk_nomem(err) : GK_OK;
}

static enum gk_status
write_lines(const char *path, mode_t mode, size_t end, const struct gk_buf *lines, struct gk_err *err)
{
	int fd = gk_fault("open") ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
	enum gk_status st = GK_OK;
	char *back;

	if (fd < 0)
		return failed(err, "不能打开", "cannot open", path);
	/* A torn tail of a writer that was killed: nobody was told of it. */
	if (ftruncate(fd, (off_t)end) < 0 || lseek(fd, (off_t)end, SEEK_SET) < 0 || gk_fault("write") || !gk_write_all(fd, lines->p, lines->n) || gk_fault("fdatasync") || fdatasync(fd) < 0)
		st = failed(err, "不能写入", "cannot write", path);
	back = malloc(lines->n);
	if (st == GK_OK && back == NULL)
		st = gk_nomem(err);
	else if (st == GK_OK && (!gk_pread_all(fd, back, lines->n, (off_t)end) || memcmp(back, lines->p, lines->n) != 0))
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "写入 '%s' 的读回不一致", "what was written to '%s' does not read back", path);
	free(back);
	close(fd);
	return st;
}

static enum gk_status
write_head(const char *path, mode_t mode, size_t lines, const char *digest, struct gk_err *err)
{
	char *name, text[GK_SHA256_HEX + 32];
	enum gk_status st;

	if (asprintf(&name, "%s.head", path) < 0)
		return gk_nomem(err);
	snprintf(text, sizeof text, "%zu %s\n", lines, digest);
	st = gk_replace_file(name, mode, text, strlen(text), err);
	free(name);
	return st;
}

/*
 * Lines, then head, then the folder: after a crash between the first two the head is of fewer lines, which are all there.  The first lines have no head
 * behind them then, and a ledger without a head is a damaged one: so an empty head is written before the first.
 */
static enum gk_status
put_lines(const char *dir, enum gk_ledger which, struct gk_ledger_lines *l, size_t added, const struct gk_buf *lines, struct gk_err *err)
{
	char *path = gk_path(dir, kinds[which].file), *slash;
	mode_t mode = kinds[which].mode;
	enum gk_status st = path == NULL ? gk_nomem(err) : GK_OK;

	if (st == GK_OK && json_array_size(l->events) == 0)
		st = write_head(path, mode, 0, first, err);
	if (st == GK_OK)
		st = write_lines(path, mode, l->end, lines, err);
	if (st == GK_OK)
		st = write_head(path, mode, json_array_size(l->events) + added, l->last, err);
	if (st == GK_OK && (slash = strrchr(path, '/')) != NULL) {
		*slash = '\0';
		st = gk_sync_dir(path, err);
	}
	free(path);
	return st;
}

enum gk_status
gk_ledger_append(const char *dir, enum gk_ledger which, json_t *events, struct gk_err *err)
{
	struct gk_ledger_lines l;
	struct gk_buf lines;
	enum gk_status st = which == GK_LEDGER_APPLICATIONS ? make_folders(dir, err) : GK_OK;

	if (st != GK_OK || (st = gk_ledger_load(dir, which, &l, err)) != GK_OK)
		return st;
	gk_buf_init(&lines, GK_LEDGER_MAX);
	st = make_lines(events, &l, &lines, err);
	if (st == GK_OK && lines.n > 0)
		st = put_lines(dir, which, &l, json_array_size(events), &lines, err);
	gk_buf_free(&lines);
	json_decref(l.events);
	return st;
}

/* --- names ------------------------------------------------------------------------------------------------------------ */

static char *
secret_path(const char *dir)
{
	const char *set = getenv("GONGKAI_APPLICANT_KEY");

	return set != NULL && *set != '\0' ? strdup(set) : gk_path(dir, SECRET);
}

/* n bytes of a key file, which nobody else may read if it is secret. */
static enum gk_status
read_key(const char *path, bool secret, unsigned char *out, size_t n, struct gk_err *err)
{
	struct stat sb;
	struct gk_buf b;
	enum gk_status st;

	if (secret && lstat(path, &sb) == 0 && (!S_ISREG(sb.st_mode) || (sb.st_mode & 077) != 0)) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "密钥 '%s' 别人也能读，不予使用", "the key '%s' can be read by others and is not used", path);
		gk_hint(err, "chmod 600 '%s'", "chmod 600 '%s'", path);
		return GK_REFUSED;
	}
	st = gk_read_file(path, 4096, &b, err);
	if (st != GK_OK)
		return st;
	if (b.n < 2 * n || !gk_hex_to_bytes(b.p, 2 * n, out, n))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 不是密钥", "'%s' is no key", path);
	if (b.p != NULL)
		sodium_memzero(b.p, b.cap);
	gk_buf_free(&b);
	return st;
}

static enum gk_status
write_key(const char *path, const unsigned char *key, size_t n, struct gk_err *err)
{
	char hex[2 * 64 + 2];
	enum gk_status st;

	sodium_bin2hex(hex, sizeof hex, key, n);
	strcat(hex, "\n");
	st = gk_replace_file(path, 0600, hex, strlen(hex), err);
	sodium_memzero(hex, sizeof hex);
	return st;
}

static bool
is_there(const char *path)
{
	struct stat sb;

	return lstat(path, &sb) == 0 || errno != ENOENT;
}

static enum gk_status
make_keys(const char *dir, const char *public, const char *salt, struct gk_err *err)
{
	unsigned char pk[crypto_box_PUBLICKEYBYTES], sk[crypto_box_SECRETKEYBYTES], key[crypto_generichash_KEYBYTES];
	char *secret = secret_path(dir);
	enum gk_status st = secret == NULL ? gk_nomem(err) : make_folders(dir, err);

	if (st == GK_OK && !is_there(salt)) {
		randombytes_buf(key, sizeof key);
		st = write_key(salt, key, sizeof key, err);
	}
	/* The secret first: a public half without it would seal for nobody. */
	if (st == GK_OK && !is_there(public)) {
		crypto_box_keypair(pk, sk);
		st = is_there(secret) ? gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "有私钥 '%s' 而没有公钥", "there is a secret key '%s' without its public half", secret) : write_key(secret, sk, sizeof sk, err);
		if (st == GK_OK)
			st = write_key(public, pk, sizeof pk, err);
	}
	sodium_memzero(sk, sizeof sk);
	sodium_memzero(key, sizeof key);
	free(secret);
	return st;
}

static enum gk_status
person_path(const char *dir, const char *id, char **path, struct gk_err *err)
{
	char name[64];

	if (strlen(id) != 16 || strspn(id, "0123456789abcdef") != 16)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有封存的姓名", "there is no sealed name");
	snprintf(name, sizeof name, PERSONS "/%s", id);
	*path = gk_path(dir, name);
	return *path == NULL ? gk_nomem(err) : GK_OK;
}

enum gk_status
gk_person_seal(const char *dir, const char *person, char id[17], char who[17], struct gk_err *err)
{
	unsigned char pk[crypto_box_PUBLICKEYBYTES], key[crypto_generichash_KEYBYTES], hash[crypto_generichash_BYTES], random[8], sealed[crypto_box_SEALBYTES + GK_PERSON_MAX];
	char *public = gk_path(dir, PUBLIC), *salt = gk_path(dir, SALT), *path = NULL;
	size_t n = strlen(person);
	enum gk_status st = public == NULL || salt == NULL ? gk_nomem(err) : GK_OK;

	if (st == GK_OK && n > GK_PERSON_MAX)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "申请人和联系方式超过 %d 字节", "name and contact are longer than %d bytes", GK_PERSON_MAX);
	if (st == GK_OK)
		st = make_keys(dir, public, salt, err);
	if (st == GK_OK)
		st = read_key(public, false, pk, sizeof pk, err);
	if (st == GK_OK)
		st = read_key(salt, true, key, sizeof key, err);
	if (st == GK_OK) {
		crypto_generichash(hash, sizeof hash, (const unsigned char *)person, n, key, sizeof key);
		sodium_bin2hex(who, 17, hash, 8);
		randombytes_buf(random, sizeof random);
		sodium_bin2hex(id, 17, random, sizeof random);
		st = person_path(dir, id, &path, err);
		if (st == GK_OK && crypto_box_seal(sealed, (const unsigned char *)person, n, pk) != 0)
			st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "公钥 '%s' 不能用来封存", "the public key '%s' cannot seal", public);
		if (st == GK_OK)
			st = gk_replace_file(path, 0600, sealed, crypto_box_SEALBYTES + n, err);
	}
	sodium_memzero(key, sizeof key);
	free(public);
	free(salt);
	free(path);
	return st;
}

enum gk_status
gk_person_open(const char *dir, const char *id, char **out, struct gk_err *err)
{
	unsigned char pk[crypto_box_PUBLICKEYBYTES], sk[crypto_box_SECRETKEYBYTES];
	char *path = NULL, *secret = secret_path(dir), *text = NULL;
	struct gk_buf b;
	enum gk_status st = secret == NULL ? gk_nomem(err) : person_path(dir, id, &path, err);

	gk_buf_init(&b, 0);
	if (st == GK_OK && !is_there(path))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "申请人的姓名已经删除", "the name of the applicant was removed");
	else if (st == GK_OK && !is_there(secret))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "打开姓名的私钥不在这台机器上", "the secret key that opens names is not on this machine");
	if (st == GK_OK)
		st = read_key(secret, true, sk, sizeof sk, err);
	if (st == GK_OK)
		st = gk_read_file(path, crypto_box_SEALBYTES + GK_PERSON_MAX, &b, err);
	if (st == GK_OK && (text = calloc(1, b.n + 1)) == NULL)
		st = gk_nomem(err);
	if (st == GK_OK && (crypto_scalarmult_base(pk, sk) != 0 || b.n < crypto_box_SEALBYTES || crypto_box_seal_open((unsigned char *)text, (const unsigned char *)b.p, b.n, pk, sk) != 0)) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "封存的姓名打不开：密钥不对，或文件被改动", "the sealed name does not open: another key, or the file was changed");
		free(text);
		text = NULL;
	}
	sodium_memzero(sk, sizeof sk);
	gk_buf_free(&b);
	free(path);
	free(secret);
	if (st == GK_OK)
		*out = text;
	return st;
}

enum gk_status
gk_person_remove(const char *dir, const char *id, struct gk_err *err)
{
	char *path = NULL, *folder = gk_path(dir, PERSONS);
	enum gk_status st = folder == NULL ? gk_nomem(err) : person_path(dir, id, &path, err);

	if (st == GK_OK && unlink(path) < 0 && errno != ENOENT)
		st = failed(err, "不能删除", "cannot remove", path);
	else if (st == GK_OK)
		st = gk_sync_dir(folder, err);
	free(path);
	free(folder);
	return st;
}

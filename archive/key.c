/* Making and reading the secret key of ARCHIVE/keys.  The public one is read in key-public.c, apart: searchd is linked with that alone. */
#include "archive/key.h"

#include "base/io.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "keys/checkpoint.key"
#define PUBLIC "keys/checkpoint.pub"

static bool
exists(const char *path)
{
	struct stat sb;

	return lstat(path, &sb) == 0 || errno != ENOENT;
}

/* As gk_read_file, for something that must leave no copy behind. */
static void
wipe(struct gk_buf *b)
{
	if (b->p != NULL)
		sodium_memzero(b->p, b->cap);
	gk_buf_free(b);
}

/* Not even for a moment may another user be able to read it. */
static enum gk_status
check_mode(const char *path, struct gk_err *err)
{
	struct stat sb;

	if (lstat(path, &sb) < 0)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能查看 '%s'：%s", "cannot look at '%s': %s", path, strerror(errno));
	if (S_ISREG(sb.st_mode) && (sb.st_mode & 077) == 0)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "私钥 '%s' 别人也能读（%04o），不予使用", "the secret key '%s' can be read by others (%04o) and is not used", path,
		(unsigned)sb.st_mode & 07777);
	gk_hint(err, "chmod 600 '%s'；若可能已泄露，换一把密钥并公布", "chmod 600 '%s'; if it may have leaked, change the key and say so in public", path);
	return GK_REFUSED;
}

static enum gk_status
write_public(const char *path, const struct gk_note_key *key, struct gk_err *err)
{
	char text[GK_NOTE_KEY_MAX + 1];
	size_t n;

	gk_note_key_format(key, text);
	n = strlen(text);
	text[n] = '\n';
	return gk_replace_file(path, 0644, text, n + 1, err);
}

static enum gk_status
make(const char *dir, const char *path, const char *pub, const char *name, struct gk_note_secret *out, struct gk_err *err)
{
	char text[GK_NOTE_KEY_MAX + 1], *keys = gk_path(dir, "keys");
	enum gk_status st = keys == NULL ? gk_nomem(err) : gk_make_dir(keys, 0755, err);
	size_t n;

	free(keys);
	if (st == GK_OK)
		st = gk_sync_dir(dir, err);
	if (st != GK_OK)
		return st;
	gk_note_secret_make(name, GK_NOTE_ED25519, NULL, out);
	gk_note_secret_format(out, text);
	n = strlen(text);
	text[n] = '\n';
	/* The public part last: where it stands, the secret one was safe on the device. */
	st = gk_replace_file(path, 0600, text, n + 1, err);
	sodium_memzero(text, sizeof text);
	return st == GK_OK ? write_public(pub, &out->key, err) : st;
}

static enum gk_status
read_secret(const char *dir, const char *path, const char *pub, struct gk_note_secret *out, struct gk_err *err)
{
	struct gk_note_key key;
	struct gk_buf b;
	enum gk_status st = check_mode(path, err);

	if (st == GK_OK)
		st = gk_read_file(path, GK_NOTE_KEY_MAX, &b, err);
	if (st != GK_OK)
		return st;
	st = gk_note_secret_parse(b.p == NULL ? "" : b.p, b.n, out, err);
	wipe(&b);
	if (st != GK_OK || out->key.alg != GK_NOTE_ED25519)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 里不是检查点私钥", "'%s' holds no secret key for checkpoints", path);
	if (!exists(pub))
		return write_public(pub, &out->key, err);
	st = gk_key_public(dir, &key, err);
	if (st == GK_OK && !gk_note_key_equal(&key, &out->key))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 与旁边的公钥不是一对", "'%s' does not belong to the public key beside it", path);
	return st;
}

enum gk_status
gk_key_secret(const char *dir, const char *name, struct gk_note_secret *out, bool *made, struct gk_err *err)
{
	char *path = gk_path(dir, SECRET), *pub = gk_path(dir, PUBLIC);
	enum gk_status st = GK_OK;

	*made = false;
	memset(out, 0, sizeof *out);
	if (path == NULL || pub == NULL) {
		st = gk_nomem(err);
	} else if (exists(path)) {
		st = read_secret(dir, path, pub, out, err);
	} else if (exists(pub)) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "有公钥，但私钥 '%s' 不在", "the public key is there, but the secret one '%s' is not", path);
		gk_hint(err, "把私钥放回去；换新密钥先移走 checkpoint.pub 并公布新公钥", "put it back; for a new key move checkpoint.pub away first, and publish the new one");
	} else {
		st = make(dir, path, pub, name, out, err);
		*made = st == GK_OK;
	}
	if (st != GK_OK)
		gk_note_secret_wipe(out);
	free(path);
	free(pub);
	return st;
}

enum gk_status
gk_key_given(const char *key_or_path, struct gk_note_key *out, struct gk_err *err)
{
	struct gk_buf b;
	enum gk_status st = gk_note_key_parse(key_or_path, strlen(key_or_path), out, err);

	/* A file's name may look like many things, but hardly ever like a key: then what is wrong with the key is said. */
	if (st == GK_OK || (access(key_or_path, F_OK) < 0 && strchr(key_or_path, '+') != NULL))
		return st;
	st = gk_read_file(key_or_path, GK_NOTE_KEY_MAX, &b, err);
	if (st != GK_OK)
		return st;
	st = gk_note_key_parse(b.p == NULL ? "" : b.p, b.n, out, err);
	gk_buf_free(&b);
	return st;
}

/* Reading the public key of ARCHIVE/keys. */
#include "archive/key.h"

#include "base/io.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static enum gk_status
read_public(const char *path, struct gk_note_key *out, struct gk_err *err)
{
	struct gk_buf b;
	enum gk_status st = gk_read_file(path, GK_NOTE_KEY_MAX, &b, err);

	if (st != GK_OK)
		return st;
	st = gk_note_key_parse(b.p == NULL ? "" : b.p, b.n, out, err);
	gk_buf_free(&b);
	if (st == GK_OK && out->alg != GK_NOTE_ED25519)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 不是 Ed25519 公钥", "'%s' is no Ed25519 key", path);
	return st;
}

enum gk_status
gk_key_public(const char *dir, struct gk_note_key *out, struct gk_err *err)
{
	char *path = gk_path(dir, "keys/checkpoint.pub");
	enum gk_status st;

	if (path == NULL)
		return gk_nomem(err);
	if (access(path, F_OK) != 0 && errno == ENOENT) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "还没有公钥 '%s'", "there is no public key '%s' yet", path);
		gk_hint(err, "gongkai checkpoint 会生成密钥和第一个检查点", "gongkai checkpoint makes the key and the first checkpoint");
	} else {
		st = read_public(path, out, err);
	}
	free(path);
	return st;
}

/* Reading the lists of a dense part. */
#include "catalog/dense.h"

#include "catalog/schema.h"

#include <stdlib.h>
#include <string.h>

static enum gk_status
damaged(struct gk_err *err)
{
	return gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的词表已损坏", "the table of terms of the index is damaged");
}

bool
gk_dense_word(const char *word, size_t n)
{
	return (n == sizeof GK_DENSE - 1 && memcmp(word, GK_DENSE, n) == 0) || (n == sizeof GK_DENSE_LOOSE - 1 && memcmp(word, GK_DENSE_LOOSE, n) == 0);
}

enum gk_status
gk_dense_is(struct xc_db *db, bool *dense, struct gk_err *err)
{
	char *word;
	size_t n;
	enum gk_status st = xc_metadata(db, GK_M_VERSION, &word, &n, err);

	if (st != GK_OK)
		return st;
	*dense = gk_dense_word(word, n);
	free(word);
	return GK_OK;
}

static enum gk_status
get_read(void *arg, const char *key, char **p, size_t *n, struct gk_err *err)
{
	return xc_metadata(arg, key, p, n, err);
}

/* *n is 0 where there is none. */
static enum gk_status
value_of(gk_dense_get *get, void *arg, char kind, const char *term, size_t len, char **p, size_t *n, struct gk_err *err)
{
	char key[GK_TERM_MAX + 8];

	*p = NULL;
	*n = 0;
	if (len + 2 > sizeof key)
		return GK_OK;
	key[0] = kind;
	memcpy(key + 1, term, len);
	key[len + 1] = '\0';
	return get(arg, key, p, n, err);
}

/* The head of a term's entry; *at then stands behind it. */
static bool
read_head(const unsigned char **at, const unsigned char *end, uint32_t *df, bool *apart)
{
	uint32_t head;

	if (!gk_varint_take(at, end, &head) || head < 2)
		return false;
	*df = head >> 1;
	*apart = (head & 1) != 0;
	return true;
}

bool
gk_dense_count(const char *p, size_t n, uint32_t *df)
{
	const unsigned char *at = (const unsigned char *)p;
	bool apart;

	return read_head(&at, at + n, df, &apart);
}

enum gk_status
gk_dense_freq(struct xc_db *db, const char *term, size_t n, uint32_t *df, struct gk_err *err)
{
	char *p;
	size_t len;
	enum gk_status st = value_of(get_read, db, GK_DENSE_TERM, term, n, &p, &len, err);

	*df = 0;
	if (st == GK_OK && len > 0 && !gk_dense_count(p, len, df))
		st = damaged(err);
	free(p);
	return st;
}

static enum gk_status
open_list(gk_dense_get *get, void *arg, const char *term, size_t n, struct gk_packed *l, char **bytes, struct gk_err *err)
{
	const unsigned char *at;
	size_t len;
	uint32_t df;
	bool apart = false;
	enum gk_status st = value_of(get, arg, GK_DENSE_TERM, term, n, bytes, &len, err);

	if (st == GK_OK && len == 0)
		st = GK_END;
	at = (const unsigned char *)*bytes;
	if (st == GK_OK && !read_head(&at, at + len, &df, &apart))
		st = damaged(err);
	if (st == GK_OK && apart) {
		free(*bytes);
		st = value_of(get, arg, GK_DENSE_LIST, term, n, bytes, &len, err);
		if (st == GK_OK)
			st = len == 0 ? damaged(err) : gk_packed_open(l, *bytes, len, err);
	} else if (st == GK_OK) {
		gk_packed_open_bare(l, (const char *)at, len - (size_t)(at - (const unsigned char *)*bytes));
	}
	if (st != GK_OK) {
		free(*bytes);
		*bytes = NULL;
	}
	return st;
}

enum gk_status
gk_dense_open(struct xc_db *db, const char *term, size_t n, struct gk_packed *l, char **bytes, struct gk_err *err)
{
	return open_list(get_read, db, term, n, l, bytes, err);
}

enum gk_status
gk_dense_first(gk_dense_get *get, void *arg, const char *term, size_t n, uint32_t from, uint32_t *doc, struct gk_err *err)
{
	struct gk_packed l;
	char *bytes;
	enum gk_status st = open_list(get, arg, term, n, &l, &bytes, err);

	if (st == GK_OK) {
		st = gk_packed_seek(&l, from, doc, NULL, err);
		free(bytes);
	}
	return st;
}

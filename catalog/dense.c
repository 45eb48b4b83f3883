/* Reading the lists of a dense part. */
#include "catalog/dense.h"

#include "base/digest.h"
#include "catalog/schema.h"

#include <stdlib.h>
#include <string.h>

static enum gk_status
damaged(struct gk_err *err)
{
	return gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的词表已损坏", "the table of terms of the index is damaged");
}

static bool
says(const char *word, size_t n, const char *what)
{
	return n == strlen(what) && memcmp(word, what, n) == 0;
}

bool
gk_dense_word(const char *word, size_t n, bool *dense)
{
	*dense = says(word, n, GK_DENSE) || says(word, n, GK_DENSE_LOOSE);
	return *dense || n == 0 || says(word, n, GK_DENSE_NOT);
}

enum gk_status
gk_dense_is(struct xc_db *db, bool *dense, struct gk_err *err)
{
	char *word;
	size_t n;
	enum gk_status st = xc_metadata(db, GK_M_VERSION, &word, &n, err);

	if (st != GK_OK)
		return st;
	/* A part that is dense and is not taken for one would have no words at all. */
	if (!gk_dense_word(word, n, dense))
		st = damaged(err);
	free(word);
	return st;
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

void
gk_dense_sum(const char *term, size_t len, const char *p, size_t n, unsigned char out[GK_DENSE_SUM])
{
	const uint32_t sum = gk_crc32(gk_crc32(0, term, len), p, n);

	out[0] = (unsigned char)sum;
	out[1] = (unsigned char)(sum >> 8);
}

/* The head of a term's entry, of n bytes; *at then stands behind it, *end behind the list. */
static bool
read_head(const char *term, size_t len, const char *p, size_t n, const unsigned char **at, const unsigned char **end, uint32_t *df, bool *apart)
{
	unsigned char sum[GK_DENSE_SUM];
	uint32_t head;

	if (n <= GK_DENSE_SUM)
		return false;
	n -= GK_DENSE_SUM;
	gk_dense_sum(term, len, p, n, sum);
	if (memcmp(p + n, sum, GK_DENSE_SUM) != 0)
		return false;
	*at = (const unsigned char *)p;
	*end = *at + n;
	if (!gk_varint_take(at, *end, &head) || head < 2)
		return false;
	*df = head >> 1;
	*apart = (head & 1) != 0;
	return true;
}

bool
gk_dense_count(const char *term, size_t len, const char *p, size_t n, uint32_t *df)
{
	const unsigned char *at, *end;
	bool apart;

	return read_head(term, len, p, n, &at, &end, df, &apart);
}

enum gk_status
gk_dense_freq(struct xc_db *db, const char *term, size_t n, uint32_t *df, struct gk_err *err)
{
	char *p;
	size_t len;
	enum gk_status st = value_of(get_read, db, GK_DENSE_TERM, term, n, &p, &len, err);

	*df = 0;
	if (st == GK_OK && len > 0 && !gk_dense_count(term, n, p, len, df))
		st = damaged(err);
	free(p);
	return st;
}

static enum gk_status
open_apart(gk_dense_get *get, void *arg, const char *term, size_t n, uint32_t df, struct gk_packed *l, char **bytes, struct gk_err *err)
{
	size_t len;
	enum gk_status st = value_of(get, arg, GK_DENSE_LIST, term, n, bytes, &len, err);

	if (st == GK_OK)
		/* What says how many they are has its sum, and the list has one of what stands behind its own number. */
		st = len == 0 || gk_packed_count(*bytes, len) != df ? damaged(err) : gk_packed_open(l, *bytes, len, err);
	return st;
}

static enum gk_status
open_list(gk_dense_get *get, void *arg, const char *term, size_t n, struct gk_packed *l, char **bytes, struct gk_err *err)
{
	const unsigned char *at, *end;
	size_t len;
	uint32_t df = 0;
	bool apart = false;
	enum gk_status st = value_of(get, arg, GK_DENSE_TERM, term, n, bytes, &len, err);

	if (st == GK_OK && len == 0)
		st = GK_END;
	if (st == GK_OK && !read_head(term, n, *bytes, len, &at, &end, &df, &apart))
		st = damaged(err);
	if (st == GK_OK && apart) {
		free(*bytes);
		st = open_apart(get, arg, term, n, df, l, bytes, err);
	} else if (st == GK_OK) {
		gk_packed_open_bare(l, (const char *)at, (size_t)(end - at));
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
gk_dense_open_of(struct xc_db *db, const char *term, size_t n, uint32_t df, struct gk_packed *l, char **bytes, struct gk_err *err)
{
	enum gk_status st;

	*bytes = NULL;
	if (df == 0)
		return GK_END;
	/* An entry is a byte at the least. */
	if (df <= GK_DENSE_BARE)
		return open_list(get_read, db, term, n, l, bytes, err);
	st = open_apart(get_read, db, term, n, df, l, bytes, err);
	if (st != GK_OK) {
		free(*bytes);
		*bytes = NULL;
	}
	return st;
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

/*
 * The table of long grams of the index.  Its checksum is made right here, as a byte that rots after it was checked has a right one too.  What an opened table says must be
 * what a plain reading of its bytes says, which goes through all grams and knows no order; a table that such a reading refuses must be refused, and a list that is
 * not as it was written must say nothing.  The first byte chooses: a body of any bytes, or one made of all grams of the needle, in which a byte may be changed.
 * Build and run with devel/fuzz.
 */
/* For: catalog/grams.c */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/digest.h"
#include "catalog/textstore-format.h"

/* Of exactly so many bytes, so that one too many is seen: behind the end of a file the page goes on. */
static void *
on_heap(size_t n, int fd)
{
	void *p = malloc(n);

	if (p == NULL || pread(fd, p, n, 0) != (ssize_t)n)
		abort();
	return p;
}

static int
off_heap(void *p)
{
	free(p);
	return 0;
}

#define mmap(at, n, may, how, fd, from) on_heap(n, fd)
#define munmap(p, n) off_heap(p)
#include "catalog/grams.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

enum { TEXT = 64, HEAD = sizeof(struct gk_grams_head), ENTRY = sizeof(struct gk_gram), LETTERS = 15 };

static struct gk_textstore *text;
static char name[64];
static int file;

static char *
name_of(int fd, char *out)
{
	snprintf(out, 64, "/proc/self/fd/%d", fd);
	return out;
}

/* A text store of a head and nothing that anybody reads: only its marks are asked for. */
static void
begin(void)
{
	char path[64], bytes[TEXT] = GK_TEXT_MAGIC;
	int fd = memfd_create("text", 0);
	struct gk_err err = GK_ERR_INIT;

	for (size_t i = sizeof(struct gk_text_file); i < TEXT; i++)
		bytes[i] = (char)i;
	MUST(fd >= 0 && pwrite(fd, bytes, TEXT, 0) == TEXT);
	MUST(gk_textstore_open(name_of(fd, path), &text, &err) == GK_OK);
	file = memfd_create("grams", 0);
	MUST(file >= 0);
	name_of(file, name);
}

/* --- a plain reading ---------------------------------------------------------------------------- */

struct plain { const unsigned char *p; size_t n; uint32_t grams; };

static uint32_t
number(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static const unsigned char *
entry(const struct plain *t, uint32_t i)
{
	return t->p + HEAD + (size_t)i * ENTRY;
}

static size_t
list(const struct plain *t, uint32_t i)
{
	return i == t->grams ? t->n : HEAD + (size_t)t->grams * ENTRY + number(entry(t, i) + GK_GRAM_MOST * 2);
}

static size_t
spelt(const unsigned char *e, uint16_t unit[GK_GRAM_MOST])
{
	size_t n = GK_GRAM_MOST;

	memcpy(unit, e, GK_GRAM_MOST * sizeof *unit);
	while (n > 0 && unit[n - 1] == 0)
		n--;
	return n;
}

/* Are the grams and the places of their lists as they may be? */
static bool
shaped(struct plain *t, uint32_t grams)
{
	uint16_t unit[GK_GRAM_MOST], before[GK_GRAM_MOST] = { 0 };

	t->grams = grams;
	if ((uint64_t)grams * ENTRY > t->n - HEAD || (grams == 0 ? t->n != HEAD : list(t, 0) != HEAD + (size_t)grams * ENTRY))
		return false;
	for (uint32_t i = 0; i < grams; i++) {
		size_t n = spelt(entry(t, i), unit), k = 0;

		for (size_t at = 0; at < n; at++)
			if (unit[at] == 0)
				return false;
		while (k < GK_GRAM_MOST && unit[k] == before[k])
			k++;
		if (n < GK_GRAM_LEAST || k == GK_GRAM_MOST || unit[k] < before[k] || list(t, i) > list(t, i + 1))
			return false;
		memcpy(before, unit, sizeof unit);
	}
	return true;
}

/* Goes through the list of gram i; is it whole, and does it have document d? */
static bool
whole(const struct plain *t, uint32_t i, uint32_t d, bool *has)
{
	uint64_t doc = 0, more = 0;
	unsigned shift = 0;

	for (size_t at = list(t, i), end = list(t, i + 1); at < end; at++) {
		more |= (uint64_t)(t->p[at] & 0x7F) << shift;
		shift += 7;
		if (t->p[at] >= 0x80) {
			if (shift == 35 || at + 1 == end)
				return false;
			continue;
		}
		doc += more;
		if (more == 0 || doc > UINT32_MAX)
			return false;
		*has = *has || doc == d;
		more = shift = 0;
	}
	return true;
}

/* -1: there is none. */
static int64_t
found(const struct plain *t, const uint16_t *needle, size_t n)
{
	uint16_t unit[GK_GRAM_MOST];

	for (uint32_t i = 0; i < t->grams; i++)
		if (spelt(entry(t, i), unit) == n && memcmp(unit, needle, n * sizeof *needle) == 0)
			return i;
	return -1;
}

/* Is anything known of the needle, and if so, is document d excepted? */
static bool
known(const struct plain *t, const uint16_t *needle, size_t n, uint32_t d, bool *excepted)
{
	*excepted = false;
	if (n < GK_GRAM_LEAST || n > GK_GRAM_MOST)
		return false;
	for (size_t k = GK_GRAM_LEAST; k <= n; k++)
		for (size_t at = 0; at + k <= n; at++) {
			int64_t i = found(t, needle + at, k);

			if (i < 0 || !whole(t, (uint32_t)i, d, excepted))
				return false;
		}
	return true;
}

/* --- tables ------------------------------------------------------------------------------------- */

struct asked { uint16_t needle[GK_GRAM_MOST + 2]; size_t n; uint32_t last; };

static int
by_units(const void *a, const void *b)
{
	return gk_gram_order(((const struct gk_gram *)a)->unit, ((const struct gk_gram *)b)->unit);
}

/* All grams of the needle; of each a list of the bytes that come next, as many as the one before says. */
static uint32_t
make(struct gk_buf *body, const struct asked *q, const unsigned char *p, size_t n)
{
	struct gk_gram gram[64] = { { .first = 0 } };
	struct gk_buf lists;
	size_t grams = 0, kept = 0;

	gk_buf_init(&lists, 1 << 16);
	for (size_t k = GK_GRAM_LEAST; k <= q->n && q->n <= GK_GRAM_MOST; k++)
		for (size_t at = 0; at + k <= q->n; at++)
			memcpy(gram[grams++].unit, q->needle + at, k * sizeof *q->needle);
	qsort(gram, grams, sizeof *gram, by_units);
	for (size_t i = 0; i < grams; i++) {
		size_t bytes = n > 0 ? *p % 8 : 0;

		if (kept > 0 && by_units(&gram[i], &gram[kept - 1]) == 0)
			continue;
		if (n > 0) {
			p++;
			n--;
		}
		bytes = bytes < n ? bytes : n;
		gram[kept] = gram[i];
		gram[kept++].first = (uint32_t)lists.n;
		gk_buf_add(&lists, (const char *)p, bytes);
		p += bytes;
		n -= bytes;
	}
	gk_buf_add(body, (const char *)gram, kept * sizeof *gram);
	if (lists.n > 0)
		gk_buf_add(body, lists.p, lists.n);
	/* What is left changes bytes. */
	for (; n >= 2 && body->n > 0; p += 2, n -= 2)
		body->p[p[0] % body->n] ^= (char)p[1];
	gk_buf_free(&lists);
	return (uint32_t)kept;
}

static void
ask(const struct gk_grams *g, const struct plain *t, const struct asked *q, uint64_t end)
{
	unsigned char *except;
	uint64_t limit = 0;
	bool excepted;

	MUST(gk_grams_tell(g, q->needle, q->n, q->last, &except, &limit, NULL) == GK_OK);
	MUST((except != NULL) == known(t, q->needle, q->n, 0, &excepted) && (except == NULL || limit == end));
	for (uint32_t d = 0; except != NULL && d <= q->last; d++)
		MUST(known(t, q->needle, q->n, d, &excepted) && except[d] == excepted);
	free(except);
}

/* As file: what is opened, and what is said of all of it. */
static void
check(struct gk_buf *all, const struct asked *q, bool bad_sum, uint64_t limit)
{
	struct gk_grams *g = NULL;
	struct gk_err err = GK_ERR_INIT;
	struct gk_grams_head head;
	struct plain t = { (const unsigned char *)all->p, all->n, 0 };
	bool lists = true, has = false;
	enum gk_status st;

	memcpy(&head, all->p, sizeof head);
	head.crc = gk_crc32(0, all->p + offsetof(struct gk_grams_head, table), all->n - offsetof(struct gk_grams_head, table)) ^ (bad_sum ? 1 : 0);
	memcpy(all->p, &head, sizeof head);
	MUST(ftruncate(file, 0) == 0 && pwrite(file, all->p, all->n, 0) == (ssize_t)all->n);
	st = gk_grams_open(name, text, &g, &err);
	if (bad_sum || !shaped(&t, head.grams)) {
		MUST(st == GK_DEAD && err.cause == GK_CAUSE_DAMAGED && gk_grams_check(name, text, &err) == GK_DEAD);
		return;
	}
	MUST(st == (limit >= sizeof(struct gk_text_file) && limit <= TEXT ? GK_OK : GK_END));
	if (st == GK_OK)
		ask(g, &t, q, limit);
	for (uint32_t i = 0; i < t.grams; i++)
		lists = lists && whole(&t, i, 0, &has);
	MUST(gk_grams_check(name, text, &err) == (st == GK_END ? GK_END : lists ? GK_OK : GK_DEAD));
	gk_grams_close(g);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct asked q = { .n = 0 };
	struct gk_grams_head head = { .magic = GK_GRAMS_MAGIC };
	struct gk_buf body, all;

	if (text == NULL)
		begin();
	if (n < 4 + GK_GRAM_MOST + 2 || n > 1 << 14)
		return 0;
	/* Of few letters, or no two grams would have anything in common. */
	while (q.n < GK_GRAM_MOST + 2 && p[4 + q.n] % (LETTERS + 1) != 0) {
		q.needle[q.n] = (uint16_t)(0x4E00 + p[4 + q.n] % (LETTERS + 1));
		q.n++;
	}
	q.last = p[2];
	head.limit = p[1] == 255 ? UINT64_MAX : p[1];
	gk_textstore_mark(text, head.limit, &head.table, &head.sum);
	gk_buf_init(&body, 1 << 20);
	gk_buf_init(&all, 1 << 20);
	if (p[0] % 2 == 0) {
		head.grams = p[3];
		gk_buf_add(&body, (const char *)p + 4 + GK_GRAM_MOST + 2, n - 4 - GK_GRAM_MOST - 2);
	} else {
		head.grams = make(&body, &q, p + 4 + GK_GRAM_MOST + 2, n - 4 - GK_GRAM_MOST - 2);
	}
	gk_buf_add(&all, (const char *)&head, sizeof head);
	if (body.n > 0)
		gk_buf_add(&all, body.p, body.n);
	check(&all, &q, p[0] % 16 == 15, head.limit);
	gk_buf_free(&body);
	gk_buf_free(&all);
	return 0;
}

/* Reading the table of long grams. */
#include "catalog/grams-format.h"

#include "base/digest.h"
#include "catalog/packed.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct gk_grams {
	const char *map;
	size_t bytes;
	const struct gk_gram *gram;
	uint32_t grams;
	const unsigned char *exceptions, *end;
	uint64_t limit;
};

static enum gk_status
damaged(const char *path, struct gk_err *err)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引的长词表损坏：'%s'", "the table of long grams of the index is damaged: '%s'", path);
	gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	return GK_DEAD;
}

/* Maps the file; GK_END if there is none. */
static enum gk_status
map_file(const char *path, struct gk_grams *g, struct gk_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat sb;
	void *p = MAP_FAILED;
	int why = errno;

	if (fd < 0 && why == ENOENT)
		return GK_END;
	if (fd >= 0 && fstat(fd, &sb) == 0 && sb.st_size > 0)
		p = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_SHARED, fd, 0);
	else if (fd >= 0)
		errno = EIO;
	why = errno;
	if (fd >= 0)
		close(fd);
	if (p == MAP_FAILED)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(why), "不能读取 '%s'：%s", "cannot read '%s': %s", path, strerror(why));
	g->map = p;
	g->bytes = (size_t)sb.st_size;
	return GK_OK;
}

/* Three characters or more, and zeros behind them. */
static bool
is_gram(const uint16_t *unit)
{
	size_t n = 0;

	while (n < GK_GRAM_MOST && unit[n] != 0)
		n++;
	for (size_t i = n; i < GK_GRAM_MOST; i++)
		if (unit[i] != 0)
			return false;
	return n >= GK_GRAM_LEAST;
}

/* The list of the first gram begins at 0, those of the others behind it; without grams there are none. */
static bool
lists_are_in_order(const struct gk_grams *g)
{
	const size_t bytes = (size_t)(g->end - g->exceptions);

	if (g->grams == 0)
		return bytes == 0;
	for (uint32_t i = 1; i < g->grams; i++)
		if (g->gram[i].first < g->gram[i - 1].first)
			return false;
	return g->gram[0].first == 0 && g->gram[g->grams - 1].first <= bytes;
}

/* Fills in the rest; false if that is not what a maker writes. */
static bool
unfold(struct gk_grams *g, struct gk_grams_head *head)
{
	const size_t from = offsetof(struct gk_grams_head, table);

	if (g->bytes < sizeof *head)
		return false;
	memcpy(head, g->map, sizeof *head);
	if (memcmp(head->magic, GK_GRAMS_MAGIC, sizeof head->magic) != 0 || gk_crc32(0, g->map + from, g->bytes - from) != head->crc ||
	    head->grams > (g->bytes - sizeof *head) / sizeof *g->gram)
		return false;
	g->gram = (const struct gk_gram *)(const void *)(g->map + sizeof *head);
	g->grams = head->grams;
	g->exceptions = (const unsigned char *)(g->gram + g->grams);
	g->end = (const unsigned char *)g->map + g->bytes;
	g->limit = head->limit;
	for (uint32_t i = 0; i < g->grams; i++)
		if (!is_gram(g->gram[i].unit) || (i > 0 && gk_gram_order(g->gram[i - 1].unit, g->gram[i].unit) >= 0))
			return false;
	return lists_are_in_order(g);
}

enum gk_status
gk_grams_open(const char *path, const struct gk_textstore *text, struct gk_grams **out, struct gk_err *err)
{
	struct gk_grams *g = calloc(1, sizeof *g);
	struct gk_grams_head head;
	uint32_t table, sum;
	enum gk_status st = g == NULL ? gk_nomem(err) : map_file(path, g, err);

	if (st == GK_OK && !unfold(g, &head))
		st = damaged(path, err);
	/* That of another text store: it says nothing of this one. */
	if (st == GK_OK && (!gk_textstore_mark(text, g->limit, &table, &sum) || table != head.table || sum != head.sum))
		st = GK_END;
	if (st != GK_OK) {
		gk_grams_close(g);
		return st;
	}
	*out = g;
	return GK_OK;
}

void
gk_grams_close(struct gk_grams *g)
{
	if (g == NULL)
		return;
	if (g->map != NULL)
		munmap((void *)(uintptr_t)g->map, g->bytes);
	free(g);
}

static const struct gk_gram *
find(const struct gk_grams *g, const uint16_t *units, size_t n)
{
	uint16_t key[GK_GRAM_MOST] = { 0 };
	uint32_t low = 0, high = g->grams;

	memcpy(key, units, n * sizeof *units);
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order = gk_gram_order(g->gram[mid].unit, key);

		if (order == 0)
			return &g->gram[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* Into except, unless it is NULL; false if the list is not what a maker writes: then nothing is known of the gram. */
static bool
mark_exceptions(const struct gk_grams *g, const struct gk_gram *gram, unsigned char *except, uint32_t last)
{
	const unsigned char *at = g->exceptions + gram->first, *end = gram + 1 == g->gram + g->grams ? g->end : g->exceptions + gram[1].first;
	uint32_t doc = 0, more;

	while (at < end) {
		if (!gk_varint_take(&at, end, &more) || more == 0 || more > UINT32_MAX - doc)
			return false;
		doc += more;
		if (except != NULL && doc <= last)
			except[doc] = 1;
	}
	return true;
}

enum gk_status
gk_grams_check(const char *path, const struct gk_textstore *text, struct gk_err *err)
{
	struct gk_grams *g = NULL;
	enum gk_status st = gk_grams_open(path, text, &g, err);

	for (uint32_t i = 0; st == GK_OK && i < g->grams; i++)
		if (!mark_exceptions(g, &g->gram[i], NULL, 0))
			st = damaged(path, err);
	gk_grams_close(g);
	return st;
}

enum gk_status
gk_grams_tell(const struct gk_grams *g, const uint16_t *needle, size_t n, uint32_t last, unsigned char **except, uint64_t *limit, struct gk_err *err)
{
	const struct gk_gram *gram[GK_GRAM_MOST * GK_GRAM_MOST];
	size_t grams = 0;

	*except = NULL;
	if (n < GK_GRAM_LEAST || n > GK_GRAM_MOST)
		return GK_OK;
	/* The whole is the rarest. */
	for (size_t k = n; k >= GK_GRAM_LEAST; k--)
		for (size_t at = 0; at + k <= n; at++)
			if ((gram[grams++] = find(g, needle + at, k)) == NULL)
				return GK_OK;
	*except = calloc((size_t)last + 1, 1);
	if (*except == NULL)
		return gk_nomem(err);
	for (size_t i = 0; i < grams; i++)
		if (!mark_exceptions(g, gram[i], *except, last)) {
			free(*except);
			*except = NULL;
			return GK_OK;
		}
	*limit = g->limit;
	return GK_OK;
}

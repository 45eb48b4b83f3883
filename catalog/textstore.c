/* Reading the text store: a map that grows when the file does. */
#include "catalog/textstore.h"

#include "base/digest.h"

#include "catalog/textmap.h"
#include "catalog/textstore-format.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MARKED = 64 * 1024 };
enum { CACHE_LINE = 64, EXPECTED = 5 * CACHE_LINE };	/* behind that the memory sees by itself where we are going */

struct gk_textstore {
	int fd;
	char *table;			/* path of the table of symbols */
	struct gk_symbols *symbols;	/* NULL as long as there is none */
	const struct gk_textmap *map;	/* NULL: of nothing yet */
};

/* What is mapped. */
static const char *
mapped(const struct gk_textstore *t, uint64_t offset)
{
	return t->map->p + offset;
}

static size_t
length(const struct gk_textstore *t)
{
	return t->map == NULL ? 0 : t->map->n;
}

/* A store that grows may have got its table since it was opened. */
static enum gk_status
load_symbols(struct gk_textstore *t, struct gk_err *err)
{
	struct gk_text_file head;
	enum gk_status st;

	memcpy(&head, mapped(t, 0), sizeof head);
	if (head.table == 0 || t->symbols != NULL)
		return GK_OK;
	st = gk_symbols_open(t->table, &t->symbols, err);
	if (st != GK_OK || t->symbols->id == head.table)
		return st;
	gk_symbols_close(t->symbols);
	t->symbols = NULL;
	gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "字符表 '%s' 不属于这份索引", "the table of symbols '%s' does not belong to this index", t->table);
	gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	return GK_DEAD;
}

enum gk_status
gk_textstore_open(const char *path, struct gk_textstore **out, struct gk_err *err)
{
	struct gk_textstore *t = calloc(1, sizeof *t);
	enum gk_status st;

	if (t == NULL)
		return gk_nomem(err);
	t->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (t->fd < 0) {
		st = gk_fail(err, GK_DEAD, errno == ENOENT ? GK_CAUSE_DAMAGED : gk_cause_of_errno(errno), "不能打开索引正文 '%s'：%s",
			     "cannot open the index text '%s': %s", path, strerror(errno));
		free(t);
		return st;
	}
	st = gk_textmap_take(t->fd, &t->map, err);
	if (st == GK_OK && (length(t) < sizeof(struct gk_text_file) || memcmp(mapped(t, 0), GK_TEXT_MAGIC, sizeof GK_TEXT_MAGIC - 1) != 0))
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "'%s' 不是索引正文", "'%s' is not an index text", path);
	if (st == GK_OK && asprintf(&t->table, "%s" GK_TEXT_SYMBOLS, path) < 0) {
		t->table = NULL;
		st = gk_nomem(err);
	}
	if (st == GK_OK)
		st = load_symbols(t, err);
	if (st != GK_OK) {
		gk_textstore_close(t);
		return st;
	}
	*out = t;
	return GK_OK;
}

void
gk_textstore_rest(struct gk_textstore *t)
{
	if (t->map != NULL)
		madvise((void *)(uintptr_t)t->map->p, t->map->n, MADV_DONTNEED);
}

void
gk_textstore_close(struct gk_textstore *t)
{
	if (t == NULL)
		return;
	gk_textmap_drop(t->map);
	close(t->fd);
	gk_symbols_close(t->symbols);
	free(t->table);
	free(t);
}

/* An entry by its head, wherever its parts may stand. */
struct entry {
	struct gk_text_head head;
	struct gk_text_typed typed;
	uint32_t title;
	size_t fixed;			/* bytes of the head */
	uint64_t before, bytes;		/* before the origin, and all of it */
};

/* False if it reaches beyond what is mapped; *e then says how far it would. */
static bool
read_head(const struct gk_textstore *t, uint64_t offset, struct entry *e)
{
	uint64_t room = offset > length(t) ? 0 : length(t) - offset, units;

	*e = (struct entry){ .fixed = sizeof e->head, .bytes = sizeof e->head };
	if (room < e->bytes)
		return false;
	memcpy(&e->head, mapped(t, offset), sizeof e->head);
	e->title = e->head.title & ~GK_TEXT_TYPED;
	units = (uint64_t)e->title + e->head.codes;
	if ((e->head.title & GK_TEXT_TYPED) != 0) {
		e->fixed = e->bytes = sizeof e->head + sizeof e->typed;
		if (room < e->bytes)
			return false;
		memcpy(&e->typed, mapped(t, offset) + sizeof e->head, sizeof e->typed);
		units += (uint64_t)e->typed.title + e->typed.codes;
	}
	/* Filled up to 4 where an origin follows. */
	e->before = e->fixed + (e->head.origin > 0 ? (units + 1) / 2 * 4 : units * 2);
	e->bytes = e->before + e->head.origin;
	return e->bytes <= room;
}

static bool
is_sound(const struct gk_textstore *t, const char *p, const struct entry *e, const struct gk_text *text)
{
	const size_t from = offsetof(struct gk_text_head, title);
	uint64_t unpadded = e->fixed + ((uint64_t)e->title + e->head.codes + e->typed.title + e->typed.codes) * 2;
	uint32_t crc = gk_crc32(gk_crc32(0, p + from, unpadded - from), p + e->before, e->head.origin);

	return crc == e->head.crc && e->head.codes <= e->head.body && e->typed.codes <= e->typed.body &&
	       (text->body.symbols == NULL || gk_symbols_units(t->symbols, text->body.p, text->body.n) == text->body.units) &&
	       (text->typed_body.symbols == NULL || gk_symbols_units(t->symbols, text->typed_body.p, text->typed_body.n) == text->typed_body.units);
}

static struct gk_body
body_of(const struct gk_textstore *t, const uint16_t *p, uint32_t units, uint32_t codes)
{
	return (struct gk_body){ .p = p, .n = codes, .units = units, .symbols = codes < units ? t->symbols : NULL };
}

enum gk_status
gk_textstore_get(struct gk_textstore *t, uint64_t offset, uint32_t docid, struct gk_text *out, struct gk_err *err)
{
	struct entry e;
	const uint16_t *units;
	enum gk_status st;
	bool there;

	/* A damaged slot may hold any offset: no sum that could wrap. */
	if (offset % 4 != 0 || offset < sizeof(struct gk_text_file))
		goto damaged;
	there = read_head(t, offset, &e);
	if (!there) {
		st = gk_textmap_take(t->fd, &t->map, err);
		there = st == GK_OK && read_head(t, offset, &e);
		if (st != GK_OK)
			return st;
	}
	if (!there || e.head.docid != docid)
		goto damaged;
	if (t->symbols == NULL && (e.head.codes < e.head.body || e.typed.codes < e.typed.body) && load_symbols(t, err) != GK_OK)
		return GK_DEAD;
	if (t->symbols == NULL && (e.head.codes < e.head.body || e.typed.codes < e.typed.body))
		goto damaged;
	units = (const uint16_t *)(mapped(t, offset) + e.fixed);
	*out = (struct gk_text){ .title = units, .title_n = e.title, .body = body_of(t, units + e.title, e.head.body, e.head.codes),
				 .origin = e.head.origin > 0 ? mapped(t, offset) + e.before : NULL, .origin_n = e.head.origin };
	if ((e.head.title & GK_TEXT_TYPED) != 0) {
		out->typed_title = out->body.p + out->body.n;
		out->typed_title_n = e.typed.title;
		out->typed_body = body_of(t, out->typed_title + e.typed.title, e.typed.body, e.typed.codes);
	}
	if (!gk_textmap_is_sound(t->map, offset)) {
		if (!is_sound(t, mapped(t, offset), &e, out))
			goto damaged;
		gk_textmap_found_sound(t->map, offset);
	}
	return GK_OK;
damaged:
	gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "索引正文损坏：文档 %u，位置 %llu", "the index text is damaged: document %u at %llu",
		docid, (unsigned long long)offset);
	gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	return GK_REFUSED;
}

void
gk_textstore_expect(const struct gk_textstore *t, uint64_t offset)
{
	if (offset >= length(t))
		return;
	gk_textmap_expect(t->map, offset);
	for (size_t i = 0; i < EXPECTED; i += CACHE_LINE)
		__builtin_prefetch(mapped(t, offset) + i);
}

bool
gk_textstore_title(struct gk_textstore *t, uint64_t offset, uint32_t docid, const uint16_t **title, size_t *n)
{
	struct entry e;

	if (offset % 4 != 0 || offset < sizeof(struct gk_text_file) || !read_head(t, offset, &e) || e.head.docid != docid)
		return false;
	*title = (const uint16_t *)(mapped(t, offset) + e.fixed);
	*n = e.title;
	return true;
}

bool
gk_textstore_mark(const struct gk_textstore *t, uint64_t end, uint32_t *table, uint32_t *sum)
{
	const uint64_t from = end > MARKED ? end - MARKED : 0;

	if (end > length(t) || end < sizeof(struct gk_text_file))
		return false;
	*table = ((const struct gk_text_file *)(const void *)mapped(t, 0))->table;
	*sum = gk_crc32(0, mapped(t, from), (size_t)(end - from));
	return true;
}

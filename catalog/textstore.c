/* Reading the text store: a map that grows when the file does. */
#include "catalog/textstore.h"

#include "catalog/textstore-format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

struct gk_textstore {
	int fd;
	const char *map;
	size_t mapped;
	/* One bit an entry (by its offset / 16, an entry is longer than that): its checksum held once. */
	unsigned char *seen;
	size_t seen_n;
};

static enum gk_status
map_now(struct gk_textstore *t, struct gk_err *err)
{
	struct stat sb;
	const char *map;
	unsigned char *seen;
	size_t bits;

	if (fstat(t->fd, &sb) < 0)
		return gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "不能读取索引正文：%s", "cannot read the index text: %s", strerror(errno));
	if ((size_t)sb.st_size <= t->mapped)
		return GK_OK;
	map = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_SHARED, t->fd, 0);
	if (map == MAP_FAILED)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能映射索引正文：%s", "cannot map the index text: %s", strerror(errno));
	bits = ((size_t)sb.st_size / 16 + 8) / 8;
	seen = realloc(t->seen, bits);
	if (seen == NULL) {
		munmap((void *)map, (size_t)sb.st_size);
		return gk_nomem(err);
	}
	memset(seen + t->seen_n, 0, bits - t->seen_n);
	t->seen = seen;
	t->seen_n = bits;
	if (t->map != NULL)
		munmap((void *)t->map, t->mapped);
	t->map = map;
	t->mapped = (size_t)sb.st_size;
	return GK_OK;
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
	st = map_now(t, err);
	if (st == GK_OK && (t->mapped < sizeof GK_TEXT_MAGIC - 1 || memcmp(t->map, GK_TEXT_MAGIC, sizeof GK_TEXT_MAGIC - 1) != 0))
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "'%s' 不是索引正文", "'%s' is not an index text", path);
	if (st != GK_OK) {
		gk_textstore_close(t);
		return st;
	}
	*out = t;
	return GK_OK;
}

void
gk_textstore_close(struct gk_textstore *t)
{
	if (t == NULL)
		return;
	if (t->map != NULL)
		munmap((void *)t->map, t->mapped);
	close(t->fd);
	free(t->seen);
	free(t);
}

enum gk_status
gk_textstore_get(struct gk_textstore *t, uint64_t offset, uint32_t docid, struct gk_text *out, struct gk_err *err)
{
	struct gk_text_head head;
	uint64_t end, all, before, bit = offset / 16;
	const uint16_t *units;
	const void *origin;

	/* A damaged slot may hold any offset: no sum that could wrap. */
	if (offset % 4 != 0)
		goto damaged;
	if (offset > t->mapped || t->mapped - offset < sizeof head) {
		enum gk_status st = map_now(t, err);

		if (st != GK_OK)
			return st;
	}
	if (offset > t->mapped || t->mapped - offset < sizeof head)
		goto damaged;
	memcpy(&head, t->map + offset, sizeof head);
	all = (uint64_t)head.title + head.body + head.typed_title + head.typed_body;
	/* Filled up to 4 where an origin follows. */
	before = head.origin > 0 ? (all + 1) / 2 * 4 : all * 2;
	end = offset + sizeof head + before + head.origin;
	if (end > t->mapped && map_now(t, err) != GK_OK)
		return GK_DEAD;
	if (end > t->mapped || head.docid != docid)
		goto damaged;
	units = (const uint16_t *)(t->map + offset + sizeof head);
	origin = (const char *)units + before;
	if (!(t->seen[bit / 8] >> (bit % 8) & 1)) {
		if (crc32(crc32(0, (const Bytef *)units, (uInt)(all * 2)), origin, head.origin) != head.crc)
			goto damaged;
		t->seen[bit / 8] |= (unsigned char)(1u << (bit % 8));
	}
	*out = (struct gk_text){ .title = units, .body = units + head.title, .title_n = head.title, .body_n = head.body,
				 .origin = head.origin > 0 ? origin : NULL, .origin_n = head.origin };
	if (head.typed_title + head.typed_body > 0) {
		out->typed_title = out->body + head.body;
		out->typed_body = out->typed_title + head.typed_title;
		out->typed_title_n = head.typed_title;
		out->typed_body_n = head.typed_body;
	}
	return GK_OK;
damaged:
	gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "索引正文损坏：文档 %u，位置 %llu", "the index text is damaged: document %u at %llu",
		docid, (unsigned long long)offset);
	gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	return GK_REFUSED;
}

bool
gk_textstore_title(struct gk_textstore *t, uint64_t offset, uint32_t docid, const uint16_t **title, size_t *n)
{
	struct gk_text_head head;

	if (offset % 4 != 0 || offset > t->mapped || t->mapped - offset < sizeof head)
		return false;
	memcpy(&head, t->map + offset, sizeof head);
	if (head.docid != docid || head.title > (t->mapped - offset - sizeof head) / 2)
		return false;
	*title = (const uint16_t *)(t->map + offset + sizeof head);
	*n = head.title;
	return true;
}

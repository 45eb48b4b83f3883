/* Files that become texts of records, and all texts of a record for the index. */
#include "indexer/newtext.h"

#include "base/digest.h"
#include "base/io.h"
#include "catalog/prepare.h"
#include "indexer/describe.h"
#include "record/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum gk_status
new_text_read(const struct store *s, const char *path, struct new_text *out, struct gk_err *err)
{
	size_t limit = (size_t)s->config.file_limit_mib << 20;
	char *extractor = gk_extract_program();
	enum gk_status st = GK_OK;
	int fd = -1;

	memset(out, 0, sizeof *out);
	gk_buf_init(&out->original, limit);
	out->name = taking_name(path);
	if (out->name == NULL || extractor == NULL)
		st = gk_nomem(err);
	if (st == GK_OK)
		st = gk_read_file(path, limit, &out->original, err);
	if (st == GK_OK && (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能打开 '%.200s'：%s", "cannot open '%.200s': %s", path, strerror(errno));
	if (st == GK_OK)
		st = gk_extract_run(extractor, fd, &out->reply, err);
	if (st == GK_OK && out->reply.text.n == 0) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%.200s' 里没有文字", "there is no text in '%.200s'", path);
		gk_hint(err, "给出有文字的文件", "give a file that has text");
	}
	if (fd >= 0)
		close(fd);
	free(extractor);
	if (st != GK_OK)
		return st;
	out->doc = (struct intake_doc){ .kind = "file", .name = out->name, .original = out->original.p, .original_n = out->original.n, .type = *out->reply.type != '\0' ? out->reply.type :
		"application/octet-stream", .text = out->reply.text.p, .text_n = out->reply.text.n, .text_source = out->reply.source, .tool = "gongkai-extract " GK_VERSION,
		.notes = out->reply.notes };
	gk_sha256_hex(out->original.p, out->original.n, out->doc.digest);
	return GK_OK;
}

void
new_text_free(struct new_text *t)
{
	free(t->name);
	gk_buf_free(&t->original);
	gk_reply_free(&t->reply);
}

json_t *
new_text_content(const struct new_text *t)
{
	char digest[80] = "sha256:";

	memcpy(digest + 7, t->doc.digest, sizeof t->doc.digest);
	return json_pack("{s:s, s:I, s:s}", "type", t->doc.type, "bytes", (json_int_t)t->doc.original_n, "digest", digest);
}

/* --- all texts of a record ------------------------------------------------------------------------------- */

struct lines { uint64_t *hash; size_t n, room; };	/* open addressing; 0 is no line */

static uint64_t
hash_of(const char *p, size_t n)
{
	uint64_t h = 1469598103934665603u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 1099511628211u;
	h ^= h >> 29;
	return h == 0 ? 1 : h;
}

/* True if it was there. */
static bool
seen(struct lines *l, uint64_t h, bool *failed)
{
	size_t i;

	if (l->n * 2 >= l->room) {
		struct lines more = { calloc(l->room * 2 + 1024, sizeof *more.hash), 0, l->room * 2 + 1024 };

		if (more.hash == NULL) {
			*failed = true;
			return true;
		}
		for (i = 0; i < l->room; i++)
			if (l->hash[i] != 0)
				seen(&more, l->hash[i], failed);
		free(l->hash);
		*l = more;
	}
	for (i = h % l->room; l->hash[i] != 0; i = (i + 1) % l->room)
		if (l->hash[i] == h)
			return true;
	l->hash[i] = h;
	l->n++;
	return false;
}

static bool
add_lines(struct lines *l, const char *p, size_t n, bool all, struct gk_buf *out)
{
	bool failed = false;

	if (all)
		gk_buf_add(out, p, n);
	for (size_t i = 0, len; i < n; i += len + 1) {
		const char *nl = memchr(p + i, '\n', n - i);
		size_t from = i;

		len = nl == NULL ? n - i : (size_t)(nl - p) - i;
		while (from < i + len && (p[from] == ' ' || p[from] == '\t'))
			from++;
		if (!seen(l, hash_of(p + from, i + len - from), &failed) && !all) {
			gk_buf_putc(out, '\n');
			gk_buf_add(out, p + from, i + len - from);
		}
	}
	return !failed && !out->failed;
}

enum gk_status
stored_text(struct gk_archive *a, const json_t *content, struct gk_warc_rec *rec, struct gk_err *err)
{
	const json_t *loc = json_object_get(json_object_get(content, "text"), "loc");
	struct gk_loc at;

	memset(rec, 0, sizeof *rec);
	if (json_array_size(loc) != 3)
		return GK_OK;
	at = (struct gk_loc){ .segment = (uint32_t)json_integer_value(json_array_get(loc, 0)), .offset = (uint64_t)json_integer_value(json_array_get(loc, 1)),
			      .length = (uint32_t)json_integer_value(json_array_get(loc, 2)) };
	return gk_archive_read(a, at, rec, err);
}

enum gk_status
whole_text(struct gk_archive *a, const struct gk_event *events, size_t n, const struct gk_event *which, const char *text, size_t text_n, struct gk_buf *out, size_t *own,
	   struct gk_err *err)
{
	enum { ROOM = 12 * GK_BODY_MAX_CHARS };
	struct gk_text_of *all = n < 2 ? NULL : calloc(n, sizeof *all);
	struct lines l = { NULL, 0, 0 };
	size_t k;
	enum gk_status st = GK_OK;

	gk_buf_init(out, ROOM);
	*own = text_n;
	if (n < 2)
		return GK_OK;
	if (all == NULL)
		return gk_nomem(err);
	k = gk_texts(events, n, NULL, all);
	for (size_t i = k; i-- > 0 && (k > 1 || (which != NULL && all[0].bytes != which)) && out->n < ROOM / 2; ) {
		struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
		bool here = which == NULL ? i + 1 == k : all[i].bytes == which;
		const char *p = text;
		size_t len = text_n;

		if (i + 1 == k)
			*own = 0;
		if (!here) {
			st = stored_text(a, all[i].content, &rec, err);
			if (st == GK_REFUSED || rec.destroyed.segment != 0) {
				gk_warc_rec_free(&rec);
				st = GK_OK;
				continue;
			}
			if (st != GK_OK)
				break;
			p = rec.block.p == NULL ? "" : rec.block.p;
			len = rec.block.n;
		}
		if (!add_lines(&l, p, len, i + 1 == k, out))
			st = gk_nomem(err);
		gk_warc_rec_free(&rec);
		if (st != GK_OK)
			break;
		if (i + 1 == k)
			*own = len;
	}
	free(l.hash);
	free(all);
	return st;
}

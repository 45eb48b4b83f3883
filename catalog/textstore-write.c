/* Writing the text store: buffered, cut back to what the index says counts. */
#include "catalog/textstore.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/io.h"
#include "catalog/textstore-format.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { FLUSH = 4 * 1024 * 1024 };

struct gk_textstore_writer {
	int fd;
	uint64_t end;		/* of the file, buffer not counted */
	struct gk_buf buf;
};

static enum gk_status
refused(struct gk_err *err, const char *what)
{
	int e = errno;

	gk_fail(err, GK_DEAD, gk_cause_of_errno(e), "不能写索引正文（%s）：%s", "cannot write the index text (%s): %s", what, strerror(e));
	if (gk_cause_of_errno(e) == GK_CAUSE_NO_SPACE)
		gk_hint(err, "腾出空间后重复同一命令；已登记的文件都在", "free some space and repeat the command; nothing acknowledged is lost");
	return GK_DEAD;
}

enum gk_status
gk_textstore_append_open(const char *path, uint64_t end, struct gk_textstore_writer **out, struct gk_err *err)
{
	struct gk_textstore_writer *w = calloc(1, sizeof *w);
	struct stat sb;
	enum gk_status st = GK_OK;

	if (w == NULL)
		return gk_nomem(err);
	gk_buf_init(&w->buf, (size_t)1 << 32);
	w->fd = gk_fault("open") ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (w->fd < 0 || fstat(w->fd, &sb) < 0) {
		st = refused(err, "open");
	} else if ((uint64_t)sb.st_size < end) {
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引正文短了：%jd 字节，应有 %ju", "the index text is too short: %jd bytes instead of %ju",
			     (intmax_t)sb.st_size, (uintmax_t)end);
		gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	} else if (gk_fault("ftruncate") || ftruncate(w->fd, (off_t)end) < 0 || lseek(w->fd, (off_t)end, SEEK_SET) < 0) {
		st = refused(err, "ftruncate");
	}
	w->end = end;
	if (st == GK_OK && end == 0 && !gk_buf_puts(&w->buf, GK_TEXT_MAGIC))
		st = gk_nomem(err);
	if (st != GK_OK) {
		gk_textstore_append_close(w);
		return st;
	}
	*out = w;
	return GK_OK;
}

static enum gk_status
flush(struct gk_textstore_writer *w, struct gk_err *err)
{
	if (w->buf.n > 0 && !gk_write_all(w->fd, w->buf.p, w->buf.n))
		return refused(err, "write");
	w->end += w->buf.n;
	gk_buf_reset(&w->buf);
	return GK_OK;
}

static void
add_units(struct gk_textstore_writer *w, uint32_t *crc, const uint16_t *units, size_t n)
{
	if (n == 0)
		return;
	*crc = (uint32_t)crc32(*crc, (const Bytef *)units, (uInt)(n * 2));
	gk_buf_add(&w->buf, units, n * 2);
}

enum gk_status
gk_textstore_append(struct gk_textstore_writer *w, uint32_t docid, const struct gk_text *t, uint64_t *offset, struct gk_err *err)
{
	bool typed = t->typed_title != NULL || t->typed_body != NULL;
	struct gk_text_head head = { docid, 0, (uint32_t)t->title_n, (uint32_t)t->body_n, typed ? (uint32_t)t->typed_title_n : 0, typed ? (uint32_t)t->typed_body_n : 0,
				   (uint32_t)t->origin_n };
	uint64_t at = w->end + w->buf.n;
	size_t start = w->buf.n;

	gk_buf_add(&w->buf, &head, sizeof head);
	add_units(w, &head.crc, t->title, head.title);
	add_units(w, &head.crc, t->body, head.body);
	add_units(w, &head.crc, t->typed_title, head.typed_title);
	add_units(w, &head.crc, t->typed_body, head.typed_body);
	if ((head.title + head.body + head.typed_title + head.typed_body) % 2 != 0)
		gk_buf_add(&w->buf, "\0", 2);	/* a literal of one NUL is two bytes */
	if (t->origin_n > 0) {
		head.crc = (uint32_t)crc32(head.crc, t->origin, (uInt)t->origin_n);
		gk_buf_add(&w->buf, t->origin, t->origin_n);
		gk_buf_add(&w->buf, "\0\0\0", (4 - t->origin_n % 4) % 4);
	}
	if (w->buf.failed)
		return gk_nomem(err);
	memcpy(w->buf.p + start, &head, sizeof head);
	*offset = at;
	return w->buf.n >= FLUSH ? flush(w, err) : GK_OK;
}

enum gk_status
gk_textstore_sync(struct gk_textstore_writer *w, uint64_t *end, struct gk_err *err)
{
	enum gk_status st = flush(w, err);

	if (st != GK_OK)
		return st;
	if (gk_fault("fdatasync") || fdatasync(w->fd) < 0)
		return gk_fail(err, GK_DEAD, gk_cause_of_errno(errno) == GK_CAUSE_NO_SPACE ? GK_CAUSE_NO_SPACE : GK_CAUSE_DEVICE, "设备拒绝写盘：索引正文：%s", "the device refused to flush the index text: %s", strerror(errno));
	*end = w->end;
	return GK_OK;
}

void
gk_textstore_append_close(struct gk_textstore_writer *w)
{
	if (w == NULL)
		return;
	if (w->fd >= 0)
		close(w->fd);
	gk_buf_free(&w->buf);
	free(w);
}

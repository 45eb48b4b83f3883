/* Writing the text store: buffered, cut back to what the index says counts; and giving it its table of symbols. */
#include "catalog/textstore.h"

#include "base/digest.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/io.h"
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

enum { FLUSH = 4 * 1024 * 1024, TABLE_MOST = 2 * 1024 * 1024 };

struct gk_textstore_writer {
	int fd;
	uint64_t end;		/* of the file, buffer not counted */
	struct gk_buf buf;
	char *table;		/* path of the table of symbols */
	struct gk_symbols *symbols;	/* NULL: none yet */
	struct gk_encoder *encoder;	/* made when the first body comes */
	uint16_t *code;			/* two bodies written by it, one behind the other */
	size_t room;
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

static enum gk_status
not_its_table(struct gk_err *err, const char *table)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "字符表 '%s' 不属于索引正文", "the table of symbols '%s' does not belong to the index text", table);
	gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	return GK_DEAD;
}

/* --- the table of symbols ------------------------------------------------------------------------- */

/* Of a store that is begun the one that lies there for it; else the one that it names. */
static enum gk_status
find_table(struct gk_textstore_writer *w, uint64_t end, struct gk_text_file *head, struct gk_err *err)
{
	enum gk_status st;

	*head = (struct gk_text_file){ .magic = GK_TEXT_MAGIC };
	if (end == 0 && access(w->table, F_OK) < 0 && errno == ENOENT)
		return GK_OK;
	if (end > 0 && !gk_pread_all(w->fd, head, sizeof *head, 0))
		return refused(err, "read");
	if (end > 0 && head->table == 0)
		return GK_OK;
	st = gk_symbols_open(w->table, &w->symbols, err);
	if (st == GK_OK && end > 0 && w->symbols->id != head->table)
		st = not_its_table(err, w->table);
	if (st == GK_OK)
		head->table = w->symbols->id;
	return st;
}

static enum gk_status
write_table(const char *path, const uint16_t *sample, size_t n, struct gk_buf *file, struct gk_err *err)
{
	if (!gk_symbols_learn(sample, n, file))
		return gk_nomem(err);
	return gk_replace_file(path, 0644, file->p, file->n, err);
}

static char *
table_path(const char *path)
{
	char *table;

	return asprintf(&table, "%s" GK_TEXT_SYMBOLS, path) < 0 ? NULL : table;
}

enum gk_status
gk_textstore_learn(const char *path, const uint16_t *sample, size_t n, struct gk_err *err)
{
	char *table = table_path(path);
	struct gk_buf file;
	enum gk_status st;

	gk_buf_init(&file, TABLE_MOST);
	st = table == NULL ? gk_nomem(err) : write_table(table, sample, n, &file, err);
	gk_buf_free(&file);
	free(table);
	return st;
}

/* The bodies that the file has, as far as they are asked for; all of them are plain. */
static size_t
take_sample(const char *map, uint64_t end, uint16_t *sample, size_t room)
{
	size_t n = 0;
	struct gk_text_head head;

	for (uint64_t at = sizeof(struct gk_text_file); n < room && end - at >= sizeof head;) {
		struct gk_text_typed typed = { 0, 0, 0 };
		uint64_t fixed = sizeof head, units;
		size_t take;

		memcpy(&head, map + at, sizeof head);
		if ((head.title & GK_TEXT_TYPED) != 0) {
			memcpy(&typed, map + at + sizeof head, sizeof typed);
			fixed += sizeof typed;
		}
		head.title &= ~GK_TEXT_TYPED;
		units = (uint64_t)head.title + head.codes + typed.title + typed.codes;
		if (end - at < fixed + units * 2)
			break;
		take = head.codes < room - n ? head.codes : room - n;
		memcpy(sample + n, map + at + fixed + head.title * sizeof *sample, take * sizeof *sample);
		n += take;
		at += fixed + (units + 1) / 2 * 4 + ((uint64_t)head.origin + 3) / 4 * 4;
	}
	return n;
}

/* What is there is enough to learn from: what comes is written by a table. */
static enum gk_status
learn_now(struct gk_textstore_writer *w, struct gk_err *err)
{
	uint16_t *sample = malloc(GK_SYMBOLS_SAMPLE * sizeof *sample);
	const char *map = mmap(NULL, (size_t)w->end, PROT_READ, MAP_SHARED, w->fd, 0);
	struct gk_text_file head = { .magic = GK_TEXT_MAGIC };
	struct gk_buf file;
	enum gk_status st = GK_OK;

	gk_buf_init(&file, TABLE_MOST);
	if (sample == NULL)
		st = gk_nomem(err);
	else if (map == MAP_FAILED)
		st = refused(err, "mmap");
	else
		st = write_table(w->table, sample, take_sample(map, w->end, sample, GK_SYMBOLS_SAMPLE), &file, err);
	if (st == GK_OK)
		st = gk_symbols_read(file.p, file.n, w->table, &w->symbols, err);
	if (st == GK_OK) {
		head.table = w->symbols->id;
		if (gk_fault("write") || pwrite(w->fd, &head, sizeof head, 0) != (ssize_t)sizeof head)
			st = refused(err, "write");
	}
	if (map != MAP_FAILED)
		munmap((void *)map, (size_t)w->end);
	free(sample);
	gk_buf_free(&file);
	return st;
}

/* --- entries --------------------------------------------------------------------------------------- */

enum gk_status
gk_textstore_append_open(const char *path, uint64_t end, struct gk_textstore_writer **out, struct gk_err *err)
{
	struct gk_textstore_writer *w = calloc(1, sizeof *w);
	struct gk_text_file head;
	struct stat sb;
	enum gk_status st = GK_OK;

	if (w == NULL)
		return gk_nomem(err);
	gk_buf_init(&w->buf, (size_t)1 << 32);
	w->fd = gk_fault("open") ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	w->table = table_path(path);
	if (w->fd < 0 || fstat(w->fd, &sb) < 0) {
		st = refused(err, "open");
	} else if (w->table == NULL) {
		st = gk_nomem(err);
	} else if ((uint64_t)sb.st_size < end) {
		st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "索引正文短了：%jd 字节，应有 %ju", "the index text is too short: %jd bytes instead of %ju",
			     (intmax_t)sb.st_size, (uintmax_t)end);
		gk_hint(err, "档案完好；运行 gongkai index rebuild 重建索引", "the archive is intact; run gongkai index rebuild");
	} else if (gk_fault("ftruncate") || ftruncate(w->fd, (off_t)end) < 0 || lseek(w->fd, (off_t)end, SEEK_SET) < 0) {
		st = refused(err, "ftruncate");
	} else {
		st = find_table(w, end, &head, err);
	}
	w->end = end;
	if (st == GK_OK && end == 0 && !gk_buf_add(&w->buf, &head, sizeof head))
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
	return w->symbols == NULL && w->end >= GK_TEXT_LEARN ? learn_now(w, err) : GK_OK;
}

static bool
room_for(struct gk_textstore_writer *w, size_t units)
{
	uint16_t *grown;

	if (w->symbols != NULL && w->encoder == NULL && (w->encoder = gk_encoder_new(w->symbols)) == NULL)
		return false;
	if (units * 2 <= w->room)
		return true;
	grown = realloc(w->code, units * 4 * sizeof *grown);
	if (grown == NULL)
		return false;
	w->code = grown;
	w->room = units * 4;
	return true;
}

/* By the table if that is shorter; to is room for twice its units.  Returns what is to be stored, *n units of it. */
static const uint16_t *
written(const struct gk_textstore_writer *w, const struct gk_body *b, uint16_t *to, size_t *n)
{
	size_t codes;

	if (b->n < b->units) {
		*n = b->n;
		return b->p;
	}
	codes = w->encoder == NULL ? b->units : gk_encode(w->encoder, b->p, b->units, to);

	*n = codes < b->units ? codes : b->units;
	return codes < b->units ? to : b->p;
}

const struct gk_encoder *
gk_textstore_encoder(const struct gk_textstore_writer *w)
{
	return w->encoder;
}

enum gk_status
gk_textstore_append(struct gk_textstore_writer *w, uint32_t docid, const struct gk_text *t, uint64_t *offset, struct gk_err *err)
{
	bool typed = t->typed_title != NULL || t->typed_body.p != NULL;
	const size_t start = w->buf.n, from = offsetof(struct gk_text_head, title);
	struct gk_text_head head = { docid, 0, (uint32_t)t->title_n | (typed ? GK_TEXT_TYPED : 0), (uint32_t)t->body.units, 0, (uint32_t)t->origin_n };
	struct gk_text_typed also = { typed ? (uint32_t)t->typed_title_n : 0, typed ? (uint32_t)t->typed_body.units : 0, 0 };
	const uint16_t *body, *typed_body;
	size_t n, typed_n, end, origin;

	if (!room_for(w, t->body.units + t->typed_body.units))
		return gk_nomem(err);
	body = written(w, &t->body, w->code, &n);
	typed_body = written(w, &t->typed_body, w->code == NULL ? NULL : w->code + 2 * t->body.units, &typed_n);
	head.codes = (uint32_t)n;
	also.codes = (uint32_t)typed_n;
	*offset = w->end + start;
	gk_buf_add(&w->buf, &head, sizeof head);
	if (typed)
		gk_buf_add(&w->buf, &also, sizeof also);
	gk_buf_add(&w->buf, t->title, t->title_n * 2);
	gk_buf_add(&w->buf, body, n * 2);
	if (typed) {
		gk_buf_add(&w->buf, t->typed_title, t->typed_title_n * 2);
		gk_buf_add(&w->buf, typed_body, typed_n * 2);
	}
	end = w->buf.n;
	if ((end - start) % 4 != 0)
		gk_buf_add(&w->buf, "\0", 2);	/* a literal of one NUL is two bytes */
	origin = w->buf.n;
	gk_buf_add(&w->buf, t->origin, t->origin_n);
	gk_buf_add(&w->buf, "\0\0\0", (4 - t->origin_n % 4) % 4);
	if (w->buf.failed)
		return gk_nomem(err);
	head.crc = gk_crc32(gk_crc32(0, w->buf.p + start + from, end - start - from), w->buf.p + origin, t->origin_n);
	memcpy(w->buf.p + start, &head, sizeof head);
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
	gk_encoder_free(w->encoder);
	gk_symbols_close(w->symbols);
	free(w->code);
	free(w->table);
	free(w);
}

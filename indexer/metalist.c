#include "indexer/metalist.h"

#include "extract/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 64 };

struct metalist {
	json_t *rows;			/* name in the table: {key: value} */
	json_t *used;			/* names that were asked for */
	char *key[COLUMNS];		/* NULL: the column of the file */
	size_t columns, line;
	bool has_file;
};

static bool
is_file_column(const char *p, size_t n)
{
	static const char *const names[] = { "file", "文件", "文件名", "filename", "path" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == n && strncasecmp(names[i], p, n) == 0)
			return true;
	return false;
}

/* `date` alone is the day of the document itself; elsewhere it could be any. */
static char *
key_of(const char *p, size_t n)
{
	return n == 4 && memcmp(p, "date", 4) == 0 ? strdup("formed_date") : strndup(p, n);
}

static enum gk_status
read_head(struct metalist *m, const char *p, size_t n, struct gk_err *err)
{
	while (m->columns < COLUMNS) {
		const char *tab = memchr(p, '\t', n);
		size_t k = tab == NULL ? n : (size_t)(tab - p);

		if (!m->has_file && is_file_column(p, k))
			m->has_file = true;
		else if ((m->key[m->columns] = key_of(p, k)) == NULL)
			return gk_nomem(err);
		m->columns++;
		if (tab == NULL)
			break;
		n -= k + 1;
		p = tab + 1;
	}
	if (m->has_file)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "第一行没有 file（文件）一列", "the first row has no column `file`");
	gk_hint(err, "表头如：file,title,no,org,category,date,effective", "begin it like: file,title,no,org,category,date,effective");
	return GK_REFUSED;
}

static enum gk_status
read_row(struct metalist *m, const char *p, size_t n, struct gk_err *err)
{
	json_t *row = json_object();
	char *name = NULL;
	enum gk_status st = GK_OK;

	for (size_t i = 0; i < m->columns; i++) {
		const char *tab = memchr(p, '\t', n);
		size_t k = tab == NULL ? n : (size_t)(tab - p);

		if (m->key[i] == NULL)
			name = strndup(p, k);
		else if (k > 0)
			json_object_set_new(row, m->key[i], json_stringn(p, k));
		if (tab == NULL)
			break;
		n -= k + 1;
		p = tab + 1;
	}
	if (name == NULL || *name == '\0') {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "第 %zu 行没有文件名", "row %zu names no file", m->line);
	} else if (json_object_get(m->rows, name) != NULL) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "第 %zu 行：文件 '%s' 列了两次", "row %zu: the file '%s' is listed twice", m->line, name);
	} else {
		json_object_set(m->rows, name, row);
	}
	json_decref(row);
	free(name);
	return st;
}

static enum gk_status
read_rows(struct metalist *m, const struct gk_buf *text, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t at = 0; st == GK_OK && at < text->n;) {
		const char *nl = memchr(text->p + at, '\n', text->n - at);
		size_t n = (nl == NULL ? text->n : (size_t)(nl - text->p)) - at;

		m->line++;
		st = m->columns == 0 ? read_head(m, text->p + at, n, err) : read_row(m, text->p + at, n, err);
		at += n + 1;
	}
	return st;
}

enum gk_status
metalist_read(const char *program, const char *path, struct metalist **out, struct gk_err *err)
{
	struct metalist *m = calloc(1, sizeof *m);
	struct gk_reply reply = { .meta = NULL };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum gk_status st = GK_OK;

	if (m == NULL || (m->rows = json_object()) == NULL || (m->used = json_object()) == NULL)
		st = gk_nomem(err);
	else if (fd < 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "不能打开 --meta '%s'：%s", "cannot open --meta '%s': %s", path, strerror(errno));
	if (st == GK_OK)
		st = gk_extract_run(program, fd, &reply, err);
	if (st == GK_OK)
		st = read_rows(m, &reply.text, err);
	if (fd >= 0)
		close(fd);
	gk_reply_free(&reply);
	if (st != GK_OK) {
		metalist_free(m);
		return st;
	}
	*out = m;
	return GK_OK;
}

const json_t *
metalist_row(struct metalist *m, const char *name)
{
	/* inbox/2020/甲.docx, 2020/甲.docx, 甲.docx: the longest that is there. */
	for (const char *p = name; p != NULL; p = strchr(p, '/') == NULL ? NULL : strchr(p, '/') + 1) {
		const json_t *row = *p != '\0' ? json_object_get(m->rows, p) : NULL;

		if (row != NULL) {
			json_object_set_new(m->used, p, json_true());
			return row;
		}
	}
	return NULL;
}

const char *
metalist_unused(const struct metalist *m, size_t *n)
{
	const char *name, *first = NULL;
	json_t *row;

	*n = 0;
	json_object_foreach(m->rows, name, row)
		if (json_object_get(m->used, name) == NULL && (*n)++ == 0)
			first = name;
	return first;
}

void
metalist_free(struct metalist *m)
{
	if (m == NULL)
		return;
	json_decref(m->rows);
	json_decref(m->used);
	for (size_t i = 0; i < COLUMNS; i++)
		free(m->key[i]);
	free(m);
}

/* Lines of JSON to documents. */
#include "indexer/jsonl.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "record/field.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MAX_PAIRS = 64 };

struct map { char *text; const char *ours[MAX_PAIRS], *theirs[MAX_PAIRS]; size_t n; };

static enum gk_status
read_map(const char *s, struct map *m, struct gk_err *err)
{
	char *save = NULL;

	memset(m, 0, sizeof *m);
	if (s == NULL)
		return GK_OK;
	m->text = strdup(s);
	if (m->text == NULL)
		return gk_nomem(err);
	for (char *p = strtok_r(m->text, ",", &save); p != NULL; p = strtok_r(NULL, ",", &save)) {
		char *eq = strchr(p, '=');

		if (eq != NULL)
			*eq = '\0';
		if (eq == NULL || eq[1] == '\0' || m->n == MAX_PAIRS ||
		    (gk_field_find(p, strlen(p)) == NULL && strcmp(p, "text") != 0 && strcmp(p, "id") != 0)) {
			gk_fail(err, GK_DEAD, GK_CAUSE_USAGE, "--map 的 '%s' 看不懂", "--map: cannot understand '%s'", p);
			gk_hint(err, "写成 本系统字段=来源字段，例如 title=name,text=content", "write ours=theirs, for example title=name,text=content");
			free(m->text);
			return GK_DEAD;
		}
		m->ours[m->n] = p;
		m->theirs[m->n++] = eq + 1;
	}
	return GK_OK;
}

/* Our name for the source's key; a source key that another one was mapped over keeps its own name out of the way. */
static const char *
our_name(const struct map *m, const char *key)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->theirs[i], key) == 0)
			return m->ours[i];
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->ours[i], key) == 0)
			return NULL;
	return key;
}

static enum gk_status
set_value(json_t *meta, const struct gk_field *f, const json_t *v, struct gk_err *err)
{
	char number[32];

	if (json_is_string(v))
		return gk_meta_set(meta, f, json_string_value(v), json_string_length(v), err);
	if (json_is_integer(v)) {
		int n = snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));

		return gk_meta_set(meta, f, number, (size_t)n, err);
	}
	return GK_END;	/* nothing that the dictionary could hold */
}

static enum gk_status
set_field(json_t *meta, json_t *fields, const char *key, json_t *v, struct gk_err *err)
{
	const struct gk_field *f = gk_field_find(key, strlen(key));
	enum gk_status st = GK_END;

	if (f != NULL && json_is_array(v)) {
		size_t i;
		json_t *item;

		st = GK_OK;
		json_array_foreach(v, i, item) {
			st = set_value(meta, f, item, err);
			if (st != GK_OK)
				break;
		}
	} else if (f != NULL) {
		st = set_value(meta, f, v, err);
	}
	if (st == GK_END) {
		json_object_set(fields, key, v);
		st = GK_OK;
	}
	return st;
}

static enum gk_status
fill(const struct map *m, const json_t *line, struct jsonl_doc *doc, struct gk_err *err)
{
	const char *key;
	json_t *v;
	enum gk_status st = GK_OK;

	json_object_foreach((json_t *)line, key, v) {
		const char *name = our_name(m, key);

		if (name == NULL)
			json_object_set(doc->fields, key, v);
		else if (strcmp(name, "text") == 0 && json_is_string(v)) {
			doc->text = json_string_value(v);
			doc->text_n = json_string_length(v);
		} else if (strcmp(name, "id") == 0 && json_is_string(v) && json_string_length(v) <= 512) {
			doc->source_id = json_string_value(v);
		} else if (strcmp(name, "id") == 0 && json_is_integer(v)) {
			snprintf(doc->number_id, sizeof doc->number_id, "%lld", (long long)json_integer_value(v));
			doc->source_id = doc->number_id;
		} else {
			st = set_field(doc->meta, doc->fields, name, v, err);
		}
		if (st != GK_OK)
			return st;
	}
	if (*gk_meta_get(doc->meta, "title") == '\0') {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "没有标题（title）", "there is no title");
		gk_hint(err, "补上 title，或用 --map title=来源字段", "add a title, or use --map title=THEIR_FIELD");
		return GK_REFUSED;
	}
	if (doc->text == NULL) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "没有正文（text）", "there is no text");
		gk_hint(err, "补上 text，或用 --map text=来源字段", "add a text, or use --map text=THEIR_FIELD");
		return GK_REFUSED;
	}
	return GK_OK;
}

static enum gk_status
parse_line(const struct map *m, const char *p, size_t n, json_t **line, struct jsonl_doc *doc, struct gk_err *err)
{
	json_error_t why;
	size_t bad = gk_utf8_check(p, n);

	gk_sha256_hex(p, n, doc->digest);
	if (bad < n) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不是 UTF-8：第 %zu 字节", "not UTF-8: byte %zu", bad + 1);
		gk_hint(err, "先转成 UTF-8：iconv -f gb18030 -t utf-8", "convert it first: iconv -f gb18030 -t utf-8");
		return GK_REFUSED;
	}
	*line = json_loadb(p, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
	if (*line == NULL || !json_is_object(*line)) {
		if (*line == NULL)
			gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不是 JSON：第 %d 列，%s", "not JSON: column %d, %s", why.column, why.text);
		else
			gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不是 JSON 对象", "not a JSON object");
		gk_hint(err, "每行一个完整的 { … }", "every line is one whole { … }");
		return GK_REFUSED;
	}
	doc->meta = json_object();
	doc->fields = json_object();
	return fill(m, *line, doc, err);
}

/* One line without its end; GK_END behind the last, GK_REFUSED if it is too long (it is then passed over). */
static enum gk_status
next_line(gzFile gz, const char *path, struct gk_buf *b, struct gk_err *err)
{
	char chunk[64 * 1024];
	bool any = false, too_long = false;
	z_off_t from = gztell(gz);

	gk_buf_reset(b);
	while (gzgets(gz, chunk, sizeof chunk) != NULL) {
		/* Not strlen: a NUL byte in a line must not hide its end, or the next line is lost with it. */
		size_t n = (size_t)(gztell(gz) - from);

		from += (z_off_t)n;

		any = true;
		if (!too_long && !gk_buf_add(b, chunk, n))
			too_long = true;
		if (n > 0 && chunk[n - 1] == '\n')
			break;
	}
	if (!any) {
		int code;
		const char *why = gzerror(gz, &code);

		if (code == Z_OK || code == Z_STREAM_END)
			return GK_END;
		gk_fail(err, GK_DEAD, GK_CAUSE_BAD_DATA, "不能读完 '%s'：%s", "cannot read '%s' to its end: %s", path, code == Z_ERRNO ? strerror(errno) : why);
		gk_hint(err, "文件可能被截断：gzip -t 检查；前面的行已收入", "the file may be cut short: check with gzip -t; the lines before were taken");
		return GK_DEAD;
	}
	if (too_long)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "一行过长：上限 %d 字节", "the line is too long: at most %d bytes", JSONL_LINE_MAX);
	while (b->n > 0 && (b->p[b->n - 1] == '\n' || b->p[b->n - 1] == '\r'))
		b->n--;
	return GK_OK;
}

static bool
is_blank(const struct gk_buf *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->p[i] != ' ' && b->p[i] != '\t')
			return false;
	return true;
}

enum gk_status
jsonl_read(const char *path, const char *map, jsonl_fn *each, void *arg, struct gk_err *err)
{
	struct map m;
	struct gk_buf b;
	gzFile gz;
	size_t number = 0;
	bool go_on = true;
	enum gk_status st = read_map(map, &m, err);

	if (st != GK_OK)
		return st;
	gz = strcmp(path, "-") == 0 ? gzdopen(0, "rb") : gzopen(path, "rb");
	if (gz == NULL) {
		gk_fail(err, GK_DEAD, errno == ENOMEM ? GK_CAUSE_MEMORY : GK_CAUSE_USAGE, "不能打开 '%s'：%s", "cannot open '%s': %s", path, strerror(errno));
		gk_hint(err, "检查路径和权限", "check the path and its permissions");
		free(m.text);
		return GK_DEAD;
	}
	gzbuffer(gz, 256 * 1024);
	gk_buf_init(&b, JSONL_LINE_MAX);
	while (go_on && (st = next_line(gz, path, &b, err)) != GK_END && st != GK_DEAD) {
		struct jsonl_doc doc = { .number = ++number };
		struct gk_err why = GK_ERR_INIT;
		json_t *line = NULL;

		if (st == GK_REFUSED)
			why = *err;
		else if (is_blank(&b))
			continue;
		else
			/* Editors of one platform begin a file with a BOM. */
			st = number == 1 && b.n >= 3 && memcmp(b.p, "\xEF\xBB\xBF", 3) == 0 ? parse_line(&m, b.p + 3, b.n - 3, &line, &doc, &why)
										   : parse_line(&m, b.p, b.n, &line, &doc, &why);
		go_on = each(arg, &doc, st == GK_OK ? NULL : &why);
		json_decref(doc.meta);
		json_decref(doc.fields);
		json_decref(line);
	}
	gk_buf_free(&b);
	gzclose(gz);
	free(m.text);
	return st == GK_DEAD ? GK_DEAD : GK_OK;
}

/* Lines of JSON to documents. */
#include "indexer/jsonl.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "indexer/ring.h"
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

/* --- lines ------------------------------------------------------------------------------------------------------ */

/* In pieces of several, which are the things of a ring. */
enum { LINES = 32, PIECE = 128 * 1024, LARGE = 1024 * 1024, MOST_BYTES = 32 * 1024 * 1024, MOST_THREADS = 16, PER_THREAD = 4 };

struct line {
	size_t from, n;			/* in the piece, without its end */
	json_t *json;
	struct jsonl_doc doc;
	enum gk_status st;
	struct gk_err why;
};

struct piece {
	struct gk_buf bytes;		/* begun at its first use */
	struct line line[LINES];
	size_t n;
};

struct reading {
	gzFile gz;
	const char *path;
	struct map map;
	const struct jsonl_way *way;
	size_t number;				/* of the last line that was read */
	struct ring *ring;
	bool go_on;
};

static void
make_line(const struct reading *r, const struct piece *piece, struct line *l)
{
	const char *p = piece->bytes.p + l->from;
	/* Editors of one platform begin a file with a BOM. */
	const size_t bom = l->doc.number == 1 && l->n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	if (l->st != GK_OK)
		return;
	l->st = parse_line(&r->map, p + bom, l->n - bom, &l->json, &l->doc, &l->why);
	if (l->st == GK_OK && r->way->look != NULL)
		r->way->look(r->way->arg, &l->doc);
}

static void
make_piece(void *arg, void *thing)
{
	struct piece *piece = thing;

	for (size_t i = 0; i < piece->n; i++)
		make_line(arg, piece, &piece->line[i]);
}

static void
clear_line(const struct reading *r, struct line *l)
{
	if (r->way->forget != NULL)
		r->way->forget(&l->doc);
	json_decref(l->doc.meta);
	json_decref(l->doc.fields);
	json_decref(l->json);
}

static void
clear_piece(const struct reading *r, struct piece *piece)
{
	for (size_t i = 0; i < piece->n; i++)
		clear_line(r, &piece->line[i]);
	piece->n = 0;
	if (piece->bytes.cap > LARGE)
		gk_buf_free(&piece->bytes);
	gk_buf_reset(&piece->bytes);
}

static void
take_piece(void *arg, void *thing)
{
	struct reading *r = arg;
	struct piece *piece = thing;

	for (size_t i = 0; r->go_on && i < piece->n; i++)
		r->go_on = r->way->each(r->way->arg, &piece->line[i].doc, piece->line[i].st == GK_OK ? NULL : &piece->line[i].why);
	clear_piece(r, piece);
}

static void
forget_piece(void *arg, void *thing)
{
	struct piece *piece = thing;

	clear_piece(arg, piece);
	gk_buf_free(&piece->bytes);
}

/* One line without its end, behind what the buffer has; GK_END behind the last, GK_REFUSED if it is too long (it is then passed over). */
static enum gk_status
next_line(gzFile gz, const char *path, struct gk_buf *b, struct gk_err *err)
{
	char chunk[64 * 1024];
	const size_t begin = b->n;
	bool any = false, too_long = false;
	z_off_t from = gztell(gz);

	while (gzgets(gz, chunk, sizeof chunk) != NULL) {
		/* Not strlen: a NUL byte in a line must not hide its end, or the next line is lost with it. */
		size_t n = (size_t)(gztell(gz) - from);

		from += (z_off_t)n;

		any = true;
		if (!too_long && (b->n - begin + n > JSONL_LINE_MAX || !gk_buf_add(b, chunk, n)))
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
	if (too_long) {
		b->n = begin;
		b->failed = false;
		return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "一行过长：上限 %d 字节", "the line is too long: at most %d bytes", JSONL_LINE_MAX);
	}
	while (b->n > begin && (b->p[b->n - 1] == '\n' || b->p[b->n - 1] == '\r'))
		b->n--;
	return GK_OK;
}

static bool
is_blank(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != ' ' && p[i] != '\t')
			return false;
	return true;
}

/* Lines that are not blank into the next free piece.  Not GK_OK: it is the last, and what is in it is to be taken all the same. */
static enum gk_status
read_piece(struct reading *r, struct piece *piece, struct gk_err *err)
{
	if (piece->bytes.max == 0)
		gk_buf_init(&piece->bytes, (size_t)JSONL_LINE_MAX + PIECE);
	while (piece->n < LINES && piece->bytes.n < PIECE) {
		struct line *l = &piece->line[piece->n];
		const size_t from = piece->bytes.n;

		l->why.cause = GK_CAUSE_NONE;
		l->why.what[0] = l->why.what_en[0] = l->why.hint[0] = l->why.hint_en[0] = '\0';
		l->st = next_line(r->gz, r->path, &piece->bytes, &l->why);
		if (l->st == GK_DEAD)
			*err = l->why;
		if (l->st == GK_DEAD || l->st == GK_END)
			return l->st;
		l->from = from;
		l->n = piece->bytes.n - from;
		l->json = NULL;
		l->doc = (struct jsonl_doc){ .number = ++r->number };
		if (l->st != GK_OK || !is_blank(piece->bytes.p + from, l->n))
			piece->n++;
	}
	return GK_OK;
}

static enum gk_status
read_all(struct reading *r, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	while (st == GK_OK && r->go_on) {
		struct piece *piece = ring_place(r->ring);

		st = read_piece(r, piece, err);
		if (piece->n == 0)
			clear_piece(r, piece);
		else
			ring_put(r->ring, piece->bytes.n, false);
	}
	if (r->go_on)
		ring_drain(r->ring);
	return st;
}

/* --- the whole -------------------------------------------------------------------------------------------------- */

enum gk_status
jsonl_read(const char *path, const char *map, const struct jsonl_way *way, struct gk_err *err)
{
	struct reading r = { .path = path, .way = way, .go_on = true };
	const struct ring_way pieces = { sizeof(struct piece), MOST_THREADS, PER_THREAD, MOST_BYTES, make_piece, take_piece, &r };
	enum gk_status st = read_map(map, &r.map, err);

	if (st != GK_OK)
		return st;
	r.gz = strcmp(path, "-") == 0 ? gzdopen(0, "rb") : gzopen(path, "rb");
	if (r.gz == NULL) {
		gk_fail(err, GK_DEAD, errno == ENOMEM ? GK_CAUSE_MEMORY : GK_CAUSE_USAGE, "不能打开 '%s'：%s", "cannot open '%s': %s", path, strerror(errno));
		gk_hint(err, "检查路径和权限", "check the path and its permissions");
		free(r.map.text);
		return GK_DEAD;
	}
	gzbuffer(r.gz, 256 * 1024);
	st = ring_start(&pieces, &r.ring, err);
	if (st == GK_OK)
		st = read_all(&r, err);
	ring_stop(r.ring, forget_piece);
	gzclose(r.gz);
	free(r.map.text);
	return st == GK_DEAD ? GK_DEAD : GK_OK;
}

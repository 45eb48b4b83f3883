/*
 * Documents as lines: the catalogue (CSV, RFC 4180) that the law wants, and JSON Lines that gongkai ingest takes back.
 */
#include "base/csv.h"
#include "base/utf8.h"
#include "indexer/export.h"

#include <stdlib.h>
#include <string.h>

enum { ABSTRACT = EXPORT_ABSTRACT };

/* --- csv ------------------------------------------------------------------------------------------------------------ */

/* A list as one text. */
static void
joined(const json_t *meta, const char *key, char *out, size_t size)
{
	const json_t *v = json_object_get(meta, key), *one;
	size_t i, n = 0;

	out[0] = '\0';
	if (!json_is_array(v))
		snprintf(out, size, "%s", gk_meta_get(meta, key));
	else
		json_array_foreach(v, i, one) {
			n += (size_t)snprintf(out + n, size - n, "%s%s", i > 0 ? "；" : "", json_string_value(one) == NULL ? "" : json_string_value(one));
			if (n >= size)
				break;
		}
	out[gk_utf8_cut(out, strlen(out))] = '\0';
}

/* What the document is about, if it does not say so itself: how its text begins. */
static void
beginning(const char *text, size_t n, char out[ABSTRACT * 4 + 4])
{
	size_t k = 0, chars = 0, at = 0;
	bool gap = false;

	for (size_t len; at < n && chars < ABSTRACT; at += len) {
		uint32_t cp;

		len = gk_utf8_decode(text + at, n - at, &cp);
		if (cp <= ' ' || cp == 0x3000 || cp == GK_UTF8_BAD) {
			gap = k > 0;
			continue;
		}
		if (gap)
			out[k++] = ' ';
		chars += 1 + gap;
		gap = false;
		memcpy(out + k, text + at, len);
		k += len;
	}
	memcpy(out + k, at < n ? "…" : "", at < n ? 4 : 1);
}

enum gk_status
export_abstract(struct store *s, const struct gk_record *r, char out[EXPORT_ABSTRACT_BYTES], struct gk_err *err)
{
	const char *abstract = gk_meta_get(r->meta, "abstract");
	struct gk_warc_rec text;
	enum gk_status st;

	if (*abstract != '\0') {
		snprintf(out, EXPORT_ABSTRACT_BYTES, "%s", abstract);
		out[gk_utf8_cut(out, strlen(out))] = '\0';
		return GK_OK;
	}
	st = store_text(s, r, &text, err);
	if (st != GK_OK)
		return st;
	beginning(text.block.n > 0 ? text.block.p : "", text.block.n, out);
	gk_warc_rec_free(&text);
	return GK_OK;
}

enum gk_status
export_csv_row(struct export *x, const struct store_history *h, struct gk_record *r, struct gk_buf *b, struct gk_err *err)
{
	const char *abstract = gk_meta_get(r->meta, "abstract");
	char begin[ABSTRACT * 5 + 8], issuers[4 * GK_FIELD_MAX], formed[12], published[12];
	struct gk_status_of status = gk_validity_at(h->events, h->n, x->as_of, NULL);
	struct gk_warc_rec text;
	enum gk_status st = GK_OK;

	if (*abstract == '\0') {
		st = store_text(&x->store, r, &text, err);
		if (st != GK_OK)
			return st;
		beginning(text.block.n > 0 ? text.block.p : "", text.block.n, begin);
		gk_warc_rec_free(&text);
		abstract = begin;
	}
	joined(r->meta, "issuer", issuers, sizeof issuers);
	gk_date_format(r->formed, formed);
	gk_date_format(r->published, published);
	gk_buf_init(b, EXPORT_TEXT_MAX);
	gk_csv_cell(b, gk_meta_get(r->meta, "index_no"), false);
	gk_csv_cell(b, gk_meta_get(r->meta, "title"), false);
	gk_csv_cell(b, abstract, false);
	gk_csv_cell(b, formed, false);
	gk_csv_cell(b, r->id, false);
	gk_csv_cell(b, gk_meta_get(r->meta, "docno"), false);
	gk_csv_cell(b, issuers, false);
	gk_csv_cell(b, published, false);
	gk_csv_cell(b, gk_validity_names[status.code].label, true);
	return b->failed ? gk_nomem(err) : GK_OK;
}

const char export_csv_head[] = "索引号,名称,内容概述,生成日期,id,发文字号,发文机关,发布日期,有效性\r\n";

static enum gk_status
csv_begin(struct export *x, struct gk_err *err)
{
	enum gk_status st = export_open(x, err);

	if (st == GK_OK && x->bom)
		st = export_put(x, x->f, "\xEF\xBB\xBF", 3, err);
	return st == GK_OK ? export_put(x, x->f, export_csv_head, strlen(export_csv_head), err) : st;
}

static enum gk_status
csv_one(struct export *x, struct store_history *h, struct gk_record *r, struct gk_err *err)
{
	struct gk_buf b;
	enum gk_status st = export_csv_row(x, h, r, &b, err);

	if (st != GK_OK)
		return st;
	st = export_put(x, x->f, b.p, b.n, err);
	gk_buf_free(&b);
	return st;
}

/* --- jsonl ------------------------------------------------------------------------------------------------------------ */

/*
 * What the source said and the dictionary does not know goes back under its own name.  A value that the dictionary
 * refused would be refused again: such names are put together under "source_fields".
 */
static void
add_fields(json_t *line, const json_t *fields)
{
	json_t *odd = json_is_object(json_object_get(fields, "source_fields")) ? json_copy(json_object_get(fields, "source_fields")) : json_object();
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)fields, key, v) {
		if (strcmp(key, "source_fields") == 0)
			continue;
		if (gk_field_find(key, strlen(key)) != NULL || strcmp(key, "text") == 0 || json_object_get(line, key) != NULL)
			json_object_set(odd, key, v);
		else
			json_object_set(line, key, v);
	}
	if (json_object_size(odd) > 0)
		json_object_set(line, "source_fields", odd);
	json_decref(odd);
}

static json_t *
line_of(const struct gk_record *r, const struct gk_warc_rec *text)
{
	size_t n;
	const struct gk_field *table = gk_fields(&n);
	const char *source_id = json_str(r->source, "id");
	json_t *line = json_pack("{s:s}", "id", *source_id != '\0' ? source_id : r->id);

	for (size_t i = 0; line != NULL && i < n; i++)
		if (json_object_get(r->meta, table[i].key) != NULL)
			json_object_set(line, table[i].key, json_object_get(r->meta, table[i].key));
	if (line == NULL)
		return NULL;
	add_fields(line, json_object_get(r->source, "fields"));
	if (json_object_set_new(line, "text", json_stringn(text->block.n > 0 ? text->block.p : "", text->block.n)) < 0) {
		json_decref(line);
		return NULL;
	}
	return line;
}

static enum gk_status
jsonl_one(struct export *x, struct store_history *h, struct gk_record *r, struct gk_err *err)
{
	struct gk_warc_rec text;
	enum gk_status st = store_text(&x->store, r, &text, err);
	json_t *line;
	char *s;

	(void)h;
	if (st != GK_OK)
		return st;
	line = line_of(r, &text);
	gk_warc_rec_free(&text);
	s = line == NULL ? NULL : json_dumps(line, JSON_COMPACT);
	json_decref(line);
	if (s == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "%s 的正文不是 UTF-8", "the text of %s is not UTF-8", r->id);
	st = export_put(x, x->f, s, strlen(s), err);
	free(s);
	return st == GK_OK ? export_put(x, x->f, "\n", 1, err) : st;
}

const struct form export_jsonl = { "jsonl", false, export_open, jsonl_one, export_close };
const struct form export_csv = { "csv", false, csv_begin, csv_one, export_close };

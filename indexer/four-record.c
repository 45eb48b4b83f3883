/* 四性检测 of one record. */
#include "indexer/four-record.h"

#include "base/digest.h"
#include "indexer/bag.h"
#include "indexer/cmd.h"
#include "record/field.h"

#include <stdlib.h>
#include <string.h>

enum { MARKED = 4096 };		/* bytes of the text in which a marking stands, if it has one */

/* Begins like a file of its type; what has no sign of its own must have given a text. */
static bool
opens(const char *type, const char *p, size_t n, bool has_text)
{
	if (strncmp(type, "application/pdf", 15) == 0)
		return n > 5 && memcmp(p, "%PDF-", 5) == 0;
	if (strstr(type, "officedocument") != NULL || strstr(type, "opendocument") != NULL || strncmp(type, "application/ofd", 15) == 0)
		return n > 4 && memcmp(p, "PK\003\004", 4) == 0;
	if (strncmp(type, "image/", 6) == 0)
		return n > 4;
	return has_text;
}

/* Formats that an archive takes for long keeping; the rest is handed over and named. */
static bool
accepted(const char *type)
{
	static const char *const list[] = { "application/ofd", "application/pdf", "text/plain", "text/html", "text/markdown", "text/xml", "application/xml", "application/xhtml+xml",
					    "application/json", "image/tiff", "image/jpeg", "image/png" };
	size_t n = strcspn(type, "; ");

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (strlen(list[i]) == n && strncmp(list[i], type, n) == 0)
			return true;
	return false;
}

/* domain.md 8.2, S1: 密级 and a star behind it. */
static bool
marked(const char *p, size_t n)
{
	static const char *const words[] = { "绝密", "机密", "秘密" }, *const stars[] = { "★", "☆", "⭐", "*" };

	n = n > MARKED ? MARKED : n;
	for (size_t i = 0; i + 6 < n; i++)
		for (size_t w = 0; w < 3; w++)
			for (size_t s = 0; memcmp(p + i, words[w], 6) == 0 && s < 4; s++)
				if (i + 6 + strlen(stars[s]) <= n && memcmp(p + i + 6, stars[s], strlen(stars[s])) == 0)
					return true;
	return false;
}

void
four_metadata(struct four *f, const struct gk_record *r)
{
	static const char *const keys[] = { "title", "issuer" };
	const char *key;
	json_t *v;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (*gk_meta_get(r->meta, keys[i]) == '\0')
			four_fail(f, FOUR_C1, "%s 缺%s", r->id, gk_field_find(keys[i], strlen(keys[i]))->label);
	if (r->formed.year == 0 && r->published.year == 0)
		four_fail(f, FOUR_C1, "%s 缺成文日期", r->id);
	/* A value set again from its own text must be the same value: what was stored under older rules is seen here. */
	json_object_foreach(r->meta, key, v) {
		const struct gk_field *field = gk_field_find(key, strlen(key));
		json_t *again = json_object();

		if (field != NULL && json_is_string(v) && gk_meta_set(again, field, json_string_value(v), json_string_length(v), NULL) != GK_OK)
			four_fail(f, FOUR_A1, "%s 的%s", r->id, field->label);
		json_decref(again);
	}
}

static bool
as_stated(const json_t *content, const struct gk_warc_rec *rec)
{
	char hex[GK_SHA256_HEX + 1];
	const char *digest = json_str(content, "digest");

	gk_sha256_hex(rec->block.p == NULL ? "" : rec->block.p, rec->block.n, hex);
	return json_integer_value(json_object_get(content, "bytes")) == (json_int_t)rec->block.n && strncmp(digest, "sha256:", 7) == 0 && strcmp(digest + 7, hex) == 0;
}

enum gk_status
four_content(struct four *f, struct store *s, const struct gk_record *r, struct gk_err *err)
{
	const char *type = json_str(r->content, "type");
	struct gk_warc_rec rec, text;
	struct gk_loc at;
	bool has_text;
	enum gk_status st;

	if (!bag_loc(r->content, "original", &at)) {
		four_fail(f, FOUR_C3, "%s 没有内容", r->id);
		return GK_OK;
	}
	st = gk_archive_read(s->archive, at, &rec, err);
	if (st == GK_OK && (st = store_text(s, r, &text, err)) != GK_OK)
		gk_warc_rec_free(&rec);
	if (st != GK_OK)
		return st;
	has_text = text.block.n > 0;
	if (!as_stated(r->content, &rec))
		four_fail(f, FOUR_A2, "%s 的大小或摘要", r->id);
	if (!opens(type, rec.block.p == NULL ? "" : rec.block.p, rec.block.n, has_text))
		four_fail(f, FOUR_U2, "%s（%.60s）", r->id, type);
	if (!accepted(type))
		four_fail(f, FOUR_U3, "%s（%.60s）", r->id, type);
	if (strncmp(type, "application/pdf", 15) == 0 && rec.block.n > 0 && memmem(rec.block.p, rec.block.n, "/Encrypt", 8) != NULL)
		four_fail(f, FOUR_U4, "%s", r->id);
	if (has_text && marked(text.block.p, text.block.n))
		four_fail(f, FOUR_S4, "%s 正文有密级标志", r->id);
	gk_warc_rec_free(&text);
	gk_warc_rec_free(&rec);
	return GK_OK;
}

void
four_process(struct four *f, const struct store_history *h, const struct gk_record *r)
{
	const char *secrecy = gk_meta_get(r->meta, "secrecy");

	for (size_t i = 0; i < h->n; i++)
		if (*json_str(h->events[i].json, "actor") == '\0')
			four_fail(f, FOUR_S5, "%s 的 %s 没有经办人", r->id, h->events[i].event);
	if (*secrecy != '\0' && strcmp(secrecy, "none") != 0)
		four_fail(f, FOUR_S4, "%s 的密级是%s", r->id, secrecy);
}

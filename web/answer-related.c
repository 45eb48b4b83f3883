/*
 * What else there is of a document: reprints, what it cites and who cites it, and documents like it.  The catalog finds;
 * what is shown of each is read from its record in the archive.
 */
#include "web/answer-internal.h"

#include "catalog/prepare.h"
#include "catalog/schema.h"
#include "catalog/similar.h"
#include "record/docno.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SIMILAR = 6, CITES = 30, CITED_BY = 10, REPRINTS = 10,	/* most that are listed of each */
	NAMED = 400,						/* numbers and titles of a text that are looked up */
	BEARERS = 16,						/* documents of one number or title among which the best is chosen */
	TITLE_BYTES = 600,
	RELATED = 200,		/* attachments of a page */
};

/* NULL if the public may not see it or memory ends. */
json_t *
site_brief(struct gk_site *s, const struct site_record *r)
{
	struct gk_status_of st = gk_validity_at(r->events, r->n, gk_date_today(), s->known_at);
	const struct gk_validity_name *name = &gk_validity_names[st.code];
	char url[96];

	if (!s->staff && gk_access_at(r->events, r->n, NULL).code != GK_A_PUBLIC)
		return NULL;
	snprintf(url, sizeof url, "/d/%.64s", r->record.id);
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:{s:s, s:s, s:s, s:s, s:b}}", "id", r->record.id, "url", url, "title", gk_meta_get(r->record.meta, "title"), "number",
			 json_text(gk_meta_get(r->record.meta, "docno")), "org", json_text(gk_meta_get(r->record.meta, "issuer")), "date",
			 json_date(r->record.published.year != 0 ? r->record.published : r->record.formed), "status", "code", name->code, "label", name->label, "label_en",
			 name->label_en, "sign", name->sign, "ended", (int)name->ended);
}

/* Appends it; a damaged record costs itself alone. */
enum gk_status
site_append_brief(struct gk_site *s, uint32_t docid, json_t *list, struct gk_err *err)
{
	struct site_record r;
	json_t *one;
	enum gk_status st = site_record_read(s, docid, &r, err);

	if (st != GK_OK)
		return st == GK_REFUSED ? GK_OK : st;
	one = site_brief(s, &r);
	if (one != NULL)
		json_array_append_new(list, one);
	site_record_free(&r);
	return GK_OK;
}

enum gk_status
site_relations(struct gk_site *s, const struct site_record *r, const char *prefix, json_t *list, struct gk_err *err)
{
	const json_t *one, *all = json_object_get(r->record.meta, "relations");
	size_t i, n = strlen(prefix);
	enum gk_status st = GK_OK;

	json_array_foreach(all, i, one) {
		const char *id = json_string_value(one);
		uint32_t docid;

		if (id == NULL || strncmp(id, prefix, n) != 0 || json_array_size(list) == RELATED)
			continue;
		st = site_find_id(s, id + n, &docid, err);
		if (st == GK_OK)
			st = site_append_brief(s, docid, list, err);
		if (st != GK_OK && st != GK_END && st != GK_REFUSED)
			return st;
	}
	return GK_OK;
}

/* --- what it cites ---------------------------------------------------------------------------- */

struct cited { uint32_t self, docid[CITES]; size_t n, looked_up; };

/* Of the documents of one number or title: not ended, then the newest. GK_END if there is none. */
static enum gk_status
best_bearer(struct gk_site *s, const char *prefix, const char *key, uint32_t *best, struct gk_err *err)
{
	uint32_t docs[BEARERS];
	struct gk_date newest = GK_NO_DATE;
	bool ended = true;
	size_t n;
	enum gk_status st = gk_catalog_list_by(s->catalog, prefix, key, docs, BEARERS, &n, err);

	if (st != GK_OK || n == 1) {
		*best = st == GK_OK ? docs[0] : 0;
		return st;
	}
	*best = 0;
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct site_record r;
		struct gk_date date;
		bool over;

		st = site_record_read(s, docs[i], &r, err);
		if (st == GK_REFUSED) {
			st = GK_OK;
			continue;
		}
		if (st != GK_OK)
			break;
		over = gk_validity_names[gk_validity_at(r.events, r.n, gk_date_today(), s->known_at).code].ended;
		date = r.record.published.year != 0 ? r.record.published : r.record.formed;
		if (*best == 0 || over < ended || (over == ended && gk_date_first_day(date) > gk_date_first_day(newest))) {
			*best = docs[i];
			ended = over;
			newest = date;
		}
		site_record_free(&r);
	}
	return st == GK_OK && *best == 0 ? GK_END : st;
}

static enum gk_status
look_up(struct gk_site *s, struct cited *c, const char *prefix, const char *key, struct gk_err *err)
{
	uint32_t docid;
	enum gk_status st;

	if (c->n == CITES || c->looked_up++ >= NAMED)
		return GK_OK;
	st = best_bearer(s, prefix, key, &docid, err);
	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	if (docid == c->self)
		return GK_OK;
	for (size_t i = 0; i < c->n; i++)
		if (c->docid[i] == docid)
			return GK_OK;
	c->docid[c->n++] = docid;
	return GK_OK;
}

/* Where the next number and the next 《…》 of a text stand. */
static enum gk_status
find_cited(struct gk_site *s, const char *text, size_t n, struct cited *c, struct gk_err *err)
{
	static const char open[] = "《", close[] = "》";
	struct gk_docno no;
	size_t at = 0;
	bool number = gk_docno_next(text, n, &at, &no);
	const char *title = n == 0 ? NULL : memmem(text, n, open, 3);
	enum gk_status st = GK_OK;

	/* In the order in which they stand. */
	while (st == GK_OK && (number || title != NULL) && c->n < CITES) {
		if (number && (title == NULL || text + no.start < title)) {
			st = look_up(s, c, GK_X_DOCNO, no.key, err);
			number = gk_docno_next(text, n, &at, &no);
		} else {
			const char *from = title + 3, *end = memmem(from, (size_t)(text + n - from), close, 3);
			struct gk_err why = GK_ERR_INIT;
			char key[65];

			/* The inner title of 《关于修改《…》的决定》 as well as the whole. */
			if (end != NULL && end - from <= TITLE_BYTES && gk_title_key(from, (size_t)(end - from), key, &why))
				st = look_up(s, c, GK_X_TITLEKEY, key, err);
			title = memmem(from, (size_t)(text + n - from), open, 3);
			if (end != NULL && title != NULL && title < end) {
				const char *outer = memmem(end + 3, (size_t)(text + n - end - 3), close, 3);

				if (st == GK_OK && outer != NULL && outer - from <= TITLE_BYTES && gk_title_key(from, (size_t)(outer - from), key, &why))
					st = look_up(s, c, GK_X_TITLEKEY, key, err);
			}
			if (why.cause != GK_CAUSE_NONE)
				st = gk_nomem(err);
		}
	}
	return st;
}

static enum gk_status
add_cites(struct gk_site *s, struct site_record *r, uint32_t docid, json_t *list, struct gk_err *err)
{
	struct cited c = { .self = docid };
	struct gk_warc_rec rec;
	struct gk_text_of now;
	enum gk_status st;

	if (gk_text_at(r->events, r->n, gk_date_today(), s->known_at, &now))
		r->record.content = now.content;
	st = site_block(s, &r->record, "text", &rec, err);
	if (st != GK_OK)
		return st;
	if (rec.block.n > 0)
		st = find_cited(s, rec.block.p, rec.block.n, &c, err);
	gk_warc_rec_free(&rec);
	for (size_t i = 0; st == GK_OK && i < c.n; i++)
		st = site_append_brief(s, c.docid[i], list, err);
	return st;
}

/* --- the others --------------------------------------------------------------------------------- */

static enum gk_status
add_citing(struct gk_site *s, const struct site_record *r, uint32_t docid, json_t *list, size_t *total, struct gk_err *err)
{
	const char *docno = gk_meta_get(r->record.meta, "docno"), *title = gk_meta_get(r->record.meta, "title");
	struct gk_docno no;
	char key[65];
	bool by_number = *docno != '\0' && gk_docno_parse(docno, strlen(docno), &no), by_title = *title != '\0' && gk_title_key(title, strlen(title), key, NULL);
	uint32_t found[CITED_BY];
	size_t n;
	enum gk_status st = gk_citing(s->catalog, docid, by_number ? no.key : NULL, by_title ? key : NULL, found, CITED_BY, &n, total, err);

	for (size_t i = 0; st == GK_OK && i < n; i++)
		st = site_append_brief(s, found[i], list, err);
	return st;
}

static enum gk_status
add_similar(struct gk_site *s, uint32_t docid, json_t *list, struct gk_err *err)
{
	struct gk_hit found[SIMILAR];
	size_t n;
	enum gk_status st = gk_similar(s->catalog, docid, gk_date_today(), found, SIMILAR, &n, err);

	for (size_t i = 0; st == GK_OK && i < n; i++) {
		size_t before = json_array_size(list);

		st = site_append_brief(s, found[i].docid, list, err);
		if (json_array_size(list) > before)
			json_object_set_new(json_array_get(list, before), "likeness", json_real((double)(long)(found[i].score * 1000) / 1000));
	}
	return st;
}

/* The first of the documents with the same text, and how many there are beside docid. */
static enum gk_status
site_reprints(struct gk_site *s, uint32_t docid, size_t most, json_t *list, size_t *total, struct gk_err *err)
{
	uint32_t found[REPRINTS];
	size_t n;
	enum gk_status st = gk_copies(s->catalog, docid, found, most < REPRINTS ? most : REPRINTS, &n, total, err);

	for (size_t i = 0; st == GK_OK && i < n; i++)
		st = site_append_brief(s, found[i], list, err);
	return st;
}

/* "notices" only where there is one. */
static bool
note_missing(struct gk_site *s, json_t *answer)
{
	struct gk_missing missing;
	json_t *notices;

	gk_catalog_missing(s->catalog, &missing);
	if (missing.documents == 0)
		return true;
	notices = json_array();
	return json_object_set_new(answer, "notices", notices) == 0 && site_note_missing(&missing, answer, notices);
}

enum gk_status
gk_answer_related(struct gk_site *s, const char *id, json_t **out, struct gk_err *err)
{
	struct site_record r;
	json_t *similar = json_array(), *cites = json_array(), *cited_by = json_array(), *reprints = json_array(), *attachments = json_array(), *of = json_array();
	char self[96], html[96];
	size_t n_citing = 0, n_reprints = 0;
	uint32_t docid = 0;
	enum gk_status st = site_record_find(s, id, &r, err);

	if (st == GK_OK) {
		st = site_find_id(s, id, &docid, err);
		if (st == GK_OK)
			st = site_relations(s, &r, "has_attachment:", attachments, err);
		if (st == GK_OK)
			st = site_relations(s, &r, "attachment_of:", of, err);
		if (st == GK_OK)
			st = add_cites(s, &r, docid, cites, err);
		if (st == GK_OK)
			st = add_citing(s, &r, docid, cited_by, &n_citing, err);
		if (st == GK_OK)
			st = site_reprints(s, docid, REPRINTS, reprints, &n_reprints, err);
		if (st == GK_OK)
			st = add_similar(s, docid, similar, err);
		/* What is not public has no words in the index, so nothing is like it. */
		if (st == GK_REFUSED && s->staff)
			st = GK_OK;
		site_record_free(&r);
	}
	if (st != GK_OK) {
		json_decref(similar);
		json_decref(cites);
		json_decref(cited_by);
		json_decref(reprints);
		json_decref(attachments);
		json_decref(of);
		return st;
	}
	snprintf(self, sizeof self, "/d/%.64s/similar.json", id);
	snprintf(html, sizeof html, "/d/%.64s", id);
	*out = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:I, s:{s:s, s:s}}", "id", id, "attachments", attachments, "attachment_of", of, "similar", similar, "cites", cites, "cited_by", cited_by, "cited_by_total",
			 (json_int_t)n_citing, "reprints", reprints, "reprints_total", (json_int_t)n_reprints, "links", "self", self, "html", html);
	if (*out != NULL && note_missing(s, *out))
		return GK_OK;
	json_decref(*out);
	return gk_nomem(err);
}

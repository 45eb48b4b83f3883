/*
 * Table 二 of the annual report (domain.md 3.2): every number with the documents behind it, so that each can be opened and the
 * table can be made again as it was (known_at).
 */
#include "web/answer-internal.h"

#include "record/yearly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 2, MAX_YEAR = 2200 };
static const char *const row_code[ROWS] = { "rule", "norm" }, *const row_label[ROWS] = { "规章", "行政规范性文件" };

struct row {
	json_t *issued, *abolished, *inforce;	/* ids */
	json_t *by_cause;			/* of the abolished: code -> number */
	json_t *residual;			/* code of the state that explains it -> number */
	json_int_t former, not_yet;
	json_int_t residual_sum;
};

struct report {
	struct row row[ROWS];
	json_t *published;
	json_t *by_category, *by_item;	/* of the published: name -> ids */
	json_t *titles;			/* id -> {"title","number"} of all that are counted */
	json_int_t others;		/* of the table's kinds, but made by other bodies */
	const char *issuer;		/* several: with new lines between */
	int year;
};

static void
count_in(json_t *o, enum gk_validity code, json_int_t by)
{
	const char *key = gk_validity_names[code].code;

	json_object_set_new(o, key, json_integer(json_integer_value(json_object_get(o, key)) + by));
}

/* The lead issuer is this body (domain.md 3.2: issuer = this body); a document that names none is taken for its own. */
static bool
is_own(const struct report *p, const json_t *meta)
{
	const char *issuer = gk_meta_get(meta, "issuer");

	size_t n = strlen(issuer);

	if (n == 0 || *p->issuer == '\0')
		return true;
	for (const char *s = p->issuer; *s != '\0'; s += strcspn(s, "\n"), s += *s == '\n')
		if (strcspn(s, "\n") == n && memcmp(s, issuer, n) == 0)
			return true;
	return false;
}

static void
add_to(json_t *lists, const char *key, const char *id)
{
	json_t *list = json_object_get(lists, key);

	if (list == NULL) {
		list = json_array();
		json_object_set_new(lists, key, list);
	}
	json_array_append_new(list, json_string(id));
}

static void
take_title(struct report *p, const struct gk_record *r)
{
	json_object_set_new(p->titles, r->id, json_pack("{s:s, s:s}", "title", gk_meta_get(r->meta, "title"), "number", gk_meta_get(r->meta, "docno")));
}

/* The item of article 20 that the document states, else that of its category. */
static void
take_published(struct report *p, const struct gk_site *s, const struct gk_record *r)
{
	const char *category = gk_meta_get(r->meta, "column"), *item = gk_meta_get(r->meta, "art20_item");

	for (size_t i = 0; *item == '\0' && i < s->config.n_categories; i++)
		if (strcmp(s->config.categories[i].name, category) == 0)
			item = s->config.categories[i].article20;
	json_array_append_new(p->published, json_string(r->id));
	add_to(p->by_category, *category == '\0' ? "-" : category, r->id);
	add_to(p->by_item, *item == '\0' ? "20.15" : item, r->id);
	take_title(p, r);
}

static void
take_record(struct report *p, const struct gk_site *s, const struct site_record *r, const char *known_at)
{
	struct gk_yearly y = gk_yearly_of(r->events, r->n, &r->record, p->year, known_at);
	struct row *row;

	if (r->record.published.year == p->year && gk_access_at(r->events, r->n, known_at).code == GK_A_PUBLIC)
		take_published(p, s, &r->record);
	if (y.row == GK_YEARLY_NONE)
		return;
	if (!is_own(p, r->record.meta)) {
		p->others++;
		return;
	}
	row = &p->row[y.row == GK_YEARLY_RULE ? 0 : 1];
	if (y.issued || y.ended || y.inforce)
		take_title(p, &r->record);
	if (y.issued)
		json_array_append_new(row->issued, json_string(r->record.id));
	if (y.ended) {
		json_array_append_new(row->abolished, json_string(r->record.id));
		count_in(row->by_cause, y.cause, 1);
	}
	if (y.inforce) {
		json_array_append_new(row->inforce, json_string(r->record.id));
		row->not_yet += y.now == GK_V_NOT_YET_EFFECTIVE;
	}
	row->former += y.inforce - y.issued + y.ended - y.residual;
	row->residual_sum += y.residual;
	if (y.residual != 0)
		count_in(row->residual, y.now, y.residual);
}

static json_t *
cell(json_t *ids)
{
	return json_pack("{s:I, s:O}", "value", (json_int_t)json_array_size(ids), "ids", ids);
}

static json_t *
row_json(const struct row *r, size_t i)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:O, s:I}", "label", row_label[i], "issued", cell(r->issued), "abolished", cell(r->abolished), "inforce",
			 cell(r->inforce), "abolished_by_cause", r->by_cause, "not_yet_effective", r->not_yet);
}

/* A6, with what explains it where it does not hold. */
static json_t *
identity(const struct row *r, size_t i)
{
	return json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:O}", "id", "A6", "row", row_code[i], "holds", (int)(r->residual_sum == 0), "former", r->former,
			 "issued", (json_int_t)json_array_size(r->issued), "abolished", (json_int_t)json_array_size(r->abolished), "inforce",
			 (json_int_t)json_array_size(r->inforce), "residual", r->residual_sum, "explained_by", r->residual);
}

static enum gk_status
read_all(struct gk_site *s, struct report *p, const char *known_at, json_t *damaged, struct gk_err *err)
{
	struct gk_totals t;
	enum gk_status st = gk_catalog_totals(s->catalog, false, &t, err);

	for (uint32_t d = 1; st == GK_OK && d <= t.last; d++) {
		struct site_record r;

		st = site_record_read(s, d, &r, err);
		/* Numbers without a record are no fault; a damaged record is named beside the table. */
		if (st == GK_REFUSED) {
			if (err != NULL && err->cause == GK_CAUSE_DAMAGED)
				json_array_append_new(damaged, json_string(err->what));
			st = GK_OK;
			continue;
		}
		if (st != GK_OK)
			break;
		if (known_at == NULL || gk_instant_order(r.events[0].recorded_at, known_at) <= 0)
			take_record(p, s, &r, known_at);
		site_record_free(&r);
	}
	return st;
}

enum gk_status
gk_answer_report(struct gk_site *s, int year, const char *issuer, const char *known_at, json_t **out, struct gk_err *err)
{
	struct report p = { .issuer = issuer != NULL ? issuer : s->config.organisation != NULL ? s->config.organisation : "", .year = year };
	json_t *damaged = json_array(), *table = json_object(), *identities = json_array();
	const char *instant = NULL;
	enum gk_status st;

	if (year < 1949 || year > MAX_YEAR) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "没有 %d 年的报告", "there is no report of the year %d", year);
		gk_hint(err, "写四位年份，如 2021", "write the year with four digits, such as 2021");
	} else {
		st = site_known_at(s, known_at, &instant, err);
	}
	p.published = json_array();
	p.by_category = json_object();
	p.by_item = json_object();
	p.titles = json_object();
	for (size_t i = 0; i < ROWS; i++)
		p.row[i] = (struct row){ json_array(), json_array(), json_array(), json_object(), json_object(), 0, 0, 0 };
	s->known_at = instant;
	if (st == GK_OK)
		st = read_all(s, &p, instant, damaged, err);
	s->known_at = NULL;
	for (size_t i = 0; st == GK_OK && i < ROWS; i++) {
		json_object_set_new(table, row_code[i], row_json(&p.row[i], i));
		json_array_append_new(identities, identity(&p.row[i], i));
	}
	if (st == GK_OK) {
		*out = json_pack("{s:i, s:s, s:o, s:O, s:o, s:O, s:O, s:O, s:O, s:I, s:O}", "year", year, "organisation", p.issuer, "known_at", json_text(instant), "table2", table,
				 "published", cell(p.published), "by_category", p.by_category, "by_item", p.by_item, "titles", p.titles, "identities", identities, "other_issuers", p.others, "damaged", damaged);
		st = *out == NULL ? gk_nomem(err) : GK_OK;
	}
	for (size_t i = 0; i < ROWS; i++) {
		json_decref(p.row[i].issued);
		json_decref(p.row[i].abolished);
		json_decref(p.row[i].inforce);
		json_decref(p.row[i].by_cause);
		json_decref(p.row[i].residual);
	}
	json_decref(p.published);
	json_decref(p.by_category);
	json_decref(p.by_item);
	json_decref(p.titles);
	json_decref(table);
	json_decref(identities);
	json_decref(damaged);
	return st;
}

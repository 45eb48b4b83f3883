/* One record, read from the archive and folded: the truth behind hits and pages. */
#include "web/answer-internal.h"

#include "base/memory.h"
#include "catalog/prepare.h"
#include "catalog/schema.h"
#include "record/access.h"
#include "record/docno.h"
#include "record/history.h"
#include "record/life.h"
#include "record/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct gk_loc
loc_of(struct gk_place p)
{
	return (struct gk_loc){ .segment = p.segment, .length = p.length, .offset = p.offset };
}

void
site_record_free(struct site_record *r)
{
	gk_record_free(&r->record);
	for (size_t i = 0; i < r->n; i++)
		gk_event_free(&r->events[i]);
	free(r->events);
	memset(r, 0, sizeof *r);
}

enum gk_status
site_record_read(struct gk_site *s, uint32_t docid, struct site_record *out, struct gk_err *err)
{
	struct gk_place *places;
	size_t n;
	enum gk_status st = gk_catalog_places(s->catalog, docid, &places, &n, err);

	memset(out, 0, sizeof *out);
	if (st != GK_OK)
		return st;
	out->events = calloc(n, sizeof *out->events);
	if (out->events == NULL)
		st = gk_nomem(err);
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct gk_warc_rec rec;

		st = gk_archive_read(s->archive, loc_of(places[i]), &rec, err);
		if (st != GK_OK)
			break;
		st = gk_event_parse(rec.block.p == NULL ? "" : rec.block.p, rec.block.n, &out->events[i], err);
		if (st == GK_OK)
			out->n++;
		gk_warc_rec_free(&rec);
	}
	free(places);
	if (st == GK_OK)
		st = gk_record_fold_known(out->events, out->n, s->known_at, &out->record, err);
	if (st != GK_OK)
		site_record_free(out);
	return st;
}

/* A damaged record is named by its document's id as well as by its place. */
static enum gk_status
blame(enum gk_status st, const char *id, struct gk_err *err)
{
	struct gk_err was;

	if (st == GK_OK || err == NULL || err->cause != GK_CAUSE_DAMAGED)
		return st;
	was = *err;
	gk_fail(err, st, GK_CAUSE_DAMAGED, "'%.64s'：%.420s%.0s", "'%.64s': %.0s%.420s", id, was.what, was.what_en);
	gk_hint(err, "运行 gongkai verify 查明范围；有副本时 gongkai repair --from 副本", "run gongkai verify; with a copy, gongkai repair --from COPY");
	return st;
}

static enum gk_status
not_found(const char *id, struct gk_err *err)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有编号为 '%.80s' 的文件", "there is no document '%.80s'", id);
	gk_hint(err, "核对编号，或用题名、文号搜索", "check the id, or search for title or number");
	return GK_REFUSED;
}

/*
 * Of what was destroyed under authority the permanent address goes on telling that it was there: reference code, title, date, authority
 * (domain.md 7.4, R5).  For everybody: there is nothing else left to show.
 */
static enum gk_status
destroyed(const char *id, const struct site_record *r, struct gk_err *err)
{
	struct gk_retention_of k = gk_retention_at(r->events, r->n, GK_NO_DATE, NULL);
	const char *refcode = k.filed == NULL ? "" : gk_event_act(k.filed, "refcode"), *authority = k.by == NULL ? "" : gk_event_act(k.by, "authority");
	char date[12];

	gk_date_format(k.since, date);
	gk_fail(err, GK_REFUSED, GK_CAUSE_GONE, "'%.64s' 已依规销毁：档号 %.100s，题名《%.160s》，销毁日期 %s，依据 %.100s",
		"'%.64s' was destroyed under authority: reference code %.100s, title 《%.160s》, on %s, by %.100s", id, refcode, gk_meta_get(r->record.meta, "title"), date, authority);
	gk_hint(err, "其他机关或档案馆可能仍有保存", "another office or the archive may still keep a copy");
	return GK_REFUSED;
}

/*
 * The public sees what is public.  Of what was withdrawn it is told that and when (experience.md 6: 410); of everything else
 * the same words as of an id that was never given.
 */
static enum gk_status
may_see(struct gk_site *s, const char *id, struct site_record *r, struct gk_err *err)
{
	struct gk_access_of a = gk_access_at(r->events, r->n, NULL);
	char date[12];

	/* Asked for what was known then: what came later was not there, in the same words. */
	if (s->known_at != NULL && gk_instant_order(r->events[0].recorded_at, s->known_at) > 0) {
		if (s->staff) {
			gk_date_format(gk_event_day(&r->events[0]), date);
			gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "'%.64s' 当时还没有收入：它是 %s 收入的", "'%.64s' was not here then: it came in on %s", id, date);
			gk_hint(err, "--known-at 是登记的时间；问某一天的时效用 --as-of", "--known-at is about what was registered; for validity on a day use --as-of");
		} else {
			not_found(id, err);
		}
		site_record_free(r);
		return GK_REFUSED;
	}
	/* What was withdrawn before it was destroyed does not become known by that. */
	if (!s->staff && a.code == GK_A_PUBLIC && gk_retention_destroyed(r->events, r->n)) {
		destroyed(id, r, err);
		site_record_free(r);
		return GK_REFUSED;
	}
	if (s->staff || a.code == GK_A_PUBLIC)
		return GK_OK;
	gk_date_format(a.since, date);
	if (a.code == GK_A_WITHDRAWN) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_GONE, "'%.64s'：该信息已于 %s 下线（%s）%.0s", "'%.64s' was withdrawn on %s (%.0s%s)", id, date, gk_withdraw_label(a.reason), a.reason);
		gk_hint(err, "可以向本机关依申请公开", "you may apply to the office for it");
	} else {
		not_found(id, err);
	}
	site_record_free(r);
	return GK_REFUSED;
}

enum gk_status
site_find_id(struct gk_site *s, const char *id, uint32_t *docid, struct gk_err *err)
{
	return s->staff ? gk_catalog_find(s->catalog, id, docid, err) : gk_catalog_find_public(s->catalog, id, docid, err);
}

enum gk_status
site_record_find(struct gk_site *s, const char *id, struct site_record *out, struct gk_err *err)
{
	uint32_t docid;
	enum gk_status st = gk_id_valid(id) ? site_find_id(s, id, &docid, err) : GK_END;

	if (st == GK_END)
		return not_found(id, err);
	if (st == GK_OK)
		st = blame(site_record_read(s, docid, out, err), id, err);
	return st == GK_OK ? may_see(s, id, out, err) : st;
}

enum gk_status
gk_answer_id(struct gk_site *s, const char *ref, char id[64], struct gk_err *err)
{
	enum { SOME = 5 };
	uint32_t found[SOME];
	char ids[SOME * 66] = "", key[65];
	struct gk_docno no;
	size_t n = 0;
	enum gk_status st = GK_END;

	snprintf(id, 64, "%s", ref);
	if (gk_id_valid(ref))
		return GK_OK;
	if (gk_docno_parse(ref, strlen(ref), &no))
		st = gk_catalog_list_by(s->catalog, GK_X_DOCNO, no.key, found, SOME, &n, err);
	if (st == GK_END && gk_title_key(ref, strlen(ref), key, err))
		st = gk_catalog_list_by(s->catalog, GK_X_TITLEKEY, key, found, SOME, &n, err);
	if (st == GK_END) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有编号、文号或题名为 '%.200s' 的文件", "there is no document with the id, number or title '%.200s'", ref);
		gk_hint(err, "先找到它：gongkai search %.80s", "find it first: gongkai search %.80s", ref);
		return GK_REFUSED;
	}
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct site_record r;

		st = site_record_read(s, found[i], &r, err);
		if (st != GK_OK)
			break;
		snprintf(id, 64, "%s", r.record.id);
		snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s%s", i > 0 ? " " : "", id);
		site_record_free(&r);
	}
	if (st != GK_OK || n == 1)
		return st;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%.200s' 不止一件：%s%s", "'%.200s' is more than one document: %s%s", ref, ids, n == SOME ? " …" : "");
	gk_hint(err, "用编号说明是哪一件", "say which by its id");
	return GK_REFUSED;
}

enum gk_status
site_block(struct gk_site *s, const struct gk_record *r, const char *which, struct gk_warc_rec *out, struct gk_err *err)
{
	const json_t *loc = json_object_get(json_object_get(r->content, which), "loc");
	enum gk_status st;
	struct gk_loc at;

	memset(out, 0, sizeof *out);
	if (json_array_size(loc) != 3)
		return GK_OK;
	at = (struct gk_loc){ .segment = (uint32_t)json_integer_value(json_array_get(loc, 0)), .offset = (uint64_t)json_integer_value(json_array_get(loc, 1)),
			      .length = (uint32_t)json_integer_value(json_array_get(loc, 2)) };
	st = blame(gk_archive_read(s->archive, at, out, err), r->id, err);
	if (st != GK_OK || out->destroyed.segment == 0)
		return st;
	gk_warc_rec_free(out);
	gk_fail(err, GK_REFUSED, GK_CAUSE_GONE, "'%.64s' 的内容已依规销毁", "the content of '%.64s' was destroyed under authority", r->id);
	gk_hint(err, "gongkai retention explain %.64s 说明依据", "gongkai retention explain %.64s tells by whom and why", r->id);
	return GK_REFUSED;
}

json_t *
json_text(const char *s)
{
	return s == NULL || *s == '\0' ? json_null() : json_string(s);
}

json_t *
json_date(struct gk_date d)
{
	char text[12];

	gk_date_format(d, text);
	return json_text(text);
}

/* --- status ---------------------------------------------------------------------------------------- */

/* The document that did it, as the text names it: by number, else by the title in 《》. */
static bool
resolve(struct gk_site *s, const struct gk_status_of *st, uint32_t *docid)
{
	struct gk_docno no;
	size_t at = 0;
	const char *open, *close;
	char key[65];

	if (*st->by_id != '\0' && site_find_id(s, st->by_id, docid, NULL) == GK_OK)
		return true;
	if (*st->by_text == '\0')
		return false;
	if (gk_id_valid(st->by_text) && site_find_id(s, st->by_text, docid, NULL) == GK_OK)
		return true;
	if ((gk_docno_parse(st->by_text, strlen(st->by_text), &no) || gk_docno_next(st->by_text, strlen(st->by_text), &at, &no)) &&
	    gk_catalog_find_by(s->catalog, GK_X_DOCNO, no.key, docid, NULL) == GK_OK)
		return true;
	open = strstr(st->by_text, "《");
	close = open == NULL ? NULL : strstr(open, "》");
	if (close == NULL) {
		open = st->by_text;
		close = open + strlen(open);
	}
	return gk_title_key(open, (size_t)(close - open), key, NULL) && gk_catalog_find_by(s->catalog, GK_X_TITLEKEY, key, docid, NULL) == GK_OK;
}

json_t *
site_by(struct gk_site *s, const struct gk_status_of *st)
{
	struct site_record r;
	uint32_t docid;
	json_t *out;
	char url[96];
	bool seen;

	if (*st->by_id == '\0' && *st->by_text == '\0')
		return json_null();
	seen = resolve(s, st, &docid) && site_record_read(s, docid, &r, NULL) == GK_OK;
	/* What is no longer public is not told by what it did to others either: only what was said of it then. */
	if (seen && !s->staff && gk_access_at(r.events, r.n, NULL).code != GK_A_PUBLIC) {
		site_record_free(&r);
		seen = false;
	}
	if (!seen)
		return json_pack("{s:n, s:s, s:n, s:n}", "id", "title", *st->by_text != '\0' ? st->by_text : st->by_id, "number", "url");
	snprintf(url, sizeof url, "/d/%s", r.record.id);
	out = json_pack("{s:s, s:s, s:o, s:s}", "id", r.record.id, "title", gk_meta_get(r.record.meta, "title"), "number",
			json_text(gk_meta_get(r.record.meta, "docno")), "url", url);
	site_record_free(&r);
	return out;
}

/* A complete badge: words, since when, by which document (experience.md 3). */
static void
badge(const struct gk_status_of *st, const json_t *by, enum gk_lang lang, char *out, size_t size)
{
	struct gk_status_of named = *st;
	char text[2 * GK_FIELD_MAX] GK_NOT_CLEARED;
	const char *title = json_string_value(json_object_get(by, "title")), *number = json_string_value(json_object_get(by, "number"));

	if (title != NULL && json_is_string(json_object_get(by, "id"))) {
		snprintf(text, sizeof text, number != NULL ? "《%s》(%s)" : "《%s》", title, number);
		named.by_text = text;
	}
	gk_validity_badge(&named, lang, out, size);
}

json_t *
site_status(struct gk_site *s, const struct site_record *r, struct gk_date as_of)
{
	struct gk_status_of st = gk_validity_at(r->events, r->n, as_of, s->known_at);
	const struct gk_validity_name *name = &gk_validity_names[st.code];
	json_t *by = site_by(s, &st), *dead = st.code == GK_V_PARTLY_IN_FORCE ? gk_life_parts(r->events, r->n, as_of, s->known_at) : json_array();
	char zh[3 * GK_FIELD_MAX] GK_NOT_CLEARED, en[3 * GK_FIELD_MAX] GK_NOT_CLEARED, parts[GK_FIELD_MAX] GK_NOT_CLEARED;

	gk_life_join(dead, parts, sizeof parts);
	st.parts = parts;
	badge(&st, by, GK_ZH, zh, sizeof zh);
	badge(&st, by, GK_EN, en, sizeof en);
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:s, s:b, s:o, s:o}", "code", name->code, "label", name->label, "label_en", name->label_en,
			 "sign", name->sign, "since", json_date(st.since), "until", json_date(st.until), "by", by, "as_of", json_date(as_of),
			 "badge", zh, "badge_en", en, "asserted", (int)st.asserted, "known_at", json_text(s->known_at), "parts", dead);
}

static json_t *
site_dates(const struct gk_record *r)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "made", json_date(r->formed), "published", json_date(r->published), "effective",
			 json_date(r->effective), "expires", json_date(r->expiry));
}

bool
site_public(const struct site_record *r, bool *gone)
{
	struct gk_access_of a = gk_access_at(r->events, r->n, NULL);
	bool destroyed = a.code == GK_A_PUBLIC && gk_retention_destroyed(r->events, r->n);

	if (gone != NULL)
		*gone = destroyed || a.code == GK_A_WITHDRAWN;
	return a.code == GK_A_PUBLIC && !destroyed;
}

const char *
site_updated(struct gk_site *s, const struct site_record *r)
{
	const char *last = r->events[0].recorded_at;

	for (size_t i = 1; i < r->n; i++)
		if (gk_instant_order(r->events[i].recorded_at, last) > 0 && (s->known_at == NULL || gk_instant_order(r->events[i].recorded_at, s->known_at) <= 0))
			last = r->events[i].recorded_at;
	return last;
}

json_t *
site_hit(struct gk_site *s, const struct site_record *r, struct gk_date as_of)
{
	const json_t *meta = r->record.meta, *content = r->record.content;
	char url[96];

	snprintf(url, sizeof url, "/d/%s", r->record.id);
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:s}", "id", r->record.id, "url", url, "title", gk_meta_get(meta, "title"),
			 "number", json_text(gk_meta_get(meta, "docno")), "org", json_text(gk_meta_get(meta, "issuer")), "category",
			 json_text(gk_record_column(&r->record)), "dates", site_dates(&r->record), "status", site_status(s, r, as_of), "type",
			 json_text(json_string_value(json_object_get(content, "type"))), "text_source",
			 json_text(json_string_value(json_object_get(json_object_get(content, "text"), "source"))), "bytes",
			 (json_int_t)json_integer_value(json_object_get(content, "bytes")), "source_id",
			 json_text(json_string_value(json_object_get(r->record.source, "id"))), "updated", site_updated(s, r));
}

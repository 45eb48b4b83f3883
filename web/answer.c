/* An open archive for reading, and the answers about one document, the whole, and errors. */
#include "web/answer-internal.h"

#include "base/io.h"
#include "base/memory.h"
#include "record/history.h"
#include "record/life.h"
#include "record/retention.h"
#include "record/text.h"

#include <stdio.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum gk_status
gk_site_open(const char *dir, struct gk_site **out, struct gk_err *err)
{
	struct gk_site *s = calloc(1, sizeof *s);
	char *conf = gk_path(dir, "gongkai.conf"), *index = gk_path(dir, "index/public");
	enum gk_status st = GK_OK;

	if (s == NULL || conf == NULL || index == NULL || (s->dir = strdup(dir)) == NULL)
		st = gk_nomem(err);
	if (st == GK_OK)
		st = gk_archive_open(dir, &s->archive, err);
	if (st == GK_OK)
		st = gk_config_read(conf, &s->config, err);
	if (st == GK_OK)
		st = gk_catalog_open(index, &s->catalog, err);
	free(conf);
	free(index);
	if (st != GK_OK) {
		gk_site_close(s);
		return st;
	}
	*out = s;
	return GK_OK;
}

const char *
gk_site_public_url(const struct gk_site *s)
{
	return s->config.public_url == NULL ? "" : s->config.public_url;
}

void
gk_site_for_staff(struct gk_site *s)
{
	s->staff = true;
}

enum gk_status
gk_site_load(struct gk_site *s, struct gk_err *err)
{
	return gk_catalog_load(s->catalog, err);
}

void
gk_site_tolerate(struct gk_site *s)
{
	gk_catalog_tolerate(s->catalog);
}

void
gk_site_rest(struct gk_site *s)
{
	if (s->catalog != NULL)
		gk_catalog_rest(s->catalog);
	malloc_trim(0);
}

void
gk_site_close(struct gk_site *s)
{
	if (s == NULL)
		return;
	gk_catalog_close(s->catalog);
	gk_archive_close(s->archive);
	gk_config_free(&s->config);
	site_known_free(s->known);
	free(s->dir);
	free(s);
}

enum gk_status
gk_site_refresh(struct gk_site *s, uint64_t *generation, struct gk_err *err)
{
	enum gk_status st = gk_catalog_refresh(s->catalog, &s->generation, err);

	if (st == GK_OK && generation != NULL)
		*generation = s->generation;
	return st;
}

/* --- one document -------------------------------------------------------------------------------------- */

/* Several values as one: all of them or no answer at all, for a field left out would be a lie that nobody sees. */
static json_t *
joined(const json_t *values)
{
	static const char between[] = "；";
	size_t room = 1, n = json_array_size(values);
	char *text, *end;
	json_t *out;

	for (size_t i = 0; i < n; i++)
		room += json_string_length(json_array_get(values, i)) + sizeof between;
	text = gk_malloc_or_end(room);
	end = text;
	*end = '\0';
	for (size_t i = 0; i < n; i++) {
		const char *one = json_string_value(json_array_get(values, i));

		if (one != NULL)
			end = stpcpy(end == text ? end : stpcpy(end, between), one);
	}
	out = end == text ? NULL : json_string(text);
	free(text);
	return out;
}

/* A value of the dictionary as one line of text. */
static json_t *
value_text(const struct gk_field *f, const json_t *v)
{
	if (json_is_array(v))
		return joined(v);
	if (json_is_integer(v)) {
		char number[32];

		snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
		return json_string(number);
	}
	if (f->type == GK_FT_ENUM && f->values != NULL && json_is_string(v))
		for (const char *const *at = f->values; at[0] != NULL && at[1] != NULL; at += 2)
			if (strcmp(at[0], json_string_value(v)) == 0)
				return json_string(at[1]);
	return json_is_string(v) ? json_string(json_string_value(v)) : NULL;
}

static json_t *
said_relations(const json_t *list)
{
	json_t *out = json_array(), *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_is_string(one) && strncmp(json_string_value(one), "attachment_of:", 14) != 0 && strncmp(json_string_value(one), "has_attachment:", 15) != 0)
			json_array_append(out, one);
	return out;
}

static json_t *
fields_of(const struct gk_record *r)
{
	size_t n;
	const struct gk_field *table = gk_fields(&n);
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_object_get(r->meta, table[i].key);
		/* What the page has links for is not said in codes as well. */
		json_t *own = v != NULL && strcmp(table[i].key, "relations") == 0 ? said_relations(v) : NULL;
		json_t *text = v == NULL || (own != NULL && json_array_size(own) == 0) ? NULL : value_text(&table[i], own != NULL ? own : v);

		json_decref(own);
		if (text != NULL)
			json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:o}", "key", table[i].key, "label", table[i].label, "label_en",
							     table[i].label_en, "value", text));
	}
	return out;
}

/* Who did it: of a state as its badge says, of an act that changed none as the act says. */
static json_t *
cause_of(struct gk_site *s, const struct site_record *r, const json_t *entry)
{
	const char *event = json_string_value(json_object_get(entry, "event")), *date = json_string_value(json_object_get(entry, "date"));
	struct gk_date day = GK_NO_DATE;
	json_t *status, *by;

	for (size_t i = 0; json_is_false(json_object_get(entry, "state")) && i < r->n; i++)
		if (strcmp(r->events[i].event, event) == 0) {
			struct gk_status_of cause = { .by_id = gk_event_act(&r->events[i], "by"), .by_text = gk_event_act(&r->events[i], "by_text") };

			return site_by(s, &cause);
		}
	gk_date_parse(date, strlen(date), &day);
	status = site_status(s, r, day);
	by = json_incref(json_object_get(status, "by"));
	json_decref(status);
	return by;
}

/* What happened to the text in law, day by day: the states as the one function tells them, and the acts between. */
static json_t *
history_of(struct gk_site *s, const struct site_record *r)
{
	json_t *out = json_array(), *life = gk_life(r->events, r->n, s->known_at), *one;
	size_t i;

	if (r->record.published.year != 0)
		json_array_append_new(out, json_pack("{s:o, s:s, s:s, s:s, s:n}", "date", json_date(r->record.published), "type", "publish", "label",
						     "公布", "label_en", "Published", "by"));
	json_array_foreach(life, i, one) {
		json_object_set_new(one, "by", cause_of(s, r, one));
		json_array_append(out, one);
	}
	json_decref(life);
	return out;
}

/* Only staff see a record whose content is gone: by whom, when, and under which code it was kept. */
static json_t *
destruction_of(const struct site_record *r)
{
	struct gk_retention_of k = gk_retention_at(r->events, r->n, GK_NO_DATE, NULL);

	return json_pack("{s:o, s:o, s:o}", "date", json_date(k.since), "authority", json_text(k.by == NULL ? "" : gk_event_act(k.by, "authority")), "refcode",
			 json_text(k.filed == NULL ? "" : gk_event_act(k.filed, "refcode")));
}

/* R8: it stays searchable, and says which archive has it under which code; null if it was not handed over. */
static json_t *
transfer_of(const struct site_record *r)
{
	struct gk_retention_of k;
	const char *refcode;

	for (size_t i = 1; i < r->n; i++) {
		if (strcmp(r->events[i].type, "transfer") != 0)
			continue;
		k = gk_retention_at(r->events, r->n, GK_NO_DATE, NULL);
		if (k.state != GK_R_TRANSFERRED || k.by == NULL)
			break;
		refcode = gk_event_act(k.by, "refcode");
		if (*refcode == '\0' && k.filed != NULL)
			refcode = gk_event_act(k.filed, "refcode");
		return json_pack("{s:o, s:o, s:o}", "to", json_text(gk_event_act(k.by, "to")), "date", json_date(k.since), "refcode", json_text(refcode));
	}
	return json_null();
}

static json_t *
source_of(const struct gk_record *r)
{
	json_t *out = json_object();
	const char *url = gk_meta_get(r->meta, "source_url"), *name = json_string_value(json_object_get(r->source, "name"));
	const char *slash = name == NULL ? NULL : strrchr(name, '/');

	json_object_set_new(out, "id", json_text(json_string_value(json_object_get(r->source, "id"))));
	/* Where the file lay on the office's own disk is nobody's business. */
	json_object_set_new(out, "name", json_text(slash != NULL ? slash + 1 : name));
	json_object_set_new(out, "url", json_text(url));
	return out;
}

static enum gk_status
add_text(struct gk_site *s, const struct site_record *r, const struct gk_text_of *shown, struct gk_date day, json_t *answer, struct gk_err *err)
{
	struct gk_warc_rec rec;
	json_t *articles = NULL;
	enum gk_status st = site_block(s, &r->record, "text", &rec, err);

	if (st != GK_OK)
		return st;
	json_object_set_new(answer, "text", rec.block.n == 0 ? json_string("") : json_stringn(rec.block.p, rec.block.n));
	if (shown->content != NULL)
		st = site_articles(s, r, shown, day, rec.block.n == 0 ? "" : rec.block.p, rec.block.n, &articles, err);
	if (st == GK_OK)
		json_object_set_new(answer, "articles", articles != NULL ? articles : json_array());
	gk_warc_rec_free(&rec);
	return st;
}

json_t *
site_texts(struct gk_site *s, struct site_record *r, struct gk_date day, struct gk_text_of *out_shown)
{
	struct gk_text_of *all = gk_calloc_or_end(r->n, sizeof *all), today, shown;
	size_t k = gk_texts(r->events, r->n, s->known_at, all);
	json_t *out = json_array();

	if (k == 0 || !gk_text_at(r->events, r->n, gk_date_today(), s->known_at, &today) || !gk_text_at(r->events, r->n, day, s->known_at, &shown)) {
		free(all);
		return out;
	}
	for (size_t i = 0; i < k; i++) {
		struct gk_status_of cause = { .by_id = gk_event_act(all[i].began, "by"), .by_text = gk_event_act(all[i].began, "by_text") };
		char url[96];

		site_text_url(r->record.id, &all[i], url);
		const char *state = all[i].bytes == today.bytes ? "current" : all[i].first > today.first ? "not_yet_effective" : "amended";

		json_array_append_new(out, json_pack("{s:s, s:o, s:o, s:s, s:b, s:b, s:b, s:s, s:o}", "state", state, "from", json_date(all[i].from), "until", json_date(all[i].until), "url", url,
						     "shown", (int)(all[i].bytes == shown.bytes), "current", (int)(all[i].bytes == today.bytes), "corrected",
						     (int)all[i].corrected, "event", all[i].bytes->event, "by", site_by(s, &cause)));
	}
	r->record.content = shown.content;
	if (shown.source != NULL)
		r->record.source = shown.source;
	*out_shown = shown;
	free(all);
	return out;
}

static enum gk_status
read_day(const char *as_of, struct gk_date *day, struct gk_err *err)
{
	*day = gk_date_today();
	if (as_of == NULL || *as_of == '\0' || gk_date_parse(as_of, strlen(as_of), day))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "as_of 不是日期：%.80s", "as_of is not a date: %.80s", as_of);
	gk_hint(err, "写成 2021-12-01", "write it as 2021-12-01");
	return GK_REFUSED;
}

static enum gk_status
answer_document(struct gk_site *s, const char *id, const char *as_of, bool with_text, json_t **out, struct gk_err *err)
{
	struct site_record r;
	struct gk_date day;
	json_t *answer, *texts;
	struct gk_text_of shown = { .content = NULL };
	char path[4][96], at[16] = "", date[12];
	enum gk_status st = read_day(as_of, &day, err);

	if (st == GK_OK)
		st = site_record_find(s, id, &r, err);
	if (st != GK_OK)
		return st;
	texts = site_texts(s, &r, day, &shown);
	answer = site_hit(s, &r, day);
	if (answer == NULL) {
		json_decref(texts);
		site_record_free(&r);
		return gk_nomem(err);
	}
	json_object_set_new(answer, "digest", json_text(json_string_value(json_object_get(r.record.content, "digest"))));
	json_object_set_new(answer, "versions", json_integer(r.record.versions));
	json_object_set_new(answer, "texts", texts);
	json_object_set_new(answer, "recorded_at", json_text(r.events[0].recorded_at));
	json_object_set_new(answer, "source", source_of(&r.record));
	json_object_set_new(answer, "fields", fields_of(&r.record));
	json_object_set_new(answer, "history", history_of(s, &r));
	if (gk_retention_destroyed(r.events, r.n))
		json_object_set_new(answer, "destroyed", destruction_of(&r));
	json_object_set_new(answer, "transferred", transfer_of(&r));
	json_object_set_new(answer, "organisation", json_text(s->config.organisation));
	snprintf(path[1], sizeof path[1], "/d/%s", id);
	/* The bytes of that day; the page itself has the day in its parameters. */
	gk_date_format(day, date);
	if (as_of != NULL && *as_of != '\0')
		snprintf(at, sizeof at, "@%s", date);
	snprintf(path[0], sizeof path[0], "/d/%.60s%s.json", id, at);
	snprintf(path[2], sizeof path[2], "/d/%.60s%s/text", id, at);
	snprintf(path[3], sizeof path[3], "/d/%.60s%s/original", id, at);
	json_object_set_new(answer, "links", json_pack("{s:s, s:s, s:s, s:s}", "self", path[0], "html", path[1], "text", path[2], "original", path[3]));
	if (with_text)
		st = add_text(s, &r, &shown, day, answer, err);
	site_record_free(&r);
	if (st != GK_OK) {
		json_decref(answer);
		return st;
	}
	*out = answer;
	return GK_OK;
}

enum gk_status
gk_answer_document(struct gk_site *s, const char *id, const char *as_of, const char *known_at, bool with_text, json_t **out, struct gk_err *err)
{
	enum gk_status st = site_known_at(s, known_at, &s->known_at, err);

	if (st == GK_OK)
		st = answer_document(s, id, as_of, with_text, out, err);
	s->known_at = NULL;
	return st;
}

static enum gk_status
take_block(struct gk_site *s, const char *id, const char *as_of, const char *which, struct gk_buf *out, char *type, char *name, struct gk_err *err)
{
	struct site_record r;
	struct gk_warc_rec rec;
	const char *source;
	struct gk_date day;
	struct gk_text_of then;
	enum gk_status st = read_day(as_of, &day, err);

	if (st == GK_OK)
		st = site_record_find(s, id, &r, err);
	if (st != GK_OK)
		return st;
	if (gk_text_at(r.events, r.n, day, NULL, &then)) {
		r.record.content = then.content;
		if (then.source != NULL)
			r.record.source = then.source;
	}
	st = site_block(s, &r.record, which, &rec, err);
	if (st == GK_OK) {
		gk_warc_rec_take_block(&rec, out);
		gk_warc_rec_free(&rec);
	}
	if (st == GK_OK && type != NULL) {
		const char *slash;

		snprintf(type, 96, "%s", json_string_value(json_object_get(r.record.content, "type")));
		source = json_string_value(json_object_get(r.record.source, "name"));
		slash = source == NULL ? NULL : strrchr(source, '/');
		source = slash != NULL ? slash + 1 : source;
		/* A line of a JSONL file has no name of its own. */
		if (source == NULL || strlen(source) > 200 || json_object_get(r.record.source, "line") != NULL)
			snprintf(name, 256, "%s.txt", id);
		else
			snprintf(name, 256, "%s-%s", id, source);
	}
	site_record_free(&r);
	return st;
}

enum gk_status
gk_answer_text(struct gk_site *s, const char *id, const char *as_of, struct gk_buf *out, struct gk_err *err)
{
	return take_block(s, id, as_of, "text", out, NULL, NULL, err);
}

enum gk_status
gk_answer_original(struct gk_site *s, const char *id, const char *as_of, struct gk_buf *out, char type[96], char name[256], struct gk_err *err)
{
	return take_block(s, id, as_of, "original", out, type, name, err);
}

/* --- the whole --------------------------------------------------------------------------------------------- */

/* The newest documents and all counts, as the search for everything gives them. */
enum gk_status
gk_answer_home(struct gk_site *s, json_t **out, struct gk_err *err)
{
	static const struct gk_param newest[] = { { "sort", "new" }, { "size", "8" } };
	json_t *found, *facets, *status = json_object(), *one, *years;
	size_t i, n;
	const char *bad;
	enum gk_status st = gk_answer_search(s, newest, 2, true, &found, &bad, err);

	if (st != GK_OK) {
		json_decref(status);
		return st;
	}
	facets = json_object_get(found, "facets");
	json_array_foreach(json_object_get(facets, "status"), i, one)
		json_object_set(status, json_string_value(json_object_get(one, "value")), json_object_get(one, "count"));
	years = json_object_get(facets, "year");
	n = json_array_size(years);
	/* A link from here asks for the category or year alone. */
	{
		static const char *const names[] = { "cat", "year" };
		static const char *const lists[] = { "category", "year" };

		for (size_t k = 0; k < 2; k++)
			json_array_foreach(json_object_get(facets, lists[k]), i, one)
				json_object_set_new(one, "url", url_of("/search", NULL, 0, NULL, names[k], json_string_value(json_object_get(one, "value"))));
	}
	*out = json_pack("{s:o, s:O, s:o, s:O, s:O, s:O, s:{s:O?, s:O?, s:o, s:I}}", "organisation", json_text(s->config.organisation), "total",
			 json_object_get(found, "total"), "status", status, "categories", json_object_get(facets, "category"), "years", years, "newest",
			 json_object_get(found, "hits"), "coverage", "from", n == 0 ? NULL : json_object_get(json_array_get(years, n - 1), "value"), "to",
			 n == 0 ? NULL : json_object_get(json_array_get(years, 0), "value"), "updated", json_null(), "unchecked",
			 (json_int_t)json_integer_value(json_object_get(status, "unknown")));
	if (*out != NULL && json_array_size(json_object_get(found, "hits")) > 0) {
		const json_t *dates = json_object_get(json_array_get(json_object_get(found, "hits"), 0), "dates");

		json_object_set(json_object_get(*out, "coverage"), "updated", json_object_get(dates, "published"));
	}
	json_decref(found);
	return *out == NULL ? gk_nomem(err) : GK_OK;
}

enum gk_status
gk_answer_health(struct gk_site *s, json_t **out, struct gk_err *err)
{
	struct gk_totals t;
	enum gk_status st = gk_catalog_totals(s->catalog, false, &t, err);

	if (st != GK_OK)
		return st;
	*out = json_pack("{s:s, s:I, s:I}", "status", "ok", "documents", (json_int_t)t.records, "generation", (json_int_t)s->generation);
	if (*out != NULL && gk_catalog_away(s->catalog) > 0)
		json_object_set_new(*out, "shards", json_pack("{s:I, s:I}", "away", (json_int_t)gk_catalog_away(s->catalog), "down", (json_int_t)gk_catalog_away_down(s->catalog)));
	return *out == NULL ? gk_nomem(err) : GK_OK;
}

enum gk_status
gk_answer_totals(struct gk_site *s, json_t **out, struct gk_err *err)
{
	struct gk_totals t;
	uint32_t segments;
	uint64_t bytes;
	enum gk_status st = gk_catalog_totals(s->catalog, true, &t, err);

	if (st == GK_OK)
		st = gk_archive_size(s->archive, &segments, &bytes, err);
	if (st != GK_OK)
		return st;
	*out = json_pack("{s:I, s:I, s:I, s:{s:I, s:I, s:s, s:s, s:I, s:I}, s:{s:I, s:I}, s:[I, I, I]}", "documents", (json_int_t)t.records, "events",
			 (json_int_t)t.events, "terms", (json_int_t)t.terms, "index", "bytes", (json_int_t)t.index_bytes, "text_bytes",
			 (json_int_t)t.text_bytes, "version", t.version, "generation", t.generation, "revision", (json_int_t)t.revision, "shards", (json_int_t)t.shards, "archive",
			 "segments", (json_int_t)segments, "bytes", (json_int_t)bytes, "mark", (json_int_t)t.mark.segment, (json_int_t)t.mark.offset,
			 (json_int_t)t.mark.length);
	return *out == NULL ? gk_nomem(err) : GK_OK;
}

enum gk_status
gk_answer_events(struct gk_site *s, const char *id, json_t **out, struct gk_err *err)
{
	struct site_record r;
	enum gk_status st = site_record_find(s, id, &r, err);

	if (st != GK_OK)
		return st;
	*out = json_array();
	for (size_t i = 0; i < r.n; i++)
		json_array_append(*out, r.events[i].json);
	site_record_free(&r);
	return GK_OK;
}

/* --- errors ----------------------------------------------------------------------------------------------------- */

/* Where the help page speaks of it. */
static const char *
help_of(enum gk_cause cause, const char *param)
{
	static const struct { const char *param, *url; } known[] = {
		{ "q", "/help#q" }, { "as_of", "/help#as_of" }, { "known_at", "/help#known_at" }, { "status", "/help#status" }, { "cat", "/help#filter" }, { "org", "/help#filter" }, { "theme", "/help#filter" },
		{ "year", "/help#filter" }, { "type", "/help#filter" }, { "sort", "/help#filter" }, { "from", "/help#as_of" }, { "to", "/help#as_of" },
	};

	for (size_t i = 0; param != NULL && i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].param, param) == 0)
			return known[i].url;
	return cause == GK_CAUSE_BAD_QUERY ? "/help#q" : cause == GK_CAUSE_BAD_DATE ? "/help#as_of" : "/help";
}

json_t *
gk_answer_error(const struct gk_err *err, const char *param, const char *request, int *http_status)
{
	static const struct { enum gk_cause cause; const char *code; int status; } table[] = {
		{ GK_CAUSE_BAD_QUERY, "bad_query", 400 }, { GK_CAUSE_USAGE, "bad_param", 400 }, { GK_CAUSE_UNKNOWN_PARAM, "unknown_param", 400 }, { GK_CAUSE_BAD_DATE, "bad_date", 400 },
		{ GK_CAUSE_NOT_FOUND, "not_found", 404 }, { GK_CAUSE_GONE, "gone", 410 }, { GK_CAUSE_LIMIT, "too_large", 413 }, { GK_CAUSE_BUSY, "busy", 503 },
		{ GK_CAUSE_DAMAGED, "damaged_record", 500 }, { GK_CAUSE_BAD_DATA, "bad_data", 422 }, { GK_CAUSE_NO_ACCESS, "no_access", 500 },
		{ GK_CAUSE_NEWER, "newer_format", 500 }, { GK_CAUSE_NO_SPACE, "no_space", 507 }, { GK_CAUSE_DEVICE, "device", 500 },
	};
	const char *code = "internal";
	int status = 500;
	json_t *inner;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].cause == err->cause) {
			code = table[i].code;
			status = table[i].status;
		}
	if (http_status != NULL)
		*http_status = status;
	inner = json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s}", "code", code, "param", json_text(param), "message", err->what, "message_en",
			  err->what_en, "hint", err->hint, "hint_en", err->hint_en, "help",
			  help_of(err->cause, param), "request", request);
	return json_pack("{s:o}", "error", inner);
}

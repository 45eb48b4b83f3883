/* From what a person asks for to the event that says it. */
#include "indexer/acting.h"

#include "base/io.h"
#include "indexer/json.h"
#include "indexer/newtext.h"
#include "record/article.h"
#include "record/field.h"
#include "record/history.h"
#include "record/review.h"
#include "record/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the event ---------------------------------------------------------------------------------------------------- */

enum gk_status
acting_date(const char *name, const char *s, struct gk_date *out, struct gk_err *err)
{
	*out = GK_NO_DATE;
	if (s == NULL || gk_date_parse(s, strlen(s), out))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "%s 不是日期：%.80s", "%s is not a date: %.80s", name, s);
	gk_hint(err, "写成 2021-12-01", "write it as 2021-12-01");
	return GK_REFUSED;
}

/* L35: effective dates up to ten years ahead. */
static enum gk_status
check_range(struct gk_date d, struct gk_err *err)
{
	uint32_t today = gk_date_first_day(gk_date_today());

	if (d.year == 0 || gk_date_last_day(d) <= today + 3660)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "日期 %d 年太远：最多十年之后", "the year %d is too far away: at most ten years ahead", d.year);
	gk_hint(err, "核对年份", "check the year");
	return GK_REFUSED;
}

enum gk_status
acting_cause(struct store *s, const char *by_doc, const char *by_text, const char *day, struct acting_cause *c, struct gk_err *err)
{
	struct store_history h;
	struct gk_record r;
	uint32_t docid;
	enum gk_status st = acting_date("--effective", day, &c->effective, err);

	c->id[0] = c->text[0] = '\0';
	if (st == GK_OK)
		st = check_range(c->effective, err);
	if (st != GK_OK)
		return st;
	if (by_text != NULL)
		snprintf(c->text, sizeof c->text, "%s", by_text);
	if (by_doc == NULL)
		return GK_OK;
	st = act_find(s, by_doc, &docid, err);
	if (st != GK_OK) {
		if (err->cause == GK_CAUSE_NOT_FOUND)
			gk_hint(err, "依据文件不在档案里时：--by-text '《…》（文号）'", "if it is not in the archive: --by-text '《…》(number)'");
		return st;
	}
	st = act_read(s, docid, &h, &r, err);
	if (st != GK_OK)
		return st;
	snprintf(c->id, sizeof c->id, "%s", r.id);
	if (by_text == NULL) {
		const char *docno = gk_meta_get(r.meta, "docno");

		snprintf(c->text, sizeof c->text, *docno != '\0' ? "《%s》(%s)" : "《%s》", gk_meta_get(r.meta, "title"), docno);
	}
	/* domain.md 4.5 (b): the abolition begins when the document that says so does. */
	if (c->effective.year == 0)
		c->effective = r.effective.year != 0 ? r.effective : r.formed;
	gk_record_free(&r);
	store_history_free(&h);
	return GK_OK;
}

static void
set_text(json_t *o, const char *key, const char *value)
{
	if (value != NULL && *value != '\0')
		json_object_set_new(o, key, json_string(value));
}

/* An act of validity counts from a day; what the office corrects or takes off, from now. */
static bool
has_day(const char *type)
{
	const struct gk_act_kind *kind = gk_act_kind(type);

	return kind != NULL && (kind->axis == GK_AXIS_VALIDITY || strcmp(type, "amend_articles") == 0);
}

enum gk_status
acting_event(const struct acting_ask *a, const struct acting_cause *c, const char *id, const char *actor, json_t **out, struct gk_err *err)
{
	const char *type = a->type;
	json_t *act = json_object(), *meta = a->fields != NULL ? json_deep_copy(a->fields) : json_object();
	bool in_part = a->n_parts > 0 || (a->subject != NULL && *a->subject != '\0');
	struct gk_date until, lapse, effective = c->effective;
	char now[32];
	enum gk_status st = acting_date(strcmp(type, "correct_metadata") == 0 ? "--on" : "--until", a->until, &until, err);

	if (st == GK_OK)
		st = acting_date("--unless-replaced-by", a->unless, &lapse, err);
	if (st == GK_OK && act == NULL)
		st = gk_nomem(err);
	if (st != GK_OK) {
		json_decref(act);
		json_decref(meta);
		return st;
	}
	set_text(act, "by", c->id);
	set_text(act, "by_text", c->text);
	set_text(act, "reason", a->reason);
	set_text(act, "subject", a->subject);
	set_text(act, "target", a->target);
	set_text(act, "ground", a->ground);
	if (in_part && strcmp(type, "abolish") == 0)
		type = "abolish_articles";
	if (a->unless != NULL && *a->unless != '\0') {
		type = "conditional_lapse";
		json_object_set_new(act, "lapse_date", json_string(a->unless));
	}
	if (c->new_text != NULL) {
		type = strcmp(type, "correct_metadata") == 0 ? "correct_text" : "amend_text";
		set_text(act, "corrects", c->corrects);
	}
	if (a->n_parts > 0) {
		json_t *parts = json_array();

		for (size_t i = 0; i < a->n_parts; i++)
			json_array_append_new(parts, json_string(a->part[i]));
		json_object_set_new(act, "articles", parts);
	}
	if (a->remaining >= 0)
		json_object_set_new(act, "remaining", json_integer(a->remaining));
	if (a->late)
		json_object_set_new(act, "late", json_true());
	if (a->class_name != NULL && *a->class_name != '\0')
		set_text(act, "class", gk_withdraw_class(a->class_name) != NULL ? gk_withdraw_class(a->class_name) : a->class_name);
	if (until.year != 0) {
		char date[12];

		gk_date_format(until, date);
		if (strcmp(type, "suspend") == 0)
			json_object_set_new(act, "until", json_string(date));
		else
			json_object_set_new(meta, "expiry_date", json_string(date));
	}
	if (!has_day(a->type))
		effective = GK_NO_DATE;
	else if (effective.year == 0)
		effective = gk_date_today();
	gk_now_utc(now);
	*out = gk_act_json(id, type, effective, now, actor, act, meta);
	if (*out != NULL && c->new_text != NULL)
		json_object_set_new(*out, "content", new_text_content(c->new_text));
	return *out == NULL ? gk_nomem(err) : GK_OK;
}

/* --- what hangs on the record ----------------------------------------------------------------------------------- */

/* The acts of a review are bound to the bytes that were looked at (record/review.h). */
static void
bind_to_bytes(const struct store *s, const struct store_history *h, const char *gate, json_t *json)
{
	json_t *act = json_object_get(json, "act");
	struct gk_review r;
	char next[4];

	if (act == NULL)
		json_object_set_new(json, "act", act = json_object());
	gk_review_of(h->events, h->n, &r);
	json_object_set_new(act, "digest", json_string(r.digest));
	snprintf(next, sizeof next, "G%u", r.passed % GK_GATES + 1);
	if (strcmp(json_str(json, "type"), "publish") != 0) {
		json_object_set_new(act, "gate", json_string(gate != NULL && *gate != '\0' ? gate : next));
	} else {
		json_object_set_new(act, "gates", json_integer((json_int_t)s->config.n_gates));
		json_object_set_new(json, "version", json_integer(r.version));
	}
}

static bool
named(const json_t *list, const struct gk_article *a)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		struct gk_article_ref r;

		if (gk_article_ref_parse(json_string_value(one), json_string_length(one), &r) && r.rest == 0 && gk_article_ref_has(&r, a))
			return true;
	}
	return false;
}

/* Every article that is named stands in the text; *missing is the first that does not. */
static bool
all_there(const json_t *list, const struct gk_article *a, size_t n, const char **missing)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		struct gk_article_ref r;
		bool found = false;

		*missing = json_string_value(one);
		if (!gk_article_ref_parse(json_string_value(one), json_string_length(one), &r))
			return false;
		for (size_t k = 0; k < n; k++)
			found = found || gk_article_ref_has(&r, &a[k]);
		if (!found)
			return false;
	}
	*missing = NULL;
	return true;
}

/*
 * V5: if no article lives on, the whole has ended.  Counted from the text of the day, if the person has not said it; what cannot be
 * counted (no articles, a matter instead of articles, an article that is not there) is left open.
 */
static enum gk_status
count_remaining(struct store *s, const struct store_history *h, json_t *event, char *not_there, size_t size, struct gk_err *err)
{
	json_t *act = json_object_get(event, "act"), *list = json_object_get(act, "articles");
	const char *missing = NULL, *effective = json_str(event, "effective_date");
	struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
	const struct gk_event **before = NULL;
	struct gk_article *a = NULL;
	struct gk_date day = gk_date_today();
	struct gk_text_of t;
	size_t n = 0, n_before, left = 0;
	enum gk_status st;

	if (strcmp(json_str(event, "type"), "abolish_articles") != 0 || json_object_get(act, "remaining") != NULL || json_array_size(list) == 0 || *json_str(act, "subject") != '\0')
		return GK_OK;
	gk_date_parse(effective, strlen(effective), &day);
	if (!gk_text_at(h->events, h->n, day, NULL, &t))
		return GK_OK;
	st = stored_text(s->archive, t.content, &rec, err);
	/* A damaged text is no reason not to register what the office decided. */
	if (st == GK_REFUSED)
		return GK_OK;
	if (st == GK_OK && rec.destroyed.segment == 0 && rec.block.n > 0)
		st = gk_articles(rec.block.p, rec.block.n, &a, &n, err);
	if (st == GK_OK && (before = calloc(h->n, sizeof *before)) == NULL)
		st = gk_nomem(err);
	if (st == GK_OK && n > 0 && all_there(list, a, n, &missing)) {
		n_before = gk_text_acts(h->events, h->n, NULL, &t, day, before);
		for (size_t i = 0; i < n; i++) {
			bool dead = named(list, &a[i]);

			for (size_t k = 0; k < n_before; k++)
				dead = dead || (strcmp(before[k]->type, "abolish_articles") == 0 && named(json_object_get(json_object_get(before[k]->json, "act"), "articles"), &a[i]));
			left += !dead;
		}
		json_object_set_new(act, "remaining", json_integer((json_int_t)left));
	} else if (st == GK_OK && n > 0 && missing != NULL) {
		snprintf(not_there, size, "%s", missing);
	}
	free(before);
	free(a);
	gk_warc_rec_free(&rec);
	return st;
}

/* What of the event depends on the record itself. */
enum gk_status
acting_complete(struct store *s, const struct acting_ask *a, const struct store_history *h, json_t *event, char *not_there, size_t size, struct gk_err *err)
{
	not_there[0] = '\0';
	if (strcmp(a->type, "gate_pass") == 0 || strcmp(a->type, "gate_return") == 0 || strcmp(a->type, "publish") == 0)
		bind_to_bytes(s, h, a->gate, event);
	return a->n_parts > 0 ? count_remaining(s, h, event, not_there, size, err) : GK_OK;
}

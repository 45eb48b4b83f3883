/*
 * The record: its events laid over one another, in the order of gk_history_order.  A later value of a field replaces an
 * earlier one, null takes it away.  Which "content" counts, of those of several days, is record/text.h's to say.
 */
#include "record/record.h"

#include "base/utf8.h"
#include "record/field.h"
#include "record/history.h"
#include "record/text.h"

#include <stdlib.h>
#include <string.h>

static bool
merge(json_t *meta, const json_t *with)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)with, key, v) {
		if (json_is_null(v))
			json_object_del(meta, key);
		else if (json_object_set(meta, key, v) < 0)
			return false;
	}
	return true;
}

/* An act tells of the record nothing but its new term. */
static bool
take_meta(json_t *meta, const struct gk_event *e)
{
	const json_t *said = json_object_get(e->json, "meta");
	json_t *term = json_object_get(said, "expiry_date");

	if (gk_event_describes(e))
		return merge(meta, said);
	return term == NULL || json_is_null(term) || !gk_event_brings_term(e->type) || json_object_set(meta, "expiry_date", term) == 0;
}

static struct gk_date
date_of(const json_t *meta, const char *key)
{
	const char *s = gk_meta_get(meta, key);
	struct gk_date d = GK_NO_DATE;

	gk_date_parse(s, strlen(s), &d);
	return d;
}

static bool
same_bytes(const json_t *a, const json_t *b)
{
	const json_t *x = json_object_get(a, "digest"), *y = json_object_get(b, "digest");

	return x != NULL && json_equal(x, y);
}

/* How often the bytes were others. */
static void
count_version(struct gk_record *r, const struct gk_event *e)
{
	const json_t *content = json_object_get(e->json, "content");

	if (content == NULL)
		return;
	if (r->content == NULL || !same_bytes(r->content, content))
		r->versions++;
	r->content = content;
}

/* The newest text, by its days: an older one may have been corrected since. */
static bool
take_newest(struct gk_record *r, const struct gk_event *events, size_t n, const char *known_at)
{
	struct gk_text_of *all = calloc(n, sizeof *all);
	size_t k = all == NULL ? 0 : gk_texts(events, n, known_at, all);

	r->content = k > 0 ? all[k - 1].content : NULL;
	for (size_t i = k; i-- > 0 && r->source == NULL; )
		r->source = all[i].source;
	free(all);
	return all != NULL;
}

enum gk_status
gk_record_fold(const struct gk_event *events, size_t n, struct gk_record *out, struct gk_err *err)
{
	return gk_record_fold_known(events, n, NULL, out, err);
}

enum gk_status
gk_record_fold_known(const struct gk_event *events, size_t n, const char *known_at, struct gk_record *out, struct gk_err *err)
{
	struct gk_record r = { .meta = NULL };
	bool *counts;
	size_t *order;

	if (n == 0 || !gk_event_begins(&events[0]))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "'%s' 的第一个事件 '%s' 不是发布或导入", "the first event of '%s', '%s', publishes or imports nothing",
			       n == 0 ? "?" : events[0].id, n == 0 ? "?" : events[0].type);
	r.id = events[0].id;
	r.meta = json_object();
	counts = calloc(n, sizeof *counts);
	order = calloc(n, sizeof *order);
	if (r.meta == NULL || counts == NULL || order == NULL)
		goto nomem;
	gk_history_counting(events, n, known_at, counts);
	gk_history_order(events, n, order);
	for (size_t k = 0; k < n; k++) {
		size_t i = order[k];

		if (!counts[i])
			continue;
		if (!take_meta(r.meta, &events[i]))
			goto nomem;
		count_version(&r, &events[i]);
	}
	if (!take_newest(&r, events, n, known_at))
		goto nomem;
	if (r.source == NULL)
		r.source = json_object_get(events[0].json, "source");
	if (r.versions == 0)
		r.versions = 1;
	r.formed = date_of(r.meta, "formed_date");
	r.published = date_of(r.meta, "published_at");
	r.effective = date_of(r.meta, "effective_date");
	r.expiry = date_of(r.meta, "expiry_date");
	r.published_at = gk_meta_get(r.meta, "published_at");
	free(counts);
	free(order);
	*out = r;
	return GK_OK;
nomem:
	free(counts);
	free(order);
	json_decref(r.meta);
	return gk_nomem(err);
}

void
gk_record_free(struct gk_record *r)
{
	if (r == NULL)
		return;
	json_decref(r->meta);
	*r = (struct gk_record){ .meta = NULL };
}

int
gk_record_year(const struct gk_record *r)
{
	return r->formed.year != 0 ? r->formed.year : r->published.year;
}

const char *
gk_record_column(const struct gk_record *r)
{
	return gk_meta_get(r->meta, "column");
}

/* 综合政务\\政务公开, 综合政务>政务公开: sites write the levels in several ways. */
void
gk_record_theme(const struct gk_record *r, char out[GK_THEME_BYTES])
{
	static const char *const strokes[] = { "\\", ">", "＼", "／", "＞" };
	const char *s = gk_meta_get(r->meta, "theme");
	size_t n = 0;

	for (s += strspn(s, "/\\> "); *s != '\0' && n + 1 < GK_THEME_BYTES; ) {
		size_t k, step = 1;

		for (k = 0; k < sizeof strokes / sizeof *strokes && strncmp(s, strokes[k], strlen(strokes[k])) != 0; k++)
			;
		if (k < sizeof strokes / sizeof *strokes)
			step = strlen(strokes[k]);
		out[n] = k < sizeof strokes / sizeof *strokes ? '/' : *s;
		s += step;
		/* No blanks round a stroke, no empty level. */
		if (out[n] == '/') {
			while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '/'))
				n--;
			out[n] = '/';
			s += strspn(s, " ");
		}
		n++;
	}
	while (n > 0 && (out[n - 1] == '/' || out[n - 1] == ' '))
		n--;
	out[gk_utf8_cut(out, n)] = '\0';
}

bool
gk_record_normative(const json_t *meta)
{
	static const char *const axis[] = { "effective_date", "expiry_date", "abolished_by", "abolished_date", "asserted_status" };

	if (gk_level_binds(gk_meta_get(meta, "norm_level")))
		return true;
	for (size_t i = 0; i < sizeof axis / sizeof *axis; i++)
		if (gk_meta_get(meta, axis[i])[0] != '\0')
			return true;
	return false;
}

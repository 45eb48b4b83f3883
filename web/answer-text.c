/* The articles of a text with what became of each, and which text a passage was found in. */
#include "web/answer-internal.h"

#include "base/utf8.h"
#include "record/article.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
site_text_url(const char *id, const struct gk_text_of *t, char out[96])
{
	char day[12];

	gk_date_format(t->first > 0 ? gk_date_of_day(t->first) : t->until, day);
	snprintf(out, 96, *day != '\0' ? "/d/%.60s@%s" : "/d/%.60s", id, day);
}

/* 本条已废止, 本条第二款已废止, 本条已被修改 */
static json_t *
notice_json(struct gk_site *s, const struct gk_event *e, const char *rest, int rest_n)
{
	struct gk_status_of cause = { .by_id = gk_event_act(e, "by"), .by_text = gk_event_act(e, "by_text") };
	bool abolished = strcmp(e->type, "abolish_articles") == 0;
	char zh[512], en[512];

	snprintf(zh, sizeof zh, "本条%.*s%s", rest_n, rest, abolished ? "已废止" : "已被修改");
	snprintf(en, sizeof en, rest_n > 0 ? "this article (%.*s) %s" : "this article%.*s %s", rest_n, rest, abolished ? "is abolished" : "was amended");
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:b}", "type", abolished ? "abolished" : "amended", "label", zh, "label_en", en, "since",
			 json_date(e->effective.year != 0 ? e->effective : gk_event_day(e)), "by", site_by(s, &cause), "event", e->event, "whole", (int)(rest_n == 0));
}

json_t *
site_article_notice(struct gk_site *s, const struct site_acts *acts, const struct gk_article *a)
{
	json_t *out = json_null();

	/* The last one that speaks of the article counts; one that abolished it whole is the last. */
	for (size_t i = 0; i < acts->n; i++) {
		const json_t *list = json_object_get(json_object_get(acts->event[i]->json, "act"), "articles"), *one;
		size_t k;

		json_array_foreach(list, k, one) {
			const char *name = json_string_value(one);
			struct gk_article_ref r;

			if (name == NULL || !gk_article_ref_parse(name, strlen(name), &r) || !gk_article_ref_has(&r, a))
				continue;
			if (strcmp(json_string_value(json_object_get(out, "type")) == NULL ? "" : json_string_value(json_object_get(out, "type")), "abolished") == 0 &&
			    json_is_true(json_object_get(out, "whole")))
				continue;
			json_decref(out);
			out = notice_json(s, acts->event[i], name + strlen(name) - r.rest, (int)r.rest);
		}
	}
	return out;
}

enum gk_status
site_acts_of(struct gk_site *s, const struct site_record *r, const struct gk_text_of *text, struct gk_date day, struct site_acts *out, struct gk_err *err)
{
	out->n = 0;
	out->event = calloc(r->n, sizeof *out->event);
	if (out->event == NULL)
		return gk_nomem(err);
	out->n = gk_text_acts(r->events, r->n, s->known_at, text, day, out->event);
	return GK_OK;
}

void
site_acts_free(struct site_acts *a)
{
	free(a->event);
	*a = (struct site_acts){ NULL, 0 };
}

enum gk_status
site_articles(struct gk_site *s, const struct site_record *r, const struct gk_text_of *text, struct gk_date day, const char *body, size_t n, json_t **out, struct gk_err *err)
{
	struct gk_article *a;
	struct site_acts acts;
	size_t count, at = 0, chars = 0;
	json_t *list;
	enum gk_status st = gk_articles(body, n, &a, &count, err);

	if (st != GK_OK)
		return st;
	st = site_acts_of(s, r, text, day, &acts, err);
	list = json_array();
	for (size_t i = 0; st == GK_OK && i < count; i++) {
		char label[GK_ARTICLE_LABEL], anchor[GK_ARTICLE_ANCHOR];
		size_t length = gk_utf8_count(body + a[i].start, a[i].end - a[i].start);

		chars += gk_utf8_count(body + at, a[i].start - at);
		gk_article_label(a[i].number, a[i].sub, label);
		gk_article_anchor(&a[i], anchor);
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:o}", "label", label, "anchor", anchor, "number", (json_int_t)a[i].number, "sub", (json_int_t)a[i].sub,
						      "offset", (json_int_t)chars, "length", (json_int_t)length, "chapter",
						      a[i].chapter_n > 0 ? json_stringn(body + a[i].chapter, a[i].chapter_n) : json_null(), "notice", site_article_notice(s, &acts, &a[i])));
		at = a[i].end;
		chars += length;
	}
	site_acts_free(&acts);
	free(a);
	if (st != GK_OK || json_array_size(list) != count) {
		json_decref(list);
		return st != GK_OK ? st : gk_nomem(err);
	}
	*out = list;
	return GK_OK;
}

/*
 * What to offer while somebody types.  The catalog finds; what is shown of a document is read from its record in the
 * archive, and whether the public may see it is asked once more there.
 */
#include "web/answer-internal.h"

#include "catalog/suggest.h"

#include <string.h>

void
gk_answer_suggest_prepare(struct gk_site *s)
{
	gk_suggest_prepare(s->catalog, gk_date_today());
}

json_t *
gk_answer_suggest_size(struct gk_site *s)
{
	struct gk_suggest_size size = gk_suggest_size(s->catalog);

	return json_pack("{s:I, s:I, s:I, s:I, s:f}", "titles", (json_int_t)size.titles, "phrases", (json_int_t)size.phrases, "bytes", (json_int_t)size.bytes, "left_out",
			 (json_int_t)size.left_out, "seconds", size.seconds);
}

/* null where a document has no validity to speak of. */
static json_t *
status_of(const struct site_record *r)
{
	struct gk_status_of st = gk_validity_at(r->events, r->n, gk_date_today(), NULL);
	const struct gk_validity_name *name = &gk_validity_names[st.code];

	if (st.code == GK_V_NOT_APPLICABLE)
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:s, s:b}", "code", name->code, "label", name->label, "label_en", name->label_en, "sign", name->sign, "ended", (int)name->ended);
}

static json_t *
phrase(const struct gk_suggestion *g)
{
	return json_pack("{s:s, s:s, s:o, s:I}", "text", g->text, "kind", gk_suggestion_code[g->kind], "url", url_of("/search", NULL, 0, NULL, "q", g->text), "count",
			 (json_int_t)g->count);
}

/* A number that several documents bear leads to all of them; NULL if there is nothing to show or memory ends. */
static json_t *
document(const struct gk_suggestion *g, const struct site_record *r)
{
	const char *title = gk_meta_get(r->record.meta, "title"), *number = gk_meta_get(r->record.meta, "docno");
	bool by_number = g->kind == GK_SUGGEST_NUMBER;
	const char *text = by_number ? number : title;
	char path[96];
	json_t *url;

	if (*text == '\0' || gk_access_at(r->events, r->n, NULL).code != GK_A_PUBLIC)
		return NULL;
	snprintf(path, sizeof path, "/d/%.64s", r->record.id);
	url = by_number && g->count > 1 ? url_of("/search", NULL, 0, NULL, "q", number) : json_string(path);
	return json_pack("{s:s, s:s, s:o, s:I, s:s, s:s, s:o, s:o}", "text", text, "kind", gk_suggestion_code[g->kind], "url", url, "count", (json_int_t)g->count, "id",
			 r->record.id, "title", title, "number", json_text(number), "status", status_of(r));
}

enum gk_status
gk_answer_suggest(struct gk_site *s, const char *typed, bool patient, json_t **out, bool *current, struct gk_err *err)
{
	struct gk_suggestions found;
	json_t *list;
	enum gk_status st = gk_suggest(s->catalog, typed, strlen(typed), gk_date_today(), patient, &found, err);

	if (st != GK_OK)
		return st;
	list = json_array();
	if (list == NULL)
		return gk_nomem(err);
	for (size_t i = 0; st == GK_OK && i < found.n; i++) {
		const struct gk_suggestion *g = &found.item[i];
		struct site_record r;
		json_t *one;

		if (g->kind == GK_SUGGEST_PHRASE) {
			json_array_append_new(list, phrase(g));
			continue;
		}
		st = site_record_read(s, g->docid, &r, err);
		/* A damaged record is nothing to lead anybody to; the search for it says what is wrong. */
		if (st == GK_REFUSED) {
			st = GK_OK;
			continue;
		}
		if (st != GK_OK)
			break;
		one = document(g, &r);
		if (one != NULL)
			json_array_append_new(list, one);
		site_record_free(&r);
	}
	if (st != GK_OK) {
		json_decref(list);
		return st;
	}
	*out = list;
	*current = found.current;
	return GK_OK;
}

/* What stands beside a suggestion: of a number its title, of what has ended that it has. */
static json_t *
description(const json_t *one)
{
	const char *title = json_string_value(json_object_get(one, "title")), *text = json_string_value(json_object_get(one, "text"));
	const json_t *status = json_object_get(one, "status");
	bool ended = json_is_true(json_object_get(status, "ended")), other = title != NULL && text != NULL && strcmp(title, text) != 0;

	return json_sprintf("%s%s%s", ended ? json_string_value(json_object_get(status, gk_lang == GK_EN ? "label_en" : "label")) : "", ended && other ? " · " : "",
			    other ? title : "");
}

json_t *
gk_answer_opensearch(const char *typed, const char *site_url, const json_t *suggestions)
{
	json_t *texts = json_array(), *descriptions = json_array(), *urls = json_array(), *one;
	size_t i;

	json_array_foreach(suggestions, i, one) {
		json_array_append(texts, json_object_get(one, "text"));
		json_array_append_new(descriptions, description(one));
		json_array_append_new(urls, json_sprintf("%s%s", site_url, json_string_value(json_object_get(one, "url"))));
	}
	return json_pack("[s, o, o, o]", typed, texts, descriptions, urls);
}

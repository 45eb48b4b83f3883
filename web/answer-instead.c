/*
 * 您要找的是不是: of a document that has ended the one that is in force instead.  Another record of the same title, else
 * what ended it, as long as that is more than the paper that ends (关于废止部分文件的决定), and so on until one is in force.
 */
#include "web/answer-internal.h"

#include "catalog/prepare.h"
#include "catalog/schema.h"

#include <string.h>

enum { STEPS = 8, SAME_TITLE = 16 };

static bool
in_force(struct gk_site *s, const struct site_record *r, struct gk_date day)
{
	return gk_validity_names[gk_validity_at(r->events, r->n, day, s->known_at).code].living;
}

/* A paper about the end of others is not what replaces them. */
static bool
only_ends(const char *title)
{
	static const char *const words[] = { "废止", "清理", "失效", "宣布", "撤销" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(title, words[i]) != NULL)
			return true;
	return false;
}

/* {"id","title","number","url"} of the newest record of this title that is in force; NULL if there is none. */
static enum gk_status
of_same_title(struct gk_site *s, uint32_t docid, const struct site_record *r, struct gk_date day, json_t **out, struct gk_err *err)
{
	const char *title = gk_meta_get(r->record.meta, "title");
	uint32_t docs[SAME_TITLE];
	struct gk_date newest = GK_NO_DATE;
	char key[65];
	size_t n = 0;
	enum gk_status st = GK_END;

	if (gk_title_key(title, strlen(title), key, NULL))
		st = gk_catalog_list_by(s->catalog, GK_X_TITLEKEY, key, docs, SAME_TITLE, &n, err);
	if (st != GK_OK)
		return st == GK_END ? GK_OK : st;
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct site_record other;

		if (docs[i] == docid)
			continue;
		st = site_record_read(s, docs[i], &other, err);
		if (st == GK_REFUSED) {
			st = GK_OK;
			continue;
		}
		if (st != GK_OK)
			break;
		if (in_force(s, &other, day) && (*out == NULL || gk_date_first_day(other.record.published) > gk_date_first_day(newest))) {
			json_decref(*out);
			*out = site_brief(s, &other);
			newest = other.record.published;
		}
		site_record_free(&other);
	}
	return st;
}

static enum gk_status
step(struct gk_site *s, uint32_t docid, struct gk_date day, bool first, uint32_t *next, json_t **out, struct gk_err *err)
{
	struct site_record r;
	struct gk_status_of status;
	json_t *by;
	enum gk_status st = site_record_read(s, docid, &r, err);

	*next = 0;
	if (st != GK_OK)
		return st == GK_REFUSED ? GK_OK : st;
	status = gk_validity_at(r.events, r.n, day, s->known_at);
	if (gk_validity_names[status.code].ended) {
		st = of_same_title(s, docid, &r, day, out, err);
		by = site_by(s, &status);
		if (st == GK_OK && *out == NULL && json_is_string(json_object_get(by, "id")) && !only_ends(json_string_value(json_object_get(by, "title"))))
			st = site_find_id(s, json_string_value(json_object_get(by, "id")), next, err);
		json_decref(by);
	} else if (!first && gk_validity_names[status.code].living) {
		*out = site_brief(s, &r);
	}
	site_record_free(&r);
	return st == GK_END ? GK_OK : st;
}

enum gk_status
site_instead(struct gk_site *s, uint32_t docid, struct gk_date day, json_t **out, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	*out = NULL;
	/* Two that end each other would be a circle. */
	for (int i = 0; st == GK_OK && *out == NULL && docid != 0 && i < STEPS; i++)
		st = step(s, docid, day, i == 0, &docid, out, err);
	return st;
}

/* Everything, for machines that take everything: sitemap and OAI-PMH 2.0. */
#include "web/answer-internal.h"

#include "base/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	SITEMAP_PART = 2000,	/* numbers of the catalog; a sitemap may list 50,000 addresses, but each costs a look into the archive */
	OAI_PAGE = 100,		/* records of one answer */
	OAI_READS = 4000,	/* records that are looked at for one answer */
	SPEC = 16,		/* "c-1f3a9b20" */
};

/* ---- sitemap ---- */

static enum gk_status
add_address(struct gk_site *s, uint32_t docid, json_t *list, struct gk_err *err)
{
	struct site_record r;
	enum gk_status st = site_record_read(s, docid, &r, err);

	if (st != GK_OK)	/* a damaged record is found by verify, not by a harvester */
		return st == GK_REFUSED ? GK_OK : st;
	if (site_public(&r, NULL))
		json_array_append_new(list, json_pack("{s:o, s:s}", "url", json_sprintf("/d/%s", r.record.id), "updated", site_updated(s, &r)));
	site_record_free(&r);
	return GK_OK;
}

enum gk_status
gk_answer_sitemap(struct gk_site *s, unsigned long part, json_t **out, struct gk_err *err)
{
	uint32_t last = gk_catalog_last(s->catalog);
	unsigned long parts = last == 0 ? 1 : (last + SITEMAP_PART - 1) / SITEMAP_PART;
	json_t *list;
	enum gk_status st = GK_OK;

	if (part > parts)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "只有 %lu 份", "there are only %lu parts", parts);
	list = json_array();
	for (unsigned long k = 1; part == 0 && k <= parts; k++)
		json_array_append_new(list, json_pack("{s:o}", "url", json_sprintf("/sitemap-%lu.xml", k)));
	for (unsigned long d = (part - 1) * SITEMAP_PART + 1; part > 0 && st == GK_OK && d <= part * SITEMAP_PART && d <= last; d++)
		st = add_address(s, (uint32_t)d, list, err);
	*out = json_pack("{s:o}", part == 0 ? "parts" : "addresses", list);
	if (st != GK_OK)
		json_decref(*out);
	return st != GK_OK ? st : *out == NULL ? gk_nomem(err) : GK_OK;
}

/* ---- OAI-PMH: arguments ---- */

struct harvest {
	struct gk_site *s;
	const struct gk_param *params;
	size_t n;
	const char *verb, *identifier, *prefix, *set, *from, *until;	/* NULL: not given */
	char kept[4][GK_INSTANT];	/* of a token: prefix, set, from, until */
	unsigned long after, before;	/* the list goes on behind this number; so many records came before */
	json_t *error;
};

static void
complain(struct harvest *h, const char *code, const char *message)
{
	if (h->error == NULL)
		h->error = json_pack("{s:s, s:s}", "code", code, "message", message);
}

static const struct verb { const char *name; const char *needs[3], *may[5]; } verbs[] = {
	{ "Identify", { NULL }, { NULL } },
	{ "ListMetadataFormats", { NULL }, { "identifier", NULL } },
	{ "ListSets", { NULL }, { NULL } },
	{ "GetRecord", { "identifier", "metadataPrefix", NULL }, { NULL } },
	{ "ListIdentifiers", { "metadataPrefix", NULL }, { "from", "until", "set", NULL } },
	{ "ListRecords", { "metadataPrefix", NULL }, { "from", "until", "set", NULL } },
};

static const char *
given(const struct harvest *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->params[i].name, name) == 0)
			return h->params[i].value;
	return NULL;
}

static bool
is_listed(const char *const *names, const char *name)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* Which verb, with all it needs, nothing it does not know and nothing twice. */
static void
check_arguments(struct harvest *h)
{
	const struct verb *v = NULL;
	bool goes_on = given(h, "resumptionToken") != NULL;

	h->verb = given(h, "verb");
	for (size_t i = 0; h->verb != NULL && i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verbs[i].name, h->verb) == 0)
			v = &verbs[i];
	if (v == NULL) {
		h->verb = NULL;
		complain(h, "badVerb", "the verb is missing or not one of the six");
		return;
	}
	for (size_t i = 0; i < h->n; i++) {
		const char *name = h->params[i].name;
		bool known = strcmp(name, "verb") == 0 || (goes_on ? strcmp(name, "resumptionToken") == 0 : is_listed(v->needs, name) || is_listed(v->may, name));

		for (size_t k = 0; k < i; k++)
			known &= strcmp(h->params[k].name, name) != 0;
		if (!known)
			complain(h, strcmp(name, "verb") == 0 ? "badVerb" : "badArgument", "an argument is unknown to this verb, or given twice");
	}
	if (goes_on && strncmp(h->verb, "List", 4) != 0)
		complain(h, "badArgument", "this verb has no resumptionToken");
	for (size_t i = 0; !goes_on && v->needs[i] != NULL; i++)
		if (given(h, v->needs[i]) == NULL)
			complain(h, "badArgument", "a required argument is missing");
}

/* A day or a second, in UTC; as an instant, of `until` the last one. */
static bool
is_datestamp(const char *s)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	size_t n = strlen(s);
	struct gk_date day;

	if ((n != 10 && n != 20) || !gk_date_parse(s, 10, &day) || day.day == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return n == 10 || (atoi(s + 11) < 24 && atoi(s + 14) < 60 && atoi(s + 17) < 60);
}

static void
check_dates(struct harvest *h)
{
	if ((h->from != NULL && !is_datestamp(h->from)) || (h->until != NULL && !is_datestamp(h->until)))
		complain(h, "badArgument", "dates are written 2021-01-31 or 2021-01-31T00:00:00Z");
	else if (h->from != NULL && h->until != NULL && strlen(h->from) != strlen(h->until))
		complain(h, "badArgument", "from and until must be of the same granularity");
	else if (h->from != NULL && h->until != NULL && strcmp(h->from, h->until) > 0)
		complain(h, "badArgument", "from is later than until");
}

/*
 * "2~AFTER~BEFORE~PREFIX~SET~FROM~UNTIL", empty where there is none: all that a list needs to go on.  AFTER is the id of the last record listed, because the
 * catalog's own numbers would count what is not public.
 */
static void
take_token(struct harvest *h, const char *token)
{
	char copy[200], *at = copy, *part[7];
	size_t k = 0;
	uint32_t after = 0;

	snprintf(copy, sizeof copy, "%s", token);
	while (k < 7 && at != NULL)
		part[k++] = strsep(&at, "~");
	if (strlen(token) >= sizeof copy || k != 7 || at != NULL || strcmp(part[0], "2") != 0 || !gk_id_valid(part[1]) || strspn(part[2], "0123456789") != strlen(part[2]) ||
	    site_find_id(h->s, part[1], &after, NULL) != GK_OK) {
		complain(h, "badResumptionToken", "this token is not one of ours");
		return;
	}
	h->after = after;
	h->before = strtoul(part[2], NULL, 10);
	for (size_t i = 0; i < 4; i++)
		snprintf(h->kept[i], sizeof h->kept[i], "%s", part[3 + i]);
	h->prefix = h->kept[0];
	h->set = h->kept[1][0] != '\0' ? h->kept[1] : NULL;
	h->from = h->kept[2][0] != '\0' ? h->kept[2] : NULL;
	h->until = h->kept[3][0] != '\0' ? h->kept[3] : NULL;
	if ((h->from != NULL && !is_datestamp(h->from)) || (h->until != NULL && !is_datestamp(h->until)))
		complain(h, "badResumptionToken", "this token is not one of ours");
}

static void
take_arguments(struct harvest *h)
{
	const char *token = given(h, "resumptionToken");

	h->identifier = given(h, "identifier");
	h->prefix = given(h, "metadataPrefix");
	h->set = given(h, "set");
	h->from = given(h, "from");
	h->until = given(h, "until");
	check_arguments(h);
	if (h->error == NULL && token != NULL)
		take_token(h, token);
	if (h->error == NULL)
		check_dates(h);
	if (h->error == NULL && h->prefix != NULL && strcmp(h->prefix, "oai_dc") != 0)
		complain(h, "cannotDisseminateFormat", "there is only oai_dc");
}

/* ---- OAI-PMH: records ---- */

/* A set is a category; its name is Chinese, and a setSpec may not be. */
static void
spec_of(const char *category, char spec[SPEC])
{
	char hex[GK_SHA256_HEX + 1];

	gk_sha256_hex(category, strlen(category), hex);
	snprintf(spec, SPEC, "c-%.8s", hex);
}

/* "2026-11-27T05:59:37.331Z" to the second. */
static void
datestamp_of(const char *instant, char out[24])
{
	snprintf(out, 24, "%.19sZ", instant);
}

static bool
is_wanted(const struct harvest *h, const char *stamp, const char *spec)
{
	size_t n = h->from != NULL ? strlen(h->from) : h->until != NULL ? strlen(h->until) : 0;

	if (h->from != NULL && strncmp(stamp, h->from, n == 20 ? 20 : 10) < 0)
		return false;
	if (h->until != NULL && strncmp(stamp, h->until, n == 20 ? 20 : 10) > 0)
		return false;
	return h->set == NULL || strcmp(h->set, spec) == 0;
}

/* NULL: not for the public, or not asked for.  What was public once and is no more stays for ever as "deleted". */
static json_t *
record_of(const struct harvest *h, const struct site_record *r)
{
	const char *category = gk_record_column(&r->record);
	char stamp[24], spec[SPEC] = "";
	bool gone, seen = site_public(r, &gone);
	json_t *hit;

	if (!seen && !gone)
		return NULL;
	datestamp_of(site_updated(h->s, r), stamp);
	if (category != NULL && *category != '\0')
		spec_of(category, spec);
	if (!is_wanted(h, stamp, spec))
		return NULL;
	hit = gone ? json_pack("{s:s}", "id", r->record.id) : site_hit(h->s, r, GK_NO_DATE);
	json_object_set_new(hit, "updated", json_string(stamp));
	json_object_set_new(hit, "set", json_text(spec));
	json_object_set_new(hit, "deleted", json_boolean(gone));
	return hit;
}

static enum gk_status
read_one(const struct harvest *h, uint32_t docid, json_t **out, struct gk_err *err)
{
	struct site_record r;
	enum gk_status st = site_record_read(h->s, docid, &r, err);

	*out = NULL;
	if (st != GK_OK)
		return st == GK_REFUSED ? GK_OK : st;
	*out = record_of(h, &r);
	site_record_free(&r);
	return GK_OK;
}

static enum gk_status
list_records(const struct harvest *h, json_t *list, json_t **token, struct gk_err *err)
{
	uint32_t last = gk_catalog_last(h->s->catalog), from = h->from == NULL ? 0 : gk_instant_seconds(h->from);
	unsigned long d = h->after, reads = 0;

	*token = NULL;
	if (from > 0) {
		/* Else nothing is known to be unchanged, and every record is read. */
		enum gk_status st = gk_catalog_load(h->s->catalog, err);

		if (st != GK_OK)
			return st;
	}
	/* A day alone is no instant; then every record is looked at. */
	while (d < last && json_array_size(list) < OAI_PAGE && (reads < OAI_READS || json_array_size(list) == 0)) {
		json_t *one;
		enum gk_status st;

		d++;
		if (from > 0 && !gk_catalog_changed_after(h->s->catalog, (uint32_t)d, from - 1))
			continue;
		reads++;
		st = read_one(h, (uint32_t)d, &one, err);
		if (st != GK_OK)
			return st;
		if (one != NULL)
			json_array_append_new(list, one);
	}
	/* Something was listed, or all was looked at. */
	if (d < last)
		*token = json_sprintf("2~%s~%lu~%s~%s~%s~%s", json_string_value(json_object_get(json_array_get(list, json_array_size(list) - 1), "id")), h->before + json_array_size(list), h->prefix, h->set != NULL ? h->set : "", h->from != NULL ? h->from : "",
				      h->until != NULL ? h->until : "");
	return GK_OK;
}

/* Behind the last colon of "oai:host:ID". */
static enum gk_status
get_record(struct harvest *h, json_t *list, struct gk_err *err)
{
	const char *id = strrchr(h->identifier, ':');
	uint32_t docid;
	json_t *one = NULL;
	enum gk_status st = id != NULL && strncmp(h->identifier, "oai:", 4) == 0 && gk_id_valid(id + 1) ? site_find_id(h->s, id + 1, &docid, err) : GK_END;

	if (st == GK_OK)
		st = read_one(h, docid, &one, err);
	if (st != GK_OK && st != GK_END)
		return st;
	if (one != NULL)
		json_array_append_new(list, one);
	else
		complain(h, "idDoesNotExist", "there is no such record");
	return GK_OK;
}

static enum gk_status
list_sets(struct gk_site *s, json_t *sets, struct gk_err *err)
{
	json_t *home, *one;
	size_t i;
	enum gk_status st = gk_answer_home(s, &home, err);

	if (st != GK_OK)
		return st;
	json_array_foreach(json_object_get(home, "categories"), i, one) {
		const char *name = json_string_value(json_object_get(one, "value"));
		char spec[SPEC];

		spec_of(name, spec);
		json_array_append_new(sets, json_pack("{s:s, s:s}", "spec", spec, "name", name));
	}
	json_decref(home);
	return GK_OK;
}

static enum gk_status
earliest(struct gk_site *s, char out[24], struct gk_err *err)
{
	struct site_record r;
	enum gk_status st;

	snprintf(out, 24, "1970-01-01T00:00:00Z");
	if (gk_catalog_last(s->catalog) == 0)
		return GK_OK;
	st = site_record_read(s, 1, &r, err);
	if (st != GK_OK)
		return st == GK_REFUSED ? GK_OK : st;
	datestamp_of(r.events[0].recorded_at, out);
	site_record_free(&r);
	return GK_OK;
}

static enum gk_status
answer_verb(struct harvest *h, json_t *list, json_t *sets, json_t **token, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	if (strcmp(h->verb, "GetRecord") == 0 || (strcmp(h->verb, "ListMetadataFormats") == 0 && h->identifier != NULL))
		st = get_record(h, list, err);
	else if (strcmp(h->verb, "ListSets") == 0)
		st = list_sets(h->s, sets, err);
	else if (strncmp(h->verb, "List", 4) == 0 && strcmp(h->verb, "ListMetadataFormats") != 0)
		st = list_records(h, list, token, err);
	if (st == GK_OK && (strcmp(h->verb, "ListRecords") == 0 || strcmp(h->verb, "ListIdentifiers") == 0) && json_array_size(list) == 0)
		complain(h, h->after > 0 ? "badResumptionToken" : "noRecordsMatch", "nothing matches");
	return st;
}

enum gk_status
gk_answer_oai(struct gk_site *s, const struct gk_param *params, size_t n, json_t **out, struct gk_err *err)
{
	struct harvest h = { .s = s, .params = params, .n = n };
	json_t *list = json_array(), *sets = json_array(), *token = NULL, *args = json_object();
	char first[24], now[24];
	time_t t = time(NULL);
	struct tm tm;
	enum gk_status st = earliest(s, first, err);

	take_arguments(&h);
	if (st == GK_OK && h.error == NULL)
		st = answer_verb(&h, list, sets, &token, err);
	for (size_t i = 0; i < n; i++)
		json_object_set_new(args, params[i].name, json_string(params[i].value));
	gmtime_r(&t, &tm);
	strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &tm);
	*out = json_pack("{s:s?, s:o, s:s, s:s, s:o, s:o, s:o?, s:I, s:o?}", "verb", h.verb, "args", args, "now", now, "earliest", first, "sets", sets, "records", list, "token", token,
			 "cursor", (json_int_t)h.before, "error", h.error);
	if (st != GK_OK)
		json_decref(*out);
	return st != GK_OK ? st : *out == NULL ? gk_nomem(err) : GK_OK;
}

/* Reference codes: what is given, and the next one. */
#include "indexer/refcode.h"

#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct refcodes {
	const struct gk_config *config;
	char **code;			/* sorted only when asked: a hash of chains would be more than an office's codes need */
	size_t n, room;
	struct { char prefix[REFCODE_MAX]; unsigned last; } *series;
	size_t n_series, room_series;
};

static bool
add(struct refcodes *c, const char *code)
{
	if (c->n == c->room) {
		size_t room = c->room == 0 ? 256 : 2 * c->room;
		char **grown = realloc(c->code, room * sizeof *grown);

		if (grown == NULL)
			return false;
		c->code = grown;
		c->room = room;
	}
	c->code[c->n] = strdup(code);
	return c->code[c->n++] != NULL;
}

static enum gk_status
collect(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct refcodes *c = arg;

	(void)docid, (void)r;
	for (size_t i = 0; i < h->n; i++) {
		const char *code = strcmp(h->events[i].type, "file") == 0 ? gk_event_act(&h->events[i], "refcode") : "";

		if (*code != '\0' && !add(c, code))
			return gk_nomem(err);
	}
	return GK_OK;
}

enum gk_status
refcodes_open(struct app *app, struct store *s, struct refcodes **out, struct gk_err *err)
{
	struct refcodes *c = calloc(1, sizeof *c);
	enum gk_status st;

	if (c == NULL)
		return gk_nomem(err);
	c->config = &s->config;
	st = keeping_each(app, s, collect, c, err);
	if (st != GK_OK) {
		refcodes_close(c);
		return st;
	}
	*out = c;
	return GK_OK;
}

void
refcodes_close(struct refcodes *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++)
		free(c->code[i]);
	free(c->code);
	free(c->series);
	free(c);
}

bool
refcodes_taken(struct refcodes *c, const char *code)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->code[i], code) == 0)
			return true;
	add(c, code);
	return false;
}

/* Of all codes that are prefix digits suffix, the highest number. */
static unsigned
highest(const struct refcodes *c, const char *prefix, const char *suffix)
{
	unsigned most = 0;
	size_t n = strlen(prefix);

	for (size_t i = 0; i < c->n; i++) {
		const char *p = c->code[i];
		char *end;
		unsigned long v;

		if (strncmp(p, prefix, n) != 0 || p[n] < '0' || p[n] > '9')
			continue;
		v = strtoul(p + n, &end, 10);
		if (strcmp(end, suffix) == 0 && v > most && v < 100000000)
			most = (unsigned)v;
	}
	return most;
}

static unsigned
next_item(struct refcodes *c, const char *prefix, const char *suffix)
{
	for (size_t i = 0; i < c->n_series; i++)
		if (strcmp(c->series[i].prefix, prefix) == 0)
			return ++c->series[i].last;
	if (c->n_series == c->room_series) {
		size_t room = c->room_series == 0 ? 16 : 2 * c->room_series;
		void *grown = realloc(c->series, room * sizeof *c->series);

		if (grown == NULL)
			return highest(c, prefix, suffix) + 1;
		c->series = grown;
		c->room_series = room;
	}
	snprintf(c->series[c->n_series].prefix, REFCODE_MAX, "%s", prefix);
	return c->series[c->n_series++].last = highest(c, prefix, suffix) + 1;
}

/* The template up to `end` with its values; the name of a value that is not known, or NULL. */
static const char *
fill(const char *p, const char *end, const char *const values[][2], char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	while (p < end && n + 1 < size) {
		size_t i;

		for (i = 0; values[i][0] != NULL; i++)
			if (strncmp(p, values[i][0], strlen(values[i][0])) == 0)
				break;
		if (values[i][0] == NULL) {
			out[n++] = *p++;
			out[n] = '\0';
			continue;
		}
		if (values[i][1][0] == '\0')
			return values[i][0];
		n += (size_t)snprintf(out + n, size - n, "%s", values[i][1]);
		p += strlen(values[i][0]);
	}
	return n + 1 >= size ? "…" : NULL;
}

enum gk_status
refcodes_next(struct refcodes *c, const struct gk_record *r, enum gk_keep keep, const char *office, char out[REFCODE_MAX], struct gk_err *err)
{
	const char *template = c->config->refcode_template, *item = strstr(template, "{item}"), *missing;
	const char *own_fonds = gk_meta_get(r->meta, "fonds"), *own_office = gk_meta_get(r->meta, "office");
	char year[16] = "", prefix[REFCODE_MAX], suffix[REFCODE_MAX];
	const char *const values[][2] = {
		{ "{fonds}", *own_fonds != '\0' ? own_fonds : c->config->fonds }, { "{year}", year }, { "{retention}", gk_keep_names[keep].code },
		{ "{office}", office != NULL ? office : *own_office != '\0' ? own_office : "BGS" }, { NULL, NULL },
	};

	if (gk_record_year(r) != 0)
		snprintf(year, sizeof year, "%04d", gk_record_year(r));
	missing = fill(template, item, values, prefix, sizeof prefix - 16);
	if (missing == NULL)
		missing = fill(item + strlen("{item}"), template + strlen(template), values, suffix, sizeof suffix - 16);
	if (missing != NULL) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 的档号缺少 %s", "the reference code of '%s' lacks %s", r->id, missing);
		gk_hint(err, "在 gongkai.conf 写明全宗号（fonds），或用 --refcode 直接给出", "set fonds in gongkai.conf, or give the code with --refcode");
		return GK_REFUSED;
	}
	snprintf(out, REFCODE_MAX, "%.*s%04u%.*s", REFCODE_MAX / 2, prefix, next_item(c, prefix, suffix), REFCODE_MAX / 3, suffix);
	return GK_OK;
}

/* Events: checked once when they come in, so that nobody after has to. */
#include "record/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
digits(const char *s, size_t least, size_t most)
{
	size_t n = strspn(s, "0123456789");

	return s[n] == '\0' && n >= least && n <= most;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool
gk_id_valid(const char *id)
{
	size_t office = 0;

	while (is_alnum(id[office]))
		office++;
	if (office < 1 || office > 16 || id[office] != '-')
		return false;
	id += office + 1;
	return strspn(id, "0123456789") == 4 && id[4] == '-' && digits(id + 5, 6, 9);
}

bool
gk_id_apart(unsigned number)
{
	return number >= GK_ID_LOTS && number < GK_ID_LOTS_END;
}

void
gk_id_make(const char *office, int year, unsigned number, char out[64])
{
	snprintf(out, 64, "%.16s-%04d-%06u", office, year, number);
}

/* 2026-11-23T15:49:07Z, with or without a fraction: always UTC, so that instants compare as they read. */
static bool
is_instant(const char *s)
{
	struct gk_date d;
	struct gk_time t;
	size_t n = strlen(s);

	return n >= 20 && n <= 30 && s[10] == 'T' && gk_date_scan(s, 10, &d) == 10 && d.day > 0
		&& gk_time_scan(s + 11, n - 11, &t) == n - 11 && s[n - 1] == 'Z' && s[13] == ':' && s[16] == ':';
}

static bool
is_event_number(const char *s)
{
	return s[0] == 'e' && s[1] == '-' && digits(s + 2, 1, 18);
}

static bool
is_word(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");

	return n > 0 && n <= 64 && s[n] == '\0';
}

static enum gk_status
damaged(struct gk_err *err, const char *key)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "事件记录的 '%s' 缺失或不对", "event: '%s' is missing or wrong", key);
	gk_hint(err, "'gongkai verify' 检查存档", "'gongkai verify' checks the archive");
	return GK_REFUSED;
}

bool
gk_event_word_good(const char *key, const char *text)
{
	static const struct { const char *key; bool (*good)(const char *); } words[] = {
		{ "event", is_event_number }, { "id", gk_id_valid }, { "type", is_word }, { "recorded_at", is_instant },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].key, key) == 0)
			return words[i].good(text);
	return false;
}

static enum gk_status
check(struct gk_event *e, struct gk_err *err)
{
	const struct { const char *key; const char **to; } strings[] = {
		{ "event", &e->event }, { "id", &e->id }, { "type", &e->type }, { "recorded_at", &e->recorded_at },
	};
	static const char *const objects[] = { "meta", "source", "content", "act" };
	json_int_t format = json_integer_value(json_object_get(e->json, "gongkai"));
	const json_t *effective = json_object_get(e->json, "effective_date");

	if (!json_is_object(e->json) || format < 1)
		return damaged(err, "gongkai");
	if (format > GK_EVENT_FORMAT) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NEWER, "事件格式 %lld 比本程序认识的 %d 新", "event format %lld is newer than the %d this program knows",
			(long long)format, GK_EVENT_FORMAT);
		gk_hint(err, "请用写入它的那个版本或更新的版本", "use the version that wrote it, or a later one");
		return GK_REFUSED;
	}
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		const json_t *v = json_object_get(e->json, strings[i].key);
		const char *s = json_string_value(v);

		if (s == NULL || strlen(s) != json_string_length(v) || !gk_event_word_good(strings[i].key, s))
			return damaged(err, strings[i].key);
		*strings[i].to = s;
	}
	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
		const json_t *v = json_object_get(e->json, objects[i]);

		if (v != NULL && !json_is_object(v))
			return damaged(err, objects[i]);
	}
	if (effective != NULL
	    && (!json_is_string(effective)
		|| !gk_date_parse(json_string_value(effective), json_string_length(effective), &e->effective)))
		return damaged(err, "effective_date");
	return GK_OK;
}

enum gk_status
gk_event_of(json_t *json, struct gk_event *out, struct gk_err *err)
{
	struct gk_event e = { .json = json, .effective = GK_NO_DATE };
	enum gk_status st = check(&e, err);

	if (st == GK_OK)
		*out = e;
	else
		json_decref(json);
	return st;
}

enum gk_status
gk_event_parse(const char *p, size_t n, struct gk_event *out, struct gk_err *err)
{
	json_error_t why;
	json_t *json;

	if (n > GK_EVENT_MAX)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "事件有 %zu 字节，超过上限 %d", "the event has %zu bytes, more than the limit of %d", n, GK_EVENT_MAX);
	json = json_loadb(p, n, JSON_REJECT_DUPLICATES, &why);
	if (json == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "事件不是 JSON（第 %d 字节）：%s", "the event is no JSON (byte %d): %s", why.position, why.text);
	return gk_event_of(json, out, err);
}

char *
gk_event_dump(const struct gk_event *e, size_t *n, struct gk_err *err)
{
	char *s = json_dumps(e->json, JSON_COMPACT | JSON_SORT_KEYS);

	if (s == NULL) {
		gk_nomem(err);
		return NULL;
	}
	*n = strlen(s);
	if (*n > GK_EVENT_MAX) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "事件有 %zu 字节，超过上限 %d", "the event has %zu bytes, more than the limit of %d", *n, GK_EVENT_MAX);
		free(s);
		return NULL;
	}
	return s;
}

void
gk_event_free(struct gk_event *e)
{
	if (e == NULL)
		return;
	json_decref(e->json);
	*e = (struct gk_event){ .json = NULL };
}

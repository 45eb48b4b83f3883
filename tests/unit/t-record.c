/* Events, records, gongkai.conf. */
#include "record/config.h"
#include "record/field.h"
#include "record/glance.h"
#include "record/history.h"
#include "record/record.h"

#include "base/fault.h"
#include "base/io.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))

/* JSON with ' for ". */
static char *
quoted(const char *text)
{
	static char out[4096];

	snprintf(out, sizeof out, "%s", text);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return out;
}

static enum gk_status
parse(const char *text, struct gk_event *e, struct gk_err *err)
{
	const char *json = quoted(text);

	return gk_event_parse(json, strlen(json), e, err);
}

#define HEAD "'gongkai':1,'event':'e-000918','id':'dzmm-2021-000123','recorded_at':'2026-11-23T15:49:07.123Z'"

/* ---- event ---- */

static void
ids_have_one_form(void **state)
{
	static const struct { const char *id; bool good; } ids[] = {
		{ "dzmm-2021-000123", true }, { "a-2021-000123", true }, { "0123456789ABCDEF-2021-123456789", true }, { "", false }, { "-2021-000123", false },
		{ "dzmm-2021-00012", false }, { "dzmm-2021-1234567890", false }, { "dzmm-21-000123", false }, { "dz_m-2021-000123", false },
		{ "0123456789ABCDEFG-2021-000123", false }, { "dzmm-2021-000123x", false }, { "dzmm-20211-000123", false }, { "大妈-2021-000123", false },
	};
	char id[64];

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++)
		assert_int_equal(gk_id_valid(ids[i].id), ids[i].good);
	gk_id_make("dzmm", 2021, 123, id);
	assert_string_equal(id, "dzmm-2021-000123");
	gk_id_make("dzmm", 2021, 4294967295u, id);
	assert_string_equal(id, "dzmm-2021-4294967295");
}

static void
an_event_is_checked_when_it_comes_in(void **state)
{
	static const struct { const char *text; enum gk_cause cause; } rows[] = {
		{ "{" HEAD ",'type':'abolish'}", GK_CAUSE_NONE },
		{ "{" HEAD ",'type':'abolish','effective_date':'2021-05','meta':{},'act':{},'source':{},'content':{}}", GK_CAUSE_NONE },
		{ "{" HEAD ",'type':'a_later_type','later_key':7}", GK_CAUSE_NONE },
		{ "{'gongkai':2,'event':'e-1','id':'dzmm-2021-000123','type':'x','recorded_at':'2026-11-23T15:49:07Z'}", GK_CAUSE_NEWER },
		{ "{'event':'e-1','id':'dzmm-2021-000123','type':'x','recorded_at':'2026-11-23T15:49:07Z'}", GK_CAUSE_DAMAGED },
		{ "{'gongkai':'1','event':'e-1','id':'dzmm-2021-000123','type':'x','recorded_at':'2026-11-23T15:49:07Z'}", GK_CAUSE_DAMAGED },
		{ "{'gongkai':0,'event':'e-1','id':'dzmm-2021-000123','type':'x','recorded_at':'2026-11-23T15:49:07Z'}", GK_CAUSE_DAMAGED },
		{ "{'gongkai':1,'event':'1','id':'dzmm-2021-000123','type':'x','recorded_at':'2026-11-23T15:49:07Z'}", GK_CAUSE_DAMAGED },
		{ "{'gongkai':1,'event':'e-1','id':'dzmm','type':'x','recorded_at':'2026-11-23T15:49:07Z'}", GK_CAUSE_DAMAGED },
		{ "{'gongkai':1,'event':'e-1','id':'dzmm-2021-000123','type':'X y','recorded_at':'2026-11-23T15:49:07Z'}", GK_CAUSE_DAMAGED },
		{ "{'gongkai':1,'event':'e-1','id':'dzmm-2021-000123','type':'x','recorded_at':'2026-11-23'}", GK_CAUSE_DAMAGED },
		{ "{'gongkai':1,'event':'e-1','id':'dzmm-2021-000123','type':'x','recorded_at':'2026-11-23T15:49:07+08:00'}", GK_CAUSE_DAMAGED },
		{ "{'gongkai':1,'event':'e-1','id':'dzmm-2021-000123','type':'x','recorded_at':'2026-13-23T15:49:07Z'}", GK_CAUSE_DAMAGED },
		{ "{" HEAD ",'type':'x','effective_date':'soon'}", GK_CAUSE_DAMAGED }, { "{" HEAD ",'type':'x','effective_date':7}", GK_CAUSE_DAMAGED },
		{ "{" HEAD ",'type':'x','meta':[]}", GK_CAUSE_DAMAGED }, { "{" HEAD ",'type':'x','act':'y'}", GK_CAUSE_DAMAGED },
		{ "{" HEAD ",'type':'x','type':'y'}", GK_CAUSE_DAMAGED }, { "{" HEAD "}", GK_CAUSE_DAMAGED },
		{ "[]", GK_CAUSE_DAMAGED }, { "", GK_CAUSE_DAMAGED }, { "{" HEAD ",'type':'x'", GK_CAUSE_DAMAGED },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_event e = { .json = NULL };
		enum gk_status st = parse(rows[i].text, &e, &err);

		if (err.cause != rows[i].cause || st != (err.cause == GK_CAUSE_NONE ? GK_OK : GK_REFUSED))
			fail_msg("%s: %s", rows[i].text, err.what_en);
		gk_event_free(&e);
	}
}

static void
the_canonical_form_is_stable(void **state)
{
	struct gk_event e, again;
	struct gk_err err = GK_ERR_INIT;
	size_t n, n2;
	char *s, *s2;

	(void)state;
	assert_int_equal(parse("{ 'type':'abolish', " HEAD ", 'meta':{'b':1,'a':'公'} }", &e, &err), GK_OK);
	assert_int_equal(e.effective.year, 0);
	s = gk_event_dump(&e, &n, &err);
	assert_string_equal(s, quoted("{'event':'e-000918','gongkai':1,'id':'dzmm-2021-000123','meta':{'a':'公','b':1},'recorded_at':'2026-11-23T15:49:07.123Z','type':'abolish'}"));
	assert_int_equal(gk_event_parse(s, n, &again, &err), GK_OK);
	s2 = gk_event_dump(&again, &n2, &err);
	assert_string_equal(s, s2);
	free(s);
	free(s2);
	gk_event_free(&again);
	gk_event_free(&e);
	gk_event_free(NULL);
}

static void
a_theme_has_its_levels_apart_by_strokes(void **state)
{
	static const struct { const char *theme, *want; } rows[] = {
		{ "综合政务/政务公开", "综合政务/政务公开" }, { "综合政务\\\\政务公开", "综合政务/政务公开" }, { "综合政务 > 政务公开", "综合政务/政务公开" },
		{ "综合政务＼政务公开", "综合政务/政务公开" }, { "综合政务／政务公开", "综合政务/政务公开" }, { "综合政务＞ 政务公开", "综合政务/政务公开" },
		{ "// 综合政务 // 政务公开 / ", "综合政务/政务公开" }, { "综合政务", "综合政务" }, { " / > ", "" }, { "", "" },
	};
	char out[GK_THEME_BYTES], text[1400], longest[600] = "";
	struct gk_record r;
	struct gk_event e;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	for (size_t i = 0; i <= COUNT(rows); i++) {
		/* The last: more than fits is cut at a whole character. */
		for (size_t k = 0; i == COUNT(rows) && k < 120; k++)
			strcat(longest, "政");
		snprintf(text, sizeof text, "{" HEAD ",'type':'publish','meta':{'theme':'%s'}}", i < COUNT(rows) ? rows[i].theme : longest);
		assert_int_equal(parse(text, &e, &err), GK_OK);
		assert_int_equal(gk_record_fold(&e, 1, &r, &err), GK_OK);
		gk_record_theme(&r, out);
		if (i < COUNT(rows))
			assert_string_equal(out, rows[i].want);
		else
			assert_true(strlen(out) == 255 && strncmp(out, longest, 255) == 0);
		gk_record_free(&r);
		gk_event_free(&e);
	}
}

static void
an_instant_is_read_or_it_is_none(void **state)
{
	static const struct { const char *instant; uint32_t seconds; } seconds[] = {
		{ "1970-01-01T00:00:00Z", 0 }, { "1970-01-02T00:00:01Z", 86401 }, { "2026-11-28T06:00:00.5Z", 1795845600 }, { "1969-12-31T23:59:59Z", 0 }, { "2106-02-07T06:28:15Z", UINT32_MAX },
		{ "2200-01-01T00:00:00Z", UINT32_MAX }, { "", 0 }, { "2026-11-28", 0 }, { "2026-13-28T06:00:00Z", 0 }, { "2026-11-28Tsix o'clock", 0 },
	};
	static const struct { const char *typed, *want; } known[] = {
		{ "2026-11-28", "2026-11-28T15:59:59.999999Z" }, { "2026-11-28T06:00:00Z", "2026-11-28T06:00:00Z" }, { "2026-11-28T06:00:00+08:00", "2026-11-27T22:00:00Z" },
		{ "2026-11-28T06:00:00.125Z", "2026-11-28T06:00:00.125Z" }, { "2026-11", NULL }, { "soon", NULL }, { "2026-11-28T06:00:00", NULL }, { "2026-11-28T06:00:00Z!", NULL }, { "2026-11-28T", NULL },
		{ "1900-01-01T00:00:00+08:00", NULL }, { "2026-11-28T06:00:00.123456789123456789Z", NULL },
	};
	char out[GK_INSTANT], office[GK_OFFICE_TIME];

	(void)state;
	for (size_t i = 0; i < COUNT(seconds); i++)
		if (gk_instant_seconds(seconds[i].instant) != seconds[i].seconds)
			fail_msg("'%s': %u", seconds[i].instant, gk_instant_seconds(seconds[i].instant));
	for (size_t i = 0; i < COUNT(known); i++) {
		bool read = gk_known_at_parse(known[i].typed, strlen(known[i].typed), out);

		if (read != (known[i].want != NULL) || (read && strcmp(out, known[i].want) != 0))
			fail_msg("'%s': '%s'", known[i].typed, read ? out : "none");
	}
	/* What is no instant is shown as it is. */
	gk_office_time("2026-13-28T06:00:00Z", office);
	assert_string_equal(office, "2026-13-28T06:00:00");
	gk_office_time("2026-11-28Tsix o'clock", office);
	assert_string_equal(office, "2026-11-28Tsix o'cl");
	gk_office_time("2026-11-28T16:30:00Z", office);
	assert_string_equal(office, "2026-11-29 00:30:00");
	/* Fractions of any length, or none. */
	assert_true(gk_instant_order("2026-11-28T06:00:00Z", "2026-11-28T06:00:00.000Z") == 0 && gk_instant_order("2026-11-28T06:00:00.1Z", "2026-11-28T06:00:00.05Z") > 0);
	assert_true(gk_instant_order("2026", "2026") == 0 && gk_instant_order("2026-11-28T06:00:00.2", "2026-11-28T06:00:00/") > 0);
}

/* ---- a glance ---- */

static bool
same_text(struct gk_seen_text t, const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? t.n == 0 : t.n == strlen(s) && memcmp(t.p, s, t.n) == 0;
}

static bool
same_ref(const struct gk_glance_ref *ref, const json_t *o)
{
	const json_t *loc = json_object_get(o, "loc");

	if (ref->there != (o != NULL) || !same_text(ref->record, o, "record") || !same_text(ref->digest, o, "digest") || (loc != NULL && json_array_size(loc) != 3))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (ref->loc[i] != (uint64_t)json_integer_value(json_array_get(loc, i)))
			return false;
	return true;
}

/* 1: the glance understands it.  Whatever it understands, the parser must understand the same way. */
static int
glance_agrees(const char *p, size_t n)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_glance g;
	struct gk_event e;
	const json_t *content;

	if (!gk_event_glance(p, n, &g))
		return 0;
	if (gk_event_parse(p, n, &e, &err) != GK_OK)
		fail_msg("understood at a glance, but: %s: %.*s", err.what_en, (int)n, p);
	content = json_object_get(e.json, "content");
	if (!same_text(g.event, e.json, "event") || !same_text(g.id, e.json, "id") || !same_text(g.type, e.json, "type") ||
	    g.version != (json_object_get(e.json, "version") != NULL) || !same_text(g.digest, content, "digest") ||
	    !same_ref(&g.original, json_object_get(content, "original")) || !same_ref(&g.text, json_object_get(content, "text")))
		fail_msg("understood otherwise: %.*s", (int)n, p);
	gk_event_free(&e);
	return 1;
}

static const char *const glances[] = {
	"{ 'type':'abolish', " HEAD ", 'meta':{'b':1,'a':'公'} }",
	"{ 'type':'publish', " HEAD ", 'effective_date':'2021-05-01', 'version':2, 'meta':{'title':'关于\\n\\t\\u0001防汛的\\\\\\\"通知\\\"','list':[1,-2,0.98,-0.5,[],{},'',null,true,false]},"
	" 'content':{'digest':'sha256:00','original':{'digest':'sha256:01','record':'urn:uuid:1','loc':[1,0,77]},'text':{'record':'urn:uuid:2','digest':'sha256:02','loc':[2,123456,4000000000],'n':0}} }",
	"{ 'type':'import_public', " HEAD ", 'source':{'kind':'file','name':'𠮷/喆.html'}, 'act':{}, 'content':{'text':{}} }",
};

static void
a_glance_says_what_the_parser_says(void **state)
{
	static const char *const parts[] = {
		"\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", "1", "\\u0000", "\\u0041", "\\n", "\\", "é", "\xC0\x80", "\xED\xA0\x80", "null", "e5", ".5", "0.5", " ", "\n", "\"a\":1,", "{}", "[]", "true",
		"\"version\":1,", "18446744073709551616", "999999999999999999", "9999999999999999999", "\x7F", "\x01", "\"gongkai\":1,", "\"loc\":[1,2,3],", "effective_date", "\"meta\":{}",
	};
	uint64_t seed = 20261126;
	unsigned understood = 0, mutated = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(glances); i++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_event e;
		char *s = NULL;
		size_t n = 0;

		if (parse(glances[i], &e, &err) != GK_OK || (s = gk_event_dump(&e, &n, &err)) == NULL)
			fail_msg("%s", err.what_en);
		gk_event_free(&e);
		/* What we write is understood. */
		if (glance_agrees(s, n) != 1)
			fail_msg("not understood: %s", s);
		for (int k = 0; k < 30000; k++) {
			char other[2048];
			size_t at, cut, m;
			const char *put;

			seed = seed * 6364136223846793005u + 1442695040888963407u;
			at = (size_t)(seed >> 33) % n;
			cut = (size_t)(seed >> 20) % 4;
			cut = cut > n - at ? n - at : cut;
			put = (seed >> 60) % 4 == 0 ? "" : parts[(size_t)(seed >> 45) % COUNT(parts)];
			m = strlen(put);
			memcpy(other, s, at);
			memcpy(other + at, put, m);
			memcpy(other + at + m, s + at + cut, n - at - cut);
			if ((seed >> 50) % 4 == 0)
				other[at] = (char)((seed >> 52) % 8 == 0 ? 0 : seed >> 54);
			understood += (unsigned)glance_agrees(other, at + m + n - at - cut);
			mutated++;
			/* Cut anywhere it is nothing. */
			assert_int_equal(glance_agrees(s, at), 0);
		}
		free(s);
	}
	/* Otherwise this would have tested nothing. */
	assert_true(understood > 1000 && understood < mutated);
}

static void
an_event_has_a_largest_size(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_event e;
	char *big = malloc(GK_EVENT_MAX + 1);
	size_t n;

	(void)state;
	memset(big, ' ', GK_EVENT_MAX + 1);
	assert_int_equal(gk_event_parse(big, GK_EVENT_MAX + 1, &e, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_LIMIT);
	memset(big, 'x', GK_EVENT_MAX);
	big[GK_EVENT_MAX] = '\0';
	assert_int_equal(parse("{" HEAD ",'type':'x'}", &e, &err), GK_OK);
	json_object_set_new(e.json, "actor", json_string(big));
	assert_null(gk_event_dump(&e, &n, &err));
	assert_int_equal(err.cause, GK_CAUSE_LIMIT);
	gk_event_free(&e);
	free(big);
}

static void
deep_nesting_is_refused(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_event e;
	char *deep = malloc(100000);

	(void)state;
	memset(deep, '[', 100000);
	assert_int_equal(gk_event_parse(deep, 100000, &e, &err), GK_REFUSED);
	free(deep);
}

static void
instants_are_ordered_with_and_without_fractions(void **state)
{
	static const char *const ordered[] = {
		"2026-11-23T15:49:06.999Z", "2026-11-23T15:49:07Z", "2026-11-23T15:49:07.001Z", "2026-11-23T15:49:07.01Z", "2026-11-23T15:49:07.1Z",
		"2026-11-23T15:49:07.12Z", "2026-11-23T15:49:08Z", "2026-11-24T00:00:00Z",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ordered); i++)
		for (size_t j = 0; j < COUNT(ordered); j++) {
			int order = gk_instant_order(ordered[i], ordered[j]);

			assert_true(i < j ? order < 0 : i > j ? order > 0 : order == 0);
		}
	assert_int_equal(gk_instant_order("2026-11-23T15:49:07Z", "2026-11-23T15:49:07.000Z"), 0);
}

/* ---- record ---- */

#define FIRST "{" HEAD ",'type':'import_public','meta':{'title':'甲','norm_level':'norm_doc','formed_date':'2019-05','published_at':'2020-01-02T10:00:00+08:00','column':['政策法规','其他'],'effective_date':'2019-06-01'},'source':{'kind':'file'},'content':{'digest':'sha256:1'}}"

static void
a_record_is_its_events_laid_over_one_another(void **state)
{
	static const char *const texts[] = {
		FIRST,
		"{'gongkai':1,'event':'e-2','id':'dzmm-2021-000123','recorded_at':'2026-11-24T00:00:00Z','type':'correct_metadata','meta':{'title':'乙','expiry_date':'2024-05-31'}}",
		"{'gongkai':1,'event':'e-3','id':'dzmm-2021-000123','recorded_at':'2026-11-25T00:00:00Z','type':'import_public','source':{'kind':'jsonl'},'content':{'digest':'sha256:1'}}",
		"{'gongkai':1,'event':'e-4','id':'dzmm-2021-000123','recorded_at':'2026-11-26T00:00:00Z','type':'amend_text','content':{'digest':'sha256:2'}}",
		"{'gongkai':1,'event':'e-5','id':'dzmm-2021-000123','recorded_at':'2026-11-26T00:00:00Z','type':'correct_metadata','meta':{'title':'错','effective_date':null}}",
		"{'gongkai':1,'event':'e-6','id':'dzmm-2021-000123','recorded_at':'2026-11-27T00:00:00Z','type':'annul_event','act':{'target':'e-5'}}",
		"{'gongkai':1,'event':'e-7','id':'dzmm-2021-000123','recorded_at':'2026-11-27T00:00:00Z','type':'correct_metadata','meta':{'expiry_date':null}}",
	};
	struct gk_event events[COUNT(texts)];
	struct gk_err err = GK_ERR_INIT;
	struct gk_record r;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(parse(texts[i], &events[i], &err), GK_OK);
	assert_int_equal(gk_record_fold(events, 1, &r, &err), GK_OK);
	assert_string_equal(json_string_value(json_object_get(r.meta, "title")), "甲");
	gk_record_free(&r);
	assert_int_equal(gk_record_fold(events, 2, &r, &err), GK_OK);
	assert_int_equal(r.expiry.year, 2024);
	gk_record_free(&r);
	assert_int_equal(gk_record_fold(events, COUNT(texts), &r, &err), GK_OK);
	assert_string_equal(r.id, "dzmm-2021-000123");
	assert_string_equal(json_string_value(json_object_get(r.meta, "title")), "乙");
	assert_int_equal(r.versions, 2);	/* the same bytes again are no version */
	assert_string_equal(json_string_value(json_object_get(r.content, "digest")), "sha256:2");
	assert_string_equal(json_string_value(json_object_get(r.source, "kind")), "jsonl");
	assert_int_equal(r.formed.month, 5);
	assert_int_equal(r.formed.day, 0);
	assert_int_equal(r.effective.day, 1);
	assert_int_equal(r.expiry.year, 0);
	assert_string_equal(r.published_at, "2020-01-02T10:00:00+08:00");
	assert_int_equal(gk_record_year(&r), 2019);
	assert_string_equal(gk_record_column(&r), "政策法规");
	gk_record_free(&r);
	gk_record_free(&r);
	assert_int_equal(gk_record_fold(events + 1, 1, &r, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_int_equal(gk_record_fold(events, 0, &r, &err), GK_REFUSED);
	for (size_t i = 0; i < COUNT(texts); i++)
		gk_event_free(&events[i]);
}

#define LATER(number, at, rest) "{'gongkai':1,'event':'e-" number "','id':'dzmm-2021-000123','recorded_at':'" at "'," rest "}"

/* As the archive may come from elsewhere: written in another order than recorded, the first event by a clock that was wrong. */
static void
what_was_recorded_last_counts_and_the_first_event_is_the_first(void **state)
{
	static const char *const texts[] = {
		"{" HEAD ",'type':'import_public','meta':{'title':'甲','norm_level':'other','formed_date':'2019-05'}}",
		LATER("2", "2022-01-03T00:00:00Z", "'type':'correct_metadata','meta':{'title':'丙','norm_level':'norm_doc'}"),
		LATER("3", "2022-01-02T00:00:00Z", "'type':'correct_metadata','meta':{'title':'乙','issuer':['乙局']}"),
		LATER("4", "2022-01-03T00:00:00.0Z", "'type':'correct_metadata','meta':{'docno':'乙发〔2022〕1号'}"),
	};
	static const size_t order[] = { 0, 2, 1, 3 };
	struct gk_event events[COUNT(texts)];
	struct gk_err err = GK_ERR_INIT;
	size_t got[COUNT(texts)];
	struct gk_record r;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(parse(texts[i], &events[i], &err), GK_OK);
	gk_history_order(events, COUNT(texts), got);
	assert_memory_equal(got, order, sizeof order);
	assert_string_equal(gk_history_newest(events, COUNT(texts)), "2026-11-23T15:49:07.123Z");
	assert_string_equal(gk_history_newest(events + 1, 3), "2022-01-03T00:00:00Z");
	assert_string_equal(gk_history_newest(events, 0), "");
	assert_int_equal(gk_record_fold(events, COUNT(texts), &r, &err), GK_OK);
	assert_string_equal(gk_meta_get(r.meta, "title"), "丙");
	assert_string_equal(gk_meta_get(r.meta, "norm_level"), "norm_doc");
	assert_string_equal(gk_meta_get(r.meta, "issuer"), "乙局");
	assert_string_equal(gk_meta_get(r.meta, "docno"), "乙发〔2022〕1号");
	assert_int_equal(gk_validity_at(events, COUNT(texts), (struct gk_date){ 2023, 1, 1 }, NULL).code, GK_V_UNKNOWN);
	gk_record_free(&r);
	for (size_t i = 0; i < COUNT(texts); i++)
		gk_event_free(&events[i]);
}

/* The index puts only the state of such an act anew: what else it said would be on the page and not in the index. */
static void
an_act_says_nothing_of_the_record_but_its_new_term(void **state)
{
	static const char *const texts[] = {
		FIRST,
		LATER("2", "2026-11-24T00:00:00Z", "'type':'abolish','effective_date':'2021-01-01','meta':{'title':'错','norm_level':'other','expiry_date':'2029-01-01'}"),
		LATER("3", "2026-11-25T00:00:00Z", "'type':'reinstate','effective_date':'2022-01-01','meta':{'title':'错','expiry_date':'2028-12-31'}"),
	};
	struct gk_event events[COUNT(texts)];
	struct gk_err err = GK_ERR_INIT;
	struct gk_record r;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(parse(texts[i], &events[i], &err), GK_OK);
	assert_int_equal(gk_record_fold(events, 2, &r, &err), GK_OK);
	assert_string_equal(gk_meta_get(r.meta, "title"), "甲");
	assert_string_equal(gk_meta_get(r.meta, "norm_level"), "norm_doc");
	assert_int_equal(r.expiry.year, 0);
	gk_record_free(&r);
	assert_int_equal(gk_record_fold(events, 3, &r, &err), GK_OK);
	assert_string_equal(gk_meta_get(r.meta, "title"), "甲");
	assert_int_equal(r.expiry.year, 2028);
	gk_record_free(&r);
	for (size_t i = 0; i < COUNT(texts); i++)
		gk_event_free(&events[i]);
}

static void
the_year_is_when_it_was_made_or_else_published(void **state)
{
	static const struct { const char *meta; int year; } rows[] = {
		{ "{'formed_date':'2019','published_at':'2020-01-01'}", 2019 }, { "{'published_at':'2020-01-01'}", 2020 }, { "{}", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_event e;
		struct gk_record r;
		char text[512];

		snprintf(text, sizeof text, "{" HEAD ",'type':'publish','meta':%s}", rows[i].meta);
		assert_int_equal(parse(text, &e, NULL), GK_OK);
		assert_int_equal(gk_record_fold(&e, 1, &r, NULL), GK_OK);
		assert_int_equal(gk_record_year(&r), rows[i].year);
		assert_int_equal(r.versions, 1);
		gk_record_free(&r);
		gk_event_free(&e);
	}
}

static void
only_some_documents_have_a_validity(void **state)
{
	static const struct { const char *meta; bool yes; } rows[] = {
		{ "{'norm_level':'law'}", true }, { "{'norm_level':'admin_reg'}", true }, { "{'norm_level':'local_reg'}", true }, { "{'norm_level':'dept_rule'}", true },
		{ "{'norm_level':'local_rule'}", true }, { "{'norm_level':'norm_doc'}", true }, { "{'norm_level':'judicial'}", true }, { "{'norm_level':'party'}", true },
		{ "{'norm_level':'policy_doc'}", false }, { "{'norm_level':'other'}", false }, { "{}", false }, { "{'title':'公示'}", false },
		{ "{'effective_date':'2020'}", true }, { "{'expiry_date':'2020'}", true }, { "{'abolished_by':['x']}", true }, { "{'asserted_status':'有效'}", true },
		{ "{'abolished_by':[]}", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *meta = json_loads(quoted(rows[i].meta), 0, NULL);

		if (gk_record_normative(meta) != rows[i].yes)
			fail_msg("%s", rows[i].meta);
		json_decref(meta);
	}
}

/* ---- gongkai.conf ---- */

static char config_path[] = "/tmp/gongkai-conf.XXXXXX";

static enum gk_status
read_config(const char *text, struct gk_config *c, struct gk_err *err)
{
	assert_int_equal(gk_replace_file(config_path, 0600, text, strlen(text), NULL), GK_OK);
	return gk_config_read(config_path, c, err);
}

static void
every_key_has_a_default(void **state)
{
	struct gk_config c;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	assert_int_equal(read_config("", &c, &err), GK_OK);
	assert_string_equal(c.organisation, "");
	assert_string_equal(c.language, "zh");
	assert_int_equal(c.wait, 10);
	assert_int_equal(c.file_limit_mib, 512);
	assert_int_equal(c.n_categories, 7);
	assert_string_equal(c.categories[1].name, "政策法规");
	assert_string_equal(c.categories[1].article20, "20.1");
	gk_config_free(&c);
	gk_config_free(NULL);
}

static void
the_template_reads_back_as_it_was_meant(void **state)
{
	static const char name[] = "大妈镇\"人民\\政府\" ${HOME} #1";
	char *text = gk_config_template(name, "dmz");
	struct gk_config c;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	if (read_config(text, &c, &err) != GK_OK)
		fail_msg("%s", err.what_en);
	assert_string_equal(c.organisation, name);
	assert_string_equal(c.code, "dmz");
	assert_int_equal(c.n_categories, 7);
	assert_string_equal(c.categories[5].article20, "20.11/20.13/20.14");
	assert_non_null(strstr(text, "file_limit"));
	gk_config_free(&c);
	free(text);
}

static void *
read_and_free(void *wrong)
{
	for (int i = 0; i < 300; i++) {
		struct gk_config c;
		struct gk_err err = GK_ERR_INIT;

		if (gk_config_read(config_path, &c, &err) != GK_OK || strcmp(c.code, "dmz") != 0)
			return wrong;
		gk_config_free(&c);
	}
	return NULL;
}

/* Each worker of the server has a configuration of its own, and ends when it likes. */
static void
threads_read_and_free_it_side_by_side(void **state)
{
	pthread_t threads[4];
	char *text = gk_config_template("云溪县青石镇人民政府", "dmz");
	void *wrong;

	(void)state;
	assert_int_equal(gk_replace_file(config_path, 0600, text, strlen(text), NULL), GK_OK);
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_and_free, text), 0);
	for (size_t i = 0; i < COUNT(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	free(text);
}

static void
a_wrong_line_is_named_with_what_was_meant(void **state)
{
	static const struct { const char *text; int line; const char *word, *hint; } rows[] = {
		{ "code = \"dmz\"\norganization = \"x\"\n", 2, "organization", "organisation" }, { "wiat = 3", 1, "wiat", "wait" },
		{ "file_limits = 3", 1, "file_limits", "file_limit" }, { "\n\nzzzzzzzz = 3", 3, "zzzzzzzz", NULL },
		{ "category \"甲\" { article = \"20.1\" }", 1, "article", "article20" },
		{ "code = \"大妈\"", 1, "code", NULL }, { "code = \"\"", 1, "code", NULL }, { "code = \"01234567890123456\"", 1, "code", NULL },
		{ "language = \"fr\"", 1, "language", NULL }, { "\nwait = -1", 2, "wait", NULL }, { "wait = 3601", 1, "wait", NULL }, { "wait = soon", 1, "wait", NULL },
		{ "file_limit = 0", 1, "file_limit", NULL }, { "public_url = \"ftp://x\"", 1, "public_url", NULL },
		{ "category \"甲\" { article20 = \"20.16\" }", 1, "article20", NULL }, { "organisation = \"x", 1, "", NULL }, { "organisation", 1, "", NULL },
		{ "file_limit = 4097", 1, "file_limit", NULL }, { "shard_documents = 999", 1, "shard_documents", NULL }, { "\nshard_documents = 1000000001", 2, "shard_documents", NULL }, { "shard_documents = -1", 1, "shard_documents", NULL },
		{ "level = \"village\"", 1, "level", NULL }, { "schedule \"1\" {\n from = \"soon\" }", 2, "from", NULL }, { "schedule \"1\" { rule \"甲\" { retention = \"D20\" } }", 1, "retention", NULL },
		{ "refcode_template = \"{fonds}-{year}\"", 1, "refcode_template", NULL }, { "guide { adress = \"甲街1号\" }", 1, "adress", "address" },
		{ "a_name_that_is_longer_than_any_key_of_this_file_would_ever_be_and_so_is_none = 1", 1, "longer_than_any_key", NULL },
		{ "category \"甲\" {}\ncategory \"甲\" {}\n", 2, "", NULL }, { "include(\"/etc/passwd\")", 1, "include", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_config c;
		char line[32];

		if (read_config(rows[i].text, &c, &err) != GK_DEAD || err.cause != GK_CAUSE_USAGE)
			fail_msg("'%s' passes", rows[i].text);
		snprintf(line, sizeof line, "line %d:", rows[i].line);
		if (strstr(err.what_en, line) == NULL || strstr(err.what_en, rows[i].word) == NULL || strstr(err.what, config_path) == NULL)
			fail_msg("'%s': %s", rows[i].text, err.what_en);
		if (rows[i].hint != NULL ? strstr(err.hint_en, rows[i].hint) == NULL : err.hint_en[0] != '\0')
			fail_msg("'%s': hint %s", rows[i].text, err.hint_en);
	}
}

/* As if nothing stood behind it: what the office has set there would be lost without a word, and in a server the next archive's, too. */
static void
what_is_open_at_the_end_is_told(void **state)
{
	static const char *const open[] = { "organisation = 甲\"\nwait = 3\n", "organisation = \"甲\"\n\n\"", "wait = 3\n/* code = \"x\"\nwait = 4\n", "wait = 3 /* a" };
	static const char *const closed[] = { "wait = 3", "wait = 3\n/* code = \"x\" */", "wait = 0\nwait = 3 # \"", "wait = 3\n# /*\n" };

	(void)state;
	for (size_t i = 0; i < COUNT(open); i++) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_config c;

		assert_int_equal(read_config(open[i], &c, &err), GK_DEAD);
		assert_int_equal(err.cause, GK_CAUSE_USAGE);
		assert_non_null(strstr(err.what_en, "still open"));
		assert_non_null(strstr(err.hint_en, "quotation mark"));
		assert_int_equal(read_config(closed[i], &c, &err), GK_OK);
		assert_int_equal(c.wait, 3);
		assert_string_equal(c.code, "gk");
		gk_config_free(&c);
	}
}

/* What an office may list has an end, which is said. */
static void
more_than_can_be_kept_is_refused(void **state)
{
	static const struct { const char *key; unsigned most; const char *named; } lists[] = { { "gates = {", GK_GATES, "gates" }, { "guide { places = {", GK_GUIDE_PLACES, "places" } };

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++)
		for (unsigned n = lists[i].most; n <= lists[i].most + 1; n++) {
			char text[1024];
			struct gk_err err = GK_ERR_INIT;
			struct gk_config c;
			int at = snprintf(text, sizeof text, "%s", lists[i].key);

			for (unsigned k = 0; k < n; k++)
				at += snprintf(text + at, sizeof text - (size_t)at, "%s\"第%u个\"", k > 0 ? ", " : "", k + 1);
			snprintf(text + at, sizeof text - (size_t)at, i == 0 ? " }\n" : " } }\n");
			if (n == lists[i].most) {
				assert_int_equal(read_config(text, &c, &err), GK_OK);
				assert_int_equal(i == 0 ? c.n_gates : c.guide.n_places, n);
				gk_config_free(&c);
			} else {
				assert_int_equal(read_config(text, &c, &err), GK_DEAD);
				assert_true(err.cause == GK_CAUSE_USAGE && strstr(err.what, lists[i].named) != NULL && strstr(err.what_en, lists[i].named) != NULL);
			}
		}
}

/* The schedule of a day is the last that had begun; an issuer's terms count only where it has adopted them; the level says when records go. */
static void
what_an_office_has_resolved_is_what_counts(void **state)
{
	static const char text[] = "public_url = \"https://www.example.gov.cn/xxgk//\"\nlanguage = \"en\"\nshard_documents = 1000\nwait = 0\ngates = { \"none\" }\n"
		"schedule \"2024-1\" { rule \"公示公告\" { retention = \"D10\" text = \"1.3\" } }\n"
		"schedule \"2026-1\" { from = \"2026-01-01\" approval = \"云档发〔2026〕3号\" rule \"公示公告\" { retention = \"D30\" } rule \"政策法规\" { retention = \"Y\" } }\n"
		"schedule \"2025-1\" { from = \"2025-07-01\" rule \"公示公告\" { retention = \"CQ\" } }\n"
		"validity_policy \"青石镇人民政府\" { adopted = \"青石府发〔2024〕1号\" general = 3 }\nvalidity_policy \"云溪县人民政府\" { general = 3 }\n";
	static const struct { const char *day, *version; enum gk_keep keep; } days[] = {
		{ "2020-01-01", "2024-1", GK_K_D10 }, { "2025-06-30", "2024-1", GK_K_D10 }, { "2025-07-01", "2025-1", GK_K_CQ }, { "2025-12-31", "2025-1", GK_K_CQ }, { "2026-01-01", "2026-1", GK_K_D30 }, { "2026", "2026-1", GK_K_D30 },
	};
	static const struct { const char *text; int years; } levels[] = {
		{ "", 0 }, { "level = \"central\"", 20 }, { "level = \"province\"", 20 }, { "level = \"city\"", 20 }, { "level = \"county\"", 10 }, { "level = \"town\"", 10 },
	};
	struct gk_config c;
	struct gk_err err = GK_ERR_INIT;

	(void)state;
	if (read_config(text, &c, &err) != GK_OK)
		fail_msg("%s", err.what_en);
	assert_string_equal(c.public_url, "https://www.example.gov.cn/xxgk");
	assert_true(c.shard_documents == 1000 && c.wait == 0 && c.n_gates == 0);
	for (size_t i = 0; i < COUNT(days); i++) {
		struct gk_date d;
		const struct gk_schedule *s;

		assert_true(gk_date_parse(days[i].day, strlen(days[i].day), &d));
		s = gk_config_schedule(&c, d);
		assert_non_null(s);
		assert_string_equal(s->version, days[i].version);
		assert_int_equal(gk_schedule_rule(s, "公示公告")->keep, days[i].keep);
		assert_null(gk_schedule_rule(s, "机构职能"));
	}
	assert_null(gk_schedule_rule(NULL, "公示公告"));
	assert_int_equal(gk_config_policy(&c, "青石镇人民政府")->general, 3);
	assert_int_equal(gk_config_policy(&c, "青石镇人民政府")->trial, 2);
	assert_null(gk_config_policy(&c, "云溪县人民政府"));
	assert_null(gk_config_policy(&c, "某局"));
	gk_config_free(&c);
	for (size_t i = 0; i < COUNT(levels); i++) {
		assert_int_equal(read_config(levels[i].text, &c, &err), GK_OK);
		assert_int_equal(gk_config_transfer_years(&c), levels[i].years);
		assert_null(gk_config_schedule(&c, gk_date_today()));
		gk_config_free(&c);
	}
}

static void
a_missing_or_strange_file_is_told(void **state)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_config c;

	(void)state;
	assert_int_equal(gk_config_read("/nonexistent/gongkai.conf", &c, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_NO_ACCESS);
	assert_int_equal(gk_replace_file(config_path, 0600, "wait = 3\0wait = 4\n", 18, NULL), GK_OK);
	assert_int_equal(gk_config_read(config_path, &c, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_USAGE);
#ifdef GK_FAULTS
	for (unsigned n = 1;; n++) {
		enum gk_status st;

		assert_int_equal(gk_replace_file(config_path, 0600, "wait = 3\n", 9, NULL), GK_OK);
		gk_fault_arm(n);
		st = gk_config_read(config_path, &c, &err);
		if (gk_fault_hit() == NULL) {
			assert_int_equal(st, GK_OK);
			gk_config_free(&c);
			break;
		}
		assert_int_equal(st, GK_DEAD);
	}
	gk_fault_arm(0);
#endif
}

static int
make_file(void **state)
{
	int fd = mkstemp(config_path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int
remove_file(void **state)
{
	(void)state;
	return unlink(config_path);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_have_one_form),
		cmocka_unit_test(an_event_is_checked_when_it_comes_in),
		cmocka_unit_test(a_theme_has_its_levels_apart_by_strokes),
		cmocka_unit_test(an_instant_is_read_or_it_is_none),
		cmocka_unit_test(the_canonical_form_is_stable),
		cmocka_unit_test(a_glance_says_what_the_parser_says),
		cmocka_unit_test(an_event_has_a_largest_size),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(instants_are_ordered_with_and_without_fractions),
		cmocka_unit_test(a_record_is_its_events_laid_over_one_another),
		cmocka_unit_test(what_was_recorded_last_counts_and_the_first_event_is_the_first),
		cmocka_unit_test(an_act_says_nothing_of_the_record_but_its_new_term),
		cmocka_unit_test(the_year_is_when_it_was_made_or_else_published),
		cmocka_unit_test(only_some_documents_have_a_validity),
		cmocka_unit_test(every_key_has_a_default),
		cmocka_unit_test(the_template_reads_back_as_it_was_meant),
		cmocka_unit_test(threads_read_and_free_it_side_by_side),
		cmocka_unit_test(a_wrong_line_is_named_with_what_was_meant),
		cmocka_unit_test(what_is_open_at_the_end_is_told),
		cmocka_unit_test(more_than_can_be_kept_is_refused), cmocka_unit_test(what_an_office_has_resolved_is_what_counts), cmocka_unit_test(a_missing_or_strange_file_is_told),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, make_file, remove_file);
}

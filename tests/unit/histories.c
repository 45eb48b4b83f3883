/* Random histories. */
#include "tests/unit/histories.h"

#include <stdio.h>
#include <string.h>

enum { FIRST_DAY = 43540 /* 2019-03-18 */, DAYS = 70 };

/* xorshift64*: not the C library's, whose numbers differ between systems. */
unsigned
histories_random(uint64_t *seed, unsigned below)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (unsigned)((*seed * 2685821657736338717ull) >> 33) % below;
}

void
histories_date(uint64_t *seed, char out[12])
{
	struct gk_date d = gk_date_of_day(FIRST_DAY + histories_random(seed, DAYS));

	if (histories_random(seed, 12) == 0)
		d.day = 0;
	gk_date_format(d, out);
}

void
histories_instant(uint64_t *seed, char out[40])
{
	static const char *const fractions[] = { "", ".5", ".123", ".000", ".50" };
	char date[12];

	gk_date_format(gk_date_of_day(FIRST_DAY + histories_random(seed, DAYS)), date);
	snprintf(out, 40, "%sT%02u:%02u:00%sZ", date, histories_random(seed, 24), histories_random(seed, 2) * 30, fractions[histories_random(seed, 5)]);
}

static bool
chance(uint64_t *seed, unsigned one_in)
{
	return histories_random(seed, one_in) == 0;
}

static void
maybe_date(uint64_t *seed, json_t *to, const char *key, unsigned one_in)
{
	char date[12];

	if (!chance(seed, one_in))
		return;
	histories_date(seed, date);
	json_object_set_new(to, key, json_string(date));
}

static const char *
label(uint64_t *seed)
{
	static const char *const labels[] = { "有效", "废止", "失效", "已修改", "部分有效", "尚未生效", "不明" };

	return labels[histories_random(seed, sizeof labels / sizeof *labels)];
}

static json_t *
base_meta(uint64_t *seed, bool first)
{
	static const char *const levels[] = { "norm_doc", "norm_doc", "law", "other", "policy_doc" };
	json_t *meta = json_object();

	if (first ? !chance(seed, 6) : chance(seed, 5))
		json_object_set_new(meta, "norm_level", json_string(levels[histories_random(seed, 5)]));
	if (!chance(seed, 3))
		maybe_date(seed, meta, "effective_date", first ? 1 : 3);
	maybe_date(seed, meta, "expiry_date", 3);
	maybe_date(seed, meta, "abolished_date", 14);
	if (chance(seed, 14))
		json_object_set_new(meta, "abolished_by", json_pack("[s]", "《关于废止部分文件的通知》"));
	if (chance(seed, 5))
		json_object_set_new(meta, "asserted_status", json_string(label(seed)));
	if (!first && chance(seed, 6))
		json_object_set_new(meta, chance(seed, 2) ? "expiry_date" : "abolished_by", json_null());
	return meta;
}

static json_t *
later_act(uint64_t *seed, const char *type, unsigned i)
{
	json_t *act = json_object();
	char target[24];

	if (strcmp(type, "suspend") == 0)
		maybe_date(seed, act, "until", 2);
	else if (strcmp(type, "conditional_lapse") == 0)
		maybe_date(seed, act, "lapse_date", 1);
	else if (strcmp(type, "abolish_articles") == 0 && chance(seed, 2))
		json_object_set_new(act, "remaining", json_integer(histories_random(seed, 2)));
	else if (strcmp(type, "renew") == 0 && chance(seed, 2))
		json_object_set_new(act, "late", json_true());
	else if (strcmp(type, "assert_status") == 0)
		json_object_set_new(act, "status", json_string(label(seed)));
	else if (strcmp(type, "amend_text") == 0 && chance(seed, 2))
		json_object_set_new(act, "by", json_string(chance(seed, 2) ? "dmz-2019-000001" : "dmz-2019-000002"));
	else if (strcmp(type, "annul_event") == 0) {
		snprintf(target, sizeof target, "e-%06u", histories_random(seed, i + 1) + 1);
		json_object_set_new(act, "target", json_string(target));
	}
	return act;
}

static json_t *
make_event(uint64_t *seed, unsigned i)
{
	static const char *const types[] = {
		"amend_text", "amend_articles", "abolish_articles", "abolish", "abolish", "replace", "renew", "renew", "lapse", "conditional_lapse",
		"confirm_valid", "suspend", "suspend", "resume", "reinstate", "reinstate", "assert_status", "annul_event", "annul_event",
		"correct_metadata", "import_public",
	};
	const char *type = i == 0 ? (chance(seed, 2) ? "publish" : "import_public") : types[histories_random(seed, sizeof types / sizeof *types)];
	json_t *e = json_object(), *meta;
	char number[24];

	if (i > 0 && chance(seed, 60))
		type = "revoke";
	snprintf(number, sizeof number, "e-%06u", i + 1);
	json_object_set_new(e, "gongkai", json_integer(1));
	json_object_set_new(e, "event", json_string(number));
	json_object_set_new(e, "id", json_string("dmz-2019-000001"));
	json_object_set_new(e, "type", json_string(type));
	if (i == 0 || strcmp(type, "correct_metadata") == 0 || strcmp(type, "import_public") == 0) {
		meta = base_meta(seed, i == 0);
		if (i == 0)
			maybe_date(seed, e, "effective_date", 8);
	} else {
		meta = json_object();
		maybe_date(seed, e, "effective_date", chance(seed, 5) ? 1000 : 1);
		maybe_date(seed, meta, "expiry_date", strcmp(type, "renew") == 0 ? 1 : 6);
		json_object_set_new(e, "act", later_act(seed, type, i));
		if (strcmp(type, "amend_text") == 0 && chance(seed, 3))
			json_object_set_new(e, "content", json_object());
	}
	json_object_set_new(e, "meta", meta);
	return e;
}

bool
histories_make(uint64_t *seed, struct history *h)
{
	char at[40], instants[HISTORY_MAX][40];
	size_t n = 1 + histories_random(seed, HISTORY_MAX);

	/* Recorded in the order of the archive: sort the instants by insertion. */
	for (size_t i = 0; i < n; i++) {
		size_t j = i;

		histories_instant(seed, at);
		for (; j > 0 && strncmp(instants[j - 1], at, 19) > 0; j--)
			memcpy(instants[j], instants[j - 1], sizeof at);
		memcpy(instants[j], at, sizeof at);
	}
	for (h->n = 0; h->n < n; h->n++) {
		json_t *e = make_event(seed, (unsigned)h->n);

		json_object_set_new(e, "recorded_at", json_string(instants[h->n]));
		if (gk_event_of(e, &h->events[h->n], NULL) != GK_OK) {
			histories_free(h);
			return false;
		}
	}
	return true;
}

void
histories_free(struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		gk_event_free(&h->events[i]);
	h->n = 0;
}

/*
 * Random histories of the retention axis and our answer to each, one JSON line:
 *   retention-histories COUNT SEED
 *   {"events": […], "as_of": "…", "known_at": "…" or null, "state": "…", "keep": "D10" or "", "since": "…" or "", "term_end", "due_appraisal",
 *    "transfer_due", "open_date": "…" or "", "open": bool, "holds": n}
 * Days are few and near the dates on which clocks fire, so that much falls together; about one act in four lacks something that its
 * row asks for, and one in eight events is an annulment.
 */
#include "record/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 1;

static unsigned
below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

static const char *
pick(const char *const *list, size_t n)
{
	return list[below((unsigned)n)];
}
#define PICK(list) pick(list, sizeof list / sizeof *(list))

static const char *const days[] = {
	"2020-02-28", "2020-02-29", "2020-03-01", "2021-01-01", "2029-02-28", "2030-03-01", "2030-12-31", "2031-01-01", "2031-06-30", "2035-12-31", "2036-01-01",
	"2040-02-29", "2040-03-01", "2045-03-01", "2050-12-31", "2051-01-01", "2070-12-31", "2071-01-01",
};
enum { DAYS = sizeof days / sizeof *days };
static const char *const formed[] = { "2020-02-29", "2020", "2020-12", "2010-05-06", "2020-03-01", "2019-12-31" };
static const char *const codes[] = { "Y", "D30", "D30", "D10", "D10", "D10", "CQ", "DQ", "N", "X" };
static const char *const types[] = {
	"file", "file", "file", "appraise_keep", "appraise_keep", "appraise_destroy", "appraise_destroy", "appraise_destroy", "destroy", "destroy", "cancel_destroy", "transfer",
	"hold_on", "hold_on", "hold_off", "hold_off", "open", "reclassify", "reclassify", "correct_metadata", "annul_event", "annul_event", "abolish",
};
static const char *const cases[] = { "A", "B" };
static const char *const names[] = { "王五", "王五", "赵六", "" };

static void
set(json_t *o, const char *key, const char *value)
{
	if (below(15) != 0)
		json_object_set_new(o, key, json_string(value));
}

static json_t *
act_of(const char *type, unsigned before)
{
	json_t *o = json_object();
	char target[16];

	if (strcmp(type, "annul_event") == 0) {
		snprintf(target, sizeof target, "e-%06u", below(before) + 1);
		json_object_set_new(o, "target", json_string(target));
		return o;
	}
	if (strcmp(type, "file") == 0 || strcmp(type, "reclassify") == 0 || (strcmp(type, "appraise_keep") == 0 && below(2) == 0) || (strcmp(type, "cancel_destroy") == 0 && below(3) == 0))
		set(o, "retention", PICK(codes));
	if (strcmp(type, "file") != 0 && below(3) == 0)
		set(o, "until", below(3) == 0 ? "2035" : PICK(days));
	if (strcmp(type, "file") == 0 && below(3) != 0)
		json_object_set_new(o, "transfer_years", json_integer(below(2) == 0 ? 10 : 20));
	set(o, "refcode", "R");
	set(o, "report", "鉴");
	set(o, "reason", "因");
	set(o, "approved_by", "张三");
	set(o, "archivist", "李四");
	set(o, "register", "sha256:aa");
	set(o, "method", "粉碎");
	set(o, "to", "馆");
	set(o, "receipt", "收");
	set(o, "review", "审");
	if (strncmp(type, "hold", 4) == 0)
		set(o, "case", PICK(cases));
	if (below(4) != 0)
		json_object_set_new(o, "supervisors", json_pack("[s, s]", PICK(names), below(2) == 0 ? "钱七" : PICK(names)));
	return o;
}

static json_t *
event_of(unsigned number, const char *type, const char *effective)
{
	char id[16], at[40];
	json_t *e;

	snprintf(id, sizeof id, "e-%06u", number);
	snprintf(at, sizeof at, "%sT%02u:%02u:00%sZ", PICK(days), below(24), below(4) * 15, below(3) == 0 ? ".5" : "");
	e = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s}", "gongkai", 1, "event", id, "id", "k-2020-000001", "type", type, "recorded_at", number == 1 ? "2020-01-01T00:00:00Z" : at, "actor", "z");
	if (number > 1 && below(6) != 0)
		json_object_set_new(e, "effective_date", json_string(below(20) == 0 ? "2031" : effective));
	return e;
}

/* Half of the acts are what may come next, so that the far ends of the table are reached. */
static const char *
type_after(const struct gk_event *events, size_t n, struct gk_date day)
{
	static const char *const next[GK_R_COUNT][3] = {
		[GK_R_UNFILED] = { "file", "file", "hold_on" }, [GK_R_FILED] = { "reclassify", "hold_on", "transfer" },
		[GK_R_DUE_APPRAISAL] = { "appraise_destroy", "appraise_keep", "appraise_destroy" }, [GK_R_EXTENDED] = { "reclassify", "transfer", "hold_off" },
		[GK_R_APPROVED_DESTROY] = { "destroy", "cancel_destroy", "destroy" }, [GK_R_DESTROYED] = { "open", "hold_on", "annul_event" },
		[GK_R_DUE_TRANSFER] = { "transfer", "reclassify", "transfer" }, [GK_R_TRANSFERRED] = { "open", "annul_event", "hold_on" },
	};

	return below(2) == 0 ? PICK(types) : next[gk_retention_at(events, n, day, NULL).state][below(3)];
}

static json_t *
meta_of(void)
{
	json_t *m = json_object();

	if (below(8) != 0)
		json_object_set_new(m, "formed_date", below(12) == 0 ? json_null() : json_string(PICK(formed)));
	if (below(2) == 0)
		json_object_set_new(m, "published_at", json_string("2021-03-04 10:00"));
	return m;
}

static json_t *
text_of(struct gk_date d)
{
	char text[12];

	gk_date_format(d, text);
	return json_string(text);
}

int
main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;

	seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	while (count-- > 0) {
		enum { MOST = 14 };
		struct gk_event events[MOST];
		size_t n = 2 + below(MOST - 2);
		json_t *list = json_array(), *line;
		struct gk_date as_of = GK_NO_DATE;
		struct gk_retention_of r;
		const unsigned a = below(DAYS), b = below(DAYS);
		const char *day = days[a > b ? a : b];
		char known_at[40];
		bool now = below(3) != 0;
		size_t at = 0;

		for (size_t i = 0; i < n; i++) {
			const char *effective = below(5) == 0 ? PICK(days) : days[at += below(4), at %= DAYS];
			struct gk_date on = GK_NO_DATE;
			const char *type;
			json_t *e;

			gk_date_parse(effective, strlen(effective), &on);
			type = i == 0 ? "import_public" : type_after(events, i, on);
			e = event_of((unsigned)i + 1, type, effective);

			if (i == 0 || strcmp(type, "correct_metadata") == 0)
				json_object_set_new(e, "meta", meta_of());
			else
				json_object_set_new(e, "act", act_of(type, (unsigned)i));
			json_array_append(list, e);
			if (gk_event_of(e, &events[i], NULL) != GK_OK)
				return 1;
		}
		snprintf(known_at, sizeof known_at, "%sT12:00:00Z", PICK(days));
		gk_date_parse(day, strlen(day), &as_of);
		r = gk_retention_at(events, n, as_of, now ? NULL : known_at);
		line = json_pack("{s:o, s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:i}", "events", list, "as_of", day, "known_at", now ? json_null() : json_string(known_at), "state",
				 gk_retention_names[r.state].code, "keep", gk_keep_names[r.keep].code, "since", text_of(r.since), "term_end", text_of(r.term_end), "due_appraisal",
				 text_of(r.due_appraisal), "transfer_due", text_of(r.transfer_due), "open_date", text_of(r.open_date), "open", r.open, "holds", (int)r.n_holds);
		json_dumpf(line, stdout, JSON_COMPACT | JSON_SORT_KEYS);
		putchar('\n');
		json_decref(line);
		for (size_t i = 0; i < n; i++)
			gk_event_free(&events[i]);
	}
	return 0;
}

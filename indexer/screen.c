#include "indexer/screen.h"

#include "gate/finding.h"
#include "record/access.h"

#include <stdio.h>
#include <string.h>

enum gk_status
screen_property(const char *value, size_t n, struct gk_findings *out, struct gk_err *err)
{
	enum gk_status st = gk_findings_of(value, n, out, err);
	size_t kept = 0;

	for (size_t i = 0; st == GK_OK && i < out->n; i++) {
		if (out->item[i].rule == GK_S6)
			out->of[out->item[i].severity]--;
		else
			out->item[kept++] = out->item[i];
	}
	out->n = st == GK_OK ? kept : out->n;
	return st;
}

/* All values, a line each. */
static void
add_values(struct gk_buf *to, const json_t *of)
{
	const char *key;
	json_t *value, *item;
	size_t i;

	json_object_foreach((json_t *)of, key, value) {
		if (json_is_string(value))
			gk_buf_printf(to, "%s\n", json_string_value(value));
		json_array_foreach(value, i, item)
			if (json_is_string(item))
				gk_buf_printf(to, "%s\n", json_string_value(item));
	}
}

/* Counts of a list into the sum; its rules behind those that were said already. */
static void
sum_up(const struct gk_findings *f, json_t *rules, bool said[GK_RULES], size_t of[3])
{
	for (size_t i = 0; i < f->n; i++) {
		of[f->item[i].severity]++;
		if (f->item[i].severity != GK_TREATED && !said[f->item[i].rule]) {
			said[f->item[i].rule] = true;
			json_array_append_new(rules, json_string(gk_rule_names[f->item[i].rule].code));
		}
	}
}

enum { VALUES_MAX = 1024 * 1024 };

enum gk_status
screen_text(const struct store *s, const char *text, size_t n, const json_t *meta, const json_t *fields, bool published, json_t **findings, enum screen_holds *holds,
	    struct gk_err *err)
{
	struct gk_findings f, of_values;
	struct gk_buf values;
	bool said[GK_RULES] = { false };
	size_t of[3] = { 0 };
	json_t *rules;
	enum gk_status st = gk_findings_of(text, n, &f, err);

	*holds = SCREEN_FREE;
	*findings = NULL;
	if (st != GK_OK)
		return st;
	gk_buf_init(&values, VALUES_MAX);
	add_values(&values, meta);
	add_values(&values, fields);
	st = screen_property(values.p == NULL ? "" : values.p, values.n, &of_values, err);
	gk_buf_free(&values);
	rules = st == GK_OK ? json_array() : NULL;
	if (rules != NULL) {
		sum_up(&f, rules, said, of);
		sum_up(&of_values, rules, said, of);
		if (of[GK_BLOCK] + of[GK_WARN] > 0)
			*findings = json_pack("{s:I, s:I, s:O}", "block", (json_int_t)of[GK_BLOCK], "warn", (json_int_t)of[GK_WARN], "rules", rules);
		if (!published)
			*holds = of[GK_BLOCK] > 0 ? SCREEN_BLOCKED : s->config.n_gates > 0 ? SCREEN_GATES : SCREEN_FREE;
	}
	json_decref(rules);
	gk_findings_free(&of_values);
	gk_findings_free(&f);
	return st != GK_OK ? st : rules == NULL ? gk_nomem(err) : GK_OK;
}

enum gk_status
screen_new_text(const struct gk_event *events, size_t n, const json_t *findings, enum screen_holds holds, struct gk_err *err)
{
	char rules[128] = "";
	size_t i;
	json_t *rule;

	if (holds == SCREEN_FREE || gk_access_at(events, n, NULL).code != GK_A_PUBLIC)
		return GK_OK;
	json_array_foreach(json_object_get(findings, "rules"), i, rule)
		snprintf(rules + strlen(rules), sizeof rules - strlen(rules), "%s%s", i > 0 ? " " : "", json_string_value(rule));
	if (holds == SCREEN_BLOCKED) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 已公开，它的新文本有不得公开的内容（%s）", "'%s' is public, and its new text holds what must not be published (%s)", events[0].id, rules);
		gk_hint(err, "gongkai check 文件 列出是哪些；处理后再收", "gongkai check FILE lists it; mend it and take it in again");
	} else {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 已公开，它的新文本没有经过审查", "'%s' is public, and its new text was not reviewed", events[0].id);
		gk_hint(err, "先下线，审查后再公布：gongkai withdraw %s", "take it off, and publish it after the review: gongkai withdraw %s", events[0].id);
	}
	return GK_REFUSED;
}

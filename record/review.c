/* The gates of a review: a fold over the events of a record. */
#include "record/review.h"

#include "base/memory.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
is(const struct gk_event *e, const char *type)
{
	return strcmp(e->type, type) == 0;
}

static const char *
digest_of(const struct gk_event *e)
{
	const char *s = json_string_value(json_object_get(json_object_get(e->json, "content"), "digest"));

	return s == NULL ? "" : s;
}

static void
take_content(const struct gk_event *e, struct gk_review *r)
{
	const json_t *found = json_object_get(e->json, "findings");

	r->digest = digest_of(e);
	r->version++;
	r->passed = 0;
	r->block = (unsigned)json_integer_value(json_object_get(found, "block"));
	r->warn = (unsigned)json_integer_value(json_object_get(found, "warn"));
	r->rules = json_object_get(found, "rules");
}

static void
take(const struct gk_event *e, struct gk_review *r)
{
	char next[4];

	if (json_object_get(e->json, "content") != NULL)
		take_content(e, r);
	if (is(e, "gate_return") || is(e, "submit") || is(e, "release"))
		r->passed = 0;
	snprintf(next, sizeof next, "G%u", r->passed % GK_GATES + 1);
	if (is(e, "gate_pass") && r->passed < GK_GATES && strcmp(gk_event_act(e, "gate"), next) == 0 && strcmp(gk_event_act(e, "digest"), r->digest) == 0)
		r->passed++;
}

void
gk_review_of(const struct gk_event *events, size_t n, struct gk_review *out)
{
	bool *counts = gk_calloc_or_end(n + 1, sizeof *counts);

	*out = (struct gk_review){ .digest = "" };
	gk_history_counting(events, n, NULL, counts);
	for (size_t i = 0; i < n; i++)
		if (counts[i])
			take(&events[i], out);
	free(counts);
}

/* Who has passed gates of this review beside the actor of the act? */
static bool
somebody_else(const struct gk_event *events, size_t n, const struct gk_event *act)
{
	const char *actor = json_string_value(json_object_get(act->json, "actor")), *other;

	for (size_t i = 0; i < n; i++)
		if (is(&events[i], "gate_pass") && (other = json_string_value(json_object_get(events[i].json, "actor"))) != NULL && actor != NULL &&
		    strcmp(actor, other) != 0)
			return true;
	return false;
}

static enum gk_status
check_pass(const struct gk_review *r, const struct gk_event *act, struct gk_err *err)
{
	const char *gate = gk_event_act(act, "gate");
	char next[4];

	snprintf(next, sizeof next, "G%u", r->passed % GK_GATES + 1);
	if (strcmp(gate, next) == 0)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 的下一关是 %s，不是 '%s'", "the next gate of '%s' is %s, not '%s'", act->id, next, gate);
	gk_hint(err, "gongkai review list 列出各件到了哪一关", "gongkai review list tells how far each has come");
	return GK_REFUSED;
}

static enum gk_status
check_publish(const struct gk_event *events, size_t n, const struct gk_review *r, const struct gk_event *act, struct gk_err *err)
{
	json_int_t gates = json_integer_value(json_object_get(json_object_get(act->json, "act"), "gates"));

	if (gates > (json_int_t)r->passed) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 还没有通过全部审查：%u / %d 关", "'%s' has not passed all gates: %u of %d", act->id, r->passed, (int)gates);
		gk_hint(err, "gongkai review pass %s", "gongkai review pass %s", act->id);
		return GK_REFUSED;
	}
	if (gates > 1 && !somebody_else(events, n, act)) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 的审查都由一人完成，不能公布", "one person did all of the review of '%s': it cannot be published", act->id);
		gk_hint(err, "由另一人审签：--by 姓名", "another person signs: --by NAME");
		return GK_REFUSED;
	}
	if (r->block == 0 || *gk_event_act(act, "reason") != '\0')
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 有 %u 处不得公开的内容", "'%s' holds %u things that must not be published", act->id, r->block);
	gk_hint(err, "处理后重新收入；确可公开的，写明理由：--reason '…'", "mend it and take it in again; if it may be published all the same, say why: --reason '…'");
	return GK_REFUSED;
}

enum gk_status
gk_review_check(const struct gk_event *events, size_t n, const struct gk_event *act, struct gk_err *err)
{
	struct gk_review r;

	if (!is(act, "gate_pass") && !is(act, "publish"))
		return GK_OK;
	gk_review_of(events, n, &r);
	if (strcmp(gk_event_act(act, "digest"), r.digest) != 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 的文本已不是所审查的那一份", "the text of '%s' is not the one that was reviewed", act->id);
		gk_hint(err, "重新审查现在的文本", "review the present text");
		return GK_REFUSED;
	}
	return is(act, "gate_pass") ? check_pass(&r, act, err) : check_publish(events, n, &r, act, err);
}

/* The fold of access: a table of what may follow what. */
#include "record/access.h"

#include "base/memory.h"
#include "record/field.h"
#include "record/history.h"

#include <stdlib.h>
#include <string.h>

const struct gk_access_name gk_access_names[GK_A_COUNT] = {
	[GK_A_DRAFT]        = { "draft", "草稿", "Draft" },
	[GK_A_UNDER_REVIEW] = { "under_review", "审查中", "Under review" },
	[GK_A_REJECTED]     = { "rejected", "不予公开", "Not disclosed" },
	[GK_A_PUBLIC]       = { "public", "已公开", "Public" },
	[GK_A_WITHDRAWN]    = { "withdrawn", "已下线", "Withdrawn" },
	[GK_A_SEALED]       = { "sealed", "已封存", "Sealed" },
};

const char *const gk_withdraw_classes[] = {
	"secrecy", "涉密", "secrecy", "保密审查", "privacy", "个人隐私", "privacy", "隐私", "error", "内容有误", "error", "错误", "third_party", "第三方权益",
	"order", "上级要求", "order", "依令", NULL,
};

const char *
gk_withdraw_class(const char *name)
{
	for (const char *const *c = gk_withdraw_classes; *c != NULL; c += 2)
		if (strcmp(c[0], name) == 0 || strcmp(c[1], name) == 0)
			return c[0];
	return NULL;
}

const char *
gk_withdraw_label(const char *code)
{
	for (const char *const *c = gk_withdraw_classes; *c != NULL; c += 2)
		if (strcmp(c[0], code) == 0)
			return c[1];
	return code;
}

#define IS(code) (1u << (code))
enum { ANY = IS(GK_A_COUNT) - 1, STAYS = GK_A_COUNT };

static const struct rule { const char *type; unsigned from; int to; const char *reason; } rules[] = {
	{ "submit", IS(GK_A_DRAFT), GK_A_UNDER_REVIEW, NULL },					/* X1 */
	{ "gate_pass", IS(GK_A_UNDER_REVIEW), STAYS, NULL },					/* X2 */
	{ "gate_return", IS(GK_A_UNDER_REVIEW), GK_A_DRAFT, NULL },				/* X3 */
	{ "refer", IS(GK_A_UNDER_REVIEW), STAYS, NULL },					/* X4 */
	{ "refuse", IS(GK_A_UNDER_REVIEW), GK_A_REJECTED, "ground" },				/* X5 */
	{ "publish", IS(GK_A_UNDER_REVIEW), GK_A_PUBLIC, NULL },				/* X6 */
	{ "withdraw", IS(GK_A_PUBLIC), GK_A_WITHDRAWN, "class" },				/* X7 */
	{ "restore", IS(GK_A_WITHDRAWN), GK_A_PUBLIC, NULL },					/* X8 */
	{ "replace_redacted", IS(GK_A_WITHDRAWN), GK_A_PUBLIC, NULL },				/* X8 */
	{ "seal", ANY & ~IS(GK_A_SEALED), GK_A_SEALED, NULL },					/* X9 */
	{ "release", IS(GK_A_REJECTED), GK_A_UNDER_REVIEW, NULL },				/* X10 */
};

static const struct rule *
rule_of(const char *type)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strcmp(rules[i].type, type) == 0)
			return &rules[i];
	return NULL;
}

bool
gk_access_event(const char *type)
{
	return rule_of(type) != NULL;
}

/* X6 and X11 at the beginning of a record; a source may say that it does not (or no longer) show it. */
static enum gk_access
first_state(const struct gk_event *e)
{
	const char *stated = gk_meta_get(json_object_get(e->json, "meta"), "access");

	for (int i = 0; i < GK_A_COUNT; i++)
		if (strcmp(stated, gk_access_names[i].code) == 0)
			return (enum gk_access)i;
	return gk_event_begins(e) ? GK_A_PUBLIC : GK_A_DRAFT;
}

static void
apply(const struct rule *rule, const struct gk_event *e, struct gk_access_of *a)
{
	a->event = e->event;
	if (rule->to == STAYS) {
		a->referred = a->referred || strcmp(rule->type, "refer") == 0;
		return;
	}
	a->code = (enum gk_access)rule->to;
	a->referred = false;
	a->since = gk_event_day(e);
	a->reason = rule->reason == NULL ? "" : gk_event_act(e, rule->reason);
}

static struct gk_access_of
fold(const struct gk_event *events, size_t n, const char *known_at, bool *applied)
{
	struct gk_access_of a = { .code = GK_A_DRAFT, .reason = "", .event = "" };
	bool *counts = gk_calloc_or_end(n + 1, sizeof *counts);
	size_t *order = gk_calloc_or_end(n + 1, sizeof *order);

	if (n > 0) {
		gk_history_order(events, n, order);
		gk_history_counting(events, n, known_at, counts);
		if (counts[0]) {
			a.code = first_state(&events[0]);
			a.since = gk_event_day(&events[0]);
			a.event = events[0].event;
		}
		for (size_t k = 1; counts[0] && k < n; k++) {
			size_t i = order[k];
			const struct rule *rule = counts[i] ? rule_of(events[i].type) : NULL;

			if (rule == NULL || (rule->from & IS(a.code)) == 0)
				continue;
			apply(rule, &events[i], &a);
			if (applied != NULL)
				applied[i] = true;
		}
	}
	free(counts);
	free(order);
	return a;
}

struct gk_access_of
gk_access_at(const struct gk_event *events, size_t n, const char *known_at)
{
	return fold(events, n, known_at, NULL);
}

void
gk_access_applied(const struct gk_event *events, size_t n, const char *known_at, bool *applied)
{
	memset(applied, 0, n * sizeof *applied);
	fold(events, n, known_at, applied);
}

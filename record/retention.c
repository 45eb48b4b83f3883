/* 保管状态: the fold.  retention.h has the table in words; this one has it for the machine. */
#include "record/retention.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct gk_retention_name gk_retention_names[GK_R_COUNT] = {
	[GK_R_UNFILED]         = { "unfiled", "未归档", "Not filed" },
	[GK_R_FILED]           = { "filed", "已归档", "Filed" },
	[GK_R_DUE_APPRAISAL]   = { "due_appraisal", "到期待鉴定", "Due for appraisal" },
	[GK_R_EXTENDED]        = { "extended", "续存", "Kept on" },
	[GK_R_APPROVED_DESTROY] = { "approved_destroy", "批准销毁", "Approved for destruction" },
	[GK_R_DESTROYED]       = { "destroyed", "已销毁", "Destroyed" },
	[GK_R_DUE_TRANSFER]    = { "due_transfer", "到期应移交", "Due for transfer" },
	[GK_R_TRANSFERRED]     = { "transferred", "已移交", "Transferred" },
};

const struct gk_keep_name gk_keep_names[GK_K_COUNT] = {
	[GK_K_NONE] = { "", "", "", 0 },
	[GK_K_Y]    = { "Y", "永久", "permanent", 0 },
	[GK_K_D30]  = { "D30", "定期30年", "30 years", 30 },
	[GK_K_D10]  = { "D10", "定期10年", "10 years", 10 },
	[GK_K_CQ]   = { "CQ", "长期", "long (50 years)", 50 },
	[GK_K_DQ]   = { "DQ", "短期", "short (15 years)", 15 },
	[GK_K_N]    = { "N", "不归档", "not filed", 0 },
};

enum gk_keep
gk_keep_find(const char *name)
{
	static const struct { const char *name; enum gk_keep keep; } also[] = { { "30年", GK_K_D30 }, { "10年", GK_K_D10 }, { "30y", GK_K_D30 }, { "10y", GK_K_D10 } };

	for (int k = GK_K_Y; k < GK_K_COUNT; k++)
		if (strcmp(gk_keep_names[k].code, name) == 0 || strcmp(gk_keep_names[k].label, name) == 0)
			return (enum gk_keep)k;
	for (size_t i = 0; i < sizeof also / sizeof *also; i++)
		if (strcmp(also[i].name, name) == 0)
			return also[i].keep;
	return GK_K_NONE;
}

/* ---- the table ---- */

#define IS(code) (1u << (code))
enum {
	STAYS = GK_R_COUNT,
	ALIVE = (IS(GK_R_COUNT) - 1) & ~IS(GK_R_DESTROYED),
	KEPT = IS(GK_R_FILED) | IS(GK_R_EXTENDED),
	TERMED = IS(GK_K_D30) | IS(GK_K_D10) | IS(GK_K_CQ) | IS(GK_K_DQ),
};

enum need {
	CODE = 1, REFCODE = 2, TERM = 4, REPORT = 8, REASON = 16, HEAD = 32, ARCHIVIST = 64, TWO = 128, REGISTER = 256, METHOD = 512,
	TO = 1024, RECEIPT = 2048, CASE = 4096, REVIEW = 8192,
	NO_HOLD = 1 << 14, NOT_Y = 1 << 15,
};

struct fold;
struct state;

struct rule {
	const char *type, *label, *label_en;
	unsigned from;
	int to;
	unsigned needs;
	/* What the table cannot say: false if the act has no effect after all. */
	bool (*decide)(const struct fold *f, struct state *st, const struct gk_event *e, uint32_t day);
};

struct state {
	struct gk_retention_of r;
	uint32_t since;
	uint32_t act_day;		/* of the last act that was applied */
	struct gk_date until;		/* a stated last day, in place of the code's term */
	int transfer_years;
	bool stopped;			/* R6 without a running term */
	const struct gk_event **hold;	/* all of them; room for one an event */
};

struct fold {
	const struct gk_event *events;
	size_t n;
	bool *counts;
	struct gk_date formed;
	bool *applied;
};

static const char *
act(const struct gk_event *e, const char *key)
{
	return gk_event_act(e, key);
}

static struct gk_date
act_date(const struct gk_event *e, const char *key)
{
	struct gk_date d = GK_NO_DATE;

	gk_date_parse(act(e, key), strlen(act(e, key)), &d);
	return d;
}

static enum gk_keep
act_keep(const struct gk_event *e)
{
	enum gk_keep keep = gk_keep_find(act(e, "retention"));

	return keep == GK_K_N ? GK_K_NONE : keep;
}

static uint32_t
day_of(const struct gk_event *e)
{
	return gk_date_first_day(e->effective.year != 0 ? e->effective : gk_event_day(e));
}

/* d and n years: the day behind the last of n years, for a date known to the year or month from its last day on. */
static uint32_t
years_later(struct gk_date d, int years)
{
	struct gk_date end;

	if (d.year == 0 || years <= 0)
		return GK_DAY_OPEN;
	end = gk_date_term_end(gk_date_of_day(gk_date_last_day(d)), years);
	return end.year == 0 ? GK_DAY_OPEN : gk_date_last_day(end) + 1;
}

/* What the term would be under this code, from the record's date: for previews and for filing.  GK_NO_DATE: no end. */
static struct gk_date
gk_keep_term_end(enum gk_keep keep, int year)
{
	if (year == 0 || keep >= GK_K_COUNT || gk_keep_names[keep].years == 0)
		return GK_NO_DATE;
	return (struct gk_date){ (int16_t)(year + gk_keep_names[keep].years), 12, 31 };
}

static struct gk_date
term_end(const struct fold *f, const struct state *st)
{
	if ((IS(st->r.keep) & TERMED) == 0)
		return GK_NO_DATE;
	return st->until.year != 0 ? gk_date_of_day(gk_date_last_day(st->until)) : gk_keep_term_end(st->r.keep, f->formed.year);
}

static uint32_t
appraisal_day(const struct fold *f, const struct state *st)
{
	struct gk_date end = term_end(f, st);

	return end.year == 0 || st->stopped ? GK_DAY_OPEN : gk_date_last_day(end) + 1;
}

static uint32_t
transfer_day(const struct fold *f, const struct state *st)
{
	bool goes = st->r.keep == GK_K_Y || st->r.keep == GK_K_D30;

	return goes ? years_later(f->formed, st->transfer_years) : GK_DAY_OPEN;
}

static void
take_term(struct state *st, const struct gk_event *e)
{
	enum gk_keep keep = act_keep(e);

	st->r.keep = keep != GK_K_NONE ? keep : st->r.keep;
	st->until = act_date(e, "until");
	st->stopped = false;
}

static bool
decide_file(const struct fold *f, struct state *st, const struct gk_event *e, uint32_t day)
{
	const json_t *years = json_object_get(json_object_get(e->json, "act"), "transfer_years");

	(void)f, (void)day;
	take_term(st, e);
	st->until = GK_NO_DATE;
	st->transfer_years = (int)json_integer_value(years);
	st->r.filed = e;
	return true;
}

/* Kept for a time that is over would be kept for no time. */
static bool
decide_keep(const struct fold *f, struct state *st, const struct gk_event *e, uint32_t day)
{
	const struct state before = *st;
	uint32_t due;

	take_term(st, e);
	due = appraisal_day(f, st);
	if (st->r.keep == GK_K_Y || (due != GK_DAY_OPEN && due > day))
		return true;
	*st = before;
	return false;
}

static bool
decide_cancel(const struct fold *f, struct state *st, const struct gk_event *e, uint32_t day)
{
	take_term(st, e);
	st->stopped = appraisal_day(f, st) <= day;
	return true;
}

static bool
decide_reclassify(const struct fold *f, struct state *st, const struct gk_event *e, uint32_t day)
{
	(void)f, (void)day;
	if (act_keep(e) == st->r.keep && act(e, "until")[0] == '\0')
		return false;
	take_term(st, e);
	return true;
}

static bool
decide_hold_on(const struct fold *f, struct state *st, const struct gk_event *e, uint32_t day)
{
	(void)f, (void)day;
	for (size_t i = 0; i < st->r.n_holds; i++)
		if (strcmp(act(st->hold[i], "case"), act(e, "case")) == 0)
			return false;
	st->hold[st->r.n_holds++] = e;
	return true;
}

static bool
decide_hold_off(const struct fold *f, struct state *st, const struct gk_event *e, uint32_t day)
{
	(void)f, (void)day;
	for (size_t i = 0; i < st->r.n_holds; i++)
		if (strcmp(act(st->hold[i], "case"), act(e, "case")) == 0) {
			memmove(&st->hold[i], &st->hold[i + 1], (st->r.n_holds - i - 1) * sizeof *st->hold);
			st->r.n_holds--;
			return true;
		}
	return false;
}

enum { OPEN_YEARS = 25 };	/* 档案法 Art. 27 */

static bool
decide_open(const struct fold *f, struct state *st, const struct gk_event *e, uint32_t day)
{
	if (st->r.open || (day < years_later(f->formed, OPEN_YEARS) && act(e, "reason")[0] == '\0'))
		return false;
	st->r.open = true;
	return true;
}

static const struct rule rules[] = {
	{ "file", "归档", "filing", IS(GK_R_UNFILED), GK_R_FILED, CODE | REFCODE, decide_file },					/* R1 */
	{ "appraise_keep", "鉴定续存", "appraisal: keep", IS(GK_R_DUE_APPRAISAL), GK_R_EXTENDED, TERM | REPORT, decide_keep },	/* R3 */
	{ "appraise_destroy", "鉴定销毁", "appraisal: destroy", IS(GK_R_DUE_APPRAISAL), GK_R_APPROVED_DESTROY,
	  REPORT | REASON | HEAD | ARCHIVIST | NO_HOLD | NOT_Y, NULL },								/* R4 */
	{ "destroy", "销毁", "destruction", IS(GK_R_APPROVED_DESTROY), GK_R_DESTROYED, TWO | REGISTER | METHOD | NO_HOLD, NULL },	/* R5 */
	{ "cancel_destroy", "撤销销毁", "destruction called off", IS(GK_R_APPROVED_DESTROY), GK_R_EXTENDED, REASON, decide_cancel },	/* R6 */
	{ "transfer", "移交", "transfer", KEPT | IS(GK_R_DUE_TRANSFER), GK_R_TRANSFERRED, TO | RECEIPT, NULL },			/* R8 */
	{ "hold_on", "停止处置", "hold", ALIVE, STAYS, CASE | REASON, decide_hold_on },						/* R9 */
	{ "hold_off", "解除停止处置", "release of a hold", ALIVE, STAYS, CASE, decide_hold_off },				/* R9 */
	{ "open", "开放", "opening", ALIVE, STAYS, REVIEW, decide_open },							/* R10 */
	{ "reclassify", "改划期限", "another term", KEPT, STAYS, CODE | REASON, decide_reclassify },				/* R11 */
	{ "reclassify", "改划期限", "another term", IS(GK_R_DUE_TRANSFER), GK_R_FILED, CODE | REASON, decide_reclassify },	/* R11 */
};
enum { RULES = sizeof rules / sizeof *rules };

bool
gk_retention_event(const char *type)
{
	for (size_t i = 0; i < RULES; i++)
		if (strcmp(rules[i].type, type) == 0)
			return true;
	return false;
}

/* ---- what a row asks for ---- */

static bool
two_differ(const struct gk_event *e)
{
	const json_t *list = json_object_get(json_object_get(e->json, "act"), "supervisors");
	const char *a = json_string_value(json_array_get(list, 0)), *b = json_string_value(json_array_get(list, 1));

	return a != NULL && b != NULL && *a != '\0' && *b != '\0' && strcmp(a, b) != 0;
}

static bool
has_term(const struct gk_event *e)
{
	return act_keep(e) != GK_K_NONE || act_date(e, "until").year != 0;
}

/* The first need that the event does not meet; 0 if it meets all. NO_HOLD and NOT_Y are the state's. */
static unsigned
unmet(const struct rule *rule, const struct state *st, const struct gk_event *e)
{
	const struct { unsigned need; bool met; } table[] = {
		{ CODE, act_keep(e) != GK_K_NONE }, { REFCODE, act(e, "refcode")[0] != '\0' }, { TERM, has_term(e) }, { REPORT, act(e, "report")[0] != '\0' },
		{ REASON, act(e, "reason")[0] != '\0' }, { HEAD, act(e, "approved_by")[0] != '\0' }, { ARCHIVIST, act(e, "archivist")[0] != '\0' },
		{ TWO, two_differ(e) }, { REGISTER, act(e, "register")[0] != '\0' }, { METHOD, act(e, "method")[0] != '\0' }, { TO, act(e, "to")[0] != '\0' },
		{ RECEIPT, act(e, "receipt")[0] != '\0' }, { CASE, act(e, "case")[0] != '\0' }, { REVIEW, act(e, "review")[0] != '\0' },
		{ NO_HOLD, st->r.n_holds == 0 }, { NOT_Y, st->r.keep != GK_K_Y },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if ((rule->needs & table[i].need) != 0 && !table[i].met)
			return table[i].need;
	return 0;
}

/* ---- running it ---- */

static void
enter(struct state *st, enum gk_retention to, uint32_t day, const struct gk_event *by)
{
	st->r.by_clock = by == NULL;
	st->r.by = by != NULL ? by : st->r.by;
	if (to == st->r.state)
		return;
	st->r.state = to;
	st->since = day;
}

/* R2 and R7, whatever of them is true by the end of `day`. */
static void
run_clocks(const struct fold *f, struct state *st, uint32_t day)
{
	uint32_t due = st->r.n_holds == 0 ? appraisal_day(f, st) : GK_DAY_OPEN, transfer = transfer_day(f, st);
	uint32_t first = transfer <= due ? transfer : due;

	if ((IS(st->r.state) & KEPT) == 0 || first == GK_DAY_OPEN || first > day)
		return;
	enter(st, first == transfer ? GK_R_DUE_TRANSFER : GK_R_DUE_APPRAISAL, first > st->act_day ? first : st->act_day, NULL);
}

static void
apply(const struct fold *f, struct state *st, const struct gk_event *e, uint32_t day)
{
	for (size_t i = 0; i < RULES; i++) {
		const struct rule *rule = &rules[i];

		if (strcmp(rule->type, e->type) != 0 || (rule->from & IS(st->r.state)) == 0)
			continue;
		if (unmet(rule, st, e) != 0 || (rule->decide != NULL && !rule->decide(f, st, e, day)))
			return;
		st->act_day = day;
		if (f->applied != NULL)
			f->applied[e - f->events] = true;
		if (rule->to != STAYS)
			enter(st, (enum gk_retention)rule->to, day, e);
		else if (rule->decide == decide_reclassify)
			enter(st, st->r.state, day, e);
		return;
	}
}

struct dated { uint32_t day; const struct gk_event *e; };

static int
in_order(const void *x, const void *y)
{
	const struct dated *a = x, *b = y;
	int order;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	order = gk_instant_order(a->e->recorded_at, b->e->recorded_at);
	return order != 0 ? order : a->e < b->e ? -1 : a->e > b->e;
}

/* The record's date: what the counting events say last of formed_date, else of published_at. */
static struct gk_date
formed(const struct fold *f)
{
	static const char *const keys[] = { "formed_date", "published_at" };
	size_t *order = gk_calloc_or_end(f->n + 1, sizeof *order);
	struct gk_date found = GK_NO_DATE;

	gk_history_order(f->events, f->n, order);
	for (size_t k = 0; k < 2 && found.year == 0; k++)
		for (size_t at = f->n; at-- > 0; ) {
			const json_t *meta = json_object_get(f->events[order[at]].json, "meta");
			const char *s = gk_meta_get(meta, keys[k]);

			if (!f->counts[order[at]] || !gk_event_describes(&f->events[order[at]]) || json_object_get(meta, keys[k]) == NULL)
				continue;
			gk_date_parse(s, strlen(s), &found);
			break;		/* taken back, or no date: the next key */
		}
	free(order);
	return found;
}

static void
dates(const struct fold *f, struct state *st)
{
	uint32_t due = appraisal_day(f, st), transfer = transfer_day(f, st), open = years_later(f->formed, OPEN_YEARS);

	st->r.term_end = term_end(f, st);
	st->r.due_appraisal = due == GK_DAY_OPEN ? GK_NO_DATE : gk_date_of_day(due);
	st->r.transfer_due = transfer == GK_DAY_OPEN ? GK_NO_DATE : gk_date_of_day(transfer);
	st->r.open_date = open == GK_DAY_OPEN ? GK_NO_DATE : gk_date_of_day(open);
	st->r.since = st->r.state == GK_R_UNFILED ? GK_NO_DATE : gk_date_of_day(st->since);
	for (size_t i = 0; i < st->r.n_holds && i < GK_HOLDS_SHOWN; i++)
		st->r.hold[i] = st->hold[i];
}

static size_t
sort_acts(const struct fold *f, struct dated *acts, uint32_t as_of)
{
	size_t n = 0;

	for (size_t i = 1; i < f->n; i++)
		if (f->counts[i] && gk_retention_event(f->events[i].type) && day_of(&f->events[i]) <= as_of)
			acts[n++] = (struct dated){ day_of(&f->events[i]), &f->events[i] };
	qsort(acts, n, sizeof *acts, in_order);
	return n;
}

static struct state
fold(struct fold *f, const struct gk_event **hold, struct dated *acts, struct gk_date as_of, const char *known_at)
{
	struct state st = { .hold = hold };
	uint32_t day = gk_date_last_day(as_of.year == 0 ? gk_date_today() : as_of);
	size_t n;

	gk_history_counting(f->events, f->n, known_at, f->counts);
	if (f->n == 0 || !f->counts[0])
		return st;
	f->formed = formed(f);
	n = sort_acts(f, acts, day);
	for (size_t i = 0; i < n; i++) {
		run_clocks(f, &st, acts[i].day);
		apply(f, &st, acts[i].e, acts[i].day);
	}
	run_clocks(f, &st, day);
	dates(f, &st);
	return st;
}

static struct gk_retention_of
run(const struct gk_event *events, size_t n, struct gk_date as_of, const char *known_at, bool *applied)
{
	struct fold f = { .events = events, .n = n, .counts = gk_calloc_or_end(n + 1, sizeof *f.counts), .applied = applied };
	const struct gk_event **hold = gk_calloc_or_end(n + 1, sizeof *hold);
	struct dated *acts = gk_calloc_or_end(n + 1, sizeof *acts);
	struct gk_retention_of r = fold(&f, hold, acts, as_of, known_at).r;

	free(f.counts);
	free(hold);
	free(acts);
	return r;
}

struct gk_retention_of
gk_retention_at(const struct gk_event *events, size_t n, struct gk_date as_of, const char *known_at)
{
	return run(events, n, as_of, known_at, NULL);
}

void
gk_retention_applied(const struct gk_event *events, size_t n, struct gk_date as_of, const char *known_at, bool *applied)
{
	memset(applied, 0, n * sizeof *applied);
	run(events, n, as_of, known_at, applied);
}

bool
gk_retention_destroyed(const struct gk_event *events, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (strcmp(events[i].type, "destroy") == 0)
			return gk_retention_at(events, n, GK_NO_DATE, NULL).state == GK_R_DESTROYED;
	return false;
}

/* ---- may it be registered? ---- */

struct words { const char *zh, *en; };

static struct words
need_words(unsigned need)
{
	static const struct { unsigned need; struct words w; } table[] = {
		{ CODE, { "保管期限（Y D30 D10 CQ DQ）", "a retention code (Y D30 D10 CQ DQ)" } }, { REFCODE, { "档号", "a reference code" } },
		{ TERM, { "新的保管期限，或保管到哪一天", "a new retention code or last day" } }, { REPORT, { "鉴定报告的编号", "the number of the appraisal report" } },
		{ REASON, { "理由", "a reason" } }, { HEAD, { "批准人", "the head who approved it" } }, { ARCHIVIST, { "档案人员", "the archivist" } },
		{ TWO, { "两名不同的监销人", "two supervisors who differ" } }, { REGISTER, { "销毁清册的摘要", "the register's digest" } },
		{ METHOD, { "销毁方式", "the method of destruction" } }, { TO, { "接收的档案馆", "the archive that took it" } },
		{ RECEIPT, { "接收回执", "the archive's receipt" } }, { CASE, { "案由编号", "the name of the case" } }, { REVIEW, { "开放审核的依据", "the opening review" } },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].need == need)
			return table[i].w;
	return (struct words){ "", "" };
}

static enum gk_status
refused_by_hold(const struct gk_retention_of *r, const struct rule *rule, const char *id, struct gk_err *err)
{
	char cases[400] = "";

	for (size_t i = 0; i < r->n_holds && i < GK_HOLDS_SHOWN; i++)
		snprintf(cases + strlen(cases), sizeof cases - strlen(cases), "%s%.60s", i > 0 ? "、" : "", act(r->hold[i], "case"));
	cases[gk_utf8_cut(cases, strlen(cases))] = '\0';
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不能登记%s%.0s '%s'：已停止处置（%s）", "%.0scannot register the %s of '%s': it is on hold (%s)", rule->label, rule->label_en, id, cases);
	gk_hint(err, "事毕后解除：gongkai hold release --case … %s", "when the case is over: gongkai hold release --case … %s", id);
	return GK_REFUSED;
}

static enum gk_status
refused_by_state(const struct gk_retention_of *r, const struct rule *rule, const char *id, struct gk_err *err)
{
	char due[12];

	gk_date_format(r->due_appraisal, due);
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "不能登记%s%.0s '%s'：它是“%s”%.0s%s%s", "%.0scannot register the %s of '%s': it is %.0s'%s'%s%s", rule->label, rule->label_en, id,
		gk_retention_names[r->state].label, gk_retention_names[r->state].label_en, due[0] != '\0' ? GK_T("，到期日 ", ", due on ") : "", due);
	gk_hint(err, "gongkai retention explain %s 说明由来", "gongkai retention explain %s tells why", id);
	return GK_REFUSED;
}

enum gk_status
gk_retention_check(const struct gk_event *events, size_t n, const struct gk_event *a, struct gk_err *err)
{
	struct gk_date day = a->effective.year != 0 ? a->effective : gk_event_day(a);
	struct gk_retention_of r = gk_retention_at(events, n, day, NULL);
	struct state st = { .r = r };
	const struct rule *rule = NULL, *any = NULL;
	struct gk_event *with;
	unsigned need;
	bool *applied, works;

	for (size_t i = 0; i < RULES; i++)
		if (strcmp(rules[i].type, a->type) == 0) {
			any = &rules[i];
			if ((rules[i].from & IS(r.state)) != 0)
				rule = &rules[i];
		}
	if (any == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有登记种类 '%s'", "there is no kind of act '%s'", a->type);
	need = unmet(any, &st, a);
	if (need != 0 && need != NO_HOLD && need != NOT_Y)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "%s%.0s '%s' 缺少%s%.0s", "%.0sthe %s of '%s' lacks %.0s%s", any->label, any->label_en, a->id, need_words(need).zh, need_words(need).en);
	/* A record on hold is not due: the hold is the reason that helps. */
	if ((any->needs & NO_HOLD) != 0 && r.n_holds > 0)
		return refused_by_hold(&r, any, a->id, err);
	if (rule == NULL)
		return refused_by_state(&r, any, a->id, err);
	with = calloc(n + 1, sizeof *with);
	applied = calloc(n + 1, sizeof *applied);
	if (with == NULL || applied == NULL) {
		free(with);
		free(applied);
		return gk_nomem(err);
	}
	memcpy(with, events, n * sizeof *with);
	with[n] = *a;
	gk_retention_applied(with, n + 1, day, NULL, applied);
	works = applied[n];
	free(with);
	free(applied);
	if (works)
		return GK_OK;
	if (need == NOT_Y)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 保管期限为永久，不能销毁", "'%s' is permanent and cannot be destroyed", a->id);
	return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "%s%.0s '%s' 不会改变什么：期限已过、案由已登记（或未登记），或期限未变",
		       "%.0sthe %s of '%s' would change nothing: that term is over, the case is held already (or not at all), or the code is the same", any->label, any->label_en, a->id);
}

/* ---- words ---- */

void
gk_retention_sentence(const struct gk_retention_of *r, enum gk_lang lang, char *out, size_t size)
{
	const bool en = lang == GK_EN;
	const struct gk_keep_name *keep = &gk_keep_names[r->keep];
	const char *rule = r->filed == NULL ? "" : act(r->filed, "rule"), *version = r->filed == NULL ? "" : act(r->filed, "schedule");
	char end[12], rule_part[400] = "", from[40] = "";
	int n;

	gk_date_format(r->term_end, end);
	if (r->filed == NULL) {
		n = snprintf(out, size, "%s", en ? "not filed: no term is running" : "未归档，没有保管期限在计算");
	} else {
		if (*rule != '\0')
			snprintf(rule_part, sizeof rule_part, en ? " (%.200s%s%.60s)" : "（%.200s%s%.60s）", rule, *version != '\0' ? (en ? "; schedule " : "；期限表 ") : "", version);
		if (r->keep != GK_K_Y && r->term_end.year != 0 && keep->years > 0 && r->term_end.month == 12 && r->term_end.day == 31)
			snprintf(from, sizeof from, en ? ", from %04d-01-01 on" : "，自 %04d-01-01 起算", r->term_end.year - keep->years + 1);
		if (r->keep == GK_K_Y)
			n = snprintf(out, size, en ? "kept for ever%s" : "永久保管%s", rule_part);
		else if (end[0] == '\0')
			n = snprintf(out, size, en ? "kept: %s%s; its date is not known, so no term ends" : "保管期限%s%s；文件日期不明，期限不届满", en ? keep->label_en : keep->label, rule_part);
		else
			n = snprintf(out, size, en ? "kept until %s: %s%s%s" : "保管至 %s：%s%s%s", end, en ? keep->label_en : keep->label, rule_part, from);
	}
	if (size > 0 && n >= 0)
		out[gk_utf8_cut(out, (size_t)n < size ? (size_t)n : size - 1)] = '\0';
}

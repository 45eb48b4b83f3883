/*
 * 有效性: the fold.
 *
 *   base      what the first event, later copies of the document and corrections of metadata
 *             say: level, dates, abolished_by, the source's own label.  It counts from the beginning.
 *   acts      the other events, each with a day, a rank within the day, the states it can
 *             act on and the state it leads to: the table `rules`
 *   clocks    taking effect, expiry, the end of a suspension: never stored, they fire
 *             between the acts
 *
 * Where the events leave a choice, it is made thus:
 *   - an act without effective_date counts from the office's day of its recording, and
 *     its `since` is unknown;
 *   - a date known to the month begins on its first day (自2019年6月起), and as the end of a term
 *     it ends on its last;
 *   - the clock of expiry fires once, on the day after the term: whoever is confirmed or
 *     reinstated later is in force until a new term ends; a term that is over before the
 *     document takes effect ends it on the day on which it does;
 *   - what happens to a document while it is suspended or not yet effective (a new text, the end of
 *     some articles, a longer suspension) is seen when it is in force again: no act is lost, because
 *     then it would come back as a wrong 现行有效;
 *   - metadata count in the order of gk_history_order: as recorded, whatever the order of the archive;
 *   - the term of a new text that is a record of its own is that record's, not this one's;
 *   - 撤销 holds from the beginning, whatever day it was decided on;
 *   - what only the source's label says ("asserted") gives way to every act as
 *     `unknown` does; a label that says "ended" also beats a state to which only the clock
 *     led, because a wrong 现行有效 is worse than none.
 */
#include "record/validity.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "record/field.h"
#include "record/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct gk_validity_name gk_validity_names[GK_V_COUNT] = {
	[GK_V_NOT_APPLICABLE]    = { "not_applicable", "", "", "", false, false },
	[GK_V_UNKNOWN]           = { "unknown", "时效待核", "Not checked", "?", false, false },
	[GK_V_NOT_YET_EFFECTIVE] = { "not_yet_effective", "尚未生效", "Not yet in force", "◷", false, false },
	[GK_V_IN_FORCE]          = { "in_force", "现行有效", "In force", "✓", true, false },
	[GK_V_PARTLY_IN_FORCE]   = { "partly_in_force", "部分有效", "Partly in force", "◐", true, false },
	[GK_V_SUSPENDED]         = { "suspended", "暂停执行", "Suspended", "‖", false, false },
	[GK_V_AMENDED]           = { "amended", "已被修改（旧文本）", "Superseded text", "↻", false, true },
	[GK_V_EXPIRED]           = { "expired", "有效期届满失效", "Expired", "⌛", false, true },
	[GK_V_LAPSED]            = { "lapsed", "宣布失效", "Declared lapsed", "∅", false, true },
	[GK_V_ABOLISHED]         = { "abolished", "已废止", "Abolished", "✗", false, true },
	[GK_V_REVOKED]           = { "revoked", "已撤销（自始无效）", "Annulled", "⊘", false, true },
};

/* Words of other libraries (domain.md 4.2, 4.3).  Never their numbers: the same digit means different things. */
static const struct { const char *word; enum gk_validity code; } words[] = {
	{ "有效", GK_V_IN_FORCE }, { "现行有效", GK_V_IN_FORCE }, { "生效中", GK_V_IN_FORCE }, { "全文有效", GK_V_IN_FORCE },
	{ "继续有效", GK_V_IN_FORCE }, { "已生效", GK_V_IN_FORCE }, { "现行", GK_V_IN_FORCE }, { "valid", GK_V_IN_FORCE },
	{ "未生效", GK_V_NOT_YET_EFFECTIVE }, { "尚未生效", GK_V_NOT_YET_EFFECTIVE }, { "待生效", GK_V_NOT_YET_EFFECTIVE },
	{ "部分有效", GK_V_PARTLY_IN_FORCE }, { "条款失效", GK_V_PARTLY_IN_FORCE }, { "部分废止", GK_V_PARTLY_IN_FORCE },
	{ "部分失效", GK_V_PARTLY_IN_FORCE }, { "部分条款失效", GK_V_PARTLY_IN_FORCE },
	{ "暂停执行", GK_V_SUSPENDED }, { "暂停施行", GK_V_SUSPENDED }, { "停止执行", GK_V_SUSPENDED }, { "暂停实施", GK_V_SUSPENDED },
	{ "已修改", GK_V_AMENDED }, { "已被修改", GK_V_AMENDED }, { "已修订", GK_V_AMENDED }, { "已被修订", GK_V_AMENDED }, { "已修正", GK_V_AMENDED },
	{ "失效", GK_V_EXPIRED }, { "已失效", GK_V_EXPIRED }, { "全文失效", GK_V_EXPIRED }, { "自动失效", GK_V_EXPIRED }, { "有效期届满", GK_V_EXPIRED },
	{ "该文件已失效", GK_V_EXPIRED }, { "宣布失效", GK_V_LAPSED }, { "已宣布失效", GK_V_LAPSED },
	{ "废止", GK_V_ABOLISHED }, { "已废止", GK_V_ABOLISHED }, { "全文废止", GK_V_ABOLISHED }, { "该文件已废止", GK_V_ABOLISHED }, { "已作废", GK_V_ABOLISHED },
	{ "撤销", GK_V_REVOKED }, { "已撤销", GK_V_REVOKED }, { "被撤销", GK_V_REVOKED },
	{ "时效待核", GK_V_UNKNOWN }, { "未知", GK_V_UNKNOWN }, { "待核", GK_V_UNKNOWN },
};

/* "【已失效】", "（该文件已废止）": the word inside. */
static void
unwrap(const char **p, size_t *n)
{
	static const char *const pairs[][2] = { { "【", "】" }, { "（", "）" }, { "(", ")" }, { "[", "]" }, { "〔", "〕" }, { "［", "］" }, { " ", "" }, { "", " " } };

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; ) {
		size_t open = strlen(pairs[i][0]), close = strlen(pairs[i][1]);

		if (*n > open + close && memcmp(*p, pairs[i][0], open) == 0 && memcmp(*p + *n - close, pairs[i][1], close) == 0) {
			*p += open;
			*n -= open + close;
			i = 0;
		} else {
			i++;
		}
	}
}

bool
gk_validity_find(const char *name, size_t n, enum gk_validity *out)
{
	unwrap(&name, &n);
	for (int i = 0; i < GK_V_COUNT; i++) {
		const struct gk_validity_name *v = &gk_validity_names[i];

		if ((strlen(v->code) == n && memcmp(v->code, name, n) == 0) || (n > 0 && strlen(v->label) == n && memcmp(v->label, name, n) == 0)) {
			*out = (enum gk_validity)i;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strlen(words[i].word) == n && memcmp(words[i].word, name, n) == 0) {
			*out = words[i].code;
			return true;
		}
	return false;
}

/* ---- the table of acts (domain.md 4.6) ---- */

#define IS(code) (1u << (code))
enum {
	LIVE = IS(GK_V_IN_FORCE) | IS(GK_V_PARTLY_IN_FORCE),
	OVER = IS(GK_V_AMENDED) | IS(GK_V_EXPIRED) | IS(GK_V_LAPSED) | IS(GK_V_ABOLISHED) | IS(GK_V_REVOKED),
	ALL = IS(GK_V_COUNT) - 1,
	OPEN = ALL & ~OVER,
	WAITING = IS(GK_V_SUSPENDED) | IS(GK_V_NOT_YET_EFFECTIVE),
};

/* Within one day an act that ends wins; of several in one rank, the one recorded later. */
enum rank { RANK_START, RANK_AMEND, RANK_CONFIRM, RANK_SUSPEND, RANK_END, RANK_REPLACE };

struct state {
	struct gk_status_of s;
	uint32_t from;			/* first day of s */
	bool by_clock;			/* only the clock of taking effect led here */
	uint32_t expires;		/* the day on which the clock of expiry fires; GK_DAY_OPEN: none */
	bool overdue;			/* it fired while there was nothing that could expire, as before the document took effect */
	uint32_t last_term;		/* the last day of the newest term; 0: none was ever stated */
	uint32_t resumes;		/* the day on which a suspension ends by itself */
	enum gk_validity then;		/* what it will be then, or when it takes effect */
};

struct fold;
struct act;

struct rule {
	const char *type;	/* of the event; NULL for what the base says */
	enum rank rank;
	unsigned from;
	enum gk_validity to;
	/* Decides what the table cannot; NULL: go to `to`.  False if the act has no effect after all. */
	bool (*decide)(const struct fold *f, const struct act *a, struct state *st, enum gk_validity *to);
};

struct act {
	const struct rule *rule;
	const struct gk_event *e;
	uint32_t day;
	struct gk_date since;	/* as stated, perhaps partial; GK_NO_DATE if not */
	size_t seq;
};

struct fold {
	const struct gk_event *events;
	size_t n, n_acts;
	bool *counts;
	struct act *acts;
	bool *applied;		/* gk_validity_applied; NULL: nobody asks */
};

static void
note_applied(const struct fold *f, const struct gk_event *e)
{
	if (f->applied != NULL)
		f->applied[e - f->events] = true;
}

/* An event's day in law, or else the day it was recorded. */
static uint32_t
day_of(const struct gk_event *e)
{
	return gk_date_first_day(e->effective.year != 0 ? e->effective : gk_event_day(e));
}

static struct gk_date
date_in(const json_t *object, const char *key)
{
	const char *s = gk_meta_get(object, key);
	struct gk_date d = GK_NO_DATE;

	gk_date_parse(s, strlen(s), &d);
	return d;
}

static const json_t *
meta_of(const struct gk_event *e)
{
	return json_object_get(e->json, "meta");
}

/* The new text may be kept here as a version, or be a record of its own: then this one holds the old text. */
static bool
own_text(const struct gk_event *e)
{
	const char *by = gk_event_act(e, "by");

	return json_object_get(e->json, "content") != NULL || by[0] == '\0' || strcmp(by, e->id) == 0;
}

static bool
decide_amend_text(const struct fold *f, const struct act *a, struct state *st, enum gk_validity *to)
{
	bool own = own_text(a->e);

	(void)f;
	*to = !own ? GK_V_AMENDED : (IS(st->s.code) & LIVE) != 0 ? GK_V_IN_FORCE : st->s.code;
	if (own)
		st->then = GK_V_IN_FORCE;
	return true;
}

static bool
decide_abolish_articles(const struct fold *f, const struct act *a, struct state *st, enum gk_validity *to)
{
	const json_t *left = json_object_get(json_object_get(a->e->json, "act"), "remaining");

	(void)f;
	if (st->s.code == GK_V_NOT_YET_EFFECTIVE && st->s.asserted)
		return false;
	*to = (IS(st->s.code) & LIVE) != 0 ? GK_V_PARTLY_IN_FORCE : st->s.code;
	if (json_is_integer(left) && json_integer_value(left) <= 0)
		*to = GK_V_ABOLISHED;
	else if (*to != GK_V_PARTLY_IN_FORCE)
		st->then = GK_V_PARTLY_IN_FORCE;
	return true;
}

/* The new term must be longer than the last; renewing what has expired takes the flag "late". */
static bool
decide_renew(const struct fold *f, const struct act *a, struct state *st, enum gk_validity *to)
{
	struct gk_date end = date_in(meta_of(a->e), "expiry_date");
	bool late = json_is_true(json_object_get(json_object_get(a->e->json, "act"), "late"));

	(void)f;
	if (end.year == 0 || gk_date_last_day(end) <= st->last_term || gk_date_last_day(end) < a->day)
		return false;
	*to = st->s.code;
	if (st->s.code != GK_V_EXPIRED)
		return true;
	*to = GK_V_IN_FORCE;
	return late;
}

static bool
decide_what_waits(const struct fold *f, const struct act *a, struct state *st, enum gk_validity *to)
{
	(void)f, (void)a;
	*to = st->then;
	return true;
}

static bool
decide_suspend(const struct fold *f, const struct act *a, struct state *st, enum gk_validity *to)
{
	const char *s = gk_event_act(a->e, "until");
	struct gk_date until;

	(void)f;
	if (st->s.code != GK_V_SUSPENDED)
		st->then = st->s.code;
	st->resumes = GK_DAY_OPEN;
	if (gk_date_parse(s, strlen(s), &until) && gk_date_last_day(until) >= a->day)
		st->resumes = gk_date_last_day(until) + 1;
	*to = GK_V_SUSPENDED;
	return true;
}

/* V11: saved by a new text or a successor that came after the list and before its day. */
static bool
decide_conditional_lapse(const struct fold *f, const struct act *a, struct state *st, enum gk_validity *to)
{
	uint32_t listed = day_of(a->e);

	(void)st;
	*to = GK_V_LAPSED;
	for (size_t i = 0; i < f->n; i++) {
		const struct gk_event *e = &f->events[i];

		if (!f->counts[i] || (strcmp(e->type, "amend_text") != 0 && strcmp(e->type, "replace") != 0))
			continue;
		if (day_of(e) >= listed && (day_of(e) < a->day || gk_date_first_day(gk_event_day(e)) < a->day))
			return false;
	}
	return true;
}

static bool
asserted_code(const char *word, struct state *st, enum gk_validity *to)
{
	if (!gk_validity_find(word, strlen(word), to) || *to == GK_V_UNKNOWN || *to == GK_V_NOT_APPLICABLE)
		return false;
	if (*to == GK_V_SUSPENDED)
		st->then = GK_V_IN_FORCE;
	return true;
}

static bool
decide_assert(const struct fold *f, const struct act *a, struct state *st, enum gk_validity *to)
{
	const char *word = gk_event_act(a->e, "status");

	(void)f;
	return asserted_code(word[0] != '\0' ? word : gk_meta_get(meta_of(a->e), "asserted_status"), st, to);
}

/* The label that came with the document, beside its dates. */
static bool
decide_label(const struct fold *f, const struct act *a, struct state *st, enum gk_validity *to)
{
	const char *word = gk_meta_get(meta_of(a->e), "asserted_status");

	(void)f;
	/* Only what is taken on may say to what a suspension leads back. */
	if (st->s.code == GK_V_UNKNOWN || st->s.asserted)
		return asserted_code(word, st, to);
	return st->by_clock && gk_validity_find(word, strlen(word), to) && gk_validity_names[*to].ended;
}

static const struct rule rules[] = {
	{ "amend_text", RANK_AMEND, OPEN & ~IS(GK_V_NOT_APPLICABLE), GK_V_IN_FORCE, decide_amend_text },			/* V3 */
	{ "abolish_articles", RANK_END, LIVE | WAITING, GK_V_PARTLY_IN_FORCE, decide_abolish_articles },			/* V5 */
	{ "abolish", RANK_END, ALL & ~(IS(GK_V_ABOLISHED) | IS(GK_V_REVOKED)), GK_V_ABOLISHED, NULL },			/* V6 */
	{ "replace", RANK_REPLACE, ALL & ~(IS(GK_V_ABOLISHED) | IS(GK_V_REVOKED)), GK_V_ABOLISHED, NULL },		/* V7 */
	{ "renew", RANK_AMEND, OPEN | IS(GK_V_EXPIRED), GK_V_IN_FORCE, decide_renew },					/* V9 */
	{ "lapse", RANK_END, OPEN, GK_V_LAPSED, NULL },									/* V10 */
	{ "conditional_lapse", RANK_END, OPEN, GK_V_LAPSED, decide_conditional_lapse },					/* V11 */
	{ "confirm_valid", RANK_CONFIRM, LIVE | IS(GK_V_SUSPENDED) | IS(GK_V_UNKNOWN), GK_V_IN_FORCE, NULL },		/* V12 */
	{ "suspend", RANK_SUSPEND, LIVE | IS(GK_V_SUSPENDED), GK_V_SUSPENDED, decide_suspend },				/* V13 */
	{ "resume", RANK_SUSPEND, IS(GK_V_SUSPENDED), GK_V_IN_FORCE, decide_what_waits },				/* V13 */
	{ "reinstate", RANK_CONFIRM, IS(GK_V_ABOLISHED) | IS(GK_V_LAPSED) | IS(GK_V_EXPIRED), GK_V_IN_FORCE, NULL },	/* V15 */
	{ "assert_status", RANK_CONFIRM, IS(GK_V_UNKNOWN), GK_V_IN_FORCE, decide_assert },				/* V18 */
};
/* amend_articles (V4) changes no state; revoke (V14), annul_event (V16), correct_metadata (V17) are not acts on a day. */

static const struct rule take_effect = { NULL, RANK_START, IS(GK_V_NOT_YET_EFFECTIVE), GK_V_IN_FORCE, decide_what_waits };	/* V2 */
static const struct rule said_abolished = { NULL, RANK_END, ALL & ~(IS(GK_V_ABOLISHED) | IS(GK_V_REVOKED)), GK_V_ABOLISHED, NULL };
static const struct rule labelled = { NULL, RANK_CONFIRM, OPEN, GK_V_IN_FORCE, decide_label };
enum { EXPIRES_FROM = LIVE | IS(GK_V_SUSPENDED) | IS(GK_V_UNKNOWN) };							/* V8 */

/* ---- the base ---- */

static bool
is_base(const struct fold *f, size_t i)
{
	return f->counts[i] && (i == 0 || gk_event_describes(&f->events[i]));
}

/* The base event recorded last that speaks of `key`, also if it takes it back (null); NULL if none does. */
static const struct gk_event *
speaks_of(const struct fold *f, const char *key)
{
	const struct gk_event *last = NULL;

	for (size_t i = 0; i < f->n; i++)
		if (is_base(f, i) && json_object_get(meta_of(&f->events[i]), key) != NULL
		    && (last == NULL || last == f->events || gk_instant_order(last->recorded_at, f->events[i].recorded_at) <= 0))
			last = &f->events[i];
	return last;
}

static const struct gk_event *
stated(const struct fold *f, const char *key)
{
	const struct gk_event *e = speaks_of(f, key);

	return e == NULL || gk_meta_get(meta_of(e), key)[0] == '\0' ? NULL : e;
}

static struct gk_date
stated_date(const struct fold *f, const char *key)
{
	const struct gk_event *e = stated(f, key);

	return e == NULL ? GK_NO_DATE : date_in(meta_of(e), key);
}

static void
add_act(struct fold *f, const struct rule *rule, const struct gk_event *e, uint32_t day, struct gk_date since)
{
	f->acts[f->n_acts++] = (struct act){ rule, e, day, since, (size_t)(e - f->events) };
}

static void
add_base(struct fold *f, struct state *st)
{
	static const char *const axis[] = { "expiry_date", "abolished_by", "abolished_date", "asserted_status" };
	const struct gk_event *level = stated(f, "norm_level"), *by = stated(f, "abolished_by"), *label = stated(f, "asserted_status");
	struct gk_date effective = stated_date(f, "effective_date"), expiry = stated_date(f, "expiry_date"), abolished = stated_date(f, "abolished_date");
	bool normative = level != NULL && gk_level_binds(gk_meta_get(meta_of(level), "norm_level"));

	if (speaks_of(f, "effective_date") == NULL)
		effective = f->events[0].effective;
	normative = normative || effective.year != 0;
	for (size_t i = 0; i < sizeof axis / sizeof *axis; i++)
		normative = normative || stated(f, axis[i]) != NULL;
	st->s.code = normative ? GK_V_UNKNOWN : GK_V_NOT_APPLICABLE;
	if (effective.year != 0) {
		st->s.code = GK_V_NOT_YET_EFFECTIVE;
		st->by_clock = true;
		add_act(f, &take_effect, &f->events[0], gk_date_first_day(effective), effective);
	}
	if (expiry.year != 0) {
		st->last_term = gk_date_last_day(expiry);
		st->expires = st->last_term + 1;
	}
	if (abolished.year != 0)
		add_act(f, &said_abolished, by != NULL ? by : stated(f, "abolished_date"), gk_date_first_day(abolished), abolished);
	else if (by != NULL)
		add_act(f, &said_abolished, by, gk_date_first_day(gk_event_day(by)), GK_NO_DATE);
	if (label != NULL)
		add_act(f, &labelled, label, gk_date_first_day(gk_event_day(label)), GK_NO_DATE);
}

static void
add_acts(struct fold *f)
{
	for (size_t i = 1; i < f->n; i++) {
		const struct gk_event *e = &f->events[i];

		for (size_t r = 0; f->counts[i] && r < sizeof rules / sizeof *rules; r++) {
			const char *date = gk_event_act(e, "lapse_date");
			struct gk_date d = e->effective;

			if (strcmp(e->type, rules[r].type) != 0)
				continue;
			if (rules[r].decide != decide_conditional_lapse)
				add_act(f, &rules[r], e, day_of(e), d);
			else if (gk_date_parse(date, strlen(date), &d))
				add_act(f, &rules[r], e, gk_date_first_day(d), d);
		}
	}
}

/* (day, rank, recorded_at, place in the archive); what the base says comes first in its rank. */
static int
compare_acts(const void *x, const void *y)
{
	const struct act *a = x, *b = y;
	int order;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (a->rule->rank != b->rule->rank)
		return a->rule->rank < b->rule->rank ? -1 : 1;
	if ((a->rule->type == NULL) != (b->rule->type == NULL))
		return a->rule->type == NULL ? -1 : 1;
	order = gk_instant_order(a->e->recorded_at, b->e->recorded_at);
	if (order != 0)
		return order;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* ---- running it ---- */

/* Gets every state with its first day, in order; the next one has another code, or is no longer asserted. */
struct visitor {
	void (*visit)(struct visitor *v, const struct state *st);
	struct state pending;
	struct state last;	/* the last one visited */
	bool any;
};

static void
flush(struct visitor *v)
{
	if (v->any && v->last.s.code == v->pending.s.code && v->last.s.asserted == v->pending.s.asserted)
		return;
	v->last = v->pending;
	v->any = true;
	v->visit(v, &v->last);
}

/* Of several changes on one day the last one counts. */
static void
enter(struct visitor *v, const struct state *st)
{
	if (st->from > v->pending.from)
		flush(v);
	v->pending = *st;
}

static void
state_is(struct state *st, enum gk_validity code, uint32_t day, struct gk_date since)
{
	st->s = (struct gk_status_of){ .code = code, .since = since, .until = GK_NO_DATE, .by_id = "", .by_text = "", .event = "" };
	st->from = day;
	st->by_clock = false;
	if (code != GK_V_SUSPENDED)
		st->resumes = GK_DAY_OPEN;
}

static void
name_cause(struct gk_status_of *s, const struct gk_event *e)
{
	const char *by = gk_event_act(e, "by"), *text = gk_event_act(e, "by_text"), *stated_by = gk_meta_get(meta_of(e), "abolished_by");

	if (by[0] == '\0' && text[0] == '\0' && s->code == GK_V_ABOLISHED) {
		by = gk_id_valid(stated_by) ? stated_by : "";
		text = by[0] != '\0' ? "" : stated_by;
	}
	s->by_id = by;
	s->by_text = text;
	s->event = e->event;
}

/* The clocks that fire up to and including (day, rank). */
static void
run_clocks(struct state *st, struct visitor *v, uint32_t day, enum rank rank)
{
	for (;;) {
		bool resume = st->resumes < st->expires || (st->resumes == st->expires && st->resumes != GK_DAY_OPEN);
		uint32_t at = resume ? st->resumes : st->expires;
		enum rank at_rank = resume ? RANK_SUSPEND : RANK_END;

		if (at == GK_DAY_OPEN || at > day || (at == day && at_rank > rank))
			return;
		if (resume) {
			state_is(st, st->then, at, gk_date_of_day(at));
		} else {
			st->expires = GK_DAY_OPEN;
			st->overdue = (IS(st->s.code) & EXPIRES_FROM) == 0;
			if (st->overdue)
				continue;
			state_is(st, GK_V_EXPIRED, at, gk_date_of_day(at));
		}
		enter(v, st);
	}
}

/* The term of a text that is a record of its own stands there. */
static bool
brings_term(const struct act *a)
{
	return a->rule->type != NULL && gk_event_brings_term(a->rule->type) && (a->rule->decide != decide_amend_text || own_text(a->e));
}

static void
apply(const struct fold *f, const struct act *a, struct state *st, struct visitor *v)
{
	enum gk_validity to = a->rule->to;
	struct gk_date end = date_in(meta_of(a->e), "expiry_date");
	bool label = a->rule == &labelled || a->rule->decide == decide_assert, keeps;
	unsigned now = IS(st->s.code) | (st->s.asserted ? IS(GK_V_UNKNOWN) : 0);

	if ((now & a->rule->from) == 0)
		return;
	if (a->rule->decide != NULL && !a->rule->decide(f, a, st, &to))
		return;
	note_applied(f, a->e);
	if (brings_term(a) && end.year != 0 && gk_date_last_day(end) >= a->day) {
		st->last_term = gk_date_last_day(end);
		st->expires = st->last_term + 1;
		st->overdue = false;
	}
	/* A longer term, or a new text of what is not in force, does not turn a label into a finding. */
	keeps = a->rule->decide == decide_renew
		|| (a->rule->decide == decide_amend_text && own_text(a->e) && (IS(to) & (LIVE | IS(GK_V_SUSPENDED))) == 0);
	if (to == st->s.code && (st->s.asserted == label || keeps)) {
		st->by_clock = false;
		return;
	}
	state_is(st, to, a->day, a->since);
	st->by_clock = a->rule == &take_effect;
	if (st->by_clock && st->overdue)
		st->expires = a->day;
	/* In force by somebody's word: a term that is past no longer binds. */
	if ((IS(to) & (LIVE | IS(GK_V_SUSPENDED))) != 0)
		st->overdue = false;
	st->s.asserted = label;
	if (!st->by_clock)
		name_cause(&st->s, a->e);
	enter(v, st);
}

static void
run(struct fold *f, struct visitor *v)
{
	struct state st = { .expires = GK_DAY_OPEN, .then = GK_V_IN_FORCE };

	state_is(&st, GK_V_UNKNOWN, 0, GK_NO_DATE);
	if (f->n == 0 || !f->counts[0]) {
		v->pending = st;
		flush(v);
		return;
	}
	for (size_t i = 0; i < f->n; i++)
		if (f->counts[i] && strcmp(f->events[i].type, "revoke") == 0) {
			state_is(&st, GK_V_REVOKED, 0, GK_NO_DATE);
			name_cause(&st.s, &f->events[i]);
			note_applied(f, &f->events[i]);
			v->pending = st;
			flush(v);
			return;
		}
	add_base(f, &st);
	add_acts(f);
	qsort(f->acts, f->n_acts, sizeof *f->acts, compare_acts);
	v->pending = st;
	for (size_t i = 0; i < f->n_acts; i++) {
		run_clocks(&st, v, f->acts[i].day, f->acts[i].rule->rank);
		apply(f, &f->acts[i], &st, v);
	}
	run_clocks(&st, v, GK_DAY_OPEN - 1, RANK_REPLACE);
	flush(v);
}

enum { SMALL = 24, FROM_BASE = 3 };

/* Most documents have a handful of events: the heap is for the others. */
static void
fold(const struct gk_event *events, size_t n, const char *known_at, struct visitor *v, bool *applied)
{
	bool few_counts[SMALL];
	struct act few_acts[SMALL + FROM_BASE];
	struct fold f = { .events = events, .n = n, .counts = few_counts, .acts = few_acts, .applied = applied };

	if (n > SMALL) {
		f.counts = gk_calloc_or_end(n, sizeof *f.counts);
		f.acts = gk_calloc_or_end(n + FROM_BASE, sizeof *f.acts);
	}
	gk_history_counting(events, f.n, known_at, f.counts);
	run(&f, v);
	if (n > SMALL) {
		free(f.counts);
		free(f.acts);
	}
}

struct ask {
	struct visitor v;
	uint32_t day;
	struct gk_status_of answer;
	uint32_t end;		/* first day of the next state with another code */
};

static void
visit_ask(struct visitor *v, const struct state *st)
{
	struct ask *ask = (struct ask *)v;

	if (st->from <= ask->day)
		ask->answer = st->s;
	else if (ask->end == GK_DAY_OPEN && st->s.code != ask->answer.code)
		ask->end = st->from;
}

struct gk_status_of
gk_validity_at(const struct gk_event *events, size_t n, struct gk_date as_of, const char *known_at)
{
	struct ask ask = { .v.visit = visit_ask, .day = gk_date_last_day(as_of.year == 0 ? gk_date_today() : as_of), .end = GK_DAY_OPEN };

	fold(events, n, known_at, &ask.v, NULL);
	if (ask.end != GK_DAY_OPEN)
		ask.answer.until = gk_date_of_day(ask.end - 1);
	return ask.answer;
}

struct list {
	struct visitor v;
	struct gk_period *out;
	size_t count;
};

/* More changes than fit: the oldest fall away, and the time before the rest is unknown. */
static void
visit_list(struct visitor *v, const struct state *st)
{
	struct list *l = (struct list *)v;

	if (l->count > 0 && l->out[l->count - 1].code == st->s.code)
		return;
	if (l->count == GK_PERIODS_MAX) {
		memmove(&l->out[1], &l->out[2], (GK_PERIODS_MAX - 2) * sizeof *l->out);
		l->out[0].code = GK_V_UNKNOWN;
		l->count--;
	}
	l->out[l->count++] = (struct gk_period){ st->from, st->s.code };
}

void
gk_validity_periods(const struct gk_event *events, size_t n, const char *known_at, struct gk_period out[GK_PERIODS_MAX], size_t *count)
{
	struct list l = { .v.visit = visit_list, .out = out };

	fold(events, n, known_at, &l.v, NULL);
	*count = l.count;
}

static void
visit_nothing(struct visitor *v, const struct state *st)
{
	(void)v, (void)st;
}

void
gk_validity_applied(const struct gk_event *events, size_t n, const char *known_at, bool *applied)
{
	struct visitor v = { .visit = visit_nothing };

	memset(applied, 0, n * sizeof *applied);
	fold(events, n, known_at, &v, applied);
}

/* ---- the badge ---- */

struct line {
	char *p;
	size_t size, n;
};

static void
add(struct line *l, const char *a, const char *b, const char *c)
{
	int n = snprintf(l->p + l->n, l->size - l->n, "%s%s%s", a, b, c);

	l->n = n < 0 || (size_t)n >= l->size - l->n ? l->size - 1 : l->n + (size_t)n;
}

void
gk_validity_badge(const struct gk_status_of *s, enum gk_lang lang, char *out, size_t size)
{
	const struct gk_validity_name *name = &gk_validity_names[s->code < GK_V_COUNT ? s->code : GK_V_UNKNOWN];
	struct line l = { out, size, 0 };
	bool en = lang == GK_EN;
	const char *by = s->by_text != NULL && s->by_text[0] != '\0' ? s->by_text : s->by_id != NULL ? s->by_id : "";
	char since[12], until[12];

	if (size == 0)
		return;
	gk_date_format(s->since, since);
	gk_date_format(s->until, until);
	add(&l, en ? name->label_en : name->label, "", "");
	if (s->parts != NULL && s->parts[0] != '\0')
		add(&l, en ? " (ended: " : "（已废止：", s->parts, en ? ")" : "）");
	if (s->code == GK_V_NOT_YET_EFFECTIVE && until[0] != '\0') {
		gk_date_format(gk_date_of_day(gk_date_last_day(s->until) + 1), since);
		add(&l, en ? " · from " : " · 自", since, en ? "" : "起施行");
		until[0] = '\0';
	} else if (since[0] != '\0') {
		add(&l, en ? " · from " : " · 自", since, en ? "" : "起");
	}
	if (until[0] != '\0' && s->code != GK_V_NOT_APPLICABLE && s->code != GK_V_UNKNOWN)
		add(&l, en ? " · until " : " · 至", until, "");
	if (by[0] != '\0')
		add(&l, en ? " · by " : " · 依据", by, "");
	if (s->asserted)
		add(&l, en ? " · as labelled by the source" : " · 据来源站标注", "", "");
	if (s->code == GK_V_NOT_APPLICABLE)
		l.n = 0;
	out[gk_utf8_cut(out, l.n)] = '\0';
}

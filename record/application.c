/* Applications: events to states and deadlines. */
#include "record/application.h"

#include "base/io.h"
#include "base/memory.h"
#include "record/history.h"

#include <stdlib.h>
#include <string.h>

static const char *
text(const json_t *e, const char *key)
{
	const char *s = json_string_value(json_object_get(e, key));

	return s == NULL ? "" : s;
}

static struct gk_date
date_of(const json_t *e, const char *key)
{
	const char *s = text(e, key);
	struct gk_date d;

	return gk_date_parse(s, strlen(s), &d) && d.day != 0 ? d : GK_NO_DATE;
}

/* --- words ------------------------------------------------------------------------------------------------------- */

static bool
ends_label(const char *label, const char *s)
{
	/* 1.属于国家秘密 and 属于国家秘密; （一）予以公开 and 予以公开. */
	size_t n = strlen(label), k = strlen(s);

	return k > 0 && n >= k && strcmp(label + n - k, s) == 0;
}

/* By code, by id (r3.3.1) or by label; -1 if it is none. */
static int
gk_outcome_find(const char *s)
{
	for (int r = GK_T3_GRANTED; r < GK_T3_OTHER; r++)
		if (strcmp(s, gk_t3_form[r].code) == 0 || strcmp(s, gk_t3_form[r].id) == 0 || ends_label(gk_t3_form[r].label, s))
			return r;
	return strcmp(s, "部分公开") == 0 ? GK_T3_PARTLY : -1;
}

static int
gk_applicant_class_find(const char *s)
{
	for (int i = 0; i < GK_T3_COLUMNS - 1; i++)
		if (strcmp(s, gk_t3_column_code[i]) == 0 || strcmp(s, gk_t3_column_label[i]) == 0)
			return i;
	return -1;
}

static int
group_of(const char *s)
{
	for (int i = 0; i < GK_T4_GROUPS; i++)
		if (strcmp(s, gk_t4_group[i]) == 0)
			return i;
	return -1;
}

static int
result_of(const char *s)
{
	for (int i = 0; i < GK_T4_PENDING; i++)
		if (strcmp(s, gk_t4_column[i]) == 0)
			return i;
	return -1;
}

/* --- clocks ------------------------------------------------------------------------------------------------------ */

static bool
does_not_count(const struct gk_application *a, const uint32_t until[], uint32_t day)
{
	for (size_t i = 0; i < a->n_third; i++)
		if (day > gk_date_first_day(a->third[i].from) && day <= until[i])
			return true;
	return false;
}

static void
run_clock(struct gk_application *a, const struct gk_workdays *w)
{
	uint32_t day = gk_date_first_day(a->clarified.year != 0 ? a->clarified : a->received), until[GK_APP_THIRD_MAX];
	unsigned want = a->extended.year != 0 ? 2 * GK_APP_DAYS : GK_APP_DAYS;

	a->state = a->outcome >= 0 ? GK_APP_ANSWERED : a->clarify_sent.year != 0 && a->clarified.year == 0 ? GK_APP_WAITING : GK_APP_OPEN;
	if (a->clarify_sent.year != 0)
		a->clarify_late = gk_date_first_day(a->clarify_sent) > gk_add_workdays(w, gk_date_first_day(a->received), GK_APP_CLARIFY_DAYS, NULL);
	for (size_t i = 0; i < a->n_third; i++) {
		uint32_t most = gk_add_workdays(w, gk_date_first_day(a->third[i].from), GK_APP_THIRD_DAYS, NULL), to = a->third[i].to.year != 0 ? gk_date_first_day(a->third[i].to) : most;

		until[i] = to < most ? to : most;
	}
	if (a->clarify_sent.year != 0 && a->clarified.year == 0)
		return;
	while (want > 0) {
		day++;
		want -= gk_workday(w, day) && !does_not_count(a, until, day);
		if (a->unknown_year == 0 && !gk_workdays_known(w, gk_date_of_day(day).year))
			a->unknown_year = gk_date_of_day(day).year;
	}
	a->due = day;
}

/* --- fold --------------------------------------------------------------------------------------------------------- */

static struct gk_app_review *
review_of(struct gk_application *a, const char *case_no)
{
	for (size_t i = 0; i < a->n_reviews; i++)
		if (strcmp(a->reviews[i].case_no, case_no) == 0)
			return &a->reviews[i];
	return NULL;
}

static void
receive(struct gk_application *a, const json_t *e)
{
	int column = gk_applicant_class_find(text(e, "class"));

	a->received = date_of(e, "date");
	a->rule = text(e, "rule");
	a->subject = text(e, "subject");
	a->docno = text(e, "docno");
	a->applicant = text(e, "applicant");
	a->person = text(e, "person");
	a->body = text(e, "body");
	a->column = column < 0 ? GK_T3_COLUMNS - 2 : column;
}

static void
apply(struct gk_application *a, const json_t *e)
{
	const char *type = text(e, "type");
	struct gk_date date = date_of(e, "date");
	struct gk_app_review *r;

	if (strcmp(type, "receive") == 0) {
		receive(a, e);
	} else if (strcmp(type, "clarify") == 0) {
		a->clarify_sent = date;
		a->clarify_until = date_of(e, "until");
	} else if (strcmp(type, "clarified") == 0) {
		a->clarified = date;
	} else if (strcmp(type, "third_party") == 0 && a->n_third < GK_APP_THIRD_MAX) {
		a->third[a->n_third++].from = date;
	} else if (strcmp(type, "third_party_answer") == 0 && a->n_third > 0) {
		a->third[a->n_third - 1].to = date;
	} else if (strcmp(type, "extend") == 0) {
		a->extended = date;
	} else if (strcmp(type, "transfer") == 0) {
		a->to = text(e, "to");
	} else if (strcmp(type, "answer") == 0) {
		a->answered = date;
		a->outcome = gk_outcome_find(text(e, "outcome"));
	} else if (strcmp(type, "fee") == 0) {
		a->fee_micro += json_integer_value(json_object_get(e, "micro"));
	} else if (strcmp(type, "review") == 0 && a->n_reviews < GK_APP_REVIEWS_MAX && group_of(text(e, "group")) >= 0) {
		a->reviews[a->n_reviews++] = (struct gk_app_review){ group_of(text(e, "group")), GK_T4_PENDING, text(e, "case"), date, GK_NO_DATE };
	} else if (strcmp(type, "review_result") == 0 && (r = review_of(a, text(e, "case"))) != NULL && result_of(text(e, "result")) >= 0) {
		r->decided = date;
		r->result = result_of(text(e, "result"));
	} else if (strcmp(type, "forget") == 0) {
		a->forgotten = true;
	}
}

/* Was it known then, and not annulled by anything known then? */
static bool
is_known(const json_t *e, const char *known_at)
{
	return known_at == NULL || gk_instant_order(text(e, "recorded_at"), known_at) <= 0;
}

static void
mark_annulled(const json_t *events, const char *known_at, bool *annulled)
{
	size_t n = json_array_size(events);

	/* From the end: an annulment may itself be annulled later. */
	for (size_t i = n; i > 0; i--) {
		const json_t *e = json_array_get(events, i - 1);
		json_int_t target = json_integer_value(json_object_get(e, "target"));

		if (!annulled[i - 1] && is_known(e, known_at) && strcmp(text(e, "type"), "annul") == 0 && target >= 1 && (size_t)target <= n && (size_t)target < i)
			annulled[target - 1] = true;
	}
}

void
gk_applications(const json_t *events, const char *known_at, const struct gk_workdays *w, struct gk_application **out, size_t *n)
{
	size_t total = json_array_size(events);
	bool *annulled = gk_calloc_or_end(total + 1, sizeof *annulled);
	struct gk_application *all = gk_calloc_or_end(total + 1, sizeof *all);
	json_t *at = json_object();

	*n = 0;
	mark_annulled(events, known_at, annulled);
	for (size_t i = 0; i < total; i++) {
		const json_t *e = json_array_get(events, i), *known = json_object_get(at, text(e, "app"));
		struct gk_application *a;

		if (annulled[i] || !is_known(e, known_at) || *text(e, "app") == '\0')
			continue;
		if (known == NULL) {
			if (strcmp(text(e, "type"), "receive") != 0)
				continue;
			a = &all[*n];
			*a = (struct gk_application){ .app = text(e, "app"), .rule = "", .subject = "", .docno = "", .applicant = "", .person = "", .to = "", .body = "", .outcome = -1 };
			json_object_set_new(at, a->app, json_integer((json_int_t)(*n)++));
		} else {
			a = &all[json_integer_value(known)];
		}
		apply(a, e);
	}
	for (size_t i = 0; i < *n; i++)
		run_clock(&all[i], w);
	json_decref(at);
	free(annulled);
	*out = all;
}

unsigned
gk_application_in(const struct gk_application *a, int year)
{
	bool before = a->received.year < year, now = a->received.year == year, answered = a->outcome >= 0;
	unsigned in = now ? GK_APP_IN_NEW : 0;

	if (before && (!answered || a->answered.year >= year))
		in |= GK_APP_IN_CARRIED;
	if (answered && a->answered.year == year)
		in |= GK_APP_IN_RESULT;
	if ((before || now) && (!answered || a->answered.year > year))
		in |= GK_APP_IN_NEXT;
	return in;
}

int
gk_app_review_in(const struct gk_app_review *r, int year)
{
	if (r->filed.year > year)
		return -1;
	if (r->decided.year == 0 || r->decided.year > year)
		return GK_T4_PENDING;
	return r->decided.year == year ? r->result : -1;
}

/* --- may this be recorded? -------------------------------------------------------------------------------------------- */

static enum gk_status
refuse(struct gk_err *err, const char *app, const char *zh, const char *en)
{
	return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "不能登记 '%s'：%s%.0s", "cannot record '%s': %.0s%s", app, zh, en);
}

static enum gk_status
check_type(const struct gk_application *a, const json_t *e, const struct gk_workdays *w, struct gk_err *err)
{
	const char *type = text(e, "type");
	struct gk_date date = date_of(e, "date");
	uint32_t day = date.year == 0 ? 0 : gk_date_first_day(date);
	bool over = a->outcome >= 0;

	(void)w;
	if (strcmp(type, "answer") == 0) {
		if (over)
			return refuse(err, a->app, "已经答复", "it is answered already");
		return gk_outcome_find(text(e, "outcome")) < 0 ? refuse(err, a->app, "没有这种办理结果", "there is no such outcome") : GK_OK;
	}
	if (strcmp(type, "extend") == 0) {
		if (a->extended.year != 0)
			return refuse(err, a->app, "只能延长一次（第三十三条）", "it can be extended once only (Art. 33)");
		if (a->due != 0 && day > a->due)
			return refuse(err, a->app, "期限已过，不能再延长", "its term has passed already");
	}
	if (strcmp(type, "clarify") == 0 && a->clarify_sent.year != 0)
		return refuse(err, a->app, "只能一次性告知补正（第三十条）", "completion is asked for once (Art. 30)");
	if (strcmp(type, "clarified") == 0 && (a->clarify_sent.year == 0 || day < gk_date_first_day(a->clarify_sent)))
		return refuse(err, a->app, "没有要求补正", "no completion was asked for before");
	if (strcmp(type, "third_party_answer") == 0 && (a->n_third == 0 || a->third[a->n_third - 1].to.year != 0))
		return refuse(err, a->app, "没有在征求第三方意见", "no third party is being asked");
	if (strcmp(type, "third_party") == 0 && a->n_third == GK_APP_THIRD_MAX)
		return refuse(err, a->app, "征求第三方意见过多", "too many third parties");
	if (strcmp(type, "review") == 0 && (group_of(text(e, "group")) < 0 || a->n_reviews == GK_APP_REVIEWS_MAX))
		return refuse(err, a->app, "没有这种救济（reconsider suit_direct suit_after），或过多", "no such kind of review (reconsider, suit_direct, suit_after), or too many");
	if (strcmp(type, "review_result") == 0 && result_of(text(e, "result")) < 0)
		return refuse(err, a->app, "结果是 upheld corrected other 之一", "a result is upheld, corrected or other");
	if (over && (strcmp(type, "clarify") == 0 || strcmp(type, "extend") == 0 || strcmp(type, "third_party") == 0 || strcmp(type, "transfer") == 0))
		return refuse(err, a->app, "已经答复", "it is answered already");
	return GK_OK;
}

enum gk_status
gk_application_check(const struct gk_application *a, const json_t *e, const struct gk_workdays *w, struct gk_err *err)
{
	const char *app = text(e, "app"), *type = text(e, "type");
	struct gk_date date = date_of(e, "date");

	if (date.year == 0 || gk_date_first_day(date) > gk_date_first_day(gk_date_today()))
		return refuse(err, app, "日期不对，写成 2021-12-01，且不晚于今天", "its date is none, write 2021-12-01, not after today");
	if (strcmp(type, "receive") == 0) {
		if (a != NULL)
			return refuse(err, app, "已有这个编号", "there is such a number already");
		return gk_applicant_class_find(text(e, "class")) < 0 ? refuse(err, app, "没有这类申请人（自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他）", "there is no such class of applicants (person company research charity legal other)") : GK_OK;
	}
	if (a == NULL) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有申请 '%s'", "there is no application '%s'", app);
		gk_hint(err, "gongkai apply list 列出所有申请", "gongkai apply list lists them");
		return GK_REFUSED;
	}
	if (gk_date_first_day(date) < gk_date_first_day(a->received))
		return refuse(err, app, "早于收到的日子", "it is before the day of receipt");
	return check_type(a, e, w, err);
}

/* --- fees -------------------------------------------------------------------------------------------------------------- */

long
gk_fee_of_nth(unsigned n)
{
	if (n <= 10)
		return 0;
	return n <= 30 ? 100 : 100L * (2 + (n - 31) / 10);
}

long
gk_fee_of_pages(unsigned pages)
{
	long yuan = 0;

	if (pages > 30)
		yuan += 10L * ((pages < 100 ? pages : 100) - 30);
	if (pages > 100)
		yuan += 20L * ((pages < 200 ? pages : 200) - 100);
	if (pages > 200)
		yuan += 40L * (pages - 200);
	return yuan;
}

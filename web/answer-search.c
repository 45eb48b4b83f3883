/* Search: parameters in, the object of experience.md 6 out. */
#include "web/answer-internal.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "catalog/prepare.h"
#include "catalog/schema.h"
#include "record/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_VALUES = 64, MAX_SIZE = 100, MAX_DEPTH = 10000, DEFAULT_SIZE = 10 };	/* L16, L17 */

struct question {
	const struct gk_param *params;
	struct gk_param *spelt;			/* holds them */
	size_t n;
	struct gk_request request;
	struct gk_query *query;
	const char *categories[MAX_VALUES], *issuers[MAX_VALUES], *themes[MAX_VALUES];
	const char *q;
	size_t page, unread;			/* unread: damaged records behind the last hit */
	const char *known_at, *only, *cursor;
	bool facets, explain, stay, as_of_given, any_status, table, sized;
	json_t *notices;
};

/* --- parameters ------------------------------------------------------------------------------------------- */

static enum gk_status
bad_param(struct gk_err *err, enum gk_cause cause, const char *name, const char *value, const char *zh, const char *en)
{
	gk_fail(err, GK_REFUSED, cause, "%s 不能是 '%.200s'", "%s cannot be '%.200s'", name, value);
	gk_hint(err, "%s%.0s", "%.0s%s", zh, en);
	return GK_REFUSED;
}

static enum gk_status
read_number(const struct gk_param *p, size_t least, size_t most, size_t *out, struct gk_err *err)
{
	char *end;
	unsigned long v = strtoul(p->value, &end, 10);
	char zh[96], en[96];

	if (*p->value >= '0' && *p->value <= '9' && *end == '\0' && v >= least && v <= most) {
		*out = v;
		return GK_OK;
	}
	snprintf(zh, sizeof zh, "写 %zu 到 %zu 之间的整数", least, most);
	snprintf(en, sizeof en, "write a whole number from %zu to %zu", least, most);
	return bad_param(err, GK_CAUSE_USAGE, p->name, p->value, zh, en);
}

static enum gk_status
read_date(const struct gk_param *p, struct gk_date *out, struct gk_err *err)
{
	if (gk_date_parse(p->value, strlen(p->value), out))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "%s 不是日期：%.80s", "%s is not a date: %.80s", p->name, p->value);
	gk_hint(err, "写成 2021-12-01", "write it as 2021-12-01");
	return GK_REFUSED;
}

static enum gk_status
read_years(const struct gk_param *p, struct gk_filters *f, struct gk_err *err)
{
	const char *dots = strstr(p->value, "..");
	size_t a = dots == NULL ? strlen(p->value) : (size_t)(dots - p->value);
	struct gk_date from = { 1, 0, 0 }, to = { 9999, 0, 0 };

	if (f->n_year == MAX_VALUES)
		return bad_param(err, GK_CAUSE_BAD_QUERY, p->name, p->value, "年份过多（too_many_filters）：上限 64", "too many years (too_many_filters): at most 64");
	if ((a > 0 && (!gk_date_parse(p->value, a, &from) || from.month != 0)) ||
	    (dots != NULL && dots[2] != '\0' && (!gk_date_parse(dots + 2, strlen(dots + 2), &to) || to.month != 0)) || (a == 0 && (dots == NULL || dots[2] == '\0')))
		return bad_param(err, GK_CAUSE_BAD_DATE, p->name, p->value, "写成 2021 或 2019..2021", "write 2021 or 2019..2021");
	f->year[f->n_year].from = from.year;
	f->year[f->n_year++].to = dots == NULL ? from.year : to.year;
	return GK_OK;
}

static enum gk_status
read_flag(const struct gk_param *p, bool *out, struct gk_err *err)
{
	if (strcmp(p->value, "1") != 0 && strcmp(p->value, "0") != 0)
		return bad_param(err, GK_CAUSE_USAGE, p->name, p->value, "写 0 或 1", "write 0 or 1");
	*out = *p->value == '1';
	return GK_OK;
}

static enum gk_status
read_name(const struct gk_param *p, const char **list, size_t *n, struct gk_err *err)
{
	if (*n == MAX_VALUES)
		return bad_param(err, GK_CAUSE_BAD_QUERY, p->name, p->value, "取值过多（too_many_filters）：上限 64", "too many values (too_many_filters): at most 64");
	list[(*n)++] = p->value;
	return GK_OK;
}

static enum gk_status
read_param(struct question *q, const struct gk_param *p, bool *known, bool *literal, struct gk_err *err)
{
	struct gk_filters *f = &q->request.filters;
	enum gk_validity v;

	*known = true;
	/* An empty field of a form asks for nothing. */
	if (*p->value == '\0' && strcmp(p->name, "q") != 0)
		return GK_OK;
	if (strcmp(p->name, "q") == 0) {
		q->q = p->value;
		return GK_OK;
	}
	if (strcmp(p->name, "cat") == 0)
		return read_name(p, q->categories, &f->n_category, err);
	if (strcmp(p->name, "org") == 0)
		return read_name(p, q->issuers, &f->n_issuer, err);
	if (strcmp(p->name, "theme") == 0)
		return read_name(p, q->themes, &f->n_theme, err);
	if (strcmp(p->name, "year") == 0)
		return read_years(p, f, err);
	if (strcmp(p->name, "status") == 0 && strcmp(p->value, "any") == 0) {
		q->any_status = true;
		return GK_OK;
	}
	if (strcmp(p->name, "status") == 0) {
		if (!gk_validity_find(p->value, strlen(p->value), &v))
			return bad_param(err, GK_CAUSE_USAGE, p->name, p->value, "例如 in_force、abolished、living（现行有效和部分有效），或 现行有效、已废止", "for example in_force, abolished, or living (in force and partly in force)");
		f->status |= 1u << v;
		return GK_OK;
	}
	if (strcmp(p->name, "type") == 0) {
		enum gk_format format;

		if (!gk_format_find(p->value, strlen(p->value), &format))
			return bad_param(err, GK_CAUSE_USAGE, p->name, p->value, "例如 html、text、pdf、word", "for example html, text, pdf or word");
		f->format |= 1u << format;
		return GK_OK;
	}
	if (strcmp(p->name, "from") == 0)
		return read_date(p, &f->from, err);
	if (strcmp(p->name, "to") == 0)
		return read_date(p, &f->to, err);
	if (strcmp(p->name, "as_of") == 0) {
		q->as_of_given = true;
		return read_date(p, &q->request.as_of, err);
	}
	if (strcmp(p->name, "known_at") == 0) {
		q->known_at = p->value;
		return GK_OK;
	}
	if (strcmp(p->name, "sort") == 0) {
		for (size_t i = 0; i < GK_SORTS; i++)
			if (strcmp(p->value, gk_sort_code[i]) == 0) {
				q->request.sort = (enum gk_sort)i;
				return GK_OK;
			}
		return bad_param(err, GK_CAUSE_USAGE, p->name, p->value, "rel（相关）、new（最新）、old（最早）或 no（文号）", "rel, new, old or no (number)");
	}
	if (strcmp(p->name, "page") == 0 || strcmp(p->name, "size") == 0) {
		q->sized = true;
		return *p->name == 'p' ? read_number(p, 1, 1000000, &q->page, err) : read_number(p, 1, MAX_SIZE, &q->request.size, err);
	}
	if (strcmp(p->name, "cursor") == 0) {
		q->cursor = p->value;
		return GK_OK;
	}
	if (strcmp(p->name, "facets") == 0)
		return read_flag(p, &q->facets, err);
	if (strcmp(p->name, "fold") == 0)
		return read_flag(p, &q->request.fold, err);
	if (strcmp(p->name, "literal") == 0)
		return read_flag(p, literal, err);
	if (strcmp(p->name, "explain") == 0)
		return read_flag(p, &q->explain, err);
	if (strcmp(p->name, "jump") == 0) {
		bool jump = true;
		enum gk_status st = read_flag(p, &jump, err);

		q->stay = !jump;
		return st;
	}
	if (strcmp(p->name, "id") == 0) {
		q->only = p->value;
		return GK_OK;
	}
	if (strcmp(p->name, "lang") == 0 || strcmp(p->name, "ui") == 0)
		return GK_OK;
	*known = false;
	return GK_OK;
}

static void
notice(struct question *q, const char *code, const char *zh, const char *en)
{
	json_array_append_new(q->notices, json_pack("{s:s, s:s, s:s}", "code", code, "message", zh, "message_en", en));
}

static enum gk_status
read_params(struct question *q, bool strict, const char **bad, struct gk_err *err)
{
	bool literal = false;

	for (size_t i = 0; i < q->n; i++) {
		const struct gk_param *p = &q->params[i];
		bool known;
		enum gk_status st = read_param(q, p, &known, &literal, err);

		if (bad != NULL)
			*bad = st == GK_OK ? NULL : p->name;
		if (st != GK_OK)
			return st;
		if (!known && strict) {
			if (bad != NULL)
				*bad = p->name;
			gk_fail(err, GK_REFUSED, GK_CAUSE_UNKNOWN_PARAM, "没有参数 '%.80s'", "there is no parameter '%.80s'", p->name);
			gk_hint(err, "可用：q cat theme year status org type from to as_of known_at sort page size cursor facets fold literal explain id jump lang", "known: q cat theme year status org type from to as_of known_at sort page size cursor facets fold literal explain id jump lang");
			return GK_REFUSED;
		}
		if (!known) {
			char zh[200], en[200];

			snprintf(zh, sizeof zh, "未知参数“%.80s”已忽略", p->name);
			snprintf(en, sizeof en, "unknown parameter '%.80s' was ignored", p->name);
			notice(q, "unknown_param", zh, en);
		}
	}
	/* A table is all of it, unless somebody asks for a part. */
	if (q->table && !q->sized)
		q->request.size = MAX_DEPTH;
	if (q->cursor != NULL && q->page > 1) {
		if (bad != NULL)
			*bad = "page";
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "page 和 cursor 不能一起用", "page and cursor do not go together");
		gk_hint(err, "cursor 自己会接着走：下一份的地址在 links.next", "a cursor goes on by itself: links.next is the next part");
		return GK_REFUSED;
	}
	if ((q->page - 1) * q->request.size + q->request.size > MAX_DEPTH) {
		if (bad != NULL)
			*bad = "page";
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_QUERY, "翻页过深（page_too_deep）：上限第 %d 件", "the page is too deep (page_too_deep): at most document %d", MAX_DEPTH);
		gk_hint(err, "加年份或类别缩小范围；要逐件列出全部，用 cursor=* 代替 page", "narrow the search by year or category; to list every document write cursor=* instead of page");
		return GK_REFUSED;
	}
	q->request.offset = (q->page - 1) * q->request.size;
	q->request.facets = q->facets;
	if (bad != NULL)
		*bad = "q";
	return gk_query_parse(q->q, strlen(q->q), literal, q->query, err);
}

/* A value that a field does not have: which one, and what it takes. */
static void
note_unread(struct question *q)
{
	static const struct { enum gk_node_kind kind; const char *zh, *en; } takes[] = {
		{ GK_N_STATUS, "时效里没有“%.60s”这一种，已按普通词搜索；可用：有效、部分有效、尚未生效、暂停执行、已修改、废止、失效、撤销、待核", "there is no validity '%.60s': searched as words; there are in_force, partly_in_force, not_yet_effective, suspended, amended, abolished, lapsed, expired, revoked, unknown" },
		{ GK_N_YEAR, "年份“%.60s”看不懂，已按普通词搜索；写成 2021 或 2019..2021", "the year '%.60s' was not understood and searched as words: write 2021 or 2019..2021" },
		{ GK_N_DATE, "日期“%.60s”看不懂，已按普通词搜索；写成 2021-03-01 或 2021-03-01..2021-06-30", "the date '%.60s' was not understood and searched as words: write 2021-03-01 or 2021-03-01..2021-06-30" },
		{ GK_N_FORMAT, "没有“%.60s”这种格式，已按普通词搜索；可用：网页、文本、pdf、word、excel、ofd、图片", "there is no format '%.60s': searched as words; there are html, text, pdf, word, excel, ofd, image" },
		{ GK_N_RUN, "字段的值“%.60s”看不懂，已按普通词搜索", "a field's value '%.60s' was not understood and searched as words" },
	};
	char zh[320], en[320];
	const char *value = q->query->unread;
	size_t i = 0;

	if (!(q->query->slips & GK_SLIP_FIELD))
		return;
	while (takes[i].kind != GK_N_RUN && (takes[i].kind != q->query->unread_kind || value == NULL || *value == '\0'))
		i++;
	snprintf(zh, sizeof zh, takes[i].zh, value != NULL ? value : "");
	snprintf(en, sizeof en, takes[i].en, value != NULL ? value : "");
	notice(q, "field_ignored", zh, en);
}

static void
note_slips(struct question *q)
{
	static const struct { enum gk_slip slip; const char *code, *zh, *en; } slips[] = {
		{ GK_SLIP_QUOTE, "quote_closed", "引号没有配对，已补上", "an unclosed quote was closed" },
		{ GK_SLIP_BRACKET, "bracket_ignored", "括号没有配对，已忽略", "a bracket without its partner was ignored" },
		{ GK_SLIP_OPERATOR, "operator_ignored", "OR 或 NOT 缺少一边，已忽略", "OR or NOT without a word was ignored" },
		{ GK_SLIP_SPACES, "spaces_joined", "单字之间的空格已去掉", "spaces between single characters were taken out" },
	};
	struct gk_folded f;

	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
		if (q->query->slips & slips[i].slip)
			notice(q, slips[i].code, slips[i].zh, slips[i].en);
	note_unread(q);
	if (!q->query->folded || q->query->literal || !gk_fold(q->q, strlen(q->q), false, &f))
		return;
	{
		static const char *const without[] = { "literal", "page", "cursor", NULL };
		json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "code", "folded", "from", q->q, "to", f.text, "message", "已按简体、半角搜索",
					"message_en", "searched in simplified characters and half width", "undo",
					url_of("/search", q->params, q->n, without, "literal", "1"));

		if (one != NULL)
			json_array_append_new(q->notices, one);
	}
	gk_folded_free(&f);
}

/*
 * domain.md 11.8: whoever names a day wants what was in force on it.  Asking for a status, in the box or by a filter, or for
 * any, says otherwise.
 */
static void
only_in_force(struct question *q)
{
	static const char *const without[] = { "status", "page", "cursor", NULL };
	char day[12], zh[160], en[160];
	json_t *one;

	if (!q->as_of_given || q->any_status || q->request.filters.status != 0)
		return;
	for (size_t i = 0; i < q->query->n; i++)
		if (q->query->node[i].kind == GK_N_STATUS)
			return;
	q->request.filters.status = 1u << GK_V_IN_FORCE | 1u << GK_V_PARTLY_IN_FORCE;
	q->request.filters.status_implied = true;
	gk_date_format(q->request.as_of, day);
	snprintf(zh, sizeof zh, "只列 %s 有效的文件", day);
	snprintf(en, sizeof en, "only documents that were in force on %s", day);
	one = json_pack("{s:s, s:s, s:s, s:o}", "code", "in_force_only", "message", zh, "message_en", en, "undo",
			url_of("/search", q->params, q->n, without, "status", "any"));
	if (one != NULL)
		json_array_append_new(q->notices, one);
}

/* --- every hit -------------------------------------------------------------------------------------------------- */

/*
 * cursor = ( "*" / ID ) [ "~" n ]: behind the document of that id, but for the first n hits, which could not be read.  By its id, because the catalog's
 * own numbers would count what is not public.
 */
static enum gk_status
begin_walk(struct gk_site *s, struct question *q, const char **bad, struct gk_err *err)
{
	char id[64] = "";
	const char *skip;
	size_t n;
	enum gk_status st = GK_OK;

	if (q->cursor == NULL)
		return GK_OK;
	n = strcspn(q->cursor, "~");
	skip = q->cursor + n;
	snprintf(id, sizeof id, "%.*s", (int)(n < sizeof id ? n : 0), q->cursor);
	if (strcmp(id, "*") != 0)
		st = gk_id_valid(id) ? site_find_id(s, id, &q->request.after, err) : GK_END;
	if (st == GK_OK && *skip == '~' && (strspn(skip + 1, "0123456789") != strlen(skip + 1) || strlen(skip + 1) > 6 || skip[1] == '\0'))
		st = GK_END;
	if (st == GK_END) {
		if (bad != NULL)
			*bad = "cursor";
		return bad_param(err, GK_CAUSE_USAGE, "cursor", q->cursor, "从 cursor=* 开始，以后用 links.next", "begin with cursor=* and go on with links.next");
	}
	q->request.walk = true;
	q->request.offset = *skip == '~' ? strtoul(skip + 1, NULL, 10) : 0;
	return st;
}

static void
note_walk(struct question *q)
{
	if (q->request.walk)
		notice(q, "walk", "按收录的先后逐件列出，转载也列；新收入的排在最后", "every document in the order of coming in, reprints too; what comes in meanwhile is last");
}

/* --- hits ------------------------------------------------------------------------------------------------------ */

/* 另有 n 处转载 */
static enum gk_status
add_same_text(struct gk_site *s, const struct gk_same_text *same, json_t *hit, struct gk_err *err)
{
	json_t *list = json_array();
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < same->n; i++)
		st = site_append_brief(s, same->docid[i], list, err);
	if (st == GK_OK)
		json_object_set_new(hit, "reprints", json_pack("{s:I, s:O}", "total", (json_int_t)same->total, "items", list));
	json_decref(list);
	return st;
}

/* An attachment is found under the page that it belongs to. */
static enum gk_status
add_parents(struct gk_site *s, const struct site_record *r, json_t *hit, struct gk_err *err)
{
	json_t *parents;
	enum gk_status st;

	if (json_object_get(r->record.meta, "relations") == NULL)
		return GK_OK;
	parents = json_array();
	st = site_relations(s, r, "attachment_of:", parents, err);
	if (json_array_size(parents) > 0)
		json_object_set(hit, "attachment_of", parents);
	json_decref(parents);
	return st;
}

static enum gk_status
add_hits(struct gk_site *s, struct question *q, const struct gk_results *found, json_t *list, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < found->n; i++) {
		struct site_record r;
		json_t *hit;

		st = site_record_read(s, found->hits[i].docid, &r, err);
		/* One damaged record is said and costs itself, not the page. */
		if (st == GK_REFUSED && err != NULL && err->cause == GK_CAUSE_DAMAGED) {
			notice(q, "damaged_record", err->what, err->what_en);
			q->unread++;
			st = GK_OK;
			continue;
		}
		if (st != GK_OK)
			break;
		hit = site_hit(s, &r, q->request.as_of);
		st = hit == NULL ? gk_nomem(err) : add_parents(s, &r, hit, err);
		if (st == GK_OK && !q->table)
			st = site_add_passages(s, &r, found->hits[i].docid, q->request.as_of, found, hit, err);
		if (st == GK_OK && found->same != NULL && found->same[i].total > 0)
			st = add_same_text(s, &found->same[i], hit, err);
		if (st == GK_OK) {
			if (found->explained != NULL)
				json_object_set_new(hit, "explain", site_explain_hit(found->explained, found->hits[i].docid));
			json_object_set_new(hit, "score", json_real((double)(long)(found->hits[i].score * 1000) / 1000));
			json_array_append_new(list, hit);
			q->unread = 0;
		} else {
			json_decref(hit);
		}
		site_record_free(&r);
	}
	return st;
}

/* By what the hit says, so that nothing is read of one that is in force. */
static bool
has_ended(const json_t *hit)
{
	const char *code = json_string_value(json_object_get(json_object_get(hit, "status"), "code"));
	enum gk_validity v;

	return code != NULL && gk_validity_find(code, strlen(code), &v) && gk_validity_names[v].ended;
}

/* The best hit has ended: the one in force instead is named, with the way there. */
static enum gk_status
offer_in_force(struct gk_site *s, struct question *q, const struct gk_results *found, const json_t *hits, struct gk_err *err)
{
	const json_t *first = json_array_get(hits, 0);
	const char *title = json_string_value(json_object_get(first, "title"));
	json_t *by = NULL, *one;
	enum gk_status st;

	if (first == NULL || !has_ended(first) || q->page > 1 || q->request.walk || q->table || q->request.sort != GK_SORT_RELEVANCE || q->q[strspn(q->q, " ")] == '\0' || found->level >= GK_LEVEL_NEAR)
		return GK_OK;
	st = site_instead(s, found->hits[0].docid, q->request.as_of, &by, err);
	if (st != GK_OK || by == NULL)
		return st;
	one = json_pack("{s:s, s:s, s:o, s:o, s:o}", "code", "in_force_instead", "ended", title, "by", by, "message",
			json_sprintf("《%s》已不再有效；现行的是《%s》（%s）", title, json_string_value(json_object_get(by, "title")), json_string_value(json_object_get(by, "id"))), "message_en",
			json_sprintf("《%s》 is no longer in force; 《%s》 (%s) is", title, json_string_value(json_object_get(by, "title")), json_string_value(json_object_get(by, "id"))));
	if (one != NULL)
		json_array_append_new(q->notices, one);
	return GK_OK;
}

/* --- facets ------------------------------------------------------------------------------------------------------ */

/* What choosing one value makes idle: what stands above and below it, a year and the range around it. */
static bool
category_given_up(const void *arg, const char *there, const char *chosen)
{
	return gk_category_related(arg, there, chosen);
}

static bool
issuer_given_up(const void *arg, const char *there, const char *chosen)
{
	return gk_issuer_related(arg, there, chosen);
}

static bool
theme_given_up(const void *arg, const char *there, const char *chosen)
{
	return gk_theme_related(arg, there, chosen);
}

static bool
year_given_up(const void *arg, const char *there, const char *chosen)
{
	struct gk_filters a = { .n_year = 0 }, b = { .n_year = 0 };
	struct gk_param p = { "year", there }, q = { "year", chosen };

	(void)arg;
	return read_years(&p, &a, NULL) == GK_OK && read_years(&q, &b, NULL) == GK_OK && a.year[0].from <= b.year[0].to && a.year[0].to >= b.year[0].from;
}

static bool
code_given_up(const void *arg, const char *there, const char *chosen)
{
	(void)arg;
	return strcmp(there, chosen) == 0 || strcmp(there, "any") == 0;
}

struct facet_kind { const char *name; url_gives_up *gives_up; };
static const struct facet_kind of_status = { "status", code_given_up }, of_category = { "cat", category_given_up }, of_year = { "year", year_given_up },
			       of_issuer = { "org", issuer_given_up }, of_format = { "type", code_given_up }, of_theme = { "theme", theme_given_up };

/* Values that are names, and stand in a tree. */
static bool
in_tree(const struct facet_kind *kind)
{
	return kind == &of_category || kind == &of_issuer || kind == &of_theme;
}

static bool
same_years(const struct gk_param *p, const char *value)
{
	struct gk_filters a = { .n_year = 0 }, b = { .n_year = 0 };
	struct gk_param q = { "year", value };

	return read_years(p, &a, NULL) == GK_OK && read_years(&q, &b, NULL) == GK_OK && a.year[0].from == b.year[0].from && a.year[0].to == b.year[0].to;
}

/* The parameter as it was typed (现行有效 for in_force): without it the value is given up. */
static const char *
as_typed(const struct question *q, const struct facet_kind *kind, int number, const char *value)
{
	for (size_t i = 0; i < q->n; i++) {
		const struct gk_param *p = &q->params[i];
		enum gk_validity v;
		enum gk_format f;

		if (strcmp(p->name, kind->name) == 0 && ((kind == &of_status && gk_validity_find(p->value, strlen(p->value), &v) && (int)v == number) ||
							 (kind == &of_year && *p->value != '\0' && same_years(p, value)) ||
							 (kind == &of_format && gk_format_find(p->value, strlen(p->value), &f) && (int)f == number)))
			return p->value;
	}
	return value;
}

/* What is read beside the box. */
static void
facet_label(const struct facet_kind *kind, const struct gk_facet *f, const char *value, char label[512], const char **label_en)
{
	const char *stroke;
	size_t n = strlen(value);

	*label_en = NULL;
	if (kind == &of_status) {
		snprintf(label, 512, "%s", f->number == GK_V_NOT_APPLICABLE ? "不涉及时效" : gk_validity_names[f->number].label);
		*label_en = f->number == GK_V_NOT_APPLICABLE ? "No legal effect" : gk_validity_names[f->number].label_en;
	} else if (kind == &of_format) {
		snprintf(label, 512, "%s", gk_format_names[f->number].label);
		*label_en = gk_format_names[f->number].label_en;
	} else if (in_tree(kind)) {
		n -= n > 1 && value[n - 1] == '/' && !f->own;
		stroke = kind != &of_issuer && !f->own ? memrchr(value, '/', n) : NULL;
		if (f->depth > 0 && stroke != NULL)
			n -= (size_t)(stroke + 1 - value);
		else
			stroke = NULL;
		snprintf(label, 512, "%.*s%s", (int)gk_utf8_cut(stroke != NULL ? stroke + 1 : value, n < 480 ? n : 480), stroke != NULL ? stroke + 1 : value, f->own ? "（本级）" : "");
	} else {
		snprintf(label, 512, "%s", value);
	}
}

static json_t *
facet(const struct gk_site *s, const struct question *q, const struct facet_kind *kind, const struct gk_facet_list *list)
{
	json_t *out = json_array();

	for (size_t i = 0; i < list->n; i++) {
		const struct gk_facet *f = &list->item[i];
		char number[16], label[512];
		const char *value = f->value, *label_en;
		json_t *one;

		snprintf(number, sizeof number, "%d", f->number);
		if (value == NULL)
			value = kind == &of_status ? gk_validity_names[f->number].code : kind == &of_format ? gk_format_names[f->number].code : number;
		facet_label(kind, f, value, label, &label_en);
		one = json_pack("{s:s, s:s, s:I, s:b, s:I, s:o}", "value", value, "label", label, "count", (json_int_t)f->count, "selected", (int)f->selected, "after",
				(json_int_t)f->after, "url", f->selected ? url_minus("/search", q->params, q->n, kind->name, as_typed(q, kind, f->number, value))
									 : url_choose("/search", q->params, q->n, kind->name, value, kind->gives_up, s->catalog));
		if (in_tree(kind))
			json_object_set_new(one, "depth", json_integer(f->depth));
		if (label_en != NULL)
			json_object_set_new(one, "label_en", json_string(label_en));
		json_array_append_new(out, one);
	}
	return out;
}

/* --- the whole ------------------------------------------------------------------------------------------------------ */

/* status=living: what binds, as is:有效 in the box.  For all that follows it is the states that it stands for. */
static void
spell_out_living(struct question *q, const struct gk_param *params, size_t n)
{
	size_t room = n;

	for (size_t i = 0; i < n; i++)
		room += strcmp(params[i].name, "status") == 0 ? GK_V_COUNT : 0;
	q->spelt = gk_calloc_or_end(room + 1, sizeof *q->spelt);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(params[i].name, "status") != 0 || strcmp(params[i].value, "living") != 0) {
			q->spelt[q->n++] = params[i];
			continue;
		}
		for (size_t v = 0; v < GK_V_COUNT; v++)
			if (gk_validity_names[v].living)
				q->spelt[q->n++] = (struct gk_param){ "status", gk_validity_names[v].code };
	}
	q->params = q->spelt;
}

static void
start_question(struct question *q, const struct gk_param *params, size_t n)
{
	memset(q, 0, sizeof *q);
	spell_out_living(q, params, n);
	q->q = "";
	q->page = 1;
	q->facets = true;
	q->query = calloc(1, sizeof *q->query);
	q->request.query = q->query;
	q->request.size = DEFAULT_SIZE;
	q->request.as_of = gk_date_today();
	q->request.filters.category = q->categories;
	q->request.filters.issuer = q->issuers;
	q->request.filters.theme = q->themes;
	q->notices = json_array();
}

static void
end_question(struct question *q)
{
	if (q->query != NULL)
		gk_query_free(q->query);
	free(q->query);
	free(q->spelt);
	json_decref(q->notices);
}

static json_t *
repeated(const struct question *q, const char *name)
{
	json_t *out = json_array();

	for (size_t i = 0; i < q->n; i++)
		if (strcmp(q->params[i].name, name) == 0 && *q->params[i].value != '\0')
			json_array_append_new(out, json_string(q->params[i].value));
	return out;
}

static json_t *
query_object(const struct question *q, const struct gk_results *found)
{
	static const char *const lists[] = { "cat", "theme", "year", "status", "org", "type" };
	char parsed[2400];
	json_t *out;

	gk_query_describe(q->query, parsed, sizeof parsed);
	out = json_pack("{s:s, s:o, s:s, s:s, s:s}", "q", q->q, "as_of", json_date(q->request.as_of), "parsed", parsed, "level", gk_level_code[found->level], "sort",
			q->request.walk ? "came" : gk_sort_code[q->request.sort]);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		json_t *values = repeated(q, lists[i]);

		if (json_array_size(values) > 0)
			json_object_set_new(out, lists[i], values);
		else
			json_decref(values);
	}
	json_object_set_new(out, "from", json_date(q->request.filters.from));
	json_object_set_new(out, "to", json_date(q->request.filters.to));
	json_object_set_new(out, "known_at", json_text(q->known_at));
	json_object_set_new(out, "literal", json_boolean(q->query->literal));
	return out;
}

/* Where to go on: behind the last document listed, and what could not be read behind it. */
static json_t *
next_cursor(const struct question *q, const struct gk_results *found, const json_t *hits)
{
	const char *last = json_string_value(json_object_get(json_array_get(hits, json_array_size(hits) - 1), "id"));
	size_t n = last != NULL ? strlen(last) : q->cursor != NULL ? strcspn(q->cursor, "~") : 1, skip = q->unread + (last == NULL ? q->request.offset : 0);

	if (!found->more)
		return json_null();
	if (last == NULL)
		last = q->cursor != NULL ? q->cursor : "*";
	return skip > 0 ? json_sprintf("%.*s~%zu", (int)n, last, skip) : json_stringn(last, n);
}

static json_t *
links(const struct question *q, const struct gk_results *found, const json_t *cursor)
{
	static const char *const page[] = { "page", NULL }, *const walk[] = { "page", "cursor", "sort", "fold", NULL }, *const none[] = { NULL };
	static const char *const table[] = { "page", "size", NULL };
	size_t reach = q->page * q->request.size;
	char number[24];
	json_t *next = json_null(), *prev = json_null();

	if (q->request.walk && json_is_string(cursor))
		next = url_of("/search.json", q->params, q->n, walk, "cursor", json_string_value(cursor));
	else if (!q->request.walk && reach < found->shown && reach + q->request.size <= MAX_DEPTH) {
		snprintf(number, sizeof number, "%zu", q->page + 1);
		next = url_of("/search.json", q->params, q->n, page, "page", number);
	}
	if (q->page > 1) {
		snprintf(number, sizeof number, "%zu", q->page - 1);
		prev = url_of("/search.json", q->params, q->n, page, "page", number);
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "self", url_of("/search.json", q->params, q->n, none, NULL, NULL), "next", next, "prev", prev,
			 "html", url_of("/search", q->params, q->n, none, NULL, NULL), "atom", url_of("/search.atom", q->params, q->n, none, NULL, NULL), "csv",
			 url_of("/search.csv", q->params, q->n, table, NULL, NULL));
}

/* Words that matched, for the heading of loosened answers. */
static json_t *
matched_words(const struct gk_results *found)
{
	json_t *out = json_array();

	if (found->level == GK_LEVEL_SOME)
		for (size_t i = 0; i < found->n_needles && i < 12; i++)
			json_array_append_new(out, json_stringn(found->needles[i].p, found->needles[i].n));
	return out;
}

/* id: of the hits only this document. */
static enum gk_status
only_one(struct gk_site *s, struct question *q, const char **bad, struct gk_err *err)
{
	struct site_record r;
	enum gk_status st = site_record_find(s, q->only, &r, err);

	if (bad != NULL)
		*bad = st == GK_OK ? NULL : "id";
	if (st != GK_OK)
		return st;
	site_record_free(&r);
	return site_find_id(s, q->only, &q->request.only, err);
}

/* The id of the only document that has the number, read into *r; NULL if there is none, or several. */
static const char *
numbered(struct gk_site *s, const char *prefix, const char *key, struct site_record *r)
{
	uint32_t docid[2];
	size_t n = 0;

	if (gk_catalog_list_by(s->catalog, prefix, key, docid, 2, &n, NULL) != GK_OK || n != 1)
		return NULL;
	return site_record_read(s, docid[0], r, NULL) == GK_OK ? r->record.id : NULL;
}

/* A query that is nothing but the number of one document leads there (experience.md 4): {"id","url"}, else null. */
static json_t *
jump_to(struct gk_site *s, const struct question *q)
{
	const struct gk_node *node = &q->query->node[0];
	struct site_record r = { .n = 0 };
	char key[GK_INDEXNO_KEY], url[96];
	const char *id = NULL;
	json_t *out = json_null();
	size_t k;

	if (q->query->n != 1 || q->stay || q->only != NULL || q->query->literal)
		return out;
	if (node->kind == GK_N_DOCNO && node->docno.key[0] != '\0')
		id = numbered(s, GK_X_DOCNO, node->docno.key, &r);
	else if ((node->kind == GK_N_RUN || node->kind == GK_N_INDEXNO) && gk_indexno_key(node->text, node->n, key, &k) && k > 0)
		id = numbered(s, GK_X_INDEXNO, key, &r);
	if (id == NULL)
		return out;
	snprintf(url, sizeof url, "/d/%.64s", id);
	out = json_pack("{s:s, s:s, s:s}", "id", id, "url", url, "title", gk_meta_get(r.record.meta, "title"));
	site_record_free(&r);
	return out;
}

static double
ms_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) * 1e3 + (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

/* More hits than a table has rows: it is the first part of a walk. */
static enum gk_status
search(struct gk_site *s, struct question *q, struct gk_results *found, struct gk_err *err)
{
	enum gk_status st = gk_search(s->catalog, &q->request, found, err);

	if (st == GK_OK && q->table && !q->sized && !q->request.walk && found->shown > MAX_DEPTH) {
		gk_results_free(found);
		q->request.walk = true;
		q->request.offset = 0;
		st = gk_search(s->catalog, &q->request, found, err);
	}
	return st;
}

static enum gk_status
answer_search(struct gk_site *s, const struct gk_param *params, size_t n, bool strict, bool table, json_t **out, const char **bad, struct gk_err *err)
{
	struct question q;
	json_t *cursor = NULL;
	struct gk_results found = { .memory = NULL };
	struct gk_missing missing = { .n = 0 };
	struct timespec start;
	json_t *hits = json_array(), *answer;
	const char *instant = NULL;
	enum gk_status st;

	clock_gettime(CLOCK_MONOTONIC, &start);
	start_question(&q, params, n);
	q.request.fold = true;
	q.table = table;
	q.facets = !table;
	st = q.query == NULL || q.notices == NULL || hits == NULL ? gk_nomem(err) : read_params(&q, strict, bad, err);
	if (st == GK_OK) {
		if (bad != NULL)
			*bad = NULL;
		note_slips(&q);
		only_in_force(&q);
		st = site_known_at(s, q.known_at, &instant, err);
		if (st != GK_OK && bad != NULL)
			*bad = "known_at";
	}
	if (st == GK_OK)
		st = site_known_state(s, instant, &q.request.known, err);
	q.request.explain = q.explain;
	if (st == GK_OK && q.only != NULL)
		st = only_one(s, &q, bad, err);
	if (st == GK_OK)
		st = begin_walk(s, &q, bad, err);
	if (st == GK_OK)
		st = search(s, &q, &found, err);
	if (st == GK_OK)
		gk_catalog_missing(s->catalog, &missing);
	s->known_at = instant;
	if (st == GK_OK)
		st = add_hits(s, &q, &found, hits, err);
	if (st == GK_OK)
		st = offer_in_force(s, &q, &found, hits, err);
	if (st == GK_OK) {
		site_note_changes(q.q, &found, params, n, q.notices);
		note_walk(&q);
		cursor = next_cursor(&q, &found, hits);
		answer = json_pack("{s:o, s:O, s:I, s:I, s:I, s:I, s:O, s:o, s:o}", "query", query_object(&q, &found), "notices", q.notices, "total",
				   (json_int_t)found.total, "shown", (json_int_t)found.shown, "page", (json_int_t)q.page, "size",
				   (json_int_t)q.request.size, "hits", hits, "matched", matched_words(&found), "links", links(&q, &found, cursor));
		if (answer != NULL && q.request.walk)
			json_object_set(answer, "cursor", cursor);
		json_decref(cursor);
		if (answer != NULL && q.facets) {
			json_object_set_new(answer, "unfiltered", json_integer((json_int_t)found.unfiltered));
			json_object_set_new(answer, "facets", json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "status", facet(s, &q, &of_status, &found.status), "theme",
									facet(s, &q, &of_theme, &found.theme), "category",
									facet(s, &q, &of_category, &found.category), "year", facet(s, &q, &of_year, &found.year),
									"year_range", facet(s, &q, &of_year, &found.year_range), "org",
									facet(s, &q, &of_issuer, &found.issuer), "format", facet(s, &q, &of_format, &found.format)));
			json_object_set_new(answer, "facets_left_out", json_pack("{s:I, s:I, s:I}", "category", (json_int_t)found.category.left_out, "theme",
										 (json_int_t)found.theme.left_out, "org",
										 (json_int_t)found.issuer.left_out));
		}
		if (answer == NULL || !site_note_missing(&missing, answer, q.notices)) {
			json_decref(answer);
			st = gk_nomem(err);
		} else {
			if (found.explained != NULL)
				json_object_set_new(answer, "explain", site_explain(q.query, &found));
			json_object_set_new(answer, "jump", jump_to(s, &q));
			json_object_set_new(answer, "took_ms", json_real((double)(long)(ms_since(&start) * 1000) / 1000));
			*out = answer;
		}
	}
	s->known_at = NULL;
	json_decref(hits);
	gk_results_free(&found);
	end_question(&q);
	return st;
}

enum gk_status
gk_answer_search(struct gk_site *s, const struct gk_param *params, size_t n, bool strict, json_t **out, const char **bad, struct gk_err *err)
{
	return answer_search(s, params, n, strict, false, out, bad, err);
}

enum gk_status
gk_answer_table(struct gk_site *s, const struct gk_param *params, size_t n, json_t **out, const char **bad, struct gk_err *err)
{
	return answer_search(s, params, n, true, true, out, bad, err);
}

enum gk_status
gk_answer_run(struct gk_site *s, const char *query, size_t size, gk_run_fn *each, void *arg, struct gk_err *err)
{
	struct question q;
	struct gk_results found = { .memory = NULL };
	enum gk_status st;

	start_question(&q, NULL, 0);
	st = q.query == NULL ? gk_nomem(err) : gk_query_parse(query, strlen(query), false, q.query, err);
	q.request.size = size;
	q.request.some_max = size < 1000 ? 1000 : size;
	q.request.fill = true;
	if (st == GK_OK)
		st = gk_search(s->catalog, &q.request, &found, err);
	for (size_t i = 0; st == GK_OK && i < found.n; i++) {
		struct site_record r;
		const char *source_id;

		st = site_record_read(s, found.hits[i].docid, &r, err);
		if (st != GK_OK)
			break;
		source_id = json_string_value(json_object_get(r.record.source, "id"));
		each(arg, source_id != NULL ? source_id : r.record.id, found.hits[i].score);
		site_record_free(&r);
	}
	gk_results_free(&found);
	end_question(&q);
	return st;
}

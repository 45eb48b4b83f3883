/*
 * Clauses of abolition: sentence by sentence, verbs outside of titles, and from each verb back over what leads up to it.
 *
 * Everything that decides is in the tables below; each row says what it is for.  No recursion, one pass over the text; a
 * sentence is looked at closely only if it has a verb and a title.
 */
#include "record/clause.h"

#include "base/numeral.h"
#include "base/utf8.h"

#include <string.h>

/* --- tables ---------------------------------------------------------------------------------------------------- */

/* Longer ones first: 同时废止 before 废止.  alone: what the verb says where no title leads up to it never counts. */
static const char *const verbs[] = {
	"同时废止", "同时作废", "同时失效", "同时停止执行", "同时停止施行", "同时终止执行", "一并废止", "一律废止", "即行废止", "即行失效", "自行废止", "相应废止", "随之废止", "予以废止", "现予废止",
	"宣布废止", "宣布失效", "自动失效", "停止执行", "停止施行", "停止使用", "停止适用", "不再执行", "不再适用", "不再施行", "终止执行", "失去效力", "废止", "失效", "作废",
};

/* Verbs that, without a word before them, say something else of the title before: 《X》规定的…失效. They must stand right behind it. */
static const char *const forward_verbs[] = { "废止", "宣布失效", "宣布废止" };

/* Behind a title that was only the basis of an earlier amendment. */
static const char *const amended[] = { "修正", "修订", "修改" };

/* How titles are joined. */
static const char *const joints[] = { "、", "，", ",", "以及", "和", "及", "与", "；", ";", "并" };

/* A prefix of the next title says who made it and when: at least one of these stands in it, unless it is short. */
static const char *const made[] = { "发布", "公布", "印发", "通过", "批准", "转发", "制定", "颁布", "颁发", "下发", "修正", "修订", "修改", "制发", "出台", "施行的", "实施的", "审议", "联合" };

/* A gap with one of these ends the list: what stands before belongs to another statement. */
static const char *const apart[] = { "为准", "不一致", "按照", "依照", "适用", "执行", "施行。", "办理", "解释", "规定的", "所称", "另行", "参照", "遵守" };

/* Small words between a title and its verb. */
static const char *const small[] = { "，", ",", "、", "都", "均", "也", "亦", "一律", "全部", "一并", "现", "应当", "应", "即", "于" };

/* What ends in one of these is a paper of one person, not a rule: 原《商标注册证》作废. */
static const char *const papers[] = { "证", "证书", "证明", "执照", "许可证", "凭证", "通知书", "意见书", "批准书", "批复书", "申请书", "委托书", "合格证", "登记表", "申请表" };

static const struct { const char *open, *close; } brackets[] = { { "（", "）" }, { "(", ")" }, { "〔", "〕" }, { "［", "］" }, { "[", "]" } };

enum { PREFIX_MAX = 360, TAIL_MAX = 600, SHORT_PREFIX = 75, SENTENCE_MAX = 64 * 1024 };

/* --- small tools ------------------------------------------------------------------------------------------------ */

struct text { const char *p; size_t n; };

static bool
at(struct text t, size_t i, const char *word)
{
	size_t n = strlen(word);

	return i + n <= t.n && memcmp(t.p + i, word, n) == 0;
}

static size_t
space_at(struct text t, size_t i)
{
	if (i < t.n && (t.p[i] == ' ' || t.p[i] == '\t' || t.p[i] == '\n' || t.p[i] == '\r'))
		return 1;
	return at(t, i, "\xE3\x80\x80") || at(t, i, "\xE2\x80\x82") || at(t, i, "\xE2\x80\x83") ? 3 : at(t, i, "\xC2\xA0") ? 2 : 0;
}

static size_t
skip_space(struct text t, size_t i)
{
	for (size_t n; (n = space_at(t, i)) > 0; i += n)
		;
	return i;
}

/* One of the words at i: its length, 0 if none. */
static size_t
any_at(struct text t, size_t i, const char *const *words, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (at(t, i, words[k]))
			return strlen(words[k]);
	return 0;
}

static bool
holds(struct text t, size_t from, size_t to, const char *word)
{
	return to > from && memmem(t.p + from, to - from, word, strlen(word)) != NULL;
}

static bool
holds_any(struct text t, size_t from, size_t to, const char *const *words, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (holds(t, from, to, words[k]))
			return true;
	return false;
}
#define ANY(words) words, sizeof (words) / sizeof *(words)

/* A bracket that opens at i: where it ends (behind its close), 0 if none does within reach. */
static size_t
bracket_end(struct text t, size_t i)
{
	for (size_t k = 0; k < sizeof brackets / sizeof *brackets; k++) {
		size_t depth = 1, j;

		if (!at(t, i, brackets[k].open))
			continue;
		for (j = i + strlen(brackets[k].open); j < t.n && j - i < TAIL_MAX; j++) {
			if (at(t, j, brackets[k].open))
				depth++;
			else if (at(t, j, brackets[k].close) && --depth == 0)
				return j + strlen(brackets[k].close);
		}
	}
	return 0;
}

static size_t
bracket_open(struct text t, size_t i)
{
	for (size_t k = 0; k < sizeof brackets / sizeof *brackets; k++)
		if (at(t, i, brackets[k].open))
			return strlen(brackets[k].open);
	return 0;
}

static struct gk_span
span(struct text t, size_t from, size_t to)
{
	return (struct gk_span){ t.p + from, to - from };
}

/* --- the sentence and its titles ----------------------------------------------------------------------------------- */

struct title { size_t open, name, name_end, close; };	/* close: behind 》 */

struct sentence {
	struct text t;			/* the whole text */
	size_t start, end;
	struct title title[GK_SENTENCE_TITLES];
	size_t n;
};

/* The first verb's worth of work is seldom needed: a sentence ends at 。！？ or at the end of a line that ends something. */
static bool
line_goes_on(struct text t, size_t start, size_t i, int depth)
{
	static const char *const open_ends[] = { "、", "，", ",", "和", "及", "与" };
	size_t last = i;

	if (depth > 0)
		return true;
	while (last > start && (t.p[last - 1] == ' ' || t.p[last - 1] == '\r'))
		last--;
	for (size_t k = 0; k < sizeof open_ends / sizeof *open_ends; k++) {
		size_t n = strlen(open_ends[k]);

		if (last >= start + n && memcmp(t.p + last - n, open_ends[k], n) == 0)
			return true;
	}
	/* A line broken before its verb. */
	return any_at(t, skip_space(t, i), verbs, 18) > 0;
}

/* Titles are found on the way; an unclosed 《 is none. */
static void
next_sentence(struct sentence *s, size_t start)
{
	struct text t = s->t;
	int depth = 0;
	size_t open = 0, i = start;

	s->start = start;
	s->n = 0;
	while (i < t.n && i - start < SENTENCE_MAX) {
		unsigned char c = (unsigned char)t.p[i];

		if (c < 0x80) {
			if (c == '\n' && !line_goes_on(t, start, i, i - open < 600 ? depth : 0))
				break;
			if (depth == 0 && (c == '!' || c == '?'))
				break;
			i++;
			continue;
		}
		if (at(t, i, "《")) {
			if (depth == 0)
				open = i;
			depth++;
		} else if (at(t, i, "〈") && depth > 0) {
			depth++;
		} else if ((at(t, i, "》") || at(t, i, "〉")) && depth > 0) {
			if (--depth == 0 && s->n < GK_SENTENCE_TITLES)
				s->title[s->n++] = (struct title){ open, open + 3, i, i + 3 };
			/* 《关于〈甲〉的规定》: whoever closes with the wrong sign closes all the same. */
			else if (depth == 1 && at(t, i, "》") && i + 3 < t.n && !holds(t, i + 3, i + 3 + 90 < t.n ? i + 3 + 90 : t.n, "》") && s->n < GK_SENTENCE_TITLES) {
				depth = 0;
				s->title[s->n++] = (struct title){ open, open + 3, i, i + 3 };
			}
		} else if (depth == 0 && (at(t, i, "。") || at(t, i, "！") || at(t, i, "？"))) {
			break;
		}
		i += c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
	}
	s->end = i < t.n ? i : t.n;
}

static size_t
behind_sentence(struct text t, size_t end)
{
	if (at(t, end, "。") || at(t, end, "！") || at(t, end, "？"))
		return end + 3;
	return end + 1;
}

static bool
in_title(const struct sentence *s, size_t i)
{
	for (size_t k = 0; k < s->n; k++)
		if (i >= s->title[k].open && i < s->title[k].close)
			return true;
	return false;
}

/* --- dates of effect -------------------------------------------------------------------------------------------------- */

struct begins { enum gk_beginning how; struct gk_date day; uint32_t days_after; size_t where; };

/* 自…起: at i stands 自 or 从.  Returns the place behind 起, 0 if this is no such phrase. */
static size_t
from_phrase(struct text t, size_t i, struct begins *out)
{
	static const char *const acts[] = { "公布", "发布", "印发", "颁布", "通过", "批准", "下发", "签发", "颁发", "刊登" };
	size_t j, end;

	*out = (struct begins){ GK_BEGINS_UNSTATED, GK_NO_DATE, 0, i };
	if (!at(t, i, "自") && !at(t, i, "从"))
		return 0;
	j = skip_space(t, i + 3);
	end = gk_date_scan(t.p + j, t.n - j, &out->day);
	if (end > 0) {
		j = skip_space(t, j + end);
		/* The day may have an hour: 自2020年1月1日零时起. */
		for (size_t k = 0; k < 6 && j < t.n && !at(t, j, "起"); k++)
			j += (unsigned char)t.p[j] >= 0xE0 ? 3 : 1;
		if (!at(t, j, "起"))
			return 0;
		out->how = GK_BEGINS_ON;
		return j + 3;
	}
	for (size_t stop = j + 90 < t.n ? j + 90 : t.n; j < stop; j++) {
		if (at(t, j, "之日") || at(t, j, "日起")) {
			uint32_t days = 0;
			size_t digits, k = j + (at(t, j, "之日") ? 6 : 3);

			if (holds_any(t, i, j, ANY(acts)))
				out->how = GK_BEGINS_ON_PUBLICATION;
			k += at(t, k, "起") ? 3 : 0;
			k = skip_space(t, k);
			/* 公布之日起30日后施行: domain.md 4.4. */
			for (digits = 0; k + digits < t.n && t.p[k + digits] >= '0' && t.p[k + digits] <= '9' && digits < 4; digits++)
				days = days * 10 + (uint32_t)(t.p[k + digits] - '0');
			if (digits == 0)
				digits = gk_numeral_scan(t.p + k, t.n - k, &days);
			if (digits > 0 && (at(t, k + digits, "日后") || at(t, k + digits, "天后")) && out->how == GK_BEGINS_ON_PUBLICATION) {
				out->how = GK_BEGINS_AFTER_PUBLICATION;
				out->days_after = days;
				k += digits + 6;
			}
			return k;
		}
		if (at(t, j, "。") || at(t, j, "；") || t.p[j] == '\n')
			return 0;
	}
	return 0;
}

/* The day from which the text is in force, if this sentence states it. */
static bool
states_beginning(const struct sentence *s, struct begins *out)
{
	static const char *const acts[] = { "施行", "实施", "执行", "生效", "试行", "起用", "有效" };

	for (size_t i = s->start; i < s->end; i += 3) {
		const char *p = memmem(s->t.p + i, s->end - i, "自", strlen("自"));
		const char *q = memmem(s->t.p + i, s->end - i, "从", strlen("从"));
		size_t j, end;

		if (p == NULL || (q != NULL && q < p))
			p = q;
		if (p == NULL)
			return false;
		i = (size_t)(p - s->t.p);
		end = from_phrase(s->t, i, out);
		if (end == 0 || out->how == GK_BEGINS_UNSTATED || in_title(s, i))
			continue;
		j = skip_space(s->t, end);
		j += at(s->t, j, "正式") ? 6 : 0;
		if (any_at(s->t, j, ANY(acts)) > 0)
			return true;
	}
	return false;
}

/* --- between a title and its verb ------------------------------------------------------------------------------------ */

struct tail {
	bool part, amended_only;
	struct gk_span docno, subject;
	struct gk_date own;		/* 自…起废止 */
};

static bool
looks_like_number(struct gk_span s)
{
	struct text t = { s.p, s.n };

	return holds(t, 0, s.n, "号") || holds(t, 0, s.n, "令") || holds(t, 0, s.n, "〔");
}

static size_t
till_punctuation(struct text t, size_t i, size_t most)
{
	static const char *const stops[] = { "，", "。", "；", "、", "《", "：", "," };
	size_t from = i;

	while (i < t.n && i - from < most && any_at(t, i, ANY(stops)) == 0 && t.p[i] != '\n')
		i += (unsigned char)t.p[i] >= 0xF0 ? 4 : (unsigned char)t.p[i] >= 0xE0 ? 3 : (unsigned char)t.p[i] >= 0xC0 ? 2 : 1;
	return i;
}

/* 第三条, 第三条第二款, 第三条至第五条: where it ends, 0 if there is none at i. */
static size_t
articles_at(struct text t, size_t i)
{
	static const char *const units[] = { "条", "款", "项", "章", "节", "部分" };
	size_t end = 0;

	while (at(t, i, "第")) {
		uint32_t v;
		size_t n, j = i + 3;

		for (n = 0; j + n < t.n && t.p[j + n] >= '0' && t.p[j + n] <= '9'; n++)
			;
		if (n == 0)
			n = gk_numeral_scan(t.p + j, t.n - j, &v);
		if (n == 0 || any_at(t, j + n, ANY(units)) == 0)
			break;
		i = end = j + n + any_at(t, j + n, ANY(units));
		if (at(t, i, "之"))
			i += 3 + gk_numeral_scan(t.p + i + 3, t.n - i - 3, &v);
		end = i;
		for (size_t joint; (joint = any_at(t, i, ANY(joints))) > 0 || at(t, i, "至"); )
			i += joint > 0 ? joint : 3;
	}
	return end;
}

/*
 * From behind a title up to `to`: can all of it stand between a title and its verb, or the next joint?  Where it
 * cannot, the place of the first thing that cannot is returned, else `to`.
 */
static size_t
read_tail(struct text t, size_t i, size_t to, struct tail *out)
{
	for (;;) {
		size_t n, end;

		i = skip_space(t, i);
		if (i >= to)
			return to;
		if ((end = bracket_end(t, i)) > 0 && end <= to) {
			size_t open = bracket_open(t, i);
			struct gk_span inside = span(t, i + open, end - open);

			/* The sign that closes is as long as the one that opens. */
			if (out->docno.p == NULL && looks_like_number(inside))
				out->docno = inside;
			i = end;
			continue;
		}
		if ((n = articles_at(t, i)) > 0 && n <= to) {
			out->part = true;
			out->subject = span(t, i, n);
			i = n;
			if (at(t, i, "的"))
				i += 3;
			if (at(t, i, "规定") || at(t, i, "内容"))
				i += 6;
			continue;
		}
		if (at(t, i, "中第") || at(t, i, "中的第") || at(t, i, "的第")) {
			i += at(t, i, "中的第") ? 6 : 3;
			continue;
		}
		if (at(t, i, "中") || at(t, i, "关于") || at(t, i, "有关") || at(t, i, "相关") || at(t, i, "的有关") || at(t, i, "的相关") || at(t, i, "涉及") || at(t, i, "里")) {
			static const char *const things[] = { "规定", "内容", "条款", "条文", "部分", "事项", "表述", "条目" };
			size_t stop = 0;

			for (n = 0; stop == 0 && n < sizeof things / sizeof *things; n++) {
				const char *p = memmem(t.p + i, to - i, things[n], strlen(things[n]));

				/* The last of them before the verb: 关于规定格式的规定. */
				while (p != NULL) {
					size_t after = (size_t)(p - t.p) + strlen(things[n]);
					const char *next = memmem(t.p + after, to - after, things[n], strlen(things[n]));

					stop = after;
					p = next;
				}
			}
			if (stop == 0)
				return i;
			out->part = true;
			out->subject = span(t, i, stop);
			i = stop;
			continue;
		}
		if (at(t, i, "自") || at(t, i, "从")) {
			struct begins b;

			end = from_phrase(t, i, &b);
			if (end == 0 || end > to)
				return i;
			if (b.how == GK_BEGINS_ON)
				out->own = b.day;
			i = end;
			continue;
		}
		if (at(t, i, "及其") || at(t, i, "及相关") || at(t, i, "及有关") || at(t, i, "和相关") || at(t, i, "和有关") || at(t, i, "等")) {
			end = till_punctuation(t, i + 3, 90);
			i = end < to ? end : to;
			continue;
		}
		if ((n = any_at(t, i, ANY(small))) > 0) {
			i += n;
			continue;
		}
		end = gk_date_scan(t.p + i, to - i, &out->own);
		if (end > 0) {
			i += end;
			continue;
		}
		return i;
	}
}

/* Behind a title: (第N次)修正 …: it was amended by, not abolished. */
static bool
basis_of_amendment(struct text t, size_t i)
{
	uint32_t v;
	size_t end;

	i = skip_space(t, i);
	while ((end = bracket_end(t, i)) > 0)
		i = skip_space(t, end);
	i += at(t, i, "予以") || at(t, i, "作了") || at(t, i, "进行") ? 6 : 0;
	if (at(t, i, "第")) {
		size_t n, j = i + 3;

		for (n = 0; j + n < t.n && t.p[j + n] >= '0' && t.p[j + n] <= '9'; n++)
			;
		if (n == 0)
			n = gk_numeral_scan(t.p + j, t.n - j, &v);
		if (n > 0 && at(t, j + n, "次"))
			i = j + n + 3;
	}
	return any_at(t, i, ANY(amended)) > 0;
}

/* --- lists of titles -------------------------------------------------------------------------------------------------------- */

/* Does what stands between two titles join them, so that both are subject to one verb? */
static bool
joins(const struct sentence *s, size_t from, size_t to)
{
	struct tail tail = { .own = GK_NO_DATE };
	size_t i = read_tail(s->t, from, to, &tail), n;
	bool basis = basis_of_amendment(s->t, from), joined = basis;

	if (i < from)
		i = from;
	/* What read_tail takes for a small word may be the joint. */
	for (size_t k = from; k < i && !joined; k++)
		joined = any_at(s->t, k, ANY(joints)) > 0;
	i = skip_space(s->t, i);
	while ((n = any_at(s->t, i, ANY(joints))) > 0) {
		joined = true;
		i = skip_space(s->t, i + n);
	}
	if (i >= to)
		return true;		/* nothing but joints, or side by side */
	if (!joined || to - i > PREFIX_MAX)
		return false;
	if (!basis && holds_any(s->t, i, to, ANY(apart)))
		return false;
	/* 根据《丙法》，… begins another statement; 根据1997年…令修改的 tells the history of the next title. */
	if (!basis && (holds(s->t, i, to, "根据") || holds(s->t, i, to, "依据")) && !holds_any(s->t, i, to, ANY(amended)))
		return false;
	return basis || to - i <= SHORT_PREFIX || holds_any(s->t, i, to, ANY(made));
}

static void
read_prefix(const struct sentence *s, size_t k, size_t from, struct gk_clause_target *t)
{
	size_t i = from, to = s->title[k].open;

	for (; i < to; i++) {
		size_t n = (unsigned char)s->t.p[i] >= '0' ? gk_date_scan(s->t.p + i, to - i, &t->date) : 0;

		if (n > 0 && t->date.month != 0) {
			i += n;
			break;
		}
		t->date = GK_NO_DATE;
	}
	if (t->date.year == 0)
		i = from;
	/* Up to the verb of making: 2005年1月7日国务院公布的. */
	for (size_t j = i; j < to; j++)
		if (any_at(s->t, j, made, 11) > 0) {
			size_t start = skip_space(s->t, i);

			for (size_t n; (n = any_at(s->t, start, ANY(joints))) > 0; )
				start += n;
			if (j > start && j - start <= 120)
				t->issuer = span(s->t, start, j);
			break;
		}
}

/* The place where the words before a title begin: behind the title before, or behind the last comma-like sign. */
static size_t
prefix_start(const struct sentence *s, size_t k)
{
	return k > 0 ? s->title[k - 1].close : s->start;
}

static bool
add_target(struct gk_arena *a, struct gk_clause *c, const struct sentence *s, size_t k, size_t tail_to)
{
	struct gk_clause_target *t;
	struct tail tail = { .own = GK_NO_DATE };

	if (c->n >= GK_CLAUSE_TARGETS)
		return true;
	/* Room doubles: what it leaves behind goes with the arena. */
	if ((c->n & (c->n - 1)) == 0) {
		struct gk_clause_target *grown = gk_arena_alloc(a, (c->n == 0 ? 1 : c->n * 2) * sizeof *grown);

		if (grown == NULL)
			return false;
		if (c->n > 0)
			memcpy(grown, c->target, c->n * sizeof *grown);
		c->target = grown;
	}
	t = &c->target[c->n++];
	*t = (struct gk_clause_target){ .name = span(s->t, s->title[k].name, s->title[k].name_end), .date = GK_NO_DATE };
	read_tail(s->t, s->title[k].close, tail_to, &tail);
	t->docno = tail.docno;
	t->part = tail.part;
	t->subject = tail.subject;
	if (tail.own.year != 0)
		c->effective = tail.own;
	read_prefix(s, k, prefix_start(s, k), t);
	return true;
}

static bool
is_paper(const struct sentence *s, size_t k)
{
	size_t from = s->title[k].name, to = s->title[k].name_end;

	for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) {
		size_t n = strlen(papers[i]);

		if (to - from >= n && memcmp(s->t.p + to - n, papers[i], n) == 0)
			return true;
	}
	return false;
}

/* Titles first[k..last] into a clause, those that were only amended left out. */
static bool
add_titles(struct gk_arena *a, struct gk_clause *c, const struct sentence *s, size_t first, size_t last, size_t verb)
{
	for (size_t k = first; k <= last; k++) {
		size_t to = k < last ? s->title[k + 1].open : verb > s->title[k].close ? verb : s->end;

		if (basis_of_amendment(s->t, s->title[k].close) || is_paper(s, k))
			continue;
		if (!add_target(a, c, s, k, to))
			return false;
	}
	return true;
}

/* --- finding ----------------------------------------------------------------------------------------------------------------- */

struct finder {
	struct sentence s;
	struct gk_arena *arena;
	struct gk_clauses *out;
	size_t room;
	bool decision;			/* the text's own title says 废止 or 失效 */
	bool listing;			/* the sentence before ended in "…废止：" */
	const char *listing_verb;
	struct gk_clause *list;		/* being filled */
	struct begins last;		/* the newest statement of a beginning */
	bool near;			/* out->begins is decided by a clause */
	bool failed;
};

static struct gk_clause *
new_clause(struct finder *f, const char *verb)
{
	struct gk_clauses *o = f->out;

	if (o->n >= GK_CLAUSES_MAX)
		return NULL;
	if (o->n == f->room) {
		size_t room = f->room == 0 ? 4 : f->room * 2;
		struct gk_clause *grown = gk_arena_alloc(f->arena, room * sizeof *grown);

		if (grown == NULL) {
			f->failed = true;
			return NULL;
		}
		if (o->n > 0)
			memcpy(grown, o->item, o->n * sizeof *grown);
		o->item = grown;
		f->room = room;
	}
	o->item[o->n] = (struct gk_clause){ .start = f->s.start, .end = f->s.end, .verb = verb, .effective = GK_NO_DATE };
	return &o->item[o->n++];
}

static void
drop_if_empty(struct finder *f, const struct gk_clause *c)
{
	if (c != NULL && c->n == 0 && c == &f->out->item[f->out->n - 1])
		f->out->n--;
}

static const char *
verb_at(struct text t, size_t i)
{
	for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++)
		if (at(t, i, verbs[k]))
			return verbs[k];
	return NULL;
}

/* 废止前, 废止后, 废止的, 失效的 …: not a statement that something ends. */
static bool
is_statement(struct text t, size_t behind, size_t end)
{
	static const char *const ends[] = { "，", "。", "；", "、", "：", ",", ";", ":", "！", "\n", "）", ")", "，", "执行", "使用", "不再", "和" };

	behind = skip_space(t, behind);
	return behind >= end || any_at(t, behind, ANY(ends)) > 0;
}

static void
backward_clause(struct finder *f, size_t verb_place, const char *verb)
{
	const struct sentence *s = &f->s;
	struct tail tail = { .own = GK_NO_DATE };
	struct gk_clause *c;
	size_t last = 0, first;

	while (last < s->n && s->title[last].close <= verb_place)
		last++;
	if (last == 0)
		return;
	last--;
	if (read_tail(s->t, s->title[last].close, verb_place, &tail) != verb_place)
		return;
	for (first = last; first > 0 && joins(s, s->title[first - 1].close, s->title[first].open); first--)
		;
	c = new_clause(f, verb);
	if (c == NULL)
		return;
	if (!add_titles(f->arena, c, s, first, last, verb_place))
		f->failed = true;
	drop_if_empty(f, c);
}

/* 废止《甲》、《乙》: only in a decision to abolish, and only right before the title. */
static void
forward_clause(struct finder *f, size_t behind_verb, const char *verb)
{
	const struct sentence *s = &f->s;
	struct gk_clause *c;
	size_t first = 0, last, gap;

	while (first < s->n && s->title[first].open < behind_verb)
		first++;
	if (first == s->n)
		return;
	gap = s->title[first].open - behind_verb;
	if (gap > PREFIX_MAX || (gap > SHORT_PREFIX && !holds_any(s->t, behind_verb, s->title[first].open, ANY(made))) || holds(s->t, behind_verb, s->title[first].open, "。"))
		return;
	for (last = first; last + 1 < s->n && joins(s, s->title[last].close, s->title[last + 1].open); last++)
		;
	c = new_clause(f, verb);
	if (c == NULL)
		return;
	if (!add_titles(f->arena, c, s, first, last, s->end))
		f->failed = true;
	drop_if_empty(f, c);
}

/* Lines under "下列文件同时废止：" are titles, one each, perhaps numbered and with a number in a bracket. */
static bool
list_line(struct finder *f)
{
	const struct sentence *s = &f->s;

	if (s->n == 0 || s->title[0].open - s->start > PREFIX_MAX)
		return false;
	if (f->list == NULL)
		f->list = new_clause(f, f->listing_verb);
	if (f->list == NULL || basis_of_amendment(s->t, s->title[0].close))
		return f->list != NULL;
	f->list->end = s->end;
	if (!add_target(f->arena, f->list, s, 0, s->end))
		f->failed = true;
	return true;
}

static void
look_for_list(struct finder *f)
{
	static const char *const heads[] = { "下列", "以下", "附件", "如下" };
	const struct sentence *s = &f->s;
	size_t end = s->end;

	f->listing = false;
	while (end > s->start && (s->t.p[end - 1] == ' ' || s->t.p[end - 1] == '\r'))
		end--;
	if (end < s->start + 3 || !(at(s->t, end - 3, "：") || s->t.p[end - 1] == ':') || !holds_any(s->t, s->start, end, ANY(heads)))
		return;
	for (size_t i = s->start; i < end; i++) {
		const char *v = in_title(s, i) ? NULL : verb_at(s->t, i);

		if (v != NULL && (f->decision || strlen(v) >= 12)) {
			f->listing = true;
			f->listing_verb = v;
			f->list = NULL;
			return;
		}
	}
}

/* Verbs of two characters are too common to be looked at without the four that make a clause, unless they end the sentence. */
static void
clauses_of_sentence(struct finder *f)
{
	const struct sentence *s = &f->s;
	size_t before = f->out->n, covered = s->start;

	for (size_t i = s->start; i < s->end; ) {
		const char *v = verb_at(s->t, i);
		unsigned char c = (unsigned char)s->t.p[i];
		size_t step = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;

		if (v != NULL && !in_title(s, i)) {
			size_t behind = i + strlen(v);

			if (i >= covered && is_statement(s->t, behind, s->end)) {
				size_t had = f->out->n;

				backward_clause(f, i, v);
				if (f->out->n > had)
					covered = behind;
			}
			if (f->decision && i >= covered && any_at(s->t, i, ANY(forward_verbs)) == strlen(v))
				forward_clause(f, behind, v);
			step = strlen(v);
		}
		i += step;
	}
	if (f->out->n > before && !f->near) {
		struct begins b;

		/* The statement in the same sentence, else the last one before: 本条例自…起施行。《甲》同时废止。 */
		if (!states_beginning(s, &b) || b.how == GK_BEGINS_UNSTATED)
			b = f->last;
		if (b.how != GK_BEGINS_UNSTATED) {
			f->out->begins = b.how;
			f->out->effective = b.day;
			f->out->days_after = b.days_after;
			f->near = true;
		}
	}
}

static void
one_sentence(struct finder *f)
{
	const struct sentence *s = &f->s;
	struct begins b;

	if (f->listing && !list_line(f))
		f->listing = false;
	else if (f->listing)
		return;
	if (s->n > 0)
		clauses_of_sentence(f);
	if (memchr(s->t.p + s->start, 0xE8, s->end - s->start) != NULL && states_beginning(s, &b))
		f->last = b;
	look_for_list(f);
}

enum gk_status
gk_clauses_find(const char *text, size_t n, const char *title, struct gk_arena *arena, struct gk_clauses *out, struct gk_err *err)
{
	struct finder *f = gk_arena_alloc(arena, sizeof *f);

	*out = (struct gk_clauses){ .effective = GK_NO_DATE };
	if (f == NULL)
		return gk_nomem(err);
	f->s.t = (struct text){ text, n };
	f->arena = arena;
	f->out = out;
	f->decision = strstr(title, "废止") != NULL || strstr(title, "失效") != NULL;
	for (size_t i = 0; i < n && !f->failed; i = behind_sentence(f->s.t, f->s.end)) {
		next_sentence(&f->s, i);
		one_sentence(f);
	}
	if (!f->near && f->last.how != GK_BEGINS_UNSTATED) {
		out->begins = f->last.how;
		out->effective = f->last.day;
		out->days_after = f->last.days_after;
	}
	return f->failed ? gk_nomem(err) : GK_OK;
}

/* --- what a text rests on ------------------------------------------------------------------------------------------------------ */

enum gk_status
gk_citations_find(const char *text, size_t n, struct gk_arena *arena, struct gk_clause_target **out, size_t *count, struct gk_err *err)
{
	static const char *const words[] = { "根据", "依据", "按照", "依照", "遵照" };
	struct sentence *s = gk_arena_alloc(arena, sizeof *s);
	struct gk_clause c = { .effective = GK_NO_DATE };

	if (s == NULL)
		return gk_nomem(err);
	s->t = (struct text){ text, n };
	for (size_t i = 0; i < n; i = behind_sentence(s->t, s->end)) {
		next_sentence(s, i);
		for (size_t k = 0; k < s->n; k++) {
			/* From the word up to the title there is no other statement. */
			size_t from = k > 0 ? s->title[k - 1].close : s->start;
			bool rests = holds_any(s->t, from, s->title[k].open, ANY(words)) ||
				     (k > 0 && c.n > 0 && c.target[c.n - 1].name.p == text + s->title[k - 1].name && joins(s, s->title[k - 1].close, s->title[k].open));

			if (rests && !basis_of_amendment(s->t, s->title[k].close) && !add_target(arena, &c, s, k, k + 1 < s->n ? s->title[k + 1].open : s->end))
				return gk_nomem(err);
		}
	}
	*out = c.target;
	*count = c.n;
	return GK_OK;
}

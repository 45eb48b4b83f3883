/*
 * Clauses of abolition: sentence by sentence, verbs outside of titles, and from each verb back over what leads up to it.
 *
 * Everything that decides is in the tables below; each row says what it is for.  No recursion, one pass over the text; a
 * sentence is looked at closely only if it has a verb and a title.
 */
#include "record/clause.h"

#include "record/docno.h"
#include "record/scan.h"

#include "base/utf8.h"

#include <string.h>

/* --- tables ---------------------------------------------------------------------------------------------------- */

/* Longer ones first: 同时废止 before 废止.  alone: what the verb says where no title leads up to it never counts. */
static const char *const verbs[] = {
	"同时废止", "同时作废", "同时失效", "同时停止执行", "同时停止施行", "同时终止执行", "一并废止", "一律废止", "即行废止", "即行失效", "自行废止", "相应废止", "随之废止", "予以废止", "现予废止",
	"宣布废止", "宣布失效", "自动失效", "自行失效", "自然失效", "停止执行", "停止施行", "停止使用", "停止适用", "不再执行", "不再适用", "不再施行", "终止执行", "失去效力",
	"同時廢止", "即行廢止", "予以廢止", "同時失效", "廢止", "废止", "失效", "作废", "作廢",
};

/* A text without any of these has no verb: told by a quick search, which is all that most documents cost. */
static const char *const cores[] = { "废止", "廢止", "失效", "作废", "作廢", "停止", "不再", "终止执行", "失去效力" };

/*
 * Verbs before their titles, in a text whose own title says nothing of abolition: 市政府决定废止《X》.  Of the first, the bare verb
 * must follow one of the words; of the second no word is needed.
 */
static const char *const deciding[] = { "决定", "现", "兹", "予以", "一并", "同时", "并", "起", "起，", "：", "。", "；", "，" };
static const char *const deciding_verbs[] = { "同时废止", "一并废止", "同时停止执行", "停止执行", "宣布废止", "废止", "宣布失效" };

/* What only names the document that abolished this one: 已被《X》废止, 根据《X》宣布失效. */
static const char *const agents[] = { "被", "由", "经", "根据", "依据", "按照", "依照", "遵照" };

/* A title behind one of these, with another statement behind it, is what the act rests on: 根据《甲》，《乙》废止. */
static const char *const bases[] = { "根据", "依据", "按照", "依照", "遵照", "贯彻", "落实", "参照", "执行" };


/* Verbs that, without a word before them, say something else of the title before: 《X》规定的…失效. They must stand right behind it. */
static const char *const forward_verbs[] = { "废止", "宣布失效", "宣布废止" };

/* Behind a title that was only the basis of an earlier amendment. */
static const char *const amended[] = { "修正", "修订", "修改" };


/* A prefix of the next title says who made it and when: at least one of these stands in it, unless it is short. */
static const char *const made[] = { "发布", "公布", "印发", "通过", "批准", "转发", "制定", "颁布", "颁发", "下发", "修正", "修订", "修改", "制发", "出台", "施行的", "实施的", "审议", "联合" };

/* A gap with one of these ends the list: what stands before belongs to another statement. */
static const char *const apart[] = { "为准", "不一致", "按照", "依照", "适用", "执行", "施行。", "办理", "解释", "规定的", "所称", "另行", "参照", "遵守", "保留", "继续" };

/* Behind a title: it lives on, so that a list of what ends has ended before it: 废止《甲》、《乙》，《丙》继续有效. */
static const char *const lives[] = { "继续", "仍", "保留", "予以保留", "不变", "有效" };

/* Small words between a title and its verb. */
static const char *const small[] = { "，", ",", "、", "都", "均", "也", "亦", "一律", "全部", "一并", "现", "应当", "应", "即", "于", "同时", "文件", "文", "已经", "已", "两个", "二者", "将" };

/* What ends in one of these is a paper of one person, not a rule: 原《商标注册证》作废. */
static const char *const papers[] = { "证", "证书", "证明", "执照", "许可证", "凭证", "通知书", "意见书", "批准书", "批复书", "申请书", "委托书", "合格证", "登记表", "申请表" };


enum { PREFIX_MAX = 360, SHORT_PREFIX = 75, SENTENCE_MAX = 64 * 1024, TITLE_MAX = 600, NAME_MAX = 450, QUOTE_REACH = 3000 };

/* --- the sentence and its titles ----------------------------------------------------------------------------------- */

/* What a sentence mentions: a title in 《》, or a number that stands for a document.  close: behind 》, or behind the number. */
struct title { size_t open, name, name_end, close; struct gk_span docno; };

struct sentence {
	struct text t;			/* the whole text */
	size_t start, end;
	size_t floor;			/* words before this place belong to no title: the verb that stands before its titles */
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

	s->start = s->floor = start;
	s->n = 0;
	while (i < t.n && i - start < SENTENCE_MAX) {
		unsigned char c = (unsigned char)t.p[i];

		/* All signs looked for begin with one of these. */
		if (c >= 0x80 && c != 0xE3 && c != 0xEF) {
			i += step_of(c);
			continue;
		}
		if (c < 0x80) {
			if (c == '\n' && !line_goes_on(t, start, i, i - open < TITLE_MAX ? depth : 0))
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
				s->title[s->n++] = (struct title){ open, open + 3, i, i + 3, { NULL, 0 } };
			/* 《关于〈甲〉的规定》: whoever closes with the wrong sign closes all the same. */
			else if (depth == 1 && at(t, i, "》") && i + 3 < t.n && !holds(t, i + 3, i + 3 + 90 < t.n ? i + 3 + 90 : t.n, "》") && s->n < GK_SENTENCE_TITLES) {
				depth = 0;
				s->title[s->n++] = (struct title){ open, open + 3, i, i + 3, { NULL, 0 } };
			}
		} else if ((depth == 0 || i - open > TITLE_MAX) && (at(t, i, "。") || at(t, i, "！") || at(t, i, "？"))) {
			break;
		}
		i += step_of(c);
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
	if (!at(t, i, "自") && !at(t, i, "从") && !at(t, i, "于"))
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

static const char *const taking_effect[] = { "施行", "实施", "执行", "生效", "试行", "起用", "有效" };

/*
 * The day from which the text is in force, if this sentence states it: 自…起施行.  Followed by 的 it tells of another text:
 * 自1997年2月5日起施行的《X》.
 */
static bool
states_beginning(const struct sentence *s, struct begins *out)
{
	for (size_t i = s->start; i + 6 <= s->end; i += step_of((unsigned char)s->t.p[i])) {
		size_t j, n, end;

		/* 自, 从 and 于 begin with one of these. */
		if ((unsigned char)s->t.p[i] != 0xE8 && (unsigned char)s->t.p[i] != 0xE4)
			continue;
		end = from_phrase(s->t, i, out);
		if (end == 0 || end > s->end || out->how == GK_BEGINS_UNSTATED || in_title(s, i))
			continue;
		j = skip_space(s->t, end);
		j += at(s->t, j, "正式") || at(s->t, j, "开始") ? 6 : 0;
		n = any_at(s->t, j, ANY(taking_effect));
		if (n > 0 && !at(s->t, j + n, "的"))
			return true;
	}
	*out = (struct begins){ GK_BEGINS_UNSTATED, GK_NO_DATE, 0, s->start };
	/* 本办法2021年1月1日起施行: no 自. */
	for (size_t i = s->start; i < s->end; ) {
		const char *p = memmem(s->t.p + i, s->end - i, "日起", 6);
		size_t j, n, k = p == NULL ? s->end : (size_t)(p - s->t.p);

		if (p == NULL)
			return false;
		i = k + 6;
		n = any_at(s->t, i, ANY(taking_effect));
		if (n == 0 || at(s->t, i + n, "的") || in_title(s, k))
			continue;
		/* The longest date that ends here. */
		for (j = k > s->start + 40 ? k - 40 : s->start; j < k; j++)
			if (gk_date_scan(s->t.p + j, s->end - j, &out->day) == k + 3 - j && out->day.day != 0) {
				out->how = GK_BEGINS_ON;
				return true;
			}
	}
	return false;
}

/* --- between a title and its verb ------------------------------------------------------------------------------------ */

struct tail {
	bool part;
	bool parted;			/* a comma stands in it */
	struct gk_span docno, subject;
	struct gk_date own;		/* 自…起废止 */
};

/* The part that ends, from its first word to its last, without 中 and 的 at the head: 第二条中有关收费的规定. */
static void
add_subject(struct tail *out, struct text t, size_t from, size_t to)
{
	static const char *const heads[] = { "中的", "中", "里", "的" };

	if (!out->part)
		while (from + 3 < to && any_at(t, from, ANY(heads)) > 0)
			from += any_at(t, from, ANY(heads));
	else
		from = (size_t)(out->subject.p - t.p);
	out->part = true;
	out->subject = span(t, from, to);
}

static size_t
till_punctuation(struct text t, size_t i, size_t most)
{
	static const char *const stops[] = { "，", "。", "；", "、", "《", "：", "," };
	size_t from = i;

	while (i < t.n && i - from < most && any_at(t, i, ANY(stops)) == 0 && t.p[i] != '\n')
		i += step_of((unsigned char)t.p[i]);
	return i;
}

/* 中关于收费的规定, 的相关条款: behind the last word of such a part before `to`, 0 if none stands at i. */
static size_t
part_in_words(struct text t, size_t i, size_t to)
{
	static const char *const heads[] = { "中", "关于", "有关", "相关", "的有关", "的相关", "的规定", "规定的", "涉及", "里" };
	static const char *const things[] = { "规定", "内容", "条款", "条文", "部分", "事项", "表述", "条目" };

	if (any_at(t, i, ANY(heads)) == 0)
		return 0;
	for (size_t k = 0; k < sizeof things / sizeof *things; k++) {
		size_t n = strlen(things[k]), end = 0;

		/* The last of them before the verb: 关于规定格式的规定. */
		for (const char *p; (p = memmem(t.p + (end > 0 ? end : i), to - (end > 0 ? end : i), things[k], n)) != NULL; )
			end = (size_t)(p - t.p) + n;
		if (end > 0)
			return end;
	}
	return 0;
}

/* A part of the document: its articles, or what it says of something.  Where it ends, 0 if none stands at i. */
static size_t
tail_part(struct text t, size_t i, size_t to, struct tail *out)
{
	size_t end = articles_at(t, i);

	if (end > 0 && end <= to) {
		add_subject(out, t, i, end);
		end += at(t, end, "的") ? 3 : 0;
		return end + (at(t, end, "规定") || at(t, end, "内容") ? 6 : 0);
	}
	if (at(t, i, "中第") || at(t, i, "的第"))
		return i + 3;
	if (at(t, i, "中的第"))
		return i + 6;
	end = part_in_words(t, i, to);
	if (end > 0)
		add_subject(out, t, i, end);
	return end;
}

/* 自2021年5月1日起, 于2020年12月31日: a day before the next title is that title's, before the verb (final) the end's.  As tail_part. */
static size_t
tail_day(struct text t, size_t i, size_t to, bool final, struct tail *out)
{
	size_t n;

	if (at(t, i, "自") || at(t, i, "从")) {
		struct begins b;
		size_t end = from_phrase(t, i, &b);

		if (end == 0 || end > to)
			return 0;
		if (b.how == GK_BEGINS_ON && final)
			out->own = b.day;
		return end;
	}
	n = final ? gk_date_scan(t.p + i, to - i, &out->own) : 0;
	return n == 0 ? 0 : i + n + (at(t, i + n, "起") || at(t, i + n, "后") ? 3 : 0);
}

/* （云政发〔2001〕1号）: the first that is a number is the document's.  As tail_part. */
static size_t
tail_bracket(struct text t, size_t i, size_t to, struct tail *out)
{
	size_t end = bracket_end(t, i);

	if (end == 0 || end > to)
		return 0;
	if (out->docno.p == NULL) {
		struct gk_span inside = span(t, i + bracket_open(t, i), end - bracket_close(t, end));

		if (looks_like_number(inside))
			out->docno = inside;
	}
	return end;
}

/* 及其实施细则, 等文件; 均, 都, ，.  As tail_part. */
static size_t
tail_words(struct text t, size_t i, size_t to, struct tail *out)
{
	static const char *const others[] = { "及其", "及相关", "及有关", "和相关", "和有关", "和其他", "等" };
	size_t n = any_at(t, i, ANY(small));

	if (any_at(t, i, ANY(others)) > 0) {
		size_t end = till_punctuation(t, i + 3, 90);

		return end < to ? end : to;
	}
	out->parted |= n > 0 && (at(t, i, "，") || at(t, i, ","));
	return n == 0 ? 0 : i + n;
}

/*
 * From behind a title up to `to`: can all of it stand between a title and its verb, or the next joint?  Where it
 * cannot, the place of the first thing that cannot is returned, else `to`.  final: what follows is the verb.
 */
static size_t
read_tail(struct text t, size_t i, size_t to, bool final, struct tail *out)
{
	while ((i = skip_space(t, i)) < to) {
		size_t end = tail_bracket(t, i, to, out);

		end = end > 0 ? end : tail_part(t, i, to, out);
		end = end > 0 ? end : tail_words(t, i, to, out);
		end = end > 0 ? end : tail_day(t, i, to, final, out);
		if (end == 0)
			return i;
		i = end;
	}
	return to;
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

/* Does what stands between a title and the next join them, so that both are subject to one verb? */
static bool
joins(const struct sentence *s, size_t k)
{
	struct tail tail = { .own = GK_NO_DATE };
	size_t from = s->title[k].close, to = s->title[k + 1].open, i = read_tail(s->t, from, to, false, &tail), n;
	bool basis = basis_of_amendment(s->t, from), joined = basis, history = basis_of_amendment(s->t, s->title[k + 1].close);

	/* What read_tail takes for a small word may be the joint. */
	for (size_t j = from; j < i && !joined; j++)
		joined = any_at(s->t, j, ANY(joints)) > 0;
	i = skip_space(s->t, i);
	while ((n = any_at(s->t, i, ANY(joints))) > 0) {
		joined = true;
		i = skip_space(s->t, i + n);
	}
	if (i >= to)
		return true;		/* nothing but joints, or side by side */
	if (!joined || to - i > PREFIX_MAX)
		return false;
	if (basis)
		return true;
	if (holds_any(s->t, i, to, ANY(apart)))
		return false;
	/* 根据《丙法》，… begins another statement; 根据1997年…令修改的 and 根据《关于修改〈乙〉的决定》修正的 tell the history of the next title. */
	if (!history && (holds(s->t, i, to, "根据") || holds(s->t, i, to, "依据")) && !holds_any(s->t, i, to, ANY(amended)))
		return false;
	return history || to - i <= SHORT_PREFIX || holds_any(s->t, i, to, ANY(made));
}

/* --- what stands before a title ----------------------------------------------------------------------------------------------- */

/*
 * The place where the words before a title begin: behind the title before, or where the sentence does.  A title that was only the basis of an
 * amendment is one of these words: 1998年…通过，根据《关于修改〈X〉的决定》修正的《X》 was made in 1998.
 */
static size_t
prefix_start(const struct sentence *s, size_t k)
{
	size_t from, before = k;

	while (before > 0 && basis_of_amendment(s->t, s->title[before - 1].close))
		before--;
	from = before > 0 ? s->title[before - 1].close : s->start;
	return from < s->floor && s->floor <= s->title[k].open ? s->floor : from;
}

/* Behind the last sign that parts statements. */
static size_t
last_part(struct text t, size_t from, size_t to)
{
	static const char *const signs[] = { "，", "；", "：", "。", ",", ";" };
	size_t out = from;

	for (size_t i = from; i < to; i += step_of((unsigned char)t.p[i])) {
		size_t n = any_at(t, i, ANY(signs));

		if (n > 0)
			out = i + n;
	}
	return out;
}

/*
 * The words before a title without what says when the text itself begins: 本条例自2021年9月1日起施行，《X》…; a day that stands
 * alone (自2021年1月1日起，《X》…) is the clause's own.
 */
static size_t
behind_beginning(struct text t, size_t from, size_t to, struct begins *own)
{
	static const char *const after[] = { "施行后", "实施后", "生效后", "公布后", "发布后", "印发后", "之日" };
	size_t out = from;

	for (size_t i = from; i < to; i += step_of((unsigned char)t.p[i])) {
		struct begins b;
		size_t j, n, end = from_phrase(t, i, &b);

		if (end > 0 && end <= to) {
			j = skip_space(t, end);
			n = any_at(t, j, ANY(taking_effect));
			if (n > 0 && at(t, j + n, "的"))
				continue;
			if (n == 0 && (at(t, j, "，") || j >= to) && b.how != GK_BEGINS_UNSTATED)
				*own = b;
			i = j + n < to ? j + n : to;
			out = i + (at(t, i, "，") ? 3 : 0);
			if (i >= to)
				break;
		} else if ((n = any_at(t, i, ANY(after))) > 0 && at(t, i + n, "，")) {
			out = i + n + 3;
		}
	}
	return out < to ? out : to;
}

static size_t
behind_joints(struct text t, size_t i)
{
	static const char *const before[] = { "原", "由", "经", "我", "此前", "之前" };
	size_t n;

	while ((n = any_at(t, i, ANY(joints))) > 0)
		i += n;
	return at(t, i, "由") || at(t, i, "经") ? i + any_at(t, i, ANY(before)) : i;
}

/* Does the text end like the name of an office? */
static bool
like_an_office(struct text t, size_t from, size_t to)
{
	static const char *const ends[] = { "政府", "院", "会", "部", "局", "委", "厅", "署", "办", "室", "行", "处", "所", "总队", "支队", "中心", "会议", "小组" };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t n = strlen(ends[i]);

		if (to >= from + n && memcmp(t.p + to - n, ends[i], n) == 0)
			return true;
	}
	return false;
}

static void
read_prefix(const struct sentence *s, size_t k, struct gk_clause_target *t, struct gk_clause *c)
{
	struct text x = s->t;
	struct begins own = { GK_BEGINS_UNSTATED, GK_NO_DATE, 0, 0 };
	size_t to = s->title[k].open, from = behind_label(x, behind_beginning(x, prefix_start(s, k), to, &own), to), i, made_at = to, after_date = from;

	if (own.how == GK_BEGINS_ON)
		c->effective = own.day;
	else if (own.how == GK_BEGINS_ON_PUBLICATION)
		c->on_publication = true;
	for (i = from; i < to; i++) {
		size_t n = (unsigned char)x.p[i] >= '0' ? gk_date_scan(x.p + i, to - i, &t->date) : 0;

		if (n > 0 && t->date.month != 0) {
			after_date = i + n;
			break;
		}
		t->date = GK_NO_DATE;
	}
	/* Up to the verb of making: 2005年1月7日国务院公布的, 国务院1995年7月10日发布的, 最高人民法院《…》. */
	for (size_t j = after_date; j < to; j += step_of((unsigned char)x.p[j]))
		if (any_at(x, j, made, 14) > 0 && !in_title(s, j)) {
			made_at = j;
			break;
		}
	if (made_at - behind_joints(x, skip_space(x, after_date)) < 6 && after_date > from)
		made_at = i;		/* nothing between the day and the verb: the office stands before the day */
	from = behind_joints(x, skip_space(x, made_at == i && after_date > from ? from : after_date));
	if (made_at > from && made_at - from <= 150 && !at(x, from, "第") && !holds(x, from, made_at, "《") && (made_at < to || like_an_office(x, from, made_at)))
		t->issuer = span(x, from, made_at);
	/* 市政府令第12号公布的《X》: the order by which it was made is its number. */
	if (t->docno.p == NULL && made_at < to && t->issuer.p != NULL) {
		struct gk_docno no;
		size_t where = 0;

		if (gk_docno_next(t->issuer.p, t->issuer.n, &where, &no))
			t->order = (struct gk_span){ t->issuer.p + no.start, no.end - no.start };
	}
}

/* --- numbers and names without 《》 ------------------------------------------------------------------------------------------- */

/* Where a bracket that holds `inside` opens, not further back than `from`; `inside` if none does. */
static size_t
bracket_around(struct text t, size_t from, size_t inside)
{
	size_t out = inside;

	for (size_t i = from; i < inside; ) {
		size_t end = bracket_end(t, i);

		if (end > inside)
			out = i;
		i = end > 0 && end <= inside ? end : i + step_of((unsigned char)t.p[i]);
		if (out != inside)
			break;
	}
	return out;
}

/* The name that ends at `to` and stands without 《》: 关于乙事的通知（甲政发〔2001〕3号). Returns where it begins, `to` if it is none. */
static size_t
bare_name(struct text t, size_t from, size_t to)
{
	static const char *const stops[] = { "，", "；", "：", "。", "、", "》", "\n", "\t", "）", "发布的", "印发的", "公布的", "下发的", "制定的", "颁布的" };
	size_t begin = from, label;

	if (!ends_as_kind(t, from, to))
		return to;
	for (size_t i = from; i < to; i += step_of((unsigned char)t.p[i])) {
		size_t n = any_at(t, i, ANY(stops));

		if (n > 0 && i + n <= to)
			begin = i + n;
	}
	label = behind_label(t, begin, to);
	for (size_t n; (n = at(t, label, "原") ? 3 : any_at(t, label, ANY(joints))) > 0; )
		label += n;
	return label < to && to - label <= NAME_MAX && to - label >= 12 ? label : to;
}

/* What may stand behind a number that is itself what ends. */
static bool
number_ends_here(struct text t, size_t i, size_t end)
{
	i = skip_space(t, i);
	i += at(t, i, "文件") || at(t, i, "通知") ? 6 : at(t, i, "文") ? 3 : 0;
	i = skip_space(t, i);
	return i >= end || at(t, i, "自") || at(t, i, "等") || at(t, i, "第") || at(t, i, "中") || bracket_open(t, i) > 0 || any_at(t, i, ANY(joints)) > 0 ||
	       any_at(t, i, ANY(small)) > 0 || any_at(t, i, ANY(verbs)) > 0;
}

static void
add_mention(struct sentence *s, struct title m)
{
	size_t k = s->n;

	if (s->n == GK_SENTENCE_TITLES)
		return;
	while (k > 0 && s->title[k - 1].open > m.open) {
		s->title[k] = s->title[k - 1];
		k--;
	}
	s->title[k] = m;
	s->n++;
}

/* The place behind the last title that ends at or before i. */
static size_t
behind_titles(const struct sentence *s, size_t i)
{
	size_t out = s->start;

	for (size_t k = 0; k < s->n && s->title[k].close <= i; k++)
		out = s->title[k].close;
	return out;
}

/*
 * 云政发〔2010〕12号《甲办法》, 《甲办法》云政发〔2010〕12号: a number that touches a title is the title's.  Between two it belongs to the one before, unless that
 * has its own.
 */
static bool
touches_a_title(struct sentence *s, size_t from, size_t to)
{
	struct text t = s->t;
	size_t behind = skip_space(t, to);

	behind += at(t, behind, "文件") ? 6 : at(t, behind, "文") ? 3 : 0;
	behind = skip_space(t, behind);
	for (size_t k = 0; k < s->n; k++) {
		struct title *m = &s->title[k];
		size_t bracket = skip_space(t, m->close);

		if (m->docno.p != NULL)
			continue;
		if (bracket == from)
			m->close = to;
		else if (m->open == behind && !looks_like_number(span(t, bracket, bracket_end(t, bracket) > 0 ? bracket_end(t, bracket) : bracket)))
			m->open = from;
		else
			continue;
		m->docno = span(t, from, to);
		return true;
	}
	return false;
}

/* 甲政发〔2001〕3号文件同时废止, and 关于乙事的通知（甲政发〔2001〕3号）同时废止: documents that are named without 《》. */
static void
add_numbers(struct sentence *s)
{
	struct text t = s->t;
	struct gk_docno no;
	size_t where = 0, n = s->end - s->start;

	if (!holds(t, s->start, s->end, "号"))
		return;
	while (s->n < GK_SENTENCE_TITLES && gk_docno_next(t.p + s->start, n, &where, &no)) {
		size_t from = s->start + no.start, to = s->start + no.end, left = behind_titles(s, from), open, part;
		struct title m = { from, from, from, to, span(t, from, to) };

		if (in_title(s, from) || touches_a_title(s, from, to))
			continue;
		open = bracket_around(t, left, from);
		if (open != from) {
			/* In a bracket: of the title before it, or of a name without 《》 right before it. */
			if (left > s->start && open == skip_space(t, left))
				continue;
			m.name_end = open;
			m.name = m.open = bare_name(t, left, open);
			m.close = bracket_end(t, open);
			if (m.name >= m.name_end || m.close > s->end)
				continue;
		}
		part = last_part(t, left, from);
		if (holds_any(t, part, m.open, ANY(bases)) || !number_ends_here(t, m.close, s->end))
			continue;
		m.close += at(t, m.close, "通知") ? strlen("通知") : 0;
		add_mention(s, m);
	}
}

/* 《甲办法》（以下简称《办法》）: what stands in the bracket of a title is no title of its own. */
static void
drop_bracketed(struct sentence *s)
{
	size_t kept = 0;

	for (size_t k = 0; k < s->n; k++) {
		size_t end = kept == 0 ? 0 : bracket_end(s->t, skip_space(s->t, s->title[kept - 1].close));

		if (s->title[k].open >= end)
			s->title[kept++] = s->title[k];
	}
	s->n = kept;
}

/* New wording of several paragraphs has a mark at the head of each, and one at its end: a text that lost that end would be quoted to its last line. */
static bool
closes(struct text t, size_t i)
{
	size_t to = t.n - i > QUOTE_REACH ? i + QUOTE_REACH : t.n;

	return holds(t, i, to, "”");
}

/*
 * Is the place inside of quotation marks, in a paragraph that gives another text's new wording (将第十条修改为：“…《甲》同时废止。”)?
 * What that text abolished, it abolished itself.
 */
static bool
quoted_wording(struct text t, size_t i)
{
	size_t from = i > QUOTE_REACH ? i - QUOTE_REACH : 0, open = 0;

	while (from < i && ((unsigned char)t.p[from] & 0xC0) == 0x80)
		from++;
	for (size_t k = from; k < i; k += step_of((unsigned char)t.p[k])) {
		if (at(t, k, "“"))
			open = k;
		else if (at(t, k, "”"))
			open = 0;
	}
	return open > 0 && closes(t, i) && (holds(t, from, open, "修改为") || holds(t, from, open, "改为") || holds(t, from, open, "增加") || holds(t, from, open, "修改如下"));
}

/*
 * 《甲》 inside of a longer name that stands without 《》: 关于印发《甲》的通知（…）同时废止.  The document is the notice.
 */
static void
widen_titles(struct sentence *s)
{
	static const char *const nouns[] = { "补充通知", "补充规定", "补充意见", "通知", "决定", "批复", "复函", "意见", "公告", "通告", "函", "说明", "解释" };
	static const char *const stops[] = { "，", "；", "：", "。", "、", "（", "）", "和", "及", "原", " " };
	struct text t = s->t;

	for (size_t k = 0; k < s->n; k++) {
		struct title *m = &s->title[k];
		size_t left = prefix_start(s, k), n, about = m->open;

		if (!at(t, m->close, "的"))
			continue;
		n = any_at(t, m->close + 3, ANY(nouns));
		if (n == 0 || !number_ends_here(t, m->close + 3 + n, s->end))
			continue;
		for (size_t i = left; i + 6 <= m->open; i += step_of((unsigned char)t.p[i]))
			if (at(t, i, "关于"))
				about = i;
		if (about == m->open)
			continue;
		m->name = left;
		for (size_t i = left; i < about; i += step_of((unsigned char)t.p[i])) {
			size_t stop = any_at(t, i, ANY(stops));
			struct gk_date d;

			stop = stop == 0 && at(t, i, "的") ? 3 : stop;
			stop = stop == 0 ? gk_date_scan(t.p + i, about - i, &d) : stop;
			if (stop > 0)
				m->name = i + stop;
		}
		m->open = m->name;
		m->name_end = m->close = m->close + 3 + n;
	}
}

/* --- the titles of a clause ------------------------------------------------------------------------------------------------------ */

/* The first day in the bracket behind a title: 《X》（1992年9月19日…通过）. */
static struct gk_date
date_in_bracket(struct text t, size_t i)
{
	size_t end = bracket_end(t, skip_space(t, i));
	struct gk_date d;

	for (i = skip_space(t, i); i < end; i += step_of((unsigned char)t.p[i]))
		if (gk_date_scan(t.p + i, end - i, &d) > 0 && d.day != 0)
			return d;
	return GK_NO_DATE;
}

static bool
add_target(struct gk_arena *a, struct gk_clause *c, const struct sentence *s, size_t k, size_t tail_to, bool final)
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
	*t = (struct gk_clause_target){ .name = clean_name(a, span(s->t, s->title[k].name, s->title[k].name_end)), .date = GK_NO_DATE };
	read_tail(s->t, s->title[k].close, tail_to, final, &tail);
	t->docno = s->title[k].docno.p != NULL ? s->title[k].docno : tail.docno;
	t->part = tail.part;
	t->subject = tail.subject;
	if (tail.own.year != 0)
		c->effective = tail.own;
	read_prefix(s, k, t, c);
	if (t->date.year == 0)
		t->date = date_in_bracket(s->t, s->title[k].close);
	return true;
}

/* Is it something that this verb can be said of?  A permit is not abolished, and what merely expires must be called a rule. */
static bool
may_end(const struct sentence *s, size_t k, const char *verb)
{
	size_t from = s->title[k].name, to = s->title[k].name_end;
	bool plain = s->title[k].docno.p != NULL;

	if (ends_with(s->t, from, to, ANY(papers)))
		return false;
	if (plain || strstr(verb, "废止") != NULL || strstr(verb, "廢止") != NULL)
		return true;
	/* （试行） and the like. */
	while (to > from && (ends_with(s->t, from, to, (const char *const[]){ "）", ")", "〉", "》", ">" }, 5))) {
		size_t open = last_bracket(s->t, from, to);

		to = open < to ? open : to - bracket_close(s->t, to);
	}
	return ends_as_kind(s->t, from, to) || looks_like_number(span(s->t, s->title[k].close, till_punctuation(s->t, s->title[k].close, 120)));
}

/* Titles first[k..last] into a clause, those that were only amended left out. */
static bool
add_titles(struct gk_arena *a, struct gk_clause *c, const struct sentence *s, size_t first, size_t last, size_t verb)
{
	for (size_t k = first; k <= last; k++) {
		size_t to = k < last ? s->title[k + 1].open : verb > s->title[k].close ? verb : s->end;

		if (basis_of_amendment(s->t, s->title[k].close) || !may_end(s, k, c->verb))
			continue;
		if (!add_target(a, c, s, k, to, k == last))
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
	size_t clause_end;		/* of the first clause; 0: none yet */
	size_t near;			/* how far from it the statement stands that counts */
	bool said;			/* the clause's own sentence says it, or a nearer one cannot come */
	size_t core, core_end;		/* the first of the cores at or behind the newest sentence's start; the text's end if there is none */
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
		f->list = NULL;
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
	static const char *const ends[] = { "，", "。", "；", "、", "：", ",", ";", ":", "！", "\n", "）", ")", "”", "执行", "使用", "不再", "和", "或", "并", "（", "(" };

	behind = skip_space(t, behind);
	return behind >= end || any_at(t, behind, ANY(ends)) > 0;
}

/* 已被《X》废止: the title names what abolished, not what was abolished. */
static bool
names_the_agent(const struct sentence *s, size_t k, size_t verb)
{
	size_t from = last_part(s->t, prefix_start(s, k), s->title[k].open);

	return skip_space(s->t, s->title[k].close) == verb && holds_any(s->t, from, s->title[k].open, ANY(agents)) &&
	       !holds_any(s->t, from, s->title[k].open, made, 14);
}

/* Titles at the head of the list on which the act only rests: 根据《甲》和《乙》，《丙》废止. Returns the first that is none of them. */
static size_t
behind_bases(const struct sentence *s, size_t first, size_t last)
{
	size_t from = last_part(s->t, prefix_start(s, first), s->title[first].open);

	if (first == last || !holds_any(s->t, from, s->title[first].open, ANY(bases)) || holds_any(s->t, from, s->title[first].open, made, 14) ||
	    basis_of_amendment(s->t, s->title[first].close))
		return first;
	for (size_t k = first; k < last; k++)
		if (holds(s->t, s->title[k].close, s->title[k + 1].open, "，") || holds(s->t, s->title[k].close, s->title[k + 1].open, "；"))
			return k + 1;
	return last;
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
	if (read_tail(s->t, s->title[last].close, verb_place, true, &tail) != verb_place || names_the_agent(s, last, verb_place) || quoted_wording(s->t, verb_place))
		return;
	for (first = last; first > 0 && joins(s, first - 1); first--)
		;
	first = behind_bases(s, first, last);
	c = new_clause(f, verb);
	if (c == NULL)
		return;
	if (!add_titles(f->arena, c, s, first, last, verb_place))
		f->failed = true;
	drop_if_empty(f, c);
}

/* In a text that is no decision to abolish: is it said here that something is abolished? */
static bool
decides(struct text t, size_t start, size_t verb, const char *word)
{
	if (any_at(t, verb, ANY(deciding_verbs)) != strlen(word))
		return false;
	if (strlen(word) > 6 || behind_label(t, start, verb) >= verb)
		return true;
	for (size_t i = 0; i < sizeof deciding / sizeof *deciding; i++) {
		size_t n = strlen(deciding[i]);

		if (verb >= start + n && memcmp(t.p + verb - n, deciding[i], n) == 0)
			return true;
	}
	return false;
}

/* Behind the last title of a list that stands after its verb: its number, articles, then the end of the statement.  Behind a comma there is another: ，其余不变. */
static bool
ends_statement(const struct sentence *s, size_t i)
{
	struct tail tail = { .own = GK_NO_DATE };

	i = skip_space(s->t, read_tail(s->t, i, s->end, false, &tail));
	return tail.parted || i >= s->end || any_at(s->t, i, (const char *const[]){ "，", "；", "、", "。", "：", "”", "\n", "）" }, 8) > 0;
}

static bool
lives_on(const struct sentence *s, size_t k)
{
	struct tail tail = { .own = GK_NO_DATE };
	size_t i = skip_space(s->t, read_tail(s->t, s->title[k].close, s->end, false, &tail));

	return !tail.parted && any_at(s->t, i, ANY(lives)) > 0;
}

/* The last of the titles from `first` on that stand behind a verb; one before `first` if all of them live on. */
static size_t
last_of_list(const struct sentence *s, size_t first)
{
	size_t last = first;

	while (last + 1 < s->n && joins(s, last))
		last++;
	if (!lives_on(s, last))
		return last;
	while (last > first && !holds_any(s->t, s->title[last - 1].close, s->title[last].open, (const char *const[]){ "，", "；", "," }, 3))
		last--;
	return last - 1;
}

/* 废止《甲》、《乙》: in a decision to abolish right before the title, elsewhere only where it is said to be decided. */
static void
forward_clause(struct finder *f, size_t behind_verb, const char *verb)
{
	struct sentence *s = &f->s;
	struct gk_clause *c;
	size_t first = 0, last, gap;

	while (first < s->n && s->title[first].open < behind_verb)
		first++;
	if (first == s->n)
		return;
	gap = s->title[first].open - behind_verb;
	if (gap > PREFIX_MAX || (gap > SHORT_PREFIX && !holds_any(s->t, behind_verb, s->title[first].open, ANY(made))) || holds(s->t, behind_verb, s->title[first].open, "。"))
		return;
	last = last_of_list(s, first);
	if (last + 1 == first)
		return;
	if (!f->decision && ((gap > 6 && !holds_any(s->t, behind_verb, s->title[first].open, ANY(made))) || !ends_statement(s, s->title[last].close)))
		return;
	c = new_clause(f, verb);
	if (c == NULL)
		return;
	s->floor = behind_verb;
	if (!add_titles(f->arena, c, s, first, last, s->end))
		f->failed = true;
	s->floor = s->start;
	drop_if_empty(f, c);
}

/* Lines under "下列文件同时废止：" are titles, one each, perhaps numbered and with a number in a bracket. */
static bool
list_line(struct finder *f)
{
	struct sentence *s = &f->s;

	if (s->n == 0 || s->title[0].open - s->start > PREFIX_MAX)
		return false;
	if (f->list == NULL)
		f->list = new_clause(f, f->listing_verb);
	if (f->list == NULL || basis_of_amendment(s->t, s->title[0].close))
		return f->list != NULL;
	f->list->end = s->end;
	if (!add_target(f->arena, f->list, s, 0, s->end, false))
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
	for (size_t i = s->start; i < end; i += step_of((unsigned char)s->t.p[i])) {
		const char *v = in_title(s, i) ? NULL : verb_at(s->t, i);

		if (v != NULL && (f->decision || strlen(v) >= 12)) {
			f->listing = true;
			f->listing_verb = v;
			f->list = NULL;
			return;
		}
	}
}

static void
begins_as(struct finder *f, struct begins b)
{
	f->out->begins = b.how;
	f->out->effective = b.day;
	f->out->days_after = b.days_after;
}

/* Which statement of a beginning counts: the clause's own sentence, else the nearest before or behind it. */
static void
begins_near(struct finder *f)
{
	const struct sentence *s = &f->s;
	struct begins b;

	f->clause_end = s->end;
	if (states_beginning(s, &b)) {
		begins_as(f, b);
		f->said = true;
	} else if (f->last.how != GK_BEGINS_UNSTATED) {
		begins_as(f, f->last);
		f->near = s->start - f->last.where;
	} else {
		f->near = (size_t)-1;
	}
}

static void
clauses_of_sentence(struct finder *f)
{
	struct sentence *s = &f->s;
	size_t before = f->out->n, covered = s->start;

	for (size_t i = s->start; i < s->end; ) {
		const char *v = (unsigned char)s->t.p[i] >= 0xE4 ? verb_at(s->t, i) : NULL;
		size_t step = step_of((unsigned char)s->t.p[i]);

		if (v != NULL && !in_title(s, i)) {
			size_t behind = i + strlen(v);

			if (i >= covered && is_statement(s->t, behind, s->end)) {
				size_t had = f->out->n;

				backward_clause(f, i, v);
				if (f->out->n > had)
					covered = behind;
			}
			if (i >= covered && (f->decision ? any_at(s->t, i, ANY(forward_verbs)) == strlen(v) || decides(s->t, s->start, i, v) : decides(s->t, s->start, i, v)))
				forward_clause(f, behind, v);
			step = strlen(v);
		}
		i += step;
	}
	if (f->out->n > before && f->clause_end == 0)
		begins_near(f);
}

/* Is there a core in the sentence?  Each is looked for once in the whole text, not in every sentence. */
static bool
has_core_here(struct finder *f)
{
	const struct sentence *s = &f->s;
	const struct text t = s->t;

	if (f->core_end == 0 || (f->core < s->start && f->core < t.n)) {
		f->core = f->core_end = t.n;
		for (size_t k = 0; k < sizeof cores / sizeof *cores; k++) {
			size_t n = strlen(cores[k]), to = f->core + n - 1 < t.n ? f->core + n - 1 : t.n;
			const char *p = memmem(t.p + s->start, to - s->start, cores[k], n);

			if (p != NULL) {
				f->core = (size_t)(p - t.p);
				f->core_end = f->core + n;
			}
		}
	}
	return f->core < s->end && f->core_end <= s->end;
}

static void
one_sentence(struct finder *f)
{
	struct sentence *s = &f->s;
	struct begins b;
	size_t had = f->out->n;
	bool verb = has_core_here(f);

	if (verb || f->listing) {
		drop_bracketed(s);
		widen_titles(s);
		add_numbers(s);
	}
	if (f->listing && !list_line(f))
		f->listing = false;
	else if (f->listing)
		return;
	if (verb && s->n > 0)
		clauses_of_sentence(f);
	if (!f->said && f->out->n == had && states_beginning(s, &b)) {
		f->last = b;
		if (f->clause_end > 0) {
			if (b.where - f->clause_end < f->near)
				begins_as(f, b);
			f->said = true;
		}
	}
	if (verb && holds(s->t, s->start, s->end, "不一致"))
		f->out->overrides = true;
	look_for_list(f);
}

static bool
has_core(const char *text, size_t n)
{
	return holds_any((struct text){ text, n }, 0, n, ANY(cores));
}

enum gk_status
gk_clauses_find(const char *text, size_t n, const char *title, struct gk_arena *arena, struct gk_clauses *out, struct gk_err *err)
{
	struct finder *f;

	*out = (struct gk_clauses){ .effective = GK_NO_DATE };
	/* A term (gk_term_find) counts from the text's own beginning, which is read here too. */
	if (!has_core(text, n) && memmem(text, n, "有效期", strlen("有效期")) == NULL)
		return GK_OK;
	f = gk_arena_alloc(arena, sizeof *f);
	if (f == NULL)
		return gk_nomem(err);
	f->s.t = (struct text){ text, n };
	f->arena = arena;
	f->out = out;
	f->decision = strstr(title, "废止") != NULL || strstr(title, "失效") != NULL || strstr(title, "廢止") != NULL;
	for (size_t i = 0; i < n && !f->failed; i = behind_sentence(f->s.t, f->s.end)) {
		next_sentence(&f->s, i);
		one_sentence(f);
	}
	if (f->clause_end == 0 && f->last.how != GK_BEGINS_UNSTATED)
		begins_as(f, f->last);
	for (size_t i = 0; i < out->n && out->begins == GK_BEGINS_UNSTATED; i++)
		if (out->item[i].on_publication)
			out->begins = GK_BEGINS_ON_PUBLICATION;
	return f->failed ? gk_nomem(err) : GK_OK;
}

/* --- the text's own term (4.5 f) --------------------------------------------------------------------------------------------- */

/* Does 有效期 at i speak of the text itself?  Only 本办法有效期…, or right behind …起施行. */
static bool
of_the_text_itself(struct text t, size_t i)
{
	size_t from = i > 180 ? i - 180 : 0, end = i, start;
	static const char *const gaps[] = { "，", ",", "；", "的", " ", "并", "其", "。" };

	while (from < i && ((unsigned char)t.p[from] & 0xC0) == 0x80)
		from++;
	for (bool again = true; again; ) {
		again = false;
		for (size_t k = 0; k < sizeof gaps / sizeof *gaps; k++) {
			size_t n = strlen(gaps[k]);

			if (end >= from + n && memcmp(t.p + end - n, gaps[k], n) == 0) {
				end -= n;
				again = true;
			}
		}
	}
	start = from;
	for (size_t k = from; k < end; k += step_of((unsigned char)t.p[k]))
		if (at(t, k, "。") || at(t, k, "\n"))
			start = k + step_of((unsigned char)t.p[k]);
	if (ends_with(t, start, end, ANY(taking_effect)) && (holds(t, start, end, "起施行") || holds(t, start, end, "起实施") || holds(t, start, end, "起执行") ||
							     holds(t, start, end, "起生效") || holds(t, start, end, "起试行")))
		return true;
	/* 本办法 itself, nothing between: 本办法核发的许可证有效期 is none. */
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		size_t n = strlen(kinds[k]);

		if (end >= start + n + 3 && memcmp(t.p + end - n, kinds[k], n) == 0 && at(t, end - n - 3, "本"))
			return true;
	}
	return false;
}

bool
gk_term_find(const char *text, size_t n, struct gk_term_of_validity *out)
{
	static const char *const words[] = { "限", "为", "至", "到", "是", "截至", "截止到", "截止", "：", " ", "自发布之日起", "自印发之日起", "自公布之日起", "自施行之日起" };
	struct text t = { text, n };

	*out = (struct gk_term_of_validity){ .until = GK_NO_DATE };
	for (size_t i = 0; i < n; ) {
		const char *p = memmem(text + i, n - i, "有效期", strlen("有效期"));
		size_t j, k, digits;
		uint32_t years = 0;

		if (p == NULL)
			return false;
		j = i = (size_t)(p - text) + strlen("有效期");
		if (!of_the_text_itself(t, i - strlen("有效期")))
			continue;
		while ((k = any_at(t, j, ANY(words))) > 0)
			j += k;
		out->start = i - strlen("有效期");
		k = gk_date_scan(text + j, n - j, &out->until);
		if (k > 0 && out->until.day != 0) {
			out->end = j + k;
			return true;
		}
		out->until = GK_NO_DATE;
		for (digits = 0; j + digits < n && text[j + digits] >= '0' && text[j + digits] <= '9' && digits < 3; digits++)
			years = years * 10 + (uint32_t)(text[j + digits] - '0');
		if (digits == 0 && at(t, j, "两"))
			digits = 3, years = 2;
		if (digits == 0)
			digits = gk_numeral_scan(text + j, n - j, &years);
		if (digits > 0 && at(t, skip_space(t, j + digits), "年") && years > 0 && years <= 50) {
			out->years = years;
			out->end = skip_space(t, j + digits) + 3;
			return true;
		}
	}
	return false;
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
		bool resting = false;

		next_sentence(s, i);
		for (size_t k = 0; k < s->n; k++) {
			/* From the word up to the title there is no other statement. */
			size_t from = prefix_start(s, k), part = last_part(s->t, from, s->title[k].open);

			resting = holds_any(s->t, part, s->title[k].open, ANY(words)) || (resting && k > 0 && joins(s, k - 1));
			if (resting && !basis_of_amendment(s->t, s->title[k].close) && !add_target(arena, &c, s, k, k + 1 < s->n ? s->title[k + 1].open : s->end, false))
				return gk_nomem(err);
		}
	}
	*out = c.target;
	*count = c.n;
	return GK_OK;
}

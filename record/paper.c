/*
 * The layout of a paper, read line by line: the head up to the first sentence, then only signatures and the lines behind them.
 */
#include "record/paper.h"

#include "base/date.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "record/docno.h"
#include "record/field.h"
#include "record/scan.h"

#include <string.h>

enum {
	HEAD_LINES = 40,	/* with words in them: a title, a number and a box of other things stand there */
	LINE_MAX_BYTES = 600,
	NAME_BYTES = 160,	/* an office, without blanks */
	NAME_CHARS_MIN = 3,
	OFFICES = 12		/* of one paper */
};

struct line { size_t from, to, number; };	/* trimmed; number from 1 */

struct office { char name[NAME_BYTES]; };

struct offices {
	struct office of[OFFICES];
	size_t n, from, to, line;	/* where they stand together */
};

struct paper {
	struct text t;
	json_t *out;
	struct offices head, signature;	/* issuer by the red head; the lines just before this one */
	struct line above;		/* the line before, if it may be the first half of a number */
	size_t lines;			/* with words so far */
	bool headed;			/* head is complete: 文件 or a number followed it */
	bool prose;			/* a sentence was seen: the head is over */
	bool post;			/* the line before is 市长　张三 */
	bool sealed;			/* the day that counts was found */
};

/* --- names of offices ---------------------------------------------------------------------------------------------- */

static bool
is_han(uint32_t cp)
{
	return (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0x3400 && cp <= 0x4DBF) || (cp >= 0x20000 && cp <= 0x323AF);
}

/* Without white space into to; 0 if there is too much. */
static size_t
squeeze(struct text t, size_t from, size_t to, char out[NAME_BYTES])
{
	size_t used = 0, gap;

	while (from < to) {
		size_t step = step_of((unsigned char)t.p[from]);

		if ((gap = space_at(t, from)) > 0) {
			from += gap;
			continue;
		}
		if (used + step >= NAME_BYTES || from + step > to)
			return 0;
		memcpy(out + used, t.p + from, step);
		used += step;
		from += step;
	}
	out[used] = '\0';
	return used;
}

static bool
is_office(const char *s, size_t n)
{
	static const char *const ends[] = { "政府", "办公室", "办公厅", "委员会", "委", "局", "厅", "部", "署", "院", "会", "党组", "中心", "所", "站", "处", "组", "银行", "法院", "总队", "支队",
		"大队", "办", "馆", "公司", "学校", "大学" };
	static const char *const never[] = { "关于", "的", "附件", "抄送", "各", "本", "现将", "审议" };
	struct text t = { s, n };
	size_t chars = 0;

	for (size_t i = 0, len; i < n; i += len, chars++) {
		uint32_t cp;

		len = gk_utf8_decode(s + i, n - i, &cp);
		if (!is_han(cp) && cp != 0xFF08 && cp != 0xFF09 && cp != '(' && cp != ')')
			return false;
	}
	return chars >= NAME_CHARS_MIN && chars <= 40 && !holds_any(t, 0, n, ANY(never)) && ends_with(t, 0, n, ANY(ends));
}

static bool
add_office(struct offices *o, const char *s, size_t n, const struct line *l)
{
	if (o->n == OFFICES || n >= NAME_BYTES)
		return false;
	for (size_t i = 0; i < o->n; i++)
		if (strlen(o->of[i].name) == n && memcmp(o->of[i].name, s, n) == 0)
			return true;
	if (o->n == 0) {
		o->from = l->from;
		o->line = l->number;
	}
	o->to = l->to;
	memcpy(o->of[o->n].name, s, n);
	o->of[o->n++].name[n] = '\0';
	return true;
}

/* 财政局　教育局, 财政局、教育局: every piece is an office; or all of it is one, set wide. */
static bool
take_offices(struct text t, size_t from, size_t to, const struct line *l, struct offices *o)
{
	struct offices many = *o;
	char one[NAME_BYTES];
	size_t n = squeeze(t, from, to, one), start = from, i = from;

	while (i <= to) {
		size_t gap = i == to ? 1 : space_at(t, i);

		if (gap == 0 && (at(t, i, "、") || at(t, i, "，")))
			gap = 3;
		if (gap == 0) {
			i += step_of((unsigned char)t.p[i]);
			continue;
		}
		if (i > start) {
			char piece[NAME_BYTES];
			size_t k = squeeze(t, start, i, piece);

			if (k == 0 || !is_office(piece, k) || !add_office(&many, piece, k, l))
				break;
		}
		start = i += gap;
	}
	if (i > to) {
		bool found = many.n > o->n;

		*o = many;
		return found;
	}
	return n > 0 && is_office(one, n) && add_office(o, one, n, l);
}

/* --- saying ----------------------------------------------------------------------------------------------------------- */

/* Steals value; the first that is said counts. */
static void
say(struct paper *p, const char *key, json_t *value, size_t from, size_t to, size_t line)
{
	json_t *one;

	if (value == NULL || json_object_get(p->out, key) != NULL) {
		json_decref(value);
		return;
	}
	one = json_pack("{s:o, s:I, s:I, s:I}", "value", value, "at", (json_int_t)from, "bytes", (json_int_t)(to - from), "line", (json_int_t)line);
	json_object_set_new(p->out, key, one);
}

static json_t *
words(const struct paper *p, size_t from, size_t to)
{
	return json_stringn(p->t.p + from, to - from);
}

static void
say_offices(struct paper *p, const struct offices *o)
{
	json_t *list = o->n == 0 ? NULL : json_array();

	for (size_t i = 0; list != NULL && i < o->n; i++)
		json_array_append_new(list, json_string(o->of[i].name));
	say(p, "issuer", list, o->from, o->to, o->line);
}

static void
say_day(struct paper *p, const char *key, struct gk_date d, size_t from, size_t to, size_t line)
{
	char iso[12];

	gk_date_format(d, iso);
	say(p, key, json_string(iso), from, to, line);
}

static bool
closes(struct text t, const struct line *l, const char *word)
{
	return ends_with(t, l->from, l->to, &word, 1);
}

/* --- the number ------------------------------------------------------------------------------------------------------------ */

static size_t
trim_end(struct text t, size_t from, size_t to)
{
	size_t keep = from;

	for (size_t i = from; i < to; ) {
		size_t gap = space_at(t, i);

		i += gap > 0 ? gap : step_of((unsigned char)t.p[i]);
		if (gap == 0)
			keep = i < to ? i : to;
	}
	return keep;
}

static size_t
find(struct text t, size_t from, size_t to, const char *word)
{
	const char *hit = to > from ? memmem(t.p + from, to - from, word, strlen(word)) : NULL;

	return hit == NULL ? to : (size_t)(hit - t.p);
}

/* A bracket around the whole line: （青府发〔2020〕3号）. */
static void
unwrap(struct text t, size_t *from, size_t *to)
{
	size_t open = bracket_open(t, *from);

	if (open == 0 || bracket_end(t, *from) != *to)
		return;
	*from += open;
	*to -= bracket_close(t, *to);
}

/* The whole line is a number, 签发人 apart: marked by 号, so that 2020 3 is none. */
static bool
take_number(struct paper *p, const struct line *l)
{
	size_t from = l->from, to = l->to, tab;
	struct gk_docno no;

	to = find(p->t, from, to, "签发人");
	tab = find(p->t, from, to, "\t");
	to = trim_end(p->t, from, tab);
	unwrap(p->t, &from, &to);
	if (to - from > 150 || !holds(p->t, from, to, "号") || holds(p->t, from, to, "《") || !gk_docno_parse(p->t.p + from, to - from, &no))
		return false;
	/* A row of words and a number at its end is a sentence: 根据某发〔2020〕3号. */
	if (no.year == 0 && !holds(p->t, from, to, "令") && !holds(p->t, from, to, "公告") && !holds(p->t, from, to, "通告"))
		return false;
	say(p, "docno", words(p, from, to), from, to, l->number);
	return true;
}

/* 云溪县人民政府令 | 第20号: two lines. */
static bool
take_order(struct paper *p, const struct line *l)
{
	static const char *const kinds_of[] = { "令", "公告", "通告" };
	struct line above = p->above;
	char name[NAME_BYTES], all[2 * NAME_BYTES];
	struct gk_docno no;
	size_t n;

	n = above.number == 0 ? 0 : squeeze(p->t, above.from, above.to, name);
	if (n == 0 || l->to - l->from > 60 || !ends_with((struct text){ name, n }, 0, n, kinds_of, 3) || !holds(p->t, l->from, l->to, "号"))
		return false;
	memcpy(all, name, n);
	memcpy(all + n, p->t.p + l->from, l->to - l->from);
	if (!gk_docno_parse(all, n + l->to - l->from, &no))
		return false;
	say(p, "docno", json_stringn(all, n + l->to - l->from), above.from, l->to, above.number);
	return true;
}

/* Of an order the number tells who gave it. */
static void
issuer_of_order(struct paper *p)
{
	const json_t *one = json_object_get(p->out, "docno");
	const char *no = json_string_value(json_object_get(one, "value"));
	struct text t = { no, no == NULL ? 0 : strlen(no) };
	size_t end = find(t, 0, t.n, "令");
	char name[NAME_BYTES];
	struct line l;

	if (end == t.n)
		end = find(t, 0, t.n, "公告");
	if (end == t.n)
		end = find(t, 0, t.n, "通告");
	if (end == t.n || end == 0 || p->head.n > 0)
		return;
	l.from = (size_t)json_integer_value(json_object_get(one, "at"));
	l.to = l.from + (size_t)json_integer_value(json_object_get(one, "bytes"));
	l.number = (size_t)json_integer_value(json_object_get(one, "line"));
	end = squeeze(t, 0, end, name);
	if (end > 0 && is_office(name, end))
		add_office(&p->head, name, end, &l);
}

/* --- the head --------------------------------------------------------------------------------------------------------------- */

/* 某某局文件, or 文件 below names of offices. */
static bool
take_red_head(struct paper *p, const struct line *l)
{
	char all[NAME_BYTES];
	size_t n = squeeze(p->t, l->from, l->to, all), word = strlen("文件");

	if (n < word || memcmp(all + n - word, "文件", word) != 0)
		return false;
	if (n == word)
		return p->headed = p->head.n > 0;
	/* The blanks tell offices apart, if there are several. */
	for (size_t i = l->to; i-- > l->from; )
		if (at(p->t, i, "文")) {
			struct line before = { l->from, trim_end(p->t, l->from, i), l->number };

			p->headed = take_offices(p->t, before.from, before.to, &before, &p->head);
			return p->headed;
		}
	return false;
}

/* 各乡镇人民政府，县政府各部门： */
static bool
take_addressee(struct paper *p, const struct line *l)
{
	size_t to = l->to, colon = closes(p->t, l, "：") ? 3 : closes(p->t, l, ":") ? 1 : 0;

	if (colon == 0 || to - colon == l->from || to - l->from > LINE_MAX_BYTES || holds(p->t, l->from, to, "。") || holds(p->t, l->from, to, "如下"))
		return false;
	say(p, "addressee", words(p, l->from, to - colon), l->from, to - colon, l->number);
	return true;
}

static bool
is_prose(struct text t, const struct line *l)
{
	return l->to - l->from > LINE_MAX_BYTES || holds(t, l->from, l->to, "。") || closes(t, l, "；") || closes(t, l, "，");
}

static void
read_head(struct paper *p, const struct line *l)
{
	static const char *const urgent[] = { "特急", "加急" };
	char all[NAME_BYTES];

	if (take_number(p, l) || take_order(p, l)) {
		/* Offices above a number are a head without 文件: a letter's. */
		p->headed |= p->head.n > 0;
		p->above = (struct line){ 0, 0, 0 };
		return;
	}
	p->above = *l;
	/* 特　急: drawn apart, as typists do. */
	for (size_t i = 0; l->to - l->from < 30 && squeeze(p->t, l->from, l->to, all) == 6 && i < 2; i++)
		if (strcmp(all, urgent[i]) == 0)
			say(p, "urgency", json_string(urgent[i]), l->from, l->to, l->number);
	if (p->headed || take_red_head(p, l))
		;
	else if (!take_offices(p->t, l->from, l->to, l, &p->head))
		p->head.n = 0;
	if (take_addressee(p, l))
		p->prose = true;
}

/* --- the end ------------------------------------------------------------------------------------------------------------------ */

/* Where a day begins that goes to the end of the line: 青石镇人民政府　2021年3月5日. l->to if none does. */
static size_t
day_at_end(struct text t, const struct line *l, struct gk_date *d)
{
	size_t i = l->from;

	if (l->to - l->from > 300)
		return l->to;
	while (i < l->to) {
		bool edge = i == l->from || space_at(t, i - 1) > 0 || (i >= 3 && space_at(t, i - 3) == 3) || (i >= 2 && space_at(t, i - 2) == 2);

		if (edge && space_at(t, i) == 0 && gk_date_parse(t.p + i, l->to - i, d) && d->day != 0)
			return i;
		i += step_of((unsigned char)t.p[i]);
	}
	return l->to;
}

/* 市长　张三: who signs an order. */
static bool
is_post(struct text t, const struct line *l)
{
	static const char *const posts[] = { "省长", "市长", "县长", "区长", "镇长", "乡长", "州长", "盟长", "部长", "局长", "主任", "主席", "总理", "署长", "厅长", "行长", "院长", "会长", "旗长" };
	char all[NAME_BYTES];
	size_t n = l->to - l->from > NAME_BYTES ? 0 : squeeze(t, l->from, l->to, all);

	return n > 0 && n <= 45 && any_at((struct text){ all, n }, 0, ANY(posts)) > 0;
}

static void
read_issue(struct paper *p, const struct line *l)
{
	static const char *const issued[] = { "印发", "印制", "印" };
	size_t to = l->to, k = 0, sent = at(p->t, l->from, "抄") ? skip_space(p->t, l->from + 3) : l->to;
	struct line before = *l;
	struct gk_date d;

	/* 抄　送 too. */
	if (sent < l->to && at(p->t, sent, "送") && l->to - l->from < 4000) {
		size_t from = skip_space(p->t, sent + 3);

		from += at(p->t, from, "：") ? 3 : from < l->to && p->t.p[from] == ':' ? 1 : 0;
		to -= closes(p->t, l, "。") ? 3 : 0;
		if (to > from)
			say(p, "cc", words(p, from, to), from, to, l->number);
		return;
	}
	for (size_t i = 0; i < sizeof issued / sizeof *issued && k == 0; i++)
		k = closes(p->t, l, issued[i]) ? strlen(issued[i]) : 0;
	if (to - l->from > 300 || k == 0 || to - l->from <= k)
		return;
	before.to = trim_end(p->t, l->from, to - k);
	to = day_at_end(p->t, &before, &d);
	if (to < before.to)
		say_day(p, "issued_date", d, to, before.to, l->number);
}

static void
read_end(struct paper *p, const struct line *l)
{
	struct gk_date d;
	size_t day = p->sealed ? l->to : day_at_end(p->t, l, &d);
	bool beside = false;

	if (day > l->from && day < l->to) {
		struct offices own = { .n = 0 };

		beside = take_offices(p->t, l->from, trim_end(p->t, l->from, day), l, &own);
		if (beside)
			p->signature = own;
	}
	if (day == l->from || (beside && day < l->to)) {
		if (p->signature.n > 0 || p->post) {
			/* The first that is signed: annexes behind it have days of their own. */
			json_object_del(p->out, "formed_date");
			p->sealed = true;
		}
		say_day(p, "formed_date", d, day, l->to, l->number);
		return;
	}
	p->post = is_post(p->t, l);
	if (p->sealed)
		return;
	if (!take_offices(p->t, l->from, l->to, l, &p->signature))
		p->signature.n = 0;
}

/* --- the whole ------------------------------------------------------------------------------------------------------------------- */

/* 云溪县人民政府关于…: whoever has no head and no signature. */
static void
issuer_of_title(struct paper *p, const char *title)
{
	struct text t = { title, strlen(title) };
	size_t about = find(t, 0, t.n, "关于");
	struct offices o = { .n = 0 };
	struct line l = { 0, about, 0 };
	json_t *list;

	if (about == t.n || about == 0 || !take_offices(t, 0, trim_end(t, 0, about), &l, &o))
		return;
	list = json_array();
	for (size_t i = 0; list != NULL && i < o.n; i++)
		json_array_append_new(list, json_string(o.of[i].name));
	if (list != NULL && json_object_get(p->out, "issuer") == NULL)
		json_object_set_new(p->out, "issuer", json_pack("{s:o, s:s}", "value", list, "from", "title"));
	else
		json_decref(list);
}

static bool
next_line(struct text t, size_t *where, size_t *number, struct line *l)
{
	while (*where < t.n) {
		const char *nl = memchr(t.p + *where, '\n', t.n - *where);
		size_t end = nl == NULL ? t.n : (size_t)(nl - t.p);

		*l = (struct line){ skip_space((struct text){ t.p, end }, *where), end, ++*number };
		*where = end + (nl != NULL);
		if (l->from < end) {
			l->to = trim_end(t, l->from, end);
			return true;
		}
	}
	return false;
}

json_t *
gk_paper_read(const char *text, size_t n, const char *title)
{
	struct paper p = { .t = { text, n }, .out = json_object() };
	size_t where = 0, number = 0;
	struct line l;

	while (p.out != NULL && next_line(p.t, &where, &number, &l)) {
		p.lines++;
		if (!p.prose && is_prose(p.t, &l))
			p.prose = true;
		if (!p.prose && p.lines <= HEAD_LINES) {
			read_head(&p, &l);
			continue;
		}
		read_end(&p, &l);
		read_issue(&p, &l);
	}
	if (p.out == NULL)
		return NULL;
	/* An order that several gave bears the name of the lead; all of them sign it. */
	issuer_of_order(&p);
	if (p.sealed && p.head.n == 1 && p.signature.n > 1 && strcmp(p.head.of[0].name, p.signature.of[0].name) == 0)
		p.head = p.signature;
	if (p.headed || json_object_get(p.out, "docno") != NULL)
		say_offices(&p, &p.head);
	if (p.sealed)
		say_offices(&p, &p.signature);
	issuer_of_title(&p, title);
	return p.out;
}

/* False: the field refuses the value.  What there is no memory for must not look like that: the paper would be kept without its number. */
static bool
take(json_t *meta, const struct gk_field *f, const json_t *value)
{
	enum gk_status st = gk_meta_set(meta, f, json_string_value(value), json_string_length(value), NULL);

	if (st == GK_DEAD)
		gk_memory_ended();
	return st == GK_OK;
}

json_t *
gk_paper_infer(const char *text, size_t n, json_t *meta)
{
	json_t *found = gk_paper_read(text, n, gk_meta_get(meta, "title")), *one, *item;
	const char *key;
	void *next;
	size_t i;

	json_object_foreach_safe(found, next, key, one) {
		const struct gk_field *f = gk_field_find(key, strlen(key));
		json_t *value = json_object_get(one, "value");
		bool took = f != NULL && json_object_get(meta, f->key) == NULL;

		if (took && json_is_string(value))
			took = take(meta, f, value);
		else if (took)
			json_array_foreach(value, i, item)
				took &= take(meta, f, item);
		if (!took)
			json_object_del(found, key);
	}
	return found;
}

/*
 * Document numbers.
 *
 *   number       = head tail
 *   bracket tail = open year close ["第"] seq "号"            国办发 〔2017〕47号
 *   order tail   = "令" ["("] ["第"] seq "号" [")"]           国务院 令第711号
 *                / "令" year "年第" seq "号"                  交通运输部 令2016年第9号
 *                / ["第"] seq "号令"                          市人民政府 第20号令
 *   notice tail  = ("公告" / "通告") [year "年"] "第" seq "号"
 *   plain tail   = year ["年"] ["第"] seq ["号"]              国办发 2017 47; only where the whole text is a number
 *   registration = 1*6ALPHA dash year dash seq                HFGS-2022-7
 *
 * The tail is found first: it alone can be told from ordinary words.  Where the
 * whole text is a number the head is all that stands before the tail; in running
 * text it is the Han run before it, less the words that never belong to a number.
 */
#include "record/docno.h"

#include "base/numeral.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum {
	CODE_MAX = 12,		/* Han characters of 国办公开办函 */
	ISSUER_MAX = 20,	/* of 大妈镇人民代表大会常务委员会公告 */
	HEAD_MAX = 32,		/* of a head before 中华人民共和国 is taken off */
	WHOLE_MAX = 512,	/* bytes: nothing longer is one number */
	YEAR_MIN = 1900, YEAR_MAX = 2099,
};

struct reader {
	const char *p;
	size_t n, at;
};

enum kind { NONE, BRACKET, ORDER, NOTICE, PLAIN, REGISTRATION };

struct tail {
	enum kind kind;
	const char *word;	/* what the code ends with: 令, 公告, "" */
	int year;
	unsigned seq;
	size_t end;
};

/* The character at r in its narrow form; 0 at the end. */
static uint32_t
peek(const struct reader *r, size_t *len)
{
	uint32_t cp;

	*len = 0;
	if (r->at >= r->n)
		return 0;
	*len = gk_utf8_decode(r->p + r->at, r->n - r->at, &cp);
	return cp >= 0xFF01 && cp <= 0xFF5E ? cp - 0xFEE0 : cp;
}

static bool
is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 || cp == 0x3000 || cp == 0xFEFF || (cp >= 0x2000 && cp <= 0x200B);
}

static bool
skip_spaces(struct reader *r)
{
	size_t from = r->at, len;

	while (is_space(peek(r, &len)))
		r->at += len;
	return r->at > from;
}

static bool
one_of(uint32_t cp, const uint16_t *set, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (set[i] == cp)
			return true;
	return false;
}

static bool
is_open(uint32_t cp)
{
	static const uint16_t set[] = { '(', '[', '<', '{', 0x3014, 0x3010, 0x3016, 0x3018, 0x3008, 0xFE5D, 0xFE59, 0x27E8, 0x2329 };

	return one_of(cp, set, sizeof set / sizeof *set);
}

static bool
is_close(uint32_t cp)
{
	static const uint16_t set[] = { ')', ']', '>', '}', 0x3015, 0x3011, 0x3017, 0x3019, 0x3009, 0xFE5E, 0xFE5A, 0x27E9, 0x232A };

	return one_of(cp, set, sizeof set / sizeof *set);
}

static bool
is_dash(uint32_t cp)
{
	static const uint16_t set[] = { '-', 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x2500, 0xFE58, 0xFE63, 0x30FC };

	return one_of(cp, set, sizeof set / sizeof *set);
}

static bool
is_han(uint32_t cp)
{
	return (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0x3400 && cp <= 0x4DBF) || (cp >= 0x20000 && cp <= 0x323AF);
}

static bool
is_digit(uint32_t cp)
{
	return cp >= '0' && cp <= '9';
}

static bool
is_alpha(uint32_t cp)
{
	return (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
}

/* Consume one character of a class, or one word (UTF-8, as it stands), after spaces. */
static bool
take(struct reader *r, bool (*is)(uint32_t))
{
	struct reader ahead = *r;
	size_t len;

	skip_spaces(&ahead);
	if (!is(peek(&ahead, &len)))
		return false;
	r->at = ahead.at + len;
	return true;
}

static bool
take_word(struct reader *r, const char *word)
{
	struct reader ahead = *r;
	size_t len = strlen(word);

	skip_spaces(&ahead);
	if (ahead.n - ahead.at < len || memcmp(ahead.p + ahead.at, word, len) != 0)
		return false;
	r->at = ahead.at + len;
	return true;
}

/* A whole row of digits after spaces: its value (capped) and how many; 0 if none. */
static unsigned
digits(struct reader *r, unsigned *value)
{
	struct reader ahead = *r;
	unsigned got = 0, v = 0;
	size_t len;
	uint32_t cp;

	skip_spaces(&ahead);
	for (; is_digit(cp = peek(&ahead, &len)); ahead.at += len, got++)
		v = v > 99999999 ? v : v * 10 + (cp - '0');
	if (got > 0) {
		*r = ahead;
		*value = v;
	}
	return got;
}

static unsigned
numeral(struct reader *r, uint32_t *value)
{
	struct reader ahead = *r;
	size_t len;

	skip_spaces(&ahead);
	len = gk_numeral_scan(ahead.p + ahead.at, ahead.n - ahead.at, value);
	if (len > 0)
		r->at = ahead.at + len;
	return len > 0;
}

static bool
take_seq(struct reader *r, unsigned *seq)
{
	struct reader ahead = *r;
	unsigned got = digits(&ahead, seq);
	uint32_t v;

	if (got == 0 && numeral(&ahead, &v))
		*seq = v;
	else if (got == 0 || got > 5)
		return false;
	*r = ahead;
	return *seq >= 1 && *seq <= 99999;
}

static bool
year_ok(unsigned y)
{
	return y >= YEAR_MIN && y <= YEAR_MAX;
}

/* Four digits, or two (of the last century: they went out of use about 1995). */
static bool
take_year(struct reader *r, int *year, bool short_too)
{
	struct reader ahead = *r;
	unsigned y, got = digits(&ahead, &y);
	uint32_t v;

	if (got == 0 && numeral(&ahead, &v))
		y = v;
	else if (got == 2 && short_too)
		y += 1900;
	else if (got != 4)
		return false;
	if (!year_ok(y))
		return false;
	*r = ahead;
	*year = (int)y;
	return true;
}

/* ["第"] seq "号"; loose: 号 may be missing. */
static bool
take_numbered(struct reader *r, unsigned *seq, bool loose)
{
	take_word(r, "第");
	return take_seq(r, seq) && (take_word(r, "号") || loose);
}

static bool
bracket_tail(struct reader r, bool loose, struct tail *t)
{
	struct reader inside;
	unsigned run;

	if (!take(&r, is_open))
		return false;
	inside = r;
	if (take_year(&r, &t->year, true)) {
		/* A lost closing bracket leaves a space at least: 〔2017 47号. */
		if (!take(&r, is_close) && !(loose && skip_spaces(&r)))
			return false;
		if (!take_numbered(&r, &t->seq, loose))
			return false;
	} else if (loose && digits(&inside, &run) > 4) {
		/* 〔202130: conversion ate the bracket, and perhaps 号. */
		unsigned power = 1;

		while (run / power > 9999)
			power *= 10;
		t->year = (int)(run / power);
		t->seq = run % power;
		if (!year_ok((unsigned)t->year) || t->seq == 0 || power > 100000)
			return false;
		r = inside;
		take_word(&r, "号");
	} else {
		return false;
	}
	t->end = r.at;
	return true;
}

static bool
order_tail(struct reader r, bool loose, struct tail *t)
{
	struct reader ahead;
	bool open, ordinal;

	if (!take_word(&r, "令"))
		return false;
	ahead = r;
	if (take_year(&ahead, &t->year, false) && take_word(&ahead, "年") && take_word(&ahead, "第") && take_seq(&ahead, &t->seq) && take_word(&ahead, "号")) {
		t->end = ahead.at;
		return true;
	}
	t->year = 0;
	open = take(&r, is_open);
	ahead = r;
	ordinal = take_word(&ahead, "第");
	if (!ordinal && !loose && !take(&ahead, is_digit))
		return false;	/* in running text 令七号 is no number */
	if (!take_numbered(&r, &t->seq, loose) || (open && !take(&r, is_close)))
		return false;
	take_word(&r, "令");
	t->end = r.at;
	return true;
}

static bool
order_last_tail(struct reader r, bool loose, struct tail *t)
{
	(void)loose;
	if (!take_numbered(&r, &t->seq, false) || !take_word(&r, "令"))
		return false;
	t->year = 0;
	t->end = r.at;
	return true;
}

static bool
notice_tail(struct reader r, bool loose, struct tail *t)
{
	struct reader ahead;

	(void)loose;
	t->word = take_word(&r, "公告") ? "公告" : take_word(&r, "通告") ? "通告" : NULL;
	if (t->word == NULL)
		return false;
	t->year = 0;
	ahead = r;
	if (take_year(&ahead, &t->year, false) && take_word(&ahead, "年"))
		r = ahead;
	else
		t->year = 0;
	if (!take_word(&r, "第") || !take_seq(&r, &t->seq) || !take_word(&r, "号"))
		return false;
	t->end = r.at;
	return true;
}

static bool
plain_tail(struct reader r, bool loose, struct tail *t)
{
	if (!loose || !take_year(&r, &t->year, false))
		return false;
	/* Something must tell the year from the number. */
	if (!take(&r, is_close) && !take(&r, is_dash) && !take_word(&r, "年") && !skip_spaces(&r) && !take_word(&r, "第"))
		return false;
	if (!take_numbered(&r, &t->seq, true))
		return false;
	t->end = r.at;
	return true;
}

static bool
find_tail(const struct reader *r, bool loose, struct tail *t)
{
	static const struct {
		enum kind kind;
		const char *word;
		bool (*take)(struct reader, bool, struct tail *);
	} forms[] = {
		{ BRACKET, "", bracket_tail }, { ORDER, "令", order_tail }, { ORDER, "令", order_last_tail },
		{ NOTICE, "公告", notice_tail }, { PLAIN, "", plain_tail },
	};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		*t = (struct tail){ .kind = forms[i].kind, .word = forms[i].word };
		if (forms[i].take(*r, loose, t))
			return true;
	}
	return false;
}

/*
 * The text of a head, narrow and without spaces, into to[size]; how many characters it has, or 0
 * if it is none: anything but Han and (研), too long, or with a word that ends a number.
 */
static size_t
head_text(const char *p, size_t n, char *to, size_t size)
{
	struct reader r = { p, n, 0 };
	size_t len, used = 0, count = 0, inner = 0;

	for (uint32_t cp; (cp = peek(&r, &len)) != 0 || r.at < r.n; r.at += len) {
		if (is_space(cp))
			continue;
		if (cp == '(' && inner == 0 && count > 0)
			inner = 1;
		else if (cp == ')' && inner > 1)
			inner = 0;
		else if (!is_han(cp) || inner > 2 || cp == 0x53F7)	/* 号 */
			return 0;
		else if (inner > 0)
			inner++;
		if (used + len + 1 > size || ++count > HEAD_MAX)
			return 0;
		used += gk_utf8_encode(cp, to + used);
	}
	to[used] = '\0';
	return inner > 0 ? 0 : count;
}

/* The letter that ends a code and says what kind of paper it is; needed where nothing else marks a number. */
static bool
ends_as_code(const char *code)
{
	static const char *const forms[] = { "发", "函", "字", "规", "令", "任", "请", "报", "释", "电", "办", "文", "纪要" };
	size_t n = strlen(code);

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		size_t len = strlen(forms[i]);

		if (n > len && memcmp(code + n - len, forms[i], len) == 0)
			return true;
	}
	return false;
}

/* One office under two names of different length gets one code; the shorter one. */
static void
shorten(char *text)
{
	static const struct { const char *from, *to; } names[] = {
		{ "人民代表大会常务委员会", "人大常委会" }, { "人民代表大会常委会", "人大常委会" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *at = strstr(text, names[i].from);
		size_t from = strlen(names[i].from), to = strlen(names[i].to);

		if (at != NULL) {
			memcpy(at, names[i].to, to);
			memmove(at + to, at + from, strlen(at + from) + 1);
		}
	}
}

/* Fill out->code and key from a head and a tail; false if they do not make a number. */
static bool
compose(const char *head, size_t n, const struct tail *t, bool whole, struct gk_docno *out)
{
	static const char state[] = "中华人民共和国";
	char text[HEAD_MAX * 4 + 8], code[sizeof text + 8];
	const char *from = text, *at;
	size_t count = head_text(head, n, text, sizeof text), most = t->kind == ORDER || t->kind == NOTICE ? ISSUER_MAX : CODE_MAX;

	if (count == 0 || (t->kind != NOTICE && strstr(text, "第") != NULL))
		return false;
	shorten(text);
	/* Wherever it stands: one real preamble has 中中华人民共和国主席令. */
	while ((at = strstr(from, state)) != NULL)
		from = at + sizeof state - 1;
	count = gk_utf8_count(from, strlen(from));
	if (count == 0 || (whole && count > most))
		return false;
	for (; count > most; count--) {
		uint32_t cp;

		from += gk_utf8_decode(from, strlen(from), &cp);
	}
	snprintf(code, sizeof code, "%s%s", strcmp(from, "国") == 0 && t->kind == ORDER ? "国务院" : from, t->word);
	if (t->kind == PLAIN && !ends_as_code(code))
		return false;
	if (strlen(code) >= sizeof out->code)
		return false;
	memcpy(out->code, code, strlen(code) + 1);
	out->year = t->year;
	out->seq = t->seq;
	if (t->year > 0)
		snprintf(out->key, sizeof out->key, "%s|%d|%u", out->code, t->year, t->seq);
	else
		snprintf(out->key, sizeof out->key, "%s||%u", out->code, t->seq);
	return true;
}

/* HFGS-2022-7 at r; true with *end behind it. */
static bool
registration(struct reader r, struct gk_docno *out, size_t *end)
{
	size_t len, used = 0;
	unsigned seq;
	int year;

	for (uint32_t cp; is_alpha(cp = peek(&r, &len)); r.at += len) {
		if (used == 6)
			return false;
		out->code[used++] = (char)(cp >= 'a' ? cp - 'a' + 'A' : cp);
	}
	out->code[used] = '\0';
	if (used == 0 || !take(&r, is_dash) || !take_year(&r, &year, false) || !take(&r, is_dash))
		return false;
	if (digits(&r, &seq) - 1 >= 5 || seq == 0)
		return false;
	out->year = year;
	out->seq = seq;
	snprintf(out->key, sizeof out->key, "%s|%d|%u", out->code, year, seq);
	*end = r.at;
	return true;
}

bool
gk_docno_parse(const char *p, size_t n, struct gk_docno *out)
{
	struct reader r = { p, n, 0 };
	struct gk_docno d = { .year = 0 };
	size_t start, len, end;

	if (n > WHOLE_MAX)
		return false;
	skip_spaces(&r);
	start = r.at;
	for (bool found = registration(r, &d, &end); r.at < n; r.at += len) {
		struct tail t;
		struct reader rest = { p, n, 0 };

		if (!found && r.at > start && find_tail(&r, true, &t) && compose(p + start, r.at - start, &t, true, &d)) {
			found = true;
			end = t.end;
		}
		if (found) {
			rest.at = end;
			if (take_word(&rest, "文"))	/* 国办发〔2017〕47号文件, as people say */
				take_word(&rest, "件");
			skip_spaces(&rest);
			if (rest.at == n) {
				d.start = start;
				d.end = end;
				*out = d;
				return true;
			}
			found = false;
		}
		peek(&r, &len);
	}
	return false;
}

/* The start of the character that ends before p + at, not below p + from; at if there is none. */
static size_t
step_back(const char *p, size_t from, size_t at, uint32_t *cp)
{
	for (size_t back = 1; back <= 4 && back <= at - from; back++) {
		struct reader r = { p, at, at - back };
		size_t len;
		uint32_t c = peek(&r, &len);

		if (len == back && c != GK_UTF8_BAD) {
			*cp = c;
			return at - back;
		}
	}
	*cp = 0;
	return at;
}

/* (研): the start of a bracketed part of a code that ends before `at`, or at. */
static size_t
group_back(const char *p, size_t from, size_t at)
{
	uint32_t cp;
	size_t s = step_back(p, from, at, &cp);

	if (cp != ')')
		return at;
	for (int i = 0; i < 3; i++) {
		s = step_back(p, from, s, &cp);
		if (cp == '(')
			return i > 0 ? s : at;
		if (!is_han(cp))
			return at;
	}
	return at;
}

/* 甲办法（试行）与国发〔2004〕10号: no code begins with a bracket, so what stands in one there is another's. */
static size_t
after_bracket(const char *p, size_t s, size_t e)
{
	struct reader r = { p, e, s };
	size_t len;

	if (!take(&r, is_open))
		return s;
	for (uint32_t cp; (cp = peek(&r, &len)) != 0; r.at += len)
		if (cp == ')')
			return r.at + len;
	return s;
}

/* Where the last of the words that never belong to a number ends in p[s..e); s if none stands there. */
static size_t
after_foreign_words(const char *p, size_t s, size_t e)
{
	static const char *const words[] = {
		"根据", "按照", "依据", "依照", "遵照", "参照", "关于", "以及", "印发", "发布", "公布", "转发", "批转", "下发", "文件", "文号",
		"字号", "通知", "批准", "决定", "规定", "意见", "办法", "条例", "细则", "简称", "通过", "修订", "修正", "号", "以", "按", "见", "为",
		"是", "的", "在", "对", "经过", "执行", "作出", "我院", "本院",
	};
	static const char foreign_trade[] = "对外";
	size_t cut = s;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i]);

		for (size_t at = e; at >= cut + len; at--)
			if (memcmp(p + at - len, words[i], len) == 0
			    && (e - at < 3 || memcmp(p + at - len, foreign_trade, sizeof foreign_trade - 1) != 0)) {
				cut = at;
				break;
			}
	}
	return cut;
}

static bool
is_numeral(uint32_t cp)
{
	char utf8[4];
	uint32_t v;
	size_t n = cp == GK_UTF8_BAD ? 0 : gk_utf8_encode(cp, utf8);

	return is_digit(cp) || (n > 0 && gk_numeral_scan(utf8, n, &v) == n);
}

/* 2011年1月8日国务院令: behind the last 年 月 日 that closes a date. */
static size_t
after_date(const char *p, size_t s, size_t e)
{
	struct reader r = { p, e, s };
	size_t len, cut = s;
	uint32_t before;

	step_back(p, 0, s, &before);
	for (uint32_t cp; r.at < e; before = cp) {
		cp = peek(&r, &len);
		r.at += len;
		if ((cp == 0x5E74 || cp == 0x6708 || cp == 0x65E5) && is_numeral(before))
			cut = r.at;
	}
	return cut;
}

/* 和, 与, 及, 或 join what stands before them; but 和政发〔2020〕3号 is a number of 和县. */
static size_t
after_connective(const char *p, size_t s, size_t e)
{
	static const char *const words[] = { "和", "与", "及", "或", "由", "经" };
	uint32_t before;

	step_back(p, 0, s, &before);
	if (before != 0x300B && before != 0x53F7 && before != 0x201D && before != ')')	/* 》 号 ” */
		return s;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (e - s > 3 && memcmp(p + s, words[i], 3) == 0)
			return s + 3;
	return s;
}

/* The head that ends before p + e in running text; its start, or e if there is none. */
static size_t
head_start(const char *p, size_t from, size_t e, enum kind kind)
{
	static const char government[] = "人民政府", former[] = "原";
	size_t s = e;
	uint32_t cp;

	for (int i = 0; i < HEAD_MAX; i++) {
		size_t back = group_back(p, from, s);

		if (back == s) {
			back = step_back(p, from, s, &cp);
			if (!is_han(cp))
				break;
		}
		s = back;
	}
	s = after_foreign_words(p, s, e);
	s = after_bracket(p, s, e);
	s = after_date(p, s, e);
	s = after_connective(p, s, e);
	/* 市人民政府京政发〔2020〕1号 names its maker first; an order is named after it. */
	for (size_t at = e; kind == BRACKET && at >= s + sizeof government - 1; at--)
		if (memcmp(p + at - sizeof government + 1, government, sizeof government - 1) == 0)
			return at;
	if (kind == ORDER && e - s > 12 && memcmp(p + s, former, 3) == 0)
		s += 3;
	return s;
}

static bool
order_of_nobody(const char *p, size_t s, size_t e)
{
	static const char *const words[] = { "责", "命", "指", "法", "禁", "司", "口", "本", "此", "该" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (e - s >= 3 && memcmp(p + e - 3, words[i], 3) == 0)
			return true;
	return false;
}

/* Could a tail begin with this character?  Most cannot, and this is asked of every one. */
static bool
may_begin_tail(uint32_t cp, uint32_t before)
{
	return is_open(cp) || cp == 0x4EE4 || cp == 0x7B2C || cp == 0x516C || cp == 0x901A	/* 令 第 公 通 */
		|| (is_digit(cp) && is_han(before));
}

/*
 * From at on, over common Han characters with which no tail begins: nine tenths of all text.  *before is the last of them, or as it was.
 */
static size_t
skip_plain(const char *p, size_t n, size_t at, uint32_t *before)
{
	for (; n - at >= 3; at += 3) {
		const unsigned char *u = (const unsigned char *)p + at;
		uint32_t cp = (uint32_t)(u[0] & 0x0F) << 12 | (uint32_t)(u[1] & 0x3F) << 6 | (u[2] & 0x3F);

		if (cp - 0x4E00 >= 0x5200 || (u[0] & 0xF0) != 0xE0 || ((u[1] ^ 0x80) | (u[2] ^ 0x80)) >= 0x40 ||
		    cp == 0x4EE4 || cp == 0x7B2C || cp == 0x516C || cp == 0x901A)
			break;
		*before = cp;
	}
	return at;
}

bool
gk_docno_next(const char *p, size_t n, size_t *at, struct gk_docno *out)
{
	struct reader r = { p, n, *at };
	struct gk_docno d = { .year = 0 };
	uint32_t before = 0, cp;
	size_t len;

	if (*at > n)
		return false;
	for (; r.at < n; r.at += len, before = cp) {
		struct tail t;
		size_t e, s;

		e = r.at = skip_plain(p, n, r.at, &before);
		cp = peek(&r, &len);
		if (is_alpha(cp) && !is_alpha(before) && !is_digit(before)) {
			struct reader next = { p, n, 0 };
			size_t ignored;

			if (registration(r, &d, &next.at) && d.code[1] != '\0' && !is_alpha(peek(&next, &ignored)) && !is_dash(peek(&next, &ignored))) {
				d.start = r.at;
				d.end = next.at;
				break;
			}
		}
		if (!may_begin_tail(cp, before) || !find_tail(&r, false, &t))
			continue;
		/* 国办发 〔2017〕47号: blanks before the tail, but no new line. */
		for (s = step_back(p, *at, e, &cp); is_space(cp) && cp != '\n' && cp != '\r'; s = step_back(p, *at, e, &cp))
			e = s;
		cp = peek(&r, &len);
		s = head_start(p, *at, e, t.kind);
		if (t.kind == ORDER && order_of_nobody(p, s, e))
			continue;
		if (compose(p + s, e - s, &t, false, &d)) {
			d.start = s;
			d.end = t.end;
			break;
		}
	}
	if (r.at >= n) {
		*at = n;
		return false;
	}
	*at = d.end;
	*out = d;
	return true;
}

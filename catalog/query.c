/*
 * The query parser: characters to tokens to a postfix array, with an explicit
 * stack (the shunting-yard of operator precedence: NOT over AND over OR).
 */
#include "catalog/query.h"

#include "base/memory.h"
#include "base/numeral.h"
#include "base/utf8.h"
#include "cjk/cjk.h"
#include "record/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STACK = GK_QUERY_DEPTH + 2 * GK_QUERY_NODES };
/* Bytes of one operand, and of each side of an operator, in gk_query_describe. */
enum { LEAF = 1100, HALF = 580 };

enum op { OP_OPEN, OP_OR, OP_AND, OP_NOT };

struct parser {
	struct gk_query *q;
	const char *s;
	size_t n, at;
	enum op ops[STACK];
	size_t n_ops, depth, operands;
	bool want_operand;		/* an operator stands open to the right */
	bool in_field;			/* the operand was named by its field */
	size_t words, phrases, terms;
	struct gk_err *err;
};

/* --- characters ------------------------------------------------------------------------ */

static uint32_t
peek(const struct parser *p, size_t at, size_t *len)
{
	uint32_t cp = 0;

	*len = 0;
	if (at < p->n)
		*len = gk_utf8_decode(p->s + at, p->n - at, &cp);
	return cp;
}

static bool
is_space(uint32_t cp)
{
	return cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' || cp == 0x3000 || cp == 0xA0;
}

/* “ ” „ ‟ ＂ 「 」 『 』 and the ASCII one. */
static bool
is_quote(uint32_t cp)
{
	return cp == '"' || (cp >= 0x201C && cp <= 0x201F) || cp == 0xFF02 || (cp >= 0x300C && cp <= 0x300F);
}

static bool
is_han(uint32_t cp)
{
	return (cp >= 0x3400 && cp <= 0x9FFF) || cp == 0x3007 || (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

/* --- nodes --------------------------------------------------------------------------------- */

static struct gk_node *
new_node(struct parser *p, enum gk_node_kind kind)
{
	struct gk_node *node;

	if (p->q->n == GK_QUERY_NODES)
		return NULL;
	node = &p->q->node[p->q->n++];
	*node = (struct gk_node){ .kind = kind };
	return node;
}

static enum gk_status
too_complex(struct parser *p, const char *word, size_t n, size_t most)
{
	gk_fail(p->err, GK_REFUSED, GK_CAUSE_BAD_QUERY, "查询过于复杂（%s）：%zu，上限 %zu", "the query is too complex (%s): %zu, at most %zu", word, n, most);
	gk_hint(p->err, "少写几个词，或只粘贴题名", "use fewer words, or paste the title only");
	return GK_REFUSED;
}

static bool
fold_node(struct parser *p, struct gk_node *node, const char *text, size_t n)
{
	struct gk_folded f;

	if (!gk_fold(text, n, false, &f))
		return false;
	node->text = gk_arena_copy(&p->q->arena, text, n);
	node->n = n;
	node->folded = gk_arena_copy(&p->q->arena, f.text, f.n);
	node->folded_n = f.n;
	gk_folded_free(&f);
	return node->text != NULL && node->folded != NULL;
}

static size_t
count_terms(const char *folded, size_t n)
{
	struct gk_terms c;
	struct gk_term t;
	size_t pairs = 0;

	gk_terms_start(&c, folded, n);
	while (gk_terms_next(&c, &t))
		pairs += t.kind != GK_TERM_CHAR;
	return pairs;
}

/* --- operators ------------------------------------------------------------------------------ */

static enum gk_status
apply(struct parser *p, enum op op)
{
	static const enum gk_node_kind kinds[] = { [OP_OR] = GK_N_OR, [OP_AND] = GK_N_AND, [OP_NOT] = GK_N_NOT };
	size_t needs = op == OP_NOT ? 1 : 2;

	if (p->operands < needs) {
		p->q->slips |= GK_SLIP_OPERATOR;
		return GK_OK;
	}
	if (new_node(p, kinds[op]) == NULL)
		return too_complex(p, "query_too_complex", GK_QUERY_NODES + 1, GK_QUERY_NODES);
	p->operands -= needs - 1;
	return GK_OK;
}

static enum gk_status
push(struct parser *p, enum op op)
{
	enum gk_status st = GK_OK;

	/* NOT binds to its right side only, so it never sends anything off the stack. */
	while (op != OP_NOT && op != OP_OPEN && p->n_ops > 0 && p->ops[p->n_ops - 1] >= op && st == GK_OK)
		st = apply(p, p->ops[--p->n_ops]);
	if (st == GK_OK) {
		if (p->n_ops == STACK)
			return too_complex(p, "query_too_complex", STACK + 1, STACK);
		p->ops[p->n_ops++] = op;
	}
	return st;
}

/* Two operands side by side mean AND. */
static enum gk_status
before_operand(struct parser *p)
{
	enum gk_status st = GK_OK;

	if (!p->want_operand)
		st = push(p, OP_AND);
	p->want_operand = false;
	p->operands++;
	return st;
}

/* An operator that waits for its right side at a closing bracket or the end; true if one of them has a left side. */
static bool
drop_waiting(struct parser *p)
{
	bool left = false;

	while (p->want_operand && p->n_ops > 0 && p->ops[p->n_ops - 1] != OP_OPEN) {
		left |= p->ops[--p->n_ops] != OP_NOT;
		p->q->slips |= GK_SLIP_OPERATOR;
	}
	return left;
}

/* An operand that asks for nothing: the NOT before it must not wait for the next one. */
static void
nothing_there(struct parser *p)
{
	while (p->want_operand && p->n_ops > 0 && p->ops[p->n_ops - 1] == OP_NOT) {
		p->n_ops--;
		p->q->slips |= GK_SLIP_OPERATOR;
	}
}

static enum gk_status
close_bracket(struct parser *p)
{
	enum gk_status st = GK_OK;
	bool empty = p->want_operand;

	if (drop_waiting(p))
		empty = false;
	while (st == GK_OK && p->n_ops > 0 && p->ops[p->n_ops - 1] != OP_OPEN)
		st = apply(p, p->ops[--p->n_ops]);
	if (p->n_ops > 0) {
		p->n_ops--;
		p->depth--;
	}
	p->want_operand = empty;
	nothing_there(p);
	return st;
}

/* --- fields ------------------------------------------------------------------------------------ */

static const struct { const char *name; enum gk_node_kind kind; } fields[] = {
	{ "标题", GK_N_TITLE }, { "题名", GK_N_TITLE }, { "title", GK_N_TITLE },
	{ "文号", GK_N_DOCNO }, { "发文字号", GK_N_DOCNO }, { "no", GK_N_DOCNO }, { "number", GK_N_DOCNO },
	{ "机关", GK_N_ISSUER }, { "发文机关", GK_N_ISSUER }, { "org", GK_N_ISSUER },
	{ "主题", GK_N_THEME }, { "主题分类", GK_N_THEME }, { "theme", GK_N_THEME },
	{ "类别", GK_N_CATEGORY }, { "栏目", GK_N_CATEGORY }, { "cat", GK_N_CATEGORY }, { "category", GK_N_CATEGORY },
	{ "状态", GK_N_STATUS }, { "有效性", GK_N_STATUS }, { "status", GK_N_STATUS }, { "is", GK_N_STATUS },
	{ "年", GK_N_YEAR }, { "年份", GK_N_YEAR }, { "year", GK_N_YEAR },
	{ "日期", GK_N_DATE }, { "date", GK_N_DATE },
	{ "格式", GK_N_FORMAT }, { "type", GK_N_FORMAT }, { "format", GK_N_FORMAT },
	{ "索引号", GK_N_INDEXNO }, { "index", GK_N_INDEXNO }, { "统一编号", GK_N_DOCNO }, { "登记号", GK_N_DOCNO }, { "reg", GK_N_DOCNO },
};

/* Length of "标题:" at p->at, 0 if no field begins here. */
static size_t
field_at(const struct parser *p, enum gk_node_kind *kind)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		size_t k = strlen(fields[i].name), len;
		uint32_t cp;

		if (p->n - p->at <= k || strncasecmp(p->s + p->at, fields[i].name, k) != 0)
			continue;
		cp = peek(p, p->at + k, &len);
		if (cp == ':' || cp == 0xFF1A) {
			*kind = fields[i].kind;
			return k + len;
		}
	}
	return 0;
}

/* "2019..2021", "2019", "..2021"; the sides are dates or years. */
static bool
split_range(const char *s, size_t n, const char **b, size_t *a_n, size_t *b_n)
{
	for (size_t i = 0; i + 1 < n; i++)
		if (s[i] == '.' && s[i + 1] == '.') {
			*a_n = i;
			*b = s + i + 2;
			*b_n = n - i - 2;
			return true;
		}
	*b = s;
	*a_n = *b_n = n;
	return false;
}

static bool
read_year(const char *s, size_t n, int *year)
{
	struct gk_date d;

	if (!gk_date_parse(s, n, &d) || d.month != 0)
		return false;
	*year = d.year;
	return true;
}

static bool
set_years(struct gk_node *node)
{
	const char *b;
	size_t a_n, b_n;

	node->year_from = -1;
	node->year_to = 10000;
	split_range(node->folded, node->folded_n, &b, &a_n, &b_n);
	if (a_n == 0 && b_n == 0)
		return false;
	return (a_n == 0 || read_year(node->folded, a_n, &node->year_from)) && (b_n == 0 || read_year(b, b_n, &node->year_to));
}

static bool
set_dates(struct gk_node *node)
{
	const char *b;
	size_t a_n, b_n;

	split_range(node->text, node->n, &b, &a_n, &b_n);
	if (a_n == 0 && b_n == 0)
		return false;
	return (a_n == 0 || gk_date_parse(node->text, a_n, &node->from)) && (b_n == 0 || gk_date_parse(b, b_n, &node->to));
}

static bool
set_status(struct gk_node *node)
{
	enum gk_validity v;

	if (!gk_validity_find(node->folded, node->folded_n, &v))
		return false;
	/* 有效 asks for what binds; a law of which one article is dead still does. */
	node->status = 1u << v;
	if (v == GK_V_IN_FORCE && (node->n == 6 && memcmp(node->text, "有效", 6) == 0))
		node->status |= 1u << GK_V_PARTLY_IN_FORCE;
	return true;
}

static bool
set_format(struct gk_node *node)
{
	enum gk_format f;

	if (!gk_format_find(node->folded, node->folded_n, &f))
		return false;
	node->format = 1u << f;
	return true;
}

/* --- operands -------------------------------------------------------------------------------------- */

/* Bytes of the run before what says that a version of that year is meant: 2014年修订, 2019年版. */
static size_t
before_version(const struct gk_node *node)
{
	static const char *const ends[] = { "年修订", "年修正", "年修改", "年版", "年公布", "年发布", "年颁布", "年制定" };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t k = strlen(ends[i]);

		if (node->folded_n > k && memcmp(node->folded + node->folded_n - k, ends[i], k) == 0)
			return node->folded_n - k;
	}
	return node->folded_n;
}

/* A run that is only a year (2019年, 2023, 2014年修订) also asks for documents of that year. */
static void
hint_year(struct gk_node *node)
{
	size_t n = before_version(node);
	int year;

	if (n >= 4 && n <= 7 && node->folded[0] >= '1' && node->folded[0] <= '2' && read_year(node->folded, n, &year) && year >= 1900 && year < 2100)
		node->year_from = node->year_to = year;
}

/* 2021年3月, 2021-03-05: documents of that month or day, as a year alone asks for those of the year. */
static void
hint_date(struct gk_node *node)
{
	struct gk_date d;

	if (node->year_from > 0 || !gk_date_parse(node->text, node->n, &d) || d.month == 0 || d.year < 1900 || d.year >= 2100)
		return;
	/* 20210305 may as well be a telephone's number. */
	if (memmem(node->folded, node->folded_n, "年", 3) != NULL || memchr(node->folded, '-', node->folded_n) != NULL)
		node->from = node->to = d;
}

/* 47号文, 第47号文件, 四十七号文: whoever knows only the sequence of a number. 47号 alone may be a house. */
static bool
hint_sequence(struct parser *p, struct gk_node *node)
{
	static const char *const ends[] = { "号文件", "号文" };
	const char *s = node->folded;
	size_t n = node->folded_n, first = n >= 3 && memcmp(s, "第", 3) == 0 ? 3 : 0, k = 0;
	char text[64];
	uint32_t seq = 0;

	for (size_t i = 0; i < 2 && k == 0; i++)
		if (n > first + strlen(ends[i]) && memcmp(s + n - strlen(ends[i]), ends[i], strlen(ends[i])) == 0)
			k = n - strlen(ends[i]);
	if (k == 0 || k - first > 40)
		return true;
	for (size_t i = first; i < k && s[i] >= '0' && s[i] <= '9' && seq <= 99999; i++)
		seq = seq * 10 + (uint32_t)(s[i] - '0');
	if ((seq == 0 || s[k - 1] < '0' || s[k - 1] > '9' || k - first > 5) && gk_numeral_scan(s + first, k - first, &seq) != k - first)
		return true;
	if (seq == 0 || seq > 99999)
		return true;
	node->seq = seq;
	/* What stands in the text of others is 〔2017〕47号 and not 47号文. */
	n = (size_t)snprintf(text, sizeof text, "%.*s号", (int)(k - first), s + first);
	node->folded = gk_arena_copy(&p->q->arena, text, n);
	node->folded_n = n;
	return node->folded != NULL;
}

static enum gk_status
count_text(struct parser *p, struct gk_node *node)
{
	size_t chars;

	p->words++;
	p->terms += count_terms(node->folded, node->folded_n);
	if (p->words > GK_QUERY_WORDS)
		return too_complex(p, "query_too_complex", p->words, GK_QUERY_WORDS);
	if (p->terms > GK_QUERY_TERMS)
		return too_complex(p, "query_too_complex", p->terms, GK_QUERY_TERMS);
	if (node->kind != GK_N_PHRASE)
		return GK_OK;
	chars = gk_utf8_count(node->text, node->n);
	if (chars > GK_PHRASE_CHARS)
		return too_complex(p, "query_too_complex", chars, GK_PHRASE_CHARS);
	return ++p->phrases > GK_QUERY_PHRASES ? too_complex(p, "query_too_complex", p->phrases, GK_QUERY_PHRASES) : GK_OK;
}

static bool
has_letters(const struct gk_node *node)
{
	struct gk_terms c;
	struct gk_term t;

	gk_terms_start(&c, node->folded, node->folded_n);
	return gk_terms_next(&c, &t);
}

/* The value of a field into the node; false if it cannot be understood. */
static bool
set_value(const struct parser *p, struct gk_node *node, const char *text, size_t n)
{
	switch (node->kind) {
	case GK_N_YEAR:
		return set_years(node);
	case GK_N_DATE:
		return set_dates(node);
	case GK_N_STATUS:
		return set_status(node);
	case GK_N_FORMAT:
		return set_format(node);
	case GK_N_CATEGORY:
	case GK_N_ISSUER:
	case GK_N_THEME:
	case GK_N_INDEXNO:
		return n > 0;
	case GK_N_DOCNO:
		node->strict = p->in_field;
		if (!gk_docno_parse(text, n, &node->docno))
			node->docno = (struct gk_docno){ .key = "" };
		return true;
	default:
		return true;
	}
}

/* What a field was asked for and cannot be is looked for as words; the first of them is told. */
static void
take_as_words(struct parser *p, struct gk_node *node, const char *text, size_t n)
{
	p->q->slips |= GK_SLIP_FIELD;
	if (p->q->unread == NULL) {
		p->q->unread = gk_arena_copy(&p->q->arena, text, n);
		p->q->unread_kind = node->kind;
	}
	node->kind = GK_N_RUN;
	/* Half of a range that was understood must not stay as a hint. */
	node->year_from = node->year_to = 0;
	node->from = node->to = GK_NO_DATE;
}

static enum gk_status
operand(struct parser *p, enum gk_node_kind kind, const char *text, size_t n)
{
	enum gk_status st;
	struct gk_node probe = { .kind = kind }, *node;

	if (!fold_node(p, &probe, text, n))
		return gk_nomem(p->err);
	if (!set_value(p, &probe, text, n))
		take_as_words(p, &probe, text, n);
	if (probe.kind == GK_N_RUN && !p->q->literal && gk_docno_parse(text, n, &probe.docno))
		probe.kind = GK_N_DOCNO;
	if (probe.kind <= GK_N_DOCNO) {
		/* Punctuation alone asks for nothing. */
		if (!has_letters(&probe)) {
			nothing_there(p);
			return GK_OK;
		}
		if (probe.kind == GK_N_RUN)
			hint_year(&probe);
		if (probe.kind == GK_N_RUN && !p->q->literal) {
			hint_date(&probe);
			if (!hint_sequence(p, &probe))
				return gk_nomem(p->err);
		}
		st = count_text(p, &probe);
		if (st != GK_OK)
			return st;
	}
	st = before_operand(p);
	if (st != GK_OK)
		return st;
	node = new_node(p, probe.kind);
	if (node == NULL)
		return too_complex(p, "query_too_complex", GK_QUERY_NODES + 1, GK_QUERY_NODES);
	*node = probe;
	return GK_OK;
}

/* "…": up to the next quote of any form, or the end. */
static enum gk_status
quoted(struct parser *p, enum gk_node_kind kind)
{
	size_t len, from;

	peek(p, p->at, &len);
	p->at += len;
	from = p->at;
	while (p->at < p->n && !is_quote(peek(p, p->at, &len)))
		p->at += len;
	if (p->at == p->n)
		p->q->slips |= GK_SLIP_QUOTE;
	{
		size_t end = p->at;

		if (p->at < p->n)
			p->at += len;
		return operand(p, kind == GK_N_RUN ? GK_N_PHRASE : kind, p->s + from, end - from);
	}
}

/*
 * Does the quote at p->at ask for a phrase?  It does between spaces (or at the ends); inside
 * running text it is the writer's own: 如何实现“以房养老”？
 */
static bool
asks_for_phrase(const struct parser *p)
{
	size_t len, at = p->at;
	uint32_t next;

	peek(p, at, &len);
	for (at += len; at < p->n && !is_quote(peek(p, at, &len)); at += len)
		;
	if (at == p->n)
		return true;	/* never closed: that slip is mended */
	next = peek(p, at + len, &len);
	return len == 0 || is_space(next) || next == ')';
}

/*
 * Up to white space.  An ASCII bracket inside belongs to the word
 * (法释(2002)3号) unless it closes a group that was opened before the word.
 */
static size_t
word_end(const struct parser *p)
{
	size_t at = p->at, len, open = 0;

	while (at < p->n) {
		uint32_t cp = peek(p, at, &len);

		if (is_space(cp))
			break;
		if (cp == '(')
			open++;
		if (cp == ')') {
			if (open == 0 && p->depth > 0)
				break;
			open -= open > 0;
		}
		at += len;
	}
	return at;
}

/*
 * 青 岛 市 客 运: three or more single characters, one space apart, are one run.
 * Returns the end of that row, or 0; *joined gets the characters.
 */
static size_t
spaced_run(const struct parser *p, struct gk_buf *joined)
{
	size_t at = p->at, len, count = 0, end = 0;

	gk_buf_reset(joined);
	for (;;) {
		uint32_t cp = peek(p, at, &len);

		if (len == 0 || !is_han(cp))
			break;
		gk_buf_add(joined, p->s + at, len);
		at += len;
		count++;
		end = at;
		cp = peek(p, at, &len);
		if (len == 0)
			break;
		if (!is_space(cp))
			return 0;
		while (is_space(cp) && len > 0) {
			at += len;
			cp = peek(p, at, &len);
		}
	}
	return count >= 3 && !joined->failed ? end : 0;
}

/* 安全) : a bracket that ends a word and has no partner in it; one inside (安全)生产) is punctuation. */
static bool
closes_nothing(const char *s, size_t n)
{
	size_t open = 0, close = 0;

	for (size_t i = 0; i < n; i++) {
		open += s[i] == '(' || (n - i >= 3 && memcmp(s + i, "（", 3) == 0);
		close += s[i] == ')' || (n - i >= 3 && memcmp(s + i, "）", 3) == 0);
	}
	return close > open && (s[n - 1] == ')' || (n >= 3 && memcmp(s + n - 3, "）", 3) == 0));
}

static bool
is_word(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(s, word, n) == 0;
}

/* NOT or ( : what stands before it is asked for, too. */
static enum gk_status
push_prefix(struct parser *p, enum op op)
{
	if (!p->want_operand && push(p, OP_AND) != GK_OK)
		return GK_REFUSED;
	p->want_operand = true;
	return push(p, op);
}

static enum gk_status
open_bracket(struct parser *p)
{
	if (++p->depth > GK_QUERY_DEPTH) {
		gk_fail(p->err, GK_REFUSED, GK_CAUSE_BAD_QUERY, "括号过深（too_deep）：上限 %d 层", "brackets are nested too deep (too_deep): at most %d", GK_QUERY_DEPTH);
		gk_hint(p->err, "去掉一些括号", "take some brackets away");
		return GK_REFUSED;
	}
	return push_prefix(p, OP_OPEN);
}

/* A word up to `end`: of a field, an operator, or what is looked for. */
static enum gk_status
word(struct parser *p, enum gk_node_kind kind, size_t end)
{
	const char *s = p->s + p->at;
	size_t n = end - p->at;

	p->at = end;
	if (closes_nothing(s, n))
		p->q->slips |= GK_SLIP_BRACKET;
	if (kind != GK_N_RUN)
		return operand(p, kind, s, n);
	if (is_word(s, n, "OR") || is_word(s, n, "|")) {
		if (p->want_operand) {
			p->q->slips |= GK_SLIP_OPERATOR;
			return GK_OK;
		}
		p->want_operand = true;
		return push(p, OP_OR);
	}
	if (is_word(s, n, "AND"))
		return GK_OK;
	return is_word(s, n, "NOT") ? push_prefix(p, OP_NOT) : operand(p, kind, s, n);
}

static enum gk_status
token(struct parser *p, struct gk_buf *joined)
{
	size_t len, end;
	uint32_t cp = peek(p, p->at, &len), next;
	enum gk_node_kind kind = GK_N_RUN;

	if (is_space(cp)) {
		p->at += len;
		return GK_OK;
	}
	if (cp == '(') {
		p->at += len;
		return open_bracket(p);
	}
	if (cp == ')') {
		p->at += len;
		if (p->depth == 0) {
			p->q->slips |= GK_SLIP_BRACKET;
			return GK_OK;
		}
		return close_bracket(p);
	}
	if (is_quote(cp) && asks_for_phrase(p))
		return quoted(p, GK_N_RUN);
	if (cp == '-' || cp == 0xFF0D) {
		p->at += len;
		next = peek(p, p->at, &len);
		return len == 0 || is_space(next) ? GK_OK : push_prefix(p, OP_NOT);
	}
	len = field_at(p, &kind);
	p->in_field = len > 0;
	if (len > 0) {
		p->at += len;
		cp = peek(p, p->at, &len);
		if (len > 0 && is_quote(cp) && asks_for_phrase(p))
			return quoted(p, kind);
	} else if ((end = spaced_run(p, joined)) != 0) {
		p->at = end;
		p->q->slips |= GK_SLIP_SPACES;
		return operand(p, GK_N_RUN, joined->p, joined->n);
	}
	return word(p, kind, word_end(p));
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static enum gk_status
check_text(const char *q, size_t n, struct gk_err *err)
{
	size_t bad = gk_utf8_check(q, n);

	if (n > GK_QUERY_BYTES) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_QUERY, "查询过长（query_too_long）：%zu 字节，上限 %d", "the query is too long (query_too_long): %zu bytes, at most %d",
			n, GK_QUERY_BYTES);
		gk_hint(err, "只留下最重要的词", "keep the most important words only");
		return GK_REFUSED;
	}
	for (size_t i = 0; bad == n && i < n; i++)
		if (((unsigned char)q[i] < 0x20 && q[i] != '\t') || q[i] == 0x7F)
			bad = i;
	if (bad < n) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_QUERY, "查询中有不可读的字符（bad_text），第 %zu 字节", "the query has an unreadable character (bad_text) at byte %zu", bad + 1);
		gk_hint(err, "用 UTF-8 重新输入", "type it again in UTF-8");
		return GK_REFUSED;
	}
	return GK_OK;
}

/* The whole query is one document number: it may hold spaces and brackets (法释 1999 18号). */
static bool
whole_number(struct parser *p)
{
	struct gk_docno no;

	return gk_docno_parse(p->s, p->n, &no) && operand(p, GK_N_DOCNO, p->s, p->n) == GK_OK;
}

/*
 * （安全生产 OR 养犬） 登记: full-width brackets group like others if they stand at a word's border and hold more
 * than one word; 办法（试行） is a title.  Writes the query with such pairs, and ＯＲ between spaces, in ASCII.
 */
static bool
narrow_brackets(const char *s, size_t n, struct gk_buf *out)
{
	static const char open[] = "（", close[] = "）", or[] = "ＯＲ";
	bool border = true;

	gk_buf_reset(out);
	for (size_t at = 0, len; at < n; at += len) {
		uint32_t cp;
		const char *end = NULL;

		len = gk_utf8_decode(s + at, n - at, &cp);
		if (border && n - at > 3 && memcmp(s + at, open, 3) == 0)
			end = memmem(s + at, n - at, close, 3);
		if (end != NULL) {
			size_t k = (size_t)(end - s), after;
			bool words = false;
			struct parser rest = { .s = s, .n = n };

			for (size_t i = at + 3; i < k; i++)
				words |= s[i] == ' ' || (k - i >= 3 && memcmp(s + i, "\xE3\x80\x80", 3) == 0);
			if (words && (k + 3 == n || is_space(peek(&rest, k + 3, &after)))) {
				gk_buf_putc(out, '(');
				gk_buf_add(out, s + at + 3, k - at - 3);
				gk_buf_putc(out, ')');
				len = k + 3 - at;
				border = false;
				continue;
			}
		}
		if (border && n - at >= 6 && memcmp(s + at, or, 6) == 0 && (at + 6 == n || s[at + 6] == ' ' || (n - at >= 9 && memcmp(s + at + 6, "\xE3\x80\x80", 3) == 0))) {
			gk_buf_puts(out, "OR");
			len = 6;
			continue;
		}
		gk_buf_add(out, s + at, len);
		border = is_space(cp);
	}
	return !out->failed;
}

enum gk_status
gk_query_parse(const char *s, size_t n, bool literal, struct gk_query *q, struct gk_err *err)
{
	struct parser p = { .q = q, .s = s, .n = n, .want_operand = true, .err = err };
	struct gk_buf joined, narrow;
	enum gk_status st = check_text(s, n, err);

	memset(q, 0, offsetof(struct gk_query, arena));
	gk_arena_init(&q->arena, 1024 * 1024);
	if (st != GK_OK)
		return st;
	q->literal = literal;
	q->folded = gk_fold_changes(s, n);
	q->typed = gk_arena_copy(&q->arena, s, n);
	if (!literal && whole_number(&p))
		return GK_OK;
	gk_buf_init(&joined, GK_QUERY_BYTES);
	gk_buf_init(&narrow, 2 * GK_QUERY_BYTES);
	if (n > 0 && !literal) {
		if (!narrow_brackets(s, n, &narrow))
			st = gk_nomem(err);
		p.s = narrow.p;
		p.n = narrow.n;
	}
	while (st == GK_OK && p.at < p.n)
		st = token(&p, &joined);
	gk_buf_free(&joined);
	gk_buf_free(&narrow);
	drop_waiting(&p);
	while (st == GK_OK && p.n_ops > 0) {
		enum op op = p.ops[--p.n_ops];

		if (op == OP_OPEN) {
			q->slips |= GK_SLIP_BRACKET;
			p.want_operand = false;
		} else {
			st = apply(&p, op);
		}
		/* "安全 (": the AND before a bracket that held nothing. */
		drop_waiting(&p);
	}
	/* What a slip left apart belongs together. */
	while (st == GK_OK && p.operands > 1)
		st = apply(&p, OP_AND);
	if (st != GK_OK)
		gk_query_free(q);
	return st;
}

void
gk_query_free(struct gk_query *q)
{
	gk_arena_free(&q->arena);
	q->n = 0;
}

/* "%d" unless the side of a range was left open. */
static void
side(int year, char out[12])
{
	out[0] = '\0';
	if (year > 0 && year < 10000)
		snprintf(out, 12, "%d", year);
}

/* How each kind of node is written: by its field's name, or in words with one %s for what was asked. */
struct style {
	const char *leaf[GK_N_ALL + 1];
	const char *range, *open;	/* of two sides; a side that is left open */
	const char *and, *or, *not;
};

static const struct style by_fields = {
	{ [GK_N_RUN] = "%s", [GK_N_PHRASE] = "\"%s\"", [GK_N_TITLE] = "标题:%s", [GK_N_DOCNO] = "文号:%s", [GK_N_CATEGORY] = "类别:%s", [GK_N_THEME] = "主题:%s", [GK_N_ISSUER] = "机关:%s",
	  [GK_N_YEAR] = "年:%s", [GK_N_DATE] = "日期:%s", [GK_N_STATUS] = "状态:%s", [GK_N_FORMAT] = "格式:%s", [GK_N_INDEXNO] = "索引号:%s", [GK_N_ALL] = "*%s" },
	"%s..%s", "", "(%.*s AND %.*s)", "(%.*s OR %.*s)", "NOT %s",
};

static const struct style in_chinese = {
	{ [GK_N_RUN] = "含“%s”", [GK_N_PHRASE] = "原样含“%s”", [GK_N_TITLE] = "标题含“%s”", [GK_N_DOCNO] = "文号为“%s”", [GK_N_CATEGORY] = "类别为“%s”", [GK_N_THEME] = "主题为“%s”",
	  [GK_N_ISSUER] = "发文机关为“%s”", [GK_N_YEAR] = "年份为 %s", [GK_N_DATE] = "发布日期为 %s", [GK_N_STATUS] = "时效为“%s”", [GK_N_FORMAT] = "原件格式为“%s”",
	  [GK_N_INDEXNO] = "索引号为“%s”", [GK_N_ALL] = "全部文件%s" },
	"%s 至 %s", "不限", "（%.*s，并且%.*s）", "（%.*s，或者%.*s）", "排除%s",
};

static const struct style in_english = {
	{ [GK_N_RUN] = "has '%s'", [GK_N_PHRASE] = "has exactly '%s'", [GK_N_TITLE] = "has '%s' in its title", [GK_N_DOCNO] = "has the number '%s'",
	  [GK_N_CATEGORY] = "is in the category '%s'", [GK_N_THEME] = "has the theme '%s'", [GK_N_ISSUER] = "is issued by '%s'", [GK_N_YEAR] = "is of %s", [GK_N_DATE] = "was published %s",
	  [GK_N_STATUS] = "is '%s'", [GK_N_FORMAT] = "came as '%s'", [GK_N_INDEXNO] = "has the index number '%s'", [GK_N_ALL] = "any document%s" },
	"%s to %s", "any", "(%.*s and %.*s)", "(%.*s or %.*s)", "not: %s",
};

/* What was asked of a leaf, without its field. */
static void
value_of(const struct gk_node *node, const struct style *style, char out[LEAF])
{
	char from[12], to[12];
	bool typed = node->kind >= GK_N_CATEGORY && node->kind <= GK_N_INDEXNO;
	const char *text = node->kind == GK_N_DOCNO && node->docno.key[0] != '\0' ? node->docno.key : typed ? node->text : node->folded;

	if (node->kind == GK_N_ALL) {
		out[0] = '\0';
	} else if (node->kind == GK_N_YEAR || node->kind == GK_N_DATE) {
		side(node->year_from, from);
		side(node->year_to, to);
		if (node->kind == GK_N_DATE) {
			gk_date_format(node->from, from);
			gk_date_format(node->to, to);
		}
		if (style != &by_fields && strcmp(from, to) == 0)
			snprintf(out, LEAF, "%s", from);
		else
			snprintf(out, LEAF, style->range, *from != '\0' ? from : style->open, *to != '\0' ? to : style->open);
	} else {
		size_t n = strlen(text);

		snprintf(out, LEAF, "%.*s", (int)gk_utf8_cut(text, n < LEAF ? n : LEAF - 1), text);
	}
}

static void
describe(const struct gk_query *q, const struct style *style, char *out, size_t size)
{
	/* Each operand's text in turn; an operator joins the last two. */
	char (*stack)[1200] = gk_malloc_or_end((q->n + 1) * sizeof *stack);
	char joined[sizeof *stack], value[LEAF];
	size_t top = 0;

	stack[0][0] = '\0';
	if (size > 0)
		out[0] = '\0';
	for (size_t i = 0; i < q->n; i++) {
		const struct gk_node *node = &q->node[i];

		if (node->kind == GK_N_NOT && top >= 1) {
			snprintf(joined, sizeof joined, style->not, stack[top - 1]);
			joined[gk_utf8_cut(joined, strlen(joined))] = '\0';
			memcpy(stack[top - 1], joined, sizeof joined);
		} else if ((node->kind == GK_N_AND || node->kind == GK_N_OR) && top >= 2) {
			const char *a = stack[top - 2], *b = stack[top - 1];
			size_t n = strlen(a), m = strlen(b);

			snprintf(joined, sizeof joined, node->kind == GK_N_AND ? style->and : style->or, (int)gk_utf8_cut(a, n < HALF ? n : HALF), a,
				 (int)gk_utf8_cut(b, m < HALF ? m : HALF), b);
			memcpy(stack[--top - 1], joined, sizeof joined);
		} else if (node->kind < GK_N_AND) {
			value_of(node, style, value);
			snprintf(stack[top], sizeof *stack, style->leaf[node->kind], value);
			top++;
		}
	}
	if (top > 0 && size > 0) {
		size_t k = strnlen(stack[0], sizeof *stack);

		k = gk_utf8_cut(stack[0], k < size ? k : size - 1);
		memcpy(out, stack[0], k);
		out[k] = '\0';
	}
	free(stack);
}

void
gk_query_describe(const struct gk_query *q, char *out, size_t size)
{
	describe(q, &by_fields, out, size);
}

void
gk_query_say(const struct gk_query *q, bool chinese, char *out, size_t size)
{
	describe(q, chinese ? &in_chinese : &in_english, out, size);
}

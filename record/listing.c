/* Rows of lists, from lines. One pass; a row that is spread over lines is carried along until the next number. */
#include "record/listing.h"

#include "record/docno.h"
#include "record/scan.h"

#include "base/utf8.h"

/* --- what words say -------------------------------------------------------------------------------------------------- */

static const struct { const char *word; enum gk_fate fate; } fates[] = {
	{ "继续有效", GK_FATE_VALID }, { "现行有效", GK_FATE_VALID }, { "予以保留", GK_FATE_VALID }, { "保留", GK_FATE_VALID }, { "confirm", GK_FATE_VALID },
	{ "修改", GK_FATE_AMEND }, { "修订", GK_FATE_AMEND }, { "amend", GK_FATE_AMEND },
	{ "废止", GK_FATE_ABOLISH }, { "廢止", GK_FATE_ABOLISH }, { "作废", GK_FATE_ABOLISH }, { "abolish", GK_FATE_ABOLISH },
	{ "失效", GK_FATE_LAPSE }, { "lapse", GK_FATE_LAPSE },
};

/* Whole cells only: 有效 is part of 有效期 and of 失效. */
static const struct { const char *word; enum gk_fate fate; } whole_fates[] = { { "有效", GK_FATE_VALID }, { "valid", GK_FATE_VALID }, { "in_force", GK_FATE_VALID }, { "abolished", GK_FATE_ABOLISH } };

enum gk_fate
gk_fate_of(const char *p, size_t n)
{
	struct text t = { p, n };
	enum gk_fate out = GK_FATE_NONE;
	size_t i = skip_space(t, 0), end = n;

	while (end > i && (p[end - 1] == ' ' || p[end - 1] == '\r'))
		end--;
	for (size_t k = 0; k < sizeof whole_fates / sizeof *whole_fates; k++)
		if (end - i == strlen(whole_fates[k].word) && memcmp(p + i, whole_fates[k].word, end - i) == 0)
			return whole_fates[k].fate;
	for (size_t k = 0; k < sizeof fates / sizeof *fates; k++) {
		if (!holds(t, 0, n, fates[k].word))
			continue;
		/* 废止和失效: whoever abolishes does both, and the stronger word counts. Any other two say nothing. */
		if (out == GK_FATE_NONE || (out == GK_FATE_ABOLISH && fates[k].fate == GK_FATE_LAPSE))
			out = out == GK_FATE_NONE ? fates[k].fate : out;
		else if (out != fates[k].fate)
			return GK_FATE_NONE;
	}
	return out;
}

enum column { COL_NONE, COL_NUMBER, COL_NAME, COL_DOCNO, COL_DATE, COL_FATE, COL_ISSUER, COL_REMARK };

static const struct { const char *label; enum column column; } labels[] = {
	{ "序号", COL_NUMBER }, { "编号", COL_NUMBER },
	{ "文件名称", COL_NAME }, { "规范性文件名称", COL_NAME }, { "规章名称", COL_NAME }, { "法规名称", COL_NAME }, { "文件标题", COL_NAME }, { "文件题名", COL_NAME }, { "名称", COL_NAME },
	{ "标题", COL_NAME }, { "题名", COL_NAME }, { "文件", COL_NAME }, { "title", COL_NAME }, { "name", COL_NAME },
	{ "文号", COL_DOCNO }, { "发文字号", COL_DOCNO }, { "文件编号", COL_DOCNO }, { "发文文号", COL_DOCNO }, { "文件文号", COL_DOCNO }, { "令号", COL_DOCNO }, { "docno", COL_DOCNO }, { "number", COL_DOCNO }, { "no", COL_DOCNO },
	{ "发布日期", COL_DATE }, { "印发日期", COL_DATE }, { "成文日期", COL_DATE }, { "公布日期", COL_DATE }, { "发文日期", COL_DATE }, { "发布时间", COL_DATE }, { "印发时间", COL_DATE }, { "发文时间", COL_DATE },
	{ "公布时间", COL_DATE }, { "日期", COL_DATE }, { "时间", COL_DATE }, { "发布（印发）日期", COL_DATE }, { "date", COL_DATE },
	{ "清理结果", COL_FATE }, { "清理意见", COL_FATE }, { "处理意见", COL_FATE }, { "处理结果", COL_FATE }, { "清理结论", COL_FATE }, { "结果", COL_FATE }, { "结论", COL_FATE }, { "有效性", COL_FATE }, { "状态", COL_FATE },
	{ "result", COL_FATE }, { "status", COL_FATE },
	{ "发文机关", COL_ISSUER }, { "制定机关", COL_ISSUER }, { "发布机关", COL_ISSUER }, { "发文单位", COL_ISSUER }, { "起草部门", COL_REMARK }, { "责任部门", COL_REMARK }, { "责任单位", COL_REMARK }, { "实施部门", COL_REMARK },
	{ "起草单位", COL_REMARK }, { "主管部门", COL_REMARK },
	{ "issuer", COL_ISSUER }, { "备注", COL_REMARK }, { "说明", COL_REMARK }, { "理由", COL_REMARK }, { "废止理由", COL_REMARK }, { "remark", COL_REMARK }, { "reason", COL_REMARK },
};

/* Headings name a thing that is listed; a sentence that merely mentions abolition does not. */
static const char *const listed_things[] = { "目录", "清单", "一览表", "名单", "文件", "规章", "法规", "附件", "部分", "结果", "决定", "制度", "下列", "以下" };

/* --- reader ----------------------------------------------------------------------------------------------------------- */

struct reader {
	struct text t;
	struct gk_arena *arena;
	struct gk_listing *out;
	size_t room, line;
	enum gk_listing_form form;
	enum gk_fate fate;
	enum column column[GK_LISTING_CELLS];
	size_t n_columns;		/* 0: no line of headings yet */
	struct gk_listed open;		/* a row whose cells come a line each; line 0: none */
	uint32_t number;		/* of the row before */
	bool pasted;			/* a line may be a number alone, */
	bool bare;			/* or a title with nothing around it */
	bool failed;
};

static struct gk_span
trimmed(struct text t, size_t from, size_t to)
{
	from = skip_space(t, from);
	from = from > to ? to : from;
	while (to > from && (t.p[to - 1] == ' ' || t.p[to - 1] == '\t' || t.p[to - 1] == '\r'))
		to--;
	while (to >= from + 3 && memcmp(t.p + to - 3, "\xE3\x80\x80", 3) == 0)
		to -= 3;
	return span(t, from, to);
}

static bool
whole_docno(struct gk_span s)
{
	struct gk_docno no;

	return s.n > 0 && s.n < 200 && gk_docno_parse(s.p, s.n, &no) && (holds((struct text){ s.p, s.n }, 0, s.n, "号") || no.year != 0);
}

static bool
whole_date(struct gk_span s, struct gk_date *out)
{
	return s.n > 0 && s.n < 64 && gk_date_parse(s.p, s.n, out) && out->month != 0;
}

static bool
whole_number(struct gk_span s, uint32_t *out)
{
	size_t i = 0;

	*out = 0;
	while (i < s.n && i < 6 && s.p[i] >= '0' && s.p[i] <= '9')
		*out = *out * 10 + (uint32_t)(s.p[i++] - '0');
	if (i > 0 && i < s.n && s.p[i] == '.')
		i++;
	return i > 0 && i == s.n;
}

static void
add_row(struct reader *r, struct gk_listed row)
{
	struct gk_listing *o = r->out;

	row.fate = row.fate != GK_FATE_NONE ? row.fate : r->fate;
	if (row.fate == GK_FATE_NONE || (row.name.n == 0 && row.docno.n == 0) || o->n >= GK_LISTING_MAX)
		return;
	if (o->n == r->room) {
		size_t room = r->room == 0 ? 16 : r->room * 2;
		struct gk_listed *grown = gk_arena_alloc(r->arena, room * sizeof *grown);

		if (grown == NULL) {
			r->failed = true;
			return;
		}
		if (o->n > 0)
			memcpy(grown, o->item, o->n * sizeof *grown);
		o->item = grown;
		r->room = room;
	}
	o->item[o->n++] = row;
}

static void
close_open(struct reader *r)
{
	if (r->open.line != 0) {
		r->open.name = clean_name(r->arena, r->open.name);
		add_row(r, r->open);
	}
	r->open.line = 0;
}

/* （2002年3月4日）: a day and nothing else, between the signs of a bracket. */
static bool
bracketed_day(struct text t, size_t open, size_t close)
{
	struct gk_date d;

	return whole_date(trimmed(t, open + bracket_open(t, open), close - bracket_close(t, close)), &d);
}

/* Is the bracket behind a name none of it: who made the document and when, or its number? */
static bool
tells_of_making(struct text t, size_t open, size_t close)
{
	static const char *const words[] = { "号", "发布", "公布", "批准", "通过", "印发" };

	return !at(t, open, "〔") && (holds_any(t, open, close, ANY(words)) || bracketed_day(t, open, close));
}

/* 甲办法, 甲办法（试行）, 甲办法（2002年修订）. */
static bool
called_a_rule(struct text t)
{
	static const char *const states[] = { "试行", "暂行", "修订", "修正", "草案" };
	size_t to = t.n, open = last_bracket(t, 0, to);

	if (open < to && holds_any(t, open, to, ANY(states)))
		to = open;
	return to > 0 && t.n <= 300 && ends_as_kind(t, 0, to);
}

/* Where the first bracket opens that is none of the name. */
static size_t
name_end(struct text t)
{
	for (size_t i = 0; i < t.n; i += step_of((unsigned char)t.p[i])) {
		size_t close = bracket_end(t, i);

		if (close > 0 && tells_of_making(t, i, close))
			return i;
		if (close > 0 && !at(t, i, "〔"))
			i = close - bracket_close(t, close);
	}
	return t.n;
}

/*
 * 云政发〔2010〕12号《甲办法》, 云政发〔2010〕12号 关于乙的通知: where the name begins behind the number at the head, t.n if nothing stands there; 0 if
 * there is no number, or something else than a name behind it: a day, a remark, a sentence.
 */
static size_t
behind_number(struct text t, struct gk_span *docno)
{
	struct gk_docno no;
	struct text name;
	size_t where = 0, i;

	if (at(t, 0, "《") || !gk_docno_next(t.p, t.n, &where, &no) || no.start != 0)
		return 0;
	i = skip_space(t, no.end);
	i = skip_space(t, i + (at(t, i, "文件") ? 6 : 0));
	name = (struct text){ t.p + i, t.n - i };
	*docno = span(t, 0, no.end);
	return name.n == 0 || at(name, 0, "《") || called_a_rule((struct text){ name.p, name_end(name) }) ? i : 0;
}

/* 《甲》 without its marks, the number before it, and what stands in brackets behind the name. */
static void
split_name(struct gk_listed *row)
{
	struct text t = { row->name.p, row->name.n };
	struct gk_span number;
	size_t i, end, open, head = row->docno.n == 0 ? behind_number(t, &number) : 0;
	int depth = 0;

	if (head > 0 && head < t.n) {
		row->docno = number;
		t = (struct text){ t.p + head, t.n - head };
	}
	if (at(t, 0, "《")) {
		for (i = 0; i < t.n; i += step_of((unsigned char)t.p[i])) {
			depth += at(t, i, "《") ? 1 : at(t, i, "》") ? -1 : 0;
			if (depth == 0)
				break;
		}
		end = i + 3 < t.n ? i + 3 : t.n;
		row->name = i < t.n ? span(t, 3, i) : span(t, 3, t.n);
	} else {
		end = name_end(t);
		row->name = trimmed(t, 0, end);
	}
	open = skip_space(t, end);
	for (size_t close; (close = bracket_end(t, open)) > 0; open = skip_space(t, close)) {
		struct gk_docno no;
		size_t where = 0;

		if (row->docno.n == 0 && gk_docno_next(t.p + open, close - open, &where, &no))
			row->docno = span(t, open + no.start, open + no.end);
		for (size_t k = open; row->date.year == 0 && k < close; k += step_of((unsigned char)t.p[k]))
			if (gk_date_scan(t.p + k, close - k, &row->date) == 0 || row->date.month == 0)
				row->date = GK_NO_DATE;
	}
}

/* --- tables ------------------------------------------------------------------------------------------------------------- */

static enum column
label_of(struct gk_span s)
{
	struct text t = { s.p, s.n };

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		size_t n = strlen(labels[i].label), k = 0, j = 0;

		/* 序 号, 文  号 */
		while (j < s.n && k < n) {
			size_t gap = space_at(t, j);

			if (gap > 0)
				j += gap;
			else if (s.p[j++] != labels[i].label[k++])
				break;
		}
		j = skip_space(t, j);
		if (k == n && j >= s.n && s.n > 0 && s.p[s.n - 1] == labels[i].label[n - 1])
			return labels[i].column;
	}
	return COL_NONE;
}

/* Is it the line of headings?  Then its columns are kept. */
static bool
headings(struct reader *r, const struct gk_span *cell, size_t n)
{
	enum column c[GK_LISTING_CELLS];
	size_t known = 0;
	bool name = false;

	for (size_t i = 0; i < n; i++) {
		c[i] = label_of(cell[i]);
		known += c[i] != COL_NONE;
		name = name || c[i] == COL_NAME || c[i] == COL_DOCNO;
	}
	if (!name || known * 2 < n)
		return false;
	memcpy(r->column, c, n * sizeof *c);
	r->n_columns = n;
	return true;
}

static enum column
guess(const struct gk_listed *row, struct gk_span s)
{
	struct gk_date d;
	uint32_t number;

	if (s.n == 0)
		return COL_NONE;
	if (row->docno.n == 0 && whole_docno(s))
		return COL_DOCNO;
	if (row->date.year == 0 && whole_date(s, &d) && s.n >= 6)
		return COL_DATE;
	if (whole_number(s, &number))
		return COL_NUMBER;
	if (s.n <= 24 && gk_fate_of(s.p, s.n) != GK_FATE_NONE)
		return COL_FATE;
	return row->name.n == 0 && s.n >= 6 ? COL_NAME : COL_REMARK;
}

static void
set_cell(struct gk_listed *row, enum column column, struct gk_span s)
{
	struct gk_date d;

	switch (column) {
	case COL_NAME:
		row->name = s;
		break;
	case COL_DOCNO:
		row->docno = s;
		break;
	case COL_DATE:
		if (gk_date_parse(s.p, s.n, &d))
			row->date = d;
		break;
	case COL_FATE:
		row->fate = gk_fate_of(s.p, s.n);
		break;
	case COL_ISSUER:
		row->issuer = s;
		break;
	case COL_REMARK:
		if (row->remark.n == 0)
			row->remark = s;
		break;
	default:
		break;
	}
}

static void
table_row(struct reader *r, const struct gk_span *cell, size_t n, size_t start, size_t end)
{
	struct gk_listed row = { .date = GK_NO_DATE, .line = r->line, .start = start, .end = end };

	if (headings(r, cell, n))
		return;
	for (size_t i = 0; i < n; i++) {
		enum column c = r->n_columns > i && r->n_columns == n && r->column[i] != COL_NONE ? r->column[i] : guess(&row, cell[i]);

		if (cell[i].n > 0)
			set_cell(&row, c, cell[i]);
	}
	if (row.name.n > 0)
		split_name(&row);
	add_row(r, row);
}

/* --- lines --------------------------------------------------------------------------------------------------------------- */

/* 附件2：废止的规范性文件目录（共3件）; （二）宣布失效的文件; 现决定对下列规章予以废止： */
static bool
heading(struct reader *r, struct gk_span s)
{
	struct text t = { s.p, s.n };
	enum gk_fate fate;

	if (s.n == 0 || s.n > 300 || (s.n > 150 && !ends_with(t, 0, s.n, (const char *const[]){ "：", ":" }, 2)) || holds(t, 0, s.n, "〔") ||
	    ends_with(t, 0, s.n, (const char *const[]){ "。", "；", "，" }, 3) || !holds_any(t, 0, s.n, listed_things, r->form == GK_LISTING_ANNEX ? 4 : sizeof listed_things / sizeof *listed_things))
		return false;
	/* A title is no heading: 《关于…的决定》. */
	if (at(t, behind_label(t, 0, s.n), "《"))
		return false;
	fate = gk_fate_of(s.p, s.n);
	if (fate == GK_FATE_NONE)
		return false;
	/* 关于废止部分文件的决定: the text's own title. */
	if (holds(t, 0, s.n, "关于") && ends_with(t, 0, s.n, (const char *const[]){ "决定", "通知", "公告", "通告" }, 4))
		return false;
	close_open(r);
	r->fate = fate;
	r->number = 0;
	r->n_columns = 0;
	r->out->heads++;
	return true;
}

/* A line of an annex: 一、城市甲管理条例（1983年…发布）; 1 关于乙的通知 云政发〔2001〕1号 2001年1月5日. */
static void
line_row(struct reader *r, struct gk_span s, size_t start, size_t end)
{
	struct gk_listed row = { .date = GK_NO_DATE, .line = r->line, .start = start, .end = end };
	struct text t = { s.p, s.n };
	size_t label = behind_label(t, 0, t.n), last = t.n, digits = 0, head;
	struct gk_span number;
	bool labelled, numbered, marked;

	while (digits < t.n && t.p[digits] >= '0' && t.p[digits] <= '9')
		digits++;
	if (label == 0 && digits > 0 && digits < 5 && space_at(t, digits) > 0)
		label = skip_space(t, digits);
	labelled = label > 0;
	head = behind_number((struct text){ t.p + label, t.n - label }, &number);
	marked = at(t, label + head, "《");
	/* A number alone may be the text's own, below its title. */
	numbered = head > 0 && (label + head < t.n || r->pasted);
	if (!labelled && !marked && !numbered && !r->bare)
		return;
	while (last > label && ends_with(t, label, last, (const char *const[]){ "；", "。", ";", "，" }, 4))
		last -= t.p[last - 1] == ';' ? 1 : 3;
	if (r->bare && memchr(t.p, ' ', t.n) == NULL && (whole_docno(span(t, label, last)) || (!marked && holds(t, label, last, "〔") && ends_with(t, label, last, (const char *const[]){ "号" }, 1)))) {
		row.docno = span(t, label, last);
		add_row(r, row);
		return;
	}
	row.name = span(t, label, last);
	if (holds((struct text){ row.name.p, row.name.n }, 0, row.name.n, "。") || row.name.n > 600)
		return;
	/* 废止《甲》: the verb before each. */
	for (size_t n; (n = any_at((struct text){ row.name.p, row.name.n }, 0, (const char *const[]){ "废止", "宣布失效", "决定废止", "修改", "将" }, 5)) > 0; ) {
		row.name.p += n;
		row.name.n -= n;
	}
	split_name(&row);
	if (!marked && row.docno.n == 0) {
		struct text name = { row.name.p, row.name.n };
		struct gk_docno no;
		size_t where = 0;

		/* No brackets: the number, and the day, stand behind the name. */
		if (gk_docno_next(name.p, name.n, &where, &no)) {
			row.docno = span(name, no.start, no.end);
			for (size_t k = no.end; k < name.n && row.date.year == 0; k += step_of((unsigned char)name.p[k]))
				if (gk_date_scan(name.p + k, name.n - k, &row.date) == 0 || row.date.month == 0)
					row.date = GK_NO_DATE;
			row.name = trimmed(name, 0, no.start);
		}
	}
	/* 一、…： and other sentences that begin with a number are no rows: a row has a title in 《》, a number, a day, or is called a rule. */
	if (marked || row.docno.n > 0 || row.date.year != 0 || (r->bare && row.name.n > 0 && row.name.n <= 300) || called_a_rule((struct text){ row.name.p, row.name.n }))
		add_row(r, row);
}

/* A cell that is alone on its line, of the row that is open. */
static void
lone_cell(struct reader *r, struct gk_span s, size_t end)
{
	struct gk_listed *o = &r->open;
	enum column c = guess(o, s);
	struct text t = { s.p, s.n };

	/* A name broken over lines goes on until it is called something, or its number comes.  Before the name there is nothing that could go on. */
	if (c == COL_REMARK && o->name.n > 0 && o->docno.n == 0 && o->date.year == 0 && !ends_as_kind((struct text){ o->name.p, o->name.n }, 0, o->name.n) && !at(t, 0, "备注"))
		o->name.n = (size_t)(s.p + s.n - o->name.p);
	else
		set_cell(o, c, s);
	o->end = end;
}

static void
plain_line(struct reader *r, size_t from, size_t to)
{
	struct gk_span s = trimmed(r->t, from, to);
	uint32_t number;

	if (s.n == 0)
		return;
	if (whole_number(s, &number) && number > 0 && r->fate != GK_FATE_NONE && number == r->number + 1) {
		close_open(r);
		r->number = number;
		r->open = (struct gk_listed){ .date = GK_NO_DATE, .line = r->line, .start = from, .end = to };
		return;
	}
	if (label_of(s) != COL_NONE || heading(r, s))
		return;
	if (r->open.line != 0)
		lone_cell(r, s, to);
	else if (r->fate != GK_FATE_NONE && s.n <= 1200)
		line_row(r, s, from, to);
}

/* One cell of CSV at i, up to `to`; quotes undone. Returns the place behind it (of the comma, or `to`). */
static size_t
csv_cell(struct reader *r, size_t i, size_t to, struct gk_span *out)
{
	char *copy;
	size_t n = 0;

	if (i >= to || r->t.p[i] != '"') {
		size_t from = i;

		while (i < to && r->t.p[i] != ',')
			i++;
		*out = trimmed(r->t, from, i);
		return i;
	}
	copy = gk_arena_alloc(r->arena, to - i);
	for (i++; i < to; i++) {
		if (r->t.p[i] == '"') {
			if (i + 1 >= to || r->t.p[i + 1] != '"')
				break;
			i++;
		}
		if (copy != NULL)
			copy[n++] = r->t.p[i];
	}
	if (copy == NULL)
		r->failed = true;
	*out = copy == NULL ? (struct gk_span){ NULL, 0 } : trimmed((struct text){ copy, n }, 0, n);
	while (i < to && r->t.p[i] != ',')
		i++;
	return i;
}

static size_t
cells_of(struct reader *r, size_t from, size_t to, bool csv, struct gk_span cell[GK_LISTING_CELLS])
{
	size_t n = 0, i = from;

	for (;;) {
		if (csv) {
			i = csv_cell(r, i, to, &cell[n++]);
		} else {
			size_t start = i;

			while (i < to && r->t.p[i] != '\t' && r->t.p[i] != '|')
				i++;
			cell[n++] = trimmed(r->t, start, i);
		}
		if (i >= to || n == GK_LISTING_CELLS)
			return n;
		i++;
	}
}

/* What the text says of rows that nobody deals with, and of documents in none of its lists. */
static void
conditions(struct reader *r, size_t from, size_t to)
{
	static const char *const ifs[] = { "逾期", "否则", "未完成", "未重新", "未修改", "未修订", "未按期", "未在" };
	static const char *const ends[] = { "失效", "废止" };
	struct text t = r->t;

	if (holds_any(t, from, to, ANY(ends)) && (holds(t, from, to, "未列入") || holds(t, from, to, "未纳入") || holds(t, from, to, "不在")) &&
	    (holds(t, from, to, "一律") || holds(t, from, to, "全部") || holds(t, from, to, "均") || holds(t, from, to, "自行") || holds(t, from, to, "自动")))
		r->out->closed = true;
	if (r->out->lapse.year != 0 || !holds_any(t, from, to, ANY(ifs)) || !holds_any(t, from, to, ANY(ends)))
		return;
	for (size_t i = from; i < to; i += step_of((unsigned char)t.p[i])) {
		struct gk_date d;
		size_t n, j;

		if (!at(t, i, "自") && !at(t, i, "从"))
			continue;
		j = i + 3;
		n = gk_date_scan(t.p + j, to - j, &d);
		if (n > 0 && d.day != 0 && at(t, j + n, "起") && holds_any(t, j + n, j + n + 60 < to ? j + n + 60 : to, ANY(ends)))
			r->out->lapse = d;
	}
}

/* No line is a sentence, or a piece of one; a mark that only ends the line of a list is none of it. */
static bool
names_only(struct text t)
{
	static const char *const signs[] = { "。", "；", "：", "，", "！", "？" }, *const ends[] = { "；", "，" };

	for (size_t i = 0, start = 0; i < t.n; i += step_of((unsigned char)t.p[i])) {
		if (t.p[i] == '\n') {
			start = i + 1;
			continue;
		}
		if (any_at(t, i, ANY(ends)) > 0 && (i + 3 >= t.n || t.p[i + 3] == '\n' || t.p[i + 3] == '\r'))
			continue;
		if (i - start > 300 || any_at(t, i, ANY(signs)) > 0)
			return false;
	}
	return true;
}

static void
read_lines(struct reader *r)
{
	const char *text = r->t.p;
	size_t n = r->t.n;
	enum gk_listing_form form = r->form;

	for (size_t i = 0; i < n && !r->failed; ) {
		struct gk_span cell[GK_LISTING_CELLS];
		const char *nl = memchr(text + i, '\n', n - i);
		size_t end = nl == NULL ? n : (size_t)(nl - text), count;
		bool quoted = false;

		/* A quoted cell may hold a line end. */
		if (form == GK_LISTING_CSV)
			for (size_t k = i; k < n && (k < end || quoted); k++) {
				quoted = text[k] == '"' ? !quoted : quoted;
				if (k >= end && text[k] == '\n')
					end = k;
				if (k + 1 >= end && quoted) {
					nl = memchr(text + k + 1, '\n', n - k - 1);
					nl = nl != NULL && (size_t)(nl - text) == end ? memchr(text + end + 1, '\n', n - end - 1) : nl;
					end = nl == NULL ? n : (size_t)(nl - text);
				}
			}
		r->line++;
		if (end - i <= GK_LISTING_LINE) {
			count = cells_of(r, i, end, form == GK_LISTING_CSV, cell);
			conditions(r, i, end);
			if (count >= 2) {
				close_open(r);
				table_row(r, cell, count, i, end);
			} else if (form == GK_LISTING_CSV && cell[0].n > 0 && !heading(r, cell[0])) {
				if (whole_docno(cell[0]))
					add_row(r, (struct gk_listed){ .docno = cell[0], .date = GK_NO_DATE, .line = r->line, .start = i, .end = end });
				else if (label_of(cell[0]) == COL_NONE)
					table_row(r, cell, 1, i, end);
			} else if (form != GK_LISTING_CSV) {
				plain_line(r, i, end);
			}
		}
		i = end + 1;
	}
	close_open(r);
}

enum gk_status
gk_listing_read(const char *text, size_t n, enum gk_listing_form form, enum gk_fate fate, struct gk_arena *arena, struct gk_listing *out, struct gk_err *err)
{
	struct reader *r = gk_arena_alloc(arena, sizeof *r);

	*out = (struct gk_listing){ .lapse = GK_NO_DATE };
	if (r == NULL)
		return gk_nomem(err);
	r->t = (struct text){ text, n };
	r->arena = arena;
	r->out = out;
	r->form = form;
	r->fate = fate;
	read_lines(r);
	/*
	 * No heading, and the caller says what becomes of the rows: then a line may be a number alone, and where nothing looks like a list, a bare title, as
	 * people paste them.
	 */
	if (!r->failed && out->heads == 0 && fate != GK_FATE_NONE && form == GK_LISTING_TEXT && names_only(r->t)) {
		r->bare = out->n == 0;
		r->pasted = true;
		out->n = 0;
		r->line = 0;
		r->number = 0;
		read_lines(r);
	}
	return r->failed ? gk_nomem(err) : GK_OK;
}

/*
 * Lists of documents as offices write them (domain.md 4.5 c, d): the tables of a clean-up (继续有效 / 修改 / 废止 / 失效), what is annexed
 * to a decision, and spreadsheets.  A row is 序号, 文件名称, 文号, 日期, 备注 in any order, any of them missing:
 *
 *   1 <tab> 关于甲的通知 <tab> 云政发〔2001〕1号 <tab> 2001-01-05        a row of a table, or of CSV with a line of headings or without
 *   一、城市甲管理条例（1983年12月17日云溪市人民政府发布）               a line of an annex, with 《》 or without
 *   （二）乙办法（2002年3月4日）, 3.云政发〔2010〕12号《丙办法》         a day alone in the bracket; the number before the title
 *   1 / 关于甲的通知 / 云政发〔2001〕1号                                 a cell a line, as tables come out of some files
 *   云政发〔2001〕1号                                                    a number or a title a line, as people paste them: where there is nothing else
 *
 * Which fate a row has: its column 清理结果, else the heading above it (附件2：废止的文件目录（共3件）).  Reading only.
 */
#ifndef GK_LISTING_H
#define GK_LISTING_H

#include "record/clause.h"

enum gk_fate { GK_FATE_NONE, GK_FATE_VALID, GK_FATE_AMEND, GK_FATE_ABOLISH, GK_FATE_LAPSE };

struct gk_listed {
	enum gk_fate fate;
	struct gk_span name, docno, issuer, remark;	/* without 《》 and brackets; p NULL: none */
	struct gk_date date;
	size_t line;			/* of the text, from 1 */
	size_t start, end;		/* the row, bytes of the text */
};

struct gk_listing {
	struct gk_listed *item;
	size_t n;
	bool closed;			/* the text says that whatever stands in none of its lists has no effect any more */
	/* "…逾期未修改的，自2021年1月1日起自动失效": from when rows of GK_FATE_AMEND lapse if nothing is done; GK_NO_DATE if it says nothing. */
	struct gk_date lapse;
	size_t heads;			/* headings that gave a fate */
};

/* ANNEX: a text that is about something else; only what is called 目录, 清单, 一览表 or 名单 is a heading of a list. */
enum gk_listing_form { GK_LISTING_TEXT, GK_LISTING_ANNEX, GK_LISTING_CSV };
enum { GK_LISTING_MAX = 20000, GK_LISTING_CELLS = 24, GK_LISTING_LINE = 8192 };	/* rows; cells of a row; bytes of a line that is looked at */

/*
 * fate: of rows above the first heading; GK_FATE_NONE: only rows under a heading, or with a column that says it, are rows.
 * Everything is in the arena or borrowed from the text. GK_DEAD only when memory ends.
 */
enum gk_status gk_listing_read(const char *text, size_t n, enum gk_listing_form form, enum gk_fate fate, struct gk_arena *arena, struct gk_listing *out, struct gk_err *err);

/* 废止, 宣布失效, 继续有效, 拟修改 …, or our code: what a cell or a heading says; GK_FATE_NONE if nothing, or several things. */
enum gk_fate gk_fate_of(const char *p, size_t n);

#endif

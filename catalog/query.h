/*
 * What was typed, taken apart (experience.md 4).  Never fails on a slip: an
 * unclosed quote is closed, a stray bracket ignored, and `slips` says so.
 * Parsing does no I/O.
 *
 *   安全生产                    a run: as it stands, else loosened (catalog.h, gk_level)
 *   "年度报告"                  as it stands, nothing else
 *   安全 生产   安全 OR 消防   安全 -演练   NOT 演练   ( )
 *   标题:预算 title:   文号: no:   机关: org:   类别: cat:   状态: status: is:   年: year:   日期: date:
 *   格式: type:   索引号: index:   统一编号: reg:
 *   年:2019..2021   日期:2021-03-01..2021-06-30
 *
 * The tree is an array in postfix order: operands before their operator, the last node is
 * the root; no recursion.
 */
#ifndef GK_QUERY_H
#define GK_QUERY_H

#include "base/arena.h"
#include "base/date.h"
#include "base/status.h"
#include "record/docno.h"
#include "record/validity.h"

enum gk_node_kind {
	GK_N_RUN, GK_N_PHRASE, GK_N_TITLE, GK_N_DOCNO,		/* text */
	GK_N_CATEGORY, GK_N_ISSUER, GK_N_THEME, GK_N_YEAR, GK_N_DATE, GK_N_STATUS, GK_N_FORMAT, GK_N_INDEXNO,	/* filters */
	GK_N_ALL,						/* everything: the empty query, or only a NOT */
	GK_N_AND, GK_N_OR, GK_N_NOT,				/* NOT has one operand, the others two */
};

struct gk_node {
	enum gk_node_kind kind;
	const char *text;	/* as typed, without quotes and field name */
	size_t n;
	const char *folded;	/* the same, folded */
	size_t folded_n;
	struct gk_docno docno;		/* DOCNO; for a number that is not whole, key is "" and the text is looked for */
	int year_from, year_to;		/* YEAR; a RUN that is only a year has year_from set as a hint */
	struct gk_date from, to;	/* DATE; a RUN that is only a date (2021年3月) has them set as a hint */
	unsigned seq;			/* a RUN that is only the sequence of a number (47号文): folded is 47号 then; 0: it is none */
	unsigned status;		/* STATUS: bits 1 << gk_validity */
	unsigned format;		/* FORMAT: bits 1 << gk_format */
	bool strict;			/* asked by its field (文号:): that and nothing near it */
};

enum gk_slip {
	GK_SLIP_QUOTE = 1,	/* an unclosed quote was closed */
	GK_SLIP_BRACKET = 2,	/* a bracket without its partner was ignored */
	GK_SLIP_OPERATOR = 4,	/* OR or NOT without an operand was ignored */
	GK_SLIP_FIELD = 8,	/* a field's value was not understood; searched as words */
	GK_SLIP_SPACES = 16,	/* single characters apart were read as one run */
};

enum {	/* safety.md, L9 to L13 */
	GK_QUERY_BYTES = 1024, GK_QUERY_WORDS = 32, GK_QUERY_TERMS = 128,
	GK_QUERY_PHRASES = 4, GK_PHRASE_CHARS = 64, GK_QUERY_DEPTH = 8, GK_QUERY_NODES = 128,
};

struct gk_query {
	struct gk_node node[GK_QUERY_NODES];
	size_t n;		/* 0: nothing was typed, everything matches */
	unsigned slips;
	const char *unread;	/* the first value of GK_SLIP_FIELD, in the arena; NULL */
	enum gk_node_kind unread_kind;
	bool folded;		/* folding changed the spelling: traditional characters, full width */
	bool literal;
	const char *typed;	/* in the arena */
	struct gk_arena arena;
};

/* GK_REFUSED with BAD_QUERY: not UTF-8, control characters, or past a limit (its word from safety.md stands in the message). */
enum gk_status gk_query_parse(const char *s, size_t n, bool literal, struct gk_query *q, struct gk_err *err);
void gk_query_free(struct gk_query *q);
/* The tree in words, for `parsed`: (安全生产 AND 年:2021..2021). Into out, cut to size. */
void gk_query_describe(const struct gk_query *q, char *out, size_t size);
/* The same as a sentence: 含“安全生产”，并且年份为 2021. chinese false: in English. */
void gk_query_say(const struct gk_query *q, bool chinese, char *out, size_t size);

#endif

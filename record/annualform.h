/*
 * The form of the yearly report on information disclosure (国办公开办函〔2021〕30号; its forerunner of 2019 with 20 rows of
 * results in table 三 and other columns in table 二), as tables of rows and columns: who prints the report, reads one or counts
 * applications asks here.  domain.md 3.1 to 3.4.
 *
 *   T2.norm.issued   T3.r3.3.1.c2   T4.suit_direct.upheld      names of cells, the same in JSON, links and messages
 */
#ifndef GK_ANNUALFORM_H
#define GK_ANNUALFORM_H

#include <stdbool.h>
#include <stddef.h>

enum { GK_T3_COLUMNS = 7, GK_T4_GROUPS = 3, GK_T4_COLUMNS = 5, GK_SECTIONS = 6 };

/* 表三.  Results are those from GRANTED up to OTHER; OTHER is the one row of （六） in the form of 2019, its three parts those of 2021. */
enum gk_t3_row {
	GK_T3_NEW, GK_T3_CARRIED, GK_T3_GRANTED, GK_T3_PARTLY,
	GK_T3_STATE_SECRET, GK_T3_LAW_FORBIDS, GK_T3_THREE_SAFETY, GK_T3_THIRD_PARTY, GK_T3_INTERNAL, GK_T3_PROCESS, GK_T3_ENFORCEMENT, GK_T3_ADMIN_QUERY,
	GK_T3_NOT_HELD, GK_T3_TO_BE_MADE, GK_T3_UNCLEAR,
	GK_T3_PETITION, GK_T3_REPEATED, GK_T3_PUBLICATION, GK_T3_EXCESSIVE, GK_T3_RECONFIRM,
	GK_T3_NOT_COMPLETED, GK_T3_FEE_UNPAID, GK_T3_ELSE, GK_T3_OTHER,
	GK_T3_TOTAL, GK_T3_NEXT, GK_T3_ROWS
};

/* 表二, both forms. */
enum gk_t2_row { GK_T2_RULE, GK_T2_NORM, GK_T2_LICENSE, GK_T2_SERVICE, GK_T2_PENALTY, GK_T2_COERCION, GK_T2_FEE, GK_T2_PURCHASE, GK_T2_ROWS };
enum { GK_T2_COLUMNS = 3 };

struct gk_t3_form {
	const char *id;			/* r3.3.1 */
	const char *code;		/* as in the ledger and in `ground`: state_secret */
	const char *group, *label;	/* （三）不予公开, 1.属于国家秘密; group NULL where there is none */
	const char *const *known_by;	/* what a label holds, in any report; ends with NULL */
	bool of_2019, of_2021;
};

struct gk_t2_form {
	const char *id, *label, *block;			/* norm, 行政规范性文件, 第二十条第（一）项 */
	const char *columns[GK_T2_COLUMNS];		/* of 2021: issued abolished inforce */
	const char *columns_2019[GK_T2_COLUMNS];
	unsigned n, n_2019;				/* 0: no such row in that form */
};

extern const struct gk_t3_form gk_t3_form[GK_T3_ROWS];
extern const struct gk_t2_form gk_t2_form[GK_T2_ROWS];
extern const char *const gk_t3_column_label[GK_T3_COLUMNS];	/* 自然人 … 总计 */
extern const char *const gk_t3_column_code[GK_T3_COLUMNS];	/* person … ; the last is "total" */
extern const char *const gk_t4_group[GK_T4_GROUPS], *const gk_t4_group_label[GK_T4_GROUPS];
extern const char *const gk_t4_column[GK_T4_COLUMNS], *const gk_t4_column_label[GK_T4_COLUMNS];
/* 总体情况 …, without their numerals; and other headings that are in use for the same section, NULL at the end. */
extern const char *const gk_section[GK_SECTIONS], *const gk_section_numeral[GK_SECTIONS];
extern const char *const *const gk_section_variants[GK_SECTIONS];

/* One of the rows that are summed in 总计 (A2)? */
bool gk_t3_is_result(enum gk_t3_row row, bool of_2019);

#endif

/*
 * Reads a yearly report as published into the cells of its form, whatever has happened to it on the way (domain.md 3.5): cells
 * that are empty, rows with a number too many, merged cells, full-width digits, labels torn over lines, the dump of a PDF
 * whose columns are blanks, a copy with every cell on a line of its own, the form of 2019.
 *
 *   input    lines and rows as `gongkai-extract --rows` writes them (extract/rows.c)
 *   output   figures by cell, what was found and what not, and notes of everything that was odd
 *
 * Never fails: what is no report is one in which nothing was found.
 */
#ifndef GK_ANNUALREAD_H
#define GK_ANNUALREAD_H

#include "base/date.h"
#include "record/annualform.h"

#include <jansson.h>
#include <stdint.h>

/* An empty cell is not a zero: it counts as 0 in sums only. */
enum gk_figure_is { GK_F_ABSENT = 0, GK_F_BLANK, GK_F_NUMBER, GK_F_BAD };
struct gk_figure {
	enum gk_figure_is is;
	int64_t micro;			/* in millionths */
	unsigned decimals;
};
enum { GK_MICRO = 1000000 };

struct gk_annual_row {
	bool found;
	bool unsure;			/* which number stands in which column is a guess */
	unsigned columns;		/* how many cells it had */
};

struct gk_annual {
	int year;			/* that it reports on; 0: it does not say */
	bool of_2019;			/* the form of 2019 */
	char organisation[256];
	struct gk_date published;
	bool has_t2, has_t3, has_t4;
	struct gk_figure t2[GK_T2_ROWS][GK_T2_COLUMNS], t3[GK_T3_ROWS][GK_T3_COLUMNS], t4[GK_T4_GROUPS][GK_T4_COLUMNS];
	struct gk_annual_row t2_row[GK_T2_ROWS], t3_row[GK_T3_ROWS], t4_row;
	bool section[GK_SECTIONS], in_order;
	bool section_odd[GK_SECTIONS];	/* its heading is neither the form's nor one in use */
	int64_t says_new, says_norm;	/* numbers in the prose of 一: applications received, normative documents made; -1: none */
	bool says_fee;			/* 六 speaks of 信息处理费 */
	json_t *notes;			/* { "code", "message", "message_en" } */
};

/* meta: names and values of the page, for the day of publication; may be NULL. */
void gk_annual_read(const char *rows, size_t n, const json_t *meta, struct gk_annual *out);
void gk_annual_free(struct gk_annual *a);
/* One cell's text as a number: 1,234  ３  20.30万元 ; blank for "", - and 无; BAD for anything else. */
struct gk_figure gk_figure_of(const char *s, size_t n);
/* "12" or "20.3" or "" ; out has room for 32. */
void gk_figure_format(struct gk_figure f, char out[32]);

#endif

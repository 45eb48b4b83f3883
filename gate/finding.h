/*
 * What must not go out with a document: markings of secrecy, numbers of persons.  Rules of domain.md 8.2; nothing here reads a file or
 * decides what becomes of the document.
 *
 *   text ── folded (width, traditional characters) ── lines ── cells ──▶ findings, in the order of the text
 *
 * A line with a tab is a row of a table; rows that follow each other are one table, and a word in its first rows is the head of a column.
 * Spaces within a number or a marking are seen through (机 密 ★ 10 年, 138 0000 0000).
 */
#ifndef GK_FINDING_H
#define GK_FINDING_H

#include "base/buf.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gk_rule {
	GK_S1,	/* 机密★10年: a marking of secrecy, GB/T 9704 7.2.2 */
	GK_S2,	/* 机密 alone on one of the first lines */
	GK_S4,	/* 内部资料 注意保存: a line that keeps the document inside */
	GK_S5,	/* 此件不公开, 此件依申请公开 */
	GK_S6,	/* six digits alone at the head: the number of a copy */
	GK_S7,	/* 征求意见稿: process material, Regulation Art. 16 */
	GK_P1,	/* number of a citizen, 18 characters with its check digit (GB 11643) */
	GK_P2,	/* the old one of 15 digits */
	GK_P3,	/* mobile telephone */
	GK_P4,	/* bank card: Luhn (ISO/IEC 7812) */
	GK_P5,	/* passport, travel permit */
	GK_P6,	/* where a person lives */
	GK_P7,	/* what is sensitive of persons in a table: 个人信息保护法 Art. 28 */
	GK_P8,	/* a number that is masked already */
	GK_M1,	/* a sheet that is hidden in its file, as extraction marks it: 名单（隐藏） */
	GK_RULES
};

enum gk_severity {
	GK_TREATED,	/* nothing is to be done */
	GK_WARN,	/* somebody should look */
	GK_BLOCK	/* the document is not to be published like this */
};

struct gk_rule_name { const char *code, *label, *label_en, *advice, *advice_en; };
extern const struct gk_rule_name gk_rule_names[GK_RULES];
extern const char *const gk_severity_codes[3];	/* "treated" "warn" "block" */

struct gk_finding {
	enum gk_rule rule;
	enum gk_severity severity;
	size_t start, end;		/* bytes of the text */
	uint32_t line, cell;		/* from 1; cell 0: the line is no row */
};

struct gk_findings {
	struct gk_finding *item;
	size_t n, room;
	size_t of[3];			/* how many of each severity */
};

/*
 * All findings in a text (UTF-8, n < 4 GiB); free with gk_findings_free, whatever it returned.
 * GK_DEAD when memory ends.  Time and memory are linear in n.
 */
enum gk_status gk_findings_of(const char *text, size_t n, struct gk_findings *out, struct gk_err *err);
void gk_findings_free(struct gk_findings *f);

/*
 * The finding with a few characters around it, fit for a report or a log: of every number of seven digits or more only what 8.2 leaves
 * stands there, the finding's own and its neighbours'.
 */
enum { GK_EXCERPT = 256 };
void gk_finding_excerpt(const char *text, size_t n, const struct gk_finding *f, char out[GK_EXCERPT]);

/*
 * The text with the numbers of P1 to P5 masked: 138****1234 of a telephone, the first two and last three of a citizen's number, the last
 * four of a card.  False when memory ends (to->failed).
 */
bool gk_mask_numbers(const char *text, size_t n, const struct gk_findings *f, struct gk_buf *to);

#endif

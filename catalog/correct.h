/*
 * What was meant by a run of Chinese characters that stands nowhere.  The words
 * of the archive itself are the dictionary: a correction is a text that stands
 * in some document.
 *
 *   政府信息工开   政府信息公开      公 sounds like 工
 *   政府信工公开   政府信息公开      another character stands there in the texts
 *   政府息信公开   政府信息公开      two neighbours swapped
 *   政府信公开     政府信息公开      one is missing
 *   政府府信息公开 政府信息公开      one too many
 *
 * Two words that only do not stand side by side (宅基地税收) are no slip: see
 * gk_corrections.clear.
 */
#ifndef GK_CORRECT_H
#define GK_CORRECT_H

#include "catalog/catalog.h"

enum { GK_CORRECT_LEAST = 3, GK_CORRECT_MOST = 32, GK_CORRECTIONS = 5, GK_CORRECTED_BYTES = 256 };

struct gk_correction {
	enum gk_mend kind;
	char text[GK_CORRECTED_BYTES];	/* folded */
	char from[5], to[5];		/* the character that was replaced or left out, the one that was put in; else "" */
	bool certain;			/* may be run: it puts in no number and no "not" that nobody typed */
	uint32_t documents;		/* about how many have the text: counted in some, where there are many */
	double score;			/* documents and titles, weighed by the kind of slip */
};

struct gk_corrections {
	struct gk_correction item[GK_CORRECTIONS];	/* best first */
	size_t n;
	bool clear;			/* the first is meant, as far as the texts can tell: run it. Else offer them. */
};

/*
 * folded[0..n) is a run that no document has.  None are found for what is shorter than GK_CORRECT_LEAST or longer than
 * GK_CORRECT_MOST characters of Han, all of the basic plane.  Of a run that has other characters too (形法修正案(十一)) a part between them that
 * stands nowhere is corrected, if it is clear; whether the whole then stands somewhere is for the caller to see.  title_only: in titles.
 * GK_RETRY, GK_DEAD as of the catalog.
 */
enum gk_status gk_correct(struct gk_catalog *c, const char *folded, size_t n, bool title_only, struct gk_corrections *out, struct gk_err *err);

/* The same of small letters that spell whole syllables, three at least: what stands in any document and is read so (zhaijidi: 宅基地). */
enum gk_status gk_correct_syllables(struct gk_catalog *c, const char *letters, size_t n, bool title_only, struct gk_corrections *out, struct gk_err *err);

#endif

/* How a published yearly report is read: its lines, between annualread-lines.c (which cuts them) and annualread.c (which knows the form). */
#ifndef GK_ANNUALREAD_PRIVATE_H
#define GK_ANNUALREAD_PRIVATE_H

#include "record/annualread.h"

enum { ANNUAL_LINES_MAX = 20000, ANNUAL_LETTERS_MAX = 600 };

struct cell {
	const char *s;
	size_t n;
	struct gk_figure figure;
	bool covered;			/* a merged cell lies over it */
	unsigned middle;		/* twice the column on the screen where its middle is */
};

struct line {
	const char *s;
	size_t n;
	bool exact;			/* cells by tabs: an empty one is seen */
	bool grid;			/* and a tab before the first: cells of one column of a table have the same number */
	struct cell *cells;
	size_t cells_n, cells_cap;
	size_t data;			/* first cell of data */
	size_t data_n;			/* cells of data */
	size_t numbers;			/* of these, numbers */
	char *letters;			/* Han characters of the line without its data */
	char *last_label;		/* of the last cell before the data */
	char *folded;			/* the line without blanks, width folded */
};

struct reader {
	struct line *lines;
	size_t n;
	struct gk_annual *a;
};

/* All of these end the program where memory ends (base/memory.h). */
/* Yours; NUL-terminated. */
char *annual_copy(const char *s, size_t n);
/* Without what is no letter, width folded; Han characters alone, if asked for.  Yours. */
char *annual_letters(const char *s, size_t n, bool han_only);
/* Is it one of the labels?  By the letters of the line, or of its last cell. */
bool annual_label_is(const char *letters, const char *last, const char *const *known);
/* Which row of 表三 or 表二 this labels; -1: none. */
int annual_t3_row(const char *letters, const char *last, bool of_2019);
int annual_t2_row(const char *letters);
void annual_drop_line(struct line *l);
/* Cuts the text into lines and cells; at most ANNUAL_LINES_MAX. */
void annual_read_lines(struct reader *r, const char *s, size_t n);

#endif

/*
 * Document numbers (发文字号), domain.md 5.1: 国办发〔2017〕47号 in any bracket form, orders
 * (国务院令第711号, 主席令第七十三号, 市人民政府第20号令), announcements (…公告2021年第3号), registration
 * numbers (HFGS-2022-7).  Input is text of any width; these functions fold what they need (NFKC digits,
 * brackets) themselves.
 *
 *   key   code | year | seq         国办发|2017|47      国务院令||711      HFGS|2022|7
 */
#ifndef GK_DOCNO_H
#define GK_DOCNO_H

#include <stdbool.h>
#include <stddef.h>

enum { GK_DOCNO_KEY = 128 };

struct gk_docno {
	char key[GK_DOCNO_KEY];		/* normalised, UTF-8 */
	char code[64];			/* 国办发 */
	int year;			/* 0: none stated; two digits YY are 19YY */
	unsigned seq;
	size_t start, end;		/* where it stood in the input, bytes */
};

/* The whole of p is one number (spaces around and inside ignored; 第 and 号 optional when year brackets or spaces tell the parts: 国办发 2017 47). */
bool gk_docno_parse(const char *p, size_t n, struct gk_docno *out);
/*
 * The next number at or after *at in running text; *at moves behind it.  In running text 号 and brackets
 * (or 令…第…号) are required. The left border of the code is the start of the Han run, after taking off
 * leading words that never belong to one (根据 按照 依据 以 和 关于 《…》 …), at most 12 characters.
 */
bool gk_docno_next(const char *p, size_t n, size_t *at, struct gk_docno *out);

#endif

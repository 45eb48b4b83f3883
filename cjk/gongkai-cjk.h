/*
 * libgongkai-cjk: cuts Chinese text into the terms that gongkai(1) indexes, for any program.
 *
 *   text      《關於廢止２０２１年度文件》
 *   folded    《关于废止2021年度文件》              one spelling: NFKC, small letters, simplified
 *   tokens    关 关于 · 于 于废 · 废 废止 · 止 · 2021 · 年 年度 · …    · is the next place
 *
 * An index keeps all tokens, several at one place.  A question that asks only for GONGKAI_CJK_ASK finds a run of characters as the
 * phrase of its pairs: gongkai_cjk_open of both sides with the same version is all that is needed.
 *
 *   struct gongkai_cjk *c = gongkai_cjk_open(text, n, GONGKAI_CJK_ALL);
 *   struct gongkai_cjk_token t;
 *   while (gongkai_cjk_next(c, &t))
 *           printf("%.*s at %zu\n", (int)t.n, t.p, t.place);
 *   gongkai_cjk_close(c);
 *
 * Lengths and offsets are bytes.  Bytes that are no UTF-8 separate, like punctuation.  No state is shared: any number of threads
 * may use it, each its own handle.  Nothing is printed, nothing ends the process.
 */
#ifndef GONGKAI_CJK_H
#define GONGKAI_CJK_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Texts cut by different versions do not find each other: whoever keeps an index keeps this number in it. */
int gongkai_cjk_version(void);

enum gongkai_cjk_kind {
	GONGKAI_CJK_CHAR,	/* one Han, kana or Hangul character */
	GONGKAI_CJK_PAIR,	/* two of one script, neighbours */
	GONGKAI_CJK_WORD,	/* a run of other letters and digits; cut at 60 bytes */
	GONGKAI_CJK_NUMERAL	/* 第二十条 and 第20条 give 第20条; 二〇二一年 gives 2021年: a synonym at the same place */
};

enum gongkai_cjk_wanted {
	GONGKAI_CJK_ALL,	/* every token, for an index */
	GONGKAI_CJK_ASK		/* for a phrase: pairs and words, and a character only where no pair begins and none ends */
};

struct gongkai_cjk_token {
	const char *p;		/* folded, not NUL-terminated; valid until the next call on the handle */
	size_t n;		/* 1 to 240 */
	size_t start, end;	/* what it stands for in the text as it was given */
	size_t place;		/* 0, 1, 2 …: never falls; tokens of one character have the same */
	enum gongkai_cjk_kind kind;
};

struct gongkai_cjk;

/* The text is copied.  NULL when memory ends or the text has 4 GiB or more.  End with gongkai_cjk_close, which takes NULL too. */
struct gongkai_cjk *gongkai_cjk_open(const char *text, size_t n, enum gongkai_cjk_wanted wanted);
/* False at the end; *out is then unchanged. */
bool gongkai_cjk_next(struct gongkai_cjk *c, struct gongkai_cjk_token *out);
void gongkai_cjk_close(struct gongkai_cjk *c);

/* The folded text, NUL-terminated, yours to free(); its length in *out_n unless that is NULL.  NULL as above. */
char *gongkai_cjk_fold(const char *text, size_t n, size_t *out_n);

#ifdef __cplusplus
}
#endif
#endif

/*
 * Cuts text into index terms.  One tokenizer for index, query and snippet.
 *
 *   original  《關於廢止２０２１年度Ａ類文件的通知》
 *   folded    《关于废止2021年度a类文件的通知》
 *   terms     关于 于废 废止 2021 年度 a 类文 文件 件的 的通 通知      pairs and words
 *             关 于 废 止 年 度 类 文 件 的 通 知                      single characters
 *   canon     关于废止2021年度a类文件的通知                          what a phrase is looked for in
 *
 * Folding is one character to one or more (NFKC, lower case, traditional to
 * simplified); it is done once, before cutting, on both sides of a search.
 * A pair never crosses punctuation, white space or a change of script.
 *
 * Indexing and searching must call the same version of this folder: bump
 * GK_CJK_VERSION when any text would fold or cut otherwise, and the index is
 * rebuilt.
 */
#ifndef GK_CJK_H
#define GK_CJK_H

#include "base/buf.h"
#include "base/status.h"

#define GK_CJK_VERSION 1

/* --- folding ------------------------------------------------------------ */

struct gk_folded {
	char *text;		/* UTF-8, NUL-terminated; every byte that was not UTF-8 is a space */
	size_t n;
	/*
	 * If a map was asked for: for each folded byte i, at[i] is the offset in
	 * the original of the character that gave it; at[n] is the original's length.
	 * NULL if not asked for.
	 */
	uint32_t *at;
};

/* False only when memory ends.  n < 4 GiB.  Free with gk_folded_free. */
bool gk_fold(const char *text, size_t n, bool want_map, struct gk_folded *out);
void gk_folded_free(struct gk_folded *f);
/* True if folding would change p[0..n) in any way a reader would call another spelling
 * (traditional characters or full width; not mere letter case). */
bool gk_fold_changes(const char *p, size_t n);

/* --- terms --------------------------------------------------------------- */

enum gk_term_kind {
	GK_TERM_PAIR,		/* two neighbouring CJK characters of one script (Han, kana or Hangul) */
	GK_TERM_CHAR,		/* each single CJK character */
	GK_TERM_WORD,		/* a run of other letters and digits; its term is cut at 60 bytes (whole characters) */
	GK_TERM_NUMERAL,	/* 第二十条 and 第20条 both also give the term "第20条"; likewise 章 节 款 项 号 届 次 期
				 * 批 编, and 二〇二一年 gives "2021年".  A synonym beside the others, not instead of them */
	GK_TERM_RUN,		/* of gk_terms_next_run alone: Han characters of three bytes each, two or more: all its pairs */
};

struct gk_term {
	const char *p;		/* borrowed from the folded text or, for NUMERAL, from the cursor; not NUL-terminated */
	size_t n;		/* 1 to 240; a run may be longer */
	size_t start, end;	/* bytes of the folded text that the term stands for */
	enum gk_term_kind kind;
};

struct gk_terms {		/* a cursor; treat as opaque */
	const char *text;
	size_t n, at;
	size_t run_start, run_end;
	unsigned state;
	char numeral[96];
	size_t pending_start, pending_end, pending_n;
};

/* folded is what gk_fold gave; it must outlive the cursor. */
void gk_terms_start(struct gk_terms *c, const char *folded, size_t n);
/*
 * False at the end; *out is then unchanged.  Terms come in order of their
 * start; at one place CHAR before PAIR before NUMERAL.  No allocation, no failure.
 */
bool gk_terms_next(struct gk_terms *c, struct gk_term *out);
/* The same terms without each CHAR that a PAIR follows: only a run's last character, or one that stands alone, is given.  For counting. */
bool gk_terms_next_wide(struct gk_terms *c, struct gk_term *out);
/*
 * The same terms, those pairs that nine tenths of Chinese text consist of by the run: of n bytes the pairs are the six bytes at 0, 3, 6 … n - 6.
 * Every character of the run but the last has given all that begins there.
 */
bool gk_terms_next_run(struct gk_terms *c, struct gk_term *out);

/* --- canon: the text as phrases see it ------------------------------------- */

/*
 * UTF-16 units (native byte order) of the folded text in which every maximal run of
 * separators (anything that is no letter, digit or mark) is one U+0020, none at
 * either end.  out has room for n units.  Returns the units written.
 */
size_t gk_canon(const char *folded, size_t n, uint16_t *out);
/* Is the unit part of a word (GK_TERM_WORD), so that its neighbours may belong to it?  Of characters beyond the BMP: no. */
bool gk_canon_in_word(uint16_t unit);
/*
 * The next place at or after `from` where needle stands in text, in units, or
 * (size_t)-1.  A needle that begins or ends with a WORD character must do so at
 * a word's border (2021 is not found in 12021); CJK needles may stand anywhere.
 */
size_t gk_canon_find(const uint16_t *text, size_t n, const uint16_t *needle, size_t k, size_t from);
/* Does it stand at unit `at`, by the same rule?  What of the text is cut off must be a character or more away. */
bool gk_canon_stands(const uint16_t *text, size_t n, const uint16_t *needle, size_t k, size_t at);

/* --- snippets ---------------------------------------------------------------- */

struct gk_needle {
	const char *p;		/* folded text: a run (安全生产) or a word */
	size_t n;
	double weight;		/* how much finding it counts */
};

enum { GK_SNIPPET_MARKS = 64, GK_SNIPPET_MOST = 120, GK_PASSAGES = 3 };

struct gk_snippet {
	size_t start, end;	/* bytes of the original text; whole characters */
	size_t marks;
	struct { size_t start, end; } mark[GK_SNIPPET_MARKS];	/* bytes of the original, in order, apart, inside [start, end) */
};

/*
 * The passage of `text` (original, n bytes) of 60 to 120 characters that holds
 * most of the needles' weight (distinct needles first), cut at 。！？；\n where
 * possible, with marks around whole needles only.  Looks at no more than the
 * first 256 KiB.  Without any hit: the first sentence, no marks.
 * False only when memory ends.
 */
bool gk_snippet(const char *text, size_t n, const struct gk_needle *needles, size_t count, struct gk_snippet *out);
/*
 * A long text is not folded to find one passage.  What the index keeps of it, its canon, tells where to look;
 * points lead from there to the text, of which only what lies around a place is needed.
 *
 *   gk_places(canon)  ->  units of the canon  ->  the points before and behind  ->  gk_snippet_at(that much of the text)
 */
struct gk_place_at { size_t start, end; };	/* units */
struct gk_places {
	struct gk_place_at at[GK_PASSAGES];	/* the best first; passages around them do not meet */
	size_t n;
	size_t needles;				/* how many of the needles stand anywhere in it */
};
/*
 * Where in the canon the needles stand closest together, chosen as gk_snippet chooses; further places have at least half of the weight of
 * the best.  Of many needles in a very long text only the first part is looked at (16 Mi units for all of them together).  False only when memory ends.
 */
bool gk_places(const uint16_t *canon, size_t n, const struct gk_needle *needles, size_t count, struct gk_places *out);

struct gk_point {
	uint32_t at;		/* bytes of the original: a letter begins here */
	uint32_t unit;		/* its unit of the canon */
	uint32_t chars;		/* characters before it */
};
/* A point at every `every` bytes or soon after.  f is the text folded with its map; out has room for one at each `every` bytes and one more. Returns how many. */
size_t gk_canon_points(const char *text, const struct gk_folded *f, size_t every, struct gk_point *out);
/* gk_snippet, but only the hits within the place are chosen from: units of the canon of this text.  Hits elsewhere are marked all the same. */
bool gk_snippet_at(const char *text, size_t n, const struct gk_needle *needles, size_t count, struct gk_place_at place, struct gk_snippet *out);
/* The same marks over a whole short text (a title): start 0, end n. */
bool gk_marks(const char *text, size_t n, const struct gk_needle *needles, size_t count, struct gk_snippet *out);
/* The same over a text of any length, without their maximum: from malloc, in order, apart; at most `most`, of *all there are.  NULL only when memory ends. */
struct gk_mark { size_t start, end; };	/* bytes of the original */
struct gk_mark *gk_marks_all(const char *text, size_t n, const struct gk_needle *needles, size_t count, size_t most, size_t *marks, size_t *all);

#endif

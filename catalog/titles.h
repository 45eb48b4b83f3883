/*
 * All different titles of an archive as one text with its suffixes in order:
 * which titles hold what was typed, and which phrases titles are made of.
 *
 *   titles     关于安全生产的通知 ▪ 安全生产管理办法 ▪ …            best first, each once
 *   suffixes   …  全生产的通知 ▪   安全生产的通知 ▪   安全生产管理办法 ▪  …      sorted by their first 13 units
 *   phrases    安全生产 (2)  生产 …                               suffixes that begin alike lie side by side
 *
 * "Best" is told by the caller: the order in which the titles are handed in.  Since the text is laid out in that
 * order, the best titles among a million places are those with the lowest places: no title is looked at for it.
 *
 * Built once, read-only ever after, so any number of threads may ask.  What is taken in is not checked: nothing
 * may be shown that was not looked up again in the document that bears it (suggest.c does).
 *
 * Memory: 6 bytes a character, 4 a title, 12 a document, 26 a phrase: about 200 bytes for a title of 25 characters;
 * while it is built, 32 bytes more for each title at most.
 */
#ifndef GK_TITLES_H
#define GK_TITLES_H

#include "base/status.h"

enum {
	GK_TITLES_UNITS = 16 * 1024 * 1024,	/* of all titles: what comes after that (the worst) is left out; about 100 MB */
	GK_TITLE_UNITS = 256,			/* of one title: the rest is not looked at */
	GK_PHRASE_MIN = 2, GK_PHRASE_MAX = 12,	/* characters of a phrase */
	GK_PHRASES = 200 * 1000,		/* of the archive: the most used */
};

struct gk_titles;

/* A title of one document in canon (cjk.h), borrowed.  behind: it comes behind all that are not, wherever it has what was typed; none but such follow. */
struct gk_title_in { uint32_t docid; uint64_t at; const uint16_t *p; size_t n; bool behind; };
/* The next title, best first; false at the end. */
typedef bool gk_title_fn(void *arg, struct gk_title_in *out);

/* GK_DEAD only when memory ends.  units: GK_TITLES_UNITS, or less. */
enum gk_status gk_titles_build(gk_title_fn *next, void *arg, size_t units, struct gk_titles **out, struct gk_err *err);
void gk_titles_free(struct gk_titles *t);
/* How many different titles; how many bytes all of it takes; how many titles found no room. */
size_t gk_titles_count(const struct gk_titles *t);
size_t gk_titles_bytes(const struct gk_titles *t);
size_t gk_titles_left_out(const struct gk_titles *t);

/* The documents that bear a title, best first, with the `at` of each. */
struct gk_title_docs { const uint32_t *docid; const uint64_t *at; size_t n; };
struct gk_title_docs gk_titles_docs(const struct gk_titles *t, uint32_t title);

/*
 * The best titles that hold all runs of `typed` (canon: runs are apart by one space): those that begin with it, then the others, then, of a
 * single run that stands in fewer than `max` titles, those in which only separators are between its characters
 * (关于印发安全 finds 关于印发《安全…); in the same order those that are behind.  titles[0..n), each once.
 */
size_t gk_titles_find(const struct gk_titles *t, const uint16_t *typed, size_t n, uint32_t *titles, size_t max);

/*
 * A phrase: 2 to 12 characters of one run, which ends in a character that is no Latin letter or digit and no 的 和 与 及 或; in
 * at least two different titles; and nothing stands beside it, before or behind, in nine of ten of its places (then it
 * is a part of a longer one: 全生产 of 安全生产).
 */
struct gk_phrase { const uint16_t *p; size_t n; uint32_t uses; };	/* borrowed; different titles that have it */
/* Its text as UTF-8, NUL-terminated; the length without that. */
enum { GK_PHRASE_TEXT = GK_PHRASE_MAX * 3 + 1 };
size_t gk_phrase_text(const struct gk_phrase *p, char out[GK_PHRASE_TEXT]);
/* The most used phrases that begin with `typed` and are longer; ties in the order of their characters.  out[0..n). */
size_t gk_titles_phrases(const struct gk_titles *t, const uint16_t *typed, size_t n, struct gk_phrase *out, size_t max);
/*
 * The phrases that small letters begin to spell in any reading of their characters, two letters at least: first those that they
 * spell whole (anq), then those whose initials they are (aq); the most used first.  out[0..n).
 */
size_t gk_titles_spelled(const struct gk_titles *t, const char *letters, size_t k, struct gk_phrase *out, size_t max);
size_t gk_titles_phrase_count(const struct gk_titles *t);
struct gk_phrase gk_titles_phrase(const struct gk_titles *t, size_t i);
/* The titles that have a phrase, in no order, one perhaps twice, until each returns false. */
typedef bool gk_title_each_fn(void *arg, uint32_t title);
void gk_titles_with(const struct gk_titles *t, const struct gk_phrase *phrase, gk_title_each_fn *each, void *arg);

#endif

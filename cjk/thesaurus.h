/*
 * Which words people say for which words documents write.
 *
 *   养狗 TAB = TAB 养犬                        the same: either may stand for the other
 *   炒鱿鱼 TAB ~ TAB 解除劳动合同 经济补偿      related: documents that answer speak of these
 *   炒鱿鱼 TAB -                               (an office's own list only) forget what was shipped
 *
 * The lists of data/synonyms are built in; an archive adds its own in
 * ARCHIVE/synonyms.tsv.  A query is never changed by them in silence
 * (experience.md 4): whoever uses an entry says so.
 */
#ifndef GK_THESAURUS_H
#define GK_THESAURUS_H

#include "base/status.h"

struct gk_thesaurus;

#define GK_SYNONYMS_FILE "synonyms.tsv"	/* of an archive */

/*
 * own: a file to add, or NULL; one that is not there is well.  A bad line is passed over and the first of them is
 * described in *bad (its file, line, why), whose cause stays NONE if all are good.  GK_DEAD only when memory ends.
 */
enum gk_status gk_thesaurus_open(const char *own, struct gk_thesaurus **out, struct gk_err *bad);
void gk_thesaurus_close(struct gk_thesaurus *t);

struct gk_synonym {
	const char *p;		/* folded; owned by the thesaurus */
	size_t n;
	bool same;		/* may stand for the word; else only related */
	bool back;		/* found from an official word to an everyday one */
};

/*
 * The longest word that folded text begins with, what stands for it (count of them, same ones first, in the order of the
 * lists) and the word's length in bytes.  NULL if no word begins here.
 */
const struct gk_synonym *gk_thesaurus_find(const struct gk_thesaurus *t, const char *text, size_t n, size_t *word_n, size_t *count);

#endif

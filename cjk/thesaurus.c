/*
 * The thesaurus in memory: every line gives pairs (word, other word); they are
 * sorted by word, so that all of one word stand side by side and the longest
 * word at a place is found by looking for each length, longest first.
 */
#include "cjk/thesaurus.h"

#include "base/arena.h"
#include "base/io.h"
#include "base/utf8.h"
#include "cjk/cjk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const shipped[] = {
#include "cjk/thesaurus-data.h"
};

enum { FILE_MOST = 4 * 1024 * 1024, WORD_MOST = 64, ARENA_MOST = 64 * 1024 * 1024 };

struct pair {
	const char *word;
	size_t n;
	size_t order;		/* of its coming */
	struct gk_synonym to;
};

struct gk_thesaurus {
	struct gk_arena arena;
	struct pair *pair;
	size_t n, cap, added, longest;
	struct gk_synonym *to;	/* of the pairs, in their order: what find() returns points here */
};

/* --- reading ------------------------------------------------------------------------- */

static bool
add_pair(struct gk_thesaurus *t, const char *word, size_t n, struct gk_synonym to)
{
	if (t->n == t->cap) {
		size_t cap = t->cap == 0 ? 16384 : t->cap * 2;
		struct pair *grown = realloc(t->pair, cap * sizeof *grown);

		if (grown == NULL)
			return false;
		t->pair = grown;
		t->cap = cap;
	}
	t->pair[t->n++] = (struct pair){ word, n, t->added++, to };
	t->longest = n > t->longest ? n : t->longest;
	return true;
}

static void
forget(struct gk_thesaurus *t, const char *word, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct pair *p = &t->pair[i];
		bool about = p->to.back ? p->to.n == n && memcmp(p->to.p, word, n) == 0 : p->n == n && memcmp(p->word, word, n) == 0;

		if (!about)
			t->pair[kept++] = *p;
	}
	t->n = kept;
}

/* A word as queries have it; NULL when memory ends, "" if it cannot be one. */
static const char *
take_word(struct gk_thesaurus *t, const char *p, size_t n, size_t *out_n)
{
	struct gk_folded f;
	const char *copy;

	*out_n = 0;
	if (n == 0 || gk_utf8_check(p, n) < n)
		return "";
	if (!gk_fold(p, n, false, &f))
		return NULL;
	*out_n = f.n > WORD_MOST ? 0 : f.n;
	copy = gk_arena_copy(&t->arena, f.text, *out_n);
	gk_folded_free(&f);
	return copy;
}

static enum gk_status
take_others(struct gk_thesaurus *t, const char *word, size_t word_n, bool same, const char *p, size_t n, const char **why, const char **why_en)
{
	size_t found = 0;

	for (size_t at = 0, end; at < n; at = end + 1) {
		const char *blank = memchr(p + at, ' ', n - at), *other;
		size_t other_n;

		end = blank == NULL ? n : (size_t)(blank - p);
		if (end == at)
			continue;
		other = take_word(t, p + at, end - at, &other_n);
		if (other == NULL || (other_n > 0 && !add_pair(t, word, word_n, (struct gk_synonym){ other, other_n, same, false })) ||
		    (other_n > 0 && same && !add_pair(t, other, other_n, (struct gk_synonym){ word, word_n, true, true })))
			return GK_DEAD;
		found += other_n > 0;
	}
	if (found == 0) {
		*why = "第三列没有词";
		*why_en = "there is no word in the third column";
		return GK_REFUSED;
	}
	return GK_OK;
}

/* GK_REFUSED with *why: a line to pass over. */
static enum gk_status
take_line(struct gk_thesaurus *t, const char *p, size_t n, const char **why, const char **why_en)
{
	const char *tab = memchr(p, '\t', n), *rest, *word;
	size_t word_n, left;

	*why = "应为 词<TAB>= 或 ~ 或 -<TAB>别的词";
	*why_en = "it must be word<TAB>= or ~ or -<TAB>other words";
	if (tab == NULL || tab + 1 == p + n || strchr("=~-", tab[1]) == NULL)
		return GK_REFUSED;
	word = take_word(t, p, (size_t)(tab - p), &word_n);
	if (word == NULL)
		return GK_DEAD;
	if (gk_utf8_count(word, word_n) < 2) {
		*why = "词不足两个字，或过长，或不是 UTF-8";
		*why_en = "the word has less than two characters, is too long, or is not UTF-8";
		return GK_REFUSED;
	}
	rest = tab + 2;
	left = n - (size_t)(rest - p);
	if (tab[1] == '-') {
		forget(t, word, word_n);
		return GK_OK;
	}
	if (left == 0 || *rest != '\t')
		return GK_REFUSED;
	return take_others(t, word, word_n, tab[1] == '=', rest + 1, left - 1, why, why_en);
}

static enum gk_status
take_file(struct gk_thesaurus *t, const char *path, struct gk_err *bad)
{
	struct gk_buf text;
	enum gk_status st;
	size_t line = 0;
	bool told = false;

	if (access(path, F_OK) < 0 && errno == ENOENT)
		return GK_OK;
	if (gk_read_file(path, FILE_MOST, &text, bad) != GK_OK)
		return GK_OK;	/* said in *bad; the shipped lists still serve */
	st = GK_OK;
	for (size_t at = 0, end; st == GK_OK && at < text.n; at = end + 1) {
		const char *p = text.p + at, *lf = memchr(p, '\n', text.n - at), *why, *why_en;
		size_t n = lf == NULL ? text.n - at : (size_t)(lf - p);

		end = at + n;
		line++;
		n -= n > 0 && p[n - 1] == '\r';
		if (n == 0 || *p == '#')
			continue;
		st = take_line(t, p, n, &why, &why_en);
		if (st == GK_REFUSED) {
			if (!told) {
				gk_fail(bad, GK_REFUSED, GK_CAUSE_BAD_DATA, "词表 '%s' 第 %zu 行：%s%.0s", "thesaurus '%s' line %zu: %.0s%s", path, line, why, why_en);
				gk_hint(bad, "改正这一行；其余各行照用", "mend that line; the others are used");
			}
			told = true;
			st = GK_OK;
		}
	}
	gk_buf_free(&text);
	return st;
}

/* --- order ---------------------------------------------------------------------------- */

static int
by_word(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = memcmp(x->word, y->word, x->n < y->n ? x->n : y->n);

	if (c != 0 || x->n != y->n)
		return c != 0 ? c : x->n < y->n ? -1 : 1;
	if (x->to.back != y->to.back)
		return x->to.back ? 1 : -1;
	if (x->to.same != y->to.same)
		return x->to.same ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static bool
same_pair(const struct pair *x, const struct pair *y)
{
	return x->n == y->n && memcmp(x->word, y->word, x->n) == 0 && x->to.n == y->to.n && memcmp(x->to.p, y->to.p, x->to.n) == 0;
}

static bool
put_in_order(struct gk_thesaurus *t)
{
	size_t kept = 0;

	if (t->n > 0)
		qsort(t->pair, t->n, sizeof *t->pair, by_word);
	for (size_t i = 0; i < t->n; i++) {
		bool seen = false;

		/* Two lists may say the same; the first of them, which is the nearest relation, stays. */
		for (size_t k = kept; !seen && k-- > 0 && t->pair[k].n == t->pair[i].n && memcmp(t->pair[k].word, t->pair[i].word, t->pair[i].n) == 0;)
			seen = same_pair(&t->pair[k], &t->pair[i]);
		if (!seen)
			t->pair[kept++] = t->pair[i];
	}
	t->n = kept;
	t->to = calloc(t->n + 1, sizeof *t->to);
	for (size_t i = 0; t->to != NULL && i < t->n; i++)
		t->to[i] = t->pair[i].to;
	return t->to != NULL;
}

enum gk_status
gk_thesaurus_open(const char *own, struct gk_thesaurus **out, struct gk_err *bad)
{
	struct gk_thesaurus *t = calloc(1, sizeof *t);
	enum gk_status st = t == NULL ? GK_DEAD : GK_OK;
	const char *why, *why_en;

	if (t != NULL)
		gk_arena_init(&t->arena, ARENA_MOST);
	for (size_t i = 0; st == GK_OK && i < sizeof shipped / sizeof *shipped; i++)
		st = take_line(t, shipped[i], strlen(shipped[i]), &why, &why_en);
	if (st == GK_OK && own != NULL)
		st = take_file(t, own, bad);
	if (st == GK_OK && !put_in_order(t))
		st = GK_DEAD;
	if (st != GK_OK) {
		gk_thesaurus_close(t);
		/* A shipped line that is refused is a fault of ours, which the tests find. */
		return st == GK_DEAD ? gk_nomem(bad) : gk_fail(bad, GK_DEAD, GK_CAUSE_BAD_DATA, "内置词表：%s%.0s", "the built-in thesaurus: %.0s%s", why, why_en);
	}
	*out = t;
	return GK_OK;
}

void
gk_thesaurus_close(struct gk_thesaurus *t)
{
	if (t == NULL)
		return;
	gk_arena_free(&t->arena);
	free(t->pair);
	free(t->to);
	free(t);
}

/* --- finding ------------------------------------------------------------------------- */

/* The first pair of that word, or the number of pairs. */
static size_t
first_of(const struct gk_thesaurus *t, const char *word, size_t n)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct pair *p = &t->pair[mid];
		int c = memcmp(p->word, word, p->n < n ? p->n : n);

		if (c < 0 || (c == 0 && p->n < n))
			low = mid + 1;
		else
			high = mid;
	}
	return low < t->n && t->pair[low].n == n && memcmp(t->pair[low].word, word, n) == 0 ? low : t->n;
}

const struct gk_synonym *
gk_thesaurus_find(const struct gk_thesaurus *t, const char *text, size_t n, size_t *word_n, size_t *count)
{
	size_t k = gk_utf8_cut(text, n < t->longest ? n : t->longest);

	for (; k > 3; k = gk_utf8_cut(text, k - 1)) {
		size_t first = first_of(t, text, k), last = first;

		if (first == t->n)
			continue;
		while (last < t->n && t->pair[last].n == k && memcmp(t->pair[last].word, text, k) == 0)
			last++;
		*word_n = k;
		*count = last - first;
		return &t->to[first];
	}
	return NULL;
}

/*
 * cjk/: the first byte says how much of the input is the needle, which also serves as letters for pinyin; the rest is text.  Build and run with
 * devel/fuzz.
 */
/* For: cjk/terms.c cjk/canon.c cjk/fold.c cjk/places.c cjk/snippet.c cjk/pinyin.c */
#include "base/utf8.h"
#include "cjk/cjk.h"
#include "cjk/pinyin.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void
check_terms(const struct gk_folded *f)
{
	struct gk_terms c;
	struct gk_term t;
	size_t before = 0;

	gk_terms_start(&c, f->text, f->n);
	while (gk_terms_next(&c, &t)) {
		MUST(t.n >= 1 && t.n <= 240 && t.start >= before && t.start < t.end && t.end <= f->n);
		MUST(gk_utf8_check(t.p, t.n) == t.n);
		before = t.start;
	}
}

static bool
next_of_runs(struct gk_terms *c, struct gk_term *run, struct gk_term *out)
{
	if (run->n < 6 && !gk_terms_next_run(c, run))
		return false;
	*out = *run;
	if (run->kind != GK_TERM_RUN) {
		run->n = 0;
		return true;
	}
	MUST(run->n >= 6 && run->n % 3 == 0);
	*out = (struct gk_term){ run->p, 6, run->start, run->start + 6, GK_TERM_PAIR };
	run->p += 3;
	run->n -= 3;
	run->start += 3;
	return true;
}

/* Runs are the pairs that stand in them, and nothing else. */
static void
check_runs(const struct gk_folded *f)
{
	struct gk_terms wide, runs;
	struct gk_term one, other, run = { .n = 0 };

	gk_terms_start(&wide, f->text, f->n);
	gk_terms_start(&runs, f->text, f->n);
	while (gk_terms_next_wide(&wide, &one)) {
		MUST(next_of_runs(&runs, &run, &other));
		MUST(one.n == other.n && memcmp(one.p, other.p, one.n) == 0 && one.start == other.start && one.end == other.end && one.kind == other.kind);
	}
	MUST(!next_of_runs(&runs, &run, &other));
}

static void
check_splits(const char *letters, size_t k)
{
	struct gk_pinyin_split split[GK_PINYIN_SPLITS];
	size_t splits = gk_pinyin_split(letters, k, split);

	MUST(splits <= GK_PINYIN_SPLITS);
	for (size_t i = 0; i < splits; i++) {
		size_t at = 0;

		MUST(split[i].n > 0 && split[i].n >= split[0].n);
		for (size_t j = 0; j < split[i].n; j++) {
			const char *syllable = gk_pinyin_syllable(split[i].syllable[j]);
			size_t n = strlen(syllable);

			while (at < k && letters[at] == '\'')
				at++;
			MUST(k - at >= n && memcmp(letters + at, syllable, n) == 0);
			at += n;
		}
		while (at < k && letters[at] == '\'')
			at++;
		MUST(at == k);
	}
}

/* Each two neighbours, as written: what sounds and looks alike does so both ways round. */
static void
check_sounds(const struct gk_folded *f)
{
	uint32_t before = 0, now;
	const uint16_t *alike;

	for (size_t i = 0, len; i < f->n; i += len, before = now) {
		size_t n;

		len = gk_utf8_decode(f->text + i, f->n - i, &now);
		MUST(len > 0);
		n = gk_pinyin_look_alikes(now, &alike);
		for (size_t k = 0; k < n; k++)
			MUST(alike[k] != now);
		MUST(gk_pinyin_compare(before, now) == gk_pinyin_compare(now, before));
	}
}

/* The needle's bytes as letters and apostrophes, against the text. */
static void
check_pinyin(const struct gk_folded *f, const char *needle, size_t k)
{
	char letters[GK_PINYIN_LETTERS];
	enum gk_pinyin_fit whole, begun;

	for (size_t i = 0; i < k; i++)
		letters[i] = needle[i] >= 'a' && needle[i] <= 'z' ? needle[i] : "abcdefghijklmnopqrstuvwxyz'"[(unsigned char)needle[i] % 27];
	check_splits(letters, k);
	check_sounds(f);
	whole = gk_pinyin_fits(f->text, f->n, letters, k, false);
	begun = gk_pinyin_fits(f->text, f->n, letters, k, true);
	MUST(whole == GK_PINYIN_NO || begun >= whole);
}

static void
check_marks(const struct gk_snippet *s, size_t n)
{
	MUST(s->start <= s->end && s->end <= n && s->marks <= GK_SNIPPET_MARKS);
	for (size_t i = 0; i < s->marks; i++) {
		MUST(s->mark[i].start < s->mark[i].end);
		MUST(s->mark[i].start >= (i > 0 ? s->mark[i - 1].end + 1 : s->start) && s->mark[i].end <= s->end);
	}
}

/* The way of a long text: places in its canon, points that lead back, a snippet of what lies around. */
static void
check_places(const char *text, size_t n, const struct gk_folded *f, const uint16_t *units, size_t length, const struct gk_needle *needles, size_t count)
{
	enum { EVERY = 32 };
	struct gk_places places;
	struct gk_snippet s;
	struct gk_point *points = malloc((n / EVERY + 1) * sizeof *points);
	size_t made;

	MUST(points != NULL);
	made = gk_canon_points(text, f, EVERY, points);
	MUST(made <= n / EVERY + 1);
	for (size_t i = 0; i < made; i++) {
		MUST(points[i].at < n && points[i].unit < length && points[i].chars <= points[i].at);
		MUST(i == 0 || (points[i].at > points[i - 1].at && points[i].unit >= points[i - 1].unit && points[i].chars > points[i - 1].chars));
	}
	free(points);
	MUST(gk_places(units, length, needles, count, &places));
	MUST(places.n <= GK_PASSAGES && places.needles <= count && (places.n == 0) == (places.needles == 0));
	for (size_t i = 0; i < places.n; i++) {
		MUST(places.at[i].start < places.at[i].end && places.at[i].end <= length);
		for (size_t k = 0; k < i; k++)
			MUST(places.at[i].end <= places.at[k].start || places.at[k].end <= places.at[i].start);
		MUST(gk_snippet_at(text, n, needles, count, places.at[i], &s));
		check_marks(&s, n);
		MUST(s.marks > 0);
	}
}

/* All marks, and no more than are wanted. */
static void
check_all_marks(const char *text, size_t n, const struct gk_needle *needles, size_t count)
{
	size_t marks, all, few, same;
	struct gk_mark *m = gk_marks_all(text, n, needles, count, n, &marks, &all), *l;

	MUST(m != NULL && marks == all);
	for (size_t i = 0; i < marks; i++)
		MUST(m[i].start < m[i].end && m[i].end <= n && (i == 0 || m[i].start > m[i - 1].end));
	l = gk_marks_all(text, n, needles, count, 2, &few, &same);
	MUST(l != NULL && same == all && few == (all < 2 ? all : 2) && (few == 0 || memcmp(l, m, few * sizeof *l) == 0));
	free(l);
	free(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	size_t k = n == 0 ? 0 : data[0] % 32 < n ? data[0] % 32 : n - 1;
	const char *needle = (const char *)data + (n > 0), *text = needle + k;
	struct gk_folded f, again, g;
	struct gk_snippet s, all;
	struct gk_needle needles[2];
	uint16_t *units, *small;
	size_t length, m, half;

	n -= k + (n > 0);
	MUST(gk_fold(text, n, true, &f) && gk_fold(f.text, f.n, false, &again) && gk_fold(needle, k, false, &g));
	MUST(again.n == f.n && memcmp(again.text, f.text, f.n) == 0 && gk_utf8_check(f.text, f.n) == f.n);
	MUST(f.at[f.n] == n && !gk_fold_changes(f.text, f.n));
	gk_fold_changes(text, n);
	for (size_t i = 0; i < f.n; i++)
		MUST(f.at[i] < n && f.at[i] <= f.at[i + 1]);
	check_terms(&f);
	check_runs(&f);
	/* Exact sizes, so that one unit too many is seen. */
	units = malloc(f.n * sizeof *units + 1);
	small = malloc(g.n * sizeof *small + 1);
	MUST(units != NULL && small != NULL);
	length = gk_canon(f.text, f.n, units);
	m = gk_canon(g.text, g.n, small);
	MUST(length <= f.n && m <= g.n);
	for (size_t at = 0; (at = gk_canon_find(units, length, small, m, at)) != (size_t)-1; at++)
		MUST(at + m <= length && memcmp(units + at, small, m * sizeof *units) == 0 && gk_canon_stands(units, length, small, m, at));
	MUST(gk_snippet(text, n, &(struct gk_needle){ g.text, g.n, 1 }, 1, &s));
	MUST(gk_marks(text, n, &(struct gk_needle){ g.text, g.n, 1 }, 1, &all));
	check_marks(&s, n);
	check_marks(&all, n);
	MUST(gk_utf8_count(text + s.start, s.end - s.start) <= 120);
	/* The needle, and its second half beside it. */
	for (half = g.n / 2; half < g.n && (g.text[half] & 0xC0) == 0x80;)
		half++;
	needles[0] = (struct gk_needle){ g.text, g.n, 1 };
	needles[1] = (struct gk_needle){ g.text + half, g.n - half, 2 };
	check_places(text, n, &f, units, length, needles, 2);
	check_all_marks(text, n, needles, 2);
	check_pinyin(&f, needle, k);
	free(units);
	free(small);
	gk_folded_free(&f);
	gk_folded_free(&again);
	gk_folded_free(&g);
	return 0;
}

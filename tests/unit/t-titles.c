/*
 * The sorted titles against an oracle that reads every title, and counts every phrase of it, with strings and no order
 * at all.  Titles are random, of few characters, so that everything happens: repeats, words, separators, equal titles.
 */
#include "catalog/titles.h"
#include "cjk/pinyin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 400, LENGTH = 24, BEST = 10, ROUNDS = 60 };

static uint64_t seed = 11;

static uint32_t
number(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

struct title { uint16_t p[LENGTH]; size_t n; };

static struct title given[MOST];
static size_t n_given, n_behind;	/* the last n_behind of them are behind */

static bool
naive_word(uint16_t u)
{
	return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z');
}

static void
random_title(struct title *t, uint32_t letters)
{
	static const uint16_t alphabet[] = { 0x5B89, 0x5B9A, 0x5168, 0x751F, 0x4EA7, 0x7684, 'a', '2', 0x901A };
	size_t n = 1 + number(LENGTH - 1);

	t->n = 0;
	for (size_t i = 0; i < n; i++) {
		/* One space at most, and none at an end: canon. */
		if (number(6) == 0 && t->n > 0 && t->p[t->n - 1] != ' ' && i + 1 < n)
			t->p[t->n++] = ' ';
		else
			t->p[t->n++] = alphabet[number(letters)];
	}
	if (t->p[t->n - 1] == ' ')
		t->n--;
}

static bool
next_given(void *arg, struct gk_title_in *out)
{
	size_t *i = arg;

	if (*i == n_given)
		return false;
	*out = (struct gk_title_in){ 1000 + (uint32_t)*i, 7 * *i, given[*i].p, given[*i].n, *i + n_behind >= n_given };
	++*i;
	return true;
}

static struct gk_titles *
build(size_t units)
{
	struct gk_titles *t = NULL;
	size_t i = 0;

	assert_int_equal(gk_titles_build(next_given, &i, units, &t, NULL), GK_OK);
	return t;
}

static void
make_titles(size_t n, uint32_t letters)
{
	n_given = n;
	n_behind = number(3) == 0 ? 0 : number((uint32_t)n + 1);
	for (size_t i = 0; i < n; i++)
		if (i > 0 && number(8) == 0)
			given[i] = given[number((uint32_t)i)];
		else
			random_title(&given[i], letters);
}

/* --- the oracle ------------------------------------------------------------------------------- */

static bool
same(const struct title *a, const struct title *b)
{
	return a->n == b->n && memcmp(a->p, b->p, a->n * sizeof *a->p) == 0;
}

/* The number of a title: how many different ones came before it. */
static uint32_t
naive_number(size_t i)
{
	uint32_t n = 0;

	for (size_t k = 0; k < n_given; k++) {
		bool first = true;

		if (same(&given[k], &given[i]))
			return n;
		for (size_t m = 0; m < k; m++)
			first &= !same(&given[m], &given[k]);
		n += first;
	}
	return n;
}

static bool
naive_first(size_t i)
{
	for (size_t m = 0; m < i; m++)
		if (same(&given[m], &given[i]))
			return false;
	return true;
}

/* Places of the text in a title, at which it begins at a word's border; `before` of them behind the unit, `behind` before it. */
static unsigned
naive_places(const struct title *t, const uint16_t *p, size_t n)
{
	unsigned places = 0;

	for (size_t i = 0; i + n <= t->n; i++)
		places += memcmp(t->p + i, p, n * sizeof *p) == 0 && !(i > 0 && naive_word(t->p[i - 1]) && naive_word(p[0]));
	return places;
}

static bool
naive_holds(const struct title *t, const uint16_t *typed, size_t n)
{
	size_t at = 0;

	while (at < n) {
		size_t k = 0;
		bool found = false;

		while (at + k < n && typed[at + k] != ' ')
			k++;
		for (size_t i = 0; i + k <= t->n; i++)
			found |= memcmp(t->p + i, typed + at, k * sizeof *typed) == 0 && !(i > 0 && naive_word(t->p[i - 1]) && naive_word(typed[at])) &&
				 !(at + k < n && i + k < t->n && naive_word(t->p[i + k]) && naive_word(typed[at + k - 1]));
		if (!found)
			return false;
		at += k + 1;
	}
	return true;
}

static bool
naive_begins(const struct title *t, const uint16_t *typed, size_t n)
{
	size_t k = 0;

	while (k < n && typed[k] != ' ')
		k++;
	return t->n >= k && memcmp(t->p, typed, k * sizeof *typed) == 0;
}

/* As it was typed once the separators of the title are gone, but none between two words. */
static bool
naive_apart(const struct title *t, const uint16_t *typed, size_t n)
{
	uint16_t bare[LENGTH];
	bool starts[LENGTH] = { false };	/* something may begin here */
	size_t k = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->p[i] == ' ') {
			if (!(naive_word(t->p[i - 1]) && naive_word(t->p[i + 1])))
				continue;
		}
		starts[k] = i == 0 || !naive_word(t->p[i]) || !naive_word(t->p[i - 1]);
		bare[k++] = t->p[i];
	}
	for (size_t i = 0; i + n <= k; i++)
		if (starts[i] && memcmp(bare + i, typed, n * sizeof *typed) == 0)
			return true;
	return false;
}

static size_t
naive_find(const uint16_t *typed, size_t n, uint32_t *out, size_t max)
{
	bool single = true;
	size_t got = 0, holders = 0;

	for (size_t i = 0; i < n; i++)
		single &= typed[i] != ' ';
	/* Only where reading it as it was typed gives too few. */
	for (size_t i = 0; i < n_given; i++)
		holders += naive_first(i) && naive_holds(&given[i], typed, n);
	single &= holders < max;
	for (int group = 0; group < 6; group++)
		for (size_t i = 0; i < n_given && got < max; i++) {
			bool holds = naive_holds(&given[i], typed, n), begins = holds && naive_begins(&given[i], typed, n);

			if (!naive_first(i) || (i + n_behind >= n_given) != (group >= 3))
				continue;
			if (group % 3 == 0 ? begins : group % 3 == 1 ? holds && !begins : single && !holds && naive_apart(&given[i], typed, n))
				out[got++] = naive_number(i);
		}
	return got;
}

struct naive_phrase { uint16_t p[12]; size_t n; uint32_t uses; };

static struct naive_phrase naive[40000];
static size_t n_naive;

static bool
naive_may_end(uint16_t u)
{
	return u != 0x7684 && !naive_word(u);
}

/* Is it a phrase, by the words of titles.h? */
static bool
naive_phrase(const uint16_t *p, size_t n, uint32_t *uses)
{
	unsigned places = 0, before[UINT16_MAX + 1u] = { 0 }, behind[UINT16_MAX + 1u] = { 0 };

	*uses = 0;
	for (size_t k = 0; k < n_given; k++) {
		if (!naive_first(k))
			continue;
		places += naive_places(&given[k], p, n);
		*uses += naive_places(&given[k], p, n) > 0;
		for (size_t i = 0; i + n <= given[k].n; i++) {
			const uint16_t *at = given[k].p + i;

			if (memcmp(at, p, n * sizeof *p) != 0 || (i > 0 && naive_word(at[-1]) && naive_word(p[0])))
				continue;
			if (i > 0)
				before[at[-1]]++;
			if (i + n < given[k].n)
				behind[at[n]]++;
		}
	}
	if (*uses < 2 || !naive_may_end(p[n - 1]))
		return false;
	for (unsigned u = 0; u <= UINT16_MAX; u++)
		if (u != ' ' && (before[u] * 10 >= places * 9 || behind[u] * 10 >= places * 9))
			return false;
	return true;
}

static int
naive_order(const void *a, const void *b)
{
	const struct naive_phrase *x = a, *y = b;

	for (size_t i = 0; i < x->n && i < y->n; i++)
		if (x->p[i] != y->p[i])
			return x->p[i] < y->p[i] ? -1 : 1;
	return (x->n > y->n) - (x->n < y->n);
}

static void
find_naive_phrases(void)
{
	n_naive = 0;
	for (size_t k = 0; k < n_given; k++)
		for (size_t i = 0; i < given[k].n; i++)
			for (size_t n = 2; n <= 12 && i + n <= given[k].n; n++) {
				struct naive_phrase *x = &naive[n_naive];
				bool had = false;

				if (given[k].p[i] == ' ' || given[k].p[i + n - 1] == ' ')
					break;
				if (i > 0 && naive_word(given[k].p[i]) && naive_word(given[k].p[i - 1]))
					break;
				*x = (struct naive_phrase){ .n = n };
				memcpy(x->p, given[k].p + i, n * sizeof *x->p);
				for (size_t m = 0; m < n_naive && !had; m++)
					had = naive[m].n == n && memcmp(naive[m].p, x->p, n * sizeof *x->p) == 0;
				assert_true(n_naive + 1 < sizeof naive / sizeof *naive);
				if (!had && naive_phrase(x->p, n, &x->uses))
					n_naive++;
			}
	qsort(naive, n_naive, sizeof *naive, naive_order);
}

/* --- tests --------------------------------------------------------------------------------------- */

static size_t
random_typed(uint16_t *out)
{
	/* Mostly a piece of a title, so that something is found. */
	const struct title *t = &given[number((uint32_t)n_given)];
	size_t from = number((uint32_t)t->n), n = 1 + number((uint32_t)(t->n - from)), k = 0;
	bool bare = number(3) == 0;

	for (size_t i = from; i < from + n; i++)
		if (!(t->p[i] == ' ' && (k == 0 || bare || i + 1 == from + n)))
			out[k++] = t->p[i];
	if (number(5) == 0 && k > 0)
		out[number((uint32_t)k)] = 0x4EA7;
	while (k > 0 && out[k - 1] == ' ')
		k--;
	return k;
}

static void
titles_are_found_as_reading_them_all_finds_them(void **state)
{
	size_t hits = 0, apart = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct gk_titles *t;

		make_titles(1 + number(120), 2 + number(7));
		t = build(SIZE_MAX);
		for (int question = 0; question < 100; question++) {
			uint16_t typed[LENGTH];
			uint32_t got[BEST], want[BEST];
			size_t n = random_typed(typed), max = 1 + number(BEST), g, w;

			g = gk_titles_find(t, typed, n, got, max);
			w = n == 0 ? 0 : naive_find(typed, n, want, max);
			if (g != w || memcmp(got, want, g * sizeof *got) != 0)
				fail_msg("round %d, question %d: %zu titles, not %zu, or others", round, question, g, w);
			hits += g;
			for (size_t i = 0; i < g; i++)
				for (size_t k = 0; k < n_given; k++)
					if (naive_number(k) == got[i] && naive_first(k))
						apart += !naive_holds(&given[k], typed, n);
		}
		gk_titles_free(t);
	}
	/* The oracle was asked something. */
	assert_true(hits > 1000 && apart > 20);
}

static void
phrases_are_those_that_counting_finds(void **state)
{
	size_t all = 0;

	(void)state;
	for (int round = 0; round < ROUNDS / 4; round++) {
		struct gk_titles *t;

		make_titles(1 + number(60), 3 + number(6));
		t = build(SIZE_MAX);
		find_naive_phrases();
		assert_int_equal(gk_titles_phrase_count(t), n_naive);
		for (size_t i = 0; i < n_naive; i++) {
			struct gk_phrase p = gk_titles_phrase(t, i);

			assert_int_equal(p.n, naive[i].n);
			assert_memory_equal(p.p, naive[i].p, p.n * sizeof *p.p);
			assert_int_equal(p.uses, naive[i].uses);
		}
		for (int question = 0; question < 100; question++) {
			uint16_t typed[LENGTH];
			size_t n = random_typed(typed), got, k = 0;
			struct gk_phrase p[BEST];
			uint32_t last = UINT32_MAX;

			got = gk_titles_phrases(t, typed, n, p, BEST);
			/* The most used first; among equals as they stand in the list. */
			for (uint32_t uses = (uint32_t)n_given; n > 0 && uses >= 2; uses--)
				for (size_t i = 0; i < n_naive && k < BEST; i++)
					if (naive[i].uses == uses && naive[i].n > n && memcmp(naive[i].p, typed, n * sizeof *typed) == 0) {
						assert_true(k < got);
						assert_int_equal(p[k].n, naive[i].n);
						assert_memory_equal(p[k].p, naive[i].p, p[k].n * sizeof *p[k].p);
						assert_true(p[k].uses <= last);
						last = p[k++].uses;
					}
			assert_int_equal(k, got);
			all += got;
		}
		gk_titles_free(t);
	}
	assert_true(all > 300);
}

struct seen { const struct gk_phrase *phrase; const struct gk_titles *t; unsigned char has[MOST]; };

static bool
see(void *arg, uint32_t title)
{
	struct seen *s = arg;

	assert_true(title < gk_titles_count(s->t));
	s->has[title] = 1;
	return true;
}

static void
a_phrase_tells_its_titles_and_a_title_its_documents(void **state)
{
	struct gk_titles *t;
	size_t docs = 0;

	(void)state;
	make_titles(100, 6);
	t = build(SIZE_MAX);
	for (size_t i = 0; i < gk_titles_phrase_count(t); i++) {
		struct gk_phrase p = gk_titles_phrase(t, i);
		struct seen s = { &p, t, { 0 } };
		uint32_t uses = 0;

		gk_titles_with(t, &p, see, &s);
		for (size_t k = 0; k < n_given; k++) {
			assert_int_equal(s.has[naive_number(k)] != 0, naive_places(&given[k], p.p, p.n) > 0);
			uses += naive_first(k) && naive_places(&given[k], p.p, p.n) > 0;
		}
		assert_int_equal(uses, p.uses);
	}
	for (uint32_t title = 0; title < gk_titles_count(t); title++) {
		struct gk_title_docs d = gk_titles_docs(t, title);
		uint32_t before = 0;

		assert_true(d.n > 0);
		for (size_t i = 0; i < d.n; i++, docs++) {
			/* In the order in which they were given. */
			assert_true(d.docid[i] > before);
			before = d.docid[i];
			assert_int_equal(naive_number(d.docid[i] - 1000), title);
			assert_int_equal(d.at[i], 7 * (d.docid[i] - 1000));
		}
	}
	assert_int_equal(docs, n_given);
	gk_titles_free(t);
}

static void
what_has_no_room_is_left_out_from_the_end(void **state)
{
	struct gk_titles *t;
	size_t units = 0, fit = 0;

	(void)state;
	make_titles(200, 7);
	for (size_t i = 0; i < n_given; i++)
		units += naive_first(i) ? given[i].n + 1 : 0;
	t = build(units);
	assert_int_equal(gk_titles_left_out(t), 0);
	gk_titles_free(t);
	t = build(units / 2);
	fit = gk_titles_count(t);
	assert_true(gk_titles_left_out(t) > 0 && fit > 0);
	/* The first ones are all there. */
	for (size_t i = 0, n = 0; i < n_given && n < fit - 1; i++) {
		uint32_t found[MOST];
		size_t k = gk_titles_find(t, given[i].p, given[i].n, found, MOST);

		if (!naive_first(i) || n + given[i].n + 1 > units / 2)
			continue;
		n++;
		assert_true(k > 0);
		if (n > fit / 2)
			break;
	}
	gk_titles_free(t);
}

static void
of_nothing_there_is_nothing(void **state)
{
	static const uint16_t typed[] = { 0x5B89 };
	struct gk_phrase p[BEST];
	uint32_t found[BEST];
	struct gk_titles *t;

	(void)state;
	n_given = n_behind = 0;
	t = build(SIZE_MAX);
	assert_int_equal(gk_titles_find(t, typed, 1, found, BEST), 0);
	assert_int_equal(gk_titles_phrases(t, typed, 1, p, BEST), 0);
	gk_titles_free(t);
	make_titles(5, 3);
	t = build(SIZE_MAX);
	assert_int_equal(gk_titles_find(t, typed, 0, found, BEST), 0);
	assert_int_equal(gk_titles_find(t, typed, 1, found, 0), 0);
	assert_int_equal(gk_titles_phrases(t, typed, 0, p, BEST), 0);
	gk_titles_free(t);
}

/* Every phrase is asked whether it is spelled so: what the lists by syllable and initials save is just that. */
static void
letters_find_what_asking_every_phrase_finds(void **unused)
{
	static const char *const pieces[] = { "an", "quan", "sheng", "chan", "de", "di", "tong", "a", "q", "s", "c", "d", "t", "z", "zhong", "chong", "x", "hang", "xing" };
	size_t all = 0;

	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		static const uint16_t other[] = { 0x91CD, 0x884C, 0x5E86, 0x94F6 };	/* 重 行 庆 银: read in more ways than one */
		struct gk_titles *t;

		make_titles(60, 8);
		for (size_t i = 0; i < n_given; i++)
			for (size_t k = 0; k < given[i].n; k++)
				if (given[i].p[k] > 0xFF && number(3) == 0)
					given[i].p[k] = other[number(4)];
		t = build(SIZE_MAX);
		for (int question = 0; question < 100; question++) {
			char letters[64] = "";
			struct gk_phrase p[BEST];
			size_t got, k = 0, n;

			for (uint32_t i = 1 + number(3); i > 0; i--)
				strcat(letters, pieces[number(sizeof pieces / sizeof *pieces)]);
			n = strlen(letters);
			if (number(2) == 0)
				n = 1 + number((uint32_t)n);
			got = gk_titles_spelled(t, letters, n, p, BEST);
			for (int fit = GK_PINYIN_WHOLE; n >= 2 && fit > GK_PINYIN_NO; fit = fit == GK_PINYIN_WHOLE ? GK_PINYIN_INITIALS : GK_PINYIN_NO)
				for (uint32_t uses = (uint32_t)n_given; uses >= 2; uses--)
					for (size_t i = 0; i < gk_titles_phrase_count(t) && k < BEST; i++) {
						struct gk_phrase one = gk_titles_phrase(t, i);
						char text[GK_PHRASE_TEXT];
						const uint16_t *syllable;
						size_t len = gk_phrase_text(&one, text);

						if (one.uses != uses || gk_pinyin_readings(one.p[0], &syllable) == 0 || (int)gk_pinyin_fits(text, len, letters, n, true) != fit)
							continue;
						assert_true(k < got);
						assert_true(p[k].n == one.n && memcmp(p[k].p, one.p, one.n * sizeof *one.p) == 0);
						k++;
					}
			assert_int_equal(k, got);
			all += got;
		}
		gk_titles_free(t);
	}
	assert_true(all > 1000);
}

/* What a clerk sees, in real words. */
static void
the_words_of_an_office_come_out(void **state)
{
	static const char *const titles[] = {
		"关于加强安全生产工作的通知", "安全生产管理办法", "安全生产月活动方案", "关于安全用电的提示", "健全食品安全制度的意见", "食品安全工作方案",
	};
	static const uint16_t an[] = { 0x5B89 }, quan[] = { 0x5168, 0x751F };	/* 安 全生 */
	struct gk_phrase p[BEST];
	struct gk_titles *t;
	size_t n;

	(void)state;
	n_given = sizeof titles / sizeof *titles;
	n_behind = 0;
	for (size_t i = 0; i < n_given; i++) {
		given[i].n = 0;
		for (const unsigned char *s = (const unsigned char *)titles[i]; *s != '\0'; s += 3)
			given[i].p[given[i].n++] = (uint16_t)((s[0] & 0x0F) << 12 | (s[1] & 0x3F) << 6 | (s[2] & 0x3F));
	}
	t = build(SIZE_MAX);
	n = gk_titles_phrases(t, an, 1, p, BEST);
	/* 安全 in six titles, 安全生产 in three; 安全生 is only a part of it. */
	assert_int_equal(n, 2);
	assert_int_equal(p[0].n, 2);
	assert_int_equal(p[0].uses, 6);
	assert_int_equal(p[1].n, 4);
	assert_int_equal(p[1].uses, 3);
	assert_int_equal(gk_titles_phrases(t, quan, 2, p, BEST), 0);
	gk_titles_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles_are_found_as_reading_them_all_finds_them),
		cmocka_unit_test(phrases_are_those_that_counting_finds),
		cmocka_unit_test(letters_find_what_asking_every_phrase_finds),
		cmocka_unit_test(a_phrase_tells_its_titles_and_a_title_its_documents),
		cmocka_unit_test(what_has_no_room_is_left_out_from_the_end),
		cmocka_unit_test(of_nothing_there_is_nothing),
		cmocka_unit_test(the_words_of_an_office_come_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Tables of symbols and bodies written by them, held against the plain units: what is decoded is what was there, and a needle is found
 * where gk_canon_find finds it in the plain text.  Texts are strung together from a few words, so that tables have long symbols, with units
 * between them that no table has seen, halves of characters among them.
 */
#include "base/io.h"
#include "catalog/body.h"
#include "cjk/cjk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { WORDS = 200, LONGEST = 24, TEXT = 3000, SAMPLE = 60000, ROUNDS = 60, NEEDLES = 150 };

#define NOWHERE ((size_t)-1)

static uint64_t seed = 7;

static uint32_t
number(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static void
must(enum gk_status st, const struct gk_err *err)
{
	if (st != GK_OK)
		fail_msg("status %d: %s", st, err->what_en);
}

/* --- texts ------------------------------------------------------------------------------------ */

static struct { uint16_t p[LONGEST]; size_t n; } word[WORDS];
static uint32_t letters;

static uint16_t
letter(void)
{
	switch (number(12)) {
	case 0: return ' ';
	case 1: return (uint16_t)('0' + number(3));
	case 2: return (uint16_t)('a' + number(3));
	case 3: return (uint16_t)(0xD840 + number(2));		/* halves in their order, or not */
	case 4: return (uint16_t)(0xDC00 + number(2));
	default: return (uint16_t)(0x4E00 + number(letters));
	}
}

static void
new_words(void)
{
	letters = 3 + number(60);
	for (size_t i = 0; i < WORDS; i++) {
		word[i].n = 1 + number(number(3) == 0 ? LONGEST : 4);
		for (size_t j = 0; j < word[i].n; j++)
			word[i].p[j] = letter();
	}
}

/* `strange` of a thousand units are any unit at all. */
static void
make_text(uint16_t *out, size_t n, uint32_t strange)
{
	for (size_t k = 0; k < n;) {
		/* The first words are the commonest. */
		uint32_t which = number(1 + number(WORDS));

		if (number(1000) < strange) {
			out[k++] = (uint16_t)number(GK_CODES);
			continue;
		}
		for (size_t j = 0; j < word[which].n && k < n; j++)
			out[k++] = word[which].p[j];
	}
}

static struct gk_symbols *
learn(size_t n)
{
	uint16_t *sample = malloc((n + 1) * sizeof *sample);
	struct gk_err err = GK_ERR_INIT;
	struct gk_symbols *s = NULL;
	struct gk_buf file;

	assert_non_null(sample);
	make_text(sample, n, 0);
	gk_buf_init(&file, 1 << 24);
	assert_true(gk_symbols_learn(sample, n, &file));
	must(gk_symbols_read(file.p, file.n, "table", &s, &err), &err);
	gk_buf_free(&file);
	free(sample);
	return s;
}

struct text { uint16_t plain[TEXT], code[2 * TEXT]; struct gk_body body; };

static void
write_text(struct text *t, struct gk_symbols *s, size_t n, uint32_t strange)
{
	struct gk_encoder *e = gk_encoder_new(s);

	assert_non_null(e);
	make_text(t->plain, n, strange);
	t->body = (struct gk_body){ .p = t->code, .n = gk_encode(e, t->plain, n, t->code), .units = n, .symbols = s };
	gk_encoder_free(e);
}

/* --- tests ---------------------------------------------------------------------------------------- */

static void
what_was_written_is_read(void **unused)
{
	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		static struct text t;
		struct gk_units room = { NULL, 0 };
		struct gk_symbols *s;
		const uint16_t *units;
		size_t n, most = number(TEXT + 100);

		new_words();
		s = learn(number(4) == 0 ? number(50) : number(SAMPLE));
		write_text(&t, s, number(TEXT), number(3) == 0 ? number(1001) : 0);
		assert_int_equal(gk_symbols_units(s, t.code, t.body.n), t.body.units);
		assert_true(gk_body_units(&t.body, &room, SIZE_MAX, &units, &n));
		assert_int_equal(n, t.body.units);
		assert_memory_equal(units, t.plain, n * sizeof *units);
		assert_true(gk_body_units(&t.body, &room, most, &units, &n));
		assert_int_equal(n, most < t.body.units ? most : t.body.units);
		assert_memory_equal(units, t.plain, n * sizeof *units);
		free(room.p);
		gk_symbols_close(s);
	}
}

static size_t
slow_first(const uint16_t *text, size_t n, const uint16_t *const *needle, const size_t *k, size_t count)
{
	size_t first = NOWHERE;

	for (size_t i = 0; i < count; i++) {
		size_t at = gk_canon_find(text, n, needle[i], k[i], 0);

		first = at < first ? at : first;
	}
	return first;
}

/* One cut from the text, changed at one place now and then, or from elsewhere. */
static size_t
make_needle(const struct text *t, uint16_t needle[LONGEST])
{
	size_t n = 1 + number(20), at;

	if (t->body.units <= n || number(8) == 0) {
		make_text(needle, n, 100);
		return n;
	}
	at = number((uint32_t)(t->body.units - n));
	memcpy(needle, t->plain + at, n * sizeof *needle);
	if (number(3) == 0)
		needle[number((uint32_t)n)] = letter();
	return n;
}

static void
a_needle_is_found_where_it_stands_in_the_plain_text(void **unused)
{
	unsigned found = 0, not_found = 0;

	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		static struct text t;
		struct gk_symbols *s;

		new_words();
		s = learn(number(SAMPLE));
		write_text(&t, s, number(TEXT), number(3) == 0 ? number(300) : number(5));
		for (int i = 0; i < NEEDLES; i++) {
			static uint16_t needle[GK_FINDER_NEEDLES][LONGEST];
			const uint16_t *p[GK_FINDER_NEEDLES];
			size_t n[GK_FINDER_NEEDLES], count = 1 + number(number(4) == 0 ? GK_FINDER_NEEDLES : 1), want;
			struct gk_body plain = { t.plain, t.body.units, t.body.units, NULL };
			struct gk_finder f;

			for (size_t k = 0; k < count; k++) {
				p[k] = needle[k];
				n[k] = make_needle(&t, needle[k]);
			}
			want = slow_first(t.plain, t.body.units, p, n, count);
			assert_true(gk_finder_begin(&f, p, n, count));
			if (gk_finder_first(&f, &t.body) != want)
				fail_msg("round %d, needle %d: at %zd, not %zd", round, i, (ssize_t)gk_finder_first(&f, &t.body), (ssize_t)want);
			assert_int_equal(gk_finder_stands(&f, &t.body), want != NOWHERE);
			assert_int_equal(gk_finder_first(&f, &plain), want);
			assert_int_equal(gk_finder_stands(&f, &plain), want != NOWHERE);
			gk_finder_end(&f);
			found += want != NOWHERE;
			not_found += want == NOWHERE;
		}
		gk_symbols_close(s);
	}
	assert_true(found > 1000 && not_found > 1000);
}

static void
a_table_makes_common_text_small_and_is_always_the_same(void **unused)
{
	static uint16_t sample[SAMPLE];
	static struct text t;
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf one, two;
	struct gk_symbols *s;

	(void)unused;
	new_words();
	make_text(sample, SAMPLE, 0);
	gk_buf_init(&one, 1 << 24);
	gk_buf_init(&two, 1 << 24);
	assert_true(gk_symbols_learn(sample, SAMPLE, &one) && gk_symbols_learn(sample, SAMPLE, &two));
	assert_int_equal(one.n, two.n);
	assert_memory_equal(one.p, two.p, one.n);
	must(gk_symbols_read(one.p, one.n, "table", &s, &err), &err);
	write_text(&t, s, TEXT, 0);
	/* Words of 4.4 units on average: at least two units to a code. */
	assert_true(t.body.n * 2 < t.body.units);
	gk_symbols_close(s);
	gk_buf_free(&one);
	gk_buf_free(&two);
}

static void
a_table_that_is_damaged_or_missing_says_what_to_do(void **unused)
{
	static uint16_t sample[500];
	struct gk_err err = GK_ERR_INIT;
	struct gk_symbols *s;
	struct gk_buf file;

	(void)unused;
	new_words();
	make_text(sample, 500, 0);
	gk_buf_init(&file, 1 << 24);
	assert_true(gk_symbols_learn(sample, 500, &file));
	for (size_t n = 0; n < file.n; n++)
		assert_int_equal(gk_symbols_read(file.p, n, "table", &s, &err), GK_DEAD);
	for (size_t i = 0; i < file.n; i++) {
		file.p[i] ^= 0x10;
		err = (struct gk_err)GK_ERR_INIT;
		assert_int_equal(gk_symbols_read(file.p, file.n, "table", &s, &err), GK_DEAD);
		assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
		assert_non_null(strstr(err.hint_en, "index rebuild"));
		file.p[i] ^= 0x10;
	}
	must(gk_symbols_read(file.p, file.n, "table", &s, &err), &err);
	gk_symbols_close(s);
	gk_buf_free(&file);
	assert_int_equal(gk_symbols_open("/nonexistent/symbols", &s, &err), GK_DEAD);
	assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
	assert_non_null(strstr(err.hint_en, "index rebuild"));
}

/* The sanitizers see to it that nothing is read or written outside; what comes of it may be anything. */
static void
damaged_codes_are_decoded_within_their_room(void **unused)
{
	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		struct gk_units room = { NULL, 0 };
		struct gk_symbols *s;
		size_t k = 1 + number(TEXT), n;
		uint16_t *code = malloc(k * sizeof *code);
		const uint16_t *units;
		struct gk_body b = { code, k, number(3 * TEXT), NULL };

		assert_non_null(code);
		new_words();
		b.symbols = s = learn(number(SAMPLE / 4));
		for (size_t i = 0; i < k; i++)
			code[i] = (uint16_t)(number(4) == 0 ? number(GK_CODES) : number(8) == 0 ? GK_UPPER_HALF + number(512) : number(s->count + 1));
		gk_symbols_units(s, code, k);
		assert_true(gk_body_units(&b, &room, SIZE_MAX, &units, &n));
		assert_true(n <= b.units);
		for (int i = 0; i < 20; i++) {
			uint16_t needle[LONGEST];
			const uint16_t *p = needle;
			size_t m = 1 + number(LONGEST - 1);
			struct gk_finder f;

			make_text(needle, m, 50);
			assert_true(gk_finder_begin(&f, &p, &m, 1));
			gk_finder_first(&f, &b);
			gk_finder_end(&f);
		}
		free(room.p);
		free(code);
		gk_symbols_close(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(a_needle_is_found_where_it_stands_in_the_plain_text),
		cmocka_unit_test(a_table_makes_common_text_small_and_is_always_the_same),
		cmocka_unit_test(a_table_that_is_damaged_or_missing_says_what_to_do),
		cmocka_unit_test(damaged_codes_are_decoded_within_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

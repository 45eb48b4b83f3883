/*
 * cjk/pinyin: readings, homophones, look-alikes, letters as syllables.  Rows are what a
 * dictionary says; the properties have slow oracles written here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "cjk/pinyin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS(a) (sizeof(a) / sizeof *(a))

static uint32_t
character(const char *s)
{
	uint32_t cp;

	gk_utf8_decode(s, strlen(s), &cp);
	return cp;
}

static void
test_readings_rows(void **state)
{
	static const struct { const char *character, *want; } rows[] = {
		{ "工", "gong" }, { "公", "gong" }, { "行", "xing hang heng" }, { "重", "zhong chong" }, { "绿", "lv lu" },
		{ "女", "nv" }, { "略", "lve" }, { "地", "de di" }, { "喆", "zhe" }, { "镕", "rong" }, { "曾", "ceng zeng" },
		{ "a", "" }, { "，", "" }, { "の", "" }, { "𠮷", "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const uint16_t *syllable;
		size_t n = gk_pinyin_readings(character(rows[i].character), &syllable);
		char got[128] = "";

		for (size_t k = 0; k < n; k++)
			snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", k > 0 ? " " : "", gk_pinyin_syllable(syllable[k]));
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: wanted '%s', got '%s'", rows[i].character, rows[i].want, got);
	}
}

static bool
is_among(uint32_t c, const uint16_t *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == c)
			return true;
	return false;
}

/* Two tables, one truth: a character stands under each of its readings, and under no other. */
static void
test_property_homophones_and_readings_agree(void **state)
{
	size_t pairs = 0, listed = 0;

	(void)state;
	for (unsigned s = 0; s < gk_pinyin_syllables(); s++) {
		const uint16_t *list, *readings;
		size_t n = gk_pinyin_characters(s, &list);

		assert_true(s == 0 || strcmp(gk_pinyin_syllable(s - 1), gk_pinyin_syllable(s)) < 0);
		listed += n;
		for (size_t i = 0; i < n; i++) {
			size_t k = gk_pinyin_readings(list[i], &readings);

			assert_true(is_among(s, readings, k));
		}
	}
	for (uint32_t c = 0x4E00; c < 0xA000; c++) {
		const uint16_t *list, *readings, *look;
		size_t n = gk_pinyin_readings(c, &readings);

		/* Of those in common use only: the ones that have look-alikes are, whatever else is. */
		for (size_t i = 0; i < n; i++) {
			size_t k = gk_pinyin_characters(readings[i], &list);

			if (is_among(c, list, k))
				pairs++;
			else
				assert_int_equal(gk_pinyin_look_alikes(c, &look), 0);
		}
	}
	assert_true(listed >= 8105);
	assert_in_range(pairs, listed - 200, listed);	/* a few in common use stand in extension A */
}

static void
test_compare_rows(void **state)
{
	static const struct { const char *a, *b; enum gk_sound want; } rows[] = {
		{ "工", "公", GK_SOUND_SAME }, { "行", "航", GK_SOUND_SAME }, { "行", "形", GK_SOUND_SAME }, { "绿", "率", GK_SOUND_SAME },
		{ "知", "资", GK_SOUND_NEAR }, { "市", "四", GK_SOUND_NEAR }, { "因", "应", GK_SOUND_NEAR }, { "牛", "刘", GK_SOUND_NEAR },
		{ "山", "商", GK_SOUND_NEAR }, { "真", "正", GK_SOUND_NEAR }, { "工", "供", GK_SOUND_SAME },
		{ "工", "人", GK_SOUND_OTHER }, { "工", "跟", GK_SOUND_OTHER }, { "农", "论", GK_SOUND_OTHER }, { "a", "啊", GK_SOUND_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		uint32_t a = character(rows[i].a), b = character(rows[i].b);

		if (gk_pinyin_compare(a, b) != rows[i].want || gk_pinyin_compare(b, a) != rows[i].want)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
}

static void
test_look_alikes_rows(void **state)
{
	static const struct { const char *a, *b; bool want; } rows[] = {
		{ "未", "末", true }, { "己", "已", true }, { "人", "入", true }, { "情", "清", true }, 
		{ "治", "冶", true }, { "拔", "拨", true }, { "天", "夭", true }, { "日", "曰", true },
		{ "工", "藏", false }, { "府", "政", false }, { "府", "府", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const uint16_t *list;
		size_t n = gk_pinyin_look_alikes(character(rows[i].a), &list);

		if (is_among(character(rows[i].b), list, n) != rows[i].want)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
}

/* --- letters ------------------------------------------------------------------------------- */

static void
spell(const struct gk_pinyin_split *s, const char *between, char *out, size_t size)
{
	out[0] = '\0';
	for (size_t i = 0; i < s->n; i++)
		snprintf(out + strlen(out), size - strlen(out), "%s%s", i > 0 ? between : "", gk_pinyin_syllable(s->syllable[i]));
}

static void
test_split_rows(void **state)
{
	static const struct { const char *letters, *want; } rows[] = {
		{ "zhengfu", "zheng fu" },
		{ "xian", "xian|xi an" },
		{ "xi'an", "xi an" },
		{ "fangan", "fan gan|fang an" },
		{ "anquan", "an quan|an qu an" },
		{ "lvse", "lv se" },
		{ "zfxxgk", "" }, { "gongkaix", "" }, { "x", "" }, { "", "" }, { "''", "" }, { "budget", "" }, { "ng", "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct gk_pinyin_split split[GK_PINYIN_SPLITS];
		size_t n = gk_pinyin_split(rows[i].letters, strlen(rows[i].letters), split);
		char got[1024] = "";

		for (size_t k = 0; k < n; k++) {
			char one[256];

			spell(&split[k], " ", one, sizeof one);
			snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", k > 0 ? "|" : "", one);
		}
		/* The order among ways of the same length is not promised. */
		if (strcmp(rows[i].letters, "fangan") == 0)
			assert_true(strncmp(got, "fan gan|fang an", 15) == 0 || strncmp(got, "fang an|fan gan", 15) == 0);
		else if (strcmp(got, rows[i].want) != 0)
			fail_msg("'%s': wanted '%s', got '%s'", rows[i].letters, rows[i].want, got);
	}
}

/* Whatever was put together from syllables comes apart into them, among others. */
static void
test_property_split_undoes_joining(void **state)
{
	uint32_t seed = 20261126;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct gk_pinyin_split made = { .n = 0 }, split[GK_PINYIN_SPLITS];
		char letters[256], again[256];
		size_t n, shortest;
		bool same = false;

		seed = seed * 1103515245 + 12345;
		for (size_t k = 1 + (seed >> 16) % 5; k > 0; k--) {
			seed = seed * 1103515245 + 12345;
			made.syllable[made.n] = (uint16_t)((seed >> 8) % gk_pinyin_syllables());
			made.n += strpbrk(gk_pinyin_syllable(made.syllable[made.n]), "aeiouv") != NULL;
		}
		if (made.n == 0)
			continue;
		spell(&made, "", letters, sizeof letters);
		n = gk_pinyin_split(letters, strlen(letters), split);
		assert_in_range(n, 1, GK_PINYIN_SPLITS);
		shortest = split[0].n;
		assert_true(shortest <= made.n);
		for (size_t k = 0; k < n; k++) {
			spell(&split[k], "", again, sizeof again);
			assert_string_equal(again, letters);
			assert_true(split[k].n >= shortest);
			same = same || (split[k].n == made.n && memcmp(split[k].syllable, made.syllable, made.n * sizeof *made.syllable) == 0);
		}
		if (!same && n < GK_PINYIN_SPLITS && made.n <= shortest + 1)
			fail_msg("'%s' lost the way it was made", letters);
	}
}

static void
test_fits_rows(void **state)
{
	static const struct { const char *text, *letters; bool begun; enum gk_pinyin_fit want; } rows[] = {
		{ "政府信息公开", "zhengfuxinxigongkai", false, GK_PINYIN_WHOLE },
		{ "政府信息公开", "zfxxgk", false, GK_PINYIN_INITIALS },
		{ "政府信息公开", "zhengfu", false, GK_PINYIN_NO },
		{ "政府信息公开", "zhengfu", true, GK_PINYIN_WHOLE },
		{ "政府信息公开", "zhengfux", true, GK_PINYIN_WHOLE },
		{ "政府信息公开", "zfx", true, GK_PINYIN_INITIALS },
		{ "政府信息公开", "zfxg", true, GK_PINYIN_NO },
		{ "政府信息公开", "zhengfuxinxigongkaix", true, GK_PINYIN_NO },
		{ "银行", "yinhang", false, GK_PINYIN_WHOLE },
		{ "行为", "xingwei", false, GK_PINYIN_WHOLE },
		{ "重庆", "chongqing", false, GK_PINYIN_WHOLE },
		{ "西安", "xian", false, GK_PINYIN_WHOLE },
		{ "先", "xian", false, GK_PINYIN_WHOLE },
		{ "《安全生产》条例", "anquanshengchantiaoli", false, GK_PINYIN_WHOLE },
		{ "5g基站", "5gjizhan", false, GK_PINYIN_WHOLE },
		{ "5g基站", "5gjz", false, GK_PINYIN_INITIALS },
		{ "安", "a", false, GK_PINYIN_INITIALS },
		{ "政府", "", true, GK_PINYIN_NO },
		{ "", "a", true, GK_PINYIN_NO },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (gk_pinyin_fits(rows[i].text, strlen(rows[i].text), rows[i].letters, strlen(rows[i].letters), rows[i].begun) != rows[i].want)
			fail_msg("%s as '%s'", rows[i].text, rows[i].letters);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readings_rows),
		cmocka_unit_test(test_property_homophones_and_readings_agree),
		cmocka_unit_test(test_compare_rows),
		cmocka_unit_test(test_look_alikes_rows),
		cmocka_unit_test(test_split_rows),
		cmocka_unit_test(test_property_split_undoes_joining),
		cmocka_unit_test(test_fits_rows),
	};
	char pattern[128];

	if (argc > 1) {
		snprintf(pattern, sizeof pattern, "*%s*", argv[1]);
		cmocka_set_test_filter(pattern);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

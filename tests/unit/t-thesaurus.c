/* The thesaurus: what the shipped lists say is found, whichever way it is asked; an office's own list adds, forgets and cannot break it. */
#include "base/io.h"
#include "cjk/cjk.h"
#include "cjk/thesaurus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char own[64];

static struct gk_thesaurus *
lists(const char *text, struct gk_err *bad)
{
	struct gk_thesaurus *t;
	FILE *f;

	if (text != NULL) {
		f = fopen(own, "w");
		assert_non_null(f);
		fputs(text, f);
		fclose(f);
	}
	assert_int_equal(gk_thesaurus_open(text == NULL ? NULL : own, &t, bad), GK_OK);
	return t;
}

/* Does `to` stand among what `word` gives, and is it the same? */
static bool
gives(const struct gk_thesaurus *t, const char *word, const char *to, bool same)
{
	size_t n = 0, count = 0;
	struct gk_folded a, b;
	const struct gk_synonym *list;
	bool found = false;

	assert_true(gk_fold(word, strlen(word), false, &a) && gk_fold(to, strlen(to), false, &b));
	list = gk_thesaurus_find(t, a.text, a.n, &n, &count);
	for (size_t i = 0; !found && list != NULL && n == a.n && i < count; i++)
		found = list[i].n == b.n && memcmp(list[i].p, b.text, b.n) == 0 && (!same || list[i].same);
	gk_folded_free(&a);
	gk_folded_free(&b);
	return found;
}

/* Every line of data/synonyms, read here a second way. */
static void
every_shipped_line_is_found(void **unused)
{
	struct gk_err bad = GK_ERR_INIT;
	struct gk_thesaurus *t = lists(NULL, &bad);
	static const char *const files[] = { "civil", "offices", "public-services", "work-and-justice" };
	const char *src = getenv("top_srcdir");
	size_t pairs = 0;

	(void)unused;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[4096], line[1024];
		FILE *f;

		snprintf(path, sizeof path, "%s/data/synonyms/%s.tsv", src == NULL ? "." : src, files[i]);
		f = fopen(path, "r");
		assert_non_null(f);
		while (fgets(line, sizeof line, f) != NULL) {
			char *word = strtok(line, "\t\n"), *sign = strtok(NULL, "\t\n"), *to = strtok(NULL, "\t\n");

			if (word == NULL || *word == '#')
				continue;
			assert_non_null(to);
			for (char *one = strtok(to, " "); one != NULL; one = strtok(NULL, " "), pairs++) {
				if (!gives(t, word, one, *sign == '='))
					fail_msg("%s %s %s", word, sign, one);
				if (*sign == '=' && !gives(t, one, word, true))
					fail_msg("%s back to %s", one, word);
			}
		}
		fclose(f);
	}
	assert_true(pairs > 5000);
	gk_thesaurus_close(t);
}

static void
the_longest_word_wins(void **unused)
{
	struct gk_err bad = GK_ERR_INIT;
	struct gk_thesaurus *t = lists("云溪\t=\t青石\n云溪饼铺\t~\t饮食服务\n", &bad);
	size_t n, count;
	const struct gk_synonym *to = gk_thesaurus_find(t, "云溪饼铺子", strlen("云溪饼铺子"), &n, &count);

	(void)unused;
	assert_non_null(to);
	assert_int_equal(n, strlen("云溪饼铺"));
	assert_int_equal(count, 1);
	assert_false(to->same);
	assert_non_null(gk_thesaurus_find(t, "云溪饼子", strlen("云溪饼子"), &n, &count));
	assert_int_equal(n, strlen("云溪"));
	/* A word is not found where the text ends within it, nor behind its beginning. */
	assert_null(gk_thesaurus_find(t, "云", strlen("云"), &n, &count));
	assert_null(gk_thesaurus_find(t, "到云溪", strlen("到云溪"), &n, &count));
	gk_thesaurus_close(t);
}

static void
an_offices_list_adds_and_forgets(void **unused)
{
	struct gk_err bad = GK_ERR_INIT;
	struct gk_thesaurus *t = lists("# 本镇的说法\n養狗\t=\t养獒\n房东\t-\n", &bad);

	(void)unused;
	assert_int_equal(bad.cause, GK_CAUSE_NONE);
	assert_true(gives(t, "养狗", "养犬", true));	/* traditional characters are the same word */
	assert_true(gives(t, "养狗", "养獒", true));
	assert_false(gives(t, "房东", "出租人", false));
	assert_false(gives(t, "出租人", "房东", false));
	gk_thesaurus_close(t);
}

static void
a_bad_line_costs_itself(void **unused)
{
	static const char *const lines[] = { "没有制表符\n", "两栏\t=\n", "标记\t?\t别的\n", "字\t=\t太短\n", "空\t\t\n", "乱\xff码\t=\t乱码\n", "\t=\t没有词\n", "词语\t=\t   \n" };

	(void)unused;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char text[256];
		struct gk_err bad = GK_ERR_INIT;
		struct gk_thesaurus *t;

		snprintf(text, sizeof text, "前面\t=\t头里\n%s后面\t=\t尾里\n", lines[i]);
		t = lists(text, &bad);
		if (bad.cause != GK_CAUSE_BAD_DATA || strstr(bad.what_en, "line 2") == NULL || strstr(bad.what, own) == NULL)
			fail_msg("%s: %s", lines[i], bad.what_en);
		assert_true(gives(t, "前面", "头里", true) && gives(t, "后面", "尾里", true) && gives(t, "养狗", "养犬", true));
		gk_thesaurus_close(t);
	}
}

static void
a_file_that_cannot_be_read_is_told_and_the_shipped_lists_serve(void **unused)
{
	struct gk_err bad = GK_ERR_INIT;
	struct gk_thesaurus *t;

	(void)unused;
	assert_int_equal(gk_thesaurus_open("/proc/self", &t, &bad), GK_OK);
	assert_int_not_equal(bad.cause, GK_CAUSE_NONE);
	assert_true(gives(t, "养狗", "养犬", true));
	gk_thesaurus_close(t);
	bad = (struct gk_err)GK_ERR_INIT;
	assert_int_equal(gk_thesaurus_open("/nonexistent/synonyms.tsv", &t, &bad), GK_OK);
	assert_int_equal(bad.cause, GK_CAUSE_NONE);
	gk_thesaurus_close(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shipped_line_is_found), cmocka_unit_test(the_longest_word_wins), cmocka_unit_test(an_offices_list_adds_and_forgets),
		cmocka_unit_test(a_bad_line_costs_itself), cmocka_unit_test(a_file_that_cannot_be_read_is_told_and_the_shipped_lists_serve),
	};
	int failed;

	snprintf(own, sizeof own, "/tmp/gongkai-thesaurus.%d", (int)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(own);
	return failed;
}

/* cjk/traditional.h: words and characters, what must stay, any bytes; and folding undoes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cjk/cjk.h"
#include "cjk/traditional.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
turned(const char *s)
{
	struct gk_buf b;
	size_t n;

	gk_buf_init(&b, 1 << 20);
	assert_true(gk_traditional(s, strlen(s), &b));
	if (b.p == NULL)
		return strdup("");
	return gk_buf_take(&b, &n);
}

static void
test_words_and_characters(void **state)
{
	static const struct { const char *from, *to; } rows[] = {
		{ "", "" }, { "abc 123。", "abc 123。" }, { "关于加强安全生产工作的通知", "關於加強安全生產工作的通知" },
		{ "理发店和发展", "理髮店和發展" }, { "皇后以后", "皇后以後" }, { "公里、里面、邻里", "公里、裡面、鄰里" }, { "干部不得干扰干旱地区", "幹部不得干擾乾旱地區" },
		{ "联系人关系系统", "聯繫人關係系統" }, { "制定制度，制造产品", "制定制度，製造產品" }, { "行政复议、答复、重复、恢复、修复方案", "行政復議、答覆、重複、恢復、修復方案" },
		{ "批准确定的标准", "批准確定的標準" }, { "征收征求长征", "徵收徵求長征" }, { "台风、平台", "颱風、平台" }, { "面粉和面积", "麵粉和面積" },
		{ "繁體字本來就是", "繁體字本來就是" }, { "\xF0\xA0\xAE\xB7吉", "\xF0\xA0\xAE\xB7吉" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *s = turned(rows[i].from);

		assert_string_equal(s, rows[i].to);
		free(s);
	}
}

/* Bytes that are no text, and texts cut anywhere: nothing is lost, nothing read behind the end. */
static void
test_any_bytes(void **state)
{
	uint32_t x = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		unsigned char s[24];
		size_t n;
		struct gk_buf b;

		x = x * 1664525 + 1013904223;
		n = x >> 27;
		n = n < sizeof s ? n : sizeof s;
		for (size_t i = 0; i < n; i++) {
			x = x * 1664525 + 1013904223;
			s[i] = (unsigned char)(x >> 24);
		}
		gk_buf_init(&b, 1024);
		assert_true(gk_traditional((const char *)s, n, &b));
		assert_int_equal(gk_utf8_count((const char *)s, n), gk_utf8_count(b.p == NULL ? "" : b.p, b.n));
		gk_buf_free(&b);
	}
}

/* Whoever copies traditional text off the page finds the same with it: folding undoes the view, but for characters that are simplified text too. */
static void
test_property_folding_undoes_it(void **state)
{
	unsigned undone = 0, kept = 0;

	(void)state;
	for (uint32_t cp = 0x4E00; cp < 0xA000; cp++) {
		char bytes[5] = "", *s;
		struct gk_folded a, b;

		gk_utf8_encode(cp, bytes);
		s = turned(bytes);
		assert_true(gk_fold(bytes, strlen(bytes), false, &a) && gk_fold(s, strlen(s), false, &b));
		undone += strcmp(s, bytes) != 0 && a.n == b.n && memcmp(a.text, b.text, a.n) == 0;
		kept += strcmp(s, bytes) != 0 && !(a.n == b.n && memcmp(a.text, b.text, a.n) == 0);
		gk_folded_free(&a);
		gk_folded_free(&b);
		free(s);
	}
	assert_true(undone > 2400);
	assert_true(kept < 20);
	printf("# %u characters turned and folded back, %u not\n", undone, kept);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_and_characters), cmocka_unit_test(test_any_bytes), cmocka_unit_test(test_property_folding_undoes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

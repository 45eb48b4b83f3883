/* Differences: cases as a table, edits that are known beforehand, and what holds of any two texts. */
#include "base/utf8.h"
#include "record/difference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof (a) / sizeof *(a))

/* Same and removed are the old text, same and added the new one; blocks hold the pieces in order; characters stay whole. */
static void
check_whole(const struct gk_difference *d, const char *old, size_t old_n, const char *new, size_t new_n)
{
	size_t was = 0, is = 0, piece = 0;

	for (size_t i = 0; i < d->n; i++) {
		assert_int_equal(d->block[i].piece, piece);
		piece += d->block[i].n_pieces;
	}
	assert_int_equal(piece, d->n_pieces);
	for (size_t i = 0; i < d->n_pieces; i++) {
		const struct gk_diff_piece *p = &d->piece[i];

		assert_true(p->n > 0);
		if (p->op != GK_DIFF_ADDED) {
			assert_int_equal(p->old_at, was);
			was += p->n;
			assert_true(was <= old_n && (was == old_n || ((unsigned char)old[was] & 0xC0) != 0x80));
		}
		if (p->op != GK_DIFF_REMOVED) {
			assert_int_equal(p->new_at, is);
			is += p->n;
			assert_true(is <= new_n && (is == new_n || ((unsigned char)new[is] & 0xC0) != 0x80));
		}
		if (p->op == GK_DIFF_SAME)
			assert_memory_equal(old + p->old_at, new + p->new_at, p->n);
	}
	assert_int_equal(was, old_n);
	assert_int_equal(is, new_n);
}

/* "2~ 3- +4 5>6": what became of articles, as one would say it. */
static void
tell(const struct gk_difference *d, char *out, size_t size)
{
	size_t k = 0;

	out[0] = '\0';
	for (size_t i = 0; i < d->n; i++) {
		const struct gk_diff_block *b = &d->block[i];

		if (!b->has_old && !b->has_new)
			continue;
		switch (b->kind) {
		case GK_BLOCK_CHANGED:
			k += (size_t)snprintf(out + k, size - k, b->before.number == b->after.number ? " %u~" : " %u~%u", b->before.number, b->after.number);
			break;
		case GK_BLOCK_RENUMBERED:
			k += (size_t)snprintf(out + k, size - k, " %u>%u", b->before.number, b->after.number);
			break;
		case GK_BLOCK_REMOVED:
			k += (size_t)snprintf(out + k, size - k, " %u-", b->before.number);
			break;
		case GK_BLOCK_ADDED:
			k += (size_t)snprintf(out + k, size - k, " +%u", b->after.number);
			break;
		case GK_BLOCK_MOVED_AWAY:
			assert_true(d->block[b->other].kind == GK_BLOCK_MOVED_HERE && d->block[b->other].other == i);
			k += (size_t)snprintf(out + k, size - k, " %u=>%u", b->before.number, d->block[b->other].after.number);
			break;
		default:
			break;
		}
	}
	if (k > 0)
		memmove(out, out + 1, k);
}

#define A "第一条 为了规范养犬行为，制定本办法。\n"
#define B "第二条 养犬登记费每年一百元。\n"
#define C "第三条 禁止携犬进入公园、学校和医院。\n"
#define D "第四条 违反本办法的，由公安机关责令改正，处二百元以下罚款。\n"

static void
articles_are_paired(void **state)
{
	static const struct { const char *why, *old, *new, *want; } rows[] = {
		{ "nothing", A B C, A B C, "" },
		{ "empty", "", "", "" },
		{ "all of it is new", "", A B, "+1 +2" },
		{ "one was changed", A B C, A "第二条 养犬登记费每年五十元。\n" C, "2~" },
		{ "blanks are no change", A B C, "　　第一条　为了规范养犬行为，\n制定本办法。\n\n" B C, "" },
		{ "one was put in: the others have other numbers", A B C D, A "第二条 本办法适用于本县。\n" "第三条 养犬登记费每年一百元。\n" "第四条 禁止携犬进入公园、学校和医院。\n"
			"第五条 违反本办法的，由公安机关责令改正，处二百元以下罚款。\n", "+2 2>3 3>4 4>5" },
		{ "one was struck out", A B C D, A "第二条 禁止携犬进入公园、学校和医院。\n第三条 违反本办法的，由公安机关责令改正，处二百元以下罚款。\n", "2- 3>2 4>3" },
		{ "with 之一 the others keep theirs", A B C, A B "第二条之一 幼犬免收登记费。\n" C, "+2" },
		{ "one was moved to the end", A B C D, A "第二条 禁止携犬进入公园、学校和医院。\n第三条 违反本办法的，由公安机关责令改正，处二百元以下罚款。\n第四条 养犬登记费每年一百元。\n",
			"2=>4 3>2 4>3" },
		{ "changed and renumbered", A B C D, A B "第三条 新的一条。\n第四条 禁止携犬进入公园、学校、医院和商场。\n第五条 违反本办法的，由公安机关责令改正，处二百元以下罚款。\n", "+3 3~4 4>5" },
		{ "another wording altogether is still that article", A B C, A "第二条 收费标准另行制定。\n" C, "2~" },
		{ "the same wording twice is not mixed up", "第一条 （删去）\n第二条 （删去）\n" C, "第一条 （删去）\n第二条 （删去）\n第三条 禁止携犬进入公园。\n", "3~" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_difference d;
		char got[512];
		json_t *json;

		assert_int_equal(gk_difference_of(rows[i].old, strlen(rows[i].old), rows[i].new, strlen(rows[i].new), &d, NULL), GK_OK);
		check_whole(&d, rows[i].old, strlen(rows[i].old), rows[i].new, strlen(rows[i].new));
		tell(&d, got, sizeof got);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: '%s', wanted '%s'", rows[i].why, got, rows[i].want);
		json = gk_difference_json(&d, rows[i].old, rows[i].new);
		assert_non_null(json);
		json_decref(json);
		gk_difference_free(&d);
	}
}

/* [-removed-]{+added+} */
static void
show_pieces(const struct gk_difference *d, const char *old, const char *new, char *out, size_t size)
{
	size_t k = 0;

	out[0] = '\0';
	for (size_t i = 0; i < d->n_pieces; i++) {
		const struct gk_diff_piece *p = &d->piece[i];

		if (p->op == GK_DIFF_SAME)
			k += (size_t)snprintf(out + k, size - k, "%.*s", (int)p->n, old + p->old_at);
		else
			k += (size_t)snprintf(out + k, size - k, p->op == GK_DIFF_ADDED ? "{%.*s}" : "[%.*s]", (int)p->n, p->op == GK_DIFF_ADDED ? new + p->new_at : old + p->old_at);
	}
}

static void
within_an_article_characters(void **state)
{
	static const struct { const char *old, *new, *want; } rows[] = {
		{ "第一条 养犬登记费每年一百元。\n", "第一条 养犬登记费每年五十元。\n", "第一条 养犬登记费每年[一百]{五十}元。\n" },
		{ "第一条 禁止携犬进入公园。\n", "第一条 禁止携犬、携猫进入公园。\n", "第一条 禁止携犬{、携猫}进入公园。\n" },
		{ "第一条 禁止携犬、携猫进入公园。\n", "第一条 禁止携犬进入公园。\n", "第一条 禁止携犬[、携猫]进入公园。\n" },
		/* 的 is kept by chance: one change, not three */
		{ "第一条 县人民政府指定的部门负责登记。\n", "第一条 公安机关设立的机构负责登记。\n", "第一条 [县人民政府指定的部门]{公安机关设立的机构}负责登记。\n" },
	};
	char got[512];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gk_difference d;

		assert_int_equal(gk_difference_of(rows[i].old, strlen(rows[i].old), rows[i].new, strlen(rows[i].new), &d, NULL), GK_OK);
		show_pieces(&d, rows[i].old, rows[i].new, got, sizeof got);
		assert_string_equal(got, rows[i].want);
		gk_difference_free(&d);
	}
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Edits that are known: of n articles some are changed, some struck out, some put in; numbers are given anew. */
static void
known_edits_are_found(void **state)
{
	enum { ARTICLES = 40, ROOM = 64 * 1024 };
	static const char *const words[] = { "登记", "公园", "罚款", "村民", "许可", "档案", "水库", "防火", "牲畜", "道路", "市场", "摊位", "学校", "医疗", "补贴", "申请" };
	char *old = malloc(ROOM), *new = malloc(ROOM);
	uint32_t seed = 20200601;

	(void)state;
	for (int round = 0; round < 150; round++) {
		size_t a = 0, b = 0, changed = 0, removed = 0, added = 0, count[GK_BLOCK_MOVED_HERE + 1] = { 0 };
		unsigned number = 0;
		struct gk_difference d;

		for (unsigned i = 1; i <= ARTICLES; i++) {
			char body[400], label[GK_ARTICLE_LABEL];
			size_t k = (size_t)snprintf(body, sizeof body, "关于%u号事项", i * 37 + (unsigned)round);
			unsigned what = next_random(&seed) % 12;

			for (int w = 0; w < 8; w++)
				k += (size_t)snprintf(body + k, sizeof body - k, "%s", words[next_random(&seed) % COUNT(words)]);
			gk_article_label(i, 0, label);
			a += (size_t)snprintf(old + a, ROOM - a, "%s %s。\n", label, body);
			if (what == 0) {
				removed++;
				continue;
			}
			gk_article_label(++number, 0, label);
			b += (size_t)snprintf(new + b, ROOM - b, what == 1 ? "%s %s，但另有规定的除外。\n" : "%s %s。\n", label, body);
			changed += what == 1;
			if (what == 2) {
				gk_article_label(++number, 0, label);
				b += (size_t)snprintf(new + b, ROOM - b, "%s 第%u次会议另外议定之专门条款甲乙丙丁戊己庚辛。\n", label, i);
				added++;
			}
		}
		assert_int_equal(gk_difference_of(old, a, new, b, &d, NULL), GK_OK);
		check_whole(&d, old, a, new, b);
		for (size_t i = 0; i < d.n; i++)
			count[d.block[i].kind]++;
		/* A struck-out article beside one that was put in may be told as one that was changed. */
		assert_true(count[GK_BLOCK_CHANGED] >= changed && count[GK_BLOCK_REMOVED] <= removed && count[GK_BLOCK_ADDED] <= added);
		assert_int_equal(count[GK_BLOCK_REMOVED] + (count[GK_BLOCK_CHANGED] - changed), removed);
		assert_int_equal(count[GK_BLOCK_ADDED] + (count[GK_BLOCK_CHANGED] - changed), added);
		gk_difference_free(&d);
	}
	free(old);
	free(new);
}

/* Any two texts, of what articles are made of and of nonsense: the pieces are both texts, whichever is the old one. */
static void
any_two_texts(void **state)
{
	static const char *const pieces[] = { "\n第一条 ", "\n第二条 ", "\n第三条 ", "\n第四条 ", "\n第五条 ", "甲", "乙", "丙", "的", "。", "，", "\n", " ", "第二章 罚则", "“", "”", "a", "é", "😀", "\n附件", "不得养犬。", "登记费" };
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char text[2][1024];
		size_t n[2] = { 0, 0 };
		struct gk_difference d;

		for (int side = 0; side < 2; side++) {
			size_t parts = next_random(&seed) % 40;

			/* Half of the time the second is the first with something done to it. */
			if (side == 1 && round % 2 == 0) {
				size_t at = gk_utf8_cut(text[0], n[0] > 0 ? next_random(&seed) % n[0] : 0), to = gk_utf8_cut(text[0], at + (n[0] > at ? next_random(&seed) % (n[0] - at) : 0));

				memcpy(text[1], text[0], at);
				memcpy(text[1] + at, text[0] + to, n[0] - to);
				n[1] = at + n[0] - to;
				break;
			}
			for (size_t i = 0; i < parts; i++) {
				const char *p = pieces[next_random(&seed) % COUNT(pieces)];

				memcpy(text[side] + n[side], p, strlen(p));
				n[side] += strlen(p);
			}
		}
		assert_int_equal(gk_difference_of(text[0], n[0], text[1], n[1], &d, NULL), GK_OK);
		check_whole(&d, text[0], n[0], text[1], n[1]);
		gk_difference_free(&d);
		assert_int_equal(gk_difference_of(text[1], n[1], text[0], n[0], &d, NULL), GK_OK);
		check_whole(&d, text[1], n[1], text[0], n[0]);
		gk_difference_free(&d);
		assert_int_equal(gk_difference_of(text[0], n[0], text[0], n[0], &d, NULL), GK_OK);
		for (size_t i = 0; i < d.n; i++)
			assert_int_equal(d.block[i].kind, GK_BLOCK_SAME);
		gk_difference_free(&d);
	}
}

/* Long and unlike: bounded, and still both texts. */
static void
what_is_too_long_is_told_as_a_whole(void **state)
{
	enum { N = 60000 };
	char *old = malloc(N * 3 + 64), *new = malloc(N * 3 + 64);
	size_t a = (size_t)sprintf(old, "第一条 甲"), b = (size_t)sprintf(new, "第一条 甲");
	uint32_t seed = 3;
	struct gk_difference d;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		a += (size_t)sprintf(old + a, "%s", (const char *const[]){ "甲", "乙", "丙", "丁", "。" }[next_random(&seed) % 5]);
		b += (size_t)sprintf(new + b, "%s", (const char *const[]){ "甲", "乙", "丙", "丁", "。" }[next_random(&seed) % 5]);
	}
	assert_int_equal(gk_difference_of(old, a, new, b, &d, NULL), GK_OK);
	check_whole(&d, old, a, new, b);
	assert_true(d.coarse);
	gk_difference_free(&d);
	free(old);
	free(new);
}

/* A list of a hundred thousand lines, some of them changed. */
static void
a_list_of_many_lines(void **state)
{
	enum { LINES = 100000 };
	char *old = malloc(LINES * 40), *new = malloc(LINES * 40);
	size_t a = 0, b = 0;
	struct gk_difference d;

	(void)state;
	for (unsigned i = 0; i < LINES; i++) {
		a += (size_t)sprintf(old + a, "第%u户 补贴%u元\n", i, i % 977);
		b += (size_t)sprintf(new + b, "第%u户 补贴%u元\n", i, i % 500 == 3 ? 1 : i % 977);
	}
	assert_int_equal(gk_difference_of(old, a, new, b, &d, NULL), GK_OK);
	check_whole(&d, old, a, new, b);
	assert_true(d.n < 50000);
	gk_difference_free(&d);
	free(old);
	free(new);
}

/* Dated versions of the same law, one behind the other, as they were published. */
static void
real_amendments(void **state)
{
	enum { LINE = 4 * 1024 * 1024 };
	char path[600], *line;
	const char *top = getenv("top_srcdir");
	size_t pairs = 0, same = 0, all = 0;
	json_t *seen = json_object();
	gzFile f;

	(void)state;
	snprintf(path, sizeof path, "%s/../shared/corpus/laws.jsonl.gz", top == NULL ? "." : top);
	f = gzopen(path, "r");
	if (f == NULL) {
		json_decref(seen);
		skip();
	}
	line = malloc(LINE);
	while (gzgets(f, line, LINE) != NULL && pairs < 120) {
		json_t *doc = json_loads(line, 0, NULL);
		const char *name = json_string_value(json_object_get(doc, "title")), *text = json_string_value(json_object_get(doc, "text"));
		const char *other = name == NULL ? NULL : json_string_value(json_object_get(seen, name));
		struct gk_difference d;

		if (other != NULL && strcmp(other, text) != 0) {
			assert_int_equal(gk_difference_of(other, strlen(other), text, strlen(text), &d, NULL), GK_OK);
			check_whole(&d, other, strlen(other), text, strlen(text));
			for (size_t i = 0; i < d.n; i++)
				if (d.block[i].has_old && d.block[i].has_new) {
					same += d.block[i].kind == GK_BLOCK_SAME || d.block[i].kind == GK_BLOCK_RENUMBERED;
					all++;
				}
			gk_difference_free(&d);
			pairs++;
		}
		if (name != NULL)
			json_object_set(seen, name, json_object_get(doc, "text"));
		json_decref(doc);
	}
	gzclose(f);
	free(line);
	json_decref(seen);
	print_message("# %zu pairs of versions: %zu articles have a partner, %zu of them unchanged\n", pairs, all, same);
	assert_true(pairs > 50 && same * 3 > all);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(articles_are_paired), cmocka_unit_test(within_an_article_characters), cmocka_unit_test(known_edits_are_found), cmocka_unit_test(any_two_texts),
		cmocka_unit_test(what_is_too_long_is_told_as_a_whole), cmocka_unit_test(a_list_of_many_lines), cmocka_unit_test(real_amendments),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

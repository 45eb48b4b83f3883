/* gongkai search: the object that the page and the API show, as lines for a terminal, as JSON, or as a TREC run. */
#include "indexer/cmd.h"
#include "web/answer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PARAMS = 256 };

struct args {
	struct gk_param param[MAX_PARAMS];
	size_t n;
	struct gk_buf q;
	const char *batch;
	bool trec;
	size_t size;
};

static void
add(struct args *a, const char *name, const char *value)
{
	if (a->n < MAX_PARAMS - 1)	/* one place is kept for q */
		a->param[a->n++] = (struct gk_param){ name, value };
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	static const struct { int key; const char *name; } direct[] = {
		{ 'c', "cat" }, { 'y', "year" }, { 's', "status" }, { 'o', "org" }, { 'm', "theme" }, { 'Y', "type" }, { 'S', "sort" }, { 'p', "page" }, { 'f', "from" }, { 't', "to" }, { 'a', "as_of" }, { 'k', "known_at" },
	};

	for (size_t i = 0; i < sizeof direct / sizeof *direct; i++)
		if (key == direct[i].key) {
			add(a, direct[i].name, arg);
			return 0;
		}
	switch (key) {
	case 'n':
		add(a, "size", arg);
		a->size = strtoul(arg, NULL, 10);
		return 0;
	case 'l':
		add(a, "literal", "1");
		return 0;
	case 'F':
		add(a, "facets", "0");
		return 0;
	case 'R':
		add(a, "fold", "0");
		return 0;
	case 'b':
		a->batch = arg;
		return 0;
	case 'T':
		a->trec = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->q.n > 0)
			gk_buf_putc(&a->q, ' ');
		return gk_buf_puts(&a->q, arg) || a->q.n + strlen(arg) > a->q.max ? 0 : ENOMEM;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- for people --------------------------------------------------------------------------------------------- */

/* Print with marks around ranges of code points: 【…】, or inverse on a colour terminal. */
static void
print_marked(const char *s, const json_t *marks, bool color)
{
	size_t at = 0, next = 0;
	const char *on = color ? "\033[1;31m" : "【", *off = color ? "\033[0m" : "】";

	for (; *s != '\0'; at++) {
		size_t n = 1;
		json_int_t start = json_integer_value(json_array_get(json_array_get(marks, next), 0));
		json_int_t end = json_integer_value(json_array_get(json_array_get(marks, next), 1));

		if (next < json_array_size(marks) && (json_int_t)at == start)
			fputs(on, stdout);
		while (((unsigned char)s[n] & 0xC0) == 0x80)
			n++;
		/* Whatever a document holds, the terminal is not its to command. */
		if ((unsigned char)*s < 0x20 || *s == 0x7F || ((unsigned char)s[0] == 0xC2 && (unsigned char)s[1] < 0xA0))
			putchar(' ');
		else
			fwrite(s, 1, n, stdout);
		s += n;
		if (next < json_array_size(marks) && (json_int_t)at + 1 == end) {
			fputs(off, stdout);
			next++;
		}
	}
}

/* What must be said of the passage: its article is dead, or it is no more the text. */
static void
print_passage(const json_t *snippet)
{
	const json_t *version = json_object_get(snippet, "version"), *article = json_object_get(snippet, "article"), *notice = json_object_get(article, "notice");

	if (json_is_object(version)) {
		const char *from = json_str(version, "from"), *until = json_str(version, "until"), *url = json_str(version, "url");

		printf(GK_T("     %s：%s 至 %s 的文本（gongkai show %s）\n", "     %s: the text from %s until %s (gongkai show %s)\n"), json_str(version, gk_lang == GK_EN ? "label_en" : "label"),
		       *from != '\0' ? from : GK_T("最初", "the first"),
		       *until != '\0' ? until : GK_T("今后", "further"), strncmp(url, "/d/", 3) == 0 ? url + 3 : url);
	}
	if (json_is_object(notice)) {
		printf("     %s%s%s", json_str(article, "label"), GK_T("：", ": "), json_str(notice, gk_lang == GK_EN ? "label_en" : "label"));
		if (*json_str(notice, "since") != '\0')
			printf(GK_T(" · 自%s起", " · since %s"), json_str(notice, "since"));
		if (json_is_object(json_object_get(notice, "by"))) {
			printf("%s", GK_T(" · 依据 ", " · by "));
			print_text(json_str(json_object_get(notice, "by"), "title"));
		}
		putchar('\n');
	}
}

static void
print_reprints(const json_t *reprints)
{
	const json_t *items = json_object_get(reprints, "items"), *one;
	long long total = json_integer_value(json_object_get(reprints, "total"));
	size_t i;

	if (total == 0)
		return;
	printf(GK_T("     另有 %lld 处转载：", "     %lld more with the same text: "), total);
	json_array_foreach(items, i, one)
		printf("%s%s", i > 0 ? " " : "", json_str(one, "id"));
	printf("%s\n", total > (long long)json_array_size(items) ? " …" : "");
}

static void
print_hit(const json_t *hit, size_t number, bool color)
{
	const json_t *status = json_object_get(hit, "status"), *dates = json_object_get(hit, "dates"), *snippet = json_object_get(hit, "snippet");
	const char *label = json_str(status, gk_lang == GK_EN ? "label_en" : "label"), *sign = json_str(status, "sign");
	const char *day = json_str(dates, "published");
	const json_t *one;
	size_t i;

	printf("%2zu ", number);
	if (*label != '\0') {
		printf("%s ", sign);
		print_column(label, gk_lang == GK_EN ? 18 : 10);
	} else {
		print_column("", gk_lang == GK_EN ? 20 : 12);
	}
	printf(" %s  ", json_str(hit, "id"));
	print_marked(json_str(hit, "title"), json_object_get(hit, "title_marks"), color);
	if (*json_str(hit, "number") != '\0')
		printf("  %s", json_str(hit, "number"));
	printf("  %.10s", *day != '\0' ? day : json_str(dates, "made"));
	if (*json_str(hit, "category") != '\0')
		printf("  %s", json_str(hit, "category"));
	if (json_is_object(json_object_get(status, "by")))
		printf("\n     %s", json_str(status, gk_lang == GK_EN ? "badge_en" : "badge"));
	putchar('\n');
	json_array_foreach(json_object_get(hit, "passages"), i, one) {
		const char *article = json_str(json_object_get(one, "article"), "label");

		/* A passage from the head of an article has it already. */
		if (strncmp(json_str(one, "text"), article, strlen(article)) == 0)
			article = "";
		printf("     %s%s…", article, *article != '\0' ? " " : "");
		print_marked(json_str(one, "text"), json_object_get(one, "marks"), color);
		fputs("…\n", stdout);
		if (i == 0)
			print_passage(snippet);
	}
	print_reprints(json_object_get(hit, "reprints"));
}

static json_int_t
count_of(const json_t *answer, const char *status)
{
	size_t i;
	const json_t *one;

	json_array_foreach(json_object_get(json_object_get(answer, "facets"), "status"), i, one)
		if (strcmp(json_str(one, "value"), status) == 0)
			return json_integer_value(json_object_get(one, "count"));
	return 0;
}

/* 是不是要找：政府信息公开、政府信息公示 */
static void
note_choices(const struct app *app, const char *message, const json_t *choices)
{
	struct gk_buf list;
	const json_t *one;
	size_t i;

	gk_buf_init(&list, 4096);
	json_array_foreach(choices, i, one) {
		gk_buf_puts(&list, i == 0 ? "" : GK_T("、", ", "));
		gk_buf_puts(&list, json_str(one, "text"));
	}
	if (!list.failed && list.n > 0)
		app_note(app, "%s%s", "%s%s", message, list.p);
	gk_buf_free(&list);
}

static void
print_notices(const struct app *app, const json_t *answer)
{
	const char *level = json_str(json_object_get(answer, "query"), "level");
	size_t i;
	const json_t *one;

	json_array_foreach(json_object_get(answer, "notices"), i, one) {
		const char *to = json_str(one, "to"), *message = json_str(one, gk_lang == GK_EN ? "message_en" : "message");

		if (json_is_array(json_object_get(one, "choices")))
			note_choices(app, message, json_object_get(one, "choices"));
		else if (strcmp(json_str(one, "code"), "folded") == 0)
			app_note(app, "%s：“%s”。只按原文查：--literal", "%s: '%s'.  For the literal query: --literal", message, to);
		else if (*to != '\0')
			app_note(app, "%s只按原文查：--literal", "%s  For the literal query: --literal", message);
		else
			app_note(app, "%s", "%s", message);
	}
	if (strcmp(level, "near") == 0)
		app_note(app, "没有原样连写的文件；以下文件中这些词相距不远", "no document has the words as typed; in these they stand close together");
	if (strcmp(level, "all") == 0)
		app_note(app, "没有原样连写的文件；以下文件含有其中所有的词", "no document has the words as typed; these have all of them");
	if (strcmp(level, "some") == 0)
		app_note(app, "没有含全部词的文件；可能相关：", "no document has all the words; possibly related:");
}

/* A word as a shell takes it: in single quotes where it has to be. */
static void
print_word(const char *s)
{
	bool plain = *s != '\0';

	for (const char *p = s; *p != '\0'; p++)
		plain = plain && ((unsigned char)*p >= 0x80 || strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.,:/=", *p) != NULL);
	if (plain) {
		fputs(s, stdout);
		return;
	}
	putchar('\'');
	for (; *s != '\0'; s++)
		if (*s == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*s);
	putchar('\'');
}

/* The same search, one page on, ready to be typed. */
static void
print_next(const struct args *a, json_int_t page)
{
	static const struct { const char *param, *option; } options[] = {
		{ "cat", "--cat" }, { "year", "--year" }, { "status", "--status" }, { "org", "--org" }, { "theme", "--theme" }, { "type", "--type" }, { "from", "--from" }, { "to", "--to" },
		{ "as_of", "--as-of" }, { "known_at", "--known-at" }, { "sort", "--sort" }, { "size", "--size" }, { "literal", "--literal" }, { "facets", "--no-facets" }, { "fold", "--no-fold" },
	};

	const char *q = a->q.p == NULL ? "" : a->q.p;

	fputs("gongkai search ", stdout);
	if (*q != '-')
		print_word(q);
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < sizeof options / sizeof *options; k++) {
			if (strcmp(a->param[i].name, options[k].param) != 0)
				continue;
			printf(" %s", options[k].option);
			if (strcmp(options[k].param, "literal") != 0 && strcmp(options[k].param, "facets") != 0 && strcmp(options[k].param, "fold") != 0) {
				putchar('=');
				print_word(a->param[i].value);
			}
		}
	printf(" --page %lld", (long long)page);
	if (*q == '-') {
		fputs(" -- ", stdout);
		print_word(q);
	}
	putchar('\n');
}

static void
print_answer(const struct app *app, const json_t *answer, const struct args *a)
{
	const char *q = a->q.p == NULL ? "" : a->q.p;
	bool color = app_color(app, STDOUT_FILENO);
	json_int_t total = json_integer_value(json_object_get(answer, "total")), page = json_integer_value(json_object_get(answer, "page"));
	json_int_t shown = json_integer_value(json_object_get(answer, "shown"));
	json_int_t size = json_integer_value(json_object_get(answer, "size")), pages = (shown + size - 1) / size;
	json_int_t living = count_of(answer, "in_force") + count_of(answer, "partly_in_force"), dead = count_of(answer, "abolished");
	size_t i;
	const json_t *hit;

	print_notices(app, answer);
	if (json_is_object(json_object_get(answer, "jump")))
		app_note(app, "这是一份文件的编号：gongkai show %s", "this is the number of one document: gongkai show %s", json_str(json_object_get(answer, "jump"), "id"));
	if (total == 0) {
		printf(GK_T("没有找到“%s”\n", "nothing found for '%s'\n"), q);
		return;
	}
	if (json_is_false(json_object_get(answer, "complete")))
		fputs(GK_T("至少", "at least "), stdout);
	printf(GK_T("找到 %lld 件", "%lld found"), (long long)total);
	if (living + dead > 0)
		printf(GK_T("（现行有效 %lld，已废止 %lld，其他 %lld）", " (in force %lld, abolished %lld, other %lld)"), (long long)living, (long long)dead,
		       (long long)(total - living - dead));
	if (shown < total)
		printf(GK_T("，合转载为 %lld 条", ", reprints folded: %lld results"), (long long)shown);
	printf(GK_T("  %.1f 毫秒\n", "  %.1f ms\n"), json_real_value(json_object_get(answer, "took_ms")));
	json_array_foreach(json_object_get(answer, "hits"), i, hit)
		print_hit(hit, (size_t)((page - 1) * size) + i + 1, color);
	if (page < pages) {
		printf(GK_T("第 %lld 页，共 %lld 页。下一页：", "page %lld of %lld.  Next: "), (long long)page, (long long)pages);
		print_next(a, page + 1);
	}
}

/* --- batches -------------------------------------------------------------------------------------------------- */

struct run_out { const char *qid; size_t rank; };

static void
print_run(void *arg, const char *id, double score)
{
	struct run_out *out = arg;

	printf("%s Q0 %s %zu %.6f gongkai\n", out->qid, id, ++out->rank, score);
}

/* qid TAB query a line; a query that is refused gives no line of the run and is told. */
static int
run_batch(struct app *app, const struct args *a, struct gk_site *site)
{
	FILE *f = strcmp(a->batch, "-") == 0 ? stdin : fopen(a->batch, "r");
	char *line = NULL;
	size_t cap = 0, number = 0, refused = 0;
	ssize_t n;
	struct gk_err err = GK_ERR_INIT;
	int status = 0;

	if (f == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "不能打开 '%s'：%s", "cannot open '%s': %s", a->batch, strerror(errno));
		gk_hint(&err, "检查路径", "check the path");
		return app_error(app, &err);
	}
	while (status == 0 && (n = getline(&line, &cap, f)) > 0) {
		char *tab = strchr(line, '\t');
		struct run_out out = { line, 0 };
		enum gk_status st;

		number++;
		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			line[--n] = '\0';
		if (tab == NULL) {
			app_note(app, "第 %zu 行没有制表符，已跳过", "line %zu has no tab, passed over", number);
			refused++;
			continue;
		}
		*tab = '\0';
		if (a->trec) {
			st = gk_answer_run(site, tab + 1, a->size == 0 ? 100 : a->size, print_run, &out, &err);
		} else {
			json_t *answer = NULL;
			struct gk_param params[MAX_PARAMS];

			memcpy(params, a->param, sizeof params);
			params[a->n] = (struct gk_param){ "q", tab + 1 };
			st = gk_answer_search(site, params, a->n + 1, true, &answer, NULL, &err);
			if (st == GK_OK) {
				json_object_set_new(answer, "qid", json_string(line));
				app_json(answer);
			}
		}
		if (st == GK_REFUSED) {
			app_note(app, "第 %zu 行：%s", "line %zu: %s", number, gk_err_what(&err));
			refused++;
		} else if (st != GK_OK) {
			status = app_error(app, &err);
		}
	}
	free(line);
	if (f != stdin)
		fclose(f);
	return status != 0 ? status : refused > 0 ? 3 : 0;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args *a = calloc(1, sizeof *a);
	struct argp_option options[] = {
		{ "cat", 'c', "CATEGORY", 0, GK_T("只要这个类别（可重复）", "only this category (may repeat)"), 1 },
		{ "year", 'y', "YEAR", 0, GK_T("2021 或 2019..2021", "2021 or 2019..2021"), 1 },
		{ "status", 's', "STATUS", 0, GK_T("现行有效、已废止、in_force …", "in_force, abolished …"), 1 },
		{ "org", 'o', "ISSUER", 0, GK_T("发文机关全称；末尾加 / 连同下级", "whole name of the issuer; with / behind it all below too"), 1 },
		{ "theme", 'm', "THEME", 0, GK_T("主题分类；末尾加 / 连同下级", "theme; with / behind it all below too"), 1 },
		{ "type", 'Y', "FORMAT", 0, GK_T("原件格式：html text pdf word …", "format of the file: html, text, pdf, word …"), 1 },
		{ "from", 'f', "DATE", 0, GK_T("发布不早于", "published on or after"), 1 },
		{ "to", 't', "DATE", 0, GK_T("发布不晚于", "published on or before"), 1 },
		{ "known-at", 'k', "TIME", 0, GK_T("按当时所知（日期，或带时区的时刻）", "as known at that time (a date, or a time with its zone)"), 1 },
		{ "as-of", 'a', "DATE", 0, GK_T("按这一天的时效", "validity on this day"), 1 },
		{ "sort", 'S', "rel|new|old|no", 0, GK_T("次序：相关、最新、最早、文号", "order: relevance, newest, oldest, number"), 1 },
		{ "page", 'p', "N", 0, GK_T("第几页", "page"), 1 },
		{ "size", 'n', "N", 0, GK_T("每页件数（上限 100；--batch --trec 不限）", "hits a page (at most 100; --batch --trec: any)"), 1 },
		{ "literal", 'l', NULL, 0, GK_T("只按原文查", "as typed, nothing else"), 1 },
		{ "no-fold", 'R', NULL, 0, GK_T("转载也逐件列出", "reprints are results of their own"), 1 },
		{ "no-facets", 'F', NULL, 0, GK_T("不计分面", "no facets"), 1 },
		{ "batch", 'b', "FILE", 0, GK_T("每行：编号 制表符 查询", "lines of: qid TAB query"), 2 },
		{ "trec", 'T', NULL, 0, GK_T("按 TREC 格式输出", "print a TREC run"), 2 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site = NULL;
	json_t *answer;
	int status;
	const char *bad;

	if (a == NULL)
		return 70;
	gk_buf_init(&a->q, 64 * 1024);
	app_parse(app, &cmd_search, argc, argv, options, parse, a);
	if (gk_site_open(app->archive, &site, &err) != GK_OK) {
		status = app_error(app, &err);
	} else if (a->batch != NULL) {
		status = run_batch(app, a, site);
	} else {
		gk_site_tolerate(site);
		a->param[a->n++] = (struct gk_param){ "q", a->q.p == NULL ? "" : a->q.p };
		if (gk_answer_search(site, a->param, a->n, true, &answer, &bad, &err) != GK_OK) {
			status = app_error(app, &err);
		} else {
			status = json_integer_value(json_object_get(answer, "total")) > 0 ? 0 : 1;
			if (app->json) {
				app_json(answer);
			} else {
				print_answer(app, answer, a);
				json_decref(answer);
			}
		}
	}
	gk_site_close(site);
	gk_buf_free(&a->q);
	free(a);
	return status;
}

const struct cmd cmd_search = {
	.name = "search",
	.args_zh = "词…",
	.args_en = "WORDS…",
	.doc_zh = "搜索",
	.doc_en = "Search",
	.run = run,
};

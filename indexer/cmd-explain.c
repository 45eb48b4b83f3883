/* gongkai explain: what was understood of a query, how far it was loosened, the weight of its words, and what the score of a hit is made of. */
#include "indexer/cmd.h"
#include "record/event.h"
#include "web/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 256 };

struct args {
	const char *word[MAX_WORDS];
	size_t n;
	const char *as_of, *known_at;
	bool literal;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'a':
		a->as_of = arg;
		return 0;
	case 'k':
		a->known_at = arg;
		return 0;
	case 'l':
		a->literal = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->n == MAX_WORDS)
			return ARGP_ERR_UNKNOWN;
		a->word[a->n++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *
in_words(const json_t *o, const char *zh, const char *en)
{
	return json_str(o, gk_lang == GK_EN ? en : zh);
}

static void
print_runs(const json_t *runs)
{
	size_t i, k;
	const json_t *run, *text;

	json_array_foreach(runs, i, run) {
		printf(GK_T("  %s“%s”：%s，%lld 件", "  %s'%s': %s, %lld documents"), json_is_true(json_object_get(run, "negative")) ? GK_T("排除", "without ") : "", json_str(run, "text"),
		       in_words(run, "label", "label_en"), (long long)json_integer_value(json_object_get(run, "documents")));
		json_array_foreach(json_object_get(run, "searched"), k, text)
			if (strcmp(json_string_value(text), json_str(run, "text")) != 0)
				printf(GK_T("；按“%s”查", "; searched as '%s'"), json_string_value(text));
		putchar('\n');
	}
}

static void
print_terms(const json_t *terms)
{
	size_t i;
	const json_t *term;

	json_array_foreach(terms, i, term)
		printf(GK_T("  %s  %lld 件  %.3f\n", "  %s  %lld documents  %.3f\n"), json_str(term, "term"), (long long)json_integer_value(json_object_get(term, "documents")),
		       json_real_value(json_object_get(term, "idf")));
}

static void
print_hit(const json_t *hit)
{
	static const struct { const char *key, *zh, *en; } parts[] = {
		{ "words", "词", "words" }, { "characters", "单字", "characters" }, { "likeness", "像题名", "like the title" }, { "same_title", "就是题名", "is the title" },
		{ "number", "文号", "number" }, { "year", "年份", "year" },
	};
	const json_t *e = json_object_get(hit, "explain");
	bool first = true;

	printf("  %s  %s\n    %.3f", json_str(hit, "id"), json_str(hit, "title"), json_real_value(json_object_get(hit, "score")));
	if (!json_is_object(e)) {
		puts("");
		return;
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		double v = json_real_value(json_object_get(e, parts[i].key));

		if (v == 0)
			continue;
		printf("%s%s %.3f", first ? GK_T(" =（", " = (") : " + ", gk_lang == GK_EN ? parts[i].en : parts[i].zh, v);
		first = false;
	}
	printf(GK_T("%s× 时效与日期 %.3f\n", "%sx status and date %.3f\n"), first ? " " : GK_T("）", ") "), json_real_value(json_object_get(e, "factor")));
}

static void
print(const json_t *answer)
{
	const json_t *e = json_object_get(answer, "explain"), *jump = json_object_get(answer, "jump"), *hit;
	size_t i;

	printf(GK_T("理解为：%s\n", "Understood: %s\n"), *in_words(e, "words", "words_en") != '\0' ? in_words(e, "words", "words_en") : GK_T("全部文件", "all documents"));
	printf("        %s\n", json_str(json_object_get(answer, "query"), "parsed"));
	if (json_is_object(jump))
		printf(GK_T("只是一个编号：网页直接打开 %s\n", "Only a number: the page opens %s\n"), json_str(jump, "id"));
	printf(GK_T("放宽到：%s（%s），找到 %lld 件\n", "Loosened to: %s (%s), %lld found\n"), in_words(e, "label", "label_en"), json_str(e, "level"),
	       (long long)json_integer_value(json_object_get(answer, "total")));
	print_runs(json_object_get(e, "runs"));
	if (json_array_size(json_object_get(e, "terms")) > 0)
		printf(GK_T("词（全库 %lld 件；件数，权重）\n", "Terms (of %lld documents; how many have it, its weight)\n"), (long long)json_integer_value(json_object_get(e, "documents")));
	print_terms(json_object_get(e, "terms"));
	if (json_array_size(json_object_get(answer, "hits")) > 0)
		puts(GK_T("得分", "Scores"));
	json_array_foreach(json_object_get(answer, "hits"), i, hit)
		print_hit(hit);
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .n = 0 };
	struct argp_option options[] = {
		{ "as-of", 'a', "DATE", 0, GK_T("按这一天的时效", "validity on this day"), 1 },
		{ "known-at", 'k', "TIME", 0, GK_T("按当时所知（日期，或带时区的时刻）", "as known at that time (a date, or a time with its zone)"), 1 },
		{ "literal", 'l', NULL, 0, GK_T("只按原文查", "as typed, nothing else"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_param param[8];
	size_t n = 0;
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site = NULL;
	struct gk_buf q;
	json_t *answer;
	const char *bad;
	int status;

	app_parse(app, &cmd_explain, argc, argv, options, parse, &a);
	gk_buf_init(&q, 64 * 1024);
	/* The last word is a document if it can be one and is not all there is. */
	if (a.n > 1 && gk_id_valid(a.word[a.n - 1]))
		param[n++] = (struct gk_param){ "id", a.word[--a.n] };
	for (size_t i = 0; i < a.n; i++)
		gk_buf_printf(&q, "%s%s", i > 0 ? " " : "", a.word[i]);
	param[n++] = (struct gk_param){ "q", q.p == NULL ? "" : q.p };
	param[n++] = (struct gk_param){ "explain", "1" };
	param[n++] = (struct gk_param){ "size", "3" };
	if (a.as_of != NULL)
		param[n++] = (struct gk_param){ "as_of", a.as_of };
	if (a.known_at != NULL)
		param[n++] = (struct gk_param){ "known_at", a.known_at };
	if (a.literal)
		param[n++] = (struct gk_param){ "literal", "1" };
	if (gk_site_open(app->archive, &site, &err) != GK_OK || gk_answer_search(site, param, n, true, &answer, &bad, &err) != GK_OK) {
		status = app_error(app, &err);
	} else {
		status = json_array_size(json_object_get(answer, "hits")) > 0 ? 0 : 1;
		if (app->json) {
			app_json(answer);
		} else {
			print(answer);
			if (status != 0 && strcmp(param[0].name, "id") == 0)
				printf(GK_T("%s 不在结果里\n", "%s is not among the hits\n"), param[0].value);
			json_decref(answer);
		}
	}
	gk_site_close(site);
	gk_buf_free(&q);
	return status;
}

const struct cmd cmd_explain = {
	.name = "explain",
	.args_zh = "词… [编号]",
	.args_en = "WORDS… [ID]",
	.doc_zh = "说明一次搜索：怎样理解，得分怎样来",
	.doc_en = "Explain a search: what was understood, and the scores",
	.run = run,
};

/* gongkai diff: what changed between two texts, article by article. */
#include "indexer/cmd.h"
#include "web/answer.h"

#include "base/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct args { char *ref[3]; size_t n; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (a->n == 3)
		argp_error(state, "%s", GK_T("最多一个编号和两个日期，或两个编号", "at most an id and two days, or two ids"));
	a->ref[a->n++] = arg;
	return 0;
}

/* ID | ID@D1 | ID D1 [D2] | ID@D1 ID@D2 | ID1[@D1] ID2[@D2] */
struct question { const char *old_id, *old_day, *new_id, *new_day; };

static bool
is_date(const char *s)
{
	struct gk_date d;

	return gk_date_parse(s, strlen(s), &d);
}

static const char *
take_day(char *ref)
{
	char *at = strchr(ref, '@');

	if (at == NULL)
		return NULL;
	*at = '\0';
	return at + 1;
}

static bool
understand(struct args *a, struct question *q)
{
	if (a->n == 0 || (a->n == 3 && !(is_date(a->ref[1]) && is_date(a->ref[2]))))
		return false;
	q->old_day = take_day(a->ref[0]);
	q->old_id = q->new_id = a->ref[0];
	if (a->n == 3 && q->old_day != NULL)
		return false;
	if (a->n > 1 && is_date(a->ref[1])) {
		/* ID@D1 D2 is as good as ID D1 D2. */
		*(q->old_day == NULL ? &q->old_day : &q->new_day) = a->ref[1];
		if (a->n == 3)
			q->new_day = a->ref[2];
	} else if (a->n == 2) {
		q->new_day = take_day(a->ref[1]);
		q->new_id = a->ref[1];
	}
	return true;
}

/* --- in words ------------------------------------------------------------------------------------------- */

/* [-removed-]{+added+}, as people know it from other programs; coloured on a terminal. */
static void
print_pieces(const json_t *pieces, bool color)
{
	const json_t *one;
	bool ended = false;
	size_t i;

	json_array_foreach(pieces, i, one) {
		const char *op = json_str(one, "op"), *text = json_str(one, "text");
		bool removed = strcmp(op, "removed") == 0, added = strcmp(op, "added") == 0;

		if (removed || added)
			fputs(color ? (removed ? "\033[31m[-" : "\033[32m{+") : removed ? "[-" : "{+", stdout);
		/* Lines stay lines. */
		for (const char *nl; *text != '\0'; text = *nl == '\0' ? nl : nl + 1) {
			char *line;

			nl = text + strcspn(text, "\n");
			line = strndup(text, (size_t)(nl - text));
			print_text(line == NULL ? "" : line);
			free(line);
			ended = *nl == '\n';
			if (ended)
				putchar('\n');
		}
		if (removed || added)
			fputs(color ? (removed ? "-]\033[0m" : "+}\033[0m") : removed ? "-]" : "+}", stdout);
		ended = ended && !removed && !added;
	}
	if (!ended)
		putchar('\n');
}

static void
print_side(const char *mark, const json_t *side)
{
	const char *from = json_str(side, "from"), *until = json_str(side, "until");

	printf("%s %s@%s  ", mark, json_str(side, "id"), json_str(side, "day"));
	print_text(json_str(side, "title"));
	printf(GK_T("（%s 至 %s 的文本）\n", " (the text from %s until %s)\n"), *from != '\0' ? from : GK_T("最初", "the first"), *until != '\0' ? until : GK_T("今", "now"));
}

static void
print_block(const json_t *b, bool color)
{
	const char *kind = json_str(b, "kind"), *was = json_str(b, "was"), *moved = json_str(b, "moved");

	if (strcmp(kind, "same") == 0)
		return;
	printf("\n== %s", *json_str(b, "article") != '\0' ? json_str(b, "article") : GK_T("条文之外", "outside of articles"));
	printf("  %s", json_str(b, gk_lang == GK_EN ? "label_en" : "label"));
	if (*was != '\0')
		printf(GK_T("（原%s）", " (formerly %s)"), was);
	if (*moved != '\0')
		printf(strcmp(kind, "moved_away") == 0 ? GK_T("（现为%s）", " (now %s)") : GK_T("（原为%s）", " (formerly %s)"), moved);
	putchar('\n');
	print_pieces(json_object_get(b, "pieces"), color);
}

static void
print_difference(const struct app *app, const json_t *answer)
{
	const json_t *d = json_object_get(answer, "difference"), *one;
	static const struct { const char *key, *zh, *en; } counts[] = { { "changed", "修改 %lld 条", "%lld changed" }, { "added", "增加 %lld 条", "%lld added" },
		{ "removed", "删去 %lld 条", "%lld removed" }, { "moved", "移动 %lld 条", "%lld moved" }, { "renumbered", "条号变动 %lld 条", "%lld renumbered" },
		{ "other", "条文之外 %lld 处", "%lld outside of articles" }, { "same", "未变 %lld 条", "%lld unchanged" } };
	size_t i, said = 0;

	print_side("---", json_object_get(answer, "old"));
	print_side("+++", json_object_get(answer, "new"));
	if (json_is_true(json_object_get(answer, "identical"))) {
		printf("%s\n", GK_T("两个文本相同", "the two texts are the same"));
		return;
	}
	for (i = 0; i < sizeof counts / sizeof *counts; i++) {
		long long n = json_integer_value(json_object_get(d, counts[i].key));

		if (n == 0)
			continue;
		printf("%s", said++ > 0 ? GK_T("，", ", ") : "");
		printf(gk_lang == GK_EN ? counts[i].en : counts[i].zh, n);
	}
	putchar('\n');
	json_array_foreach(json_object_get(d, "blocks"), i, one)
		print_block(one, app_color(app, STDOUT_FILENO));
}

static enum gk_status
diff(struct app *app, struct question q, struct gk_site *site, struct gk_err *err)
{
	char old_id[64], new_id[64];
	const char *param;
	json_t *answer;
	enum gk_status st = gk_answer_id(site, q.old_id, old_id, err);

	if (st == GK_OK)
		st = gk_answer_id(site, q.new_id, new_id, err);
	if (st == GK_OK)
		st = gk_answer_difference(site, old_id, q.old_day, new_id, q.new_day, &answer, &param, err);
	if (st != GK_OK)
		return st;
	if (app->json) {
		app_json(answer);
	} else {
		print_difference(app, answer);
		json_decref(answer);
	}
	return GK_OK;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .n = 0 };
	struct argp_option options[] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct question q = { NULL, NULL, NULL, NULL };
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site;
	enum gk_status st;

	app_parse(app, &cmd_diff, argc, argv, options, parse, &a);
	if (!understand(&a, &q)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "diff 要编号和日期，或两个编号", "diff needs an id and days, or two ids");
		gk_hint(&err, "例如：gongkai diff dzmm-2015-000031 2018-01-01 2018-07-01", "for example: gongkai diff dzmm-2015-000031 2018-01-01 2018-07-01");
		return app_error(app, &err);
	}
	if (gk_site_open(app->archive, &site, &err) != GK_OK)
		return app_error(app, &err);
	gk_site_for_staff(site);
	st = diff(app, q, site, &err);
	gk_site_close(site);
	return st == GK_OK ? 0 : app_error(app, &err);
}

const struct cmd cmd_diff = {
	.name = "diff",
	.args_zh = "编号 [日期 [日期]] | 编号[@日期] 编号[@日期]",
	.args_en = "ID [DATE [DATE]] | ID[@DATE] ID[@DATE]",
	.doc_zh = "两个文本的差别，逐条",
	.doc_en = "What changed between two texts, by articles",
	.run = run,
};

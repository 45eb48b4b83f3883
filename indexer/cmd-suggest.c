/* gongkai suggest: numbers, phrases and titles of the archive for a text that is not typed to its end. */
#include "indexer/cmd.h"
#include "web/answer.h"

#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPED_MAX = 1024 };

/* Arguments are one text, as if there were one box. */
static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct gk_buf *typed = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (typed->n > 0)
		gk_buf_putc(typed, ' ');
	return gk_buf_puts(typed, arg) || typed->n + strlen(arg) > typed->max ? 0 : ENOMEM;
}

static const char *
kind_word(const char *kind)
{
	return strcmp(kind, "number") == 0 ? GK_T("文号", "number") : strcmp(kind, "phrase") == 0 ? GK_T("词语", "phrase") : GK_T("题名", "title ");
}

static void
print_one(const json_t *one)
{
	const char *kind = json_str(one, "kind"), *id = json_str(one, "id");
	long long count = json_integer_value(json_object_get(one, "count"));
	const json_t *status = json_object_get(one, "status");

	printf("%s  ", kind_word(kind));
	print_text(json_str(one, "text"));
	if (strcmp(kind, "phrase") == 0)
		printf(GK_T("  （%lld 个题名）", "  (%lld titles)"), count);
	else if (count > 1)
		printf(GK_T("  （%lld 件）", "  (%lld documents)"), count);
	if (*id != '\0')
		printf("  %s", id);
	if (strcmp(kind, "number") == 0) {
		printf("  ");
		print_text(json_str(one, "title"));
	}
	if (json_is_true(json_object_get(status, "ended")))
		printf("  %s %s", json_str(status, "sign"), json_str(status, gk_lang == GK_EN ? "label_en" : "label"));
	putchar('\n');
}

static int
answer(const struct app *app, struct gk_site *site, const char *typed, struct gk_err *err)
{
	json_t *list, *one;
	bool current;
	size_t i, n;

	if (gk_site_refresh(site, NULL, err) != GK_OK || gk_answer_suggest(site, typed, true, &list, &current, err) != GK_OK)
		return app_error(app, err);
	n = json_array_size(list);
	if (app->json) {
		app_json(list);
		return n > 0 ? 0 : 1;
	}
	json_array_foreach(list, i, one)
		print_one(one);
	json_decref(list);
	if (n == 0)
		app_note(app, "没有以“%s”起头的文号、词语或题名", "no number, phrase or title has '%s'", typed);
	return n > 0 ? 0 : 1;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site;
	struct gk_buf typed;
	int code;

	gk_buf_init(&typed, TYPED_MAX);
	app_parse(app, &cmd_suggest, argc, argv, options, parse, &typed);
	if (typed.n == 0 || typed.failed) {
		gk_buf_free(&typed);
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "suggest 要一段文字，至多 %d 字节", "suggest needs a text of at most %d bytes", TYPED_MAX);
		gk_hint(&err, "例如：gongkai suggest 安全", "for example: gongkai suggest 安全");
		return app_error(app, &err);
	}
	code = gk_site_open(app->archive, &site, &err) != GK_OK ? app_error(app, &err) : -1;
	if (code < 0) {
		code = answer(app, site, typed.p, &err);
		gk_site_close(site);
	}
	gk_buf_free(&typed);
	return code;
}

const struct cmd cmd_suggest = {
	.name = "suggest",
	.args_zh = "文字",
	.args_en = "TEXT",
	.doc_zh = "键入时的提示：文号、词语、题名",
	.doc_en = "What to offer while one types",
	.run = run,
};

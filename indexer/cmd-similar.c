/* gongkai similar: documents like one, what it cites, who cites it, its reprints. */
#include "indexer/cmd.h"
#include "web/answer.h"

#include <stdio.h>
#include <string.h>

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	const char **ref = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (*ref != NULL)
		argp_error(state, "%s", GK_T("一次只问一件", "one document at a time"));
	*ref = arg;
	return 0;
}

static void
print_list(const char *heading, const json_t *list, long long total)
{
	const json_t *one;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	printf("%s", heading);
	if (total > (long long)json_array_size(list))
		printf(GK_T("（共 %lld 件，列出 %zu 件）", " (%lld, of which %zu are listed)"), total, json_array_size(list));
	putchar('\n');
	json_array_foreach(list, i, one) {
		const json_t *status = json_object_get(one, "status"), *likeness = json_object_get(one, "likeness");

		printf("  %s  ", json_str(one, "id"));
		print_text(json_str(one, "title"));
		if (*json_str(one, "number") != '\0') {
			printf("  ");
			print_text(json_str(one, "number"));
		}
		if (*json_str(one, "date") != '\0')
			printf("  %s", json_str(one, "date"));
		if (json_is_true(json_object_get(status, "ended")))
			printf("  %s %s", json_str(status, "sign"), json_str(status, gk_lang == GK_EN ? "label_en" : "label"));
		if (likeness != NULL)
			printf("  %.0f%%", 100 * json_number_value(likeness));
		putchar('\n');
	}
}

static bool
print_all(const json_t *answer)
{
	static const struct { const char *key, *total, *zh, *en; } lists[] = { { "similar", NULL, "相似文件", "Similar documents" },
		{ "reprints", "reprints_total", "同文转载", "Reprints of the same text" }, { "cites", NULL, "引用了", "Cites" }, { "cited_by", "cited_by_total", "被引用", "Cited by" } };
	bool any = false;

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const json_t *list = json_object_get(answer, lists[i].key);

		print_list(GK_T(lists[i].zh, lists[i].en), list, lists[i].total == NULL ? 0 : json_integer_value(json_object_get(answer, lists[i].total)));
		any |= json_array_size(list) > 0;
	}
	return any;
}

static enum gk_status
similar(struct app *app, const char *ref, struct gk_site *site, bool *any, struct gk_err *err)
{
	char id[64];
	json_t *answer;
	enum gk_status st = gk_answer_id(site, ref, id, err);

	if (st == GK_OK)
		st = gk_answer_related(site, id, &answer, err);
	if (st != GK_OK)
		return st;
	*any = true;
	if (app->json) {
		app_json(answer);
		return GK_OK;
	}
	*any = print_all(answer);
	if (!*any)
		app_note(app, "没有与 '%s' 相似或相关的文件", "nothing is like '%s' or belongs to it", id);
	json_decref(answer);
	return GK_OK;
}

static int
run(struct app *app, int argc, char **argv)
{
	const char *ref = NULL;
	struct argp_option options[] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site;
	bool any = false;
	enum gk_status st;

	app_parse(app, &cmd_similar, argc, argv, options, parse, &ref);
	if (ref == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "similar 要一个编号、文号或题名", "similar needs an id, a number or a title");
		gk_hint(&err, "例如：gongkai similar dzmm-2021-000123", "for example: gongkai similar dzmm-2021-000123");
		return app_error(app, &err);
	}
	if (gk_site_open(app->archive, &site, &err) != GK_OK)
		return app_error(app, &err);
	gk_site_for_staff(site);
	st = similar(app, ref, site, &any, &err);
	gk_site_close(site);
	return st != GK_OK ? app_error(app, &err) : any ? 0 : 1;
}

const struct cmd cmd_similar = {
	.name = "similar",
	.args_zh = "编号|文号|题名",
	.args_en = "ID|NUMBER|TITLE",
	.doc_zh = "相似、转载、引用与被引用的文件",
	.doc_en = "What is like it, reprints, citations both ways",
	.run = run,
};

/* gongkai guide: the guide to government information (公开指南) of Art. 12 para. 2, as text, JSON, or an HTML file for another site. */
#include "base/io.h"
#include "indexer/cmd.h"
#include "web/answer.h"
#include "web/pages.h"

#include <stdio.h>
#include <string.h>

enum { FILE_BYTES = 1024 * 1024 };

struct args { const char *format, *output; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'f':
		a->format = arg;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void
print_value(const char *label, const char *value)
{
	printf("    ");
	print_column(label, 24);
	printf("  ");
	print_text(*value != '\0' ? value : GK_T("（未填写）", "(not stated)"));
	printf("\n");
}

static void
print_table(const json_t *guide, const char *section)
{
	const json_t *one, *item;
	size_t i, k;

	if (strcmp(section, "classes") == 0) {
		json_array_foreach(json_object_get(guide, "categories"), i, one) {
			printf("    ");
			print_column(json_str(one, "value"), 24);
			printf("  %6lld ", (long long)json_integer_value(json_object_get(one, "count")));
			json_array_foreach(json_object_get(one, "items"), k, item)
				printf(" %s", json_str(item, "item"));
			printf("\n");
		}
	} else if (strcmp(section, "public") == 0) {
		json_array_foreach(json_object_get(guide, "places"), i, one)
			print_value(GK_T("查阅场所", "where to read"), json_string_value(one));
	} else if (strcmp(section, "apply") == 0) {
		print_value(GK_T("受理地址", "where to apply"), json_str(guide, "apply_address"));
	} else if (strcmp(section, "office") == 0) {
		json_array_foreach(json_object_get(guide, "office"), i, one)
			print_value(json_str(one, GK_T("label", "label_en")), json_str(one, "value"));
	}
}

static void
print_guide(const json_t *guide)
{
	const json_t *section, *one;
	size_t i, k;

	json_array_foreach(json_object_get(guide, "sections"), i, section) {
		printf("%s\n", json_str(section, GK_T("heading", "heading_en")));
		json_array_foreach(json_object_get(section, "paragraphs"), k, one)
			printf("  %s\n", json_str(one, GK_T("text", "text_en")));
		print_table(guide, json_str(section, "id"));
	}
}

static void
note_missing(const struct app *app, const json_t *guide)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(guide, "missing"), i, one)
		app_note(app, "指南缺：%s（gongkai.conf 的 %s）", "the guide lacks: %s (%s in gongkai.conf)", json_str(one, GK_T("label", "label_en")), json_str(one, "key"));
}

static enum gk_status
write_html(const struct args *a, const json_t *guide, struct gk_err *err)
{
	struct gk_buf out;
	enum gk_status st = GK_OK;

	gk_buf_init(&out, FILE_BYTES);
	if (!gk_file_guide(guide, strcmp(GK_T("zh", "en"), "en") == 0, &out))
		st = gk_nomem(err);
	else if (a->output != NULL)
		st = gk_replace_file(a->output, 0644, out.p, out.n, err);
	else
		fwrite(out.p, 1, out.n, stdout);
	gk_buf_free(&out);
	return st;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .format = NULL };
	struct argp_option options[] = {
		{ "format", 'f', "FORMAT", 0, GK_T("html：单独的网页", "html: a page that stands alone"), 1 },
		{ "output", 'o', "FILE", 0, GK_T("写到文件", "write to a file"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site;
	json_t *guide;
	enum gk_status st;

	app_parse(app, &cmd_guide, argc, argv, options, parse, &a);
	if ((a.format != NULL && strcmp(a.format, "html") != 0) || (a.output != NULL && a.format == NULL)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "指南写成文件只有 --format html", "a guide is written as a file by --format html alone");
		return app_error(app, &err);
	}
	if (gk_site_open(app->archive, &site, &err) != GK_OK)
		return app_error(app, &err);
	st = gk_answer_guide(site, &guide, &err);
	gk_site_close(site);
	if (st != GK_OK)
		return app_error(app, &err);
	note_missing(app, guide);
	if (a.format != NULL)
		st = write_html(&a, guide, &err);
	else if (app->json)
		app_json(json_incref(guide));
	else
		print_guide(guide);
	json_decref(guide);
	return st == GK_OK ? 0 : app_error(app, &err);
}

const struct cmd cmd_guide = {
	.name = "guide", .args_zh = "", .args_en = "", .doc_zh = "政府信息公开指南（第十二条）；列出尚未填写的", .doc_en = "The guide of Art. 12; says what it lacks", .run = run,
};

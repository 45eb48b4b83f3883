/* gongkai check: what must not get out with a file, before it is taken in.  No archive is needed, and no number is shown whole. */
#include "indexer/cmd.h"
#include "indexer/peek.h"
#include "indexer/screen.h"

#include "gate/finding.h"
#include "web/answer.h"

struct sums { size_t files, blocked, dead; };

/* property: NULL, or whose value text is. */
static void
print_finding(const char *text, size_t n, const struct gk_finding *x, const char *property)
{
	static const char *const signs[] = { "·", "!", "✗" };
	const struct gk_rule_name *rule = &gk_rule_names[x->rule];
	char excerpt[GK_EXCERPT];

	gk_finding_excerpt(text, n, x, excerpt);
	printf("  %s %s ", signs[x->severity], rule->code);
	print_column(GK_T(rule->label, rule->label_en), 22);
	if (property != NULL) {
		printf("  %s", GK_T("文件属性 ", "property "));
		print_text(property);
	} else {
		printf(GK_T("  第 %u 行", "  line %u"), x->line);
	}
	if (property == NULL && x->cell > 0)
		printf(GK_T("第 %u 格", ", cell %u"), x->cell);
	printf("  …");
	print_text(excerpt);
	printf("…\n      %s\n", GK_T(rule->advice, rule->advice_en));
}

/* What extraction says of the file itself: comments, deletions that are still in it, parts that could not be read. */
static void
print_notes(const json_t *notes)
{
	size_t i;
	json_t *note;

	json_array_foreach(notes, i, note) {
		printf("  · %s", GK_T("备注  ", "note  "));
		print_text(json_string_value(note));
		putchar('\n');
	}
}

/* The findings of one file: of its text, then of its properties, which have a name instead of a line. */
struct report {
	struct app *app;
	json_t *json;			/* NULL: in words */
	size_t of[3];
	bool failed;
};

static void
add_json(struct report *r, const char *text, size_t n, const struct gk_findings *f, const char *property)
{
	json_t *these = gk_answer_findings(text, n, f), *one;
	size_t i;

	json_array_foreach(json_object_get(these, "findings"), i, one) {
		json_object_set_new(one, "property", property == NULL ? json_null() : json_string(property));
		if (property != NULL)
			json_object_set_new(one, "line", json_null());
	}
	json_array_extend(json_object_get(r->json, "findings"), json_object_get(these, "findings"));
	json_decref(these);
}

static void
add_findings(struct report *r, const char *text, size_t n, const char *property)
{
	struct gk_findings f;
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st = property == NULL ? gk_findings_of(text, n, &f, &err) : screen_property(text, n, &f, &err);

	if (st != GK_OK) {
		r->failed = true;
		app_error(r->app, &err);
	} else if (r->json != NULL) {
		add_json(r, text, n, &f, property);
	} else {
		for (size_t i = 0; i < f.n; i++)
			print_finding(text, n, &f.item[i], property);
	}
	for (int k = 0; k < 3; k++)
		r->of[k] += f.of[k];
	gk_findings_free(&f);
}

static void
add_properties(struct report *r, json_t *meta)
{
	const char *key;
	json_t *value, *item;
	size_t i;

	json_object_foreach(meta, key, value) {
		if (json_is_string(value))
			add_findings(r, json_string_value(value), json_string_length(value), key);
		json_array_foreach(value, i, item)
			add_findings(r, json_string_value(item), json_string_length(item), key);
	}
}

static void
one_file(struct app *app, const char *name, struct gk_reply *reply, void *arg)
{
	struct sums *sums = arg;
	struct report r = { .app = app, .json = app->json ? json_pack("{s:[]}", "findings") : NULL };

	if (r.json == NULL)
		printf("== %s\n", name);
	add_findings(&r, reply->text.p == NULL ? "" : reply->text.p, reply->text.n, NULL);
	add_properties(&r, reply->meta);
	sums->dead += r.failed;
	if (r.json != NULL) {
		for (int k = 0; k < 3; k++)
			json_object_set_new(r.json, gk_severity_codes[k], json_integer((json_int_t)r.of[k]));
		json_object_set_new(r.json, "file", json_string(name));
		json_object_set_new(r.json, "type", json_string(reply->type));
		json_object_set(r.json, "notes", reply->notes);
		app_json(r.json);
	} else {
		print_notes(reply->notes);
		if (r.of[GK_BLOCK] + r.of[GK_WARN] > 0)
			printf(GK_T("  %zu 处不得公开，%zu 处请核对\n", "  %zu must not be published, %zu to be checked\n"), r.of[GK_BLOCK], r.of[GK_WARN]);
		else
			printf("  %s\n", GK_T("没有发现", "nothing found"));
	}
	sums->files++;
	sums->blocked += r.of[GK_BLOCK] > 0;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct sums sums = { 0 };
	int status = peek_files(app, &cmd_check, argc, argv, one_file, &sums);

	return sums.dead > 0 ? 70 : status == 0 && sums.blocked > 0 ? 1 : status;
}

const struct cmd cmd_check = {
	.name = "check",
	.args_zh = "文件…",
	.args_en = "FILE…",
	.doc_zh = "公开前检查：密级标志、个人信息",
	.doc_en = "Before publishing: secrecy markings, personal data",
	.run = run,
};

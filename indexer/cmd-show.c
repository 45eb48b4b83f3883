/* gongkai show: one document: its metadata and life, its text, its original, its events. */
#include "base/io.h"
#include "indexer/cmd.h"
#include "web/answer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct args { const char *id, *as_of, *known_at, *output; bool text, original, events; char found[64]; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 't':
		a->text = true;
		return 0;
	case 'O':
		a->original = true;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	case 'e':
		a->events = true;
		return 0;
	case 'a':
		a->as_of = arg;
		return 0;
	case 'k':
		a->known_at = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->id != NULL)
			argp_error(state, "%s", GK_T("一次只看一件", "one document at a time"));
		/* ID@2018-07-01 */
		a->id = arg;
		if (strchr(arg, '@') != NULL) {
			a->as_of = strchr(arg, '@') + 1;
			arg[strcspn(arg, "@")] = '\0';
		}
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* "已废止  由 yx-2021-000001《…》", "部分有效  关于收费的规定  由 …", "宣布失效（届时）  没有新文本" */
static void
print_entry(const json_t *one)
{
	const json_t *by = json_object_get(one, "by");
	const char *note = json_str(one, gk_lang == GK_EN ? "note_en" : "note");

	print_text(json_str(one, gk_lang == GK_EN ? "label_en" : "label"));
	if (json_is_true(json_object_get(one, "ahead")))
		printf("%s", GK_T("（届时）", " (to come)"));
	if (*note != '\0') {
		printf("  ");
		print_text(note);
	}
	if (!json_is_object(by))
		return;
	printf("%s", GK_T("  由 ", "  by "));
	if (*json_str(by, "id") != '\0') {
		printf("%s《", json_str(by, "id"));
		print_text(json_str(by, "title"));
		printf("》");
	} else {
		print_text(json_str(by, "title"));
	}
}

/* 历史版本; nothing for the many that have one text. */
static void
print_texts(const json_t *texts)
{
	const json_t *one;
	size_t i;

	if (json_array_size(texts) < 2)
		return;
	printf("%s\n", GK_T("历史版本", "texts"));
	json_array_foreach(texts, i, one) {
		const char *from = json_str(one, "from"), *until = json_str(one, "until"), *url = json_str(one, "url");
		const json_t *by = json_object_get(one, "by");

		printf("  %s ", json_is_true(json_object_get(one, "shown")) ? "*" : " ");
		print_column(*from != '\0' ? from : GK_T("最初", "first"), 12);
		print_column(*until != '\0' ? until : GK_T("至今", "on"), 12);
		printf("gongkai show %s", strncmp(url, "/d/", 3) == 0 ? url + 3 : url);
		if (json_is_object(by)) {
			printf("%s", GK_T("  由 ", "  by "));
			print_text(*json_str(by, "id") != '\0' ? json_str(by, "id") : json_str(by, "title"));
		}
		if (json_is_true(json_object_get(one, "shown")) && strcmp(json_str(one, "state"), "amended") == 0)
			printf("  %s", GK_T("↻ 已被修改（旧文本）", "↻ superseded text"));
		if (json_is_true(json_object_get(one, "corrected")))
			printf("%s", GK_T("（更正过）", " (corrected)"));
		putchar('\n');
	}
}

static void
print_document(const json_t *d)
{
	const json_t *status = json_object_get(d, "status"), *gone = json_object_get(d, "destroyed"), *moved = json_object_get(d, "transferred"), *one;
	const char *badge = json_str(status, gk_lang == GK_EN ? "badge_en" : "badge");
	size_t i;

	print_text(json_str(d, "title"));
	putchar('\n');
	if (*badge != '\0')
		printf("%s %s\n", json_str(status, "sign"), badge);
	if (json_is_object(gone))
		printf(GK_T("内容已依规销毁 · %s · 依据 %s · 档号 %s\n", "content destroyed under authority · %s · by %s · reference code %s\n"), json_str(gone, "date"),
		       json_str(gone, "authority"), json_str(gone, "refcode"));
	if (json_is_object(moved)) {
		printf("%s", GK_T("已移交：", "transferred: "));
		print_text(json_str(moved, "to"));
		printf("%s", GK_T("，档号 ", ", reference code "));
		print_text(json_str(moved, "refcode"));
		printf(GK_T("（%s）\n", " (%s)\n"), json_str(moved, "date"));
	}
	json_array_foreach(json_object_get(d, "fields"), i, one) {
		if (strcmp(json_str(one, "key"), "title") == 0)
			continue;
		print_column(json_str(one, gk_lang == GK_EN ? "label_en" : "label"), gk_lang == GK_EN ? 20 : 14);
		putchar(' ');
		print_text(json_str(one, "value"));
		putchar('\n');
	}
	print_column(GK_T("编号", "id"), gk_lang == GK_EN ? 20 : 14);
	printf(" %s\n", json_str(d, "id"));
	print_column(GK_T("原件", "original"), gk_lang == GK_EN ? 20 : 14);
	printf(GK_T(" %s  %lld 字节  %s\n", " %s  %lld bytes  %s\n"), json_str(d, "type"), (long long)json_integer_value(json_object_get(d, "bytes")), json_str(d, "digest"));
	print_texts(json_object_get(d, "texts"));
	if (json_array_size(json_object_get(d, "history")) == 0)
		return;
	printf("%s\n", GK_T("经过", "history"));
	json_array_foreach(json_object_get(d, "history"), i, one) {
		printf("  ");
		print_column(json_str(one, "date"), 12);
		print_entry(one);
		putchar('\n');
	}
}

static enum gk_status
write_out(const char *path, struct gk_buf *b, struct gk_err *err)
{
	bool ok;

	if (path != NULL)
		return gk_replace_file(path, 0644, b->p == NULL ? "" : b->p, b->n, err);
	/* Bytes go where they are sent; a person's terminal gets text, line by line. */
	if (isatty(STDOUT_FILENO)) {
		char *save = NULL;

		for (char *line = b->p == NULL ? NULL : strtok_r(b->p, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
			print_text(line);
			putchar('\n');
		}
		return GK_OK;
	}
	ok = gk_write_all(STDOUT_FILENO, b->p == NULL ? "" : b->p, b->n);
	return ok ? GK_OK : gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能写标准输出：%s", "cannot write standard output: %s", strerror(errno));
}

static enum gk_status
show(struct app *app, const struct args *a, struct gk_site *site, struct gk_err *err)
{
	struct gk_buf b;
	char type[96], name[256];
	json_t *json;
	enum gk_status st;

	if (a->text || a->original) {
		st = a->text ? gk_answer_text(site, a->id, a->as_of, &b, err) : gk_answer_original(site, a->id, a->as_of, &b, type, name, err);
		if (st == GK_OK) {
			st = write_out(a->output, &b, err);
			gk_buf_free(&b);
		}
		return st;
	}
	if (a->events) {
		size_t i;
		json_t *one;

		st = gk_answer_events(site, a->id, &json, err);
		if (st != GK_OK)
			return st;
		json_array_foreach(json, i, one)
			app_json(json_incref(one));
		json_decref(json);
		return GK_OK;
	}
	st = gk_answer_document(site, a->id, a->as_of, a->known_at, false, &json, err);
	if (st != GK_OK)
		return st;
	if (app->json) {
		app_json(json);
	} else {
		print_document(json);
		json_decref(json);
	}
	return GK_OK;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .id = NULL };
	struct argp_option options[] = {
		{ "text", 't', NULL, 0, GK_T("文字（某一天的：编号@日期）", "its text (of a day: ID@DATE)"), 1 },
		{ "original", 'O', NULL, 0, GK_T("原件，逐字节", "its original, byte for byte"), 1 },
		{ "output", 'o', "FILE", 0, GK_T("写到文件", "write to a file"), 1 },
		{ "events", 'e', NULL, 0, GK_T("档案中的登记，每行一条 JSON", "its events in the archive, one JSON a line"), 1 },
		{ "as-of", 'a', "DATE", 0, GK_T("按这一天的文本和时效（同 编号@日期）", "the text and the validity of this day (as ID@DATE)"), 1 },
		{ "known-at", 'k', "TIME", 0, GK_T("按当时所知", "as known at that time"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site;
	enum gk_status st;

	app_parse(app, &cmd_show, argc, argv, options, parse, &a);
	if (a.id == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "show 需要一个编号", "show needs an id");
		gk_hint(&err, "例如：gongkai show dzmm-2021-000123；编号见 gongkai search", "for example: gongkai show dzmm-2021-000123; ids come from gongkai search");
		return app_error(app, &err);
	}
	if (gk_site_open(app->archive, &site, &err) != GK_OK)
		return app_error(app, &err);
	gk_site_for_staff(site);
	st = gk_answer_id(site, a.id, a.found, &err);
	a.id = a.found;
	if (st == GK_OK)
		st = show(app, &a, site, &err);
	gk_site_close(site);
	return st == GK_OK ? 0 : app_error(app, &err);
}

const struct cmd cmd_show = {
	.name = "show",
	.args_zh = "编号|文号|题名[@日期]",
	.args_en = "ID|NUMBER|TITLE[@DATE]",
	.doc_zh = "看一件文件",
	.doc_en = "Show one document",
	.run = run,
};

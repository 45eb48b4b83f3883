/* gongkai init: an empty archive with its configuration and an empty index. */
#include "base/io.h"
#include "indexer/cmd.h"
#include "indexer/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct args { const char *org, *code; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'o':
		a->org = arg;
		return 0;
	case 'c':
		a->code = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool
code_valid(const char *code)
{
	size_t n = strspn(code, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return n >= 1 && n <= 16 && code[n] == '\0';
}

/*
 * An init that was cut off before it wrote gongkai.conf, which comes last: an archive of nothing but the head of its first
 * segment.  Whoever says init again goes on with it; one with records in it is somebody's.
 */
static bool
begun(const char *dir)
{
	struct gk_archive *archive;
	struct gk_scan *scan;
	struct gk_warc_rec rec;
	struct gk_loc at;
	bool only_head = false;

	if (gk_archive_open(dir, &archive, NULL) != GK_OK)
		return false;
	if (gk_scan_open(archive, (struct gk_loc){ .segment = 0 }, &scan, NULL) == GK_OK) {
		if (gk_scan_next(scan, &rec, &at, NULL) == GK_OK) {
			only_head = rec.type == GK_WARC_INFO;
			gk_warc_rec_free(&rec);
		}
		if (only_head && gk_scan_next(scan, &rec, &at, NULL) == GK_OK) {
			only_head = false;
			gk_warc_rec_free(&rec);
		}
		gk_scan_close(scan);
	}
	gk_archive_close(archive);
	return only_head;
}

static enum gk_status
create(const struct app *app, const struct args *a, struct gk_err *err)
{
	char *conf = gk_path(app->archive, "gongkai.conf"), *text = gk_config_template(a->org, a->code);
	struct store store;
	struct stat sb;
	enum gk_status st = GK_OK;

	if (conf == NULL || text == NULL)
		st = gk_nomem(err);
	else if (stat(conf, &sb) == 0) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 已经是档案", "'%s' is an archive already", app->archive);
		gk_hint(err, "直接 gongkai ingest；另建请用 --archive 指定别的目录", "go on with gongkai ingest, or name another folder with --archive");
	}
	if (st == GK_OK)
		st = gk_make_dir(app->archive, 0755, err);
	if (st == GK_OK && !begun(app->archive))
		st = gk_archive_create(app->archive, err);
	if (st == GK_OK)
		st = gk_replace_file(conf, 0644, text, strlen(text), err);
	free(conf);
	free(text);
	if (st == GK_OK && (st = store_open(app->archive, app->wait, &store, err)) == GK_OK) {
		st = store_commit(&store, err);
		store_close(&store);
	}
	return st;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { NULL, NULL };
	struct argp_option options[] = {
		{ "org", 'o', "NAME", 0, GK_T("机关名称，显示在页首", "name of the office, shown at the head of pages"), 1 },
		{ "code", 'c', "PREFIX", 0, GK_T("编号前缀，1 到 16 个字母数字，以后不能改", "prefix of ids, 1 to 16 letters and digits, never changed later"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;

	app_parse(app, &cmd_init, argc, argv, options, parse, &a);
	if (a.org == NULL || *a.org == '\0' || a.code == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "init 需要 --org 和 --code", "init needs --org and --code");
		gk_hint(&err, "例如：gongkai init --org 大竹县妈妈镇 --code dzmm", "for example: gongkai init --org 大竹县妈妈镇 --code dzmm");
		return app_error(app, &err);
	}
	if (!code_valid(a.code)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "编号前缀不能是 '%s'", "the prefix cannot be '%s'", a.code);
		gk_hint(&err, "用 1 到 16 个英文字母或数字，例如 dzmm", "use 1 to 16 letters or digits, for example dzmm");
		return app_error(app, &err);
	}
	if (create(app, &a, &err) != GK_OK)
		return app_error(app, &err);
	if (app->json)
		app_json(json_pack("{s:s, s:s, s:s}", "archive", app->archive, "organisation", a.org, "code", a.code));
	else
		printf(GK_T("已建立档案 %s （编号前缀 %s）。下一步：gongkai ingest 目录\n", "made archive %s (id prefix %s). Next: gongkai ingest DIR\n"), app->archive, a.code);
	return 0;
}

const struct cmd cmd_init = {
	.name = "init",
	.args_zh = "--org 名称 --code 前缀",
	.args_en = "--org NAME --code PREFIX",
	.doc_zh = "建立档案",
	.doc_en = "Make an archive",
	.run = run,
};

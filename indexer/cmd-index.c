/* gongkai index rebuild, compact, stats: the index is a view and can be made again at any time. */
#include "indexer/cmd.h"
#include "indexer/store.h"
#include "web/answer.h"

#include <stdio.h>

static struct argp_option none[] = { { NULL, 0, NULL, 0, NULL, 0 } };

static int
run_rebuild(struct app *app, int argc, char **argv)
{
	struct gk_err err = GK_ERR_INIT;
	struct store store;
	uint32_t documents = 0;
	double started = seconds_now();
	enum gk_status st;

	app_parse(app, &cmd_index_rebuild, argc, argv, none, no_options, NULL);
	st = store_open_anew(app->archive, app->wait, &store, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	documents = store.records;
	store_close(&store);
	if (app->json)
		app_json(json_pack("{s:I, s:f}", "documents", (json_int_t)documents, "seconds", seconds_now() - started));
	else
		printf(GK_T("索引已由档案重建：%u 件，用时 %.1f 秒\n", "the index was rebuilt from the archive: %u documents in %.1f s\n"), documents, seconds_now() - started);
	return 0;
}

const struct cmd cmd_index_rebuild = {
	.name = "index rebuild",
	.args_zh = "",
	.args_en = "",
	.doc_zh = "由档案重建索引",
	.doc_en = "Build the index again from the archive",
	.run = run_rebuild,
};

static int
run_compact(struct app *app, int argc, char **argv)
{
	struct gk_err err = GK_ERR_INIT;
	struct store store;
	double started = seconds_now();
	enum gk_status st;

	app_parse(app, &cmd_index_compact, argc, argv, none, no_options, NULL);
	st = store_open(app->archive, app->wait, &store, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	store_notes(app, &store);
	store.rebuilt = false;
	st = store_compact(&store, &err);
	if (st == GK_OK && store.rebuilt)
		app_note(app, "说明：索引已损坏，已由档案重建", "note: the index was damaged and was rebuilt from the archive");
	store_close(&store);
	if (st != GK_OK)
		return app_error(app, &err);
	if (app->json)
		app_json(json_pack("{s:f}", "seconds", seconds_now() - started));
	else
		printf(GK_T("索引已压实，用时 %.1f 秒\n", "the index was compacted in %.1f s\n"), seconds_now() - started);
	return 0;
}

const struct cmd cmd_index_compact = {
	.name = "index compact",
	.args_zh = "",
	.args_en = "",
	.doc_zh = "压实索引：不留空隙地重写，回答不变",
	.doc_en = "Write the index anew without gaps; the answers stay",
	.run = run_compact,
};

static int
run_stats(struct app *app, int argc, char **argv)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_site *site;
	json_t *t, *index, *archive;
	enum gk_status st;

	app_parse(app, &cmd_index_stats, argc, argv, none, no_options, NULL);
	if (gk_site_open(app->archive, &site, &err) != GK_OK)
		return app_error(app, &err);
	st = gk_answer_totals(site, &t, &err);
	gk_site_close(site);
	if (st != GK_OK)
		return app_error(app, &err);
	if (app->json) {
		app_json(t);
		return 0;
	}
	index = json_object_get(t, "index");
	archive = json_object_get(t, "archive");
	printf(GK_T("文件 %lld 件，登记 %lld 条，索引词 %lld 个\n", "%lld documents, %lld events, %lld terms\n"), json_integer_value(json_object_get(t, "documents")),
	       json_integer_value(json_object_get(t, "events")), json_integer_value(json_object_get(t, "terms")));
	printf(GK_T("索引 %.1f MB（其中正文 %.1f MB），版本 %s，%s\n", "index %.1f MB (text %.1f MB of it), version %s, %s\n"),
	       (double)json_integer_value(json_object_get(index, "bytes")) / 1e6, (double)json_integer_value(json_object_get(index, "text_bytes")) / 1e6,
	       json_string_value(json_object_get(index, "version")), json_string_value(json_object_get(index, "generation")));
	printf(GK_T("档案 %lld 段，%.1f MB\n", "archive %lld segments, %.1f MB\n"), json_integer_value(json_object_get(archive, "segments")),
	       (double)json_integer_value(json_object_get(archive, "bytes")) / 1e6);
	json_decref(t);
	return 0;
}

const struct cmd cmd_index_stats = {
	.name = "index stats",
	.args_zh = "",
	.args_en = "",
	.doc_zh = "索引和档案的大小",
	.doc_en = "Sizes of index and archive",
	.run = run_stats,
};

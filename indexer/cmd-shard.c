/*
 * gongkai index shard: the index in parts, each of which holds the documents of one stretch of numbers (catalog/glass.h).
 *
 *   index shard --parts N                    builds it anew in N shards of the same number of documents
 *   index shard --documents N                … in shards of N documents; 0: in one
 *   index shard --export DIR --parts N       writes what is large of it as N shards for other machines (catalog/away.h)
 *   index shard --remote HOST:PORT …         goes over to servers of these
 *
 * Documents that come afterwards go into the last shard; when that holds as many as the others, the next one is begun.
 */
#include "indexer/cmd.h"
#include "indexer/store.h"

#include "catalog/away.h"
#include "catalog/glass.h"

#include <stdio.h>
#include <stdlib.h>

enum { OPT_PARTS = 0x2000, OPT_DOCUMENTS, OPT_EXPORT, OPT_REMOTE };

struct args {
	long parts, documents;
	const char *to, *servers[GK_AWAY_MAX];
	size_t n;
};

static long
number_of(const char *arg, long most, struct argp_state *state)
{
	char *end;
	long v = strtol(arg, &end, 10);

	if (end == arg || *end != '\0' || v < 0 || v > most)
		argp_error(state, GK_T("'%s' 不是 0 到 %ld 的数", "'%s' is no number from 0 to %ld"), arg, most);
	return v;
}

static void
check(const struct args *a, struct argp_state *state)
{
	bool ok = a->n > 0 ? a->to == NULL && a->parts == 0 && a->documents < 0 : a->to != NULL ? a->parts > 0 && a->documents < 0 : (a->parts > 0) != (a->documents >= 0);

	if (!ok)
		argp_error(state, GK_T("用 --parts、--documents、--export 加 --parts 或 --remote 说明怎样分片", "say how to divide it: --parts, --documents, --export with --parts, or --remote"));
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_PARTS:
		a->parts = number_of(arg, GK_SHARDS_MAX, state);
		return 0;
	case OPT_DOCUMENTS:
		a->documents = number_of(arg, 1000000000, state);
		return 0;
	case OPT_EXPORT:
		a->to = arg;
		return 0;
	case OPT_REMOTE:
		if (a->n == GK_AWAY_MAX)
			argp_error(state, GK_T("至多 %d 个分片", "at most %d shards"), GK_AWAY_MAX);
		a->servers[a->n++] = arg;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, GK_T("多余的 '%s'", "'%s' is too much"), arg);
		return 0;
	case ARGP_KEY_END:
		check(a, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int
tell(const struct app *app, struct store *s, double seconds)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_totals t;

	if (gk_catalog_totals(s->seen, false, &t, &err) != GK_OK)
		return app_error(app, &err);
	if (app->json)
		app_json(json_pack("{s:I, s:I, s:I, s:f}", "documents", (json_int_t)t.last, "shards", (json_int_t)t.shards, "shard_documents", (json_int_t)s->shard, "seconds", seconds));
	else
		printf(GK_T("索引已分为 %u 片，每片 %u 件，用时 %.1f 秒\n", "the index stands in %u shards of %u documents; %.1f s\n"), t.shards, s->shard > 0 ? s->shard : t.last, seconds);
	if (s->shard != (uint32_t)s->config.shard_documents)
		app_note(app, "说明：要让以后的重建也这样分，在 gongkai.conf 写 shard_documents = %u", "note: for later rebuilds to divide it the same way, write shard_documents = %u into gongkai.conf",
			 s->shard);
	return 0;
}

static int
tell_exported(const struct app *app, const struct args *a, double seconds)
{
	if (app->json) {
		app_json(json_pack("{s:s, s:I, s:f}", "folder", a->to, "shards", (json_int_t)a->parts, "seconds", seconds));
		return 0;
	}
	printf(GK_T("已写出 %ld 个分片，用时 %.1f 秒。各拷到一台机器，在那里运行\n  xapian-tcpsrv --port 7001 %s/1\n再用 gongkai index shard --remote 主机:7001 … 启用\n",
		    "%ld shards were written in %.1f s. Copy each to a machine and run there\n  xapian-tcpsrv --port 7001 %s/1\nthen go over to them: gongkai index shard --remote HOST:7001 …\n"),
	       a->parts, seconds, a->to);
	return 0;
}

static int
tell_remote(const struct app *app, const struct args *a, double seconds)
{
	if (app->json)
		app_json(json_pack("{s:I, s:f}", "remote", (json_int_t)a->n, "seconds", seconds));
	else
		printf(GK_T("索引的词已在 %zu 个远程分片，用时 %.1f 秒\n", "the words of the index are on %zu remote shards now; %.1f s\n"), a->n, seconds);
	return 0;
}

static int
divide(struct app *app, struct store *store, const struct args *a)
{
	struct gk_err err = GK_ERR_INIT;
	double started = seconds_now();
	enum gk_status st;

	if (a->to != NULL)
		st = store_export_shards(store, a->to, (size_t)a->parts, &err);
	else if (a->n > 0)
		st = store_use_servers(store, a->servers, a->n, &err);
	else
		st = store_divide(store, a->parts > 0 ? (store->records + (uint32_t)a->parts - 1) / (uint32_t)a->parts : (uint32_t)a->documents, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	return a->to != NULL ? tell_exported(app, a, seconds_now() - started) : a->n > 0 ? tell_remote(app, a, seconds_now() - started) : tell(app, store, seconds_now() - started);
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "parts", OPT_PARTS, GK_T("数", "N"), 0, GK_T("分为这么多片", "so many shards"), 0 },
		{ "documents", OPT_DOCUMENTS, GK_T("数", "N"), 0, GK_T("每片这么多件；0：不分片", "so many documents a shard; 0: do not divide it"), 0 },
		{ "export", OPT_EXPORT, GK_T("文件夹", "DIR"), 0, GK_T("写出放到别的机器上的分片", "write shards for other machines"), 0 },
		{ "remote", OPT_REMOTE, GK_T("主机:端口", "HOST:PORT"), 0, GK_T("启用别的机器上的一个分片，可重复；同一分片的几处用逗号隔开", "use a shard on another machine, repeatable; several copies of one apart by commas"), 0 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { 0, -1, NULL, { NULL }, 0 };
	struct gk_err err = GK_ERR_INIT;
	struct store store;
	int status;

	app_parse(app, &cmd_index_shard, argc, argv, options, parse, &a);
	if (store_open(app->archive, app->wait, &store, &err) != GK_OK)
		return app_error(app, &err);
	store_notes(app, &store);
	status = divide(app, &store, &a);
	store_close(&store);
	return status;
}

const struct cmd cmd_index_shard = {
	.name = "index shard",
	.args_zh = "--parts 数 | --documents 数 | --export 文件夹 --parts 数 | --remote 主机:端口 …",
	.args_en = "--parts N | --documents N | --export DIR --parts N | --remote HOST:PORT …",
	.doc_zh = "把索引分片，在本机或别的机器上",
	.doc_en = "Divide the index into shards, here or elsewhere",
	.run = run,
};

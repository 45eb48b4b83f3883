/*
 * gongkai replicate FROM: this archive follows another one and serves the same answers.
 *
 *   archive FROM ──▶ acknowledged bytes, digests checked (archive/replicate.h) ──▶ own index, which reads on from its mark
 *
 * Once, or every so many seconds until it is ended.  What cannot be reached is told and tried again.
 */
#include "archive/replicate.h"
#include "indexer/cmd.h"
#include "indexer/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPT_EVERY = 0x2000, EVERY_MAX = 86400 };

struct args { const char *from; long every; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	char *end;

	switch (key) {
	case OPT_EVERY:
		a->every = strtol(arg, &end, 10);
		if (end == arg || *end != '\0' || a->every < 1 || a->every > EVERY_MAX)
			argp_error(state, GK_T("--every 应为 1 到 %d 秒", "--every must be 1 to %d seconds"), EVERY_MAX);
		return 0;
	case ARGP_KEY_ARG:
		if (a->from != NULL)
			argp_error(state, GK_T("多余的 '%s'", "'%s' is too much"), arg);
		a->from = arg;
		return 0;
	case ARGP_KEY_END:
		if (a->from == NULL)
			argp_error(state, GK_T("缺少来源档案", "the archive to follow is missing"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The index reads on; where a segment was rewritten it must not keep what is no longer there. */
static enum gk_status
read_on(struct app *app, const struct gk_replicated *r, uint32_t *documents, struct gk_err *err)
{
	struct store store;
	enum gk_status st = r->rebuild ? store_open_anew(app->archive, app->wait, &store, err) : store_open(app->archive, app->wait, &store, err);

	if (st != GK_OK)
		return st;
	*documents = store.records;
	store_close(&store);
	return r->rebuild ? gk_replicate_rebuilt(app->archive, err) : GK_OK;
}

static void
tell(const struct app *app, const struct gk_replicated *r, uint32_t documents, double seconds)
{
	if (app->json)
		app_json(json_pack("{s:I, s:I, s:I, s:[I, I], s:f}", "bytes", (json_int_t)r->bytes, "rewritten", (json_int_t)r->rewritten, "documents", (json_int_t)documents, "end",
				   (json_int_t)r->end.segment, (json_int_t)r->end.offset, "seconds", seconds));
	else
		printf(GK_T("收到 %.1f KB，现有 %u 件，用时 %.1f 秒\n", "%.1f KB came, %u documents now; %.1f s\n"), (double)r->bytes / 1e3, documents, seconds);
	if (r->rewritten > 0)
		app_note(app, "说明：来源重写了 %u 段（销毁），已照抄，索引已重建", "note: the source has rewritten %u segments (a destruction): they were copied anew and the index was rebuilt", r->rewritten);
	fflush(stdout);
}

/* Always told the first time, later only when something came. */
static enum gk_status
step(struct app *app, const struct args *a, bool first, struct gk_err *err)
{
	struct gk_replicated r;
	uint32_t documents = 0;
	double started = seconds_now();
	enum gk_status st = gk_replicate(a->from, app->archive, app->wait >= 0 ? app->wait : 10, &r, err);

	if (st != GK_OK || (!first && r.bytes == 0 && !r.rebuild))
		return st;
	st = read_on(app, &r, &documents, err);
	if (st == GK_OK)
		tell(app, &r, documents, seconds_now() - started);
	return st;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "every", OPT_EVERY, GK_T("秒", "SECONDS"), 0, GK_T("每隔这么久再来一次，直到被结束", "again after so long, until it is ended"), 0 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { NULL, 0 };
	bool first = true;
	int status;

	app_parse(app, &cmd_replicate, argc, argv, options, parse, &a);
	do {
		struct gk_err err = GK_ERR_INIT;
		enum gk_status st = step(app, &a, first, &err);

		status = st == GK_OK ? 0 : app_error(app, &err);
		first = first && st != GK_OK;
	} while (a.every > 0 && sleep((unsigned)a.every) == 0);
	return status;
}

const struct cmd cmd_replicate = {
	.name = "replicate",
	.args_zh = "[--every 秒] 来源档案",
	.args_en = "[--every SECONDS] FROM",
	.doc_zh = "跟随另一个档案，作它的副本",
	.doc_en = "Follow another archive, as a replica of it",
	.run = run,
};

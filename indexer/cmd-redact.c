/* gongkai redact: the text of a document with its personal numbers masked, as a proposal.  Nothing is registered: `correct --text` does that. */
#include "indexer/act.h"
#include "indexer/cmd.h"
#include "indexer/keeping.h"

#include "base/io.h"
#include "gate/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct args { const char *ref, *out; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'o':
		a->out = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->ref != NULL)
			argp_error(state, "%s", GK_T("一次一件", "one document at a time"));
		a->ref = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* What is left when the numbers are gone: markings, addresses, names beside illnesses are for people. */
static void
tell(const struct app *app, const struct args *a, const struct gk_findings *before, const struct gk_findings *after, const char *id)
{
	size_t numbers = 0;

	for (size_t i = 0; i < before->n; i++)
		numbers += before->item[i].rule >= GK_P1 && before->item[i].rule <= GK_P5;
	app_note(app, "遮盖了 %zu 个号码；还有 %zu 处不得公开、%zu 处请核对", "%zu numbers masked; %zu things that must not be published and %zu to be checked are left", numbers, after->of[GK_BLOCK],
		 after->of[GK_WARN]);
	if (a->out != NULL)
		app_note(app, "看过以后：gongkai correct %s --text %s --reason '遮盖个人信息'", "when you have looked at it: gongkai correct %s --text %s --reason '…'", id, a->out);
}

static enum gk_status
write_out(const struct args *a, const struct gk_buf *text, struct gk_err *err)
{
	if (a->out != NULL)
		return gk_replace_file(a->out, 0600, text->p, text->n, err);
	fwrite(text->p, 1, text->n, stdout);
	return GK_OK;
}

static enum gk_status
redact(struct app *app, struct store *s, const struct args *a, struct gk_err *err)
{
	struct store_history h;
	struct gk_record r;
	struct gk_warc_rec text = { .type = GK_WARC_OTHER };
	struct gk_findings before = { .item = NULL }, after = { .item = NULL };
	struct gk_buf masked;
	uint32_t docid;
	enum gk_status st = act_find(s, a->ref, &docid, err);

	if (st != GK_OK || (st = act_read(s, docid, &h, &r, err)) != GK_OK)
		return st;
	st = store_text(s, &r, &text, err);
	gk_buf_init(&masked, text.block.n * 2 + 16);
	if (st == GK_OK && text.block.n == 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 没有文本", "'%s' has no text", r.id);
	if (st == GK_OK)
		st = gk_findings_of(text.block.p, text.block.n, &before, err);
	if (st == GK_OK && !gk_mask_numbers(text.block.p, text.block.n, &before, &masked))
		st = gk_nomem(err);
	if (st == GK_OK)
		st = gk_findings_of(masked.p, masked.n, &after, err);
	if (st == GK_OK)
		st = write_out(a, &masked, err);
	if (st == GK_OK)
		tell(app, a, &before, &after, r.id);
	gk_findings_free(&before);
	gk_findings_free(&after);
	gk_buf_free(&masked);
	gk_warc_rec_free(&text);
	gk_record_free(&r);
	store_history_free(&h);
	return st;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { NULL, NULL };
	struct argp_option options[] = { { "output", 'o', "FILE", 0, GK_T("写到这个文件", "write it to this file"), 1 }, { NULL, 0, NULL, 0, NULL, 0 } };
	struct store s;
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	app_parse(app, &cmd_redact, argc, argv, options, parse, &a);
	if (a.ref == NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "redact 要说明是哪一件", "redact needs to be told which document");
		gk_hint(&err, "例如：gongkai redact dzmm-2021-000123 -o 遮盖.txt", "for example: gongkai redact dzmm-2021-000123 -o masked.txt");
		return app_error(app, &err);
	}
	st = keeping_open(app, &s, &err);
	if (st == GK_OK) {
		st = redact(app, &s, &a, &err);
		keeping_close(&s);
	}
	return st == GK_OK ? 0 : app_error(app, &err);
}

const struct cmd cmd_redact = {
	"redact", "编号|文号|题名", "ID|NUMBER|TITLE", "遮盖个人号码的文本，供审查", "The text with personal numbers masked", run,
};

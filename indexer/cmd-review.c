/* gongkai review list: what waits for its review, how far it has come, and what was found in it.  The acts themselves are in cmd-act.c. */
#include "indexer/cmd.h"
#include "indexer/keeping.h"

#include "record/access.h"
#include "record/field.h"
#include "record/review.h"

struct listing { struct app *app; const struct store *store; size_t n; };

static void
print_one(const struct store *s, const struct gk_record *r, const struct gk_access_of *a, const struct gk_review *v)
{
	json_t *rule;
	size_t i;

	print_column(r->id, 18);
	printf("  %u/%zu  ", v->passed, s->config.n_gates);
	print_column(a->referred ? GK_T("报请确定", "referred") : v->passed < s->config.n_gates ? s->config.gates[v->passed] : GK_T("待公布", "to be published"), 18);
	printf("  ");
	print_text(gk_meta_get(r->meta, "title"));
	if (v->block + v->warn > 0)
		printf(GK_T("  （不得公开 %u 处，请核对 %u 处：", "  (%u block, %u to be checked:"), v->block, v->warn);
	json_array_foreach(v->rules, i, rule)
		printf("%s%s", i > 0 || gk_lang == GK_EN ? " " : "", json_string_value(rule));
	puts(v->block + v->warn > 0 ? GK_T("）", ")") : "");
}

static enum gk_status
one(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct listing *l = arg;
	struct gk_access_of a = gk_access_at(h->events, h->n, NULL);
	struct gk_review v;

	(void)docid, (void)err;
	if (a.code != GK_A_UNDER_REVIEW && a.code != GK_A_DRAFT)
		return GK_OK;
	gk_review_of(h->events, h->n, &v);
	l->n++;
	if (l->app->json)
		app_json(keeping_review_json(l->store, r, &a, &v));
	else
		print_one(l->store, r, &a, &v);
	return GK_OK;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct store s;
	struct listing l = { app, &s, 0 };
	struct argp_option options[] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	app_parse(app, &cmd_review_list, argc, argv, options, no_options, NULL);
	st = keeping_open(app, &s, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	st = keeping_each(app, &s, one, &l, &err);
	keeping_close(&s);
	if (st != GK_OK)
		return app_error(app, &err);
	if (l.n == 0)
		app_note(app, "没有待审查的文件", "nothing waits for a review");
	return l.n > 0 ? 0 : 1;
}

const struct cmd cmd_review_list = {
	"review list", "", "", "待审查的文件：到了哪一关，发现了什么", "What waits for its review, what was found", run,
};

/*
 * gongkai report stale-citations: living documents that rest on dead ones (domain.md 12, 6).  What a text rests on is what it names
 * behind 根据, 依据, 按照 …; read anew from the archive, so that it is true on the day it is asked.
 */
#include "base/utf8.h"
#include "indexer/act.h"
#include "indexer/cmd.h"
#include "indexer/resolve.h"
#include "record/clause.h"
#include "record/docno.h"
#include "record/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = 64 << 20, AROUND = 90, NAMES = 64 };

struct stale {
	struct app *app;
	struct store store;
	struct gk_date as_of;
	const char *as_of_arg;
	size_t documents, found, damaged;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct stale *x = state->input;

	if (key != 'a')
		return ARGP_ERR_UNKNOWN;
	x->as_of_arg = arg;
	if (!gk_date_parse(arg, strlen(arg), &x->as_of))
		argp_error(state, GK_T("--as-of 不是日期：%s", "--as-of is not a date: %s"), arg);
	return 0;
}

/* Without effect on that day; an older text of a law that lives on is another matter. */
static bool
dead(enum gk_validity code)
{
	return code == GK_V_ABOLISHED || code == GK_V_REVOKED || code == GK_V_EXPIRED || code == GK_V_LAPSED;
}

static bool
alive(enum gk_validity code)
{
	return code == GK_V_IN_FORCE || code == GK_V_PARTLY_IN_FORCE || code == GK_V_NOT_YET_EFFECTIVE || code == GK_V_SUSPENDED || code == GK_V_UNKNOWN;
}

/* The cited record, if exactly one is meant and it is dead. */
static enum gk_status
dead_target(struct stale *x, const struct gk_clause_target *t, uint32_t self, struct resolve_candidate *out, struct gk_status_of *state, struct store_history *h, struct gk_err *err)
{
	char *name = strndup(t->name.p == NULL ? "" : t->name.p, t->name.n), *docno = strndup(t->docno.p == NULL ? "" : t->docno.p, t->docno.n);
	char *issuer = strndup(t->issuer.p == NULL ? "" : t->issuer.p, t->issuer.n);
	struct resolve_wanted w = { .name = name, .docno = docno, .issuer = issuer, .date = t->date, .self = self, .self_title = "" };
	struct resolved r;
	enum gk_status st = name == NULL || docno == NULL || issuer == NULL ? gk_nomem(err) : resolve(&x->store, &w, &r, err);

	free(name);
	free(docno);
	free(issuer);
	if (st != GK_OK)
		return st;
	if ((r.verdict != RESOLVE_NUMBER && r.verdict != RESOLVE_TITLE) || r.n != 1)
		return GK_END;
	st = store_history(&x->store, r.c[0].docid, h, err);
	if (st != GK_OK)
		return st;
	*state = gk_validity_at(h->events, h->n, x->as_of, NULL);
	if (dead(state->code)) {
		*out = r.c[0];
		return GK_OK;
	}
	store_history_free(h);
	return GK_END;
}

/* The words around the citation. */
static void
around(const char *text, size_t n, const char *name, struct gk_buf *out)
{
	size_t at = name >= text && name < text + n ? (size_t)(name - text) : 0, from = at > AROUND ? at - AROUND : 0, to;

	for (size_t i = from; i < at; i++)
		if (text[i] == '\n' || (i + 3 <= at && memcmp(text + i, "。", 3) == 0))
			from = text[i] == '\n' ? i + 1 : i + 3;
	while (from < at && ((unsigned char)text[from] & 0xC0) == 0x80)
		from++;
	to = at + AROUND * 2 < n ? at + AROUND * 2 : n;
	for (size_t i = at; i < to; i++)
		if (text[i] == '\n' || (i + 3 <= n && memcmp(text + i, "。", 3) == 0)) {
			to = i;
			break;
		}
	gk_buf_add(out, text + from, gk_utf8_cut(text + from, to - from));
}

static void
tell(struct stale *x, const struct gk_record *r, const struct gk_status_of *own, const struct resolve_candidate *c, const struct gk_status_of *state, const char *text, size_t n, const char *name)
{
	struct gk_buf words;
	char badge[1024];

	gk_buf_init(&words, 4096);
	around(text, n, name, &words);
	gk_validity_badge(state, gk_lang, badge, sizeof badge);
	x->found++;
	if (x->app->json) {
		char zh[1024];

		gk_validity_badge(state, GK_ZH, zh, sizeof zh);
		app_json(json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s, s:s, s:s, s:s}, s:s, s:I}", "id", r->id, "title", gk_meta_get(r->meta, "title"), "number",
				   gk_meta_get(r->meta, "docno"), "status", gk_validity_names[own->code].code, "rests_on", "id", c->id, "title", c->title, "number", c->docno,
				   "status", gk_validity_names[state->code].code, "badge", zh, "by", state->by_id, "sentence", words.p == NULL ? "" : words.p, "place",
				   (json_int_t)(name >= text && name < text + n ? name - text : 0)));
	} else {
		printf("%s ", r->id);
		print_text(gk_meta_get(r->meta, "title"));
		printf(GK_T("\n  依据 %s ", "\n  rests on %s "), c->id);
		print_text(c->title);
		printf("：%s\n  ", badge);
		print_text(words.p == NULL ? "" : words.p);
		printf("\n");
	}
	gk_buf_free(&words);
}

static enum gk_status
citations(struct stale *x, uint32_t docid, const struct gk_record *r, const struct gk_status_of *own, struct gk_err *err)
{
	struct gk_warc_rec text = { .type = GK_WARC_OTHER };
	struct gk_arena arena;
	struct gk_clause_target *t;
	uint32_t told[NAMES];
	size_t n = 0, n_told = 0;
	enum gk_status st = store_text(&x->store, r, &text, err);

	if (st != GK_OK)
		return st;
	gk_arena_init(&arena, MEMORY);
	if (text.block.p != NULL)
		st = gk_citations_find(text.block.p, text.block.n, &arena, &t, &n, err);
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		struct resolve_candidate c;
		struct gk_status_of state;
		struct store_history h;
		size_t k = 0;

		st = dead_target(x, &t[i], docid, &c, &state, &h, err);
		if (st == GK_OK) {
			while (k < n_told && told[k] != c.docid)
				k++;
			/* Once a document, however often it is named. */
			if (k == n_told && strcmp(state.by_id, r->id) != 0) {
				if (n_told < NAMES)
					told[n_told++] = c.docid;
				tell(x, r, own, &c, &state, text.block.p, text.block.n, t[i].name.p);
			}
			store_history_free(&h);
		}
		st = st == GK_END || st == GK_REFUSED ? GK_OK : st;
	}
	gk_arena_free(&arena);
	gk_warc_rec_free(&text);
	return st;
}

static enum gk_status
walk(struct stale *x, struct gk_err *err)
{
	struct gk_totals t;
	enum gk_status st = gk_catalog_totals(x->store.seen, false, &t, err);

	for (uint32_t docid = 1; st == GK_OK && docid <= t.last; docid++) {
		struct store_history h;
		struct gk_record r;
		struct gk_status_of own;

		st = act_read(&x->store, docid, &h, &r, err);
		if (st == GK_OK) {
			own = gk_validity_at(h.events, h.n, x->as_of, NULL);
			if (alive(own.code) && gk_access_at(h.events, h.n, NULL).code == GK_A_PUBLIC) {
				x->documents++;
				st = citations(x, docid, &r, &own, err);
			}
			gk_record_free(&r);
			store_history_free(&h);
		}
		/* A damaged document costs itself; verify names it. */
		x->damaged += st == GK_REFUSED;
		st = st == GK_END || st == GK_REFUSED ? GK_OK : st;
	}
	return st;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct stale x = { .app = app, .as_of = gk_date_today() };
	struct argp_option options[] = {
		{ "as-of", 'a', "DATE", 0, GK_T("按这一天的时效", "as things stand on this day"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	app_parse(app, &cmd_report_stale, argc, argv, options, parse, &x);
	st = store_open_reading(app->archive, &x.store, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	st = walk(&x, &err);
	store_close(&x.store);
	if (st != GK_OK)
		return app_error(app, &err);
	if (!app->json)
		printf(GK_T("有时效的 %zu 件中，%zu 处依据已失去效力\n", "of %zu living documents: %zu citations of what has no effect any more\n"), x.documents, x.found);
	return x.damaged > 0 ? 3 : 0;
}

const struct cmd cmd_report_stale = {
	"report stale-citations", "", "", "依据了已废止文件的现行文件", "Living documents that rest on dead ones", run,
};

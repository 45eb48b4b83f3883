/*
 * Whole lists at once: abolish --list FILE, and clean-up import FILE (清理结果目录).
 *
 *   file ──▶ text (gongkai-extract, unless it is UTF-8 text) ──▶ rows (record/listing.h) ──▶ the record of each (resolve.h)
 *        ──▶ what each would do, what is not clear, what contradicts ──▶ confirmed: append, in batches
 *
 * Nothing is registered while a row is undecided, unless --partial says that the others may go ahead.
 */
#include "indexer/lists.h"

#include "base/io.h"
#include "base/utf8.h"
#include "extract/client.h"
#include "indexer/act.h"
#include "indexer/resolve.h"
#include "record/field.h"
#include "record/history.h"
#include "record/listing.h"
#include "record/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { BATCH = 500, FILE_MAX_BYTES = 64 << 20, MAX_ISSUERS = 32, MEMORY = 256 << 20 };
enum { OPT_BY_DOC = 0x3200, OPT_BY_TEXT, OPT_EFFECTIVE, OPT_REASON, OPT_YES, OPT_LIST, OPT_PARTIAL, OPT_CLOSED, OPT_ISSUER, OPT_LAPSE, OPT_AS };

struct args {
	const struct cmd *cmd;
	bool cleanup;
	const char *file, *by_doc, *by_text, *effective, *reason, *lapse;
	enum gk_fate fate;		/* of rows that say nothing */
	bool yes, partial, closed;
	const char *issuer[MAX_ISSUERS];
	size_t n_issuers;
	struct app *app;
};

/* What becomes of a row. */
enum outcome { TO_DO, UNMATCHED, UNCLEAR, CONTRADICTS, TWICE, REFUSED, NOTHING, BEFORE };

struct row {
	struct gk_listed listed;
	struct resolved r;
	enum outcome outcome;
	const char *type;		/* of the event */
	uint32_t docid;
	bool unlisted;			/* of --closed-list: it stands in no list */
	char title[RESOLVE_TITLE_BYTES], id[64], docno[160];
	struct gk_err err;
	char event[32];
};

struct listing {
	struct app *app;
	const struct args *a;
	struct store store;
	struct gk_buf text;
	struct gk_arena arena;
	struct gk_listing list;
	struct row *row;
	size_t n, room;
	char by_id[64], by[GK_FIELD_MAX];
	uint32_t by_docid;
	struct gk_date effective, lapse;
	size_t count[BEFORE + 1];
};

/* --- options ---------------------------------------------------------------------------------------------------- */

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_BY_DOC:
		a->by_doc = arg;
		return 0;
	case OPT_BY_TEXT:
		a->by_text = arg;
		return 0;
	case OPT_EFFECTIVE:
		a->effective = arg;
		return 0;
	case OPT_REASON:
		a->reason = arg;
		return 0;
	case OPT_YES:
		a->yes = true;
		return 0;
	case OPT_PARTIAL:
		a->partial = true;
		return 0;
	case OPT_CLOSED:
		a->closed = true;
		return 0;
	case OPT_LAPSE:
		a->lapse = arg;
		return 0;
	case OPT_AS:
		a->fate = gk_fate_of(arg, strlen(arg));
		if (a->fate == GK_FATE_NONE)
			argp_error(state, GK_T("--as 是 继续有效 修改 废止 失效 之一，不是 '%s'", "--as is one of valid amend abolish lapse, not '%s'"), arg);
		return 0;
	case OPT_ISSUER:
		if (a->n_issuers == MAX_ISSUERS)
			argp_error(state, GK_T("一次最多 %d 个机关", "at most %d bodies at a time"), MAX_ISSUERS);
		a->issuer[a->n_issuers++] = arg;
		return 0;
	case 'n':
		a->app->dry_run = true;
		return 0;
	case OPT_LIST:
	case ARGP_KEY_ARG:
		if (a->file != NULL)
			argp_error(state, "%s", GK_T("一次一个文件", "one file at a time"));
		a->file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- the file ---------------------------------------------------------------------------------------------------- */

static enum gk_status
extracted(const char *path, struct gk_buf *text, struct gk_err *err)
{
	struct gk_reply reply;
	char *program = gk_extract_program();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum gk_status st;

	memset(&reply, 0, sizeof reply);
	if (fd < 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能打开 '%s'：%s", "cannot open '%s': %s", path, strerror(errno));
	else
		st = program == NULL ? gk_nomem(err) : gk_extract_run(program, fd, &reply, err);
	if (st == GK_OK) {
		gk_buf_free(text);
		*text = reply.text;
		memset(&reply.text, 0, sizeof reply.text);
	}
	gk_reply_free(&reply);
	if (fd >= 0)
		close(fd);
	free(program);
	return st;
}

/* A table by its name, or by its first line. */
static bool
is_csv(const char *path, const struct gk_buf *b)
{
	const char *dot = strrchr(path, '.');
	size_t line = 0, commas = 0;

	if (dot != NULL && strcasecmp(dot, ".csv") == 0)
		return true;
	if (dot != NULL && strcasecmp(dot, ".txt") != 0)
		return false;
	while (line < b->n && b->p[line] != '\n') {
		commas += b->p[line] == ',';
		line++;
	}
	return commas > 0 && memchr(b->p, '\t', line) == NULL;
}

static enum gk_status
read_list(struct listing *x, struct gk_err *err)
{
	const char *path = x->a->file, *dot = strrchr(path, '.');
	bool plain = dot == NULL || strcasecmp(dot, ".csv") == 0 || strcasecmp(dot, ".txt") == 0 || strcasecmp(dot, ".tsv") == 0;
	enum gk_status st = gk_read_file(path, FILE_MAX_BYTES, &x->text, err);

	if (st != GK_OK)
		return st;
	if (x->text.n >= 3 && memcmp(x->text.p, "\xEF\xBB\xBF", 3) == 0) {
		memmove(x->text.p, x->text.p + 3, x->text.n - 3);
		x->text.n -= 3;
	}
	if (!plain || gk_utf8_check(x->text.p == NULL ? "" : x->text.p, x->text.n) != x->text.n)
		st = extracted(path, &x->text, err);
	if (st != GK_OK)
		return st;
	return gk_listing_read(x->text.p == NULL ? "" : x->text.p, x->text.n, is_csv(path, &x->text) ? GK_LISTING_CSV : GK_LISTING_TEXT, x->a->fate, &x->arena, &x->list, err);
}

/* --- what did it ---------------------------------------------------------------------------------------------------- */

static enum gk_status
date_of(const char *option, const char *s, struct gk_date *out, struct gk_err *err)
{
	*out = GK_NO_DATE;
	if (s == NULL || gk_date_parse(s, strlen(s), out))
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "%s 不是日期：%.80s", "%s is not a date: %.80s", option, s);
	gk_hint(err, "写成 2021-12-01", "write it as 2021-12-01");
	return GK_REFUSED;
}

static enum gk_status
find_cause(struct listing *x, struct gk_err *err)
{
	struct store_history h;
	struct gk_record r;
	enum gk_status st = date_of("--effective", x->a->effective, &x->effective, err);

	if (st == GK_OK)
		st = date_of("--lapse-on", x->a->lapse, &x->lapse, err);
	if (st != GK_OK)
		return st;
	if (x->a->by_text != NULL)
		snprintf(x->by, sizeof x->by, "%s", x->a->by_text);
	if (x->a->by_doc == NULL)
		return GK_OK;
	st = act_find(&x->store, x->a->by_doc, &x->by_docid, err);
	if (st == GK_OK)
		st = act_read(&x->store, x->by_docid, &h, &r, err);
	if (st != GK_OK)
		return st;
	snprintf(x->by_id, sizeof x->by_id, "%s", r.id);
	if (x->a->by_text == NULL)
		snprintf(x->by, sizeof x->by, *gk_meta_get(r.meta, "docno") != '\0' ? "《%s》(%s)" : "《%s》", gk_meta_get(r.meta, "title"), gk_meta_get(r.meta, "docno"));
	if (x->effective.year == 0)
		x->effective = r.effective.year != 0 ? r.effective : r.formed;
	gk_record_free(&r);
	store_history_free(&h);
	return GK_OK;
}

/* --- rows to acts --------------------------------------------------------------------------------------------------- */

static json_t *
act_of(const struct listing *x, const struct row *row)
{
	json_t *act = json_object();
	char date[12], now[32];

	if (x->by_id[0] != '\0')
		json_object_set_new(act, "by", json_string(x->by_id));
	if (x->by[0] != '\0')
		json_object_set_new(act, "by_text", json_string(x->by));
	if (x->a->reason != NULL)
		json_object_set_new(act, "reason", json_string(x->a->reason));
	else if (row->unlisted)
		json_object_set_new(act, "reason", json_string(GK_T("清理目录未列入", "it stands in none of the lists")));
	if (strcmp(row->type, "conditional_lapse") == 0) {
		gk_date_format(x->lapse, date);
		json_object_set_new(act, "lapse_date", json_string(date));
	}
	gk_now_utc(now);
	return gk_act_json(row->id, row->type, x->effective.year != 0 ? x->effective : gk_date_today(), now, x->app->actor, act, NULL);
}

/*
 * A list of which some rows were registered before (--partial, then the corrected list) is given again as it stands: what the same document
 * has done to this record from the same day is neither an error nor done again.  row->event is then that event's number.
 */
static enum gk_status
look_before(struct listing *x, struct row *row, struct gk_err *err)
{
	struct store_history h;
	struct gk_date day = x->effective.year != 0 ? x->effective : gk_date_today();
	enum gk_status st = store_history(&x->store, row->docid, &h, err);
	bool *counts;

	if (st != GK_OK)
		return st;
	counts = calloc(h.n + 1, sizeof *counts);
	if (counts == NULL) {
		store_history_free(&h);
		return gk_nomem(err);
	}
	gk_history_counting(h.events, h.n, NULL, counts);
	for (size_t i = 0; i < h.n; i++) {
		const struct gk_event *e = &h.events[i];

		if (counts[i] && strcmp(e->type, row->type) == 0 && gk_date_first_day(e->effective) == gk_date_first_day(day) &&
		    (x->by_id[0] != '\0' ? strcmp(gk_event_act(e, "by"), x->by_id) == 0 : strcmp(gk_event_act(e, "by_text"), x->by) == 0))
			snprintf(row->event, sizeof row->event, "%s", e->event);
	}
	free(counts);
	store_history_free(&h);
	return GK_OK;
}

/* Would it be registered?  Asked of the record now, said before anything is done. */
static enum gk_status
try_row(struct listing *x, struct row *row, struct gk_err *err)
{
	struct act_plan plan;
	json_t *event;
	enum gk_status st = look_before(x, row, err);

	if (st != GK_OK || row->event[0] != '\0') {
		row->outcome = BEFORE;
		return st;
	}
	event = act_of(x, row);
	st = event == NULL ? gk_nomem(err) : act_plan(&x->store, row->docid, event, &plan, &row->err);
	if (st == GK_OK)
		act_plan_free(&plan);
	else if (st == GK_REFUSED)
		row->outcome = REFUSED;
	else if (err != NULL)
		*err = row->err;
	return st == GK_REFUSED ? GK_OK : st;
}

static struct row *
new_row(struct listing *x)
{
	if (x->n == x->room) {
		size_t room = x->room == 0 ? 64 : x->room * 2;
		struct row *grown = realloc(x->row, room * sizeof *grown);

		if (grown == NULL)
			return NULL;
		x->row = grown;
		x->room = room;
	}
	memset(&x->row[x->n], 0, sizeof *x->row);
	x->row[x->n].err = (struct gk_err)GK_ERR_INIT;
	return &x->row[x->n++];
}

static char *
text_of(struct gk_span s)
{
	return strndup(s.p == NULL ? "" : s.p, s.n);
}

static enum gk_status
match(struct listing *x, struct row *row, struct gk_err *err)
{
	char *name = text_of(row->listed.name), *docno = text_of(row->listed.docno), *issuer = text_of(row->listed.issuer);
	struct resolve_wanted w = { .name = name, .docno = docno, .issuer = issuer, .date = row->listed.date, .self = x->by_docid, .self_title = "", .near = true };
	enum gk_status st;

	if (row->listed.fate == GK_FATE_ABOLISH || row->listed.fate == GK_FATE_LAPSE)
		w.end = x->effective;
	st = name == NULL || docno == NULL || issuer == NULL ? gk_nomem(err) : resolve(&x->store, &w, &row->r, err);
	free(name);
	free(docno);
	free(issuer);
	if (st != GK_OK)
		return st;
	if (row->r.verdict < RESOLVE_ASK) {
		row->outcome = UNMATCHED;
	} else if (row->r.verdict == RESOLVE_ASK || row->r.n != 1) {
		row->outcome = UNCLEAR;
	} else {
		row->docid = row->r.c[0].docid;
		memcpy(row->id, row->r.c[0].id, sizeof row->id);
		memcpy(row->title, row->r.c[0].title, sizeof row->title);
		memcpy(row->docno, row->r.c[0].docno, sizeof row->docno);
	}
	return GK_OK;
}

static const char *
type_of(const struct listing *x, enum gk_fate fate)
{
	switch (fate) {
	case GK_FATE_VALID:
		return "confirm_valid";
	case GK_FATE_AMEND:
		return x->lapse.year != 0 ? "conditional_lapse" : NULL;
	case GK_FATE_LAPSE:
		return "lapse";
	default:
		return "abolish";
	}
}

/* The same record in two rows: the same fate is said twice, another contradicts, and then neither is done. */
static void
look_for_twins(struct listing *x, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (x->row[k].docid != x->row[i].docid || x->row[k].docid == 0)
			continue;
		if (x->row[k].listed.fate == x->row[i].listed.fate) {
			x->row[i].outcome = TWICE;
		} else {
			x->row[i].outcome = CONTRADICTS;
			x->row[k].outcome = CONTRADICTS;
		}
		return;
	}
}

static enum gk_status
plan_rows(struct listing *x, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < x->list.n; i++) {
		struct row *row;

		/* abolish --list takes only what ends; what a table says of others is not its business. */
		if (!x->a->cleanup && x->list.item[i].fate != GK_FATE_ABOLISH && x->list.item[i].fate != GK_FATE_LAPSE)
			continue;
		row = new_row(x);
		if (row == NULL)
			return gk_nomem(err);
		row->listed = x->list.item[i];
		row->type = type_of(x, row->listed.fate);
		st = match(x, row, err);
		if (st == GK_OK && row->outcome == TO_DO)
			look_for_twins(x, x->n - 1);
	}
	for (size_t i = 0; st == GK_OK && i < x->n; i++) {
		if (x->row[i].outcome == TO_DO && x->row[i].type == NULL)
			x->row[i].outcome = NOTHING;
		if (x->row[i].outcome == TO_DO)
			st = try_row(x, &x->row[i], err);
	}
	return st;
}

/* --- a closed list --------------------------------------------------------------------------------------------------- */

static bool
is_listed(const struct listing *x, uint32_t docid)
{
	if (docid == x->by_docid)
		return true;
	for (size_t i = 0; i < x->n; i++) {
		if (x->row[i].docid == docid)
			return true;
		/* A row that may mean it is no reason to end it. */
		for (size_t k = 0; k < x->row[i].r.n; k++)
			if (x->row[i].r.verdict == RESOLVE_ASK && x->row[i].r.c[k].docid == docid)
				return true;
	}
	return false;
}

static bool
of_the_bodies(const struct args *a, const json_t *meta)
{
	const char *issuer = gk_meta_get(meta, "issuer");

	for (size_t i = 0; i < a->n_issuers; i++)
		if (strcmp(a->issuer[i], issuer) == 0)
			return true;
	return a->n_issuers == 0;
}

/* Living documents that bind, were made before the clean-up, and stand in none of its lists. */
static enum gk_status
plan_unlisted(struct listing *x, struct gk_err *err)
{
	struct gk_totals t;
	struct gk_date day = x->effective.year != 0 ? x->effective : gk_date_today();
	enum gk_status st = gk_catalog_totals(x->store.seen, false, &t, err);

	for (uint32_t docid = 1; st == GK_OK && docid <= t.last; docid++) {
		struct store_history h;
		struct gk_record r;
		struct gk_status_of now;
		struct row *row;

		if (is_listed(x, docid))
			continue;
		st = act_read(&x->store, docid, &h, &r, err);
		if (st == GK_END || st == GK_REFUSED) {
			st = GK_OK;
			continue;
		}
		if (st != GK_OK)
			break;
		now = gk_validity_at(h.events, h.n, day, NULL);
		if (gk_record_normative(r.meta) && of_the_bodies(x->a, r.meta) && !gk_validity_names[now.code].ended && now.code != GK_V_NOT_APPLICABLE &&
		    now.code != GK_V_NOT_YET_EFFECTIVE && (r.formed.year == 0 || gk_date_first_day(r.formed) < gk_date_first_day(day))) {
			row = new_row(x);
			if (row == NULL) {
				st = gk_nomem(err);
			} else {
				row->docid = docid;
				row->unlisted = true;
				row->type = "abolish";
				row->listed.fate = GK_FATE_ABOLISH;
				snprintf(row->id, sizeof row->id, "%s", r.id);
				gk_utf8_clean(gk_meta_get(r.meta, "title"), row->title, sizeof row->title);
				gk_utf8_clean(gk_meta_get(r.meta, "docno"), row->docno, sizeof row->docno);
				st = try_row(x, row, err);
			}
		}
		gk_record_free(&r);
		store_history_free(&h);
	}
	return st;
}

/* --- telling ----------------------------------------------------------------------------------------------------------- */

static const char *
act_label(const char *type)
{
	const struct gk_act_kind *k = type == NULL ? NULL : gk_act_kind(type);

	return k == NULL ? GK_T("修改（不登记）", "to be amended (nothing is registered)") : GK_T(k->label, k->label_en);
}

static void
print_span(struct gk_span s)
{
	char *copy = text_of(s);

	if (copy != NULL)
		print_text(copy);
	free(copy);
}

static void
print_stated(const struct row *row)
{
	if (row->listed.name.n > 0) {
		printf("《");
		print_span(row->listed.name);
		printf("》");
	}
	if (row->listed.docno.n > 0) {
		printf("（");
		print_span(row->listed.docno);
		printf("）");
	}
}

static void
print_record(const char *id, const char *title, const char *docno)
{
	printf("%s ", id);
	print_text(title);
	if (*docno != '\0') {
		printf("（");
		print_text(docno);
		printf("）");
	}
}

static const char *const outcome_code[] = { "do", "unmatched", "unclear", "contradicts", "twice", "refused", "nothing", "before" };

static void
print_row(const struct listing *x, const struct row *row)
{
	if (row->unlisted)
		printf(GK_T("未列入 ", "unlisted "));
	else
		printf(GK_T("第 %zu 行 ", "line %zu "), row->listed.line);
	if (row->outcome == TO_DO || row->outcome == NOTHING) {
		printf("%s", act_label(row->type));
		if (row->type != NULL && strcmp(row->type, "conditional_lapse") == 0) {
			char date[12];

			gk_date_format(x->lapse, date);
			printf(GK_T("（到 %s 没有新文本）", " (on %s unless there is a new text)"), date);
		}
		printf(" ");
		print_record(row->id, row->title, row->docno);
		if (!row->unlisted)
			printf(" [%s]", row->r.verdict == RESOLVE_NUMBER ? GK_T("文号相符", "by its number") : GK_T("题名相符", "by its title"));
		printf("\n");
		return;
	}
	print_stated(row);
	switch (row->outcome) {
	case UNMATCHED:
		printf(row->r.n > 0 ? GK_T(" 没有找到。相近的：\n", " was not found.  Close ones:\n") : GK_T(" 没有找到\n", " was not found\n"));
		break;
	case UNCLEAR:
		printf(GK_T(" 待核：%s\n", " is to be checked: %s\n"), gk_lang == GK_EN ? row->r.why_en : row->r.why);
		break;
	case CONTRADICTS:
		printf(GK_T(" 前后矛盾：同一件（%s）列在两种结果里\n", " contradicts another row: %s stands under two results\n"), row->id);
		return;
	case BEFORE:
		printf(GK_T(" 已登记过：%s 由这件依据文件%s（%s）\n", " was registered before: %s, %s by the same document (%s)\n"), row->id, act_label(row->type), row->event);
		return;
	case TWICE:
		printf(GK_T(" 重复：%s 前面已列\n", " is listed twice: %s\n"), row->id);
		return;
	default:
		printf(" %s\n", gk_err_what(&row->err));
		return;
	}
	for (size_t i = 0; i < row->r.n; i++) {
		printf("    ");
		print_record(row->r.c[i].id, row->r.c[i].title, row->r.c[i].docno);
		if (row->r.verdict == RESOLVE_NEAR && row->r.c[i].distance > 0)
			printf(GK_T(" 差 %u 字", ", %u characters differ"), row->r.c[i].distance);
		printf("\n");
	}
}

static json_t *
row_json(const struct row *row)
{
	static const char *const fates[] = { "none", "valid", "amend", "abolish", "lapse" };
	json_t *o = json_pack("{s:s, s:s, s:s}", "result", outcome_code[row->outcome], "fate", fates[row->listed.fate], "verdict", resolve_word[row->r.verdict]), *near = json_array();

	if (row->unlisted)
		json_object_set_new(o, "unlisted", json_true());
	else
		json_object_set_new(o, "line", json_integer((json_int_t)row->listed.line));
	if (row->listed.name.n > 0)
		json_object_set_new(o, "name", json_stringn(row->listed.name.p, row->listed.name.n));
	if (row->listed.docno.n > 0)
		json_object_set_new(o, "docno", json_stringn(row->listed.docno.p, row->listed.docno.n));
	if (row->type != NULL)
		json_object_set_new(o, "type", json_string(row->type));
	if (row->id[0] != '\0')
		json_object_set_new(o, "id", json_string(row->id));
	if (row->event[0] != '\0')
		json_object_set_new(o, "event", json_string(row->event));
	if (row->outcome == REFUSED)
		json_object_set_new(o, "message", json_string(row->err.what));
	if (row->r.verdict == RESOLVE_ASK) {
		json_object_set_new(o, "why", json_string(row->r.why));
		json_object_set_new(o, "why_en", json_string(row->r.why_en));
	}
	for (size_t i = 0; i < row->r.n && row->outcome != TO_DO; i++)
		json_array_append_new(near, json_pack("{s:s, s:s, s:s, s:i}", "id", row->r.c[i].id, "title", row->r.c[i].title, "number", row->r.c[i].docno, "distance", (int)row->r.c[i].distance));
	if (json_array_size(near) > 0)
		json_object_set_new(o, "near", near);
	else
		json_decref(near);
	return o;
}

static void
tell_rows(const struct listing *x)
{
	for (size_t i = 0; i < x->n; i++) {
		if (x->app->json)
			app_json(row_json(&x->row[i]));
		else
			print_row(x, &x->row[i]);
	}
}

/* Rows that a person must still decide. */
static size_t
undecided(const struct listing *x)
{
	return x->count[UNMATCHED] + x->count[UNCLEAR] + x->count[CONTRADICTS] + x->count[REFUSED];
}

static void
tell_sum(const struct listing *x, bool done)
{
	static const struct { enum outcome of; const char *zh, *en; } parts[] = {
		{ UNMATCHED, "没有找到", "not found" }, { UNCLEAR, "待核", "to be checked" }, { CONTRADICTS, "矛盾", "contradicting" },
		{ TWICE, "重复", "listed twice" }, { REFUSED, "不能登记", "refused" }, { BEFORE, "其中已登记过", "of these registered before" },
	};

	if (x->app->json) {
		json_t *o = json_object();

		json_object_set_new(o, "result", json_string("done"));
		json_object_set_new(o, "rows", json_integer((json_int_t)x->n));
		for (size_t i = 0; i <= BEFORE; i++)
			json_object_set_new(o, outcome_code[i], json_integer((json_int_t)x->count[i]));
		json_object_set_new(o, "registered", json_integer(done ? (json_int_t)x->count[TO_DO] : 0));
		app_json(o);
		return;
	}
	printf(GK_T("%zu 行：对上 %zu", "%zu rows: %zu matched"), x->n, x->count[TO_DO] + x->count[NOTHING] + x->count[BEFORE]);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (x->count[parts[i].of] > 0)
			printf(GK_T("，%s %zu", ", %s %zu"), GK_T(parts[i].zh, parts[i].en), x->count[parts[i].of]);
	if (done && x->count[TO_DO] == 0) {
		printf("%s\n", GK_T("。没有要登记的。", ".  There is nothing to register."));
		return;
	}
	printf(done ? GK_T("。已登记 %zu 条。\n", ".  %zu registered.\n") : GK_T("。没有登记（可登记 %zu 条）。\n", ".  Nothing was registered (%zu can be).\n"), x->count[TO_DO]);
}

/* --- doing ---------------------------------------------------------------------------------------------------------------- */

static enum gk_status
may_go_on(const struct listing *x, struct gk_err *err)
{
	char line[64];

	if (undecided(x) > 0 && !x->a->partial) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "有 %zu 行未定，什么也没有登记", "%zu rows are undecided: nothing was registered", undecided(x));
		gk_hint(err, "改正清单再来；或 --partial，先登记对上的", "correct the list; or --partial to register those that matched");
		return GK_REFUSED;
	}
	if (x->a->yes)
		return GK_OK;
	if (!x->app->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		printf(GK_T("确认登记 %zu 条？[是/否] ", "register %zu? [yes/no] "), x->count[TO_DO]);
		fflush(stdout);
		if (fgets(line, sizeof line, stdin) != NULL && (strncmp(line, "是", 3) == 0 || line[0] == 'y' || line[0] == 'Y'))
			return GK_OK;
	}
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有确认，什么也没有登记", "not confirmed: nothing was registered");
	gk_hint(err, "加 --yes 登记，或 --dry-run 只看后果", "add --yes to register it, or --dry-run to see what it would do");
	return GK_REFUSED;
}

static enum gk_status
register_rows(struct listing *x, struct gk_err *err)
{
	size_t pending = 0;
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < x->n; i++) {
		struct act_plan plan;
		json_t *event;

		if (x->row[i].outcome != TO_DO)
			continue;
		event = act_of(x, &x->row[i]);
		st = event == NULL ? gk_nomem(err) : act_plan(&x->store, x->row[i].docid, event, &plan, err);
		if (st != GK_OK)
			break;
		st = act_append(&x->store, &plan, x->row[i].event, err);
		act_plan_free(&plan);
		if (st == GK_OK && ++pending % BATCH == 0)
			st = store_commit(&x->store, err);
	}
	return st == GK_OK ? store_commit(&x->store, err) : st;
}

static enum gk_status
work(struct listing *x, int *status, struct gk_err *err)
{
	enum gk_status st = find_cause(x, err);

	if (st == GK_OK)
		st = read_list(x, err);
	if (st == GK_OK && x->lapse.year == 0)
		x->lapse = x->list.lapse;
	if (st == GK_OK && x->list.n == 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 里没有读出清单", "no list was found in '%s'", x->a->file);
		if (x->a->cleanup)
			gk_hint(err, "每行一件：文件名称,文号；或用 --as 废止 说明结果", "a document a line: name,number; or say what becomes of them with --as abolish");
		else
			gk_hint(err, "每行一件：文件名称,文号，或只写文号、题名", "a document a line: name,number, or only its number or title");
		return GK_REFUSED;
	}
	if (st == GK_OK)
		st = plan_rows(x, err);
	if (st == GK_OK && x->a->closed)
		st = plan_unlisted(x, err);
	if (st != GK_OK)
		return st;
	for (size_t i = 0; i < x->n; i++)
		x->count[x->row[i].outcome]++;
	if (x->list.closed && !x->a->closed)
		app_note(x->app, "说明：文中说未列入目录的一律失效；要照办，加 --closed-list", "note: the text says that whatever is not listed ends; --closed-list does that");
	*status = undecided(x) > 0 ? 3 : 0;
	if (x->app->dry_run) {
		tell_rows(x);
		tell_sum(x, false);
		return GK_OK;
	}
	if (!x->app->json)
		tell_rows(x);
	st = x->count[TO_DO] == 0 && undecided(x) == 0 ? GK_OK : may_go_on(x, err);
	if (st == GK_OK)
		st = register_rows(x, err);
	if (x->app->json)
		tell_rows(x);
	tell_sum(x, st == GK_OK);
	return st;
}

static int
run_list(struct app *app, struct args *a)
{
	struct listing x = { .app = app, .a = a };
	struct gk_err err = GK_ERR_INIT;
	int status = 0;
	bool needs_cause = !a->cleanup || a->fate != GK_FATE_VALID;

	if (a->file == NULL || (needs_cause && a->by_doc == NULL && a->by_text == NULL)) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, a->file == NULL ? "%s 要一个清单文件" : "%s 要依据文件（--by-doc 或 --by-text）",
			a->file == NULL ? "%s needs a file with the list" : "%s needs the document that did it (--by-doc or --by-text)", a->cmd->name);
		gk_hint(&err, "例如：gongkai %s 目录.csv --by-doc dzmm-2021-000207", "for example: gongkai %s list.csv --by-doc dzmm-2021-000207", a->cleanup ? a->cmd->name : "abolish --list");
		return app_error(app, &err);
	}
	gk_arena_init(&x.arena, MEMORY);
	gk_buf_init(&x.text, FILE_MAX_BYTES);
	if (store_open(app->archive, app->wait, &x.store, &err) == GK_OK) {
		work(&x, &status, &err);
		store_close(&x.store);
	}
	gk_buf_free(&x.text);
	gk_arena_free(&x.arena);
	free(x.row);
	return err.cause != GK_CAUSE_NONE ? app_error(app, &err) : status;
}

#define SHARED_OPTIONS												\
	{ "by-doc", OPT_BY_DOC, "REF", 0, GK_T("依据文件：编号、文号或题名", "the document that did it: id, number or title"), 1 },	\
	{ "by-text", OPT_BY_TEXT, "TEXT", 0, GK_T("依据（馆外文件或机关），照原文", "what did it, in words, if it is not in the archive"), 1 },	\
	{ "effective", OPT_EFFECTIVE, "DATE", 0, GK_T("自哪一天起（默认依据文件的施行日期，否则今天）", "from which day (default: that of the document that did it, else today)"), 1 },	\
	{ "reason", OPT_REASON, "TEXT", 0, GK_T("理由", "the reason"), 1 },							\
	{ "partial", OPT_PARTIAL, NULL, 0, GK_T("先登记对上的，未定的留下", "register those that matched, leave the undecided"), 1 },	\
	{ "dry-run", 'n', NULL, 0, GK_T("只看后果，不登记", "show what would happen, do nothing"), 1 },				\
	{ "yes", OPT_YES, NULL, 0, GK_T("不再询问", "do not ask"), 1 }

int
abolish_list(struct app *app, int argc, char **argv)
{
	struct args a = { .cmd = &cmd_abolish, .app = app, .fate = GK_FATE_ABOLISH };
	struct argp_option options[] = {
		{ "list", OPT_LIST, "FILE", 0, GK_T("清单：CSV 或文字，每行一件", "the list: CSV or text, a document a line"), 1 },
		SHARED_OPTIONS,
		{ NULL, 0, NULL, 0, NULL, 0 },
	};

	app_parse(app, a.cmd, argc, argv, options, parse, &a);
	return run_list(app, &a);
}

static int
run_cleanup(struct app *app, int argc, char **argv)
{
	struct args a = { .cmd = &cmd_cleanup_import, .app = app, .cleanup = true };
	struct argp_option options[] = {
		{ "as", OPT_AS, "FATE", 0, GK_T("没有写明结果的行：继续有效 修改 废止 失效", "what becomes of rows that do not say: valid amend abolish lapse"), 1 },
		{ "closed-list", OPT_CLOSED, NULL, 0, GK_T("未列入任何目录的一律废止", "whatever stands in no list is abolished"), 1 },
		{ "issuer", OPT_ISSUER, "NAME", 0, GK_T("--closed-list 只管这一机关的文件；可重复", "--closed-list: only documents of this body; may be repeated"), 1 },
		{ "lapse-on", OPT_LAPSE, "DATE", 0, GK_T("列为修改的，到这一天没有新文本就失效（默认照文中所说）", "those to be amended lapse on this day unless there is a new text (default: as the text says)"), 1 },
		SHARED_OPTIONS,
		{ NULL, 0, NULL, 0, NULL, 0 },
	};

	app_parse(app, a.cmd, argc, argv, options, parse, &a);
	return run_list(app, &a);
}

const struct cmd cmd_cleanup_import = { "clean-up import", "清单文件", "FILE", "登记清理结果：继续有效 修改 废止 失效", "Register a clean-up: valid, amend, abolished, lapsed", run_cleanup };

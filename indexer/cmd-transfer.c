/*
 * gongkai transfer: the package for the archive (transfer.h has what is in it).
 *
 *   which documents ──▶ DIR.partial-PID: bag_document, metadata.xml, a line in each table ──▶ 四性检测 ──▶ closed, renamed to DIR
 *
 * Makes a folder and registers nothing: a document is handed over when the archive has given its receipt (cmd-receipt.c).  Takes no lock.
 */
#include "base/csv.h"
#include "base/io.h"
#include "base/utf8.h"
#include "indexer/bag.h"
#include "indexer/cmd.h"
#include "indexer/four-record.h"
#include "indexer/keeping.h"
#include "indexer/transfer.h"
#include "record/access.h"
#include "record/field.h"
#include "record/history.h"
#include "record/validity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPT_TO = 0x3400, OPT_UNTIL, OPT_YEAR, OPT_CATEGORY, TABLE_MAX = 256 << 20 };
enum table { CATALOGUE, DISCLOSURE, OPENING, SECRECY, TABLES };

struct args {
	struct app *app;
	struct keeping_choice choice;
	const char *to, *until, *out;
};

struct packing {
	const struct args *a;
	struct store store;
	struct gk_date day;
	struct bag bag;
	struct four four;
	struct gk_buf table[TABLES];
	json_t *items;			/* of handover.json */
	json_t *codes;			/* every reference code ever given: its state in words */
	json_t *last;			/* of each series that is handed over: its highest number */
	char id[96];
	size_t n, failed;
	char *partial;
};

static const struct { const char *file, *head; } tables[TABLES] = {
	[CATALOGUE] = { "data/catalogue.csv", "序号,档号,题名,责任者,文件编号,日期,保管期限,密级,页数,格式,件内文件数,数字摘要,编号\r\n" },
	[DISCLOSURE] = { "data/disclosure.csv", "档号,编号,题名,公开方式,公开日期,公开渠道,公开网址,现公开状态,公开经过,时效,删减与更正\r\n" },
	[OPENING] = { "data/opening.csv", "档号,编号,题名,到期日期,开放意见,依据\r\n" },
	[SECRECY] = { "data/secrecy.csv", "档号,编号,题名,现密级,变更情况\r\n" },
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;
	char *end;

	switch (key) {
	case OPT_TO:
		a->to = arg;
		return 0;
	case OPT_UNTIL:
		a->until = arg;
		return 0;
	case OPT_CATEGORY:
		a->choice.category = arg;
		return 0;
	case 'o':
		a->out = arg;
		return 0;
	case OPT_YEAR:
		a->choice.year = (int)strtol(arg, &end, 10);
		if (*end != '\0' || a->choice.year < 1 || a->choice.year > 9999)
			argp_error(state, GK_T("--year 不是年份：%s", "--year is not a year: %s"), arg);
		return 0;
	case ARGP_KEY_ARG:
		if (!keeping_take(&a->choice, arg))
			argp_error(state, "%s", GK_T("编号太多：请用 --year 或 --category", "too many ids: use --year or --category"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- one document: its lines ------------------------------------------------------------------------------------- */

static const char *
refcode_of(const struct gk_retention_of *k)
{
	return k->filed == NULL ? "" : gk_event_act(k->filed, "refcode");
}

static void
begin_row(struct packing *x, enum table t, const struct gk_record *r, const char *refcode)
{
	gk_csv_cell(&x->table[t], refcode, false);
	gk_csv_cell(&x->table[t], r->id, false);
	gk_csv_cell(&x->table[t], gk_meta_get(r->meta, "title"), false);
}

static void
add_catalogue(struct packing *x, const struct gk_record *r, const struct gk_retention_of *k, const json_t *files)
{
	struct gk_buf *b = &x->table[CATALOGUE];
	const char *secrecy = gk_meta_get(r->meta, "secrecy");
	char number[32], date[12];

	snprintf(number, sizeof number, "%zu", x->n + 1);
	gk_csv_cell(b, number, false);
	gk_csv_cell(b, refcode_of(k), false);
	gk_csv_cell(b, gk_meta_get(r->meta, "title"), false);
	gk_csv_cell(b, gk_meta_get(r->meta, "issuer"), false);
	gk_csv_cell(b, gk_meta_get(r->meta, "docno"), false);
	gk_date_format(r->formed.year != 0 ? r->formed : r->published, date);
	gk_csv_cell(b, date, false);
	gk_csv_cell(b, gk_keep_names[k->keep].label, false);
	gk_csv_cell(b, *secrecy == '\0' || strcmp(secrecy, "none") == 0 ? "无" : secrecy, false);
	snprintf(number, sizeof number, "%lld", (long long)json_integer_value(json_object_get(r->meta, "pages")));
	gk_csv_cell(b, json_object_get(r->meta, "pages") != NULL ? number : "", false);
	gk_csv_cell(b, json_str(r->content, "type"), false);
	snprintf(number, sizeof number, "%zu", json_array_size(files));
	gk_csv_cell(b, number, false);
	gk_csv_cell(b, json_str(r->content, "digest"), false);
	gk_csv_cell(b, r->id, true);
}

/* "2021-03-04 下线（个人隐私）；2021-04-01 恢复公开": acts that count, in the order in which the public saw them. */
static void
access_story(const struct store_history *h, struct gk_buf *out)
{
	bool *counts = calloc(h->n + 1, sizeof *counts);
	char date[12];

	if (counts == NULL)
		return;
	gk_history_counting(h->events, h->n, NULL, counts);
	for (size_t i = 1; i < h->n; i++) {
		const struct gk_event *e = &h->events[i];
		const struct gk_act_kind *kind = gk_act_kind(e->type);

		if (!counts[i] || kind == NULL || kind->axis != GK_AXIS_ACCESS)
			continue;
		gk_date_format(gk_event_day(e), date);
		gk_buf_printf(out, "%s%s %s", out->n > 0 ? "；" : "", date, kind->label);
		if (*gk_event_act(e, "class") != '\0')
			gk_buf_printf(out, "（%s）", gk_withdraw_label(gk_event_act(e, "class")));
	}
	free(counts);
}

static void
corrections(const struct store_history *h, const struct gk_record *r, struct gk_buf *out)
{
	size_t corrected = 0;
	bool *counts = calloc(h->n + 1, sizeof *counts);

	if (counts == NULL)
		return;
	gk_history_counting(h->events, h->n, NULL, counts);
	for (size_t i = 1; i < h->n; i++)
		corrected += counts[i] && strcmp(h->events[i].type, "correct_metadata") == 0;
	free(counts);
	if (r->versions > 1)
		gk_buf_printf(out, "文本共 %u 版", r->versions);
	if (corrected > 0)
		gk_buf_printf(out, "%s元数据更正 %zu 次", out->n > 0 ? "；" : "", corrected);
}

static void
add_disclosure(struct packing *x, const struct store_history *h, const struct gk_record *r, const struct gk_retention_of *k)
{
	struct gk_buf *b = &x->table[DISCLOSURE], story, corrected, address;
	struct gk_access_of access = gk_access_at(h->events, h->n, NULL);
	struct gk_status_of now = gk_validity_at(h->events, h->n, x->day, NULL);
	const char *mode = gk_meta_get(r->meta, "disclosure_mode"), *channel = gk_meta_get(r->meta, "channel");
	char date[12];

	gk_buf_init(&story, 64 * 1024);
	gk_buf_init(&corrected, 1024);
	gk_buf_init(&address, 8192);
	access_story(h, &story);
	corrections(h, r, &corrected);
	if (*x->store.config.public_url != '\0')
		gk_buf_printf(&address, "%s/d/%s", x->store.config.public_url, r->id);
	else
		gk_buf_puts(&address, gk_meta_get(r->meta, "source_url"));
	begin_row(x, DISCLOSURE, r, refcode_of(k));
	gk_csv_cell(b, *mode == '\0' ? "主动公开" : transfer_label("disclosure_mode", mode), false);
	gk_date_format(r->published, date);
	gk_csv_cell(b, date, false);
	gk_csv_cell(b, *channel == '\0' ? "网站" : transfer_label("channel", channel), false);
	gk_buf_putc(&address, '\0');
	gk_csv_cell(b, address.p == NULL ? "" : address.p, false);
	gk_csv_cell(b, gk_access_names[access.code].label, false);
	gk_buf_putc(&story, '\0');
	gk_csv_cell(b, story.p == NULL ? "" : story.p, false);
	gk_csv_cell(b, gk_validity_names[now.code].label, false);
	gk_buf_putc(&corrected, '\0');
	gk_csv_cell(b, corrected.p == NULL ? "" : corrected.p, true);
	gk_buf_free(&story);
	gk_buf_free(&corrected);
	gk_buf_free(&address);
}

/*
 * 到期开放意见: what the office's own acts say.  Where it has not said anything the archive must not read a
 * consent into our table: 待审核.
 */
static void
add_opening(struct packing *x, const struct store_history *h, const struct gk_record *r, const struct gk_retention_of *k)
{
	struct gk_buf *b = &x->table[OPENING];
	struct gk_access_of access = gk_access_at(h->events, h->n, NULL);
	const char *opinion = "待审核", *ground = "";
	char date[12];

	for (size_t i = 1; k->open && i < h->n; i++)
		if (strcmp(h->events[i].type, "open") == 0)
			ground = gk_event_act(&h->events[i], "review");
	if (k->open) {
		opinion = "同意开放";
	} else if (access.code == GK_A_PUBLIC) {
		opinion = "同意开放";
		ground = "已作为政府信息公开";
	} else if (access.code == GK_A_WITHDRAWN) {
		opinion = "延期开放";
		ground = gk_withdraw_label(access.reason);
	}
	begin_row(x, OPENING, r, refcode_of(k));
	gk_date_format(k->open_date, date);
	gk_csv_cell(b, date, false);
	gk_csv_cell(b, opinion, false);
	gk_csv_cell(b, ground, true);
}

static void
add_secrecy(struct packing *x, const struct store_history *h, const struct gk_record *r, const struct gk_retention_of *k)
{
	const char *now = gk_meta_get(r->meta, "secrecy");
	struct gk_buf changes;

	gk_buf_init(&changes, 64 * 1024);
	for (size_t i = 1; i < h->n; i++) {
		const json_t *v = json_object_get(json_object_get(h->events[i].json, "meta"), "secrecy");
		char date[12];

		if (v == NULL)
			continue;
		gk_date_format(gk_event_day(&h->events[i]), date);
		gk_buf_printf(&changes, "%s%s 改为 %s", changes.n > 0 ? "；" : "", date, json_is_string(v) && strcmp(json_string_value(v), "none") != 0 ? json_string_value(v) : "无");
	}
	begin_row(x, SECRECY, r, refcode_of(k));
	gk_csv_cell(&x->table[SECRECY], *now == '\0' || strcmp(now, "none") == 0 ? "无" : now, false);
	gk_buf_putc(&changes, '\0');
	gk_csv_cell(&x->table[SECRECY], changes.p == NULL || changes.n <= 1 ? "无变更" : changes.p, true);
	gk_buf_free(&changes);
}

/* --- one document: its checks --------------------------------------------------------------------------------------- */

static void
check_metadata(struct packing *x, const struct gk_record *r, const struct gk_retention_of *k)
{
	four_metadata(&x->four, r);
	if (*refcode_of(k) == '\0')
		four_fail(&x->four, FOUR_C1, "%s 缺档号", r->id);
	if (*x->store.config.fonds == '\0' && x->n == 0)
		four_fail(&x->four, FOUR_C1, "gongkai.conf 没有 fonds（全宗号）");
}

/* What was written into the package is what the record says it is. */
static enum gk_status
check_content(struct packing *x, const struct gk_record *r, const json_t *files, struct gk_err *err)
{
	bool found = false;
	const json_t *f;
	size_t i;

	json_array_foreach(files, i, f)
		found = found || (strcmp(json_str(f, "digest"), json_str(r->content, "digest")) == 0 &&
				  json_integer_value(json_object_get(f, "bytes")) == json_integer_value(json_object_get(r->content, "bytes")));
	if (!found)
		four_fail(&x->four, FOUR_A2, "%s 的大小或摘要", r->id);
	if (json_array_size(files) < 2)
		four_fail(&x->four, FOUR_C3, "%s 没有内容", r->id);
	return four_content(&x->four, &x->store, r, err);
}

/* --- one document ---------------------------------------------------------------------------------------------------- */

static enum gk_status
write_metadata(struct packing *x, const struct store_history *h, const struct gk_record *r, const struct gk_retention_of *k, const json_t *files, struct gk_err *err)
{
	char dir[BAG_DOCUMENT_DIR], name[BAG_DOCUMENT_DIR + 16];
	struct gk_buf b;
	enum gk_status st;

	gk_buf_init(&b, 4 << 20);
	bag_document_dir(r->id, dir);
	snprintf(name, sizeof name, "%s/metadata.xml", dir);
	st = transfer_metadata(&x->store.config, h, r, k, files, &b) ? bag_file(&x->bag, name, b.p, b.n, err) : gk_nomem(err);
	if (st == GK_OK && gk_utf8_check(b.p, b.n) != b.n)
		four_fail(&x->four, FOUR_U1, "%s", r->id);
	gk_buf_free(&b);
	return st;
}

static void
note_series(struct packing *x, const char *refcode)
{
	char series[160];
	unsigned item;

	if (transfer_refcode(refcode, series, sizeof series, &item) && json_integer_value(json_object_get(x->last, series)) < (json_int_t)item)
		json_object_set_new(x->last, series, json_integer(item));
}

static enum gk_status
pack(struct packing *x, const struct store_history *h, const struct gk_record *r, const struct gk_retention_of *k, struct gk_err *err)
{
	json_t *files = json_array();
	char dir[BAG_DOCUMENT_DIR];
	enum gk_status st;

	x->bag.collect = files;
	st = bag_document(&x->bag, x->store.archive, h, r->id, err);
	if (st == GK_OK)
		st = write_metadata(x, h, r, k, files, err);
	x->bag.collect = NULL;
	if (st == GK_OK)
		st = check_content(x, r, files, err);
	if (st == GK_OK) {
		check_metadata(x, r, k);
		four_process(&x->four, h, r);
		add_catalogue(x, r, k, files);
		add_disclosure(x, h, r, k);
		add_opening(x, h, r, k);
		add_secrecy(x, h, r, k);
		note_series(x, refcode_of(k));
		bag_document_dir(r->id, dir);
		json_array_append_new(x->items, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:O}", "id", r->id, "refcode", refcode_of(k), "title", gk_meta_get(r->meta, "title"),
							  "retention", gk_keep_names[k->keep].code, "digest", json_str(r->content, "digest"), "dir", dir, "files", files));
		x->n++;
	}
	json_decref(files);
	return st;
}

/* Handed over is what is filed and to be kept; with nothing named, what is due. */
static enum gk_status
may_go(const struct packing *x, const struct gk_record *r, const struct gk_retention_of *k, struct gk_err *err)
{
	bool named = x->a->choice.n_refs > 0;

	if (k->state == GK_R_DUE_TRANSFER)
		return GK_OK;
	if (x->a->choice.n_refs == 0 && x->a->choice.category == NULL && x->a->choice.year == 0)
		return GK_END;
	if (k->state == GK_R_FILED || k->state == GK_R_EXTENDED)
		return GK_OK;
	if (!named)
		return GK_END;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "'%s' 不能移交：它是“%s”%.0s", "'%s' cannot be handed over: it is %.0s'%s'", r->id, gk_retention_names[k->state].label,
		gk_retention_names[k->state].label_en);
	gk_hint(err, k->state == GK_R_UNFILED ? "先归档：gongkai retention set %s" : "gongkai retention explain %s 说明由来",
		k->state == GK_R_UNFILED ? "file it first: gongkai retention set %s" : "gongkai retention explain %s tells why", r->id);
	return GK_REFUSED;
}

static enum gk_status
pack_one(struct packing *x, uint32_t docid, struct gk_err *err)
{
	struct store_history h;
	struct gk_record r;
	struct gk_retention_of k;
	enum gk_status st = act_read(&x->store, docid, &h, &r, err);

	if (st != GK_OK)
		return st;
	k = gk_retention_at(h.events, h.n, x->day, NULL);
	st = may_go(x, &r, &k, err);
	if (st == GK_OK)
		st = pack(x, &h, &r, &k, err);
	gk_record_free(&r);
	store_history_free(&h);
	return st;
}

/* --- the whole --------------------------------------------------------------------------------------------------------- */

/* Every code ever given, with what became of it: a number that is missing from the package must be explained by one of these. */
static enum gk_status
collect_codes(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err)
{
	struct packing *x = arg;
	struct gk_retention_of k = gk_retention_at(h->events, h->n, x->day, NULL);

	(void)docid, (void)r, (void)err;
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->events[i].type, "file") == 0 && *gk_event_act(&h->events[i], "refcode") != '\0')
			json_object_set_new(x->codes, gk_event_act(&h->events[i], "refcode"), json_string(gk_retention_names[k.state].label));
	return GK_OK;
}

static void
check_numbers(struct packing *x)
{
	const char *series;
	json_t *last;

	json_object_foreach(x->last, series, last)
		for (json_int_t i = 1; i <= json_integer_value(last); i++) {
			char code[200];

			snprintf(code, sizeof code, "%s-%04d", series, (int)i);
			if (json_object_get(x->codes, code) == NULL)
				four_fail(&x->four, FOUR_C2, "%s 从未给出", code);
		}
}

static void
begin_checks(struct four *f)
{
	static const enum four_id made[] = { FOUR_A1, FOUR_A2, FOUR_A3, FOUR_C1, FOUR_C2, FOUR_C3, FOUR_C4, FOUR_U1, FOUR_U2, FOUR_U3, FOUR_U4, FOUR_S2, FOUR_S4, FOUR_S5 };

	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		four_made(f, made[i], NULL);
	four_not(f, FOUR_A4, "接收时检测");
	four_not(f, FOUR_A5, "没有电子签名");
	four_not(f, FOUR_S1, "由接收单位以杀毒软件检测");
	four_not(f, FOUR_S3, "载体由接收单位检测");
}

/* "qs-20261126-120501": the office's day and time, so that two packages of a day differ. */
static void
name_package(struct packing *x)
{
	char utc[32], now[GK_OFFICE_TIME];

	gk_now_utc(utc);
	gk_office_time(utc, now);
	snprintf(x->id, sizeof x->id, "%.32s-%.4s%.2s%.2s-%.2s%.2s%.2s", x->store.config.code, now, now + 5, now + 8, now + 11, now + 14, now + 17);
}

static enum gk_status
write_handover(struct packing *x, struct gk_err *err)
{
	char day[12], *dump;
	json_t *o;
	enum gk_status st;

	gk_date_format(gk_date_today(), day);
	o = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:O}", "gongkai_transfer", TRANSFER_FORMAT, "package", x->id, "from", x->store.config.organisation, "to", x->a->to, "fonds",
		      x->store.config.fonds, "date", day, "items", x->items);
	dump = o == NULL ? NULL : json_dumps(o, JSON_INDENT(1) | JSON_SORT_KEYS);
	st = dump == NULL ? gk_nomem(err) : bag_file(&x->bag, "data/handover.json", dump, strlen(dump), err);
	free(dump);
	json_decref(o);
	return st;
}

static enum gk_status
write_info(struct packing *x, struct gk_err *err)
{
	struct gk_buf info;
	char day[12];
	enum gk_status st;

	gk_date_format(gk_date_today(), day);
	gk_buf_init(&info, BAG_INFO_MAX);
	gk_buf_puts(&info, "Source-Organization: ");
	bag_line_value(&info, x->store.config.organisation);
	gk_buf_puts(&info, "\nInternal-Sender-Description: 移交 ");
	bag_line_value(&info, x->a->to);
	gk_buf_puts(&info, "\nInternal-Sender-Identifier: 全宗 ");
	bag_line_value(&info, x->store.config.fonds);
	gk_buf_printf(&info, "\nExternal-Identifier: %s\nExternal-Description: 档案移交，%zu 件\nBagging-Date: %s\n", x->id, x->n, day);
	st = info.failed ? gk_nomem(err) : bag_close(&x->bag, &info, err);
	gk_buf_free(&info);
	return st;
}

static enum gk_status
finish(struct packing *x, struct gk_err *err)
{
	struct gk_buf report;
	enum gk_status st = write_handover(x, err);

	for (size_t i = 0; st == GK_OK && i < TABLES; i++)
		st = x->table[i].failed ? gk_nomem(err) : bag_file(&x->bag, tables[i].file, x->table[i].p, x->table[i].n, err);
	if (st == GK_OK)
		st = keeping_each(x->a->app, &x->store, collect_codes, x, err);
	if (st != GK_OK)
		return st;
	check_numbers(x);
	gk_buf_init(&report, 1 << 20);
	four_table(&x->four, &report);
	st = report.failed ? gk_nomem(err) : bag_payload_done(&x->bag, err);
	if (st == GK_OK)
		st = bag_tag(&x->bag, "four-property.tsv", report.p, report.n, err);
	gk_buf_free(&report);
	return st == GK_OK ? write_info(x, err) : st;
}

static enum gk_status
pack_all(struct packing *x, const uint32_t *docids, size_t n, struct gk_err *err)
{
	enum gk_status st = bag_open(&x->bag, x->partial, err);

	begin_checks(&x->four);
	for (size_t i = 0; i < TABLES; i++) {
		gk_buf_init(&x->table[i], TABLE_MAX);
		gk_buf_puts(&x->table[i], "\xEF\xBB\xBF");
		gk_buf_puts(&x->table[i], tables[i].head);
	}
	for (size_t i = 0; st == GK_OK && i < n; i++) {
		st = pack_one(x, docids[i], err);
		if (st == GK_REFUSED) {
			app_error(x->a->app, err);
			*err = (struct gk_err)GK_ERR_INIT;
			x->failed++;
		}
		st = st == GK_REFUSED || st == GK_END ? GK_OK : st;
	}
	if (st == GK_OK && x->n == 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有可以移交的文件，没有写 '%s'", "there is nothing to hand over; '%s' was not written", x->a->out);
		gk_hint(err, "到期的：gongkai retention due；提前移交要写编号、--year 或 --category", "what is due: gongkai retention due; to hand over early, name ids, --year or --category");
		return GK_REFUSED;
	}
	return st == GK_OK ? finish(x, err) : st;
}

/* Without the slashes at its end. */
static size_t
name_length(const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	return n;
}

static int
tell(struct packing *x)
{
	bool passed = four_passed(&x->four);

	if (x->a->app->json) {
		app_json(json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:o}", "result", passed ? "PASS" : "FAIL", "package", x->id, "output", x->a->out, "digest", x->bag.digest,
				   "documents", (json_int_t)x->n, "files", (json_int_t)x->bag.files, "bytes", (json_int_t)x->bag.bytes, "to", x->a->to, "checks", four_json(&x->four)));
	} else {
		printf(GK_T("移交包 %s：%zu 件，%zu 个文件，%llu 字节\n", "package %s: %zu documents, %zu files, %llu bytes\n"), x->a->out, x->n, x->bag.files,
		       (unsigned long long)x->bag.bytes);
		printf(GK_T("四性检测（移交）%s\n", "four-property test on handing over: %s\n"), passed ? GK_T("合格", "passed") : GK_T("不合格", "failed"));
		four_print(&x->four);
		printf(GK_T("移交包摘要 %s（写进交接文据）\n", "digest of the package %s (for the hand-over paper)\n"), x->bag.digest);
		printf(GK_T("接收单位核对：gongkai transfer check %s；收到回执后：gongkai transfer receipt 回执.json\n",
			    "the archive checks it with: gongkai transfer check %s; when the receipt has come: gongkai transfer receipt RECEIPT.json\n"),
		       x->a->out);
	}
	return !passed ? 1 : x->failed > 0 ? 3 : 0;
}

static enum gk_status
check_args(struct args *a, struct gk_date *day, struct gk_err *err)
{
	struct stat sb;
	enum gk_status st = keeping_date("--until", a->until, day, err);

	if (st != GK_OK)
		return st;
	if (a->to == NULL || *a->to == '\0' || a->out == NULL || *a->out == '\0') {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, a->out == NULL ? "没有说明写到哪里（-o 目录）" : "没有说明移交给谁（--to）", a->out == NULL ? "no place to write to was given (-o DIR)" : "who takes it was not said (--to)");
		gk_hint(err, "例如：gongkai transfer --to 云溪县档案馆 -o 移交包", "for example: gongkai transfer --to 云溪县档案馆 -o package");
		return GK_REFUSED;
	}
	if (day->year == 0)
		*day = gk_date_today();
	if (lstat(a->out, &sb) == 0) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 已存在", "'%s' exists", a->out);
		gk_hint(err, "换一个名字：交出去的包不覆盖", "choose another name: a package that may have been handed over is not overwritten");
		return GK_REFUSED;
	}
	if (a->choice.n_refs == 0 && a->choice.category == NULL && a->choice.year == 0)
		a->choice.all = true;
	return GK_OK;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct argp_option options[] = {
		{ "to", OPT_TO, "NAME", 0, GK_T("接收的档案馆", "the archive that takes it"), 1 },
		{ "output", 'o', "DIR", 0, GK_T("移交包写到这个（还没有的）目录", "write the package to this folder, which is not there yet"), 1 },
		{ "until", OPT_UNTIL, "DATE", 0, GK_T("到这一天应移交的（默认今天）", "what is due by this day (default today)"), 1 },
		{ "year", OPT_YEAR, "YEAR", 0, GK_T("这一年的，提前移交", "those of this year, early"), 1 },
		{ "category", OPT_CATEGORY, "NAME", 0, GK_T("这一类的，提前移交", "those of this category, early"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct args a = { .app = app };
	struct packing x = { .a = &a };
	struct gk_err err = GK_ERR_INIT;
	uint32_t *docids = NULL;
	size_t n = 0;
	int status;
	enum gk_status st;

	app_parse(app, &cmd_transfer, argc, argv, options, parse, &a);
	st = check_args(&a, &x.day, &err);
	if (st == GK_OK)
		st = keeping_open(app, &x.store, &err);
	if (st != GK_OK)
		return app_error(app, &err);
	x.items = json_array();
	x.codes = json_object();
	x.last = json_object();
	name_package(&x);
	if (asprintf(&x.partial, "%.*s.partial-%ld", (int)name_length(a.out), a.out, (long)getpid()) < 0) {
		x.partial = NULL;
		st = gk_nomem(&err);
	}
	if (st == GK_OK)
		st = keeping_find(app, &x.store, &a.choice, &docids, &n, &x.failed, &err);
	if (st == GK_OK)
		st = pack_all(&x, docids, n, &err);
	if (st == GK_OK)
		st = bag_put_in_place(x.partial, x.a->out, &err);
	status = st == GK_OK ? tell(&x) : app_error(app, &err);
	if (st != GK_OK && x.partial != NULL && access(x.partial, F_OK) == 0)
		gk_remove_tree(x.partial, NULL);
	for (size_t i = 0; i < TABLES; i++)
		gk_buf_free(&x.table[i]);
	bag_drop(&x.bag);
	json_decref(x.items);
	json_decref(x.codes);
	json_decref(x.last);
	free(x.partial);
	free(docids);
	keeping_close(&x.store);
	return status;
}

const struct cmd cmd_transfer = { "transfer", "--to 档案馆 -o 目录 [编号…]", "--to ARCHIVE -o DIR [ID…]", "做移交包：到期应移交的，或指明的", "Make the package for the archive", run };

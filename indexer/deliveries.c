#include "indexer/deliveries.h"

#include "archive/append.h"
#include "archive/ledger.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECEIPT_MAX = 64 * 1024 * 1024, RECEIPT_JSON_MAX = 64 * 1024, FORMAT = 1 };

static enum gk_status
append(const char *archive, json_t *event, struct gk_err *err)
{
	json_t *events = json_array();
	enum gk_status st;

	json_array_append(events, event);
	st = gk_ledger_append(archive, GK_LEDGER_DELIVERIES, events, err);
	json_decref(events);
	return st;
}

enum gk_status
delivery_log(const struct app *app, const char *to, const char *since, const char *digest, size_t documents, struct gk_err *err)
{
	json_t *e = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "type", "delivery", "actor", app->actor, "to", to == NULL ? "" : to, "since", since, "digest", digest, "documents", (json_int_t)documents);
	enum gk_status st = e == NULL ? gk_nomem(err) : append(app->archive, e, err);

	json_decref(e);
	return st;
}

/* --- the list ------------------------------------------------------------------------------------------------------------- */

static json_t *
with_receipts(const json_t *events, const json_t *delivery)
{
	json_t *o = json_pack("{s:O, s:O, s:O, s:O, s:O, s:O}", "delivery", json_object_get(delivery, "seq"), "recorded_at", json_object_get(delivery, "recorded_at"), "to", json_object_get(delivery, "to"), "since",
			      json_object_get(delivery, "since"), "digest", json_object_get(delivery, "digest"), "documents", json_object_get(delivery, "documents"));
	json_t *receipts = json_array(), *e;
	size_t i;

	json_array_foreach(events, i, e)
		if (strcmp(json_str(e, "type"), "receipt") == 0 && json_equal(json_object_get(e, "delivery"), json_object_get(delivery, "seq")))
			json_array_append_new(receipts, json_pack("{s:O, s:O, s:O, s:O}", "by", json_object_get(e, "by"), "date", json_object_get(e, "date"), "checked", json_object_get(e, "checked"), "receipt", json_object_get(e, "receipt")));
	json_object_set_new(o, "receipts", receipts);
	return o;
}

enum gk_status
delivery_list(const struct app *app, json_t **out, struct gk_err *err)
{
	json_t *events, *e;
	size_t i;
	enum gk_status st = gk_ledger_read(app->archive, GK_LEDGER_DELIVERIES, &events, err);

	if (st != GK_OK)
		return st;
	*out = json_array();
	json_array_foreach(events, i, e)
		if (strcmp(json_str(e, "type"), "delivery") == 0)
			json_array_append_new(*out, with_receipts(events, e));
	json_decref(events);
	return GK_OK;
}

/* --- receipts --------------------------------------------------------------------------------------------------------------- */

enum gk_status
delivery_write_receipt(const char *path, const char *digest, const char *by, size_t files, struct gk_err *err)
{
	char now[32], *text;
	json_t *o;
	enum gk_status st;

	gk_now_utc(now);
	o = json_pack("{s:i, s:s, s:s, s:I, s:s}", "gongkai_delivery_receipt", FORMAT, "digest", digest, "by", by, "files", (json_int_t)files, "checked_at", now);
	text = o == NULL ? NULL : json_dumps(o, JSON_INDENT(1) | JSON_SORT_KEYS);
	st = text == NULL ? gk_nomem(err) : gk_replace_file(path, 0644, text, strlen(text), err);
	json_decref(o);
	free(text);
	return st;
}

/* The newest delivery that this digest or number names. */
static const json_t *
find(const json_t *list, const char *digest, const char *number)
{
	const json_t *e, *found = NULL;
	size_t i;

	json_array_foreach(list, i, e) {
		char seq[24];

		snprintf(seq, sizeof seq, "%lld", (long long)json_integer_value(json_object_get(e, "delivery")));
		if ((*digest != '\0' && strcmp(json_str(e, "digest"), digest) == 0) || (number != NULL && (strcmp(number, seq) == 0 || strcmp(number, json_str(e, "digest")) == 0)))
			found = e;
	}
	return found;
}

static bool
has_it(const json_t *delivery, const char *by)
{
	const json_t *e;
	size_t i;

	json_array_foreach(json_object_get(delivery, "receipts"), i, e)
		if (strcmp(json_str(e, "by"), by) == 0)
			return true;
	return false;
}

static enum gk_status
whose(const struct delivery_receipt *r, const json_t *said, const json_t *delivery, const char **by, struct gk_err *err)
{
	*by = r->by != NULL ? r->by : *json_str(said, "by") != '\0' ? json_str(said, "by") : json_str(delivery, "to");
	if (**by == '\0')
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "要写明是谁签收的：--as 名称", "say whose receipt it is: --as NAME");
	if (has_it(delivery, *by))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "'%s' 对第 %lld 次交付的签收已经登记", "the receipt of '%s' for delivery %lld is recorded already", *by, (long long)json_integer_value(json_object_get(delivery, "delivery")));
	return GK_OK;
}

static enum gk_status
make_event(const struct app *app, const struct delivery_receipt *r, const struct gk_buf *file, const json_t *said, const json_t *list, json_t **event, struct gk_err *err)
{
	const json_t *delivery = find(list, json_str(said, "digest"), r->delivery);
	const char *by, *date = r->on != NULL ? r->on : json_str(said, "checked_at");
	char hex[GK_SHA256_HEX + 1], digest[GK_SHA256_HEX + 8], day[12];
	struct gk_date d = gk_date_today();
	enum gk_status st;

	if (delivery == NULL && said == NULL && r->delivery == NULL) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "这份签收没有说明是哪一次交付", "this receipt does not say of which delivery it is");
		gk_hint(err, "用 --delivery 序号（gongkai deliver --list 列出）", "name it: --delivery NUMBER (gongkai deliver --list)");
		return GK_REFUSED;
	}
	if (delivery == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "本档案没有这次交付", "there was no such delivery from this archive");
	st = whose(r, said, delivery, &by, err);
	if (st != GK_OK)
		return st;
	if (*date != '\0' && !gk_date_parse(date, r->on != NULL ? strlen(date) : strlen(date) < 10 ? strlen(date) : 10, &d))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATE, "'%s' 不是日期", "'%s' is no date", date);
	gk_date_format(d, day);
	gk_sha256_hex(file->p == NULL ? "" : file->p, file->n, hex);
	snprintf(digest, sizeof digest, "sha256:%s", hex);
	*event = json_pack("{s:s, s:s, s:O, s:O, s:s, s:s, s:s, s:b}", "type", "receipt", "actor", app->actor, "delivery", json_object_get(delivery, "delivery"), "digest", json_object_get(delivery, "digest"), "by", by, "date", day,
			   "receipt", digest, "checked", said != NULL);
	return *event == NULL ? gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "签收里的名称不是文字", "the name in the receipt is no text") : GK_OK;
}

/* What `--check … --output` wrote, else NULL: a scan says nothing that we read. */
static json_t *
read_receipt(const struct gk_buf *b)
{
	json_t *o = b->n == 0 || b->n > RECEIPT_JSON_MAX ? NULL : json_loadb(b->p, b->n, JSON_REJECT_DUPLICATES, NULL);

	if (json_integer_value(json_object_get(o, "gongkai_delivery_receipt")) == FORMAT)
		return o;
	json_decref(o);
	return NULL;
}

enum gk_status
delivery_receive(const struct app *app, const struct delivery_receipt *r, json_t **recorded, struct gk_err *err)
{
	json_t *list = NULL, *said = NULL, *event = NULL;
	struct gk_buf b;
	int lock = -1;
	enum gk_status st = gk_read_file(r->file, RECEIPT_MAX, &b, err);

	if (st != GK_OK)
		return st;
	said = read_receipt(&b);
	st = gk_writer_lock(app->archive, app->wait < 0 ? 10 : app->wait, &lock, err);
	if (st == GK_OK)
		st = delivery_list(app, &list, err);
	if (st == GK_OK)
		st = make_event(app, r, &b, said, list, &event, err);
	if (st == GK_OK && !app->dry_run)
		st = append(app->archive, event, err);
	gk_writer_unlock(lock);
	gk_buf_free(&b);
	json_decref(said);
	json_decref(list);
	if (st == GK_OK)
		*recorded = event;
	else
		json_decref(event);
	return st;
}

/*
 * Documents as a BagIt folder (RFC 8493), for a copy elsewhere; what is handed over to an archive is made by cmd-transfer.c.
 *
 *   bagit.txt bag-info.txt manifest-sha256.txt manifest-sha512.txt tagmanifest-sha256.txt tagmanifest-sha512.txt
 *   data/catalogue.csv                       for people
 *   data/2021/dzmm-2021-000123/v1-original.html v1-text.txt v2-… events.jsonl
 */
#include "base/io.h"
#include "indexer/export.h"

#include <string.h>

static enum gk_status
bag_begin(struct export *x, struct gk_err *err)
{
	static const char bom[] = "\xEF\xBB\xBF";
	enum gk_status st = bag_open(&x->bag, x->partial, err);

	if (st == GK_OK)
		st = tally_open(&x->bag, &x->catalogue, "data/catalogue.csv", err);
	if (st == GK_OK && x->bom)
		st = tally_put(&x->catalogue, bom, 3, err);
	return st == GK_OK ? tally_put(&x->catalogue, export_csv_head, strlen(export_csv_head), err) : st;
}

static enum gk_status
bag_one(struct export *x, struct store_history *h, struct gk_record *r, struct gk_err *err)
{
	struct gk_buf row;
	enum gk_status st = bag_document(&x->bag, x->store.archive, h, r->id, err);

	if (st == GK_OK)
		st = export_csv_row(x, h, r, &row, err);
	if (st != GK_OK)
		return st;
	st = tally_put(&x->catalogue, row.p, row.n, err);
	gk_buf_free(&row);
	return st;
}

static enum gk_status
bag_end(struct export *x, struct gk_err *err)
{
	struct gk_buf info;
	char day[32];
	enum gk_status st = bag_take(&x->bag, &x->catalogue, "data/catalogue.csv", err);

	gk_now_utc(day);
	gk_buf_init(&info, EXPORT_TEXT_MAX);
	gk_buf_puts(&info, "Source-Organization: ");
	bag_line_value(&info, x->config.organisation);
	gk_buf_printf(&info, "\nBagging-Date: %.10s\nExternal-Description: %zu documents", day, x->done);
	if (*x->query != '\0') {
		gk_buf_puts(&info, ", query: ");
		bag_line_value(&info, x->query);
	}
	gk_buf_putc(&info, '\n');
	if (st == GK_OK)
		st = info.failed ? gk_nomem(err) : bag_payload_done(&x->bag, err);
	if (st == GK_OK)
		st = bag_close(&x->bag, &info, err);
	x->bytes = x->bag.bytes;
	gk_buf_free(&info);
	return st;
}

const struct form export_bag = { "bag", true, bag_begin, bag_one, bag_end };

/*
 * Documents as a WARC 1.1 file: a warcinfo, then each document's records as they are in the archive, id, date and
 * digests, every version and every event, a gzip member each.
 */
#include "base/digest.h"
#include "base/io.h"
#include "indexer/export.h"

#include <stdlib.h>
#include <string.h>

static enum gk_status
put_member(struct export *x, const struct gk_piece *pieces, size_t n, struct gk_err *err)
{
	gk_buf_reset(&x->member);
	if (!gk_gzout_member(&x->gz, pieces, n, 0, &x->member))
		return gk_nomem(err);
	return export_put(x, x->f, x->member.p, x->member.n, err);
}

/* The record as it is in the archive, id, date, digests and all. */
static enum gk_status
copy_record(struct export *x, struct gk_loc loc, struct gk_err *err)
{
	struct gk_warc_rec rec;
	enum gk_status st = gk_archive_read(x->store.archive, loc, &rec, err);

	if (st != GK_OK)
		return st;
	{
		const struct gk_piece pieces[] = { { rec.head.p, rec.head.n }, { "\r\n", 2 }, { rec.block.n > 0 ? rec.block.p : "", rec.block.n }, { "\r\n\r\n", 4 } };

		st = put_member(x, pieces, 4, err);
	}
	gk_warc_rec_free(&rec);
	return st;
}

static void
make_uuid(char out[40])
{
	unsigned char b[16];

	randombytes_buf(b, sizeof b);
	b[6] = (unsigned char)((b[6] & 0x0F) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3F) | 0x80);
	snprintf(out, 40, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
		 b[11], b[12], b[13], b[14], b[15]);
}

static enum gk_status
warc_begin(struct export *x, struct gk_err *err)
{
	struct gk_buf head, block;
	char uuid[40], now[32], hex[GK_SHA256_HEX + 1];
	const char *slash = strrchr(x->out, '/');
	enum gk_status st = export_open(x, err);

	if (st != GK_OK)
		return st;
	gk_buf_init(&head, EXPORT_TEXT_MAX);
	gk_buf_init(&block, EXPORT_TEXT_MAX);
	make_uuid(uuid);
	gk_now_utc(now);
	gk_buf_puts(&block, "software: gongkai/" GK_VERSION "\r\nformat: WARC File Format 1.1\r\n"
		    "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\nisPartOf: ");
	bag_line_value(&block, x->config.organisation);
	gk_buf_printf(&block, "\r\ndescription: %zu documents exported", x->n);
	if (*x->query != '\0') {
		gk_buf_puts(&block, ", query: ");
		bag_line_value(&block, x->query);
	}
	gk_buf_puts(&block, "\r\n");
	gk_sha256_hex(block.p, block.n, hex);
	gk_buf_printf(&head, "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:%s>\r\nWARC-Date: %s\r\n", uuid, now);
	if (x->f != stdout) {
		gk_buf_puts(&head, "WARC-Filename: ");
		bag_line_value(&head, slash == NULL ? x->out : slash + 1);
		gk_buf_puts(&head, "\r\n");
	}
	gk_buf_printf(&head, "WARC-Block-Digest: sha256:%s\r\nContent-Type: application/warc-fields\r\nContent-Length: %zu\r\n\r\n", hex, block.n);
	gk_buf_init(&x->member, UINT32_MAX);
	if (head.failed || block.failed) {
		st = gk_nomem(err);
	} else {
		const struct gk_piece pieces[] = { { head.p, head.n }, { block.p, block.n }, { "\r\n\r\n", 4 } };

		st = put_member(x, pieces, 3, err);
	}
	gk_buf_free(&head);
	gk_buf_free(&block);
	return st;
}

/* An original that an earlier event of the document speaks of too (its text was taken out again) is written already. */
static bool
is_written(const struct store_history *h, size_t n, struct gk_loc original)
{
	struct gk_loc before;

	for (size_t i = 0; i < n; i++)
		if (bag_loc(json_object_get(h->events[i].json, "content"), "original", &before) && bag_same_place(before, original))
			return true;
	return false;
}

static enum gk_status
warc_one(struct export *x, struct store_history *h, struct gk_record *r, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	(void)r;
	for (size_t i = 0; st == GK_OK && i < h->n; i++) {
		const json_t *content = json_object_get(h->events[i].json, "content");
		const struct gk_loc event = { .segment = h->places[i].segment, .length = h->places[i].length, .offset = h->places[i].offset };
		struct gk_loc original, text;
		bool has_original = bag_loc(content, "original", &original);

		if (has_original && !is_written(h, i, original))
			st = copy_record(x, original, err);
		if (st == GK_OK && bag_loc(content, "text", &text) && !(has_original && bag_same_place(original, text)))
			st = copy_record(x, text, err);
		if (st == GK_OK)
			st = copy_record(x, event, err);
	}
	return st;
}

const struct form export_warc = { "warc", false, warc_begin, warc_one, export_close };

/*
 * ARCHIVE/deliveries.jsonl (archive/ledger.h): what was handed to reading points (Art. 25), and that they have it.
 *
 *   { "type": "delivery", "seq", "recorded_at", "actor", "to", "since", "digest": "sha256:…" (of the bag's tag list), "documents" }
 *   { "type": "receipt", "seq", "recorded_at", "actor", "delivery": seq, "digest", "by", "date", "receipt": "sha256:…" (of the file that says so), "checked": bool }
 *
 * A receipt is what `deliver --check DIR --as NAME --output FILE` writes at the reading point ("checked": every file was), or any paper, scanned, of which
 * a person says which delivery it is of.
 */
#ifndef GK_DELIVERIES_H
#define GK_DELIVERIES_H

#include "indexer/cmd.h"

/* The caller holds the writer's lock. to may be NULL. */
enum gk_status delivery_log(const struct app *app, const char *to, const char *since, const char *digest, size_t documents, struct gk_err *err);

struct delivery_receipt { const char *file, *by, *on, *delivery; };
/* Records one. GK_REFUSED: of no delivery of ours, already recorded, or it does not say of which. */
enum gk_status delivery_receive(const struct app *app, const struct delivery_receipt *r, json_t **recorded, struct gk_err *err);
/* Every delivery with its receipts: [{"delivery","recorded_at","to","since","digest","documents","receipts":[{"by","date","checked","receipt"}…]}…]. */
enum gk_status delivery_list(const struct app *app, json_t **out, struct gk_err *err);
/* What a reading point writes when all of a delivery held. */
enum gk_status delivery_write_receipt(const char *path, const char *digest, const char *by, size_t files, struct gk_err *err);

#endif

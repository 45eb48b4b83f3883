/*
 * What the forms of gongkai export share: the question, the place it is written to, and its totals.
 *
 *   begin ──▶ one, for each document in the order of the archive ──▶ end
 *
 * A form writes to x->partial (a file or a folder); cmd-export.c puts it in place when end has said GK_OK.
 */
#ifndef GK_EXPORT_H
#define GK_EXPORT_H

#include "archive/gzmember.h"
#include "indexer/bag.h"
#include "indexer/cmd.h"
#include "indexer/store.h"
#include "record/record.h"
#include "record/retention.h"

#include <stdio.h>

enum { EXPORT_VALUES = 64, EXPORT_TEXT_MAX = 256 * 1024 };

struct export;
struct form {
	const char *name;
	bool folder;
	enum gk_status (*begin)(struct export *x, struct gk_err *err);
	enum gk_status (*one)(struct export *x, struct store_history *h, struct gk_record *r, struct gk_err *err);
	enum gk_status (*end)(struct export *x, struct gk_err *err);
};

struct export {
	struct app *app;
	/* What was asked for. */
	const struct form *form;
	const char *query, *out;
	bool force, bom, literal;
	const char *categories[EXPORT_VALUES], *issuers[EXPORT_VALUES];
	struct gk_filters filters;
	struct gk_date as_of;
	/* Where it comes from: the reading half of a store. */
	struct store store;
	struct gk_config config;
	uint32_t *docids;
	size_t n;
	/* Where it goes. */
	char *partial;
	FILE *f;			/* forms that are one file */
	struct bag bag;
	struct tally catalogue;		/* of the bag */
	struct gk_gzout gz;
	struct gk_buf member;
	size_t done, failed, destroyed;
	uint64_t bytes;
	struct progress progress;
};

/* In the order of --help: warc, bag, jsonl, csv. */
extern const struct form export_warc, export_bag, export_jsonl, export_csv;

/* --- cmd-export.c: writing --- */

/* Of forms that are one file: open it, append and count, flush and close. */
enum gk_status export_open(struct export *x, struct gk_err *err);
enum gk_status export_put(struct export *x, FILE *f, const void *p, size_t n, struct gk_err *err);
enum gk_status export_close(struct export *x, struct gk_err *err);

/* --- export-table.c --- */

enum { EXPORT_ABSTRACT = 100, EXPORT_ABSTRACT_BYTES = 5 * EXPORT_ABSTRACT + 8 };
/* 内容概述: what the document says of itself, else how its text begins. */
enum gk_status export_abstract(struct store *s, const struct gk_record *r, char out[EXPORT_ABSTRACT_BYTES], struct gk_err *err);
extern const char export_csv_head[];
/* One line of the catalogue; *b is initialised here, yours to free after GK_OK. */
enum gk_status export_csv_row(struct export *x, const struct store_history *h, struct gk_record *r, struct gk_buf *b, struct gk_err *err);

#endif

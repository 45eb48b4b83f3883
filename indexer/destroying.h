/*
 * A destruction by register (domain.md 7.4 R5; experience.md 5, 9): what the command dispose, the page of the archivist and its API share.
 *
 *   destroying_write_one   all that is approved ──▶ the register (indexer/register.h), to be printed, signed, completed
 *   destroying_check       the register ──▶ what would go, what is passed over and why
 *   destroying_run         done, once two persons and the digest that was typed by hand are there (indexer/disposal.h)
 */
#ifndef GK_DESTROYING_H
#define GK_DESTROYING_H

#include "indexer/disposal.h"
#include "indexer/register.h"
#include "record/record.h"

enum { DESTROYING_TYPED = 8 };		/* digits of the digest, at least */

struct destroying_line {
	char id[64], title[200];
	struct gk_err why;		/* why it is passed over; cause NONE: it goes */
};

struct destroying {
	struct store *store;		/* open for writing; borrowed */
	const char *actor, *approved_by, *second;
	const char *method, *place, *authority;		/* where the register names none; may be NULL, but for method */
	struct destruction_register reg;		/* owned */
	struct destroying_line *line;	/* one a row */
	struct disposal_document *doc;
	size_t n;			/* documents that go */
	json_t *by_refcode;		/* 档号 -> docid */
};

/* Two who differ. */
enum gk_status destroying_persons(const char *approved_by, const char *second, struct gk_err *err);
/* x->reg is read already.  destroying_free in any case. */
enum gk_status destroying_check(struct destroying *x, struct gk_err *err);
/* Are these the first eight digits (or more) of the register's digest? */
bool destroying_typed(const struct destroying *x, const char *given);
/* x->n > 0.  *removed, *unread: files in warc/torn/. */
enum gk_status destroying_run(struct destroying *x, unsigned *removed, unsigned *unread, struct gk_err *err);
void destroying_free(struct destroying *x);

/* The register as CSV: begin, then a keeping_fn whose arg is this, for each record. */
struct destroying_register { struct gk_buf out; size_t n; };
void destroying_register_begin(struct destroying_register *w);
enum gk_status destroying_write_one(void *arg, uint32_t docid, const struct store_history *h, const struct gk_record *r, struct gk_err *err);

#endif

/* What the two files of ledgers share. */
#ifndef GK_LEDGER_PRIVATE_H
#define GK_LEDGER_PRIVATE_H

#include "archive/ledger.h"
#include "base/digest.h"

struct gk_ledger_lines {
	json_t *events;			/* yours to json_decref() after GK_OK */
	char last[GK_SHA256_HEX + 1];	/* digest of the last line; zeros if there is none */
	size_t end;			/* bytes of the whole lines */
};

/* Read and checked, chain and head. */
enum gk_status gk_ledger_load(const char *dir, enum gk_ledger which, struct gk_ledger_lines *out, struct gk_err *err);
/* Of line n, counted from 1; n is at most the number of lines. */
void gk_ledger_digest_at(const struct gk_ledger_lines *l, size_t n, char out[GK_SHA256_HEX + 1]);

#endif

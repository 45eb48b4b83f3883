/* What the commands of the ledger of applications share (indexer/ only): an event, names that are sealed, tables. */
#ifndef GK_APPLY_H
#define GK_APPLY_H

#include "indexer/applications.h"
#include "indexer/cmd.h"

/* {"gongkai","app","type","date","actor"}; the date as stored, 2021-12-01, whatever was written, if it is one. Yours. */
json_t *apply_event(const struct app *app, const char *no, const char *type, const char *date);
/* Nothing for NULL and "". */
void apply_set(json_t *e, const char *key, const char *value);
/* Of what held a name, nothing is left in memory that is freed. */
void apply_wipe(char *s);
void apply_wipe_n(char *p, size_t n);
/* Name and contact (wiped) go into the event as the ids of what was sealed. */
enum gk_status apply_seal(const struct app *app, json_t *e, char *person, struct gk_err *err);
/* At most 64 bytes without blanks, slashes and quotes. */
bool apply_is_no(const char *s);

/*
 * A table of applications: CSV (UTF-8 here, other encodings in the confined child) or a spreadsheet (in that child), its columns as gongkai(1) has them, in
 * either language.  Events are appended to `events` in the order of the rows; rows that are refused are named on stderr and counted.
 * The caller holds the writer's lock.  GK_REFUSED: no such file, no head, more than 100,000 rows.
 */
enum gk_status apply_read_table(const struct app *app, const char *path, const struct applications *all, json_t *events, size_t *bad, struct gk_err *err);

#endif

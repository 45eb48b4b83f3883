/*
 * The ledger of applications (依申请公开), beside the archive of what is public and never in it: nothing here reaches an index, a page, an
 * export or a log.
 *
 *   ARCHIVE/applications/ledger.jsonl     0600; one event a line (record/application.h), only appended to; each holds the SHA-256 of the line
 *                                         before it ("prev"), so that a changed, missing or added line is found at every reading
 *   ARCHIVE/applications/seal.pub         the public half of the key that names are sealed with
 *   ARCHIVE/applications/persons/ID       name and contact of one applicant, sealed (crypto_box_seal of libsodium); unlinked to remove it:
 *                                         the chain holds only its random id, so it stays whole
 *   ARCHIVE/keys/applicants.key           0600; the secret half.  To record, it is not needed: it may be kept elsewhere ($GONGKAI_APPLICANT_KEY)
 *   ARCHIVE/keys/applicants.salt          0600; a secret of the keyed hash that tells which applications are of the same applicant
 *
 * A line that a crash left half written is cut off by the next writer; it was not acknowledged.
 */
#ifndef GK_LEDGER_H
#define GK_LEDGER_H

#include "base/status.h"

#include <jansson.h>

enum { GK_LEDGER_MAX = 256 * 1024 * 1024, GK_LEDGER_LINE_MAX = 64 * 1024, GK_PERSON_MAX = 4096 };

/* All events in order; an empty array if there is no ledger.  GK_DEAD, DAMAGED: the chain is broken (its line is named). */
enum gk_status gk_ledger_read(const char *dir, json_t **out, struct gk_err *err);
/*
 * Append events; "seq", "prev" and "recorded_at" are set here (recorded_at only where an import brings none).  On disk and read back when it
 * returns.  The caller holds the writer's lock (gk_writer_lock).
 */
enum gk_status gk_ledger_append(const char *dir, json_t *events, struct gk_err *err);

/* Seal a name and contact: id (17 bytes with NUL) of the file and the keyed hash (17) of who it is.  Makes the keys at first use. */
enum gk_status gk_person_seal(const char *dir, const char *person, char id[17], char who[17], struct gk_err *err);
/* What was sealed; yours to free().  NOT_FOUND: it was removed, or the secret key is elsewhere. */
enum gk_status gk_person_open(const char *dir, const char *id, char **out, struct gk_err *err);
/* Gone for good; gone already is no fault. */
enum gk_status gk_person_remove(const char *dir, const char *id, struct gk_err *err);

#endif

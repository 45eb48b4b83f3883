/*
 * Ledgers beside the archive: files of events, one a line, only appended to; each line holds the SHA-256 of the line before it ("prev"), so that a changed,
 * missing or added line is found at every reading.  Nothing here reaches an index, a page or an export.
 *
 *   ARCHIVE/applications/ledger.jsonl     0600; applications for information (依申请公开; record/application.h)
 *   ARCHIVE/deliveries.jsonl              what was handed to reading points, and their receipts (indexer/deliveries.h)
 *   ARCHIVE/desk.jsonl                    0600; views that were saved at the desk, packages that were taken from it (desk/views.c, desk/packages.c)
 *   ….head                                beside each: "LINES DIGEST", the last line and its digest: without it a change of the last line would show nowhere
 *   ARCHIVE/ledgers/N-M.note              how many lines both had and the digests of the last ones, signed by the archive's key at a checkpoint: whoever
 *                                         writes the chain anew after a change has not this
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
#include <stdbool.h>
#include <stdint.h>

/* The first GK_LEDGERS are signed with a checkpoint; what the desk keeps for its own work is not part of that. */
enum gk_ledger { GK_LEDGER_APPLICATIONS, GK_LEDGER_DELIVERIES, GK_LEDGERS, GK_LEDGER_DESK = GK_LEDGERS, GK_LEDGER_FILES };

enum { GK_LEDGER_MAX = 256 * 1024 * 1024, GK_LEDGER_LINE_MAX = 64 * 1024, GK_PERSON_MAX = 4096 };

/* All events in order; an empty array if there is no ledger.  GK_DEAD, DAMAGED: the chain is broken (its line is named). */
enum gk_status gk_ledger_read(const char *dir, enum gk_ledger which, json_t **out, struct gk_err *err);
/*
 * Append events; "seq", "prev" and "recorded_at" are set here (recorded_at only where an import brings none).  On disk and read back when it
 * returns.  The caller holds the writer's lock (gk_writer_lock).
 */
enum gk_status gk_ledger_append(const char *dir, enum gk_ledger which, json_t *events, struct gk_err *err);

/* --- ledger-note.c: what was signed of them --- */

struct gk_ledger_head {
	uint64_t lines;				/* 0: there is none */
	char digest[2 * 32 + 1];		/* of the last line, in hex */
};
/* The heads of all ledgers, and every note that was signed checked against them (key NULL: the archive's, if it has one).  GK_DEAD, DAMAGED. */
struct gk_note_key;
enum gk_status gk_ledgers_check(const char *dir, const struct gk_note_key *key, struct gk_ledger_head heads[GK_LEDGERS], struct gk_err *err);
/* The same, then the heads are signed, if anything was added since (*made).  The caller holds the writer's lock. */
struct gk_note_secret;
enum gk_status gk_ledgers_sign(const char *dir, const struct gk_note_secret *secret, struct gk_ledger_head heads[GK_LEDGERS], bool *made, struct gk_err *err);

/* Seal a name and contact: id (17 bytes with NUL) of the file and the keyed hash (17) of who it is.  Makes the keys at first use. */
enum gk_status gk_person_seal(const char *dir, const char *person, char id[17], char who[17], struct gk_err *err);
/* What was sealed; yours to free().  NOT_FOUND: it was removed, or the secret key is elsewhere. */
enum gk_status gk_person_open(const char *dir, const char *id, char **out, struct gk_err *err);
/* Gone for good; gone already is no fault. */
enum gk_status gk_person_remove(const char *dir, const char *id, struct gk_err *err);

#endif

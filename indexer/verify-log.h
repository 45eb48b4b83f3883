/*
 * What verifications leave behind: ARCHIVE/verify/
 *
 *   verify-2026-11-23.json     the report; a second one of the day is verify-2026-11-23-2.json
 *   verify-2026-11-23.note     its name and digest, signed with the key of keys/ (c2sp.org/signed-note)
 *   state.json                 when each segment was last gone through, and where a reading with a budget stopped:
 *
 *     { "format": 1,
 *       "segments": { "3": { "at": 1795449600, "bytes": 1073745111, "bad": 0, "digest": "sha256:…" } },
 *       "resume": { "from": [3, 8192], … } }        what cmd-verify.c needs to go on
 *
 * All of it may be deleted: then everything counts as never verified.  Nothing here is believed about the archive.
 */
#ifndef GK_VERIFY_LOG_H
#define GK_VERIFY_LOG_H

#include "archive/verify.h"

#include <jansson.h>

enum { VERIFY_REPORT_NAME = 48 };

struct verify_log {
	char *archive, *dir;
	json_t *state;
};

/* A state that is not there or makes no sense is an empty one. */
enum gk_status verify_log_open(const char *archive, struct verify_log *log, struct gk_err *err);
void verify_log_close(struct verify_log *log);
/* Was this segment, with this many bytes, found good in the last `seconds`? */
bool verify_log_fresh(const struct verify_log *log, uint32_t segment, uint64_t bytes, int64_t seconds);
void verify_log_segment(struct verify_log *log, const struct gk_verified *v);
/* Borrowed; NULL if there is nothing to resume. */
const json_t *verify_log_resume(const struct verify_log *log);
/* Takes the reference; NULL: nothing is left to resume. */
void verify_log_stop(struct verify_log *log, json_t *resume);
enum gk_status verify_log_save(struct verify_log *log, struct gk_err *err);
/* Write the report (borrowed) and sign it.  *is_signed is false if there is no key that we may use: no failure. */
enum gk_status verify_log_report(struct verify_log *log, const json_t *report, char name[VERIFY_REPORT_NAME], bool *is_signed, struct gk_err *err);

#endif

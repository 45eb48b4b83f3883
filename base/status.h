/*
 * What a call says when it is done.  The status says what the caller may do
 * next; the error says what happened, in both languages, ready to be shown.
 *
 *   st = gk_archive_append(w, &rec, &loc, &err);
 *   if (st == GK_REFUSED)  count it, print err, go on with the next document
 *   if (st == GK_DEAD)     close the handle, print err, exit gk_exit_of(&err)
 *
 * Libraries never print: only main() and the daemons' logs do.
 */
#ifndef GK_STATUS_H
#define GK_STATUS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gk_status {
	GK_OK = 0,
	GK_END,		/* no more items; not an error, err untouched */
	GK_RETRY,	/* lost a lock or a race; the same call may succeed */
	GK_REFUSED,	/* this document or query is bad; the handle is fine, go on */
	GK_DEAD,	/* the handle is of no more use; close it */
};

/* Why, in a form that a program can act on: exit status and HTTP code hang on it. */
enum gk_cause {
	GK_CAUSE_NONE = 0,
	GK_CAUSE_USAGE,		/* exit 2: a bad option or parameter */
	GK_CAUSE_UNKNOWN_PARAM,	/* exit 2, HTTP 400 unknown_param */
	GK_CAUSE_BAD_QUERY,	/* exit 2, HTTP 400 bad_query */
	GK_CAUSE_BAD_DATE,	/* exit 2, HTTP 400 bad_date */
	GK_CAUSE_NOT_FOUND,	/* exit 1, HTTP 404 not_found */
	GK_CAUSE_GONE,		/* exit 1, HTTP 410 gone: it was here and was taken away */
	GK_CAUSE_BAD_DATA,	/* exit 3: this file or line cannot be taken */
	GK_CAUSE_LIMIT,		/* exit 3: a limit of safety was passed */
	GK_CAUSE_NO_ACCESS,	/* exit 3 for a document, 2 for the archive: permissions, no such file */
	GK_CAUSE_DAMAGED,	/* exit 4: bytes on disk are not what was written */
	GK_CAUSE_NEWER,		/* exit 4: written by a newer gongkai */
	GK_CAUSE_BUSY,		/* exit 5, HTTP 503 busy: another writer, or not ready yet */
	GK_CAUSE_NO_SPACE,	/* exit 6: ENOSPC, EDQUOT, EFBIG */
	GK_CAUSE_DEVICE,	/* exit 7: EIO, or a refused flush */
	GK_CAUSE_SANDBOX,	/* exit 8: the sandbox does not hold */
	GK_CAUSE_MEMORY,	/* exit 70: out of memory */
	GK_CAUSE_BUG,		/* exit 70 */
};

enum { GK_ERR_WHAT = 512, GK_ERR_HINT = 384 };

/* Fixed size, so that to report a failure cannot itself fail. */
struct gk_err {
	enum gk_cause cause;
	char what[GK_ERR_WHAT], what_en[GK_ERR_WHAT];	/* what failed, 'which', why */
	char hint[GK_ERR_HINT], hint_en[GK_ERR_HINT];	/* what to do next; "" if nothing */
};

#define GK_ERR_INIT { GK_CAUSE_NONE, "", "", "", "" }

/* A sentence for people or JSON: cut at a whole character, and what is no UTF-8 in it (%.80s of a foreign text) left out.  ap is not used up. */
void gk_words(char *to, size_t size, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));

/*
 * Fill *err (which may be NULL) and return st, so that a path reads
 * `return gk_fail(...)`.  zh and en take the same arguments in the same order;
 * text too long is cut at a whole character.  Clears the hint.
 */
enum gk_status gk_fail(struct gk_err *err, enum gk_status st, enum gk_cause cause,
		       const char *zh, const char *en, ...)
	__attribute__((format(printf, 4, 6), format(printf, 5, 6)));
/* The next step to take; err may be NULL. */
void gk_hint(struct gk_err *err, const char *zh, const char *en, ...)
	__attribute__((format(printf, 2, 4), format(printf, 3, 4)));
/* For a failed system call: NO_SPACE, DEVICE, MEMORY, or NO_ACCESS for the rest. */
enum gk_cause gk_cause_of_errno(int e);
/* GK_DEAD with "out of memory while <doing>". */
enum gk_status gk_nomem(struct gk_err *err);
/* The exit status of experience.md 5 and safety.md 4 for a cause. */
int gk_exit_of(enum gk_cause cause);

/*
 * The language people are spoken to in: Chinese first.  Not gettext: one error
 * object carries both languages at once (JSON has message and message_en), and
 * a server without a Chinese locale still has Chinese readers.
 */
enum gk_lang { GK_ZH = 0, GK_EN };
extern enum gk_lang gk_lang;
#define GK_T(zh, en) (gk_lang == GK_EN ? (en) : (zh))
/* "zh…" or "en…" decides; NULL asks LC_ALL, LC_MESSAGES, LANG: English only for en*. */
void gk_lang_set(const char *name);
/* The message and the hint of err in the language set. */
const char *gk_err_what(const struct gk_err *err);
const char *gk_err_hint(const struct gk_err *err);

#endif

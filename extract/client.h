/*
 * The parent's side of gongkai-extract: one child per file (safety.md 5).  The
 * answer is read as hostile: length first, UTF-8 checked, JSON bounded.
 *
 *   child's stdin   the file, opened by the parent, read-only
 *   child's stdout  one line of JSON {"type","charset","source","text_bytes","meta","notes","parts"} or {"error":{…}}, "\n", then text_bytes of text
 *                   error = {"reason","type","message","message_en","hint","hint_en"}; nothing may follow
 */
#ifndef GK_EXTRACT_CLIENT_H
#define GK_EXTRACT_CLIENT_H

#include "base/buf.h"
#include "base/status.h"

#include <jansson.h>

struct gk_reply {
	char type[96], charset[32], source[16];
	struct gk_buf text;
	json_t *meta, *notes, *parts;	/* owned; parts: as in extract.h, never NULL after GK_OK */
	char reason[24];	/* after GK_REFUSED, the word for the event extract_failed: cpu time memory output crash sandbox (L24),
				 * file_too_large (L23), bomb (L25), xml (L26), or empty type encoding no_text damaged encrypted no_tool; "" if all is well */
};

/*
 * Run `program` (path of gongkai-extract) on fd.  GK_REFUSED: the file has no text we can read, or the child
 * crashed or passed a limit of L24 (named in err): the original can be archived all the same, reply->type
 * is then set if known.  GK_DEAD: the program cannot be started.
 */
enum gk_status gk_extract_run(const char *program, int fd, struct gk_reply *out, struct gk_err *err);
/* The same with another limit of wall time than the 120 s of L24: for tests. */
enum gk_status gk_extract_run_within(const char *program, int fd, unsigned wall_ms, struct gk_reply *out, struct gk_err *err);
/* The file as lines and rows of tables (extract/rows.c) instead of its text. */
enum gk_status gk_extract_run_rows(const char *program, int fd, struct gk_reply *out, struct gk_err *err);
/*
 * The same for many files: the program is started once and forks a child for each (forks.h), where it can; else each is started alone.  A child dies with the
 * thread that opened this.  Any number of threads may run files at a time.
 */
struct gk_extractor;
enum gk_status gk_extractor_open(const char *program, struct gk_extractor **out, struct gk_err *err);
enum gk_status gk_extractor_run(struct gk_extractor *e, int fd, struct gk_reply *out, struct gk_err *err);
/* NULL is right too. */
void gk_extractor_close(struct gk_extractor *e);
/* Before a batch: GK_DEAD (SANDBOX, exit 8) if the child can still do what it must not. */
enum gk_status gk_extract_self_test(const char *program, struct gk_err *err);
/*
 * Has this kernel no Landlock, or forbids it?  Then seccomp alone holds (sandbox=degraded): our parsers open no file as before, but pdftotext and tesseract,
 * which could read any, are not run.
 */
bool gk_extract_degraded(void);
void gk_reply_free(struct gk_reply *r);
/* The gongkai-extract that belongs to this program: $GONGKAI_EXTRACT, beside /proc/self/exe, libexecdir. Yours to free(). */
char *gk_extract_program(void);

#endif

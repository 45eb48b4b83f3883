/*
 * 销毁清册: the register of a destruction as CSV, in the columns of domain.md 7.4.  Its SHA-256 is what a person types to have it carried out: so
 * what is destroyed is exactly what was written, printed and signed.
 */
#ifndef GK_REGISTER_H
#define GK_REGISTER_H

#include "base/buf.h"
#include "base/status.h"

enum register_column {
	REG_NO, REG_REFCODE, REG_TITLE, REG_YEAR, REG_TERM, REG_KEPT, REG_PAGES, REG_SECRECY, REG_OPINION, REG_REASON, REG_HEAD, REG_ARCHIVIST, REG_SUPERVISORS, REG_METHOD,
	REG_TIME, REG_PLACE, REG_NOTE, REG_COLUMNS
};
extern const char *const register_columns[REG_COLUMNS];

struct register_row { char *cell[REG_COLUMNS]; size_t line; };
struct destruction_register {
	struct register_row *row;
	size_t n;
	char digest[7 + 64 + 1];	/* "sha256:…" of the file */
	char *memory;
};

/* GK_REFUSED, BAD_DATA: no such columns, or a line that does not fit them (named). */
enum gk_status register_read(const char *path, struct destruction_register *out, struct gk_err *err);
void register_free(struct destruction_register *r);
/* One line of CSV; quoted where it must be. */
void register_put(struct gk_buf *b, const char *const cell[REG_COLUMNS]);

#endif

/*
 * ingest --meta FILE: what the office knows of its files, a table with a row each.
 *
 *   file,title,no,org,date,effective,备注          first row: `file` (文件, 文件名), `date` (成文日期), the others by the dictionary (record/field.h)
 *   inbox/甲.docx,关于甲的通知,青政发〔2020〕3号,…       a path as given to ingest, its end (甲.docx), or the name alone
 *
 * What is in the table counts before what the file states; what the dictionary does not know is kept with the source.  CSV in any encoding,
 * or a spreadsheet: it is read in the child that extraction uses.
 */
#ifndef GK_METALIST_H
#define GK_METALIST_H

#include "base/status.h"

#include <jansson.h>

struct metalist;

/* program: gongkai-extract.  GK_REFUSED: it cannot be read, has no column `file`, or names a file twice. */
enum gk_status metalist_read(const char *program, const char *path, struct metalist **out, struct gk_err *err);
/* The row of a file, key by key; NULL if it has none. Borrowed. */
const json_t *metalist_row(struct metalist *m, const char *name);
/* The first file of a row that was never asked for, and how many there are. */
const char *metalist_unused(const struct metalist *m, size_t *n);
void metalist_free(struct metalist *m);

#endif

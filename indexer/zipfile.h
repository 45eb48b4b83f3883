/*
 * Writing a zip file into memory, for DOCX and XLSX: a dozen small members, each deflated, with the fixed time 1980-01-01, so that the
 * same content gives the same bytes.  Reading foreign zip files is done in the child process by libarchive; this writes only.
 */
#ifndef GK_ZIPFILE_H
#define GK_ZIPFILE_H

#include "base/buf.h"
#include "base/status.h"

enum { GK_ZIP_MEMBERS = 32 };

struct zipfile {
	struct gk_buf *out;
	struct { const char *name; uint32_t crc, packed, plain, at; } member[GK_ZIP_MEMBERS];
	size_t n;
	bool failed;
};

void zip_start(struct zipfile *z, struct gk_buf *out);
/* name must live until zip_end. */
void zip_add(struct zipfile *z, const char *name, const void *p, size_t n);
/* False if memory ended on the way. */
bool zip_end(struct zipfile *z);

#endif

/* Making the seal of a part. */
#include "catalog/seal.h"

#include "base/io.h"

#include <stdlib.h>

enum gk_status
gk_seal_write(const char *folder, struct gk_err *err)
{
	char *path = gk_path(folder, GK_SEAL);
	struct gk_buf text;
	enum gk_status st = path == NULL ? gk_nomem(err) : gk_seal_of(folder, &text, err);

	if (st == GK_OK) {
		st = gk_replace_file(path, 0644, text.p, text.n, err);
		gk_buf_free(&text);
	}
	free(path);
	return st;
}

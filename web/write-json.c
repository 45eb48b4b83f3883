#include "web/write-json.h"

static int
append(const char *p, size_t n, void *out)
{
	return gk_buf_add(out, p, n) ? 0 : -1;
}

bool
gk_write_json(const json_t *value, struct gk_buf *out)
{
	return json_dump_callback(value, append, out, JSON_COMPACT | JSON_REAL_PRECISION(6) | JSON_ENCODE_ANY) == 0;
}

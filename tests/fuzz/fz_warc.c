/*
 * Any bytes as header lines, as a record in a sound member, and as the bytes of
 * a file: what is taken must be whole, and nothing may be read past the end.
 * The first byte chooses.
 */
/* For: archive/warc-head.c archive/warc-read.c archive/scan.c archive/gzmember.c */
#include "archive/warc-private.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct gk_gzin in = { .fd = -1 };
static struct gk_gzout gz;

static void
head(const char *p, size_t n)
{
	struct gk_warc_rec rec = { .type = GK_WARC_OTHER };
	uint64_t length = 0;

	gk_buf_init(&rec.head, 1 << 22);
	gk_buf_add(&rec.head, p, n);
	if (gk_warc_head_parse(&rec, &length) == NULL) {
		if (rec.id[0] == '\0' && memmem(p, n, "<>", 2) == NULL)
			abort();
		if (length > GK_WARC_BLOCK_MAX || strlen(rec.target_uri) + strlen(rec.content_type) > n)
			abort();
	}
	gk_warc_rec_free(&rec);
}

static void
file(const void *p, size_t n)
{
	uint64_t at = 0;

	if (!gk_gzin_memory(&in, p, n))
		return;
	for (int records = 0; at < n && records < 100; records++) {
		struct gk_warc_rec rec;
		struct gk_taken taken;
		enum gk_take take = gk_warc_take(&in, at, n, &rec, &taken);

		if (take == GK_TAKE_FAILED || (take != GK_TAKE_OK) != (taken.flaw != NULL))
			abort();
		if (take == GK_TAKE_OK) {
			if (taken.next != at + rec.loc.length || !taken.whole || rec.block.p[rec.block.n] != '\0')
				abort();
			gk_warc_rec_free(&rec);
		}
		if (taken.next > n || (taken.next != 0 && taken.next <= at))
			abort();
		if (taken.next == 0)
			break;
		at = taken.next;
	}
}

static void
record(const char *p, size_t n)
{
	struct gk_buf out;

	gk_buf_init(&out, 1 << 22);
	if (gk_gzout_member(&gz, &(struct gk_piece){ p, n }, 1, 0, &out))
		file(out.p, out.n);
	gk_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n == 0)
		return 0;
	switch (data[0] & 3) {
	case 0:
		file(data + 1, n - 1);
		break;
	case 1:
		record((const char *)data + 1, n - 1);
		break;
	default:
		head((const char *)data + 1, n - 1);
		break;
	}
	return 0;
}

#include "indexer/zipfile.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void
put16(struct gk_buf *b, unsigned v)
{
	gk_buf_putc(b, (char)(v & 0xFF));
	gk_buf_putc(b, (char)(v >> 8 & 0xFF));
}

static void
put32(struct gk_buf *b, uint32_t v)
{
	put16(b, v & 0xFFFF);
	put16(b, v >> 16);
}

/* 1980-01-01 00:00, and names are UTF-8 (bit 11). */
static void
put_common(struct zipfile *z, size_t i)
{
	put16(z->out, 20);
	put16(z->out, 1 << 11);
	put16(z->out, 8);
	put16(z->out, 0);
	put16(z->out, 1 << 5 | 1);
	put32(z->out, z->member[i].crc);
	put32(z->out, z->member[i].packed);
	put32(z->out, z->member[i].plain);
	put16(z->out, (unsigned)strlen(z->member[i].name));
	put16(z->out, 0);
}

void
zip_start(struct zipfile *z, struct gk_buf *out)
{
	*z = (struct zipfile){ .out = out };
}

void
zip_add(struct zipfile *z, const char *name, const void *p, size_t n)
{
	z_stream s = { .next_in = (Bytef *)(uintptr_t)p, .avail_in = (uInt)n };
	uLong most;
	char *packed;

	if (z->n == GK_ZIP_MEMBERS || n > INT_MAX || deflateInit2(&s, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		z->failed = true;
		return;
	}
	most = deflateBound(&s, (uLong)n);
	packed = malloc(most);
	s.next_out = (Bytef *)packed;
	s.avail_out = (uInt)most;
	if (packed == NULL || deflate(&s, Z_FINISH) != Z_STREAM_END) {
		z->failed = true;
	} else {
		z->member[z->n].name = name;
		z->member[z->n].crc = (uint32_t)crc32(0, p, (uInt)n);
		z->member[z->n].packed = (uint32_t)s.total_out;
		z->member[z->n].plain = (uint32_t)n;
		z->member[z->n].at = (uint32_t)z->out->n;
		put32(z->out, 0x04034B50);
		put_common(z, z->n);
		gk_buf_puts(z->out, name);
		gk_buf_add(z->out, packed, s.total_out);
		z->n++;
	}
	deflateEnd(&s);
	free(packed);
}

bool
zip_end(struct zipfile *z)
{
	uint32_t at = (uint32_t)z->out->n;

	for (size_t i = 0; i < z->n; i++) {
		put32(z->out, 0x02014B50);
		put16(z->out, 20);
		put_common(z, i);
		put16(z->out, 0);
		put16(z->out, 0);
		put16(z->out, 0);
		put32(z->out, 0);
		put32(z->out, z->member[i].at);
		gk_buf_puts(z->out, z->member[i].name);
	}
	put32(z->out, 0x06054B50);
	put32(z->out, 0);
	put16(z->out, (unsigned)z->n);
	put16(z->out, (unsigned)z->n);
	put32(z->out, (uint32_t)z->out->n - at - 12);
	put32(z->out, at);
	put16(z->out, 0);
	return !z->failed && !z->out->failed;
}

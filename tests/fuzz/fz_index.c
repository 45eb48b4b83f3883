/*
 * The files and runs of bytes of the index that we read ourselves: packed lists of postings, the table of symbols, the way back from the canon to
 * the text.  Their checksums are made right here, as a byte that rots after it was checked has a right one too.  The first byte
 * chooses.  Build and run with devel/fuzz.
 */
/* For: catalog/packed.c catalog/symbols.c catalog/origin.c */
#include "catalog/origin.h"
#include "catalog/packed.h"
#include "catalog/symbols.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define MUST(x) do { if (!(x)) abort(); } while (0)

static void
packed(const unsigned char *p, size_t n, uint32_t seek)
{
	struct gk_packed l;
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf list;
	uint32_t docs[100], wdfs[100], at, wdf, crc = (uint32_t)crc32(0, p, (uInt)n);
	size_t got, all = 0;
	enum gk_status st;

	gk_buf_init(&list, n + 64);
	MUST(gk_varint_add(&list, 7));
	for (int i = 0; i < 4; i++)
		gk_buf_putc(&list, (char)(crc >> 8 * i));
	gk_buf_add(&list, (const char *)p, n);
	MUST(gk_packed_count(list.p, list.n) == 7);
	MUST(gk_packed_open(&l, list.p, list.n, &err) == GK_OK);
	while ((st = gk_packed_next(&l, docs, wdfs, 100, &got, &err)) == GK_OK) {
		MUST(got > 0 && got <= 100);
		all += got;
		MUST(all <= n);
	}
	MUST(st == GK_END || l.damaged);
	MUST(gk_packed_open(&l, list.p, list.n, &err) == GK_OK);
	/* Numbers that run over at 2^32 are damage that has no end but that of the bytes. */
	for (size_t i = 0; i < 1000 && gk_packed_seek(&l, seek, &at, &wdf, &err) == GK_OK; i++) {
		MUST(at >= seek);
		seek = at < UINT32_MAX ? at + 1 : at;
	}
	gk_buf_free(&list);
	gk_packed_open(&l, (const char *)p, n, &err);
}

static void
symbols(const unsigned char *p, size_t n)
{
	struct gk_symbols *s;
	struct gk_err err = GK_ERR_INIT;
	struct gk_buf file;
	uint32_t count, crc;
	uint16_t codes[64], units[64 + GK_SYMBOL_UNITS];

	if (n < 2 + sizeof codes)
		return;
	count = p[0] | (uint32_t)p[1] << 8;
	memcpy(codes, p + 2, sizeof codes);
	p += 2 + sizeof codes;
	n -= 2 + sizeof codes;
	crc = (uint32_t)crc32(0, p, (uInt)n);
	gk_buf_init(&file, n + 64);
	gk_buf_add(&file, "GKSYMB01", 8);
	gk_buf_add(&file, (const char *)&count, 4);
	gk_buf_add(&file, (const char *)&crc, 4);
	gk_buf_add(&file, (const char *)p, n);
	if (gk_symbols_read(file.p, file.n, "x", &s, &err) == GK_OK) {
		size_t made = gk_symbols_decode(s, codes, 64, units, 64), holding;

		MUST(made <= 64 && gk_symbols_units(s, codes, 64) >= made);
		for (size_t i = 0; i < made; i++) {
			const uint16_t *holder = gk_symbols_holding(s, units[i], &holding);

			MUST(holding == 0 || holder != NULL);
			for (size_t k = 0; k < holding; k++)
				MUST(holder[k] < s->count);
		}
		gk_symbols_close(s);
	}
	gk_buf_free(&file);
}

static void
origin(const unsigned char *p, size_t n, uint32_t from)
{
	struct gk_origin o;
	struct gk_buf out;
	/* As in the mapped file: at a multiple of four. */
	uint32_t *bytes = malloc(n + 4);

	MUST(bytes != NULL);
	memcpy(bytes, p, n);
	if (gk_origin_read(bytes, n, &o)) {
		struct gk_window w = gk_origin_window(&o, (struct gk_place_at){ .start = from, .end = from + 20 });
		const struct gk_origin_article *a = gk_origin_article(&o, from);

		MUST(a == NULL || (const char *)(a + 1) <= (const char *)bytes + n);
		gk_buf_init(&out, 1 << 20);
		if (gk_origin_text(&o, from, from + 100, &out))
			MUST(out.n == 100);
		if (w.at <= w.end && w.end - w.at < 1 << 16)
			gk_origin_text(&o, w.at, w.end, &out);
		gk_buf_free(&out);
	}
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint32_t from;

	if (n < 5 || n > 1 << 16)
		return 0;
	from = data[1] | (uint32_t)data[2] << 8 | (uint32_t)(data[3] & 15) << 16;
	switch (data[0] % 3) {
	case 0:
		packed(data + 4, n - 4, from);
		break;
	case 1:
		symbols(data + 4, n - 4);
		break;
	default:
		origin(data + 4, n - 4, from);
		break;
	}
	return 0;
}

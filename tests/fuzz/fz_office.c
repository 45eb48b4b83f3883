/*
 * The XML of office files.  The first byte chooses the format; the rest, cut at NUL, are the members in their order: in a zip made here, so that
 * the fuzzer changes XML and not checksums.  Build and run with devel/fuzz.
 */
/* For: extract/ooxml.c extract/xlsx.c extract/odf.c extract/ofd.c extract/xml.c extract/flow.c extract/sheet.c */
#include "tests/fuzz/extracted.h"

#include <zlib.h>

struct format {
	enum gk_status (*read)(const char *p, size_t n, struct gk_extracted *x, struct gk_err *err);
	const char *members[4];
};

static const struct format formats[] = {
	{ gk_docx, { "word/document.xml", "word/footnotes.xml", "docProps/core.xml", "docProps/custom.xml" } },
	{ gk_xlsx, { "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml" } },
	{ gk_pptx, { "ppt/presentation.xml", "ppt/slides/slide1.xml", "ppt/_rels/presentation.xml.rels", "docProps/core.xml" } },
	{ gk_odf, { "content.xml", "meta.xml", "styles.xml", "mimetype" } },
	{ gk_ofd, { "OFD.xml", "Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Tpls/T.xml" } },
};

static const char sheet_rels[] = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" "
	"Target=\"worksheets/sheet1.xml\"/></Relationships>";

static void
number(struct gk_buf *b, uint32_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		gk_buf_putc(b, (char)(v >> (8 * i)));
}

static void
member(struct gk_buf *b, struct gk_buf *directory, const char *name, const void *p, size_t n)
{
	uint32_t at = (uint32_t)b->n, crc = (uint32_t)crc32(0, p, (uInt)n);

	for (int central = 0; central < 2; central++) {
		struct gk_buf *to = central ? directory : b;

		gk_buf_add(to, central ? "PK\1\2\24\0\24\0" : "PK\3\4\24\0", central ? 8 : 6);
		number(to, 0, 4);	/* flags, stored */
		number(to, 0x21 << 16, 4);
		number(to, crc, 4);
		number(to, (uint32_t)n, 4);
		number(to, (uint32_t)n, 4);
		number(to, (uint32_t)strlen(name), 2);
		number(to, 0, 2);
		if (central) {
			gk_buf_add(to, "\0\0\0\0\0\0\0\0\0", 10);	/* comment, disk, attributes */
			number(to, at, 4);
		}
		gk_buf_add(to, name, strlen(name));
	}
	gk_buf_add(b, p, n);
}

static void
zip_of(const struct format *f, const char *p, size_t n, struct gk_buf *zip)
{
	struct gk_buf directory;
	unsigned count = 0;
	uint32_t at;

	gk_buf_init(&directory, 65536);
	for (; count < 4; count++) {
		const char *end = n == 0 ? NULL : memchr(p, 0, n);
		size_t len = end == NULL ? n : (size_t)(end - p);

		member(zip, &directory, f->members[count], p, len);
		p += len + (end != NULL);
		n -= len + (end != NULL);
	}
	if (f->read == gk_xlsx) {
		member(zip, &directory, "xl/_rels/workbook.xml.rels", sheet_rels, sizeof sheet_rels - 1);
		count++;
	}
	at = (uint32_t)zip->n;
	gk_buf_add(zip, directory.p, directory.n);
	gk_buf_add(zip, "PK\5\6\0\0\0\0", 8);
	number(zip, count, 2);
	number(zip, count, 2);
	number(zip, (uint32_t)directory.n, 4);
	number(zip, at, 4);
	number(zip, 0, 2);
	gk_buf_free(&directory);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct format *f;
	struct gk_buf zip;

	if (n < 2 || n > 1 << 20)
		return 0;
	f = &formats[p[0] % (sizeof formats / sizeof *formats)];
	gk_buf_init(&zip, 4 << 20);
	zip_of(f, (const char *)p + 1, n - 1, &zip);
	gk_fuzz_parser(zip.p, zip.n, f->read);
	gk_buf_free(&zip);
	return 0;
}

## Two libraries: what parses is linked into gongkai-extract and nowhere else;
## the indexer has only the client, which starts that program (safety.md 5).
noinst_LIBRARIES += %D%/libgkextract.a %D%/libgkextractclient.a
%C%_libgkextract_a_SOURCES = %D%/extract.h %D%/inside.h %D%/extract.c %D%/sniff.c %D%/encoding.c %D%/html.c %D%/box.c \
	%D%/text.c %D%/rows.c %D%/lines.c %D%/meta.c %D%/confine.c %D%/pack.c %D%/xml.c %D%/ooxml.c %D%/xlsx.c %D%/odf.c %D%/ofd.c \
	%D%/ole.c %D%/doc.c %D%/xls.c %D%/rtf.c %D%/csv.c %D%/mail.c \
	%D%/jail.c %D%/tools.c %D%/pdf.c %D%/ocr.c %D%/flow.c %D%/bundle.c %D%/warc.c %D%/sheet.c %D%/props.c %D%/heading.c %D%/forks.h %D%/forks.c
%C%_libgkextract_a_CFLAGS = $(AM_CFLAGS) $(LIBXML2_CFLAGS) $(JANSSON_CFLAGS) $(UCHARDET_CFLAGS) $(ARCHIVE_CFLAGS) $(ZLIB_CFLAGS)
%C%_libgkextractclient_a_SOURCES = %D%/client.h %D%/client.c %D%/forks.h
%C%_libgkextractclient_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

## What everything that links the parsers needs.
GK_EXTRACT = extract/libgkextract.a $(GK_BASE) $(LIBXML2_LIBS) $(JANSSON_LIBS) $(UCHARDET_LIBS) $(ARCHIVE_LIBS) $(MAGIC_LIBS) $(ZLIB_LIBS) -lm

pkglibexec_PROGRAMS += gongkai-extract
gongkai_extract_SOURCES = %D%/main.c
gongkai_extract_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
gongkai_extract_LDADD = $(GK_EXTRACT)

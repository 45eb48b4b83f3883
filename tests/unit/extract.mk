check_PROGRAMS += tests/unit/t-encoding tests/unit/t-extract
tests_unit_t_encoding_SOURCES = tests/unit/t-encoding.c
tests_unit_t_encoding_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_encoding_LDADD = $(GK_EXTRACT) $(CMOCKA_LIBS)
tests_unit_t_extract_SOURCES = tests/unit/t-extract.c
tests_unit_t_extract_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_extract_LDADD = extract/libgkextractclient.a $(GK_EXTRACT) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-encoding tests/unit/t-extract
EXTRA_DIST += tests/fuzz/fz_html.c tests/fuzz/extracted.h tests/fuzz/fz_csv.c tests/fuzz/fz_mail.c tests/fuzz/fz_office.c tests/fuzz/fz_office97.c tests/fuzz/fz_reply.c \
	tests/fuzz/fz_rtf.c tests/fuzz/fz_zip.c tests/fuzz/seeds.py

check_PROGRAMS += tests/unit/t-archive
tests_unit_t_archive_SOURCES = tests/unit/t-archive.c
tests_unit_t_archive_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ZLIB_CFLAGS)
tests_unit_t_archive_LDADD = $(GK_ARCHIVEW) $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-archive
EXTRA_DIST += tests/warc-read.py tests/fuzz/fz_warc.c

## What the libraries do when memory or a file is refused: their own calls of malloc go to the test.
check_PROGRAMS += tests/unit/t-refused
tests_unit_t_refused_SOURCES = tests/unit/t-refused.c
tests_unit_t_refused_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS) $(SODIUM_CFLAGS)
tests_unit_t_refused_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup
tests_unit_t_refused_LDADD = archive/libgkledger.a archive/libgkdestroy.a archive/libgktamper.a archive/libgkverify.a archive/libgkimport.a $(GK_ARCHIVEW) cjk/libgkcjk.a \
	$(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS) -lpthread
GK_UNIT += tests/unit/t-refused

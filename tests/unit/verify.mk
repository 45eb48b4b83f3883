check_PROGRAMS += tests/unit/t-verify
tests_unit_t_verify_SOURCES = tests/unit/t-verify.c
tests_unit_t_verify_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ZLIB_CFLAGS) $(SODIUM_CFLAGS)
tests_unit_t_verify_LDADD = archive/libgkverify.a $(GK_ARCHIVEW) $(JANSSON_LIBS) $(GK_BASE) $(CMOCKA_LIBS) -lpthread
GK_UNIT += tests/unit/t-verify

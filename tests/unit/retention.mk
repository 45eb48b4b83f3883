## The retention axis and working days.
check_PROGRAMS += tests/unit/t-retention tests/unit/t-workdays tests/unit/retention-histories
tests_unit_t_retention_SOURCES = tests/unit/t-retention.c
tests_unit_t_retention_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_retention_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
tests_unit_t_workdays_SOURCES = tests/unit/t-workdays.c
tests_unit_t_workdays_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_workdays_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
tests_unit_retention_histories_SOURCES = tests/unit/retention-histories.c
tests_unit_retention_histories_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_retention_histories_LDADD = $(GK_RECORD) $(GK_BASE)
GK_UNIT += tests/unit/t-retention tests/unit/t-workdays
check_PROGRAMS += tests/unit/t-destroy
tests_unit_t_destroy_SOURCES = tests/unit/t-destroy.c
tests_unit_t_destroy_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS) $(SODIUM_CFLAGS)
tests_unit_t_destroy_LDADD = archive/libgkdestroy.a archive/libgktamper.a archive/libgkverify.a $(GK_ARCHIVEW) $(JANSSON_LIBS) $(GK_BASE) $(CMOCKA_LIBS) -lpthread
GK_UNIT += tests/unit/t-destroy

check_PROGRAMS += tests/unit/t-base
tests_unit_t_base_SOURCES = tests/unit/t-base.c
tests_unit_t_base_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_base_LDADD = $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-base
EXTRA_DIST += tests/fuzz/fz_date.c

check_PROGRAMS += tests/unit/t-totp
tests_unit_t_totp_SOURCES = tests/unit/t-totp.c
tests_unit_t_totp_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_totp_LDADD = $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-totp

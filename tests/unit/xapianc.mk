check_PROGRAMS += tests/unit/t-xapianc
tests_unit_t_xapianc_SOURCES = tests/unit/t-xapianc.c
nodist_EXTRA_tests_unit_t_xapianc_SOURCES = link-as-cxx.cc
tests_unit_t_xapianc_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_xapianc_LDADD = $(GK_XAPIAN_WRITE) $(GK_BASE) $(CMOCKA_LIBS) -lpthread -lm
GK_UNIT += tests/unit/t-xapianc tests/unit/t-xapianc-symbols.sh
EXTRA_DIST += tests/unit/t-xapianc-symbols.sh

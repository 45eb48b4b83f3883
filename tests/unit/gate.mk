check_PROGRAMS += tests/unit/t-finding
tests_unit_t_finding_SOURCES = tests/unit/t-finding.c
tests_unit_t_finding_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_finding_LDADD = gate/libgkgate.a cjk/libgkcjk.a $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-finding
EXTRA_DIST += tests/fuzz/fz_gate.c

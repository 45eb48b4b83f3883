check_PROGRAMS += tests/unit/t-cjk
tests_unit_t_cjk_SOURCES = tests/unit/t-cjk.c
tests_unit_t_cjk_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_cjk_LDADD = cjk/libgkcjk.a $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-cjk
EXTRA_DIST += tests/fuzz/fz_cjk.c

check_PROGRAMS += tests/unit/t-traditional
tests_unit_t_traditional_SOURCES = tests/unit/t-traditional.c
tests_unit_t_traditional_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_traditional_LDADD = cjk/libgkcjk.a $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-traditional

check_PROGRAMS += tests/unit/t-pinyin
tests_unit_t_pinyin_SOURCES = tests/unit/t-pinyin.c
tests_unit_t_pinyin_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_pinyin_LDADD = cjk/libgkcjk.a $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-pinyin

check_PROGRAMS += tests/unit/t-thesaurus
tests_unit_t_thesaurus_SOURCES = tests/unit/t-thesaurus.c
tests_unit_t_thesaurus_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_thesaurus_LDADD = cjk/libgkcjk.a $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-thesaurus

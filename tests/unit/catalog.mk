check_PROGRAMS += tests/unit/t-query tests/unit/t-catalog tests/unit/t-titles tests/unit/t-suggest
tests_unit_t_query_SOURCES = tests/unit/t-query.c
nodist_EXTRA_tests_unit_t_query_SOURCES = link-as-cxx.cc
tests_unit_t_query_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_query_LDADD = $(GK_CATALOG) $(CMOCKA_LIBS) -lpthread -lm
tests_unit_t_catalog_SOURCES = tests/unit/t-catalog.c
nodist_EXTRA_tests_unit_t_catalog_SOURCES = link-as-cxx.cc
tests_unit_t_catalog_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_catalog_LDADD = $(GK_PUT) $(CMOCKA_LIBS) -lpthread -lm
tests_unit_t_suggest_SOURCES = tests/unit/t-suggest.c
nodist_EXTRA_tests_unit_t_suggest_SOURCES = link-as-cxx.cc
tests_unit_t_suggest_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_suggest_LDADD = $(GK_PUT) $(CMOCKA_LIBS) -lpthread -lm
tests_unit_t_titles_SOURCES = tests/unit/t-titles.c
nodist_EXTRA_tests_unit_t_titles_SOURCES = link-as-cxx.cc
tests_unit_t_titles_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_titles_LDADD = $(GK_CATALOG) $(CMOCKA_LIBS) -lpthread -lm
GK_UNIT += tests/unit/t-query tests/unit/t-catalog tests/unit/t-titles tests/unit/t-suggest
EXTRA_DIST += tests/fuzz/fz_query.c

## Not built by make check: make tests/bench/suggest
EXTRA_PROGRAMS += tests/bench/suggest
tests_bench_suggest_SOURCES = tests/bench/suggest.c
nodist_EXTRA_tests_bench_suggest_SOURCES = link-as-cxx.cc
tests_bench_suggest_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_bench_suggest_LDADD = $(GK_ANSWER) -lpthread

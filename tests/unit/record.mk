## The corpus of t-docno is compressed: zlib is the test's, not the room's.
check_PROGRAMS += tests/unit/t-docno tests/unit/t-field tests/unit/t-validity tests/unit/t-record tests/unit/validity-histories tests/unit/folds-ask
tests_unit_t_docno_SOURCES = tests/unit/t-docno.c
tests_unit_t_docno_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS)
tests_unit_t_docno_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS) $(ZLIB_LIBS)
tests_unit_t_field_SOURCES = tests/unit/t-field.c
tests_unit_t_field_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_field_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
tests_unit_t_validity_SOURCES = tests/unit/t-validity.c tests/unit/histories.h tests/unit/histories.c
tests_unit_t_validity_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_validity_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
tests_unit_t_record_SOURCES = tests/unit/t-record.c
tests_unit_t_record_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_record_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
tests_unit_validity_histories_SOURCES = tests/unit/validity-histories.c tests/unit/histories.h tests/unit/histories.c
tests_unit_validity_histories_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_validity_histories_LDADD = $(GK_RECORD) $(GK_BASE)
tests_unit_folds_ask_SOURCES = tests/unit/folds-ask.c
tests_unit_folds_ask_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_folds_ask_LDADD = $(GK_RECORD) $(GK_BASE)
GK_UNIT += tests/unit/t-docno tests/unit/t-field tests/unit/t-validity tests/unit/t-record tests/unit/t-folds.sh
EXTRA_DIST += tests/unit/t-folds.sh tests/oracle/folds.py tests/oracle/texts.py tests/oracle/histories.py tests/oracle/vectors.py tests/oracle/vectors.tsv tests/fuzz/fz_docno.c
## Articles; the corpus is compressed.
check_PROGRAMS += tests/unit/t-article
tests_unit_t_article_SOURCES = tests/unit/t-article.c
tests_unit_t_article_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS)
tests_unit_t_article_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS) $(ZLIB_LIBS)
GK_UNIT += tests/unit/t-article
## What may be registered.
check_PROGRAMS += tests/unit/t-act
tests_unit_t_act_SOURCES = tests/unit/t-act.c
tests_unit_t_act_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_act_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-act
## What texts say of the end of others.
check_PROGRAMS += tests/unit/t-clause
tests_unit_t_clause_SOURCES = tests/unit/t-clause.c
tests_unit_t_clause_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_clause_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-clause
EXTRA_DIST += tests/fuzz/fz_clause.c tests/fuzz/fz_paper.c
## Texts by their days.
check_PROGRAMS += tests/unit/t-text
tests_unit_t_text_SOURCES = tests/unit/t-text.c
tests_unit_t_text_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_text_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-text
## Differences between texts.
check_PROGRAMS += tests/unit/t-difference
tests_unit_t_difference_SOURCES = tests/unit/t-difference.c
tests_unit_t_difference_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS)
tests_unit_t_difference_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS) $(ZLIB_LIBS)
GK_UNIT += tests/unit/t-difference
## Applications for information.
check_PROGRAMS += tests/unit/t-application
tests_unit_t_application_SOURCES = tests/unit/t-application.c
tests_unit_t_application_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_application_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-application
## Yearly reports as published.
check_PROGRAMS += tests/unit/t-annual
tests_unit_t_annual_SOURCES = tests/unit/t-annual.c
tests_unit_t_annual_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_annual_LDADD = $(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-annual

check_PROGRAMS += tests/unit/t-web
tests_unit_t_web_SOURCES = tests/unit/t-web.c tests/unit/fake-answer.h tests/unit/fake-answer.c searchd/original.h searchd/original.c
tests_unit_t_web_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(LIBXML2_CFLAGS) $(MICROHTTPD_CFLAGS)
tests_unit_t_web_LDADD = web/libgkweb.a cjk/libgkcjk.a $(GK_RECORD) $(GK_BASE) $(LIBXML2_LIBS) $(JANSSON_LIBS) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-web

## The true server on answers that are not: can be slow and can crash when asked to.
check_PROGRAMS += tests/http/fake-searchd
tests_http_fake_searchd_SOURCES = $(GK_SEARCHD) tests/unit/fake-answer.h tests/unit/fake-answer.c
tests_http_fake_searchd_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(MICROHTTPD_CFLAGS)
tests_http_fake_searchd_LDADD = web/libgkweb.a cjk/libgkcjk.a $(GK_RECORD) $(GK_BASE) $(LIBXML2_LIBS) $(MICROHTTPD_LIBS) $(JANSSON_LIBS) -lpthread
TESTS += tests/http/t-guard.sh tests/http/t-desk.sh tests/http/t-operation.sh tests/browser/t-pages.sh tests/browser/t-desk.sh tests/browser/t-tasks.sh tests/browser/t-keyboard.sh tests/browser/t-reader.sh
EXTRA_DIST += tests/http/t-operation.sh tests/http/operation.py tests/http/exposition.py tests/http/t-desk.sh tests/http/desk.py tests/http/desk_client.py tests/browser/t-desk.sh tests/browser/desk.mjs
EXTRA_DIST += tests/http/t-guard.sh tests/http/guard.py tests/browser/t-pages.sh tests/browser/pages.mjs tests/browser/pictures.mjs tests/browser/lib-both.sh tests/browser/lib.mjs tests/browser/t-tasks.sh tests/browser/tasks.mjs tests/browser/t-keyboard.sh tests/browser/keyboard.mjs tests/browser/t-reader.sh tests/browser/reader.mjs devel/pictures

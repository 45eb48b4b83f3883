## What the libraries do when memory or a file is refused: their own calls of malloc and of the system go to the test.
check_PROGRAMS += tests/unit/t-refused
tests_unit_t_refused_SOURCES = tests/unit/t-refused.c
tests_unit_t_refused_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS) $(SODIUM_CFLAGS)
tests_unit_t_refused_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup,--wrap=asprintf,--wrap=__asprintf_chk \
	-Wl,--wrap=open,--wrap=fstat,--wrap=stat,--wrap=lstat,--wrap=access,--wrap=ftruncate,--wrap=truncate,--wrap=fchmod,--wrap=unlink,--wrap=lseek,--wrap=opendir
tests_unit_t_refused_LDADD = archive/libgkledger.a archive/libgkdestroy.a archive/libgktamper.a archive/libgkverify.a archive/libgkimport.a $(GK_ARCHIVEW) cjk/libgkcjk.a \
	$(GK_RECORD) $(GK_BASE) $(CMOCKA_LIBS) -lpthread
GK_UNIT += tests/unit/t-refused
## Files of other tools.
check_PROGRAMS += tests/unit/t-foreign
tests_unit_t_foreign_SOURCES = tests/unit/t-foreign.c
tests_unit_t_foreign_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ZLIB_CFLAGS)
tests_unit_t_foreign_LDADD = archive/libgkimport.a $(GK_ARCHIVEW) $(GK_BASE) $(ZLIB_LIBS) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-foreign
## A replica.
check_PROGRAMS += tests/unit/t-replicate
tests_unit_t_replicate_SOURCES = tests/unit/t-replicate.c
tests_unit_t_replicate_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_unit_t_replicate_LDADD = archive/libgkverify.a $(GK_ARCHIVEW) $(GK_BASE) $(JANSSON_LIBS) $(ZLIB_LIBS) $(CMOCKA_LIBS) -lpthread
GK_UNIT += tests/unit/t-replicate
## What web servers answered.
check_PROGRAMS += tests/unit/t-payload
tests_unit_t_payload_SOURCES = tests/unit/t-payload.c
tests_unit_t_payload_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(ZLIB_CFLAGS)
tests_unit_t_payload_LDADD = $(GK_BASE) $(ZLIB_LIBS) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-payload
## Users of the desk.
check_PROGRAMS += tests/unit/t-users
tests_unit_t_users_SOURCES = tests/unit/t-users.c
tests_unit_t_users_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_users_LDADD = $(GK_RECORD) $(GK_BASE) $(JANSSON_LIBS) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-users
## Papers by their layout.
check_PROGRAMS += tests/unit/t-paper
tests_unit_t_paper_SOURCES = tests/unit/t-paper.c
tests_unit_t_paper_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_paper_LDADD = $(GK_RECORD) $(GK_BASE) $(JANSSON_LIBS) $(CMOCKA_LIBS)
GK_UNIT += tests/unit/t-paper
## Ledgers and orders.
check_PROGRAMS += tests/unit/t-ledger
tests_unit_t_ledger_SOURCES = tests/unit/t-ledger.c
tests_unit_t_ledger_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_t_ledger_LDADD = archive/libgkledger.a archive/libgkdestroy.a archive/libgktamper.a archive/libgkverify.a $(GK_ARCHIVEW) $(GK_BASE) $(JANSSON_LIBS) $(ZLIB_LIBS) $(CMOCKA_LIBS) -lpthread
GK_UNIT += tests/unit/t-ledger

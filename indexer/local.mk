bin_PROGRAMS += gongkai
gongkai_SOURCES = \
	%D%/main.c %D%/memory.c %D%/app.c %D%/cmd.h %D%/store.h %D%/store.c %D%/feeder.h %D%/feeder.c %D%/intake.h %D%/intake.c \
	%D%/jsonl.h %D%/jsonl.c %D%/cmd-init.c %D%/cmd-ingest.c %D%/cmd-search.c %D%/cmd-explain.c %D%/cmd-suggest.c %D%/cmd-similar.c %D%/cmd-show.c %D%/cmd-diff.c %D%/cmd-index.c \
	%D%/document.h %D%/document.c %D%/verify-log.h %D%/verify-log.c %D%/cmd-import.c %D%/bag.h %D%/bag.c %D%/export.h %D%/cmd-export.c %D%/export-table.c %D%/export-warc.c %D%/export-bag.c \
	%D%/newtext.h %D%/newtext.c %D%/act.h %D%/act.c %D%/resolve.h %D%/resolve.c %D%/proposals.h %D%/proposals.c %D%/cmd-propose.c %D%/lists.h %D%/cmd-lists.c %D%/cmd-stale.c %D%/cmd-act.c %D%/cmd-log.c %D%/cmd-events.c %D%/cmd-report.c \
	%D%/cmd-repair.c %D%/cmd-checkpoint.c %D%/cmd-proof.c %D%/cmd-check-proof.c \
	%D%/cmd-verify.c %D%/cmd-archive-stats.c %D%/cmd-serve.c %D%/cmd-doctor.c
## Keeping: retention, holds, disposal.
gongkai_SOURCES += %D%/keeping.h %D%/keeping.c %D%/refcode.h %D%/refcode.c %D%/cmd-retention.c %D%/cmd-hold.c \
	%D%/disposal.h %D%/disposal.c %D%/register.h %D%/register.c %D%/cmd-dispose.c %D%/cmd-due.c
## Handing over.  The package has XML in it: web/page.c writes that.
gongkai_SOURCES += %D%/four.h %D%/four.c %D%/four-record.h %D%/four-record.c %D%/transfer.h %D%/transfer-xml.c %D%/cmd-transfer.c %D%/cmd-receipt.c
## Xapian is C++: so the linker must be.
nodist_EXTRA_gongkai_SOURCES = %D%/link-as-cxx.cc
gongkai_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS) $(SODIUM_CFLAGS)
gongkai_LDADD = archive/libgkdestroy.a archive/libgktamper.a archive/libgkverify.a archive/libgktamper.a archive/libgkimport.a extract/libgkextractclient.a web/libgkweb.a web/libgkanswer.a catalog/libgkput.a catalog/libgkcatalog.a record/libgkrecord.a \
	archive/libgkarchivew.a archive/libgkarchive.a xapianc/libxapiancw.a xapianc/libxapianc.a cjk/libgkcjk.a $(GK_BASE) \
	$(XAPIAN_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) $(ZLIB_LIBS) $(LIBXML2_LIBS) $(UNISTRING_LIBS) -lpthread -lm

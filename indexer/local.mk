## The archive open for writing, and what may be registered in it: for the commands and for the desk.  Knows neither terminal nor page; whoever links it
## without the program of commands sees that it does not.
noinst_LIBRARIES += %D%/libgkoffice.a
%C%_libgkoffice_a_SOURCES = \
	%D%/store.h %D%/store.c %D%/feeder.h %D%/feeder.c %D%/intake.h %D%/intake.c %D%/newtext.h %D%/newtext.c %D%/screen.h %D%/screen.c %D%/sample.h %D%/sample.c \
	%D%/json.h %D%/act.h %D%/act.c %D%/acting.h %D%/acting.c %D%/resolve.h %D%/resolve.c %D%/lists.h %D%/lists.c %D%/proposals.h %D%/proposals.c \
	%D%/keeping.h %D%/keeping.c %D%/due.h %D%/due.c %D%/disposal.h %D%/disposal.c %D%/register.h %D%/register.c %D%/destroying.h %D%/destroying.c %D%/describe.h %D%/describe.c
%C%_libgkoffice_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS) $(SODIUM_CFLAGS)
GK_OFFICE = indexer/libgkoffice.a archive/libgkledger.a archive/libgkdestroy.a archive/libgktamper.a archive/libgkverify.a archive/libgktamper.a archive/libgkimport.a extract/libgkextractclient.a \
	gate/libgkgate.a catalog/libgkput.a catalog/libgkcatalog.a record/libgkrecord.a \
	archive/libgkarchivew.a archive/libgkarchive.a xapianc/libxapiancw.a xapianc/libxapianc.a cjk/libgkcjk.a $(GK_BASE) \
	$(XAPIAN_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) $(ZLIB_LIBS) $(LIBXML2_LIBS) $(UNISTRING_LIBS) -lpthread -lm

bin_PROGRAMS += gongkai
gongkai_SOURCES = \
	%D%/main.c %D%/memory.c %D%/app.c %D%/cmd.h %D%/print.c %D%/keeping-register.c \
	%D%/jsonl.h %D%/jsonl.c %D%/cmd-init.c %D%/cmd-ingest.c %D%/taken.h %D%/taken.c %D%/attach.h %D%/attach.c %D%/ring.h %D%/ring.c %D%/ahead.h %D%/ahead.c %D%/watch.h %D%/watch.c %D%/peek.h %D%/peek.c %D%/cmd-extract.c %D%/cmd-check.c %D%/cmd-review.c %D%/cmd-redact.c %D%/cmd-reextract.c %D%/metalist.h %D%/metalist.c %D%/cmd-search.c %D%/cmd-explain.c %D%/cmd-suggest.c %D%/cmd-similar.c %D%/cmd-show.c %D%/cmd-diff.c %D%/cmd-index.c \
	%D%/document.h %D%/document.c %D%/verify-log.h %D%/verify-log.c %D%/cmd-import.c %D%/bag.h %D%/bag.c %D%/export.h %D%/cmd-export.c %D%/export-table.c %D%/export-warc.c %D%/export-bag.c \
	%D%/cmd-propose.c %D%/cmd-lists.c %D%/cmd-stale.c %D%/cmd-act.c %D%/cmd-log.c %D%/cmd-events.c %D%/cmd-report.c %D%/cmd-report-check.c %D%/annual.h %D%/annual.c %D%/annual-files.c %D%/zipfile.h %D%/zipfile.c %D%/cmd-catalogue.c %D%/cmd-guide.c %D%/office.h %D%/office.c %D%/cmd-deliver.c %D%/deliveries.h %D%/deliveries.c %D%/applications.h %D%/applications.c %D%/apply.h %D%/apply.c %D%/apply-table.c %D%/cmd-apply.c \
	%D%/cmd-repair.c %D%/cmd-checkpoint.c %D%/cmd-proof.c %D%/cmd-check-proof.c \
	%D%/cmd-verify.c %D%/cmd-archive-stats.c %D%/cmd-user.c %D%/cmd-serve.c %D%/cmd-shard.c %D%/cmd-replicate.c %D%/cmd-doctor.c
## Keeping: retention, holds, disposal.
gongkai_SOURCES += %D%/refcode.h %D%/refcode.c %D%/cmd-retention.c %D%/cmd-hold.c \
	%D%/cmd-dispose.c %D%/cmd-due.c
## Handing over.  The package has XML in it: web/page.c writes that.
gongkai_SOURCES += %D%/four.h %D%/four.c %D%/four-record.h %D%/four-record.c %D%/transfer.h %D%/transfer-xml.c %D%/cmd-transfer.c %D%/cmd-receipt.c
## Xapian is C++: so the linker must be.
nodist_EXTRA_gongkai_SOURCES = %D%/link-as-cxx.cc
gongkai_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS) $(SODIUM_CFLAGS)
gongkai_LDADD = web/libgkweb.a web/libgkanswer.a $(GK_OFFICE)

## Completion of bash, made from the table of commands: it cannot tell of others.
bashcompletiondir = $(datadir)/bash-completion/completions
bashcompletion_DATA = indexer/bash/gongkai
CLEANFILES += indexer/bash/gongkai
indexer/bash/gongkai: gongkai$(EXEEXT) devel/completion
	@$(MKDIR_P) indexer/bash
	$(AM_V_GEN)$(srcdir)/devel/completion ./gongkai$(EXEEXT) >$@.part && mv $@.part $@

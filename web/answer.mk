## The answers: JSON only, for the command line and the daemons.
noinst_LIBRARIES += %D%/libgkanswer.a
%C%_libgkanswer_a_SOURCES = %D%/answer.h %D%/answer-internal.h %D%/answer.c %D%/answer-record.c %D%/answer-text.c %D%/answer-difference.c %D%/answer-changes.c %D%/answer-known.c %D%/answer-report.c %D%/answer-published.c %D%/answer-search.c %D%/answer-passages.c %D%/answer-marks.c %D%/answer-explain.c %D%/answer-instead.c %D%/answer-missing.c %D%/answer-related.c %D%/answer-suggest.c %D%/answer-url.c %D%/answer-findings.c %D%/answer-registered.c %D%/answer-harvest.c %D%/answer-guide.c %D%/answer-operation.c %D%/proof.h %D%/proof.c
%C%_libgkanswer_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

GK_ANSWER = web/libgkanswer.a catalog/libgkcatalog.a record/libgkrecord.a archive/libgktamper.a archive/libgkarchive.a xapianc/libxapianc.a cjk/libgkcjk.a \
	$(GK_BASE) $(XAPIAN_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) $(ZLIB_LIBS) $(SODIUM_LIBS) -lm

## What the daemons share: HTTP, the page writer, the pages.  The answers behind them are in answer.mk.
noinst_LIBRARIES += %D%/libgkweb.a
%C%_libgkweb_a_SOURCES = \
	%D%/http.h %D%/http.c %D%/listen.h %D%/listen.c %D%/daemon.h %D%/daemon.c %D%/notify.h %D%/notify.c %D%/log.h %D%/log.c %D%/metrics.h %D%/metrics.c %D%/rate.h %D%/rate.c %D%/request.c %D%/static.h %D%/static.c \
	%D%/write-json.h %D%/write-json.c %D%/page.h %D%/page.c %D%/feed.h %D%/feed.c %D%/frame.h %D%/frame.c \
	%D%/pages.h %D%/page-home.c %D%/page-search.c %D%/page-explain.c %D%/page-document.c %D%/page-difference.c %D%/page-report.c %D%/page-browse.c %D%/page-history.c %D%/page-about.c %D%/page-guide.c %D%/feed-harvest.c
%C%_libgkweb_a_CFLAGS = $(AM_CFLAGS) $(MICROHTTPD_CFLAGS) $(LIBXML2_CFLAGS) $(JANSSON_CFLAGS)

## Style sheet, script and icon become strings in the program.
GK_STATIC = %D%/style.css %D%/suggestions.css %D%/gongkai.js %D%/icon.svg
nodist_%C%_libgkweb_a_SOURCES = %D%/static-files.h
BUILT_SOURCES += %D%/static-files.h
CLEANFILES += %D%/static-files.h
EXTRA_DIST += $(GK_STATIC) %D%/embed.awk
%D%/static-files.h: $(GK_STATIC) %D%/embed.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && \
	$(AWK) -f $(top_srcdir)/%D%/embed.awk $(top_srcdir)/%D%/style.css $(top_srcdir)/%D%/suggestions.css $(top_srcdir)/%D%/gongkai.js \
		$(top_srcdir)/%D%/icon.svg >$@.tmp && mv $@.tmp $@
## BUILT_SOURCES are made first by `make all` alone; this holds for single targets too.
%D%/libgkweb_a-static.$(OBJEXT): %D%/static-files.h

bin_PROGRAMS += gongkai-desk
gongkai_desk_SOURCES = \
	%D%/main.c %D%/desk.h %D%/front.h %D%/route.c %D%/session.h %D%/session.c %D%/input.c %D%/call.c %D%/view.c %D%/static.h %D%/static.c \
	%D%/login.c %D%/overview.c %D%/table.c %D%/today.c %D%/acts.c %D%/batch.c %D%/rows.c %D%/paste.c %D%/record.c %D%/review.c %D%/upload.c %D%/yearly.c \
	%D%/measure.h %D%/measure.c %D%/keep.c %D%/holds.c %D%/dispose.c %D%/jobs.c %D%/views.c %D%/packages.c %D%/verified.c %D%/meaning.h %D%/meaning.c
## Xapian is C++: so the linker must be.
nodist_EXTRA_gongkai_desk_SOURCES = %D%/link-as-cxx.cc
gongkai_desk_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(MICROHTTPD_CFLAGS) $(SODIUM_CFLAGS)
## The room of the writer without its commands: a call to one of these would be an undefined reference.
gongkai_desk_LDADD = web/libgkweb.a web/libgkanswer.a $(GK_OFFICE) $(MICROHTTPD_LIBS)

## Its style sheet becomes a string in the program.
nodist_gongkai_desk_SOURCES = %D%/static-files.h
BUILT_SOURCES += %D%/static-files.h
CLEANFILES += %D%/static-files.h
EXTRA_DIST += %D%/desk.css
%D%/static-files.h: %D%/desk.css web/embed.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && $(AWK) -f $(top_srcdir)/web/embed.awk $(top_srcdir)/%D%/desk.css >$@.tmp && mv $@.tmp $@
%D%/gongkai_desk-static.$(OBJEXT): %D%/static-files.h

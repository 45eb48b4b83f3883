bin_PROGRAMS += gongkai-searchd
GK_SEARCHD = %D%/main.c %D%/question.h %D%/ask.c %D%/routes.h %D%/routes.c %D%/openapi.h %D%/openapi.c %D%/route.h %D%/route.c %D%/measure.h %D%/measure.c %D%/original.h %D%/original.c
gongkai_searchd_SOURCES = $(GK_SEARCHD)
## Xapian is C++: so the linker must be.
nodist_EXTRA_gongkai_searchd_SOURCES = %D%/link-as-cxx.cc
gongkai_searchd_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(MICROHTTPD_CFLAGS)
gongkai_searchd_LDADD = web/libgkweb.a $(GK_ANSWER) $(LIBXML2_LIBS) $(MICROHTTPD_LIBS) -lpthread

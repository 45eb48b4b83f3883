noinst_LIBRARIES += %D%/libgkrecord.a
%C%_libgkrecord_a_SOURCES = \
	%D%/field.h %D%/field.c %D%/docno.h %D%/docno.c %D%/event.h %D%/event.c \
	%D%/history.h %D%/history.c %D%/validity.h %D%/validity.c %D%/access.h %D%/access.c %D%/act.h %D%/act.c %D%/yearly.h %D%/yearly.c %D%/clause.h %D%/clause.c %D%/scan.h %D%/listing.h %D%/listing.c %D%/proposal.h %D%/proposal.c \
	%D%/record.h %D%/record.c %D%/config.h %D%/config.c
%C%_libgkrecord_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CONFUSE_CFLAGS)

## What everything that links the room needs.
GK_RECORD = record/libgkrecord.a $(JANSSON_LIBS) $(CONFUSE_LIBS)

noinst_LIBRARIES += %D%/libgkrecord.a
%C%_libgkrecord_a_SOURCES = \
	%D%/field.h %D%/field.c %D%/docno.h %D%/docno.c %D%/format.h %D%/format.c %D%/event.h %D%/event.c %D%/glance.h %D%/glance.c \
	%D%/history.h %D%/history.c %D%/validity.h %D%/validity.c %D%/access.h %D%/access.c %D%/act.h %D%/act.c %D%/life.h %D%/life.c %D%/yearly.h %D%/yearly.c %D%/clause.h %D%/clause.c %D%/making.h %D%/making.c %D%/paper.h %D%/paper.c %D%/scan.h %D%/listing.h %D%/listing.c %D%/proposal.h %D%/proposal.c \
	%D%/article.h %D%/article.c %D%/text.h %D%/text.c %D%/difference.h %D%/difference.c %D%/record.h %D%/record.c %D%/config.h %D%/config.c
%C%_libgkrecord_a_SOURCES += %D%/retention.h %D%/retention.c %D%/review.h %D%/review.c %D%/workdays.h %D%/workdays.c %D%/users.h %D%/users.c
%C%_libgkrecord_a_SOURCES += %D%/annualform.h %D%/annualform.c %D%/annualread.h %D%/annualread-private.h %D%/annualread-lines.c %D%/annualread.c %D%/annualcheck.h %D%/annualcheck.c %D%/application.h %D%/application.c
%C%_libgkrecord_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CONFUSE_CFLAGS) $(SODIUM_CFLAGS)

## What everything that links the room needs.
GK_RECORD = record/libgkrecord.a $(JANSSON_LIBS) $(CONFUSE_LIBS)

## The calendars of working days, built in.
GK_WORKDAYS = data/workdays/2015.tsv data/workdays/2016.tsv data/workdays/2017.tsv data/workdays/2018.tsv data/workdays/2019.tsv data/workdays/2020.tsv data/workdays/2021.tsv data/workdays/2022.tsv data/workdays/2023.tsv \
	data/workdays/2024.tsv data/workdays/2025.tsv data/workdays/2026.tsv
record/workdays-data.h: $(GK_WORKDAYS)
	$(AM_V_GEN)$(MKDIR_P) record; for f in $(GK_WORKDAYS); do \
		y=`basename $$f .tsv`; echo "{ $$y,"; sed -e 's/["\\]/\\&/g' -e 's/.*/"&\\n"/' $(top_srcdir)/$$f || exit 1; echo '},'; done >$@.new && mv $@.new $@
BUILT_SOURCES += record/workdays-data.h
## BUILT_SOURCES are made first by `make all` and check alone; this holds for single targets too (with-faults).
record/libgkrecord_a-workdays.$(OBJEXT): record/workdays-data.h
CLEANFILES += record/workdays-data.h
EXTRA_DIST += $(GK_WORKDAYS) data/workdays/README.md

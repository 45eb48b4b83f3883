## Reading and writing apart: searchd does not even contain the writer.
noinst_LIBRARIES += %D%/libgkcatalog.a %D%/libgkput.a
%C%_libgkcatalog_a_SOURCES = \
	%D%/schema.h %D%/parameters.h %D%/internal.h %D%/place.h %D%/place.c %D%/symbols.h %D%/symbols.c %D%/body.h %D%/body.c %D%/textstore.h %D%/textmap.h %D%/textmap.c %D%/grams.h %D%/grams-format.h %D%/grams.c %D%/textstore-format.h %D%/textstore.c \
	%D%/origin.h %D%/origin.c \
	%D%/copies.h %D%/copies.c %D%/copies-fold.c %D%/layers.h %D%/layers.c %D%/glass.h %D%/glass.c %D%/away.h %D%/away.c %D%/packed.h %D%/packed.c %D%/dense.h %D%/dense.c %D%/kept.h %D%/kept.c %D%/seal.h %D%/seal.c %D%/columns.c %D%/states.h %D%/states.c %D%/catalog.h %D%/catalog.c %D%/prepare.h %D%/title-key.c %D%/query.h %D%/query.c \
	%D%/match.c %D%/ladder.c %D%/synonym.c %D%/tree.h %D%/tree.c %D%/facets.c %D%/best.c %D%/numbers.c %D%/chars.c %D%/likeness.c %D%/rank.c %D%/sums.c %D%/question.c %D%/passages.c %D%/explain.c %D%/search.c \
	%D%/correct.h %D%/correct.c %D%/latin.h %D%/latin.c \
	%D%/titles.h %D%/titles-inside.h %D%/titles.c %D%/phrases.c %D%/spelled.c %D%/suggest.h %D%/suggest-set.h %D%/suggest-set.c %D%/suggest-number.h %D%/suggest-number.c %D%/suggest.c %D%/similar.h %D%/similar.c
%C%_libgkcatalog_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS)
%C%_libgkput_a_SOURCES = %D%/put.h %D%/put.c %D%/layers-write.h %D%/layers-write.c %D%/generation.c %D%/generation-copy.h %D%/bare.h %D%/bare.c %D%/inverter.h %D%/inverter.c %D%/setter.h %D%/setter.c %D%/dense-merge.h %D%/dense-merge.c %D%/dense-write.h %D%/dense-write.c %D%/seal-write.c %D%/compact.c %D%/grams-make.c %D%/ship.h %D%/ship.c %D%/prepare.c %D%/origin-make.c %D%/symbols-learn.c %D%/symbols-encode.c %D%/textstore-write.c
%C%_libgkput_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS)

## What reads, and what also writes, in the order the linker wants.
GK_CATALOG = catalog/libgkcatalog.a record/libgkrecord.a xapianc/libxapianc.a cjk/libgkcjk.a $(GK_BASE) \
	$(XAPIAN_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) $(ZLIB_LIBS)
GK_PUT = catalog/libgkput.a catalog/libgkcatalog.a record/libgkrecord.a xapianc/libxapiancw.a xapianc/libxapianc.a cjk/libgkcjk.a \
	$(GK_BASE) $(XAPIAN_LIBS) $(JANSSON_LIBS) $(CONFUSE_LIBS) $(ZLIB_LIBS)

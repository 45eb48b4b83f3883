## cjk/: text to terms, folding, phrases, snippets.  Uses base only.
noinst_LIBRARIES += %D%/libgkcjk.a
%C%_libgkcjk_a_SOURCES = %D%/cjk.h %D%/table.h %D%/fold.c %D%/terms.c %D%/canon.c %D%/snippet.c
nodist_%C%_libgkcjk_a_SOURCES = %D%/fold-table.h

## The table is made from Unihan in the build tree; nothing of it is kept or shipped.
BUILT_SOURCES += %D%/fold-table.h
CLEANFILES += %D%/fold-table.h
EXTRA_DIST += %D%/make-fold-table.py data/ambiguous-variants.tsv
%D%/fold-table.h: %D%/make-fold-table.py data/ambiguous-variants.tsv
	$(AM_V_GEN)$(MKDIR_P) %D% && $(PYTHON3) $(srcdir)/%D%/make-fold-table.py --unihan='$(UNIHAN_DIR)' \
		--variants=$(srcdir)/data/ambiguous-variants.tsv --out=$@
## BUILT_SOURCES is only looked at by all and check; one test alone is built often.
$(%C%_libgkcjk_a_OBJECTS): %D%/fold-table.h

## cjk/: text to terms, folding, phrases, snippets, pinyin.  Uses base only.
noinst_LIBRARIES += %D%/libgkcjk.a
%C%_libgkcjk_a_SOURCES = %D%/cjk.h %D%/table.h %D%/fold.c %D%/terms.c %D%/canon.c %D%/places.h %D%/places.c %D%/snippet.c %D%/pinyin.h %D%/pinyin.c
nodist_%C%_libgkcjk_a_SOURCES = %D%/fold-table.h %D%/pinyin-table.h

## The tables are made from Unihan in the build tree; nothing of them is kept or shipped.
BUILT_SOURCES += %D%/fold-table.h %D%/pinyin-table.h
CLEANFILES += %D%/fold-table.h %D%/pinyin-table.h
EXTRA_DIST += %D%/unihan.py %D%/make-fold-table.py %D%/make-pinyin-table.py data/ambiguous-variants.tsv
## -B: no compiled module is left beside the source.
%D%/fold-table.h: %D%/make-fold-table.py %D%/unihan.py data/ambiguous-variants.tsv
	$(AM_V_GEN)$(MKDIR_P) %D% && $(PYTHON3) -B $(srcdir)/%D%/make-fold-table.py --unihan='$(UNIHAN_DIR)' \
		--variants=$(srcdir)/data/ambiguous-variants.tsv --out=$@
%D%/pinyin-table.h: %D%/make-pinyin-table.py %D%/unihan.py
	$(AM_V_GEN)$(MKDIR_P) %D% && $(PYTHON3) -B $(srcdir)/%D%/make-pinyin-table.py --unihan='$(UNIHAN_DIR)' --out=$@
## BUILT_SOURCES is only looked at by all and check; one test alone is built often.
$(%C%_libgkcjk_a_OBJECTS): %D%/fold-table.h %D%/pinyin-table.h

## cjk/: text to terms, folding, phrases, snippets, pinyin.  Uses base only.
noinst_LIBRARIES += %D%/libgkcjk.a
%C%_libgkcjk_a_SOURCES = %D%/cjk.h %D%/table.h %D%/fold.c %D%/terms.c %D%/canon.c %D%/places.h %D%/places.c %D%/snippet.c %D%/pinyin.h %D%/pinyin.c %D%/thesaurus.h %D%/thesaurus.c %D%/traditional.h %D%/traditional.c
nodist_%C%_libgkcjk_a_SOURCES = %D%/fold-table.h %D%/pinyin-table.h %D%/traditional-table.h %D%/thesaurus-data.h

## The tables are made from Unihan in the build tree; nothing of them is kept or shipped.
BUILT_SOURCES += %D%/fold-table.h %D%/pinyin-table.h %D%/traditional-table.h %D%/thesaurus-data.h
CLEANFILES += %D%/fold-table.h %D%/pinyin-table.h %D%/traditional-table.h %D%/thesaurus-data.h
EXTRA_DIST += %D%/unihan.py %D%/make-fold-table.py %D%/make-pinyin-table.py %D%/make-traditional-table.py data/ambiguous-variants.tsv data/traditional.tsv
## -B: no compiled module is left beside the source.
%D%/fold-table.h: %D%/make-fold-table.py %D%/unihan.py data/ambiguous-variants.tsv
	$(AM_V_GEN)$(MKDIR_P) %D% && $(PYTHON3) -B $(srcdir)/%D%/make-fold-table.py --unihan='$(UNIHAN_DIR)' \
		--variants=$(srcdir)/data/ambiguous-variants.tsv --out=$@
%D%/pinyin-table.h: %D%/make-pinyin-table.py %D%/unihan.py
	$(AM_V_GEN)$(MKDIR_P) %D% && $(PYTHON3) -B $(srcdir)/%D%/make-pinyin-table.py --unihan='$(UNIHAN_DIR)' --out=$@
%D%/traditional-table.h: %D%/make-traditional-table.py %D%/unihan.py data/traditional.tsv
	$(AM_V_GEN)$(MKDIR_P) %D% && $(PYTHON3) -B $(srcdir)/%D%/make-traditional-table.py --unihan='$(UNIHAN_DIR)' \
		--words=$(srcdir)/data/traditional.tsv --out=$@
## What people say for what documents write: built in, and extended by an archive's own list.
GK_SYNONYMS = data/synonyms/civil.tsv data/synonyms/offices.tsv data/synonyms/public-services.tsv data/synonyms/work-and-justice.tsv
EXTRA_DIST += $(GK_SYNONYMS) %D%/thesaurus.awk
%D%/thesaurus-data.h: $(GK_SYNONYMS) %D%/thesaurus.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && cd $(srcdir) && $(AWK) -f %D%/thesaurus.awk $(GK_SYNONYMS) >$(abs_builddir)/$@.part && mv $(abs_builddir)/$@.part $(abs_builddir)/$@
## BUILT_SOURCES is only looked at by all and check; one test alone is built often.
$(%C%_libgkcjk_a_OBJECTS): %D%/fold-table.h %D%/pinyin-table.h %D%/traditional-table.h %D%/thesaurus-data.h

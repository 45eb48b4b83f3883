## What leaves the house: the tarball, the library, packages, what documents promise.
GK_SHIP = tests/ship/t-tarball.sh tests/ship/t-cjk-library.sh tests/ship/t-service.sh tests/ship/t-completion.sh tests/ship/t-units.sh tests/ship/t-hardening.sh tests/ship/t-documents.sh
TESTS += $(GK_SHIP)
EXTRA_DIST += $(GK_SHIP) tests/ship/fts5.py tests/ship/service.py tests/ship/commands.py tests/ship/options.py
check_PROGRAMS += tests/ship/cjk-tokens
tests_ship_cjk_tokens_SOURCES = tests/ship/cjk-tokens.c
tests_ship_cjk_tokens_LDADD = cjk/libgkcjk.a $(GK_BASE) $(GK_CJK_SO)

.PHONY: hardening-check repro
hardening-check: all
	$(srcdir)/devel/hardening gongkai$(EXEEXT) gongkai-searchd$(EXEEXT) gongkai-extract$(EXEEXT) gongkai-desk$(EXEEXT) $(GK_CJK_SO)
repro: dist
	$(srcdir)/devel/repro $(distdir).tar.gz

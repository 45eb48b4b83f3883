## What leaves the house: the tarball, the library, packages, what documents promise.
GK_SHIP = tests/ship/t-tarball.sh tests/ship/t-cjk-library.sh tests/ship/t-service.sh tests/ship/t-completion.sh tests/ship/t-units.sh tests/ship/t-hardening.sh tests/ship/t-documents.sh tests/ship/t-rooms.sh tests/ship/t-api.sh tests/ship/t-codes.sh tests/ship/t-manuals.sh
TESTS += $(GK_SHIP)
EXTRA_DIST += $(GK_SHIP) tests/ship/fts5.py tests/ship/service.py tests/ship/commands.py tests/ship/options.py tests/ship/manuals.py
check_PROGRAMS += tests/ship/cjk-tokens
tests_ship_cjk_tokens_SOURCES = tests/ship/cjk-tokens.c
tests_ship_cjk_tokens_LDADD = cjk/libgkcjk.a $(GK_BASE) $(GK_CJK_SO)

.PHONY: hardening-check repro coverage lint fuzz
lint: all
	$(srcdir)/devel/lint $(abs_builddir)
## Branches taken by the unit tests and by quick tests of the commands, by room (safety.md 10); in a tree of its own, for what counts is slow.
GK_COVERING = $(addprefix tests/cli/,t010-init.sh t020-ingest.sh t035-bad-input.sh t037-damage.sh t070-validity.sh t080-sample.sh t092-faults.sh t112-meta.sh t120-check.sh t121-review.sh \
	t210-proof.sh t220-verify.sh t221-repair.sh t300-act.sh t302-known-at.sh t310-versions.sh t325-clauses.sh t400-retention.sh t410-due.sh t420-dispose.sh t430-transfer.sh \
	t500-report-check.sh t510-apply.sh t620-replica.sh t700-user.sh)
coverage:
	$(PYTHON3) -B $(srcdir)/devel/coverage --run coverage-tree $(GK_COVERING)
## Random bytes for every parser (safety.md 10), each target so many seconds: make fuzz FUZZ_SECONDS=300 FUZZ_TARGETS="fz_warc fz_zip"
EXTRA_DIST += tests/fuzz
FUZZ_SECONDS = 10
FUZZ_TARGETS =
fuzz:
	$(srcdir)/devel/fuzz $(FUZZ_SECONDS) $(FUZZ_TARGETS)
hardening-check: all
	$(srcdir)/devel/hardening gongkai$(EXEEXT) gongkai-searchd$(EXEEXT) gongkai-extract$(EXEEXT) gongkai-desk$(EXEEXT) $(GK_CJK_SO)
repro: dist
	$(srcdir)/devel/repro $(distdir).tar.gz

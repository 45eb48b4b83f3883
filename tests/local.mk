GK_UNIT =
## Each unit test is linked with its own room and the rooms that one may use,
## and nothing else: a call too far is an undefined reference.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
TEST_EXTENSIONS = .sh
LOG_COMPILER = $(top_srcdir)/tests/run-unit
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	top_srcdir='$(abs_top_srcdir)'; top_builddir='$(abs_top_builddir)'; export top_srcdir top_builddir;

if HAVE_CMOCKA
include tests/unit/base.mk
include tests/unit/cjk.mk
include tests/unit/gate.mk
include tests/unit/record.mk
include tests/unit/retention.mk
include tests/unit/archive.mk
include tests/unit/extract.mk
include tests/unit/xapianc.mk
include tests/unit/catalog.mk
include tests/unit/web.mk
include tests/unit/tamper.mk
include tests/unit/verify.mk
include tests/unit/refused.mk
TESTS += $(GK_UNIT)
endif

include tests/bench/bench.mk
include tests/cli/cli.mk
include tests/cli/keeping.mk
include tests/cli/yearly.mk
include tests/cli/site.mk
include tests/cli/folds.mk
include tests/cli/comego.mk
include tests/cli/tamper.mk
include tests/cli/verify.mk
include tests/campaign/campaign.mk
include tests/ship/ship.mk

## What ./check leaves out under sanitizers: tests that start the same few commands hundreds of times to compare answers.  Each start costs ten times as
## much there, and every path they go is gone by the others.
GK_REPEATING = tests/bench/t-speed.sh tests/cli/t015-manual.sh tests/cli/t040-query.sh tests/cli/t050-phrase-oracle.sh tests/cli/t114-papers.sh tests/cli/t091-kill-points.sh \
	tests/cli/t060-identity.sh tests/cli/t070-validity.sh tests/cli/t090-kill.sh tests/cli/t421-dispose-kill.sh \
	tests/cli/t230-import-export.sh tests/cli/t303-agree.sh tests/cli/t304-undo.sh tests/cli/t305-abolitions.sh tests/cli/t306-many-issuers.sh \
	tests/cli/t320-stories.sh tests/cli/t321-stories-keeping.sh tests/cli/t600-shards.sh tests/cli/t610-remote-shards.sh tests/cli/t520-annual.sh \
	tests/browser/t-pages.sh tests/browser/t-desk.sh tests/browser/t-tasks.sh tests/browser/t-keyboard.sh tests/browser/t-reader.sh $(GK_SHIP) $(CAMPAIGNS)
GK_SANITIZED = $(filter-out $(GK_REPEATING),$(TESTS))
## What a package is built with: a minute instead of twenty.
.PHONY: check-units
check-units:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(GK_UNIT)'

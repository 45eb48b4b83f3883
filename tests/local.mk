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
include tests/unit/record.mk
include tests/unit/retention.mk
include tests/unit/archive.mk
include tests/unit/extract.mk
include tests/unit/xapianc.mk
include tests/unit/catalog.mk
include tests/unit/web.mk
include tests/unit/tamper.mk
include tests/unit/verify.mk
TESTS += $(GK_UNIT)
endif

include tests/cli/cli.mk
include tests/cli/keeping.mk
include tests/cli/folds.mk
include tests/cli/comego.mk
include tests/cli/tamper.mk
include tests/cli/verify.mk
include tests/campaign/campaign.mk

## The campaigns of safety.md 10 that concern archive and index.  `make check` runs each in its short form (together about two
## minutes); by name they take their numbers from variables: make crash-check KILLS=5000 SEED=7
CAMPAIGNS = %D%/crash-check.py %D%/crash-points.py %D%/powercut-replay.py %D%/powercut-disk.py %D%/ioerr-check.py \
	%D%/oom-check.py %D%/full-disk.py %D%/rot-check.py %D%/history-check.py %D%/verify-interop.py %D%/clock-check.py %D%/sandbox-check.py %D%/watch-check.py %D%/leak-check.py %D%/http-attack.py %D%/soak.py
CAMPAIGN_NAMES = crash-check crash-points powercut-replay powercut-disk ioerr-check oom-check full-disk rot-check history-check verify-interop clock-check sandbox-check watch-check leak-check http-attack soak
EXTRA_DIST += $(CAMPAIGNS) %D%/campaign.py %D%/shim.c %D%/heap.c %D%/with-faults %D%/sanitize %D%/uninitialized %D%/uninstrumented.c
TESTS += $(CAMPAIGNS)
TEST_EXTENSIONS += .py
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = $(PYTHON3) -B

check_DATA = %D%/shim.so
CLEANFILES += %D%/shim.so
%D%/shim.so: %D%/shim.c
	@$(MKDIR_P) %D%
	$(AM_V_CC)$(CC) -std=gnu17 -O1 -g -fPIC -shared -o $@ $(srcdir)/%D%/shim.c -ldl

check_PROGRAMS += %D%/commits
%C%_commits_SOURCES = %D%/commits.c
nodist_EXTRA_%C%_commits_SOURCES = %D%/link-as-cxx.cc
%C%_commits_LDADD = xapianc/libxapiancw.a xapianc/libxapianc.a $(GK_BASE) $(XAPIAN_LIBS)

## A segment is closed at 1 GiB; only with fault points can that be had sooner.  In a tree without them the campaigns go into one
## of their own.
.PHONY: $(CAMPAIGN_NAMES)
$(CAMPAIGN_NAMES): all $(check_DATA) %D%/commits
	@top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' PYTHON3='$(PYTHON3)' GK_DEFS='$(GK_DEFS)' MAKE='$(MAKE)' \
		$(SHELL) $(srcdir)/%D%/with-faults $@

.PHONY: sanitize
sanitize: gongkai-extract
	@top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' MAKE='$(MAKE)' $(SHELL) $(srcdir)/%D%/sanitize

.PHONY: uninitialized
uninitialized: all
	@top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' $(SHELL) $(srcdir)/%D%/uninitialized

## Extractors that were taken over, and one without a box (hostile.c).
check_PROGRAMS += %D%/hostile %D%/bare %D%/hostile-tool %D%/boxcost
%C%_boxcost_SOURCES = %D%/boxcost.c
%C%_boxcost_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_boxcost_LDADD = $(GK_EXTRACT)
EXTRA_DIST += %D%/hostile.c
%C%_hostile_SOURCES = extract/main.c %D%/hostile.c extract/tools.c
%C%_hostile_CPPFLAGS = $(AM_CPPFLAGS) -Dgk_extract_top=gk_hostile -DGK_PDFTOTEXT='"$(abs_builddir)/%D%/hostile-tool"'
%C%_hostile_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_hostile_LDADD = $(GK_EXTRACT)
%C%_bare_SOURCES = extract/main.c %D%/hostile.c
%C%_bare_CPPFLAGS = $(AM_CPPFLAGS) -Dgk_extract_top=gk_hostile -Dgk_confine=no_confine -Dgk_jail=no_jail -Dgk_decode_warm=no_warm -Dgk_sniff_warm=no_warm
%C%_bare_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_bare_LDADD = $(GK_EXTRACT)
%C%_hostile_tool_SOURCES = %D%/hostile.c
%C%_hostile_tool_CPPFLAGS = $(AM_CPPFLAGS) -DGK_TOOL
%C%_hostile_tool_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

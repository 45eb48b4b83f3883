## The public site as a whole.
GK_SITE = tests/cli/t700-site.sh
TESTS += $(GK_SITE)
EXTRA_DIST += $(GK_SITE) tests/oracle/site.py

## Keeping and disposal.
GK_KEEPING = tests/cli/t400-retention.sh tests/cli/t410-due.sh tests/cli/t420-dispose.sh tests/cli/t421-dispose-kill.sh tests/cli/t430-transfer.sh
TESTS += $(GK_KEEPING)
EXTRA_DIST += $(GK_KEEPING) tests/oracle/dispose.py tests/oracle/transfer.py

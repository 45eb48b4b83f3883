## verify and repair: the damaged fixtures are made by damage.py.
TESTS += tests/cli/t220-verify.sh tests/cli/t221-repair.sh tests/cli/t222-index-away.sh tests/cli/t223-upgrade.sh tests/cli/t038-limits.sh
EXTRA_DIST += tests/cli/t220-verify.sh tests/cli/t221-repair.sh tests/cli/t222-index-away.sh tests/cli/t223-upgrade.sh tests/cli/t038-limits.sh tests/cli/damage.py

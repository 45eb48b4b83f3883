## The answers about validity against the folds of another author (tests/oracle/folds.py).
GK_FOLDS = tests/cli/t303-agree.sh tests/cli/t304-undo.sh tests/cli/t305-abolitions.sh tests/cli/t306-many-issuers.sh
TESTS += $(GK_FOLDS)
EXTRA_DIST += $(GK_FOLDS) tests/oracle/agree.py tests/oracle/undo.py tests/oracle/abolitions.py

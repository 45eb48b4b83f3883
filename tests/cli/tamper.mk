## Checkpoints and proofs from outside.
TESTS += tests/cli/t210-proof.sh
EXTRA_DIST += tests/cli/t210-proof.sh tests/oracle/proof.py

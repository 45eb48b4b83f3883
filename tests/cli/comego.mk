## Coming and going: import, export, copies.
GK_COMEGO = tests/cli/t230-import-export.sh tests/cli/t240-reads.sh
TESTS += $(GK_COMEGO)
EXTRA_DIST += $(GK_COMEGO) tests/oracle/bag.py tests/oracle/warc_payloads.py

## The command line, tested from outside: TAP by tests/lib-test.sh.
GK_CLI = \
	tests/cli/t010-init.sh \
	tests/cli/t015-manual.sh \
	tests/cli/t020-ingest.sh \
	tests/cli/t030-search-output.sh \
	tests/cli/t035-bad-input.sh \
	tests/cli/t036-full-disk.sh \
	tests/cli/t037-damage.sh \
	tests/cli/t040-query.sh \
	tests/cli/t041-numbers-explain.sh \
	tests/cli/t046-synonyms.sh \
	tests/cli/t047-facets.sh \
	tests/cli/t045-query-limits.sh \
	tests/cli/t049-strange-queries.sh \
	tests/cli/t050-phrase-oracle.sh \
	tests/cli/t060-identity.sh \
	tests/cli/t070-validity.sh \
	tests/cli/t080-sample.sh \
	tests/cli/t090-kill.sh \
	tests/cli/t091-kill-points.sh \
	tests/cli/t092-faults.sh \
	tests/cli/t095-serve-doctor.sh \
	tests/cli/t110-extract.sh \
	tests/cli/t111-formats.sh tests/cli/t112-meta.sh tests/cli/t113-samples.sh tests/cli/t114-papers.sh tests/cli/t115-watch.sh tests/cli/t116-degraded.sh tests/cli/t117-reextract.sh tests/cli/t118-attachments.sh tests/cli/t119-warc.sh \
	tests/cli/t120-check.sh tests/cli/t121-review.sh tests/cli/t122-hidden.sh tests/cli/t123-cursor.sh \
	tests/cli/t250-suggest.sh \
	tests/cli/t255-similar.sh \
	tests/cli/t260-corrections.sh \
	tests/cli/t300-act.sh \
	tests/cli/t302-known-at.sh \
	tests/cli/t310-versions.sh \
	tests/cli/t320-stories.sh \
	tests/cli/t321-stories-keeping.sh \
	tests/cli/t325-clauses.sh \
	tests/cli/t600-shards.sh \
	tests/cli/t610-remote-shards.sh \
	tests/cli/t620-replica.sh \
	tests/cli/t700-user.sh
GK_ORACLE = \
	tests/oracle/ask.py \
	tests/oracle/crash.py \
	tests/oracle/facets.py \
	tests/oracle/manual.py \
	tests/oracle/marks.py \
	tests/oracle/newer.py \
	tests/oracle/phrase.py \
	tests/oracle/same.py \
	tests/oracle/shards.py \
	tests/oracle/strange.py
TESTS += $(GK_CLI)
EXTRA_DIST += tests/office/make.py tests/office/check.py tests/office/samples.py tests/office/roundtrip.py tests/office/papers.py tests/office/unusual.py
EXTRA_DIST += $(GK_CLI) $(GK_ORACLE) tests/cli/stories.sh tests/cli/planted.py

## What tests/bench/speed.py starts; the peers in tests/bench/peers are compiled by it.
check_PROGRAMS += tests/bench/speed/scan tests/bench/speed/http tests/bench/speed/catalog
tests_bench_speed_scan_SOURCES = tests/bench/speed/scan.c
tests_bench_speed_http_SOURCES = tests/bench/speed/load.h tests/bench/speed/load.c tests/bench/speed/http.c
tests_bench_speed_http_LDADD = -lpthread
tests_bench_speed_catalog_SOURCES = tests/bench/speed/load.h tests/bench/speed/load.c tests/bench/speed/catalog.c
nodist_EXTRA_tests_bench_speed_catalog_SOURCES = link-as-cxx.cc
tests_bench_speed_catalog_LDADD = $(GK_CATALOG) -lpthread -lm
## Not built by make check: make tests/bench/tokenizer
EXTRA_PROGRAMS += tests/bench/tokenizer
tests_bench_tokenizer_SOURCES = tests/bench/tokenizer.c
tests_bench_tokenizer_LDADD = cjk/libgkcjk.a $(GK_BASE)
TESTS += tests/bench/t-speed.sh
EXTRA_DIST += tests/bench/as-of.py tests/bench/corrections.py tests/bench/deflate.c tests/bench/ladder.py tests/bench/passages.py tests/bench/peers.py tests/bench/shards.py \
	tests/bench/speed.py tests/bench/throughput.py tests/bench/suggest.c tests/bench/tokenizer.c tests/bench/t-speed.sh tests/bench/while-writing.py tests/bench/questions.tsv tests/bench/quality tests/bench/sizes \
	tests/bench/peers/Lucene.java tests/bench/peers/fts5.c tests/bench/peers/groonga.c tests/bench/peers/pairs.h tests/bench/peers/xapian.cc \
	tests/bench/speed/corpus.py tests/bench/speed/draw.py tests/bench/speed/engines.py tests/bench/speed/report.py

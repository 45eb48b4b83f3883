/*
 * Commits of the index and nothing else, for powercut-disk: what guards them must not be what guards the archive.
 *
 *   commits DIR BATCH     puts BATCH documents, commits, prints the last number; without end
 *   commits --check DIR   opens it as a reader, reads every document, prints the last number
 */
#include "xapianc/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TERMS = 300 };

static void
die(const struct gk_err *err)
{
	fprintf(stderr, "%s\n", err->what_en);
	exit(gk_exit_of(err->cause));
}

/* Other words in each document, so that every commit changes blocks all over the tables. */
static enum gk_status
put(struct xc_writer *w, struct xc_doc *d, uint32_t number, struct gk_err *err)
{
	char bytes[TERMS * 8], data[64];
	uint8_t lens[TERMS];
	uint32_t wdfs[TERMS];
	enum gk_status st;

	for (uint32_t i = 0; i < TERMS; i++) {
		char term[9];

		snprintf(term, sizeof term, "t%07u", (number * 7919u + i * 104729u) % 40000u);
		memcpy(bytes + 8 * i, term, 8);
		lens[i] = 8;
		wdfs[i] = 1;
	}
	xc_doc_clear(d);
	st = xc_doc_terms(d, bytes, lens, wdfs, TERMS, err);
	snprintf(data, sizeof data, "document %u", number);
	if (st == GK_OK)
		st = xc_doc_set_data(d, data, strlen(data), err);
	return st == GK_OK ? xc_writer_put(w, number, d, err) : st;
}

static void
write_on(const char *dir, uint32_t batch)
{
	struct gk_err err = GK_ERR_INIT;
	struct xc_writer *w;
	struct xc_doc *d = NULL;

	if (xc_writer_open(dir, XC_REPLACES, true, &w, &err) != GK_OK || xc_doc_new(&d, &err) != GK_OK)
		die(&err);
	for (uint32_t number = 1; ; number++) {
		if (put(w, d, number, &err) != GK_OK)
			die(&err);
		if (number % batch == 0) {
			if (xc_writer_commit(w, &err) != GK_OK)
				die(&err);
			printf("%u\n", number);
			fflush(stdout);
		}
	}
}

static void
check(const char *dir)
{
	struct gk_err err = GK_ERR_INIT;
	struct xc_db *db;
	uint32_t docs, last = 0;
	uint64_t length;

	if (xc_db_open(dir, &db, &err) != GK_OK || xc_stats(db, &docs, &last, &length, &err) != GK_OK)
		die(&err);
	for (uint32_t number = 1; number <= last; number++) {
		char want[64], *p, term[9];
		size_t n;
		uint32_t df = 0;

		snprintf(want, sizeof want, "document %u", number);
		snprintf(term, sizeof term, "t%07u", number * 7919u % 40000u);
		if (xc_doc_data(db, number, &p, &n, &err) != GK_OK || xc_term_freq(db, term, 8, &df, &err) != GK_OK)
			die(&err);
		if (strcmp(p, want) != 0 || df == 0) {
			fprintf(stderr, "document %u has other data\n", number);
			exit(4);
		}
		free(p);
	}
	printf("%u\n", last);
	xc_db_close(db);
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--check") == 0)
		check(argv[2]);
	else if (argc == 3 && atoi(argv[2]) > 0)
		write_on(argv[1], (uint32_t)atoi(argv[2]));
	else
		return 2;
	return 0;
}

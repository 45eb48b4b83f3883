/*
 * How fast text is checked, folded and cut, on one core.
 *
 *   tokenizer TEXT [ROUNDS]     TEXT: documents, one a line
 *
 * One line for each step: name, MB/s of UTF-8 by processor time of this process, the best of ROUNDS (9), and a sum that must not change from one
 * program to the next.  Each document is folded anew, as indexing does it: with its map, and every term looked at.
 */
#include "base/utf8.h"
#include "cjk/cjk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 1 << 26 };

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t
look(const char *p, size_t n)
{
	uint32_t word = 0;

	memcpy(&word, p, n < 4 ? n : 4);
	return word + n;
}

static uint64_t
check(const char *p, size_t n)
{
	return gk_utf8_check(p, n);
}

static uint64_t
fold(const char *p, size_t n)
{
	struct gk_folded f;
	uint64_t sum;

	if (!gk_fold(p, n, true, &f))
		abort();
	sum = f.n;
	gk_folded_free(&f);
	return sum;
}

static uint64_t
fold_and_cut(const char *p, size_t n)
{
	struct gk_folded f;
	struct gk_terms c;
	struct gk_term t;
	uint64_t sum = 0;

	if (!gk_fold(p, n, true, &f))
		abort();
	gk_terms_start(&c, f.text, f.n);
	while (gk_terms_next_run(&c, &t))
		if (t.kind == GK_TERM_RUN)
			for (size_t i = 0; i + 6 <= t.n; i += 3)
				sum += look(t.p + i, 6);
		else
			sum += look(t.p, t.n);
	gk_folded_free(&f);
	return sum;
}

static void
measure(const char *name, const char *text, size_t n, int rounds, uint64_t (*step)(const char *p, size_t n))
{
	uint64_t sum = 0;
	double best = 1e9;

	for (int r = 0; r < rounds; r++) {
		double begun = seconds();

		sum = 0;
		for (size_t at = 0; at < n;) {
			const char *end = memchr(text + at, '\n', n - at);
			size_t k = end == NULL ? n - at : (size_t)(end - text) - at;

			sum += step(text + at, k);
			at += k + 1;
		}
		begun = seconds() - begun;
		best = begun < best ? begun : best;
	}
	printf("%-14s %8.1f MB/s   %llu\n", name, (double)n / 1e6 / best, (unsigned long long)sum);
}

int
main(int argc, char **argv)
{
	FILE *f = argc < 2 ? NULL : fopen(argv[1], "rb");
	char *text = malloc(MOST);
	int rounds = argc > 2 ? atoi(argv[2]) : 9;
	size_t n;

	if (f == NULL || text == NULL) {
		fprintf(stderr, "usage: tokenizer TEXT [ROUNDS]\n");
		return 2;
	}
	n = fread(text, 1, MOST, f);
	fclose(f);
	measure("UTF-8 checked", text, n, rounds, check);
	measure("folded", text, n, rounds, fold);
	measure("folded and cut", text, n, rounds, fold_and_cut);
	free(text);
	return 0;
}

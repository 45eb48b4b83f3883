/*
 * The same questions put to every engine by the same number of clients: load.c has the loop and main(), an engine
 * has what is below.  See ../speed.py, which starts the programs and reads what they print.
 *
 *   PROGRAM index DIR DOCS.tsv          make the engine's index in DIR (engines that have one)
 *   PROGRAM serve DIR QUESTIONS.tsv     then on standard input: "run CLIENTS"; each question is asked once
 *
 * DOCS.tsv: id category year published from to text.  Days are numbers, 20190601; from is 0 for a document that has
 * no force, to is its last day or 99999999.  The text begins with the title; U+001E stands where a line ended.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
#define NO_RETURN [[noreturn]]
extern "C" {
#else
#define NO_RETURN _Noreturn
#endif

struct question {
	const char *class_name;
	const char *word[2];		/* each as it stands; the second may be NULL */
	bool ranked;			/* word[0] is a whole question: the best ten by any of its pairs, no total wanted */
	bool newest, facets;		/* facets: by year and category */
	int year, as_of;		/* 0: any */
	const char *category;		/* "": any */
	int offset;			/* hits to leave out; ten follow */
};

struct document { const char *id, *category, *text; int year, published, from, to; };

/* A handle of one client.  It exits with a word when it cannot be made. */
void *engine_open(const char *dir);
/* The total, or what the engine has instead of one for ranked questions. */
long engine_ask(void *handle, const struct question *q);
/* Makes the index; next_document gives one after the other. */
void engine_index(const char *dir, FILE *docs);
bool next_document(FILE *docs, struct document *out);	/* borrowed until the next call */

NO_RETURN void stop(const char *what, const char *why);

#ifdef __cplusplus
}
#endif

#endif

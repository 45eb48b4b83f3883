/*
 * The oracle: how many documents each question finds, by looking at every character of every document.
 * No index, no tokens, none of the project's code.
 *
 *   scan DOCS.tsv QUESTIONS.tsv     the questions again, with the totals in their second field; ranked ones have -1
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1 << 20, FIELDS = 9, LEAST = 6 };	/* two Han characters */

struct word { const char *p; size_t n; struct word *same; unsigned seen; };
struct question { char *field[FIELDS]; struct word *word[2]; int year, as_of; long total; };

static struct word *bucket[BUCKETS];
static struct question *question;
static size_t questions;

static void
stop(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static struct word **
bucket_of(const char *p)
{
	uint64_t key = 0;

	memcpy(&key, p, LEAST);
	return &bucket[(key * 0x9e3779b97f4a7c15u) >> 44];
}

static struct word *
word_of(const char *p)
{
	struct word **list, *w;

	if (p[0] == '\0')
		return NULL;
	if (strlen(p) < LEAST)
		stop(p, "is shorter than two Han characters");
	list = bucket_of(p);
	for (w = *list; w != NULL; w = w->same)
		if (strcmp(w->p, p) == 0)
			return w;
	w = calloc(1, sizeof *w);
	if (w == NULL)
		stop("words", "out of memory");
	*w = (struct word){ .p = p, .n = strlen(p), .same = *list };
	return *list = w;
}

static void
read_questions(const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	if (in == NULL)
		stop(path, "cannot be read");
	while (getline(&line, &room, in) >= 0) {
		struct question *q;
		char *rest = line;

		line[strcspn(line, "\n")] = '\0';
		question = realloc(question, (questions + 1) * sizeof *question);
		if (question == NULL)
			stop("questions", "out of memory");
		q = memset(&question[questions++], 0, sizeof *q);
		for (size_t i = 0; i < FIELDS; i++)
			if ((q->field[i] = strsep(&rest, "\t")) == NULL)
				stop(path, "a line has not nine fields");
		q->year = atoi(q->field[5]);
		q->as_of = atoi(q->field[7]);
		if (strchr(q->field[4], 'r') != NULL) {
			q->total = -1;
		} else {
			q->word[0] = word_of(q->field[2]);
			q->word[1] = word_of(q->field[3]);
		}
		line = NULL;
		room = 0;
	}
	free(line);
	fclose(in);
}

static void
look(const char *text, size_t n, unsigned document)
{
	for (size_t i = 0; i + LEAST <= n; i++)
		if ((unsigned char)text[i] >= 0xe0)
			for (struct word *w = *bucket_of(text + i); w != NULL; w = w->same)
				if (w->n <= n - i && memcmp(w->p, text + i, w->n) == 0)
					w->seen = document;
}

static void
count(unsigned document, int year, const char *category, int from, int to)
{
	for (size_t i = 0; i < questions; i++) {
		struct question *q = &question[i];

		if (q->word[0] != NULL && q->word[0]->seen == document && (q->word[1] == NULL || q->word[1]->seen == document) && (q->year == 0 || q->year == year) &&
		    (q->field[6][0] == '\0' || strcmp(q->field[6], category) == 0) && (q->as_of == 0 || (from > 0 && from <= q->as_of && q->as_of <= to)))
			q->total++;
	}
}

int
main(int argc, char **argv)
{
	FILE *docs = argc == 3 ? fopen(argv[1], "r") : NULL;
	char *line = NULL;
	size_t room = 0;
	ssize_t got;

	if (docs == NULL)
		stop(argv[0], "wants DOCS.tsv QUESTIONS.tsv");
	read_questions(argv[2]);
	for (unsigned document = 1; (got = getline(&line, &room, docs)) > 0; document++) {
		char *f[6], *rest = line;

		for (size_t i = 0; i < 6; i++)
			if ((f[i] = strsep(&rest, "\t")) == NULL || rest == NULL)
				stop(argv[1], "a line has not seven fields");
		look(rest, (size_t)(line + got - rest), document);
		count(document, atoi(f[2]), f[1], atoi(f[4]), atoi(f[5]));
	}
	for (size_t i = 0; i < questions; i++) {
		struct question *q = &question[i];

		printf("%s\t%ld", q->field[0], q->total);
		for (size_t j = 2; j < FIELDS; j++)
			printf("\t%s", q->field[j]);
		putchar('\n');
	}
	free(line);
	fclose(docs);
	return 0;
}

/* The clients: N threads take the questions from one list until it is empty; what each took is printed in the order of the file. */
#include "load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { CLIENTS_MOST = 64, FIELDS_MOST = 12 };

static struct question *question;
static size_t questions, *order;
static long *total;
static double *took;
static atomic_size_t next;
static void *handle[CLIENTS_MOST];

_Noreturn void
stop(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static double
us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static size_t
split(char *line, char *field[FIELDS_MOST], size_t most)
{
	size_t n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (; n < most && line != NULL; n++)
		field[n] = strsep(&line, n < most - 1 ? "\t" : "");
	return n;
}

bool
next_document(FILE *docs, struct document *out)
{
	static char *line;
	static size_t room;
	char *f[FIELDS_MOST];

	if (getline(&line, &room, docs) < 0)
		return false;
	if (split(line, f, 7) != 7)
		stop("documents", "a line has not seven fields");
	*out = (struct document){ .id = f[0], .category = f[1], .year = atoi(f[2]), .published = atoi(f[3]), .from = atoi(f[4]), .to = atoi(f[5]), .text = f[6] };
	return true;
}

static void
read_questions(const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL, *f[FIELDS_MOST];
	size_t room = 0;

	if (in == NULL)
		stop(path, "cannot be read");
	while (getline(&line, &room, in) >= 0) {
		if (split(line, f, 9) != 9)
			stop(path, "a line has not nine fields");
		question = realloc(question, (questions + 1) * sizeof *question);
		if (question == NULL)
			stop("questions", "out of memory");
		question[questions++] = (struct question){ .class_name = f[0], .word = { f[2], f[3][0] != '\0' ? f[3] : NULL }, .ranked = strchr(f[4], 'r') != NULL,
			.newest = strchr(f[4], 'n') != NULL, .facets = strchr(f[4], 'f') != NULL, .year = atoi(f[5]), .category = f[6], .as_of = atoi(f[7]),
			.offset = atoi(f[8]) };
		line = NULL;	/* the fields stay in it */
		room = 0;
	}
	free(line);
	fclose(in);
}

/* A fixed shuffle, so that the classes come mixed. */
static void
shuffle(void)
{
	unsigned long long seed = 1;

	for (size_t i = 0; i < questions; i++)
		order[i] = i;
	for (size_t i = questions; i > 1; i--) {
		size_t j, t = order[i - 1];

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		j = (size_t)(seed >> 33) % i;
		order[i - 1] = order[j];
		order[j] = t;
	}
}

static void *
client(void *arg)
{
	for (size_t i; (i = atomic_fetch_add(&next, 1)) < questions;) {
		size_t at = order[i];
		double begin = us(CLOCK_MONOTONIC);

		total[at] = engine_ask(arg, &question[at]);
		took[at] = us(CLOCK_MONOTONIC) - begin;
	}
	return NULL;
}

static void
run(size_t clients, const char *dir)
{
	pthread_t thread[CLIENTS_MOST];
	double wall, cpu;

	for (size_t i = 0; i < clients; i++)
		if (handle[i] == NULL)
			handle[i] = engine_open(dir);
	atomic_store(&next, 0);
	wall = us(CLOCK_MONOTONIC);
	cpu = us(CLOCK_PROCESS_CPUTIME_ID);
	for (size_t i = 0; i < clients; i++)
		if (pthread_create(&thread[i], NULL, client, handle[i]) != 0)
			stop("threads", "cannot be started");
	for (size_t i = 0; i < clients; i++)
		pthread_join(thread[i], NULL);
	printf("%.0f %.0f\n", us(CLOCK_MONOTONIC) - wall, us(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	for (size_t i = 0; i < questions; i++)
		printf("%.1f %ld\n", took[i], total[i]);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	unsigned clients;
	char line[64];
	FILE *docs;

	if (argc == 4 && strcmp(argv[1], "index") == 0) {
		docs = fopen(argv[3], "r");
		if (docs == NULL)
			stop(argv[3], "cannot be read");
		engine_index(argv[2], docs);
		fclose(docs);
		return 0;
	}
	if (argc != 4 || strcmp(argv[1], "serve") != 0)
		stop(argv[0], "wants: index DIR DOCS.tsv | serve DIR QUESTIONS.tsv");
	read_questions(argv[3]);
	order = calloc(questions + 1, sizeof *order);
	total = calloc(questions + 1, sizeof *total);
	took = calloc(questions + 1, sizeof *took);
	if (order == NULL || total == NULL || took == NULL)
		stop("questions", "out of memory");
	shuffle();
	while (fgets(line, sizeof line, stdin) != NULL)
		if (sscanf(line, "run %u", &clients) == 1 && clients > 0 && clients <= CLIENTS_MOST)
			run(clients, argv[2]);
	return 0;
}

/* The sorted titles of a commit: made on a thread, shared by the process, kept until newer ones are there. */
#include "catalog/suggest-set.h"

#include "base/io.h"
#include "catalog/internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIRST_WAIT_MS = 300, REST = 10 };	/* after making titles for a second, ten seconds without */

struct shared {
	struct gk_suggest_set s;	/* first: what the users hold */
	unsigned users;			/* and one of the slot that has it ready */
};

struct slot {
	struct slot *next;
	char *dir;
	struct shared *ready;
	bool making;
	long long not_before;		/* ms: when the next ones may be made while older ones answer */
	uint64_t failed;		/* the commit for which it failed last, with the reason */
	bool has_failed;
	struct gk_err why;
};

struct job {
	struct slot *slot;
	const struct gk_columns *col;
	char *text;			/* path of the text store */
	char generation[16];
	uint64_t revision;
	uint32_t day;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct slot *slots;

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* --- making ------------------------------------------------------------------------------ */

/* Documents as a list of titles wants them: what has ended behind all others, then the newest first. */
static int
by_rank(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t
rank_of(const struct gk_columns *col, uint32_t d, uint32_t day)
{
	const uint32_t newest = (1u << 30) - 1;
	uint32_t date = col->date[d] < newest ? col->date[d] : newest;

	return (uint64_t)gk_validity_names[gk_columns_status(col, NULL, d, day)].ended << 62 | (uint64_t)(newest - date) << 32 | d;
}

struct reader { const struct gk_columns *col; struct gk_textstore *text; uint64_t *rank; size_t n, i; };

static bool
next_title(void *arg, struct gk_title_in *out)
{
	struct reader *r = arg;

	while (r->i < r->n) {
		uint32_t d = (uint32_t)r->rank[r->i++];

		*out = (struct gk_title_in){ .docid = d, .at = r->col->text[d], .behind = r->rank[r->i - 1] >> 62 != 0 };
		if (gk_textstore_title(r->text, out->at, d, &out->p, &out->n))
			return true;
	}
	return false;
}

static enum gk_status
make(const struct job *job, struct gk_titles **out, struct gk_err *err)
{
	const struct gk_columns *col = job->col;
	struct reader r = { .col = col, .rank = malloc(((size_t)col->docs + 1) * sizeof *r.rank) };
	enum gk_status st = r.rank == NULL ? gk_nomem(err) : gk_textstore_open(job->text, &r.text, err);

	for (uint32_t d = 1; st == GK_OK && d <= col->last; d++)
		if (col->units[d] != 0 && r.n < col->docs)
			r.rank[r.n++] = rank_of(col, d, job->day);
	if (st == GK_OK && r.n > 0)
		qsort(r.rank, r.n, sizeof *r.rank, by_rank);
	if (st == GK_OK)
		st = gk_titles_build(next_title, &r, GK_TITLES_UNITS, out, err);
	gk_textstore_close(r.text);
	free(r.rank);
	return st;
}

static void
drop(struct shared *s)
{
	if (s == NULL || --s->users > 0)
		return;
	gk_titles_free(s->s.titles);
	free(s);
}

static void
free_job(struct job *job)
{
	gk_columns_drop(job->col);
	free(job->text);
	free(job);
}

static void *
run(void *arg)
{
	struct job *job = arg;
	struct shared *fresh = calloc(1, sizeof *fresh);
	struct gk_err err = GK_ERR_INIT;
	long long start = now_ms(), took;
	enum gk_status st = fresh == NULL ? gk_nomem(&err) : make(job, &fresh->s.titles, &err);

	took = now_ms() - start;
	pthread_mutex_lock(&lock);
	if (st == GK_OK) {
		memcpy(fresh->s.generation, job->generation, sizeof fresh->s.generation);
		fresh->s.revision = job->revision;
		fresh->s.day = job->day;
		fresh->s.seconds = (double)took / 1000;
		fresh->users = 1;
		drop(job->slot->ready);
		job->slot->ready = fresh;
	} else {
		free(fresh);
		job->slot->failed = job->revision;
		job->slot->why = err;
	}
	job->slot->has_failed = st != GK_OK;
	job->slot->not_before = now_ms() + REST * took;
	job->slot->making = false;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	free_job(job);
	return NULL;
}

/* Begin; the lock is held and stays so. */
static enum gk_status
start(struct slot *slot, struct gk_catalog *c, uint32_t day, struct gk_err *err)
{
	struct job *job = calloc(1, sizeof *job);
	char *base = gk_path(c->dir, c->generation);
	pthread_attr_t attr;
	pthread_t thread;
	int failed;

	if (job == NULL || base == NULL || (job->text = gk_path(base, "text")) == NULL) {
		free(base);
		free(job);
		return gk_nomem(err);
	}
	free(base);
	memcpy(job->generation, c->generation, sizeof job->generation);
	job->slot = slot;
	job->revision = c->revision;
	job->day = day;
	job->col = gk_columns_hold(c->col);
	slot->making = true;
	slot->has_failed = false;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	failed = pthread_create(&thread, &attr, run, job);
	pthread_attr_destroy(&attr);
	if (failed != 0) {
		/* No thread to be had: then whoever asks does it. */
		pthread_mutex_unlock(&lock);
		run(job);
		pthread_mutex_lock(&lock);
	}
	return GK_OK;
}

/* --- sharing ------------------------------------------------------------------------------- */

static struct slot *
slot_of(const char *dir)
{
	struct slot *s = slots;

	while (s != NULL && strcmp(s->dir, dir) != 0)
		s = s->next;
	if (s != NULL || (s = calloc(1, sizeof *s)) == NULL)
		return s;
	s->dir = strdup(dir);
	if (s->dir == NULL) {
		free(s);
		return NULL;
	}
	s->next = slots;
	slots = s;
	return s;
}

static bool
wait_until(long long deadline)
{
	struct timespec at = { deadline / 1000, deadline % 1000 * 1000000 };

	return pthread_cond_clockwait(&changed, &lock, CLOCK_MONOTONIC, &at) == 0;
}

enum gk_status
gk_suggest_set_get(struct gk_catalog *c, uint32_t day, enum gk_suggest_wait wait, const struct gk_suggest_set **out, bool *current, struct gk_err *err)
{
	struct slot *slot;
	long long deadline = now_ms() + FIRST_WAIT_MS;
	enum gk_status st = GK_OK;

	*out = NULL;
	*current = false;
	pthread_mutex_lock(&lock);
	slot = slot_of(c->dir);
	if (slot == NULL)
		st = gk_nomem(err);
	while (st == GK_OK) {
		struct shared *s = slot->ready;
		/* Places in the text store are of one generation. */
		bool usable = s != NULL && strcmp(s->s.generation, c->generation) == 0;

		*current = usable && s->s.revision == c->revision && s->s.day == day;
		if (!*current && !slot->making && slot->has_failed && slot->failed == c->revision) {
			if (err != NULL)
				*err = slot->why;
			slot->has_failed = false;
			st = GK_DEAD;
			break;
		}
		if (!*current && !slot->making && (!usable || wait == GK_WAIT_CURRENT || now_ms() >= slot->not_before)) {
			st = start(slot, c, day, err);
			continue;
		}
		if (*current || (usable && wait != GK_WAIT_CURRENT)) {
			s->users++;
			*out = &s->s;
			break;
		}
		if (wait == GK_WAIT_NOT)
			break;
		if (wait == GK_WAIT_CURRENT)
			pthread_cond_wait(&changed, &lock);
		else if (!wait_until(deadline))
			break;
	}
	pthread_mutex_unlock(&lock);
	return st;
}

void
gk_suggest_set_drop(const struct gk_suggest_set *set)
{
	if (set == NULL)
		return;
	pthread_mutex_lock(&lock);
	/* The users hold what the list made. */
	drop((struct shared *)(void *)set);
	pthread_mutex_unlock(&lock);
}

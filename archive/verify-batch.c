/* Batches of records and the threads that work on them; see verify-batch.h. */
#include "archive/verify-batch.h"

#include "base/io.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct gk_pool {
	const struct gk_verify_hooks *hooks;
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	struct gk_batch batches[GK_POOL_BATCHES];
	/* A ring: the oldest, how many are in it. */
	size_t first, count, limit;
	bool quit;
	unsigned running;
	pthread_t threads[GK_POOL_THREADS];
	struct gk_whole own;		/* of whoever waits and works */
};

/* --- one batch ------------------------------------------------------------------------------------------------- */

bool
gk_batch_read(struct gk_batch *b, int fd, uint32_t segment, uint64_t offset, uint64_t end, int *error)
{
	size_t want = end - offset < GK_BATCH_RAW ? (size_t)(end - offset) : GK_BATCH_RAW, at = 0, out = 0;
	uint32_t length, distance;

	b->segment = segment;
	b->from = offset;
	b->n = 0;
	*error = 0;
	if (!gk_pread_all(fd, b->raw, want, (off_t)offset)) {
		*error = errno;
		return false;
	}
	while (b->n < GK_BATCH_RECS && gk_whole_header(b->raw + at, want - at, &length, &distance) && length <= want - at) {
		struct gk_slot *s = &b->slots[b->n];
		size_t size = gk_whole_size(b->raw + at, length);

		if (size > GK_BATCH_OUT - out)
			break;
		gk_slot_reset(s, (struct gk_loc){ .segment = segment, .offset = offset + at, .length = length });
		s->ours = s->exact = true;
		s->claimed = length;
		s->distance = distance;
		s->next = offset + at + length;
		b->out_at[b->n++] = (uint32_t)out;
		out += size;
		at += length;
	}
	b->to = offset + at;
	return b->n > 0;
}

/* True if it is a record of ours in every way; the digests are for the judge to compare. */
static bool
take(struct gk_batch *b, size_t i, struct gk_whole *w)
{
	struct gk_slot *s = &b->slots[i];
	const unsigned char *p = b->raw + (s->loc.offset - b->from);
	size_t size = gk_whole_size(p, s->claimed), window = size < GK_WARC_HEAD_MAX + 4 ? size : GK_WARC_HEAD_MAX + 4, behind;
	char *out = b->out + b->out_at[i];
	const char *blank;

	if (!gk_whole_inflate(w, p, s->claimed, out))
		return false;
	blank = memmem(out, window, "\r\n\r\n", 4);
	if (blank == NULL || !gk_buf_add(&s->rec.head, out, (size_t)(blank + 2 - out)) || gk_warc_head_parse(&s->rec, &s->length) != NULL)
		return false;
	behind = size - (size_t)(blank + 4 - out);
	if (behind < 4 || s->length != behind - 4 || memcmp(out + size - 4, "\r\n\r\n", 4) != 0)
		return false;
	out[size - 4] = '\0';
	s->rec.block = (struct gk_buf){ .p = out + size - behind, .n = (size_t)s->length };
	s->parsed = true;
	gk_slot_hash(s);
	return true;
}

/* An event that cannot be read is left alone too. */
static bool
explain(const struct gk_verify_hooks *hooks, struct gk_slot *s)
{
	enum gk_status st = s->rec.type == GK_WARC_METADATA ? hooks->event(hooks->arg, &s->rec, &s->says, NULL) : GK_END;

	s->explained = st == GK_OK || st == GK_END;
	s->event = st == GK_OK;
	return s->explained;
}

static void
take_all(const struct gk_verify_hooks *hooks, struct gk_batch *b, struct gk_whole *w)
{
	for (size_t i = 0; i < b->n; i++)
		b->quick[i] = take(b, i, w) && explain(hooks, &b->slots[i]);
}

/* --- the ring --------------------------------------------------------------------------------------------------- */

/* The oldest that nobody has begun; with the lock held. */
static struct gk_batch *
waiting(struct gk_pool *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct gk_batch *b = &p->batches[(p->first + i) % p->limit];

		if (b->state == GK_BATCH_WAITS)
			return b;
	}
	return NULL;
}

/* Called and left with the lock held. */
static void
work_on(struct gk_pool *p, struct gk_batch *b, struct gk_whole *w)
{
	b->state = GK_BATCH_AT_WORK;
	pthread_mutex_unlock(&p->lock);
	take_all(p->hooks, b, w);
	pthread_mutex_lock(&p->lock);
	b->state = GK_BATCH_DONE;
	pthread_cond_signal(&p->done);
}

static void *
worker(void *arg)
{
	struct gk_pool *p = arg;
	struct gk_whole w = { .ready = false };

	pthread_mutex_lock(&p->lock);
	while (!p->quit) {
		struct gk_batch *b = waiting(p);

		if (b != NULL)
			work_on(p, b, &w);
		else
			pthread_cond_wait(&p->work, &p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	gk_whole_free(&w);
	return NULL;
}

struct gk_pool *
gk_pool_new(const struct gk_verify_hooks *hooks, unsigned threads)
{
	struct gk_pool *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->hooks = hooks;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	pthread_cond_init(&p->done, NULL);
	p->limit = 2 * (threads < GK_POOL_THREADS ? threads : GK_POOL_THREADS) + 2;
	for (size_t i = 0; i < p->limit; i++) {
		struct gk_batch *b = &p->batches[i];

		b->raw = malloc(GK_BATCH_RAW);
		b->out = malloc(GK_BATCH_OUT);
		if (b->raw == NULL || b->out == NULL) {
			gk_pool_free(p);
			return NULL;
		}
		for (size_t k = 0; k < GK_BATCH_RECS; k++)
			gk_slot_empty(&b->slots[k]);
	}
	while (p->running < threads && p->running < GK_POOL_THREADS && pthread_create(&p->threads[p->running], NULL, worker, p) == 0)
		p->running++;
	return p;
}

void
gk_pool_free(struct gk_pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->quit = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->running; i++)
		pthread_join(p->threads[i], NULL);
	for (size_t i = 0; i < GK_POOL_BATCHES; i++) {
		for (size_t k = 0; k < GK_BATCH_RECS; k++)
			gk_slot_close(&p->batches[i].slots[k]);
		free(p->batches[i].raw);
		free(p->batches[i].out);
	}
	gk_whole_free(&p->own);
	pthread_cond_destroy(&p->work);
	pthread_cond_destroy(&p->done);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* first, count and the state FREE are the caller's thread's own: only it changes them. */
struct gk_batch *
gk_pool_room(struct gk_pool *p)
{
	return p->count < p->limit ? &p->batches[(p->first + p->count) % p->limit] : NULL;
}

void
gk_pool_give(struct gk_pool *p, struct gk_batch *b)
{
	pthread_mutex_lock(&p->lock);
	b->state = GK_BATCH_WAITS;
	p->count++;
	pthread_cond_signal(&p->work);
	pthread_mutex_unlock(&p->lock);
}

struct gk_batch *
gk_pool_next(struct gk_pool *p)
{
	struct gk_batch *b = &p->batches[p->first];

	if (p->count == 0)
		return NULL;
	pthread_mutex_lock(&p->lock);
	while (b->state != GK_BATCH_DONE) {
		struct gk_batch *other = waiting(p);

		if (other != NULL)
			work_on(p, other, &p->own);
		else
			pthread_cond_wait(&p->done, &p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	return b;
}

void
gk_pool_drop(struct gk_pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->batches[p->first].state = GK_BATCH_FREE;
	p->first = (p->first + 1) % p->limit;
	p->count--;
	pthread_mutex_unlock(&p->lock);
}

void
gk_pool_clear(struct gk_pool *p)
{
	while (gk_pool_next(p) != NULL)
		gk_pool_drop(p);
}

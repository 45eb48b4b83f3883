#include "indexer/ring.h"

#include "base/threads.h"

#include <pthread.h>
#include <stdlib.h>

enum state { FREE, WAITING, DONE };

struct place { enum state state; size_t bytes; };

struct ring {
	struct ring_way way;
	pthread_t *thread;
	size_t threads;
	pthread_mutex_t lock;
	pthread_cond_t to_do, done;
	char *things;
	struct place *place;
	size_t places, first, next, put;	/* ever taken, begun, put: a place is its number modulo places */
	size_t bytes;				/* from first to put */
	bool stop;
};

static void *
thing_of(const struct ring *r, size_t number)
{
	return r->things + number % r->places * r->way.size;
}

static void *
working(void *arg)
{
	struct ring *r = arg;

	pthread_mutex_lock(&r->lock);
	while (!r->stop) {
		size_t number;

		if (r->next == r->put) {
			pthread_cond_wait(&r->to_do, &r->lock);
			continue;
		}
		number = r->next++;
		if (r->place[number % r->places].state != WAITING)
			continue;
		pthread_mutex_unlock(&r->lock);
		r->way.work(r->way.arg, thing_of(r, number));
		pthread_mutex_lock(&r->lock);
		r->place[number % r->places].state = DONE;
		pthread_cond_signal(&r->done);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

enum gk_status
ring_start(const struct ring_way *way, struct ring **out, struct gk_err *err)
{
	const size_t threads = gk_threads(way->most_threads), wanted = threads == 1 ? 0 : threads;
	struct ring *r = calloc(1, sizeof *r);

	if (r == NULL)
		return gk_nomem(err);
	r->way = *way;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->to_do, NULL);
	pthread_cond_init(&r->done, NULL);
	r->places = wanted == 0 ? 1 : wanted * way->per_thread;
	r->things = calloc(r->places, way->size);
	r->place = calloc(r->places, sizeof *r->place);
	r->thread = calloc(wanted + 1, sizeof *r->thread);
	if (r->things == NULL || r->place == NULL || r->thread == NULL) {
		ring_stop(r, NULL);
		return gk_nomem(err);
	}
	while (r->threads < wanted && pthread_create(&r->thread[r->threads], NULL, working, r) == 0)
		r->threads++;
	*out = r;
	return GK_OK;
}

/* The oldest, when it is done. */
static void
take_first(struct ring *r)
{
	struct place *p = &r->place[r->first % r->places];
	void *thing = thing_of(r, r->first);

	pthread_mutex_lock(&r->lock);
	while (r->threads > 0 && p->state != DONE)
		pthread_cond_wait(&r->done, &r->lock);
	pthread_mutex_unlock(&r->lock);
	if (p->state == WAITING)
		r->way.work(r->way.arg, thing);
	r->way.take(r->way.arg, thing);
	p->state = FREE;
	r->bytes -= p->bytes;
	r->first++;
}

void *
ring_place(struct ring *r)
{
	if (r->put - r->first == r->places)
		take_first(r);
	return thing_of(r, r->put);
}

void
ring_put(struct ring *r, size_t bytes, bool done)
{
	struct place *p = &r->place[r->put % r->places];

	while (r->first < r->put && r->bytes + bytes > r->way.most_bytes)
		take_first(r);
	r->bytes += bytes;
	pthread_mutex_lock(&r->lock);
	*p = (struct place){ done ? DONE : WAITING, bytes };
	r->put++;
	if (!done)
		pthread_cond_signal(&r->to_do);
	pthread_mutex_unlock(&r->lock);
	if (r->threads == 0)
		ring_drain(r);
}

void
ring_drain(struct ring *r)
{
	while (r->first < r->put)
		take_first(r);
}

void
ring_stop(struct ring *r, ring_fn *forget)
{
	if (r == NULL)
		return;
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_broadcast(&r->to_do);
	pthread_mutex_unlock(&r->lock);
	for (size_t i = 0; i < r->threads; i++)
		pthread_join(r->thread[i], NULL);
	for (size_t i = 0; forget != NULL && i < r->places; i++)
		forget(r->way.arg, thing_of(r, i));
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->to_do);
	pthread_cond_destroy(&r->done);
	free(r->thread);
	free(r->place);
	free(r->things);
	free(r);
}

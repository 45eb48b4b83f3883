/* A ring of prepared records between the thread that makes them and the one that writes the index. */
#include "indexer/feeder.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 16 };

struct feeder {
	struct gk_put_writer *w;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct feed item[PLACES];
	bool busy[PLACES];		/* taken, queued or being written */
	struct feed *queue[PLACES];
	size_t first, queued, at_work;
	bool stop, failed;
	struct gk_err err;
};

static void
clear(struct feed *item)
{
	gk_record_free(&item->record);
	memset(&item->record, 0, sizeof item->record);
	for (size_t i = 0; i < item->n; i++)
		gk_event_free(&item->events[i]);
	free(item->events);
	free(item->places);
	item->events = NULL;
	item->places = NULL;
	item->n = 0;
}

static enum gk_status
write_one(struct feeder *f, struct feed *item, struct gk_err *err)
{
	struct gk_put_doc doc = { item->docid, &item->record, item->events, item->places, item->n, &item->prepared };
	enum gk_status st = item->state_only ? gk_put_state(f->w, &doc, err) : gk_put_record(f->w, &doc, err);

	for (size_t i = 0; st == GK_OK && i < item->n; i++)
		gk_put_saw_event(f->w, &item->events[i]);
	return st;
}

static void *
run(void *arg)
{
	struct feeder *f = arg;

	pthread_mutex_lock(&f->lock);
	for (;;) {
		struct feed *item;
		struct gk_err err = GK_ERR_INIT;
		enum gk_status st = GK_OK;
		bool skip;

		while (f->queued == 0 && !f->stop)
			pthread_cond_wait(&f->changed, &f->lock);
		if (f->queued == 0)
			break;
		item = f->queue[f->first];
		f->first = (f->first + 1) % PLACES;
		f->queued--;
		f->at_work = 1;
		skip = f->failed;
		pthread_mutex_unlock(&f->lock);
		if (!skip)
			st = write_one(f, item, &err);
		clear(item);
		pthread_mutex_lock(&f->lock);
		f->at_work = 0;
		f->busy[item - f->item] = false;
		if (st != GK_OK && !f->failed) {
			f->failed = true;
			f->err = err;
		}
		pthread_cond_broadcast(&f->changed);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

enum gk_status
feeder_start(struct gk_put_writer *w, struct feeder **out, struct gk_err *err)
{
	struct feeder *f = calloc(1, sizeof *f);
	enum gk_status st = GK_OK;

	if (f == NULL)
		return gk_nomem(err);
	for (size_t i = 0; st == GK_OK && i < PLACES; i++)
		st = gk_prepare_init(&f->item[i].prepared, err);
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	f->w = w;
	if (st == GK_OK && pthread_create(&f->thread, NULL, run, f) != 0)
		st = gk_nomem(err);
	if (st != GK_OK) {
		for (size_t i = 0; i < PLACES; i++)
			gk_prepare_free(&f->item[i].prepared);
		free(f);
		return st;
	}
	*out = f;
	return GK_OK;
}

struct feed *
feeder_take(struct feeder *f, struct gk_err *err)
{
	struct feed *item = NULL;

	pthread_mutex_lock(&f->lock);
	while (item == NULL && !f->failed) {
		for (size_t i = 0; item == NULL && i < PLACES; i++)
			if (!f->busy[i]) {
				item = &f->item[i];
				f->busy[i] = true;
			}
		if (item == NULL)
			pthread_cond_wait(&f->changed, &f->lock);
	}
	if (item == NULL && err != NULL)
		*err = f->err;
	pthread_mutex_unlock(&f->lock);
	return item;
}

void
feeder_put(struct feeder *f, struct feed *item)
{
	pthread_mutex_lock(&f->lock);
	f->queue[(f->first + f->queued++) % PLACES] = item;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

void
feeder_return(struct feeder *f, struct feed *item)
{
	clear(item);
	pthread_mutex_lock(&f->lock);
	f->busy[item - f->item] = false;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

enum gk_status
feeder_idle(struct feeder *f, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	pthread_mutex_lock(&f->lock);
	while (f->queued > 0 || f->at_work > 0)
		pthread_cond_wait(&f->changed, &f->lock);
	if (f->failed) {
		st = GK_DEAD;
		if (err != NULL)
			*err = f->err;
	}
	pthread_mutex_unlock(&f->lock);
	return st;
}

/* With nothing queued the thread sleeps, so the writer is ours. */
enum gk_status
feeder_commit(struct feeder *f, struct gk_place mark, struct gk_err *err)
{
	enum gk_status st = feeder_idle(f, err);

	return st == GK_OK ? gk_put_commit(f->w, mark, err) : st;
}

struct gk_put_writer *
feeder_writer(struct feeder *f)
{
	return f->w;
}

void
feeder_stop(struct feeder *f)
{
	if (f == NULL)
		return;
	pthread_mutex_lock(&f->lock);
	f->stop = true;
	f->failed = true;	/* what is still queued is dropped */
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	pthread_join(f->thread, NULL);
	for (size_t i = 0; i < PLACES; i++) {
		clear(&f->item[i]);
		gk_prepare_free(&f->item[i].prepared);
	}
	pthread_mutex_destroy(&f->lock);
	pthread_cond_destroy(&f->changed);
	gk_put_close(f->w);
	free(f);
}

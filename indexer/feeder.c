/*
 * A ring of records between the thread that finds them and the one that writes the index.
 *
 *   … first ............ makes ............ put ............ first + PLACES …      all three only grow; a place is its number modulo PLACES
 *        being written,      being made,       free
 *        in this order       or waiting
 *
 * While a batch is committed nothing is written, and thousands of records wait.  They wait as they came, for what is made of a record is several times as
 * large: makes is at most first + AHEAD, and what is made stands at its number modulo AHEAD.
 */
#include "indexer/feeder.h"

#include "base/threads.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 4096, AHEAD = 48, MOST_THREADS = 16, MOST_BYTES = 16 * 1024 * 1024, MADE_BYTES = 4 * 1024 * 1024, LARGE = 1024 * 1024, SMALL = 64 * 1024 };

static const size_t text_max = (size_t)1 << 31;

struct feeder {
	struct gk_put_writer *w;
	pthread_t writer, maker[MOST_THREADS];
	size_t makers;			/* 0: all is done by the caller */
	bool writing;			/* the writer's thread runs */
	pthread_mutex_t lock;
	pthread_cond_t to_make, to_write, written;
	struct feed *item;		/* [PLACES]; of them no more were ever used than put says */
	size_t bytes[PLACES];
	bool made[PLACES];
	struct gk_prepared prepared[AHEAD];	/* kept from use to use */
	size_t first, makes, put;
	size_t commits, committed;	/* put, and done */
	size_t wake;			/* the caller waits until so many are written */
	const struct gk_encoder *encoder;	/* gk_put_encoder, as of the last record that was written */
	size_t waiting, making;		/* sum of bytes from first to put, and to makes */
	struct gk_prepared scratch;	/* of the caller, if there are no makers */
	bool stop, failed;
	struct gk_err err;
};

static void
clear(struct feed *item)
{
	gk_record_free(&item->record);
	memset(&item->record, 0, sizeof item->record);
	gk_record_free(&item->former_record);
	memset(&item->former_record, 0, sizeof item->former_record);
	for (size_t i = 0; i < item->n; i++)
		gk_event_free(&item->events[i]);
	free(item->events);
	free(item->places);
	item->events = NULL;
	item->places = NULL;
	gk_record_free(&item->former_record);
	memset(&item->former_record, 0, sizeof item->former_record);
	item->n = item->n_former = 0;
	item->commits = false;
	if (item->text.cap > LARGE)
		gk_buf_free(&item->text);
	gk_buf_reset(&item->text);
	item->text.max = text_max;
	if (item->has_former)
		gk_prepare_trim(&item->former);
}

/* --- making ------------------------------------------------------------------------------------------------- */

static struct gk_put_doc
doc_of(struct feed *item)
{
	return (struct gk_put_doc){ .docid = item->docid, .record = &item->record, .events = item->events, .places = item->places, .n_events = item->n,
				    .prepared = item->prepared, .composed = true };
}

/* Nothing but the item is touched, and the thread's own memory. */
static enum gk_status
make(struct feed *item, const struct gk_encoder *encoder, struct gk_prepared *scratch, struct gk_err *err)
{
	const char *title;
	const struct gk_put_doc doc = doc_of(item);
	enum gk_status st;

	if (item->state_only || item->commits)
		return GK_OK;
	title = gk_meta_get(item->record.meta, "title");
	gk_prepare_trim(item->prepared);
	gk_prepare_pass(scratch, item->prepared);
	st = gk_prepare(item->prepared, title, strlen(title), item->text.p == NULL ? "" : item->text.p, item->text.n, item->own, err);
	gk_prepare_pass(item->prepared, scratch);
	if (st == GK_OK)
		st = gk_put_compose(&doc, err);
	return st == GK_OK && encoder != NULL && !gk_prepare_encode(item->prepared, encoder) ? gk_nomem(err) : st;
}

static void
fail(struct feeder *f, const struct gk_err *err)
{
	if (!f->failed)
		f->err = *err;
	f->failed = true;
}

/* The next one, if there is room for what is made of it.  One that is larger than all that may be made goes alone. */
static bool
can_make(const struct feeder *f)
{
	return f->makes < f->put && (f->makes == f->first || (f->makes < f->first + AHEAD && f->making + f->bytes[f->makes % PLACES] <= MADE_BYTES));
}

static void *
making(void *arg)
{
	struct feeder *f = arg;
	struct gk_prepared scratch;
	struct gk_err err = GK_ERR_INIT;
	const struct gk_encoder *encoder;
	enum gk_status st = gk_prepare_init(&scratch, &err);

	pthread_mutex_lock(&f->lock);
	for (;;) {
		size_t at;
		bool skip;

		if (st != GK_OK)
			fail(f, &err);
		while (!can_make(f) && !f->stop)
			pthread_cond_wait(&f->to_make, &f->lock);
		if (f->makes == f->put)
			break;
		f->item[f->makes % PLACES].prepared = &f->prepared[f->makes % AHEAD];
		at = f->makes++ % PLACES;
		f->making += f->bytes[at];
		skip = f->failed;
		encoder = f->encoder;
		pthread_mutex_unlock(&f->lock);
		if (!skip)
			st = make(&f->item[at], encoder, &scratch, &err);
		pthread_mutex_lock(&f->lock);
		f->made[at] = true;
		if (at == f->first % PLACES)
			pthread_cond_signal(&f->to_write);
	}
	pthread_mutex_unlock(&f->lock);
	gk_prepare_free(&scratch);
	return NULL;
}

/* --- writing ------------------------------------------------------------------------------------------------ */

static enum gk_status
write_one(struct feeder *f, struct feed *item, struct gk_err *err)
{
	const struct gk_put_doc former = { .docid = item->docid, .record = &item->former_record, .events = item->events, .n_events = item->n_former, .prepared = &item->former };
	struct gk_put_doc doc = doc_of(item);
	enum gk_status st;

	if (item->commits)
		return gk_put_commit(f->w, item->mark, err);
	doc.former = item->n_former > 0 ? &former : NULL;
	st = item->state_only ? gk_put_state(f->w, &doc, err) : gk_put_record(f->w, &doc, err);

	for (size_t i = 0; st == GK_OK && i < item->n; i++)
		gk_put_saw_event(f->w, &item->events[i]);
	return st;
}

static void *
writing(void *arg)
{
	struct feeder *f = arg;

	pthread_mutex_lock(&f->lock);
	for (;;) {
		size_t at = f->first % PLACES;
		struct gk_err err = GK_ERR_INIT;
		enum gk_status st = GK_OK;
		bool skip, commits;

		while (!(f->first < f->put && f->made[at]) && !(f->stop && f->first == f->put))
			pthread_cond_wait(&f->to_write, &f->lock);
		if (f->first == f->put)
			break;
		skip = f->failed;
		pthread_mutex_unlock(&f->lock);
		if (!skip)
			st = write_one(f, &f->item[at], &err);
		/* This thread is the one that is waited for: whoever takes the place next clears it, unless it holds much. */
		commits = f->item[at].commits && !skip && st == GK_OK;
		if (f->item[at].text.cap > SMALL) {
			gk_prepare_trim(f->item[at].prepared);
			clear(&f->item[at]);
		}
		pthread_mutex_lock(&f->lock);
		if (st != GK_OK)
			fail(f, &err);
		f->encoder = gk_put_encoder(f->w);
		f->waiting -= f->bytes[at];
		f->making -= f->bytes[at];
		f->committed += commits;
		f->first++;
		/* To wake a thread costs as much as to make a record: none is woken for one. */
		if (can_make(f) && f->makes - f->first <= AHEAD / 2)
			pthread_cond_signal(&f->to_make);
		if (f->first >= f->wake || f->failed)
			pthread_cond_signal(&f->written);
	}
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

/* --- the caller's side -------------------------------------------------------------------------------------- */

static enum gk_status
start_threads(struct feeder *f, struct gk_err *err)
{
	const size_t wanted = gk_threads(MOST_THREADS);

	if (wanted == 1)
		return gk_prepare_init(&f->scratch, err);
	f->writing = pthread_create(&f->writer, NULL, writing, f) == 0;
	while (f->writing && f->makers < wanted && pthread_create(&f->maker[f->makers], NULL, making, f) == 0)
		f->makers++;
	/* Fewer than wanted is slower, not wrong. */
	return f->makers > 0 ? GK_OK : gk_nomem(err);
}

static void
end(struct feeder *f)
{
	pthread_mutex_lock(&f->lock);
	f->stop = true;
	f->failed = true;	/* what is still queued is dropped */
	pthread_cond_broadcast(&f->to_make);
	pthread_cond_signal(&f->to_write);
	pthread_mutex_unlock(&f->lock);
	for (size_t i = 0; i < f->makers; i++)
		pthread_join(f->maker[i], NULL);
	if (f->writing)
		pthread_join(f->writer, NULL);
	/* One more may have been taken and not put. */
	for (size_t i = 0; i < PLACES && i <= f->put; i++) {
		clear(&f->item[i]);
		gk_buf_free(&f->item[i].text);
		if (f->item[i].has_former)
			gk_prepare_free(&f->item[i].former);
	}
	for (size_t i = 0; i < AHEAD; i++)
		gk_prepare_free(&f->prepared[i]);
	gk_prepare_free(&f->scratch);
	pthread_mutex_destroy(&f->lock);
	pthread_cond_destroy(&f->to_make);
	pthread_cond_destroy(&f->to_write);
	pthread_cond_destroy(&f->written);
	free(f->item);
	free(f);
}

enum gk_status
feeder_start(struct gk_put_writer *w, struct feeder **out, struct gk_err *err)
{
	struct feeder *f = calloc(1, sizeof *f);
	enum gk_status st;

	if (f == NULL || (f->item = calloc(PLACES, sizeof *f->item)) == NULL) {
		free(f);
		return gk_nomem(err);
	}
	for (size_t i = 0; i < AHEAD; i++)
		gk_prepare_init_bare(&f->prepared[i]);
	gk_prepare_init_bare(&f->scratch);
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->to_make, NULL);
	pthread_cond_init(&f->to_write, NULL);
	pthread_cond_init(&f->written, NULL);
	f->w = w;
	st = start_threads(f, err);
	if (st != GK_OK) {
		end(f);
		return st;
	}
	*out = f;
	return GK_OK;
}

struct feed *
feeder_take(struct feeder *f, size_t bytes, struct gk_err *err)
{
	struct feed *item = NULL;

	pthread_mutex_lock(&f->lock);
	/* One that is larger than all that may wait goes alone. */
	while (!f->failed && (f->put - f->first == PLACES || (f->put > f->first && f->waiting + bytes > MOST_BYTES))) {
		f->wake = f->put - (f->put - f->first) * 3 / 4;
		pthread_cond_wait(&f->written, &f->lock);
	}
	if (!f->failed) {
		item = &f->item[f->put % PLACES];
		f->bytes[f->put % PLACES] = bytes;
	} else if (err != NULL) {
		*err = f->err;
	}
	pthread_mutex_unlock(&f->lock);
	if (item != NULL)
		clear(item);
	return item;
}

/* Without threads: the same steps, one behind the other. */
static void
put_alone(struct feeder *f, struct feed *item)
{
	struct gk_err err = GK_ERR_INIT;

	item->prepared = &f->prepared[0];
	if (make(item, NULL, &f->scratch, &err) != GK_OK || write_one(f, item, &err) != GK_OK)
		fail(f, &err);
	f->committed += item->commits && !f->failed;
	gk_prepare_trim(item->prepared);
	clear(item);
}

void
feeder_put(struct feeder *f, struct feed *item)
{
	if (f->makers == 0) {
		put_alone(f, item);
		return;
	}
	pthread_mutex_lock(&f->lock);
	f->made[f->put % PLACES] = false;
	f->waiting += f->bytes[f->put % PLACES];
	f->put++;
	pthread_cond_signal(&f->to_make);
	pthread_mutex_unlock(&f->lock);
}

void
feeder_return(struct feeder *f, struct feed *item)
{
	(void)f;
	clear(item);
}

enum gk_status
feeder_idle(struct feeder *f, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	pthread_mutex_lock(&f->lock);
	while (f->first < f->put) {
		f->wake = f->put;
		pthread_cond_wait(&f->written, &f->lock);
	}
	if (f->failed) {
		st = GK_DEAD;
		if (err != NULL)
			*err = f->err;
	}
	pthread_mutex_unlock(&f->lock);
	return st;
}

/* With nothing queued the threads sleep, so the writer is ours. */
enum gk_status
feeder_commit(struct feeder *f, struct gk_place mark, struct gk_err *err)
{
	enum gk_status st = feeder_idle(f, err);

	return st == GK_OK ? gk_put_commit(f->w, mark, err) : st;
}

enum gk_status
feeder_commit_later(struct feeder *f, struct gk_place mark, struct gk_err *err)
{
	struct feed *item = feeder_take(f, 0, err);

	if (item == NULL)
		return GK_DEAD;
	item->commits = true;
	item->mark = mark;
	f->commits++;
	feeder_put(f, item);
	return GK_OK;
}

enum gk_status
feeder_committed(struct feeder *f, bool wait, struct gk_err *err)
{
	enum gk_status st;

	pthread_mutex_lock(&f->lock);
	while (wait && !f->failed && f->committed < f->commits) {
		f->wake = f->first + 1;
		pthread_cond_wait(&f->written, &f->lock);
	}
	st = f->committed == f->commits ? GK_OK : f->failed ? GK_DEAD : GK_END;
	if (st == GK_DEAD && err != NULL)
		*err = f->err;
	pthread_mutex_unlock(&f->lock);
	return st;
}

struct gk_put_writer *
feeder_writer(struct feeder *f)
{
	return f->w;
}

void
feeder_stop(struct feeder *f)
{
	struct gk_put_writer *w;

	if (f == NULL)
		return;
	w = f->w;
	end(f);
	gk_put_close(w);
}

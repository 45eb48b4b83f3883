/*
 * A piece is filled for each kind, and handed over when it is full:
 *
 *   … taken ............ given ............ taken + PLACES …      both only grow; a piece waits at its number modulo PLACES
 *        waiting to be set         free
 */
#include "catalog/setter.h"

#include "base/buf.h"
#include "base/threads.h"
#include "catalog/dense.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 2, KINDS = 2, PIECE = 4 * 1024 * 1024 };

struct head { uint32_t key, value; };	/* bytes; then both, the key with its NUL */

struct gk_setter {
	struct xc_writer *to;
	struct gk_buf filling[KINDS];
	pthread_t thread;
	bool alone;			/* there is no thread */
	pthread_mutex_t lock;
	pthread_cond_t filled, emptied;
	struct gk_buf waiting[PLACES];
	size_t taken, given;
	bool stop;
	enum gk_status st;		/* of the first that could not be set */
	struct gk_err err;
};

static enum gk_status
set_piece(struct gk_setter *s, struct gk_buf *piece, struct gk_err *err)
{
	enum gk_status st = GK_OK;
	struct head h;

	for (size_t at = 0; st == GK_OK && at < piece->n; at += sizeof h + h.key + h.value) {
		memcpy(&h, piece->p + at, sizeof h);
		st = xc_writer_set_metadata(s->to, piece->p + at + sizeof h, piece->p + at + sizeof h + h.key, h.value, err);
	}
	gk_buf_reset(piece);
	return st;
}

static void *
setting(void *arg)
{
	struct gk_setter *s = arg;

	pthread_mutex_lock(&s->lock);
	for (;;) {
		struct gk_err err = GK_ERR_INIT;
		struct gk_buf *piece = &s->waiting[s->taken % PLACES];
		enum gk_status st = s->st;

		while (s->taken == s->given && !s->stop)
			pthread_cond_wait(&s->filled, &s->lock);
		if (s->taken == s->given)
			break;
		pthread_mutex_unlock(&s->lock);
		if (st == GK_OK)
			st = set_piece(s, piece, &err);
		gk_buf_reset(piece);
		pthread_mutex_lock(&s->lock);
		if (st != GK_OK && s->st == GK_OK) {
			s->st = st;
			s->err = err;
		}
		s->taken++;
		pthread_cond_signal(&s->emptied);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

enum gk_status
gk_setter_start(struct xc_writer *to, struct gk_setter **out, struct gk_err *err)
{
	struct gk_setter *s = calloc(1, sizeof *s);

	if (s == NULL)
		return gk_nomem(err);
	s->to = to;
	for (size_t i = 0; i < KINDS; i++)
		gk_buf_init(&s->filling[i], (size_t)1 << 31);
	for (size_t i = 0; i < PLACES; i++)
		gk_buf_init(&s->waiting[i], (size_t)1 << 31);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->filled, NULL);
	pthread_cond_init(&s->emptied, NULL);
	s->alone = gk_threads(2) == 1 || pthread_create(&s->thread, NULL, setting, s) != 0;
	*out = s;
	return GK_OK;
}

static enum gk_status
hand_over(struct gk_setter *s, struct gk_buf *piece, struct gk_err *err)
{
	struct gk_buf *place, full = *piece;
	enum gk_status st;

	if (s->alone)
		return set_piece(s, piece, err);
	pthread_mutex_lock(&s->lock);
	while (s->given - s->taken == PLACES)
		pthread_cond_wait(&s->emptied, &s->lock);
	place = &s->waiting[s->given++ % PLACES];
	*piece = *place;
	*place = full;
	pthread_cond_signal(&s->filled);
	st = s->st;
	if (st != GK_OK && err != NULL)
		*err = s->err;
	pthread_mutex_unlock(&s->lock);
	return st;
}

enum gk_status
gk_setter_set(struct gk_setter *s, char kind, const char *term, size_t n, const void *value, size_t len, struct gk_err *err)
{
	struct gk_buf *b = &s->filling[kind == GK_DENSE_LIST];
	const struct head h = { (uint32_t)n + 2, (uint32_t)len };

	/* Whole or not at all. */
	if (gk_buf_room(b, sizeof h + n + 2 + len) == NULL)
		return gk_nomem(err);
	gk_buf_add(b, &h, sizeof h);
	gk_buf_putc(b, kind);
	gk_buf_add(b, term, n);
	gk_buf_putc(b, '\0');
	gk_buf_add(b, value, len);
	return b->n < PIECE ? GK_OK : hand_over(s, b, err);
}

enum gk_status
gk_setter_end(struct gk_setter *s, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	if (s == NULL)
		return GK_OK;
	for (size_t i = 0; st == GK_OK && i < KINDS; i++)
		st = hand_over(s, &s->filling[i], err);
	if (!s->alone) {
		pthread_mutex_lock(&s->lock);
		s->stop = true;
		pthread_cond_signal(&s->filled);
		pthread_mutex_unlock(&s->lock);
		pthread_join(s->thread, NULL);
		if (st == GK_OK && s->st != GK_OK && err != NULL)
			*err = s->err;
		st = st == GK_OK ? s->st : st;
	}
	for (size_t i = 0; i < KINDS; i++)
		gk_buf_free(&s->filling[i]);
	for (size_t i = 0; i < PLACES; i++)
		gk_buf_free(&s->waiting[i]);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->filled);
	pthread_cond_destroy(&s->emptied);
	free(s);
	return st;
}

/* Rows of states, by day. */
#include "catalog/states.h"

#include <pthread.h>
#include <stdlib.h>

/* A row in a list of rows has one user more, the list. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void
drop(struct gk_states *s)
{
	if (--s->users == 0)
		free(s);
}

/* Takes the row of the day out of the list, if it is there. */
static struct gk_states *
take_out(struct gk_states **rows, uint32_t day)
{
	for (; *rows != NULL; rows = &(*rows)->next)
		if ((*rows)->day == day) {
			struct gk_states *s = *rows;

			*rows = s->next;
			return s;
		}
	return NULL;
}

static struct gk_states *
make(uint32_t day, uint32_t last)
{
	struct gk_states *s = calloc(1, sizeof *s + (size_t)last + 1);

	if (s != NULL) {
		s->day = day;
		s->users = 1;
	}
	return s;
}

/* Leaves the first GK_STATES_DAYS. */
static void
drop_oldest(struct gk_states **rows)
{
	for (size_t n = 0; *rows != NULL; n++) {
		struct gk_states *s = *rows;

		if (n < GK_STATES_DAYS) {
			rows = &s->next;
		} else {
			*rows = s->next;
			drop(s);
		}
	}
}

struct gk_states *
gk_states_take(struct gk_states **rows, uint32_t day, uint32_t last)
{
	struct gk_states *s;

	pthread_mutex_lock(&lock);
	s = take_out(rows, day);
	if (s == NULL)
		s = make(day, last);
	if (s != NULL) {
		s->users++;
		s->next = *rows;
		*rows = s;
		drop_oldest(rows);
	}
	pthread_mutex_unlock(&lock);
	return s;
}

void
gk_states_drop(struct gk_states *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&lock);
	drop(s);
	pthread_mutex_unlock(&lock);
}

void
gk_states_forget(struct gk_states **rows)
{
	pthread_mutex_lock(&lock);
	while (*rows != NULL) {
		struct gk_states *s = *rows;

		*rows = s->next;
		drop(s);
	}
	pthread_mutex_unlock(&lock);
}

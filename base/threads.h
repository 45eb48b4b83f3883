/* How many threads a piece of work is divided among. */
#ifndef GK_BASE_THREADS_H
#define GK_BASE_THREADS_H

#include <stddef.h>

enum { GK_THREADS_MOST = 16 };

/* GONGKAI_THREADS of the environment, or one for each core; 1 to GK_THREADS_MOST.  1: whoever asks does all of it. */
size_t gk_threads(void);

#endif

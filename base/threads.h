/* How many threads a piece of work is divided among. */
#ifndef GK_BASE_THREADS_H
#define GK_BASE_THREADS_H

#include <stddef.h>

/* GONGKAI_THREADS of the environment, or one for each core; 1 to `most`.  1: whoever asks does all of it. */
size_t gk_threads(size_t most);

#endif

/*
 * Memory that must be there.
 *
 * A fold has no way to say "I could not find out": its answer is a state, and every state means something.  A fold without memory
 * that answered with some state all the same would call an abolished paper unknown, or leave a public one out of the index, and
 * nobody would hear of it.  So it does not answer: it ends the program.  That costs nothing that was acknowledged; locks are the
 * kernel's, and the archive is whole at any instant (safety.md 3.2).  What can refuse uses malloc and gk_nomem() instead.
 */
#ifndef GK_BASE_MEMORY_H
#define GK_BASE_MEMORY_H

#include <stddef.h>

/*
 * Behind the name of a large array in a function: the compiler, which is told to clear everything (configure.ac), need not clear this one.  Only for what is written
 * before it is read, whatever happens.
 */
#if defined(__has_attribute) && __has_attribute(uninitialized)
#define GK_NOT_CLEARED __attribute__((uninitialized))
#else
#define GK_NOT_CLEARED
#endif

/* malloc and calloc that do not return NULL (n = 0 included); free() as usual. */
void *gk_malloc_or_end(size_t n);
void *gk_calloc_or_end(size_t n, size_t size);

/*
 * What is done instead of returning NULL; it must not return and cannot count on any memory.  Set once, before threads.  Without
 * it: "out of memory" in both languages on standard error, and _exit() with the status of GK_CAUSE_MEMORY.
 */
void gk_when_memory_ends(void (*end)(void));
/* Calls that. */
_Noreturn void gk_memory_ended(void);

#endif

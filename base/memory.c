#include "base/memory.h"

#include "base/status.h"

#include <stdlib.h>
#include <unistd.h>

static void (*at_end)(void);

void
gk_when_memory_ends(void (*end)(void))
{
	at_end = end;
}

_Noreturn void
gk_memory_ended(void)
{
	static const char text[] = "内存不足\nout of memory\n";

	if (at_end != NULL)
		at_end();
	/* Neither stdio nor exit handlers: they may want memory too.  What stdout still holds was not acknowledged. */
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	_exit(gk_exit_of(GK_CAUSE_MEMORY));
}

void *
gk_malloc_or_end(size_t n)
{
	void *p = malloc(n > 0 ? n : 1);

	if (p == NULL)
		gk_memory_ended();
	return p;
}

void *
gk_calloc_or_end(size_t n, size_t size)
{
	void *p = calloc(n > 0 ? n : 1, size > 0 ? size : 1);

	if (p == NULL)
		gk_memory_ended();
	return p;
}

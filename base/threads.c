#include "base/threads.h"

#include <stdlib.h>
#include <unistd.h>

size_t
gk_threads(size_t most)
{
	const char *set = getenv("GONGKAI_THREADS");
	long n = set == NULL || *set == '\0' ? sysconf(_SC_NPROCESSORS_ONLN) : strtol(set, NULL, 10);

	return n <= 1 ? 1 : (size_t)n < most ? (size_t)n : most;
}

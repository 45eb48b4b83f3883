/* Fault points: only in builds made to be broken on purpose. */
#include "base/fault.h"

#ifdef GK_FAULTS
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned armed, seen, total;
static const char *hit;

void
gk_fault_arm(unsigned n)
{
	armed = n;
	hit = NULL;
}

const char *
gk_fault_hit(void)
{
	return hit;
}

bool
gk_fault(const char *point)
{
	const char *env = getenv("GONGKAI_FAULT");
	const char *colon = env == NULL ? NULL : strchr(env, ':');

	total++;
	if (colon != NULL) {
		unsigned n = (unsigned)strtoul(colon + 1, NULL, 10);
		size_t len = (size_t)(colon - env);

		if (len == 4 && memcmp(env, "kill", 4) == 0) {
			if (total == n)
				kill(getpid(), SIGKILL);
		} else if (strlen(point) == len && memcmp(env, point, len) == 0 && ++seen == n) {
			errno = EIO;
			return true;
		}
	}
	if (armed > 0 && --armed == 0) {
		hit = point;
		errno = EIO;
		return true;
	}
	return false;
}
#else
/* ISO C wants a declaration in every file. */
typedef int gk_no_faults;
#endif

/*
 * What the box costs a file, in the child itself: processor time of all that gongkai-extract does before the first byte of input (limits, Landlock,
 * seccomp), in children that are forked for it, one after the other.  Unlike the difference of two whole children it can be told on a machine
 * where others are at work.
 *
 *   boxcost [CHILDREN]        two numbers, milliseconds: median, and what nine in ten stay below
 */
#include "extract/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
spent(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* -1 if a child could not be confined. */
static double
one_child(void)
{
	double took = -1;
	int ends[2];
	pid_t pid;

	if (pipe(ends) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		struct gk_err err = GK_ERR_INIT;
		bool locked;
		double before = spent();

		/* The descriptors below 3 are those that a child has. */
		if (dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO && gk_confine(false, &err) == GK_OK && gk_confine_processes(&err) == GK_OK &&
		    gk_jail(GK_BOX_STRICT, NULL, &locked, &err) == GK_OK)
			took = spent() - before;
		_exit(write(STDOUT_FILENO, &took, sizeof took) != (ssize_t)sizeof took);
	}
	close(ends[1]);
	if (pid < 0 || read(ends[0], &took, sizeof took) != (ssize_t)sizeof took)
		took = -1;
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return took;
}

int
main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 400;
	double *all = n > 0 && n <= 1000000 ? calloc(n, sizeof *all) : NULL;

	for (size_t i = 0; i < n && all != NULL; i++)
		if ((all[i] = one_child()) < 0)
			return 1;
	if (all == NULL)
		return 2;
	qsort(all, n, sizeof *all, by_value);
	printf("%.3f %.3f\n", all[n / 2], all[n * 9 / 10]);
	free(all);
	return 0;
}

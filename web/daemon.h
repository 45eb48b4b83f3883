/*
 * How both daemons are started and what they say to whoever reads the journal: options that they share, their help in the language that was chosen, errors in
 * both languages.
 */
#ifndef GK_DAEMON_H
#define GK_DAEMON_H

#include "base/status.h"

#include <argp.h>

/* What the shared options say; listen must have its default before. */
struct daemon {
	const char *archive, *listen, *lang;	/* lang NULL: not given */
	bool proxy, log_requests;
};

enum { DAEMON_OWN_KEYS = 512, DAEMON_OWN_OPTIONS = 16 };	/* keys of a program's own options are from here on, and they are so many at most */

struct daemon_option { const char *name; int key; const char *arg, *zh, *en; };
struct daemon_program {
	const char *zh, *en;			/* what it does */
	const char *log_zh, *log_en;		/* of --log-requests */
	const struct daemon_option *own;	/* up to a NULL name; NULL: none */
	error_t (*take)(void *input, int key, char *arg, struct argp_state *state);	/* one of them */
};

/* Ends the program where argp does: --help, --version, an option that is wrong. */
void daemon_options(int argc, char **argv, const struct daemon_program *p, struct daemon *d, void *input);
/* In both languages, because who reads the journal of a service is not who chose its language; priority as in sd-daemon(3). */
void daemon_say(int priority, const struct gk_err *err);
/* Memory that ends while an answer is made would leave a part of it out without a word: the process ends with these two lines instead. */
_Noreturn void daemon_end(const char *lines);

#endif

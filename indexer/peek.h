/*
 * Files looked at without an archive (extract, check): each is read in a child, and one that is refused costs itself.
 *
 *   command line ──▶ gongkai-extract (child process) ──▶ `each`
 */
#ifndef GK_PEEK_H
#define GK_PEEK_H

#include "indexer/cmd.h"

#include "extract/client.h"

/* name is the path as text (taking_name); reply is borrowed. */
typedef void peek_fn(struct app *app, const char *name, struct gk_reply *reply, void *arg);

/*
 * The files of a command line that has no options of its own.  Returns the exit status: 3 if a file was refused, which is said on stderr and, with --json,
 * in a line of its own ({"file", "type", "reason", "error"}).
 */
int peek_files(struct app *app, const struct cmd *cmd, int argc, char **argv, peek_fn *each, void *arg);

#endif

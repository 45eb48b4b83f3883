/* abolish --list FILE: what cmd-act.c hands over to cmd-lists.c. */
#ifndef GK_LISTS_H
#define GK_LISTS_H

#include "indexer/cmd.h"

int abolish_list(struct app *app, int argc, char **argv);

#endif

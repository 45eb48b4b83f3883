/*
 * The addresses of the public server (experience.md 6), each once: what is asked, how the answer is written, which parameters it has.
 * Requests are looked up in this table and /api/openapi.json is made from it, so that the two cannot differ.
 */
#ifndef GK_ROUTES_H
#define GK_ROUTES_H

#include "searchd/question.h"

enum { GK_ID_MAX = 64, GK_NAME_MAX = 256 };

/* What may stand in a pattern beside letters that are meant as they are. */
struct route {
	const struct route_entry *entry;	/* NULL: there is nothing at this address */
	bool json;				/* errors are answered as JSON */
	char id[GK_ID_MAX + 1];			/* {id} */
	char as_of[16];				/* {date} */
	char name[GK_NAME_MAX];			/* {number} {cat} {org} {years}: the rest of the path */
	int year;				/* {year}: four digits */
	struct gk_param given;			/* what the path says that a parameter could say too; name NULL: nothing */
};

enum {
	ROUTE_UNTAGGED = 1,		/* what it says may change without a commit of the index: no ETag */
	ROUTE_WHOLE = 2,		/* a list to be kept: not answered in part (shards that are away) */
	ROUTE_JUMPS = 4,		/* leads to the document where the question names exactly one */
	ROUTE_PAPER = 16,		/* to be printed */
	ROUTE_LOCAL = 32,		/* for programs on this machine: to others there is nothing at this address; ask and render are NULL (measure.h) */
	ROUTE_EXPORT = 64,		/* a table to be kept: one at a time for an address (L22) */
	ROUTE_LEADS = 8,		/* never a page of its own: leads to the document, else to the search */
};

struct route_param { const char *name, *zh, *en; };

struct route_entry {
	const char *pattern;		/* "/d/{id}/text" */
	const char *type;		/* media type of the answer; NULL: that of the file */
	route_ask *ask;
	route_render *render;		/* NULL: the object as JSON, or the bytes that `ask` has put into the reply */
	const struct route_param *params;	/* up to a NULL name; NULL: none */
	unsigned flags;
	const char *zh, *en;		/* what is there */
};

/* The table, in the order in which it is searched; *n entries. */
const struct route_entry *route_table(size_t *n);
/* False if there is nothing at this address.  What it finds may point into *r, which must stay where it is. */
bool route_find(const char *path, struct route *r);

#endif

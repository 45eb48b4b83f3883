/*
 * A tokenizer for SQLite's FTS5 by libgongkai-cjk:
 *
 *   .load fts5_gongkai
 *   CREATE VIRTUAL TABLE doc USING fts5(title, body, tokenize = 'gongkai');
 *   SELECT title FROM doc WHERE doc MATCH '安全生产';          finds 安全生產 too
 *
 * A document gives every token, those of one place colocated; a question gives pairs, which FTS5 takes as a phrase.  So any run of
 * characters is found wherever it stands, and nothing else is.
 */
#include "cjk/gongkai-cjk.h"

#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

int sqlite3_extension_init(sqlite3 *db, char **why, const sqlite3_api_routines *api);

/* FTS5 wants a tokenizer for each table; ours has nothing to remember, so its address is all there is of it. */
static int
create(void *cls, const char **words, int n, Fts5Tokenizer **out)
{
	static char one;

	(void)cls;
	(void)words;
	if (n > 0)
		return SQLITE_ERROR;
	*out = (Fts5Tokenizer *)&one;
	return SQLITE_OK;
}

static void
delete(Fts5Tokenizer *t)
{
	(void)t;
}

static int
tokenize(Fts5Tokenizer *self, void *cls, int flags, const char *text, int n, int (*take)(void *, int, const char *, int, int, int))
{
	struct gongkai_cjk *c = gongkai_cjk_open(text, (size_t)n, (flags & FTS5_TOKENIZE_QUERY) != 0 ? GONGKAI_CJK_ASK : GONGKAI_CJK_ALL);
	struct gongkai_cjk_token t;
	size_t place = 0;
	bool first = true;
	int rc = SQLITE_OK;

	(void)self;
	if (c == NULL)
		return SQLITE_NOMEM;
	while (rc == SQLITE_OK && gongkai_cjk_next(c, &t)) {
		rc = take(cls, !first && t.place == place ? FTS5_TOKEN_COLOCATED : 0, t.p, (int)t.n, (int)t.start, (int)t.end);
		place = t.place;
		first = false;
	}
	gongkai_cjk_close(c);
	return rc;
}

/* How FTS5 hands out its functions: by a pointer bound to a statement. */
static fts5_api *
fts5_of(sqlite3 *db)
{
	fts5_api *api = NULL;
	sqlite3_stmt *ask = NULL;

	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &ask, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(ask, 1, &api, "fts5_api_ptr", NULL);
		sqlite3_step(ask);
	}
	sqlite3_finalize(ask);
	return api;
}

int
sqlite3_extension_init(sqlite3 *db, char **why, const sqlite3_api_routines *routines)
{
	fts5_tokenizer ours = { create, delete, tokenize };
	fts5_api *api;

	SQLITE_EXTENSION_INIT2(routines);
	api = fts5_of(db);
	if (api == NULL) {
		*why = sqlite3_mprintf("this SQLite has no FTS5");
		return SQLITE_ERROR;
	}
	return api->xCreateTokenizer(api, "gongkai", NULL, &ours, NULL);
}

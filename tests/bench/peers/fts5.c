/* SQLite FTS5 over pairs of characters that were cut before: DIR/fts5.db. */
#include "../speed/load.h"
#include "pairs.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *
open_db(const char *dir, int flags)
{
	char path[4096];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/fts5.db", dir);
	if (sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		stop(path, sqlite3_errmsg(db));
	return db;
}

static void
execute(sqlite3 *db, const char *sql)
{
	char *why;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		stop(sql, why);
}

static char *
cut(const char *text, const char *before, const char *between, const char *after)
{
	struct pairs c = { .text = text, .n = strlen(text) };
	struct pair p;
	char *out = malloc(c.n * 8 + 64), *at = out;

	if (out == NULL)
		stop("text", "out of memory");
	at = stpcpy(at, before);
	while (next_pair(&c, &p)) {
		if (at > out + strlen(before))
			at = stpcpy(at, between);
		at = mempcpy(at, p.p, p.n);
	}
	strcpy(at, after);
	return out;
}

void
engine_index(const char *dir, FILE *docs)
{
	sqlite3 *db = open_db(dir, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	sqlite3_stmt *row, *text;
	struct document d;

	execute(db, "CREATE TABLE docs(rowid INTEGER PRIMARY KEY, category TEXT, year INT, published INT, first INT, last INT)");
	execute(db, "CREATE VIRTUAL TABLE f USING fts5(t, content='')");
	execute(db, "BEGIN");
	if (sqlite3_prepare_v2(db, "INSERT INTO docs VALUES(?,?,?,?,?,?)", -1, &row, NULL) != SQLITE_OK || sqlite3_prepare_v2(db, "INSERT INTO f(rowid, t) VALUES(?,?)", -1, &text, NULL) != SQLITE_OK)
		stop(dir, sqlite3_errmsg(db));
	for (int n = 1; next_document(docs, &d); n++) {
		const int numbers[] = { d.year, d.published, d.from, d.to };

		sqlite3_bind_int(row, 1, n);
		sqlite3_bind_text(row, 2, d.category, -1, SQLITE_STATIC);
		for (int i = 0; i < 4; i++)
			sqlite3_bind_int(row, 3 + i, numbers[i]);
		sqlite3_bind_int(text, 1, n);
		sqlite3_bind_text(text, 2, cut(d.text, "", " ", ""), -1, free);
		if (sqlite3_step(row) != SQLITE_DONE || sqlite3_step(text) != SQLITE_DONE)
			stop(dir, sqlite3_errmsg(db));
		sqlite3_reset(row);
		sqlite3_reset(text);
	}
	sqlite3_finalize(row);
	sqlite3_finalize(text);
	execute(db, "COMMIT");
	sqlite3_close(db);
}

void *
engine_open(const char *dir)
{
	sqlite3 *db = open_db(dir, SQLITE_OPEN_READONLY);

	execute(db, "PRAGMA mmap_size=8000000000");
	return db;
}

static char *
matching(const struct question *q)
{
	char *first = q->ranked ? cut(q->word[0], "\"", "\" OR \"", "\"") : cut(q->word[0], "\"", " ", "\""), *second, *both;

	if (q->word[1] == NULL)
		return first;
	second = cut(q->word[1], "\"", " ", "\"");
	both = malloc(strlen(first) + strlen(second) + 6);
	if (both == NULL)
		stop("query", "out of memory");
	sprintf(both, "%s AND %s", first, second);
	free(first);
	free(second);
	return both;
}

/* Walks the rows of one statement; returns the first column of the last row. */
static long
rows(sqlite3 *db, const struct question *q, const char *match, const char *head, const char *tail)
{
	bool joined = q->year != 0 || q->category[0] != '\0' || q->as_of != 0 || q->newest || strstr(head, "docs") != NULL;
	char sql[1024], where[256];
	sqlite3_stmt *s;
	long last = 0;
	int n = 0, got;

	n += snprintf(where + n, sizeof where - (size_t)n, joined ? " JOIN docs ON docs.rowid = f.rowid WHERE f MATCH ?1" : " WHERE f MATCH ?1");
	if (q->year != 0)
		n += snprintf(where + n, sizeof where - (size_t)n, " AND docs.year = ?2");
	if (q->category[0] != '\0')
		n += snprintf(where + n, sizeof where - (size_t)n, " AND docs.category = ?3");
	if (q->as_of != 0)
		n += snprintf(where + n, sizeof where - (size_t)n, " AND docs.first BETWEEN 1 AND ?4 AND docs.last >= ?4");
	snprintf(sql, sizeof sql, "SELECT %s FROM f%s %s", head, where, tail);
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		stop(sql, sqlite3_errmsg(db));
	sqlite3_bind_text(s, 1, match, -1, SQLITE_STATIC);
	if (q->year != 0)
		sqlite3_bind_int(s, 2, q->year);
	if (q->category[0] != '\0')
		sqlite3_bind_text(s, 3, q->category, -1, SQLITE_STATIC);
	if (q->as_of != 0)
		sqlite3_bind_int(s, 4, q->as_of);
	while ((got = sqlite3_step(s)) == SQLITE_ROW)
		last = (long)sqlite3_column_int64(s, 0);
	if (got != SQLITE_DONE)
		stop(sql, sqlite3_errmsg(db));
	sqlite3_finalize(s);
	return last;
}

long
engine_ask(void *handle, const struct question *q)
{
	char *match = matching(q), tail[96];
	long total = q->ranked ? 0 : rows(handle, q, match, "count(*)", "");

	snprintf(tail, sizeof tail, "ORDER BY %s LIMIT 10 OFFSET %d", q->newest ? "docs.published DESC" : "f.rank", q->offset);
	rows(handle, q, match, "f.rowid", tail);
	if (q->facets) {
		rows(handle, q, match, "count(*), docs.category", "GROUP BY docs.category");
		rows(handle, q, match, "count(*), docs.year", "GROUP BY docs.year");
	}
	free(match);
	return total;
}

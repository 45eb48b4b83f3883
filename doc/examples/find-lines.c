/*
 * Lines of Chinese text, found with SQLite and libgongkai-cjk:
 *
 *   cc -o find-lines find-lines.c $(pkg-config --cflags --libs gongkai-cjk sqlite3)
 *   ./find-lines "$(pkg-config --variable=fts5 gongkai-cjk)" 安全生产 <text.txt
 *
 * The tokenizer is an extension that SQLite loads; a table that stays on the disk should keep gongkai_cjk_version() beside it and be
 * built again when that changes.
 */
#include <gongkai-cjk.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
failed(sqlite3 *db, const char *what)
{
	fprintf(stderr, "find-lines: %s: %s\n", what, sqlite3_errmsg(db));
	return 1;
}

/* A phrase in the language of FTS5: whatever stands between the quotation marks is text.  NULL if there is no term in it, or no memory. */
static char *
phrase(const char *question)
{
	struct gongkai_cjk *c = gongkai_cjk_open(question, strlen(question), GONGKAI_CJK_ASK);
	struct gongkai_cjk_token t;
	bool any = c && gongkai_cjk_next(c, &t);

	gongkai_cjk_close(c);
	return any ? sqlite3_mprintf("\"%w\"", question) : NULL;
}

static int
take_lines(sqlite3 *db)
{
	sqlite3_stmt *put;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int rc = sqlite3_prepare_v2(db, "INSERT INTO doc(line) VALUES (?1)", -1, &put, NULL);

	while (rc == SQLITE_OK && (n = getline(&line, &room, stdin)) > 0) {
		sqlite3_bind_text(put, 1, line, (int)(line[n - 1] == '\n' ? n - 1 : n), SQLITE_TRANSIENT);
		sqlite3_step(put);
		rc = sqlite3_reset(put);
	}
	free(line);
	sqlite3_finalize(put);
	return rc;
}

static int
show_lines(sqlite3 *db, const char *asked)
{
	sqlite3_stmt *find;

	if (sqlite3_prepare_v2(db, "SELECT rowid, line FROM doc WHERE doc MATCH ?1 ORDER BY rowid", -1, &find, NULL) != SQLITE_OK)
		return sqlite3_errcode(db);
	sqlite3_bind_text(find, 1, asked, -1, SQLITE_STATIC);
	while (sqlite3_step(find) == SQLITE_ROW)
		printf("%lld: %s\n", (long long)sqlite3_column_int64(find, 0), (const char *)sqlite3_column_text(find, 1));
	return sqlite3_finalize(find);
}

static int
find(sqlite3 *db, const char *tokenizer, const char *asked)
{
	char *why = NULL;

	if (sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL) != SQLITE_OK || sqlite3_load_extension(db, tokenizer, NULL, &why) != SQLITE_OK) {
		fprintf(stderr, "find-lines: cannot load '%s': %s\n", tokenizer, why ? why : sqlite3_errmsg(db));
		sqlite3_free(why);
		return 1;
	}
	if (sqlite3_exec(db, "BEGIN; CREATE VIRTUAL TABLE doc USING fts5(line, tokenize = gongkai)", NULL, NULL, NULL) != SQLITE_OK || take_lines(db) != SQLITE_OK ||
	    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		return failed(db, "cannot take the lines in");
	return show_lines(db, asked) == SQLITE_OK ? 0 : failed(db, "cannot look for it");
}

int
main(int argc, char **argv)
{
	sqlite3 *db = NULL;
	char *asked;
	int status;

	if (argc != 3) {
		fputs("usage: find-lines TOKENIZER QUESTION <TEXT\n", stderr);
		return 2;
	}
	asked = phrase(argv[2]);
	if (!asked) {
		fprintf(stderr, "find-lines: there is nothing in '%s' that could be looked for\n", argv[2]);
		return 2;
	}
	status = sqlite3_open(":memory:", &db) == SQLITE_OK ? find(db, argv[1], asked) : failed(db, "cannot open a database");
	sqlite3_close(db);
	sqlite3_free(asked);
	return status;
}

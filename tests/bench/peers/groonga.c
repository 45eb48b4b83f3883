/* Groonga with its TokenBigram, as a library: DIR/groonga.db.  Loaded by its own command, indexed after that (its faster way), flushed to the disk. */
#include "../speed/load.h"

#include <groonga.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const char *const schema[] = {
	"table_create Categories TABLE_HASH_KEY ShortText",
	"table_create Years TABLE_PAT_KEY Int32",
	"table_create Docs TABLE_NO_KEY",
	"column_create Docs category COLUMN_SCALAR Categories",
	"column_create Docs year COLUMN_SCALAR Years",
	"column_create Docs published COLUMN_SCALAR Int32",
	"column_create Docs first COLUMN_SCALAR Int32",
	"column_create Docs last COLUMN_SCALAR Int32",
	"column_create Docs text COLUMN_SCALAR LongText",
	NULL
}, *const after[] = {
	"table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerAuto",
	"column_create Terms docs COLUMN_INDEX|WITH_POSITION Docs text",
	"column_create Categories docs COLUMN_INDEX Docs category",
	"column_create Years docs COLUMN_INDEX Docs year",
	"io_flush",
	NULL
};

static void
say(grn_ctx *ctx, const char *command, char **answer, unsigned *n)
{
	int flags;

	grn_ctx_send(ctx, command, (unsigned)strlen(command), 0);
	grn_ctx_recv(ctx, answer, n, &flags);
	if (ctx->rc != GRN_SUCCESS)
		stop(command, ctx->errbuf);
}

static void
all(grn_ctx *ctx, const char *const *commands)
{
	char *answer;
	unsigned n;

	for (; *commands != NULL; commands++)
		say(ctx, *commands, &answer, &n);
}

static char *
as_json(const struct document *d)
{
	size_t n = strlen(d->text);
	char *out = malloc(2 * n + 512), *at = out;

	if (out == NULL)
		stop("document", "out of memory");
	at += sprintf(at, "{\"category\":\"%s\",\"year\":%d,\"published\":%d,\"first\":%d,\"last\":%d,\"text\":\"", d->category, d->year, d->published, d->from, d->to);
	for (const char *p = d->text; *p != '\0'; p++) {
		bool control = (unsigned char)*p < ' ';

		if (control || *p == '"' || *p == '\\')
			*at++ = '\\';
		*at++ = control ? 'n' : *p;
	}
	strcpy(at, "\"}");
	return out;
}

void
engine_index(const char *dir, FILE *docs)
{
	char path[4096], *answer;
	grn_ctx ctx;
	struct document d;
	unsigned n;

	snprintf(path, sizeof path, "%s/groonga.db", dir);
	if (grn_init() != GRN_SUCCESS || grn_ctx_init(&ctx, 0) != GRN_SUCCESS || grn_db_create(&ctx, path, NULL) == NULL)
		stop(path, "cannot be made");
	all(&ctx, schema);
	say(&ctx, "load --table Docs", &answer, &n);
	say(&ctx, "[", &answer, &n);
	for (bool more = false; next_document(docs, &d); more = true) {
		char *json = as_json(&d);

		if (more)
			say(&ctx, ",", &answer, &n);
		say(&ctx, json, &answer, &n);
		free(json);
	}
	say(&ctx, "]", &answer, &n);
	all(&ctx, after);
	grn_ctx_fin(&ctx);
	grn_fin();
}

void *
engine_open(const char *dir)
{
	static grn_obj *db;
	grn_ctx *ctx;
	char path[4096];

	if (db == NULL)
		grn_init();
	ctx = grn_ctx_open(0);
	snprintf(path, sizeof path, "%s/groonga.db", dir);
	if (ctx != NULL && db == NULL)
		db = grn_db_open(ctx, path);
	else if (ctx != NULL)
		grn_ctx_use(ctx, db);
	if (ctx == NULL || db == NULL)
		stop(path, "cannot be opened");
	return ctx;
}

static size_t
any_of_its_pairs(char *out, size_t room, const char *text)
{
	size_t n = 0, chars = strlen(text) / 3;

	for (size_t i = 0; i + 1 < chars; i++)
		n += (size_t)snprintf(out + n, room - n, "%s%.6s", i > 0 ? " OR " : "", text + 3 * i);
	return n;
}

long
engine_ask(void *handle, const struct question *q)
{
	char command[8192], *answer;
	size_t n = (size_t)snprintf(command, sizeof command, "select Docs --cache no --match_columns text --output_columns _id --limit 10 --offset %d --sort_keys %s --query '", q->offset,
				    q->newest ? "-published" : "-_score");
	unsigned got;

	if (q->ranked)
		n += any_of_its_pairs(command + n, sizeof command - n, q->word[0]);
	else
		n += (size_t)snprintf(command + n, sizeof command - n, q->word[1] != NULL ? "\"%s\" \"%s\"" : "\"%s\"", q->word[0], q->word[1]);
	n += (size_t)snprintf(command + n, sizeof command - n, "'");
	if (q->year != 0)
		n += (size_t)snprintf(command + n, sizeof command - n, " --filter 'year == %d && category == \"%s\"'", q->year, q->category);
	if (q->as_of != 0)
		n += (size_t)snprintf(command + n, sizeof command - n, " --filter 'first > 0 && first <= %d && last >= %d'", q->as_of, q->as_of);
	if (q->facets)
		n += (size_t)snprintf(command + n, sizeof command - n, " --drilldown 'category, year' --drilldown_sort_keys -_nsubrecs");
	say(handle, command, &answer, &got);
	return got > 3 ? strtol(answer + 3, NULL, 10) : -2;
}

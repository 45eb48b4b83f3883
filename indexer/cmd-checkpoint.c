/*
 * gongkai checkpoint: a signed head of the tree over all records (archive/leaves.h), made to be kept by others.
 *
 * It is made under the writer's lock: what a reader sees behind the last flush may yet be cut off, and a checkpoint must never
 * count a record that was not safe.  Before anything is signed, the tree must contain the tree of the checkpoint before
 * it; a log that signs two histories has ended.
 *
 *   checkpoint                 make one (or show the newest, if nothing was added since) and print the note
 *   checkpoint --line          the same in one line, for a page footer or the annual report
 *   checkpoint --attach FILE   add the cosignature of a witness to the stored one
 *   checkpoint --since N       print what a witness is sent (c2sp.org/tlog-witness): the note and the proof that it grew from N
 */
#include "archive/append.h"
#include "archive/checkpoints.h"
#include "archive/key.h"
#include "archive/leaves.h"
#include "archive/ledger.h"
#include "base/io.h"
#include "catalog/catalog.h"
#include "indexer/cmd.h"
#include "record/config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct args { const char *attach, *witness, *since; bool line; };

struct checkpoint {
	struct app *app;
	struct gk_config config;
	struct gk_append *lock;
	struct gk_archive *archive;
	struct gk_note_secret secret;
	struct gk_leaves *leaves;
	struct gk_buf text;		/* of the note to print */
	struct gk_note note;
	struct gk_checkpoint head;
	bool made;			/* new with this call */
	struct gk_ledger_head ledgers[GK_LEDGERS];
	bool ledgers_made;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'l':
		a->line = true;
		return 0;
	case 'a':
		a->attach = arg;
		return 0;
	case 'w':
		a->witness = arg;
		return 0;
	case 's':
		a->since = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- opening ------------------------------------------------------------------------------------------------------- */

/* The end that the index knows of spares reading a whole segment for its torn tail; {0} if it knows none. */
static struct gk_loc
known_good(const char *dir)
{
	struct gk_place mark = { 0, 0, 0 };
	char *index = gk_path(dir, "index/public");
	struct gk_catalog *c;

	if (index != NULL && gk_catalog_open(index, &c, NULL) == GK_OK) {
		if (gk_catalog_mark(c, &mark, NULL) != GK_OK)
			mark = (struct gk_place){ 0, 0, 0 };
		gk_catalog_close(c);
	}
	free(index);
	return (struct gk_loc){ .segment = mark.segment, .length = mark.length, .offset = mark.offset };
}

static enum gk_status
open_all(struct checkpoint *c, struct gk_err *err)
{
	const char *dir = c->app->archive;
	char *conf = gk_path(dir, "gongkai.conf"), name[GK_NOTE_NAME];
	bool new_key = false;
	uint64_t torn = 0;
	enum gk_status st = conf == NULL ? gk_nomem(err) : gk_archive_open(dir, &c->archive, err);

	if (st == GK_OK)
		st = gk_config_read(conf, &c->config, err);
	free(conf);
	if (st == GK_OK)
		st = gk_append_open(dir, c->app->wait >= 0 ? c->app->wait : (int)c->config.wait, known_good(dir), &c->lock, &torn, err);
	if (st != GK_OK)
		return st;
	if (torn > 0)
		app_note(c->app, "说明：上次中断留下的 %ju 字节已移到 warc/torn/", "note: %ju bytes that an interruption left were moved to warc/torn/", (uintmax_t)torn);
	snprintf(name, sizeof name, "gongkai/%s", c->config.code);
	st = gk_key_secret(dir, name, &c->secret, &new_key, err);
	if (st == GK_OK && new_key)
		app_note(c->app, "已生成签名密钥 %s/keys/checkpoint.key（请另存一份副本）；公钥在 checkpoint.pub，请公布", "made the signing key %s/keys/checkpoint.key (keep a copy elsewhere); publish checkpoint.pub beside it", dir);
	return st;
}

static void
close_all(struct checkpoint *c)
{
	gk_leaves_close(c->leaves);
	gk_note_secret_wipe(&c->secret);
	gk_buf_free(&c->text);
	gk_append_close(c->lock);
	gk_archive_close(c->archive);
	gk_config_free(&c->config);
}

/* The stored one of this size into c->text, c->note, c->head; its signature is ours and holds. */
static enum gk_status
load(struct checkpoint *c, uint64_t size, struct gk_err *err)
{
	enum gk_status st = gk_checkpoint_load(c->app->archive, size, &c->text, &c->note, &c->head, err);

	if (st == GK_OK)
		st = gk_note_verify(&c->note, &c->secret.key, NULL, err);
	if (st == GK_END)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "已存的检查点（%" PRIu64 " 条）不是用本档案的密钥签的", "the stored checkpoint of %" PRIu64 " records is not signed with this archive's key", size);
	return st;
}

/* --- making ------------------------------------------------------------------------------------------------------------ */

static bool
grew(struct gk_leaves *l, const struct gk_checkpoint *old)
{
	struct gk_hash root;

	return gk_leaves_size(l) >= old->size && gk_merkle_root(gk_leaves_read, l, old->size, &root) && gk_hash_equal(&root, &old->root);
}

/* The tree over all records.  Kept hashes that do not lead to the checkpoint before are made again before anything is said. */
static enum gk_status
open_leaves(struct checkpoint *c, const struct gk_checkpoint *before, struct gk_err *err)
{
	enum gk_status st = gk_leaves_open(c->archive, c->app->archive, true, 0, &c->leaves, err);

	if (st != GK_OK || before == NULL || grew(c->leaves, before))
		return st;
	gk_leaves_close(c->leaves);
	c->leaves = NULL;
	st = gk_leaves_rebuild(c->archive, c->app->archive, true, 0, &c->leaves, err);
	if (st != GK_OK || grew(c->leaves, before))
		return st;
	gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "不签：档案不是从上一个检查点（%" PRIu64 " 条记录）增长来的", "not signed: the archive did not grow from its last checkpoint (%" PRIu64 " records)", before->size);
	gk_hint(err, "gongkai verify --against %s/checkpoints/%012" PRIu64 ".note 说明何处不同", "gongkai verify --against %s/checkpoints/%012" PRIu64 ".note tells where", c->app->archive, before->size);
	return GK_REFUSED;
}

static enum gk_status
sign(struct checkpoint *c, struct gk_err *err)
{
	struct gk_checkpoint head = { .size = gk_leaves_size(c->leaves) };
	struct gk_buf text;
	enum gk_status st = GK_OK;

	snprintf(head.origin, sizeof head.origin, "%s", c->secret.key.name);
	if (!gk_merkle_root(gk_leaves_read, c->leaves, head.size, &head.root))
		return gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "不能读取 '%s/index/leaves'", "cannot read '%s/index/leaves'", c->app->archive);
	gk_buf_init(&text, GK_NOTE_MAX);
	if (!gk_checkpoint_text(&head, &text) || !gk_buf_add(&c->text, text.p, text.n) || !gk_buf_putc(&c->text, '\n') ||
	    !gk_note_sign_line(&c->secret, text.p, text.n, 0, &c->text))
		st = gk_nomem(err);
	gk_buf_free(&text);
	if (st == GK_OK)
		st = gk_checkpoint_store(c->app->archive, head.size, &c->text, err);
	gk_buf_free(&c->text);
	c->made = true;
	/* What is printed is what a reader will find on the disk. */
	return st == GK_OK ? load(c, head.size, err) : st;
}

static enum gk_status
make(struct checkpoint *c, struct gk_err *err)
{
	struct gk_checkpoint before;
	uint64_t newest = 0;
	bool have;
	enum gk_status st = gk_checkpoint_newest(c->app->archive, &newest, err);

	have = st == GK_OK;
	if (have)
		st = load(c, newest, err);
	if (st != GK_OK && st != GK_END)
		return st;
	before = c->head;
	st = open_leaves(c, have ? &before : NULL, err);
	if (st != GK_OK || (have && gk_leaves_size(c->leaves) == newest))
		return st;
	gk_buf_free(&c->text);
	gk_buf_init(&c->text, GK_NOTE_MAX);
	return sign(c, err);
}

/* --- attaching ------------------------------------------------------------------------------------------------------------ */

/* Which stored checkpoint is it about?  Bare lines do not say: the newest. */
static enum gk_status
size_of_other(struct checkpoint *c, const struct gk_buf *other, uint64_t *size, struct gk_err *err)
{
	struct gk_note *note = malloc(sizeof *note);
	struct gk_checkpoint head;
	enum gk_status st;

	if (note == NULL)
		return gk_nomem(err);
	if (gk_note_parse(other->p == NULL ? "" : other->p, other->n, note, NULL) == GK_OK && gk_checkpoint_parse(note->text, note->text_n, &head, NULL) == GK_OK) {
		*size = head.size;
		st = GK_OK;
	} else {
		st = gk_checkpoint_newest(c->app->archive, size, err);
	}
	free(note);
	if (st == GK_END) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "还没有检查点", "there is no checkpoint yet");
		gk_hint(err, "先运行 gongkai checkpoint", "run gongkai checkpoint first");
	}
	return st;
}

static enum gk_status
attach(struct checkpoint *c, const struct args *a, size_t *added, struct gk_err *err)
{
	struct gk_note_key witness;
	struct gk_buf other, both;
	struct gk_note *check = malloc(sizeof *check);
	uint64_t size = 0;
	enum gk_status st = check == NULL ? gk_nomem(err) : gk_read_file(a->attach, GK_NOTE_MAX, &other, err);

	if (st != GK_OK) {
		free(check);
		return st;
	}
	gk_buf_init(&both, GK_NOTE_MAX);
	if (a->witness != NULL)
		st = gk_key_given(a->witness, &witness, err);
	if (st == GK_OK)
		st = size_of_other(c, &other, &size, err);
	if (st == GK_OK)
		st = load(c, size, err);
	if (st == GK_OK)
		st = gk_note_attach(c->text.p, c->text.n, other.p == NULL ? "" : other.p, other.n, a->witness != NULL ? &witness : NULL, &both, added, err);
	/* A line that claims to be ours and is not would spoil the whole note. */
	if (st == GK_OK)
		st = gk_note_parse(both.p, both.n, check, err);
	if (st == GK_OK)
		st = gk_note_verify(check, &c->secret.key, NULL, err);
	if (st == GK_OK && *added > 0)
		st = gk_checkpoint_store(c->app->archive, size, &both, err);
	if (st == GK_OK) {
		gk_buf_free(&c->text);
		st = load(c, size, err);
	}
	gk_buf_free(&both);
	gk_buf_free(&other);
	free(check);
	return st;
}

/* --- printing ---------------------------------------------------------------------------------------------------------------- */

static enum gk_status
growth(struct checkpoint *c, const char *since, struct gk_buf *out, struct gk_err *err)
{
	struct gk_hash path[GK_PATH_MAX];
	size_t count = 0;
	char *end;
	uint64_t old = strtoull(since, &end, 10);

	if (*since < '0' || *since > '9' || *end != '\0' || old > c->head.size)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "--since 要 0 到 %" PRIu64 " 的记录数，不能是 '%s'", "--since wants a number of records from 0 to %" PRIu64 ", not '%s'", c->head.size, since);
	if (old > 0 && !gk_merkle_consistency(gk_leaves_read, c->leaves, old, c->head.size, path, &count))
		return gk_fail(err, GK_DEAD, GK_CAUSE_DEVICE, "不能读取 '%s/index/leaves'", "cannot read '%s/index/leaves'", c->app->archive);
	gk_buf_printf(out, "old %" PRIu64 "\n", old);
	for (size_t i = 0; i < count; i++) {
		gk_base64_add(out, path[i].b, GK_HASH);
		gk_buf_putc(out, '\n');
	}
	gk_buf_putc(out, '\n');
	return out->failed ? gk_nomem(err) : GK_OK;
}

static json_t *
json_of(const struct checkpoint *c, const char *line, const char *growth_text)
{
	char key[GK_NOTE_KEY_MAX], root[64];
	struct gk_buf b;
	json_t *signers = json_array();

	gk_buf_init(&b, sizeof root);
	gk_base64_add(&b, c->head.root.b, GK_HASH);
	snprintf(root, sizeof root, "%s", b.p == NULL ? "" : b.p);
	gk_buf_free(&b);
	gk_note_key_format(&c->secret.key, key);
	for (size_t i = 0; i < c->note.n_lines; i++)
		json_array_append_new(signers, json_string(c->note.lines[i].name));
	return json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:o, s:b, s:s*}", "origin", c->head.origin, "records", (json_int_t)c->head.size, "root", root, "note", c->text.p, "line", line,
			 "key", key, "signers", signers, "new", c->made, "since", growth_text);
}

static enum gk_status
print(struct checkpoint *c, const struct args *a, struct gk_err *err)
{
	struct gk_buf line, proof;
	enum gk_status st;

	gk_buf_init(&line, GK_NOTE_MAX);
	gk_buf_init(&proof, GK_NOTE_MAX);
	st = gk_checkpoint_line(&c->note, &c->secret.key, &line, err);
	if (st == GK_OK && a->since != NULL)
		st = growth(c, a->since, &proof, err);
	if (st == GK_OK && c->app->json) {
		line.p[line.n - 1] = '\0';
		app_json(json_of(c, line.p, proof.p));
	} else if (st == GK_OK) {
		printf("%s%s", proof.p == NULL ? "" : proof.p, a->line ? line.p : c->text.p);
		fflush(stdout);
	}
	gk_buf_free(&line);
	gk_buf_free(&proof);
	return st;
}

static enum gk_status
checkpoint(struct checkpoint *c, const struct args *a, struct gk_err *err)
{
	size_t added = 0;
	enum gk_status st = open_all(c, err);

	/* Nothing is signed beside a ledger that was changed. */
	if (st == GK_OK && a->attach == NULL)
		st = gk_ledgers_check(c->app->archive, &c->secret.key, c->ledgers, err);
	if (st == GK_OK)
		st = a->attach != NULL ? attach(c, a, &added, err) : make(c, err);
	if (st == GK_OK && a->attach == NULL)
		st = gk_ledgers_sign(c->app->archive, &c->secret, c->ledgers, &c->ledgers_made, err);
	if (st == GK_OK)
		st = print(c, a, err);
	if (st != GK_OK)
		return st;
	if (a->attach != NULL) {
		app_note(c->app, "附上 %zu 个联署（检查点：%ju 条记录）", "attached %zu cosignatures (checkpoint of %ju records)", added, (uintmax_t)c->head.size);
		return GK_OK;
	}
	if (c->ledgers_made)
		app_note(c->app, "台账一并签名：申请 %ju 条登记，交付 %ju 条（不在检查点里公布）", "the ledgers were signed too: %ju events of applications, %ju of deliveries (apart from the checkpoint)",
			 (uintmax_t)c->ledgers[GK_LEDGER_APPLICATIONS].lines, (uintmax_t)c->ledgers[GK_LEDGER_DELIVERIES].lines);
	if (c->made)
		app_note(c->app, "检查点：%ju 条记录。请保存在本机以外（公布、寄出或打印）：只有别人手里的检查点能证明最新的记录没有被去掉",
			 "checkpoint of %ju records.  Keep it outside this machine (publish, mail or print it): only a checkpoint in other hands shows that the newest records were not removed",
			 (uintmax_t)c->head.size);
	else
		app_note(c->app, "自上一个检查点（%ju 条记录）以来没有新记录", "nothing was added since the last checkpoint (%ju records)", (uintmax_t)c->head.size);
	return GK_OK;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { NULL, NULL, NULL, false };
	struct argp_option options[] = {
		{ "line", 'l', NULL, 0, GK_T("写成一行，便于刊登", "in one line, to be printed in public"), 1 },
		{ "attach", 'a', "FILE", 0, GK_T("附上外部见证人的联署", "attach the cosignature of an outside witness"), 1 },
		{ "witness", 'w', "KEY", 0, GK_T("见证人的公钥或其文件：联署须成立才附上", "the witness's public key or its file: attach only what holds"), 1 },
		{ "since", 's', "N", 0, GK_T("连同自 N 条记录以来只增未改的证明，供见证人验证", "with the proof for a witness that it grew from N records"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct checkpoint *c = calloc(1, sizeof *c);
	struct gk_err err = GK_ERR_INIT;
	int status = 0;

	app_parse(app, &cmd_checkpoint, argc, argv, options, parse, &a);
	if (c == NULL) {
		gk_nomem(&err);
		return app_error(app, &err);
	}
	c->app = app;
	gk_buf_init(&c->text, GK_NOTE_MAX);
	if (a.attach != NULL && a.since != NULL) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "--attach 与 --since 不能同用", "--attach and --since do not go together");
		status = app_error(app, &err);
	} else if (checkpoint(c, &a, &err) != GK_OK) {
		status = app_error(app, &err);
	}
	close_all(c);
	free(c);
	return status;
}

const struct cmd cmd_checkpoint = {
	.name = "checkpoint",
	.args_zh = "",
	.args_en = "",
	.doc_zh = "给档案签一个检查点，证明以后只增未改",
	.doc_en = "Sign a checkpoint: shows that the archive only grew",
	.run = run,
};

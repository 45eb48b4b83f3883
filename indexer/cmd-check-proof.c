/*
 * gongkai check-proof: judge what `gongkai proof` wrote (the format is at the top of web/proof.h), on any machine: no archive,
 * no network, no configuration.  What must be so, and is tried in this order:
 *
 *   the file      is written in the one way that its content can be written
 *   checkpoint    is a checkpoint; the signature of the key in the proof holds; so does the witness's, if one was asked for
 *   each record   its entry is a leaf of the checkpoint's tree, at its index
 *   each event    its bytes have the digest of its entry; it speaks of this document
 *   the rest      is the original or text that an event names, with that digest; nothing is missing, nothing is left over
 *   public        a proof without events: each record is an original or a text whose entry names this document
 *   --original    has the digest of one of the originals
 *
 * The proof is foreign: everything in it is bounded, and nothing of it is believed before its digest is.
 */
#include "archive/key.h"
#include "archive/leaves.h"
#include "archive/note.h"
#include "base/digest.h"
#include "base/io.h"
#include "indexer/cmd.h"
#include "indexer/store.h"
#include "record/field.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const size_t FILE_MAX = (size_t)512 * 1024 * 1024, PROOF_MAX = (size_t)64 * 1024 * 1024;

struct args {
	char **files;
	size_t n;
	const char *key, *original, *witness, *checkpoint;
};

/* What the person trusts, read once. */
struct trust {
	bool key_given, witness_given;
	struct gk_note_key key, witness;
	struct gk_buf published;		/* text of the checkpoint given with --checkpoint; empty: none */
	char original[GK_WARC_DIGEST];		/* "sha256:…" of the file; "": none */
};

struct leaf {
	struct gk_leaf leaf;
	uint64_t index;
	bool named;			/* an event speaks of it, or it is one */
	struct gk_event event;
	bool is_event;
};

struct proof {
	const struct trust *trust;
	json_t *json;
	const char *id;
	bool public;			/* without events */
	struct gk_note note;
	struct gk_note_key key;
	struct gk_checkpoint head;
	uint64_t when;			/* of the witness */
	struct leaf *leaves;
	size_t n;
	size_t versions, version;	/* originals there are; which one the file is, from 1 */
	const char *digest;		/* of the newest original; "" if no event has one */
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'k':
		a->key = arg;
		return 0;
	case 'O':
		a->original = arg;
		return 0;
	case 'w':
		a->witness = arg;
		return 0;
	case 'c':
		a->checkpoint = arg;
		return 0;
	case ARGP_KEY_ARG:
		a->files[a->n++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static enum gk_status
no(struct gk_err *err, const char *zh, const char *en)
{
	return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "%s%.0s", "%.0s%s", zh, en);
}

/* --- what is trusted ---------------------------------------------------------------------------------------------------- */

/* A note or a line; only its text counts, its signature is looked at in the proof. */
static enum gk_status
read_published(const char *path, struct gk_buf *out, struct gk_err *err)
{
	struct gk_buf file, text;
	struct gk_note *note = malloc(sizeof *note);
	struct gk_checkpoint head;
	enum gk_status st = note == NULL ? gk_nomem(err) : gk_read_file(path, GK_NOTE_MAX / 2, &file, err);

	if (st != GK_OK) {
		free(note);
		return st;
	}
	gk_buf_init(&text, GK_NOTE_MAX);
	st = gk_checkpoint_note(file.p == NULL ? "" : file.p, file.n, &text, err);
	if (st == GK_OK)
		st = gk_note_parse(text.p == NULL ? "" : text.p, text.n, note, err);
	if (st == GK_OK)
		st = gk_checkpoint_parse(note->text, note->text_n, &head, err);
	if (st == GK_OK && !gk_buf_add(out, note->text, note->text_n))
		st = gk_nomem(err);
	gk_buf_free(&text);
	gk_buf_free(&file);
	free(note);
	return st;
}

static enum gk_status
digest_file(const char *path, char out[GK_WARC_DIGEST], struct gk_err *err)
{
	unsigned char buf[65536], sum[GK_SHA256];
	struct gk_sha256_sum s;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = fd < 0 ? -1 : 1;

	gk_sha256_init(&s);
	while (got > 0) {
		got = read(fd, buf, sizeof buf);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			gk_sha256_add(&s, buf, (size_t)got);
	}
	if (got < 0)
		gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读取 '%s'：%s", "cannot read '%s': %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	gk_sha256_end(&s, sum);
	memcpy(out, "sha256:", 7);
	sodium_bin2hex(out + 7, GK_WARC_DIGEST - 7, sum, sizeof sum);
	return got < 0 ? GK_DEAD : GK_OK;
}

static enum gk_status
read_trust(const struct args *a, struct trust *t, struct gk_err *err)
{
	enum gk_status st = GK_OK;

	t->key_given = a->key != NULL;
	t->witness_given = a->witness != NULL;
	if (t->key_given)
		st = gk_key_given(a->key, &t->key, err);
	if (st == GK_OK && t->witness_given)
		st = gk_key_given(a->witness, &t->witness, err);
	if (st == GK_OK && a->checkpoint != NULL)
		st = read_published(a->checkpoint, &t->published, err);
	if (st == GK_OK && a->original != NULL)
		st = digest_file(a->original, t->original, err);
	return st;
}

/* --- the file -------------------------------------------------------------------------------------------------------------- */

static enum gk_status
read_json(struct proof *p, const char *line, size_t n, struct gk_err *err)
{
	json_error_t why;
	char *again;
	bool same;

	if (n > PROOF_MAX)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_LIMIT, "证明有 %zu 字节，超过上限 %zu", "the proof has %zu bytes, more than the limit of %zu", n, PROOF_MAX);
	p->json = json_loadb(line, n, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(p->json))
		return no(err, "不是证明：不成 JSON", "this is no proof: not JSON");
	/* Two spellings of one proof would be two files that both hold. */
	again = json_dumps(p->json, JSON_COMPACT | JSON_SORT_KEYS);
	if (again == NULL)
		return gk_nomem(err);
	same = strlen(again) == n && memcmp(again, line, n) == 0;
	free(again);
	return same ? GK_OK : no(err, "写法不是 gongkai proof 的写法：文件被改过", "it is not written as gongkai proof writes: the file was changed");
}

/* A string of exactly this kind; NULL if it is none. */
static const char *
string_of(const json_t *o, const char *key, size_t *n)
{
	const json_t *s = json_object_get(o, key);

	*n = json_string_length(s);
	return json_string_value(s);
}

static enum gk_status
read_head(struct proof *p, struct gk_err *err)
{
	const json_t *format = json_object_get(p->json, "gongkai_proof");
	const char *text, *key;
	size_t text_n, key_n, id_n;
	enum gk_status st;

	if (json_is_integer(format) && json_integer_value(format) > 1)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NEWER, "证明由更新的 gongkai 写成：格式 %lld", "the proof was written by a newer gongkai: format %lld", (long long)json_integer_value(format));
	p->public = json_is_true(json_object_get(p->json, "public"));
	text = string_of(p->json, "checkpoint", &text_n);
	key = string_of(p->json, "key", &key_n);
	p->id = string_of(p->json, "id", &id_n);
	if (!json_is_integer(format) || json_integer_value(format) != 1 || json_object_size(p->json) != (p->public ? 6 : 5) || text == NULL || key == NULL || p->id == NULL ||
	    !json_is_array(json_object_get(p->json, "records")))
		return no(err, "不是证明：项目缺少或多余", "this is no proof: parts are missing, or there are too many");
	if (!gk_id_valid(p->id))
		return no(err, "证明里的编号不成编号", "the id in the proof is none");
	st = gk_note_key_parse(key, key_n, &p->key, err);
	if (st == GK_OK && (key_n == 0 || key[key_n - 1] == '\n'))
		st = no(err, "证明里的公钥后面多了换行", "there is a line break behind the key in the proof");
	if (st == GK_OK)
		st = gk_note_parse(text, text_n, &p->note, err);
	return st == GK_OK ? gk_checkpoint_parse(p->note.text, p->note.text_n, &p->head, err) : st;
}

/* --- the checkpoint ------------------------------------------------------------------------------------------------------------ */

static enum gk_status
check_checkpoint(struct proof *p, struct gk_err *err)
{
	const struct trust *t = p->trust;
	enum gk_status st;

	if (t->key_given && !gk_note_key_equal(&t->key, &p->key)) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "证明用的是另一把公钥 '%s+%08" PRIx32 "'，不是给定的 '%s+%08" PRIx32 "'",
			"the proof is made with another key, '%s+%08" PRIx32 "', not with the given '%s+%08" PRIx32 "'", p->key.name, p->key.id, t->key.name, t->key.id);
		return GK_REFUSED;
	}
	if (strcmp(p->head.origin, p->key.name) != 0)
		return no(err, "检查点的来源与公钥的名称不同", "the origin of the checkpoint is not the name of the key");
	st = gk_note_verify(&p->note, &p->key, NULL, err);
	if (st == GK_END)
		st = no(err, "检查点没有这把公钥的签名", "the checkpoint has no signature of this key");
	if (st == GK_OK && t->published.n > 0 && (t->published.n != p->note.text_n || memcmp(t->published.p, p->note.text, p->note.text_n) != 0)) {
		st = no(err, "证明所对的检查点不是给定的那一个", "the proof is against another checkpoint than the given one");
		gk_hint(err, "向档案要一份对那个检查点的证明：gongkai proof --at 记录数", "ask the archive for a proof against that one: gongkai proof --at RECORDS");
	}
	if (st == GK_OK && t->witness_given) {
		st = gk_note_verify(&p->note, &t->witness, &p->when, err);
		if (st == GK_END)
			st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "检查点没有见证人 '%s' 的联署", "the checkpoint has no cosignature of the witness '%s'", t->witness.name);
	}
	return st;
}

/* --- the records ----------------------------------------------------------------------------------------------------------------- */

static enum gk_status
check_path(const struct proof *p, const json_t *record, struct leaf *l, struct gk_err *err)
{
	const json_t *path = json_object_get(record, "path"), *index = json_object_get(record, "index");
	struct gk_hash hashes[GK_PATH_MAX], hash;
	size_t n, count = json_array_size(path), got;
	const char *entry = string_of(record, "leaf", &n);

	if (!json_is_integer(index) || json_integer_value(index) < 0 || entry == NULL || !json_is_array(path) || count > GK_PATH_MAX)
		return no(err, "证明里有一条记录缺少项目", "a record of the proof lacks a part");
	for (size_t i = 0; i < count; i++) {
		const json_t *one = json_array_get(path, i);

		if (json_string_length(one) != 44 || !gk_base64_decode(json_string_value(one), 44, hashes[i].b, GK_HASH, &got) || got != GK_HASH)
			return no(err, "证明里有一个摘要不成摘要", "a hash of the proof is none");
	}
	l->index = (uint64_t)json_integer_value(index);
	gk_merkle_leaf(entry, n, &hash);
	if (!gk_merkle_included(&hash, l->index, p->head.size, hashes, count, &p->head.root))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "第 %" PRIu64 " 条记录不在检查点的树里", "record number %" PRIu64 " is not in the tree of the checkpoint", l->index + 1);
	return gk_leaf_parse(entry, n, &l->leaf) ? GK_OK : no(err, "记录的条目不成条目", "the entry of a record is none");
}

static enum gk_status
check_event(const struct proof *p, const json_t *record, struct leaf *l, struct gk_err *err)
{
	size_t n;
	const char *bytes = string_of(record, "event", &n);
	char digest[7 + GK_SHA256_HEX + 1] = "sha256:", uri[96];
	enum gk_status st;

	if (json_object_size(record) != (bytes == NULL ? 3 : 4))
		return no(err, "证明里有一条记录多了项目", "a record of the proof has a part too many");
	if (bytes == NULL)
		return GK_OK;
	gk_sha256_hex(bytes, n, digest + 7);
	snprintf(uri, sizeof uri, STORE_URI "%s", p->id);
	if (strcmp(digest, l->leaf.block) != 0 || strcmp(l->leaf.type, "metadata") != 0 || strcmp(l->leaf.uri, uri) != 0)
		return no(err, "登记的内容与其摘要不符", "the content of an event does not have its digest");
	st = gk_event_parse(bytes, n, &l->event, err);
	if (st != GK_OK)
		return st;
	l->is_event = l->named = true;
	return strcmp(l->event.id, p->id) == 0 ? GK_OK : no(err, "登记说的是另一件文件", "an event speaks of another document");
}

static enum gk_status
check_records(struct proof *p, struct gk_err *err)
{
	const json_t *records = json_object_get(p->json, "records");
	enum gk_status st = GK_OK;

	p->n = json_array_size(records);
	if (p->n == 0)
		return no(err, "证明里没有记录", "there is no record in the proof");
	p->leaves = calloc(p->n, sizeof *p->leaves);
	if (p->leaves == NULL)
		return gk_nomem(err);
	for (size_t i = 0; st == GK_OK && i < p->n; i++) {
		const json_t *one = json_array_get(records, i);

		st = check_path(p, one, &p->leaves[i], err);
		if (st == GK_OK && i > 0 && p->leaves[i].index <= p->leaves[i - 1].index)
			st = no(err, "记录没有按档案的顺序", "the records are not in the order of the archive");
		if (st == GK_OK)
			st = check_event(p, one, &p->leaves[i], err);
	}
	return st;
}

/* --- what the events say of the rest ------------------------------------------------------------------------------------------------- */

/* The record that an event names must be here, with the digest that the event states. */
static enum gk_status
check_named(struct proof *p, const json_t *content, const char *which, const char *digest, struct gk_err *err)
{
	const json_t *ref = json_object_get(content, which);
	const char *id = json_string_value(json_object_get(ref, "record"));

	if (ref == NULL)
		return GK_OK;
	for (size_t i = 0; id != NULL && digest != NULL && i < p->n; i++) {
		struct leaf *l = &p->leaves[i];

		if (l->is_event || strcmp(l->leaf.id, id) != 0)
			continue;
		l->named = true;
		if (strcmp(l->leaf.payload[0] != '\0' ? l->leaf.payload : l->leaf.block, digest) == 0)
			return GK_OK;
	}
	return no(err, "登记所说的原件或文字不在证明里，或摘要不同", "an original or text that an event names is not in the proof, or has another digest");
}

static enum gk_status
check_content(struct proof *p, const struct gk_event *e, struct gk_err *err)
{
	const json_t *content = json_object_get(e->json, "content");
	const char *digest = json_string_value(json_object_get(content, "digest"));
	enum gk_status st;

	if (content == NULL)
		return GK_OK;
	st = check_named(p, content, "original", digest, err);
	if (st == GK_OK)
		st = check_named(p, content, "text", json_string_value(json_object_get(json_object_get(content, "text"), "digest")), err);
	if (st != GK_OK || digest == NULL)
		return st;
	p->versions++;
	p->digest = digest;
	if (strcmp(digest, p->trust->original) == 0)
		p->version = p->versions;
	return GK_OK;
}

static enum gk_status
check_original(const struct proof *p, struct gk_err *err)
{
	if (p->trust->original[0] == '\0' || p->version > 0)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "给定的文件不是这件文件的原件：其摘要为 %s，档案里是 %s", "the given file is not the original of this document: its digest is %s, in the archive it is %s",
		p->trust->original, p->digest[0] == '\0' ? "—" : p->digest);
	return GK_REFUSED;
}

static enum gk_status
check_events(struct proof *p, struct gk_err *err)
{
	const struct gk_event *first = NULL;
	enum gk_status st = GK_OK;

	for (size_t i = 0; st == GK_OK && i < p->n; i++) {
		if (!p->leaves[i].is_event)
			continue;
		if (first == NULL)
			first = &p->leaves[i].event;
		st = check_content(p, &p->leaves[i].event, err);
	}
	if (st != GK_OK)
		return st;
	if (first == NULL || (strcmp(first->type, "import_public") != 0 && strcmp(first->type, "publish") != 0) || json_object_get(first->json, "version") != NULL)
		return no(err, "证明里没有文件的第一条登记", "the first event of the document is not in the proof");
	for (size_t i = 0; i < p->n; i++)
		if (!p->leaves[i].named)
			return no(err, "证明里有一条与文件无关的记录", "a record of the proof has nothing to do with the document");
	return check_original(p, err);
}

/* What the public is given says less: who registered it, and when it became another text, is not in it. */
static enum gk_status
check_public(struct proof *p, struct gk_err *err)
{
	char uri[96];

	snprintf(uri, sizeof uri, STORE_URI "%s", p->id);
	for (size_t i = 0; i < p->n; i++) {
		const struct gk_leaf *l = &p->leaves[i].leaf;
		bool original = strcmp(l->type, "resource") == 0;
		const char *digest = l->payload[0] != '\0' ? l->payload : l->block;

		if (p->leaves[i].is_event || strcmp(l->uri, uri) != 0 || !(original || strcmp(l->type, "conversion") == 0))
			return no(err, "证明里有一条与文件无关的记录", "a record of the proof has nothing to do with the document");
		if (!original)
			continue;
		p->versions++;
		p->digest = digest;
		if (strcmp(digest, p->trust->original) == 0)
			p->version = p->versions;
	}
	return p->versions > 0 ? check_original(p, err) : no(err, "证明里没有原件", "there is no original in the proof");
}

static enum gk_status
check(struct proof *p, const char *line, size_t n, struct gk_err *err)
{
	enum gk_status st = read_json(p, line, n, err);

	p->digest = "";
	if (st == GK_OK)
		st = read_head(p, err);
	if (st == GK_OK)
		st = check_checkpoint(p, err);
	if (st == GK_OK)
		st = check_records(p, err);
	if (st != GK_OK)
		return st;
	return p->public ? check_public(p, err) : check_events(p, err);
}

static void
proof_free(struct proof *p)
{
	for (size_t i = 0; i < p->n && p->leaves != NULL; i++)
		if (p->leaves[i].is_event)
			gk_event_free(&p->leaves[i].event);
	free(p->leaves);
	json_decref(p->json);
}

/* --- saying it -------------------------------------------------------------------------------------------------------------------------- */

static const char *
title_of(const struct proof *p)
{
	const char *title = "";

	/* The newest that a proven event states. */
	for (size_t i = 0; i < p->n; i++) {
		const char *t = p->leaves[i].is_event ? gk_meta_get(json_object_get(p->leaves[i].event.json, "meta"), "title") : "";

		if (*t != '\0')
			title = t;
	}
	return title;
}

static size_t
count_events(const struct proof *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->leaves[i].is_event;
	return n;
}

static void
time_text(uint64_t when, char out[32])
{
	time_t t = (time_t)when;
	struct tm tm;

	out[0] = '\0';
	if (when > 0 && gmtime_r(&t, &tm) != NULL)
		strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void
say_json(const struct proof *p, const char *file, size_t line, bool holds, const struct gk_err *err)
{
	json_t *out = json_pack("{s:s, s:I, s:b}", "file", file, "line", (json_int_t)line, "valid", holds);
	char when[32];

	if (!holds) {
		json_object_update_new(out, json_pack("{s:s, s:s}", "message", err->what, "message_en", err->what_en));
		app_json(out);
		return;
	}
	json_object_update_new(out, json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:I, s:b, s:b}", "id", p->id, "title", title_of(p), "digest", p->digest, "events", (json_int_t)count_events(p),
					      "versions", (json_int_t)p->versions, "origin", p->head.origin, "records", (json_int_t)p->head.size, "key_trusted", p->trust->key_given,
					      "checkpoint_trusted", p->trust->published.n > 0));
	json_object_set(out, "key", json_object_get(p->json, "key"));
	if (p->version > 0)
		json_object_set_new(out, "original_version", json_integer((json_int_t)p->version));
	if (p->trust->witness_given) {
		time_text(p->when, when);
		json_object_set_new(out, "witness", json_pack("{s:s, s:s}", "name", p->trust->witness.name, "time", when));
	}
	app_json(out);
}

static void
say(const struct proof *p, const struct gk_err *err, const char *file, size_t line, bool holds)
{
	char when[32];

	if (!holds) {
		printf(GK_T("不成立  %s 第 %zu 行：%s\n", "fails   %s line %zu: %s\n"), file, line, gk_err_what(err));
		if (*gk_err_hint(err) != '\0')
			printf("        %s\n", gk_err_hint(err));
		return;
	}
	if (p->public)
		printf(GK_T("成立    %s  给公众的证明，原件 %zu 版  检查点 %s（%" PRIu64 " 条记录）\n", "holds   %s  a proof for the public, %zu versions  checkpoint %s (%" PRIu64 " records)\n"), p->id, p->versions, p->head.origin,
		       p->head.size);
	else
		printf(GK_T("成立    %s 《%s》  登记 %zu 条  检查点 %s（%" PRIu64 " 条记录）\n", "holds   %s 《%s》  %zu events  checkpoint %s (%" PRIu64 " records)\n"), p->id, title_of(p), count_events(p),
		       p->head.origin, p->head.size);
	if (*p->digest != '\0')
		printf(GK_T("        原件 %s\n", "        original %s\n"), p->digest);
	if (p->version > 0)
		printf(GK_T("        给定的文件就是原件（第 %zu 版，共 %zu 版）\n", "        the given file is the original (version %zu of %zu)\n"), p->version, p->versions);
	time_text(p->when, when);
	if (p->trust->witness_given)
		printf(GK_T("        见证人 %s 的联署成立 %s\n", "        the cosignature of %s holds %s\n"), p->trust->witness.name, when);
}

/* One file: one proof a line.  Adds to the counts. */
static enum gk_status
check_file(struct app *app, const struct trust *t, const char *file, size_t *held, size_t *failed, struct gk_note_key *key, struct gk_err *err)
{
	struct gk_buf b;
	size_t line = 0;
	enum gk_status st = gk_read_file(file, FILE_MAX, &b, err);
	const char *at = st != GK_OK || b.p == NULL ? "" : b.p, *end = st != GK_OK ? at : at + b.n;

	if (st != GK_OK)
		return st;
	do {
		const char *lf = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
		struct proof p = { .trust = t };
		struct gk_err why = GK_ERR_INIT;

		line++;
		if (lf == NULL)
			st = no(&why, "文件为空，或最后一行没有写完", "the file is empty, or its last line is cut short");
		else
			st = check(&p, at, (size_t)(lf - at), &why);
		if (app->json)
			say_json(&p, file, line, st == GK_OK, &why);
		else
			say(&p, &why, file, line, st == GK_OK);
		*(st == GK_OK ? held : failed) += 1;
		if (st == GK_OK)
			*key = p.key;
		proof_free(&p);
		at = lf == NULL ? end : lf + 1;
	} while (at < end);
	gk_buf_free(&b);
	return GK_OK;
}

static void
say_trust(const struct app *app, const struct trust *t, const struct gk_note_key *key)
{
	char text[GK_NOTE_KEY_MAX];

	if (t->key_given || t->published.n > 0)
		return;
	gk_note_key_format(key, text);
	app_note(app, "注意：证明只与其中的公钥一样可信。请与机关公布的公钥比对，或用 --key 给出：\n  %s", "note: the proof is only as good as the key inside it.  Compare it with the one the office publishes, or give that with --key:\n  %s",
		 text);
}

static int
check_all(struct app *app, const struct args *a, struct gk_err *err)
{
	struct trust *t = calloc(1, sizeof *t);
	struct gk_note_key key = { .name = "" };
	size_t held = 0, failed = 0;
	enum gk_status st = GK_OK;

	if (t == NULL) {
		gk_nomem(err);
		return app_error(app, err);
	}
	gk_buf_init(&t->published, GK_NOTE_MAX);
	st = read_trust(a, t, err);
	for (size_t i = 0; st == GK_OK && i < a->n; i++)
		st = check_file(app, t, a->files[i], &held, &failed, &key, err);
	if (st == GK_OK && held + failed > 1 && !app->json)
		printf(GK_T("共 %zu 份：成立 %zu，不成立 %zu\n", "%zu proofs: %zu hold, %zu fail\n"), held + failed, held, failed);
	if (st == GK_OK && held > 0)
		say_trust(app, t, &key);
	gk_buf_free(&t->published);
	free(t);
	return st != GK_OK ? app_error(app, err) : failed > 0 ? 1 : 0;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .files = calloc((size_t)argc + 1, sizeof(char *)) };
	struct argp_option options[] = {
		{ "key", 'k', "KEY", 0, GK_T("可信的公钥，或其文件", "the public key you trust, or its file"), 1 },
		{ "original", 'O', "FILE", 0, GK_T("这个文件须是原件", "this file must be the original"), 1 },
		{ "witness", 'w', "KEY", 0, GK_T("须有这位见证人的联署：其公钥，或其文件", "there must be a cosignature of this witness: its key, or its file"), 1 },
		{ "checkpoint", 'c', "FILE", 0, GK_T("证明须对这个检查点（公布的一行或整份）", "the proof must be against this checkpoint (as published, line or note)"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	int status;

	if (a.files == NULL) {
		gk_nomem(&err);
		return app_error(app, &err);
	}
	app_parse(app, &cmd_check_proof, argc, argv, options, parse, &a);
	if (a.n == 0) {
		gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "check-proof 需要证明文件", "check-proof needs a proof");
		gk_hint(&err, "例如：gongkai check-proof proof.json --original 原件.pdf", "for example: gongkai check-proof proof.json --original paper.pdf");
		status = app_error(app, &err);
	} else {
		status = check_all(app, &a, &err);
	}
	free(a.files);
	return status;
}

const struct cmd cmd_check_proof = {
	.name = "check-proof",
	.args_zh = "证明文件…",
	.args_en = "PROOF...",
	.doc_zh = "核对证明，不需要档案",
	.doc_en = "Check a proof; needs no archive",
	.run = run,
};

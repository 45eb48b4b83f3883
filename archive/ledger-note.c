/*
 * What a checkpoint signs of the ledgers: ARCHIVE/ledgers/LINES-LINES.note, one for each state that was signed.  The note is not part of the checkpoint,
 * which is published: how many applications there are is for the yearly report to say.
 *
 *   gongkai ledgers
 *   applications 1024 9f86d081884c7d65…        lines, SHA-256 of the last one
 *   deliveries 12 60303ae22b998861…
 *
 *   — gongkai/dzmm Az3grlgtzPICa5OS8npV…
 *
 * The first line is no origin of an archive: the note can never be taken for a checkpoint.
 */
#include "archive/ledger-private.h"

#include "archive/key.h"
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "ledgers"
static const char title[] = "gongkai ledgers\n";
static const char *const names[GK_LEDGERS] = { [GK_LEDGER_APPLICATIONS] = "applications", [GK_LEDGER_DELIVERIES] = "deliveries" };

enum { NOTE_BYTES = 64 * 1024 };

static enum gk_status
differs(struct gk_err *err, const char *name, const char *zh, const char *en)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "台账与签过名的 %s 不符：%s%.0s", "the ledgers are not what %s, which is signed, says: %.0s%s", name, zh, en);
	gk_hint(err, "用备份换下台账（applications/ledger.jsonl、deliveries.jsonl 和各自的 .head）", "replace the ledgers from a backup (applications/ledger.jsonl, deliveries.jsonl, each with its .head)");
	return GK_DEAD;
}

static bool
put_text(const struct gk_ledger_head heads[GK_LEDGERS], struct gk_buf *out)
{
	gk_buf_puts(out, title);
	for (size_t i = 0; i < GK_LEDGERS; i++)
		gk_buf_printf(out, "%s %llu %s\n", names[i], (unsigned long long)heads[i].lines, heads[i].digest);
	return !out->failed;
}

/* Each "NAME LINES DIGEST" of the note against the ledger as it is. */
static enum gk_status
compare(const char *file, const struct gk_note *note, const struct gk_ledger_lines lines[GK_LEDGERS], struct gk_err *err)
{
	char text[1024], *at = text;

	if (note->text_n >= sizeof text || note->text_n < sizeof title - 1 || memcmp(note->text, title, sizeof title - 1) != 0)
		return differs(err, file, "不是台账的签名", "it is of no ledger");
	memcpy(text, note->text, note->text_n);
	text[note->text_n] = '\0';
	at += sizeof title - 1;
	for (size_t i = 0; i < GK_LEDGERS; i++) {
		char name[32], hex[GK_SHA256_HEX + 1], digest[GK_SHA256_HEX + 1];
		unsigned long long n;
		int used = 0;

		if (sscanf(at, "%31s %llu %64s\n%n", name, &n, hex, &used) != 3 || used == 0 || strcmp(name, names[i]) != 0)
			return differs(err, file, "读不懂", "it cannot be read");
		at += used;
		if (n > json_array_size(lines[i].events))
			return differs(err, file, "末尾缺了登记", "lines are missing at the end");
		gk_ledger_digest_at(&lines[i], (size_t)n, digest);
		if (strcmp(digest, hex) != 0)
			return differs(err, file, "登记被改动", "a line was changed");
	}
	return GK_OK;
}

static enum gk_status
check_note(const char *dir, const char *file, const struct gk_note_key *key, const struct gk_ledger_lines lines[GK_LEDGERS], struct gk_err *err)
{
	struct gk_note *note = malloc(sizeof *note);
	struct gk_buf b;
	char *path = gk_path(dir, file);
	enum gk_status st = path == NULL || note == NULL ? gk_nomem(err) : gk_read_file(path, NOTE_BYTES, &b, err);

	if (st == GK_OK) {
		struct gk_err why = GK_ERR_INIT;

		st = gk_note_parse(b.p == NULL ? "" : b.p, b.n, note, &why);
		if (st == GK_OK)
			st = gk_note_verify(note, key, NULL, &why);
		st = st == GK_OK ? compare(file, note, lines, err) : why.cause == GK_CAUSE_MEMORY ? gk_nomem(err) : differs(err, file, "签名不成立", "the signature does not hold");
		gk_buf_free(&b);
	}
	free(note);
	free(path);
	return st;
}

static int
is_note(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".note") == 0;
}

static enum gk_status
check_notes(const char *dir, const struct gk_note_key *key, const struct gk_ledger_lines lines[GK_LEDGERS], struct gk_err *err)
{
	char *folder = gk_path(dir, FOLDER);
	struct dirent **found = NULL;
	int n = folder == NULL ? 0 : scandir(folder, &found, is_note, alphasort);
	enum gk_status st = folder == NULL ? gk_nomem(err) : n < 0 && errno != ENOENT ? gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能读 '%s'：%s", "cannot read '%s': %s", folder, strerror(errno)) : GK_OK;

	for (int i = 0; i < n; i++) {
		char file[300];

		snprintf(file, sizeof file, FOLDER "/%s", found[i]->d_name);
		if (st == GK_OK)
			st = check_note(dir, file, key, lines, err);
		free(found[i]);
	}
	free(found);
	free(folder);
	return st;
}

enum gk_status
gk_ledgers_check(const char *dir, const struct gk_note_key *key, struct gk_ledger_head heads[GK_LEDGERS], struct gk_err *err)
{
	struct gk_ledger_lines lines[GK_LEDGERS] = { { .events = NULL } };
	struct gk_note_key own;
	struct gk_err why = GK_ERR_INIT;
	enum gk_status st = GK_OK;

	for (int i = 0; st == GK_OK && i < GK_LEDGERS; i++) {
		st = gk_ledger_load(dir, (enum gk_ledger)i, &lines[i], err);
		if (st != GK_OK) {
			lines[i].events = NULL;
			break;
		}
		heads[i].lines = json_array_size(lines[i].events);
		snprintf(heads[i].digest, sizeof heads[i].digest, "%s", lines[i].last);
	}
	/* Without a key nothing was ever signed here. */
	if (st == GK_OK && key == NULL && gk_key_public(dir, &own, &why) == GK_OK)
		key = &own;
	if (why.cause == GK_CAUSE_MEMORY)
		st = gk_nomem(err);
	if (st == GK_OK && key != NULL)
		st = check_notes(dir, key, lines, err);
	for (int i = 0; i < GK_LEDGERS; i++)
		json_decref(lines[i].events);
	return st;
}

enum gk_status
gk_ledgers_sign(const char *dir, const struct gk_note_secret *secret, struct gk_ledger_head heads[GK_LEDGERS], bool *made, struct gk_err *err)
{
	char name[96], *folder, *path;
	struct gk_buf text, note;
	enum gk_status st = gk_ledgers_check(dir, &secret->key, heads, err);
	struct gk_buf old;

	*made = false;
	if (st != GK_OK || heads[GK_LEDGER_APPLICATIONS].lines + heads[GK_LEDGER_DELIVERIES].lines == 0)
		return st;
	snprintf(name, sizeof name, FOLDER "/%012llu-%012llu.note", (unsigned long long)heads[GK_LEDGER_APPLICATIONS].lines, (unsigned long long)heads[GK_LEDGER_DELIVERIES].lines);
	folder = gk_path(dir, FOLDER);
	path = gk_path(dir, name);
	gk_buf_init(&text, NOTE_BYTES);
	gk_buf_init(&note, NOTE_BYTES);
	if (path != NULL && gk_read_file(path, NOTE_BYTES, &old, NULL) == GK_OK) {
		gk_buf_free(&old);		/* checked above: nothing was added since */
	} else if (folder == NULL || path == NULL || !put_text(heads, &text) || !gk_buf_add(&note, text.p, text.n) || !gk_buf_putc(&note, '\n') || !gk_note_sign_line(secret, text.p, text.n, 0, &note)) {
		st = gk_nomem(err);
	} else {
		st = gk_make_dir(folder, 0700, err);
		if (st == GK_OK)
			st = gk_replace_file(path, 0600, note.p, note.n, err);
		*made = st == GK_OK;
	}
	gk_buf_free(&text);
	gk_buf_free(&note);
	free(folder);
	free(path);
	return st;
}

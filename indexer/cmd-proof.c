/* gongkai proof: what web/proof.h makes, as a file. */
#include "base/io.h"
#include "indexer/cmd.h"
#include "web/proof.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct args { char **ids; size_t n; const char *at, *output; };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case 'a':
		a->at = arg;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		a->ids[a->n++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool
write_proof(json_t *proof, FILE *to)
{
	bool ok = json_dumpf(proof, to, JSON_COMPACT | JSON_SORT_KEYS) == 0 && fputc('\n', to) != EOF;

	json_decref(proof);
	return ok;
}

/* All or nothing: half a list of proofs would be taken for the whole. */
static enum gk_status
prove_all(struct gk_prover *p, const struct args *a, struct gk_err *err)
{
	char *bytes = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&bytes, &n);
	bool written = to != NULL;
	enum gk_status st = written ? GK_OK : gk_nomem(err);

	for (size_t i = 0; st == GK_OK && i < a->n; i++) {
		json_t *proof;

		st = gk_prover_prove(p, a->ids[i], &proof, err);
		if (st == GK_OK)
			written = write_proof(proof, to) && written;
	}
	if (to != NULL)
		written = fclose(to) == 0 && written;
	if (st == GK_OK && !written)
		st = gk_nomem(err);
	if (st == GK_OK && a->output != NULL)
		st = gk_replace_file(a->output, 0644, bytes, n, err);
	else if (st == GK_OK && !gk_write_all(STDOUT_FILENO, bytes, n))
		st = gk_fail(err, GK_DEAD, gk_cause_of_errno(errno), "不能写标准输出：%s", "cannot write standard output: %s", strerror(errno));
	free(bytes);
	return st;
}

static enum gk_status
open_and_prove(const char *dir, const struct args *a, struct gk_err *err)
{
	char *index = gk_path(dir, "index/public");
	struct gk_archive *archive = NULL;
	struct gk_catalog *catalog = NULL;
	struct gk_prover *prover = NULL;
	enum gk_status st = index == NULL ? gk_nomem(err) : gk_archive_open(dir, &archive, err);

	if (st == GK_OK)
		st = gk_catalog_open(index, &catalog, err);
	if (st == GK_OK)
		st = gk_prover_open(dir, archive, catalog, a->at, false, &prover, err);
	if (st == GK_OK)
		st = prove_all(prover, a, err);
	gk_prover_close(prover);
	gk_catalog_close(catalog);
	gk_archive_close(archive);
	free(index);
	return st;
}

static int
run(struct app *app, int argc, char **argv)
{
	struct args a = { .ids = calloc((size_t)argc + 1, sizeof(char *)) };
	struct argp_option options[] = {
		{ "at", 'a', "N", 0, GK_T("对 N 条记录时的检查点证明（默认最新的）", "against the checkpoint of N records (default: the newest)"), 1 },
		{ "output", 'o', "FILE", 0, GK_T("写到文件", "write to a file"), 1 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;

	if (a.ids == NULL) {
		gk_nomem(&err);
		return app_error(app, &err);
	}
	app_parse(app, &cmd_proof, argc, argv, options, parse, &a);
	if (a.n == 0) {
		st = gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "proof 需要编号", "proof needs an id");
		gk_hint(&err, "例如：gongkai proof dzmm-2021-000123 > proof.json", "for example: gongkai proof dzmm-2021-000123 > proof.json");
	} else {
		st = open_and_prove(app->archive, &a, &err);
	}
	free(a.ids);
	return st == GK_OK ? 0 : app_error(app, &err);
}

const struct cmd cmd_proof = {
	.name = "proof",
	.args_zh = "编号…",
	.args_en = "ID...",
	.doc_zh = "证明文件在档案里：不需要档案也能核对",
	.doc_en = "Prove that documents are in the archive",
	.run = run,
};

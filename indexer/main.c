/*
 * gongkai: the command line.  Finds the command, sets the language, hands over.
 *
 *   gongkai [--archive DIR] [--json] … COMMAND [options] [arguments]
 */
#include "indexer/cmd.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include <unistd.h>

static const struct cmd *const commands[] = {
	&cmd_init, &cmd_ingest, &cmd_extract, &cmd_check, &cmd_import, &cmd_export, &cmd_search, &cmd_explain, &cmd_suggest, &cmd_similar, &cmd_show, &cmd_diff, &cmd_index_rebuild, &cmd_index_compact, &cmd_index_shard, &cmd_index_stats, &cmd_replicate, &cmd_verify,
	&cmd_abolish, &cmd_supersede, &cmd_amend, &cmd_expire, &cmd_lapse, &cmd_revoke, &cmd_suspend, &cmd_resume, &cmd_renew, &cmd_reinstate,
	&cmd_confirm, &cmd_review_list, &cmd_review_submit, &cmd_review_pass, &cmd_review_return, &cmd_review_refer, &cmd_review_refuse, &cmd_review_release, &cmd_review_sign, &cmd_redact, &cmd_reextract,
	&cmd_withdraw, &cmd_restore, &cmd_seal, &cmd_correct, &cmd_annul, &cmd_undo,
	&cmd_status, &cmd_log, &cmd_events_import, &cmd_report_annual, &cmd_report_check,
	&cmd_report_figures, &cmd_catalogue, &cmd_guide, &cmd_deliver,
	&cmd_apply_add, &cmd_apply_import, &cmd_apply_clarify, &cmd_apply_clarified, &cmd_apply_third_party, &cmd_apply_third_party_answer, &cmd_apply_extend, &cmd_apply_transfer, &cmd_apply_answer, &cmd_apply_fee,
	&cmd_apply_review, &cmd_apply_review_result, &cmd_apply_forget, &cmd_apply_annul, &cmd_apply_list, &cmd_apply_due, &cmd_apply_show,
	&cmd_propose, &cmd_proposals, &cmd_proposals_accept, &cmd_proposals_reject, &cmd_cleanup_import, &cmd_report_stale,
	&cmd_repair, &cmd_checkpoint, &cmd_proof, &cmd_check_proof, &cmd_archive_stats, &cmd_serve, &cmd_doctor,
	&cmd_retention_due, &cmd_retention_explain, &cmd_retention_set, &cmd_appraise, &cmd_open, &cmd_hold_add, &cmd_hold_release, &cmd_hold_list, &cmd_dispose,
	&cmd_user_add, &cmd_user_passwd, &cmd_user_roles, &cmd_user_key, &cmd_user_factor, &cmd_user_remove, &cmd_user_list,
	&cmd_due, &cmd_transfer, &cmd_transfer_check, &cmd_transfer_receipt,
};

enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void
usage(FILE *to)
{
	size_t widest = 0;

	for (size_t i = 0; i < N_COMMANDS; i++)
		widest = strlen(commands[i]->name) > widest ? strlen(commands[i]->name) : widest;
	fprintf(to, "%s\n\n", GK_T("用法：gongkai [--archive 目录] 命令 [选项] …", "usage: gongkai [--archive DIR] COMMAND [options] …"));
	for (size_t i = 0; i < N_COMMANDS; i++) {
		fprintf(to, "  ");
		fputs(commands[i]->name, to);
		fprintf(to, "%*s%s\n", (int)(widest + 2 - strlen(commands[i]->name)), "", GK_T(commands[i]->doc_zh, commands[i]->doc_en));
	}
	fprintf(to, "\n%s\n", GK_T("每个命令都有 --help。手册：man gongkai", "Every command has --help.  Manual: man gongkai"));
}

/* The language must be known before any option's help is written. */
static void
find_language(int argc, char **argv)
{
	const char *lang = getenv("GONGKAI_LANG");

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--lang=", 7) == 0)
			lang = argv[i] + 7;
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			lang = argv[i + 1];
	}
	gk_lang_set(lang);
}

static const char *
login_name(void)
{
	const struct passwd *pw = getpwuid(geteuid());

	return pw != NULL ? pw->pw_name : "unknown";
}

/* Shared options that take a value may stand before the command. */
static bool
takes_value(const char *arg)
{
	static const char *const names[] = { "--archive", "--lang", "--by", "--wait", "--config" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(arg, names[i]) == 0)
			return true;
	return false;
}

static int
command_at(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			return i;
		if (takes_value(argv[i]))
			i++;
	}
	return 0;
}

/* "index rebuild" is two words, and so is "proposals accept" beside "proposals"; *words says how many were used. */
static const struct cmd *
find_command(int argc, char **argv, int at, int *words)
{
	const struct cmd *one = NULL;

	for (size_t i = 0; i < N_COMMANDS; i++) {
		const char *name = commands[i]->name, *space = strchr(name, ' ');

		if (space == NULL && strcmp(argv[at], name) == 0) {
			*words = 1;
			one = commands[i];
		}
		if (space != NULL && strlen(argv[at]) == (size_t)(space - name) && strncmp(argv[at], name, (size_t)(space - name)) == 0 &&
		    at + 1 < argc && strcmp(argv[at + 1], space + 1) == 0) {
			*words = 2;
			return commands[i];
		}
	}
	return one;
}

static size_t
distance(const char *a, const char *b)
{
	size_t row[32], n = strlen(a), m = strlen(b);

	if (n >= 32 || m >= 32)
		return 99;
	for (size_t i = 0; i <= n; i++)
		row[i] = i;
	for (size_t j = 1; j <= m; j++) {
		size_t corner = row[0];

		row[0] = j;
		for (size_t i = 1; i <= n; i++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);

			corner = row[i];
			best = best < row[i] + 1 ? best : row[i] + 1;
			best = best < row[i - 1] + 1 ? best : row[i - 1] + 1;
			row[i] = best;
		}
	}
	return row[n];
}

/* "index" alone: which of them?  Prints the list; 0 if asked with --help. */
static int
family(const struct app *app, const char *name, bool help)
{
	struct gk_err err = GK_ERR_INIT;
	char list[256] = "";
	size_t n = strlen(name), used = 0;

	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strncmp(commands[i]->name, name, n) == 0 && commands[i]->name[n] == ' ') {
			if (help)
				printf("  %-24s%s\n", commands[i]->name, GK_T(commands[i]->doc_zh, commands[i]->doc_en));
			if (used < sizeof list)
				used += (size_t)snprintf(list + used, sizeof list - used, "%sgongkai %s", used > 0 ? "  " : "", commands[i]->name);
		}
	if (used == 0)
		return -1;
	if (help)
		return 0;
	gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "%s 要说明做什么", "%s needs to be told what to do", name);
	/* A large family is told in full by its help. */
	if (used < sizeof list)
		gk_hint(&err, "%s", "%s", list);
	else
		gk_hint(&err, "gongkai %s --help", "gongkai %s --help", name);
	return app_error(app, &err);
}

static int
unknown(const struct app *app, const char *name, bool help)
{
	struct gk_err err = GK_ERR_INIT;
	int of_family = family(app, name, help);

	const char *near = NULL;
	size_t least = 3;

	if (of_family >= 0)
		return of_family;
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (distance(name, commands[i]->name) < least) {
			near = commands[i]->name;
			least = distance(name, near);
		}
	gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "没有命令 '%s'", "there is no command '%s'", name);
	if (near != NULL)
		gk_hint(&err, "是否 %s？", "did you mean %s?", near);
	else
		gk_hint(&err, "gongkai --help 列出所有命令", "gongkai --help lists all commands");
	return app_error(app, &err);
}

int
main(int argc, char **argv)
{
	struct app app = { .actor = NULL, .wait = -1, .color = true, .argv0 = argv[0] };
	const struct cmd *cmd;
	struct gk_err err = GK_ERR_INIT;
	int at, words = 0, status;

	/* A reader that goes away (| head) is an error of write, not a signal. */
	signal(SIGPIPE, SIG_IGN);
	/* A file size limit is a full disk (EFBIG), not a signal. */
	signal(SIGXFSZ, SIG_IGN);
	find_language(argc, argv);
	app_guard_memory();
	app.archive = getenv("GONGKAI_ARCHIVE");
	if (app.archive == NULL || *app.archive == '\0')
		app.archive = "/var/lib/gongkai";
	app.actor = login_name();
	if (sodium_init() < 0)
		return 70;
	at = command_at(argc, argv);
	if (at == 0) {
		bool version = argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0);
		bool help = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);

		if (version)
			printf("gongkai %s\n", GK_VERSION);
		else
			usage(help ? stdout : stderr);
		return version || help ? 0 : 2;
	}
	cmd = find_command(argc, argv, at, &words);
	if (cmd == NULL)
		return unknown(&app, argv[at], at + 1 < argc && (strcmp(argv[at + 1], "--help") == 0 || strcmp(argv[at + 1], "-?") == 0));
	/* Take the command's words out: what remains are options and arguments. */
	for (int i = at; i + words <= argc; i++)
		argv[i] = argv[i + words];
	status = cmd->run(&app, argc - words, argv);
	/* What could not be written was not said: a full disk behind stdout must not look like success. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && errno != EPIPE && status == 0) {
		gk_fail(&err, GK_DEAD, gk_cause_of_errno(errno), "不能写标准输出：%s", "cannot write standard output: %s", strerror(errno));
		app.json = false;
		status = app_error(&app, &err);
	}
	return status;
}

/*
 * One subcommand, one file, one descriptor.  main.c reads the options that all
 * share and opens nothing; a command returns its exit status (experience.md 5, safety.md 4).
 */
#ifndef GK_CMD_H
#define GK_CMD_H

#include "base/status.h"
#include "indexer/json.h"

#include <argp.h>
#include <jansson.h>

struct app {
	const char *archive;		/* --archive, $GONGKAI_ARCHIVE, /var/lib/gongkai */
	const char *actor;		/* --by, else the login name */
	bool json, quiet, color, dry_run;
	int wait;			/* seconds for the lock; -1: as configured */
	const char *argv0;		/* for finding the programs beside this one */
};

struct cmd {
	const char *name;		/* "index rebuild" has a space */
	const char *args_zh, *args_en;	/* after the name, in --help */
	const char *doc_zh, *doc_en;	/* one line */
	int (*run)(struct app *app, int argc, char **argv);
};

extern const struct cmd cmd_init, cmd_ingest, cmd_extract, cmd_check, cmd_import, cmd_export, cmd_search, cmd_explain, cmd_suggest, cmd_similar, cmd_show, cmd_diff, cmd_index_rebuild, cmd_index_compact, cmd_index_shard, cmd_index_stats, cmd_replicate, cmd_verify,
	cmd_repair, cmd_checkpoint, cmd_proof, cmd_check_proof, cmd_archive_stats, cmd_serve, cmd_doctor;
/* keeping: cmd-retention.c, cmd-hold.c */
extern const struct cmd cmd_retention_due, cmd_retention_explain, cmd_retention_set, cmd_appraise, cmd_open, cmd_hold_add, cmd_hold_release, cmd_hold_list, cmd_dispose, cmd_due, cmd_transfer, cmd_transfer_check, cmd_transfer_receipt;
/* cmd-act.c */
extern const struct cmd cmd_abolish, cmd_supersede, cmd_amend, cmd_expire, cmd_lapse, cmd_revoke, cmd_suspend, cmd_resume, cmd_renew, cmd_reinstate,
	cmd_confirm, cmd_review_submit, cmd_review_pass, cmd_review_return, cmd_review_refer, cmd_review_refuse, cmd_review_release, cmd_review_sign, cmd_withdraw, cmd_restore, cmd_seal, cmd_correct, cmd_annul, cmd_undo;
extern const struct cmd cmd_review_list, cmd_redact, cmd_reextract;
extern const struct cmd cmd_propose, cmd_proposals, cmd_proposals_accept, cmd_proposals_reject, cmd_cleanup_import, cmd_report_stale;
extern const struct cmd cmd_status, cmd_log, cmd_events_import, cmd_report_annual, cmd_report_check, cmd_report_figures;
extern const struct cmd cmd_catalogue, cmd_guide, cmd_deliver;
/* cmd-user.c */
extern const struct cmd cmd_user_add, cmd_user_passwd, cmd_user_roles, cmd_user_key, cmd_user_factor, cmd_user_remove, cmd_user_list;

/* cmd-apply.c */
extern const struct cmd cmd_apply_add, cmd_apply_import, cmd_apply_clarify, cmd_apply_clarified, cmd_apply_third_party, cmd_apply_third_party_answer, cmd_apply_extend, cmd_apply_transfer, cmd_apply_answer, cmd_apply_fee,
	cmd_apply_review, cmd_apply_review_result, cmd_apply_forget, cmd_apply_annul, cmd_apply_list, cmd_apply_due, cmd_apply_show;

/*
 * Parse a command's own options together with the shared ones, anywhere on the line.  options ends with {0}; parse is
 * called for them and for arguments (ARGP_KEY_ARG); input is handed to it in state->input.
 */
void app_parse(struct app *app, const struct cmd *cmd, int argc, char **argv, struct argp_option *options, argp_parser_t parse, void *input);

/* --- saying things (stderr; data goes to stdout) --- */

/* "错误：… 提示：…", or the error object with --json; returns the exit status of its cause. */
int app_error(const struct app *app, const struct gk_err *err);
/* From here on the program ends with status 70 where memory ends and nobody would look (memory.c). */
void app_guard_memory(void);
void app_note(const struct app *app, const char *zh, const char *en, ...) __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
/* Asks on the terminal whether to do it, "确认登记 3 条？[是/否]"; only a whole yes is one. */
bool app_confirmed(const char *what, size_t n);
/* One line of JSON on stdout, flushed: it is an acknowledgement. Takes the reference. */
void app_json(json_t *value);
/* True if the screen takes colours and nobody forbade them. */
bool app_color(const struct app *app, int fd);

/* The parser of a command without options or arguments of its own. */
error_t no_options(int key, char *arg, struct argp_state *state);

/* Text of a document on stdout: control characters are spaces, for the terminal is not its to command. */
void print_text(const char *s);

/* Print s, cut to `columns` with … where longer, padded where shorter. */
void print_column(const char *s, int columns);

/* --- progress: one line on stderr, only on a terminal --- */
struct progress { bool on; double started, shown; size_t total; };
void progress_start(struct progress *p, const struct app *app, size_t total);
/* total 0: unknown. */
void progress_show(struct progress *p, size_t done, const char *now);
void progress_end(struct progress *p);
/* Seconds since some moment, for durations. */
double seconds_now(void);

#endif

/*
 * gongkai-desk: pages and JSON by which staff and archivists work (experience.md 8, 9).
 *
 *   request ──▶ who (session.h) ──▶ route, role, CSRF (route.c) ──▶ what was sent (input.c) ──▶ answer ──▶ page, or JSON
 *
 * Each thing that can be done is one answer function.  It reads its fields by in(), fills c->out and may be asked for a preview only (c->dry).  The
 * page and the twin below /staff/api/ come from the same object, so that neither can do what the other may not.  What is registered
 * goes through indexer/act.h, like every command.
 */
#ifndef GK_DESK_H
#define GK_DESK_H

#include "base/arena.h"
#include "base/buf.h"
#include "desk/session.h"
#include "indexer/json.h"
#include "web/frame.h"

#include <pthread.h>

enum { DESK_FORM_MAX = 256 * 1024, DESK_UPLOAD_MAX = 200 * 1024 * 1024 };	/* L4 */

struct gk_http;
struct gk_metrics;
struct jobs;
struct past;
struct store;
struct store_history;
struct waiting;

/* What all workers share. */
struct desk {
	const char *archive;
	const char *organisation, *public_url;	/* "" if not configured */
	int wait;			/* seconds for the lock of the archive */
	struct sessions *sessions;
	struct gk_metrics *metrics;	/* NULL: nobody counts */
	struct gk_http *http;		/* set once it stands, atomically */
	pthread_mutex_t writer;		/* one act at a time, in the order of coming */
	struct past *past;		/* what was answered to an Idempotency-Key */
	struct jobs *jobs;		/* long commands under way */
	struct waiting *waiting;	/* uploads that wait for confirmation */
	pthread_mutex_t overview_lock;
	json_t *overview;		/* of `stamp`; NULL: none yet */
	char stamp[64];
};

/* A file that came with a form. */
struct upload { const char *name, *bytes; size_t n; };

/* One request being answered. */
struct call {
	struct desk *desk;
	const char *method, *path, *address;
	const char *key;		/* Idempotency-Key; NULL: none */
	struct gk_arena mem;
	struct who who;
	const char *token;		/* of the session; NULL: none */
	bool api;
	bool table;			/* the address ended with .csv: a list of the answer as a table */
	bool dry;			/* only say what would happen */
	json_t *in;			/* fields: a string, or an array of strings where a name came several times */
	struct upload file;		/* bytes NULL: none */
	json_t *out;			/* the answer; may be NULL */
	int status;			/* of the answer: 200, 201 (something is on disk), 409 … */
	const char *redirect;		/* 303 to here instead of a page */
	const char *param;		/* the field to blame; NULL */
	unsigned wait;			/* Retry-After */
	struct gk_buf file_out;		/* an answer that is a file: its bytes, with the two below */
	int outfile;			/* has_outfile: instead of file_out these outfile_n bytes, which nobody here has read */
	uint64_t outfile_n;
	bool has_outfile;
	const char *type;
	char *disposition, *cookie;	/* header values, from malloc */
	struct gk_err err;
};

typedef enum gk_status answer_fn(struct call *c);
typedef void page_fn(struct call *c, struct frame *f);

/* ---- what was sent (input.c) ---- */

/* NULL if the field is missing or empty. */
const char *in(const struct call *c, const char *name);
/* The i-th of a field that may come several times; NULL behind the last. */
const char *in_nth(const struct call *c, const char *name, size_t i);
bool in_is(const struct call *c, const char *name, const char *value);
/* GK_REFUSED and c->param if it is missing. */
enum gk_status in_need(struct call *c, const char *name, const char **out);
/* "第三条、第五条" or several fields: borrowed pieces; at most `most`. */
size_t in_list(struct call *c, const char *name, const char **out, size_t most);

/* ---- refusing, remembering (call.c) ---- */

/* Error of a field: GK_REFUSED with USAGE. */
enum gk_status call_refuse(struct call *c, const char *param, const char *zh, const char *en);
/* Open the archive; close with store_close.  Writing (c->dry: reading): holds the desk's lock until call_close; c->dry stays as it is until then. */
/* Errors stand in c->err.  Whoever calls these includes indexer/act.h. */
enum gk_status call_read(struct call *c, struct store *s);
enum gk_status call_write(struct call *c, struct store *s);
void call_close(struct call *c, struct store *s);
/*
 * `base` says which event was the newest one of the record when the person looked.  If another has come since: GK_REFUSED, status 409, and c->out has
 * both: {"conflict":{"seen":{…},"now":{…},"since":[events]}}.
 */
enum gk_status call_check_base(struct call *c, const struct store_history *h);
/* What is sealed is for those alone who seal and keep (domain.md 8.1 X9). */
bool call_may_see(const struct call *c, const struct store_history *h);
/* The same as an answer: as if it were not there. */
enum gk_status call_check_seen(struct call *c, const struct store_history *h, const char *ref);
/* The record that the field "id" names, read and seen to be for this person's eyes: told by `tell`. */
typedef enum gk_status tell_fn(struct call *c, struct store *s, const struct store_history *h);
enum gk_status call_about(struct call *c, tell_fn *tell);
/* Removal and disposal: the password once more. */
enum gk_status call_need_fresh(struct call *c);
/* The answer that was given to this Idempotency-Key before: true, and c has it. */
bool call_answered(struct call *c);
void call_remember(struct call *c);
/* What an event carries of the request that made it, so that the same one is known again after a restart; "" without an Idempotency-Key. */
enum { REQUEST_MARK = 33 };
void call_request_mark(const struct call *c, char out[REQUEST_MARK]);
/* The event of this record that the same request has registered; NULL: none. */
const char *call_registered(const struct call *c, const struct store_history *h);
struct past *past_new(void);
void past_free(struct past *p);

/* ---- pages (view.c) ---- */

void desk_head(struct call *c, struct frame *f, const char *title);
bool desk_page_end(struct frame *f, struct gk_buf *out);
void desk_error(struct call *c, struct frame *f);	/* what went wrong, above the form; nothing if all is well */
const char *desk_words(const struct frame *f, const json_t *o, const char *key);	/* o[key] or o[key_en] */

void form_begin(struct call *c, struct frame *f, const char *action, const char *class_);
void form_end(struct frame *f);
void form_hidden(struct frame *f, const char *name, const char *value);
/* Label, input and hint; value: what was sent, else this. type: text, date, password, number. */
struct field { const char *name, *zh, *en, *type, *value, *hint_zh, *hint_en; bool needed; };
void form_field(struct call *c, struct frame *f, const struct field *x);
void form_area(struct call *c, struct frame *f, const char *name, const char *zh, const char *en, unsigned rows, const char *hint_zh, const char *hint_en);
/* Pairs code, zh, en, …, NULL. */
void form_choice(struct call *c, struct frame *f, const char *name, const char *zh, const char *en, const char *chosen, const char *const *options);
void form_button(struct frame *f, const char *name, const char *value, const char *zh, const char *en, bool plain);
/* All that was sent once more, hidden, and confirm=1: the second half of a form that showed a preview first. */
void form_again(struct call *c, struct frame *f);
/* confirm=1, and a key by which a second click on the button is the same request. */
void form_once(struct frame *f);
/* A table row by row: heads are pairs zh, en, …, NULL. */
void table_begin(struct frame *f, const char *caption, const char *const *heads);
void table_end(struct frame *f);
void cell(struct frame *f, const char *text);
/* 《title》（number） leading to the page of the record at the desk. */
void record_link(struct frame *f, const char *id, const char *title, const char *number);
void badge(struct frame *f, const char *code, const char *text);
const char *access_words(const struct frame *f, const char *code);
void day_text(struct frame *f, const json_t *one);		/* date and "in 12 days" */
/* The second half of every act: what it would do with a button to do it, or what was done with a way back (acts.c). */
void act_show(struct call *c, struct frame *f, const char *action, const char *title);

/* ---- what can be done ---- */

answer_fn login_answer, logout_answer, again_answer, factor_answer;	/* login.c */
page_fn login_page, again_page;
answer_fn today_answer, proposals_answer, proposal_answer;	/* today.c */
page_fn today_page, proposals_page, proposal_page;
answer_fn act_form_answer, act_answer, undo_answer;		/* acts.c */
page_fn act_page, undo_page;
answer_fn batch_answer, unchecked_answer;			/* batch.c */
page_fn batch_page, unchecked_page;
/* What is to be checked, the first `most` of the list, to be ticked by who may decide it. */
void unchecked_rows(struct call *c, struct frame *f, const json_t *list, size_t most);
answer_fn list_form_answer, list_answer;			/* paste.c */
page_fn list_page;
answer_fn rows_answer;						/* rows.c */
page_fn rows_page;
answer_fn record_answer, find_answer;				/* record.c */
page_fn record_page, find_page;
answer_fn review_list_answer, review_answer, review_act_answer;	/* review.c */
page_fn review_list_page, review_page;
answer_fn upload_form_answer, upload_answer, upload_confirm_answer;	/* upload.c */
page_fn upload_page;
/* gk_extract_degraded (extract/client.h), for who has web/http.h: both have a gk_reply. */
bool upload_box_degraded(void);
answer_fn report_answer;					/* yearly.c */
page_fn report_page;
answer_fn keep_answer, keep_list_answer;			/* keep.c */
page_fn keep_page, keep_list_page;
answer_fn holds_answer, hold_act_answer, appraise_answer;	/* holds.c */
page_fn holds_page, appraise_page;
answer_fn dispose_answer, dispose_act_answer, dispose_register_answer;	/* dispose.c */
page_fn dispose_page;
answer_fn jobs_answer, job_start_answer;			/* jobs.c */
page_fn jobs_page;

answer_fn packages_answer, package_answer;			/* packages.c */
page_fn packages_page;
const char *package_words(const struct frame *f, const char *kind);
answer_fn verified_answer, findings_answer;			/* verified.c */
page_fn findings_page;
/* The newest report of the archive, with "file" and "signed"; NULL if it was never verified (keep.c). */
json_t *last_verification(const char *archive);
/* Of each row of "keep" in place of "reach": "verified", the day since when all of it has been read once more; null if some of it never was. */
void verified_rows(const char *archive, json_t *rows);
/* {"days","bytes","of","percent"}: how much of the archive was verified lately. */
json_t *verified_share(const char *archive);
answer_fn views_answer, view_act_answer;			/* views.c */
page_fn views_page;
/* Ways to the saved views; a form that saves this list: its path, and the fields (up to NULL) that make it what it is. */
void views_bar(struct call *c, struct frame *f);
void view_form(struct call *c, struct frame *f, const char *path, const char *const *keys);
/* The desk's own ledger, for what is no event of a document: locked, events are added, and unlocked. */
enum gk_status desk_ledger_lock(struct call *c, int *lock);
enum gk_status desk_ledger_append(struct call *c, json_t *event);
void desk_ledger_unlock(struct call *c, int lock);

/* The answer as a table (table.c): "list" says which of its lists. */
answer_fn table_answer;

/* What a person asks of one record, shown or done: fills c->out with "preview" and, if it was done, "event" (acts.c). */
enum gk_status act_register(struct call *c, struct store *s, uint32_t docid, json_t *event, const char *note);
/* The whole of it for the record that `id` or `ref` names: c->out has "record" too, and of one that is not there "near". */
enum gk_status act_one(struct call *c, struct store *s, const char *type);
/* Only that "record". */
enum gk_status act_look(struct call *c, struct store *s);
/* Figures of the yearly reports that change: "report" of a preview. */
void act_report(struct frame *f, const json_t *report);
/* "废止" of "abolish", as a text proposes it (today.c). */
const char *proposal_words(const struct frame *f, const char *kind);
/* May this person register events of this type?  GK_REFUSED, status 403. */
enum gk_status act_allowed(struct call *c, const char *type);
/* {"id","title","number","badge","badge_en","code","access","event"}: a record as a form shows it. */
json_t *record_brief(const struct store_history *h);

struct jobs *jobs_new(const char *archive);
void jobs_free(struct jobs *j);
struct waiting *waiting_new(void);
void waiting_free(struct waiting *w);

/* What a walk over all records gives (overview.c), made anew when the archive has grown or the day has changed: a new reference. */
enum gk_status overview(struct call *c, json_t **out);
/* One of its lists alone, as the answer. */
enum gk_status overview_part(struct call *c, const char *name);

#endif

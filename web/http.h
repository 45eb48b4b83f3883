/*
 * HTTP for both daemons, on libmicrohttpd: what a request must be before
 * anybody looks at it, who answers it, and the headers that every answer carries.
 * Knows nothing of archives or pages.
 *
 * I/O threads accept, read and write and never wait.  A request that passed
 * the guard is parked (its connection suspended) and answered by one of a few
 * workers, so that a slow search holds up neither other readers nor the pages
 * that cost nothing.  safety.md 4 and 6 have the limits:
 *
 *   bytes ─▶ guard ─▶ rate ─▶ at_once? ─▶ queue (64, 2 s) ─▶ worker (3 s) ─▶ headers ─▶ bytes
 *            400 405   429                  503 busy            503 timeout
 *            414 431
 */
#ifndef GK_HTTP_H
#define GK_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "web/answer.h"
#include "web/metrics.h"

enum {
	GK_HTTP_LINE_MAX = 8192,	/* L1: method, target and version with their two spaces */
	GK_HTTP_HEADERS_MAX = 16384,	/* L2: all header lines together */
	GK_HTTP_HEADER_COUNT = 64,	/* L2 */
	GK_HTTP_PARAMS_MAX = 256,
	GK_HTTP_FIELDS_MAX = 4096,	/* of a form */
	GK_HTTP_MEMORY = 32 * 1024,	/* of one connection */
};

/* Decoded, valid UTF-8 without control characters (a tab may stand in a parameter). */
struct gk_request {
	const char *raw;		/* the target as it was sent, for logs */
	const char *path;		/* begins with '/'; no "//", "..", '\\' */
	const struct gk_param *params;
	size_t n_params;
	const char *if_none_match;	/* NULL if not sent */
	bool json;			/* the client asked for a .json twin */
	/* Only where bodies are taken (gk_http_config.body_max); NULL if not sent. */
	const char *method;		/* "GET", "HEAD" or "POST"; never NULL */
	const char *cookie, *origin, *authorization, *content_type, *host, *key;	/* key: Idempotency-Key */
	const char *body;		/* of a POST; never NULL then */
	size_t body_n;
	char address[48];		/* of the client, as a number */
	/* From a program on this machine: a loopback address, a Host that is this machine's own name for itself, and no header of a proxy. */
	bool local;
	char id[12];			/* "r-7f3a21c0": names the request in errors and in the log */
};

/* Why a request is turned away before it is answered. */
struct gk_refusal {
	int status;
	const char *code, *reason;	/* of experience.md 6 and of safety.md 4 */
	const char *zh, *en, *hint, *hint_en;
};

struct gk_reply {
	int status;
	const char *type;		/* Content-Type, a literal */
	char own_type[96];		/* used instead if not empty */
	struct gk_buf body;
	int file;			/* has_file: the body is these file_n bytes from its beginning; closed with the reply */
	uint64_t file_n;
	bool has_file;
	char etag[48];			/* "" if the answer may not be kept */
	char *link, *disposition, *location, *cookie;	/* header values, from malloc */
	unsigned retry_after;
	bool forever;			/* the URL names the content: static files */
	bool foreign;			/* bytes that somebody else wrote: sandboxed */
	unsigned route;			/* for counts and log, of gk_http_config.names; 0: none */
};

struct gk_http_config {
	int listen_fd;			/* listening, non-blocking; stays the caller's */
	unsigned io_threads, workers, queue;
	unsigned wait_ms, hard_ms;	/* in the queue; of one answer */
	unsigned long_ms;		/* of an answer that is_long says is a long one */
	bool (*is_long)(void *cls, const struct gk_request *req);	/* NULL: none is */
	unsigned stuck_ms;		/* a worker that is silent so long ends the process (the parent starts another); 0 never */
	unsigned connections, per_address;	/* L6; per_address 0: no limit */
	unsigned rate;			/* L7: requests a second of one address; 0: no limit */
	bool (*is_file)(void *cls, const struct gk_request *req);	/* one of those that have a smaller rate; NULL: none is */
	bool (*is_export)(void *cls, const struct gk_request *req);	/* one of those that are made one at a time for an address (L22), where there is a rate; NULL: none is */
	bool log_requests;
	struct gk_metrics *metrics;	/* NULL: nobody counts */
	const struct gk_metric_names *names;	/* of the routes; NULL: without */
	/*
	 * NULL: nothing but GET and HEAD.  Else POST is taken too: how long may the body of this request be?  Called on an I/O thread, before a byte of it is
	 * taken; answers are for one person then (no CORS, Referrer-Policy same-origin, so that browsers send Origin with forms).
	 */
	size_t (*body_max)(void *cls, const struct gk_request *req);
	unsigned response_s;			/* L5: of a whole response, its body read included; 0: 60 */
	void *cls;
	void *(*worker_new)(void *cls);		/* state of one worker thread */
	void (*worker_free)(void *worker);
	void (*worker_rest)(void *worker);	/* it has had nothing to do for some seconds: what is held for speed alone may go; NULL: nothing is */
	/* On an I/O thread, must not wait: true if it made the reply. */
	bool (*at_once)(void *cls, const struct gk_request *req, struct gk_reply *reply);
	/* On a worker. */
	void (*answer)(void *worker, const struct gk_request *req, struct gk_reply *reply);
	/* Words for a refusal, on any thread; the status is set, and stays but for an answer that can be given all the same. */
	void (*refuse)(void *cls, const struct gk_request *req, const struct gk_refusal *why, struct gk_reply *reply);
};

struct gk_http;
enum gk_status gk_http_start(const struct gk_http_config *c, struct gk_http **out, struct gk_err *err);
/* What is open, waits and is at work at this moment, for /metrics.  Not in `refuse`, which may be called with the lock that this takes. */
void gk_http_gauges(struct gk_http *h, struct gk_buf *out);
/* Ends what is under way (waiting requests get 503), joins all threads. */
void gk_http_stop(struct gk_http *h);

/*
 * Path, parameters and the .json wish of a target as sent ("/search?q=%E5%AE%89").  NULL if it is well formed,
 * else the refusal.  Strings live in the arena.  Pure, so that random bytes can be thrown at it.
 */
const struct gk_refusal *gk_http_parse(const char *raw, struct gk_arena *mem, struct gk_request *req);
/*
 * The fields of a form, "a=1&b=%E5%AE%89" of n bytes: as the parameters of a target, but a line may end in them (as \n).  Strings live in the arena.
 */
const struct gk_refusal *gk_http_parse_form(const char *p, size_t n, struct gk_arena *mem, const struct gk_param **params, size_t *n_params);
/* True if one of the tags in an If-None-Match value is `etag` (weak comparison). */
bool gk_http_etag_listed(const char *if_none_match, const char *etag);

#endif

/*
 * libmicrohttpd glue: the guard, parked requests and their workers, deadlines, headers.
 *
 * A request is one struct exchange.  Its states, all changed under h->lock once it was parked:
 *
 *   FRESH ─▶ ADMITTED ─▶ WAITING ─▶ RUNNING ─▶ READY ─▶ (sent)
 *     └── refused, or answered at once ──────────▲
 *
 * The watch thread moves WAITING to READY with 503 after wait_ms, and RUNNING after hard_ms; in
 * the second case the worker finishes for nobody.  So the exchange has two owners, the connection and the
 * worker, and goes when both have let go of it.
 */
#include "web/http.h"

#include "web/log.h"
#include "web/rate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	REST_S = 5,			/* without work, before a worker gives memory back */
	MEMORY_OF_REQUEST = 256 * 1024,
	REPLY_MAX = 640 * 1024 * 1024,	/* the largest original (L23) with room to spare */
	HEAD_SECONDS = 5, IDLE_SECONDS = 10, RESPONSE_SECONDS = 60,	/* L5 */
	TICK_MS = 200,
	IO_STACK = 512 * 1024, WORKER_STACK = 4 * 1024 * 1024,
};

enum state { FRESH, ADMITTED, WAITING, RUNNING, READY };

struct exchange {
	struct gk_http *h;
	struct MHD_Connection *connection;
	struct exchange *next, *prev;	/* in h->parked, oldest first */
	char *raw;
	uintptr_t raw_end;		/* where libmicrohttpd's own copy of the target ended: see cut_short() */
	const char *method;
	struct gk_buf body;		/* of a POST, as far as it has come */
	size_t body_want;
	struct gk_arena mem;
	struct gk_request req;
	struct gk_reply reply;
	_Atomic(enum state) state;	/* set READY last: whoever sees it sees the reply */
	atomic_uint owners;		/* the connection, and a worker while it works */
	unsigned most_ms;		/* of RUNNING */
	uint64_t begun_us, since;	/* of the request, in microseconds; of WAITING or RUNNING, in milliseconds */
	unsigned route;
	size_t sent;
	int status;
	bool close, exporting;
};

/* An open connection and the moment at which it is cut off. */
struct peer {
	struct peer *next, *prev;
	int fd;
	uint64_t deadline;
};

struct gk_http {
	struct gk_http_config c;
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock;
	pthread_cond_t tick;
	struct exchange *parked, *parked_last;	/* WAITING and RUNNING */
	unsigned waiting;
	pthread_mutex_t peers_lock;		/* of the list below alone: libmicrohttpd calls us with locks of its own */
	struct peer *peers;
	pthread_t *workers, watch;
	pthread_cond_t *work;			/* one of each worker */
	uint64_t *busy_since;			/* of each worker; 0 when idle */
	unsigned *idle, n_idle;			/* workers that wait for work, the last to have worked last */
	unsigned n_workers;
	uint64_t worked;			/* when anybody last began or ended */
	bool watching, stopping, draining;
	struct gk_rate *rate;			/* NULL: no limit */
	atomic_uint serial;
};

static uint64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t
now_ms(void)
{
	return now_us() / 1000;
}

static void
clear_reply(struct gk_reply *r)
{
	gk_buf_free(&r->body);
	if (r->has_file)
		close(r->file);
	free(r->link);
	free(r->disposition);
	free(r->location);
	free(r->cookie);
	*r = (struct gk_reply){ .status = 200 };
	gk_buf_init(&r->body, REPLY_MAX);
}

static void
let_go(struct exchange *x)
{
	if (atomic_fetch_sub(&x->owners, 1) != 1)
		return;
	clear_reply(&x->reply);
	gk_buf_free(&x->body);
	gk_arena_free(&x->mem);
	free(x->raw);
	free(x);
}

/* ---- the guard ---- */

static const struct gk_refusal
body_not_allowed = { 400, "bad_param", "body_not_allowed", "这里只读，不接受请求正文", "this server only reads: requests carry no body", "只用 GET 或 HEAD", "use GET or HEAD alone" },
bad_method = { 405, "bad_param", "bad_method", "这里只读，只接受 GET 和 HEAD", "this server only reads: GET and HEAD", "改用 GET", "use GET" },
bad_method_desk = { 405, "bad_param", "bad_method", "只接受 GET、HEAD 和 POST", "GET, HEAD and POST only", "改用 GET 或 POST", "use GET or POST" },
uri_too_long = { 414, "too_large", "uri_too_long", "网址太长（上限 8192 字节）", "the address is too long (at most 8192 bytes)", "缩短检索词或减少筛选条件", "use fewer words or filters" },
headers_too_large = { 431, "too_large", "headers_too_large", "请求头太大（上限 16384 字节、64 项）", "the headers are too large (at most 16384 bytes and 64 lines)", "清除浏览器为本站存的数据后再试", "clear what the browser keeps for this site and try again" },
bad_header = { 400, "bad_param", "bad_header", "请求头写法不对", "malformed header", "", "" },
bad_host = { 400, "bad_param", "bad_host", "请求要有且只有一个完好的 Host 头", "a request needs exactly one well-formed Host header", "", "" },
doubled_header = { 400, "bad_param", "doubled_header", "同一请求头出现了两次", "a header is given twice", "", "" },
bad_target = { 400, "bad_param", "bad_path", "网址写法不对", "malformed address", "检查网址，或从首页开始：/", "check the address, or begin at the home page: /" },
bad_version = { 400, "bad_param", "bad_version", "只支持 HTTP/1.0 和 HTTP/1.1", "HTTP/1.0 and HTTP/1.1 only", "", "" },
need_length = { 411, "bad_param", "length_required", "POST 请求要有且只有一个 Content-Length", "a POST needs exactly one Content-Length", "", "" },
body_too_large = { 413, "too_large", "too_large", "内容太大", "the body is too large", "分几次提交，或用命令行 gongkai ingest", "send it in parts, or use the command gongkai ingest" },
slow_down = { 429, "too_many", "slow_down", "这个地址的请求太多", "too many requests from this address", "几秒钟后再试；要取全部数据，请用 /sitemap.xml、/oai 或订阅", "try again in a few seconds; to take everything use /sitemap.xml, /oai or the feeds" },
one_export = { 429, "too_many", "slow_down", "这个地址的另一份导出还没有完成", "another export for this address is being made", "一份一份地取；要取全部数据，请用 /sitemap.xml、/oai 或 gongkai export", "take them one after the other; to take everything use /sitemap.xml, /oai or gongkai export" },
busy = { 503, "busy", "busy", "现在查询的人太多", "too many searches at this moment", "几秒钟后再试", "try again in a few seconds" },
timed_out = { 503, "busy", "timeout", "这次查询用时过长，已停止", "this search took too long and was stopped", "缩短检索词，或加上年份、类别等筛选条件", "use fewer words, or filter by year or category" },
ending = { 503, "busy", "busy", "服务正在重新启动", "the service is restarting", "几秒钟后再试", "try again in a few seconds" };

/* Headers whose value we read; given twice, they could mean two things. */
enum read_head { TAG, CONNECTION, HOST, LENGTH, COOKIE, ORIGIN, AUTHORIZATION, CONTENT_TYPE, KEY, READ_HEADS };
static const char *const read_heads[READ_HEADS] = {
	"If-None-Match", "Connection", "Host", "Content-Length", "Cookie", "Origin", "Authorization", "Content-Type", "Idempotency-Key",
};

struct heads {
	size_t bytes;
	unsigned count, encoding, times[READ_HEADS];
	const char *value[READ_HEADS];
	bool malformed, bad_host, proxy;
};

static bool
is_token(const char *s, size_t n)
{
	static const char more[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') &&
		    (c == '\0' || strchr(more, c) == NULL))
			return false;
	}
	return n > 0;
}

static bool
is_host(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') &&
		    (c == '\0' || strchr(".-_:[]", c) == NULL))
			return false;
	}
	return n > 0 && n <= 260;
}

static enum MHD_Result
count_head(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value, size_t n)
{
	struct heads *c = cls;

	(void)kind;
	c->count++;
	c->bytes += key_n + n + 4;
	if (!is_token(key, key_n))
		c->malformed = true;
	/* A control character in a value: a folded line, a NUL that other programs read as an end. */
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)value[i] < 0x20 && value[i] != '\t') || value[i] == 0x7F)
			c->malformed = true;
	if (value == NULL) {
		c->malformed = true;
		return MHD_YES;
	}
	c->encoding += strcasecmp(key, "Transfer-Encoding") == 0;
	c->proxy |= strcasecmp(key, "Via") == 0 || strcasecmp(key, "Forwarded") == 0 || strcasecmp(key, "X-Real-IP") == 0 || strncasecmp(key, "X-Forwarded-", 12) == 0;
	for (int i = 0; i < READ_HEADS; i++)
		if (strcasecmp(key, read_heads[i]) == 0) {
			c->times[i]++;
			c->value[i] = value;
			c->bad_host |= i == HOST && !is_host(value, n);
		}
	return MHD_YES;
}

/*
 * The target reaches us as a string, so one that holds a NUL looks shorter than it was.  The version follows
 * it in the same buffer after one byte; if it stands further off, something lies between.
 */
static bool
cut_short(const struct exchange *x, const char *version)
{
	uintptr_t v = (uintptr_t)version;

	return v > x->raw_end + 1 && v - x->raw_end < GK_HTTP_MEMORY;
}

/* A copy: a worker may outlive the connection. */
static const char *
kept_head(struct exchange *x, const struct heads *c, enum read_head i)
{
	return c->value[i] == NULL ? NULL : gk_arena_copy(&x->mem, c->value[i], strlen(c->value[i]));
}

/* The length of a body that is told once, in digits alone; what else could be read in two ways. */
static bool
read_length(const struct heads *c, size_t *out)
{
	const char *s = c->value[LENGTH];
	size_t n = s == NULL ? 0 : strlen(s);

	if (c->times[LENGTH] != 1 || c->encoding > 0 || n == 0 || n > 12 || strspn(s, "0123456789") < n)
		return false;
	*out = strtoull(s, NULL, 10);
	return true;
}

static void
read_address(struct exchange *x)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info != NULL ? info->client_addr : NULL;

	if (a != NULL && a->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, x->req.address, sizeof x->req.address);
	else if (a != NULL && a->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, x->req.address, sizeof x->req.address);
}

/* What only a server for one person at a time wants to know. */
static void
read_private(struct exchange *x, const struct heads *c)
{
	x->req.cookie = kept_head(x, c, COOKIE);
	x->req.origin = kept_head(x, c, ORIGIN);
	x->req.authorization = kept_head(x, c, AUTHORIZATION);
	x->req.content_type = kept_head(x, c, CONTENT_TYPE);
	x->req.host = kept_head(x, c, HOST);
	x->req.key = kept_head(x, c, KEY);
}

/* Not by the address alone: a proxy on this machine has the same one, and speaks for the whole world. */
static bool
is_local(const struct exchange *x, const struct heads *c)
{
	static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
	const char *host = c->value[HOST];

	if (c->proxy || (strncmp(x->req.address, "127.", 4) != 0 && strcmp(x->req.address, "::1") != 0))
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t n = strlen(names[i]);

		if (strncasecmp(host, names[i], n) == 0 && (host[n] == '\0' || host[n] == ':'))
			return true;
	}
	return false;
}

/*
 * The request smuggling guard (safety.md 6): libmicrohttpd of Debian 12 alone
 * would take two lengths, or a length beside chunks, and a proxy in front
 * might take the other one.  Where nothing that we answer has a body, any sign of one ends the connection; where bodies are taken, only
 * one whose length is told once.
 */
static const struct gk_refusal *
guard(struct exchange *x, const char *version)
{
	struct heads c = { 0 };
	bool post = x->h->c.body_max != NULL && strcmp(x->method, "POST") == 0;
	const struct gk_refusal *why;

	MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, count_head, &c);
	if (!post && strcmp(x->method, "GET") != 0 && strcmp(x->method, "HEAD") != 0)
		return x->h->c.body_max != NULL ? &bad_method_desk : &bad_method;
	if (!post && (c.times[LENGTH] > 0 || c.encoding > 0))
		return &body_not_allowed;
	if (post && !read_length(&c, &x->body_want))
		return &need_length;
	if (strlen(x->method) + strlen(x->raw) + strlen(version) + 2 > GK_HTTP_LINE_MAX)
		return &uri_too_long;
	if (c.bytes > GK_HTTP_HEADERS_MAX || c.count > GK_HTTP_HEADER_COUNT)
		return &headers_too_large;
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return &bad_version;
	if (cut_short(x, version))
		return &bad_target;
	if (c.malformed)
		return &bad_header;
	if (c.times[HOST] != 1 || c.bad_host)
		return &bad_host;
	for (int i = 0; i < READ_HEADS; i++)
		if (c.times[i] > 1)
			return &doubled_header;
	x->req.if_none_match = kept_head(x, &c, TAG);
	x->req.method = post ? "POST" : strcmp(x->method, "HEAD") == 0 ? "HEAD" : "GET";
	read_address(x);
	x->req.local = is_local(x, &c);
	if (x->h->c.body_max != NULL)
		read_private(x, &c);
	why = gk_http_parse(x->raw, &x->mem, &x->req);
	if (why == NULL && post && x->body_want > x->h->c.body_max(x->h->c.cls, &x->req))
		return &body_too_large;
	gk_buf_init(&x->body, x->body_want);
	return why;
}

/* ---- answers ---- */

/* Does not set `close`: only requests that could not be understood end their connection. */
static void
refuse(struct exchange *x, const struct gk_refusal *why)
{
	clear_reply(&x->reply);
	x->reply.status = why->status;
	x->h->c.refuse(x->h->c.cls, &x->req, why, &x->reply);
	if (x->reply.status == 503 || x->reply.status == 429)
		x->reply.retry_after = 2;
}

/* Every header of safety.md 6, in one table, on every answer. */
static const struct { const char *name, *value; } always[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Permissions-Policy", "accelerometer=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()" },
};
#define POLICY "default-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

static void
add(struct MHD_Response *m, const char *name, const char *value)
{
	if (value != NULL && value[0] != '\0')
		MHD_add_response_header(m, name, value);
}

static void
add_headers(struct MHD_Response *m, const struct exchange *x)
{
	const struct gk_reply *r = &x->reply;
	const char *type = r->own_type[0] != '\0' ? r->own_type : r->type;
	char number[16];

	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		add(m, always[i].name, always[i].value);
	add(m, "Referrer-Policy", x->h->c.body_max != NULL ? "same-origin" : "no-referrer");
	add(m, "Content-Security-Policy", r->foreign ? "sandbox; default-src 'none'" : POLICY);
	if (r->foreign)
		add(m, "Cross-Origin-Resource-Policy", "same-site");
	if (r->status != 304)
		add(m, "Content-Type", type);
	if (x->h->c.body_max == NULL && type != NULL && strncmp(type, "application/json", 16) == 0)
		add(m, "Access-Control-Allow-Origin", "*");
	add(m, "ETag", r->etag);
	add(m, "Cache-Control", r->forever ? "public, max-age=31536000, immutable" :
	    r->etag[0] != '\0' ? "public, max-age=60" : "no-store");
	add(m, "Link", r->link);
	add(m, "Content-Disposition", r->disposition);
	add(m, "Location", r->location);
	add(m, "Set-Cookie", r->cookie);
	if (r->retry_after > 0) {
		snprintf(number, sizeof number, "%u", r->retry_after);
		add(m, "Retry-After", number);
	}
	if (r->status == 405)
		add(m, "Allow", x->h->c.body_max != NULL ? "GET, HEAD, POST" : "GET, HEAD");
	if (x->close || __atomic_load_n(&x->h->draining, __ATOMIC_RELAXED))
		add(m, "Connection", "close");
}

/* Before a byte of the answer goes out: who has it all may ask for the next. */
static void
end_export(struct exchange *x)
{
	if (x->exporting)
		gk_rate_end(x->h->rate, x->req.address);
	x->exporting = false;
}

static enum MHD_Result
send_reply(struct exchange *x)
{
	struct gk_reply *r = &x->reply;
	struct MHD_Response *m;
	enum MHD_Result result;
	size_t n = 0;
	char *body;

	end_export(x);
	if (r->status == 304)
		gk_buf_free(&r->body);
	x->sent = r->has_file ? (size_t)r->file_n : r->body.n;
	x->status = r->status;
	x->route = r->route;
	gk_metrics_answer(x->h->c.metrics, r->route, r->status, now_us() - x->begun_us, x->sent);
	body = r->has_file ? NULL : gk_buf_take(&r->body, &n);
	m = r->has_file ? MHD_create_response_from_fd64(r->file_n, r->file) : body != NULL ? MHD_create_response_from_buffer(n, body, MHD_RESPMEM_MUST_FREE) : NULL;
	/* The response closes it. */
	r->has_file = r->has_file && m == NULL;
	if (m == NULL) {
		free(body);
		return MHD_NO;
	}
	add_headers(m, x);
	result = MHD_queue_response(x->connection, (unsigned)r->status, m);
	MHD_destroy_response(m);
	return result;
}

/* ---- parked requests ---- */

static void
unpark(struct gk_http *h, struct exchange *x)
{
	*(x->prev != NULL ? &x->prev->next : &h->parked) = x->next;
	*(x->next != NULL ? &x->next->prev : &h->parked_last) = x->prev;
	x->next = x->prev = NULL;
	if (x->state == WAITING)
		h->waiting--;
}

/* With the lock held: x has its reply; the I/O threads may have it back. */
static void
hand_back(struct gk_http *h, struct exchange *x)
{
	unpark(h, x);
	x->state = READY;
	MHD_resume_connection(x->connection);
}

/*
 * With the lock held.  It is who worked last: what it has of its own for a question, a megabyte, is still in the caches.  One condition for
 * all wakes them in turn, and a reader who asks one thing after another finds a cold one each time.
 */
static void
wake_worker(struct gk_http *h)
{
	if (h->n_idle > 0)
		pthread_cond_signal(&h->work[h->idle[--h->n_idle]]);
}

/* False if there is no room: then x has the refusal.  After true, x belongs to the others. */
static bool
park(struct gk_http *h, struct exchange *x)
{
	pthread_mutex_lock(&h->lock);
	if (h->stopping || h->waiting >= h->c.queue) {
		refuse(x, h->stopping ? &ending : &busy);
		pthread_mutex_unlock(&h->lock);
		return false;
	}
	/* Suspended before a worker can see it: to resume first would lose the wake-up. */
	MHD_suspend_connection(x->connection);
	x->state = WAITING;
	x->most_ms = h->c.is_long != NULL && h->c.is_long(h->c.cls, &x->req) ? h->c.long_ms : h->c.hard_ms;
	x->since = now_ms();
	x->prev = h->parked_last;
	*(h->parked_last != NULL ? &h->parked_last->next : &h->parked) = x;
	h->parked_last = x;
	h->waiting++;
	wake_worker(h);
	pthread_mutex_unlock(&h->lock);
	return true;
}

static struct exchange *
first_waiting(struct gk_http *h)
{
	struct exchange *x = h->parked;

	while (x != NULL && x->state != WAITING)
		x = x->next;
	return x;
}

struct worker_start {
	struct gk_http *h;
	unsigned number;
};

static void
work_on(struct gk_http *h, struct exchange *x, void *state, unsigned number)
{
	struct gk_reply reply = { .status = 200 };

	x->state = RUNNING;
	x->since = h->busy_since[number] = h->worked = now_ms();
	atomic_fetch_add(&x->owners, 1);
	h->waiting--;
	pthread_mutex_unlock(&h->lock);

	gk_buf_init(&reply.body, REPLY_MAX);
	h->c.answer(state, &x->req, &reply);

	pthread_mutex_lock(&h->lock);
	h->busy_since[number] = 0;
	h->worked = now_ms();
	if (x->state == RUNNING) {
		clear_reply(&x->reply);
		x->reply = reply;
		hand_back(h, x);
	} else {
		/* The watch has answered for us: nobody waits for this any more. */
		clear_reply(&reply);
	}
	let_go(x);
}

/* Who wakes without having been called is still among the idle. */
static void
idle_no_more(struct gk_http *h, unsigned number)
{
	unsigned n = 0;

	for (unsigned i = 0; i < h->n_idle; i++)
		if (h->idle[i] != number)
			h->idle[n++] = h->idle[i];
	h->n_idle = n;
}

static bool
nobody_worked(const struct gk_http *h, uint64_t for_ms)
{
	for (unsigned i = 0; i < h->c.workers; i++)
		if (h->busy_since[i] != 0)
			return false;
	return now_ms() - h->worked >= for_ms;
}

/* Until there is work.  True once after some seconds in which nobody had any: one who rests takes from the others what they share. */
static bool
wait_for_work(struct gk_http *h, unsigned number, bool rested)
{
	struct timespec t;
	bool late = false;

	h->idle[h->n_idle++] = number;
	if (rested || h->c.worker_rest == NULL) {
		pthread_cond_wait(&h->work[number], &h->lock);
	} else {
		clock_gettime(CLOCK_MONOTONIC, &t);
		t.tv_sec += REST_S;
		late = pthread_cond_clockwait(&h->work[number], &h->lock, CLOCK_MONOTONIC, &t) == ETIMEDOUT;
	}
	idle_no_more(h, number);
	return late && h->waiting == 0 && nobody_worked(h, REST_S * 1000);
}

static void *
worker_main(void *arg)
{
	struct worker_start start = *(struct worker_start *)arg;
	struct gk_http *h = start.h;
	void *state = h->c.worker_new(h->c.cls);
	bool rested = false;

	free(arg);
	pthread_mutex_lock(&h->lock);
	for (;;) {
		struct exchange *x = first_waiting(h);

		if (x != NULL) {
			work_on(h, x, state, start.number);
			rested = false;
		} else if (h->stopping) {
			break;
		} else if (wait_for_work(h, start.number, rested)) {
			pthread_mutex_unlock(&h->lock);
			h->c.worker_rest(state);
			rested = true;
			pthread_mutex_lock(&h->lock);
		}
	}
	pthread_mutex_unlock(&h->lock);
	h->c.worker_free(state);
	return NULL;
}

/* ---- deadlines ---- */

static void
watch_exchanges(struct gk_http *h, uint64_t now)
{
	for (struct exchange *x = h->parked, *next; x != NULL; x = next) {
		bool late = now - x->since > (x->state == WAITING ? h->c.wait_ms : x->most_ms);

		next = x->next;
		if (!late)
			continue;
		refuse(x, x->state == WAITING ? &busy : &timed_out);
		hand_back(h, x);
	}
	for (unsigned i = 0; h->c.stuck_ms > 0 && i < h->c.workers; i++)
		if (h->busy_since[i] != 0 && now - h->busy_since[i] > h->c.stuck_ms) {
			gk_log(GK_LOG_BAD, "stuck", "{s:i, s:I}", "worker", (int)i, "ms", (json_int_t)(now - h->busy_since[i]));
			_exit(70);
		}
}

/* libmicrohttpd's own timeout begins again with every byte; these do not. */
static void
watch_peers(struct gk_http *h, uint64_t now)
{
	pthread_mutex_lock(&h->peers_lock);
	for (struct peer *p = h->peers; p != NULL; p = p->next)
		if (p->deadline != 0 && now > p->deadline) {
			p->deadline = 0;
			shutdown(p->fd, SHUT_RDWR);
		}
	pthread_mutex_unlock(&h->peers_lock);
}

static void *
watch_main(void *arg)
{
	struct gk_http *h = arg;

	pthread_mutex_lock(&h->lock);
	while (!h->stopping) {
		struct timespec t;
		uint64_t now = now_ms();

		watch_exchanges(h, now);
		watch_peers(h, now);
		clock_gettime(CLOCK_MONOTONIC, &t);
		t.tv_nsec += TICK_MS * 1000000L;
		t.tv_sec += t.tv_nsec / 1000000000L;
		t.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&h->tick, &h->lock, &t);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

/* The descriptor in h->peers is open as long as it stands there: libmicrohttpd closes it after CLOSED. */
static void
on_connection(void *cls, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	struct gk_http *h = cls;
	struct peer *p;

	pthread_mutex_lock(&h->peers_lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

		p = calloc(1, sizeof *p);
		if (p != NULL && info != NULL) {
			p->fd = info->connect_fd;
			p->deadline = now_ms() + HEAD_SECONDS * 1000;
			p->next = h->peers;
			if (h->peers != NULL)
				h->peers->prev = p;
			h->peers = p;
		}
		*socket_context = p;
	} else if ((p = *socket_context) != NULL) {
		*(p->prev != NULL ? &p->prev->next : &h->peers) = p->next;
		if (p->next != NULL)
			p->next->prev = p->prev;
		free(p);
		*socket_context = NULL;
	}
	pthread_mutex_unlock(&h->peers_lock);
}

static void
set_deadline(struct gk_http *h, struct MHD_Connection *connection, unsigned seconds)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct peer *p = info != NULL ? info->socket_context : NULL;

	pthread_mutex_lock(&h->peers_lock);
	if (p != NULL)
		p->deadline = now_ms() + seconds * 1000ULL;
	pthread_mutex_unlock(&h->peers_lock);
}

/* ---- what libmicrohttpd calls ---- */

static void *
on_target(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct gk_http *h = cls;
	struct exchange *x = calloc(1, sizeof *x);
	uint32_t serial = atomic_fetch_add(&h->serial, 1) * 2654435761u;

	if (x == NULL)
		return NULL;
	x->raw = strdup(uri);
	if (x->raw == NULL) {
		free(x);
		return NULL;
	}
	x->raw_end = (uintptr_t)(uri + strlen(uri));
	x->h = h;
	x->connection = connection;
	atomic_init(&x->owners, 1);
	x->begun_us = now_us();
	x->req.raw = x->raw;
	x->req.path = "";
	x->req.method = "GET";
	snprintf(x->req.id, sizeof x->req.id, "r-%08x", serial);
	gk_arena_init(&x->mem, MEMORY_OF_REQUEST);
	gk_buf_init(&x->body, 0);
	x->reply.status = 200;
	gk_buf_init(&x->reply.body, REPLY_MAX);
	return x;
}

static bool
within_rate(const struct exchange *x)
{
	struct gk_http *h = x->h;

	return h->rate == NULL || gk_rate_take(h->rate, x->req.address, h->c.is_file != NULL && h->c.is_file(h->c.cls, &x->req), now_ms());
}

/* L7, L22. */
static const struct gk_refusal *
too_much(struct exchange *x)
{
	struct gk_http *h = x->h;

	if (!within_rate(x))
		return &slow_down;
	if (h->rate == NULL || h->c.is_export == NULL || !h->c.is_export(h->c.cls, &x->req))
		return NULL;
	x->exporting = gk_rate_begin(h->rate, x->req.address, now_ms());
	return x->exporting ? NULL : &one_export;
}

static enum MHD_Result
first_look(struct exchange *x, const char *method, const char *version)
{
	const struct gk_refusal *why;

	x->method = method;
	set_deadline(x->h, x->connection, x->h->c.response_s > 0 ? x->h->c.response_s : RESPONSE_SECONDS);
	why = guard(x, version);
	if (why == NULL)
		why = too_much(x);
	if (why == NULL) {
		x->state = ADMITTED;
		return MHD_YES;
	}
	/* What could not be understood ends the connection, and so does who is too fast: another connection costs more than another request. */
	x->close = true;
	refuse(x, why);
	return send_reply(x);
}

/* A body that no header spoke of, or more of it than was said, ends the connection. */
static enum MHD_Result
take_body(struct exchange *x, const char *p, size_t *n)
{
	bool fits = x->body.n + *n <= x->body_want && gk_buf_add(&x->body, p, *n);

	*n = 0;
	return fits ? MHD_YES : MHD_NO;
}

static enum MHD_Result
on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	   const char *upload, size_t *upload_n, void **state)
{
	struct exchange *x = *state;
	enum state reached;

	(void)cls, (void)url, (void)connection;
	if (x == NULL)
		return MHD_NO;
	reached = x->state;
	switch (reached) {
	case FRESH:
		return first_look(x, method, version);
	case ADMITTED:
		if (*upload_n > 0)
			return take_body(x, upload, upload_n);
		if (x->body.n < x->body_want)	/* less came than was said: nobody waits for an answer to that */
			return MHD_NO;
		x->req.body = x->body.n > 0 ? x->body.p : "";
		x->req.body_n = x->body.n;
		if (!x->h->c.at_once(x->h->c.cls, &x->req, &x->reply) && park(x->h, x))
			return MHD_YES;
		return send_reply(x);
	case READY:
		return send_reply(x);
	default:
		return MHD_YES;
	}
}

/* What stands before the question, which is nobody's business; in ASCII. */
static void
log_path(const char *raw, char *out, size_t size)
{
	size_t n = 0;

	for (size_t k = 0; raw[k] != '\0' && raw[k] != '?' && n + 4 < size; k++) {
		unsigned char c = (unsigned char)raw[k];

		if (c > 0x20 && c < 0x7F)
			out[n++] = (char)c;
		else
			n += (size_t)snprintf(out + n, size - n, "%%%02X", c);
	}
	out[n] = '\0';
}

/* Requests that end without an answer are told too: they are what slow and broken clients leave. */
static void
log_request(const struct exchange *x, enum MHD_RequestTerminationCode code)
{
	const struct gk_metric_names *names = x->h->c.names;
	const char *ended = code == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "sent" : code == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED ? "timeout" :
		code == MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN ? "shutdown" : "broken";
	char path[600];

	log_path(x->raw, path, sizeof path);
	gk_log(GK_LOG_INFO, "request", "{s:s, s:s, s:s, s:s, s:i, s:I, s:I, s:s}", "request", x->req.id,
	       "method", x->method != NULL && is_token(x->method, strlen(x->method)) && strlen(x->method) < 16 ? x->method : "?", "path", path,
	       "route", names != NULL && x->route < names->n_routes ? names->routes[x->route] : "", "status", x->status, "bytes", (json_int_t)x->sent,
	       "us", (json_int_t)(now_us() - x->begun_us), "ended", ended);
}

static void
on_completed(void *cls, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code)
{
	struct gk_http *h = cls;
	struct exchange *x = *state;

	if (x == NULL)
		return;
	if (h->c.log_requests)
		log_request(x, code);
	set_deadline(h, connection, IDLE_SECONDS + HEAD_SECONDS);
	end_export(x);
	let_go(x);
	*state = NULL;
}

/* ---- life ---- */

static void
quiet(void *cls, const char *fmt, va_list ap)
{
	(void)cls, (void)fmt, (void)ap;	/* its messages quote clients; ours name the request */
}

static bool
start_threads(struct gk_http *h)
{
	pthread_attr_t attr;
	bool ok = true;

	if (pthread_attr_init(&attr) != 0)
		return false;
	pthread_attr_setstacksize(&attr, WORKER_STACK);
	h->watching = pthread_create(&h->watch, &attr, watch_main, h) == 0;
	ok = h->watching;
	while (ok && h->n_workers < h->c.workers) {
		struct worker_start *s = malloc(sizeof *s);

		ok = s != NULL;
		if (!ok)
			break;
		*s = (struct worker_start){ h, h->n_workers };
		ok = pthread_create(&h->workers[h->n_workers], &attr, worker_main, s) == 0;
		if (ok)
			h->n_workers++;
		else
			free(s);
	}
	pthread_attr_destroy(&attr);
	return ok;
}

static bool
start_daemon(struct gk_http *h)
{
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, h,
		MHD_OPTION_EXTERNAL_LOGGER, quiet, NULL,
		MHD_OPTION_LISTEN_SOCKET, h->c.listen_fd,
		MHD_OPTION_THREAD_POOL_SIZE, h->c.io_threads,
		MHD_OPTION_THREAD_STACK_SIZE, (size_t)IO_STACK,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)GK_HTTP_MEMORY,
		MHD_OPTION_CONNECTION_LIMIT, h->c.connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, h->c.per_address,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, h,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
		MHD_OPTION_END);
	return h->daemon != NULL;
}

void
gk_http_gauges(struct gk_http *h, struct gk_buf *out)
{
	const union MHD_DaemonInfo *open = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
	unsigned busy_now = 0, waiting;

	pthread_mutex_lock(&h->lock);
	for (unsigned i = 0; i < h->c.workers; i++)
		busy_now += h->busy_since[i] != 0;
	waiting = h->waiting;
	pthread_mutex_unlock(&h->lock);
	gk_metric_alone(out, "gongkai_http_connections", "gauge", "Open connections.", open != NULL ? open->num_connections : 0);
	gk_metric_alone(out, "gongkai_http_waiting", "gauge", "Requests that wait for a worker.", waiting);
	gk_metric_alone(out, "gongkai_http_working", "gauge", "Requests at work, this one included.", busy_now);
}

static void
free_parts(struct gk_http *h)
{
	gk_rate_free(h->rate);
	free(h->workers);
	free(h->work);
	free(h->idle);
	free(h->busy_since);
	free(h);
}

enum gk_status
gk_http_start(const struct gk_http_config *c, struct gk_http **out, struct gk_err *err)
{
	struct gk_http *h = calloc(1, sizeof *h);
	pthread_condattr_t monotonic;
	struct timespec seed;

	*out = NULL;
	if (h == NULL)
		return gk_nomem(err);
	h->c = *c;
	h->rate = c->rate > 0 ? gk_rate_new(c->rate) : NULL;
	h->workers = calloc(c->workers, sizeof *h->workers);
	h->work = calloc(c->workers, sizeof *h->work);
	h->idle = calloc(c->workers, sizeof *h->idle);
	h->busy_since = calloc(c->workers, sizeof *h->busy_since);
	if (h->workers == NULL || h->work == NULL || h->idle == NULL || h->busy_since == NULL || (c->rate > 0 && h->rate == NULL)) {
		free_parts(h);
		return gk_nomem(err);
	}
	clock_gettime(CLOCK_REALTIME, &seed);
	atomic_init(&h->serial, (unsigned)(seed.tv_nsec ^ seed.tv_sec));
	pthread_mutex_init(&h->lock, NULL);
	pthread_mutex_init(&h->peers_lock, NULL);
	for (unsigned i = 0; i < c->workers; i++)
		pthread_cond_init(&h->work[i], NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&h->tick, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (!start_threads(h) || !start_daemon(h)) {
		gk_http_stop(h);
		gk_fail(err, GK_DEAD, GK_CAUSE_BUSY, "不能启动 HTTP 服务：线程或描述符不够", "cannot start the HTTP service: too few threads or descriptors");
		gk_hint(err, "用 --threads 1 再试，或提高 ulimit -n 和 -u", "try --threads 1, or raise ulimit -n and -u");
		return GK_DEAD;
	}
	*out = h;
	return GK_OK;
}

/* Who was let in is heard: a connection may have been taken whose request is still on its way.  Who only keeps one open waits no longer than this. */
static void
drain(struct gk_http *h)
{
	enum { STEPS = 100 };
	static const struct timespec step = { 0, 10 * 1000 * 1000 };

	MHD_quiesce_daemon(h->daemon);
	__atomic_store_n(&h->draining, true, __ATOMIC_RELAXED);
	for (unsigned i = 0; i < STEPS; i++) {
		const union MHD_DaemonInfo *open = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

		if (open == NULL || open->num_connections == 0)
			return;
		nanosleep(&step, NULL);
	}
}

void
gk_http_stop(struct gk_http *h)
{
	if (h == NULL)
		return;
	if (h->daemon != NULL)
		drain(h);
	/* Workers empty the queue before they end, so no connection stays suspended. */
	pthread_mutex_lock(&h->lock);
	h->stopping = true;
	for (unsigned i = 0; i < h->c.workers; i++)
		pthread_cond_signal(&h->work[i]);
	pthread_cond_broadcast(&h->tick);
	pthread_mutex_unlock(&h->lock);
	for (unsigned i = 0; i < h->n_workers; i++)
		pthread_join(h->workers[i], NULL);
	if (h->watching)
		pthread_join(h->watch, NULL);
	if (h->daemon != NULL)
		MHD_stop_daemon(h->daemon);
	pthread_mutex_destroy(&h->lock);
	pthread_mutex_destroy(&h->peers_lock);
	for (unsigned i = 0; i < h->c.workers; i++)
		pthread_cond_destroy(&h->work[i]);
	pthread_cond_destroy(&h->tick);
	free_parts(h);
}

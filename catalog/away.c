/* Asking the servers of shards that stand elsewhere, and knowing which of them answer. */
#include "catalog/away.h"

#include "base/io.h"
#include "xapianc/xapianc.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MAX = 64 * 1024, WHERE_MAX = 256, AT_ONCE_MS = 100, LOOK_EVERY_S = 1 };

/* --- servers: one of each in the process, never taken away ------------------------------------- */

struct server {
	char host[WHERE_MAX];
	unsigned port;
	atomic_bool down;
	struct server *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static struct server *servers;
static pthread_t watcher;
static bool watching, ending;

static enum gk_status
bad_name(const char *where, struct gk_err *err)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_USAGE, "'%s' 不是 主机:端口", "'%s' is no HOST:PORT", where);
	gk_hint(err, "写成 10.0.0.5:7001", "write it as 10.0.0.5:7001");
	return GK_DEAD;
}

static struct server *
known_server(const char *host, unsigned port)
{
	for (struct server *s = servers; s != NULL; s = s->next)
		if (s->port == port && strcmp(s->host, host) == 0)
			return s;
	return NULL;
}

static enum gk_status
server_of(const char *where, struct server **out, struct gk_err *err)
{
	const char *colon = strrchr(where, ':');
	char host[WHERE_MAX], *end = NULL;
	unsigned long port = colon == NULL ? 0 : strtoul(colon + 1, &end, 10);
	struct server *s;

	if (colon == NULL || colon == where || (size_t)(colon - where) >= sizeof host || port == 0 || port > 65535 || *end != '\0')
		return bad_name(where, err);
	memcpy(host, where, (size_t)(colon - where));
	host[colon - where] = '\0';
	pthread_mutex_lock(&lock);
	s = known_server(host, (unsigned)port);
	if (s == NULL && (s = calloc(1, sizeof *s)) != NULL) {
		memcpy(s->host, host, sizeof host);
		s->port = (unsigned)port;
		s->next = servers;
		servers = s;
	}
	pthread_mutex_unlock(&lock);
	*out = s;
	return s == NULL ? gk_nomem(err) : GK_OK;
}

static enum gk_status
connect_to(const struct server *s, struct xc_db **out, struct gk_err *err)
{
	return xc_db_open_remote(s->host, s->port, GK_AWAY_CONNECT_MS, GK_AWAY_ANSWER_MS, out, err);
}

/* The program's signals are not for threads of ours. */
static bool
start_thread(pthread_t *thread, void *(*run)(void *), void *arg)
{
	sigset_t all, before;
	bool ok;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	ok = pthread_create(thread, NULL, run, arg) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ok;
}

/* --- which of them are back --------------------------------------------------------------------- */

static struct server *
next_down(struct server *s)
{
	while (s != NULL && !atomic_load(&s->down))
		s = s->next;
	return s;
}

/* Looks at each that is down until there are none. */
static void *
watch(void *unused)
{
	pthread_mutex_lock(&lock);
	while (!ending && next_down(servers) != NULL) {
		struct timespec until;

		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += LOOK_EVERY_S;
		pthread_cond_timedwait(&wake, &lock, &until);
		for (struct server *s = next_down(servers); !ending && s != NULL; s = next_down(s->next)) {
			struct xc_db *db = NULL;

			/* Servers are only put in front of the list, and never taken out of it. */
			pthread_mutex_unlock(&lock);
			if (connect_to(s, &db, NULL) == GK_OK)
				atomic_store(&s->down, false);
			xc_db_close(db);
			pthread_mutex_lock(&lock);
		}
	}
	watching = false;
	pthread_mutex_unlock(&lock);
	return unused;
}

static void
stop_watching(void)
{
	pthread_mutex_lock(&lock);
	ending = true;
	pthread_cond_broadcast(&wake);
	pthread_mutex_unlock(&lock);
	pthread_join(watcher, NULL);
}

static void
mark_down(struct server *s)
{
	static bool begun;

	pthread_mutex_lock(&lock);
	atomic_store(&s->down, true);
	if (!watching && !ending) {
		if (begun)
			pthread_join(watcher, NULL);
		watching = start_thread(&watcher, watch, NULL);
		if (watching && !begun)
			atexit(stop_watching);
		begun = begun || watching;
	}
	pthread_mutex_unlock(&lock);
}

/* --- the file ------------------------------------------------------------------------------------ */

struct copy { struct server *server; struct xc_db *db; };	/* db: NULL until it was asked for something */
struct shard {
	uint32_t first, last;
	char stamp[GK_AWAY_STAMP + 1], *where;
	struct copy copy[GK_AWAY_COPIES];	/* of whoever asks: its thread while it is asked, else that of the handle */
	size_t copies;
	struct gk_away *of;
	pthread_t thread;
	bool started, asked;		/* asked: until its thread has answered */
	char *p;			/* what it said */
	size_t len;
	enum gk_status st;
};
/* A list of the question at work. */
struct kept { struct kept *next; char *p; size_t shard, len, n; char word[]; };
enum { KEPT_BUCKETS = 512 };

struct gk_away {
	struct shard shard[GK_AWAY_MAX];
	size_t n;
	struct kept *kept[KEPT_BUCKETS];
	size_t kept_bytes;
	pthread_mutex_t lock;		/* of what the threads of the shards are told and say */
	pthread_cond_t go, done;
	const char *word;
	size_t word_n, pending;
	bool ending;
};

static enum gk_status
read_copies(struct shard *s, struct gk_err *err)
{
	char *all = strdup(s->where), *rest = NULL;
	enum gk_status st = all == NULL ? gk_nomem(err) : GK_OK;

	for (char *one = all == NULL ? NULL : strtok_r(all, ",", &rest); st == GK_OK && one != NULL && s->copies < GK_AWAY_COPIES; one = strtok_r(NULL, ",", &rest))
		st = server_of(one, &s->copy[s->copies++].server, err);
	free(all);
	return st;
}

static enum gk_status
read_shards(struct gk_away *a, char *text, const char *path, struct gk_err *err)
{
	char *rest = NULL;
	uint32_t next = 1;
	enum gk_status st = GK_OK;

	for (char *line = strtok_r(text, "\n", &rest); st == GK_OK && line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		struct shard *s = &a->shard[a->n];
		char where[1024];

		if (a->n == GK_AWAY_MAX || sscanf(line, "%u %u %64s %1023s", &s->first, &s->last, s->stamp, where) != 4 || s->first != next || s->last < s->first) {
			st = gk_fail(err, GK_DEAD, GK_CAUSE_DAMAGED, "不能理解 '%s' 的一行：%.80s", "a line of '%s' cannot be understood: %.80s", path, line);
			break;
		}
		next = s->last + 1;
		a->n++;
		s->where = strdup(where);
		st = s->where == NULL ? gk_nomem(err) : read_copies(s, err);
	}
	return st;
}

static struct gk_away *
new_away(void)
{
	struct gk_away *a = calloc(1, sizeof *a);

	if (a != NULL) {
		pthread_mutex_init(&a->lock, NULL);
		pthread_cond_init(&a->go, NULL);
		pthread_cond_init(&a->done, NULL);
	}
	return a;
}

static void
end_threads(struct gk_away *a)
{
	pthread_mutex_lock(&a->lock);
	a->ending = true;
	pthread_cond_broadcast(&a->go);
	pthread_mutex_unlock(&a->lock);
	for (size_t i = 0; i < a->n; i++)
		if (a->shard[i].started)
			pthread_join(a->shard[i].thread, NULL);
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->go);
	pthread_cond_destroy(&a->done);
}

enum gk_status
gk_away_open(const char *base, struct gk_away **out, struct gk_err *err)
{
	char *path = gk_path(base, GK_AWAY_FILE);
	struct gk_away *a = NULL;
	struct gk_buf text;
	enum gk_status st = GK_OK;

	*out = NULL;
	if (path == NULL)
		return gk_nomem(err);
	if (access(path, F_OK) == 0) {
		a = new_away();
		st = a == NULL ? gk_nomem(err) : gk_read_file(path, FILE_MAX, &text, err);
		if (st == GK_OK) {
			st = read_shards(a, text.p == NULL ? "" : text.p, path, err);
			gk_buf_free(&text);
		}
	}
	free(path);
	if (st != GK_OK) {
		gk_away_close(a);
		return st;
	}
	*out = a;
	return GK_OK;
}

void
gk_away_close(struct gk_away *a)
{
	if (a != NULL) {
		end_threads(a);
		gk_away_forget(a);
	}
	for (size_t i = 0; a != NULL && i < a->n; i++) {
		for (size_t k = 0; k < a->shard[i].copies; k++)
			xc_db_close(a->shard[i].copy[k].db);
		free(a->shard[i].where);
	}
	free(a);
}

size_t
gk_away_count(const struct gk_away *a)
{
	return a == NULL ? 0 : a->n;
}

void
gk_away_range(const struct gk_away *a, size_t i, uint32_t *first, uint32_t *last)
{
	*first = a->shard[i].first;
	*last = a->shard[i].last;
}

const char *
gk_away_where(const struct gk_away *a, size_t i)
{
	return a->shard[i].where;
}

/* --- asking --------------------------------------------------------------------------------------- */

static enum gk_status
read_served(struct xc_db *db, struct gk_away_served *out, struct gk_err *err)
{
	char *stamp = NULL, *range = NULL;
	size_t n, k = 0;
	enum gk_status st = xc_metadata(db, GK_AWAY_STAMP_KEY, &stamp, &n, err);

	*out = (struct gk_away_served){ .first = 0 };
	if (st == GK_OK)
		st = xc_metadata(db, GK_AWAY_RANGE_KEY, &range, &k, err);
	if (st == GK_OK && (n != GK_AWAY_STAMP || sscanf(range, "%u %u", &out->first, &out->last) != 2))
		st = gk_fail(err, GK_DEAD, GK_CAUSE_BAD_DATA, "那里的索引不是 gongkai index shard --export 写的", "what is served there is no index that gongkai index shard --export wrote");
	else if (st == GK_OK)
		memcpy(out->stamp, stamp, GK_AWAY_STAMP + 1);
	free(stamp);
	free(range);
	return st;
}

enum gk_status
gk_away_ask(const char *where, struct gk_away_served *out, struct gk_err *err)
{
	struct server *server;
	struct xc_db *db = NULL;
	enum gk_status st = server_of(where, &server, err);

	if (st == GK_OK)
		st = connect_to(server, &db, err);
	if (st == GK_OK)
		st = read_served(db, out, err);
	xc_db_close(db);
	return st;
}

static enum gk_status
open_copy(struct shard *s, struct copy *c, struct gk_err *err)
{
	struct gk_away_served served;
	enum gk_status st = connect_to(c->server, &c->db, err);

	if (st == GK_OK)
		st = read_served(c->db, &served, err);
	if (st == GK_OK && strcmp(served.stamp, s->stamp) != 0)
		st = gk_fail(err, GK_DEAD, GK_CAUSE_BAD_DATA, "%s:%u 的索引不是这一片", "%s:%u serves another shard than this one", c->server->host, c->server->port);
	if (st != GK_OK) {
		xc_db_close(c->db);
		c->db = NULL;
	}
	return st;
}

static long long
ms_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* A server closes what was not used for a while; then it is refused at once, and one more try is right.  What took its time did not answer. */
static enum gk_status
ask_copy(struct shard *s, struct copy *c, const char *key, char **p, size_t *len, struct gk_err *err)
{
	const long long began = ms_now();
	bool used = c->db != NULL;
	enum gk_status st = used ? GK_OK : open_copy(s, c, err);

	if (st == GK_OK)
		st = xc_metadata(c->db, key, p, len, err);
	if (st != GK_OK && used && ms_now() - began < AT_ONCE_MS) {
		xc_db_close(c->db);
		c->db = NULL;
		st = open_copy(s, c, err);
		if (st == GK_OK)
			st = xc_metadata(c->db, key, p, len, err);
	}
	if (st != GK_OK) {
		xc_db_close(c->db);
		c->db = NULL;
	}
	return st;
}

static enum gk_status
no_answer(const struct shard *s, struct gk_err *err)
{
	gk_fail(err, GK_DEAD, GK_CAUSE_BUSY, "分片 %u–%u（%s）没有应答", "the shard of documents %u to %u (%s) does not answer", s->first, s->last, s->where);
	gk_hint(err, "看那里的 xapian-tcpsrv 是否在运行", "see whether xapian-tcpsrv runs there");
	return GK_DEAD;
}

/* --- lists of the question at work ------------------------------------------------------------------ */

static struct kept **
bucket_of(struct gk_away *a, size_t shard, const char *word, size_t n)
{
	uint64_t h = 1469598103934665603u ^ shard;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)word[i]) * 1099511628211u;
	return &a->kept[(h ^ h >> 29) % KEPT_BUCKETS];
}

static const struct kept *
find_kept(struct gk_away *a, size_t shard, const char *word, size_t n)
{
	for (const struct kept *k = *bucket_of(a, shard, word, n); k != NULL; k = k->next)
		if (k->shard == shard && k->n == n && memcmp(k->word, word, n) == 0)
			return k;
	return NULL;
}

/* False if there is no room: then it is the caller's. */
static bool
keep(struct gk_away *a, size_t shard, const char *word, size_t n, char *p, size_t len)
{
	struct kept **bucket = bucket_of(a, shard, word, n), *k;

	if (len > GK_AWAY_KEPT - a->kept_bytes || (k = malloc(sizeof *k + n)) == NULL)
		return false;
	*k = (struct kept){ .next = *bucket, .p = p, .shard = shard, .len = len, .n = n };
	memcpy(k->word, word, n);
	*bucket = k;
	a->kept_bytes += len;
	return true;
}

void
gk_away_forget(struct gk_away *a)
{
	for (size_t i = 0; a->kept_bytes > 0 && i < KEPT_BUCKETS; i++)
		while (a->kept[i] != NULL) {
			struct kept *k = a->kept[i];

			a->kept[i] = k->next;
			free(k->p);
			free(k);
		}
	a->kept_bytes = 0;
}

static enum gk_status
ask_shard(struct gk_away *a, size_t i, const char *word, size_t n, char **p, size_t *len, struct gk_err *err)
{
	struct shard *s = &a->shard[i];
	char key[256];

	if (n + 2 > sizeof key)
		return GK_END;
	key[0] = GK_AWAY_WORD;
	memcpy(key + 1, word, n);
	key[n + 1] = '\0';
	for (size_t k = 0; k < s->copies; k++) {
		if (atomic_load(&s->copy[k].server->down))
			continue;
		if (ask_copy(s, &s->copy[k], key, p, len, err) == GK_OK)
			return GK_OK;
		mark_down(s->copy[k].server);
	}
	return no_answer(s, err);
}

enum gk_status
gk_away_fetch(struct gk_away *a, size_t i, const char *word, size_t n, char **p, size_t *len, bool *own, struct gk_err *err)
{
	const struct kept *k = find_kept(a, i, word, n);
	enum gk_status st;

	*own = false;
	if (k != NULL) {
		*p = k->p;
		*len = k->len;
		return GK_OK;
	}
	st = ask_shard(a, i, word, n, p, len, err);
	*own = st == GK_OK && !keep(a, i, word, n, *p, *len);
	return st;
}

/* --- all shards at once ----------------------------------------------------------------------------- */

static void *
answer(void *arg)
{
	struct shard *s = arg;
	struct gk_away *a = s->of;

	pthread_mutex_lock(&a->lock);
	for (;;) {
		while (!s->asked && !a->ending)
			pthread_cond_wait(&a->go, &a->lock);
		if (!s->asked)
			break;
		pthread_mutex_unlock(&a->lock);
		s->st = ask_shard(a, (size_t)(s - a->shard), a->word, a->word_n, &s->p, &s->len, NULL);
		pthread_mutex_lock(&a->lock);
		s->asked = false;
		if (--a->pending == 0)
			pthread_cond_signal(&a->done);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* Has it a thread that can be asked? */
static bool
has_thread(struct gk_away *a, struct shard *s)
{
	s->of = a;
	if (!s->started)
		s->started = start_thread(&s->thread, answer, s);
	return s->started;
}

void
gk_away_fetch_all(struct gk_away *a, const uint32_t *counts, const char *word, size_t n)
{
	struct shard *wanted[GK_AWAY_MAX];
	size_t k = 0;

	for (size_t i = 0; i < a->n; i++)
		if (counts[i] > 0 && find_kept(a, i, word, n) == NULL && !gk_away_is_down(a, i) && has_thread(a, &a->shard[i]))
			wanted[k++] = &a->shard[i];
	if (k < 2)
		return;
	pthread_mutex_lock(&a->lock);
	a->word = word;
	a->word_n = n;
	a->pending = k;
	for (size_t i = 0; i < k; i++)
		wanted[i]->asked = true;
	pthread_cond_broadcast(&a->go);
	while (a->pending > 0)
		pthread_cond_wait(&a->done, &a->lock);
	pthread_mutex_unlock(&a->lock);
	/* Where there is no room to keep it, it is asked for again when it is read. */
	for (size_t i = 0; i < k; i++)
		if (wanted[i]->st == GK_OK && !keep(a, (size_t)(wanted[i] - a->shard), word, n, wanted[i]->p, wanted[i]->len))
			free(wanted[i]->p);
}

bool
gk_away_is_down(const struct gk_away *a, size_t i)
{
	const struct shard *s = &a->shard[i];

	for (size_t k = 0; k < s->copies; k++)
		if (!atomic_load(&s->copy[k].server->down))
			return false;
	return true;
}

enum gk_status
gk_away_check(struct gk_away *a, size_t i, struct gk_err *err)
{
	struct shard *s = &a->shard[i];
	enum gk_status st = GK_OK;

	for (size_t k = 0; st == GK_OK && k < s->copies; k++)
		if (s->copy[k].db == NULL)
			st = open_copy(s, &s->copy[k], err);
	return st;
}

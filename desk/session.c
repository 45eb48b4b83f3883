/* Sessions, failed attempts, and the queue before argon2id. */
#include "desk/session.h"

#include "base/utf8.h"
#include "web/log.h"

#include <pthread.h>
#include <semaphore.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	SESSIONS_MAX = 256, TRIES_MAX = 1024,
	IDLE_S = 30 * 60, LONGEST_S = 12 * 3600, FRESH_S = 5 * 60,
	FREE_TRIES = 5, FORGET_S = 15 * 60, DELAY_MOST_S = 300,
	AT_ONCE = 2,			/* argon2id takes 64 MiB and more */
	HASH = 32
};

struct session {
	unsigned char hash[HASH];	/* of the token */
	char name[GK_USER_NAME], mark[GK_USER_MARK];
	unsigned roles;
	time_t begun, used, proved;	/* begun 0: free */
};

/* Failures of a name or an address. */
struct tries {
	char what[96];
	unsigned n;
	time_t last;
};

struct sessions {
	const char *archive;
	unsigned char key[crypto_auth_KEYBYTES];
	pthread_mutex_t lock;
	sem_t slow;
	struct session session[SESSIONS_MAX];
	struct tries tries[TRIES_MAX];
};

struct sessions *
sessions_new(const char *archive)
{
	struct sessions *s = sodium_init() < 0 ? NULL : calloc(1, sizeof *s);
	struct gk_users u;

	if (s == NULL)
		return NULL;
	/* Nobody's hash is made here, before there are threads: a name that nobody has then takes no longer the first time. */
	if (gk_users_read(archive, &u, NULL) == GK_OK) {
		gk_users_verify(&u, "", "");
		gk_users_free(&u);
	}
	s->archive = archive;
	crypto_auth_keygen(s->key);
	pthread_mutex_init(&s->lock, NULL);
	sem_init(&s->slow, 0, AT_ONCE);
	return s;
}

void
sessions_free(struct sessions *s)
{
	if (s == NULL)
		return;
	pthread_mutex_destroy(&s->lock);
	sem_destroy(&s->slow);
	sodium_memzero(s, sizeof *s);
	free(s);
}

static time_t
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec + 1;	/* never 0 */
}

/* --- failures ------------------------------------------------------------------------------------------------ */

/* The entry of `what`, or the oldest one, emptied. */
static struct tries *
tries_of(struct sessions *s, const char *kind, const char *what, time_t now)
{
	struct tries *oldest = &s->tries[0];
	char key[sizeof oldest->what];

	snprintf(key, sizeof key, "%s %.80s", kind, what);
	for (size_t i = 0; i < TRIES_MAX; i++) {
		if (strcmp(s->tries[i].what, key) == 0) {
			if (now - s->tries[i].last > FORGET_S)
				s->tries[i].n = 0;
			return &s->tries[i];
		}
		if (s->tries[i].last < oldest->last)
			oldest = &s->tries[i];
	}
	*oldest = (struct tries){ .n = 0 };
	memcpy(oldest->what, key, sizeof key);
	return oldest;
}

static unsigned
must_wait(const struct tries *t, time_t now)
{
	time_t delay;

	if (t->n < FREE_TRIES)
		return 0;
	delay = t->n - FREE_TRIES < 9 ? (time_t)1 << (t->n - FREE_TRIES) : DELAY_MOST_S;
	delay = delay < DELAY_MOST_S ? delay : DELAY_MOST_S;
	return now < t->last + delay ? (unsigned)(t->last + delay - now) : 0;
}

/* Behind a proxy, and on this machine, everybody has the same address: then only names count. */
static bool
counts(const char *address)
{
	return address[0] != '\0' && strncmp(address, "127.", 4) != 0 && strcmp(address, "::1") != 0;
}

static unsigned
wait_before(struct sessions *s, const char *name, const char *address)
{
	time_t now = seconds();
	unsigned a, b;

	pthread_mutex_lock(&s->lock);
	a = must_wait(tries_of(s, "name", name, now), now);
	b = counts(address) ? must_wait(tries_of(s, "from", address, now), now) : 0;
	pthread_mutex_unlock(&s->lock);
	return a > b ? a : b;
}

static void
note_try(struct sessions *s, const char *name, const char *address, bool right)
{
	time_t now = seconds();
	struct tries *t[2];

	pthread_mutex_lock(&s->lock);
	t[0] = tries_of(s, "name", name, now);
	t[1] = counts(address) ? tries_of(s, "from", address, now) : NULL;
	for (size_t i = 0; i < 2; i++)
		if (t[i] != NULL) {
			t[i]->n = right ? 0 : t[i]->n + 1;
			t[i]->last = now;
		}
	pthread_mutex_unlock(&s->lock);
}

/* --- the password ---------------------------------------------------------------------------------------------- */

/* For whoever reads the journal.  A name is what somebody typed: cut, and tamed by gk_log. */
static void
say(const char *what, const char *name, const char *address, const char *result)
{
	char typed[GK_USER_NAME];

	gk_utf8_clean(name, typed, sizeof typed);
	gk_log(GK_LOG_NOTICE, what, "{s:s, s:s, s:s}", "name", typed, "address", address, "result", result);
}

static enum gk_status
prove(struct sessions *s, const char *what, const char *name, const char *password, const char *address, unsigned *roles, char mark[GK_USER_MARK], unsigned *wait,
      struct gk_err *err)
{
	struct gk_users u;
	enum gk_status st;
	bool right;

	*wait = wait_before(s, name, address);
	if (*wait > 0) {
		say(what, name, address, "too many tries");
		gk_fail(err, GK_REFUSED, GK_CAUSE_BUSY, "试得太多，请等 %u 秒", "too many tries: wait %u seconds", *wait);
		return GK_REFUSED;
	}
	st = gk_users_read(s->archive, &u, err);
	if (st != GK_OK)
		return st;
	sem_wait(&s->slow);
	right = gk_users_verify(&u, name, password);
	sem_post(&s->slow);
	*roles = right ? gk_users_roles(&u, name) : 0;
	gk_users_mark(&u, name, mark);
	gk_users_free(&u);
	note_try(s, name, address, right);
	say(what, name, address, right ? "ok" : "refused");
	if (right)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "用户名或密码不对", "wrong name or password");
	gk_hint(err, "忘了密码请管理员运行 gongkai user passwd", "if it is forgotten, the administrator runs gongkai user passwd");
	return GK_REFUSED;
}

/* --- sessions ----------------------------------------------------------------------------------------------------- */

static void
hash_of(const char *token, unsigned char out[HASH])
{
	crypto_generichash(out, HASH, (const unsigned char *)token, strlen(token), NULL, 0);
}

/* With the lock held; NULL if there is none, or it is over. */
static struct session *
session_of(struct sessions *s, const char *token)
{
	unsigned char hash[HASH];
	time_t now = seconds();

	hash_of(token, hash);
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *x = &s->session[i];

		if (x->begun == 0 || sodium_memcmp(x->hash, hash, HASH) != 0)
			continue;
		if (now - x->used <= IDLE_S && now - x->begun <= LONGEST_S)
			return x;
		x->begun = 0;
	}
	return NULL;
}

static void
begin(struct sessions *s, const char *name, const char *mark, unsigned roles, char token[SESSION_TOKEN])
{
	unsigned char random[32];
	struct session *free_one = &s->session[0];
	time_t now = seconds();

	randombytes_buf(random, sizeof random);
	sodium_bin2hex(token, SESSION_TOKEN, random, sizeof random);
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (s->session[i].begun == 0 || (free_one->begun != 0 && s->session[i].used < free_one->used))
			free_one = &s->session[i];
	*free_one = (struct session){ .roles = roles, .begun = now, .used = now, .proved = now };
	hash_of(token, free_one->hash);
	snprintf(free_one->name, sizeof free_one->name, "%s", name);
	snprintf(free_one->mark, sizeof free_one->mark, "%s", mark);
	pthread_mutex_unlock(&s->lock);
}

enum gk_status
sessions_login(struct sessions *s, const char *name, const char *password, const char *address, char token[SESSION_TOKEN], unsigned *wait, struct gk_err *err)
{
	char mark[GK_USER_MARK];
	unsigned roles;
	enum gk_status st = prove(s, "login", name, password, address, &roles, mark, wait, err);

	if (st == GK_OK)
		begin(s, name, mark, roles, token);
	return st;
}

/* Another password, other roles, a user removed: seen at the next request. */
static bool
still_so(struct sessions *s, struct session *x)
{
	struct gk_users u;
	struct gk_err err = GK_ERR_INIT;
	char mark[GK_USER_MARK];
	bool so;

	if (gk_users_read(s->archive, &u, &err) != GK_OK)
		return false;
	gk_users_mark(&u, x->name, mark);
	x->roles = gk_users_roles(&u, x->name);
	so = mark[0] != '\0' && strcmp(mark, x->mark) == 0;
	gk_users_free(&u);
	return so;
}

size_t
sessions_open(struct sessions *s)
{
	time_t now = seconds();
	size_t n = 0;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		n += s->session[i].begun != 0 && now - s->session[i].used <= IDLE_S && now - s->session[i].begun <= LONGEST_S;
	pthread_mutex_unlock(&s->lock);
	return n;
}

bool
sessions_find(struct sessions *s, const char *token, struct who *out)
{
	unsigned char mac[crypto_auth_BYTES];
	struct session *x;

	pthread_mutex_lock(&s->lock);
	x = session_of(s, token);
	if (x != NULL && !still_so(s, x)) {
		x->begun = 0;
		x = NULL;
	}
	if (x != NULL) {
		*out = (struct who){ .roles = x->roles, .fresh = seconds() - x->proved <= FRESH_S };
		memcpy(out->name, x->name, sizeof out->name);
		x->used = seconds();
		crypto_auth(mac, x->hash, HASH, s->key);
		sodium_bin2hex(out->csrf, sizeof out->csrf, mac, sizeof mac);
	}
	pthread_mutex_unlock(&s->lock);
	return x != NULL;
}

bool
sessions_find_key(struct sessions *s, const char *key, struct who *out)
{
	struct gk_users u;
	struct gk_err err = GK_ERR_INIT;
	const char *name;

	if (gk_users_read(s->archive, &u, &err) != GK_OK)
		return false;
	name = gk_users_key_owner(&u, key);
	if (name != NULL) {
		*out = (struct who){ .roles = gk_users_roles(&u, name), .by_key = true };
		snprintf(out->name, sizeof out->name, "%s", name);
	}
	gk_users_free(&u);
	return name != NULL;
}

void
sessions_end(struct sessions *s, const char *token)
{
	struct session *x;

	pthread_mutex_lock(&s->lock);
	x = session_of(s, token);
	if (x != NULL)
		x->begun = 0;
	pthread_mutex_unlock(&s->lock);
}

enum gk_status
sessions_again(struct sessions *s, const char *token, const char *password, const char *address, unsigned *wait, struct gk_err *err)
{
	struct who who;
	struct session *x;
	char mark[GK_USER_MARK];
	unsigned roles;
	enum gk_status st;

	if (!sessions_find(s, token, &who))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "登录已结束", "the session is over");
	st = prove(s, "password-again", who.name, password, address, &roles, mark, wait, err);
	if (st != GK_OK)
		return st;
	pthread_mutex_lock(&s->lock);
	x = session_of(s, token);
	if (x != NULL)
		x->proved = seconds();
	pthread_mutex_unlock(&s->lock);
	return GK_OK;
}

enum gk_status
sessions_second(struct sessions *s, const char *name, const char *password, const char *address, unsigned wanted, unsigned *wait, struct gk_err *err)
{
	char mark[GK_USER_MARK];
	unsigned roles;
	enum gk_status st = prove(s, "second-person", name, password, address, &roles, mark, wait, err);

	if (st == GK_OK && (roles & wanted) == 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "'%.60s' 没有这个角色", "'%.60s' does not have that role", name);
	return st;
}

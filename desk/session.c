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
	unsigned char secret[GK_TOTP_SECRET];	/* of a second factor that was shown and is not yet confirmed */
	bool offered, factor, admin_waits;
};

/* Failures of a name or an address. */
struct tries {
	char what[96];
	unsigned n;
	time_t last;
};

/* The newest code that a person has used: the same one does not count again. */
struct spent { char name[GK_USER_NAME]; uint64_t step; };

struct sessions {
	const char *archive;
	unsigned char key[crypto_auth_KEYBYTES];
	pthread_mutex_t lock;
	sem_t slow;
	struct session session[SESSIONS_MAX];
	struct tries tries[TRIES_MAX];
	struct spent spent[SESSIONS_MAX];
	size_t next_spent;
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

/* What a person may do: an admin without a second factor looks on (safety.md 8). */
static unsigned
roles_of(const struct gk_users *u, const char *name)
{
	unsigned roles = gk_users_roles(u, name);

	return (roles & GK_ROLE_ADMIN) != 0 && !gk_users_has_factor(u, name) ? (roles & ~(unsigned)GK_ROLE_ADMIN) | GK_ROLE_READER : roles;
}

/* Spends the code. */
static bool
code_counts(struct sessions *s, const struct gk_users *u, const char *name, const char *code)
{
	uint64_t step = gk_users_code_step(u, name, code, (uint64_t)time(NULL));
	struct spent *own = NULL;
	bool good;

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (strcmp(s->spent[i].name, name) == 0)
			own = &s->spent[i];
	good = step != 0 && (own == NULL || step > own->step);
	if (good) {
		if (own == NULL)
			own = &s->spent[s->next_spent++ % SESSIONS_MAX];
		snprintf(own->name, sizeof own->name, "%s", name);
		own->step = step;
	}
	pthread_mutex_unlock(&s->lock);
	return good;
}

enum factor { FACTOR_LEFT_OUT, FACTOR_WANTED };

/* FACTOR_LEFT_OUT: the session has shown it before. */
static enum gk_status
prove(struct sessions *s, const char *what, const char *name, const char *password, enum factor factor, const char *code, const char *address, unsigned *roles, char mark[GK_USER_MARK],
      unsigned *wait, struct gk_err *err)
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
	/* One answer for whatever was wrong: nobody learns that the password was right. */
	if (right && factor == FACTOR_WANTED && gk_users_has_factor(&u, name))
		right = code != NULL && code_counts(s, &u, name, code);
	*roles = right ? roles_of(&u, name) : 0;
	gk_users_mark(&u, name, mark);
	gk_users_free(&u);
	note_try(s, name, address, right);
	say(what, name, address, right ? "ok" : "refused");
	if (right)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "用户名、密码或动态码不对", "wrong name, password or code");
	gk_hint(err, "忘了密码请管理员运行 gongkai user passwd；换了手机，运行 gongkai user factor", "if it is forgotten, the administrator runs gongkai user passwd; for another phone, gongkai user factor");
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
sessions_login(struct sessions *s, const char *name, const char *password, const char *code, const char *address, char token[SESSION_TOKEN], unsigned *wait, struct gk_err *err)
{
	char mark[GK_USER_MARK];
	unsigned roles;
	enum gk_status st = prove(s, "login", name, password, FACTOR_WANTED, code, address, &roles, mark, wait, err);

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
	x->roles = roles_of(&u, x->name);
	x->factor = gk_users_has_factor(&u, x->name);
	x->admin_waits = !x->factor && (gk_users_roles(&u, x->name) & GK_ROLE_ADMIN) != 0;
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
		*out = (struct who){ .roles = x->roles, .fresh = seconds() - x->proved <= FRESH_S, .factor = x->factor, .admin_waits = x->admin_waits };
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
	st = prove(s, "password-again", who.name, password, FACTOR_LEFT_OUT, NULL, address, &roles, mark, wait, err);
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
sessions_second(struct sessions *s, const char *name, const char *password, const char *code, const char *address, unsigned wanted, unsigned *wait, struct gk_err *err)
{
	char mark[GK_USER_MARK];
	unsigned roles;
	enum gk_status st = prove(s, "second-person", name, password, FACTOR_WANTED, code, address, &roles, mark, wait, err);

	if (st == GK_OK && (roles & wanted) == 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "'%.60s' 没有这个角色", "'%.60s' does not have that role", name);
	return st;
}

/* --- a second factor of one's own ------------------------------------------------------------------------------------ */

enum gk_status
sessions_factor_begin(struct sessions *s, const char *token, unsigned char secret[GK_TOTP_SECRET], struct gk_err *err)
{
	struct session *x;

	pthread_mutex_lock(&s->lock);
	x = session_of(s, token);
	if (x != NULL) {
		randombytes_buf(x->secret, sizeof x->secret);
		x->offered = true;
		memcpy(secret, x->secret, sizeof x->secret);
	}
	pthread_mutex_unlock(&s->lock);
	return x != NULL ? GK_OK : gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "登录已结束", "the session is over");
}

/* Under the lock: nobody else writes the file from here meanwhile. */
static enum gk_status
write_factor(struct sessions *s, struct session *x, struct gk_err *err)
{
	struct gk_users u;
	enum gk_status st = gk_users_read(s->archive, &u, err);

	if (st != GK_OK)
		return st;
	st = gk_users_set_factor(&u, x->name, x->secret, err);
	if (st == GK_OK)
		st = gk_users_write(&u, err);
	if (st == GK_OK)
		gk_users_mark(&u, x->name, x->mark);
	gk_users_free(&u);
	return st;
}

enum gk_status
sessions_factor_finish(struct sessions *s, const char *token, const char *code, struct gk_err *err)
{
	struct session *x;
	enum gk_status st;

	pthread_mutex_lock(&s->lock);
	x = session_of(s, token);
	if (x == NULL)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "登录已结束", "the session is over");
	else if (!x->offered)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "还没有给出密钥，请重新开始", "no secret was shown yet: begin again");
	else if (gk_factor_code_step(x->secret, code, (uint64_t)time(NULL)) == 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "动态码不对，还没有设定。看看手机的时间准不准", "that is not the code: nothing was set. Is the clock of the phone right?");
	else
		st = write_factor(s, x, err);
	if (st == GK_OK) {
		sodium_memzero(x->secret, sizeof x->secret);
		x->offered = false;
		say("second-factor", x->name, "", "ok");
	}
	pthread_mutex_unlock(&s->lock);
	return st;
}

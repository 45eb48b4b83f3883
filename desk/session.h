/*
 * Who is logged in (safety.md 8).  In memory only: a restart ends all sessions.
 *
 *   name, password ──▶ sessions_login ──▶ token for the cookie (256 random bits; only its hash is kept)
 *   token ──▶ sessions_find ──▶ who, until 30 minutes idle or 12 hours after the login
 *
 * Five failures in 15 minutes for a name, or from an address that is not of this machine, then each further try waits 1, 2, 4 … 300 seconds (L38).
 * All functions may be called from any thread.
 */
#ifndef GK_SESSION_H
#define GK_SESSION_H

#include "base/totp.h"
#include "record/users.h"

enum { SESSION_TOKEN = 64 + 1 };

struct who {
	char name[GK_USER_NAME];
	unsigned roles;
	char csrf[SESSION_TOKEN];	/* what forms of this session carry; "" for a key */
	bool by_key;			/* a program with a key, no person with a browser */
	bool fresh;			/* gave the password in the last five minutes */
	bool factor;			/* has a second factor */
	bool admin_waits;		/* is admin, and has none yet: until then `roles` are those of a reader */
};

struct sessions;
struct sessions *sessions_new(const char *archive);
void sessions_free(struct sessions *s);

/* GK_REFUSED: NO_ACCESS (the same for unknown names), or BUSY and *wait seconds to wait. */
/* code: of the second factor; NULL: none was given. It counts once. */
enum gk_status sessions_login(struct sessions *s, const char *name, const char *password, const char *code, const char *address, char token[SESSION_TOKEN], unsigned *wait, struct gk_err *err);
bool sessions_find(struct sessions *s, const char *token, struct who *out);
/* Of `Authorization: Bearer gk_…`. */
bool sessions_find_key(struct sessions *s, const char *key, struct who *out);
/* How many are not over. */
size_t sessions_open(struct sessions *s);
void sessions_end(struct sessions *s, const char *token);
/* The password once more, of the session's own person: then it is fresh.  As sessions_login. */
enum gk_status sessions_again(struct sessions *s, const char *token, const char *password, const char *address, unsigned *wait, struct gk_err *err);
/* Is this the password of another person with one of these roles?  As sessions_login; no session begins. */
enum gk_status sessions_second(struct sessions *s, const char *name, const char *password, const char *code, const char *address, unsigned roles, unsigned *wait, struct gk_err *err);

/*
 * A second factor for the session's own person: a secret is made and shown once, and counts as soon as a code shows that it arrived.  The session goes on, all
 * others of the person end.
 */
enum gk_status sessions_factor_begin(struct sessions *s, const char *token, unsigned char secret[GK_TOTP_SECRET], struct gk_err *err);
enum gk_status sessions_factor_finish(struct sessions *s, const char *token, const char *code, struct gk_err *err);

#endif

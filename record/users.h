/*
 * Who may work at the desk: ARCHIVE/users, mode 0600 (safety.md 8).  No password is in it, only what argon2id makes of it, and of keys
 * for programs their BLAKE2b.
 *
 *   { "format": 1, "users": [ { "name": "zhang", "roles": ["editor"], "hash": "$argon2id$…", "since": "2026-11-27T…Z",
 *                               "factor": { "hash": "sha1", "secret": "…" },
 *                               "keys": [ { "hash": "…", "until": "2027-11-27", "note": "公文系统" } ] } ] }
 *
 * Read anew at each login; written by the command `gongkai user`.
 */
#ifndef GK_USERS_H
#define GK_USERS_H

#include "base/status.h"

#include <jansson.h>

enum gk_role { GK_ROLE_READER = 1, GK_ROLE_EDITOR = 2, GK_ROLE_REVIEWER = 4, GK_ROLE_ARCHIVIST = 8, GK_ROLE_ADMIN = 16 };
struct gk_role_name { enum gk_role role; const char *code, *label, *label_en; };
enum { GK_ROLES = 5, GK_PASSWORD_LEAST = 12, GK_PASSWORD_MOST = 256, GK_USER_NAME = 64, GK_KEY_TEXT = 3 + 64 + 1 };
extern const struct gk_role_name gk_role_names[GK_ROLES];
/* By code or label; 0 if it is none. */
unsigned gk_role_find(const char *name);
/* "editor reviewer", or the labels with 、 between. */
void gk_roles_text(unsigned roles, enum gk_lang lang, char *out, size_t size);

struct gk_users { char *path; json_t *json; };

/* No file: nobody.  GK_REFUSED: it can be read by others, or makes no sense. */
enum gk_status gk_users_read(const char *archive, struct gk_users *out, struct gk_err *err);
enum gk_status gk_users_write(const struct gk_users *u, struct gk_err *err);
void gk_users_free(struct gk_users *u);

/* A user's roles as they stand in the file; 0 if there is none of that name. */
unsigned gk_users_roles(const struct gk_users *u, const char *name);
/* Add one, or give another password (NULL: keep it) and roles (0: keep them).  GK_REFUSED: the name or password will not do, and why. */
enum gk_status gk_users_set(struct gk_users *u, const char *name, unsigned roles, const char *password, struct gk_err *err);
/* False if there is none. */
bool gk_users_remove(struct gk_users *u, const char *name);
/* Is this the password?  As slow for a name that nobody has.  Takes 64 MiB and more than a tenth of a second. */
bool gk_users_verify(const struct gk_users *u, const char *name, const char *password);

/* Changes with the password and the second factor: whoever logged in with others is to log in again.  "" if there is no such user. */
enum { GK_USER_MARK = 33 };
void gk_users_mark(const struct gk_users *u, const char *name, char out[GK_USER_MARK]);

/*
 * The second factor: a secret that a program on the person's phone makes codes of (base/totp.h).  Whoever is admin and has none yet is taken for a reader.
 * What is written here is worth as much as the file is kept secret: a hash would not do, for the code is made of the secret itself.
 */
enum { GK_FACTOR_URI = 600 };
bool gk_users_has_factor(const struct gk_users *u, const char *name);
/* secret: GK_TOTP_SECRET bytes, or NULL to take the factor away.  GK_REFUSED: there is no such user. */
enum gk_status gk_users_set_factor(struct gk_users *u, const char *name, const unsigned char *secret, struct gk_err *err);
/* Of which step near `now` (one before, one behind: clocks differ) the code is; 0: of none.  A step that was used once is not to be taken again. */
uint64_t gk_users_code_step(const struct gk_users *u, const char *name, const char *code, uint64_t now);
uint64_t gk_factor_code_step(const unsigned char *secret, const char *code, uint64_t now);
/* otpauth://totp/… of a secret as new ones are made, for a program on the phone. */
void gk_factor_uri(const char *organisation, const char *name, const unsigned char *secret, char out[GK_FACTOR_URI]);

/* A key for a program, shown once: "gk_…". days: 1 to 366. */
enum gk_status gk_users_key(struct gk_users *u, const char *name, const char *note, int days, char out[GK_KEY_TEXT], struct gk_err *err);
/* Whose key it is, borrowed; NULL: nobody's, or it has ended. */
const char *gk_users_key_owner(const struct gk_users *u, const char *key);

#endif

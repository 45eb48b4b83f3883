/*
 * Who may work at the desk: ARCHIVE/users, mode 0600 (safety.md 8).  No password is in it, only what argon2id makes of it, and of keys
 * for programs their BLAKE2b.
 *
 *   { "format": 1, "users": [ { "name": "zhang", "roles": ["editor"], "hash": "$argon2id$…", "since": "2026-11-27T…Z",
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

/* A user's roles; 0 if there is none of that name. */
unsigned gk_users_roles(const struct gk_users *u, const char *name);
/* Add one, or give another password (NULL: keep it) and roles (0: keep them).  GK_REFUSED: the name or password will not do, and why. */
enum gk_status gk_users_set(struct gk_users *u, const char *name, unsigned roles, const char *password, struct gk_err *err);
/* False if there is none. */
bool gk_users_remove(struct gk_users *u, const char *name);
/* Is this the password?  As slow for a name that nobody has.  Takes 64 MiB and more than a tenth of a second. */
bool gk_users_verify(const struct gk_users *u, const char *name, const char *password);

/* Changes with the password: whoever logged in with another one is to log in again.  "" if there is no such user. */
enum { GK_USER_MARK = 33 };
void gk_users_mark(const struct gk_users *u, const char *name, char out[GK_USER_MARK]);

/* A key for a program, shown once: "gk_…". days: 1 to 366. */
enum gk_status gk_users_key(struct gk_users *u, const char *name, const char *note, int days, char out[GK_KEY_TEXT], struct gk_err *err);
/* Whose key it is, borrowed; NULL: nobody's, or it has ended. */
const char *gk_users_key_owner(const struct gk_users *u, const char *key);

#endif

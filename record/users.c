/* The file of users: names, roles, hashes. */
#include "record/users.h"

#include "base/date.h"
#include "base/io.h"
#include "base/totp.h"
#include "base/utf8.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX_BYTES = 4 << 20, KEYS_MAX = 16, DISTINCT_LEAST = 5 };

const struct gk_role_name gk_role_names[GK_ROLES] = {
	{ GK_ROLE_READER, "reader", "查阅", "reader" },
	{ GK_ROLE_EDITOR, "editor", "经办", "editor" },
	{ GK_ROLE_REVIEWER, "reviewer", "审查", "reviewer" },
	{ GK_ROLE_ARCHIVIST, "archivist", "档案", "archivist" },
	{ GK_ROLE_ADMIN, "admin", "管理", "admin" },
};

unsigned
gk_role_find(const char *name)
{
	for (size_t i = 0; i < GK_ROLES; i++)
		if (strcmp(name, gk_role_names[i].code) == 0 || strcmp(name, gk_role_names[i].label) == 0)
			return gk_role_names[i].role;
	return 0;
}

void
gk_roles_text(unsigned roles, enum gk_lang lang, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < GK_ROLES; i++)
		if ((roles & gk_role_names[i].role) != 0 && n < size)
			n += (size_t)snprintf(out + n, size - n, "%s%s", n == 0 ? "" : lang == GK_EN ? ", " : "、", lang == GK_EN ? gk_role_names[i].label_en : gk_role_names[i].label);
}

/* --- the file ------------------------------------------------------------------------------------------------ */

static json_t *
list_of(const struct gk_users *u)
{
	return json_object_get(u->json, "users");
}

static json_t *
find(const struct gk_users *u, const char *name)
{
	json_t *one;
	size_t i;

	json_array_foreach(list_of(u), i, one)
		if (strcmp(json_string_value(json_object_get(one, "name")), name) == 0)
			return one;
	return NULL;
}

/* Everybody has a name, a hash and roles, so that nobody after this has to ask. */
static bool
well_formed(const json_t *json)
{
	const json_t *list = json_object_get(json, "users"), *one;
	size_t i;

	if (json_integer_value(json_object_get(json, "format")) != 1 || !json_is_array(list))
		return false;
	json_array_foreach(list, i, one)
		if (!json_is_string(json_object_get(one, "name")) || !json_is_string(json_object_get(one, "hash")) || !json_is_array(json_object_get(one, "roles")))
			return false;
	return true;
}

enum gk_status
gk_users_read(const char *archive, struct gk_users *out, struct gk_err *err)
{
	struct gk_users u = { gk_path(archive, "users"), NULL };
	struct gk_buf text;
	struct stat info;
	enum gk_status st;

	if (u.path == NULL || sodium_init() < 0) {
		free(u.path);
		return gk_nomem(err);
	}
	/* Only where there is none: a file that cannot be looked at would be written anew with nobody in it. */
	if (access(u.path, F_OK) != 0 && errno == ENOENT) {
		u.json = json_pack("{s:i, s:[]}", "format", 1, "users");
		*out = u;
		return u.json == NULL ? gk_nomem(err) : GK_OK;
	}
	st = gk_read_file(u.path, FILE_MAX_BYTES, &text, err);
	if (st == GK_OK && (stat(u.path, &info) != 0 || (info.st_mode & 077) != 0)) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "'%s' 别人也能读", "'%s' can be read by others", u.path);
		gk_hint(err, "chmod 600 '%s'", "chmod 600 '%s'", u.path);
	}
	if (st == GK_OK)
		u.json = json_loadb(text.p == NULL ? "" : text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	gk_buf_free(&text);
	if (st == GK_OK && !well_formed(u.json)) {
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_DAMAGED, "'%s' 读不懂", "'%s' makes no sense", u.path);
		gk_hint(err, "从备份恢复，或移走后重新 gongkai user add", "take it from a backup, or move it away and add the users anew: gongkai user add");
	}
	if (st != GK_OK) {
		json_decref(u.json);
		free(u.path);
		return st;
	}
	*out = u;
	return GK_OK;
}

enum gk_status
gk_users_write(const struct gk_users *u, struct gk_err *err)
{
	char *text = json_dumps(u->json, JSON_INDENT(1) | JSON_SORT_KEYS);
	enum gk_status st = text == NULL ? gk_nomem(err) : gk_replace_file(u->path, 0600, text, strlen(text), err);

	free(text);
	return st;
}

void
gk_users_free(struct gk_users *u)
{
	json_decref(u->json);
	free(u->path);
	memset(u, 0, sizeof *u);
}

/* --- names and passwords ---------------------------------------------------------------------------------------- */

static enum gk_status
check_name(const char *name, struct gk_err *err)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)name[i] <= 0x20 || name[i] == 0x7F || strchr("\"'<>&\\/:", name[i]) != NULL)
			n = 0;
	if (n > 0 && n < GK_USER_NAME && gk_utf8_check(name, n) == n)
		return GK_OK;
	gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "用户名 '%.60s' 不行：1 到 %d 字节，没有空格和标点 \"'<>&\\/:", "'%.60s' will not do as a name: 1 to %d bytes, no spaces, none of \"'<>&\\/:", name, GK_USER_NAME - 1);
	return GK_REFUSED;
}

/* A few that are long enough and that everybody tries. */
static const char *const common[] = {
	"1234567890", "0987654321", "password", "qwertyuiop", "asdfghjkl", "iloveyou", "administrator", "admin123", "letmein", "welcome", "changeme", "woaini", "gongkai", "zhengfu",
	"1q2w3e4r", "qazwsx", "abcdefgh", "abc123", "11111111", "88888888", "66666666", "00000000", "123123", "112233", "passw0rd", "p@ssw0rd", "master", "superman", "football",
};

static bool
same_letter(char a, char b)
{
	return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == (b >= 'A' && b <= 'Z' ? b | 0x20 : b);
}

/* How many bytes of the password stand in no such word, nor in the name. */
static size_t
own_bytes(const char *password, const char *name)
{
	size_t own = 0;

	for (const char *p = password; *p != '\0'; ) {
		size_t skip = 0;

		for (size_t i = 0; i <= sizeof common / sizeof *common; i++) {
			const char *word = i < sizeof common / sizeof *common ? common[i] : name;
			size_t k = 0;

			while (word[k] != '\0' && same_letter(word[k], p[k]))
				k++;
			if (word[k] == '\0' && k > 2 && k > skip)
				skip = k;
		}
		own += skip == 0;
		p += skip > 0 ? skip : 1;
	}
	return own;
}

static enum gk_status
check_password(const char *name, const char *password, struct gk_err *err)
{
	size_t n = strlen(password), distinct = 0;
	bool seen[256] = { false };

	for (size_t i = 0; i < n; i++) {
		distinct += !seen[(unsigned char)password[i]];
		seen[(unsigned char)password[i]] = true;
	}
	if (n < GK_PASSWORD_LEAST || n > GK_PASSWORD_MOST) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "密码要 %d 到 %d 字节，现在是 %zu", "a password has %d to %d bytes, this one has %zu", GK_PASSWORD_LEAST, GK_PASSWORD_MOST, n);
	} else if (distinct < DISTINCT_LEAST || own_bytes(password, name) < GK_PASSWORD_LEAST / 2) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "密码太容易猜：由常用密码、用户名或少数几个字符组成", "this password is easily guessed: it is made of common ones, the name, or a few characters");
	} else {
		return GK_OK;
	}
	gk_hint(err, "几个不相干的词连在一起最好记", "several words that have nothing to do with each other are easy to remember");
	return GK_REFUSED;
}

/* MODERATE takes 256 MiB: a town's machine has 512. */
static bool
hash_password(const char *password, char out[crypto_pwhash_STRBYTES])
{
	long long memory = (long long)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
	bool room = memory > 2LL << 30;

	if (room && crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE) == 0)
		return true;
	return crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
}

unsigned
gk_users_roles(const struct gk_users *u, const char *name)
{
	const json_t *roles = json_object_get(find(u, name), "roles"), *one;
	unsigned out = 0;
	size_t i;

	json_array_foreach(roles, i, one)
		out |= json_is_string(one) ? gk_role_find(json_string_value(one)) : 0;
	return out;
}

static json_t *
roles_json(unsigned roles)
{
	json_t *out = json_array();

	for (size_t i = 0; i < GK_ROLES; i++)
		if ((roles & gk_role_names[i].role) != 0)
			json_array_append_new(out, json_string(gk_role_names[i].code));
	return out;
}

enum gk_status
gk_users_set(struct gk_users *u, const char *name, unsigned roles, const char *password, struct gk_err *err)
{
	json_t *user = find(u, name);
	char hash[crypto_pwhash_STRBYTES], now[32];
	enum gk_status st = check_name(name, err);

	if (st == GK_OK && user == NULL && (password == NULL || roles == 0))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有用户 '%.60s'", "there is no user '%.60s'", name);
	if (st == GK_OK && password != NULL)
		st = check_password(name, password, err);
	if (st == GK_OK && password != NULL && !hash_password(password, hash))
		st = gk_nomem(err);
	if (st != GK_OK)
		return st;
	if (user == NULL) {
		gk_now_utc(now);
		user = json_pack("{s:s, s:s, s:[]}", "name", name, "since", now, "keys");
		json_array_append_new(list_of(u), user);
	}
	if (password != NULL)
		json_object_set_new(user, "hash", json_string(hash));
	if (roles != 0)
		json_object_set_new(user, "roles", roles_json(roles));
	return GK_OK;
}

bool
gk_users_remove(struct gk_users *u, const char *name)
{
	json_t *one;
	size_t i;

	json_array_foreach(list_of(u), i, one)
		if (strcmp(json_string_value(json_object_get(one, "name")), name) == 0)
			return json_array_remove(list_of(u), i) == 0;
	return false;
}

/* Of a password that nobody knows: for names that nobody has. */
static const char *
nobodys_hash(void)
{
	static char hash[crypto_pwhash_STRBYTES];
	static bool made;
	unsigned char random[32];
	char text[65];

	if (!made) {
		randombytes_buf(random, sizeof random);
		sodium_bin2hex(text, sizeof text, random, sizeof random);
		made = hash_password(text, hash);
	}
	return hash;
}

bool
gk_users_verify(const struct gk_users *u, const char *name, const char *password)
{
	const json_t *user = find(u, name);
	const char *hash = user != NULL ? json_string_value(json_object_get(user, "hash")) : nobodys_hash();
	bool right = strlen(password) <= GK_PASSWORD_MOST && crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;

	return right && user != NULL;
}

void
gk_users_mark(const struct gk_users *u, const char *name, char out[GK_USER_MARK])
{
	const char *hash = json_string_value(json_object_get(find(u, name), "hash")), *secret = json_string_value(json_object_get(json_object_get(find(u, name), "factor"), "secret"));
	unsigned char digest[16];

	out[0] = '\0';
	if (hash == NULL)
		return;
	crypto_generichash(digest, sizeof digest, (const unsigned char *)hash, strlen(hash), (const unsigned char *)secret, secret == NULL ? 0 : strlen(secret));
	sodium_bin2hex(out, GK_USER_MARK, digest, sizeof digest);
}

/* --- the second factor -------------------------------------------------------------------------------------------- */

static const char *const hash_names[] = { [GK_TOTP_SHA1] = "sha1", [GK_TOTP_SHA256] = "sha256" };

static enum gk_totp_hash
hash_of_new(void)
{
	return gk_totp_has(GK_TOTP_SHA1) ? GK_TOTP_SHA1 : GK_TOTP_SHA256;
}

bool
gk_users_has_factor(const struct gk_users *u, const char *name)
{
	return json_object_get(find(u, name), "factor") != NULL;
}

enum gk_status
gk_users_set_factor(struct gk_users *u, const char *name, const unsigned char *secret, struct gk_err *err)
{
	json_t *user = find(u, name);
	char text[GK_TOTP_TEXT];

	if (user == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有用户 '%.60s'", "there is no user '%.60s'", name);
	json_object_del(user, "factor");
	if (secret == NULL)
		return GK_OK;
	gk_totp_write_secret(secret, text);
	if (json_object_set_new(user, "factor", json_pack("{s:s, s:s}", "hash", hash_names[hash_of_new()], "secret", text)) != 0)
		return gk_nomem(err);
	return GK_OK;
}

/* Codes are given as 123456 or 123 456. */
static bool
read_code(const char *code, uint32_t *out)
{
	unsigned digits = 0;

	*out = 0;
	for (; *code != '\0'; code++)
		if (*code >= '0' && *code <= '9' && digits < GK_TOTP_DIGITS) {
			*out = *out * 10 + (uint32_t)(*code - '0');
			digits++;
		} else if (*code != ' ') {
			return false;
		}
	return digits == GK_TOTP_DIGITS;
}

static uint64_t
code_step(enum gk_totp_hash hash, const unsigned char *secret, const char *code, uint64_t now)
{
	uint64_t step = now / GK_TOTP_STEP, found = 0;
	uint32_t given;

	if (!read_code(code, &given))
		return 0;
	for (uint64_t s = step - 1; s <= step + 1; s++)
		if (gk_totp(hash, secret, GK_TOTP_SECRET, s, GK_TOTP_DIGITS) == given)
			found = s;
	return found;
}

uint64_t
gk_factor_code_step(const unsigned char *secret, const char *code, uint64_t now)
{
	return code_step(hash_of_new(), secret, code, now);
}

/* A hash that this build does not have lets nobody in: the administrator gives the factor anew. */
uint64_t
gk_users_code_step(const struct gk_users *u, const char *name, const char *code, uint64_t now)
{
	const json_t *factor = json_object_get(find(u, name), "factor");
	const char *hash = json_string_value(json_object_get(factor, "hash")), *text = json_string_value(json_object_get(factor, "secret"));
	unsigned char secret[GK_TOTP_SECRET];
	uint64_t step = 0;

	for (unsigned i = 0; hash != NULL && text != NULL && i < sizeof hash_names / sizeof *hash_names; i++)
		if (strcmp(hash, hash_names[i]) == 0 && gk_totp_has((enum gk_totp_hash)i) && gk_totp_read_secret(text, secret))
			step = code_step((enum gk_totp_hash)i, secret, code, now);
	sodium_memzero(secret, sizeof secret);
	return step;
}

static size_t
put_encoded(char *out, size_t at, size_t room, const char *s)
{
	for (; *s != '\0' && at + 4 < room; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9'))
			out[at++] = *s;
		else
			at += (size_t)snprintf(out + at, room - at, "%%%02X", (unsigned char)*s);
	return at;
}

void
gk_factor_uri(const char *organisation, const char *name, const unsigned char *secret, char out[GK_FACTOR_URI])
{
	enum { TAIL = 160 };		/* what stands behind the two names */
	char text[GK_TOTP_TEXT];
	size_t n = (size_t)snprintf(out, GK_FACTOR_URI, "otpauth://totp/");

	gk_totp_write_secret(secret, text);
	n = put_encoded(out, n, GK_FACTOR_URI - TAIL - 3 * GK_USER_NAME, organisation[0] != '\0' ? organisation : "gongkai");
	out[n++] = ':';
	n = put_encoded(out, n, GK_FACTOR_URI - TAIL, name);
	snprintf(out + n, GK_FACTOR_URI - n, "?secret=%s&algorithm=%s&digits=%d&period=%d", text, hash_of_new() == GK_TOTP_SHA1 ? "SHA1" : "SHA256", GK_TOTP_DIGITS, GK_TOTP_STEP);
	sodium_memzero(text, sizeof text);
}

/* --- keys for programs -------------------------------------------------------------------------------------------- */

static void
key_hash(const char *key, char out[65])
{
	unsigned char digest[32];

	crypto_generichash(digest, sizeof digest, (const unsigned char *)key, strlen(key), NULL, 0);
	sodium_bin2hex(out, 65, digest, sizeof digest);
}

enum gk_status
gk_users_key(struct gk_users *u, const char *name, const char *note, int days, char out[GK_KEY_TEXT], struct gk_err *err)
{
	json_t *user = find(u, name), *keys = json_object_get(user, "keys");
	unsigned char random[32];
	char hash[65], until[12];

	if (user == NULL)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有用户 '%.60s'", "there is no user '%.60s'", name);
	if (days < 1 || days > 366)
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "密钥的期限是 1 到 366 天，不是 %d", "a key lasts 1 to 366 days, not %d", days);
	if (json_array_size(keys) >= KEYS_MAX)
		json_array_remove(keys, 0);
	randombytes_buf(random, sizeof random);
	memcpy(out, "gk_", 3);
	sodium_bin2hex(out + 3, GK_KEY_TEXT - 3, random, sizeof random);
	key_hash(out, hash);
	gk_date_format(gk_date_of_day(gk_date_first_day(gk_date_today()) + (uint32_t)days), until);
	if (keys == NULL)
		json_object_set_new(user, "keys", keys = json_array());
	json_array_append_new(keys, json_pack("{s:s, s:s, s:s}", "hash", hash, "until", until, "note", note));
	return GK_OK;
}

const char *
gk_users_key_owner(const struct gk_users *u, const char *key)
{
	const json_t *user, *one;
	char hash[65], today[12];
	size_t i, k;

	if (strncmp(key, "gk_", 3) != 0 || strlen(key) != GK_KEY_TEXT - 1)
		return NULL;
	key_hash(key, hash);
	gk_date_format(gk_date_today(), today);
	json_array_foreach(list_of(u), i, user)
		json_array_foreach(json_object_get(user, "keys"), k, one) {
			const char *stored = json_string_value(json_object_get(one, "hash")), *until = json_string_value(json_object_get(one, "until"));

			if (stored != NULL && until != NULL && strlen(stored) == 64 && sodium_memcmp(stored, hash, 64) == 0 && strcmp(today, until) <= 0)
				return json_string_value(json_object_get(user, "name"));
		}
	return NULL;
}

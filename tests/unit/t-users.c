/* Who may work at the desk: names, passwords, keys, second factors, and files that will not do (record/users.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/date.h"
#include "base/io.h"
#include "base/totp.h"
#include "record/users.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "t-users.XXXXXX", path[64];
static struct gk_err err;

static void
put(const char *text, mode_t mode)
{
	assert_int_equal(gk_replace_file(path, mode, text, strlen(text), &err), GK_OK);
}

static struct gk_users
reading(void)
{
	struct gk_users u;

	if (gk_users_read(dir, &u, &err) != GK_OK)
		fail_msg("%s", err.what_en);
	return u;
}

#define ONE "{\"name\":\"zhang\",\"hash\":\"x\",\"roles\":[\"editor\"]}"

static void
test_files(void **state)
{
	static const char *const bad[] = { "", "x", "[]", "{}", "{\"format\":2,\"users\":[]}", "{\"format\":1}", "{\"format\":1,\"users\":{}}", "{\"format\":1,\"users\":[{}]}",
		"{\"format\":1,\"users\":[{\"name\":\"a\"}]}", "{\"format\":1,\"users\":[{\"name\":\"a\",\"hash\":\"x\"}]}", "{\"format\":1,\"users\":[{\"name\":1,\"hash\":\"x\",\"roles\":[]}]}",
		"{\"format\":1,\"users\":[{\"name\":\"a\",\"hash\":1,\"roles\":[]}]}", "{\"format\":1,\"users\":[{\"name\":\"a\",\"hash\":\"x\",\"roles\":\"editor\"}]}", "{\"format\":1,\"format\":1,\"users\":[]}" };
	struct gk_users u;

	(void)state;
	unlink(path);
	u = reading();
	assert_int_equal(gk_users_roles(&u, "zhang"), 0);
	gk_users_free(&u);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		put(bad[i], 0600);
		assert_int_equal(gk_users_read(dir, &u, &err), GK_REFUSED);
		assert_int_equal(err.cause, GK_CAUSE_DAMAGED);
		assert_non_null(strstr(err.hint_en, "backup"));
	}
	put("{\"format\":1,\"users\":[" ONE "]}", 0644);
	assert_int_equal(gk_users_read(dir, &u, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_NO_ACCESS);
	put("{\"format\":1,\"users\":[" ONE "]}", 0600);
	u = reading();
	assert_int_equal(gk_users_roles(&u, "zhang"), GK_ROLE_EDITOR);
	gk_users_free(&u);
	/* A folder in its place is not nobody. */
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_not_equal(gk_users_read(dir, &u, &err), GK_OK);
	rmdir(path);
}

static void
test_roles(void **state)
{
	char text[64];
	struct gk_users u;

	(void)state;
	assert_int_equal(gk_role_find("editor"), GK_ROLE_EDITOR);
	assert_int_equal(gk_role_find("档案"), GK_ROLE_ARCHIVIST);
	assert_int_equal(gk_role_find("king"), 0);
	gk_roles_text(GK_ROLE_EDITOR | GK_ROLE_ADMIN, GK_EN, text, sizeof text);
	assert_non_null(strstr(text, ", "));
	gk_roles_text(GK_ROLE_EDITOR | GK_ROLE_ADMIN, GK_ZH, text, sizeof text);
	assert_non_null(strstr(text, "、"));
	gk_roles_text(0, GK_ZH, text, sizeof text);
	assert_string_equal(text, "");
	gk_roles_text(31, GK_EN, text, 12);		/* cut, not past the end */
	assert_true(strlen(text) < 12);
	/* What is not known here gives no right. */
	put("{\"format\":1,\"users\":[{\"name\":\"zhang\",\"hash\":\"x\",\"roles\":[\"king\",7,\"reader\"]}]}", 0600);
	u = reading();
	assert_int_equal(gk_users_roles(&u, "zhang"), GK_ROLE_READER);
	gk_users_free(&u);
}

static void
test_names_and_passwords(void **state)
{
	static const char *const names[] = { "", "a b", "a\tb", "a\x7f", "a\"b", "a'b", "a<b", "a&b", "a/b", "a:b", "\xff\xfe", "0123456789012345678901234567890123456789012345678901234567890123" };
	static const char *const passwords[] = { "short", "password1234", "PASSWORDpassword", "zhangzhangzhang", "aaaaaaaaaaaaaaaa", "abababababab", "1234567890123", "Admin123zhang" };
	char long_one[300];
	struct gk_users u;

	(void)state;
	unlink(path);
	u = reading();
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(gk_users_set(&u, names[i], GK_ROLE_EDITOR, "blue horse nine stairs", &err), GK_REFUSED);
		assert_int_equal(err.cause, GK_CAUSE_USAGE);
	}
	for (size_t i = 0; i < sizeof passwords / sizeof *passwords; i++) {
		assert_int_equal(gk_users_set(&u, "zhang", GK_ROLE_EDITOR, passwords[i], &err), GK_REFUSED);
		assert_int_equal(err.cause, GK_CAUSE_USAGE);
	}
	for (size_t i = 0; i < sizeof long_one - 1; i++)
		long_one[i] = (char)('a' + i % 20);
	long_one[257] = '\0';
	assert_int_equal(gk_users_set(&u, "zhang", GK_ROLE_EDITOR, long_one, &err), GK_REFUSED);
	/* Nobody of that name: a password and roles are wanted for a new one. */
	assert_int_equal(gk_users_set(&u, "zhang", GK_ROLE_EDITOR, NULL, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_NOT_FOUND);
	assert_int_equal(gk_users_set(&u, "zhang", 0, "blue horse nine stairs", &err), GK_REFUSED);
	assert_int_equal(gk_users_set(&u, "张三", GK_ROLE_EDITOR, "blue horse nine stairs", &err), GK_OK);
	assert_true(gk_users_verify(&u, "张三", "blue horse nine stairs"));
	assert_false(gk_users_verify(&u, "张三", "blue horse nine stair"));
	assert_false(gk_users_verify(&u, "张三", long_one));
	assert_false(gk_users_verify(&u, "李四", "blue horse nine stairs"));
	assert_false(gk_users_verify(&u, "李四", "blue horse nine stairs"));
	gk_users_free(&u);
}

static void
test_changes(void **state)
{
	char before[GK_USER_MARK], after[GK_USER_MARK];
	struct gk_users u;

	(void)state;
	put("{\"format\":1,\"users\":[{\"name\":\"li\",\"hash\":\"y\",\"roles\":[\"reader\"]}," ONE "]}", 0600);
	u = reading();
	gk_users_mark(&u, "zhang", before);
	assert_int_equal(strlen(before), 32);
	gk_users_mark(&u, "nobody", after);
	assert_string_equal(after, "");
	/* Other roles leave the password and the sessions; another password ends them. */
	assert_int_equal(gk_users_set(&u, "zhang", GK_ROLE_ADMIN, NULL, &err), GK_OK);
	assert_int_equal(gk_users_roles(&u, "zhang"), GK_ROLE_ADMIN);
	gk_users_mark(&u, "zhang", after);
	assert_string_equal(before, after);
	assert_int_equal(gk_users_set(&u, "zhang", 0, "blue horse nine stairs", &err), GK_OK);
	assert_int_equal(gk_users_roles(&u, "zhang"), GK_ROLE_ADMIN);
	gk_users_mark(&u, "zhang", after);
	assert_string_not_equal(before, after);
	assert_int_equal(gk_users_write(&u, &err), GK_OK);
	gk_users_free(&u);
	u = reading();
	assert_true(gk_users_verify(&u, "zhang", "blue horse nine stairs"));
	assert_false(gk_users_remove(&u, "nobody"));
	assert_true(gk_users_remove(&u, "zhang"));
	assert_int_equal(gk_users_roles(&u, "zhang"), 0);
	assert_int_equal(gk_users_roles(&u, "li"), GK_ROLE_READER);
	gk_users_free(&u);
}

static void
test_keys(void **state)
{
	char key[GK_KEY_TEXT], more[GK_KEY_TEXT], other[GK_KEY_TEXT], today[12];
	struct gk_users u;
	json_t *user;

	(void)state;
	put("{\"format\":1,\"users\":[" ONE "]}", 0600);
	u = reading();
	assert_int_equal(gk_users_key(&u, "nobody", "", 10, key, &err), GK_REFUSED);
	assert_int_equal(err.cause, GK_CAUSE_NOT_FOUND);
	assert_int_equal(gk_users_key(&u, "zhang", "", 0, key, &err), GK_REFUSED);
	assert_int_equal(gk_users_key(&u, "zhang", "", 367, key, &err), GK_REFUSED);
	assert_int_equal(gk_users_key(&u, "zhang", "公文系统", 366, key, &err), GK_OK);
	assert_string_equal(gk_users_key_owner(&u, key), "zhang");
	snprintf(other, sizeof other, "%s", key);
	other[10] = other[10] == '0' ? '1' : '0';
	assert_null(gk_users_key_owner(&u, other));
	assert_null(gk_users_key_owner(&u, "gk_"));
	assert_null(gk_users_key_owner(&u, ""));
	other[0] = 'x';
	assert_null(gk_users_key_owner(&u, other));
	/* The key itself is nowhere in the file. */
	{
		char *text = json_dumps(u.json, 0);

		assert_null(strstr(text, key + 3));
		free(text);
	}
	/* It holds to the end of its last day; what is no key of the file is passed over. */
	user = json_array_get(json_object_get(u.json, "users"), 0);
	gk_date_format(gk_date_today(), today);
	json_object_set_new(json_array_get(json_object_get(user, "keys"), 0), "until", json_string(today));
	assert_string_equal(gk_users_key_owner(&u, key), "zhang");
	json_object_set_new(json_array_get(json_object_get(user, "keys"), 0), "until", json_string("2020-01-01"));
	assert_null(gk_users_key_owner(&u, key));
	json_array_insert_new(json_object_get(user, "keys"), 0, json_pack("{s:s}", "hash", "x"));
	json_array_insert_new(json_object_get(user, "keys"), 0, json_pack("{s:s, s:s}", "hash", "x", "until", "2999-01-01"));
	json_array_insert_new(json_object_get(user, "keys"), 0, json_object());
	assert_null(gk_users_key_owner(&u, key));
	/* The oldest goes where there are too many. */
	for (int i = 0; i < 40; i++)
		assert_int_equal(gk_users_key(&u, "zhang", "x", 30, more, &err), GK_OK);
	assert_true(json_array_size(json_object_get(user, "keys")) < 40);
	assert_string_equal(gk_users_key_owner(&u, more), "zhang");
	gk_users_free(&u);
}

static void
test_factor(void **state)
{
	static const unsigned char secret[GK_TOTP_SECRET + 1] = "12345678901234567890";	/* RFC 6238 */
	char uri[GK_FACTOR_URI], code[16], before[GK_USER_MARK], after[GK_USER_MARK], names[400];
	enum gk_totp_hash hash = gk_totp_has(GK_TOTP_SHA1) ? GK_TOTP_SHA1 : GK_TOTP_SHA256;
	struct gk_users u;
	json_t *user;

	(void)state;
	put("{\"format\":1,\"users\":[" ONE "]}", 0600);
	u = reading();
	assert_int_equal(gk_users_set_factor(&u, "nobody", secret, &err), GK_REFUSED);
	assert_false(gk_users_has_factor(&u, "zhang"));
	assert_int_equal(gk_users_code_step(&u, "zhang", "287082", 59), 0);
	gk_users_mark(&u, "zhang", before);
	assert_int_equal(gk_users_set_factor(&u, "zhang", secret, &err), GK_OK);
	assert_true(gk_users_has_factor(&u, "zhang"));
	gk_users_mark(&u, "zhang", after);
	assert_string_not_equal(before, after);
	user = json_array_get(json_object_get(u.json, "users"), 0);
	if (gk_totp_has(GK_TOTP_SHA1)) {
		/* Its table: at 59 seconds 94287082 of eight digits, so 287082 of six. */
		json_object_set_new(user, "factor", json_pack("{s:s, s:s}", "hash", "sha1", "secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
		assert_int_equal(gk_users_code_step(&u, "zhang", "287082", 59), 1);
		assert_int_equal(gk_users_code_step(&u, "zhang", "287 082", 30), 1);
		assert_int_equal(gk_users_code_step(&u, "zhang", "287082", 89), 1);	/* a step later still */
		assert_int_equal(gk_users_code_step(&u, "zhang", "287082", 120), 0);
		assert_int_equal(gk_users_code_step(&u, "zhang", "287083", 59), 0);
		/* Its next row, 07081804 at 1111111109: of the step that comes, but of none behind that. */
		assert_int_equal(gk_users_code_step(&u, "zhang", "081804", 1111111109 - 30), 37037036);
		assert_int_equal(gk_users_code_step(&u, "zhang", "081804", 1111111109 - 60), 0);
	}
	snprintf(code, sizeof code, "%06u", gk_totp(hash, secret, GK_TOTP_SECRET, 1000, GK_TOTP_DIGITS));
	assert_int_equal(gk_factor_code_step(secret, code, 1000 * 30 + 5), 1000);
	assert_int_equal(gk_factor_code_step(secret, "12345", 30000), 0);
	assert_int_equal(gk_factor_code_step(secret, "1234567", 30000), 0);
	assert_int_equal(gk_factor_code_step(secret, "12345x", 30000), 0);
	assert_int_equal(gk_factor_code_step(secret, "", 30000), 0);
	/* What is not known, or no secret, lets nobody in. */
	json_object_set_new(user, "factor", json_pack("{s:s, s:s}", "hash", "md5", "secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
	assert_int_equal(gk_users_code_step(&u, "zhang", "287082", 59), 0);
	json_object_set_new(user, "factor", json_pack("{s:s, s:s}", "hash", "sha1", "secret", "!"));
	assert_int_equal(gk_users_code_step(&u, "zhang", "287082", 59), 0);
	json_object_set_new(user, "factor", json_pack("{s:s}", "hash", "sha1"));
	assert_int_equal(gk_users_code_step(&u, "zhang", "287082", 59), 0);
	json_object_set_new(user, "factor", json_object());
	assert_int_equal(gk_users_code_step(&u, "zhang", "287082", 59), 0);
	assert_int_equal(gk_users_set_factor(&u, "zhang", NULL, &err), GK_OK);
	assert_false(gk_users_has_factor(&u, "zhang"));
	gk_users_free(&u);
	/* Names of any length leave room for what must stand behind them. */
	gk_factor_uri("", "zhang", secret, uri);
	assert_non_null(strstr(uri, "otpauth://totp/gongkai:zhang?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA"));
	memset(names, '&', sizeof names - 1);
	names[sizeof names - 1] = '\0';
	gk_factor_uri(names, names, secret, uri);
	assert_true(strlen(uri) < GK_FACTOR_URI);
	assert_non_null(strstr(uri, "&digits=6&period=30"));
}

static int
teardown(void **state)
{
	(void)state;
	return gk_remove_tree(dir, &err) == GK_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		{ "a file that is none, or that others can read", test_files, NULL, NULL, NULL },
		{ "roles", test_roles, NULL, NULL, NULL },
		{ "names and passwords that will not do", test_names_and_passwords, NULL, NULL, NULL },
		{ "what changes, and what it ends", test_changes, NULL, NULL, NULL },
		{ "keys for programs", test_keys, NULL, NULL, NULL },
		{ "the second factor", test_factor, NULL, NULL, NULL },
	};

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/users", dir);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, teardown);
}

/* gongkai user add|list|passwd|roles|key|remove: who may work at the desk (record/users.h). Passwords are asked for, or read from stdin; never an argument. */
#include "indexer/cmd.h"

#include "base/totp.h"
#include "record/users.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { OPT_ROLE = 0x2000, OPT_DAYS, OPT_NOTE, OPT_AWAY };

struct args {
	struct app *app;
	const char *name, *note;
	unsigned roles;
	int days;
	bool away;
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct args *a = state->input;

	switch (key) {
	case OPT_ROLE:
		if (gk_role_find(arg) == 0)
			argp_error(state, GK_T("--role 是 reader editor reviewer archivist admin 之一，不是 '%s'", "--role is one of reader editor reviewer archivist admin, not '%s'"), arg);
		a->roles |= gk_role_find(arg);
		return 0;
	case OPT_DAYS:
		a->days = atoi(arg);
		return 0;
	case OPT_NOTE:
		a->note = arg;
		return 0;
	case OPT_AWAY:
		a->away = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->name != NULL)
			argp_error(state, "%s", GK_T("一次一个用户", "one user at a time"));
		a->name = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Without echo at a terminal, twice; from a pipe, its first line. */
static bool
read_line(const char *prompt, char *out, int size)
{
	struct termios old, silent;
	bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &old) == 0, ok;

	if (terminal) {
		silent = old;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
		fprintf(stderr, "%s", prompt);
	}
	ok = fgets(out, size, stdin) != NULL;
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		fputc('\n', stderr);
	}
	out[ok ? strcspn(out, "\r\n") : 0] = '\0';
	return ok;
}

static enum gk_status
read_password(char *out, int size, struct gk_err *err)
{
	char again[GK_PASSWORD_MOST + 8];

	if (!read_line(GK_T("密码：", "password: "), out, size)) {
		gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有密码", "no password was given");
		gk_hint(err, "在终端上输入，或从标准输入给一行", "type it at a terminal, or give one line on standard input");
		return GK_REFUSED;
	}
	if (isatty(STDIN_FILENO) && (!read_line(GK_T("再输一遍：", "again: "), again, sizeof again) || strcmp(out, again) != 0))
		return gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "两遍不一样", "the two differ");
	return GK_OK;
}

static void
print_user(const json_t *user)
{
	const json_t *role;
	size_t i;

	print_column(json_str(user, "name"), 20);
	json_array_foreach(json_object_get(user, "roles"), i, role)
		printf(" %s", json_string_value(role));
	if (json_object_get(user, "factor") != NULL)
		printf("%s", GK_T("  第二因素", "  second factor"));
	if (json_array_size(json_object_get(user, "keys")) > 0)
		printf(GK_T("  密钥 %zu", "  keys: %zu"), json_array_size(json_object_get(user, "keys")));
	putchar('\n');
}

static int
list(struct app *app, const struct gk_users *u)
{
	const json_t *users = json_object_get(u->json, "users"), *one;
	size_t i;

	json_array_foreach(users, i, one) {
		if (app->json)
			app_json(json_pack("{s:O, s:O, s:b, s:i}", "name", json_object_get(one, "name"), "roles", json_object_get(one, "roles"), "factor",
					   json_object_get(one, "factor") != NULL, "keys",
					   (int)json_array_size(json_object_get(one, "keys"))));
		else
			print_user(one);
	}
	return json_array_size(users) > 0 ? 0 : 1;
}

enum what { ADD, PASSWD, ROLES, KEY, FACTOR, REMOVE, LIST };

static enum gk_status
change(const struct args *a, enum what what, struct gk_users *u, struct gk_err *err)
{
	char password[GK_PASSWORD_MOST + 8], key[GK_KEY_TEXT], uri[GK_FACTOR_URI];
	unsigned char secret[GK_TOTP_SECRET];
	enum gk_status st = GK_OK;

	if (what == ADD && gk_users_roles(u, a->name) != 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "已有用户 '%.60s'", "there is a user '%.60s' already", a->name);
	else if ((what == ADD || what == ROLES) && a->roles == 0)
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_USAGE, "没有说明角色（--role editor）", "no role was named (--role editor)");
	else if (what == ADD || what == PASSWD)
		st = read_password(password, sizeof password, err);
	if (st == GK_OK && (what == ADD || what == PASSWD))
		st = gk_users_set(u, a->name, a->roles, password, err);
	else if (st == GK_OK && what == ROLES)
		st = gk_users_set(u, a->name, a->roles, NULL, err);
	else if (st == GK_OK && what == KEY)
		st = gk_users_key(u, a->name, a->note, a->days, key, err);
	else if (st == GK_OK && what == FACTOR) {
		randombytes_buf(secret, sizeof secret);
		gk_factor_uri("", a->name, secret, uri);
		st = gk_users_set_factor(u, a->name, a->away ? NULL : secret, err);
	} else if (st == GK_OK && !gk_users_remove(u, a->name))
		st = gk_fail(err, GK_REFUSED, GK_CAUSE_NOT_FOUND, "没有用户 '%.60s'", "there is no user '%.60s'", a->name);
	if (st == GK_OK)
		st = gk_users_write(u, err);
	if (st != GK_OK)
		return st;
	if (what == KEY || (what == FACTOR && !a->away))
		printf("%s\n", what == KEY ? key : uri);
	app_note(a->app, what == KEY ? "密钥只显示这一次（%s）" : what == REMOVE ? "已删去用户 %s，还开着的登录随即结束" :
		 what == FACTOR && a->away ? "用户 %s 没有第二因素了" : what == FACTOR ? "把这一行交给用户 %s 的动态码程序，只显示这一次" : "用户 %s 可以登录了",
		 what == KEY ? "the key is shown this once (%s)" : what == REMOVE ? "user %s is removed, and what is open of it ends" :
		 what == FACTOR && a->away ? "user %s has no second factor any more" : what == FACTOR ? "for the program on the phone of user %s; it is shown this once" : "user %s may log in", a->name);
	return GK_OK;
}

static int
run(struct app *app, const struct cmd *cmd, enum what what, int argc, char **argv)
{
	struct argp_option role = { "role", OPT_ROLE, "ROLE", 0, GK_T("角色：reader editor reviewer archivist admin；可重复", "reader editor reviewer archivist admin; may be repeated"), 1 };
	struct argp_option days = { "days", OPT_DAYS, "N", 0, GK_T("期限（默认 366 天）", "how long it lasts (default 366 days)"), 1 };
	struct argp_option note = { "note", OPT_NOTE, "TEXT", 0, GK_T("给哪个程序", "which program it is for"), 1 };
	struct argp_option away = { "remove", OPT_AWAY, NULL, 0, GK_T("不再要第二因素（手机丢了）", "no second factor any more (a lost phone)"), 1 };
	struct argp_option options[3] = { { NULL, 0, NULL, 0, NULL, 0 }, { NULL, 0, NULL, 0, NULL, 0 }, { NULL, 0, NULL, 0, NULL, 0 } };
	struct args a = { .app = app, .note = "", .days = 366 };
	struct gk_users u = { NULL, NULL };
	struct gk_err err = GK_ERR_INIT;
	enum gk_status st;
	int status = 0;

	if (what == ADD || what == ROLES)
		options[0] = role;
	if (what == FACTOR)
		options[0] = away;
	if (what == KEY) {
		options[0] = days;
		options[1] = note;
	}
	app_parse(app, cmd, argc, argv, options, parse, &a);
	st = what != LIST && a.name == NULL ? gk_fail(&err, GK_REFUSED, GK_CAUSE_USAGE, "没有说明是哪个用户", "no user was named") : gk_users_read(app->archive, &u, &err);
	if (st == GK_OK && what == LIST)
		status = list(app, &u);
	else if (st == GK_OK)
		st = change(&a, what, &u, &err);
	gk_users_free(&u);
	return st == GK_OK ? status : app_error(app, &err);
}

#define USER(ident, word, what, args_zh, args_en, zh, en)						\
	static int run_##ident(struct app *app, int argc, char **argv) { return run(app, &cmd_##ident, what, argc, argv); }	\
	const struct cmd cmd_##ident = { word, args_zh, args_en, zh, en, run_##ident };

USER(user_add, "user add", ADD, "用户名", "NAME", "工作台的新用户", "A new user of the desk")
USER(user_passwd, "user passwd", PASSWD, "用户名", "NAME", "换密码", "Another password")
USER(user_roles, "user roles", ROLES, "用户名", "NAME", "换角色", "Other roles")
USER(user_key, "user key", KEY, "用户名", "NAME", "给程序用的密钥", "A key for a program")
USER(user_factor, "user factor", FACTOR, "用户名", "NAME", "第二因素：给动态码程序的密钥", "Second factor: a secret for the program on a phone")
USER(user_remove, "user remove", REMOVE, "用户名", "NAME", "删去用户", "Remove a user")
USER(user_list, "user list", LIST, "", "", "工作台的用户", "Users of the desk")

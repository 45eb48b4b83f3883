/* What every command shares: options, messages, columns, progress. */
#include "indexer/cmd.h"

#include "base/io.h"
#include "base/memory.h"

#include "web/answer.h"

#include <fts.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uniwidth.h>
#include <unistr.h>

/* --- options --------------------------------------------------------------------------------------------- */

enum { OPT_ARCHIVE = 0x1000, OPT_JSON, OPT_LANG, OPT_NO_COLOR, OPT_BY, OPT_WAIT };

struct wrapped {
	struct app *app;
	argp_parser_t parse;
	void *input;
};

static error_t
parse_shared(int key, char *arg, struct argp_state *state)
{
	struct wrapped *w = state->input;
	struct app *app = w->app;
	char *end;
	error_t result;
	void *mine;

	switch (key) {
	case OPT_ARCHIVE:
		app->archive = arg;
		return 0;
	case OPT_JSON:
		app->json = true;
		return 0;
	case OPT_LANG:
		if (strncmp(arg, "zh", 2) != 0 && strncmp(arg, "en", 2) != 0)
			argp_error(state, GK_T("--lang 要 zh 或 en，不是 '%s'", "--lang wants zh or en, not '%s'"), arg);
		gk_lang_set(arg);
		return 0;
	case OPT_NO_COLOR:
		app->color = false;
		return 0;
	case OPT_BY:
		app->actor = arg;
		return 0;
	case 'q':
		app->quiet = true;
		return 0;
	case OPT_WAIT:
		app->wait = (int)strtol(arg, &end, 10);
		if (*arg == '\0' || *end != '\0' || app->wait < 0 || app->wait > 86400)
			argp_error(state, GK_T("--wait 要秒数，不能是 '%s'", "--wait wants seconds, not '%s'"), arg);
		return 0;
	default:
		/* The command's own parser sees its own input. */
		mine = state->input;
		state->input = w->input;
		result = w->parse(key, arg, state);
		state->input = mine;
		return result;
	}
}

void
app_parse(struct app *app, const struct cmd *cmd, int argc, char **argv, struct argp_option *options, argp_parser_t parse, void *input)
{
	struct argp_option shared[] = {
		{ "archive", OPT_ARCHIVE, "DIR", 0, GK_T("档案（默认 $GONGKAI_ARCHIVE 或 /var/lib/gongkai）", "the archive (default $GONGKAI_ARCHIVE or /var/lib/gongkai)"), 20 },
		{ "json", OPT_JSON, NULL, 0, GK_T("输出 JSON", "print JSON"), 20 },
		{ "lang", OPT_LANG, "zh|en", 0, GK_T("语言", "language"), 20 },
		{ "quiet", 'q', NULL, 0, GK_T("不显示进度和说明", "no progress, no notes"), 20 },
		{ "no-color", OPT_NO_COLOR, NULL, 0, GK_T("不用颜色", "no colours"), 20 },
		{ "by", OPT_BY, "NAME", 0, GK_T("经办人（默认登录名）", "who does this (default: login name)"), 20 },
		{ "wait", OPT_WAIT, "SECONDS", 0, GK_T("等待写锁的时间", "how long to wait for the lock"), 20 },
		{ NULL, 0, NULL, 0, NULL, 0 },
	};
	struct argp_option all[64] = { { NULL, 0, NULL, 0, NULL, 0 } };
	struct wrapped w = { app, parse, input };
	struct argp argp = { all, parse_shared, GK_T(cmd->args_zh, cmd->args_en), GK_T(cmd->doc_zh, cmd->doc_en), NULL, NULL, NULL };
	size_t n = 0;
	char name[64];

	for (size_t i = 0; options[i].name != NULL && n < 40; i++)
		all[n++] = options[i];
	for (size_t i = 0; shared[i].name != NULL; i++)
		all[n++] = shared[i];
	snprintf(name, sizeof name, "gongkai %s", cmd->name);
	argv[0] = name;
	argp_err_exit_status = 2;
	/* It says nothing of memory that it did not get, and then options would count as not given. */
	if (argp_parse(&argp, argc, argv, 0, NULL, &w) != 0)
		gk_memory_ended();
}

/* --- messages ----------------------------------------------------------------------------------------------- */

/* Room for a whole new index beside the present one, and the reserve of safety.md 3.4: with that any command can go on. */
static uint64_t
room_wanted(const char *archive)
{
	enum { RESERVE = 64 << 20 };
	char *index = gk_path(archive, "index/public"), *const roots[] = { index, NULL };
	FTS *walk = index == NULL ? NULL : fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	uint64_t bytes = RESERVE;

	for (FTSENT *e; walk != NULL && (e = fts_read(walk)) != NULL; )
		if (e->fts_info == FTS_F)
			bytes += (uint64_t)e->fts_statp->st_size;
	if (walk != NULL)
		fts_close(walk);
	free(index);
	return bytes;
}

int
app_error(const struct app *app, const struct gk_err *told)
{
	struct gk_err with_room = *told, *err = &with_room;

	/* safety.md 3.4: whoever met the full disk, file system, need and free bytes are said.  An index that is too large (L36) has met none. */
	if (err->cause == GK_CAUSE_NO_SPACE && strstr(err->what_en, "bytes needed") == NULL && strstr(err->what_en, "index_too_large") == NULL)
		gk_no_space(err, GK_DEAD, app->archive, room_wanted(app->archive));
	if (app->json) {
		json_t *object = gk_answer_error(err, NULL, "", NULL);

		app_json(object);
	}
	fprintf(stderr, "%s%s\n", GK_T("错误：", "error: "), gk_err_what(err));
	if (*gk_err_hint(err) != '\0')
		fprintf(stderr, "%s%s\n", GK_T("提示：", "hint: "), gk_err_hint(err));
	return gk_exit_of(err->cause == GK_CAUSE_NONE ? GK_CAUSE_BUG : err->cause);
}

void
app_note(const struct app *app, const char *zh, const char *en, ...)
{
	va_list ap;

	if (app->quiet)
		return;
	va_start(ap, en);
	vfprintf(stderr, GK_T(zh, en), ap);
	va_end(ap);
	fputc('\n', stderr);
}

bool
app_confirmed(const char *what, size_t n)
{
	static const char *const yes[] = { "是", "y", "Y", "yes" };
	char line[64];

	printf(GK_T("%s %zu 条？[是/否] ", "%s %zu? [yes/no] "), what, n);
	fflush(stdout);
	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (strcmp(line, yes[i]) == 0)
			return true;
	return false;
}

void
app_json(json_t *value)
{
	if (value != NULL)
		json_dumpf(value, stdout, JSON_COMPACT | JSON_REAL_PRECISION(12));
	fputc('\n', stdout);
	fflush(stdout);
	json_decref(value);
}

bool
app_color(const struct app *app, int fd)
{
	const char *term = getenv("TERM");

	return app->color && getenv("NO_COLOR") == NULL && isatty(fd) && term != NULL && strcmp(term, "dumb") != 0;
}

void
print_text(const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s, next = (unsigned char)s[1];

		if (c < 0x20 || c == 0x7F) {
			putchar(' ');
		} else if (c == 0xC2 && next < 0xA0 && next != 0) {
			putchar(' ');
			s++;
		} else {
			putchar(c);
		}
	}
}

error_t
no_options(int key, char *arg, struct argp_state *state)
{
	(void)key, (void)arg, (void)state;
	return ARGP_ERR_UNKNOWN;
}

/* --- columns ---------------------------------------------------------------------------------------------------- */

/* Columns a text takes in a terminal (East Asian width). */
static int
text_width(const char *s)
{
	return u8_strwidth((const uint8_t *)s, "UTF-8");
}

void
print_column(const char *s, int columns)
{
	const uint8_t *p = (const uint8_t *)s, *next;
	ucs4_t c;
	int used = 0, whole = text_width(s);

	while ((next = u8_next(&c, p)) != NULL) {
		int w = uc_width(c, "UTF-8");

		w = w < 0 ? 0 : w;
		if (whole > columns && used + w > columns - 1)
			break;
		fwrite(p, 1, (size_t)(next - p), stdout);
		used += w;
		p = next;
	}
	if (whole > columns) {
		fputs("…", stdout);
		used++;
	}
	for (; used < columns; used++)
		putchar(' ');
}

/* --- progress ------------------------------------------------------------------------------------------------------ */

double
seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

void
progress_start(struct progress *p, const struct app *app, size_t total)
{
	*p = (struct progress){ !app->quiet && isatty(STDERR_FILENO), seconds_now(), 0, total };
}

void
progress_show(struct progress *p, size_t done, const char *now)
{
	double t = seconds_now(), speed;

	if (!p->on || t - p->shown < 0.1)
		return;
	p->shown = t;
	speed = t > p->started ? (double)done / (t - p->started) : 0;
	if (p->total > 0) {
		int bar = (int)(done * 20 / p->total);

		fprintf(stderr, "\r\033[K[");
		for (int i = 0; i < 20; i++)
			fputs(i < bar ? "█" : "─", stderr);
		fprintf(stderr, GK_T("] %zu/%zu %3zu%%  %.0f 件/秒", "] %zu/%zu %3zu%%  %.0f/s"), done, p->total, done * 100 / p->total, speed);
		if (speed > 0)
			fprintf(stderr, GK_T("  余 %.0f 秒", "  %.0f s left"), (double)(p->total - done) / speed);
	} else {
		fprintf(stderr, GK_T("\r\033[K%zu 件  %.0f 件/秒", "\r\033[K%zu documents  %.0f/s"), done, speed);
	}
	if (now != NULL)
		fprintf(stderr, "  %.40s", now);
	fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (p->on)
		fputs("\r\033[K", stderr);
}

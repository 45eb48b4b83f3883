#include "indexer/office.h"

#include "base/io.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static enum gk_status
absent(struct gk_err *err, const char *program)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_NO_ACCESS, "不能写 PDF：没有 LibreOffice（%s）", "cannot write PDF: there is no LibreOffice (%s)", program);
	gk_hint(err, OFFICE_HINT_ZH, OFFICE_HINT_EN);
	return GK_REFUSED;
}

static enum gk_status
no_pdf(struct gk_err *err, const char *zh, const char *en)
{
	gk_fail(err, GK_REFUSED, GK_CAUSE_BAD_DATA, "LibreOffice 没有写出 PDF：%s%.0s", "LibreOffice wrote no PDF: %.0s%s", zh, en);
	gk_hint(err, "用 --format docx，在办公软件里另存为 PDF", "use --format docx, and save as PDF from an office program");
	return GK_REFUSED;
}

/* A group of its own: soffice is a script that starts others, and all of them must go when time is over. */
static int
start(const char *program, const char *folder, const char *profile, const char *file, pid_t *pid)
{
	char *argv[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)profile, "--headless", "--norestore", "--nolockcheck", "--convert-to", "pdf", "--outdir", (char *)(uintptr_t)folder, (char *)(uintptr_t)file, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int e;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	e = posix_spawnp(pid, program, &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return e;
}

/* False when it took too long and was ended. */
static bool
wait_for(pid_t pid)
{
	const struct timespec pause = { 0, 50 * 1000 * 1000 };

	for (unsigned i = 0; i < OFFICE_SECONDS * 20; i++) {
		int status;
		pid_t done = waitpid(pid, &status, WNOHANG);

		if (done == pid || (done < 0 && errno != EINTR))
			return true;
		nanosleep(&pause, NULL);
	}
	kill(-pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return false;
}

static enum gk_status
convert(const char *folder, const char *file, struct gk_err *err)
{
	const char *set = getenv("GONGKAI_SOFFICE"), *names[] = { set != NULL && *set != '\0' ? set : "soffice", "libreoffice" };
	struct gk_buf profile;
	pid_t pid;
	int e = ENOENT;

	/* An address, not a path: a blank in it would have LibreOffice wait for somebody to say where else. */
	gk_buf_init(&profile, 64 * 1024);
	gk_buf_puts(&profile, "-env:UserInstallation=file://");
	for (const char *s = folder; *s != '\0'; s++)
		gk_buf_printf(&profile, isalnum((unsigned char)*s) || strchr("/-_.", *s) != NULL ? "%c" : "%%%02X", (unsigned char)*s);
	if (!gk_buf_puts(&profile, "/profile"))
		return gk_nomem(err);
	for (size_t i = 0; i < (names[0] == set ? 1U : 2U) && e == ENOENT; i++)
		e = start(names[i], folder, profile.p, file, &pid);
	gk_buf_free(&profile);
	if (e != 0)
		return absent(err, names[0]);
	return wait_for(pid) ? GK_OK : no_pdf(err, "超过了时限", "it took too long");
}

static enum gk_status
in_folder(const char *folder, const struct gk_buf *docx, struct gk_buf *pdf, struct gk_err *err)
{
	char *file = gk_path(folder, "report.docx"), *made = gk_path(folder, "report.pdf");
	struct gk_buf b;
	enum gk_status st = file == NULL || made == NULL ? gk_nomem(err) : gk_replace_file(file, 0600, docx->p, docx->n, err);

	if (st == GK_OK)
		st = convert(folder, file, err);
	if (st == GK_OK && gk_read_file(made, pdf->max, &b, NULL) != GK_OK) {
		st = no_pdf(err, "它没有说明原因", "it did not say why");
	} else if (st == GK_OK) {
		if (b.n < 5 || memcmp(b.p, "%PDF-", 5) != 0)
			st = no_pdf(err, "写出的不是 PDF", "what it wrote is none");
		else if (!gk_buf_add(pdf, b.p, b.n))
			st = gk_nomem(err);
		gk_buf_free(&b);
	}
	free(file);
	free(made);
	return st;
}

enum gk_status
office_pdf(const struct gk_buf *docx, struct gk_buf *pdf, struct gk_err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *folder;
	enum gk_status st;

	if (asprintf(&folder, "%s/gongkai-pdf-XXXXXX", tmp != NULL && *tmp == '/' ? tmp : "/tmp") < 0)
		return gk_nomem(err);
	if (mkdtemp(folder) == NULL) {
		st = gk_fail(err, GK_REFUSED, gk_cause_of_errno(errno), "不能建立 '%s'：%s", "cannot make '%s': %s", folder, strerror(errno));
	} else {
		st = in_folder(folder, docx, pdf, err);
		gk_remove_tree(folder, NULL);
	}
	free(folder);
	return st;
}

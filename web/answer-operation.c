/* What who runs the server wants to know. */
#include "web/answer-internal.h"

#include "archive/warc.h"
#include "base/io.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* When the newest file of a folder of the archive was written whose name begins like this: these files are written once and never changed. */
static json_t *
newest_file(const char *archive, const char *folder, const char *begin, const char *end)
{
	char *dir = gk_path(archive, folder);
	DIR *d = dir != NULL ? opendir(dir) : NULL;
	time_t newest = 0;

	for (const struct dirent *e; d != NULL && (e = readdir(d)) != NULL; ) {
		size_t n = strlen(e->d_name);
		struct stat sb;

		if (strncmp(e->d_name, begin, strlen(begin)) != 0 || n < strlen(end) || strcmp(e->d_name + n - strlen(end), end) != 0)
			continue;
		if (fstatat(dirfd(d), e->d_name, &sb, AT_SYMLINK_NOFOLLOW) == 0 && sb.st_mtime > newest)
			newest = sb.st_mtime;
	}
	if (d != NULL)
		closedir(d);
	free(dir);
	return newest > 0 ? json_integer((json_int_t)newest) : json_null();
}

json_t *
gk_answer_kept(const char *archive)
{
	return json_pack("{s:o, s:o}", "verified_at", newest_file(archive, "verify", "verify-", ".json"), "checkpoint_at", newest_file(archive, "checkpoints", "", ".note"));
}

enum gk_status
gk_answer_operation(struct gk_site *s, json_t **out, struct gk_err *err)
{
	struct gk_totals t;
	uint32_t segments;
	uint64_t bytes, behind;
	enum gk_status st = gk_catalog_totals(s->catalog, false, &t, err);

	if (st == GK_OK)
		st = gk_archive_size(s->archive, &segments, &bytes, err);
	if (st == GK_OK)
		st = gk_archive_behind(s->archive, (struct gk_loc){ t.mark.segment, t.mark.length, t.mark.offset }, &behind, err);
	if (st != GK_OK)
		return st;
	*out = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "documents", (json_int_t)t.records, "events", (json_int_t)t.events, "generation",
			 (json_int_t)s->generation, "archive_bytes", (json_int_t)bytes, "segments", (json_int_t)segments, "behind", (json_int_t)behind, "index_bytes",
			 (json_int_t)t.index_bytes, "shards_away", (json_int_t)gk_catalog_away(s->catalog), "shards_down", (json_int_t)gk_catalog_away_down(s->catalog));
	if (*out != NULL)
		json_object_update_new(*out, gk_answer_kept(s->dir));
	return *out == NULL ? gk_nomem(err) : GK_OK;
}

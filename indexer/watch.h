/*
 * Folders that are watched: which files in them are complete and not yet taken.
 *
 *   scan ──▶ a file as it was at the last look, for the time of settling, and open for writing nowhere ──▶ complete
 *
 * inotify only wakes; what there is to do is found by looking at the folders, so nothing depends on an event that was lost, on the program having
 * run, or on the order of renames.  Where another machine writes (network disks) there are no events: then the folders are looked at every so many
 * seconds.  Nothing is ever said of files that went away.
 */
#ifndef GK_WATCH_H
#define GK_WATCH_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct watch;

/* folders: n paths, borrowed.  every: seconds between two looks, 0: inotify. */
enum gk_status watch_open(char *const *folders, size_t n, unsigned every, struct watch **out, struct gk_err *err);
/*
 * Waits until files are complete, calls each for them in the order of names.  GK_END: the program was asked to end (SIGTERM, SIGINT, SIGHUP).
 */
typedef void watch_each(void *arg, const char *path);
enum gk_status watch_next(struct watch *w, watch_each *each, void *arg, struct gk_err *err);
/* Is the file, as it was when it was read, still the one that was complete? */
bool watch_is_same(const struct watch *w, const char *path, const struct stat *as_read);
/* The file that was named to each was not taken, since it was changed meanwhile, or because the archive was busy: it is named again. */
void watch_again(struct watch *w, const char *path);
void watch_close(struct watch *w);

#endif

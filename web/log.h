/*
 * The log of the daemons: one line of JSON on standard error for each thing that happens, with the priority that journald takes off.
 *
 *   <6>{"time":"2026-11-27T08:30:12.041Z","event":"request","request":"r-7f3a21c0","method":"GET","route":"/search","status":200,…}
 *
 * Whoever reads it, person or program, must be able to trust its lines (safety.md 6, L37): jansson writes them, strings lose
 * control characters of every kind and what turns the direction of writing, a line has 4 KiB at most and is written at once.
 * No question is ever in it: of an address only what stands before the '?'.
 */
#ifndef GK_LOG_H
#define GK_LOG_H

#include "base/status.h"

#include <jansson.h>

enum { GK_LOG_LINE = 4096 };	/* L37 */
enum { GK_LOG_BAD = 3, GK_LOG_WARN = 4, GK_LOG_NOTICE = 5, GK_LOG_INFO = 6 };	/* syslog(3) */

/* `fmt` is that of json_pack, an object: gk_log(GK_LOG_NOTICE, "worker-died", "{s:i}", "signal", 11). */
void gk_log(int priority, const char *event, const char *fmt, ...);
/* The line without the priority, '\n' and NUL at its end; takes `fields` over.  Its length, 0 when memory ends. */
size_t gk_log_line(const char *time, const char *event, json_t *fields, char out[GK_LOG_LINE + 1]);

#endif

/*
 * gongkai-extract --forks: started once, loads what every file needs (converters, the database of libmagic) and forks a child for each file.  A
 * start of the program costs several times what most files do; a fork of one that is ready costs little.
 *
 *   gongkai ── how, the file, the pipe ──▶ gongkai-extract --forks ──fork──▶ the child, which confines itself and reads that one file
 *           ◀── its process id ───────────                                   it is a child of gongkai (CLONE_PARENT), which waits for it as for any other
 *
 * One message of a seqpacket socket each, the two descriptors beside it; before the first it says GK_FORKS_READY.  It never looks at a file: what
 * was true of a child that was started alone is true of one that was forked, but that all of one batch have their memory at the same addresses.
 *
 * GONGKAI_EXTRACT may name a program that stands between, say a filter of what gongkai-extract answers.  Then the children are that program's, and what they
 * write would pass it by: the parent's number tells, and each file has a program of its own.
 */
#ifndef GK_FORKS_H
#define GK_FORKS_H

#include <stdint.h>

enum { GK_HOW_TOOLS = 1, GK_HOW_ROWS = 2, GK_HOW_SELF_TEST = 4 };	/* as the options of the program */
enum { GK_FORKS_READY = 0x464F524B };

struct gk_fork_ask { uint32_t how; };
struct gk_fork_say { int32_t pid, parent; };	/* pid: or an errno, negative; GK_FORKS_READY once.  parent: whose children they are */

#endif

/*
 * Fault points: a name stands wherever the world can refuse us.  In a normal
 * build gk_fault() is a constant false.  Built with --enable-faults, a test
 * arms one:
 *
 *   gk_fault_arm(3)            the third point reached from here fails (once)
 *   GONGKAI_FAULT=fdatasync:2  the second "fdatasync" fails, in any program
 *   GONGKAI_FAULT=kill:17      the process ends with SIGKILL at the 17th point of any name
 *   GONGKAI_FAULT=exit:17      … with _exit(99)
 *   GONGKAI_FAULT=eio:17       the 17th point of any name fails with EIO; enospc:17 with ENOSPC
 *   GONGKAI_FAULT=torn:17      if the 17th point is a write, half of it is made and then the process ends as with kill;
 *   GONGKAI_FAULT=torn:17:512  … or so many bytes of it.  Another point: as with kill
 *   GONGKAI_FAULT_LOG=FILE     appends "number name" at the point where one of these strikes
 *
 * Points are counted over all threads.  For operations of libxapian, which has no points: tests/campaign/shim.c.
 */
#ifndef GK_FAULT_H
#define GK_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef GK_FAULTS
bool gk_fault(const char *point);
void gk_fault_arm(unsigned n);		/* 0 disarms */
const char *gk_fault_hit(void);		/* the point that failed since arming, or NULL */
void gk_fault_tear(int fd, const void *p, size_t n);	/* right behind gk_fault("write"), before the write */
#else
#define gk_fault(point) false
#define gk_fault_tear(fd, p, n) ((void)0)
#endif

#endif

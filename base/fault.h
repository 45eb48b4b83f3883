/*
 * Fault points: a name stands wherever the world can refuse us.  In a normal
 * build gk_fault() is a constant false.  Built with --enable-faults, a test
 * arms one:
 *
 *   gk_fault_arm(3)            the third point reached from here fails (once)
 *   GONGKAI_FAULT=fdatasync:2  the second "fdatasync" fails, in any program
 *   GONGKAI_FAULT=kill:17      the process ends with SIGKILL at the 17th point of any name
 */
#ifndef GK_FAULT_H
#define GK_FAULT_H

#include <stdbool.h>

#ifdef GK_FAULTS
bool gk_fault(const char *point);
void gk_fault_arm(unsigned n);		/* 0 disarms */
const char *gk_fault_hit(void);		/* the point that failed since arming, or NULL */
#else
#define gk_fault(point) false
#endif

#endif

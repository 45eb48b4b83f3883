/*
 * When memory ends where nobody looks: callers of jansson that put what they got straight into something else, destructors of
 * libxapian, and the folds of record/ (base/memory.h).  To go on there leaves something out without a word, and an index that
 * lacks a document gives its number to another.  To end costs nothing that was acknowledged: locks are the kernel's, the archive
 * is whole at any instant (safety.md 3.2).
 */
#include "indexer/cmd.h"

#include "base/memory.h"
#include "xapianc/write.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn static void
end(void)
{
	struct gk_err err = GK_ERR_INIT;
	char text[2 * GK_ERR_WHAT];
	int n;

	gk_nomem(&err);
	n = snprintf(text, sizeof text, "%s\n%s%s\n", gk_err_what(&err), GK_T("提示：", "hint: "), gk_err_hint(&err));
	/* Neither stdio nor exit handlers: they may want memory too.  What stdout still holds was not acknowledged. */
	(void)!write(STDERR_FILENO, text, (size_t)n);
	_exit(gk_exit_of(GK_CAUSE_MEMORY));
}

void
app_guard_memory(void)
{
	gk_when_memory_ends(end);
	json_set_alloc_funcs(gk_malloc_or_end, free);
	xc_when_memory_ends(end);
}

/* OLE containers: Word, Excel, PowerPoint of Office 97 and WPS.  Build and run with devel/fuzz. */
/* For: extract/ole.c extract/doc.c extract/xls.c */
#include "tests/fuzz/extracted.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	gk_fuzz_parser(p, n, gk_office97);
	return 0;
}

noinst_LIBRARIES += %D%/libgkbase.a
%C%_libgkbase_a_SOURCES = \
	%D%/status.h %D%/status.c %D%/buf.h %D%/buf.c %D%/arena.h %D%/arena.c \
	%D%/utf8.h %D%/utf8.c %D%/digest.h %D%/digest.c %D%/totp.h %D%/totp.c %D%/fault.h %D%/fault.c \
	%D%/io.h %D%/io.c %D%/csv.h %D%/csv.c %D%/date.h %D%/date.c %D%/memory.h %D%/memory.c %D%/threads.h %D%/threads.c %D%/numeral.h %D%/numeral.c %D%/http-payload.h %D%/http-payload.c
%C%_libgkbase_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(NETTLE_CFLAGS) $(ZLIB_CFLAGS) $(DEFLATE_CFLAGS)

## What everything that links the room needs.
GK_BASE = base/libgkbase.a $(SODIUM_LIBS) $(NETTLE_LIBS) $(ZLIB_LIBS)

## Two libraries, so that the linker shows who can write: gongkai-searchd is
## linked with the first only.
noinst_LIBRARIES += %D%/libgkarchive.a %D%/libgkarchivew.a

%C%_libgkarchive_a_SOURCES = %D%/warc.h %D%/warc-private.h %D%/gzmember.h \
	%D%/gzmember.c %D%/warc-head.c %D%/warc-read.c %D%/scan.c
%C%_libgkarchive_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS) $(DEFLATE_CFLAGS)

%C%_libgkarchivew_a_SOURCES = %D%/append.h %D%/append-private.h %D%/warc-append.c %D%/replicate.h %D%/replicate.c
%C%_libgkarchivew_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS) $(SODIUM_CFLAGS)

## Proofs that nothing was changed; what verify checks; files of other tools.
noinst_LIBRARIES += %D%/libgktamper.a %D%/libgkverify.a %D%/libgkimport.a
%C%_libgktamper_a_SOURCES = %D%/merkle.h %D%/merkle.c %D%/note.h %D%/note.c %D%/key.h %D%/key.c %D%/key-public.c %D%/leaves.h %D%/leaves.c \
	%D%/checkpoints.h %D%/checkpoints.c
%C%_libgktamper_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(ZLIB_CFLAGS)
%C%_libgkverify_a_SOURCES = %D%/verify.h %D%/verify.c %D%/verify-take.h %D%/verify-take.c %D%/verify-batch.h %D%/verify-batch.c %D%/seen.h %D%/seen.c %D%/order.h %D%/order.c
%C%_libgkverify_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(ZLIB_CFLAGS) $(JANSSON_CFLAGS)
## Destruction under authority: writes, so apart from what searchd is linked with.
noinst_LIBRARIES += %D%/libgkdestroy.a
%C%_libgkdestroy_a_SOURCES = %D%/destroy.h %D%/destroy.c
%C%_libgkdestroy_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(ZLIB_CFLAGS) $(JANSSON_CFLAGS)
%C%_libgkimport_a_SOURCES = %D%/import.h %D%/import.c
%C%_libgkimport_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)

## Applications: apart, for searchd has no business with them.
noinst_LIBRARIES += %D%/libgkledger.a
%C%_libgkledger_a_SOURCES = %D%/ledger.h %D%/ledger-private.h %D%/ledger.c %D%/ledger-note.c
%C%_libgkledger_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS) $(JANSSON_CFLAGS)

## For the LDADD of those who use them, before $(GK_BASE).
GK_ARCHIVE = archive/libgkarchive.a $(ZLIB_LIBS)
GK_ARCHIVEW = archive/libgkarchivew.a $(GK_ARCHIVE)

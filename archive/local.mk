## Two libraries, so that the linker shows who can write: gongkai-searchd is
## linked with the first only.
noinst_LIBRARIES += %D%/libgkarchive.a %D%/libgkarchivew.a

%C%_libgkarchive_a_SOURCES = %D%/warc.h %D%/warc-private.h %D%/gzmember.h \
	%D%/gzmember.c %D%/warc-head.c %D%/warc-read.c %D%/scan.c
%C%_libgkarchive_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)

%C%_libgkarchivew_a_SOURCES = %D%/append.h %D%/append-private.h %D%/warc-append.c
%C%_libgkarchivew_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS) $(SODIUM_CFLAGS)

## For the LDADD of those who use them, before $(GK_BASE).
GK_ARCHIVE = archive/libgkarchive.a $(ZLIB_LIBS)
GK_ARCHIVEW = archive/libgkarchivew.a $(GK_ARCHIVE)

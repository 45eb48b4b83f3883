## xapianc/: libxapian for C, the only C++ of the project.  Two libraries, so that
## what only reads does not even contain the writer.
noinst_LIBRARIES += %D%/libxapianc.a %D%/libxapiancw.a
%C%_libxapianc_a_SOURCES = %D%/xapianc.h %D%/guard.hh %D%/read.cc
%C%_libxapianc_a_CXXFLAGS = $(AM_CXXFLAGS) $(XAPIAN_CFLAGS)
%C%_libxapiancw_a_SOURCES = %D%/write.h %D%/xapianc.h %D%/guard.hh %D%/write.cc
%C%_libxapiancw_a_CXXFLAGS = $(AM_CXXFLAGS) $(XAPIAN_CFLAGS)

## What everything that links the room needs, besides the C++ driver as linker:
## nodist_EXTRA_<program>_SOURCES = link-as-cxx.cc (no such file exists, nor is one needed).
GK_XAPIAN_READ = xapianc/libxapianc.a $(XAPIAN_LIBS)
GK_XAPIAN_WRITE = xapianc/libxapiancw.a $(GK_XAPIAN_READ)

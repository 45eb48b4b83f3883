## gate/: what must not get out with a document.  Uses base and cjk.
noinst_LIBRARIES += %D%/libgkgate.a
%C%_libgkgate_a_SOURCES = %D%/finding.h %D%/finding.c %D%/mask.c %D%/numbers.h %D%/numbers.c

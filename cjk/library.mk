## libgongkai-cjk: folding and terms as a shared library for others (gongkai-cjk(3)).  Our own programs do not use it.  The objects are
## compiled once more, for any address; only the names of gongkai-cjk.map can be seen.
GK_CJK_SO = cjk/libgongkai-cjk.so.1
noinst_LIBRARIES += cjk/libgkcjkpic.a
cjk_libgkcjkpic_a_SOURCES = cjk/gongkai-cjk.h cjk/gongkai-cjk.c cjk/cjk.h cjk/table.h cjk/fold.c cjk/terms.c base/utf8.h base/utf8.c base/numeral.h base/numeral.c
nodist_cjk_libgkcjkpic_a_SOURCES = cjk/fold-table.h
cjk_libgkcjkpic_a_CPPFLAGS = $(AM_CPPFLAGS) -UGK_FAULTS
cjk_libgkcjkpic_a_CFLAGS = $(AM_CFLAGS) -fPIC -fvisibility=default
$(cjk_libgkcjkpic_a_OBJECTS): cjk/fold-table.h

gklibdir = $(libdir)
gklib_SCRIPTS = $(GK_CJK_SO)
include_HEADERS = cjk/gongkai-cjk.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = cjk/gongkai-cjk.pc
EXTRA_DIST += cjk/gongkai-cjk.map
dist_man_MANS += doc/gongkai-cjk.3
CLEANFILES += $(GK_CJK_SO) cjk/libgongkai-cjk.so
$(GK_CJK_SO): cjk/libgkcjkpic.a cjk/gongkai-cjk.map
	$(AM_V_CCLD)$(CC) -shared $(GK_SAN) $(GK_LDHARDEN) $(LDFLAGS) -Wl,-soname,libgongkai-cjk.so.1 \
		-Wl,--version-script=$(srcdir)/cjk/gongkai-cjk.map -o $@ -Wl,--whole-archive cjk/libgkcjkpic.a -Wl,--no-whole-archive && \
		ln -sf libgongkai-cjk.so.1 cjk/libgongkai-cjk.so

## A tokenizer for SQLite's FTS5: others can use it, and this is how.
if HAVE_SQLITE
sqlitedir = $(pkglibdir)
sqlite_SCRIPTS = contrib/sqlite/fts5_gongkai.so
noinst_LIBRARIES += contrib/sqlite/libfts5gongkai.a
contrib_sqlite_libfts5gongkai_a_SOURCES = contrib/sqlite/fts5_gongkai.c
contrib_sqlite_libfts5gongkai_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) -fPIC
CLEANFILES += contrib/sqlite/fts5_gongkai.so
contrib/sqlite/fts5_gongkai.so: contrib/sqlite/libfts5gongkai.a $(GK_CJK_SO)
	$(AM_V_CCLD)$(CC) -shared $(GK_SAN) $(GK_LDHARDEN) $(LDFLAGS) -o $@ -Wl,--whole-archive contrib/sqlite/libfts5gongkai.a -Wl,--no-whole-archive $(GK_CJK_SO)
endif
EXTRA_DIST += contrib/sqlite/fts5_gongkai.c
install-data-hook:
	cd '$(DESTDIR)$(libdir)' && $(LN_S) -f libgongkai-cjk.so.1 libgongkai-cjk.so
uninstall-hook:
	rm -f '$(DESTDIR)$(libdir)/libgongkai-cjk.so'

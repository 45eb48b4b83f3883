#!/bin/bash
test_description='the tarball is whole without git, and make install puts all in its place (style.md e)'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

[ -f "$test_build/Makefile" ] || test_skip_all 'no build tree: set top_builddir'

# A make below a make has a number and words of its own; names with spaces are not for make, so its folder is in the build tree.
unset MAKEFLAGS MFLAGS MAKELEVEL
tarball=t-tarball-$$
in_tree() { make -s --no-print-directory -C "$test_build" "$@"; }

# What a checkout has, by git or, in a copy of one, by what is there (devel/build-lib.sh).
checkout()
{
	top=$SRC bash -c 'set -eu; . "$top/devel/build-lib.sh"; list_source' | tr '\0' '\n' | grep -vx -e .gitignore -e INSTALL -e '.*\.pyc' | LC_ALL=C sort
}
listed() { (cd "$1" && find . -type f -o -type l) | sed 's|^\./||' | LC_ALL=C sort; }

test_expect_success 'every file of the checkout is in it' '
	test_when_finished "chmod -R u+w \"$test_build/$tarball\" && mv \"$test_build/$tarball\" dist" &&
	in_tree distdir distdir=$tarball && checkout >wanted && listed "$test_build/$tarball" >got && test -s wanted &&
	LC_ALL=C comm -23 wanted got >left-out && test_must_be_empty left-out
'

test_expect_success 'and what autoreconf makes, and nothing that a compiler made' '
	test -x dist/configure && test -f dist/Makefile.in && test -x dist/build-aux/tap-driver.sh &&
	listed dist | LC_ALL=C comm -13 wanted - | grep -vE "^(configure|aclocal\.m4|Makefile\.in|build-aux/.*)$" >more; test_must_be_empty more
'

test_expect_success 'a file that is in no list is seen to be missing' '
	rm dist/base/status.h dist/data/README.md && listed dist | LC_ALL=C comm -23 wanted - >left-out && test_line_count 2 left-out
'

test_expect_success 'programs and manual go below DESTDIR, and nothing else is touched' '
	in_tree install DESTDIR="$TEST_DIR/root" && find root -type f | sort >files && prefix=$(printf "p:\n\t@echo \$(prefix)\n" | in_tree -f Makefile -f - p) &&
	for f in bin/gongkai bin/gongkai-searchd libexec/gongkai/gongkai-extract share/man/man1/gongkai.1 share/man/man5/gongkai-archive.5 \
		share/man/man7/gongkai-query.7 share/man/man8/gongkai-searchd.8 share/man/zh_CN/man1/gongkai.1 share/man/zh_CN/man5/gongkai-archive.5 share/man/zh_CN/man7/gongkai-query.7 share/man/zh_CN/man8/gongkai-desk.8; do
		test -s "root$prefix/$f" || { echo "no $f"; return 1; }
	done &&
	"root$prefix/bin/gongkai" --version | grep "^gongkai [0-9]" && in_tree uninstall DESTDIR="$TEST_DIR/root" && test -z "$(find root -type f)"
'

test_done

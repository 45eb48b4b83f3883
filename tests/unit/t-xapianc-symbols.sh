#!/bin/sh
# What the two libraries of xapianc/ contain, seen by nm: the reading half knows
# nothing of the writer, and each exports its header and nothing else.
src=${top_srcdir:-../..}
lib=${top_builddir:-../..}/xapianc
n=0
echo 1..6

check() {	# <claim> <lines that should not be there>
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '%s\n' "$2" | sed 's/^/#   /'
	fi
}

# Weak (V, W) and unique (u) symbols are inline functions and templates of C++; a sanitizer adds its own.
exported() {
	nm -g --defined-only "$1" | awk 'NF == 3 && $2 !~ /^[VWu]$/ && $3 !~ /^__(odr_)?asan/ { print $3 }' | sort -u
}
# Functions that a header declares: a name at the beginning of a call, outside of comments.
declared() {
	sed -e 's|/\*.*\*/||' -e '/\/\*/,/\*\//d' "$1" | grep -v typedef | grep -o 'xc_[a-z_]*(' | tr -d '(' | sort -u
}
only_first() {	# lines of $1 that are not in $2
	printf '%s\n' "$1" | while read -r s; do
		case "
$2
" in *"
$s
"*) ;; *) echo "$s" ;; esac
	done
}

check 'both libraries can be listed' "$(nm "$lib/libxapianc.a" "$lib/libxapiancw.a" 2>&1 >/dev/null)"
check 'the reading half does not name the writing class' "$(nm -C "$lib/libxapianc.a" | grep Writable)"
check 'the reading half exports what xapianc.h declares and no more' \
	"$(only_first "$(exported "$lib/libxapianc.a")" "$(declared "$src/xapianc/xapianc.h")")"
check 'the writing half exports what write.h declares and no more' \
	"$(only_first "$(exported "$lib/libxapiancw.a")" "$(declared "$src/xapianc/write.h")")"
check 'xapianc.h declares nothing that is not there' \
	"$(only_first "$(declared "$src/xapianc/xapianc.h")" "$(exported "$lib/libxapianc.a")")"
check 'write.h declares nothing that is not there' \
	"$(only_first "$(declared "$src/xapianc/write.h")" "$(exported "$lib/libxapiancw.a")")"

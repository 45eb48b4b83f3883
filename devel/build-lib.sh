# What ./try and ./check share: packages, a build folder, a copy of the source.
# Sourced, not run.  Before sourcing: set -eu, and top= the checkout (absolute).
#
# The checkout may stand in a folder whose name has spaces or Chinese characters; configure
# refuses such a name ("unsafe srcdir value"), and make splits it.  So the source is copied to
#
#   ${TMPDIR:-/tmp}/gongkai-<purpose>-<uid>-<hash of the checkout's path>/
#     src/            copy of the checkout (times kept, so that make rebuilds only what changed)
#     shared          link to ../shared of the checkout, if that exists
#     <tree>/         one build tree per compiler or set of flags
#     *.log           what the steps said
#
# and nothing is ever generated in the checkout itself.

GK_PACKAGES_BUILD='autoconf automake make gcc g++ pkg-config python3 libmicrohttpd-dev libjansson-dev
libxml2-dev libuchardet-dev libunistring-dev libconfuse-dev libsodium-dev libxapian-dev libmagic-dev
libarchive-dev zlib1g-dev unicode-data curl poppler-utils poppler-data'

say() { printf '%s\n' "$*"; }
step() { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }

# Overridden by ./check, whose last line must be the sum even then.
die() { printf '%s\n' "$@" >&2; exit 1; }

is_installed()
{
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || :)" = installed ]
}

missing_of()
{
	local p
	for p in "$@"; do
		is_installed "$p" || printf '%s ' "$p"
	done
}

# apt_install PACKAGE...: false if it cannot be done, with the reason in $apt_why.
apt_updated=no
apt_install()
{
	local root=

	if [ "$(id -u)" != 0 ]; then
		root=sudo
		if ! command -v sudo >/dev/null; then
			apt_why='不是 root，也没有 sudo / not root, and no sudo'
			return 1
		fi
	fi
	apt_why="apt-get 失败，见 / apt-get failed, see $work/apt.log"
	if [ "$apt_updated" = no ]; then
		$root env DEBIAN_FRONTEND=noninteractive apt-get update </dev/null >"$work/apt.log" 2>&1 ||
			note '软件源未能全部更新 / apt-get update was not complete'
		apt_updated=yes
	fi
	$root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" \
		</dev/null >>"$work/apt.log" 2>&1
}

# need_packages PACKAGE...: installs what is missing, ends the script if that fails.
need_packages()
{
	local miss

	if ! command -v dpkg-query >/dev/null; then
		note '这不是 Debian：跳过安装，请自备 / not Debian: nothing installed, please provide:' "$*"
		return 0
	fi
	miss=$(missing_of "$@")
	if [ -z "$miss" ]; then
		note '软件包齐全 / all packages are there'
		return 0
	fi
	note "安装 / installing: $miss"
	# shellcheck disable=SC2086
	apt_install $miss ||
		die "不能安装软件包 / cannot install packages: $apt_why" \
		    "请手工运行 / run by hand: apt-get install $miss"
}

# want_packages PACKAGE...: the same, but life goes on without.
want_packages()
{
	local miss p

	command -v dpkg-query >/dev/null || return 0
	miss=$(missing_of "$@")
	[ -n "$miss" ] || return 0
	note "安装（可选）/ installing (optional): $miss"
	# One by one if not together: a name unknown to this release must not cost the others.
	# shellcheck disable=SC2086
	apt_install $miss && return 0
	for p in $miss; do
		apt_install "$p" || note "没有装上 / not installed: $p"
	done
}

# open_work PURPOSE: sets $work, makes it ours alone, takes its lock on descriptor 9.
open_work()
{
	local tmp=${TMPDIR:-/tmp} hash

	# What configure and make cannot stand in a name (see above).
	case $tmp in
	*[!A-Za-z0-9/._+-]* | [!/]*) tmp=/tmp ;;
	esac
	hash=$(printf %s "$top" | sha256sum | cut -c1-12)
	work=$tmp/gongkai-$1-$(id -u)-$hash
	mkdir -p -m 700 "$work"
	# /tmp is everybody's: somebody else may have been quicker with this name.
	if [ -L "$work" ] || [ ! -d "$work" ] || [ ! -O "$work" ]; then
		die "这个文件夹不属于我们 / this folder is not ours: $work" \
		    '请换一个 TMPDIR / choose another TMPDIR'
	fi
	exec 9>"$work/lock"
	flock -n 9 || die "另一个 $1 正在用 / another $1 is at work in: $work"
}

# The files of the checkout, NUL-separated: what git knows or would add, else all that is not made.
list_source()
{
	if [ -e "$top/.git" ] && git -C "$top" rev-parse --git-dir >/dev/null 2>&1; then
		git -C "$top" -c core.quotePath=off ls-files -z -c -o --exclude-standard
	else
		(cd "$top" && find . \( -name .git -o -name .try -o -name node_modules -o -name autom4te.cache \
			-o -path './build*' -o -path ./b -o -path ./_build -o -path ./_inst \) -prune -o \( -type f -o -type l \) -print0)
	fi | sed -z 's|^\./||' |
	# Leftovers of a build inside the checkout would stop configure in ours.
	grep -zEv '^(config\.(status|log|cache)|Makefile|Makefile\.in|configure~?|aclocal\.m4|libtool|stamp-h1|build-aux/.*|autom4te\.cache/.*)$|(^|/)\.(deps|dirstamp)(/|$)|\.(o|a|log|trs)$' |
	# What was deleted but not yet committed is in the list and not on disk.
	while IFS= read -r -d '' f; do
		if [ -e "$top/$f" ] || [ -L "$top/$f" ]; then printf '%s\0' "$f"; fi
	done | LC_ALL=C sort -z -u
}

# Bring $work/src up to the checkout.
copy_source()
{
	mkdir -p "$work/src"
	list_source >"$work/files.new"
	[ -s "$work/files.new" ] || die "没有源文件 / no source files in: $top"
	if [ -f "$work/files" ]; then
		LC_ALL=C comm -z -23 "$work/files" "$work/files.new" |
		while IFS= read -r -d '' f; do rm -f "$work/src/$f"; done
	fi
	tar -C "$top" --null --no-recursion --verbatim-files-from -T "$work/files.new" -cf - |
		tar -C "$work/src" --no-same-owner -xf -
	mv "$work/files.new" "$work/files"
	rm -f "$work/shared"
	if [ -d "$top/../shared" ]; then
		ln -s "$(cd "$top/../shared" && pwd -P)" "$work/shared"
	fi
}

jobs_wanted()
{
	local n
	n=$(nproc 2>/dev/null || echo 1)
	if [ "$n" -gt 4 ]; then n=4; fi
	echo "$n"
}

# quiet LOG COMMAND...: run with all output in $work/LOG.log; on failure show its end.
quiet()
{
	local log=$work/$1.log
	shift
	if ! "$@" >"$log" 2>&1 </dev/null 9>&-; then
		# The first error is the one that matters, the end says where make stood.
		grep -nE -m 12 '(error|Error|错误)[: ]' "$log" >&2 || :
		printf -- '--- %s\n' "$log" >&2
		tail -n 20 "$log" >&2
		return 1
	fi
}

# configure_tree TREE ARGUMENT...: configured build tree $work/TREE; $work/src must be there.
configure_tree()
{
	local tree=$1
	shift
	mkdir -p "$work/$tree"
	if [ ! -x "$work/src/configure" ]; then
		quiet autoreconf in_dir "$work/src" autoreconf -i || return 1
	fi
	if [ ! -f "$work/$tree/Makefile" ]; then
		quiet "configure-$tree" in_dir "$work/$tree" ../src/configure -q "$@" || return 1
	fi
}

in_dir() { (cd "$1" && shift && exec "$@"); }

#!/bin/bash
test_description='bash completes the commands of gongkai and their options'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

[ -f "$test_build/indexer/bash/gongkai" ] || test_skip_all 'not built'

# What bash offers after these words, the last of which is begun.
offers()
{
	bash -c '. "$0"; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _gongkai; printf "%s\n" "${COMPREPLY[@]}"' "$test_build/indexer/bash/gongkai" gongkai "$@"
}

test_expect_success 'commands, and the second words of those that have two' '
	offers sear >out && test "$(cat out)" = search && offers re >out && grep -x report out && grep -x rebuild out; test $? = 1 &&
	offers index "" >out && printf "compact\nrebuild\nshard\nstats\n" >wanted && sort out | test_cmp wanted - && offers --archive /x index reb >out && test "$(cat out)" = rebuild
'

test_expect_success 'options are those of the command' '
	offers verify --ag >out && test "$(cat out)" = --against && offers index rebuild --arch >out && test "$(cat out)" = --archive && offers search --against >out && test -z "$(cat out)"
'

test_expect_success 'every command of --help is offered, with every option of its own --help' '
	gongkai --help --lang en | sed -n "s/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p" >commands && test $(wc -l <commands) -gt 60 &&
	while IFS= read -r c; do
		set -- $c && offers "$@" -- >out && gongkai "$@" --help --lang en </dev/null | grep -oE -- "(^|[ ,])--[a-z][a-z-]*" | tr -d " ," | sort -u >wanted && sort -u out | test_cmp wanted - || { echo "$c"; return 1; }
	done <commands
'

test_expect_success 'a file is offered where neither is wanted' '
	bash -c ". \"\$0\"; complete -p gongkai" "$test_build/indexer/bash/gongkai" | grep -e "-o default"
'

test_done

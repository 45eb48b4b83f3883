# Sourced by t320-stories.sh and t321-stories-keeping.sh, after lib-test.sh.
#
# story NAME BODY <<END…: what the commands of BODY say, all of it, is what stands below it. `g` runs one and shows it as
# it was typed; what goes to the error channel follows what goes to the output, and a status other than 0 stands in brackets.
g()
{
	local status=0
	printf '$ gongkai'
	printf ' %s' "$@"
	printf '\n'
	gongkai "$@" 2>.err || status=$?
	cat .err
	[ "$status" = 0 ] || echo "[$status]"
}
# What no two runs have alike: digests, milliseconds, the day and hour of the registration, the login name, the present year.
alike()
{
	sed -E -e 's/sha256:[0-9a-f]{64}/sha256:…/g' -e 's/--digest [0-9a-f]{8}/--digest 前八位/' -e 's/\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+/+公钥/' -e 's/[0-9.]+ 毫秒/… 毫秒/' -e 's/用时 [0-9.]+ 秒/用时 … 秒/' -e "s/  $(id -un)( |\$)/  经办人\\1/; s/经办 $(id -un)\$/经办 经办人/" \
		-e 's/^(e-[0-9]{6})  [0-9-]{10} [0-9:]{5}/\1  登记时间/' -e "s/至 $(TZ=UTC-8 date +%Y) 年年报/至 今年 年年报/" \
		-e "s/销毁日期 $(TZ=UTC-8 date +%F)/销毁日期 今天/; s/已依规销毁 · $(TZ=UTC-8 date +%F)/已依规销毁 · 今天/; s/自 $(TZ=UTC-8 date +%F)/自 今天/; s/^  $(TZ=UTC-8 date +%F)/  今天/" \
		-e 's/它是 [0-9-]{10} 收入的/它是 今天 收入的/'
}
story()
{
	cat >"$TEST_DIR/.want"
	printf '%s\n' "$2" >"$TEST_DIR/.body"
	# devel/stories writes what is told into the test.
	if [ -n "$STORIES_SHOW" ]; then
		test_expect_success "$1" '. "$TEST_DIR/.body" | alike'
	else
		test_expect_success "$1" '. "$TEST_DIR/.body" | alike >got && test_cmp .want got'
	fi
}

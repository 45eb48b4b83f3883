#!/bin/bash
test_description='users of the desk: names, roles, passwords that will do, keys; nothing secret in the file'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

test_expect_success 'a password comes from standard input, and only its hash is kept, for us alone' '
	gongkai init --org 青石镇 --code qsz &&
	echo 青石镇 rain 木桌 seven | gongkai user add zhang --role editor &&
	gongkai user list | grep "zhang *editor" &&
	test "$(stat -c %a "$GONGKAI_ARCHIVE/users")" = 600 &&
	grep -q argon2id "$GONGKAI_ARCHIVE/users" &&
	! grep -q rain "$GONGKAI_ARCHIVE/users"
'

test_expect_success 'what everybody tries, what is short, and the name are no passwords' '
	for bad in kurz 12345678901234 passwordpassword aaaaaaaaaaaaaaaa lizhenlizhenlizhen; do
		echo $bad | test_must_fail_with 2 gongkai user add lizhen --role reader || return 1
	done &&
	! gongkai user list | grep lizhen
'

test_expect_success 'a name that is there is not added again; other roles; removal' '
	echo another good pass word | test_must_fail_with 3 gongkai user add zhang --role admin &&
	gongkai user roles zhang --role reviewer --role archivist &&
	gongkai --json user list | grep "\"roles\":\\[\"reviewer\",\"archivist\"\\]" &&
	test_must_fail_with 2 gongkai user roles zhang --role king &&
	echo some other good words | test_must_fail_with 1 gongkai user passwd nobody &&
	gongkai user remove zhang &&
	test_must_fail_with 1 gongkai user list
'

test_expect_success 'a key is shown once and stored as a digest' '
	echo blue horse 九 stairs | gongkai user add program --role editor &&
	gongkai user key program --note 公文系统 --days 30 >key &&
	grep -Eqx "gk_[0-9a-f]{64}" key &&
	! grep -qF "$(cat key)" "$GONGKAI_ARCHIVE/users" &&
	test_must_fail_with 2 gongkai user key program --days 400
'

test_expect_success 'a file of users that others can read is refused' '
	chmod 644 "$GONGKAI_ARCHIVE/users" &&
	! gongkai user list 2>err && grep "chmod 600" err
'

test_done

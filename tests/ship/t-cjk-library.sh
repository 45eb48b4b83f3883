#!/bin/bash
test_description='libgongkai-cjk gives to others what gongkai itself cuts; SQLite finds Chinese words with it'
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib-test.sh"

lib=$test_build/cjk/libgongkai-cjk.so.1
[ -f "$lib" ] || test_skip_all 'not built'
LD_LIBRARY_PATH=$test_build/cjk
export LD_LIBRARY_PATH

test_expect_success 'it exports what its header declares, under a version, and nothing else' '
	nm -D --defined-only "$lib" | awk "\$2 != \"A\" { sub(/@.*/, \"\", \$3); print \$3 }" | sort >got && grep -o "gongkai_cjk_[a-z]*(" "$SRC/cjk/gongkai-cjk.h" | tr -d "(" | sort -u >wanted &&
	test_cmp wanted got && test_line_count 5 got && nm -D --defined-only "$lib" | grep "gongkai_cjk_open@@GONGKAI_CJK_1"
'

test_expect_success 'every token of the sample is that of the index, at the same bytes' '
	find "$SRC/data/sample" -type f | sort >files && while IFS= read -r f; do "$test_build/tests/ship/cjk-tokens" <"$f" >>tokens || { tail -1 tokens; echo "$f"; return 1; }; done <files &&
	test $(wc -l <tokens) -gt 50000 && printf "關於\\377廢止第二十條" | "$test_build/tests/ship/cjk-tokens" >out && grep -P "^\d\t第20条$" out && test "$(cut -f2 out | head -3 | paste -sd,)" = 关,关于,于
'

test_expect_success_if cc pkg-config -- 'a program of somebody else is built with pkg-config and runs' '
	unset MAKEFLAGS MFLAGS MAKELEVEL && make -s --no-print-directory -C "$test_build" install-includeHEADERS install-gklibSCRIPTS install-pkgconfigDATA install-data-hook DESTDIR="$TEST_DIR/root" &&
	pc=$(find root -name gongkai-cjk.pc) && prefix=$(sed -n "s/^prefix=//p" "$pc") && cat >other.c <<-\EOF &&
	#include <gongkai-cjk.h>
	#include <stdio.h>
	#include <string.h>
	int main(void)
	{
		const char *text = "安全生產 ABC 高";
		struct gongkai_cjk *c = gongkai_cjk_open(text, strlen(text), GONGKAI_CJK_ASK);
		struct gongkai_cjk_token t;
		while (gongkai_cjk_next(c, &t))
			printf("%.*s %zu %zu-%zu\n", (int)t.n, t.p, t.place, t.start, t.end);
		gongkai_cjk_close(c);
		return 0;
	}
	EOF
	flags=$(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs gongkai-cjk) && cc -Wall -Werror -o other other.c -I"root$prefix/include" -L"root$prefix/lib" $flags &&
	readelf -d other | grep "libgongkai-cjk.so.1" && ./other >out && printf "安全 0 0-6\n全生 1 3-9\n生产 2 6-12\nabc 3 13-16\n高 4 17-20\n" >wanted && test_cmp wanted out
'

if [ -f "$test_build/contrib/sqlite/fts5_gongkai.so" ]; then
	so=$test_build/contrib/sqlite/fts5_gongkai
	test_expect_success_if sqlite3 -- 'SQLite finds every run of one to six characters where it stands and nowhere else' '
		ln -s "$so.so" fts5_gongkai.so && python3 "$SRC/tests/ship/fts5.py" ./fts5_gongkai "$lib" "$SRC/data/sample" 400 7
	'
	test_expect_success_if sqlite3 -- 'what FTS5 keeps are our tokens, each at its place' '
		f=$(find "$SRC/data/sample" -name "*.txt" | sort | head -1) && "$test_build/tests/ship/cjk-tokens" <"$f" | sort -u >wanted && cp "$f" text && test $(wc -l <wanted) -gt 100 &&
		printf "%s\n" ".load ./fts5_gongkai" "CREATE VIRTUAL TABLE doc USING fts5(body, tokenize = gongkai);" "INSERT INTO doc VALUES (CAST(readfile(\"text\") AS TEXT));" \
			"CREATE VIRTUAL TABLE v USING fts5vocab(doc, instance);" ".mode tabs" "SELECT offset, term FROM v;" | sqlite3 :memory: | sort -u >got && test_cmp wanted got
	'
	test_expect_success_if cc pkg-config -- 'the example finds lines, with the tokenizer where pkg-config says, and says what cannot be looked for' '
		pkg-config --exists sqlite3 && (unset MAKEFLAGS MFLAGS MAKELEVEL && make -s --no-print-directory -C "$test_build" install-sqliteSCRIPTS install-includeHEADERS install-gklibSCRIPTS install-pkgconfigDATA install-data-hook DESTDIR="$TEST_DIR/r") &&
		pc=$(find r -name gongkai-cjk.pc) && prefix=$(sed -n "s/^prefix=//p" "$pc") && export PKG_CONFIG_PATH=$(dirname "$pc") &&
		cc -D_GNU_SOURCE -Wall -Wextra -Werror -o find-lines "$SRC/doc/examples/find-lines.c" -I"r$prefix/include" -L"r$prefix/lib" $(pkg-config --cflags --libs gongkai-cjk sqlite3) &&
		at=$(pkg-config --variable=fts5 gongkai-cjk) && printf "關於安全生產的通知\n全面检查\n《安全生产》与消防\n" >text &&
		./find-lines "r$at" 安全生产 <text >out && printf "1: 關於安全生產的通知\n3: 《安全生产》与消防\n" >wanted && test_cmp wanted out &&
		test_must_fail_with 2 ./find-lines "r$at" "，。" <text 2>err && grep "nothing in .，。. that could be looked for" err &&
		test_must_fail_with 1 ./find-lines ./not-there 安全 <text 2>err && grep "cannot load .\./not-there." err
	'
	test_expect_success_if sqlite3 -- 'an argument that the tokenizer does not know is refused' '
		printf "%s\n" ".load ./fts5_gongkai" "CREATE VIRTUAL TABLE doc USING fts5(body, tokenize = \"gongkai porter\");" | sqlite3 :memory: >out 2>&1; grep -i "error" out
	'
else
	test_skip 'SQLite finds every run of characters' 'sqlite3.h was not there'
fi

test_done

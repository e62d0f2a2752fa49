#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check-docs-code.sh: does the code work that README.md and Documentation/ show? Each block (see
# docs-blocks.awk) has a language, and what is done with it depends on that and on its mark:
#
#	from: FILE            its lines stand in FILE, one after another, "..." for any lines between;
#	                      that file is compiled by other checks
#	whole: FILE           it is FILE but for that one's first two lines
#	c                     a ported file, compiled for the stock kernel with all warnings; in front of
#	                      it what the page says under "before:"
#	c, inside: FUNCTION   the same, as the body of a function of that name, type and parameters
#	sh                    sh -n; what it says to make is a goal, what it names of ours is there
#	make                  a Kbuild: make reads it
#	output: RUN           see check-docs.sh
#	unchecked: WHY        nothing
#
# Nothing else is allowed. Prints "N passed, N failed".
set -eu
. "$(dirname "$0")/lib.sh"
usage 0 0 "$@"

run=$own/docs-code
rm -rf "$run"
mkdir -p "$run/module"
passed=0
failed=0

complain() {
	note "FAILED: $*"
	failed=$((failed + 1))
}

# verdict WHERE LOG: of what has just been done.
verdict() {
	if [ "$status" -eq 0 ]; then
		passed=$((passed + 1))
	else
		complain "$1:"
		sed 's/^/  /' "$2" >&2
	fi
}

# plain FILE: tabs are as wide as eight blanks, and the ends of lines do not count.
plain() {
	expand "$1" | sed 's/ *$//'
}

# from BLOCK FILE: how far all of it is indented does not count either.
from() {
	plain "$1" | sed 's/^ *//' >"$run/block"
	plain "$top/$2" | sed 's/^ *//' >"$run/file" || return 1
	awk '
	NR == FNR { block[++b] = $0; next }
	{ text[++t] = $0 }
	function ends(i) {
		return i > b || block[i] ~ /^ *\.\.\.$/
	}
	END {
		j = 1
		for (i = 1; i <= b; i += n + 1) {
			best = 0
			for (k = j; k <= t; k++) {
				for (n = 0; !ends(i + n) && k + n <= t && block[i + n] == text[k + n]; n++)
					;
				if (ends(i + n))
					break
				best = n > best ? n : best
			}
			if (k > t) {
				print "it has no such line there: " block[i + best]
				exit 1
			}
			j = k + n
		}
	}' "$run/block" "$run/file"
}

# whole BLOCK FILE
whole() {
	plain "$1" >"$run/block"
	plain "$top/$2" | sed 1,2d >"$run/file" || return 1
	diff "$run/file" "$run/block"
}

# shell_words BLOCK: the goals that it names are goals, the scripts are there.
shell_words() {
	sh -n "$1" || return 1
	goals=$(sed -n 's/^\.PHONY: //p' "$top/Makefile" | tr '\n' ' ')
	sed -e "s/'[^']*'//g" -e 's/"[^"]*"//g' -e 's/#.*//' -e 's/&&.*//' -e 's/sudo //g' "$1" | grep '^ *make ' | grep -v ' -C ' >"$run/makes" || :
	while read -r _ words; do
		for word in $words; do
			case $word in
			*=* | -*) ;;
			[a-z]*)
				case " $goals " in
				*" $word "*) ;;
				*)
					echo "make $word: no such goal"
					return 1
					;;
				esac
				;;
			esac
		done
	done <"$run/makes"
	grep -oE '(^|[ ]|PWD/)(scripts|samples|include|kunit)/[A-Za-z0-9_./-]*' "$1" | sed -e 's/^ //' -e 's,^PWD/,,' >"$run/paths" || :
	while read -r path; do
		case $path in
		*.ko) ;;
		*)
			[ -e "$top/$path" ] || {
				echo "there is no $path"
				return 1
			}
			;;
		esac
	done <"$run/paths"
}

# kbuild BLOCK: the installed snippet is the one of the checkout.
kbuild() {
	{
		sed "s,/usr/include/eresource,$top/include," "$1"
		echo 'all: ;'
	} >"$run/Kbuild"
	make -s -f "$run/Kbuild" ERESOURCE="$top" src="$run" obj="$run" all
}

# c_file BLOCK NUMBER [FUNCTION]
c_file() {
	{
		echo '#include <ntifs.h>'
		[ ! -f "$run/before" ] || cat "$run/before"
		[ $# -lt 3 ] || printf '%s\n{\n' "$3"
		cat "$1"
		[ $# -lt 3 ] || echo '}'
	} >"$run/module/block$2.c"
	objects="$objects block$2.o"
}

objects=
cd "$top"
number=1
for doc in $(git ls-files -co --exclude-standard '*.md' 'Documentation/*.rst'); do
	awk -v dir="$run" -v first="$number" -f "$scripts/static/docs-blocks.awk" "$doc" >"$run/list"
	rm -f "$run/before"
	began=$number
	while read -r block where language mark; do
		number=$((block + 1))
		case $language:$mark in
		before:) cp "$run/$block" "$run/before" ;;
		*:output:*) ;;
		*:unchecked:*) ;;
		*:from:* | *:whole:*)
			status=0
			"${mark%%:*}" "$run/$block" "${mark#*: }" >"$run/difference" 2>&1 || status=$?
			verdict "$where: not as in ${mark#*: }" "$run/difference"
			;;
		sh:)
			status=0
			shell_words "$run/$block" >"$run/difference" 2>&1 || status=$?
			verdict "$where" "$run/difference"
			;;
		make:)
			status=0
			kbuild "$run/$block" >"$run/difference" 2>&1 || status=$?
			verdict "$where" "$run/difference"
			;;
		c:)
			c_file "$run/$block" "$block"
			echo "$block $where" >>"$run/compiled"
			;;
		c:inside:*)
			c_file "$run/$block" "$block" "${mark#inside: }"
			echo "$block $where" >>"$run/compiled"
			;;
		*) complain "$where: nothing checks this block ($language)" ;;
		esac
	done <"$run/list"
	[ "$(wc -l <"$run/list")" -eq $((number - began)) ] || complain "$doc: only some blocks were looked at"
done

# All at once, each as far as it goes; the log tells whose a warning is. Nothing is linked.
if [ -n "$objects" ]; then
	stock=$("$scripts/kernel/fetch-stock.sh" 6.12)
	modules=$own/modules-stock-6.12
	step 'building the modules' "$run/modules.log" \
		env MODULES=eresource.ko DRIVERS= "$scripts/build/build-modules.sh" "$stock/headers" "$modules"
	{
		echo "obj-m :=$objects"
		echo "ERESOURCE_PORTED :=$objects"
		echo "include $modules/include/eresource.mk"
	} >"$run/module/Kbuild"
	# shellcheck disable=SC2086 # words are wanted
	make -k -C "$stock/headers" M="$run/module" -j"$(nproc)" $objects >"$run/log" 2>&1 || :
	while read -r block where; do
		status=0
		! grep -A 6 "block$block\.c:.*\(warning\|error\):" "$run/log" >"$run/difference" || status=1
		[ -f "$run/module/block$block.o" ] || status=1
		verdict "$where: it does not compile" "$run/difference"
	done <"$run/compiled"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
